"""A relay for DNS over UDP: dns_cut.py PORT OCTETS [SERVER]. Of an answer it passes on the first OCTETS, as they are."""

import socket
import sys
import threading

PORT, OCTETS = int(sys.argv[1]), int(sys.argv[2])
SERVER = (sys.argv[3] if len(sys.argv) > 3 else "127.0.0.1"), 53


def pass_on(query, client):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as far:
        far.settimeout(5)
        far.connect(SERVER)
        try:
            far.send(query)
            near.sendto(far.recv(65535)[:OCTETS], client)
        except OSError:
            pass


near = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
near.bind(("0.0.0.0", PORT))
while True:
    threading.Thread(target=pass_on, args=near.recvfrom(65535), daemon=True).start()
