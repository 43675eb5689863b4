"""Words that do not exist: commands, options, names, values."""
from harness import TENANT, Bad, one_line

RUN = ["run", "auvik-collector"]
ESCAPE = "\033[31m"

BAD = [
    # Commands
    Bad("An unknown command is told with the nearest one.",
        ["rnu", "auvik-collector"], ["unknown command 'rnu'", "did you mean 'run'?"]),
    Bad("A command like no other points to the help.",
        ["frobnicate"], ["unknown command 'frobnicate'", "preflight --help"]),
    Bad("An option in front of the command is no command.",
        ["--quiet"], ["unknown command '--quiet'", "COMMAND first"]),
    Bad("An empty word is no command.", [""], ["unknown command ''"]),
    Bad("A command with terminal controls is shown harmless.",
        [f"ru{ESCAPE}n"], ["unknown command", "\\x1b[31m"], never=["\033"]),
    Bad("A command of a thousand letters gives one line, too.",
        ["x" * 5000], ["unknown command 'xxx"]),
    # Options
    Bad("An unknown option is told with the nearest one.",
        [*RUN, "--inventroy", "x.yaml"], ["'--inventroy'", "did you mean --inventory?"]),
    Bad("An option like no other points to the command's help.",
        [*RUN, "--frobnicate"], ["unknown option '--frobnicate'", "preflight run --help"]),
    Bad("An unknown letter is an unknown option.",
        [*RUN, "-z"], ["unknown option '-z'"]),
    Bad("An option of another command is unknown here.",
        ["lint", "--inventory", "x"], ["unknown option '--inventory'"]),
    Bad("An option at the end of the line lacks its value.",
        [*RUN, "--set"], ["'--set' needs a value", "--set NAME=VALUE"]),
    Bad("An option with an empty value lacks it, too.",
        [*RUN, "--inventory", ""], ["'--inventory' needs a value", "FILE"]),
    Bad("A short option at the end lacks its value.",
        [*RUN, "-o"], ["'--output' needs a value"]),
    Bad("A flag takes no value.", [*RUN, "--fast=yes"], ["'--fast' takes no value"]),
    Bad("IPv4 only and IPv6 only exclude each other.",
        [*RUN, "-4", "-6"], ["--ipv4 and --ipv6 cannot be used together"]),
    Bad("An unknown format is told with the nearest one.",
        [*RUN, "--format", "jsno"], ["unknown format 'jsno'", "did you mean 'json'?"],
        formats=("text",)),
    Bad("A format like no other points to the list of formats.",
        [*RUN, "--format", "hologram"], ["unknown format 'hologram'", "list formats"],
        formats=("text",)),
    Bad("plan knows text and JSON only.",
        ["plan", "auvik-collector", "--format", "xml"], ["'xml'", "text or json"],
        formats=("text",)),
    Bad("doctor knows text and JSON only.",
        ["doctor", "--format", "xml"], ["'xml'", "text or json"], formats=("text",)),
    Bad("A colour that is none is refused.",
        [*RUN, "--color", "green"], ["--color: 'green'", "auto, always or never"]),
    # Names of the profile
    Bad("run needs a profile.", ["run"], ["needs a profile", "preflight run"]),
    Bad("plan needs a profile.", ["plan"], ["needs a profile", "preflight plan"]),
    Bad("An unknown profile is told with the nearest one.",
        ["run", "auvik-colector"], ["'auvik-colector'", "did you mean 'auvik-collector'?"]),
    Bad("A profile like no other points to the list of profiles.",
        ["plan", "zzz"], ["unknown profile 'zzz'", "preflight list profiles"]),
    Bad("A profile's name with terminal controls is shown harmless.",
        ["plan", f"auvik{ESCAPE}"], ["unknown profile", "\\x1b"], never=["\033"]),
    Bad("A profile's name that climbs folders is a path, and is not there.",
        ["plan", "../../etc/shadow.yaml"], ["../../etc/shadow.yaml", "cannot be opened"]),
    Bad("The same profile twice would give the same ids twice.",
        ["plan", "auvik-collector", "auvik-collector"], ["auvik-collector", "twice"]),
    Bad("An unknown role is told with the nearest one.",
        [*RUN, "--role", "colector"], ["unknown role 'colector'", "did you mean 'collector'?"]),
    Bad("A role like no other is answered with an example.",
        [*RUN, "--role", "zzz"], ["unknown role 'zzz'", "write, for example, '"]),
    Bad("An unknown scenario is told with the nearest one.",
        [*RUN, "--scenario", "virtual-aplliance"],
        ["unknown scenario 'virtual-aplliance'", "did you mean 'virtual-appliance'?"]),
    Bad("An unknown variable is told with the nearest one.",
        [*RUN, "--set", "tenant-url=https://a.my.auvik.com"],
        ["unknown variable 'tenant-url'", "did you mean 'tenant_url'?"]),
    Bad("A variable without '=' lacks its value.",
        [*RUN, "--set", "tenant_url"], ["--set 'tenant_url' has no value", "tenant_url=VALUE"]),
    Bad("A variable without a name is unknown.",
        [*RUN, "--set", "=x"], ["unknown variable ''"]),
    Bad("An empty value is not the default.",
        [*RUN, "--set", "tenant_url="], ["tenant_url", "is empty"]),
    Bad("A value against the variable's pattern comes with an example.",
        [*RUN, "--set", "tenant_url=https://example.com"],
        ["tenant_url", "https://acme.us1.my.auvik.com"]),
    Bad("A value that is no URL says so.",
        [*RUN, "--set", "tenant_url=acme.us1.my.auvik.com"],
        ["'acme.us1.my.auvik.com' is not a URL", "https://acme"]),
    Bad("A value with terminal controls is shown harmless.",
        [*RUN, "--set", f"tenant_url=https://a{ESCAPE}.my.auvik.com"],
        ["tenant_url"], never=["\033"]),
    Bad("A variable's name with terminal controls is shown harmless.",
        [*RUN, "--set", f"ten{ESCAPE}=x"], ["unknown variable", "\\x1b"], never=["\033"]),
    Bad("Two mistakes give one line that counts the other.",
        [*RUN, "--role", "zzz", "--scenario", "yyy"], ["unknown role 'zzz'"]),
    Bad("A setting for a profile that does not take part is refused.",
        [*RUN, "--set", "netwrix:tenant_url=https://a.my.auvik.com"], ["unknown variable"]),
    # --only, --skip
    Bad("--only that matches nothing is refused, with the nearest id.",
        [*RUN, "--only", "cloud.tennant"], ["--only 'cloud.tennant'", "did you mean 'cloud.tenant'?"]),
    Bad("--skip that matches nothing is refused.",
        [*RUN, "--skip", "zzz.*"], ["--skip 'zzz.*'", "matches no requirement"]),
    Bad("--only of a scenario that is off.",
        [*RUN, "--only", "cloud.tenant", "--only", "AUV-16"],
        ["--only 'AUV-16'", "scenario 'proxy', which is off", "add --scenario proxy"]),
    Bad("--only and --skip of the same requirement.",
        [*RUN, "--only", "cloud.tenant,cloud.vendor", "--skip", "cloud.vendor"],
        ["--only 'cloud.vendor'", "--skip removes it"]),
    Bad("--only and --skip that exclude everything are refused.",
        [*RUN, "--only", "cloud.tenant", "--skip", "cloud.*"], ["--only", "--skip"]),
    Bad("--only failed: needs a report that is there.",
        [*RUN, "--only", "failed:none.json"], ["none.json"]),
    Bad("--only failed: needs JSON.",
        [*RUN, "--only", "failed:r.json"], ["r.json"], files={"r.json": b"\0\1\2\3"}),
    Bad("--only failed: needs a report, not some JSON.",
        [*RUN, "--only", "failed:r.json"], ["r.json"], files={"r.json": '{"a": 1}'}),
    Bad("--only failed: of an empty file is refused.",
        [*RUN, "--only", "failed:r.json"], ["r.json"], files={"r.json": ""}),
    # Times and numbers
    *[Bad(f"--timeout {value!r} is no time.", [*RUN, "--timeout", value],
          ["--timeout", "500ms, 3s or 2m"])
      for value in ("soon", "0", "-1s", "3 s", "1e9", "99999999999999999999h", "3sec", "nan")],
    Bad("--deadline takes a time.", [*RUN, "--deadline", "x"], ["--deadline: 'x' is not a time"]),
    *[Bad(f"--rate {value!r} is out of its range.", [*RUN, "--rate", value],
          ["--rate", f"'{value}'", "1 to 10000"])
      for value in ("0", "-5", "x", "1.5", "10001", "9" * 30)],
    Bad("--max-probes has a hard limit.",
        [*RUN, "--max-probes", "1000000"], ["--max-probes", "1 to 65536"]),
    Bad("A plan above --max-probes is refused with the way out.",
        [*RUN, "--max-probes", "2"], ["--max-probes"]),
    *[Bad(f"--tolerate {value!r} is not a number of devices.", [*RUN, "--tolerate", value],
          ["--tolerate", "5%"]) for value in ("x", "-1", "101%", "%", "1.5", "5%%")],
    # The machine itself
    Bad("--source takes an interface that there is.",
        [*RUN, "--source", "eth99"], ["--source", "'eth99'", "not an address or an interface"]),
    Bad("--on-behalf-of takes an address.",
        [*RUN, "--on-behalf-of", "server 5"], ["--on-behalf-of", "'server 5'"]),
    # list, explain, schema, lint, doctor
    Bad("list needs a word.", ["list"], ["profiles, requirements, checks"]),
    Bad("list tells the nearest word.", ["list", "check"], ["'check'", "did you mean 'checks'?"]),
    Bad("list knows the names of its list only.", ["list", "checks", "formats"],
        ["unknown check 'formats'", "preflight list checks"]),
    Bad("list tells what a word stands for.", ["list", "checks", "ping"], ["did you mean 'icmp'?"]),
    Bad("list tells the profile that a word is a part of.", ["list", "requirements", "auvik"],
        ["unknown profile 'auvik'", "did you mean 'auvik-collector'?"]),
    Bad("A profile is not a command.", ["auvik-collector"], ["write preflight run auvik-collector"],
        formats=("text",)),
    Bad("run tells the profile that a word is a part of.", ["run", "auvik"], ["did you mean 'auvik-collector'?"]),
    Bad("rules tells the dialect that a vendor's name stands for.",
        ["rules", "auvik-collector", "--dialect", "fortinet"], ["did you mean 'fortigate'?"]),
    Bad("--target tells the types that a word stands for.",
        ["plan", "auvik-collector", "--set", TENANT, "--target", "switch=10.0.0.5"],
        ["--target network-element=ADDRESS --target snmp=ADDRESS"]),
    Bad("explain needs a word.", ["explain"], ["explain"]),
    Bad("explain tells the nearest code.",
        ["explain", "CONNECT-TIMEOT"], ["'CONNECT-TIMEOT'", "did you mean"]),
    Bad("explain says where codes are listed.", ["explain", "zzzzzzzz"], ["'zzzzzzzz'"]),
    Bad("schema tells the nearest name.", ["schema", "reprot"],
        ["'reprot'", "did you mean 'report'?"]),
    Bad("schema says what there is.", ["schema", "zzz"], ["'zzz'", "write comparison, error, merge or report"]),
    Bad("schema takes one name.", ["schema", "report", "error"], ["one name"]),
    Bad("lint needs a file.", ["lint"], ["lint needs a file"]),
    Bad("doctor takes no argument.", ["doctor", "me"], ["'me'"]),
]


