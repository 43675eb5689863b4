"""preflight check: one probe, refused before it is sent."""
import json
import subprocess

from harness import PROGRAM, TENANT, Bad, report

ESCAPE = "\033[31m"

BAD = [
    Bad("check needs a check and a target.", ["check"], ["check tcp 10.0.0.5:22"]),
    Bad("check needs a target.", ["check", "tcp"], ["check tcp needs a target", "HOST:PORT"]),
    Bad("An unknown check is told with the nearest one.",
        ["check", "htpps", "10.0.0.5:443"], ["unknown check 'htpps'", "did you mean 'https'?"]),
    Bad("A check like no other points to the list of checks.",
        ["check", "zzz", "10.0.0.5:443"], ["unknown check 'zzz'", "preflight list checks"]),
    Bad("tcp has no default port.",
        ["check", "tcp", "10.0.0.5"], ["no default port", "10.0.0.5:PORT"]),
    *[Bad(f"Port {port!r} is none.", ["check", "tcp", f"10.0.0.5:{port}"],
          ["port", "1 to 65535"]) for port in ("0", "65536", "ssh", "-1", "22x")],
    Bad("A port that is missing behind its colon is none.",
        ["check", "tcp", "10.0.0.5:"], ["port"]),
    Bad("An IPv6 address with a port wants brackets that close.",
        ["check", "tcp", "[2001:db8::1"], ["[2001:db8::1]:22"]),
    Bad("Between bracket and port stands a colon.",
        ["check", "tcp", "[2001:db8::1]22"], ["[2001:db8::1]:22"]),
    Bad("A host is needed.", ["check", "tcp", ":22"], ["''"]),
    Bad("A host with terminal controls is refused and shown harmless.",
        ["check", "tcp", f"ho{ESCAPE}st:22"], ["\\x1b"], never=["\033"]),
    Bad("A host with a blank is no name.", ["check", "tcp", "my host:22"], ["'my host'"]),
    Bad("A mistyped address is no name.", ["check", "tcp", "10.0.0:22"], ["'10.0.0'"]),
    Bad("An address with an octet too large is no name.",
        ["check", "tcp", "10.0.0.256:22"], ["'10.0.0.256'"]),
    Bad("A URL is no target.", ["check", "https", "https://example.com:443"], ["https://example.com"]),
    Bad("A wildcard is not a name.", ["check", "tcp", "*.example.com:22"], ["wildcard"]),
    Bad("0.0.0.0 is no host.", ["check", "tcp", "0.0.0.0:22"], ["0.0.0.0"]),
    Bad("Multicast is no host.", ["check", "tcp", "224.0.0.1:22"], ["224.0.0.1"]),
    *[Bad(f"A link-local address needs its interface ({target}).", ["check", "ssh", target],
          ["'fe80::2' is a link-local address", "fe80::2%eth0"])
      for target in ("[fe80::2]:22", "fe80::2")],
    *[Bad(f"An interface that this host lacks is named ({target}).", ["check", "ssh", target],
          ["'fe80::2%no-such'", "no interface 'no-such'"])
      for target in ("[fe80::2%no-such]:22", "fe80::2%no-such")],
    Bad("A name longer than DNS allows is none.",
        ["check", "tcp", "a" * 64 + ".example:22"], ["is not an address or a host name"]),
    Bad("A third word is one too many.",
        ["check", "tcp", "10.0.0.5:22", "10.0.0.6:22"], ["'10.0.0.6:22'", "too many"]),
    Bad("An unknown parameter is told with the nearest one.",
        ["check", "tcp", "10.0.0.5:22", "--set", "wait_clos=1s"],
        ["wait_clos", "unknown key", "did you mean 'wait_close'?"]),
    Bad("A parameter of the wrong type says what it takes.",
        ["check", "tcp", "10.0.0.5:22", "--set", "wait_close=long"], ["wait_close"]),
    Bad("A parameter past its limit says the limit.",
        ["check", "tcp", "10.0.0.5:22", "--set", "wait_close=1h"], ["wait_close", "3s"]),
    Bad("A parameter without '=' lacks its value.",
        ["check", "tcp", "10.0.0.5:22", "--set", "wait_close"],
        ["--set 'wait_close' has no value", "wait_close=VALUE"]),
    Bad("udp needs a payload: silence proves nothing.",
        ["check", "udp", "10.0.0.5:9999"], ["payload"]),
    Bad("An option of run is unknown to check.",
        ["check", "tcp", "10.0.0.5:22", "--only", "x"], ["'--only'"]),
    Bad("An inventory that is not there is told.",
        ["check", "tcp", "10.0.0.5:22", "--inventory", "x"], ["x", "No such file"]),
    Bad("A target alone: the words to write are named.",
        ["check", "10.0.0.5"], ["'10.0.0.5' is a target", "preflight check icmp 10.0.0.5"]),
    Bad("A URL: the words to write are named.",
        ["check", "https", "https://a.example:8443/x?y"],
        ["is a URL", "preflight check https a.example:8443"]),
    Bad("A URL alone, too.", ["check", "https://a.example/x"], ["preflight check https a.example"]),
    Bad("A port behind a blank is a port.", ["check", "tcp", "10.0.0.5", "65536"], ["65536", "1 to 65535"]),
    Bad("A port is written once.", ["check", "tcp", "10.0.0.5:22", "23"], ["'23'", "too many"]),
    Bad("Words behind a port are too many.", ["check", "tcp", "10.0.0.5", "22", "x"], ["'x'", "too many"]),
    Bad("A requirement brings its check.",
        ["check", "https", "cloud.vendor"], ["'cloud.vendor' is a requirement", "check cloud.vendor"]),
    Bad("A requirement brings its targets.", ["check", "cloud.vendor", "10.0.0.5"], ["'10.0.0.5'", "too many"]),
    Bad("A requirement of two products is asked for by its profile.",
        ["check", "lan.ping"], ["auvik-collector/lan.ping", "certero/lan.ping"]),
    Bad("What is about requirements is refused elsewhere.",
        ["check", "tcp", "10.0.0.5:22", "--scenario", "x"], ["--scenario", "requirement"]),
    Bad("A baseline that is no report is told.",
        ["check", "tcp", "10.0.0.5:22", "--baseline", "x"], ["x", "No such file"]),
    Bad("A device's name that is mistyped is not looked up.",
        ["check", "ssh", "cor-switch", "--inventory", "site.yaml"],
        ["unknown device 'cor-switch'", "did you mean 'core-switch'?"],
        files={"site.yaml": "preflight: inventory/1\ndevices: [{address: 127.0.0.1, name: core-switch, types: [snmp]}]\n"}),
    Bad("A secret of a device that is not set is told.",
        ["check", "snmp", "sw", "--inventory", "site.yaml"], ["NO_SUCH_SECRET"],
        files={"site.yaml": """preflight: inventory/1
devices: [{address: 127.0.0.1, name: sw, types: [snmp], credentials: [c]}]
credentials: {c: {kind: snmp-v2c, community: env:NO_SUCH_SECRET}}
"""}),
    Bad("A bad time is refused here, too.",
        ["check", "tcp", "10.0.0.5:22", "--timeout", "x"], ["--timeout"]),
]


