"""The ntp check believes only an answer to its own packet, and says what it is worth."""
import struct
import time

from harness import Case, silent, udp

EPOCH = 2208988800


def stamp(offset=0.0):
    now = time.time() + EPOCH + offset
    return struct.pack("!II", int(now) & 0xffffffff, int(now % 1 * 2**32))


def answer(data, first=0x24, stratum=2, refid=bytes([192, 0, 2, 1]), offset=0.0, origin=None):
    """A server's packet to the client's."""
    return (bytes([first, stratum, 6, 0xec]) + bytes(8) + refid + stamp(offset)
            + (data[40:48] if origin is None else origin) + stamp(offset) + stamp(offset))


def sends(**how):
    return udp(lambda data, nth: answer(data, **how))


def forged(data, nth):
    return [answer(data, origin=bytes(8)), b"\x17\x00\x03\x2a" + bytes(60),
            answer(data, first=0x23), answer(data, refid=b"\x1b[2J"), ]


def only_forged(data, nth):
    return [answer(data, origin=bytes(8)), b"\x17\x00\x03\x2a" + bytes(60)]


def asked_well(got):
    """48 octets, client mode, nothing of our clock but a random cookie."""
    return (len(got) == 1 and len(got[0]) == 48 and got[0][0] == 0x23
            and got[0][1:40] == bytes(39) and len(set(got[0][40:48])) > 2)


def about(milliseconds):
    return lambda v: abs(v - milliseconds) < 200


CASES = [
    Case("good", "ntp", "REPLY-OK", sends(), families=(4, 6), exit=0, received=asked_well,
         confirm=["chronyd", "-Q", "-t", "8", "-f", "/dev/null",
                  "server {host} port {port} iburst maxsamples 1"],
         confirm_says="System clock wrong by",
         facts={"stratum": 2, "leap": 0, "version": 4, "refid": "192.0.2.1",
                "offset": about(0), "round-trip": lambda v: -1 < v < 1000},
         no_facts=("kiss-code", "ignored")),
    Case("reference-clock", "ntp", "REPLY-OK", sends(stratum=1, refid=b"GPS\0", first=0x1c),
         facts={"refid": "GPS", "version": 3}),
    Case("an-hour-ahead", "ntp", "REPLY-OK", sends(offset=3600.0),
         facts={"offset": about(3600000)}),
    Case("twenty-years-back", "ntp", "REPLY-OK", sends(offset=-20 * 365 * 86400.0),
         facts={"offset": about(-20 * 365 * 86400000)}),
    Case("next-era", "ntp", "REPLY-OK", sends(offset=12 * 365 * 86400.0),
         facts={"offset": about(12 * 365 * 86400000)}),
    Case("rate", "ntp", "REPLY-REJECTED", sends(stratum=0, refid=b"RATE", first=0xe4), exit=1,
         facts={"kiss-code": "RATE"}),
    Case("deny", "ntp", "REPLY-REJECTED", sends(stratum=0, refid=b"DENY", first=0xe4),
         facts={"kiss-code": "DENY"}),
    Case("init", "ntp", "REPLY-UNSYNCHRONISED", sends(stratum=0, refid=b"INIT", first=0xe4),
         facts={"kiss-code": "INIT"}),
    Case("alarm", "ntp", "REPLY-UNSYNCHRONISED", sends(first=0xe4), exit=1,
         facts={"leap": 3}, no_facts=("offset",)),
    Case("stratum-16", "ntp", "REPLY-UNSYNCHRONISED", sends(stratum=16)),
    Case("stratum-0", "ntp", "REPLY-UNSYNCHRONISED", sends(stratum=0, refid=bytes(4))),
    Case("hostile-refid", "ntp", "REPLY-OK", sends(stratum=1, refid=b"\x1b[2J"),
         facts={"refid": "\\x1b[2J"}),
    Case("forged-first", "ntp", "REPLY-OK", udp(forged), facts={"ignored": 3}),
    Case("only-forged", "ntp", "REPLY-BAD-REPLY", udp(only_forged), seconds=(4, 6),
         facts={"ignored": 2}),
    Case("truncated", "ntp", "REPLY-BAD-REPLY", udp(lambda data, nth: answer(data)[:47]),
         seconds=(4, 6)),
    Case("wrong-protocol", "ntp", "REPLY-BAD-REPLY", udp(lambda data, nth: b"hello\r\n"),
         seconds=(4, 6)),
    Case("oversized", "ntp", "REPLY-OK", udp(lambda data, nth: answer(data) + bytes(60000))),
    Case("second-try", "ntp", "REPLY-OK",
         udp(lambda data, nth: answer(data) if nth > 1 else None), seconds=(0.9, 3)),
    Case("late", "ntp", "REPLY-OK", udp(lambda data, nth: [1.5, answer(data)]),
         seconds=(1.4, 3)),
    Case("refused", "ntp", "CONNECT-REFUSED", families=(4, 6), exit=1),
    Case("silent", "ntp", "REPLY-TIMEOUT", udp(silent), seconds=(4, 6), exit=1,
         received=lambda got: len(got) == 3 and len({g[40:] for g in got}) == 3),
]
