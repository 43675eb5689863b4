"""Rulesets by seed: what administrators write, mixed at random, as nft(8) reads it."""
import random

PORTS = (21, 69, 514, 2055, 9995, 10021)
SOURCES4 = ("10.9.0.2", "10.9.0.3", "10.9.0.130")
SOURCES6 = ("fd00:9::2", "fd00:9::3", "fd00:9::8002")
TARGETS = {4: "10.9.0.1", 6: "fd00:9::1"}
INTERFACE = "under"         # of the host whose rules they are
NETWORKS = {4: ("10.9.0.0/24", "10.9.0.128/25", "10.0.0.0/8", "192.168.0.0/16", "10.9.0.2", "10.9.0.2-10.9.0.3"),
            6: ("fd00:9::/64", "fd00:9::8000/113", "fd00::/8", "2001:db8::/32", "fd00:9::2", "fd00:9::2-fd00:9::3")}
PRIORITIES = (-350, -300, -150, -100, -1, 0, 0, 0, 5, 50)


class Maker:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.counts = {"chains": 0, "sets": 0, "state": 0, "jump": 0, "early": 0}
        self.outgoing = self.random.random() < 0.35

    def one(self, *choices):
        return self.random.choice(choices)

    def chance(self, p):
        return self.random.random() < p

    def ports(self):
        """One port, a range, or several."""
        some = sorted(self.random.sample(PORTS, self.random.randint(1, 4)))
        low = self.one(*PORTS)
        return self.one(str(self.one(*PORTS)), f"{low}-{low + self.one(0, 10, 500, 9000)}",
                        "{ " + ", ".join(map(str, some)) + " }", f"!= {low}", f"< {low}", f">= {low}")

    def address(self, family):
        side, word = self.one("saddr", "daddr"), {4: "ip", 6: "ip6"}[family]
        some = self.random.sample(NETWORKS[family][:3], 1) + self.random.sample(NETWORKS[family][3:], 1)
        if side == "daddr" and self.chance(0.6):
            return f"{word} daddr {self.one('', '!= ')}{self.one(TARGETS[family], (SOURCES4, SOURCES6)[family == 6][0])}"
        if self.chance(0.25) and family in self.families():
            self.counts["sets"] += 1
            return f"{word} {side} {self.one('', '!= ')}@networks{family}"
        return f"{word} {side} {self.one('', '!= ')}" + self.one(
            self.one(*NETWORKS[family]), "{ " + ", ".join(some) + " }")

    def families(self):
        return {"ip": (4,), "ip6": (6,), "inet": (4, 6)}[self.family]

    def interface(self):
        word = self.one("iifname", "oifname") if self.outgoing else "iifname"
        return f"{word} " + self.one(f'"{INTERFACE}"', '"lo"', '"und*"', f'!= "{INTERFACE}"', f'{{ "lo", "{INTERFACE}" }}', '"eth0"')

    def state(self):
        self.counts["state"] += 1
        return "ct state " + self.one("new", "established,related", "{ established, related }", "invalid", "!= new", "new,untracked",
                                      "{ new, established }", "untracked", "! new", "!= { established, new }", "established")

    def match(self):
        family = self.of_family
        kind = self.random.choices(
            ("port", "address", "interface", "state", "protocol", "family", "set", "concat", "source", "fib", "flags", "mark", "strange"),
            (30, 18, 8, 16, 8, 3, 8, 5, 3, 2, 3, 3, 2))[0]
        transport = self.one(self.of_transport, self.of_transport, "th")
        if kind == "port":
            return f"{transport} dport {self.ports()}"
        if kind == "address":
            return self.address(family)
        if kind == "interface":
            return self.interface()
        if kind == "state":
            return self.state()
        if kind == "protocol":
            return self.one(f"meta l4proto {self.of_transport}", "meta l4proto { tcp, udp }", "meta l4proto != icmp")
        if kind == "family":
            return "meta nfproto " + self.one("ipv4", "ipv6", "!= ipv4")
        if kind == "set":
            self.counts["sets"] += 1
            return f"{self.of_transport} dport {self.one('', '!= ')}@ports"
        if kind == "concat":
            self.counts["sets"] += 1
            return f"{({4: 'ip', 6: 'ip6'})[family]} saddr . {self.of_transport} dport @both{family}"
        if kind == "source":
            return f"{self.of_transport} sport " + self.one("1024-65535", "< 1024", "!= 514")
        if kind == "fib":
            return "meta pkttype host" if self.chance(0.5) or self.outgoing else "fib daddr type local"
        if kind == "flags":
            if self.of_transport != "tcp":
                return "udp dport > 0"
            return self.one("tcp flags syn", "tcp flags & (fin | syn | rst | ack) == syn", "tcp flags ! syn", "tcp flags { syn, ack }")
        if kind == "mark":
            return "meta mark " + self.one("0x1", "0x2", "!= 0x0", "& 0xff == 0x1")
        return self.one("limit rate 1000/second", "meta length > 20", "numgen random mod 4 < 2")

    def verdict(self, chains):
        kind = self.random.choices(("accept", "drop", "reject", "jump", "goto", "return", "none"), (26, 22, 6, 26, 5, 5, 10))[0]
        if kind in ("jump", "goto"):
            if not chains:
                return self.one("accept", "drop")
            self.counts["jump"] += 1
            return f"{kind} {self.one(*chains)}"
        if kind == "none":
            return self.one("counter", 'log prefix "seen "', "meta mark set 0x1", "counter comment \"noted\"")
        return ("counter " if self.chance(0.2) else "") + kind

    def vmap(self, chains):
        self.counts["sets"] += 1
        verdicts = ["accept", "drop", "continue", "return"] + [f"jump {name}" for name in chains]
        if self.chance(0.3):
            return "ct state vmap { established : accept, related : accept, invalid : drop" + self.one("", ", new : " + self.one(*verdicts)) + " }"
        keys = self.random.sample(PORTS, self.random.randint(1, 4))
        some = ", ".join(f"{key} : {self.one(*verdicts)}" for key in keys)
        rest = self.one("", f", * : {self.one(*verdicts)}")
        return f"{self.one('udp', 'tcp')} dport vmap {{ {some}{rest} }}"

    def rule(self, chains, base):
        self.of_family, self.of_transport = self.one(*self.families()), self.one("udp", "tcp")
        if self.chance(0.1):
            return self.vmap(chains)
        matches = " ".join(self.match() for _ in range(self.random.choices((0, 1, 2, 3), (3 if base else 15, 50, 30, 8))[0]))
        verdict = self.verdict(chains)
        if verdict.endswith("reject") and base and self.hook not in ("input", "output"):
            verdict = "drop"
        return f"{matches} {verdict}".strip()

    def sets(self):
        some = ", ".join(map(str, self.random.sample(PORTS, 2)))
        out = [f"set ports {{ type inet_service; flags interval; elements = {{ {some}, 10030-10100 }}; }}"]
        for family in self.families():
            kind = {4: "ipv4_addr", 6: "ipv6_addr"}[family]
            networks = f"{self.one(*NETWORKS[family][:2])}, {NETWORKS[family][3]}"
            out.append(f"set networks{family} {{ type {kind}; flags interval; elements = {{ {networks} }}; }}")
            pair = f"{self.one(*NETWORKS[family][:3])} . {self.one(*PORTS)}, {NETWORKS[family][4]} . 1-600"
            out.append(f"set both{family} {{ type {kind} . inet_service; flags interval; elements = {{ {pair} }}; }}")
        return out

    def table(self, number):
        self.family = self.random.choices(("inet", "ip", "ip6"), (6, 3, 1))[0]
        name, text = f"t{number}", self.sets()
        chains = []
        for i in range(self.random.randint(0, 3)):      # a chain jumps to those before it only
            self.hook = "input"
            body = [self.rule(chains, False) for _ in range(self.random.randint(1, 4))]
            text.append(f"chain c{i} {{ " + "; ".join(body).replace("reject", "drop") + "; }" if body else f"chain c{i} {{ }}")
            chains.append(f"c{i}")
            self.counts["chains"] += 1
        for i in range(self.random.choices((1, 2, 3), (5, 4, 2))[0]):
            self.hook = self.one(*(("output", "output", "postrouting") if self.outgoing else ("input", "input", "prerouting")))
            self.counts["chains"] += 1
            body = [self.rule(chains, True) for _ in range(self.random.randint(1, 6))]
            if self.chance(0.25):
                body.insert(0, f"{self.interface()} {self.of_transport} dport {self.ports()} drop")
                self.counts["early"] += 1
            if self.chance(0.08) and self.hook in ("prerouting", "output"):
                body.insert(0, self.one("notrack", "udp dport 514 notrack"))
            head = f"type filter hook {self.hook} priority {self.one(*PRIORITIES)}; policy {self.one('accept', 'accept', 'drop')};"
            text.append(f"chain b{i} {{ {head} " + "; ".join(body) + "; }")
        if not self.outgoing and self.chance(0.2):
            port = self.one(*PORTS)
            text.append(f"chain n {{ type nat hook prerouting priority dstnat; {self.one('', self.interface())} "
                        f"{self.of_transport} dport {port} redirect to :{self.one(*PORTS)}; }}")
        return f"table {self.family} {name} {{\n  " + "\n  ".join(line.replace("; ", "\n    ").replace("{ type", "{\n    type", 1)
                                                                 if line.startswith("chain") else line for line in text) + "\n}\n"

    def ruleset(self):
        return "".join(self.table(number) for number in range(self.random.choices((1, 2, 3), (5, 4, 1))[0]))

    def packets(self, count):
        """(transport, family, device's address, port), to this host or from it."""
        out = []
        for _ in range(count):
            family = self.random.choices((4, 6), (3, 2))[0]
            out.append((self.one("udp", "udp", "tcp"), family, self.one(*(SOURCES4 if family == 4 else SOURCES6)), self.one(*PORTS)))
        return out


