"""PREFLIGHT_OPTION: every option has a twin, and the command line wins."""
from harness import Bad, TENANT, one_line, report

PLAN = ["plan", "auvik-collector"]

BAD = [
    Bad("A bad value of the environment is told by the option's name.",
        ["run", "auvik-collector"], ["--timeout", "'soon'"], env={"PREFLIGHT_TIMEOUT": "soon"}),
    Bad("An unknown scenario of the environment is told.",
        PLAN, ["unknown scenario 'zzz'"], env={"PREFLIGHT_SCENARIO": "zzz"}),
    Bad("A password in PREFLIGHT_PROXY is refused and not repeated.",
        PLAN, ["--proxy-auth"], env={"PREFLIGHT_PROXY": "http://joe:hunter2-secret@10.2.2.10:1"},
        never=["hunter2-secret"]),
    Bad("A variable of the environment that no profile knows is told.",
        PLAN, ["unknown variable 'no_such'"], env={"PREFLIGHT_SET_NO_SUCH": "1"}),
    Bad("PREFLIGHT_SET takes NAME=VALUE, one a line.",
        PLAN, ["--set 'tenant_url' has no value"], env={"PREFLIGHT_SET": "tenant_url"}),
    Bad("PREFLIGHT_FORMAT=json makes errors JSON, even those of the words.",
        ["plan", "auvik-collector", "--bogus"], ["unknown option"],
        env={"PREFLIGHT_FORMAT": "json"}, formats=("json",)),
]


def hosts(done):
    assert done.status == 0, done.errors
    return {p["host"] for q in done.json()["requirements"] for p in q["probes"]}


def case_error_format_of_the_environment(box):
    """PREFLIGHT_FORMAT=json alone makes an error a document on stdout."""
    for words in (["plan", "zzz"], ["plan", "--bogus"], ["zzz"]):
        done = box.preflight(*words, env={"PREFLIGHT_FORMAT": "json"})
        assert done.status == 2 and done.errors == "", (words, done.errors)
        assert done.json()["schema"] == "preflight.error/1", words


def case_variable(box):
    """PREFLIGHT_SET_TENANT_URL is --set tenant_url=…."""
    env = {"PREFLIGHT_SET_TENANT_URL": "https://env.my.auvik.com", "PREFLIGHT_FORMAT": "json"}
    assert "env.my.auvik.com" in hosts(box.preflight(*PLAN, env=env))


def case_command_line_wins(box):
    """A variable of the command line wins over both twins of the environment."""
    env = {"PREFLIGHT_SET_TENANT_URL": "https://one.my.auvik.com", "PREFLIGHT_FORMAT": "text",
           "PREFLIGHT_SET": "tenant_url=https://two.my.auvik.com"}
    found = hosts(box.preflight(*PLAN, "--format", "json", "--set",
                                "tenant_url=https://three.my.auvik.com", env=env))
    assert "three.my.auvik.com" in found
    assert not {"one.my.auvik.com", "two.my.auvik.com"} & found, found


def case_variables_add_up(box):
    """--set of one variable does not drop another one of the environment."""
    env = {"PREFLIGHT_SET": "service_ports=10.0.0.5:8080", "PREFLIGHT_FORMAT": "json"}
    done = box.preflight(*PLAN, "--scenario", "service-monitoring", "--set", TENANT, env=env)
    found = hosts(done)
    assert {"acme.us1.my.auvik.com", "10.0.0.5"} <= found, found


def case_repeatable(box):
    """A repeatable option takes one value a line."""
    env = {"PREFLIGHT_TARGET": "snmp=10.2.0.10\nsnmp=10.2.0.11", "PREFLIGHT_FORMAT": "json"}
    assert {"10.2.0.10", "10.2.0.11"} <= hosts(box.preflight(*PLAN, env=env))


def case_command_line_replaces_a_list(box):
    """A repeatable option of the command line replaces that of the environment."""
    env = {"PREFLIGHT_TARGET": "snmp=10.2.0.10", "PREFLIGHT_FORMAT": "json"}
    found = hosts(box.preflight(*PLAN, "--target", "snmp=10.2.0.11", env=env))
    assert "10.2.0.11" in found and "10.2.0.10" not in found, found


def case_flags(box):
    """A flag is on with any value but 0 and the empty one."""
    for value, status in (("1", 0), ("yes", 0), ("0", 3), ("", 3)):
        done = box.preflight("run", "auvik-collector", "--quiet", env={"PREFLIGHT_EXIT_ZERO": value})
        assert done.status == status, (value, done.status, done.errors)


def case_every_option(box):
    """Each option that takes a value reads PREFLIGHT_OPTION, and a bad value is refused."""
    listed = box.preflight("list", "options", "--format", "json").json()["options"]
    kinds = {"number", "duration", "address", "choice", "file", "format", "dialect", "role",
             "scenario", "requirement", "only", "setting", "devices", "output"}
    tried = [o for o in listed if o["kind"] in kinds]
    assert len(tried) >= 15, [o["name"] for o in tried]
    for o in listed:
        name = "PREFLIGHT_" + o["name"].upper().replace("-", "_")
        assert o["environment"] == (name if o["commands"] != [] and o["name"] != "help" else None)
    for o in tried:
        takers = ("run", "render", "verify") if o["name"] == "from" else ("run", "listen", "rules", "verify")
        command = next(c for c in takers if c in o["commands"])
        words = [command] if command == "render" else [command, "auvik-collector"]  # a file's name for verify
        bad = "no/such/thing.xyz"
        done = box.preflight(*words, env={o["environment"]: bad})
        assert done.status == 2 and bad in one_line(done), (o["name"], done.errors)


def case_files(box):
    """PREFLIGHT_OUTPUT writes files, and PREFLIGHT_QUIET shortens the text."""
    env = {"PREFLIGHT_OUTPUT": "a.json\njson=b.out", "PREFLIGHT_QUIET": "1"}
    done = box.preflight("run", "auvik-collector", env=env)
    assert done.status == 3, done.errors
    for name in ("a.json", "b.out"):
        done.out, done.err = (box.path / name).read_bytes(), b""
        report(done)


def case_foreign_options_do_not_matter(box):
    """A twin of an option that this command does not have is passed over."""
    done = box.preflight("list", "formats", env={"PREFLIGHT_INVENTORY": "/no/such/file"})
    assert done.status == 0, done.errors


def case_profile_path(box):
    """PREFLIGHT_PROFILE_PATH comes first, with several folders."""
    box.make({"mine/auvik-collector.yaml": "broken"})
    done = box.preflight("plan", "auvik-collector",
                         env={"PREFLIGHT_PROFILE_PATH": f"/no/such:{box.path}/mine"})
    assert done.status == 2 and "mine/auvik-collector.yaml" in one_line(done), done.errors
