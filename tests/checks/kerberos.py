"""The kerberos check takes any answer of a KDC as proof, and tells codes and clocks."""
import struct
import time

import controller
from asn1 import element, integer, parse, parts
from harness import Case, silent, tcp, udp

REALM = ["realm=LAB.TEST"]
UDP = [*REALM, "transport=udp"]
# What Samba 4.17.12 answered as a domain controller (tests/lab/peers/samba_dc): no such principal.
SAMBA = bytes.fromhex(
    "7e8180307ea003020105a10302011ea411180f32303236313132313034333333365aa5050203065259a60302"
    "0106a70a1b084c41422e54455354a81c301aa003020101a11330111b0f707265666c696768742d70726f6265"
    "a90a1b084c41422e54455354aa1d301ba003020102a11430121b066b72627467741b084c41422e54455354")
# MIT krb5kdc 1.20.1: preauthentication required, with e-text and e-data.
MIT = bytes.fromhex(
    "7e81dc3081d9a003020105a10302011ea411180f32303236313132313034333435315aa505020305f313a603"
    "020119a70a1b084d49542e54455354a8133011a003020101a10a30081b066c6f636b6564a90a1b084d49542e"
    "54455354aa1d301ba003020102a11430121b066b72627467741b084d49542e54455354ab101b0e4e45454445"
    "445f50524541555448ac50044e304c300aa10402020088a20204003024a103020113a21d041b30193017a003"
    "020112a1101b0e4d49542e544553546c6f636b65643009a103020102a2020400300da10402020085a2050403"
    "4d4954")
# The same, an AS-REP; its two cipher texts are cut to four octets here.
TICKET = bytes.fromhex(
    "6b81b13081aea003020105a10302010ba22630243022a103020113a21b041930173015a003020112a10e1b0c"
    "4d49542e544553546f70656ea30a1b084d49542e54455354a411300fa003020101a10830061b046f70656ea5"
    "4a61483046a003020105a10a1b084d49542e54455354a21d301ba003020102a11430121b066b72627467741b"
    "084d49542e54455354a3143012a003020112a103020101a20604048b8829cea60f300da003020112a2060404"
    "2fc3b81f")


def field(number, *contents):
    return element(0xa0 + number, *contents)


def text(value):
    return element(0x1b, value)


def error(code, offset=0.0, realm=b"CORP.EXAMPLE", micro=250000, version=5):
    """KRB-ERROR of RFC 4120 5.9.1 with its required fields."""
    now = time.time() + offset
    stamp = time.strftime("%Y%m%d%H%M%SZ", time.gmtime(now)).encode()
    micro = int(now % 1 * 1e6) if micro is None else micro
    name = element(0x30, field(0, integer(2)),
                   field(1, element(0x30, text(b"krbtgt"), text(realm))))
    return element(0x7e, element(
        0x30, field(0, integer(version)), field(1, integer(30)), field(4, element(0x18, stamp)),
        field(5, integer(micro)), field(6, integer(code)), field(9, text(realm)), field(10, name)))


def framed(message):
    return struct.pack("!I", len(message)) + message


def over_tcp(make, pieces=None):
    def talk(connection):
        size, = struct.unpack("!I", connection.exactly(4))
        connection.exactly(size)
        data = make() if callable(make) else make
        if pieces:
            connection.split(data, pieces, 0.005)
        else:
            connection.sendall(data)
        connection.hold()
    return tcp(talk)


def over_udp(make):
    return udp(lambda data, nth: make() if callable(make) else make)


def asks_well(message):
    """An AS-REQ of RFC 4120 5.4.1 without padata: nothing that depends on a password."""
    tag, contents, rest = parse(message)
    outer = dict(parts(parse(contents)[1]))
    body = dict(parts(parse(outer[0xa4])[1]))
    return (tag == 0x6a and rest == b"" and list(outer) == [0xa1, 0xa2, 0xa4]
            and outer[0xa1] == integer(5) and outer[0xa2] == integer(10)
            and list(body) == [0xa0, 0xa1, 0xa2, 0xa3, 0xa5, 0xa7, 0xa8]
            and body[0xa2] == text(b"LAB.TEST")
            and body[0xa1] == element(0x30, field(0, integer(1)),
                                      field(1, element(0x30, text(b"preflight-probe"))))
            and body[0xa3] == element(0x30, field(0, integer(2)),
                                      field(1, element(0x30, text(b"krbtgt"), text(b"LAB.TEST")))))


def nonce(message):
    return dict(parts(parse(dict(parts(parse(parse(message)[1])[1]))[0xa4])[1]))[0xa7]


def near(milliseconds):
    return lambda v: abs(v - milliseconds) < 1500


def forged(data, nth):
    return [SAMBA[:-1], b"\x7e\x80\0\0", bytes(60000), data, SAMBA]


def real():
    if not controller.here():
        return []
    unknown = {"answer": "KRB-ERROR", "error-code": 6, "realm": "LAB.TEST", "skewed": False,
               "server-time-offset": near(0)}
    return [Case(f"samba-{how[-3:]}", "kerberos", "REPLY-OK", controller.controller(88),
                 params=[*REALM, how], setup=controller.LINK, target=controller.ADDRESS,
                 facts=unknown) for how in ("transport=tcp", "transport=udp")]


UNKNOWN = {"answer": "KRB-ERROR", "error-code": 6, "error-name": "KDC_ERR_C_PRINCIPAL_UNKNOWN",
           "realm": "LAB.TEST"}
