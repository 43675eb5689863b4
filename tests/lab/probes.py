"""Independent probes: they show what the network does, with Python sockets and system tools only.

All of them run inside a node (see namespaces.call_in) and return plain data.
"""

import base64
import errno
import http.client
import os
import re
import secrets
import select
import socket
import ssl
import struct
import subprocess
import time
from dataclasses import dataclass

SILENT = "silent"
OPEN = "open"
REFUSED = "refused"

IP_RECVERR, IPV6_RECVERR = 11, 25
TRUST = "/etc/ssl/certs/ca-certificates.crt"


@dataclass(frozen=True)
class Icmp:
    """An ICMP error as the kernel reports it: who sent it, type and code."""
    sender: str
    type: int
    code: int

    def __str__(self):
        return f"ICMP {self.type}/{self.code} from {self.sender}"


def _family(address):
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def listen_for_errors(sock):
    """The kernel tells about each failure of a send, too (IP_RECVERR)."""
    if sock.family == socket.AF_INET6:
        sock.setsockopt(socket.IPPROTO_IPV6, IPV6_RECVERR, 1)
    else:
        sock.setsockopt(socket.IPPROTO_IP, IP_RECVERR, 1)


def _queued_error(sock):
    """The ICMP error in the socket's error queue, if there is one (struct sock_extended_err)."""
    try:
        _, ancillary, _, _ = sock.recvmsg(512, 512, socket.MSG_ERRQUEUE | socket.MSG_DONTWAIT)
    except OSError:
        return None
    for _, _, data in ancillary:
        origin, kind, code = struct.unpack_from("BBB", data, 4)
        if origin in (2, 3):
            offender = data[16:]
            address = offender[4:8] if origin == 2 else offender[8:24]
            return Icmp(socket.inet_ntop(socket.AF_INET if origin == 2 else socket.AF_INET6, address), kind, code)
    return None


def tcp(address, port, wait, source=0):
    """Open a connection, from a port of choice: OPEN, REFUSED (a reset), SILENT, an Icmp, or the name of a local error."""
    with socket.socket(_family(address), socket.SOCK_STREAM) as sock:
        sock.setblocking(False)
        listen_for_errors(sock)
        if source:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))   # free again at once
            sock.bind(("", source))
        number = sock.connect_ex((address, port))
        deadline = time.monotonic() + wait
        while number == errno.EINPROGRESS:
            poller = select.poll()
            poller.register(sock, select.POLLOUT)
            ready = poller.poll(5)
            if found := _queued_error(sock):
                return found
            if ready:
                number = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            elif time.monotonic() > deadline:
                return SILENT
        if found := _queued_error(sock):
            return found
        return {0: OPEN, errno.ECONNREFUSED: REFUSED}.get(number) or errno.errorcode[number]


def udp(address, port, payload, wait, source=0, hops=0):
    """Send one datagram, from a port of choice and with so many hops to live: the answer's bytes, SILENT, an Icmp, or the name of a local error."""
    with socket.socket(_family(address), socket.SOCK_DGRAM) as sock:
        listen_for_errors(sock)
        sock.settimeout(wait)
        if source:
            sock.bind(("", source))
        if hops:
            v6 = sock.family == socket.AF_INET6
            sock.setsockopt(*((socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS) if v6 else
                              (socket.IPPROTO_IP, socket.IP_TTL)), hops)
        try:
            sock.connect((address, port))
            sock.send(payload)
            return sock.recv(4096)
        except TimeoutError:
            return SILENT
        except OSError as error:
            return _queued_error(sock) or errno.errorcode[error.errno]


def ping(address, wait, size=56, fragment=True):
    """Round trip in milliseconds, or None for silence."""
    rules = [] if fragment else ["-M", "do"]
    done = subprocess.run(["ping", "-n", "-c", "1", "-W", f"{wait:.2f}", "-s", str(size), *rules, address],
                          capture_output=True, text=True, check=False)
    found = re.search(r"time=([\d.]+) ms", done.stdout)
    return float(found[1]) if found else None


@dataclass(frozen=True)
class Dns:
    """A DNS answer: response code and the answers' data (addresses, or names for CNAME and PTR)."""
    rcode: int
    data: tuple


