"""Lists of devices as programs export them: tests/inventories, with what lint understands."""
import re
import shutil

from harness import ROOT, Bad

FOLDER = ROOT / "tests" / "inventories"
EXPORTS = sorted(p for p in FOLDER.iterdir() if p.is_file())
PLAN = ["plan", "auvik-collector", "-v"]
TABLE = "Name,Managed at,Kind of thing\ncore,10.2.0.10,Badger\n"
KEYS = """\
preflight: inventory/1
credentials:
  main: {kind: snmp-v2c, community: env:SNMP_COMMUNITY}
  cli: {kind: ssh, user: admin, password: env:SSH_PASSWORD}
"""
SITES = "Device Name,IP,Type,credentials,Site\ncore,10.2.0.10,Switch,cli,Main\ndepot-sw,10.3.0.10,Switch,,Depot\n"

BAD = [
    Bad("--fix needs a file to write.", ["lint", "--fix", "t.csv"], ["--fix", "-o FILE"],
        files={"t.csv": TABLE}),
    Bad("-o of lint needs --fix.", ["lint", "t.csv", "-o", "x.yaml"], ["--fix"], files={"t.csv": TABLE}),
    Bad("--fix writes one table.", ["lint", "--fix", "k.yaml", "-o", "x.yaml"], ["one table", "not 0"],
        files={"k.yaml": KEYS}),
    Bad("--fix knows its formats by the ending.", ["lint", "--fix", "t.csv", "-o", "x.xlsx"],
        ["x.xlsx", ".yaml", ".csv"], files={"t.csv": TABLE}),
    Bad("--map names a column that is there.", ["lint", "t.csv", "--map", "Nowhere=site"],
        ["--map", "'Nowhere'"], files={"t.csv": TABLE}),
    Bad("--map names a field.", ["lint", "t.csv", "--map", "Name=adress"],
        ["'adress'", "did you mean 'address'?"], files={"t.csv": TABLE}),
    Bad("--map is COLUMN=FIELD.", ["lint", "t.csv", "--map", "Name"], ["COLUMN=FIELD"],
        files={"t.csv": TABLE}),
    Bad("--type names types that there are.", ["lint", "t.csv", "--type", "Badger=switch"],
        ["'switch'", "of --type"], files={"t.csv": TABLE}),
    Bad("--type is WORD=TYPE.", ["plan", "auvik-collector", "--type", "Badger"], ["WORD=TYPE"]),
    Bad("--site is a site of the inventory.",
        ["plan", "auvik-collector", "--inventory", "s.csv", "--site", "Dept"],
        ["'Dept'", "did you mean 'Depot'?"], files={"s.csv": SITES.replace("cli", "")}),
    Bad("init of an export that cannot be read says why.", ["init", "--from", "t.csv"],
        ["t.csv", "save as CSV"], files={"t.csv": b"PK\3\4"}, formats=("text",)),
    Bad("Two files with one device name both.",
        ["plan", "auvik-collector", "--inventory", "a.csv", "--inventory", "b.csv"],
        ["b.csv:2:", "'10.2.0.10' is there twice", "line 2 of a.csv"],
        files={"a.csv": "IP\n10.2.0.10\n", "b.csv": "IP\n10.2.0.10\n"}),
    Bad("A variable that is missing names the device that wants it.",
        ["plan", "auvik-collector", "--inventory", "s.csv", "--inventory", "k.yaml"],
        ["'main' of core", "SNMP_COMMUNITY", "not set"],
        files={"s.csv": SITES.replace("cli", "main"), "k.yaml": KEYS}),
]


def copied(box, path):
    shutil.copy(path, box.path)
    return path.name


def devices(box, name):
    """What is planned for it, line by line; how many rows were left out is the list's own matter."""
    done = box.preflight(*PLAN, "--inventory", name, "--max-probes", "60000")
    assert done.status == 0, (name, done.errors)
    return re.sub(r"; \d+ inventory rows? without an address (is|are) not tested", "", done.text)


def case_there_are_twenty(box):
    """Each export has what lint says about it, and nothing else is there."""
    said = {p.stem for p in (FOLDER / "lint").iterdir()}
    assert said == {p.name for p in EXPORTS}, said ^ {p.name for p in EXPORTS}
    assert len(EXPORTS) >= 20, len(EXPORTS)


def case_each_is_understood(box):
    """Each export is accepted at the first lint, which shows all that was guessed."""
    for path in EXPORTS:
        done = box.preflight("lint", copied(box, path))
        assert (done.status, done.errors) == (0, ""), (path.name, done.errors)
        expected = (FOLDER / "lint" / f"{path.name}.txt").read_text()
        assert done.text == expected, f"{path.name}:\n{done.text}"
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", done.text), path.name


