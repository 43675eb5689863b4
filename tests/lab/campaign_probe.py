#!/usr/bin/python3
"""What the network does, observed without the product: plain sockets, packets built here, nothing shared with it.

    campaign_probe.py ask < QUESTION     on the collector: every path once, and a walk along those named in `walk`
    campaign_probe.py watch              on any node: which packets pass its ports, until stdin ends; then as JSON

The lab's proofs (proofs.py, probes.py) are not used here either: three independent readings of one network. While
a node is watched its kernel reports every ICMP error; its allowance for them is untouched by what is asked.
"""

import concurrent.futures
import contextlib
import errno
import json
import os
import random
import select
import socket
import ssl
import struct
import sys
import threading
import time

TRUST = "/etc/ssl/certs/ca-certificates.crt"
TENANT = "acme.us1.my.auvik.com"
NTP_EPOCH = 2208988800
COMMUNITY = b"lab-community"


# --- sockets --------------------------------------------------------------------------------------

def family_of(address):
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def tell_errors(sock, ttl=None):
    """Ask for ICMP errors (ip(7), ipv6(7): IP_RECVERR is 11, IPV6_RECVERR 25), and set how far packets may go."""
    if sock.family == socket.AF_INET6:
        sock.setsockopt(socket.IPPROTO_IPV6, 25, 1)
        if ttl:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS, ttl)
    else:
        sock.setsockopt(socket.IPPROTO_IP, 11, 1)
        if ttl:
            sock.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, ttl)


def queued(sock):
    """The oldest ICMP error in the socket's queue as [sender, type, code]; a local one without sender; or None."""
    try:
        _, controls, _, _ = sock.recvmsg(256, 512, socket.MSG_ERRQUEUE | socket.MSG_DONTWAIT)
    except OSError:
        return None
    for _, _, data in controls:
        number, origin, kind, code = struct.unpack_from("=IBBB", data)
        if origin == 1:
            return ["", 0, number]
        if len(data) >= 24 and origin in (2, 3):
            own = struct.unpack_from("=H", data, 16)[0]
            raw = data[20:24] if own == socket.AF_INET else data[24:40]
            return [socket.inet_ntop(own, raw), kind, code]
    return None


def outcome(sock, error):
    """How a socket's failure is written: icmp SENDER TYPE/CODE, refused, reset, or local ERRNO."""
    met = queued(sock)
    if met and met[0]:
        return f"icmp {met[0]} {met[1]}/{met[2]}"
    number = met[2] if met else error
    return {errno.ECONNREFUSED: "refused", errno.ECONNRESET: "reset", errno.ETIMEDOUT: "silent"}.get(
        number, f"local {errno.errorcode.get(number, number)}")


def connect(address, port, wait, ttl=None):
    """(socket or None, state, local port) of one connection attempt; the kernel repeats its SYN within the wait."""
    sock = socket.socket(family_of(address), socket.SOCK_STREAM)
    tell_errors(sock, ttl)
    sock.setblocking(False)
    try:
        error = sock.connect_ex((address, port))
        local = sock.getsockname()[1]
        if error == errno.EINPROGRESS:
            poll = select.poll()
            poll.register(sock, select.POLLOUT)
            if not poll.poll(wait * 1000):
                sock.close()
                return None, "silent", local
            error = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if error == 0:
            sock.settimeout(wait)
            return sock, "open", local
        state = outcome(sock, error)
        sock.close()
        return None, state, local
    except OSError as failure:
        sock.close()
        return None, f"local {errno.errorcode.get(failure.errno, failure.errno)}", 0


def datagram(address, port, payload, wait, accept, ttl=None):
    """(answer or None, state, local port): three tries; an answer counts where accept() says so."""
    with socket.socket(family_of(address), socket.SOCK_DGRAM) as sock:
        tell_errors(sock, ttl)
        local = 0
        try:
            sock.connect((address, port))
            local = sock.getsockname()[1]
            strange = False
            for _ in range(3):
                sock.send(payload)
                end = time.monotonic() + wait / 3
                while (left := end - time.monotonic()) > 0:
                    sock.settimeout(left)
                    try:
                        answer = sock.recv(8192)
                    except TimeoutError:
                        break
                    if accept(answer):
                        return answer, "open", local
                    strange = True
            return None, "strange" if strange else "silent", local
        except OSError as failure:
            return None, outcome(sock, failure.errno), local


# --- what is asked of an open path ------------------------------------------------------------------

def receive(sock):
    """Bytes, "silent", "reset" or "ended"."""
    try:
        return sock.recv(4096) or "ended"
    except TimeoutError:
        return "silent"
    except OSError as failure:
        return "reset" if failure.errno == errno.ECONNRESET else "ended"


