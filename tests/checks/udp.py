"""The udp check passes on the expected answer only: silence never does."""
from harness import Case, silent, udp

QUESTION = ["payload=hex:01 02ff", "expect=hex:AA00"]


def good(data, nth):
    return b"\xaa\x00rest" if data == b"\x01\x02\xff" else None


CASES = [
    Case("good", "udp", "REPLY-OK", udp(good), params=QUESTION, families=(4, 6), exit=0,
         facts={"bytes": 6}, received=lambda got: got == [b"\x01\x02\xff"]),
    Case("text", "udp", "REPLY-OK", udp(lambda data, nth: b"pong " + data),
         params=["payload=ping", "expect=pong ping"], facts={"reply": "pong ping"}),
    Case("second-try", "udp", "REPLY-OK",
         udp(lambda data, nth: None if nth == 1 else b"\xaa\x00"), params=QUESTION,
         seconds=(0.9, 3)),
    Case("other-answer", "udp", "REPLY-BAD-REPLY", udp(lambda data, nth: b"\xaa"),
         params=QUESTION, exit=1),
    Case("empty-answer", "udp", "REPLY-BAD-REPLY", udp(lambda data, nth: b""),
         params=QUESTION),
    Case("hostile", "udp", "REPLY-BAD-REPLY",
         udp(lambda data, nth: b"\x1b[2J\r\n\x9b\xe2\x80\xae\xff" + b"A" * 60000),
         params=QUESTION,
         facts={"bytes": 60011, "reply": lambda v: v.startswith("\\x1b[2J\\x0d\\x0a")}),
    Case("any-answer", "udp", "REPLY-OK", udp(lambda data, nth: b"?"),
         params=["payload=hex:00", "expect=hex:"], exit=0, facts={"bytes": 1}),
    Case("any-empty-answer", "udp", "REPLY-OK", udp(lambda data, nth: b""),
         params=["payload=hex:00", "expect=hex:"], exit=0, facts={"bytes": 0}),
    Case("any-of-silence", "udp", "REPLY-TIMEOUT", udp(silent),
         params=["payload=hex:00", "expect=hex:"], seconds=(4, 6), exit=1),
    Case("refused", "udp", "CONNECT-REFUSED", params=QUESTION, families=(4, 6), exit=1),
    Case("silent", "udp", "REPLY-TIMEOUT", udp(silent), params=QUESTION, seconds=(4, 6),
         exit=1, received=lambda got: len(got) == 3),
]
