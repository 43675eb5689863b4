"""The scripted peers of tests/checks on their well-known ports, for the services that Debian has no server of.

    scripted_checks.py sql|sql-browser|oracle|sap|vsphere|authd PORT [NUMBER]

Both families, until it is killed. NUMBER is the port that the SQL Server Browser names for the instance CERTERO.
That the peers are right, independent clients have confirmed in tests/checks.
"""

import pathlib
import sys
import threading

CHECKS = pathlib.Path(__file__).resolve().parents[2] / "checks"
sys.path[:0] = [str(CHECKS / "lib"), str(CHECKS)]

import harness  # noqa: E402  (after the line above: that is where it is)
import oracle  # noqa: E402
import sap  # noqa: E402
import sql_browser  # noqa: E402
import vmware  # noqa: E402
import vmware_auth  # noqa: E402
import winrm  # noqa: E402


class Bed(harness.Bed):
    """All addresses of this machine, and a port of our own choice."""

    def __init__(self, port):
        super().__init__(6)
        self.host, self.port = "::", port
        self.received = Forgetful()

    def bound(self, kind, _=0):
        return super().bound(kind, self.port)


class Forgetful(list):
    """What arrives is of no interest here, and the lab may be up for days."""

    def append(self, _):
        pass


def browser():
    return sql_browser.browser(("MSSQLSERVER", 1433), ("CERTERO", int(sys.argv[3])))


def vsphere(bed):
    """An ESXi host: its API, and a page for browsers."""
    context = winrm.certificate()

    def talk(connection):
        inner = harness.Connection(context.wrap_socket(connection.s, server_side=True), bed)
        head = b""
        while b"\r\n\r\n" not in head and (more := inner.recv()):
            head += more
        page = vmware.CONTENT if head.startswith(b"POST /sdk ") else "<title>VMware ESXi</title>"
        inner.sendall(winrm.reply("200 OK", (), page))
        inner.hold()
    return harness.tcp(talk)(bed)


PEERS = {
    "sql": lambda: harness.tcp(sql_browser.speaks_tds),
    "sql-browser": browser,
    "oracle": lambda: oracle.server(oracle.refuse(oracle.PONG)),
    "sap": lambda: sap.server(sap.PONG),
    "vsphere": lambda: vsphere,
    "authd": lambda: vmware_auth.says(vmware_auth.BANNER),
}


PEERS[sys.argv[1]]()(Bed(int(sys.argv[2])))
threading.Event().wait()
