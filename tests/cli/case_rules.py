"""preflight rules: every dialect obeys its grammar and means the same; what is refused."""
import json
import re
import subprocess

import grammar
import harness
from harness import Bad, ROOT, TENANT

SITE = """preflight: inventory/1
devices:
  - {address: 10.2.1.10, types: [network-element, snmp], name: switch, ports: {ssh: 2222}}
  - {address: 10.2.1.20, types: [windows], name: "=1+cmd|'calc'!A0"}
  - {network: 10.2.3.0/29, types: [printer]}
  - {address: 2001:db8:2:1::30, types: [printer], name: six}
"""
RULES = ["rules", "auvik-collector", "--set", TENANT, "--inventory", "site.yaml", "--scenario",
         "virtual-appliance,performance-site,cloud-ping", "--on-behalf-of", "10.2.0.2", "--no-resolve"]
SMALL = """preflight: profile/1
name: small
version: 2026.1.1
title: Small
sources:
  doc: {title: A handbook}
roles: {collector: this machine}
default_role: collector
requirements:
  - {id: open, title: Open, from: collector, to: internet, level: required, check: tcp,
     hosts: [192.0.2.1], ports: [443], source: doc}
"""
# A report whose profile is not the one asked for.
OTHER = {"s.json": "{\"schema\": \"preflight.report/9\"}", "n.json": "no json"}

NOT_READY = (ROOT / "tests" / "golden" / "not-ready.json").read_text()

BAD = [
    Bad("A report names no file as its profile.", ["rules", "--from", "r.json", "--dialect", "csv"],
        ["does not name its profile", "preflight rules PROFILE --from REPORT"],
        files={"r.json": NOT_READY.replace('"auvik-collector"', '"./x.yaml"')}),
    Bad("A dialect must be given.", ["rules", "auvik-collector"], ["needs --dialect", "nftables"]),
    Bad("An unknown dialect gets a suggestion.", ["rules", "auvik-collector", "--dialect", "fortigat"],
        ["unknown dialect 'fortigat'", "did you mean 'fortigate'?"]),
    Bad("Where no dialect is near, all are named.", ["rules", "auvik-collector", "--dialect", "xx"],
        ["unknown dialect 'xx'", "aws-sg", "ticket"]),
    Bad("A profile must be given.", ["rules", "--dialect", "csv"], ["rules needs a profile"]),
    Bad("An unknown profile is one line.", ["rules", "auvik-colector", "--dialect", "csv"], ["auvik-collector"]),
    Bad("The address that this host stands for must be one.",
        ["rules", "auvik-collector", "--dialect", "csv", "--on-behalf-of", "server"], ["--on-behalf-of", "10.2.0.5"]),
    Bad("A source that is no interface is one line.",
        ["rules", "auvik-collector", "--dialect", "csv", "--source", "eth99"], ["--source", "ip address"]),
    Bad("A report that is not there is one line.",
        ["rules", "auvik-collector", "--dialect", "csv", "--from", "none.json"], ["none.json"]),
    Bad("A report that is no JSON is one line with its place.",
        ["rules", "auvik-collector", "--dialect", "csv", "--from", "n.json"], ["n.json"], files=OTHER),
    Bad("A document of another kind is no report.",
        ["rules", "auvik-collector", "--dialect", "csv", "--from", "s.json"], ["s.json"], files=OTHER),
    Bad("--from and --only exclude each other.",
        ["rules", "auvik-collector", "--dialect", "csv", "--from", "s.json", "--only", "x"], ["--from", "--only"],
        files=OTHER),
    Bad("A folder that is not there is found before any work.",
        ["rules", "auvik-collector", "--dialect", "csv", "-o", "no/such/file"], ["no/such"]),
    Bad("A format that rules do not have is refused.",
        ["rules", "auvik-collector", "--dialect", "csv", "--format", "nagios"], ["nagios"], formats=("text",)),
]


def rules(box, dialect, *words, status=0):
    box.make({"site.yaml": SITE})
    done = box.preflight(*RULES, "--dialect", dialect, *words)
    assert done.status == status and done.errors == "", (dialect, done.errors)
    return done.text


def golden(dialect):
    return (ROOT / "tests" / "golden" / f"rules.{dialect}").read_bytes().decode()


