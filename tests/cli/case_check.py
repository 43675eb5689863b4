"""preflight check: one probe, refused before it is sent."""
from harness import Bad

ESCAPE = "\033[31m"

BAD = [
    Bad("check needs a check and a target.", ["check"], ["check tcp 10.0.0.5:22"]),
    Bad("check needs a target.", ["check", "tcp"], ["check tcp needs a target", "HOST:PORT"]),
    Bad("An unknown check is told with the nearest one.",
        ["check", "htpps", "10.0.0.5:443"], ["unknown check 'htpps'", "did you mean 'https'?"]),
    Bad("A check like no other points to the list of checks.",
        ["check", "zzz", "10.0.0.5:443"], ["unknown check 'zzz'", "preflight list checks"]),
    Bad("tcp has no default port.",
        ["check", "tcp", "10.0.0.5"], ["no default port", "10.0.0.5:PORT"]),
    *[Bad(f"Port {port!r} is none.", ["check", "tcp", f"10.0.0.5:{port}"],
          ["port", "1 to 65535"]) for port in ("0", "65536", "ssh", "-1", "22x")],
    Bad("A port that is missing behind its colon is none.",
        ["check", "tcp", "10.0.0.5:"], ["port"]),
    Bad("An IPv6 address with a port wants brackets that close.",
        ["check", "tcp", "[2001:db8::1"], ["[2001:db8::1]:22"]),
    Bad("Between bracket and port stands a colon.",
        ["check", "tcp", "[2001:db8::1]22"], ["[2001:db8::1]:22"]),
    Bad("A host is needed.", ["check", "tcp", ":22"], ["''"]),
    Bad("A host with terminal controls is refused and shown harmless.",
        ["check", "tcp", f"ho{ESCAPE}st:22"], ["\\x1b"], never=["\033"]),
    Bad("A host with a blank is no name.", ["check", "tcp", "my host:22"], ["'my host'"]),
    Bad("A mistyped address is no name.", ["check", "tcp", "10.0.0:22"], ["'10.0.0'"]),
    Bad("An address with an octet too large is no name.",
        ["check", "tcp", "10.0.0.256:22"], ["'10.0.0.256'"]),
    Bad("A URL is no target.", ["check", "https", "https://example.com:443"], ["https://example.com"]),
    Bad("A wildcard is not a name.", ["check", "tcp", "*.example.com:22"], ["wildcard"]),
    Bad("0.0.0.0 is no host.", ["check", "tcp", "0.0.0.0:22"], ["0.0.0.0"]),
    Bad("Multicast is no host.", ["check", "tcp", "224.0.0.1:22"], ["224.0.0.1"]),
    *[Bad(f"A link-local address needs its interface ({target}).", ["check", "ssh", target],
          ["'fe80::2' is a link-local address", "fe80::2%eth0"])
      for target in ("[fe80::2]:22", "fe80::2")],
    *[Bad(f"An interface that this host lacks is named ({target}).", ["check", "ssh", target],
          ["'fe80::2%no-such'", "no interface 'no-such'"])
      for target in ("[fe80::2%no-such]:22", "fe80::2%no-such")],
    Bad("A name longer than DNS allows is none.",
        ["check", "tcp", "a" * 64 + ".example:22"], ["is not an address or a host name"]),
    Bad("A third word is one too many.",
        ["check", "tcp", "10.0.0.5:22", "10.0.0.6:22"], ["'10.0.0.6:22'", "too many"]),
    Bad("An unknown parameter is told with the nearest one.",
        ["check", "tcp", "10.0.0.5:22", "--set", "wait_clos=1s"],
        ["wait_clos", "unknown key", "did you mean 'wait_close'?"]),
    Bad("A parameter of the wrong type says what it takes.",
        ["check", "tcp", "10.0.0.5:22", "--set", "wait_close=long"], ["wait_close"]),
    Bad("A parameter past its limit says the limit.",
        ["check", "tcp", "10.0.0.5:22", "--set", "wait_close=1h"], ["wait_close", "3s"]),
    Bad("A parameter without '=' lacks its value.",
        ["check", "tcp", "10.0.0.5:22", "--set", "wait_close"],
        ["--set 'wait_close' has no value", "wait_close=VALUE"]),
    Bad("udp needs a payload: silence proves nothing.",
        ["check", "udp", "10.0.0.5:9999"], ["payload"]),
    Bad("An option of run is unknown to check.",
        ["check", "tcp", "10.0.0.5:22", "--inventory", "x"], ["'--inventory'"]),
    Bad("A bad time is refused here, too.",
        ["check", "tcp", "10.0.0.5:22", "--timeout", "x"], ["--timeout"]),
]


def case_variables_of_a_profile_do_not_disturb(box):
    """PREFLIGHT_SET_TENANT_URL of the environment is for profiles: a check that
    has no such parameter runs all the same."""
    env = {"PREFLIGHT_SET_TENANT_URL": "https://acme.us1.my.auvik.com"}
    done = box.preflight("check", "tcp", "127.0.0.1:9", env=env, script="ip link set lo up")
    assert done.status == 1, (done.status, done.errors)


def case_parameter_of_the_environment(box):
    """PREFLIGHT_SET_WAIT_CLOSE is a parameter where the check has it, and the
    command line wins over it."""
    env = {"PREFLIGHT_SET_WAIT_CLOSE": "1h"}
    done = box.preflight("check", "tcp", "127.0.0.1:9", env=env, script="ip link set lo up")
    assert done.status == 2 and "wait_close" in done.errors, (done.status, done.errors)
    done = box.preflight("check", "tcp", "127.0.0.1:9", "--set", "wait_close=1s", env=env,
                         script="ip link set lo up")
    assert done.status == 1, (done.status, done.errors)