def case_source_of_another_host(box):
    """--source takes an address of this host, not of another one that can be bound."""
    done = box.preflight(*RUN, "--source", "192.0.2.77",
                         script="ip link set lo up; sysctl -qw net.ipv4.ip_nonlocal_bind=1")
    assert done.status == 2, done.status
    assert "--source: 192.0.2.77 is not an address of this host" in one_line(done), done.errors


def case_explain_the_words_of_a_report(box):
    """Words as they are printed, in capitals and in two words, and checks, facts and scenarios."""
    for words, says in ((["untested"], "untested (verdict)"), (["READY"], "ready (status)"),
                        (["NOT", "READY"], "not-ready (status)"), (["NOT READY"], "not-ready (status)"),
                        (["probable"], "probable (confidence)"), (["service"], "service (proof)"),
                        (["this-host"], "this-host (owner)"), (["no-witness"], "no-witness (reason)"),
                        (["after-hop"], "after-hop (place)"), (["snmp"], "snmp (check)"),
                        (["engine-id"], "engine-id (fact of snmp)"), (["still"], "still (change)"),
                        (["virtual-appliance"], "virtual-appliance (scenario of auvik-collector)"),
                        (["tenant_url"], "tenant_url (variable of auvik-collector)"),
                        (["auvik-collector"], "auvik-collector (profile)")):
        done = box.preflight("explain", *words)
        assert done.status == 0 and says in done.text, (words, done.text, done.errors)
        assert "\nMeaning " in done.text, done.text
    items = box.preflight("explain", "device", "--format", "json").json()["items"]
    assert {"kind": "owner", "word": "device"}.items() <= items[0].items(), items
    both = box.preflight("explain", "local", "--format", "json").json()["items"]
    assert {i["kind"] for i in both} == {"reason", "cause", "phase", "transport"}, both


def case_explain_each_value_of_the_schema(box):
    """Whatever word the schemas of a report, a comparison or a merge allow is explained."""
    def enums(node):
        if isinstance(node, dict):
            yield from (w for w in node.get("enum", []) if isinstance(w, str))
            node = list(node.values())
        if isinstance(node, list):
            for value in node:
                yield from enums(value)
    words = {w for name in ("report", "comparison", "merge")
             for w in enums(box.preflight("schema", name).json())} - {"ipv4", "ipv6"}
    assert len(words) > 70, words
    for word in sorted(words):
        done = box.preflight("explain", word)
        assert done.status == 0, (word, done.errors)
