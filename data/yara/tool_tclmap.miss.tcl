#!/usr/bin/env tclsh
# tcl map of sites
proc try {host port} {
  set s [socket -async $host $port]
  fconfigure $s -blocking 0
}
