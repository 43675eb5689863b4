#!/usr/bin/python3
"""The order of the layers: who may include whom, and what only core/os may know:
headers of the system, errno and its numbers, functions that are not ISO C.

usage: layers.py [ROOT]

Prints the order that it enforces, then file:line: message for each offence;
exit 1 when there is one.
"""
import errno
import pathlib
import re
import sys

from tree import ROOT, Offences, product

# Each layer may include itself and all that the layers named after it include.
ABOVE = {
    "core/base": (),
    "core/os": ("core/base",),
    "core/net": ("core/os",),
    "core/proto": ("core/base",),
    "core/engine": ("core/net", "core/proto"),
    "checks": ("core/engine",),
    "listen": ("core/engine",),
    "profiles": ("checks", "listen"),
    "report": ("profiles",),
    "changes": ("report",),
    "cmd": ("changes",),
}

# The folder of each system.
SYSTEM = ("core/os/linux/",)

ISO_C = {f"{name}.h" for name in (
    "assert ctype errno float inttypes limits locale math setjmp signal stdalign stdarg "
    "stdatomic stdbool stddef stdint stdio stdlib stdnoreturn string time").split()}

# What core/base does without: clocks, signals, the last error.
NOT_IN_BASE = {"errno.h", "signal.h", "time.h"}

# Numbers of errors differ between systems (core/base/net_error.h), and these
# functions of ISO C's headers are extensions that not every system has.
NUMBERS = {"errno", "strerror", *errno.errorcode.values()}
EXTENSIONS = set("""
    asprintf clock_gettime dprintf explicit_bzero fdopen fileno fmemopen getdelim getline
    gmtime_r localtime_r memmem memrchr mkdtemp mkstemp nanosleep open_memstream pclose popen
    putenv qsort_r random realpath secure_getenv setenv stpcpy strcasecmp strcasestr strchrnul
    strdup strncasecmp strndup strsep strsignal strtok_r unsetenv vasprintf vdprintf
""".split())
NO_CODE = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"', re.DOTALL)

# A library's header appears in one adapter: a module's own files.
ADAPTERS = {
    r"uv\.h": r"core/net/loop(_watch|_internal)?\.[ch]",
    r"ares\.h": r"core/net/(resolver|nameserver|dns_query)[a-z_]*\.[ch]",
    r"curl/.*": r"core/net/http[a-z_]*\.[ch]",
    r"openssl/.*": r"core/(net/(tls|http)[a-z_]*|base/(sha256|digest|mac|signature))\.[ch]",
    r"yaml\.h": r"profiles/read/tree\.c",
    r"jansson\.h": r"core/base/json_(in|tree)\.c",
    r"net-snmp/.*": r"core/proto/snmp[a-z_]*\.c",
    r"libssh/.*": r"checks/shared/ssh[a-z_]*\.c",
}


# Asks each of them for its version, and for nothing else.
VERSIONS = "cmd/libraries.c"


def below(layer):
    """The layer itself and all that it may include."""
    found = {layer}
    for other in ABOVE[layer]:
        found |= below(other)
    return found


def layer_of(name):
    parts = name.split("/")
    return "/".join(parts[:2]) if parts[0] == "core" else parts[0]


def check_own(path, number, layer, included, root, report):
    target = layer_of(included)
    if not (root / included).is_file():
        report(path, number, f'"{included}" is not a path from the root of the project')
    elif target not in ABOVE or target not in below(layer):
        report(path, number, f"{layer} must not include {included}: {target} is not below it")


def check_outside(path, number, name, included, report):
    for header, adapter in ADAPTERS.items():
        if re.fullmatch(header, included):
            if name != VERSIONS and not re.fullmatch(adapter, name):
                report(path, number, f"<{included}> belongs in its adapter {adapter}")
            return
    if included == "errno.h" and not name.startswith(SYSTEM):
        report(path, number, "<errno.h> belongs in core/os/linux: ask os_failure_last()")
    elif included in NOT_IN_BASE and name.startswith("core/base/"):
        report(path, number, f"<{included}>: core/base knows memory, strings and stdio only")
    if included not in ISO_C and not name.startswith(SYSTEM):
        report(path, number, f"<{included}> is a header of the system: "
                             "only core/os/linux may include it")


def check_words(path, name, text, report):
    if name.startswith(SYSTEM):
        return
    code = NO_CODE.sub(lambda found: "\n" * found[0].count("\n"), text)
    for number, line in enumerate(code.split("\n"), 1):
        if line.lstrip().startswith("#"):
            continue
        for word, bracket in re.findall(r"(?<![.>\w])([A-Za-z_]\w*)(\s*\(?)", line):
            if word in NUMBERS:
                report(path, number, f"{word}: errno and its numbers stay in core/os/linux; "
                                     "switch on enum net_error")
            elif word in EXTENSIONS and bracket.endswith("("):
                report(path, number, f"{word}() is not ISO C: core/base or core/os has another")


def check(path, root, report):
    name = str(path.relative_to(root))
    layer = layer_of(name)
    if layer not in ABOVE:
        report(path, 1, f"{layer} is not a layer: {', '.join(ABOVE)}")
        return
    text = path.read_text()
    check_words(path, name, text, report)
    for number, line in enumerate(text.split("\n"), 1):
        if own := re.match(r'\s*#\s*include "([^"]+)"', line):
            check_own(path, number, layer, own[1], root, report)
        elif outside := re.match(r"\s*#\s*include <([^>]+)>", line):
            check_outside(path, number, name, outside[1], report)


def main():
    root = pathlib.Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT
    report = Offences(root)
    for layer in ABOVE:
        print(f"{layer:12} includes {', '.join(x for x in ABOVE if x in below(layer) - {layer}) or 'nothing else'}")
    for path in product(root):
        check(path, root, report)
    return report.finish()


sys.exit(main())
