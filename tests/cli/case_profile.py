"""Profiles that are missing, broken or hostile: one line with the place."""
import os

from harness import ROOT, Bad, one_line

SIZE = 100 * 1024 * 1024
GOOD = """\
preflight: profile/1
name: mini
version: 2026.1
title: A small product
sources:
  doc: {title: Manual}
variables:
  site: {help: address of the site, type: host, example: site.example}
roles:
  server: where the product runs
default_role: server
requirements:
  - id: web.site
    title: The site
    covers: [AUV-01]
    from: server
    to: internet
    level: required
    check: https
    hosts: ["${site}"]
    purpose: everything
    source: doc
"""


def sparse(path):
    with open(path, "wb") as file:
        file.truncate(SIZE)


def fifo(path):
    os.mkfifo(path)


def loop(path):
    os.symlink(path.name, path)


def bad(proves, content, says, name="p.yaml", **more):
    """A row about the file p.yaml, read by plan."""
    files = {} if content is None else {name: content}
    return Bad(proves, ["plan", f"./{name}"], says, files=files, **more)


def swap(old, new):
    assert old in GOOD, old
    return GOOD.replace(old, new)


BAD = [
    # The file
    bad("A profile that is missing is named.", None, ["./p.yaml", "cannot be opened"]),
    bad("An empty profile says so.", "", ["./p.yaml", "is empty"]),
    bad("A profile of comments only is empty.", "# nothing\n", ["./p.yaml", "is empty"]),
    bad("A byte order mark alone is empty.", b"\xef\xbb\xbf", ["./p.yaml", "is empty"]),
    bad("A directory is not a profile.", lambda path: path.mkdir(), ["./p.yaml", "is a directory"]),
    bad("A pipe is not waited for.", fifo, ["./p.yaml", "not a regular file"]),
    bad("A symbolic link to itself is one line.", loop, ["./p.yaml", "cannot be opened"]),
    bad("100 MB are refused before they are read.", sparse, ["./p.yaml", "104857600 bytes"]),
    bad("A binary file says which byte.", bytes(range(256)) * 16, ["./p.yaml:1:1:", "NUL"]),
    bad("A program is not a profile.", b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0",
        ["./p.yaml:1:1:", "control character"]),
    bad("Latin-1 is told by its byte.", GOOD.replace("small", "kl\xf6in").encode("latin-1"),
        ["./p.yaml:4:", "0xf6", "not UTF-8"]),
    bad("UTF-16 is not UTF-8.", GOOD.encode("utf-16"), ["./p.yaml:1:1:", "not UTF-8"]),
    bad("Terminal controls in a file are refused and not printed.",
        swap("A small product", "A \033[31msmall product"), ["./p.yaml:4:", "control character"],
        never=["\033"]),
    bad("An escaped control character is refused, too.",
        swap("A small product", '"A \\e[31msmall"'), ["./p.yaml:4:", "control character"],
        never=["\033"]),
    bad("A name with a newline is one line on the terminal.", None, ["a\\x0ab.yaml"],
        name="a\nb.yaml"),
    bad("A path of 5,000 letters is one line.", None, ["xxx"], name="x" * 200),
    # YAML that is not allowed
    bad("Ten thousand brackets end at the limit of depth.", "preflight: " + "[" * 10000,
        ["./p.yaml:1:", "nested too deeply"]),
    bad("Ten thousand indented maps do so, too.",
        "".join(" " * i + "a:\n" for i in range(1000)), ["nested too deeply"]),
    bad("A million values are too many.", "preflight: [" + "a," * 200000 + "a]",
        ["./p.yaml:1:", "more than 50000 values in one file"]),
    bad("A bomb of aliases is refused at its first anchor.",
        "a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n", ["./p.yaml:1:4:", "anchors"]),
    bad("A tag is refused.", "preflight: !!python/object:os.system x\n", ["./p.yaml:1:12:", "tags"]),
    bad("A merge key is refused.", "<<: {a: b}\n", ["./p.yaml:1:1:", "merge"]),
    bad("A second document is refused.", GOOD + "---\n" + GOOD, ["./p.yaml:", "second document"]),
    bad("A key that is there twice names both lines.", GOOD + "name: other\n",
        ["key 'name' is here twice", "line 2"]),
    bad("TAB as indentation is told.", "roles:\n\tserver: x\n", ["./p.yaml:2:", "TAB"]),
    bad("A quote that never ends is told.", GOOD + 'description: "open\n', ["./p.yaml:"]),
    # Half-written
    bad("Half a line is a missing value.", GOOD[:GOOD.index("title:") + 3], ["./p.yaml:"]),
    bad("Half a requirement is one line that counts the rest.",
        GOOD[:GOOD.index("    level:")], ["./p.yaml:", "requirement lacks"]),
    bad("A file without requirements says so.", GOOD[:GOOD.index("requirements:")],
        ["./p.yaml:", "'requirements'"]),
    # Keys and values
    bad("A list is not a profile.", "- a\n- b\n", ["./p.yaml:1:1:", "this is not a profile"]),
    bad("A word is not a profile.", "hello\n", ["./p.yaml:1:1:", "this is not a profile"]),
    bad("An inventory is not a profile.", "preflight: inventory/1\ndevices: []\n",
        ["./p.yaml:1:12:", "inventory/1", "profile/1"]),
    bad("A profile of the future is refused.", swap("profile/1", "profile/2"), ["profile/2"]),
    bad("An unknown key is told with the nearest one.", swap("title: A", "titel: A"),
        ["./p.yaml:4:1:", "unknown key 'titel'", "did you mean 'title'?"]),
    bad("An unknown key of a requirement is told with its place.",
        swap("purpose: e", "porpose: e"),
        ["./p.yaml:21:5:", "'porpose'", "did you mean 'purpose'?"]),
    bad("A wrong type is told.", swap("hosts: [\"${site}\"]", "hosts: {a: b}"),
        ["./p.yaml:20:", "'hosts'"]),
    bad("An unknown check is told with the nearest one.", swap("check: https", "check: htpps"),
        ["./p.yaml:19:12:", "'htpps'", "did you mean 'https'?"]),
    bad("An unknown level is told with the nearest one.", swap("required", "requird"),
        ["./p.yaml:18:", "'requird'", "did you mean 'required'?"]),
    bad("An unknown role is told with the nearest one.", swap("from: server", "from: sever"),
        ["./p.yaml:16:", "'sever'", "did you mean 'server'?"]),
    bad("An unknown scenario is told.", swap("    level:", "    scenario: zzz\n    level:"),
        ["./p.yaml:18:", "scenario", "'zzz'"]),
    bad("An unknown source is told.", swap("source: doc", "source: dok"),
        ["./p.yaml:22:", "'dok'", "did you mean 'doc'?"]),
    bad("An unknown device type is told.", swap("to: internet", "to: device:printr"),
        ["./p.yaml:17:", "'printr'", "did you mean 'printer'?"]),
    bad("An unknown variable in a host is told.", swap("${site}", "${sitee}"),
        ["./p.yaml:20:", "'sitee'", "did you mean 'site'?"]),
    bad("A wildcard is no host.", swap('"${site}"', '"*.example.com"'), ["./p.yaml:20:", "wildcard"]),
    bad("An unknown parameter of the check is told.",
        swap("    hosts:", "    params: {methd: GET}\n    hosts:"),
        ["./p.yaml:20:", "methd", "did you mean 'method'?"]),
    bad("Port 65536 is none.", swap("    hosts:", "    ports: [65536]\n    hosts:"),
        ["./p.yaml:20:", "65536"]),
    bad("A range that runs backwards is none.", swap("    hosts:", "    ports: [99-9]\n    hosts:"),
        ["./p.yaml:20:", "99-9"]),
    bad("All 65,535 ports are more than a plan takes.",
        swap('["${site}"]', '[site.example]\n    ports: [1-65535]'),
        ["65535", "--max-probes"]),
    bad("Thousands of mistakes are one line that counts the rest.",
        GOOD + "".join(f"  - id: a{i}\n" for i in range(3000)),
        ["./p.yaml:23:", "preflight lint"], formats=("text",)),
]


