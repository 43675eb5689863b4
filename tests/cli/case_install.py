"""What `make install` puts where, how the shells find their part of it, and `make uninstall`."""
import json
import os
import pathlib
import shutil
import subprocess

import case_completion as completion
import harness

PROFILES = {path.stem for path in (harness.ROOT / "profiles").glob("*.yaml")}
PAGES = ("preflight.1", "preflight-profile.5", "preflight-findings.7")


def make(*words, **env):
    """make, as a user calls it; what it would build is taken as it is."""
    inherited = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL")}
    return subprocess.run(["make", "--no-print-directory", "-o", harness.PROGRAM, f"PROGRAM={harness.PROGRAM}", *words],
                          cwd=harness.ROOT, env=inherited | env, capture_output=True, text=True, timeout=harness.SECONDS)


def installed(box, prefix="/usr/local"):
    """The folder that holds what was installed below the prefix."""
    done = make("install", f"DESTDIR={box.path}/root", f"PREFIX={prefix}")
    assert done.returncode == 0 and done.stdout == "", done.stdout + done.stderr
    return box.path / "root" / prefix.lstrip("/")


def plant(folder, name):
    """A profile of this name, which only a search in the folder finds."""
    folder.mkdir(exist_ok=True)
    text = (harness.ROOT / "profiles/auvik-collector.yaml").read_text()
    (folder / f"{name}.yaml").write_text(text.replace("name: auvik-collector", f"name: {name}", 1))


def profiles(box, program):
    """The profiles that a program finds without being told where."""
    done = subprocess.run([*harness.UNSHARE, str(program), "list", "profiles", "--format", "json"], cwd="/", env={"HOME": str(box.path)},
                          capture_output=True, text=True, timeout=harness.SECONDS)
    assert done.returncode == 0, done.stderr
    return {profile["name"] for profile in json.loads(done.stdout)["profiles"]}


def files(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir())


def case_moved(box):
    """An installed program finds its profiles where it is, whatever PREFIX was, and after it was moved."""
    folder = installed(box, "/opt/elsewhere")
    plant(folder / "share/preflight/profiles", "beside")
    assert profiles(box, folder / "bin/preflight") == PROFILES | {"beside"}
    moved = shutil.move(folder, box.path / "moved to")
    assert profiles(box, pathlib.Path(moved) / "bin/preflight") == PROFILES | {"beside"}
    (box.path / "link").symlink_to(pathlib.Path(moved) / "bin/preflight")
    assert profiles(box, box.path / "link") == PROFILES | {"beside"}


def case_planted(box):
    """Profiles that another user put beside the program's folder are not taken."""
    folder = installed(box)
    plant(folder / "profiles", "planted")
    assert profiles(box, folder / "bin/preflight") == PROFILES | {"planted"}
    if os.geteuid() == 0:  # who is not root cannot give a folder away
        os.chown(folder / "profiles", 12345, 12345)
        assert profiles(box, folder / "bin/preflight") == PROFILES


def case_manual(box):
    """man finds each page below the prefix, and renders it."""
    folder = installed(box)
    for page in PAGES:
        name, section = page.rsplit(".", 1)
        done = subprocess.run(["man", "-M", str(folder / "share/man"), "-P", "cat", section, name], capture_output=True, text=True,
                              timeout=harness.SECONDS)
        assert done.returncode == 0 and len(done.stdout) > 1000, (page, done.stderr)


def case_units(box):
    """The installed service starts the installed program."""
    folder = installed(box, "/opt/preflight")
    text = (folder / "lib/systemd/system/preflight-run.service").read_text()
    assert "ExecStart=/opt/preflight/bin/preflight run " in text
    assert (folder / "lib/systemd/system/preflight-run.timer").is_file()


def shell_of(box, folder, command, setup):
    """A shell of case_completion.py with the installed program first, its data folder known."""
    (box.path / "bin").mkdir(exist_ok=True)
    if not (box.path / "bin/preflight").exists():
        (box.path / "bin/preflight").symlink_to(folder / "bin/preflight")
    return completion.Shell(box, ["env", f"XDG_DATA_DIRS={folder}/share", *command], setup)


def case_bash(box):
    """bash-completion loads the installed file by the command's name."""
    folder = installed(box)
    setup = completion.BASH.rpartition("\n. ")[0] + "\n. /usr/share/bash-completion/bash_completion\n"
    shell = shell_of(box, folder, ["bash", "--norc", "-i"], setup)
    try:
        assert shell.one("preflight run auvik-c") == "preflight run auvik-collector "
    finally:
        shell.close()


def case_zsh(box):
    """zsh loads the installed file from site-functions."""
    folder = installed(box)
    setup = completion.ZSH.replace("$PWD/functions", f"{folder}/share/zsh/site-functions")
    shell = shell_of(box, folder, ["zsh", "-f", "-i"], setup)
    try:
        assert shell.one("preflight run auvik-c") == "preflight run auvik-collector "
    finally:
        shell.close()


def case_fish(box):
    """fish loads the installed file from vendor_completions.d."""
    folder = installed(box)
    done = subprocess.run([*harness.UNSHARE, "fish", "-c", "complete -C 'preflight run auvik-c'"], cwd=box.path,
                          env=box.env({"PATH": f"{folder}/bin:/usr/bin:/bin", "XDG_DATA_DIRS": f"{folder}/share"}),
                          capture_output=True, text=True, timeout=harness.SECONDS)
    assert done.stdout.split("\t")[0].strip() == "auvik-collector", done.stdout + done.stderr


def case_uninstall(box):
    """`make uninstall` removes each file of `make install`, no other file, and no folder that others share."""
    folder = installed(box)
    assert len(files(folder)) > 10
    (folder / "share/preflight/profiles/own.yaml").write_text("mine")
    (folder / "bin/other").write_text("other")
    for _ in range(2):
        done = make("uninstall", f"DESTDIR={box.path}/root")
        assert done.returncode == 0, done.stderr
        assert files(folder) == ["bin/other", "share/preflight/profiles/own.yaml"]
    assert not (folder / "share/doc/preflight").exists() and (folder / "share/man/man1").is_dir()


def case_no_headers(box):
    """Without headers make names the libraries and `make deps`, before the compiler starts."""
    for words, missing in ((["CC=false"], "net-snmp"), ([], "libuv libcares openssl libcurl libssh yaml-0.1 jansson")):
        env = {} if words else {"PKG_CONFIG_LIBDIR": "/nonexistent"}
        done = make(f"B={box.path}/build", *words, **env)
        assert done.returncode == 2 and "run 'sudo make deps'" in done.stderr, done.stderr
        assert f"preflight: no headers of: {missing}\n" in done.stderr, done.stderr
        assert not list((box.path / "build").rglob("*.o"))
