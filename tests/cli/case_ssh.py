"""A login by the inventory's credential: once per device, never shown."""
import os
import subprocess

from harness import Bad, report

SECRET = "canary-of-a-password"
PROFILE = """\
preflight: profile/1
name: two-ports
version: 2026.1.1
title: A device that is asked on two ports
sources: {ports: {title: none, url: "https://example.com/", retrieved: 2026-01-01}}
roles: {collector: the machine that asks}
default_role: collector
requirements:
""" + "".join(f"""\
  - id: lan.ssh-{port}
    title: SSH on {port}
    from: collector
    to: device:unix
    level: {level}
    check: ssh
    ports: [{port}]
    transport: tcp
    proof: service
    purpose: a login
    impact: none
    source: ports
""" for port, level in ((2201, "required"), (2202, "required")))
INVENTORY = """\
preflight: inventory/1
devices:
  - {address: 127.0.0.1, types: [unix], name: box, credentials: [theirs, second]}
  - {address: 127.0.0.2, types: [unix], name: bare}
credentials:
  theirs: {kind: ssh, user: tester, password: env:THEIR_PASSWORD}
  second: {kind: ssh, user: tester, password: env:SECOND_PASSWORD}
"""
# A user of this name and password, in this mount namespace only.
SERVER = """
ip link set lo up
ip link add lan type veth peer name far; ip link set far up
ip addr add 10.98.0.1/24 dev lan; ip link set lan up
ip route add default via 10.98.0.2
mkdir -p /run/sshd
ssh-keygen -q -t ed25519 -N '' -f key
cp /etc/passwd passwd; cp /etc/shadow shadow
echo 'tester:x:4242:65534::/nonexistent:/bin/sh' >> passwd
echo "tester:$(echo right-one | openssl passwd -6 -stdin):19000:0:99999:7:::" >> shadow
sed -i "s|^root:.*|root:x:0:0:root:$PWD:/bin/sh|" passwd
mkdir -p .ssh; [ ! -f .ssh/config ] || mount --bind .ssh/config /etc/ssh/ssh_config
mount --bind passwd /etc/passwd; mount --bind shadow /etc/shadow
$(command -v sshd) -f /dev/null -h "$PWD/key" -E "$PWD/log" -o LogLevel=VERBOSE -o UsePAM=no \
  -o PidFile="$PWD/pid" -p 2201 -p 2202
n=0; until [ -s pid ] || [ $n = 2000 ]; do n=$((n+1)); sleep 0.05; done
"""


def run(box, password, *more):
    box.make({"two-ports.yaml": PROFILE, "site.yaml": INVENTORY})
    try:
        return box.preflight(
            "run", "./two-ports.yaml", "--inventory", "site.yaml", *more, script=SERVER,
            unshare=["unshare", "-nm"],
            env={"PATH": os.environ["PATH"] + ":/usr/sbin", "THEIR_PASSWORD": password,
                 "SECOND_PASSWORD": "right-one"})
    finally:
        pid = box.path / "pid"
        if pid.exists():
            subprocess.run(["kill", pid.read_text().strip()], check=True)


# What an SSH client would obey (the user's, and the same as the machine's): a
# shell, and another key for this server.
SETTINGS = {".ssh/config": "Match exec \"touch obeyed\"\n  Ciphers 3des-cbc\n",
            ".ssh/known_hosts": "target ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI" + "A" * 43 + "\n"}


def lines(box, word):
    return sum(word in line for line in (box.path / "log").read_text().splitlines())


def facts(document, device):
    return [r.get("facts", {}) for r in document["results"] if r["target"]["device"] == device]


def case_wrong_password_is_tried_once(box):
    """A wrong password reaches a device once, whatever asks, and is told so without being shown."""
    done = run(box, SECRET, "--format", "json", "-o", "text=again.txt")
    document = report(done)
    logins = sorted(f.get("login", "") for f in facts(document, "box"))
    assert logins == ["not-tried", "refused"], logins
    assert lines(box, "Failed password for tester") == 1, (box.path / "log").read_text()
    assert lines(box, "Accepted") == 0, "the second credential was tried"
    assert all(f["credential"] == "theirs" and f["host-key"].startswith("SHA256:")
               for f in facts(document, "box"))
    finding, = [f for f in document["findings"] if f["code"] == "ssh-login-refused"]
    assert finding["owner"] == "device" and finding["confidence"] == "confirmed", finding
    assert done.status == 1, done.status
    text = (box.path / "again.txt").read_text()
    assert "login of tester refused (tried once)" in text, text
    for shown in (done.text, text):
        assert SECRET not in shown and "right-one" not in shown


def case_right_password_logs_in(box):
    """A right password is accepted, whatever the user's SSH settings; without one, a light check."""
    box.make(SETTINGS)
    document = report(run(box, "right-one", "--format", "json"))
    logins = sorted(f.get("login", "") for f in facts(document, "box"))
    assert logins == ["not-tried", "works"], logins
    assert lines(box, "Accepted password for tester") == 1
    assert lines(box, "Failed") == 0, (box.path / "log").read_text()
    for light in facts(document, "bare"):
        assert light["kexinit"] is True and "host-key" not in light and "stage" not in light
    assert document["verdict"] == "ready", document["verdict"]
    assert not (box.path / "obeyed").exists(), "the user's SSH configuration was read"


def case_plan_names_no_secret(box):
    """A plan with credentials shows none of them."""
    box.make({"two-ports.yaml": PROFILE, "site.yaml": INVENTORY})
    for form in ("text", "json"):
        done = box.preflight("plan", "./two-ports.yaml", "--inventory", "site.yaml", "--format",
                             form, env={"THEIR_PASSWORD": SECRET, "SECOND_PASSWORD": SECRET})
        assert done.status == 0 and SECRET not in done.text + done.errors, done.errors


BAD = [
    Bad("A password without its user is refused.",
        ["check", "ssh", "127.0.0.1", "--set", "password=env:THEIR_PASSWORD"],
        ["'password' is given without 'user'", "user=NAME"], env={"THEIR_PASSWORD": SECRET},
        never=[SECRET]),
    Bad("A password itself is refused, and not repeated.",
        ["check", "ssh", "127.0.0.1", "--set", "user=x", "--set", f"password={SECRET}"],
        ["write env:NAME or file:PATH"], never=[SECRET]),
    Bad("A key without its user is refused.",
        ["check", "ssh", "127.0.0.1", "--set", "key=env:THEIR_PASSWORD"],
        ["'key' is given without 'user'"], env={"THEIR_PASSWORD": SECRET}, never=[SECRET]),
]
