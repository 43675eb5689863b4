"""--cache and --max-age: a kept report is shown only where it is of this run, of this user and fresh."""
import json
import os
import time

from harness import TENANT, Bad, one_line, report

RUN = ["run", "auvik-collector", "--set", TENANT, "--only", "cloud.tenant", "--deadline", "20s", "--no-trace"]

BAD = [
    Bad("--max-age without --cache says so.", [*RUN, "--max-age", "1h"], ["--max-age needs --cache"]),
    Bad("A folder that is not there is told before anything is sent.", [*RUN, "--cache", "none/such"],
        ["--cache: cannot write into", "mkdir -m 700 none/such"]),
    Bad("An age is a duration.", [*RUN, "--cache", ".", "--max-age", "soon"], ["--max-age", "'soon'"]),
]


def kept(box):
    path, = (p for p in (box.path / "cache").iterdir() if p.suffix == ".json")
    return path


def run(box, *more, form="json", **how):
    (box.path / "cache").mkdir(mode=0o700, exist_ok=True)
    return box.preflight(*RUN, "--cache", "cache", "--format", form, *more, **how)


def case_kept_is_shown(box):
    """Within its age the kept report is shown, in any format and with its status, byte for byte; nothing runs."""
    first = run(box)
    assert report(first)["run"]["id"] == json.loads(kept(box).read_text())["run"]["id"]
    again = run(box, "--max-age", "1h")
    assert (again.out, again.status) == (first.out, first.status)
    assert run(box, "--max-age", "1h", form="line").text == box.preflight(
        "render", "--from", str(kept(box)), "--format", "line").text
    assert run(box, "--max-age", "1h", form="nagios").status == {1: 2, 3: 3}[first.status]
    assert report(run(box))["run"]["id"] != report(first)["run"]["id"], "without --max-age it runs"


def case_other_runs(box):
    """Other selections, variables and profiles have files of their own."""
    run(box)
    for i, more in enumerate((["--skip", "cloud.n*", "--only", "cloud.t*", "--only", "local.resolver"],
                              ["--set", "tenant_url=https://other.us1.my.auvik.com"], ["--timeout", "3s"])):
        run(box, "--max-age", "1h", *more)
        assert len(list((box.path / "cache").iterdir())) == i + 2, more


def case_what_does_not_count(box):
    """Too old, of the future, interrupted, of another schema, cut, of others, not a report: the run takes place."""
    first = report(run(box))
    path = kept(box)

    def stamp(seconds):
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + seconds))
    for edit in ({"started": stamp(-7200)}, {"started": stamp(3600)}, {"interrupted": True}):
        path.write_text(json.dumps({**first, "run": {**first["run"], **edit}}))
        assert report(run(box, "--max-age", "1h"))["run"]["id"] not in (first["run"]["id"], None), edit
    whole = json.dumps(first)
    for text in (whole.replace("preflight.report/1", "preflight.report/2"), whole[:2000], "", "[]"):
        path.write_text(text)
        done = run(box, "--max-age", "1h")
        assert report(done)["run"]["id"] != first["run"]["id"], text[:40]
    path.write_text(whole)
    path.chmod(0o666)
    assert report(run(box, "--max-age", "1h"))["run"]["id"] != first["run"]["id"], "others may write it"
    path.write_text(whole)
    path.chmod(0o600)
    assert report(run(box, "--max-age", "1h"))["run"]["id"] == first["run"]["id"], "the control"


def case_symbolic_link(box):
    """A link in place of the file is neither read nor written."""
    first = report(run(box))
    path = kept(box)
    other = box.path / "other.json"
    os.rename(path, other)
    path.symlink_to(other)
    for more in ([], ["--max-age", "1h"]):
        done = run(box, *more, form="text")
        assert done.status == 2 and "is not a regular file" in one_line(done), done.errors
    assert json.loads(other.read_text()) == first


def case_two_at_once(box):
    """Two runs with one folder both end well, and what is kept is one of theirs, whole."""
    (box.path / "cache").mkdir(mode=0o700)
    words = [*RUN, "--cache", "cache", "--format", "json"]
    with box.start(*words) as one, box.start(*words) as two:
        ids = [json.loads(p.communicate()[0])["run"]["id"] for p in (one, two)]
    assert json.loads(kept(box).read_text())["run"]["id"] in ids
    assert len(list((box.path / "cache").iterdir())) == 1, "a draft is left behind"
