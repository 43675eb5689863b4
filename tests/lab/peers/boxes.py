"""What boxes in the middle answer, and proxies that are no use.

    boxes.py accept PORT         takes every connection, hears everything, never answers
    boxes.py slam PORT           takes every connection and resets it at once
    boxes.py same KIND PORT      one answer for every web request: status470, empty, page, script
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


HANDLERS = {"accept": Accept, "slam": Slam, "same": Same, "plain-proxy": PlainProxy, "waiting-proxy": WaitingProxy,
            "socks": Socks}
Server(("::", int(sys.argv[-1])), HANDLERS[sys.argv[1]]).serve_forever()