class TablesMaker(Maker):
    """The same of iptables: a text for iptables-restore and one for ip6tables-restore."""

    def some_ports(self):
        low = self.one(*PORTS)
        some = ",".join(map(str, sorted(self.random.sample(PORTS, 3))))
        return self.one(f"--dport {low}", f"! --dport {low}", f"--dport {low}:{low + 500}", f"-m multiport --dports {some}",
                        f"-m multiport ! --dports {some}", f"-m multiport --dports {low},{low + 1}:{low + 400}", "--sport 1024:65535")

    def table_match(self, family):
        kind = self.random.choices(("port", "address", "interface", "state", "type", "flags", "strange", "icmp", "all"),
                                   (34, 16, 10, 18, 3, 4, 3, 3, 4))[0]
        own, others = TARGETS[family], (SOURCES4, SOURCES6)[family == 6]
        if kind == "port":
            transport = self.one("udp", "tcp")
            ports = self.some_ports()
            return f"-p {transport} " + (ports if ports.startswith("-m") else f"-m {transport} {ports}")
        if kind == "address":
            side = self.one("-s", "-d")
            what = self.one(own, *others, *(net for net in NETWORKS[family] if "-" not in net))
            return f"{self.one('', '! ')}{side} {what}"
        if kind == "interface":
            return self.one("", "! ") + ("-o " if self.outgoing else "-i ") + self.one(INTERFACE, "lo", "und+", "eth0")
        if kind == "state":
            self.counts["state"] += 1
            return "-m conntrack " + self.one("--ctstate NEW", "--ctstate RELATED,ESTABLISHED", "! --ctstate NEW", "--ctstate INVALID",
                                              "--ctstate NEW,UNTRACKED", "! --ctstate RELATED,ESTABLISHED")
        if kind == "type" and not self.outgoing:
            return "-m addrtype --dst-type " + self.one("LOCAL", "BROADCAST", "MULTICAST")
        if kind == "flags":
            return "-p tcp -m tcp " + self.one("--syn", "! --syn", "--tcp-flags ALL SYN", "--tcp-flags FIN,RST RST")
        if kind == "strange":
            return self.one("-m limit --limit 1000/sec", "-m length --length 0:1400", "-m statistic --mode random --probability 0.5")
        if kind == "icmp":
            return "-p icmp -m icmp --icmp-type 8" if family == 4 else "-p ipv6-icmp -m icmp6 --icmpv6-type 128"
        return "-m comment --comment \"all of \\\"them\\\"\""

    def table_rule(self, family, chain, chains):
        target = self.random.choices(("ACCEPT", "DROP", "REJECT", "LOG", "RETURN", "jump"), (28, 24, 6, 6, 8, 28))[0]
        if target == "REJECT" and chain not in ("INPUT", "OUTPUT"):
            target = "DROP"
        if target == "jump":
            if not chains:
                target = "DROP"
            else:
                self.counts["jump"] += 1
                return f"-A {chain} {self.table_match(family)} {self.one('-j', '-j', '-g')} {self.one(*chains)}"
        return f"-A {chain} {self.table_match(family)} -j {target}"

    def one_table(self, name, built_in, family):
        chains, rules = [], []
        for i in range(self.random.randint(0, 3)):
            rules += [self.table_rule(family, f"c{i}", chains) for _ in range(self.random.randint(1, 4))]
            chains.append(f"c{i}")
            self.counts["chains"] += 1
        for chain in built_in:
            self.counts["chains"] += 1
            if self.chance(0.3):
                rules.append(f"-A {chain} -p {self.one('udp', 'tcp')} --dport {self.one(*PORTS)} -j DROP")
                self.counts["early"] += 1
            rules += [self.table_rule(family, chain, chains) for _ in range(self.random.randint(1, 6))]
        heads = [f":{chain} {self.one('ACCEPT', 'ACCEPT', 'DROP') if name == 'filter' else 'ACCEPT'} [0:0]" for chain in built_in]
        return "\n".join([f"*{name}", *heads, *(f":{chain} - [0:0]" for chain in chains), *rules, "COMMIT", ""])

    def tables(self, family):
        text = self.one_table("filter", ["OUTPUT" if self.outgoing else "INPUT"], family)
        if self.chance(0.4):
            text += self.one_table("mangle", ["POSTROUTING" if self.outgoing else "PREROUTING"], family)
        if self.chance(0.2):
            chain = "OUTPUT" if self.outgoing else "PREROUTING"
            text += f"*raw\n:{chain} ACCEPT [0:0]\n-A {chain} -p udp --dport {self.one(*PORTS)} -j CT --notrack\nCOMMIT\n"
        if self.chance(0.2) and not self.outgoing:
            text += (f"*nat\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -p {self.one('udp', 'tcp')} --dport {self.one(*PORTS)} "
                     f"-j REDIRECT --to-ports {self.one(*PORTS)}\nCOMMIT\n")
        return text