def dns(server, name, kind="A", wait=1.0, over_tcp=False, source=0):
    """One query without retries: a Dns, or what tcp() and udp() say when there is no answer."""
    number = {"A": 1, "PTR": 12, "AAAA": 28}[kind]
    question = b"".join(bytes([len(label)]) + label.encode() for label in name.rstrip(".").split(".")) + b"\0"
    query = secrets.token_bytes(2) + struct.pack("!5H", 0x0100, 1, 0, 0, 0) + question + struct.pack("!2H", number, 1)
    answer = _dns_over_tcp(server, query, wait) if over_tcp else udp(server, 53, query, wait, source)
    return _parse_dns(answer) if isinstance(answer, bytes) else answer


def _dns_over_tcp(server, query, wait):
    state = tcp(server, 53, wait)
    if state != OPEN:
        return state
    with socket.create_connection((server, 53), wait) as sock:
        sock.sendall(struct.pack("!H", len(query)) + query)
        with sock.makefile("rb") as stream:
            try:
                return stream.read(struct.unpack("!H", stream.read(2))[0])
            except TimeoutError:
                return SILENT


def _parse_dns(message):
    _, flags, questions, answers = struct.unpack_from("!4H", message)
    at = 12
    for _ in range(questions):
        at = _name(message, at)[1] + 4
    data = []
    for _ in range(answers):
        at = _name(message, at)[1]
        kind, _, _, length = struct.unpack_from("!HHIH", message, at)
        at += 10
        if kind in (1, 28):
            family = socket.AF_INET if kind == 1 else socket.AF_INET6
            data.append(socket.inet_ntop(family, message[at:at + length]))
        elif kind in (5, 12):
            data.append(_name(message, at)[0])
        at += length
    return Dns(flags & 15, tuple(data))


def _name(message, at):
    """A domain name in a DNS message and the offset behind it."""
    labels, end = [], None
    while message[at]:
        if message[at] >= 0xC0:
            end = end or at + 2
            at = struct.unpack_from("!H", message, at)[0] & 0x3FFF
        else:
            labels.append(message[at + 1:at + 1 + message[at]].decode())
            at += 1 + message[at]
    return ".".join(labels), end or at + 1


@dataclass(frozen=True)
class Ntp:
    leap: int
    stratum: int
    reference: bytes


def ntp(address, wait):
    """A client-mode query: an Ntp, or what udp() says."""
    answer = udp(address, 123, bytes([0x23]) + bytes(39) + secrets.token_bytes(8), wait)
    return Ntp(answer[0] >> 6, answer[1], answer[12:16]) if isinstance(answer, bytes) else answer


def snmp(address, community, wait):
    """GET sysDescr.0 by SNMPv2c: the agent's answer as bytes, or what udp() says."""
    def ber(tag, content):
        return bytes([tag, len(content)]) + content
    binding = ber(0x30, ber(0x06, bytes.fromhex("2b06010201010100")) + ber(0x05, b""))
    pdu = ber(0xA0, ber(2, b"\x01") + ber(2, b"\0") + ber(2, b"\0") + ber(0x30, binding))
    return udp(address, 161, ber(0x30, ber(2, b"\x01") + ber(4, community.encode()) + pdu), wait)


@dataclass(frozen=True)
class Tls:
    """How a handshake ended: error is "" for a trusted one, and issuer the O= of the certificate shown."""
    error: str
    issuer: str = ""


def tls(address, name, wait, port=443):
    """A verified handshake with the system's roots; the issuer is read without verification if that fails."""
    error = _handshake(address, port, name, wait, ssl.create_default_context(cafile=TRUST))[0]
    lax = ssl.create_default_context()
    lax.check_hostname, lax.verify_mode = False, ssl.CERT_NONE
    certificate = _handshake(address, port, name, wait, lax)[1]
    if certificate is None:
        return Tls(error)
    shown = subprocess.run(["openssl", "x509", "-inform", "DER", "-noout", "-issuer", "-nameopt", "multiline"],
                           input=certificate, capture_output=True, check=True).stdout.decode()
    found = re.search(r"organizationName\s*= (.*)", shown)
    return Tls(error, found[1] if found else "")


def _handshake(address, port, name, wait, context):
    try:
        with (socket.create_connection((address, port), wait) as sock,
              context.wrap_socket(sock, server_hostname=name) as secure):
            return "", secure.getpeercert(binary_form=True)
    except ssl.SSLCertVerificationError as error:
        return error.verify_message, None
    except ConnectionResetError:
        return "reset", None
    except TimeoutError:
        return SILENT, None
    except OSError as error:
        return str(error), None


