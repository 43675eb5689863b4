"""The sql-browser check lists the instances of a server and follows them to their ports."""
import shutil
import socket
import struct

import tds
from harness import Case, background, serve_tcp, serve_udp, silent, udp

# MC-SQLR 4.1: the answer of the specification's example.
EXAMPLE = (b"ServerName;ILSUNG1;InstanceName;YUKONSTD;IsClustered;No;Version;9.00.1399.06;"
           b"tcp;57137;;")
BIDI = "\u202e".encode()


def answer(text, size=None):
    """MC-SQLR 2.2.5"""
    return b"\5" + struct.pack("<H", len(text) if size is None else size) + text


def one(name="MSSQLSERVER", port=1433, version="16.0.1000.6", more=""):
    tcp = f";tcp;{port}" if port else ""
    return (f"ServerName;DB1;InstanceName;{name};IsClustered;No;Version;{version}"
            f"{tcp}{more};;").encode()


def sends(text):
    return udp(lambda data, nth: answer(text))


def browser(*instances, hidden=()):
    """As the real one: silent about an instance that is not there."""
    def handle(data, nth):
        if data[:1] == b"\3":
            return answer(b"".join(one(*i) for i in instances))
        named = [i for i in (*instances, *hidden)
                 if data == b"\4" + i[0].encode() + b"\0"]
        return answer(one(*named[0])) if named else None
    return udp(handle)


def with_servers(text, count=1, talk=None):
    """The Browser, and a SQL Server on each port that it names ({0}, {1} ...)."""
    def peer(bed):
        ports = []
        for _ in range(count):
            s, port = bed.bound(socket.SOCK_STREAM)
            background(serve_tcp, bed, s, talk or speaks_tds)
            ports.append(port)
        s, port = bed.bound(socket.SOCK_DGRAM)
        background(serve_udp, bed, s, lambda data, nth: answer(text.format(*ports).encode()))
        return port
    return peer


def speaks_tds(connection):
    connection.s.recv(65536)
    connection.sendall(tds.NEW)
    connection.hold()



def well_known(bed):
    """On port 1434: an independent client knows no other."""
    s, port = bed.bound(socket.SOCK_DGRAM, 1434)
    background(serve_udp, bed, s, lambda data, nth: answer(EXAMPLE))
    return port


def outside(program, cases):
    return cases if shutil.which(program) else []


def row(name, port):
    return one(name, port).decode()


NO = ["follow=false"]
NONSENSE = [b"", b"\5", b"\5\0\0", b"\5\5\0hello", b"\5\xff\xffServerName;", b"hello"]
ALL = [b"\3"]

