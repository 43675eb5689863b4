"""The dialects of `preflight rules`, read back: each reader knows the published grammar and no more.

A reader takes the text and returns the rules it found, as a set of
(source, destination, protocol, first port, last port); ICMP has port 0. An
address is a network in text, a name is itself. What a reader does not know is
an AssertionError: a word, an option, an object nobody defined, a name too long.
"""
import csv
import io
import ipaddress
import json
import re
import shlex

NAME = r"(?:\*\.)?[A-Za-z0-9_][A-Za-z0-9_.-]*"


def net(text):
    return str(ipaddress.ip_network(text))


def ports(text, between="-"):
    first, _, last = text.partition(between)
    first, last = int(first), int(last or first)
    assert 1 <= first <= last <= 65535, text
    return first, last


def lines(text, comment="#"):
    """Lines that are no comments, and not blank; none goes on in the next one."""
    for line in text.splitlines():
        if line.strip() and not line.startswith(comment):
            assert not line.endswith("\\"), line
            assert line.isascii() and line.replace("\t", " ").isprintable(), line
            yield line


def every(sources, destinations, services):
    return {(s, d, *p) for s in sources for d in destinations for p in services}


def same_family(*texts):
    assert len({ipaddress.ip_network(t).version for t in texts}) == 1, texts


# nft(8); the kernel's own reader is asked beside this one.
def nftables(text):
    found = set()
    body = list(lines(text))
    assert body[:8] == ["table inet filter {", "\tchain preflight {", "\t}", "}",
                        "flush chain inet filter preflight", "table inet filter {", "\tchain preflight {",
                        body[7]] and body[-2:] == ["\t}", "}"], body[:8]
    for line in body[7:-2]:
        m = re.fullmatch(r"\t\t(ip6?) saddr (.+?) (ip6?) daddr (.+?) "
                         r"(?:(tcp|udp) dport (.+?)|(icmp|icmpv6) type echo-request) "
                         r'accept comment "([^"\\]{1,128})"', line)
        assert m and m[1] == m[3], line
        sources, destinations, wanted = ([w.strip() for w in (m[i] or "").strip("{} ").split(",")] for i in (2, 4, 6))
        same_family(*sources, *destinations)
        services = [(m[5], *ports(p)) for p in wanted] if m[5] else [("icmp", 0, 0)]
        found |= every(map(net, sources), [net(d) for d in destinations], services)
    return found


# iptables-restore(8): "-4" and "-6" put both families into one file.
def iptables(text):
    found = set()
    body = list(lines(text))
    assert body[:2] == ["*filter", ":PREFLIGHT - [0:0]"] and body[-1] == "COMMIT", body[:2]
    for line in body[2:-1]:
        words = shlex.split(line)
        assert words[1:3] == ["-A", "PREFLIGHT"] and words[-2:] == ["-j", "ACCEPT"], line
        assert words[-6:-3] == ["-m", "comment", "--comment"] and len(words[-3]) <= 256, line
        options = words[3:-6]
        version, source, destination = words[0], options[1], options[3]
        assert options[0] == "-s" and options[2] == "-d", line
        same_family(source, destination)
        assert version == f"-{ipaddress.ip_network(source).version}", line
        match = options[4:]
        if match[1] in ("tcp", "udp"):
            assert match[:5] == ["-p", match[1], "-m", match[1], "--dport"] and len(match) == 6, line
            service = (match[1], *ports(match[5], ":"))
        else:
            assert match == (["-p", "icmp", "-m", "icmp", "--icmp-type", "echo-request"] if version == "-4" else
                             ["-p", "ipv6-icmp", "-m", "icmp6", "--icmpv6-type", "echo-request"]), line
            service = ("icmp", 0, 0)
        found |= every([net(source)], [net(destination)], [service])
    return found


