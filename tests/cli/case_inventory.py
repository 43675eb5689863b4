"""Inventories that are missing, broken or too large, as YAML and as CSV."""
import os

from harness import Bad, one_line
from case_profile import fifo, sparse

PLAN = ["plan", "auvik-collector", "--inventory"]
GOOD = """\
preflight: inventory/1
devices:
  - {address: 10.2.0.10, types: [snmp], name: core-switch, credentials: [snmp-main]}
  - {network: 10.2.1.0/29, types: [windows]}
credentials:
  snmp-main: {kind: snmp-v2c, community: env:SNMP_COMMUNITY}
"""
CSV = "address,types,name,ports,credentials\n10.2.0.10,network-element;snmp,core-switch,ssh=2222,\n"
SECRET = "hunter2-secret"


def yaml(proves, content, says, **more):
    files = {} if content is None else {"i.yaml": content}
    return Bad(proves, [*PLAN, "i.yaml"], says, files=files, **more)


def csv(proves, content, says, **more):
    files = {} if content is None else {"i.csv": content}
    return Bad(proves, [*PLAN, "i.csv"], says, files=files, **more)


def swap(old, new):
    assert old in GOOD, old
    return GOOD.replace(old, new)


def target(proves, word, says, **more):
    return Bad(proves, ["plan", "auvik-collector", "--target", word], says, **more)


