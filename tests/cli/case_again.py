"""preflight again: an old report's run once more, and what a report may not choose."""
import json

from harness import ROOT, TENANT, Bad, report

UP = "ip link set lo up"
GOLDEN = json.loads((ROOT / "tests" / "golden" / "not-ready.json").read_text())
SITE = """preflight: inventory/1
devices: [{address: 127.0.0.1, name: lan-switch, types: [snmp, network-element]}]
"""
RUN = ["run", "auvik-collector", "--set", TENANT]


def saved(command, **changes):
    """A report with this command, as a stranger may write one."""
    document = json.loads(json.dumps(GOLDEN))
    document["run"]["command"] = command
    document.update(changes)
    return json.dumps(document)


def bad(proves, command, says, words=(), never=(), env=None):
    return Bad(proves, ["again", "r.json", *words], ["r.json", *says], files={"r.json": saved(command)},
               never=["\033", *never], env=env or {})


OTHER = "which a report may not choose"
BAD = [
    Bad("again needs a report.", ["again"], ["again needs a report", "REPORT.json"]),
    Bad("A report that is not there is told.", ["again", "none.json"], ["none.json", "No such file"]),
    Bad("Some JSON is no report.", ["again", "r.json"], ["not a report"], files={"r.json": "[]"}),
    bad("A report without its command says so.", [], ["does not hold the command", "preflight run PROFILE"]),
    bad("Only run and check are repeated.", ["render", "--from", "/etc/shadow"], ["'render' cannot be repeated"]),
    bad("No word of it is a command of a shell.", ["run;reboot"], ["'run;reboot' cannot be repeated"]),
    bad("An option of a later version is named.", [*RUN, "--of-tomorrow", "1"],
        ["'--of-tomorrow' is not an option of run"]),
    bad("A short option is not of a report's making.", [*RUN, "-o/tmp/x"], ["'-o/tmp/x' is not an option"]),
    bad("An option with its value glued to it neither.", [*RUN, "--output=/tmp/x"], ["is not an option"]),
    bad("An option without its value is told.", [*RUN, "--set"], ["--set has no value"]),
    bad("A hostile word is shown harmless.", [*RUN, "--x\033[31m"], ["'--x\\x1b[31m'"]),
    bad("Its inventory is a file of this host: it must be given.", [*RUN, "--inventory", "site.yaml"],
        ["'run auvik-collector'", OTHER, "--inventory site.yaml"]),
    bad("So is the file of its roots.", [*RUN, "--ca-file", "ca.pem"], [OTHER, "--ca-file ca.pem"]),
    bad("What it makes of a table's columns leads to its secrets.",
        [*RUN, "--map", "Password=address"], [OTHER, "--map Password=address"]),
    bad("A password goes to no proxy of the report's choosing.",
        [*RUN, "--proxy", "http://10.9.9.9:3128", "--proxy-auth", "env:HOME"],
        [OTHER, "--proxy http://10.9.9.9:3128 --proxy-auth env:HOME"]),
    bad("Nor does one that is given.", [*RUN, "--proxy", "http://10.9.9.9:3128"],
        [OTHER, "--proxy http://10.9.9.9:3128"], words=["--proxy-auth", "env:HOME"]),
    bad("Nor one of the environment.", [*RUN, "--proxy", "http://10.9.9.9:3128"],
        [OTHER, "--proxy http://10.9.9.9:3128"], env={"PREFLIGHT_PROXY_AUTH": "env:HOME"}),
    bad("A secret goes to no target of the report's choosing.",
        ["check", "snmp", "10.9.9.9", "--set", "community=env:HOME"],
        ["'check snmp 10.9.9.9'", OTHER, "--set community=env:HOME"]),
    bad("Nor does a file's.", ["check", "snmp", "10.9.9.9", "--set", "community=file:/root/.ssh/id_rsa"],
        [OTHER, "--set community=file:/root/.ssh/id_rsa"]),
    bad("Nor one that the environment holds for other checks.", ["check", "snmp", "10.9.9.9"],
        [OTHER, "--set community=env:HOME"], env={"PREFLIGHT_SET_COMMUNITY": "env:HOME"}),
    bad("A profile that is a file must be given.", ["run", "./evil.yaml"], [OTHER, "./evil.yaml"]),
    bad("What is to be given is safe to paste.", [*RUN, "--inventory", "x; rm -rf '~'"],
        ["--inventory 'x; rm -rf '\\''~'\\'''"]),
    Bad("A check has no profile.", ["again", "r.json", "auvik-collector"], ["'auvik-collector'", "no profile"],
        files={"r.json": saved(["check", "tcp", "127.0.0.1:9"])}),
    Bad("Nothing failed, so there is nothing to repeat.", ["again", "r.json", "--failed"],
        ["nothing failed"], files={"r.json": (ROOT / "tests/golden/ready.json").read_text().replace(
            '"command": []', '"command": ["run", "auvik-collector"]')}),
    Bad("run --from names the right word.", ["run", "--from", "r.json"], ["preflight again REPORT"]),
]


