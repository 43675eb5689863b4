"""The dns check wants every name answered, by an answer to its own question."""
import socket
import struct

from dnswire import (A, AAAA, FORMERR, NOTIMP, NXDOMAIN, QR, RA, RD, REFUSED, SERVFAIL, TC, Query,
                     address, alias, framed, name, record)
from harness import Case, background, both, closed, silent, silent_tcp, tcp, udp

ONE = ["names=www.example.com"]
TWO = ["names=www.example.com", "names=api.example.com"]
OVER_TCP = ["protocol=tcp"]
PUBLIC = {A: "203.0.113.7", AAAA: "2001:db8::7"}


def says(make):
    """A server whose answer make(query) builds."""
    return lambda data, nth: make(Query(data))


def good(q):
    return q.reply([address(q.name, PUBLIC[q.kind])])


def code(rcode):
    return says(lambda q: q.reply(rcode=rcode))


def with_address(text):
    return says(lambda q: q.reply([address(q.name, text)]))


def messages(connection):
    """The queries of a connection, one after the other."""
    while True:
        length, = struct.unpack("!H", connection.exactly(2))
        yield Query(connection.exactly(length))


def over_tcp(make):
    def talk(connection):
        for q in messages(connection):
            connection.sendall(make(q))
    return tcp(talk)


def good_tcp(q):
    return framed(good(q))


def split(connection):
    for q in messages(connection):
        connection.split(framed(good(q)), 5)


def half(connection):
    q = next(messages(connection))
    connection.sendall(framed(good(q))[:20])


def one_then_close(connection):
    first, _ = next(questions := messages(connection)), next(questions)
    connection.sendall(framed(good(first)))


def ssh_banner(connection):
    connection.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")
    connection.hold()


def only(wanted, other):
    """The good answer for one name, another one for the rest."""
    return says(lambda q: good(q) if q.name == wanted else other(q))


def chain(q):
    return q.reply([alias("b.example.net", "d1.cloudfront.example", 60),
                    address("d1.cloudfront.example", "203.0.113.9", 20),
                    alias(q.name, "b.example.net", 3600)])


def forged(data, nth):
    q = Query(data)
    wrong = address(q.name, "198.51.100.66")
    other = name("www.example.org") + struct.pack("!HH", A, 1)
    return [q.reply([wrong], ident=q.id ^ 1), q.reply([wrong], question=other), good(q)]


def only_forged(data, nth):
    return forged(data, nth)[:2]


def cut(q):
    return q.reply(flags=QR | RD | RA | TC)


def long_chain(q):
    names = [q.name] + [f"c{i}.example" for i in range(40)]
    return q.reply([alias(a, b) for a, b in zip(names, names[1:])])


def thousand(q):
    return q.reply([address(q.name, "203.0.113.7")] * 1000)


def many(q):
    """Sixty addresses: 988 octets."""
    return q.reply([address(q.name, f"203.0.113.{i}") for i in range(60)])


def cut_at(octets):
    """A device on the way that cuts long answers, and leaves TC as it is."""
    return udp(says(lambda q: many(q)[:octets]))


def from_other_port(bed):
    """A translation on the way that forgets the port."""
    d, port = bed.bound(socket.SOCK_DGRAM)
    other, _ = bed.bound(socket.SOCK_DGRAM)

    def serve():
        while True:
            data, client = d.recvfrom(65536)
            other.sendto(good(Query(data)), client)
    background(serve)
    return port


def pointer_loop(q):
    return q.reply(count=1, more=struct.pack("!H", 0xc000 | 12 + len(q.question)) + bytes(10))


def hostile_names(q):
    evil = [b"\x1b]0;owned\x07", b"a.b", b"\xe2\x80\xae", b"<script>"]
    return q.reply([record(q.name, 5, name(evil)), address(evil, "203.0.113.7")])


def refuses_tcp(bed):
    """TC on datagrams; the same port refuses connections."""
    return udp(says(cut))(bed)


def truncated_then_tcp(connection):
    for q in messages(connection):
        connection.sendall(framed(good(q)))


def asked_well(got):
    q = Query(got[0])
    return (len(got) == 1 and q.flags == 0x0100 and q.questions == 1 and q.cls == 1
            and q.name == "www.example.com" and got[0][6:12] == bytes(6))


