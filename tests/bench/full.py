"""The comparisons of `make bench`: each group gives its goals and its section of the page."""

import json
import math
import re
import subprocess

import board
import figures
import page
import peers
import quick
import took
from bed import COMMUNITY, DEAD, HOSTS, ROOT, SILENT_TO_PING, V4, V6
from peers import Peer, at

SECONDS = 8
NMAP, FAST, BARE = "nmap -sT -T4", "preflight --fast", "bare epoll loop"


class Rounds:
    """Runs of all peers in alternating rounds: name -> runs, and name -> what was said of the truth."""

    def __init__(self, bed, players, family, lossy, rounds):
        self.players, self.family = players, family
        self.runs = {p.name: [] for p in players}
        self.said = {p.name: [] for p in players}
        for k in range(rounds):
            for p in players[k % len(players):] + players[:k % len(players)]:
                done = p.run(bed, family, lossy)
                print(f"       {p.name}, round {k + 1}: {done.wall:.2f} s, CPU {done.cpu:.2f} s", flush=True)
                self.runs[p.name].append(done)
                if p.reader:
                    self.said[p.name].append(p.reader(done.stdout))

    def of(self, name, what):
        return [getattr(run, what) for run in self.runs[name]]

    def ratio(self, what, ours, theirs):
        return figures.ratios(self.of(ours, what), self.of(theirs, what))

    def scores(self, name, truth):
        return [figures.score(truth, said) for said in self.said[name]]


# The sweep ---------------------------------------------------------------------------------------

def tapped(bed, players, family, lossy):
    """One more round, with a tap, whose times do not count: name -> four counts, and name -> openings by second."""
    found, seconds = {}, {}
    for p in players:
        with took.Tapped(bed) as tap:
            p.run(bed, family, lossy)
        times = [q.at for q in tap.openings]
        found[p.name] = (len(tap.packets), len(times), figures.peak(times), figures.peak_by_target(tap.openings))
        seconds[p.name] = figures.by_second(times)
    return found, seconds


def seconds_table(seconds):
    """Openings in each second from the first on; the last column holds the rest."""
    rows = [(name, *(f"{n:,}" for n in counts[:SECONDS]), *[""] * (SECONDS - len(counts)), f"{sum(counts[SECONDS:]):,}")
            for name, counts in seconds.items()]
    return page.table(("openings in second", *map(str, range(1, SECONDS + 1)), "later"), rows)


def share(scores, kind):
    return f"{min(s['right'][kind] for s in scores):.0f}" if scores else "-"


def sweep_row(rounds, name, taps, truth):
    runs, scores = rounds.runs[name], rounds.scores(name, truth)
    return (name, figures.Spread([r.wall for r in runs]).text(), rounds.ratio("wall", name, NMAP).text(),
            figures.Spread([r.user for r in runs]).text(), figures.Spread([r.system for r in runs]).text(),
            rounds.ratio("cpu", name, BARE).text(1), f"{max(r.rss for r in runs):.1f}",
            *(share(scores, kind) for kind in ("open", "closed", "dropped", "prohibited")),
            sum(s["missed"] for s in scores) if scores else "-", sum(s["false_open"] for s in scores) if scores else "-",
            *(f"{count:,}" for count in taps[name]))


HEAD = ("program", "wall, s", ": nmap -sT", "user, s", "system, s", "CPU : bare loop", "RSS, MB", "open", "closed", "dropped",
        "prohibited", "open missed", "false open", "packets", "openings", "peak of a second", "of a target")


def sweep(bed, count):
    """254 hosts x 10 ports, both families, both lines."""
    values, text = {}, page.settings(count) + LEGEND
    ours = [p.name for p in peers.SWEEPERS if p.ours]
    wrong = {"missed": {False: 0, True: 0}, "false_open": 0}
    players = peers.sweepers(bed)
    for lossy in (False, True):
        bed.set_line(lossy)
        for family in (V4, V6):
            rounds = Rounds(bed, players, family, lossy, count)
            taps, seconds = tapped(bed, players, family, lossy)
            truth = family.truth()
            text += f"\nIPv{family.number}, {page.LINES[lossy]}:\n\n"
            text += page.table(HEAD, [sweep_row(rounds, p.name, taps, truth) for p in players]) + "\n" + seconds_table(seconds)
            for name in ours:
                for s in rounds.scores(name, truth):
                    wrong["missed"][lossy] += s["missed"]
                    wrong["false_open"] += s["false_open"]
            if family is V4:
                values |= sweep_goals(rounds, lossy, truth)
    bed.set_line(False)
    values |= {"truth.missed": wrong["missed"][False], "truth.missed-loss": wrong["missed"][True], "truth.false-open": wrong["false_open"]}
    return told(values), text + "\n" + page.held_table(values)


