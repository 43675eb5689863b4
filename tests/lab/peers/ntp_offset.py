"""A time server that is sure of a wrong time (RFC 5905): stratum 2, synchronised, SECONDS ahead.

    ntp_offset.py SECONDS
"""

import socket
import struct
import sys
import time

NTP_EPOCH = 2208988800
IPV6_RECVPKTINFO, IPV6_PKTINFO = 49, 50


def answer(query):
    now = time.time() + NTP_EPOCH + int(sys.argv[1])
    stamp = struct.pack("!II", int(now), int(now % 1 * 2**32))
    version = query[0] & 0x38
    return bytes([version | 4, 2, query[2], 0xEC]) + bytes(8) + bytes([127, 127, 1, 1]) + stamp + query[40:48] + stamp + stamp


def main():
    """One socket for both families; the answer leaves from the address that was asked."""
    sock = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    sock.setsockopt(socket.IPPROTO_IPV6, IPV6_RECVPKTINFO, 1)
    sock.bind(("::", 123))
    while True:
        query, ancillary, _, client = sock.recvmsg(512, 256)
        if len(query) >= 48 and query[0] & 7 == 3:
            asked = [(level, kind, data) for level, kind, data in ancillary if kind == IPV6_PKTINFO]
            sock.sendmsg([answer(query)], asked, 0, client)


main()