def status_line(sock, request):
    """The status of an HTTP answer with where it redirects to, or how the connection went on."""
    try:
        sock.sendall(request)
    except OSError:
        return "reset"
    said = receive(sock)
    if not isinstance(said, bytes):
        return said
    if not said.startswith(b"HTTP/1."):
        return "other"
    head = said.split(b"\r\n\r\n")[0].decode("latin-1")
    where = [line[9:].strip() for line in head.split("\r\n") if line.lower().startswith("location:")]
    return head[9:12] + (f" to {where[0].split('/')[2]}" if where and "//" in where[0] else "")


def get(host, upgrade):
    more = ("Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n") if upgrade else "Connection: close\r\n"
    return f"GET / HTTP/1.1\r\nHost: {host}\r\n{more}\r\n".encode()


def organisation(certificate):
    names = (pair for part in certificate.get("issuer", ()) for pair in part)
    return next((value for key, value in names if key == "organizationName"), "")


def over_tls(sock, name):
    context = ssl.create_default_context(cafile=TRUST)
    try:
        with context.wrap_socket(sock, server_hostname=name) as secure:
            status = status_line(secure, get(name, name == TENANT))
            if name != TENANT and status[:1] in "1234" and " to " not in status:
                status = "answer"       # any answer of the right server will do
            return f"tls {organisation(secure.getpeercert())} {status}"
    except ssl.SSLCertVerificationError as failure:
        return f"tls bad certificate: {failure.verify_message}"
    except ssl.SSLEOFError:
        return "tls ended"
    except ssl.SSLError as failure:
        return f"tls error {failure.reason}"
    except TimeoutError:
        return "tls silent"
    except OSError as failure:
        return f"tls {errno.errorcode.get(failure.errno, failure.errno)}"


def dns_query(name, kind, number):
    labels = b"".join(bytes([len(part)]) + part.encode() for part in name.split(".")) + b"\0"
    return struct.pack("!6H", number, 0x0100, 1, 0, 0, 0) + labels + struct.pack("!2H", kind, 1)


def dns_skip(message, at):
    while message[at] and message[at] < 0xC0:
        at += 1 + message[at]
    return at + (2 if message[at] else 1)


def dns_read(message):
    """(response code, addresses)."""
    flags, questions, answers = struct.unpack_from("!3H", message, 2)
    at, found = 12, []
    for _ in range(questions):
        at = dns_skip(message, at) + 4
    for _ in range(answers):
        at = dns_skip(message, at)
        kind, _, _, length = struct.unpack_from("!2HIH", message, at)
        data = message[at + 10:at + 10 + length]
        if kind in (1, 28):
            found.append(socket.inet_ntop(socket.AF_INET if kind == 1 else socket.AF_INET6, data))
        at += 10 + length
    return flags & 15, found


def dns_said(message):
    code, found = dns_read(message)
    kind = "nothing" if not found else "null" if set(found) & {"0.0.0.0", "::", "127.0.0.1"} else "addresses"
    return f"rcode {code}, {kind}"


def dns_udp(server, name, kind, wait):
    number = random.randrange(65536)
    return datagram(server, 53, dns_query(name, kind, number), wait,
                    lambda got: len(got) > 11 and got[:2] == struct.pack("!H", number) and got[2] & 0x80)


def ask_dns(address, name, wait, over_tcp):
    if not over_tcp:
        answer, state, local = dns_udp(address, name, 1, wait)
        return state, dns_said(answer) if answer else "", local
    sock, state, local = connect(address, 53, wait)
    said = ""
    if sock:
        with sock:
            query = dns_query(name, 1, 77)
            sock.sendall(struct.pack("!H", len(query)) + query)
            got = receive(sock)
            said = dns_said(got[2:]) if isinstance(got, bytes) and len(got) > 14 else str(got)
    return state, said, local


def ask_ntp(address, wait):
    mark = os.urandom(8)
    answer, state, local = datagram(address, 123, b"\x23" + bytes(39) + mark, wait,
                                    lambda got: len(got) >= 48 and got[0] & 7 == 4 and got[24:32] == mark)
    if not answer:
        return state, "", local
    stratum, leap = answer[1], answer[0] >> 6
    offset = abs(struct.unpack_from("!I", answer, 40)[0] - NTP_EPOCH - time.time())
    if stratum == 0:
        return state, "kiss", local
    return state, "unsynchronised" if leap == 3 or stratum > 15 else "off" if offset > 60 else "time", local


