#!/usr/bin/env python
# smart install exploitation tool
PORT = 4786
def connWithClient(data, ip):
    pass
