"""The line between router and isp: a plain cable, or the delaying and losing program line.c."""

import subprocess
from pathlib import Path

from shell import LabError, run
from state import PROJECT

SOURCE = Path(__file__).resolve().parent / "line.c"
ENDS = ("router-wan", "isp-wan")
BRIDGE = "br-wan"


def _program(folder):
    """The compiled program: the Makefile's, or one made on the spot."""
    built = PROJECT / "build" / "tests" / "line"
    if built.exists() and built.stat().st_mtime >= SOURCE.stat().st_mtime:
        return built
    own = folder / "line"
    if not own.exists():
        run(["cc", "-O2", "-o", str(own), str(SOURCE)])
    return own


class Line:
    """Lives in the hub, where both ends of the cable are."""

    def __init__(self, folder, seed):
        self.folder, self.seed = folder, seed
        self.setting = (0, 0, (0, 0, 0))
        self.process = None

    def set(self, delay_ms, loss_permille, noise):
        """Switch to a delay, a loss and noise (each way; see plan.noise); all 0 is the plain cable."""
        if (delay_ms, loss_permille, noise) == self.setting:
            return
        self._stop()
        if delay_ms or loss_permille or any(noise):
            run(["ip", "-batch", "-"], stdin="".join(f"link set {end} nomaster\n" for end in ENDS))
            self.process = subprocess.Popen([self._compiled(), "--delay", str(delay_ms), "--loss", str(loss_permille),
                                             "--duplicate", str(noise[0]), "--reorder", str(noise[1]),
                                             "--corrupt", str(noise[2]), "--seed", str(self.seed), *ENDS],
                                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
            if self.process.stdout.readline() != "ready\n":
                raise LabError("the line program did not start; see supervisor.log")
        else:
            run(["ip", "-batch", "-"], stdin="".join(f"link set {end} master {BRIDGE}\n" for end in ENDS))
        self.setting = (delay_ms, loss_permille, noise)

    def dead(self):
        return self.process is not None and self.process.poll() is not None

    def _compiled(self):
        return str(_program(self.folder))

    def _stop(self):
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process.stdout.close()
            self.process = None