def dialects(box):
    """All there are, as the error names them."""
    said = box.preflight("rules", "auvik-collector").errors
    return re.split(", | or ", re.search(r"--dialect (.*)", said.split(";")[1])[1])


def case_every_dialect_is_listed(box):
    """--help lists the dialects that there are, and each has a reader here."""
    text = box.preflight("rules", "--help").text
    listed = re.search(r"^dialects:(.*?)\n\n", text, re.S | re.M)[1].split()
    assert listed == dialects(box) == sorted([*grammar.READERS, "ticket"]), listed


def case_grammar(box):
    """What the command writes for a site, and each golden text, obeys the published grammar."""
    for dialect, read in grammar.READERS.items():
        text = rules(box, dialect)
        assert read(text), dialect
        assert read(golden(dialect)), dialect
        if dialect not in ("nftables", "iptables", "csv"):
            assert "not tried on a device" in text, dialect


def case_same_meaning(box):
    """Dialects that know addresses only allow exactly the same."""
    wanted = grammar.nftables(golden("nftables"))
    assert len(wanted) > 50
    assert grammar.iptables(golden("iptables")) == wanted
    assert grammar.windows(golden("windows")) == wanted
    assert grammar.csv_rules(golden("csv")) == wanted
    six = {r for r in wanted if ":" in r[0] and r[2] == "icmp"}
    assert six and grammar.azure_nsg(golden("azure-nsg")) == wanted - six  # it knows no ICMPv6
    own = {"10.2.0.2/32", "2001:db8:2::2/128"}
    ends = {tuple("self" if e in own else e for e in r[:2]) + r[2:] for r in wanted}
    assert grammar.aws_sg(golden("aws-sg")) == ends


def case_same_meaning_with_names(box):
    """Dialects that know names allow the same, by name, and wildcards where they can."""
    plain = {r for r in grammar.nftables(golden("nftables")) if not r[0].startswith("203.") and
             not r[1].startswith("203.") and "2001:db8:7:" not in r[0] + r[1]}
    asa = grammar.cisco_asa(golden("cisco-asa"))
    named = {r for r in asa if ".example" in r[0] + r[1]}
    assert named and asa == plain | named, asa ^ (plain | named)
    for dialect, wild in (("mikrotik", set()), ("fortigate", {"*.my.vendor.example", "*.pool.vendor.example"}),
                          ("paloalto", {"*.my.vendor.example"})):
        found = grammar.READERS[dialect](golden(dialect))
        assert {r for r in found if not r[1].startswith("*")} == asa, dialect
        assert {r[1] for r in found if r[1].startswith("*")} == wild, dialect
    four = {r for r in asa if ":" not in r[0] + r[1] and r[3] == r[4]}
    shell = grammar.pfsense(golden("pfsense"))
    assert shell == four, four ^ shell


def in_a_namespace(box, *command, text):
    done = subprocess.run([*harness.UNSHARE, *command], input=text, cwd=box.path, capture_output=True, text=True)
    assert done.returncode == 0 and done.stderr == "", f"{command}: {done.stderr}"


def case_kernel_takes_them(box):
    """nft and iptables-restore take what the command writes, of both families, and twice."""
    for text in (rules(box, "nftables"), golden("nftables")):
        in_a_namespace(box, "nft", "-c", "-f", "-", text=text)
        in_a_namespace(box, "sh", "-c", "cat > r && nft -f r && nft -f r", text=text)
    for text in (rules(box, "iptables"), golden("iptables")):
        for program in ("iptables-restore", "ip6tables-restore"):
            in_a_namespace(box, program, "--noflush", "--test", text=text)
            in_a_namespace(box, "sh", "-c", f"cat > r && {program} -n r && {program} -n r && "
                                            "! iptables -S | sort | uniq -d | grep .", text=text)


def case_narrow(box):
    """No rule has any as an end, and each port is one that a requirement names."""
    found = grammar.nftables(rules(box, "nftables"))
    for source, destination, _, first, last in found:
        assert not source.endswith("/0") and not destination.endswith("/0")
        assert first == last
    assert ("10.2.0.2/32", "10.2.1.10/32", "tcp", 2222, 2222) in found  # the device's own
    assert not [r for r in found if r[3] == 22]
    assert ("10.2.3.0/29", "10.2.0.2/32", "udp", 514, 514) in found
    assert ("10.2.0.2/32", "10.2.3.0/29", "icmp", 0, 0) in found
    telnet = [line for line in rules(box, "nftables").splitlines() if "dport 23 " in line]
    assert telnet and all(line.startswith("# ") for line in telnet), telnet  # a fallback


