"""The smb check negotiates and goes: dialect, signing and clock without a logon."""
import os
import shutil
import struct
import time

import daemon
from harness import Case, tcp

GUID = bytes(range(16))


def filetime(offset=0.0):
    return int((time.time() + offset + 11644473600) * 10000000)


def frame(message):
    return struct.pack("!I", len(message)) + message


def header(status=0, command=0, flags=1):
    """MS-SMB2 2.2.1.2"""
    return struct.pack("<4sHHIHHIIQIIQ16s", b"\xfeSMB", 64, 0, status, command, 1, flags, 0, 0,
                       0xfeff, 0, 0, bytes(16))


def negotiated(dialect=0x0302, mode=1, offset=0.0, blob=b"x" * 74):
    """MS-SMB2 2.2.4"""
    return header() + struct.pack("<HHHH16sIIIIQQHHI", 65, mode, dialect, 0, GUID, 7, 1 << 20,
                                  1 << 20, 1 << 20, filetime(offset), 0, 128, len(blob),
                                  0) + blob


def answers(make, pieces=None):
    def talk(connection):
        size, = struct.unpack("!I", connection.exactly(4))
        connection.exactly(size)
        data = make()
        if pieces:
            connection.split(data, pieces)
        else:
            connection.sendall(data)
        connection.hold()
    return tcp(talk)


def refuses(connection):
    connection.recv()


OLD = b"\xffSMB\x72" + bytes(4) + b"\x88" + bytes(22) + b"\x01\0\0\0\0"


def old_server(connection):
    """It knows SMB1 alone, and closes on anything newer."""
    if connection.recv()[4:9] == b"\xffSMB\x72":
        connection.sendall(frame(OLD))
        connection.hold()


def old_echo(connection):
    asked = connection.recv()
    if asked[4:8] == b"\xffSMB":
        connection.sendall(asked)


def asked_well(got):
    """Four dialects, no more, and nothing after it."""
    return (len(got) == 2 and got[0] == b"\0\0\0\x6c" and got[1][:64] == header(flags=0)[:64]
            and got[1][64:76] == b"\x24\0\4\0\1" + bytes(7) and len(got[1]) == 108
            and got[1][92:] == bytes(8) + struct.pack("<4H", 0x202, 0x210, 0x300, 0x302))


def near(milliseconds):
    return lambda v: abs(v - milliseconds) < 2000


def smbd(bed, *more):
    """A real server, where there is one. It takes port 445."""
    where = daemon.folder()
    lines = ["[global]", "server role = standalone server", "smb ports = 445",
             "bind interfaces only = yes", "interfaces = lo", f"log file = {where}/log", *more]
    lines += [f"{kind} = {where}" for kind in ["private dir", "lock directory", "pid directory",
                                               "state directory", "cache directory",
                                               "ncalrpc dir"]]
    with open(f"{where}/config", "w") as f:
        f.write("\n".join(lines) + "\n")
    daemon.start(where, "smbd", "-F", "--no-process-group", "-s", f"{where}/config")
    daemon.wait_tcp(bed, 445)
    return 445


def real():
    if os.geteuid() != 0 or not shutil.which("smbd"):
        return []
    return [Case("smbd", "smb", "REPLY-OK", smbd,
                 facts={"dialect": lambda v: v.startswith("3.0"), "signing": "enabled",
                        "server-time-offset": near(0)}),
            Case("smbd-old", "smb", "REPLY-RESET", lambda bed: smbd(
                bed, "server min protocol = NT1", "server max protocol = NT1"),
                 findings=["smb1-only"], owner="device", seconds=(0, 10))]


CASES = [
    Case("good", "smb", "REPLY-OK", answers(lambda: frame(negotiated())), families=(4, 6),
         exit=0, received=asked_well,
         facts={"dialect": "3.0.2", "signing": "enabled", "server-time-offset": near(0),
                "server-guid": "03020100-0504-0706-0809-0a0b0c0d0e0f"}),
    Case("in-pieces", "smb", "REPLY-OK", answers(lambda: frame(negotiated()), 9)),
    Case("old-and-strict", "smb", "REPLY-OK", answers(lambda: frame(negotiated(0x0202, 3))),
         facts={"dialect": "2.0.2", "signing": "required"}),
    Case("unknown-dialect", "smb", "REPLY-OK", answers(lambda: frame(negotiated(0x0999, 0))),
         facts={"dialect": "0x0999", "signing": "off"}),
    Case("clock-behind", "smb", "REPLY-OK", answers(lambda: frame(negotiated(offset=-3600))),
         facts={"server-time-offset": near(-3600000)}),
    Case("refusal", "smb", "REPLY-REJECTED",
         answers(lambda: frame(header(0xc000000d) + b"\x09" + bytes(8))), exit=1,
         facts={"status": "0xc000000d"}),
    Case("smb1", "smb", "REPLY-REJECTED",
         answers(lambda: frame(OLD)), facts={"dialect": "1"}, findings=["smb1-only"],
         owner="device", said=("SMB1",), unsaid=("VTY",)),
    Case("smb1-only", "smb", "REPLY-RESET", tcp(old_server), exit=1, families=(4, 6),
         findings=["smb1-only"], owner="device", unsaid=("VTY",), seconds=(0, 8)),
    Case("smb1-echo", "smb", "REPLY-RESET", tcp(old_echo), findings=["service-resets"],
         seconds=(0, 8)),
    Case("closed-on-smb2", "smb", "REPLY-RESET", tcp(refuses), exit=1, seconds=(0, 8),
         findings=["service-resets"], unsaid=("VTY",)),
    Case("reset-on-smb2", "smb", "REPLY-RESET", tcp(lambda c: (c.recv(), c.reset())),
         seconds=(0, 8)),
    Case("echo", "smb", "REPLY-BAD-REPLY",
         tcp(lambda c: (c.sendall(c.recv()), c.hold()))),
    Case("http", "smb", "REPLY-BAD-REPLY",
         tcp(lambda c: (c.recv(), c.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n"), c.hold()))),
    Case("netbios", "smb", "REPLY-BAD-REPLY",
         tcp(lambda c: (c.recv(), c.sendall(b"\x83\0\0\1\x8f"), c.hold()))),
    Case("header-short", "smb", "REPLY-BAD-REPLY", answers(lambda: b"\0\0\0\x1f")),
    Case("too-long", "smb", "REPLY-BAD-REPLY", answers(lambda: b"\0\1\0\1")),
    Case("no-protocol", "smb", "REPLY-BAD-REPLY", answers(lambda: frame(bytes(32)))),
    Case("cut-length", "smb", "REPLY-BAD-REPLY",
         tcp(lambda c: (c.recv(), c.sendall(b"\0\0\0")))),
    Case("cut", "smb", "REPLY-BAD-REPLY",
         tcp(lambda c: (c.recv(), c.sendall(frame(negotiated())[:70])))),
    Case("cut-body", "smb", "REPLY-BAD-REPLY",
         answers(lambda: frame(negotiated()[:80]))),
    Case("endless", "smb", "REPLY-BAD-REPLY",
         tcp(lambda c: (c.recv(), c.sendall(b"\0\xff\xff\xff" + bytes(1000)), c.hold()))),
    Case("mute", "smb", "REPLY-TIMEOUT", tcp(lambda c: c.hold()), seconds=(4, 7)),
    Case("refused", "smb", "CONNECT-REFUSED", families=(4, 6), exit=1),
] + real()
