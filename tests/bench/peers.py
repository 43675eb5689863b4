"""The programs that are compared, each as a command and a reader of what it said: (address, port) -> class."""

import json
import os
import re
import shutil
import subprocess
import sys

import took
from bed import PORTS, TOOLS

# Debian's package of each; `make deps-bench` installs them.
PACKAGES = {"nmap": "nmap", "fping": "fping", "snmpget": "snmp", "braa": "braa", "openssl": "openssl", "curl": "curl",
            "/usr/lib/nagios/plugins/check_tcp": "monitoring-plugins-basic", "snmpd": "snmpd", "nginx": "nginx-light",
            "valgrind": "valgrind", "strace": "strace", "nft": "nftables", "xargs": "findutils"}
BLACKBOX = "prometheus-blackbox-exporter"
CHECK_TCP = "/usr/lib/nagios/plugins/check_tcp"
SIDE_BY_SIDE = "300"
PATIENCE = 2        # seconds that a peer without a schedule of its own waits for a port


def require():
    """A peer that is missing is one clear line; blackbox_exporter only where it is packaged."""
    missing = sorted({package for program, package in PACKAGES.items() if shutil.which(program) is None
                      and shutil.which(f"/usr/sbin/{program}") is None})
    if missing:
        sys.exit(f"bench: not installed: {', '.join(missing)}; run 'sudo make deps-bench'")


def has_blackbox():
    return shutil.which(BLACKBOX) is not None


# What they say -----------------------------------------------------------------------------------

def said_by_bare(text):
    return {(a, int(p)): c for a, p, c in (line.split() for line in text.splitlines())}


PROHIBITS = "firewall-prohibits"
PREFLIGHT = {"ok": "open", "refused": "closed", "timeout": "dropped", "prohibited": "prohibited"}


def said_by_preflight(text):
    """By the cause of each result; where a finding says that a firewall prohibits it, that is the answer."""
    report = json.loads(text)
    prohibited = {name for f in report["findings"] if f["code"] == PROHIBITS for name in f["results"]}
    return {(r["target"]["address"], r["target"]["port"]):
            "prohibited" if r["id"] in prohibited else PREFLIGHT.get(r["outcome"]["cause"], "other")
            for r in report["results"] if not r["parent"]}


def said_by_nmap(text):
    """From its XML, which gives the reason of each state."""
    said = {}
    for host in re.findall(r"<host\b.*?</host>", text, re.DOTALL):
        address = re.search(r'<address addr="([^"]+)"', host)[1]
        for port, state, reason in re.findall(r'portid="(\d+)"><state state="([^"]+)" reason="([^"]+)"', host):
            said[address, int(port)] = "prohibited" if "prohib" in reason else {
                "filtered": "dropped" if reason == "no-response" else "filtered"}.get(state, state)
    return said


def said_by_check_tcp(text):
    """Lines "ADDRESS PORT STATUS TEXT" of the shell around it."""
    said = {}
    for line in text.splitlines():
        address, port, words = line.split(None, 2)
        said[address, int(port)] = ("open" if "TCP OK" in words else "closed" if "refused" in words else
                                    "prohibited" if "No route to host" in words or "Permission" in words else
                                    "dropped" if "timed out" in words or "timeout" in words else "other")
    return said


def said_by_curl(text):
    """Lines "ADDRESS PORT CODE": its exit codes distinguish a timeout (28) from all other failures."""
    return {(a.strip("[]"), int(p)): {"0": "open", "28": "dropped"}.get(code, "shut")
            for a, p, code in (line.split() for line in text.splitlines())}


def said_by_blackbox(text):
    """Lines "ADDRESS PORT VALUE" of probe_success."""
    return {(a.strip("[]"), int(p)): "open" if value == "1" else "shut"
            for a, p, value in (line.split() for line in text.splitlines())}


# The sweep ---------------------------------------------------------------------------------------

class Peer:
    """A name, the words of its command for one family, and a reader; `ours` is preflight."""

    def __init__(self, name, command, reader, ours=False):
        self.name, self.command, self.reader, self.ours = name, command, reader, ours

    def run(self, bed, family, lossy):
        command, options = self.command(bed, family, lossy), {}
        if isinstance(command, tuple):
            command, options = command
        return took.Took(bed, command, **options)


def at(host):
    return f"[{host}]" if ":" in host else host


def preflight(*words, form="json"):
    def command(bed, family, _):
        return [took.PROGRAM, "run", sweep_profile(bed), "--inventory", sweep_inventory(bed, family), f"-{family.number}",
                "--format", form, *words]
    return command


def sweep_profile(bed, ports=PORTS, name="sweep", check="tcp"):
    """A profile of one check on every device."""
    at_ports = "" if check == "icmp" else f", ports: [{', '.join(map(str, ports))}]"
    return bed.write(f"{name}.yaml", f"""\
preflight: profile/1
name: {name}
version: "1"
title: A sweep of one device list
sources: {{doc: {{title: none}}}}
roles: {{here: this machine}}
default_role: here
requirements:
  - {{id: port, title: Port, from: here, to: "device:any", level: required, check: {check}{at_ports}, source: doc}}
""")


