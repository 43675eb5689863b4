"""A wrong wall clock for one command, by libfaketime."""

from pathlib import Path

from shell import LabError


def environment(days):
    """The variables that move the wall clock and leave the monotonic one alone."""
    for library in sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")):
        return {"LD_PRELOAD": str(library), "FAKETIME": f"{days:+d}d", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    raise LabError("libfaketime: not found (install the packages of tests/lab/packages.txt)")
