"""The ldap check asks for the root DSE and takes every answer in LDAP as proof."""
import time

import controller
from asn1 import element, integer, parse, parts
from harness import Case, tcp
from pki import has, secure, trust

WANTED = [b"namingContexts", b"defaultNamingContext", b"dnsHostName", b"isGlobalCatalogReady",
          b"vendorName", b"supportedLDAPVersion", b"currentTime"]
TLS = ["tls=true"]
STRICT = [*TLS, "verify=true"]
# What Samba 4.17.12 answered as a domain controller (tests/lab/peers/samba_dc), and slapd 2.5.13.
SAMBA = bytes.fromhex(
    "308201a40201016482019d0400308201973028041464656661756c744e616d696e67436f6e74657874311004"
    "0e44433d6c61622c44433d74657374301e0414737570706f727465644c44415056657273696f6e3106040132"
    "0401333032040a76656e646f724e616d653124042253616d6261205465616d202868747470733a2f2f777777"
    "2e73616d62612e6f726729301d040b646e73486f73744e616d65310e040c6463312e6c61622e746573743022"
    "040b63757272656e7454696d653113041132303236313132313034333333342e305a3081b3040e6e616d696e"
    "67436f6e74657874733181a0040e44433d6c61622c44433d74657374041f434e3d436f6e6669677572617469"
    "6f6e2c44433d6c61622c44433d746573740429434e3d536368656d612c434e3d436f6e66696775726174696f"
    "6e2c44433d6c61622c44433d74657374042044433d446f6d61696e446e735a6f6e65732c44433d6c61622c44"
    "433d74657374042044433d466f72657374446e735a6f6e65732c44433d6c61622c44433d74657374301e0414"
    "6973476c6f62616c436174616c6f6752656164793106040454525545300c02010165070a010004000400")
SLAPD = bytes.fromhex(
    "304d0201016448040030443025040e6e616d696e67436f6e74657874733113041164633d6578616d706c652c"
    "64633d6f7267301b0414737570706f727465644c44415056657273696f6e3103040133300c02010165070a01"
    "0004000400")
NOTICE = bytes.fromhex(
    "3032020100782d0a01020400040e6465636f64696e67206572726f728a16312e332e362e312e342e312e3134"
    "36362e3230303336")
WINDOWS = bytes.fromhex(
    "30840000006502010164840000005c0400308400000054308400000025040b646e73486f73744e616d653184"
    "0000001204106463312e636f72702e6578616d706c6530840000002304146973476c6f62616c436174616c6f"
    "675265616479318400000007040546414c53453084000000100201016584000000070a010004000400")
# Samba's, to a search below the root without a bind.
NOT_BOUND = b"00002020: Operation unavailable without authentication"
CONTEXTS = {b"defaultNamingContext": [b"d"], b"namingContexts": [b"x", b"d"]}


def entry(attributes, octets=0):
    """A SearchResultEntry; `octets` for lengths as Active Directory writes them."""
    def e(tag, *contents):
        return element(tag, *contents, octets=octets)
    listed = [e(0x30, element(4, name), e(0x31, *(element(4, v) for v in values)))
              for name, values in attributes.items()]
    return e(0x30, integer(1), e(0x64, element(4), e(0x30, *listed)))


def result(code=0, text=b"", op=0x65, octets=0, ident=1):
    return element(0x30, integer(ident), element(op, integer(code, 10), element(4),
                                                 element(4, text), octets=octets), octets=octets)


def clock(offset=0.0):
    return time.strftime("%Y%m%d%H%M%S.0Z", time.gmtime(time.time() + offset)).encode()


def windows(offset=0.0):
    """The answer of a domain controller in Active Directory's manner."""
    return entry({b"currentTime": [clock(offset)], b"dnsHostName": [b"dc1.corp.example"],
                  b"namingContexts": [b"CN=Schema,DC=corp", b"DC=corp,DC=example"],
                  b"defaultNamingContext": [b"DC=corp,DC=example"],
                  b"supportedLDAPVersion": [b"3", b"2"],
                  b"isGlobalCatalogReady": [b"TRUE"]}, octets=4) + result(octets=4)


def search(connection):
    """The client's whole message."""
    data = b""
    while True:
        data += connection.recv()
        try:
            return parse(data)
        except (ValueError, IndexError):
            continue


def says(make, pieces=None, pause=0.01):
    def talk(connection):
        search(connection)
        data = make() if callable(make) else make
        if pieces:
            connection.split(data, pieces, pause)
        else:
            connection.sendall(data)
        connection.hold()
    return talk


