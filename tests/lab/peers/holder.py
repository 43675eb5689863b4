"""A program that holds a port and does nothing with it: holder.py tcp|udp PORT"""

import signal
import socket
import sys

kind = {"tcp": socket.SOCK_STREAM, "udp": socket.SOCK_DGRAM}[sys.argv[1]]
holder = socket.socket(socket.AF_INET, kind)
holder.bind(("0.0.0.0", int(sys.argv[2])))
if kind == socket.SOCK_STREAM:
    holder.listen()
signal.pause()
