"""The whole lab, inside the supervisor: built once, then kept equal to a plan."""

import json
import os

import estate_services
import faults
import firewall
import health
import names
import topology
import web
from line import Line
from namespaces import CLONE_NEWNS, MS_PRIVATE, MS_REC, Node, bind, call_in, mount, own, setns, unshare
from pki import Pki
from plan import Plan
from services import CACHES, Catalogue, Keeper
from shell import LabError, run
from state import PROJECT, PROJECT_INSIDE, SERVICES_INSIDE

HOSTS_FILE = "127.0.0.1 localhost\n::1 localhost ip6-localhost\n"
NSSWITCH = ("passwd: files\ngroup: files\nshadow: files\nhosts: files dns\nnetworks: files\nprotocols: files\n"
            "services: files\nethers: files\nrpc: files\n")
SITE_RESOLVERS = "search corp.example\nnameserver 10.2.0.1\nnameserver 10.2.2.10\n"


def _links(plan):
    """What a plan says about links, addresses and neighbours."""
    return (plan.pulled, plan.collector_link_down, plan.collector_default_route, plan.collector_leased, plan.commands,
            plan.forget)


class World:
    def __init__(self, state, options):
        self.state = state
        self.folder = state.path
        self.options = options                  # delay, loss, variant, seed: fixed while the lab is up
        self.active = []                        # fault texts in the order they were given
        self.pki = Pki(self.folder / "pki")
        self.pki.create(web.certificates(self.pki) + estate_services.certificates(self.pki, options["site"]))
        self._make_mounts()
        self.nodes = {name: Node(name, self.mounts["collector" if name == "collector" else "others"])
                      for name in topology.NODES[options["site"]]}
        self._wire()
        self.catalogue = Catalogue(SERVICES_INSIDE, self.pki, estate_services.services)
        self.keeper = Keeper(SERVICES_INSIDE, self.nodes)
        self.line = Line(self.folder, options["seed"])
        self.rules = {}
        self.now = Plan()
        self.set_faults([])

    # --- building -------------------------------------------------------------------------------

    def _write(self, name, text):
        path = self.folder / "etc" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="ascii")
        path.chmod(0o644)
        return str(path)

    def _make_mounts(self):
        """Two mount namespaces: the collector's, and one for all others. No mount of the machine is touched."""
        self.trust = {"collector": self.folder / "trust-collector", "others": self.folder / "trust-others"}
        for folder in self.trust.values():
            self.pki.trust(folder, with_corporate=False)
            folder.chmod(0o755)
        mozilla = self.folder / "mozilla"
        mozilla.mkdir()
        (mozilla / "Lab_Public_Root.crt").write_text(self.pki.root.certificate.read_text(encoding="ascii"),
                                                     encoding="ascii")
        mount("none", "/", "", MS_REC | MS_PRIVATE)
        mount("lab", "/run", "tmpfs", 0, "mode=755,size=16m")
        mount("lab", "/dev/shm", "tmpfs", 0, "mode=1777,size=64m")     # squid's segments have fixed names
        (self.folder / "run").mkdir()
        for folder in (SERVICES_INSIDE, PROJECT_INSIDE, "/run/sshd", "/run/lock/p910nd"):
            os.makedirs(folder, 0o755)
        bind(str(self.folder / "run"), str(SERVICES_INSIDE))
        bind(str(PROJECT), str(PROJECT_INSIDE))
        bind(self._write("hosts", HOSTS_FILE), "/etc/hosts")
        bind(self._write("nsswitch.conf", NSSWITCH), "/etc/nsswitch.conf")
        bind(str(mozilla), "/usr/share/ca-certificates/mozilla")
        self.mounts = {"others": own("mnt")}
        unshare(CLONE_NEWNS)
        bind(self._write("resolv.conf", SITE_RESOLVERS), "/etc/resolv.conf")
        bind(self._write("hosts.collector", HOSTS_FILE), "/etc/hosts")
        bind(str(self.trust["collector"]), "/etc/ssl/certs")
        self.mounts["collector"] = own("mnt")
        setns(self.mounts["others"], CLONE_NEWNS)
        bind(self._write("resolv.public", f"nameserver {names.GOOGLE_DNS4[0]}\n"), "/etc/resolv.conf")
        bind(str(self.trust["others"]), "/etc/ssl/certs")

    def _wire(self):
        for name, node in self.nodes.items():
            call_in(node, topology.prepare, name)
        topology.lay_cables({name: node.handles["net"] for name, node in self.nodes.items()})
        for name, node in self.nodes.items():
            call_in(node, topology.plain_frames, name)
            public = names.public_addresses() if name == "internet" else ()
            run(["ip", "-batch", "-"], stdin=topology.address_batch(name, public), enter=node.enter)
            if name in firewall.BASE:
                run(["nft", "-f", "-"], stdin=firewall.BASE[name], enter=node.enter)

    # --- changing -------------------------------------------------------------------------------

    def _plan(self, texts):
        plan = Plan(site=self.options["site"], variant=self.options["variant"], delay_ms=self.options["delay"],
                    loss_permille=self.options["loss"])
        context = faults.Context(self.catalogue, self.pki)
        for text in texts:
            faults.parse(text, self.options["site"]).apply(plan, context)
        return plan

    def set_faults(self, texts):
        """Make exactly these faults hold, and prove the ones that are new."""
        plan = self._plan(texts)
        fresh = [text for text in texts if text not in self.active]
        self.apply(plan)
        self.active = list(texts)
        for text in fresh:
            self._prove(faults.parse(text, self.options["site"]))
        self._rearm()
        if not texts:
            self.wait_healthy()
        self._reconcile()

    def _prove(self, fault):
        seen = call_in(self.nodes["collector"], faults.prove, fault, self.patience())
        if seen:
            raise LabError(f"{fault.text}: the fault does not show: {seen}")

    def wait_healthy(self):
        problems = call_in(self.nodes["collector"], health.wait, self.patience(), self.options["variant"],
                           self.options["site"])
        if problems:
            raise LabError("the site is not healthy: " + "; ".join(problems))

    def patience(self):
        """How long a probe waits before it calls the other side silent: longer on a slow line."""
        return 0.35 + 5 * self.now.delay_ms / 1000

    def apply(self, plan):
        """Make the lab equal to the plan."""
        for days in {leaf[3] for leaf in plan.wanted_leaves}:
            self.pki.issue([leaf[:3] for leaf in plan.wanted_leaves if leaf[3] == days], days)
        if plan.corporate_root_trusted != self.now.corporate_root_trusted:
            self.pki.trust(self.trust["collector"], plan.corporate_root_trusted)
        self._apply_cables(plan)
        self._apply_commands(plan)
        self._apply_firewalls(plan)
        if plan.resolv != self.now.resolv:
            self._write("resolv.conf", plan.resolv or SITE_RESOLVERS)
        if plan.host_lines != self.now.host_lines:
            self._write("hosts.collector", HOSTS_FILE + "".join(line + "\n" for line in plan.host_lines))
        self.line.set(plan.delay_ms, plan.loss_permille, plan.noise)
        before, self.now = self.now, plan
        self._reconcile()
        self._forget_neighbours(before)
        self._write_nodes()

    def _reconcile(self):
        """Services as planned, and no answer remembered."""
        self.keeper.reconcile(self.catalogue.services(self.now), restart=CACHES)

    def _apply_cables(self, plan):
        changed = plan.pulled ^ self.now.pulled
        if changed:
            run(["ip", "-batch", "-"], stdin="".join(f"link set {cable} {'down' if cable in plan.pulled else 'up'}\n"
                                                     for cable in sorted(changed)))
        local = (plan.collector_link_down, plan.collector_default_route, plan.collector_leased)
        before = (self.now.collector_link_down, self.now.collector_default_route, self.now.collector_leased)
        if local != before:
            batch = topology.address_batch("collector")
            if plan.collector_leased:
                batch += topology.lease_batch("collector")
            if plan.collector_link_down:
                batch = "link set eth0 down\n"
            elif not plan.collector_default_route:
                batch += "".join(f"route del {route}\n" for route in topology.ROUTES["collector"])
            run(["ip", "-batch", "-"], stdin=batch, enter=self.nodes["collector"].enter)

    def _apply_commands(self, plan):
        """Undo, last first, what is not wanted any more; then do what is new."""
        for entry in reversed(self.now.commands):
            if entry not in plan.commands:
                self._do(entry[0], entry[2])
        for entry in plan.commands:
            if entry not in self.now.commands:
                self._do(entry[0], entry[1])

    def _do(self, where, what):
        """Run a command, or lines of `ip -batch`, on a node or in the hub."""
        lines = what if isinstance(what, str) else None
        run(["ip", "-batch", "-"] if lines else list(what), stdin=lines,
            enter=None if where == "hub" else self.nodes[where].enter)

    def _forget_neighbours(self, before):
        """What the neighbours remember would hide or prolong a change of links and addresses."""
        if _links(self.now) != _links(before):
            for node in self.nodes.values():
                run(["ip", "neigh", "flush", "all"], enter=node.enter)

    def _rearm(self):
        """A fault that strikes once, or after a while, has struck the proof: set it up anew."""
        if "tripwire" in self.now.rearm:
            run(["ip", "-batch", "-"], stdin=topology.address_batch("collector"), enter=self.nodes["collector"].enter)
        if self.now.rearm:
            self.keeper.reconcile(self.catalogue.services(self.now), restart=self.now.rearm)
        for name in self.now.rearm_firewall:
            run(["nft", "-f", "-"], stdin=self.rules[name], enter=self.nodes[name].enter)

    def _apply_firewalls(self, plan):
        for name, node in self.nodes.items():
            text = firewall.ruleset({chain: rules for (where, chain), rules in plan.rules.items() if where == name},
                                    plan.sets[name])
            if text != self.rules.get(name, ""):
                run(["nft", "-f", "-"], stdin=text or firewall.NOTHING, enter=node.enter)
                self.rules[name] = text
            if plan.closed.get(name) != self.now.closed.get(name):
                firewall.close(node, plan.closed.get(name))

    def _write_nodes(self):
        """Tell `exec` where the nodes are and what to set for their commands."""
        text = json.dumps({"nodes": {name: node.handles for name, node in self.nodes.items()},
                           "environment": {"collector": self.now.environment}})
        draft = self.state.nodes.with_suffix(".new")
        draft.write_text(text, encoding="ascii")
        draft.replace(self.state.nodes)

    # --- looking --------------------------------------------------------------------------------

    def dead(self):
        """Daemons that should run and do not."""
        return self.keeper.dead() + (["line"] if self.line.dead() else [])

    def count(self, reset):
        return firewall.count(self.nodes["collector"], reset)

    def reap(self):
        """As process 1: collect orphans, but leave the daemons' own ends to the keeper."""
        while True:
            try:
                info = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            except ChildProcessError:
                return
            if info is None or self.keeper.owns(info.si_pid):
                return
            os.waitpid(info.si_pid, 0)