def case_the_clean_ones_are_the_same(box):
    """What --fix writes, as YAML and as CSV, and what init --from writes, plan the same."""
    for path in EXPORTS:
        name = copied(box, path)
        plan = devices(box, name)
        for clean in ("clean.yaml", "clean.csv"):
            done = box.preflight("lint", "--fix", name, "-o", clean)
            assert (done.status, done.errors) == (0, ""), (name, clean, done.errors)
            assert devices(box, clean) == plan, (name, clean)
            again = box.preflight("lint", clean)
            assert again.status == 0 and "taken as" not in again.text, (name, again.text)
        done = box.preflight("init", "auvik-collector", "--from", name)
        assert (done.status, done.errors) == (0, ""), (name, done.errors)
        box.make({"init.yaml": done.text})
        assert devices(box, "init.yaml") == plan, name


def case_columns_and_words_of_the_user(box):
    """--map and --type say what no table knows; lint shows the types there are once."""
    box.make({"t.csv": TABLE})
    done = box.preflight("lint", "t.csv")
    assert done.status == 0 and "column 'Managed at' holds addresses" in done.text, done.text
    done = box.preflight("lint", "t.csv", "--map", "managed AT=address", "--map", "Kind of thing=types")
    assert done.text.count("'Badger' (1 device) is not a known type") == 1, done.text
    assert done.text.count("device types:") == 1, done.text
    done = box.preflight("lint", "t.csv", "--map", "Kind of thing=types", "--type", "badger=unix,snmp")
    assert "1 snmp, 1 unix" in done.text, done.text
    document = box.preflight("lint", "t.csv", "--type", "Badger=unix", "--map", "Kind of thing=types",
                             "--format", "json").json()["files"][0]
    assert (document["count"], document["types"], document["untyped"]) == (1, {"unix": 1}, 0), document


def case_unknown_words_once(box):
    """In preflight's own column each unknown word is one error, and the types stand there once."""
    box.make({"t.csv": "address,types\n" + "".join(f"10.2.0.{i},badger\n" for i in range(1, 9))})
    done = box.preflight("lint", "t.csv")
    assert done.status == 2, done
    assert done.errors.count("badger") == 1 and done.errors.count("device types:") == 1, done.errors


def case_rows_without_an_address(box):
    """What cannot be tested is said where it is tested, too."""
    box.make({"t.csv": "Name,IP,Type\na,10.2.0.1,Switch\nb,tba,Switch\nc,,Switch\n"})
    done = box.preflight(*PLAN, "--inventory", "t.csv")
    assert done.status == 0 and "lan.snmp/a:" in done.text, done
    assert "2 inventory rows without an address are not tested" in done.text, done.text
    document = box.preflight(*PLAN, "--inventory", "t.csv", "--format", "json")
    assert (document.json()["left_out_rows"], document.errors) == (2, ""), document


def case_sites(box):
    """--site picks the devices of one site; without sites in the inventory it names it."""
    box.make({"s.csv": SITES.replace("cli", ""), "n.csv": "IP,Type\n10.4.0.1,Switch\n"})
    done = box.preflight(*PLAN, "--inventory", "s.csv", "--site", "DEPOT", "--target", "snmp=10.5.0.1")
    assert "depot-sw" in done.text and "10.5.0.1" in done.text, done.text
    assert "/core:" not in done.text, done.text
    done = box.preflight(*PLAN, "--inventory", "n.csv", "--site", "Anywhere")
    assert done.status == 0 and "10.4.0.1" in done.text, done.errors
    for words, site in ((("s.csv",), None), (("s.csv", "--site", "depot"), "depot"),
                        (("n.csv", "--site", "Any\033where"), "Any\\x1bwhere")):
        done = box.preflight("run", "auvik-collector", "--inventory", *words, "--only", "inbound.*",
                             "--format", "json")
        assert done.json()["run"]["site"] == site, (words, done.text[:400], done.errors)


def case_a_missing_secret_is_not_the_end(box):
    """What works without the secret is untested (needs-input); the order of files does not matter."""
    box.make({"s.csv": SITES, "k.yaml": KEYS})
    for files in (("s.csv", "k.yaml"), ("k.yaml", "s.csv")):
        words = [w for f in files for w in ("--inventory", f)]
        done = box.preflight(*PLAN, *words)
        assert done.status == 0, done.errors
        line = next(x for x in done.text.splitlines() if x.strip().startswith("lan.ssh/core:"))
        assert "needs-input" in line and "SSH_PASSWORD" in done.text, line
        done = box.preflight(*PLAN, *words, env={"SSH_PASSWORD": "x"})
        assert "SSH_PASSWORD" not in done.text, done.text
        assert box.preflight("lint", *files).status == 0