def ask_snmp(address, wait):
    def ber(tag, content):
        return bytes([tag, len(content)]) + content
    binding = ber(0x30, ber(6, bytes([0x2B, 6, 1, 2, 1, 1, 1, 0])) + ber(5, b""))
    number = os.urandom(2)
    pdu = ber(0xA0, ber(2, b"\x01" + number) + ber(2, b"\0") + ber(2, b"\0") + ber(0x30, binding))
    answer, state, local = datagram(address, 161, ber(0x30, ber(2, b"\x01") + ber(4, COMMUNITY) + pdu), wait,
                                    lambda got: number in got)
    return state, "answer" if answer else "", local


def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total & 0xFFFF) + (total >> 16)
    return ~(total + (total >> 16)) & 0xFFFF


def ask_echo(address, wait):
    number, v6 = random.randrange(1, 65536), ":" in address
    packet = struct.pack("!BBHHH", 128 if v6 else 8, 0, 0, number, 1) + bytes(8)
    if not v6:
        packet = packet[:2] + struct.pack("!H", checksum(packet)) + packet[4:]
    proto = socket.IPPROTO_ICMPV6 if v6 else socket.IPPROTO_ICMP
    with socket.socket(family_of(address), socket.SOCK_RAW, proto) as sock:
        try:
            for _ in range(3):
                sock.sendto(packet, (address, 0))
                end = time.monotonic() + wait / 3
                while (left := end - time.monotonic()) > 0:
                    sock.settimeout(left)
                    try:
                        got = sock.recv(2048)
                    except TimeoutError:
                        break
                    if not v6:
                        got = got[(got[0] & 15) * 4:]
                    if got[0] == (129 if v6 else 0) and got[4:6] == struct.pack("!H", number):
                        return "open", "answer", number
            return "silent", "", number
        except OSError as failure:
            return f"local {errno.errorcode.get(failure.errno, failure.errno)}", "", number


def ask_group(address, port, payload, wait):
    """Does a host on the link answer a question to a group?"""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(wait / 3)
        try:
            for _ in range(3):
                sock.sendto(payload, (address, port))
                with contextlib.suppress(TimeoutError):
                    sock.recvfrom(2048)
                    return "open", "answer", sock.getsockname()[1]
            return "silent", "", sock.getsockname()[1]
        except OSError as failure:
            return f"local {errno.errorcode.get(failure.errno, failure.errno)}", "", 0


MDNS = struct.pack("!6H", 0, 0, 1, 0, 0, 0) + b"\x09_services\x07_dns-sd\x04_udp\x05local\0" + struct.pack("!2H", 12, 1)
SSDP = b"M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: \"ssdp:discover\"\r\nMX: 1\r\nST: ssdp:all\r\n\r\n"
TCP_PORTS = {"web443": 443, "web80": 80, "ssh": 22, "telnet": 23, "winrm": 5985, "smb": 445}


def ask_tcp(kind, address, name, wait):
    sock, state, local = connect(address, TCP_PORTS[kind], wait)
    if not sock:
        return state, "", local
    with sock:
        if kind == "web443":
            said = over_tls(sock, name)
        elif kind == "web80":
            said = status_line(sock, get(name, False))
        elif kind == "winrm":
            said = status_line(sock, b"POST /wsman HTTP/1.1\r\nHost: windows\r\nContent-Length: 0\r\n\r\n")
        elif kind == "ssh":
            got = receive(sock)
            said = "ssh" if isinstance(got, bytes) and got.startswith(b"SSH-") else \
                "other" if isinstance(got, bytes) else got
        else:
            said = ""
    return state, said, local


def ask_path(path, wait):
    kind, address, name = path["kind"], path["address"], path["name"]
    if kind in TCP_PORTS:
        return ask_tcp(kind, address, name, wait)
    if kind in ("dns-udp", "dns-tcp"):
        return ask_dns(address, "apt.my.auvik.com", wait, kind == "dns-tcp")
    if kind == "resolver":
        return ask_dns(address, TENANT, wait, False)
    if kind == "ntp":
        return ask_ntp(address, wait)
    if kind == "snmp":
        return ask_snmp(address, wait)
    if kind == "ping":
        return ask_echo(address, wait)
    return ask_group(address, path["port"], MDNS if kind == "mdns" else SSDP, wait)


# --- names ------------------------------------------------------------------------------------------

def configured():
    """The resolvers of this host, and its hosts file: {name: addresses}."""
    with open("/etc/resolv.conf", encoding="ascii") as file:
        servers = [line.split()[1] for line in file if line.startswith("nameserver")]
    fixed = {}
    with open("/etc/hosts", encoding="ascii") as file:
        for line in file:
            words = line.split()
            for name in words[1:]:
                fixed.setdefault(name, []).append(words[0])
    return servers, fixed


