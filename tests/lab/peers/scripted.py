"""Small TCP peers that say a line or keep what they hear.

    scripted.py telnet PORT           option negotiation (IAC bytes), then a login prompt
    scripted.py printer PORT FILE     a raw print port: silent, every byte received is kept in FILE
    scripted.py stranger PORT         a web server where another service is expected
    scripted.py mute PORT             accepts, hears everything, never answers
    scripted.py hollow-proxy PORT     a proxy that opens every tunnel and closes it at once
"""

import socket
import socketserver
import sys

IAC, DO, WILL = 255, 253, 251
ECHO, SUPPRESS_GO_AHEAD, TERMINAL_TYPE, WINDOW_SIZE = 1, 3, 24, 31


class Telnet(socketserver.BaseRequestHandler):
    def handle(self):
        self.request.sendall(bytes([IAC, DO, TERMINAL_TYPE, IAC, DO, WINDOW_SIZE, IAC, WILL, ECHO,
                                    IAC, WILL, SUPPRESS_GO_AHEAD]))
        self.request.sendall(b"\r\nlab-switch\r\n\r\nlogin: ")
        while self.request.recv(512):
            pass


class Printer(socketserver.BaseRequestHandler):
    def handle(self):
        while data := self.request.recv(4096):
            with open(sys.argv[3], "ab") as file:
                file.write(data)


class Stranger(socketserver.BaseRequestHandler):
    """Answers whatever comes first, and speaks by itself after a moment, as a client may wait for a banner."""

    def handle(self):
        self.request.settimeout(0.3)
        try:
            self.request.recv(4096)
        except TimeoutError:
            pass
        self.request.sendall(b"HTTP/1.1 400 Bad Request\r\nServer: lighttpd/1.4.69\r\nContent-Length: 0\r\n"
                             b"Connection: close\r\n\r\n")


class Mute(socketserver.BaseRequestHandler):
    def handle(self):
        while self.request.recv(4096):
            pass


class HollowProxy(socketserver.BaseRequestHandler):
    """A tunnel to nowhere: 200 for CONNECT, then the end; nothing but the end for any other method."""

    def handle(self):
        if self.request.recv(4096).startswith(b"CONNECT "):
            self.request.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")


class Server(socketserver.ThreadingTCPServer):
    address_family = socket.AF_INET6
    allow_reuse_address = True
    daemon_threads = True

    def handle_error(self, *_):
        """A client that goes away in mid-sentence is no error of the lab."""


HANDLERS = {"telnet": Telnet, "printer": Printer, "stranger": Stranger, "mute": Mute, "hollow-proxy": HollowProxy}
Server(("::", int(sys.argv[2])), HANDLERS[sys.argv[1]]).serve_forever()
