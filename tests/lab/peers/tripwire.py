"""Strikes when the collector has sent its N-th IPv4 packet: by count, not by time.

    tripwire.py N PORT -- COMMAND…

It is ready when it holds UDP port PORT of the loopback; COMMAND is run once.
"""

import socket
import subprocess
import sys

ETH_P_ALL, ETH_P_IP, PACKET_OUTGOING = 0x0003, 0x0800, 4


def main():
    count, port = int(sys.argv[1]), int(sys.argv[2])
    command = sys.argv[sys.argv.index("--") + 1:]
    with socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ETH_P_ALL)) as wire:
        wire.bind(("eth0", ETH_P_ALL))
        ready = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        ready.bind(("127.0.0.1", port))
        while count > 0:
            _, (_, kind, direction, *_) = wire.recvfrom(64)
            count -= kind == ETH_P_IP and direction == PACKET_OUTGOING
    subprocess.run(command, check=True)
    while True:
        ready.recv(1)       # stays, so that the lab does not take it for dead


main()