def case_names_are_never_lost(box):
    """A name without an address is told, in every dialect that wants addresses."""
    for dialect in ("nftables", "iptables", "windows", "aws-sg", "azure-nsg"):
        text = rules(box, dialect)
        for name in ("acme.us1.my.auvik.com", "*.my.auvik.com", "0.pool.ntp.org"):
            assert re.search(rf"^#   NOT WRITTEN: {re.escape(name)}: ", text, re.M), (dialect, name)
    assert "NOT WRITTEN: cloud: " in rules(box, "fortigate")
    assert "NOT WRITTEN: *.my.auvik.com" not in rules(box, "fortigate")


def case_every_requirement_is_there(box):
    """Each requirement of the plan is in some rule, with its document and date, or counted."""
    document = json.loads(rules(box, "nftables", "--format", "json"))
    there = {r for rule in document["rules"] for r in rule["requirements"]}
    options = [w for i, w in enumerate(RULES[2:]) if w not in ("--no-resolve", "--on-behalf-of", "10.2.0.2")]
    plan = json.loads(box.preflight("plan", "auvik-collector", *options, "--format", "json").out)
    for q in plan["requirements"]:
        local = q["transport"] == "local" or q["id"] in ("lan.mdns", "lan.upnp")
        assert (q["id"] in there) != (local or q["not_needed"]), q["id"]
    text = rules(box, "nftables")
    assert text.count("(2026-11-20) https://support.auvik.com") >= len(document["rules"])
    counted = [int(re.match(r"\d+", note)[0]) for note in document["notes"]]
    assert sum(counted) + len(there) == len(plan["requirements"]), document["notes"]


def case_proxy(box):
    """With --proxy all web paths are one rule, to the proxy, and the names are told."""
    found = grammar.nftables(rules(box, "nftables", "--proxy", "http://10.2.2.10:3128"))
    assert ("10.2.0.2/32", "10.2.2.10/32", "tcp", 3128, 3128) in found
    assert not [r for r in found if r[3] in (80, 443)]
    text = rules(box, "ticket", "--proxy", "http://10.2.2.10:3128")
    assert re.search(r"must reach: acme.us1.my.auvik.com, \*.my.auvik.com", text), text


def case_ticket(box):
    """A ticket says who, why, what, how to verify and how to roll back, in 80 columns."""
    text = rules(box, "ticket")
    for words in ("FIREWALL CHANGE REQUEST", "auvik-collector", "10.2.0.2", "without it:", "verify", "roll back",
                  "preflight run auvik-collector"):
        assert words in text, words
    assert "--only lan.ping" in rules(box, "ticket", "--only", "lan.ping")
    assert not [line for line in text.splitlines() if len(line) > 80 and "://" not in line]


def case_source_without_a_date(box):
    """A document that has only a title is named by it, in a comment and in a ticket."""
    box.make({"small.yaml": SMALL})
    for dialect in ("nftables", "ticket"):
        text = box.preflight("rules", "small.yaml", "--dialect", dialect, "--no-resolve").text
        assert "A handbook" in text and "null" not in text and "A handbook (" not in text, text


def case_hostile_device(box):
    """A device's name is no formula and no command."""
    assert ",\"=cmd" not in rules(box, "csv")
    for dialect in ("nftables", "windows", "aws-sg", "cisco-asa"):
        left = "\n".join(grammar.lines(rules(box, dialect), "!" if dialect == "cisco-asa" else "#"))
        assert "calc" not in left, dialect


def case_file(box):
    """-o writes the same text to a file of the owner's; --format json holds it, too."""
    text = rules(box, "fortigate", "-o", "out.txt")
    path = box.path / "out.txt"
    assert path.read_text() == text and path.stat().st_mode & 0o777 == 0o600
    document = json.loads(rules(box, "fortigate", "--format", "json"))
    assert document["schema"] == "preflight.rules/1" and document["dialect"] == "fortigate"
    now = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
    assert now.sub("", document["text"]) == now.sub("", text)


