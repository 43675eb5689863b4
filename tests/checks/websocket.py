"""The websocket check believes only the digest of its own key."""
import base64
import hashlib
import time

from harness import Case, tcp
from pki import answer, has, replies, request, rooted, secure, trust

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def digest(data):
    """Sec-WebSocket-Accept for the key in the request, by Python's own SHA-1."""
    key = next(line.split(b":", 1)[1].strip() for line in data.split(b"\r\n")
               if line.lower().startswith(b"sec-websocket-key:"))
    assert len(base64.b64decode(key)) == 16
    return base64.b64encode(hashlib.sha1(key + GUID).digest()).decode()


def switch(accept, upgrade="websocket"):
    return (f"HTTP/1.1 101 Switching Protocols\r\nUpgrade: {upgrade}\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Accept: {accept}\r\nServer: peer\r\n\r\n").encode()


def speaks(make, send=lambda connection, data: connection.sendall(data)):
    def talk(connection):
        send(connection, make(digest(request(connection))))
        connection.recv()
    return talk


def stays(connection):
    """Answers, and does not go."""
    connection.sendall(switch(digest(request(connection))))
    connection.recv()
    connection.hold()


def resets(connection):
    connection.sendall(switch(digest(request(connection))))
    connection.recv()
    connection.reset()


def says_goodbye(got):
    """A masked close frame, status 1001."""
    frame = got[1]
    return (len(got) == 2 and frame[:2] == b"\x88\x82" and len(frame) == 8
            and bytes(a ^ b for a, b in zip(frame[6:], frame[2:4])) == b"\x03\xe9")


def one_by_one(connection, data):
    for at in range(len(data)):
        connection.sendall(data[at:at + 1])
        time.sleep(0.002)


def asked(got):
    """The request; what follows is a masked close frame or nothing."""
    first, rest = got[0], got[1:]
    return (first.startswith(b"GET / HTTP/1.1\r\n") and b"\r\nUpgrade: websocket\r\n" in first
            and b"\r\nConnection: Upgrade\r\n" in first
            and b"\r\nSec-WebSocket-Version: 13\r\n" in first
            and all(r[:2] == b"\x88\x82" and len(r) == 8 for r in rest))


def close(connection):
    request(connection)


def reset(connection):
    request(connection)
    connection.reset()


def silent(connection):
    request(connection)
    connection.hold()


def plain(connection):
    connection.s.recv(65536)
    connection.sendall(answer("400 Bad Request"))
    connection.hold()


