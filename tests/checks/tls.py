"""The tls and tls-inspection checks tell good chains from bad ones, and TLS from what is none."""
import time

from harness import Case, silent_tcp, tcp
from pki import has, request, rooted, secure, trust

ALERT = bytes([21, 3, 3, 0, 2, 2, 40])


def hold(connection):
    connection.hold()


def says(data):
    def talk(connection):
        connection.s.recv(65536)
        connection.sendall(data)
        connection.hold()
    return talk


def close(connection):
    connection.s.recv(65536)


def reset(connection):
    connection.s.recv(65536)
    connection.reset()


def drip(connection):
    """A handshake record that never ends, an octet at a time."""
    connection.s.recv(65536)
    connection.sendall(bytes([22, 3, 3, 0x40, 0, 2, 0, 0x3f, 0xfc, 3, 3]))
    while True:
        connection.sendall(b"x")
        time.sleep(0.5)


# A server of TLS 1.2 whose hello has no extension, so not that of RFC 5746 either.
_HELLO = b"\3\3" + bytes(range(32)) + b"\0\xc0\x2f\0"
BARE_HELLO = (bytes([22, 3, 3, 0, len(_HELLO) + 4, 2, 0, 0, len(_HELLO)]) + _HELLO)


def only_12(c):
    c.maximum_version = 0x303


def old(c):
    c.set_ciphers("ALL:@SECLEVEL=0")
    c.minimum_version, c.maximum_version = 0x301, 0x302


def strange_ciphers(c):
    c.maximum_version = 0x303
    c.set_ciphers("ECDHE-RSA-AES128-GCM-SHA256")


def speaks_h2(c):
    c.set_alpn_protocols(["h2"])


