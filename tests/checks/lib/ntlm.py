"""The server's side of NTLMv2 (MS-NLMP 3.3.2) and of SMB 2.1's signatures, for scripted peers."""
import hashlib
import hmac
import struct

CHALLENGE = bytes.fromhex("0123456789abcdef")


def md4(data):
    """RFC 1320: OpenSSL need not have it."""
    def turn(x, n):
        x &= 0xffffffff
        return (x << n | x >> (32 - n)) & 0xffffffff

    h = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476]
    data += b"\x80" + bytes((55 - len(data)) % 64) + struct.pack("<Q", 8 * len(data))
    for at in range(0, len(data), 64):
        x = struct.unpack("<16I", data[at:at + 64])
        a, b, c, d = h
        for i in range(16):
            a, b, c, d = d, turn(a + (b & c | ~b & d) + x[i], (3, 7, 11, 19)[i % 4]), b, c
        for i in range(16):
            k = i % 4 * 4 + i // 4
            a, b, c, d = d, turn(a + (b & c | b & d | c & d) + x[k] + 0x5a827999,
                                 (3, 5, 9, 13)[i % 4]), b, c
        for i in range(16):
            k = int(f"{i:04b}"[::-1], 2)
            a, b, c, d = d, turn(a + (b ^ c ^ d) + x[k] + 0x6ed9eba1, (3, 9, 11, 15)[i % 4]), b, c
        h = [(old + new) & 0xffffffff for old, new in zip(h, (a, b, c, d))]
    return struct.pack("<4I", *h)


def challenge(pairs=None, flags=0xa0888215):
    """2.2.1.2, with a domain's name and an end among the AV pairs."""
    if pairs is None:
        name = "LAB".encode("utf-16-le")
        pairs = struct.pack("<HH", 2, len(name)) + name + bytes(4)
    return (b"NTLMSSP\0" + struct.pack("<IHHII8s8sHHI", 2, 0, 0, 48, flags, CHALLENGE, bytes(8),
                                       len(pairs), len(pairs), 48) + pairs)


class Answer:
    """AUTHENTICATE_MESSAGE: 2.2.1.3."""

    def __init__(self, blob):
        data = blob[blob.index(b"NTLMSSP\0"):]
        kind, = struct.unpack_from("<I", data, 8)
        if kind != 3:
            raise ValueError(f"type {kind}")

        def field(at):
            length, _, offset = struct.unpack_from("<HHI", data, at)
            return data[offset:offset + length]
        self.response, self.domain, self.user = field(20), field(28), field(36)

    def key(self, password):
        """The session's key, or None: the password is another."""
        owf = hmac.new(md4(password.encode("utf-16-le")),
                       self.user.decode("utf-16-le").upper().encode("utf-16-le") + self.domain,
                       "md5").digest()
        proof = hmac.new(owf, CHALLENGE + self.response[16:], "md5").digest()
        if proof != self.response[:16]:
            return None
        return hmac.new(owf, proof, "md5").digest()


def signed(message, key):
    """SMB 2.1: MS-SMB2 3.1.4.1."""
    flags, = struct.unpack_from("<I", message, 16)
    message = message[:16] + struct.pack("<I", flags | 8) + message[20:48] + bytes(16) + message[64:]
    return message[:48] + hmac.new(key, message, hashlib.sha256).digest()[:16] + message[64:]


def is_signed(message, key):
    return bool(message[16] & 8) and signed(message, key) == message