def look_up(name, version, wait):
    """The addresses of a name in one family; the first server that answers decides."""
    servers, fixed = configured()
    own = [item for item in fixed.get(name, []) if (":" in item) == (version == 6)]
    if own or name in fixed:
        return own
    for server in servers:
        answer, _, _ = dns_udp(server, name, 1 if version == 4 else 28, wait)
        if answer:
            return dns_read(answer)[1]
    return []


def walk(path, wait, furthest=5):
    """Who reports that the packet's time is over, hop by hop: a list with None for a hop that does not say so."""
    def one(ttl):
        if path["kind"] in TCP_PORTS or path["kind"] == "dns-tcp":
            sock, state, _ = connect(path["address"], TCP_PORTS.get(path["kind"], 53), wait, ttl)
            if sock:
                sock.close()
        else:
            _, state, _ = datagram(path["address"], path["port"], b"?", wait, lambda got: True, ttl)
        words = state.split()
        return words[1] if words[0] == "icmp" else "target" if state in ("open", "refused") else None
    with concurrent.futures.ThreadPoolExecutor(furthest) as pool:
        return list(pool.map(one, range(1, furthest + 1)))


def spread(question):
    """Paths with addresses, from the question's entries: a name becomes one path for each address it has."""
    wait = question["wait"]
    entries = question["entries"]
    jobs = {(entry["name"], version) for entry in entries if entry["kind"] in ("web443", "web80", "ntp")
            for version in entry["versions"]}
    with concurrent.futures.ThreadPoolExecutor(32) as pool:
        found = dict(zip(jobs, pool.map(lambda job: look_up(*job, wait), jobs)))
    for entry in entries:
        for version in entry["versions"]:
            known = found.get((entry["name"], version), [entry["name"]])
            for address in known or [None]:
                yield {"kind": entry["kind"], "name": entry["label"], "version": version, "address": address,
                       "port": entry["port"]}


def answer(path, wait):
    if path["address"] is None:
        return dict(path, state="no address", said="", local=0)
    state, said, local = ask_path(path, wait)
    return dict(path, state=state, said=said, local=local)


def ask(question):
    paths = list(spread(question))
    with concurrent.futures.ThreadPoolExecutor(48) as pool:
        seen = list(pool.map(lambda path: answer(path, question["wait"]), paths))
    return seen


# --- watching ---------------------------------------------------------------------------------------

ALLOWANCE = (("/proc/sys/net/ipv4/icmp_ratemask", "0"), ("/proc/sys/net/ipv6/icmp/ratemask", "200"))


class Unlimited:
    """While it holds, the kernel of this network reports every ICMP error, and its allowance is not used up."""

    def __enter__(self):
        self.before = []
        for path, value in ALLOWANCE:
            with open(path, encoding="ascii") as file:
                self.before.append((path, file.read()))
            with open(path, "w", encoding="ascii") as file:
                file.write(value)

    def __exit__(self, *_):
        for path, value in self.before:
            with open(path, "w", encoding="ascii") as file:
                file.write(value)


def dissect(packet, kind):
    """[protocol, source, destination, source port, destination port] of an IP packet, or None."""
    if kind == 0x0800 and len(packet) >= 24:
        proto, at = packet[9], (packet[0] & 15) * 4
        ends = [socket.inet_ntop(socket.AF_INET, packet[k:k + 4]) for k in (12, 16)]
    elif kind == 0x86DD and len(packet) >= 44:
        proto, at = packet[6], 40
        ends = [socket.inet_ntop(socket.AF_INET6, packet[k:k + 16]) for k in (8, 24)]
    else:
        return None
    if proto in (6, 17) and len(packet) >= at + 4:
        return ["tcp" if proto == 6 else "udp", *ends, *struct.unpack_from("!2H", packet, at)]
    if proto in (1, 58) and len(packet) >= at + 6 and packet[at] in (0, 8, 128, 129):
        number = struct.unpack_from("!H", packet, at + 4)[0]
        return ["echo", *ends, *((number, 0) if packet[at] in (8, 128) else (0, number))]
    return None


def watch():
    """Every flow that passes, once for each port of this node and direction."""
    stopped = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), stopped.set()), daemon=True).start()
    seen = set()
    with Unlimited(), socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(3)) as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 23)
        sock.settimeout(0.05)
        print("ready", flush=True)
        while not stopped.is_set():
            with contextlib.suppress(TimeoutError):
                packet, (device, kind, direction, _, _) = sock.recvfrom(96)
                flow = dissect(packet, kind)
                if flow:
                    seen.add((*flow, device, direction == socket.PACKET_OUTGOING))
    json.dump(sorted(seen), sys.stdout)


def main():
    if sys.argv[1:] == ["watch"]:
        watch()
        return
    question = json.load(sys.stdin)
    if "walk" in question:
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda path: walk(path, question["wait"]), question["walk"]))
    else:
        answers = ask(question)
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()
