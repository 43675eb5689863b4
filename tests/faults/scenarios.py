"""What is run under each fault: peers on loopback, one command each, and what may not be said."""
import dataclasses
import pathlib
import struct
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
PEERS = ROOT / "tests" / "checks"
sys.path[:0] = [str(PEERS / "lib"), str(PEERS)]
import dns  # noqa: E402
import harness  # noqa: E402
import https  # noqa: E402

JSON = ["--format", "json"]
PROFILE = """preflight: profile/1
name: small
version: 2026.1.1
title: Small
sources:
  doc: {{title: A document}}
roles: {{collector: this machine}}
default_role: collector
requirements:
  - {{id: open, title: Open, from: collector, to: internet, level: required, check: tcp,
     hosts: [127.0.0.1], ports: [{open}], source: doc}}
  - {{id: shut, title: Shut, from: collector, to: internet, level: required, check: tcp,
     hosts: [127.0.0.1], ports: [{shut}], source: doc}}
"""


@dataclasses.dataclass
class Scenario:
    """A command, and the verdicts that are false whatever this host did."""
    name: str
    words: list                    # {open} {shut} {https} {dns} {silent} are ports
    statuses: tuple = (0, 3)       # of a run that got to its end, however well
    never: dict = dataclasses.field(default_factory=dict)  # port -> verdicts
    schema: str = None             # of stdout: report; None: any document
    signal_after: float = None     # seconds until it is interrupted
    json: bool = True
    own: int = 10000               # so many of the program's allocations; the readers of files make the same for others

    def command(self, ports):
        return [word.format(**ports) for word in self.words]


def check(name, what, port, verdict, statuses, *more, **how):
    """`preflight check` of a port of loopback."""
    return Scenario(name, ["check", what, "127.0.0.1:{%s}" % port, *more, *JSON], statuses, {port: (verdict,)},
                    "report", **how)


RUN = ["run", "small.yaml", *JSON, "-o", "out.json"]
SILENT = ("silent", "pass", (1, 3), "--timeout", "100ms")
SCENARIOS = [
    check("open", "tcp", "open", "fail", (0, 3)),
    check("refused", "tcp", "shut", "pass", (1, 3)),
    check("https", "https", "https", "fail", (0, 3)),
    check("dns", "dns", "dns", "fail", (0, 3), "--set", "names=www.example.com"),
    check("silent", "tcp", *SILENT),
    check("deadline", "tcp", "silent", "pass", (1, 3), "--deadline", "300ms"),
    check("interrupted", "tcp", "silent", "pass", (1, 3, 143), "--deadline", "10s", "-o", "out.json", signal_after=0.12),
    Scenario("run", RUN, (1, 3), {"open": ("fail",), "shut": ("pass",)}, "report"),
    Scenario("plan", ["plan", "small.yaml", *JSON]),
    Scenario("lint", ["lint", "small.yaml", *JSON]),
    Scenario("render", ["render", "--from", "saved.json", *JSON], (1, 3)),
    Scenario("compare", ["compare", "saved.json", "saved.json", *JSON], (0, 1, 3)),
    Scenario("merge", ["merge", "saved.json", "saved.json", *JSON], (0, 1, 3), own=300),
    Scenario("doctor", ["doctor", *JSON]),
    Scenario("explain", ["explain", "CONNECT-REFUSED", *JSON], own=300),
    Scenario("found", ["explain", "--from", "saved.json", "1", *JSON]),
    Scenario("again", ["again", "saved.json", "small.yaml", *JSON], (1, 3), {"open": ("fail",), "shut": ("pass",)}, "report"),
    Scenario("list", ["list", "requirements", *JSON], own=300),
    Scenario("rules", ["rules", "small.yaml", "--dialect", "nftables", "--no-resolve", "-o", "rules.txt"], json=False),
]
KEPT = {"small.yaml", "saved.json"}
WRITTEN = {"out.json", "rules.txt"}


def name_server(bed):
    """One that a client who has gone does not end."""
    s, port = bed.bound(harness.socket.SOCK_DGRAM)

    def serve():
        while True:
            try:
                data, client = s.recvfrom(65536)
                s.sendto(dns.good(dns.Query(data)), client)
            except (OSError, struct.error):
                pass  # what another box asks this port is no query
    harness.background(serve)
    return port


def prepare(program, folder):
    """Starts the peers in this namespace and writes the files; the ports."""
    beds = [harness.Bed(4) for _ in range(5)]
    ports = {"https": https.site()(beds[0]),
             "open": harness.tcp(lambda connection: connection.hold())(beds[1]),
             "dns": name_server(beds[2]),
             "silent": harness.silent_tcp(beds[3])}
    # Bound and not listening: it stays closed.
    ports["shut"] = beds[4].socket(harness.socket.SOCK_STREAM), None
    ports["shut"][0].bind(("127.0.0.1", 0))
    ports["kept"], ports["shut"] = beds, ports["shut"][0].getsockname()[1]
    (folder / "small.yaml").write_text(PROFILE.format(**ports))
    done = subprocess.run([program, "run", "small.yaml", *JSON], cwd=folder, capture_output=True)
    (folder / "saved.json").write_bytes(done.stdout)
    return ports
