"""The telnet check reads only: commands or text are proof, silence proves the connection."""
from harness import Case, tcp

IAC = b"\xff\xfb\x25\xff\xfd\x18\xff\xfd\x20"


def says(data, hold=True):
    def talk(connection):
        connection.sendall(data)
        if hold:
            connection.hold()
    return tcp(talk)


def halves(connection):
    connection.split(b"\xff\xfd\x18", 1, 0.05)
    connection.hold()


def nothing_sent(got):
    return not got


CASES = [
    Case("commands", "telnet", "REPLY-OK", says(IAC), families=(4, 6), exit=0,
         received=nothing_sent,
         facts={"negotiates": True, "options": ["will 37", "do 24", "do 32"]}),
    Case("text", "telnet", "REPLY-OK", says(b"\r\nlogin: "), received=nothing_sent,
         facts={"negotiates": False, "banner": lambda v: "login: " in v}),
    Case("commands-and-text", "telnet", "REPLY-OK", received=nothing_sent,
         peer=says(b"\xff\xfb\x25\xff\xfd\x18\xff\xfa\x18\x01\xff\xf0login: "),
         facts={"negotiates": True, "options": ["will 37", "do 24"], "banner": "login: "}),
    Case("lines-of-text", "telnet", "REPLY-OK",
         says(b"\r\nUser Access Verification\r\n\r\nPassword: "),
         facts={"negotiates": False, "banner": r"\x0d\x0aUser Access Verification\x0d\x0a"
                                               r"\x0d\x0aPassword: "}),
    Case("option-without-end", "telnet", "REPLY-OK", says(b"\xff\xfa\x18\xff\xff\xff")),
    Case("commands-in-pieces", "telnet", "REPLY-OK", tcp(halves)),
    Case("text-then-close", "telnet", "REPLY-REJECTED", says(b"All lines are busy\r\n", False), exit=1,
         facts={"banner": lambda v: "busy" in v}),
    Case("smtp", "telnet", "REPLY-BAD-REPLY", says(b"220 mail.example ESMTP\r\n"), exit=1),
    Case("ftp-lines", "telnet", "REPLY-BAD-REPLY", says(b"220-Welcome\r\n220 ready\r\n")),
    Case("pop3", "telnet", "REPLY-BAD-REPLY", says(b"+OK ready\r\n")),
    Case("no-line-no-prompt", "telnet", "REPLY-BAD-REPLY", says(b"hello")),
    Case("endless-text", "telnet", "REPLY-BAD-REPLY", says(b"A" * 1000000)),
    Case("prompt", "telnet", "REPLY-OK", says(b"switch> ")),
    Case("hostile-text", "telnet", "REPLY-OK", says(b"\x1b[2J\x1b]0;x\x07\r\nlogin:")),
    Case("mute", "telnet", "CONNECT-OK", tcp(lambda c: c.hold()), seconds=(4, 7),
         received=nothing_sent),
    Case("ssh", "telnet", "REPLY-BAD-REPLY", says(b"SSH-2.0-x\r\n"), exit=1),
    Case("http", "telnet", "REPLY-BAD-REPLY", says(b"HTTP/1.1 400 Bad Request\r\n")),
    Case("no-command", "telnet", "REPLY-BAD-REPLY", says(b"\xff\x10")),
    Case("tls-alert", "telnet", "REPLY-BAD-REPLY", says(b"\x15\x03\x01\x00\x02\x02\x28")),
    Case("closed-at-once", "telnet", "REPLY-RESET", tcp(lambda c: None)),
    Case("refused", "telnet", "CONNECT-REFUSED", families=(4, 6), exit=1),
]