def case_check_again(box):
    """A check is repeated with its target and parameters; --baseline says what was."""
    box.preflight("check", "tcp", "127.0.0.1:9", "--set", "wait_close=1s", "-o", "old.json", script=UP)
    done = box.preflight("again", "old.json", "--baseline", "--format", "json", script=UP)
    document = report(done)
    assert done.status == 1 and document["comparison"]["summary"]["still"] == 1, document["comparison"]
    assert document["run"]["command"] == ["check", "tcp", "127.0.0.1:9", "--set", "wait_close=1s"]
    done = box.preflight("again", "old.json", "--failed", "-o", "new.json", script=UP)
    assert done.status == 1 and done.text.startswith("FAIL  tcp 127.0.0.1 tcp/9"), done.text
    assert (box.path / "new.json").exists()


def first_run(box):
    box.make({"site.yaml": SITE})
    done = box.preflight(*RUN, "--inventory", "site.yaml", "--only", "lan.snmp,lan.ping", "--timeout", "2s",
                         "-o", "old.json", script=UP)
    assert done.status in (0, 1, 3) and (box.path / "old.json").exists(), done.errors
    return json.loads((box.path / "old.json").read_text())


def case_run_again(box):
    """Profile, variables, options and what was chosen are those of the report; the inventory is given."""
    old = first_run(box)
    done = box.preflight("again", "old.json", "--inventory", "site.yaml", "--format", "json", script=UP)
    new = report(done)
    assert [q["id"] for q in new["requirements"]] == [q["id"] for q in old["requirements"]]
    assert new["run"]["profiles"] == old["run"]["profiles"]
    assert sorted(new["run"]["command"]) == sorted(old["run"]["command"]), new["run"]["command"]
    assert new["devices"] == old["devices"]
    again = box.preflight("again", "old.json", "--format", "json", env={"PREFLIGHT_INVENTORY": "site.yaml"},
                          script=UP)
    assert report(again)["devices"] == old["devices"]


def case_only_what_failed(box):
    """--failed repeats what failed; with --baseline the rest is not called gone."""
    old = first_run(box)
    failed = {r["requirement"] for r in old["results"] if r["verdict"] in ("fail", "skip")}
    assert failed and len(failed) < len(old["requirements"]), failed
    done = box.preflight("again", "old.json", "--failed", "--baseline", "--inventory", "site.yaml",
                         "--format", "json", script=UP)
    new = report(done)
    assert {q["id"] for q in new["requirements"]} == failed
    assert new["comparison"]["summary"]["new"] == 0, new["comparison"]["summary"]


def case_given_goes_before(box):
    """What is given on the command line goes before the report's; a variable replaces its own."""
    first_run(box)
    done = box.preflight("again", "old.json", "--inventory", "site.yaml", "--set",
                         "tenant_url=https://other.us1.my.auvik.com", "--format", "json", script=UP)
    variables = report(done)["run"]["profiles"][0]["variables"]
    assert variables["tenant_url"] == "https://other.us1.my.auvik.com", variables


def case_options_are_decided(box):
    """Each option of run and check in a report is repeated, left out, or asked for; none is unknown."""
    for o in box.preflight("list", "options", "--format", "json").json()["options"]:
        for command, rest in (("run", ["auvik-collector"]), ("check", ["tcp", "127.0.0.1:9"])):
            if command not in o["commands"]:
                continue
            words = [command, *rest, f"--{o['name']}", *(["sentinel"] if o["argument"] else [])]
            box.make({"r.json": saved(words)})
            nowhere = ["nowhere/x.yaml"] if command == "run" else []
            done = box.preflight("again", "r.json", *nowhere, script=UP)
            assert "is not an option" not in done.errors, (words, done.errors)


def case_nothing_is_written(box):
    """A report cannot make this write a file, nor change what is printed."""
    box.make({"r.json": saved(["check", "tcp", "127.0.0.1:9", "--output", "json=owned.json",
                               "--format", "json", "--quiet", "--exit-zero"])})
    done = box.preflight("again", "r.json", script=UP)
    assert done.status == 1 and done.text.startswith("FAIL"), (done.status, done.text)
    assert "why " in done.text and not (box.path / "owned.json").exists(), done.text


def case_on_a_terminal(box):
    """Whoever looks on sees what is repeated; a machine format says nothing of it."""
    box.make({"r.json": saved(["check", "tcp", "127.0.0.1:9", "--set", "wait_close=1s"])})
    done = box.on_a_terminal("again", "r.json", script=UP)
    assert done.text.startswith("again: preflight check --set=wait_close=1s tcp 127.0.0.1:9\n"), done.text
    done = box.on_a_terminal("again", "r.json", "--format", "json", script=UP)
    assert json.loads(done.text)["schema"] == "preflight.report/1"
