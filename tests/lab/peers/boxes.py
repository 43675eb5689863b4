"""What boxes in the middle answer, and proxies that are no use.

    boxes.py accept PORT         takes every connection, hears everything, never answers
    boxes.py slam PORT           takes every connection and resets it at once
    boxes.py same KIND PORT      one answer for every web request: status470, empty, page, script
    boxes.py for-all MODE PORT   answers whatever comes, wrong: over TCP http, banner, interim; over UDP kod, unsync, refuse,
                                 reflect
    boxes.py plain-proxy PORT    forwards plain HTTP (it answers by itself), closes every tunnel
    boxes.py waiting-proxy PORT  answers for itself; waits for its dead line for every other host
    boxes.py socks PORT          speaks SOCKS 5, and closes what is not
"""

import socket
import socketserver
import struct
import sys
import time

ANSWERS = {
    "status470": ("470 Refused", "<p>No rule of this device allows the request.</p>"),
    "empty": ("204 No Content", ""),
    "page": ("200 OK", "<title>Notice</title><p>Your request was examined.</p>"),
    "script": ("200 OK", "<script>document.write('<p>Please wait for ' + document.domain)</script>"),
}


def head(request):
    """The request's header, or what came of it."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = request.recv(4096)
        if not more:
            break
        data += more
    return data


def answer(status, body):
    return (f"HTTP/1.1 {status}\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\n"
            f"Connection: close\r\n\r\n{body}").encode()


TCP_WORDS = {"http": answer("200 OK", "ok"), "banner": b"220 ready\r\n", "interim": b"HTTP/1.1 100 Continue\r\n\r\n" * 3}


def for_all(mode, question):
    """A datagram's answer: kiss-o'-death, no time, REFUSED, or the question itself."""
    if mode == "refuse":
        return question[:2] + b"\x81\x85" + question[4:]
    if mode in ("kod", "unsync") and len(question) >= 48:
        stratum, name = (0, b"RATE") if mode == "kod" else (16, b"INIT")
        return (bytes([0xE4, stratum, question[2], 0xE9]) + bytes(8) + name + bytes(8) + question[40:48] + bytes(16))
    return question


class Accept(socketserver.BaseRequestHandler):
    def handle(self):
        while self.request.recv(4096):
            pass


class Slam(socketserver.BaseRequestHandler):
    def handle(self):
        self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.request.close()


class Same(socketserver.BaseRequestHandler):
    def handle(self):
        if head(self.request):
            self.request.sendall(answer(*ANSWERS[sys.argv[2]]))


class ForAll(socketserver.BaseRequestHandler):
    def handle(self):
        if isinstance(self.request, tuple):
            question, sock = self.request
            sock.sendto(for_all(sys.argv[2], question), self.client_address)
            return
        if sys.argv[2] != "banner":
            self.request.recv(4096)
        self.request.sendall(TCP_WORDS[sys.argv[2]])
        if sys.argv[2] != "http":
            time.sleep(30)


class PlainProxy(socketserver.BaseRequestHandler):
    def handle(self):
        words = head(self.request).split()
        if words and words[0] != b"CONNECT":
            host = words[1].decode().split("/")[2]
            self.request.sendall(answer("200 OK", f"<title>{host}</title>" + f"<p>{host[::-1]}" * len(host)))


class WaitingProxy(socketserver.BaseRequestHandler):
    def handle(self):
        words = head(self.request).split()
        if words and words[1].startswith(b"/"):
            self.request.sendall(answer("400 Bad Request", "<title>Proxy</title>"))
        else:
            time.sleep(60)


class Socks(socketserver.BaseRequestHandler):
    def handle(self):
        if self.request.recv(4096)[:1] == b"\x05":
            self.request.sendall(b"\x05\x00")
            self.request.recv(4096)


class Server(socketserver.ThreadingTCPServer):
    address_family = socket.AF_INET6
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, *_):
        """A client that goes away in mid-sentence is no error of the lab."""

    def shutdown_request(self, request):
        """A connection that was reset has no end to be said."""
        try:
            super().shutdown_request(request)
        except OSError:
            pass


class DatagramServer(socketserver.UDPServer):
    address_family = socket.AF_INET6


HANDLERS = {"accept": Accept, "slam": Slam, "same": Same, "for-all": ForAll, "plain-proxy": PlainProxy, "waiting-proxy": WaitingProxy,
            "socks": Socks}
WAY = DatagramServer if sys.argv[1] == "for-all" and sys.argv[2] not in TCP_WORDS else Server
WAY(("::", int(sys.argv[-1])), HANDLERS[sys.argv[1]]).serve_forever()