TLS = [
    Case("good", "tls", "REPLY-OK", secure(hold), families=(4, 6), exit=0,
         facts=trust("public", **{"tls-version": "TLSv1.3", "tls-root": has("Public Root"),
                                  "tls-subject": "CN=www.example.com",
                                  "tls-issuer": has("Issuing CA"),
                                  "tls-not-after": "2049-01-01T00:00:00Z",
                                  "tls-chain": lambda v: len(v) == 2,
                                  "tls-sha256": lambda v: len(v) == 64}),
         no_facts=("alpn", "tls-error"), received=lambda got: got == []),
    Case("alpn", "tls", "REPLY-OK", secure(hold, change=speaks_h2), params=["alpn=h2"],
         facts={"alpn": "h2"}, no_facts=("alpn-refused",)),
    Case("alpn-refused", "tls", "REPLY-OK", secure(hold), params=["alpn=h2"], facts={"alpn-refused": True},
         no_facts=("alpn",)),
    Case("version-1.2", "tls", "REPLY-OK", secure(hold, change=only_12),
         facts={"tls-version": "TLSv1.2"}),
    Case("other-name", "tls", "REPLY-OK", secure(hold, host="198.51.100.7"),
         params=["sni=www.example.com"], facts=trust("public"),
         setup=["ip address add 198.51.100.7/32 dev lo"]),
    Case("other-name-wrong", "tls", "TLS-UNTRUSTED", secure(hold), params=["sni=x.example.com"],
         facts=trust("wrong-name")),
    Case("too-old", "tls", "TLS-REJECTED", secure(hold, change=only_12), params=["min_version=1.3"],
         facts={"tls-version": "TLSv1.2"}, exit=1),
    Case("local-root", "tls", "REPLY-OK", secure(hold, "local"), facts=trust("local-root")),
    Case("self-signed", "tls", "TLS-UNTRUSTED", secure(hold, "self-signed"), exit=1,
         facts=trust("unknown-root", **{"tls-error": has("self-signed")})),
    Case("unverified", "tls", "REPLY-OK", secure(hold, "self-signed"), params=["verify=false"],
         facts=trust("unknown-root")),
    Case("unknown-root", "tls", "TLS-UNTRUSTED", secure(hold, "unknown"),
         facts=trust("unknown-root", **{"tls-root": has("Parking")})),
    Case("incomplete", "tls", "TLS-UNTRUSTED", secure(hold, "incomplete"),
         facts=trust("incomplete")),
    Case("expired", "tls", "TLS-UNTRUSTED", secure(hold, "expired"),
         facts=trust("expired", **{"tls-error": has("expired")})),
    Case("not-yet-valid", "tls", "TLS-UNTRUSTED", secure(hold, "not-yet"),
         facts=trust("not-yet-valid")),
    Case("wrong-name", "tls", "TLS-UNTRUSTED", secure(hold, "wrong-name"),
         facts=trust("wrong-name", **{"tls-names": "other.example.com"})),
    Case("oversize-chain", "tls", "TLS-BAD-REPLY", secure(hold, "huge"),
         facts={"tls-error": has("excessive message size")}),
    Case("old-version", "tls", "TLS-REJECTED", secure(hold, change=old), exit=1),
    Case("old-version-device", "tls", "TLS-REJECTED", secure(hold, change=old),
         params=["verify=false"], findings=["tls-version"], owner="device",
         said=("product",), unsaid=("vendor's status",)),
    Case("no-secure-renegotiation", "tls", "TLS-REJECTED", tcp(says(BARE_HELLO)), exit=1,
         families=(4, 6), findings=["tls-no-secure-renegotiation"], owner="device",
         said=("RFC 5746", "this host's OpenSSL"), unsaid=("refuses the request",)),
    Case("no-secure-renegotiation-https", "https", "TLS-REJECTED", tcp(says(BARE_HELLO)),
         findings=["tls-no-secure-renegotiation"], owner="device"),
    Case("small-key", "tls", "REPLY-OK", secure(hold, "small-key"), exit=0, families=(4, 6),
         verdict="ready-with-warnings", findings=["tls-weak-key"], owner="device",
         facts={"tls-weak-key": "RSA, 1024 bits"}, said=("product", "1024 bits")),
    Case("small-key-own", "tls", "TLS-UNTRUSTED", secure(hold, "small-key-own"), exit=1,
         owner="device", said=("1024 bits",)),
    Case("small-key-described", "tls", "REPLY-OK", secure(hold, "small-key-own"),
         params=["verify=false"], exit=0),
    Case("slow-handshake", "tls", "REPLY-OK", secure(hold, late=7), seconds=(7, 14),
         verdict="ready-with-warnings", findings=["service-slow"]),
    Case("no-common-cipher", "tls", "TLS-REJECTED", secure(hold, change=strange_ciphers),
         facts={"tls-error": "handshake failure"}),
    Case("alert", "tls", "TLS-REJECTED", tcp(says(ALERT)),
         facts={"tls-error": "handshake failure"}),
    Case("plain-http", "tls", "TLS-BAD-REPLY",
         tcp(says(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")),
         facts={"tls-error": "wrong version number"}),
    Case("ssh-banner", "tls", "TLS-BAD-REPLY", tcp(says(b"SSH-2.0-OpenSSH_9.2\r\n"))),
    Case("garbage", "tls", "TLS-BAD-REPLY",
         tcp(says(bytes((n * 89 + 7) % 256 for n in range(300))))),
    Case("closed", "tls", "TLS-RESET", tcp(close), exit=1),
    Case("reset", "tls", "TLS-RESET", tcp(reset), exit=1),
    Case("stall", "tls", "TLS-TIMEOUT", tcp(hold), seconds=(2, 20), exit=1),
    Case("drip", "tls", "TLS-TIMEOUT", tcp(drip), seconds=(2, 20)),
    Case("refused", "tls", "CONNECT-REFUSED", families=(4, 6), exit=1),
    Case("silent", "tls", "CONNECT-TIMEOUT", silent_tcp, seconds=(3.5, 6), exit=1),
]

INSPECTION = [
    Case("inspection-none", "tls-inspection", "REPLY-OK", secure(hold), exit=0,
         facts=trust("public"), no_facts=("inspection-product",)),
    Case("inspection-local", "tls-inspection", "TLS-UNTRUSTED", secure(hold, "local"), exit=1,
         facts=trust("local-root", **{"inspection-product": "Fortinet FortiGate",
                                      "tls-issuer": has("Corp CA")})),
    Case("inspection-unknown", "tls-inspection", "TLS-UNTRUSTED", secure(hold, "unknown"),
         facts=trust("unknown-root"), no_facts=("inspection-product",)),
    Case("inspection-expired", "tls-inspection", "TLS-UNTRUSTED", secure(hold, "expired"),
         facts=trust("expired")),
    Case("inspection-no-tls", "tls-inspection", "TLS-BAD-REPLY", tcp(says(b"hello\r\n" * 9))),
]


def proxy(status, more=()):
    def talk(connection):
        request(connection)
        connection.sendall("\r\n".join([f"HTTP/1.1 {status}", *more, "", ""]).encode())
        connection.hold()
    return talk


def asked(text):
    return lambda got: len(got) == 1 and got[0].startswith(text)


def through(name, code, talk, **how):
    return Case(name, "http-connect", code, rooted(talk), target="vendor.example:443", port=False,
                args=["--proxy", "http://{host}:{port}"], **how)


CONNECT = [
    through("tunnel-open", "REPLY-OK", proxy("200 Connection established"), exit=0,
            received=asked(b"CONNECT vendor.example:443 HTTP/1.1\r\n"),
            facts={"proxy-status": 200}),
    through("tunnel-407", "PROXY-REJECTED",
            proxy("407 Authenticate", ["Proxy-Authenticate: Negotiate",
                                       "Proxy-Authenticate: Basic realm=x"]), exit=1,
            facts={"proxy-status": 407, "proxy-schemes": ["Negotiate", "Basic"]}),
    through("tunnel-forbidden", "PROXY-REJECTED", proxy("403 Forbidden"),
            facts={"proxy-status": 403}),
    through("tunnel-nonsense", "PROXY-BAD-REPLY", says(b"SSH-2.0-x\r\n")),
    Case("no-proxy", "http-connect", "LOCAL-LOCAL", tcp(hold), why="needs-input"),
]

CASES = TLS + INSPECTION + CONNECT
