"""The sap check takes any answer of SAP's network interface to a ping as proof."""
import shutil
import socket
import struct

from harness import Case, background, serve_tcp, silent_tcp, tcp

PING = b"\0\0\0\x08NI_PING\0"
PONG = b"\0\0\0\x08NI_PONG\0"
# A SAProuter's refusal and a gateway's error, as published.
DENIED = [b"*ERR*", b"1", b"saprouter: route permission denied (203.0.113.42 to 10.99.99.99, 3300)",
          b"-94", b"NI (network interface)", b"753", b"40"]
GATEWAY = [b"*ERR*", b"1", b"Conversation 50633926 not found", b"728", b"SAP-Gateway", b"793", b"2",
           b"/bas/793_REL/src/krn/si/gw/gwxxconn.c", b"960"]


def message(body, size=None):
    return struct.pack("!I", len(body) if size is None else size) + body


def fields(words, end=b"*ERR*"):
    return b"".join(word + b"\0" for word in [*words, end])


def router_error(words):
    text = fields(words)
    return message(b"NI_RTERR\0" + b"\x28\0\0" + struct.pack("!iI", -94, len(text)) + text
                   + bytes(4))


def server(answer, pieces=None):
    def talk(connection):
        connection.exactly(12)
        if pieces:
            connection.split(answer, pieces)
        else:
            connection.sendall(answer)
        connection.hold()
    return tcp(talk)


def dispatcher(bed):
    """On port 3200, where an independent client tries this protocol first."""
    s, port = bed.bound(socket.SOCK_STREAM, 3200)

    def talk(connection):
        if connection.recv()[:1] == b"\0":
            connection.sendall(message(b"**DPTMMSG**\0\0\xf8"))
    background(serve_tcp, bed, s, talk)
    return port


def outside(program, cases):
    return cases if shutil.which(program) else []


CASES = [
    Case("good", "sap", "REPLY-OK", server(PONG), families=(4, 6), exit=0,
         received=lambda got: got == [PING], facts={"answer": "pong"},
         no_facts=("error-text", "error-code")),
    Case("in-pieces", "sap", "REPLY-OK", server(PONG, 1), facts={"answer": "pong"}),
    Case("more-behind", "sap", "REPLY-OK", server(PONG * 1000)),
    Case("router", "sap", "REPLY-OK", server(router_error(DENIED)),
         facts={"answer": "router-error", "error-code": "-94", "release": "753",
                "component": "NI (network interface)",
                "error-text": lambda v: v.startswith("saprouter: route permission denied")}),
    Case("router-in-pieces", "sap", "REPLY-OK", server(router_error(DENIED), 5),
         facts={"error-code": "-94"}),
    Case("gateway", "sap", "REPLY-OK", server(message(fields(GATEWAY))),
         facts={"answer": "error", "component": "SAP-Gateway", "error-code": "728"}),
    Case("dispatcher", "sap", "REPLY-OK", server(message(b"**DPTMMSG**\0\0\xf8")),
         facts={"answer": "dispatcher"}),
    Case("no-record", "sap", "REPLY-OK", server(message(b"NI_RTERR\0")),
         no_facts=("error-text", "release")),
    Case("cut-record", "sap", "REPLY-OK", server(message(b"NI_RTERR\0*ERR*\0" + b"1\0no end")),
         no_facts=("error-text",)),
    Case("error-without-end", "sap", "REPLY-OK", server(message(b"*ERR*\0001\0x\0y")),
         facts={"answer": "error", "error-text": "x"}, no_facts=("error-code",)),
    Case("hostile-text", "sap", "REPLY-OK",
         server(router_error([b"*ERR*", b"1", b"\x1b[2J\x1b]0;x\x07\r\n\xff" + "\u202e".encode(),
                              b"\x9b", b"x" * 9000])),
         facts={"error-text": lambda v: v.startswith("\\x1b[2J"), "error-code": "\\x9b"}),
    Case("echo", "sap", "REPLY-BAD-REPLY", tcp(lambda c: (c.sendall(c.recv()), c.hold()))),
    Case("other-word", "sap", "REPLY-BAD-REPLY", server(message(b"NI_PONGO"))),
    Case("no-end", "sap", "REPLY-BAD-REPLY", server(message(b"NI_PONG"))),
    Case("one-octet", "sap", "REPLY-BAD-REPLY", server(message(b"N"))),
    Case("too-long", "sap", "REPLY-BAD-REPLY", server(b"\0\1\0\1")),
    Case("empty", "sap", "REPLY-BAD-REPLY", server(message(b""))),
    Case("oversized", "sap", "REPLY-BAD-REPLY", server(message(b"NI_PONG\0" * 9999, 0xffffff))),
    Case("negative", "sap", "REPLY-BAD-REPLY", server(message(b"NI_PONG\0", 0xffffffff))),
    Case("http", "sap", "REPLY-BAD-REPLY",
         tcp(lambda c: (c.recv(), c.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n"), c.hold()))),
    Case("tls-alert", "sap", "REPLY-BAD-REPLY",
         tcp(lambda c: (c.recv(), c.sendall(b"\x15\3\1\0\2\2\x46"), c.hold()))),
    Case("cut", "sap", "REPLY-BAD-REPLY", tcp(lambda c: (c.recv(), c.sendall(PONG[:9])))),
    Case("stalled", "sap", "REPLY-TIMEOUT",
         tcp(lambda c: (c.recv(), c.sendall(PONG[:9]), c.hold())), seconds=(4, 7)),
    Case("mute", "sap", "REPLY-TIMEOUT", tcp(lambda c: c.hold()), seconds=(4, 7), exit=1),
    Case("closed", "sap", "REPLY-RESET", tcp(lambda c: None), exit=1),
    Case("refused", "sap", "CONNECT-REFUSED", families=(4, 6), exit=1),
    Case("dropped", "sap", "CONNECT-TIMEOUT", silent_tcp, seconds=(3.5, 7)),
] + outside("nmap", [
    Case("nmap-agrees", "sap", "REPLY-OK", dispatcher, facts={"answer": "dispatcher"},
         confirm=["nmap", "-Pn", "-n", "-sT", "-sV", "--version-all", "-p", "{port}", "{host}"],
         confirm_says="SAP"),
])
