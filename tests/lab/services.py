"""Every server of the lab: what it runs, with which files, on which node, and how it is kept as planned."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field

import names
import resolvers
import runqueue
import web
from shell import LabError, run
from state import PROJECT_INSIDE
from topology import address

PEERS = PROJECT_INSIDE / "tests" / "lab" / "peers"
PROXY_USER, PROXY_PASSWORD = "preflight", "let-me-in"
COMMUNITY = "lab-community"
# They remember answers: restarting them makes each state of the lab independent of what was asked before.
CACHES = ("router-resolver", "proxy-resolver")
READY_WITHIN_S = 6


@dataclass
class Service:
    """One daemon. Two services that compare equal need no restart."""
    name: str
    node: str
    argv: list
    sockets: tuple                       # ("tcp"|"udp", port) it must hold before it counts as started
    files: dict = field(default_factory=dict)
    env: dict = field(default_factory=dict)
    reloads: bool = False                # takes new files on SIGHUP, without a restart
    ready_s: int = READY_WITHIN_S        # how long it may take to hold its sockets


def peer(script, *arguments):
    """The command line of a scripted peer."""
    return [sys.executable, "-B", str(PEERS / script), *map(str, arguments)]


def renumbered(argv):
    """Run as the same user under another number than 0.

    Squid refuses to be root, and sshd and smbd as root want to become other users, which a lab
    raised by an ordinary account does not have.
    """
    return [find("unshare"), "--user", "--map-user=13", "--map-group=13", *argv]


def find(program):
    path = shutil.which(program)
    if path is None:
        raise LabError(f"{program}: not found (install the packages of tests/lab/packages.txt)")
    return path


class Catalogue:
    """Builds the services of a plan. `run` is the folder for their files, `pki` the certificates.

    more(catalogue, plan) adds those of a larger site.
    """

    def __init__(self, run, pki, more):
        self.run, self.pki, self.more = run, pki, more

    def services(self, plan):
        builders = (self._nsd, self._public_resolver, self._site_resolver_router, self._site_resolver_proxy,
                    self._nginx, self._websocket, self._chrony, self._squid, self._snmpd, self._sshd, self._telnet,
                    self._smbd, self._winrm, self._printer, self._discovery)
        built = [build(plan) for build in builders]
        built += self.more(self, plan)
        wanted = [service for service in built if service.name not in plan.stopped]
        return {service.name: service for service in wanted + list(plan.extra.values())}

    def folder(self, name):
        folder = self.run / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def _nsd(self, plan):
        folder = self.folder("nsd")
        files = {"root.zone": names.zone(plan.variant), "nsd.conf": resolvers.nsd(folder, folder / "root.zone")}
        return Service("nsd", "internet", [find("nsd"), "-d", "-c", f"{folder}/nsd.conf"],
                       (("udp", 53), ("tcp", 53)), files)

    def _unbound(self, name, node, text):
        folder = self.folder(name)
        return Service(name, node, [find("unbound"), "-d", "-c", f"{folder}/unbound.conf"],
                       (("udp", 53), ("tcp", 53)), {"unbound.conf": text})

    def _public_resolver(self, _plan):
        return self._unbound("public-resolver", "internet",
                             resolvers.public_resolver(self.folder("public-resolver")))

    def _site_resolver(self, plan, node):
        name = f"{node}-resolver"
        return self._unbound(name, node, resolvers.site_resolver(self.folder(name), node, plan))

    def _site_resolver_router(self, plan):
        return self._site_resolver(plan, "router")

    def _site_resolver_proxy(self, plan):
        return self._site_resolver(plan, "proxy")

    def isp_resolver(self, variant, parked=None):
        """For faults: a resolver of the provider's: it hands out the other edge of the content network, or parks names."""
        folder = self.folder("isp-resolver")
        service = self._unbound("isp-resolver", "internet", resolvers.isp_resolver(folder, folder / "root.zone"))
        service.files["root.zone"] = (names.zone(variant, parked=parked) if parked
                                      else names.zone(variant, names.OTHER_EDGE_NUMBER))
        return service

    def _nginx(self, plan):
        folder = self.folder("nginx")
        for name, text in web.pages():
            (folder / "www" / web.folder_of(name)).mkdir(parents=True, exist_ok=True)
            (folder / "www" / web.folder_of(name) / "index.html").write_text(text, encoding="ascii")
        text = web.config(folder, self.pki, plan)
        return Service("nginx", "internet", [find("nginx"), "-e", f"{folder}/error.log", "-c", f"{folder}/nginx.conf"],
                       (("tcp", 80), ("tcp", 443)), {"nginx.conf": text}, reloads=True)

    def _websocket(self, _plan):
        return Service("websocket", "internet", peer("websocket.py", web.WEBSOCKET_PORT),
                       (("tcp", web.WEBSOCKET_PORT),))

    def _chrony(self, plan):
        folder = self.folder("chrony")
        # Without `local` chrony answers as a server that has no source: not synchronised.
        text = ("allow all\ncmdport 0\nbindcmdaddress /\n" f"pidfile {folder}/chronyd.pid\n"
                + ("local stratum 2\n" if plan.ntp_synchronised else ""))
        return Service("chrony", "internet", [find("chronyd"), "-x", "-d", "-u", "root", "-f", f"{folder}/chrony.conf"],
                       (("udp", 123),), {"chrony.conf": text})

    def _squid(self, plan):
        folder = self.folder("squid")
        text = f"""http_port 3128
http_port 3129 name=authenticated
visible_hostname proxy.lab.example
pid_filename {folder}/squid.pid
cache_log {folder}/cache.log
access_log none
cache deny all
cache_mem 0 MB
memory_cache_shared off
netdb_filename none
pinger_enable off
coredump_dir {folder}
shutdown_lifetime 0 seconds
dns_nameservers {names.GOOGLE_DNS4[0]}
connect_timeout 5 seconds
auth_param basic program {folder}/check-password
auth_param basic realm preflight lab
acl on_authenticated_port myportname authenticated
acl known_user proxy_auth REQUIRED
acl web_ports port 80 443
acl CONNECT method CONNECT
http_access deny !web_ports
{"http_access deny CONNECT" if plan.proxy_forbids else ""}
http_access deny on_authenticated_port !known_user
http_access allow all
"""
        checker = ("#!/bin/sh\n# Basic authentication for squid: one \"user password\" pair a line.\n"
                   'while read -r pair; do\n'
                   f'    if [ "$pair" = "{PROXY_USER} {PROXY_PASSWORD}" ]; then echo OK; else echo ERR; fi\ndone\n')
        return Service("squid", "proxy", renumbered([find("squid"), "-N", "-f", f"{folder}/squid.conf"]),
                       (("tcp", 3128), ("tcp", 3129)), {"squid.conf": text, "check-password": checker})

    def _snmpd(self, plan):
        folder = self.folder("snmpd")
        community = plan.communities.get("lan-switch", COMMUNITY)
        version2 = f"rocommunity {community}\nrocommunity6 {community}\n" if community else ""
        text = (f"{version2}sysName lan-switch\n"
                "sysDescr Lab switch, 24 ports\nsysLocation test lab\nsysServices 2\n"
                "createUser labv3 SHA lab-auth-secret AES lab-priv-secret\nrouser labv3 priv\n")
        return Service("snmpd", "lan-switch",
                       [find("snmpd"), "-f", "-Lf", f"{folder}/snmpd.log", "-C", "-c", f"{folder}/snmpd.conf",
                        "-I", "-smux", "udp:161", "udp6:161"],
                       (("udp", 161),), {"snmpd.conf": text}, {"SNMP_PERSISTENT_DIR": str(folder)})

    def _sshd(self, _plan):
        folder = self.folder("sshd")
        key = folder / "host_key"
        if not key.exists():
            run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "lan-switch", "-f", str(key)])
        text = (f"Port 22\nHostKey {key}\nPidFile {folder}/sshd.pid\nUsePAM no\nPermitRootLogin no\n"
                "PasswordAuthentication yes\nX11Forwarding no\n")
        return Service("sshd", "lan-switch", renumbered([find("sshd"), "-D", "-e", "-f", f"{folder}/sshd_config"]),
                       (("tcp", 22),), {"sshd_config": text})

    def _telnet(self, _plan):
        return Service("telnet", "lan-switch", peer("scripted.py", "telnet", 23), (("tcp", 23),))

    def _smbd(self, _plan):
        folder = self.folder("smbd")
        folders = "".join(f"{kind} = {folder}\n" for kind in
                          ("private dir", "lock directory", "state directory", "cache directory", "pid directory"))
        text = (f"[global]\n{folders}ncalrpc dir = {folder}/ncalrpc\nlog file = {folder}/smbd.log\n"
                "netbios name = LAN-WINDOWS\nworkgroup = LAB\nsmb ports = 445 139\nload printers = no\n"
                "printing = bsd\nprintcap name = /dev/null\ndisable spoolss = yes\n")
        return Service("smbd", "lan-windows",
                       renumbered([find("smbd"), "-F", "--no-process-group", "-l", str(folder),
                                   "-s", f"{folder}/smb.conf"]),
                       (("tcp", 445), ("tcp", 139)), {"smb.conf": text})

    def _winrm(self, _plan):
        return Service("winrm", "lan-windows", peer("winrm.py", 5985), (("tcp", 5985),))

    def _printer(self, _plan):
        return Service("printer", "lan-printer",
                       peer("scripted.py", "printer", 9100, self.folder("printer") / "received.bytes"),
                       (("tcp", 9100),))

    def _discovery(self, _plan):
        node = "lan-printer"
        return Service("discovery", node, peer("discovery.py", "eth0", node, address(node, 4), address(node, 6)),
                       (("udp", 5353), ("udp", 1900)))


