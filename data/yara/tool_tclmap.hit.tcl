#!/usr/bin/env tclsh
# TCLmap
proc try {host port} {
  set s [socket -async $host $port]
  fconfigure $s -blocking 0
}
