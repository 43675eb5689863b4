"""The http check tells the host's answer from a portal's, a filter's and a proxy's."""
import time

from harness import Case, tcp
from pki import answer, listen, replies, request

PUBLIC = "198.51.100.7"  # no log-in page belongs there
PUBLIC_UP = [f"ip address add {PUBLIC}/32 dev lo"]


def web(data):
    return tcp(replies(data))


def public(name, code, data, **how):
    """A case against a public address."""
    return Case(name, "http", code, lambda bed: listen(bed, replies(data), PUBLIC),
                setup=PUBLIC_UP, **how)


def page(title="", body="", status="200 OK", headers=()):
    html = f"<html><head><title>{title}</title></head><body>{body}</body></html>"
    return answer(status, ["Content-Type: text/html", *headers], html.encode())


def to(url):
    return answer("302 Found", [f"Location: {url}"])


def blocked(name, data, product):
    return public(f"block-{name}", "REPLY-REJECTED", data, exit=1,
                  facts={"block-page": True, "block-product": product})


def portal(name, data, **how):
    return public(f"portal-{name}", "REPLY-BAD-REPLY", data, exit=1, facts={"captive": True}, **how)


def asked(got):
    return (len(got) == 1 and got[0].startswith(b"GET / HTTP/1.1\r\n")
            and b"accept-encoding" not in got[0].lower())


def close(connection):
    request(connection)


def reset(connection):
    request(connection)
    connection.reset()


def silent(connection):
    request(connection)
    connection.hold()


