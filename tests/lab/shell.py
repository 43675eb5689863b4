"""Running commands: a command that fails is an error that shows itself and its stderr."""

import shlex
import subprocess


class LabError(Exception):
    """Anything that stops the lab; the text is shown to the user as it is."""


def run(argv, *, stdin=None, enter=None, pass_fds=(), env=None, timeout=200):
    """Run a command to its end and return its stdout.

    `enter` is called in the child before the command starts (to change namespaces).
    """
    try:
        done = subprocess.run(argv, input=stdin, text=True, capture_output=True, preexec_fn=enter,
                              pass_fds=pass_fds, env=env, timeout=timeout,
                              stdin=subprocess.DEVNULL if stdin is None else None)
    except FileNotFoundError as error:
        raise LabError(f"{argv[0]}: not found (install the packages of tests/lab/packages.txt)") from error
    except subprocess.TimeoutExpired as error:
        raise LabError(f"{shlex.join(argv)}: no end after {timeout} s") from error
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip()
        given = f"\n--- input ---\n{stdin}" if stdin else ""
        raise LabError(f"{shlex.join(argv)}: exit {done.returncode}: {said}{given}")
    return done.stdout


def run_all(commands, env=None):
    """Run several commands side by side; the first failure is raised after all have ended."""
    started = [(argv, subprocess.Popen(argv, text=True, stdin=subprocess.DEVNULL, env=env,
                                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT))
               for argv in commands]
    failures = []
    for argv, process in started:
        said, _ = process.communicate()
        if process.returncode != 0:
            failures.append(f"{shlex.join(argv)}: exit {process.returncode}: {said.strip()}")
    if failures:
        raise LabError(failures[0])