BAD = [
    # The file
    yaml("An inventory that is missing is named.", None, ["i.yaml", "cannot be opened"]),
    yaml("An empty inventory says so.", "", ["i.yaml", "is empty"]),
    yaml("A directory is no inventory.", lambda path: path.mkdir(), ["i.yaml", "is a directory"]),
    yaml("A pipe is not waited for.", fifo, ["i.yaml", "not a regular file"]),
    yaml("100 MB are refused before they are read.", sparse, ["i.yaml", "104857600 bytes"]),
    yaml("A binary file says which byte.", os.urandom(512) + b"\0", ["i.yaml:"]),
    yaml("Ten thousand brackets end at the limit of depth.", "preflight: " + "[" * 10000,
         ["i.yaml:1:", "nested too deeply"]),
    yaml("Half a line is told with its place.", GOOD[:GOOD.index("core-switch")], ["i.yaml:"]),
    yaml("Half a map is told with its place.", GOOD[:GOOD.index("kind") + 2], ["i.yaml:"]),
    csv("A CSV that is missing is named.", None, ["i.csv", "cannot be opened"]),
    csv("An empty CSV says so.", "", ["i.csv", "is empty"]),
    csv("A CSV of comments only is empty.", "# devices\n\n", ["i.csv", "is empty"]),
    csv("A directory is no CSV.", lambda path: path.mkdir(), ["i.csv", "is a directory"]),
    csv("100 MB of CSV are refused before they are read.", sparse, ["i.csv", "104857600 bytes"]),
    csv("A binary CSV says which byte.", b"address\n\0\0\0", ["i.csv:2:1:", "NUL"]),
    csv("A spreadsheet's own format is no CSV.", b"PK\x03\x04\x14\0\0\0", ["i.csv:", "Excel", "save as CSV"]),
    csv("A PDF is no CSV.", b"%PDF-1.7\n%\xe2\xe3\n", ["i.csv:", "a PDF", "save as CSV"]),
    csv("A web page is no CSV.", "<html><table><tr><td>10.2.0.10", ["i.csv:", "a web page"]),
    csv("A spreadsheet of XML is no CSV.", '<?xml version="1.0"?><Workbook/>', ["i.csv:", "XML"]),
    csv("Two encodings in one file are told.", "address,name\n10.2.0.1,B\u00fcro\n".encode() + b"10.2.0.2,B\xfcro\n",
        ["i.csv:", "mixes UTF-8", "save it again as 'CSV UTF-8'"]),
    csv("Half a character of UTF-16 is told.", "address\n10.2.0.1".encode("utf-16") + b"\0\xd8x\0",
        ["i.csv:2:9:", "UTF-16"]),
    csv("A million rows are refused in one line.", lambda path: path.write_text("address\n" + "10.2.0.1\n" * 1000000),
        ["i.csv:65538:", "more than 65536 rows"]),
    # YAML contents
    yaml("A profile is no inventory.", "preflight: profile/1\n", ["i.yaml:1:12:", "inventory/1"]),
    yaml("An unknown key is told with the nearest one.", swap("devices:", "devces:"),
         ["i.yaml:2:1:", "'devces'", "did you mean 'devices'?"]),
    yaml("An unknown key of a device is told.", swap("name: core", "nmae: core"),
         ["i.yaml:3:", "'nmae'", "did you mean 'name'?"]),
    yaml("An unknown device type is told with the nearest one.", swap("[windows]", "[widnows]"),
         ["i.yaml:4:", "'widnows'", "did you mean 'windows'?"]),
    yaml("A mistyped address is told.", swap("10.2.0.10", "10.2.0.300"),
         ["i.yaml:3:", "'10.2.0.300'", "is not an address or a host name"]),
    yaml("A link-local address asks for its interface.", swap("10.2.0.10", '"fe80::2"'),
         ["i.yaml:3:", "'fe80::2' is a link-local address", "fe80::2%eth0"]),
    yaml("A network of link-local addresses does, too.", swap("10.2.1.0/29", '"fe80::/120"'),
         ["i.yaml:4:", "'fe80::/120' is a link-local address"]),
    yaml("An address inside a network tells the network.", swap("10.2.1.0/29", "10.2.1.3/29"),
         ["i.yaml:4:", "10.2.1.0/29"]),
    yaml("A /8 is refused with the number of addresses.", swap("10.2.1.0/29", "10.0.0.0/8"),
         ["i.yaml:4:", "16777216 addresses", "at most 1024", "/22"]),
    yaml("An IPv6 /64 is refused with the number of addresses.",
         swap("10.2.1.0/29", '"2001:db8::/64"'), ["i.yaml:4:", "2^64 addresses"]),
    yaml("A prefix past 32 is none.", swap("10.2.1.0/29", "10.2.1.0/33"), ["i.yaml:4:", "0 to 32"]),
    yaml("A range that runs backwards is none.", swap("10.2.1.0/29", "10.2.1.9-10.2.1.1"),
         ["i.yaml:4:", "backwards"]),
    yaml("Too long a range is refused.", swap("10.2.1.0/29", "10.0.0.1-10.9.0.1"),
         ["i.yaml:4:", "1024"]),
    yaml("A network in the place of an address is told.",
         swap("address: 10.2.0.10", "address: 10.2.0.0/24"), ["i.yaml:3:", "network: 10.2.0.0/24"]),
    yaml("The same address twice names both lines.",
         GOOD.replace("credentials:\n", "  - {address: 10.2.0.10}\ncredentials:\n"),
         ["'10.2.0.10' is there twice", "line 3"]),
    yaml("A password in the file is refused and not repeated.", swap("env:SNMP_COMMUNITY", SECRET),
         ["i.yaml:6:", "'community'", "env:NAME or file:PATH"], never=[SECRET]),
    yaml("An unknown kind of credential is told.", swap("snmp-v2c", "snmp-v2"),
         ["i.yaml:6:", "'snmp-v2'", "did you mean"]),
    yaml("A credential that is not there is told.", swap("[snmp-main]", "[snmp-man]"),
         ["i.yaml:3:", "'snmp-man'", "did you mean 'snmp-main'?"]),
    yaml("A credential's variable that is not set is named.", GOOD, ["SNMP_COMMUNITY", "not set"]),
    yaml("Terminal controls in a name are refused.", swap("core-switch", '"core\\eswitch"'),
         ["i.yaml:3:", "control character"], never=["\033"]),
    # CSV contents
    csv("An unknown column is told with the nearest one.", "adress,types\n10.2.0.1,snmp\n",
        ["i.csv:1:1:", "'adress'", "did you mean 'address'?"]),
    csv("A column too many is told.", "address,types\n10.2.0.1,snmp,core,\n", ["i.csv:2:"]),
    csv("A second header with other columns is told.", "IP,Type\n10.2.0.1,Switch\nType,IP\nSwitch,10.2.0.2\n",
        ["i.csv:3:", "second line of column names", "line 1"]),
    csv("A range in another octet is no host name.", "address\n192.168.10-20.1-5\n", ["i.csv:2:1:", "range"]),
    csv("A network with host bits tells the network.", "IP\n10.2.0.9/24\n", ["i.csv:2:1:", "write 10.2.0.0/24"]),
    csv("A line of a million letters is one line.", "IP\n" + "x" * 1000000, ["i.csv:2:", "too long"]),
    csv("A table without addresses is told.", "types,name\nsnmp,a\n", ["i.csv:1:", "'address'"]),
    csv("A quote that never ends is told.", CSV + '"10.2.0.11,snmp\n', ["i.csv:3:1:", "quote"]),
    csv("Half a line with an unknown type is told with its place.",
        CSV[:CSV.index("ement")], ["i.csv:2:11:", "'network-el'"]),
    csv("An unknown type is told with the nearest one.", CSV.replace(";snmp", ";smnp"),
        ["i.csv:2:", "'smnp'", "did you mean 'snmp'?"]),
    csv("A /8 in a CSV is refused.", "address,types\n10.0.0.0/8,windows\n",
        ["i.csv:2:1:", "16777216 addresses"]),
    csv("A formula is no address.", "address,types\n=cmd|'/c calc'!A0,snmp\n", ["i.csv:2:1:"]),
    csv("A port that is none is told.", CSV.replace("2222", "99999"), ["i.csv:2:", "1 to 65535"]),
    csv("A port of an unknown check is told.", CSV.replace("ssh=", "shs="),
        ["i.csv:2:", "'shs'", "did you mean 'ssh'?"]),
    csv("A line of 100,000 letters is one line.", "address\n" + "x" * 100000, ["i.csv:2:", "too long"]),
    # --target
    target("--target needs TYPE=ADDRESS.", "10.2.0.10", ["'10.2.0.10'", "TYPE=ADDRESS"]),
    target("--target needs an address.", "snmp=", ["TYPE=ADDRESS"]),
    target("--target needs a type.", "=10.2.0.10", ["TYPE=ADDRESS"]),
    target("An unknown type is told with the nearest one.", "smnp=10.2.0.10",
           ["'smnp'", "did you mean 'snmp'?"]),
    target("A word that is no type and no role is told.", "zzz=10.2.0.10", ["'zzz'"]),
    target("An empty address between commas is told.", "snmp=10.2.0.1,,10.2.0.2", ["empty"]),
    target("A mistyped address is told.", "snmp=10.2.0", ["'10.2.0'"]),
    target("A /8 on the command line is refused.", "windows=10.0.0.0/8", ["16777216 addresses"]),
    target("Terminal controls are shown harmless.", "snmp=ho\033st", ["\\x1b"], never=["\033"]),
]


