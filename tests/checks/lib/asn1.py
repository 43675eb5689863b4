"""BER elements (X.690) for scripted peers, written apart from our own encoder."""


def element(tag, *contents, octets=0):
    """Lengths on `octets` octets (Active Directory: 4), or as few as they need."""
    data = b"".join(contents)
    if octets or len(data) >= 0x80:
        octets = octets or (len(data).bit_length() + 7) // 8
        return bytes([tag, 0x80 | octets]) + len(data).to_bytes(octets, "big") + data
    return bytes([tag, len(data)]) + data


def integer(value, tag=2):
    size = value.bit_length() // 8 + 1
    return element(tag, value.to_bytes(size, "big", signed=True))


def parse(data):
    """(tag, contents, rest) of the first element; definite lengths only."""
    length, at = data[1], 2
    if length & 0x80:
        at += length & 0x7f
        length = int.from_bytes(data[2:at], "big")
    if len(data) < at + length:
        raise ValueError("cut off")
    return data[0], data[at:at + length], data[at + length:]


def parts(data):
    """All elements, as (tag, contents)."""
    found = []
    while data:
        tag, contents, data = parse(data)
        found.append((tag, contents))
    return found