# https://learn.microsoft.com/powershell/module/netsecurity/new-netfirewallrule
def powershell_words(line):
    """Words; a quoted one is literal ('' is a quote), PowerShell's typographic quotes end it, too."""
    assert not re.search("[\u2018\u2019\u201a\u201b\u201c\u201d\u201e]", line), line
    token = re.compile(r"((?:'(?:[^']|'')*'|[A-Za-z0-9.:/*_-]+)(?:,(?:'(?:[^']|'')*'|[A-Za-z0-9.:/*_-]+))*)(?: |$)")
    at, words = 0, []
    while at < len(line):
        m = token.match(line, at)
        assert m, line[at:]
        words.append([w.strip("'") for w in m[1].split("','")] if m[1].startswith("'") else m[1])
        at = m.end()
    return words


def windows(text):
    found, names = set(), set()
    for line in lines(text):
        words = powershell_words(line)
        assert words[0] == "New-NetFirewallRule", line
        options = dict(zip(words[1::2], words[2::2]))
        assert len(options) * 2 == len(words) - 1, line
        assert set(options) <= {"-Name", "-DisplayName", "-Group", "-Description", "-Direction", "-Action",
                                "-Protocol", "-IcmpType", "-LocalAddress", "-RemoteAddress", "-LocalPort",
                                "-RemotePort"}, line
        name = options["-Name"][0]
        assert name not in names, name
        names.add(name)
        assert options["-Action"] == "Allow" and options["-Direction"] in ("Inbound", "Outbound"), line
        inbound = options["-Direction"] == "Inbound"
        local, remote = options["-LocalAddress"], options["-RemoteAddress"]
        same_family(*local, *remote)
        if options["-Protocol"].startswith("ICMP"):
            version = ipaddress.ip_network(local[0]).version
            assert (options["-Protocol"], options["-IcmpType"]) == {4: ("ICMPv4", "8"), 6: ("ICMPv6", "128")}[version]
            services = [("icmp", 0, 0)]
        else:
            assert options["-Protocol"] in ("TCP", "UDP"), line
            wanted = options["-LocalPort" if inbound else "-RemotePort"]
            services = [(options["-Protocol"].lower(), *ports(p)) for p in wanted]
        source, destination = (remote, local) if inbound else (local, remote)
        found |= every(map(net, source), [net(d) for d in destination], services)
    return found


# Amazon EC2 API Reference: AuthorizeSecurityGroupEgress, IpPermission, IpRange.
AWS_TEXT = re.compile(r"[a-zA-Z0-9. _:/()#,@\[\]+=&;{}!$*-]{0,255}")


def aws_sg(text):
    found = set()
    for line in lines(text):
        words = shlex.split(line)
        assert words[:2] == ["aws", "ec2"] and words[3:5] == ["--group-id", "$GROUP_ID"], line
        way = {"authorize-security-group-egress": "out", "authorize-security-group-ingress": "in"}[words[2]]
        assert words[5] == "--ip-permissions" and len(words) == 7, line
        for permission in json.loads(words[6]):
            protocol = permission["IpProtocol"]
            v6 = "Ipv6Ranges" in permission
            ranges = permission["Ipv6Ranges" if v6 else "IpRanges"]
            assert set(permission) == {"IpProtocol", "FromPort", "ToPort", "Ipv6Ranges" if v6 else "IpRanges"}
            if protocol in ("tcp", "udp"):
                service = (protocol, *ports(f"{permission['FromPort']}-{permission['ToPort']}"))
            else:
                assert (protocol, permission["FromPort"]) == (("icmpv6", 128) if v6 else ("icmp", 8)), permission
                service = ("icmp", 0, 0)
            assert 1 <= len(ranges) <= 60
            for item in ranges:
                assert AWS_TEXT.fullmatch(item["Description"]), item
                other = net(item["CidrIpv6" if v6 else "CidrIp"])
                found.add(("self", other, *service) if way == "out" else (other, "self", *service))
    return found


# https://learn.microsoft.com/cli/azure/network/nsg/rule#az-network-nsg-rule-create
AZURE_ONE = {"--resource-group", "--nsg-name", "--name", "--priority", "--direction", "--access", "--protocol",
             "--description"}
AZURE_MANY = {"--source-address-prefixes", "--source-port-ranges", "--destination-address-prefixes",
              "--destination-port-ranges"}


