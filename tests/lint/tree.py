"""What the lints share: the files of the project and how an offence is reported."""
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
PRODUCT = ("core", "checks", "listen", "profiles", "report", "changes", "cmd")


def tracked(*patterns, root=ROOT):
    """Files that git knows or would add, by pattern."""
    out = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns],
        cwd=root, capture_output=True, text=True, check=True)
    return [root / p for p in sorted(set(out.stdout.split())) if (root / p).is_file()]


def product(root=ROOT):
    """The C files of the program itself."""
    return [p for p in tracked("*.c", "*.h", root=root)
            if p.relative_to(root).parts[0] in PRODUCT]


class Offences:
    """Collects `file:line: message`; the number of them is the exit status."""

    def __init__(self, root=ROOT):
        self.root, self.lines = root, []

    def __call__(self, path, number, message):
        self.lines.append(f"{path.relative_to(self.root)}:{number}: {message}")

    def finish(self):
        if self.lines:
            print("\n".join(self.lines))
        return 1 if self.lines else 0