def sweep_inventory(bed, family):
    return bed.write(f"sweep-devices{family.number}.yaml", f"preflight: inventory/1\ndevices:\n  - {{network: \"{family.network}\"}}\n")


def bare(_, family, lossy):
    return [str(TOOLS / "bare"), "--attempts", "3" if lossy else "2", family.first, "254", *map(str, PORTS)]


def nmap(*words):
    def command(bed, family, _):
        hosts = bed.write("hosts", "\n".join(family.hosts()))
        return ["nmap", *(["-6"] if family.number == 6 else []), *words, "-n", "-Pn", "-p", ",".join(map(str, PORTS)),
                "-oX", "-", "-iL", hosts]
    return command


def curl(bed, family, _):
    urls = bed.write("urls", "".join(f'url = "http://{at(h)}:{p}/"\noutput = /dev/null\n' for h, p in family.truth()))
    return ["curl", "-q", "-s", "-g", "-Z", "--parallel-immediate", "--parallel-max", SIDE_BY_SIDE, "--connect-timeout", str(PATIENCE),
            "-w", "%{url_effective} %{exitcode}\\n", "-K", urls]


def read_curl(text):
    return said_by_curl(re.sub(r"http://(\S+):(\d+)/ ", r"\1 \2 ", text))


def check_tcp(bed, family, _):
    paths = bed.write("paths", "".join(f"{h} {p}\n" for h, p in family.truth()))
    script = f'echo "$1 $2 $({CHECK_TCP} -t {PATIENCE} -H "$1" -p "$2" 2>&1 | head -1)"'
    return (["xargs", "-P", SIDE_BY_SIDE, "-n", "2", "sh", "-c", script, "sh"], {"stdin": paths})


SWEEPERS = (
    Peer("bare epoll loop", bare, said_by_bare),
    Peer("preflight --fast", preflight("--fast"), said_by_preflight, ours=True),
    Peer("preflight --fast --rate 5000", preflight("--fast", "--rate", "5000"), said_by_preflight, ours=True),
    Peer("preflight --fast --no-trace", preflight("--fast", "--no-trace"), said_by_preflight, ours=True),
    Peer("preflight --fast, text", preflight("--fast", form="text"), None, ours=True),
    Peer("preflight (200 a second)", preflight(), said_by_preflight, ours=True),
    Peer("nmap -sT -T4", nmap("-sT", "-T4"), said_by_nmap),
    Peer("nmap -sS -T4 --min-rate 5000 --max-retries 1", nmap("-sS", "-T4", "--min-rate", "5000", "--max-retries", "1"), said_by_nmap),
    Peer("curl -Z", curl, read_curl),
    Peer("check_tcp by xargs", check_tcp, said_by_check_tcp),
)


# Blackbox ----------------------------------------------------------------------------------------

class Blackbox:
    """The exporter stays up; what it takes is read from /proc before and after a round of requests."""

    name, ours = "blackbox_exporter", False
    PORT = 9115

    def __init__(self, bed):
        config = bed.write("blackbox.yml", f"modules:\n  tcp:\n    prober: tcp\n    timeout: {PATIENCE}s\n")
        self.process = bed.popen("client", [BLACKBOX, f"--config.file={config}", f"--web.listen-address=127.0.0.1:{self.PORT}",
                                            "--log.level=error"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                 stderr=subprocess.DEVNULL)
        bed.stack.callback(bed.end, self.process)
        bed.run("client", "curl", "-q", "-s", "--retry", "50", "--retry-delay", "1", "--retry-connrefused", f"http://127.0.0.1:{self.PORT}/-/healthy")

    def used(self):
        """(user, system) seconds, peak MB."""
        fields = open(f"/proc/{self.process.pid}/stat", encoding="ascii").read().rsplit(")", 1)[1].split()
        peak = re.search(r"VmHWM:\s+(\d+)", open(f"/proc/{self.process.pid}/status", encoding="ascii").read())
        tick = os.sysconf("SC_CLK_TCK")
        return int(fields[11]) / tick, int(fields[12]) / tick, int(peak[1]) / 1024

    def run(self, bed, family, _):
        """The requests come from curl, whose own CPU does not count."""
        replies = bed.folder / "replies"
        replies.mkdir(exist_ok=True)
        urls = bed.write("urls", "".join(f'url = "http://127.0.0.1:{self.PORT}/probe?module=tcp&target={at(h)}:{p}"\n'
                                         f'output = "{replies}/{h}_{p}"\n' for h, p in family.truth()))
        before = self.used()
        done = took.Took(bed, ["curl", "-q", "-s", "-g", "-Z", "--parallel-max", SIDE_BY_SIDE, "-K", urls])
        after = self.used()
        done.user, done.system, done.rss = after[0] - before[0], after[1] - before[1], after[2]
        done.cpu = done.user + done.system
        done.stdout = ""
        for file in replies.iterdir():
            host, port = file.name.rsplit("_", 1)
            value = re.search(r"^probe_success (\d)", file.read_text(), re.MULTILINE)
            done.stdout += f"{host} {port} {value[1] if value else 0}\n"
            file.unlink()
        return done

    reader = staticmethod(said_by_blackbox)


def sweepers(bed):
    return [*SWEEPERS, *([Blackbox(bed)] if has_blackbox() else [])]