def case_the_good_ones_are_good(box):
    """The inventories that all rows start from have no mistake themselves."""
    box.make({"i.yaml": GOOD, "i.csv": CSV})
    for name in ("i.yaml", "i.csv"):
        done = box.preflight("lint", name)
        assert done.status == 0, done.errors
        done = box.preflight(*PLAN, name, env={"SNMP_COMMUNITY": "x"})
        assert done.status == 0 and "core-switch" in done.text, done.errors


def case_zone_of_another_machine(box):
    """lint takes a zone that this host lacks, plan does not, and names the place."""
    box.make({"i.yaml": swap("10.2.0.10", '"fe80::2%no-such"')})
    done = box.preflight("lint", "i.yaml")
    assert done.status == 0, done.errors
    done = box.preflight(*PLAN, "i.yaml", env={"SNMP_COMMUNITY": "x"})
    assert done.status == 2 and one_line(done).startswith("preflight: i.yaml:3:"), done.errors
    assert "'fe80::2%no-such': this host has no interface 'no-such'" in done.errors, done.errors


def case_secret_stays_out_of_the_plan(box):
    """A community that came from the environment is in no output of plan."""
    box.make({"i.yaml": GOOD})
    for form in ("text", "json"):
        done = box.preflight(*PLAN, "i.yaml", "--format", form, env={"SNMP_COMMUNITY": SECRET})
        assert done.status == 0, done.errors
        assert SECRET.encode() not in done.out + done.err


