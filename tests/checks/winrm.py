"""The winrm check takes an IdentifyResponse, or a challenge that only WS-Management gives."""
import pathlib
import socket
import ssl
import subprocess
import tempfile

from harness import background, Connection, Case, serve_tcp, tcp

IDENTIFIED = """<s:Envelope xml:lang="en-US" xmlns:s="http://www.w3.org/2003/05/soap-envelope">
<s:Header/><s:Body><wsmid:IdentifyResponse xmlns:wsmid="http://schemas.dmtf.org/wbem/wsman/\
identity/1/wsmanidentity.xsd"><wsmid:ProtocolVersion>http://schemas.dmtf.org/wbem/wsman/1/\
wsman.xsd</wsmid:ProtocolVersion><wsmid:ProductVendor>Microsoft Corporation</wsmid:ProductVendor>\
<wsmid:ProductVersion>OS: 0.0.0 SP: 0.0 Stack: 3.0</wsmid:ProductVersion>\
</wsmid:IdentifyResponse></s:Body></s:Envelope>"""
HTTPAPI = ["Server: Microsoft-HTTPAPI/2.0"]


def reply(status, headers=(), body=""):
    lines = [f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}", "", body]
    return "\r\n".join(lines).encode()


def request(connection):
    """Head and body of one request."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += connection.recv()
    head, body = data.split(b"\r\n\r\n", 1)
    size = int(head.lower().split(b"content-length:")[1].split()[0])
    while len(body) < size:
        body += connection.recv()
    return head, body


def answers(data):
    def talk(connection):
        request(connection)
        connection.sendall(data)
        connection.hold()
    return tcp(talk)


def certificate():
    folder = tempfile.mkdtemp(prefix="preflight-winrm-")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                    "-subj", "/CN=windows.example", "-keyout", f"{folder}/key", "-out",
                    f"{folder}/cert"], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(f"{folder}/cert", f"{folder}/key")
    for path in pathlib.Path(folder).iterdir():
        path.unlink()
    pathlib.Path(folder).rmdir()
    return context


def with_tls(data, on=0):
    """on: the port; 0: any."""
    def peer(bed):
        context = certificate()

        def talk(connection):
            inner = Connection(context.wrap_socket(connection.s, server_side=True), bed)
            request(inner)
            inner.sendall(data)
            inner.hold()
        s, port = bed.bound(socket.SOCK_STREAM, on)
        background(serve_tcp, bed, s, talk)
        return port
    return peer


def on_5986(data):
    def peer(bed):
        s, port = bed.bound(socket.SOCK_STREAM, 5986)
        background(serve_tcp, bed, s, lambda c: (c.recv(), c.sendall(data), c.hold()))
        return port
    return peer


PROFILE = """\
preflight: profile/1
name: p
version: "1"
title: Windows
sources: {doc: {title: none}}
roles: {server: here}
default_role: server
requirements:
  - {id: lan.winrm, title: winrm, from: server, to: "device:windows", level: required,
     check: winrm, ports: [5985], source: doc}
"""
SITE = """\
preflight: inventory/1
devices:
  - {address: "{host}", types: [windows], name: server, ports: {winrm: 5986}}
"""


def asked_well(got):
    data = b"".join(got)
    return (data.startswith(b"POST /wsman HTTP/1.1\r\n") and b"Authorization" not in data
            and b"\r\nWSMANIDENTIFY: unauthenticated\r\n" in data
            and b"<wsmid:Identify/>" in data and b"preflight" in data)


def challenge(*schemes, server=HTTPAPI):
    return answers(reply("401 Unauthorized", [*server, *(f"WWW-Authenticate: {s}"
                                                         for s in schemes)]))


CASES = [
    Case("identified", "winrm", "REPLY-OK", answers(reply("200 OK", HTTPAPI, IDENTIFIED)),
         families=(4, 6), exit=0, received=asked_well,
         facts={"status": 200, "vendor": "Microsoft Corporation",
                "product-version": "OS: 0.0.0 SP: 0.0 Stack: 3.0",
                "server": "Microsoft-HTTPAPI/2.0"}),
    Case("negotiate", "winrm", "REPLY-OK", challenge("Negotiate"),
         facts={"status": 401, "authentication": lambda v: "Negotiate" in v}),
    Case("several-schemes", "winrm", "REPLY-OK", challenge('Basic realm="WSMAN"', "Kerberos")),
    Case("basic-of-windows", "winrm", "REPLY-OK", challenge('Basic realm="WSMAN"')),
    Case("basic-of-a-router", "winrm", "REPLY-BAD-REPLY",
         challenge('Basic realm="router"', server=()), exit=1),
    Case("tls", "winrm", "REPLY-OK", with_tls(reply("200 OK", HTTPAPI, IDENTIFIED)),
         params=["tls=true"],
         facts={"vendor": "Microsoft Corporation", "tls-trust": lambda v: v is not None,
                "tls-subject": lambda v: "windows.example" in v}),
    Case("https-by-its-port", "winrm", "REPLY-OK",
         with_tls(reply("200 OK", HTTPAPI, IDENTIFIED), 5986), families=(4, 6), exit=0,
         facts={"vendor": "Microsoft Corporation", "tls-trust": lambda v: v is not None}),
    Case("https-by-the-inventory", "winrm", "REPLY-OK",
         with_tls(reply("200 OK", HTTPAPI, IDENTIFIED), 5986), families=(4, 6), exit=0,
         files={"p.yaml": PROFILE, "site.yaml": SITE},
         words=["run", "{folder}/p.yaml", "--inventory", "{folder}/site.yaml"],
         facts={"vendor": "Microsoft Corporation"}),
    Case("http-on-the-port-of-https", "winrm", "TLS-BAD-REPLY", on_5986(reply("400 Bad Request"))),
    Case("no-listener", "winrm", "REPLY-REJECTED", answers(reply("404 Not Found", HTTPAPI)),
         facts={"listener": False, "status": 404}),
    Case("stopped", "winrm", "REPLY-REJECTED",
         answers(reply("503 Service Unavailable", HTTPAPI)), facts={"listener": False}),
    Case("other-404", "winrm", "REPLY-BAD-REPLY",
         answers(reply("404 Not Found", ["Server: nginx"])), facts={"status": 404}),
    Case("other-200", "winrm", "REPLY-BAD-REPLY",
         answers(reply("200 OK", (), "<html>\x1b[2J</html>"))),
    Case("hostile-text", "winrm", "REPLY-OK",
         answers(reply("200 OK", ["Server: \x1b[2J"],
                       IDENTIFIED.replace("Microsoft", "\x1b]0;x\x07")))),
    Case("not-http", "winrm", "REPLY-BAD-REPLY",
         tcp(lambda c: (c.recv(), c.sendall(b"SSH-2.0-x\r\n"), c.hold()))),
    Case("tls-wanted-not-spoken", "winrm", "TLS-BAD-REPLY",
         tcp(lambda c: (c.recv(), c.sendall(reply("400 Bad Request")), c.hold())),
         params=["tls=true"]),
    Case("closed", "winrm", "REPLY-RESET", tcp(lambda c: c.recv())),
    Case("mute", "winrm", "REPLY-TIMEOUT", tcp(lambda c: c.hold()), seconds=(4, 8)),
    Case("refused", "winrm", "CONNECT-REFUSED", families=(4, 6), exit=1),
]
