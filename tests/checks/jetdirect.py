"""The jetdirect check connects and sends nothing; a question goes out only where it is allowed."""
from harness import Case, silent_tcp, tcp

UEL = b"\x1b%-12345X"
QUESTION = UEL + b"@PJL INFO ID\r\n" + UEL + b"\r\n"
# PJL Technical Reference, chapter 7: the command, the value, a form feed.
ANSWER = b'@PJL INFO ID\r\n"HP LASERJET 4ML"\r\n\f'
PJL = ["pjl=true"]


def printer(answer, pieces=None, hold=True):
    def talk(connection):
        connection.exactly(len(QUESTION))
        if pieces:
            connection.split(answer, pieces, 0.005)
        else:
            connection.sendall(answer)
        if hold:
            connection.hold()
    return tcp(talk)


def reads(connection):
    while connection.recv():
        pass


def nothing(got):
    return not got


CASES = [
    Case("connects", "jetdirect", "CONNECT-OK", tcp(reads), families=(4, 6), received=nothing,
         no_facts=("model",)),
    Case("speaks-first", "jetdirect", "CONNECT-OK", tcp(lambda c: (c.sendall(b"busy"), reads(c))),
         received=nothing),
    Case("closes", "jetdirect", "CONNECT-OK", tcp(lambda c: None), received=nothing),
    Case("good", "jetdirect", "REPLY-OK", printer(ANSWER), params=PJL, exit=0, families=(4, 6),
         received=lambda got: got == [QUESTION], facts={"model": "HP LASERJET 4ML"}),
    Case("in-pieces", "jetdirect", "REPLY-OK", printer(ANSWER, 1), params=PJL,
         facts={"model": "HP LASERJET 4ML"}),
    Case("framed", "jetdirect", "REPLY-OK", printer(UEL + ANSWER, 3), params=PJL,
         facts={"model": "HP LASERJET 4ML"}),
    Case("no-quotes", "jetdirect", "REPLY-OK", printer(b"@PJL INFO ID\nBrother HL-1250\n\f"),
         params=PJL, facts={"model": "Brother HL-1250"}),
    Case("no-form-feed", "jetdirect", "REPLY-OK", printer(ANSWER[:-1]), params=PJL,
         seconds=(1.5, 6),
         facts={"model": "HP LASERJET 4ML"}),
    Case("no-form-feed-close", "jetdirect", "REPLY-OK", printer(ANSWER[:-1], hold=False),
         params=PJL,
         facts={"model": "HP LASERJET 4ML"}),
    Case("no-pjl", "jetdirect", "CONNECT-OK", tcp(reads), params=PJL, seconds=(1.5, 6),
         received=lambda got: b"".join(got) == QUESTION),
    Case("hostile-model", "jetdirect", "REPLY-OK",
         printer(b'@PJL INFO ID\r\n"\x1b[2J\x1b]0;x\x07\xff' + "\u202e".encode() + b'"\r\n\f'),
         params=PJL, facts={"model": lambda v: v.startswith("\\x1b[2J")}),
    Case("no-model", "jetdirect", "REPLY-OK", printer(b'@PJL INFO ID\r\n""\r\n\f'), params=PJL,
         facts={"model": ""}),
    Case("other-word", "jetdirect", "REPLY-BAD-REPLY", printer(b"@PJX"), params=PJL),
    Case("no-line", "jetdirect", "REPLY-BAD-REPLY", printer(b"@PJL INFO ID\f"), params=PJL),
    Case("stalled", "jetdirect", "REPLY-BAD-REPLY", printer(b"@PJ"), params=PJL, seconds=(1.5, 6)),
    Case("empty", "jetdirect", "REPLY-BAD-REPLY", printer(b"@PJL INFO ID\r\n\f"), params=PJL),
    Case("other", "jetdirect", "REPLY-BAD-REPLY", printer(b"SSH-2.0-x\r\n"), params=PJL, exit=1),
    Case("endless", "jetdirect", "REPLY-BAD-REPLY", printer(b"@PJL" + b"x" * 100000), params=PJL),
    Case("cut", "jetdirect", "REPLY-BAD-REPLY", printer(b"@PJL IN", hold=False), params=PJL),
    Case("reset", "jetdirect", "REPLY-RESET",
         tcp(lambda c: (c.exactly(len(QUESTION)), c.reset())), params=PJL),
    Case("refused", "jetdirect", "CONNECT-REFUSED", families=(4, 6), exit=1),
    Case("dropped", "jetdirect", "CONNECT-TIMEOUT", silent_tcp, seconds=(3.5, 7)),
]