def case_cut_anywhere(box):
    """Both forms, cut at every place, are one line or a plan: never a crash."""
    for name, text in (("i.yaml", GOOD), ("i.csv", CSV)):
        for cut in range(1, len(text), 4):
            (box.path / name).write_text(text[:cut])
            done = box.preflight(*PLAN, name, env={"SNMP_COMMUNITY": "x"})
            if done.status != 0:
                assert done.status == 2, (name, cut, done.status)
                assert name in one_line(done), (name, cut, done.errors)


def case_large_sweep_of_many_ports(box):
    """A /22 is swept; with more probes than --max-probes it is refused, with the
    number and the option that allows it."""
    done = box.preflight("plan", "auvik-collector", "--target", "windows=10.2.0.0/22",
                         "--target", "network-element=10.3.0.0/22")
    assert done.status == 2, done.status
    assert "--max-probes" in one_line(done), done.errors


DEVICES_MAX = 65536


def many(count, kind):
    """An inventory of so many devices: YAML, a table, a bare list."""
    places = [f"10.{10 + (n >> 16)}.{n >> 8 & 255}.{n & 255}" for n in range(count)]
    if kind == "yaml":
        return "preflight: inventory/1\ndevices:\n" + "".join(
            f"  - name: a-device-with-a-name-{n}\n    address: {a}\n    types: [snmp, windows]\n" for n, a in enumerate(places))
    if kind == "csv":
        return "name,address,types\n" + "".join(f"d{n},{a},snmp\n" for n, a in enumerate(places))
    return "".join(f"{a} d{n}\n" for n, a in enumerate(places))


def spent(box, count, kind):
    """Processor time and memory that `lint` takes of so many devices."""
    box.make({f"i.{kind}": many(count, kind)})
    done = box.preflight("lint", f"i.{kind}", script='exec 3>&2; set -- /usr/bin/python3 -c "$SPEND" "$@"', env={"SPEND": SPEND})
    seconds, kib = done.errors.split()
    assert done.status == 0 and f"{count} devices" in done.text, (kind, done.status, done.text[:300], done.errors)
    return float(seconds), int(kib)


SPEND = """
import resource, subprocess, sys
status = subprocess.run(sys.argv[1:]).returncode
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime, used.ru_maxrss, file=sys.stderr)
sys.exit(status)
"""


def case_many_devices(box):
    """65,536 devices are read, in whatever form, within 200 MB, and four times as many take no nine times as long."""
    for kind in ("yaml", "csv", "txt"):
        quarter, _ = spent(box, DEVICES_MAX // 4, kind)
        whole, kib = spent(box, DEVICES_MAX, kind)
        assert kib < 200 << 10, (kind, kib)
        assert whole < 9 * max(quarter, 0.1), (kind, quarter, whole)


def case_more_devices(box):
    """One device more is refused with its place, the limit, and what to write instead."""
    for kind, line in (("yaml", 3 + 3 * DEVICES_MAX), ("csv", 2 + DEVICES_MAX), ("txt", 1 + DEVICES_MAX)):
        box.make({f"i.{kind}": many(DEVICES_MAX + 1, kind)})
        done = box.preflight("lint", f"i.{kind}")
        assert done.status == 2 and f"i.{kind}:{line}:" in done.errors and "more than 65536 " in done.errors, done.errors
        assert "name networks instead of addresses, or write a file for each site" in done.errors, done.errors


def case_hostile_inventory(box):
    """What is no list of devices stays small: values beside them, in one of them, addresses of a role, depth, aliases."""
    head = "preflight: inventory/1\n"
    for text, says in ((f"{head}note: [{'a,' * 60000}a]\n", "more than 50000 values beside devices"),
                       (f"{head}devices:\n  - address: 10.2.0.1\n    types: [{'a,' * 60}a]\n", "more than 48 values in one entry of devices"),
                       (f"{head}roles:\n  hub: [{', '.join(f'10.2.{n >> 8}.{n & 255}' for n in range(1025))}]\n", "more than 1024 addresses"),
                       (f"{head}devices: {'[' * 10000}", "nested too deeply"),
                       (f"{head}devices:\n  - &a {{address: 10.2.0.1}}\n  - *a\n", "anchors"),
                       (f"{head}devices: [{'[],' * 66000}[]]\n", "more than 65536 devices")):
        box.make({"i.yaml": text})
        done = box.preflight("lint", "i.yaml")
        assert done.status == 2 and says in done.errors, (says, done.errors[:300])
