"""What the devices of each site run: service, process, sockets. Known before a lab is up, so that a fault's text
can be checked, and its proof knows where to look."""

from dataclasses import dataclass

OFFICE, ESTATE = "office", "estate"
SITES = (OFFICE, ESTATE)


@dataclass(frozen=True)
class Held:
    """A service of a device: the daemon's name, and the sockets it holds."""
    daemon: str
    sockets: tuple


def _tcp(*ports):
    return tuple(("tcp", port) for port in ports)


def _udp(*ports):
    return tuple(("udp", port) for port in ports)


_OFFICE = {
    ("lan-switch", "snmp"): Held("snmpd", _udp(161)),
    ("lan-switch", "ssh"): Held("sshd", _tcp(22)),
    ("lan-switch", "telnet"): Held("telnet", _tcp(23)),
    ("lan-windows", "smb"): Held("smbd", _tcp(445, 139)),
    ("lan-windows", "winrm"): Held("winrm", _tcp(5985)),
    ("lan-printer", "print"): Held("printer", _tcp(9100)),
}

# One more service than the sockets say: the port of the SQL Server instance that only the Browser knows.
DYNAMIC_SQL_PORT = 49500

_MORE = (
    ("lan-windows", "rpc", _tcp(135)),
    ("lan-windows", "names", _udp(137, 138)),
    ("lan-legacy", "rpc", _tcp(135)),
    ("lan-legacy", "smb", _tcp(445, 139)),
    ("lan-dc", "domain", _tcp(53, 88, 135, 139, 389, 445, 464, 636, 3268, 3269, 49152, 49153, 49154)
     + _udp(53, 88, 137, 138, 389, 464)),
    ("lan-server", "web", _tcp(80, 443, 9699)),
    ("lan-server", "rpc", _tcp(135)),
    ("lan-server", "ssh", _tcp(22)),
    ("lan-server", "user-activity", _tcp(9004)),
    ("lan-server", "compression", _tcp(9011)),
    ("lan-database", "sql", _tcp(1433)),
    ("lan-database", "sql-instance", _tcp(DYNAMIC_SQL_PORT)),
    ("lan-database", "sql-browser", _udp(1434)),
    ("lan-database", "db2", _tcp(50000)),
    ("lan-database", "oracle", _tcp(1521)),
    ("lan-database", "sap", _tcp(3200)),
    ("lan-unix", "ssh", _tcp(22)),
    ("lan-unix", "other-ssh", _tcp(2222)),
    ("lan-unix", "old-ssh", _tcp(2223)),
    ("lan-unix", "snmp", _udp(161)),
    ("lan-unix", "ldap", _tcp(389, 636)),
    ("lan-unix", "mail", _tcp(25, 587)),
    ("lan-unix", "ftp", _tcp(21)),
    ("lan-unix", "tftp", _udp(69)),
    ("lan-unix", "telnet", _tcp(23)),
    ("lan-unix", "print", _tcp(9100)),
    ("lan-esxi", "vsphere", _tcp(443)),
    ("lan-esxi", "authd", _tcp(902)),
    ("lan-esxi", "web", _tcp(80)),
    ("lan-nas", "smb", _tcp(445, 139)),
)

_ESTATE = _OFFICE | {(node, service): Held(f"{node}-{service}", sockets) for node, service, sockets in _MORE}
SERVICES = {OFFICE: _OFFICE, ESTATE: _ESTATE}


# In the collector's own network: what goes there passes no firewall.
ON_LINK = ("lan-printer",)


def holder(site, proto, port):
    """The first device behind the router that holds a port, or None."""
    for (node, _), held in SERVICES[site].items():
        if (proto, port) in held.sockets and node not in ON_LINK:
            return node
    return None