def service_on(catalogue, plan, node, port):
    """The name of the service that holds a TCP or UDP port of a node, or None."""
    for service in catalogue.services(plan).values():
        if service.node == node and port in {number for _, number in service.sockets}:
            return service.name
    return None


class Keeper:
    """Runs services inside the nodes and keeps them equal to what a plan asks for."""

    def __init__(self, run, nodes):
        self.run, self.nodes = run, nodes
        self.running = {}                # name -> (Service, Popen)

    def reconcile(self, wanted, restart=()):
        """Stop what is not wanted, restart what changed, start what is missing; wait until all are ready.

        The services named in `restart` are restarted even if nothing changed.
        """
        fresh = []
        for name, (service, process) in list(self.running.items()):
            same = wanted.get(name) == service and name not in restart
            if same and process.poll() is None:
                continue
            if name in wanted and service.reloads and process.poll() is None and wanted[name].argv == service.argv:
                self._write(wanted[name])
                process.send_signal(signal.SIGHUP)
                self.running[name] = (wanted[name], process)
                continue
            self._stop(name)
        for name, service in wanted.items():
            if name not in self.running:
                self._start(service)
                fresh.append(service)
        self._wait(fresh)

    def dead(self):
        return [name for name, (_, process) in self.running.items() if process.poll() is not None]

    def owns(self, pid):
        return any(process.pid == pid for _, process in self.running.values())

    def _write(self, service):
        for name, text in service.files.items():
            path = self.run / service.name / name
            path.write_text(text, encoding="utf-8")
            path.chmod(0o755 if text.startswith("#!") else 0o644)

    def _start(self, service):
        folder = self.run / service.name
        folder.mkdir(parents=True, exist_ok=True)
        self._write(service)
        with open(folder / "output", "ab") as output:
            process = subprocess.Popen(service.argv, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                                       preexec_fn=self.nodes[service.node].enter, cwd=folder,
                                       env={**os.environ, **service.env}, start_new_session=True)
        self.running[service.name] = (service, process)

    def _stop(self, name):
        """End a service with all its children; they share a session of their own."""
        _, process = self.running.pop(name)
        for number in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=0.3)

    def _wait(self, services):
        begun = runqueue.clock()
        missing = {service.name: service for service in services}
        while missing:
            for name, service in list(missing.items()):
                _, process = self.running[name]
                if process.poll() is not None:
                    raise LabError(f"{name} on {service.node} ended with {process.returncode}: {self._tail(name)}")
                if self._holds(service):
                    del missing[name]
                elif runqueue.clock() - begun > service.ready_s:
                    raise LabError(f"{name} is not ready after {service.ready_s} s: {self._tail(name)}")
            if missing:
                time.sleep(0.01)

    def _holds(self, service):
        """Are the service's sockets bound in its node? Read from the kernel: nothing is sent."""
        bound = set()
        with self.nodes[service.node].network():
            for proto in ("tcp", "udp"):
                for suffix in ("", "6"):
                    bound |= {(proto, port) for port in _bound_ports(f"/proc/self/net/{proto}{suffix}")}
        return set(service.sockets) <= bound

    def _tail(self, name):
        text = (self.run / name / "output").read_text(encoding="utf-8", errors="replace")
        return " | ".join(text.strip().splitlines()[-5:]) or "no output"


def _bound_ports(path):
    """Local ports of listening TCP or unconnected UDP sockets in a /proc/net table."""
    with open(path, encoding="ascii") as table:
        rows = [line.split() for line in table.readlines()[1:]]
    return {int(row[1].rsplit(":", 1)[1], 16) for row in rows if row[3] in ("0A", "07")}
