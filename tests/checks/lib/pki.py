"""Certificates for scripted peers, and the roots that the program finds.

Each case has a mount namespace of its own: the trusted roots are the case's
(the program has no option for that), and what is written is gone afterwards.

    Case("expired", "tls", "TLS-UNTRUSTED", secure(talk, leaf="expired"))
"""
import ctypes
import pathlib
import socket
import ssl
import subprocess
import time

from harness import background, serve_tcp

CLONE_NEWNS, MS_REC, MS_PRIVATE, MS_BIND = 0x20000, 0x4000, 0x40000, 0x1000
FOLDER = pathlib.Path("/mnt")
BUNDLE = "/etc/ssl/certs/ca-certificates.crt"
MOZILLA = "/usr/share/ca-certificates/mozilla"
NAMES = "IP:127.0.0.1,IP:::1,IP:198.51.100.7,DNS:www.example.com"

CONFIG = """
[ca]
default_ca = site
[site]
database = /mnt/index
serial = /mnt/serial
new_certs_dir = /mnt
default_md = sha256
policy = any
unique_subject = no
email_in_dn = no
[any]
organizationName = optional
commonName = supplied
"""


def mount(source, target, kind, flags):
    libc = ctypes.CDLL(None, use_errno=True)
    words = [w.encode() if w else None for w in (source, str(target), kind)]
    if libc.mount(*words, flags, None) != 0:
        raise OSError(ctypes.get_errno(), f"mount {target}")


def own_mounts():
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNS) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    mount(None, "/", None, MS_REC | MS_PRIVATE)
    mount("tmpfs", FOLDER, "tmpfs", 0)


def openssl(*words):
    subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True)


class Signer:
    """A key and its certificate; issuer None: self-signed."""

    def __init__(self, slug, subject, issuer=None, authority=False, names=None,
                 dates=("20200101000000Z", "20490101000000Z"), extra="",
                 kind=("ec", "-pkeyopt", "ec_paramgen_curve:P-256")):
        self.key, self.file = FOLDER / f"{slug}.key", FOLDER / f"{slug}.pem"
        issuer = issuer or self
        request, rules = FOLDER / f"{slug}.csr", FOLDER / f"{slug}.ext"
        rules.write_text(f"basicConstraints = critical, CA:{'TRUE' if authority else 'FALSE'}\n"
                         + (f"subjectAltName = {names}\n" if names else "") + extra)
        openssl("req", "-new", "-newkey", *kind, "-nodes", "-subj", subject,
                "-keyout", self.key, "-out", request)
        own = ["-selfsign", "-keyfile", self.key] if issuer is self else [
            "-cert", issuer.file, "-keyfile", issuer.key]
        openssl("ca", "-batch", "-notext", "-config", FOLDER / "ca.cnf", "-in", request,
                "-out", self.file, "-extfile", rules, "-startdate", dates[0],
                "-enddate", dates[1], *own)

    @property
    def text(self):
        return self.file.read_text()


class Site:
    """The roots, and a leaf of the wanted kind."""

    def __init__(self, leaf):
        own_mounts()
        (FOLDER / "ca.cnf").write_text(CONFIG)
        (FOLDER / "index").write_text("")
        (FOLDER / "serial").write_text("1000\n")
        self.public = Signer("public", "/O=Trust Services/CN=Public Root", authority=True)
        self.corporate = Signer("corporate", "/O=Fortinet/CN=Corp CA", authority=True)
        (FOLDER / "bundle").write_text(self.public.text + self.corporate.text)
        (FOLDER / "mozilla").mkdir()
        (FOLDER / "mozilla" / "public.crt").write_text(self.public.text)
        mount(str(FOLDER / "bundle"), BUNDLE, None, MS_BIND)
        mount(str(FOLDER / "mozilla"), MOZILLA, None, MS_BIND)
        self.chain = FOLDER / "chain"
        self.leaf = LEAVES[leaf](self)

    def made(self, issuer, sent=(), names=NAMES, **how):
        """A leaf; sent: what the server sends above it."""
        leaf = Signer("leaf", "/CN=www.example.com", issuer, names=names, **how)
        self.chain.write_text(leaf.text + "".join(s.text for s in sent))
        return leaf

    def issuing(self, above=None):
        return Signer("issuing", "/O=Trust Services/CN=Issuing CA", above or self.public,
                      authority=True)


def good(site):
    issuing = site.issuing()
    return site.made(issuing, [issuing])


def unknown(site):
    stranger = Signer("stranger", "/O=Parking/CN=Parking Root", authority=True)
    return site.made(stranger, [stranger])


def huge(site):
    issuing = site.issuing()
    big = Signer("big", "/CN=big", issuing, authority=True,
                 names=",".join(f"DNS:{n}.filler.example.com" for n in range(30)))
    return site.made(issuing, [issuing] + [big] * 200)


LEAVES = {
    "good": good,
    "local": lambda site: site.made(site.corporate),
    "self-signed": lambda site: site.made(None),
    "unknown": unknown,
    "incomplete": lambda site: site.made(site.issuing()),
    "expired": lambda site: site.made(site.public, dates=("20200101000000Z", "20210101000000Z")),
    "not-yet": lambda site: site.made(site.public, dates=("20480101000000Z", "20490101000000Z")),
    "wrong-name": lambda site: site.made(site.public, names="DNS:other.example.com"),
    "huge": huge,
    "small-key": lambda site: site.made(site.public, kind=("rsa:1024",)),
    "small-key-own": lambda site: site.made(None, kind=("rsa:1024",)),
}


def context(site, change=None):
    """A server's context; change(context) spoils it."""
    c = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    c.set_ciphers("DEFAULT:@SECLEVEL=0")  # a server that is less strict than we are
    c.load_cert_chain(site.chain, site.leaf.key)
    if change:
        change(c)
    return c


def secure(talk, leaf="good", change=None, host=None, late=0):
    """A TLS peer with the case's roots in place; talk(connection) inside TLS, which begins
    `late` seconds after the connection."""
    def peer(bed):
        c = context(Site(leaf), change)

        def inside(connection):
            time.sleep(late)
            try:
                connection.s = c.wrap_socket(connection.s, server_side=True)
            except (ssl.SSLError, OSError):
                return
            talk(connection)

        return listen(bed, inside, host)
    return peer


def rooted(talk):
    """A plain peer, with the case's roots in place."""
    def peer(bed):
        Site("good")
        return listen(bed, talk)
    return peer


def listen(bed, talk, host=None):
    """host: another address of the namespace than loopback."""
    if host:
        bed.host = host
    s, port = bed.bound(socket.SOCK_STREAM)
    background(serve_tcp, bed, s, talk)
    return port


def request(connection):
    """Reads one request's header."""
    data = b""
    while b"\r\n\r\n" not in data:
        part = connection.s.recv(65536)
        if not part:
            raise ConnectionError("closed by the client")
        data += part
    connection.bed.received.append(data)
    return data


def answer(status="200 OK", headers=(), body=b"", length=True):
    """The bytes of a reply."""
    lines = [f"HTTP/1.1 {status}", *headers]
    if length:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


def replies(data):
    """talk: reads the request, sends the bytes, waits for the client to go."""
    def talk(connection):
        request(connection)
        connection.sendall(data)
        connection.hold()
    return talk


# Predicates and facts of many cases

def trust(word, **facts):
    return {"tls-trust": word, **facts}


def has(text):
    return lambda v: v is not None and text in v
