"""The https check believes any status of a trusted server, and says how far it got elsewhere."""
import time

from harness import Case, tcp
from pki import answer, replies, request, secure, trust

HEAD = b"HEAD / HTTP/1.1\r\n"


def asked(got):
    """One HEAD, that names us and asks for no compression."""
    return (len(got) == 1 and got[0].startswith(HEAD) and b"User-Agent: preflight/" in got[0]
            and b"accept-encoding" not in got[0].lower() and b"cookie" not in got[0].lower())


def site(data=answer(), **how):
    return secure(replies(data), **how)


def close(connection):
    request(connection)


def silent(connection):
    request(connection)
    connection.hold()


def drip(connection):
    request(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Drip: ")
    while True:
        connection.sendall(b"x")
        time.sleep(0.5)


def flood(connection):
    """Ten megabytes of header."""
    request(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\n" + b"X-Filler: 0123456789\r\n" * 500000)


def endless(connection):
    request(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        connection.sendall(b"x" * 65536)


def only_get(connection):
    """It does not know HEAD, and waits."""
    if request(connection).startswith(b"GET "):
        connection.sendall(answer("200 OK"))
    connection.hold()


def closes_on_head(connection):
    if request(connection).startswith(b"GET "):
        connection.sendall(answer("200 OK"))
        connection.hold()


def hello_only(connection):
    connection.s.recv(65536)
    connection.reset()


def plain(connection):
    connection.s.recv(65536)
    connection.sendall(answer("400 Bad Request"))
    connection.hold()


CASES = [
    Case("good", "https", "REPLY-OK",
         site(answer(headers=["Server: nginx", "Date: Sun, 06 Nov 1994 08:49:37 GMT"])),
         families=(4, 6), exit=0, received=asked,
         facts=trust("public", status=200, server="nginx", **{
             "http-version": "1.1", "alpn": lambda v: v in (None, "http/1.1"),
             "date-offset": lambda v: v < -8e11}),
         no_facts=("captive", "block-page", "location", "title")),
    Case("forbidden", "https", "REPLY-OK", site(answer("403 Forbidden", ["Server: CloudFront"])),
         facts={"status": 403}, exit=0),
    Case("not-found", "https", "REPLY-OK", site(answer("404 Not Found")), facts={"status": 404}),
    Case("no-head", "https", "REPLY-OK", site(answer("405 Method Not Allowed")),
         facts={"status": 405}),
    Case("redirect", "https", "REPLY-OK", site(answer("302 Found", ["Location: https://a.test/"])),
         facts={"status": 302, "location": "https://a.test/"}, received=asked),
    Case("get", "https", "REPLY-OK", site(answer(body=b"<title>A page</title>")),
         params=["method=GET", "path=/a?b"], facts={"title": "A page"},
         received=lambda got: got[0].startswith(b"GET /a?b HTTP/1.1\r\n")),
    Case("expected", "https", "REPLY-OK", site(answer("204 No Content")),
         params=["expect_status=200,204"]),
    Case("unexpected-error", "https", "REPLY-REJECTED", site(answer("503 Busy")),
         params=["expect_status=200-399"], facts={"status": 503}, exit=1),
    Case("unexpected-page", "https", "REPLY-BAD-REPLY", site(answer()),
         params=["expect_status=204"], no_facts=("captive",)),
    Case("portal", "https", "REPLY-BAD-REPLY", site(answer("511 Log in")),
         facts={"captive": True}),
    Case("block-page", "https", "REPLY-REJECTED",
         site(answer("403 no", ["Server: FortiGuard"])),
         facts={"block-page": True, "block-product": "Fortinet FortiGuard"}),
    Case("untrusted", "https", "TLS-UNTRUSTED",
         site(answer("403 no", ["Server: FortiGuard"]), leaf="unknown"), exit=1,
         facts=trust("unknown-root", status=403, server="FortiGuard")),
    Case("untrusted-silent", "https", "REPLY-TIMEOUT", secure(silent, "unknown"),
         facts=trust("unknown-root"), seconds=(2, 20)),
    Case("untrusted-torn", "https", "TLS-UNTRUSTED", secure(close, "unknown"),
         facts=trust("unknown-root")),
    Case("device", "https", "REPLY-OK", site(leaf="self-signed"), params=["verify=false"],
         facts=trust("unknown-root", status=200), exit=0),
    Case("wrong-name", "https", "TLS-UNTRUSTED", site(leaf="wrong-name"),
         facts=trust("wrong-name")),
    Case("local-root", "https", "REPLY-OK", site(leaf="local"), facts=trust("local-root")),
    Case("hostile-header", "https", "REPLY-OK",
         site(answer(headers=["Server: a\x1b[2J\x07b", "Location: x\x9by"])),
         facts={"server": "a\\x1b[2J\\x07b"}),
    Case("closed", "https", "REPLY-RESET", secure(close), exit=1),
    Case("silent", "https", "REPLY-TIMEOUT", secure(silent), seconds=(2, 20), exit=1),
    Case("head-unanswered", "https", "REPLY-OK", secure(only_get), seconds=(4, 12), exit=0,
         families=(4, 6), verdict="ready", facts={"status": 200, "head-unanswered": True}),
    Case("head-closed", "https", "REPLY-OK", secure(closes_on_head), exit=0, verdict="ready",
         facts={"status": 200, "head-unanswered": True}),
    Case("get-alone", "https", "REPLY-TIMEOUT", secure(silent), params=["method=GET"],
         seconds=(4, 9), received=lambda got: len(got) == 1),
    Case("drip", "https", "REPLY-TIMEOUT", secure(drip), seconds=(2, 20)),
    Case("flood", "https", "REPLY-OK", secure(flood), facts={"status": 200}),
    Case("endless", "https", "REPLY-OK", secure(endless), params=["method=GET"]),
    Case("not-http", "https", "REPLY-BAD-REPLY", site(b"220 mail.example ESMTP\r\n")),
    Case("no-tls", "https", "TLS-BAD-REPLY", tcp(plain)),
    Case("name-filter", "https", "TLS-RESET", tcp(hello_only), exit=1),
    Case("refused", "https", "CONNECT-REFUSED", exit=1),
    Case("bad-path", "https", "REPLY-OK", site(), params=["path=/%20x"],
         received=lambda got: got[0].startswith(b"HEAD /%20x HTTP")),
]