def azure_nsg(text):
    found, names, priorities = set(), set(), set()
    for line in lines(text):
        words = shlex.split(line)
        assert words[:5] == ["az", "network", "nsg", "rule", "create"], line
        options, at = {}, None
        for word in words[5:]:
            if word.startswith("--"):
                assert word in AZURE_ONE | AZURE_MANY and word not in options, line
                options[at := word] = []
            else:
                options[at].append(word)
        assert set(options) == AZURE_ONE | AZURE_MANY, line
        assert all(len(options[o]) == 1 for o in AZURE_ONE), line
        one = {o: options[o][0] for o in AZURE_ONE}
        assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,78}[A-Za-z0-9_]", one["--name"]), one["--name"]
        assert one["--name"] not in names and one["--priority"] not in priorities, line
        names.add(one["--name"])
        priorities.add(one["--priority"])
        assert 100 <= int(one["--priority"]) <= 4096 and len(one["--description"]) <= 140, line
        assert (one["--access"], one["--direction"] in ("Inbound", "Outbound")) == ("Allow", True), line
        source, destination = options["--source-address-prefixes"], options["--destination-address-prefixes"]
        same_family(*source, *destination)
        assert options["--source-port-ranges"] == ["*"], line
        if one["--protocol"] == "Icmp":
            assert options["--destination-port-ranges"] == ["*"], line
            services = [("icmp", 0, 0)]
        else:
            services = [({"Tcp": "tcp", "Udp": "udp"}[one["--protocol"]], *ports(p))
                        for p in options["--destination-port-ranges"]]
        found |= every(map(net, source), [net(d) for d in destination], services)
    return found


# FortiOS CLI reference: config / edit / set / next / end; firewall address, address6, service custom, policy.
FORTI_KEYS = {
    "firewall address": {"subnet", "type", "fqdn"},
    "firewall address6": {"ip6", "type", "fqdn"},
    "firewall service custom": {"tcp-portrange", "udp-portrange", "protocol", "icmptype"},
    "firewall policy": {"name", "srcintf", "dstintf", "srcaddr", "dstaddr", "srcaddr6", "dstaddr6", "action",
                        "schedule", "service", "comments"},
}
FORTI_MOST = {"firewall address": 79, "firewall address6": 79, "firewall service custom": 79}


def forti_objects(text):
    """(table, name, {key: words}) of every edit."""
    table = entry = None
    for line in lines(text):
        words = shlex.split(line)
        verb = words[0]
        if verb == "config":
            assert table is None, line
            table = " ".join(words[1:])
            assert table in FORTI_KEYS, line
        elif verb == "edit":
            assert table and entry is None and len(words) == 2, line
            entry = (table, words[1], {})
        elif verb == "set":
            assert words[1] in FORTI_KEYS[table] and len(words) > 2 and words[1] not in entry[2], line
            entry[2][words[1]] = words[2:]
        elif verb == "next":
            yield entry
            entry = None
        else:
            assert verb == "end" and entry is None, line
            table = None
    assert table is None and entry is None


def forti_address(keys, v6):
    if keys.get("type") == ["fqdn"]:
        assert re.fullmatch(NAME, keys["fqdn"][0]), keys
        return keys["fqdn"][0]
    return net(keys["ip6"][0]) if v6 else net("/".join(keys["subnet"]))


def forti_service(keys):
    if "protocol" in keys:
        assert (keys["protocol"], keys["icmptype"]) in ((["ICMP"], ["8"]), (["ICMP6"], ["128"])), keys
        return [("icmp", 0, 0)]
    (key, ranges), = keys.items()
    return [(key[:3], *ports(p)) for p in ranges]


def fortigate(text):
    known = {table: {} for table in FORTI_KEYS}
    found = set()
    for table, name, keys in forti_objects(text):
        if table != "firewall policy":
            assert name not in known[table] and len(name) <= FORTI_MOST[table], name
            known[table][name] = (forti_service(keys) if table == "firewall service custom" else
                                  forti_address(keys, table.endswith("6")))
            continue
        assert name == "0" and len(keys["name"][0]) <= 35 and len(keys["comments"][0]) <= 1023, keys
        assert (keys["action"], keys["schedule"]) == (["accept"], ["always"]), keys
        six = "6" if "srcaddr6" in keys else ""
        addresses = known[f"firewall address{six}"]
        found |= every([addresses[n] for n in keys[f"srcaddr{six}"]], [addresses[n] for n in keys[f"dstaddr{six}"]],
                       known["firewall service custom"][keys["service"][0]])
    return found


