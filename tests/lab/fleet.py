"""A fleet of devices behind the line: 254 agents in one network, a few hosts in another, nearly empty one.

They live on the node `internet`, so that the line's delay and loss lie between them and the collector. One
snmpd and one sshd answer for all addresses; every other port is closed.
"""

import contextlib
import pathlib
import subprocess
import sys
import tempfile
import time

import runqueue
from services import COMMUNITY, find, renumbered

HERE = pathlib.Path(__file__).resolve().parent
FULL, SPARSE = "10.2.4.0/24", "10.2.5.0/24"
AGENTS = [f"10.2.4.{n}" for n in range(1, 255)]
FEW = [f"10.2.5.{n}" for n in (1, 7, 20, 21, 22, 63, 64, 128, 200, 254)]
INVENTORY = f"""\
preflight: inventory/1
devices:
  - {{network: {FULL}, types: [network-element, snmp], credentials: [fleet]}}
  - {{network: {SPARSE}}}
credentials:
  fleet: {{kind: snmp-v2c, community: env:LAB_SNMP_COMMUNITY}}
"""
# Forty devices by name, as an inventory of a site has them.
FORTY = "preflight: inventory/1\ndevices:\n" + "".join(
    f"  - {{address: {a}, name: switch-{n:02}, types: [network-element, snmp], credentials: [fleet]}}\n"
    for n, a in enumerate(AGENTS[:40], 1)
) + "credentials:\n  fleet: {kind: snmp-v2c, community: env:LAB_SNMP_COMMUNITY}\n"
SNMPD = f"rocommunity {COMMUNITY}\nsysName fleet\nsysDescr One of many\nsysServices 2\n"
# All of them are asked at once: the defaults would turn most away.
SSHD = ("Port 22\nHostKey {key}\nPidFile {folder}/sshd.pid\nUsePAM no\nPermitRootLogin no\n"
        "MaxStartups 4000\nPerSourceMaxStartups none\nPerSourceNetBlockSize 32:128\n")


def inside(node, *command):
    return [str(HERE / "lab"), "exec", node, "--", *command]


def _prepare(env):
    """Addresses, and low ports for daemons that are not root there (see services.renumbered)."""
    subprocess.run(inside("internet", "sysctl", "-qw", "net.ipv4.ip_unprivileged_port_start=0"), check=True, env=env)
    batch = "".join(f"addr replace {address}/32 dev lo\n" for address in AGENTS + FEW)
    subprocess.run(inside("internet", "ip", "-batch", "-"), input=batch, text=True, check=True, env=env)


def _daemons(folder):
    (folder / "snmpd.conf").write_text(SNMPD, encoding="ascii")
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / "key")], check=True)
    (folder / "sshd.conf").write_text(SSHD.format(key=folder / "key", folder=folder), encoding="ascii")
    yield [find("snmpd"), "-f", "-Lf", f"{folder}/snmpd.log", "-C", "-c", f"{folder}/snmpd.conf", "-I", "-smux",
           "udp:161"]
    yield renumbered([find("sshd"), "-D", "-e", "-f", f"{folder}/sshd.conf"])


def _wait(env, output):
    """Until both ports are bound."""
    deadline = runqueue.clock() + 10
    while runqueue.clock() < deadline:
        bound = subprocess.run(inside("internet", "ss", "-Hlntu"), capture_output=True, text=True, check=True,
                               env=env).stdout
        if "0.0.0.0:161" in bound and "0.0.0.0:22 " in bound:
            return
        time.sleep(0.1)
    raise RuntimeError(f"the fleet's servers do not start: {output.read_text(errors='replace')}")


@contextlib.contextmanager
def fleet(env):
    """The fleet, in the lab that is up; yields the path of its inventory."""
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        _prepare(env)
        for argv in _daemons(folder):
            output = stack.enter_context(open(folder / "output", "ab"))
            daemon = subprocess.Popen(inside("internet", *argv), stdin=subprocess.DEVNULL, stdout=output,
                                      stderr=output, env={**env, "SNMP_PERSISTENT_DIR": name})
            stack.callback(daemon.wait)
            stack.callback(daemon.terminate)
        _wait(env, folder / "output")
        (folder / "fleet.yaml").write_text(INVENTORY, encoding="ascii")
        yield str(folder / "fleet.yaml")


# Looking at a report -----------------------------------------------------------------------------

class Sweep:
    """What one report says of the fleet."""

    def __init__(self, report):
        results = [r for r in report["results"] if r["requirement"] != "lan.upnp"]
        self.report = report
        self.attempts = sum(r["attempts"] for r in results)
        self.agents = {r["target"]["address"] for r in results
                       if r["check"] == "snmp" and r["outcome"]["cause"] == "ok"}
        self.shells = {r["target"]["address"] for r in results
                       if r["check"] == "ssh" and r["outcome"]["cause"] == "ok"}
        # Said to be closed although it is open: ports 161 and 22 of the agents.
        self.closed = sorted(r["id"] for r in results if r["check"] in ("snmp", "ssh")
                             and r["outcome"]["cause"] not in ("ok", "timeout"))
        state = {d["address"]: d["state"] for d in report["devices"]}
        self.states = state

    def few_missing(self):
        return [a for a in FEW if self.states.get(a) != "up"]

    def ghosts(self):
        """Addresses without a host that are not called absent."""
        return [a for a, s in self.states.items()
                if a.startswith("10.2.5.") and a not in FEW and s != "absent"]


if __name__ == "__main__":
    sys.exit("fleet: a module of sweep")
