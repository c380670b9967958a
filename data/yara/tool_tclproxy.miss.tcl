#!/usr/bin/env tclsh
# asks the proxy for its state
proc forward_port {chain} { puts $chain }
set s [socket -myaddr 10.0.0.1 10.0.0.2 8080]