# Cisco ASA Series Firewall CLI Configuration Guide: Objects for Access Control; Access Control Lists.
def cisco_asa(text):
    objects, groups, found, at = {}, {}, set(), None
    name = r"[A-Za-z0-9.!@#$%^&()\-_{}]{1,64}"
    for line in lines(text, "!"):
        if m := re.fullmatch(rf"object network ({name})", line):
            at = ("object", m[1])
            assert m[1] not in objects and m[1] not in groups, line
        elif m := re.fullmatch(rf" fqdn (v4|v6) ({NAME})", line):
            assert at[0] == "object" and "*" not in m[2], line
            objects[at[1]] = m[2]
        elif m := re.fullmatch(rf"object-group network ({name})", line):
            at = ("group", m[1])
            assert m[1] not in objects and m[1] not in groups, line
            groups[m[1]] = []
        elif line.startswith(" network-object "):
            assert at[0] == "group", line
            words = line.split()[1:]
            member = (objects[words[1]] if words[0] == "object" else net(words[1]) if words[0] == "host" else
                      net("/".join(words)))
            assert words[0] in ("object", "host") or len(words) == (1 if ":" in words[0] else 2), line
            groups[at[1]].append(member)
        elif m := re.fullmatch(r"access-list PREFLIGHT remark (.{1,100})", line):
            assert "?" not in m[1], line  # the help key
        else:
            m = re.fullmatch(rf"access-list PREFLIGHT extended permit (tcp|udp|icmp|icmp6) object-group ({name}) "
                             rf"object-group ({name}) (?:eq (\d+)|range (\d+) (\d+)|(8|128))", line)
            assert m and (m[1].startswith("icmp")) == bool(m[7]), line
            assert not m[7] or (m[1], m[7]) in (("icmp", "8"), ("icmp6", "128")), line
            service = (("icmp", 0, 0) if m[7] else
                       (m[1], *ports(m[4] if m[4] else f"{m[5]}-{m[6]}")))
            found |= every(groups[m[2]], groups[m[3]], [service])
    return found


# PAN-OS: set address, set service, set profiles custom-url-category, set rulebase security rules.
def paloalto(text):
    addresses, services, categories, found, rules = {}, {}, {}, set(), set()
    name = r'"([A-Za-z0-9._-]{1,63})"'
    several = r'\[((?: "[A-Za-z0-9._-]{1,63}")+) \]'
    for line in lines(text):
        if m := re.fullmatch(rf"set address {name} (?:ip-netmask (\S+)|fqdn ({NAME}))", line):
            assert m[1] not in addresses and not (m[3] or "").startswith("*"), line
            addresses[m[1]] = net(m[2]) if m[2] else m[3]
        elif m := re.fullmatch(rf"set service {name} protocol (tcp|udp) port (\S+)", line):
            assert m[1] not in services, line
            services[m[1]] = [(m[2], *ports(p)) for p in m[3].split(",")]
        elif m := re.fullmatch(rf'set profiles custom-url-category {name} type "URL List"', line):
            categories[m[1]] = None
        elif m := re.fullmatch(rf'set profiles custom-url-category {name} list \[ "(\*\.[^"/]+)/" \]', line):
            assert m[1] in categories and re.fullmatch(NAME, m[2]), line
            categories[m[1]] = m[2]
        else:
            m = re.fullmatch(rf"set rulebase security rules {name} from any to any source {several} destination "
                             rf"(?:{several}|any category {several}) application (any|ping6?) service "
                             rf'(?:{name}|application-default) action allow description "([^"\\?]{{0,1023}})"', line)
            assert m and m[1] not in rules, line
            rules.add(m[1])
            assert bool(m[6]) == (m[5] == "any"), line
            source = [addresses[n] for n in shlex.split(m[2])]
            target = ([addresses[n] for n in shlex.split(m[3])] if m[3] else
                      [categories[n] for n in shlex.split(m[4])])
            found |= every(source, target, services[m[6]] if m[6] else [("icmp", 0, 0)])
    return found