CASES = [
    Case("tcp", "kerberos", "REPLY-OK", over_tcp(framed(SAMBA)), params=REALM, families=(4, 6),
         exit=0, received=lambda got: len(got) == 2 and asks_well(got[1]), facts=UNKNOWN),
    Case("udp", "kerberos", "REPLY-OK", over_udp(SAMBA), params=UDP, families=(4, 6), exit=0,
         received=lambda got: len(got) == 1 and asks_well(got[0]), facts=UNKNOWN),
    Case("preauthentication", "kerberos", "REPLY-OK", over_tcp(framed(MIT)), params=REALM,
         facts={"error-name": "KDC_ERR_PREAUTH_REQUIRED", "realm": "MIT.TEST"}),
    Case("ticket", "kerberos", "REPLY-OK", over_udp(TICKET), params=UDP,
         facts={"answer": "AS-REP", "realm": "MIT.TEST"},
         no_facts=("error-code", "server-time-offset", "skewed")),
    Case("too-big-for-udp", "kerberos", "REPLY-OK", over_udp(lambda: error(52)), params=UDP,
         facts={"error-name": "KRB_ERR_RESPONSE_TOO_BIG"}),
    Case("other-realm", "kerberos", "REPLY-OK", over_tcp(lambda: framed(error(68))), params=REALM,
         facts={"error-name": "KDC_ERR_WRONG_REALM", "realm": "CORP.EXAMPLE"}),
    Case("unknown-code", "kerberos", "REPLY-OK", over_tcp(lambda: framed(error(4711))),
         params=REALM, facts={"error-code": 4711}, no_facts=("error-name",)),
    Case("clock-right", "kerberos", "REPLY-OK", over_udp(lambda: error(6, micro=None)), params=UDP,
         facts={"server-time-offset": near(0), "skewed": False}),
    Case("clock-ten-minutes-ahead", "kerberos", "REPLY-OK", over_udp(lambda: error(6, 600)),
         params=UDP, facts={"server-time-offset": near(600000), "skewed": True}, exit=0),
    Case("clock-behind", "kerberos", "REPLY-OK", over_udp(lambda: error(37, -86400)), params=UDP,
         facts={"server-time-offset": near(-86400000), "skewed": True}),
    Case("no-time", "kerberos", "REPLY-OK", over_udp(lambda: error(6, micro=1000000)), params=UDP,
         no_facts=("server-time-offset", "skewed")),
    Case("hostile-realm", "kerberos", "REPLY-OK",
         over_udp(lambda: error(6, realm=b"\x1b[2J\xe2\x80\xae" + b"A" * 9000)), params=UDP,
         facts={"realm": lambda v: len(v) <= 256 and v.startswith("\\x1b[2J")}),
    Case("single-octets", "kerberos", "REPLY-OK", over_tcp(framed(SAMBA), 1), params=REALM),
    Case("forged-first", "kerberos", "REPLY-OK", udp(forged), params=UDP),
    Case("second-try", "kerberos", "REPLY-OK",
         udp(lambda data, nth: SAMBA if nth > 1 else None), params=UDP, seconds=(0.9, 3),
         received=lambda got: len({nonce(d) for d in got}) == 2),
    Case("http", "kerberos", "REPLY-BAD-REPLY",
         tcp(lambda c: (c.recv(), c.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n"), c.hold())),
         params=REALM, exit=1),
    Case("echo", "kerberos", "REPLY-BAD-REPLY",
         tcp(lambda c: (c.sendall(c.recv()), c.hold())), params=REALM),
    Case("echo-udp", "kerberos", "REPLY-BAD-REPLY", udp(lambda data, nth: data), params=UDP,
         seconds=(4, 6)),
    Case("version-4", "kerberos", "REPLY-BAD-REPLY", over_tcp(lambda: framed(error(6, version=4))),
         params=REALM),
    Case("indefinite-length", "kerberos", "REPLY-BAD-REPLY",
         over_tcp(framed(b"\x7e\x80\x30\x80\0\0\0\0")), params=REALM),
    Case("absurd-length", "kerberos", "REPLY-BAD-REPLY",
         over_tcp(framed(b"\x7e\x84\xff\xff\xff\xff\x30")), params=REALM),
    Case("oversized", "kerberos", "REPLY-BAD-REPLY", over_tcp(b"\0\x01\0\x01" + bytes(70000)),
         params=REALM),
    Case("empty", "kerberos", "REPLY-BAD-REPLY", over_tcp(bytes(4)), params=REALM),
    Case("truncated", "kerberos", "REPLY-BAD-REPLY",
         tcp(lambda c: (c.recv(), c.sendall(framed(SAMBA)[:60]))), params=REALM),
    Case("truncated-udp", "kerberos", "REPLY-BAD-REPLY", over_udp(SAMBA[:60]), params=UDP,
         seconds=(4, 6)),
    Case("closes", "kerberos", "REPLY-RESET", tcp(lambda c: c.recv()), params=REALM, exit=1),
    Case("silent", "kerberos", "REPLY-TIMEOUT", tcp(lambda c: c.hold()), params=REALM,
         seconds=(3, 7), exit=1),
    Case("silent-udp", "kerberos", "REPLY-TIMEOUT", udp(silent), params=UDP, seconds=(4, 6),
         exit=1, received=lambda got: len(got) == 3),
    Case("refused", "kerberos", "CONNECT-REFUSED", params=REALM, families=(4, 6), exit=1),
    Case("refused-udp", "kerberos", "CONNECT-REFUSED", params=UDP, families=(4, 6), exit=1),
] + real()