def answers(make, pieces=None, pause=0.01):
    return tcp(says(make, pieces, pause))


def closes(data):
    def talk(connection):
        search(connection)
        connection.sendall(data)
    return tcp(talk)


def asked_well(got):
    """One search: base "", scope base, these attributes; no bind before it."""
    tag, message, rest = parse(b"".join(got))
    ident, op = parts(message)
    fields = parts(op[1])
    return (tag == 0x30 and rest == b"" and ident == (2, b"\1") and op[0] == 0x63
            and fields[:3] == [(4, b""), (10, b"\0"), (10, b"\0")]
            and fields[5:7] == [(1, b"\0"), (0x87, b"objectClass")]
            and [value for _, value in parts(fields[7][1])] == WANTED)


def near(milliseconds):
    return lambda v: abs(v - milliseconds) < 2500  # its clock has whole seconds


def real():
    if not controller.here():
        return []
    facts = {"naming-context": "DC=lab,DC=test", "dns-host-name": "dc1.lab.test",
             "global-catalog-ready": True, "versions": ["2", "3"],
             "vendor": lambda v: v.startswith("Samba Team"), "server-time-offset": near(0)}
    return [Case(f"samba-{port}", "ldap", "REPLY-OK", controller.controller(port), params=params,
                 setup=controller.LINK, target=controller.ADDRESS, facts=facts)
            for port, params in ((389, []), (3269, TLS))]


