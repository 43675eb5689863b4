"""A WinRM listener as far as an unauthenticated client can see it: WS-Management Identify on /wsman."""

import socket
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

IDENTIFY = """<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header/><s:Body>\
<wsmid:IdentifyResponse xmlns:wsmid="http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd">\
<wsmid:ProtocolVersion>http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd</wsmid:ProtocolVersion>\
<wsmid:ProductVendor>Microsoft Corporation</wsmid:ProductVendor>\
<wsmid:ProductVersion>OS: 0.0.0 SP: 0.0 Stack: 3.0</wsmid:ProductVersion>\
</wsmid:IdentifyResponse></s:Body></s:Envelope>"""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def version_string(self):
        return "Microsoft-HTTPAPI/2.0"

    def reply(self, status, body, kind, extra=()):
        data = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        for name, value in extra:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_POST(self):
        request = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path.split("?")[0] != "/wsman":
            self.do_GET()
        elif "WSMANIDENTIFY" in self.headers and b"Identify" in request:
            self.reply(200, IDENTIFY, "application/soap+xml;charset=UTF-8")
        else:
            self.reply(401, "", "text/plain", [("WWW-Authenticate", "Negotiate"), ("WWW-Authenticate", "Kerberos")])

    def do_GET(self):
        self.reply(404, "<h2>Not Found</h2>", "text/html; charset=us-ascii")

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    address_family = socket.AF_INET6


Server(("::", int(sys.argv[1])), Handler).serve_forever()
