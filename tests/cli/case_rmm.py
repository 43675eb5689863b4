"""The wrappers of packaging/rmm: what each tool gets of them, by the tool's contract."""
import os
import pathlib
import re
import subprocess

import consumers
from harness import PROGRAM, ROOT, SECONDS, TENANT, UNSHARE

FOLDER = ROOT / "packaging" / "rmm"
# The same run: nothing is reachable in the box, so that a required path fails.
FAILING = {"PREFLIGHT_ONLY": "cloud.tenant", "PREFLIGHT_SET_TENANT_URL": TENANT.partition("=")[2],
           "PREFLIGHT_DEADLINE": "20s", "PREFLIGHT_NO_TRACE": "1"}
BROKEN = {**FAILING, "PREFLIGHT_PROFILES": "auvik-colector"}


def wrapper(box, name, env, script="", **more):
    """How the tool would run it: the program's name by PREFLIGHT, options by the environment."""
    done = subprocess.run([*UNSHARE, "sh", "-c", f'{script}\nexec "$@"', "sh", str(FOLDER / name)], cwd=box.path,
                          env={**box.env(), "PREFLIGHT": PROGRAM, **env, **more}, capture_output=True, check=False,
                          text=True, timeout=SECONDS)
    return done.returncode, done.stdout, done.stderr


def direct(box, env):
    """The status of the same run without a wrapper."""
    return box.preflight("run", env.get("PREFLIGHT_PROFILES", "auvik-collector"), "--quiet", env=env).status


def case_datto(box):
    """Datto's monitor: STATUS and diagnostic between their markers; not 0 where the site is not ready, or it cannot run."""
    for env in (FAILING, BROKEN):
        status, out, err = wrapper(box, "datto-monitor.sh", env)
        shown, _ = consumers.datto(out)
        assert status == direct(box, env) != 0 and err == "", (status, err)
        assert shown.startswith("ERROR: " if env is BROKEN else ("UNDECIDED", "NOT READY")), shown


def case_datto_application(box):
    """Datto's Application: a program without a good signature is not put into place."""
    (box.path / "preflight").write_bytes(pathlib.Path(PROGRAM).read_bytes())
    (box.path / "bin").mkdir()
    status, _, err = wrapper(box, "datto-application.sh", {"PREFLIGHT_FOLDER": str(box.path / "bin")})
    assert status != 0 and err != "" and os.listdir(box.path / "bin") == [], (status, err)


def case_ninjaone(box):
    """NinjaOne: the line on stdout is the one in the field; the status is preflight's, also without the agent's command."""
    cli = box.path / "ninjarmm-cli"
    cli.write_text('#!/bin/sh\nprintf "%s|" "$@" >"$0.words"\n')
    cli.chmod(0o755)
    for env in (FAILING, BROKEN):
        status, out, err = wrapper(box, "ninjaone.sh", env, NINJA_CLI=str(cli))
        assert status == direct(box, env) != 0 and err == "" and len(out) <= 201, (status, out, err)
        assert (box.path / "ninjarmm-cli.words").read_text() == f"set|preflight|{out.rstrip()}|"
    status, again, err = wrapper(box, "ninjaone.sh", BROKEN, NINJA_CLI="/nonexistent")
    assert again == out and status == 2 and "was not set" in err, (again, err)


def case_nable(box):
    """N-sight: at most 10,000 characters; 0 is only for a good site, and no status wraps."""
    status, out, _ = wrapper(box, "nable.sh", FAILING)
    assert status == direct(box, FAILING) != 0 and 0 < len(out) <= 10000 and "\033" not in out, (status, out)


def case_connectwise(box):
    """ConnectWise: one number, which is 0 only with exit 0 where all is well."""
    status, out, err = wrapper(box, "connectwise.sh", FAILING)
    assert re.fullmatch(r"-?\d+\n", out) and err == "" and (int(out), status) != (0, 0), (out, status)
    assert wrapper(box, "connectwise.sh", BROKEN) == (0, "-1\n", "")


