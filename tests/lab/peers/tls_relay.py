"""A middlebox in the path of TLS connections (the firewall redirects them here).

    tls_relay.py intercept PORT TABLE   open every connection with a certificate of the box's own authority.
                                        TABLE (JSON): "files": {name: [chain, key]}, "addresses": {address: name}
    tls_relay.py filter PORT NAME       pass everything on unopened, but reset a connection that asks for NAME
"""

import asyncio
import json
import socket
import ssl
import struct
import sys

SO_ORIGINAL_DST = 80
HANDSHAKE, CLIENT_HELLO, SERVER_NAME = 0x16, 1, 0


def original_destination(sock):
    """Where the client wanted to go before the firewall redirected it (sockaddr_in or sockaddr_in6)."""
    if sock.family == socket.AF_INET:
        data = sock.getsockopt(socket.IPPROTO_IP, SO_ORIGINAL_DST, 16)
        return socket.inet_ntop(socket.AF_INET, data[4:8]), struct.unpack_from("!H", data, 2)[0]
    data = sock.getsockopt(socket.IPPROTO_IPV6, SO_ORIGINAL_DST, 28)
    return socket.inet_ntop(socket.AF_INET6, data[8:24]), struct.unpack_from("!H", data, 2)[0]


async def copy(reader, writer):
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()
    except (ConnectionError, ssl.SSLError):
        pass


async def join(reader, writer, destination, first=b"", **upstream):
    """Connect onward and carry bytes both ways until both sides are done."""
    try:
        far_reader, far_writer = await asyncio.open_connection(*destination, **upstream)
    except OSError:
        reset(writer)
        return
    far_writer.write(first)
    # TLS has no half-closed state: there the first end is the end of both.
    until = asyncio.FIRST_COMPLETED if upstream else asyncio.ALL_COMPLETED
    await asyncio.wait([asyncio.create_task(copy(reader, far_writer)),
                        asyncio.create_task(copy(far_reader, writer))], return_when=until)
    for side in (writer, far_writer):
        side.close()


def reset(writer):
    """Close with RST instead of FIN."""
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


def server_name(hello):
    """The name in a ClientHello record, or None (RFC 8446 4.1.2, RFC 6066 3)."""
    try:
        if hello[0] != HANDSHAKE or hello[5] != CLIENT_HELLO:
            return None
        at = 5 + 4 + 2 + 32
        at += 1 + hello[at]
        at += 2 + int.from_bytes(hello[at:at + 2], "big")
        at += 1 + hello[at]
        end = at + 2 + int.from_bytes(hello[at:at + 2], "big")
        at += 2
        while at + 4 <= end:
            kind, length = struct.unpack_from("!HH", hello, at)
            if kind == SERVER_NAME:
                size = int.from_bytes(hello[at + 7:at + 9], "big")
                return hello[at + 9:at + 9 + size].decode("ascii", "replace").lower()
            at += 4 + length
    except (IndexError, struct.error):
        pass
    return None


async def filter_by_name(port, name):
    async def serve(reader, writer):
        destination = original_destination(writer.get_extra_info("socket"))
        try:
            first = await reader.readexactly(5)
            first += await reader.readexactly(int.from_bytes(first[3:5], "big"))
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            first = getattr(error, "partial", b"")
        if server_name(first) == name:
            reset(writer)
        else:
            await join(reader, writer, destination, first)
    return await asyncio.start_server(serve, None, port)


def _context(files):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*files)
    return context


async def intercept(port, table):
    contexts = {name: _context(files) for name, files in table["files"].items()}
    fallback = contexts[next(iter(contexts))]
    onward = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    onward.check_hostname, onward.verify_mode = False, ssl.CERT_NONE

    def choose(secure, name, _):
        secure.wanted = name
        if name in contexts:
            secure.context = contexts[name]

    fallback.sni_callback = choose

    async def serve(reader, writer):
        destination = original_destination(writer.get_extra_info("socket"))
        name = getattr(writer.get_extra_info("ssl_object"), "wanted", None)
        await join(reader, writer, destination, ssl=onward,
                   server_hostname=name or table["addresses"].get(destination[0], destination[0]))
    return await asyncio.start_server(serve, None, port, ssl=fallback)


async def main():
    mode, port, what = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    if mode == "intercept":
        with open(what, encoding="ascii") as file:
            server = await intercept(port, json.load(file))
    else:
        server = await filter_by_name(port, what)
    await server.serve_forever()


asyncio.run(main())