ESCAPED = r"\027\0930\059owned\007.a\046b.\226\128\174.\060script\062"
ANSWER = ["www.example.com 203.0.113.7"]
CASES = [
    Case("good", "dns", "REPLY-OK", udp(says(good)), params=ONE, families=(4, 6), exit=0,
         received=asked_well,
         confirm=["dig", "@{host}", "-p", "{port}", "www.example.com", "+short"],
         confirm_says="203.0.113.7",
         facts={"rcode": "NOERROR", "answers": ANSWER, "ttl": 300, "recursion": True,
                "truncated": False, "unexpected-address": False,
                "server": lambda v: v.startswith(("127.0.0.1:", "[::1]:"))},
         no_facts=("aliases", "ignored", "failed-names")),
    Case("two-names", "dns", "REPLY-OK", udp(says(good)), params=TWO,
         facts={"answers": lambda v: sorted(v) == ["api.example.com 203.0.113.7", *ANSWER]},
         received=lambda got: len(got) == 2 and got[0][:2] != got[1][:2]),
    Case("aaaa", "dns", "REPLY-OK", udp(says(good)), params=ONE + ["type=AAAA"],
         facts={"answers": ["www.example.com 2001:db8::7"]}),
    Case("case-of-names", "dns", "REPLY-OK", udp(says(good)), params=["names=WWW.Example.com."],
         facts={"answers": ANSWER}),
    Case("chain", "dns", "REPLY-OK", udp(says(chain)), params=ONE,
         facts={"aliases": ["www.example.com -> b.example.net",
                            "b.example.net -> d1.cloudfront.example"], "ttl": 20}),
    Case("nxdomain", "dns", "REPLY-NXDOMAIN", udp(code(NXDOMAIN)), params=ONE, exit=1,
         confirm=["dig", "@{host}", "-p", "{port}", "www.example.com"],
         confirm_says="NXDOMAIN",
         facts={"rcode": "NXDOMAIN", "nxdomain-names": ["www.example.com"]}),
    Case("servfail", "dns", "REPLY-SERVFAIL", udp(code(SERVFAIL)), params=ONE, exit=1,
         facts={"rcode": "SERVFAIL", "failed-names": ["www.example.com SERVFAIL"]},
         no_facts=("nxdomain-names",)),
    Case("refused-code", "dns", "REPLY-REJECTED", udp(code(REFUSED)), params=ONE, exit=1,
         facts={"rcode": "REFUSED"}),
    Case("notimp", "dns", "REPLY-REJECTED", udp(code(NOTIMP)), params=ONE),
    Case("formerr", "dns", "REPLY-REJECTED", udp(code(FORMERR)), params=ONE),
    Case("no-data", "dns", "REPLY-NO-DATA", udp(says(lambda q: q.reply())), params=ONE, exit=1,
         facts={"rcode": "NOERROR"}),
    Case("any-reply-is-enough", "dns", "REPLY-OK", udp(code(REFUSED)),
         params=ONE + ["expect=any"], facts={"rcode": "REFUSED"}),
    Case("one-name-missing", "dns", "REPLY-NXDOMAIN",
         udp(only("www.example.com", lambda q: q.reply(rcode=NXDOMAIN))), params=TWO,
         facts={"nxdomain-names": ["api.example.com"], "answers": ANSWER}),
    Case("one-name-silent", "dns", "REPLY-TIMEOUT", udp(only("www.example.com", lambda q: None)),
         params=TWO, seconds=(4, 6), facts={"answers": ANSWER}),
    Case("sinkhole-zero", "dns", "REPLY-BAD-REPLY", udp(with_address("0.0.0.0")), params=ONE,
         exit=1, facts={"unexpected-address": True,
                        "answers": ["www.example.com 0.0.0.0"]}),
    Case("sinkhole-loopback", "dns", "REPLY-BAD-REPLY", udp(with_address("127.0.0.1")),
         params=ONE, facts={"unexpected-address": True}),
    Case("sinkhole-private", "dns", "REPLY-BAD-REPLY", udp(with_address("10.66.66.66")),
         params=ONE, facts={"unexpected-address": True}),
    Case("private-is-fine", "dns", "REPLY-OK", udp(with_address("10.1.2.3")),
         params=ONE + ["allow_private=true"], facts={"unexpected-address": True}),
    Case("forged-first", "dns", "REPLY-OK", udp(forged), params=ONE,
         facts={"ignored": 2, "answers": ANSWER}),
    Case("only-forged", "dns", "REPLY-BAD-REPLY", udp(only_forged), params=ONE, seconds=(4, 6),
         facts={"ignored": 2}, no_facts=("answers",)),
    Case("echo", "dns", "REPLY-BAD-REPLY", udp(lambda data, nth: data), params=ONE,
         seconds=(4, 6)),
    Case("wrong-protocol", "dns", "REPLY-BAD-REPLY", udp(lambda data, nth: b"HTTP/1.1 400\r\n"),
         params=ONE, seconds=(4, 6)),
    Case("alias-loop", "dns", "REPLY-BAD-REPLY",
         udp(says(lambda q: q.reply([alias(q.name, "b.example"), alias("b.example", q.name)]))),
         params=ONE),
    Case("alias-chain-of-40", "dns", "REPLY-BAD-REPLY", udp(says(long_chain)), params=ONE),
    Case("thousand-records", "dns", "REPLY-BAD-REPLY", udp(says(thousand)), params=ONE,
         seconds=(4, 6)),
    Case("pointer-loop", "dns", "REPLY-BAD-REPLY", udp(says(pointer_loop)), params=ONE,
         seconds=(4, 6)),
    Case("truncated-bytes", "dns", "REPLY-BAD-REPLY", udp(says(lambda q: good(q)[:-3])),
         params=ONE, seconds=(4, 6)),
    *(Case(f"cut-at-{octets}", "dns", "REPLY-BAD-REPLY", cut_at(octets), params=ONE, seconds=(4, 6),
           facts={"cut-at": octets}) for octets in (512, 509, 501)),
    Case("cut-and-says-so", "dns", "REPLY-OK", both(says(lambda q: q.reply(
        [address(q.name, PUBLIC[A])] * 9, flags=QR | RD | RA | TC)[:100]), truncated_then_tcp), params=ONE,
         facts={"truncated": True}, no_facts=("cut-at",)),
    Case("other-port", "dns", "REPLY-TIMEOUT", from_other_port, params=ONE, families=(4, 6), seconds=(4, 6), exit=1,
         facts={"answers-from": lambda v: len(v) == 1 and v[0].startswith(("127.0.0.1 port ", "::1 port "))}),
    Case("oversized", "dns", "REPLY-OK", udp(says(lambda q: good(q) + bytes(60000))),
         params=ONE),
    Case("hostile-names", "dns", "REPLY-OK", udp(says(hostile_names)), params=ONE,
         facts={"aliases": [f"www.example.com -> {ESCAPED}"],
                "answers": ["www.example.com 203.0.113.7"]}),
    Case("second-try", "dns", "REPLY-OK",
         udp(lambda data, nth: good(Query(data)) if nth > 1 else None), params=ONE,
         seconds=(0.9, 3)),
    Case("refused", "dns", "CONNECT-REFUSED", closed, params=ONE, families=(4, 6), exit=1),
    Case("silent", "dns", "REPLY-TIMEOUT", udp(silent), params=ONE, seconds=(4, 6), exit=1,
         received=lambda got: len(got) == 3),
    Case("tcp-good", "dns", "REPLY-OK", over_tcp(good_tcp), params=TWO + OVER_TCP,
         families=(4, 6), exit=0, facts={"answers": lambda v: len(v) == 2},
         confirm=["dig", "@{host}", "-p", "{port}", "+tcp", "www.example.com", "+short"],
         confirm_says="203.0.113.7"),
    Case("tcp-split", "dns", "REPLY-OK", tcp(split), params=TWO + OVER_TCP),
    Case("tcp-half-an-answer", "dns", "REPLY-BAD-REPLY", tcp(half), params=ONE + OVER_TCP),
    Case("tcp-one-then-close", "dns", "REPLY-RESET", tcp(one_then_close),
         params=TWO + OVER_TCP, facts={"answers": ANSWER}),
    Case("tcp-wrong-id", "dns", "REPLY-BAD-REPLY",
         over_tcp(lambda q: framed(q.reply(ident=q.id ^ 1))), params=ONE + OVER_TCP),
    Case("tcp-wrong-protocol", "dns", "REPLY-BAD-REPLY",
         tcp(ssh_banner), params=ONE + OVER_TCP, seconds=(0, 1)),
    Case("tcp-closes", "dns", "REPLY-RESET", tcp(lambda c: c.recv()), params=ONE + OVER_TCP),
    Case("tcp-resets", "dns", "REPLY-RESET", tcp(lambda c: (c.recv(), c.reset())),
         params=ONE + OVER_TCP),
    Case("tcp-mute", "dns", "REPLY-TIMEOUT", tcp(lambda c: c.hold()), params=ONE + OVER_TCP,
         seconds=(4, 8)),
    Case("tcp-empty-message", "dns", "REPLY-BAD-REPLY",
         tcp(lambda c: (c.sendall(bytes(2)), c.hold())), params=ONE + OVER_TCP),
    Case("tcp-refused", "dns", "CONNECT-REFUSED", params=ONE + OVER_TCP, families=(4, 6), exit=1),
    Case("tcp-silent", "dns", "CONNECT-TIMEOUT", silent_tcp, params=ONE + OVER_TCP,
         seconds=(3.5, 6), exit=1),
    Case("truncated", "dns", "REPLY-OK", both(says(cut), truncated_then_tcp), params=ONE,
         exit=0, facts={"truncated": True}, children=["REPLY-OK"]),
    Case("truncated-and-tcp-blocked", "dns", "REPLY-OK", refuses_tcp, params=ONE, exit=1,
         facts={"truncated": True}, children=["CONNECT-REFUSED"]),
]