def case_the_good_one_is_good(box):
    """The profile that all rows start from has no mistake itself."""
    box.make({"p.yaml": GOOD})
    done = box.preflight("lint", "p.yaml")
    assert done.status == 0, done.errors
    done = box.preflight("plan", "./p.yaml", "--set", "site=site.example")
    assert done.status == 0 and "site.example" in done.text, done.errors


def case_dos_line_ends_and_bom(box):
    """A byte order mark and DOS line ends are no mistakes."""
    box.make({"p.yaml": b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode()})
    done = box.preflight("lint", "p.yaml")
    assert done.status == 0, done.errors


def case_lint_shows_every_mistake(box):
    """lint prints one line per mistake, in the order of the file; run prints one."""
    box.make({"p.yaml": swap("title: A", "titel: A").replace("purpose: e", "porpose: e")
              .replace("check: https", "check: htpps")})
    done = box.preflight("lint", "p.yaml")
    lines = done.errors.splitlines()
    assert done.status == 2 and len(lines) >= 3, done.errors
    places = [int(line.split(":")[2]) for line in lines]
    assert places == sorted(places), places
    assert "more: preflight lint ./p.yaml)" in one_line(box.preflight("plan", "./p.yaml"))


def case_cut_anywhere(box):
    """The product's own profile, cut at any place, is one line or a plan: never
    a crash, never two lines."""
    text = (ROOT / "profiles" / "auvik-collector.yaml").read_bytes()
    for cut in range(1, len(text), len(text) // 40):
        (box.path / "p.yaml").write_bytes(text[:cut])
        done = box.preflight("plan", "./p.yaml")
        if done.status != 0:
            assert done.status == 2, (cut, done.status)
            assert "./p.yaml" in one_line(done), (cut, done.errors)


def case_damaged_anywhere(box):
    """One byte changed anywhere is one line or a plan, too."""
    text = (ROOT / "profiles" / "auvik-collector.yaml").read_bytes()
    for i, at in enumerate(range(7, len(text), len(text) // 40)):
        damaged = bytearray(text)
        damaged[at] = b"\0:\"{[-\t&*!%@\xff\n "[i % 15]
        (box.path / "p.yaml").write_bytes(damaged)
        done = box.preflight("plan", "./p.yaml")
        if done.status != 0:
            assert done.status == 2, (at, done.status)
            one_line(done)