def sweep_goals(rounds, lossy, truth):
    if lossy:
        return {"wall.loss": rounds.ratio("wall", FAST, NMAP).median}
    return {"wall.fast": rounds.ratio("wall", FAST, NMAP).median,
            "wall.fast-5000": rounds.ratio("wall", f"{FAST} --rate 5000", NMAP).median,
            "wall.second-round": rounds.ratio("wall", FAST, f"{FAST} --no-trace").median,
            "truth.prohibited": max(100 - s["right"]["prohibited"] for s in rounds.scores(FAST, truth)),
            "rss.sweep": rounds.ratio("rss", FAST, NMAP).median}


LEGEND = """
Median (minimum-maximum) of the rounds; ratios are taken pair by pair. Right answers by class: percent of the paths that
were named as they are, in the worst round. The router sends an ICMP error a second to one address, as Linux does by default,
so most prohibited paths are silent; preflight's are counted by its findings. Packets and openings are of one more round
under a tap; openings are SYN, echo requests and unanswered datagrams, with all repeats. JSON where nothing else is said.
"""


def told(values):
    """Prints what was held against the goals."""
    known = board.read_goals()
    for name, value in values.items():
        print(board.line_of(known[name], value), flush=True)
    return values


# Smaller comparisons -----------------------------------------------------------------------------

def small(bed, players, count, goals, what):
    """A table of some peers, of IPv4 and without delay; `goals` are name -> (ours, theirs) of wall clock."""
    rounds = Rounds(bed, players, V4, False, count)
    rows = [(p.name, figures.Spread(rounds.of(p.name, "wall")).text(), figures.Spread(rounds.of(p.name, "user")).text(3),
             figures.Spread(rounds.of(p.name, "system")).text(3), f"{max(rounds.of(p.name, 'rss')):.1f}",
             rounds.ratio("wall", players[0].name, p.name).text(), f"{min(p.right(r.stdout) for r in rounds.runs[p.name])} of {HOSTS}")
            for p in players]
    values = {name: rounds.ratio("wall", *pair).median for name, pair in goals.items()}
    head = ("program", "wall, s", "user, s", "system, s", "RSS, MB", "preflight's wall : this", what)
    return told(values), page.settings(count) + "\n" + page.table(head, rows) + "\n" + (page.held_table(values) if values else "")


class Asker(Peer):
    """A peer of a smaller comparison: `right` counts what it answered rightly."""

    def __init__(self, name, command, right):
        super().__init__(name, command, None)
        self.right = right


def results_ok(text):
    return sum(r["outcome"]["cause"] == "ok" for r in json.loads(text)["results"])


def our(check, name, port="", params="", credential=""):
    """The words of preflight's run of one check on the 254."""
    def command(bed, family, _):
        where = f", ports: [{port}]" if port else ""
        profile = bed.write(f"{name}.yaml", PROFILE.format(name=name, check=check, where=where, params=params))
        devices = bed.write(f"{name}-devices.yaml", f"""\
preflight: inventory/1
devices:
  - {{network: "{family.network}"{', types: [snmp], credentials: [bench]' if credential else ''}}}
{credential}""")
        return (peers_env(profile, devices), {"env": {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "BENCH_COMMUNITY": COMMUNITY}})
    return command


PROFILE = """\
preflight: profile/1
name: {name}
version: "1"
title: One check of one device list
sources: {{doc: {{title: none}}}}
roles: {{here: this machine}}
default_role: here
requirements:
  - {{id: port, title: Port, from: here, to: "device:any", level: required, check: {check}{where}{params}, source: doc}}
"""


def peers_env(profile, devices):
    return [took.PROGRAM, "run", profile, "--inventory", devices, "--fast", "--format", "json"]


def xargs(script):
    """A shell script for each address, side by side."""
    def command(bed, family, _):
        hosts = bed.write("hosts", "".join(f"{h}\n" for h in family.hosts()))
        return (["xargs", "-P", "64", "-n", "1", "sh", "-c", script, "sh"], {"stdin": hosts})
    return command