def case_variables_of_a_profile_do_not_disturb(box):
    """PREFLIGHT_SET_TENANT_URL of the environment is for profiles: a check that
    has no such parameter runs all the same."""
    env = {"PREFLIGHT_SET_TENANT_URL": "https://acme.us1.my.auvik.com"}
    done = box.preflight("check", "tcp", "127.0.0.1:9", env=env, script="ip link set lo up")
    assert done.status == 1, (done.status, done.errors)


def case_parameter_of_the_environment(box):
    """PREFLIGHT_SET_WAIT_CLOSE is a parameter where the check has it, and the
    command line wins over it."""
    env = {"PREFLIGHT_SET_WAIT_CLOSE": "1h"}
    done = box.preflight("check", "tcp", "127.0.0.1:9", env=env, script="ip link set lo up")
    assert done.status == 2 and "wait_close" in done.errors, (done.status, done.errors)
    done = box.preflight("check", "tcp", "127.0.0.1:9", "--set", "wait_close=1s", env=env,
                         script="ip link set lo up")
    assert done.status == 1, (done.status, done.errors)


UP = "ip link set lo up"
SITE = """preflight: inventory/1
devices:
  - {address: 127.0.0.1, name: core-switch, types: [snmp, network-element], ports: {ssh: 2222, tcp: 2222}, credentials: [c]}
  - {network: 127.0.1.0/24, types: [snmp], credentials: [c]}
credentials: {c: {kind: snmp-v2c, community: env:COMMUNITY}}
"""


def lines(done):
    assert done.errors == "", done.errors
    return done.text.splitlines()


def case_words_that_people_try(box):
    """ping, a port behind a colon or a blank, capitals: each is the check that is meant."""
    for words, check, port in (
            (["ping", "127.0.0.1"], "icmp", None), (["TCP", "127.0.0.1", "9"], "tcp", 9),
            (["127.0.0.1:22"], "ssh", 22), (["127.0.0.1", "22"], "ssh", 22),
            (["127.0.0.1:161"], "snmp", 161), (["127.0.0.1:9"], "tcp", 9),
            (["[::1]:443"], "https", 443), (["mssql", "127.0.0.1"], "tds", 1433)):
        done = box.preflight("check", *words, "--format", "json", script=UP)
        result = report(done)["results"][0]
        assert result["check"] == check and result["target"]["port"] == port, (words, result)


