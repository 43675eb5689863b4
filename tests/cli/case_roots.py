"""Trusted roots: --ca-file, the environment, the system, and none."""
import os
import subprocess

from harness import UNSHARE_FILES, Bad

BAD = [
    Bad("A --ca-file that is not there.", ["doctor", "--ca-file", "x.pem"], ["x.pem", "no certificate"]),
    Bad("A --ca-file without a certificate.", ["check", "tls", "127.0.0.1:9", "--ca-file", "x.pem"], ["x.pem", "no certificate"],
        files={"x.pem": "hello"}),
]
EMPTY = "mount -t tmpfs none /etc/ssl; mount -t tmpfs none /usr/share/ca-certificates"


def certificate(box, name):
    (box.path / name).parent.mkdir(exist_ok=True)
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ed25519", "-nodes", "-keyout", "key.pem", "-subj", "/CN=" + name.replace("/", " "),
                    "-out", name], cwd=box.path, check=True, capture_output=True)


def roots(box, *words, env=None):
    done = box.preflight("doctor", *words, env=env, script=EMPTY, unshare=UNSHARE_FILES)
    assert done.status == 0, done.errors
    return next(line for line in done.text.splitlines() if line.split()[1] == "roots")


def case_order(box):
    """--ca-file goes before SSL_CERT_FILE and SSL_CERT_DIR, which go before the system's; they add up."""
    for name in ("a.pem", "b.pem", "folder/c.pem", "folder/d.crt", "folder/0a1b2c3d.0", "more/e.pem"):
        certificate(box, name)
    (box.path / "folder/twice.pem").write_bytes((box.path / "folder/c.pem").read_bytes())
    (box.path / "folder/readme").write_bytes((box.path / "a.pem").read_bytes())
    file, folders = {"SSL_CERT_FILE": "a.pem"}, {"SSL_CERT_DIR": "folder::more"}
    for env, count, place in ((file, 1, "a.pem"), (folders, 4, "folder, more"), (file | folders, 5, "a.pem, folder, more")):
        assert f" {count} in {place}," in roots(box, env=env), roots(box, env=env)
        assert " 1 in b.pem," in roots(box, "--ca-file", "b.pem", env=env)


def case_none(box):
    """Where there are none, doctor says so and what to give; a place that is named is not replaced by another."""
    for env, place in (({}, "/etc/ssl/certs"), ({"SSL_CERT_FILE": "x.pem"}, "x.pem"), ({"SSL_CERT_DIR": "x"}, "x")):
        line = roots(box, env=env)
        assert line.startswith("missing ") and "trusted roots: none found" in line and "--ca-file FILE" in line, line
        assert place in line, line


def case_first_handshake(box):
    """The roots are read when a handshake wants them: a test of a port, open or not, leaves their file alone."""
    certificate(box, "a.pem")
    env, script = {"SSL_CERT_FILE": "a.pem"}, "ip link set lo up"

    def is_read(*words):
        os.utime(box.path / "a.pem", (1, 2))  # a file system with relatime writes down the first read after a change
        box.preflight(*words, env=env, script=script)
        return (box.path / "a.pem").stat().st_atime > 2

    assert is_read("doctor"), "this file system does not write down when a file is read"
    assert not is_read("check", "tcp", "127.0.0.1:9")
    assert not is_read("check", "https", "127.0.0.1:9"), "nothing listens there"
