"""The bind check says which program holds a port, and tells that from a missing right."""
import socket

from harness import NAME, Case, closed


def holds(kind, port=0, reuse=False):
    """The test itself holds a port on loopback."""
    def peer(bed):
        s = bed.socket(kind)
        if reuse:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.bind((bed.host, port))
        if kind == socket.SOCK_STREAM:
            s.listen(1)
        return s.getsockname()[1]
    return peer


UDP, TCP = socket.SOCK_DGRAM, socket.SOCK_STREAM
PORT = ["ports={port}"]
LOW = "sysctl -qw net.ipv4.ip_unprivileged_port_start=1024"


def named(how):
    return lambda v: len(v) == 1 and how in v[0] and NAME in v[0] and "(pid " in v[0]


FINE = "LOCAL-OK"
CASES = [
    Case("free", "bind", FINE, closed, params=PORT, local=True, exit=0,
         no_facts=("in-use", "not-permitted")),
    Case("free-range", "bind", FINE, params=["ports=2055-2056,4432,4739,6343,9995-9996"],
         local=True),
    Case("udp-held", "bind", "LOCAL-IN-USE", holds(UDP), params=PORT, local=True, exit=1,
         families=(4, 6), facts={"in-use": named("/udp "), "holder": lambda v: "(pid " in v}),
    Case("udp-held-shared", "bind", "LOCAL-IN-USE", holds(UDP, reuse=True), params=PORT,
         local=True),
    Case("tcp-held", "bind", "LOCAL-IN-USE", holds(TCP, reuse=True), local=True,
         params=PORT + ["transport=tcp"], families=(4, 6), facts={"in-use": named("/tcp ")}),
    Case("other-transport", "bind", FINE, holds(TCP), params=PORT, local=True),
    Case("the-product-holds-it", "bind", FINE, holds(UDP), local=True,
         params=PORT + ["owners=auvik*", f"owners={NAME[:4]}*"], facts={"owned": named("/udp ")},
         no_facts=("in-use", "holder")),
    Case("the-system-holds-it", "bind", FINE, holds(UDP), local=True,
         params=PORT + ["warn_ports={port}"], facts={"in-use-expected": named("/udp ")}),
    Case("no-privilege", "bind", "LOCAL-LOCAL", params=["ports=514"], local=True, uid=65534,
         setup=[LOW], why="needs-privilege", exit=3, facts={"not-permitted": ["514"]}),
    Case("no-privilege-but-held", "bind", "LOCAL-IN-USE", holds(UDP, 514), params=["ports=514"],
         local=True, uid=65534, setup=[LOW], exit=1,
         facts={"in-use": ["514/udp a program of uid 0"]}),
]