def ping(bed, count):
    """A sweep of 254 by echo requests, 63 of them silent."""
    silent = set(V4.hosts()[HOSTS - SILENT_TO_PING:])

    def right_of_ours(text):
        return sum((r["outcome"]["cause"] == "ok") == (r["target"]["address"] not in silent) for r in json.loads(text)["results"])

    def right_of_fping(text):
        return sum((f"{h} is alive" in text) == (h not in silent) for h in V4.hosts())

    def right_of_nmap(text):
        return sum((f'<address addr="{h}"' in text) == (h not in silent) for h in V4.hosts())

    def fping(_, family, __):
        return ["fping", "-i1", "-r2", "-t500", "-g", family.host(1), family.host(HOSTS)]

    def nmap(bed, family, _):
        return ["nmap", "-sn", "-PE", "-n", "-oX", "-", "-iL", bed.write("hosts", "\n".join(family.hosts()))]
    players = [Asker("preflight --fast", our("icmp", "ping"), right_of_ours), Asker("fping -i1 -r2 -t500", fping, right_of_fping),
               Asker("nmap -sn -PE", nmap, right_of_nmap)]
    return small(bed, players, count, {"wall.ping": ("preflight --fast", "fping -i1 -r2 -t500")}, "right answers")


NGINX = """\
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
worker_processes 1;
events {{ worker_connections 4096; }}
http {{
	access_log off;
	server {{ listen 0.0.0.0:4433 ssl backlog=4096; ssl_certificate {folder}/cert.pem; ssl_certificate_key {folder}/key.pem; return 204; }}
}}
"""


def tls(bed, count):
    """254 TLS handshakes with nginx."""
    bed.run("servers", "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
            "-subj", "/CN=bench", "-keyout", bed.path("key.pem"), "-out", bed.path("cert.pem"))
    config = bed.write("nginx.conf", NGINX.format(folder=bed.folder))
    server = bed.popen("servers", ["/usr/sbin/nginx", "-c", config, "-e", bed.path("nginx.log")], stdin=subprocess.DEVNULL)
    bed.stack.callback(bed.end, server)
    wait_for(bed, "ss", "-Hltn", "sport = :4433")

    def curl(bed, family, _):
        urls = bed.write("urls", "".join(f'url = "https://{at(h)}:4433/"\noutput = /dev/null\n' for h in family.hosts()))
        return ["curl", "-q", "-s", "-k", "-Z", "--parallel-immediate", "--parallel-max", "300", "-w", "%{http_code}\\n", "-K", urls]
    players = [Asker("preflight --fast", our("tls", "handshakes", "4433", ", params: {verify: false}"), results_ok),
               Asker("openssl s_client by xargs", xargs('openssl s_client -connect "$1:4433" </dev/null 2>&1 | grep -c "^SSL-Session:\\|^New, TLS"'),
                     lambda text: sum(line != "0" for line in text.splitlines())),
               Asker("curl -Z", curl, lambda text: text.count("204"))]
    return small(bed, players, count, {"wall.tls-s_client": ("preflight --fast", "openssl s_client by xargs"),
                                       "wall.tls-curl": ("preflight --fast", "curl -Z")}, "handshakes")


def snmp(bed, count):
    """The name of 254 agents; one real snmpd answers for all."""
    config = bed.write("snmpd.conf", f"rocommunity {COMMUNITY}\nsysName one-of-many\nsysServices 2\n")
    server = bed.popen("servers", ["/usr/sbin/snmpd", "-f", "-Lf", bed.path("snmpd.log"), "-C", "-c", config, "-I", "-smux", "udp:161"],
                       stdin=subprocess.DEVNULL, env={"SNMP_PERSISTENT_DIR": str(bed.folder), "PATH": "/usr/sbin:/usr/bin"})
    bed.stack.callback(bed.end, server)
    wait_for(bed, "ss", "-Hlun", "sport = :161")
    oid = ".1.3.6.1.2.1.1.5.0"

    def braa(_, family, __):
        return ["braa", "-2", f"{COMMUNITY}@{family.host(1)}-{family.host(HOSTS)}:161:{oid}"]
    credential = "credentials:\n  bench: {kind: snmp-v2c, community: env:BENCH_COMMUNITY}\n"

    def found(text):
        return len(re.findall("one-of-many", text))
    players = [Asker("preflight --fast", our("snmp", "agents", credential=credential), results_ok),
               Asker("snmpget by xargs", xargs(f'snmpget -v2c -c {COMMUNITY} -Oqv "$1" {oid}'), found), Asker("braa", braa, found)]
    return small(bed, players, count, {}, "agents that answered")


