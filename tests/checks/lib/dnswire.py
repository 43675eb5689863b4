"""DNS messages for scripted peers, from RFC 1035 and not from our own encoder."""
import ipaddress
import struct

A, CNAME, AAAA = 1, 5, 28
NOERROR, FORMERR, SERVFAIL, NXDOMAIN, NOTIMP, REFUSED = range(6)
QR, TC, RD, RA = 0x8000, 0x0200, 0x0100, 0x0080


def name(text):
    labels = [label.encode() if isinstance(label, str) else label
              for label in (text.split(".") if isinstance(text, str) else text) if label]
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


def record(owner, kind, data, ttl=300):
    return name(owner) + struct.pack("!HHIH", kind, 1, ttl, len(data)) + data


def address(owner, text, ttl=300):
    a = ipaddress.ip_address(text)
    return record(owner, A if a.version == 4 else AAAA, a.packed, ttl)


def alias(owner, target, ttl=300):
    return record(owner, CNAME, name(target), ttl)


class Query:
    """What the client asked."""

    def __init__(self, data):
        self.data = data
        self.id, self.flags, self.questions = struct.unpack("!HHH", data[:6])
        labels, at = [], 12
        while data[at]:
            labels.append(data[at + 1:at + 1 + data[at]].decode())
            at += data[at] + 1
        self.name = ".".join(labels)
        self.kind, self.cls = struct.unpack("!HH", data[at + 1:at + 5])
        self.question = data[12:at + 5]

    def reply(self, answers=(), rcode=0, flags=QR | RD | RA, count=None, ident=None,
              question=None, more=b""):
        answers = list(answers)
        head = struct.pack("!HHHHHH", self.id if ident is None else ident, flags | rcode, 1,
                           len(answers) if count is None else count, 0, 0)
        return head + (question or self.question) + b"".join(answers) + more


def framed(message):
    return struct.pack("!H", len(message)) + message