CASES = [
    Case("samba", "ldap", "REPLY-OK", answers(SAMBA), families=(4, 6), exit=0, received=asked_well,
         facts={"naming-context": "DC=lab,DC=test", "dns-host-name": "dc1.lab.test",
                "global-catalog-ready": True, "versions": ["2", "3"],
                "vendor": "Samba Team (https://www.samba.org)",
                "server-time-offset": lambda v: v is not None},
         no_facts=("result-code", "message", "tls-version")),
    Case("openldap", "ldap", "REPLY-OK", answers(SLAPD),
         facts={"naming-context": "dc=example,dc=org", "versions": ["3"]},
         no_facts=("server-time-offset", "dns-host-name", "vendor", "global-catalog-ready")),
    Case("windows", "ldap", "REPLY-OK", answers(windows),
         facts={"naming-context": "DC=corp,DC=example", "versions": ["3", "2"],
                "server-time-offset": near(-500), "global-catalog-ready": True}),
    Case("windows-in-two-segments", "ldap", "REPLY-OK", answers(windows, 40, 0.1)),
    # Each length on four octets, as HAProxy's test of its ldap-check writes them.
    Case("windows-by-hand", "ldap", "REPLY-OK", answers(WINDOWS, 1, 0.001),
         facts={"dns-host-name": "dc1.corp.example", "global-catalog-ready": False}),
    *[Case(f"default-context-{place}", "ldap", "REPLY-OK", closes(entry(dict(
        sorted(CONTEXTS.items(), reverse=place == "last")))), facts={"naming-context": "d"})
      for place in ("first", "last")],
    Case("single-octets", "ldap", "REPLY-OK", answers(SLAPD, 1, 0.005)),
    Case("clock-behind", "ldap", "REPLY-OK", answers(lambda: windows(-3600)),
         facts={"server-time-offset": near(-3600500)}),
    Case("tls", "ldap", "REPLY-OK", secure(says(SAMBA), "self-signed"), params=TLS, exit=0,
         families=(4, 6), facts=trust("unknown-root", **{
             "naming-context": "DC=lab,DC=test", "tls-subject": has("www.example.com")})),
    Case("tls-in-pieces", "ldap", "REPLY-OK", secure(says(SAMBA, 7, 0.002), "unknown"), params=TLS,
         facts={"dns-host-name": "dc1.lab.test"}),
    Case("tls-verified", "ldap", "REPLY-OK", secure(says(SAMBA)), params=STRICT, exit=0,
         facts=trust("public", **{"naming-context": "DC=lab,DC=test"})),
    Case("tls-local-verified", "ldap", "REPLY-OK", secure(says(SAMBA), "local"), params=STRICT,
         facts={"naming-context": "DC=lab,DC=test"}),
    Case("tls-self-signed-verified", "ldap", "TLS-UNTRUSTED", secure(says(SAMBA), "self-signed"),
         params=STRICT, exit=1, received=lambda got: got == [], facts=trust("unknown-root"),
         no_facts=("naming-context",)),
    Case("tls-other-name-verified", "ldap", "TLS-UNTRUSTED", secure(says(SAMBA), "wrong-name"),
         params=STRICT, facts=trust("wrong-name")),
    Case("no-certificate", "ldap", "TLS-RESET", tcp(lambda c: c.recv()), params=TLS, exit=1),
    Case("tls-wanted-not-spoken", "ldap", "TLS-BAD-REPLY",
         tcp(lambda c: (c.recv(), c.sendall(NOTICE), c.hold())), params=TLS),
    Case("tls-spoken-not-wanted", "ldap", "REPLY-BAD-REPLY",
         tcp(lambda c: (c.recv(), c.sendall(b"\x15\3\3\0\2\2\x0a")))),
    Case("no-such-object", "ldap", "REPLY-OK", answers(result(32)), facts={"result-code": 32}),
    Case("stronger-authentication", "ldap", "REPLY-OK", answers(result(8, b"\x1b[2J sign\r\n")),
         exit=0, facts={"result-code": 8, "message": "\\x1b[2J sign\\x0d\\x0a"}),
    Case("answer-to-a-bind", "ldap", "REPLY-OK", answers(result(8, op=0x61)),
         facts={"result-code": 8}),
    Case("not-bound", "ldap", "REPLY-OK", answers(result(1, NOT_BOUND)),
         facts={"result-code": 1, "message": NOT_BOUND.decode()}),
    Case("notice-of-disconnection", "ldap", "REPLY-OK", closes(NOTICE),
         facts={"result-code": 2, "message": "decoding error"}),
    Case("entry-without-result", "ldap", "REPLY-OK", closes(entry({b"vendorName": [b"x"]})),
         facts={"vendor": "x"}),
    Case("entry-then-silence", "ldap", "REPLY-OK", answers(entry({b"vendorName": [b"x"]})),
         seconds=(3, 7)),
    Case("hostile-values", "ldap", "REPLY-OK",
         answers(entry({b"vendorName": [b"\x1b]0;x\x07" * 999], b"dnsHostName": [b"", b"b"],
                        b"currentTime": [b"99999999999999Z"],
                        b"supportedLDAPVersion": [b"\xff\x9b"] * 100}) + result()),
         facts={"vendor": lambda v: len(v) <= 256, "versions": lambda v: len(v) == 32},
         no_facts=("server-time-offset",)),
    Case("http", "ldap", "REPLY-BAD-REPLY",
         tcp(lambda c: (c.recv(), c.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n"), c.hold())),
         exit=1),
    Case("banner", "ldap", "REPLY-BAD-REPLY",
         tcp(lambda c: (c.sendall(b"220 mail.example ESMTP\r\n"), c.hold()))),
    Case("echo", "ldap", "REPLY-BAD-REPLY", tcp(lambda c: (c.sendall(c.recv()), c.hold()))),
    Case("other-message-id", "ldap", "REPLY-BAD-REPLY", answers(result(ident=7))),
    Case("indefinite-length", "ldap", "REPLY-BAD-REPLY", answers(b"\x30\x80\2\1\1\x65\0\0\0")),
    Case("absurd-length", "ldap", "REPLY-BAD-REPLY", answers(b"\x30\x84\xff\xff\xff\xff\2\1\1")),
    Case("oversized", "ldap", "REPLY-BAD-REPLY",
         answers(entry({b"vendorName": [b"A" * 70000]}))),
    Case("broken-inside", "ldap", "REPLY-BAD-REPLY",
         answers(element(0x30, integer(1), b"\x64\x7f" + bytes(9)))),
    Case("endless-references", "ldap", "REPLY-BAD-REPLY",
         answers(element(0x30, integer(1), element(0x73)) * 1000)),
    Case("truncated", "ldap", "REPLY-BAD-REPLY", closes(SAMBA[:200])),
    Case("cut-then-silence", "ldap", "REPLY-TIMEOUT", answers(SAMBA[:200]), seconds=(3, 7)),
    Case("closes", "ldap", "REPLY-RESET", closes(b""), exit=1),
    Case("resets", "ldap", "REPLY-RESET", tcp(lambda c: (c.recv(), c.reset()))),
    Case("silent", "ldap", "REPLY-TIMEOUT", tcp(lambda c: c.hold()), seconds=(3, 7), exit=1),
    Case("refused", "ldap", "CONNECT-REFUSED", families=(4, 6), exit=1),
] + real()
