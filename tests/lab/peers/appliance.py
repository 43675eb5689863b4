"""Web servers of middleboxes and devices.

    appliance.py portal HTTP HTTPS CERT KEY    every request is sent to the login page
    appliance.py block HTTP HTTPS CERT KEY     the page of a web filter
    appliance.py device HTTPS CERT KEY         a device's own administration page
"""

import socket
import ssl
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LOGIN_HOST = "login.portal.example"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    product = "lighttpd/1.4.69"

    def version_string(self):
        return self.product

    def reply(self, status, body, headers=()):
        data = body.encode()
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def do_GET(self):
        raise NotImplementedError

    def do_HEAD(self):
        self.do_GET()

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.do_GET()

    def log_message(self, *_):
        pass


class Portal(Handler):
    def do_GET(self):
        if self.headers.get("Host", "").split(":")[0] == LOGIN_HOST:
            self.reply(200, "<title>Guest network</title><form action=/login>Please log in</form>")
        else:
            self.reply(302, "", [("Location", f"http://{LOGIN_HOST}/login?from={self.headers.get('Host', '')}"),
                                 ("Cache-Control", "no-store")])


class Block(Handler):
    product = "FortiGuard"

    def do_GET(self):
        self.reply(403, "<title>Web Page Blocked</title><h1>FortiGuard Intrusion Prevention - Access Blocked</h1>"
                        "<p>Web Page Blocked. You have tried to access a web page which is in violation of your "
                        "internet usage policy.</p>")


class Device(Handler):
    def do_GET(self):
        self.reply(200, "<title>Switch administration</title>")


class Server(ThreadingHTTPServer):
    address_family = socket.AF_INET6
    daemon_threads = True

    def handle_error(self, *_):
        """A client that refuses the certificate is no error of the lab."""


def secure(server, certificate, key):
    """Handshakes happen in the connection's own thread, so that a silent client holds nobody up."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    return server


def main():
    mode, *ports, certificate, key = sys.argv[1:]
    handler = {"portal": Portal, "block": Block, "device": Device}[mode]
    *plain, encrypted = [Server(("::", int(port)), handler) for port in ports]
    for server in plain:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    secure(encrypted, certificate, key).serve_forever()


main()
