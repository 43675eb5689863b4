"""The measures that `make bench-quick` holds: each gives goal -> value; what each is based on is in the table of goals."""

import json
import os
import pathlib
import subprocess
import sys

import board
import figures
import peers
import took
from bed import CLASSES, DEAD, HOSTS, PORTS, ROOT, TOOLS, V4

LAB = str(ROOT / "tests" / "lab" / "lab")
TENANT = ["--set", "tenant_url=https://acme.us1.my.auvik.com"]
SITE = ["auvik-collector", "--scenario", "virtual-appliance", "--inventory", str(ROOT / "tests" / "lab" / "site.yaml"), *TENANT]
LAB_ENV = {"PREFLIGHT_LAB": str(ROOT / "build" / f"lab-bench-{os.getpid()}"), **os.environ, "LAB_SNMP_COMMUNITY": "lab-community"}
PROBES = HOSTS * len(PORTS)
MEGA = 1_000_000
MANY_PORTS = range(1000, 1256)      # of 256 addresses: 65,536 probes
MANY = 65536
DIALECTS = sorted(p.stem.replace("_", "-") for p in (ROOT / "changes" / "dialects").glob("*.c"))
SIZES = (2000, 4000, 10000)
MEMORY_MB = "3000"                  # of address space, where something might take all


def preflight(*words):
    return [took.PROGRAM, *words]


# Instructions ------------------------------------------------------------------------------------

def starts(bed):
    """Commands that send nothing."""
    commands = {"start.version": ["--version"], "start.list": ["list", "profiles"], "start.explain": ["explain", "CONNECT-TIMEOUT"],
                "start.lint": ["lint", str(ROOT / "profiles" / "auvik-collector.yaml")], "start.plan": ["plan", "auvik-collector", *TENANT]}
    return {name: took.instructions(bed, preflight(*words)) / MEGA for name, words in commands.items()}


def check_tcp(bed):
    """What one check costs above a start."""
    start = took.instructions(bed, preflight("--version"))
    return {"instructions.check-tcp": (took.instructions(bed, preflight("check", "tcp", f"{V4.host(1)}:22")) - start) / MEGA}


def sweep(bed, *words):
    return preflight("run", peers.sweep_profile(bed), "--inventory", peers.sweep_inventory(bed, V4), "--fast", *words)


def probe(bed):
    """All instructions of a sweep, by its probes."""
    return {"instructions.probe": took.instructions(bed, sweep(bed, "--no-trace", "--format", "json")) / PROBES}


def calls(bed):
    """System calls beside the bare loop's."""
    return {"calls.probe": took.system_calls(bed, sweep(bed, "--no-trace", "--format", "json"))
            / took.system_calls(bed, peers.bare(bed, V4, False))}


# CPU beside the bare loop ------------------------------------------------------------------------

ROUNDS = 3


def cpu(bed, rounds=ROUNDS):
    """CPU time of the sweep beside the bare loop's, pair by pair, JSON and text in turn; the median counts."""
    ours, floor = {"json": [], "text": []}, []
    for _ in range(rounds):
        # The loop is so short that five runs of it are one measure.
        floor.append(sum(took.Took(bed, peers.bare(bed, V4, False), keep=False).cpu for _ in range(5)) / 5)
        for form, found in ours.items():
            found.append(took.Took(bed, sweep(bed, "--no-trace", "--format", form), keep=False).cpu)
    return {f"cpu.{form}": figures.ratios(found, floor).median for form, found in ours.items()}


# Waits and openings of one dead path -------------------------------------------------------------

def one_path(bed, name, address, ports):
    """(profile, words) of a run of one device."""
    profile = peers.sweep_profile(bed, ports, name)
    return ["run", profile, "--target", f"any={address}"]


URGENT = ("--urgent", "1")


def dead_path(bed, kind):
    """One dead path by default options: how long, how many SYN. `kind` is known or unknown; both kinds of kernel.

    The SYN are those of the attempts: the second round, which asks other questions of the same path, is left out.
    """
    words = one_path(bed, "known", V4.host(7), (22, 993)) if kind == "known" else one_path(bed, "unknown", DEAD, (993,))
    path = (V4.host(7) if kind == "known" else DEAD, 993)
    found = {}
    for linear, suffix in ((4, ""), (0, "-exponential")):
        bed.linear(linear)
        run = took.Run(bed, *words, limits=URGENT)
        with took.Tapped(bed) as tap:
            alone = took.Run(bed, *words, "--no-trace", limits=URGENT)
        found[f"wait.{kind}{suffix}"] = run.seconds
        found[f"syn.{kind}{suffix}"] = figures.syns(tap.openings, [path])[path]
        if kind == "known" and linear:
            found["wait.second-round"] = run.seconds / alone.seconds
    bed.linear(4)
    return found


def under_loss(bed):
    """The most SYN of a dead path's attempts on a line that loses 2 % each way."""
    profile = peers.sweep_profile(bed, (22, 993), "loss")
    bed.set_line(True)
    with took.Tapped(bed) as tap:
        took.Run(bed, "run", profile, "--target", f"any={V4.host(1)}-{V4.host(60)}", "--fast", "--no-trace", limits=URGENT)
    bed.set_line(False)
    return {"syn.loss": max(figures.syns(tap.openings, [(V4.host(k), 993) for k in range(1, 61)]).values())}


# The promised rate -------------------------------------------------------------------------------

def tapped_sweep(bed, hosts, *words):
    """The peaks of a second over all, and over one target."""
    profile = peers.sweep_profile(bed)
    with took.Tapped(bed) as tap:
        took.Run(bed, "run", profile, "--target", f"any={V4.host(1)}-{V4.host(hosts)}", *words, limits=URGENT)
    return figures.peak([p.at for p in tap.openings]), figures.peak_by_target(tap.openings)