@dataclass(frozen=True)
class Http:
    status: int
    headers: dict
    body: str


def http_get(address, host, wait, path="/", secure=False, headers=None, port=None):
    """One GET at a fixed address: an Http, or the error's text. TLS is verified against the system's roots."""
    raw = None
    try:
        raw = socket.create_connection((address, port or (443 if secure else 80)), wait)
        if secure:
            raw = ssl.create_default_context(cafile=TRUST).wrap_socket(raw, server_hostname=host)
        connection = http.client.HTTPConnection(host)
        connection.sock = raw
        connection.request("GET", path, headers=headers or {})
        answer = connection.getresponse()
        if answer.status == 101:
            return Http(101, dict(answer.getheaders()), "")
        return Http(answer.status, dict(answer.getheaders()), answer.read(16384).decode(errors="replace"))
    except (OSError, http.client.HTTPException) as error:
        return str(error) or type(error).__name__
    finally:
        if raw is not None:
            raw.close()


def websocket(address, host, wait):
    """Ask for a WebSocket upgrade over TLS: an Http (101 is an upgrade), or the error's text."""
    return http_get(address, host, wait, secure=True, headers={
        "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode()})


def connect_through(proxy, port, target, wait, user=""):
    """The status line's number of a proxy's answer to CONNECT, or what tcp() says."""
    state = tcp(proxy, port, wait)
    if state != OPEN:
        return state
    login = f"Proxy-Authorization: Basic {base64.b64encode(user.encode()).decode()}\r\n" if user else ""
    with socket.create_connection((proxy, port), wait) as sock:
        sock.sendall(f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n{login}\r\n".encode())
        try:
            return int(sock.recv(4096).split()[1])
        except TimeoutError:
            return SILENT


def multicast(group, port, interface, payload, wait):
    """Ask a group on a link; the first answer's sender, or SILENT."""
    with socket.socket(_family(group), socket.SOCK_DGRAM) as sock:
        sock.settimeout(wait)
        sock.sendto(payload, socket.getaddrinfo(f"{group}%{interface}" if ":" in group else group, port)[0][4])
        try:
            return sock.recvfrom(4096)[1][0].split("%")[0]
        except TimeoutError:
            return SILENT


def mdns(group, interface, wait):
    """Which services are there? (RFC 6763 9)"""
    name = b"".join(bytes([len(label)]) + label for label in (b"_services", b"_dns-sd", b"_udp", b"local")) + b"\0"
    return multicast(group, 5353, interface, struct.pack("!6H", 0, 0, 1, 0, 0, 0) + name + struct.pack("!2H", 12, 1), wait)


def ssdp(group, interface, wait):
    search = f"M-SEARCH * HTTP/1.1\r\nHOST: {group}:1900\r\nMAN: \"ssdp:discover\"\r\nMX: 1\r\nST: ssdp:all\r\n\r\n"
    return multicast(group, 1900, interface, search.encode(), wait)


def banner(address, port, wait):
    """What a server says first, or what tcp() says."""
    state = tcp(address, port, wait)
    if state != OPEN:
        return state
    with socket.create_connection((address, port), wait) as sock:
        try:
            return sock.recv(256)
        except TimeoutError:
            return SILENT


def ask(address, port, question, wait):
    """What a server answers to a question, or says first where there is none; or what tcp() says."""
    state = tcp(address, port, wait)
    if state != OPEN:
        return state
    with socket.create_connection((address, port), wait) as sock:
        try:
            sock.sendall(question)
            return sock.recv(4096)
        except TimeoutError:
            return SILENT


def speaks_tls(address, port, wait):
    """True if a handshake succeeds, whoever signed the certificate; else how it ended."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return _handshake(address, port, None, wait, context)[0] or True


def speaks_tftp(address, wait):
    """True if a file that is not there is refused from a port of its own (RFC 1350 4); else what came."""
    with socket.socket(_family(address), socket.SOCK_DGRAM) as sock:
        sock.settimeout(wait)
        try:
            sock.sendto(b"\0\1nothing\0octet\0", (address, 69))
            answer, (_, port, *_) = sock.recvfrom(512)
        except TimeoutError:
            return SILENT
    return answer[:4] == b"\0\5\0\1" and port != 69 or answer
