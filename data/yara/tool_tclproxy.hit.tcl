#!/usr/bin/env tclsh
# TCLproxy v0.0.3
proc forward_port_handler {chain} { puts $chain }
# option --low-ports