CASES = [
    Case("example", "sql-browser", "REPLY-OK", sends(EXAMPLE), families=(4, 6), params=NO, exit=0,
         facts={"instances": ["YUKONSTD 9.00.1399.06 tcp 57137"], "port": 57137}, children=[],
         received=lambda got: got == ALL),
    Case("several", "sql-browser", "REPLY-OK",
         sends(one() + one("NOTCP", 0, more=r";np;\\DB1\pipe\sql\query") + one("DEV", 51433)),
         params=NO, facts={"instances": ["MSSQLSERVER 16.0.1000.6 tcp 1433",
                                         "NOTCP 16.0.1000.6 no tcp", "DEV 16.0.1000.6 tcp 51433"],
                           "port": 1433}),
    Case("unfinished", "sql-browser", "REPLY-OK", sends(EXAMPLE[:-2]), params=NO,
         facts={"port": 57137}),
    Case("follows", "sql-browser", "REPLY-OK", with_servers(row("A", "{0}")), exit=0,
         children=["REPLY-OK"]),
    Case("follows-all", "sql-browser", "REPLY-OK",
         with_servers(row("A", "{0}") + row("B", "{1}"), 2), children=["REPLY-OK"] * 2),
    Case("follows-eight", "sql-browser", "REPLY-OK",
         with_servers(row("A", "{0}") * 20), children=["REPLY-OK"] * 8,
         facts={"children-cut": True}, seconds=(0, 8)),
    Case("follows-to-nothing", "sql-browser", "REPLY-OK", sends(one(port=9)), exit=1,
         children=["CONNECT-REFUSED"]),
    Case("follows-by-name", "sql-browser", "REPLY-OK",
         with_servers(row("A", "{0}") + row("B", "{1}"), 2), params=["instance=b"],
         children=["REPLY-OK"], facts={"port": lambda v: v > 0}),
    Case("by-name", "sql-browser", "REPLY-OK", browser(("A", 1), ("DEV", 2)),
         params=[*NO, "instance=DEV"], facts={"port": 2},
         received=lambda got: got == [b"\4DEV\0", b"\3"]),
    Case("hidden", "sql-browser", "REPLY-OK", browser(("A", 1), hidden=[("H", 7)]),
         params=[*NO, "instance=H"], facts={"port": 7}),
    Case("by-name-without-port", "sql-browser", "REPLY-REJECTED",
         browser(("A", 1), ("NOTCP", 0)), params=["instance=notcp"], no_facts=("port",),
         children=[], verdict="not-ready", findings=["sql-instance"], owner="device",
         said=("NOTCP", "no tcp")),
    Case("only-without-port", "sql-browser", "REPLY-REJECTED", browser(("NOTCP", 0)),
         verdict="not-ready", findings=["sql-instance"], unsaid=("refuse",), families=(4, 6)),
    Case("one-of-two-without-port", "sql-browser", "REPLY-OK", browser(("A", 1), ("NOTCP", 0)),
         params=NO, verdict="ready"),
    Case("said-twice", "sql-browser", "REPLY-REJECTED",
         udp(lambda d, n: [answer(one("A", 1) + one("B", 2))] * 2), params=["instance=DEV"],
         seconds=(4, 6), facts={"instances": ["A 16.0.1000.6 tcp 1", "B 16.0.1000.6 tcp 2"]}),
    Case("no-such-name", "sql-browser", "REPLY-REJECTED", browser(("A", 1)),
         params=["instance=DEV"], seconds=(4, 6), exit=1, children=[],
         facts={"instances": ["A 16.0.1000.6 tcp 1"]}, no_facts=("port",)),
    Case("absurd-ports", "sql-browser", "REPLY-REJECTED",
         sends(one("A", 99999) + one("B", "-1") + one("C", "1x")), no_facts=("port",), children=[]),
    Case("hostile-text", "sql-browser", "REPLY-OK",
         sends(b"ServerName;\x1b[2J;InstanceName;\x1b]0;x\x07" + BIDI
               + b";\xff\x9b\0;;;;;InstanceName;\r\n;tcp;9;;"), params=NO),
    Case("many", "sql-browser", "REPLY-OK", sends(one("x" * 300, 9) * 150), params=NO,
         facts={"instances": lambda v: len(v) == 32}),
    Case("nonsense-first", "sql-browser", "REPLY-OK",
         udp(lambda d, n: [*NONSENSE, b"\5\xff\xff" + EXAMPLE, b"\3", b"HTTP/1.1 400",
                           answer(EXAMPLE)]), params=NO),
    *[Case(f"nonsense-{n}", "sql-browser", "REPLY-BAD-REPLY", udp(lambda d, _, reply=reply: reply),
           seconds=(4, 6)) for n, reply in enumerate(NONSENSE, 1)],
    Case("second-try", "sql-browser", "REPLY-OK",
         udp(lambda d, n: answer(EXAMPLE) if n > 1 else None), params=NO, seconds=(0.9, 3)),
    Case("truncated", "sql-browser", "REPLY-BAD-REPLY",
         udp(lambda d, n: answer(EXAMPLE)[:40]), seconds=(4, 6), exit=1),
    Case("empty", "sql-browser", "REPLY-BAD-REPLY", sends(b""), seconds=(4, 6)),
    Case("wrong-protocol", "sql-browser", "REPLY-BAD-REPLY",
         udp(lambda d, n: b"HTTP/1.1 400\r\n"), seconds=(4, 6)),
    Case("echo", "sql-browser", "REPLY-BAD-REPLY", udp(lambda d, n: d), seconds=(4, 6)),
    Case("refused", "sql-browser", "CONNECT-REFUSED", families=(4, 6), exit=1),
    Case("silent", "sql-browser", "REPLY-TIMEOUT", udp(silent), seconds=(4, 6), exit=1,
         received=lambda got: got == ALL * 3),
] + outside("tsql", [
    Case("tsql-agrees", "sql-browser", "REPLY-OK", well_known, params=NO,
         confirm=["tsql", "-L", "-H", "{host}"], confirm_says="57137"),
])