def drip(connection):
    request(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Drip: ")
    while True:
        connection.sendall(b"x")
        time.sleep(0.5)


def body_drip(connection):
    request(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n")
    while True:
        connection.sendall(b"x")
        time.sleep(0.5)


def one_by_one(connection):
    request(connection)
    connection.split(page("Octet by octet"), pause=0.002)
    connection.hold()


def endless(connection):
    request(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        connection.sendall(b"x" * 65536)


def flood(connection):
    request(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Filler: " + b"x" * 10000000)


INTERIM = b"HTTP/1.1 100 Continue\r\n\r\n"


def interim(connection):
    request(connection)
    connection.sendall(INTERIM)


def interim_flood(connection):
    request(connection)
    connection.sendall(INTERIM * 400000)


def interim_held(connection):
    interim(connection)
    connection.hold()


BOMB = answer(headers=["Content-Encoding: gzip"],
              body=bytes.fromhex("1f8b08000000000000ff") + b"\xec\xc1\x01" * 3000)


PLAIN = [
    Case("good", "http", "REPLY-OK", web(page("Hello", headers=["Server: nginx"])),
         families=(4, 6), exit=0, received=asked,
         facts={"status": 200, "title": "Hello", "server": "nginx", "http-version": "1.1"},
         no_facts=("captive", "block-page", "tls-trust")),
    Case("error", "http", "REPLY-OK", web(answer("500 Broken")), facts={"status": 500}),
    Case("head", "http", "REPLY-OK", web(answer("405 no")), params=["method=HEAD", "path=/x"],
         received=lambda got: got[0].startswith(b"HEAD /x HTTP/1.1\r\n")),
    Case("own-login", "http", "REPLY-OK", web(page("Switch", "<input type=password>")),
         no_facts=("captive",)),
    public("https-upgrade", "REPLY-OK", to(f"https://{PUBLIC}/")),
    public("other-site", "REPLY-OK", to("https://www.vendor.example/"), facts={"leads-away": True}),
    public("other-site-by-script", "REPLY-OK", page("", "<script>location.href = 'https://a.vendor.example/'</script>"),
           facts={"leads-away": True, "onward": "https://a.vendor.example/"}),
    public("own-site-by-script", "REPLY-OK", page("", f"<script>location.href = 'https://{PUBLIC}/'</script>"),
           no_facts=("leads-away",), facts={"onward": f"https://{PUBLIC}/"}),
    public("no-page", "REPLY-OK", answer("204 No Content"), facts={"page": "empty"}),
    public("allowed-site", "REPLY-OK", to("http://mirror.vendor.example/"),
           params=["expect_host_redirects=vendor.example"], facts={"status": 302}, no_facts=("leads-away",)),
    public("expected", "REPLY-OK", answer("204 No Content"), params=["expect_status=204"], no_facts=("page",)),
    public("unexpected-error", "REPLY-REJECTED", answer("404 no"), params=["expect_status=204"],
           no_facts=("captive",), exit=1),
    Case("octets", "http", "REPLY-OK", tcp(one_by_one), facts={"title": "Octet by octet"}),
    Case("endless-body", "http", "REPLY-OK", tcp(endless), facts={"status": 200}),
    Case("endless-header", "http", "REPLY-OK", tcp(flood), facts={"status": 200}),
    Case("body-drip", "http", "REPLY-OK", tcp(body_drip), facts={"status": 200}, seconds=(1.5, 5)),
    Case("compressed", "http", "REPLY-OK", web(BOMB), facts={"status": 200}),
    Case("hostile-title", "http", "REPLY-OK", web(page("a\x1b]0;x\x07b\u202e\r\nX: y")),
         facts={"title": "a\\x1b]0;x\\x07b\\xe2\\x80\\xae X: y"}),
    Case("redirect-file", "http", "REPLY-OK", web(to("file:///etc/passwd")),
         received=asked, facts={"location": "file:///etc/passwd"}),
    Case("redirect-loop", "http", "REPLY-OK", web(to("/")), received=asked),
    Case("closed", "http", "REPLY-RESET", tcp(close), exit=1),
    Case("reset", "http", "REPLY-RESET", tcp(reset), exit=1),
    Case("silent", "http", "REPLY-TIMEOUT", tcp(silent), seconds=(2, 20), exit=1),
    Case("drip", "http", "REPLY-TIMEOUT", tcp(drip), seconds=(2, 20)),
    Case("interim-then-close", "http", "REPLY-RESET", tcp(interim), exit=1, no_facts=("status",)),
    Case("interim-then-silence", "http", "REPLY-TIMEOUT", tcp(interim_held), seconds=(2, 20), exit=1),
    Case("interim-without-end", "http", "REPLY-BAD-REPLY", tcp(interim_flood), exit=1, no_facts=("status",)),
    Case("interim-then-answer", "http", "REPLY-OK", web(INTERIM + answer("204 No Content")), facts={"status": 204}),
    Case("not-http", "http", "REPLY-BAD-REPLY", web(b"SSH-2.0-OpenSSH_9.2\r\n"), exit=1),
    Case("http-0.9", "http", "REPLY-BAD-REPLY", web(b"<html>old</html>\n")),
    Case("refused", "http", "CONNECT-REFUSED", families=(4, 6), exit=1),
]

PORTALS = [
    portal("redirect", to("http://login.portal.example/login?from=x")),
    portal("https", to("https://wifi.hotel.example/")),
    portal("private", to("https://10.0.0.1:8443/")),
    portal("511", answer("511 Network Authentication Required")),
    portal("form", page("Welcome", '<form><input type="password" name="p"></form>')),
    portal("title", page("Guest network")),
    portal("refresh", page("", '<meta http-equiv="refresh" content="0; url=http://1.1.1.1/">')),
    portal("refresh-unquoted", page("", "<meta http-equiv=refresh content='0; url=http://1.1.1.1/'>")),
    portal("script", page("", "<script>window.location.replace('http://login.hotel.example/?x')</script>")),
    portal("script-private", page("", "<script>top.location = 'https://10.0.0.1:8443/'</script>")),
    portal("status", page("Click to accept"), params=["expect_status=204"]),
]

BLOCKED = [
    blocked("fortiguard", page("Web Page Blocked", "FortiGuard Intrusion Prevention",
                               "403 Forbidden"), "Fortinet FortiGuard"),
    blocked("palo-alto", page("Web Page Blocked", "Access to the web page you were trying to visit "
                              "has been blocked in accordance with company policy.", "503 no"),
            "Palo Alto Networks"),
    blocked("umbrella", to("https://block.opendns.com/?url=1"), "Cisco Umbrella"),
    blocked("zscaler", to("https://gateway.zscaler.net/auT?x"), "Zscaler"),
    blocked("sonicwall", page("SonicWall - Web Site Blocked"), "SonicWall"),
    blocked("sophos", page("Blocked", "<img src=sophos.png>", "403 no"), "Sophos Firewall"),
    blocked("squid", page("ERROR", "<b id=ERR_ACCESS_DENIED>", "403 no"), "Squid"),
    blocked("azure", answer("470 unknown", body=b"Action: Deny. Reason: No rule matched. Proceeding with default action."),
            "Azure Firewall"),
    public("block-law", "REPLY-REJECTED", answer("451 no"), facts={"block-page": True},
           no_facts=("block-product",)),
]


def proxied(name, code, data, **how):
    return Case(name, "http", code, web(data), target="vendor.example:80", port=False,
                args=["--proxy", "http://{host}:{port}"], **how)


PROXIES = [
    proxied("proxy", "REPLY-OK", page("Vendor"), facts={"title": "Vendor"}, exit=0,
            received=lambda got: got[0].startswith(b"GET http://vendor.example/ HTTP/1.1\r\n")),
    proxied("proxy-407", "PROXY-REJECTED",
            answer("407 Log in", ["Proxy-Authenticate: NTLM", "Proxy-Authenticate: Basic realm=x"]),
            exit=1, facts={"proxy-status": 407, "proxy-schemes": ["NTLM", "Basic"]}),
    proxied("proxy-forbids", "PROXY-REJECTED", page("ERROR", "<b id=ERR_ACCESS_DENIED>", "403 no",
                                                    ["Server: squid/5.7"]),
            facts={"proxy-status": 403, "proxy-server": "squid/5.7"}),
    proxied("proxy-upstream", "PROXY-REJECTED", answer("504 Gateway Timeout"),
            facts={"proxy-status": 504}),
    proxied("proxy-403-of-the-host", "REPLY-OK", answer("403 no", ["Server: nginx"]),
            facts={"status": 403}),
]

CASES = PLAIN + PORTALS + BLOCKED + PROXIES
