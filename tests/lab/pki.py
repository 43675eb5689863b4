"""Certificates: a root that stands for the public ones, and the foreign ones that faults present."""

import os

import wallclock
from shell import run, run_all

PUBLIC_ROOT = "Lab Public Root"
CORPORATE_ROOT = "Corp Inspection CA"

_CONFIG = """[req]
distinguished_name = name
prompt = no
[name]
[ca]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[leaf]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectKeyIdentifier = hash
"""


class Authority:
    """A certificate authority in the lab's pki folder; `chain` is what servers send above the leaf."""

    def __init__(self, folder, slug, subject, issuer=None):
        self.folder, self.slug, self.subject, self.issuer = folder, slug, subject, issuer
        self.certificate, self.key = folder / f"{slug}.pem", folder / f"{slug}.key"

    def command(self):
        # RSA, so that the chain a server sends is as large as in the world outside.
        return _request(self, self.subject, "ca", ["-newkey", "rsa:2048"], 3650, self.issuer)

    @property
    def chain(self):
        """The intermediates above a leaf of this authority; a root is not sent."""
        return self.certificate.read_text(encoding="ascii") if self.issuer else ""


class Unchained:
    """An authority whose servers forget to send its certificate along."""

    chain = ""

    def __init__(self, authority):
        self.certificate, self.key = authority.certificate, authority.key


class Leaf:
    """A server certificate; `file` holds leaf and intermediates, as servers want it."""

    def __init__(self, folder, slug, sans, authority):
        self.folder, self.slug, self.sans, self.authority = folder, slug, sans, authority
        self.certificate, self.key = folder / f"{slug}.leaf", folder / f"{slug}.key"
        self.file = folder / f"{slug}.pem"

    def command(self):
        subject = f"/CN={self.sans[0]}"
        names = ",".join(f"DNS:{san}" for san in self.sans)
        return _request(self, subject, "leaf", ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                                                "-addext", f"subjectAltName={names}"], 90, self.authority)

    def finish(self):
        chain = self.authority.chain if self.authority else ""
        self.file.write_text(self.certificate.read_text(encoding="ascii") + chain, encoding="ascii")


def _request(entry, subject, extensions, key, days, issuer):
    signer = ["-CA", str(issuer.certificate), "-CAkey", str(issuer.key)] if issuer else []
    return ["openssl", "req", "-x509", "-new", "-nodes", *key, "-sha256", "-days", str(days), "-subj", subject,
            "-extensions", extensions, "-config", str(entry.folder / "openssl.cnf"),
            "-keyout", str(entry.key), "-out", str(entry.certificate), *signer]


class Pki:
    """All certificates of one lab."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "openssl.cnf").write_text(_CONFIG, encoding="ascii")
        self.root = Authority(folder, "public-root", f"/O=Lab Trust Services/CN={PUBLIC_ROOT}")
        self.issuing = Authority(folder, "public-issuing", "/O=Lab Trust Services/CN=Lab Public Issuing CA", self.root)
        self.corporate = Authority(folder, "corporate", f"/O=Fortinet/OU=Certificate Authority/CN={CORPORATE_ROOT}")
        self.filter = Authority(folder, "filter", "/O=FortiGuard/OU=Web Filter/CN=FortiGuard SDNS Blocked Page")
        self.stranger = Authority(folder, "stranger", "/O=Parking Services/CN=Parking Root CA")
        self._leaves = {}

    def create(self, leaves):
        """Make the authorities and the given leaves (slug, names, authority)."""
        run_all([authority.command() for authority in (self.root, self.corporate, self.filter, self.stranger)])
        run(self.issuing.command())
        self.issue(leaves)

    def issue(self, leaves, days=0):
        """Make the leaves that are not there yet, as if that many days from now."""
        env = {**os.environ, **wallclock.environment(days)} if days else None
        fresh = [Leaf(self.folder, slug, sans, authority) for slug, sans, authority in leaves
                 if slug not in self._leaves]
        run_all([leaf.command() for leaf in fresh], env)
        for leaf in fresh:
            leaf.finish()
            self._leaves[leaf.slug] = leaf

    def leaf(self, slug):
        return self._leaves[slug]

    def trust(self, folder, with_corporate):
        """Write an /etc/ssl/certs folder: bundle, single certificates and their hash names."""
        folder.mkdir(parents=True, exist_ok=True)
        roots = [self.root] + ([self.corporate] if with_corporate else [])
        for stale in folder.iterdir():
            stale.unlink()
        for root in roots:
            text = root.certificate.read_text(encoding="ascii")
            (folder / f"{root.slug}.pem").write_text(text, encoding="ascii")
            name = run(["openssl", "x509", "-noout", "-hash", "-in", str(root.certificate)]).strip()
            (folder / f"{name}.0").symlink_to(f"{root.slug}.pem")
        bundle = "".join(root.certificate.read_text(encoding="ascii") for root in roots)
        (folder / "ca-certificates.crt").write_text(bundle, encoding="ascii")
