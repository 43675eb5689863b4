"""Strikes when the N-th packet has passed an interface: by count, not by time.

    tripwire.py N PORT INTERFACE out|in -- COMMAND…

`out` counts the IPv4 packets that the node sends, `in` the IP packets that come for its own link address.

It is ready when it holds UDP port PORT of the loopback; COMMAND is run once.
"""

import socket
import subprocess
import sys

ETH_P_ALL, ETH_P_IP, ETH_P_IPV6 = 0x0003, 0x0800, 0x86DD
PACKET_HOST, PACKET_OUTGOING = 0, 4
COUNTED = {"out": {(ETH_P_IP, PACKET_OUTGOING)}, "in": {(ETH_P_IP, PACKET_HOST), (ETH_P_IPV6, PACKET_HOST)}}


def main():
    count, port = int(sys.argv[1]), int(sys.argv[2])
    interface, counted = sys.argv[3], COUNTED[sys.argv[4]]
    command = sys.argv[sys.argv.index("--") + 1:]
    with socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ETH_P_ALL)) as wire:
        wire.bind((interface, ETH_P_ALL))
        ready = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        ready.bind(("127.0.0.1", port))
        while count > 0:
            _, (_, kind, direction, *_) = wire.recvfrom(64)
            count -= (kind, direction) in counted
    subprocess.run(command, check=True)
    while True:
        ready.recv(1)       # stays, so that the lab does not take it for dead


main()
