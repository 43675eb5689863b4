"""The units that are shipped: what systemd itself says of them."""
import pathlib
import re
import subprocess

import harness

FOLDER = harness.ROOT / "packaging" / "systemd"
SERVICE, TIMER = "preflight-run.service", "preflight-run.timer"
EXPOSURE = 1.8  # of 10; systemd calls 2 and less "OK"


def analyze(*words):
    done = subprocess.run(["systemd-analyze", *words], capture_output=True, text=True, timeout=harness.SECONDS)
    return done.returncode, done.stdout + done.stderr


def installed(box):
    """The units as an installation has them: beside each other, the program where it is now."""
    folder = pathlib.Path(box.path) / "units"
    folder.mkdir()
    for name in (SERVICE, TIMER):
        text = (FOLDER / name).read_text()
        (folder / name).write_text(text.replace("/usr/local/bin/preflight", harness.PROGRAM))
    return folder


def case_verify(box):
    """systemd finds nothing wrong in the service and its timer, and a mistake in a copy."""
    folder = installed(box)
    assert analyze("verify", "--man=no", *(str(folder / n) for n in (SERVICE, TIMER))) == (0, ""), \
        analyze("verify", "--man=no", *(str(folder / n) for n in (SERVICE, TIMER)))
    (folder / SERVICE).write_text((folder / SERVICE).read_text().replace("NoNewPrivileges=", "NoNewPrivilege="))
    assert "NoNewPrivilege" in analyze("verify", "--man=no", str(folder / SERVICE))[1]


def case_exposure(box):
    """systemd's figure for the service's exposure is at most 1.8 of 10."""
    status, said = analyze("security", "--offline=true", f"--threshold={EXPOSURE * 10:.0f}", "--no-pager", str(installed(box) / SERVICE))
    figure = re.search(r"Overall exposure level for \S+: ([\d.]+) ", said)
    assert status == 0 and figure and float(figure[1]) <= EXPOSURE, said[-200:]


def case_command(box):
    """The service's own command is one that the program takes, with the variables of its comment."""
    text = (FOLDER / SERVICE).read_text()
    words = re.search(r"^ExecStart=\S+ (.*)$", text, re.M)[1].replace("$PROFILES", "auvik-collector")
    words = words.replace("${STATE_DIRECTORY}", str(box.path)).split()
    own = dict(re.findall(r"^#\s+(PREFLIGHT_\w+)=(\S+)$", text, re.M))
    assert "PREFLIGHT_SET_TENANT_URL" in own and "PREFLIGHT_INVENTORY" in own, own
    own.update(PREFLIGHT_INVENTORY=str(harness.ROOT / "tests/lab/site.yaml"), LAB_SNMP_COMMUNITY="lab-community")
    done = box.preflight("plan", *[w for w in words[1:] if w != "-o" and not w.startswith("json=")], env=own)
    assert done.status == 0 and "acme.us1.my.auvik.com" in done.text, done.errors
