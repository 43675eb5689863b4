"""The units that are shipped: what systemd itself says of them."""
import pathlib
import re
import shutil
import subprocess

import harness

FOLDER = harness.ROOT / "packaging" / "systemd"
SERVICE, TIMER = "preflight-run.service", "preflight-run.timer"
LISTEN, SOCKET = "preflight-listen.service", "preflight-listen.socket"
EXPOSURE = 1.8  # of 10; systemd calls 2 and less "OK"


def analyze(*words):
    done = subprocess.run(["systemd-analyze", *words], capture_output=True, text=True, timeout=harness.SECONDS)
    return done.returncode, done.stdout + done.stderr


def installed(box):
    """The units as an installation has them: beside each other, the program where it is now."""
    folder = pathlib.Path(box.path) / "units"
    folder.mkdir()
    for name in (SERVICE, TIMER, LISTEN, SOCKET):
        text = (FOLDER / name).read_text()
        (folder / name).write_text(text.replace("/usr/local/bin/preflight", harness.PROGRAM))
    return folder


def case_verify(box):
    """systemd finds nothing wrong in the service and its timer, and a mistake in a copy."""
    folder = installed(box)
    assert analyze("verify", "--man=no", *(str(folder / n) for n in (SERVICE, TIMER))) == (0, ""), \
        analyze("verify", "--man=no", *(str(folder / n) for n in (SERVICE, TIMER)))
    assert analyze("verify", "--man=no", *(str(folder / n) for n in (LISTEN, SOCKET))) == (0, ""), \
        analyze("verify", "--man=no", *(str(folder / n) for n in (LISTEN, SOCKET)))
    (folder / SERVICE).write_text((folder / SERVICE).read_text().replace("NoNewPrivileges=", "NoNewPrivilege="))
    assert "NoNewPrivilege" in analyze("verify", "--man=no", str(folder / SERVICE))[1]


def case_exposure(box):
    """systemd's figure for each service's exposure is at most 1.8 of 10."""
    folder = installed(box)
    for name in (SERVICE, LISTEN):
        status, said = analyze("security", "--offline=true", f"--threshold={EXPOSURE * 10:.0f}", "--no-pager",
                               str(folder / name))
        figure = re.search(r"Overall exposure level for \S+: ([\d.]+) ", said)
        assert status == 0 and figure and float(figure[1]) <= EXPOSURE, said[-200:]


def case_listen_ports(box):
    """The socket unit has each inbound port of its profile, over both families, and no other."""
    text = (FOLDER / SOCKET).read_text()
    held = re.findall(r"^Listen(Stream|Datagram)=(\S+):(\d+)$", text, re.M)
    assert {a for _, a, _ in held} == {"0.0.0.0", "[::]"}, held
    listed = box.preflight("list", "requirements", "auvik-collector", "--format", "json").json()["requirements"]
    wanted = {("Stream" if x["transport"] == "tcp" else "Datagram", port) for x in listed
              if x["id"].startswith("inbound.") for port in x["ports"]}
    for address in ("0.0.0.0", "[::]"):
        assert {(kind, port) for kind, a, port in held if a == address} == wanted, (address, wanted)


def case_command(box):
    """The service's own command is one that the program takes, with the variables of its comment."""
    text = (FOLDER / SERVICE).read_text()
    words = re.search(r"^ExecStart=\S+ (.*)$", text, re.M)[1].replace("$PROFILES", "auvik-collector")
    words = words.replace("${STATE_DIRECTORY}", str(box.path)).split()
    own = dict(re.findall(r"^#\s+(PREFLIGHT_\w+)=(\S+)$", text, re.M))
    assert "PREFLIGHT_SET_TENANT_URL" in own and "PREFLIGHT_INVENTORY" in own, own
    own.update(PREFLIGHT_INVENTORY=str(harness.ROOT / "tests/lab/site.yaml"), LAB_SNMP_COMMUNITY="lab-community")
    done = box.preflight("plan", *[w for w in words[1:] if w != "-o" and not w.startswith("json=")], env=own)
    assert done.status == 0 and "acme.us1.my.auvik.com" in done.text, done.errors


def case_listen_command(box):
    """The listener's own command is one that the program takes, with the variables of its comment."""
    text = (FOLDER / LISTEN).read_text()
    words = re.search(r"^ExecStart=\S+ (.*)$", text, re.M)[1].replace("$PROFILES", "auvik-collector")
    words = words.replace("${STATE_DIRECTORY}", str(box.path)).replace("forever", "10ms").split()
    own = dict(re.findall(r"^#\s+(PREFLIGHT_\w+)=(\S+)$", text, re.M))
    assert set(own) == {"PREFLIGHT_SCENARIO", "PREFLIGHT_INVENTORY"}, own
    own.update(PREFLIGHT_INVENTORY=str(harness.ROOT / "tests/lab/site.yaml"), LAB_SNMP_COMMUNITY="lab-community")
    done = box.preflight(*words, env=own)
    assert done.status == 3 and (box.path / "listen.json").is_file(), done.errors


# Holds the ports as systemd does, and becomes the program as a user without privilege.
GIVES = """\
import os, socket, sys
held = []
for family, any in ((socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::")):
    for kind, port in ((socket.SOCK_STREAM, 21), (socket.SOCK_DGRAM, 69)):
        s = socket.socket(family, kind)
        if family == socket.AF_INET6:
            s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        s.bind((any, port))
        if kind == socket.SOCK_STREAM:
            s.listen(8)
        held.append(s)
high = [os.dup(s.fileno()) for s in held]
high = [fd if fd > 20 else os.dup2(fd, 30 + i) for i, fd in enumerate(high)]
for i, fd in enumerate(high):
    os.dup2(fd, 3 + i)
os.environ.update(LISTEN_FDS=str(len(high)), LISTEN_PID=str(os.getpid()))
os.setgroups([])
os.setgid(65534)
os.setuid(65534)
os.execv(sys.argv[1], sys.argv[1:])
"""


def case_ports_of_a_socket_unit(box):
    """Ports that systemd holds for it are listened on without any privilege; others are said to need it."""
    box.make({"gives.py": GIVES})
    words = ["listen", "auvik-collector", "--scenario", "performance-site", "--duration", "10ms"]
    # Its user may not look into every home.
    own = box.path / "preflight"
    shutil.copy(harness.PROGRAM, own)
    own.chmod(0o755)
    box.path.chmod(0o755)
    done = box.preflight(*words, script=f'ip link set lo up\nshift\nexec python3 "{box.path}/gives.py" "{own}" "$@"')
    assert "listening on 21/tcp, 69/udp, 2055/udp" in done.errors, done.errors
    assert "not on 514/udp: this user may not listen on port 514 (" in done.errors, done.errors
