"""The vmware-auth check reads the daemon's greeting and sends nothing.

The greetings are what nmap's banner script printed of real daemons on 902 and 912.
"""
from harness import Case, silent_tcp, tcp

BANNER = (b"220 VMware Authentication Daemon Version 1.10: SSL Required, "
          b"ServerDaemonProtocol:SOAP, MKSDisplayProtocol:VNC , , NFCSSL supported/t\r\n")
OLD = (b"220 VMware Authentication Daemon Version 1.0, ServerDaemonProtocol:SOAP, "
       b"MKSDisplayProtocol:VNC , ,\r\n")


def says(data, hold=True):
    def talk(connection):
        connection.sendall(data)
        if hold:
            connection.hold()
    return tcp(talk)


def pieces(connection):
    connection.split(BANNER, 1, 0.005)
    connection.hold()


def endless(connection):
    while True:
        connection.sendall(b"220 VMware " + b"x" * 4096)


def nothing_sent(got):
    return not got


CASES = [
    Case("good", "vmware-auth", "REPLY-OK", says(BANNER), families=(4, 6), exit=0,
         received=nothing_sent,
         facts={"version": "1.10", "tls-required": True,
                "banner": lambda v: v.startswith("VMware Authentication Daemon")}),
    Case("old", "vmware-auth", "REPLY-OK", says(OLD), received=nothing_sent,
         facts={"version": "1.0", "tls-required": False}),
    Case("in-pieces", "vmware-auth", "REPLY-OK", tcp(pieces), facts={"version": "1.10"}),
    Case("then-closed", "vmware-auth", "REPLY-OK", says(BANNER, False)),
    Case("no-version", "vmware-auth", "REPLY-OK", says(b"220 VMware Authentication Daemon\r\n")),
    Case("says-no", "vmware-auth", "REPLY-REJECTED",
         says(b"421 VMware Authentication Daemon Version 1.10: busy\r\n"), exit=1),
    Case("ftp", "vmware-auth", "REPLY-BAD-REPLY", says(b"220 (vsFTPd 3.0.3)\r\n"), exit=1,
         facts={"banner": "(vsFTPd 3.0.3)"}),
    Case("hostile-text", "vmware-auth", "REPLY-BAD-REPLY", says(b"220 \x1b]0;owned\x07\xff\r\n"),
         facts={"banner": lambda v: v.startswith("\\x1b]0;owned\\x07")}),
    Case("ssh", "vmware-auth", "REPLY-BAD-REPLY", says(b"SSH-2.0-x\r\n")),
    Case("cut", "vmware-auth", "REPLY-BAD-REPLY", says(b"220 VMware Auth", False)),
    Case("endless-line", "vmware-auth", "REPLY-BAD-REPLY", tcp(endless)),
    Case("mute", "vmware-auth", "REQUEST-TIMEOUT", tcp(lambda c: c.hold()), seconds=(2, 8)),
    Case("closed-at-once", "vmware-auth", "REPLY-RESET", tcp(lambda c: None), exit=1),
    Case("refused", "vmware-auth", "CONNECT-REFUSED", families=(4, 6), exit=1),
    Case("dropped", "vmware-auth", "CONNECT-TIMEOUT", silent_tcp, seconds=(3.5, 7)),
]