def rate_default(bed):
    run, target = tapped_sweep(bed, 60)
    return {"rate.default": run / 200, "rate.default-target": target / 20}


def rate_fast(bed):
    run, target = tapped_sweep(bed, HOSTS, "--fast")
    return {"rate.fast": run / 2000, "rate.fast-target": target / 200}


# A healthy site ----------------------------------------------------------------------------------

def lab(*words):
    done = subprocess.run([LAB, *words], env=LAB_ENV, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"bench: lab {' '.join(words)}: {(done.stderr or done.stdout).strip()}")
    return done.stdout


def site_run(folder):
    """Seconds of one run on the site that is up, by its report."""
    figures_file = pathlib.Path(folder) / "site"
    report = subprocess.run([LAB, "exec", "collector", "--", str(TOOLS / "took"), *URGENT, str(figures_file), took.PROGRAM, "run", *SITE,
                             "--format", "json"], env=LAB_ENV, capture_output=True, text=True).stdout
    if '"preflight.report/1"' not in report[:200]:
        sys.exit(f"bench: the run on the site gave no report: {report[:400]}")
    report = json.loads(report)
    if report["summary"]["fail"]:
        sys.exit("bench: the site of the lab is not healthy")
    return report["run"]["duration_ms"] / 1000


def site(bed):
    return {"wait.site": site_run(bed.folder)}


# Memory ------------------------------------------------------------------------------------------

def many(bed, form, *words):
    """65,536 probes: 256 ports of 256 addresses, all closed."""
    devices = bed.write("many-devices.yaml", "preflight: inventory/1\ndevices:\n" + "".join(
        f"  - {{address: 10.10.0.{k}}}\n" for k in range(256)))
    return preflight("run", peers.sweep_profile(bed, MANY_PORTS, "many"), "--inventory", devices, "--fast", "--rate", "10000",
                     "--max-probes", str(MANY), "--no-trace", "--format", form, *words)


def memory(bed):
    """RSS of 65,536 probes with text and with JSON, and of what reads their report back, by its allowance."""
    report = pathlib.Path(bed.path("many.json"))
    found = {"memory.text": took.Took(bed, many(bed, "text"), keep=False).rss,
             "memory.json": took.Took(bed, many(bed, "json"), keep=False).rss}
    pathlib.Path(bed.path("output")).rename(report)
    size = report.stat().st_size / 2**20
    readers = {"memory.render": (["render", "--from", str(report), "--format", "text"], size),
               "memory.compare": (["compare", str(report), str(report)], 2 * size),
               "memory.rules-from": (["rules", peers.sweep_profile(bed, MANY_PORTS, "many"), "--dialect", "nftables", "--from", str(report)], size)}
    for name, (words, read) in readers.items():
        done = took.Took(bed, preflight(*words), limits=("--memory", MEMORY_MB), keep=False, check=False)
        found[name] = done.rss / (16 + 2 * read) if done.status in took.RAN else None
    return found


# Rules -------------------------------------------------------------------------------------------

def devices_of(bed, count):
    return bed.write(f"devices-{count}.yaml", "preflight: inventory/1\ndevices:\n" + "".join(
        f"  - {{address: 10.{50 + k // 65536}.{k // 256 % 256}.{k % 256}, types: [network-element, snmp], name: device-{k}}}\n"
        for k in range(count)))


def rules_of(bed, dialect, count):
    """A measured run, or None where the memory does not suffice."""
    done = took.Took(bed, preflight("rules", "auvik-collector", "--dialect", dialect, "--no-resolve", "--max-probes", "65536",
                                    "--inventory", devices_of(bed, count), *TENANT), limits=("--memory", MEMORY_MB), check=False)
    return done if done.status == 0 and done.stdout else None


def costs(bed, dialect, sizes):
    """The least CPU of each size, of at most three runs while a doubling costs too much; the peak MB; or None."""
    cpu, peak, most = {}, 0, board.read_goals()["rules.doubling"].bound
    for _ in range(3):
        for count in sizes:
            done = rules_of(bed, dialect, count)
            if done is None:
                return None
            cpu[count], peak = min(done.cpu, cpu.get(count, done.cpu)), max(peak, done.rss)
        if max(figures.doublings(cpu)) <= most:
            break
    return cpu, peak


def rules(bed, sizes=SIZES):
    """The dearest dialect: CPU and RSS of 10,000 devices, and what a doubling costs (the steps of a size, scaled)."""
    found, finished = {"rules.cpu": 0.0, "rules.memory": 0.0, "rules.doubling": 0.0}, True
    for dialect in DIALECTS:
        done = costs(bed, dialect, sizes)
        if done is None:
            print(f"       {dialect}: not finished within {MEMORY_MB} MB", flush=True)
            finished = False
            continue
        cpu, peak = done
        found["rules.cpu"] = max(found["rules.cpu"], cpu[sizes[-1]])
        found["rules.memory"] = max(found["rules.memory"], peak)
        found["rules.doubling"] = max(found["rules.doubling"], *figures.doublings(cpu))
        print(f"       {dialect}: " + ", ".join(f"{n:,} devices {c:.2f} s" for n, c in cpu.items()) + f", {peak:.0f} MB", flush=True)
    return found if finished else dict.fromkeys(found)


# What runs beside what: groups that mostly wait, and groups that compute.
WAITING = (lambda bed: dead_path(bed, "known"), lambda bed: dead_path(bed, "unknown"), under_loss, rate_default, rate_fast)
COMPUTING = (starts, check_tcp, probe, calls, memory, rules)
assert CLASSES[993] == "dropped" and CLASSES[22] == "open"
