"""An SNMPv3 agent's user-based security, authentication only (RFC 3414), from the RFC's text."""
import hashlib
import hmac

from asn1 import element as ber
from asn1 import integer
from asn1 import parts as elements

ENGINE = bytes.fromhex("80001f8804707265666c69676874")
STATS = {"level": 1, "time": 2, "user": 3, "engine": 4, "digest": 5, "decryption": 6}
AUTH, PRIV = 1, 2


def key(secret, engine=ENGINE, digest="sha1"):
    """The localised key of a password: RFC 3414 A.2."""
    secret = secret.encode()
    whole = (secret * (1048576 // len(secret) + 1))[:1048576]
    ku = hashlib.new(digest, whole).digest()
    return hashlib.new(digest, ku + engine + ku).digest()


class Question:
    """A v3 message, taken apart."""

    def __init__(self, data):
        self.data = data
        (_, message), = elements(data)
        _, (_, header), (_, usm), (tag, scoped) = elements(message)
        (_, ident), _, (_, flags), _ = elements(header)
        (_, usm), = elements(usm)
        parts = [body for _, body in elements(usm)]
        self.id = int.from_bytes(ident, "big")
        self.flags = flags[0]
        self.engine, self.boots, self.time, self.user, self.mac, self.salt = parts
        self.boots, self.time = int.from_bytes(self.boots, "big"), int.from_bytes(self.time, "big")
        self.encrypted = tag == 4
        self.request = 0
        if not self.encrypted:
            pdu = elements(scoped)[2][1]
            self.request = int.from_bytes(elements(pdu)[0][1], "big")
            self.objects = len(elements(elements(pdu)[3][1]))

    def is_authentic(self, secret):
        zeroed = self.data.replace(self.mac, bytes(len(self.mac)))
        return hmac.new(key(secret), zeroed, "sha1").digest()[:12] == self.mac


def message(question, pdu, level=0, secret=None, boots=3, seconds=77, engine=ENGINE, spoil=b"",
            hidden=b""):
    """A message of the agent around a PDU; `spoil` is what becomes of its MAC, `hidden` stands
    in the place of the PDU as if it were encrypted."""
    mac = bytes(12) if level & AUTH else b""
    usm = ber(0x30, ber(4, engine), integer(boots), integer(seconds), ber(4, question.user),
              ber(4, mac), ber(4))
    whole = ber(0x30, integer(3),
                ber(0x30, integer(question.id), integer(65507), ber(4, bytes([level])), integer(3)),
                ber(4, usm), ber(4, hidden) if hidden else ber(0x30, ber(4, engine), ber(4), pdu))
    if not level & AUTH:
        return whole
    right = hmac.new(key(secret), whole, "sha1").digest()[:12]
    at = whole.index(ber(4, question.user) + ber(4, mac)) + len(ber(4, question.user)) + 2
    return whole[:at] + (spoil or right) + whole[at + 12:]


def counter(arc, group=(15, 1, 1)):
    return ber(0x30, ber(6, bytes([0x2b, 6, 1, 6, 3, *group, arc, 0])), ber(0x41, b"\1"))


def report(question, stat, **how):
    varbind = counter(STATS[stat]) if isinstance(stat, str) else stat
    return message(question, ber(0xa8, integer(question.request), integer(0), integer(0),
                                 ber(0x30, varbind)), **how)


def response(question, values, status=0, **how):
    return message(question, ber(0xa2, integer(question.request), integer(status), integer(0),
                                 ber(0x30, *values)), **how)
