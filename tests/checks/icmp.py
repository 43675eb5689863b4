"""The icmp check counts only its own echo, and never blames a host for our rights."""
from harness import Case

OPEN = "sysctl -qw net.ipv4.ping_group_range='0 2147483647'"
CASES = [
    Case("raw-socket", "icmp", "REPLY-OK", port=False, families=(4, 6), exit=0,
         confirm=["ping", "-c1", "{host}"], confirm_says=" 0% packet loss",
         facts={"round-trip": lambda v: 0 <= v < 1000, "reply-ttl": lambda v: v > 0}),
    Case("ping-socket", "icmp", "REPLY-OK", port=False, families=(4, 6), setup=[OPEN],
         uid=65534, exit=0, facts={"reply-ttl": lambda v: v > 0}),
    Case("no-privilege", "icmp", "LOCAL-PROHIBITED", port=False, uid=65534, exit=3,
         why="needs-privilege"),
    Case("silent", "icmp", "REPLY-TIMEOUT", port=False, exit=1, seconds=(4, 6),
         setup=["sysctl -qw net.ipv4.icmp_echo_ignore_all=1"]),
]