def case_nothing_is_sent(box):
    """With --no-resolve no packet leaves; without it only the DNS servers are asked."""
    box.make({"site.yaml": SITE})
    watch = """
        set -e; ip link set lo up; ip link add up0 type veth peer name far0; ip link set far0 up; ip link set up0 up
        ip address add 192.0.2.1/24 dev up0; ip neigh add 192.0.2.53 lladdr 02:00:00:00:00:53 dev up0; ip route add default via 192.0.2.9; echo nameserver 192.0.2.53 > resolv; mount --bind resolv /etc/resolv.conf
        nft 'table inet w {
          counter dns { }
          counter other { }
          chain o {
            type filter hook output priority 0
            icmpv6 type != echo-request accept
            udp dport 53 counter name dns reject
            oifname != lo counter name other
          }
        }'
        "$@" > out; nft list counters > counted; set -- true"""
    command = [w for w in RULES if w != "--no-resolve"]
    for words, asked in (([], True), (["--no-resolve"], False)):
        done = box.preflight(*command, *words, "--dialect", "nftables", script=watch, unshare=harness.UNSHARE_FILES)
        assert done.status == 0 and "auvik" in (box.path / "out").read_text(), done.errors
        packets = dict(re.findall(r"counter (\w+) \{\s+packets (\d+)", (box.path / "counted").read_text()))
        assert packets["other"] == "0", packets
        assert (int(packets["dns"]) > 0) == asked, packets


def case_profiles_of_the_report(box):
    """With --from the profiles are the report's, and the same as when they are given."""
    box.make({"r.json": NOT_READY})
    now = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
    texts = [now.sub("", box.preflight("rules", *words, "--from", "r.json", "--dialect", "csv").text)
             for words in ([], ["auvik-collector"])]
    assert texts[0] == texts[1] and "acme.us1.my.auvik.com" in texts[0], texts


def case_only_what_the_profile_asks_for(box):
    """A report that names another port, transport or host opens nothing: it is left out, and named."""
    for old, new, what in (('"port": 443,', '"port": 3389,', "another port"),
                           ('"transport": "tcp",\n        "port": 443,', '"transport": "udp",\n        "port": 443,',
                            "another transport"),
                           ('"name": "apt.my.auvik.com"', '"name": "evil.example"', "another host")):
        assert old in NOT_READY, old
        box.make({"r.json": NOT_READY.replace(old, new)})
        done = box.preflight("rules", "--from", "r.json", "--dialect", "nftables", "--format", "json")
        assert done.status == 0, done.text
        document = done.json()
        assert any(what in note for note in document["notes"]), (what, document["notes"])
        assert "3389" not in document["text"].replace("tcp/3389 to", "") and "udp dport 443" not in document["text"]
        assert not any("evil" in e["text"] for r in document["rules"] for e in r["destination"])


def case_same_twice(box):
    """The same site gives the same rules, with the same names."""
    now = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
    assert now.sub("", rules(box, "fortigate")) == now.sub("", rules(box, "fortigate"))


SPEND = """
import resource, subprocess, sys
status = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime, used.ru_maxrss)
sys.exit(status)
"""


def spent(box, dialect, count):
    """Seconds of the processor and MB that rules for so many devices take."""
    places = "".join(f"10.{n // 62500}.{n // 250 % 250}.{1 + n % 250},network-element;snmp\n" for n in range(count))
    box.make({"many.csv": "address,types\n" + places})
    done = box.preflight("rules", "auvik-collector", "--dialect", dialect, "--inventory", "many.csv", "--set",
                         "tenant_url=https://acme.us1.my.auvik.com", "--no-resolve", "--max-probes", "65536",
                         script='set -- /usr/bin/python3 -c "$SPEND" "$@"', env={"SPEND": SPEND})
    assert done.status == 0, (dialect, done.errors)
    seconds, kib = done.text.split()
    return float(seconds), int(kib) >> 10


def case_many_devices(box):
    """10,000 devices take 150 MB at most in every dialect, and twice as many no three times the processor."""
    for dialect in dialects(box):
        half, _ = spent(box, dialect, 5000)
        whole, megabytes = spent(box, dialect, 10000)
        assert megabytes <= 150, (dialect, megabytes)
        assert whole < 3 * half, (dialect, half, whole)