def wait_for(bed, *command):
    """Until a server of the bed listens."""
    import time
    for _ in range(200):
        if bed.run("servers", *command).strip():
            return
        time.sleep(0.05)
    raise RuntimeError("a server of the bed does not start")


# Many dead paths ---------------------------------------------------------------------------------

# The highest rate, the paths that may wait at once, and what one costs whose host is not known.
RATE, WINDOW, UNKNOWN_WAIT = 10000, 1000, 4.5


def many_dead(bed, _):
    """65,536 silent paths at the highest rate: what rate and windows allow."""
    profile = bed.write("dead.yaml", PROFILE.format(name="dead", check="tcp", where=f", ports: {list(quick.MANY_PORTS)}", params=""))
    devices = bed.write("dead-devices.yaml", "preflight: inventory/1\ndevices:\n" + "".join(
        f"  - {{address: {DEAD[:-1]}{k}}}\n" for k in range(256)))
    with took.Tapped(bed) as tap:
        run = took.Took(bed, [took.PROGRAM, "run", profile, "--inventory", devices, "--fast", "--rate", str(RATE), "--max-probes", str(quick.MANY),
                              "--no-trace", "--deadline", "60m", "--format", "json"], keep=False, limits=quick.URGENT)
    openings = len(tap.openings)
    allowed = max(openings / RATE, math.ceil(quick.MANY / WINDOW) * UNKNOWN_WAIT)
    values = {"wall.many-dead": run.wall / allowed}
    rows = [(f"{quick.MANY:,}", f"{run.wall:.1f}", f"{allowed:.1f}", f"{openings:,}", f"{figures.peak([p.at for p in tap.openings]):,}",
             f"{run.cpu:.1f}", f"{run.rss:.0f}")]
    head = ("dead paths", "wall, s", "allowed by rate and window, s", "openings", "peak of a second", "CPU, s", "RSS, MB")
    return told(values), page.settings() + "\n" + page.table(head, rows) + "\n" + page.held_table(values)


# Rules, and the cost of a report -----------------------------------------------------------------

RULE_SIZES = (1000, 2000, 4000, 10000)


def rules(bed, _):
    """Each dialect by the number of devices."""
    rows = []

    for dialect in quick.DIALECTS:
        runs = {}
        for count in RULE_SIZES:
            done = quick.rules_of(bed, dialect, count)
            if done is None:
                break
            runs[count] = done
        cells = [f"{runs[n].cpu:.2f} s, {runs[n].rss:.0f} MB" if n in runs else "not finished" for n in RULE_SIZES]
        steps = figures.doublings({n: r.cpu for n, r in runs.items()})
        rows.append((dialect, *cells, f"{max(steps):.2f}" if steps else "-"))
        print(f"       {' '.join(map(str, rows[-1]))}", flush=True)
    head = ("dialect", *(f"{n:,} devices" for n in RULE_SIZES), "dearest doubling, CPU")
    return {}, page.settings() + "\n" + page.table(head, rows)


def report(_, __):
    """A thousand and ten thousand failing results: judged, diagnosed, written."""
    program, rows = str(ROOT / "build" / "tests" / "bench" / "report_cost"), []
    for scenario in ("dropped", "apart", "unreachable", "prohibited", "hosts", "off", "refused"):
        costs = {}
        for count in (1000, 10000):
            words = subprocess.run([program, scenario, str(count)], capture_output=True, text=True, check=True).stdout.split()
            costs[count] = int(words[0]) / 1e6
        rows.append((scenario, f"{costs[1000]:.3f}", f"{costs[10000]:.3f}", f"{costs[10000] / costs[1000]:.1f}", words[1]))
    return {}, page.settings() + "\n" + page.table(("failing results", "CPU of 1,000, s", "of 10,000, s", "ratio", "findings"), rows)


GROUPS = {"sweep": sweep, "ping": ping, "tls": tls, "snmp": snmp, "many": many_dead, "rules": rules, "report": report}
