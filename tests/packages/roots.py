"""Clean roots of Debian, made by debootstrap from this machine's own apt entries, and kept."""
import contextlib
import os
import pathlib
import shutil
import subprocess
import tempfile

CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "preflight"
# What a host of an administrator has in addition; the other root has what debootstrap calls the minimum.
HOST = "systemd,man-db,bash-completion,zsh,fish,libcap2-bin,ca-certificates"
KINDS = {"clean": "", "host": HOST}


def run(*words, **more):
    """A command to its end; what it said is shown when it fails."""
    done = subprocess.run([str(w) for w in words], capture_output=True, text=True, errors="replace", **more)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, words))}: exit {done.returncode}\n{(done.stdout + done.stderr)[-3000:]}")
    return done.stdout


def release():
    text = pathlib.Path("/etc/os-release").read_text()
    return next(line.partition("=")[2].strip('"') for line in text.splitlines() if line.startswith("VERSION_CODENAME="))


def archive():
    """The first of apt's entries for this release: where its packages are."""
    lines = run("apt-get", "indextargets", "--format", "$(CODENAME)|$(LABEL)|$(COMPONENT)|$(REPO_URI)", "Created-By: Packages")
    for codename, label, component, uri in (line.split("|") for line in lines.splitlines()):
        if (codename, label, component) == (release(), "Debian", "main"):
            return uri
    raise AssertionError(f"apt has no entry of Debian {release()}: nothing to make a root from")


def kept(kind):
    """The archive of a root of this kind; made when there is none."""
    path = CACHE / f"root-{release()}-{kind}.tar"
    if path.exists():
        return path
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="preflight-root-") as folder:
        include = [f"--include={KINDS[kind]}"] if KINDS[kind] else []
        run("debootstrap", "--variant=minbase", *include, release(), folder, archive())
        run("tar", "-C", folder, "--exclude=./var/cache/apt/*", "--exclude=./var/lib/apt/lists/*", "--xattrs", "-cf", f"{path}.new", ".")
    os.rename(f"{path}.new", path)
    return path


@contextlib.contextmanager
def root(kind):
    """A fresh root; gone afterwards."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="preflight-root-"))
    try:
        run("tar", "-C", folder, "--xattrs", "-xf", kept(kind))
        os.chmod(folder, 0o755)
        yield folder
    finally:
        shutil.rmtree(folder)


INSIDE = 'mount -t proc proc "$1/proc" && cd "$1" && root=$1 && shift && exec chroot "$root" "$@"'


def inside(folder, *words, env=None, program="/bin/sh", user=None):
    """A command in a root, with /proc, without a network: no packet leaves it. What it said, and how it ended."""
    script = INSIDE if user is None else INSIDE.replace('exec chroot', f'exec chroot --userspec={user}:{user}')
    if program != "/bin/sh":  # a root without folders has no /proc either
        script = 'root=$1 && shift && exec chroot "$root" "$@"'
    command = ["unshare", "--net", "--mount", "--pid", "--fork", "sh", "-c", script, "sh", str(folder), *words]
    return subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=600, stdin=subprocess.DEVNULL,
                          env={"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LC_ALL": "C.UTF-8",
                               "DEBIAN_FRONTEND": "noninteractive", **(env or {})})
