"""The static-address check asks the kernel whether the source address runs out."""
from harness import Case

LINK = ["ip link add w0 type veth peer name w1", "ip link set w0 up", "ip link set w1 up"]


def has(address, life=""):
    return [*LINK, f"ip addr add {address} dev w0 {life}"]


V4 = has("192.0.2.5/24")
LEASED = has("192.0.2.5/24", "valid_lft 3600 preferred_lft 3600")
ROUTE = "ip route add default via 192.0.2.1"
ROUTE6 = "ip -6 route add default via 2001:db8:1::1"

FINE = "LOCAL-OK"
CASES = [
    Case("static", "static-address", FINE, local=True, setup=[*V4, ROUTE], exit=0,
         facts={"address": "192.0.2.5", "interface": "w0", "dynamic": False},
         no_facts=("lease-seconds",)),
    Case("leased", "static-address", "LOCAL-REJECTED", local=True, setup=[*LEASED, ROUTE],
         exit=1, facts={"dynamic": True, "lease-seconds": lambda v: 3500 < v <= 3600}),
    Case("ipv6-static", "static-address", FINE, local=True,
         setup=[*has("2001:db8:1::5/64", "nodad"), ROUTE6],
         facts={"address": "2001:db8:1::5"}),
    Case("ipv6-leased", "static-address", "LOCAL-REJECTED", local=True,
         setup=[*has("2001:db8:1::5/64", "nodad valid_lft 3600 preferred_lft 3600"), ROUTE6]),
    Case("named", "static-address", FINE, local=True,
         setup=[*LEASED, ROUTE, "ip addr add 198.51.100.9/24 dev w1"],
         params=["address=198.51.100.9"], facts={"interface": "w1"}),
    Case("no-route", "static-address", "LOCAL-LOCAL", local=True, why="local", exit=3),
    Case("not-ours", "static-address", "LOCAL-LOCAL", local=True, setup=[*V4, ROUTE],
         params=["address=203.0.113.1"], why="local", exit=3),
]
