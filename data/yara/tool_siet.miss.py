#!/usr/bin/env python
# checks that smart install (4786) is closed
def get_config(ip):
    pass