def case_atera(box):
    """Atera: one line whose first word is the verdict."""
    _, out, err = wrapper(box, "atera.sh", FAILING)
    assert re.fullmatch(r"(NOT READY|UNDECIDED): [^\n]+\n", out) and err == "", out
    assert wrapper(box, "atera.sh", BROKEN)[1].startswith("ERROR: ")


def case_prtg(box):
    """PRTG: exit 0, and XML that is not up where the site is not ready."""
    status, out, err = wrapper(box, "prtg.sh", FAILING)
    assert status == 0 and err == "" and consumers.prtg_state(consumers.prtg_xml(out)) > 0, (status, out)
    status, out, _ = wrapper(box, "prtg.sh", BROKEN)
    assert status == 0 and "auvik-colector" in consumers.prtg_xml(out), out


def case_checkmk(box):
    """Checkmk: exit 0, services whose state is not 0."""
    for env in (FAILING, BROKEN):
        status, out, err = wrapper(box, "checkmk.sh", env)
        assert status == 0 and err == "" and next(iter(consumers.checkmk_services(out).values()))[0] in (2, 3), out


def case_zabbix(box):
    """Zabbix: the real sender gets all values; where nothing could run, nothing is sent and the status says so."""
    server = consumers.Zabbix()
    try:
        record = box.path / "sender"
        record.write_text('#!/bin/sh\ncat "$2"\n')
        record.chmod(0o755)
        status, out, _ = wrapper(box, "zabbix.sh", FAILING, ZABBIX_SENDER=str(record))
        assert status == 0 and "- preflight.verdict " in out, (status, out)
        (box.path / "values").write_text(out)
        sent = subprocess.run(["zabbix_sender", "-z", "127.0.0.1", "-p", str(server.port), "-s", "x", "-i",
                               str(box.path / "values")], capture_output=True, check=False)
        assert sent.returncode == 0 and len(server.values) == len(out.splitlines()), sent.stdout
    finally:
        server.close()
    status, out, _ = wrapper(box, "zabbix.sh", BROKEN, ZABBIX_SENDER=str(record))
    assert status == 2 and out == "", (status, out)


def case_nagios(box):
    """Nagios: states 2 and 3 with their words; NRPE's 1,024 characters."""
    for env in (FAILING, BROKEN):
        status, out, err = wrapper(box, "nagios.sh", env)
        shown, _, _ = consumers.nagios(out)
        assert {2: "CRITICAL", 3: "UNKNOWN"}[status] in shown and len(out) <= 1024 and err == "", (status, out)


def case_powershell_as_text(_box):
    """Each PowerShell wrapper asks for the format and the limit of its sh twin, passes statuses on, and is listed as unproved."""
    unproved = (ROOT / "docs/windows.md").read_text()
    table = (FOLDER / "README.md").read_text()
    for path in sorted(FOLDER.glob("*.ps1")):
        text = re.sub(r"^#.*$", "", path.read_text(), flags=re.M)
        assert text.isascii() and text.count("{") == text.count("}") and text.count("(") == text.count(")"), path.name
        assert text.count("'") % 2 == 0 and text.count('"') % 2 == 0, path.name
        assert "$ErrorActionPreference = 'Stop'" in text and "@profiles" in text and "exit" in text, path.name
        assert f"`packaging/rmm/{path.name}`" in unproved, path.name
        assert f"`{path.stem}" in table, path.name
        twin = path.with_suffix(".sh")
        ours, = re.findall(r"run @profiles (.*?)(?: \| Out-String)?$", text, re.M)
        if twin.exists() and path.stem != "prtg":
            theirs, = re.findall(r"auvik-collector\} (.*?)\)?$", twin.read_text(), re.M)
            assert ours == theirs, (path.name, ours, theirs)
    for path in sorted(FOLDER.glob("*.sh")):
        assert f"`{path.stem}" in table and os.access(path, os.X_OK), path.name