def case_few_lines(box):
    """A check that fails is told on at most six lines: what, why, what to do, where to read."""
    done = box.preflight("check", "tcp", "127.0.0.1:9", script=UP)
    told = lines(done)
    assert done.status == 1 and len(told) <= 6, done.text
    assert told[0] == "FAIL  tcp 127.0.0.1 tcp/9  the port refuses connections", told[0]
    assert [line.split()[0] for line in told[1:4]] == ["why", "do", "more"], done.text
    assert told[3].endswith("preflight explain service-down"), told[3]
    quiet = lines(box.preflight("check", "tcp", "127.0.0.1:9", "-q", script=UP))
    assert quiet == told[:1], quiet
    assert "Requirements" in box.preflight("check", "tcp", "127.0.0.1:9", "-v", script=UP).text


def case_works(box):
    """A port that opens is one line, and exit 0."""
    listens = (f"{UP}; python3 -c \"import socket,time; s=socket.create_server(('127.0.0.1',2222)); "
               "open('up','w'); time.sleep(20)\" & while [ ! -e up ]; do sleep .05; done")
    box.make({"site.yaml": SITE})
    done = box.preflight("check", "tcp", "core-switch", "--inventory", "site.yaml", script=listens,
                         env={"COMMUNITY": "c"})
    assert done.status == 0, (done.status, done.errors, done.text)
    assert lines(done)[0].startswith("PASS  tcp core-switch (127.0.0.1) tcp/2222  the port is open, "), done.text
    assert len(lines(done)) == 1, done.text


def case_devices_of_the_inventory(box):
    """A device's name, in any case, or its address, also one of a network: its ports and credentials."""
    box.make({"site.yaml": SITE})
    env = {"COMMUNITY": "hidden-word"}
    for words, device, port in ((["ssh", "CORE-switch"], "core-switch", 2222),
                                (["ssh", "127.0.0.1"], "core-switch", 2222),
                                (["ssh", "core-switch:22"], "core-switch", 22),
                                (["ssh", "127.0.1.7"], "127.0.1.0/24", 22)):
        done = box.preflight("check", *words, "--inventory", "site.yaml", "--format", "json",
                             script=UP, env=env)
        target = report(done)["results"][0]["target"]
        assert (target["device"], target["port"]) == (device, port), (words, target)
    done = box.preflight("check", "snmp", "core-switch", "--inventory", "site.yaml", script=UP, env=env)
    assert done.status == 1 and "no community" not in done.text, done.text
    assert "hidden-word" not in done.text, done.text


def case_requirement(box):
    """A requirement is tested as in a run and counts as required; its scenario is switched on."""
    done = box.preflight("check", "cloud.tenant", script=UP)
    assert done.status == 3, (done.status, done.text)
    assert lines(done)[0].startswith("UNTESTED  cloud.tenant  set tenant_url"), done.text
    done = box.preflight("check", "auvik-collector/cloud.ntp", "--format", "json", "--deadline", "3s",
                         script=UP)
    document = report(done)
    assert [q["id"] for q in document["requirements"]] == ["cloud.ntp"], document["requirements"]
    assert document["requirements"][0]["level"] == "required"
    assert "virtual-appliance" in document["run"]["profiles"][0]["scenarios"]
    assert document["run"]["command"][:2] == ["check", "auvik-collector/cloud.ntp"]


def case_optional_counts(box):
    """An optional requirement that fails is a failure here: it was asked for."""
    document = json.loads(subprocess.run([PROGRAM, "list", "requirements", "--format", "json"],
                                         capture_output=True, check=True).stdout)
    weak = next(q for q in document["requirements"] if q["level"] == "recommended"
                and q["profile"] == "auvik-collector" and q["check"] is not None)
    done = box.preflight("check", f"auvik-collector/{weak['id']}", "--format", "json", "--deadline", "3s",
                         "--target", "any=127.0.0.1", "--set", TENANT, script=UP)
    found = report(done)["requirements"][0]
    assert found["level"] == "required" and found["group"] is None, found


def case_the_same_from_its_report(box):
    """render shows the saved check on the same lines, and --baseline says what was."""
    done = box.preflight("check", "tcp", "127.0.0.1:9", "-o", "old.json", script=UP)
    again = box.preflight("render", "--from", "old.json")
    assert again.text == done.text, again.text
    done = box.preflight("check", "tcp", "127.0.0.1:9", "--baseline", "old.json", script=UP)
    assert lines(done)[1].startswith("was   fail in the report of 2"), done.text
