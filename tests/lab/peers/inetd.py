"""The least of an inetd: each connection becomes the standard streams of a program of its own.

    inetd.py PORT PROGRAM [ARGUMENT…]
"""

import signal
import socket
import subprocess
import sys

signal.signal(signal.SIGCHLD, signal.SIG_IGN)       # nobody asks how they ended
with socket.create_server(("::", int(sys.argv[1])), family=socket.AF_INET6, dualstack_ipv6=True) as listener:
    while True:
        connection, _ = listener.accept()
        with connection:
            subprocess.Popen(sys.argv[2:], stdin=connection, stdout=connection, stderr=connection)