# RouterOS: /ip firewall address-list add, /ip firewall filter add; in strings $ [ ] \ " mean something.
def mikrotik(text):
    lists, found = {}, set()
    for line in lines(text):
        m = re.fullmatch(r"(/ip|/ipv6) firewall (address-list|filter) add (.*)", line)
        assert m, line
        words = dict(w.split("=", 1) for w in shlex.split(m[3]))
        if m[2] == "address-list":
            assert set(words) == {"list", "address"}, line
            target = words["address"] if re.fullmatch(r".*[A-Za-z_].*", words["address"]) and ":" not in words["address"] \
                else net(words["address"])
            assert re.fullmatch(NAME, target) or ipaddress.ip_network(target).version == (4 if m[1] == "/ip" else 6), line
            members = lists.setdefault((m[1], words["list"]), [])
            assert target not in members, line
            members.append(target)
            continue
        assert words["chain"] == "forward" and words["action"] == "accept", line
        assert not re.search(r'[$\[\]\\]', words["comment"]), line
        if words["protocol"] in ("icmp", "icmpv6"):
            wanted = {"/ip": ("icmp", "8:0"), "/ipv6": ("icmpv6", "128:0")}[m[1]]
            assert (words["protocol"], words["icmp-options"]) == wanted, line
            services = [("icmp", 0, 0)]
        else:
            ranges = words["dst-port"].split(",")
            assert sum(2 if "-" in r else 1 for r in ranges) <= 15, line
            services = [(words["protocol"], *ports(p)) for p in ranges]
        found |= every(lists[m[1], words["src-address-list"]], lists[m[1], words["dst-address-list"]], services)
    return found


# https://docs.netgate.com/pfsense, easyrule: pass INTERFACE PROTOCOL SOURCE DESTINATION [PORT].
def pfsense(text):
    aliases = dict(re.findall(rf"^#   alias ([A-Za-z0-9_]{{1,31}}) of type Host\(s\), Firewall > Aliases: ({NAME})$",
                              text, re.MULTILINE))
    found = set()
    for line in lines(text):
        m = re.fullmatch(r"easyrule pass (lan|wan) (?:(tcp|udp) (\S+) (\S+) (\d+)|icmp (\S+) (\S+))", line)
        assert m, line
        ends = [aliases[e] if e in aliases else net(e) for e in (m[3] or m[6], m[4] or m[7])]
        assert all(":" not in e for e in ends), line  # easyrule is IPv4
        found.add((*ends, *((m[2], *ports(m[5])) if m[2] else ("icmp", 0, 0))))
    return found


# RFC 4180: CRLF, quotes doubled, as many fields in each line; and no cell is a formula.
def csv_rules(text):
    assert text.endswith("\r\n") and "\n" not in text.replace("\r\n", ""), "lines end with CR LF"
    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    assert all(len(row) == len(rows[0]) for row in rows), [len(row) for row in rows]
    assert not [cell for row in rows for cell in row if cell[:1] in ("=", "+", "-", "@", "\t", "\r") and cell]
    found = set()
    for row in (dict(zip(rows[0], r)) for r in rows[1:]):
        if row["state"] != "wanted":
            continue
        icmp = row["protocol"] == "icmp echo request"
        services = [("icmp", 0, 0)] if icmp else [(row["protocol"], *ports(p)) for p in row["ports"].split(",") if p]
        for s in row["source_addresses"].split():
            for d in row["destination_addresses"].split():
                if ipaddress.ip_network(s).version == ipaddress.ip_network(d).version:
                    found |= every([net(s)], [net(d)], services)
    return found


READERS = {"nftables": nftables, "iptables": iptables, "windows": windows, "aws-sg": aws_sg, "azure-nsg": azure_nsg,
           "fortigate": fortigate, "cisco-asa": cisco_asa, "paloalto": paloalto, "mikrotik": mikrotik,
           "pfsense": pfsense, "csv": csv_rules}