def half(connection):
    request(connection)
    connection.sendall(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: web")
    connection.hold()


def flood(connection):
    request(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Filler: " + b"x" * 2000000)


def unmask(data):
    """(opcode, payload) of a client's control frame."""
    assert data[1] & 0x80, "a client masks"
    length, mask = data[1] & 0x7F, data[2:6]
    return data[0] & 0x0F, bytes(byte ^ mask[at % 4] for at, byte in enumerate(data[6:6 + length]))


def held(then):
    """Switches, and does `then` with the connection."""
    def talk(connection):
        connection.sendall(switch(digest(request(connection))))
        then(connection)
    return talk


def pongs(connection):
    opcode, payload = unmask(connection.recv())
    assert opcode == 9
    connection.sendall(bytes([0x8A, len(payload)]) + payload)
    connection.recv()


def pings_first(connection):
    """A ping and a message of its own, an old pong, then the right one."""
    connection.sendall(b"\x89\x02hi" + b"\x81\x05hello" + b"\x8a\x00")
    assert unmask(connection.recv()) == (10, b"hi")
    pongs(connection)


def wrong_pong(connection):
    connection.recv()
    connection.sendall(b"\x8a\x08notyours")
    connection.hold()


def forgets(connection):
    connection.recv()
    connection.hold()


def resets_later(connection):
    connection.recv()
    connection.reset()


def closes(connection):
    connection.sendall(b"\x88\x02\x03\xe9")
    connection.recv()


def babbles(connection):
    connection.sendall(b"\x8a\x7e\xff\xff")
    connection.hold()


def hold(name, code, then, idle, seconds=(0.4, 3)):
    return Case(f"hold-{name}", "websocket", code, secure(held(then)), params=["hold=400ms"],
                facts={"upgrade": "proved", **({"idle": idle} if idle else {})},
                no_facts=() if idle else ("idle",), seconds=seconds)


def status(line, code="REPLY-OK", upgrade="not-proved", **how):
    name = line.split(" ")[0]
    return Case(f"status-{name}", "websocket", code, secure(replies(answer(line))),
                facts={"status": int(name), "upgrade": upgrade}, **how)


def http_11(c):
    c.set_alpn_protocols(["h2", "http/1.1"])


def proxy(connection):
    """Passes CONNECT, then nothing more."""
    request(connection)
    connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
    connection.s.recv(65536)


CASES = [
    Case("proved", "websocket", "REPLY-OK", secure(speaks(switch), change=http_11),
         families=(4, 6), exit=0, received=asked,
         facts=trust("public", upgrade="proved", status=101, server="peer", alpn="http/1.1")),
    Case("octets", "websocket", "REPLY-OK", secure(speaks(switch, one_by_one)),
         facts={"upgrade": "proved"}),
    Case("goodbye", "websocket", "REPLY-OK", secure(stays), received=says_goodbye,
         facts={"upgrade": "proved"}, seconds=(0.4, 4)),
    Case("reset-after-proof", "websocket", "REPLY-OK", secure(resets),
         facts={"upgrade": "proved"}),
    Case("path", "websocket", "REPLY-OK", secure(speaks(switch)), params=["path=/live?x=1"],
         received=lambda got: got[0].startswith(b"GET /live?x=1 HTTP/1.1\r\n")),
    Case("interim", "websocket", "REPLY-OK",
         secure(speaks(lambda a: b"HTTP/1.1 103 Early Hints\r\nServer: x\r\n\r\n" + switch(a))),
         facts={"upgrade": "proved"}),
    Case("case-and-blanks", "websocket", "REPLY-OK",
         secure(speaks(lambda a: switch(" " + a + "  ", "WebSocket").replace(b"Upgrade:", b"UPGRADE:"))),
         facts={"upgrade": "proved"}),
    Case("wrong-digest", "websocket", "REPLY-BAD-REPLY",
         secure(speaks(lambda a: switch("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="))), exit=1,
         facts={"status": 101}, no_facts=("upgrade",)),
    Case("no-digest", "websocket", "REPLY-BAD-REPLY", secure(speaks(lambda a: switch("")))),
    Case("no-upgrade", "websocket", "REPLY-BAD-REPLY", secure(speaks(lambda a: switch(a, "h2c")))),
    status("426 Upgrade Required", "REPLY-REJECTED", "stripped", exit=1),
    status("200 OK"),
    status("302 Found"),
    status("400 Bad Request"),
    status("401 Unauthorized"),
    status("403 Forbidden"),
    status("404 Not Found"),
    status("502 Bad Gateway"),
    Case("status-407", "websocket", "PROXY-REJECTED", secure(replies(answer("407 Log in"))),
         facts={"status": 407}, no_facts=("upgrade",)),
    Case("untrusted", "websocket", "TLS-UNTRUSTED", secure(speaks(switch), "unknown"), exit=1,
         facts=trust("unknown-root"), received=lambda got: got == []),
    Case("self-signed", "websocket", "TLS-UNTRUSTED", secure(speaks(switch), "self-signed"),
         received=lambda got: got == []),
    Case("closed", "websocket", "REPLY-RESET", secure(close), exit=1),
    Case("silent", "websocket", "REPLY-TIMEOUT", secure(silent), seconds=(2, 20), exit=1),
    Case("half-an-answer", "websocket", "REPLY-TIMEOUT", secure(half), seconds=(2, 20)),
    Case("flood", "websocket", "REPLY-BAD-REPLY", secure(flood)),
    Case("not-http", "websocket", "REPLY-BAD-REPLY", secure(replies(b"+OK POP3 ready\r\n"))),
    Case("hostile-server", "websocket", "REPLY-OK",
         secure(replies(answer("404 no", ["Server: \x1b[31mred\x07"]))),
         facts={"server": "\\x1b[31mred\\x07"}),
    Case("no-tls", "websocket", "TLS-BAD-REPLY", tcp(plain),
         facts={"tls-error": has("wrong version number")}),
    Case("behind-a-proxy", "websocket", "TLS-RESET", rooted(proxy), target="vendor.example:443",
         port=False, args=["--proxy", "http://{host}:{port}"], facts={"proxy-status": 200}),
    hold("kept", "REPLY-OK", pongs, "kept"),
    hold("pings-first", "REPLY-OK", pings_first, "kept"),
    hold("wrong-pong", "REPLY-TIMEOUT", wrong_pong, "lost", (2, 20)),
    hold("silence", "REPLY-TIMEOUT", forgets, "lost", (2, 20)),
    hold("reset", "REPLY-RESET", resets_later, "lost"),
    hold("server-closes", "REPLY-OK", closes, "closed", (0, 3)),
    hold("long-control-frame", "REPLY-BAD-REPLY", babbles, None, (0, 3)),
    Case("refused", "websocket", "CONNECT-REFUSED", exit=1),
]
