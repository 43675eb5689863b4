"""The servers of the estate: what products need that do more than collect. Real ones where Debian has them."""

from pathlib import Path

import devices
import domain
from services import COMMUNITY, PEERS, Service, find, peer, renumbered
from shell import run

V3_USER, V3_AUTH, V3_PRIV = "labv3", "lab-auth-secret", "lab-priv-secret"
JARS = "/usr/share/java/derby.jar:/usr/share/java/derbynet.jar"
READY_WITHIN_S = 60         # the first time, the domain is made; Java is never quick
_SERVER, _DIRECTORY = "estate-server", "estate-ldap"


def certificates(pki, site):
    """(slug, names, authority) of the site's own servers; no public authority has signed them."""
    if site != devices.ESTATE:
        return []
    return [(_SERVER, ("auditor.corp.example", "endpoints.corp.example", "certero.corp.example",
                       "open-audit.corp.example", "reports.corp.example"), pki.corporate),
            (_DIRECTORY, ("ldap.corp.example", "mail.corp.example"), pki.corporate)]


def services(catalogue, plan):
    """What the plan's site has beside the office's services."""
    if plan.site != devices.ESTATE:
        return []
    return Estate(catalogue.folder, catalogue.pki).services(plan)


class Estate:
    """Builds the services that the estate has and the office has not."""

    def __init__(self, folder, pki):
        self._folder, self._pki = folder, pki

    def services(self, plan):
        builders = {
            "lan-windows": {"rpc": self._rpc, "names": self._names},
            "lan-legacy": {"rpc": self._rpc, "smb": self._smb},
            "lan-dc": {"domain": self._domain},
            "lan-server": {"web": self._web, "rpc": self._rpc, "ssh": self._ssh,
                           "user-activity": self._silent, "compression": self._silent},
            "lan-database": {"sql": self._scripted, "sql-instance": self._scripted, "sql-browser": self._scripted,
                             "oracle": self._scripted, "sap": self._scripted, "db2": self._derby},
            "lan-unix": {"ssh": self._ssh, "other-ssh": self._ssh, "old-ssh": self._ssh,
                         "snmp": self._snmp, "ldap": self._slapd,
                         "mail": self._postfix, "ftp": self._vsftpd, "tftp": self._tftpd, "telnet": self._telnetd,
                         "print": self._p910nd},
            "lan-esxi": {"vsphere": self._scripted, "authd": self._scripted, "web": self._web},
            "lan-nas": {"smb": self._smb},
        }
        return [build(plan, node, service) for node, entries in builders.items() for service, build in entries.items()]

    def _service(self, node, service, argv, files=None, env=None):
        held = devices.SERVICES[devices.ESTATE][node, service]
        return Service(held.daemon, node, argv, held.sockets, files or {}, env or {}, ready_s=READY_WITHIN_S)

    def _place(self, node, service):
        """The service's folder."""
        return self._folder(devices.SERVICES[devices.ESTATE][node, service].daemon)

    @staticmethod
    def _port(node, service):
        return devices.SERVICES[devices.ESTATE][node, service].sockets[0][1]

    # --- Windows ----------------------------------------------------------------------------------

    def _samba(self, node, service):
        """smb.conf of one daemon: each has folders of its own."""
        folder = self._place(node, service)
        kinds = ("private dir", "lock directory", "state directory", "cache directory", "pid directory")
        lines = ["[global]", *(f"{kind} = {folder}" for kind in kinds), f"ncalrpc dir = {folder}/ncalrpc",
                 f"nmbd:socket dir = {folder}/nmbd", f"log file = {folder}/log", f"netbios name = {node.upper()}",
                 "workgroup = LAB", "smb ports = 445 139", "load printers = no", "printing = bsd",
                 "printcap name = /dev/null", "disable spoolss = yes", "usershare path ="]
        if (node, "rpc") in devices.SERVICES[devices.ESTATE]:
            lines.append("rpc start on demand helpers = no")
        if node == "lan-legacy":
            lines += ["rpc server dynamic port range = 1025-5000", "server min protocol = NT1"]
        return {"smb.conf": "\n".join(lines) + "\n"}

    def _samba_daemon(self, node, service, program, *options):
        folder = self._place(node, service)
        argv = renumbered([program, "-F", "--no-process-group", *options, "-l", str(folder), "-s",
                           f"{folder}/smb.conf"])
        return self._service(node, service, argv, self._samba(node, service))

    def _smb(self, _, node, service):
        return self._samba_daemon(node, service, find("smbd"))

    def _rpc(self, _, node, service):
        return self._samba_daemon(node, service, "/usr/libexec/samba/samba-dcerpcd", "--libexec-rpcds")

    def _names(self, _, node, service):
        return self._samba_daemon(node, service, find("nmbd"))

    def _domain(self, _, node, service):
        argv = [str(PEERS / "samba_dc"), str(self._place(node, service) / "d"), *domain.arguments()]
        return self._service(node, service, renumbered(argv))

    # --- servers ----------------------------------------------------------------------------------

    def _scripted(self, _, node, service):
        kind = "sql" if service == "sql-instance" else service
        more = [devices.DYNAMIC_SQL_PORT] if service == "sql-browser" else []
        return self._service(node, service, peer("scripted_checks.py", kind, self._port(node, service), *more))

    def _silent(self, _, node, service):
        """The vendor's protocol has no greeting."""
        folder = self._place(node, service)
        return self._service(node, service, peer("scripted.py", "printer", self._port(node, service),
                                                 folder / "received.bytes"))

    def _derby(self, _, node, service):
        folder = self._place(node, service)
        # The client's own compiler threads would cost more than all the lab's other daemons together.
        argv = [find("java"), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto", "-cp", JARS,
                f"-Dderby.system.home={folder}", "org.apache.derby.drda.NetworkServerControl", "start", "-h", "::",
                "-p", str(self._port(node, service)), "-noSecurityManager"]
        return self._service(node, service, argv)

    def _web(self, _, node, service):
        """nginx: for each port a page; TLS with the site's own certificate."""
        folder = self._place(node, service)
        leaf = self._pki.leaf(_SERVER)
        listens = "".join(
            f"    listen [::]:{port} ipv6only=off{' ssl' if port in (443, 9699) else ''};\n"
            for _, port in devices.SERVICES[devices.ESTATE][node, service].sockets)
        folders = "".join(f"  {kind}_temp_path {folder}/{kind};\n"
                          for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        text = (f"daemon off;\nuser root;\nworker_processes 1;\npid {folder}/nginx.pid;\n"
                f"error_log {folder}/error.log;\nevents {{ worker_connections 256; }}\nhttp {{\n  access_log off;\n"
                f"{folders}  default_type text/html;\n  server {{\n{listens}"
                f"    ssl_certificate {leaf.file};\n    ssl_certificate_key {leaf.key};\n"
                '    location /netwrix/api/ { return 401; }\n'
                f'    location / {{ return 200 "<title>{node}</title>"; }}\n  }}\n}}\n')
        return self._service(node, service, [find("nginx"), "-e", f"{folder}/error.log", "-c", f"{folder}/nginx.conf"],
                             {"nginx.conf": text})

    def _ssh(self, _, node, service):
        """sshd as Debian has it; `old-ssh` offers what was usual fifteen years ago."""
        folder = self._place(node, service)
        kind = "rsa" if service == "old-ssh" else "ed25519"
        key = folder / "host_key"
        if not key.exists():
            run(["ssh-keygen", "-q", "-t", kind, "-N", "", "-C", node, "-f", str(key)])
        text = (f"Port {self._port(node, service)}\nHostKey {key}\nPidFile {folder}/sshd.pid\nUsePAM no\n"
                "PermitRootLogin no\nPasswordAuthentication yes\nX11Forwarding no\n")
        if service == "old-ssh":
            text += ("KexAlgorithms diffie-hellman-group14-sha1,diffie-hellman-group1-sha1\n"
                     "HostKeyAlgorithms ssh-rsa\nCiphers aes128-cbc,3des-cbc\nMACs hmac-sha1\n")
        return self._service(node, service, renumbered([find("sshd"), "-D", "-e", "-f", f"{folder}/sshd_config"]),
                             {"sshd_config": text})

    def _snmp(self, plan, node, service):
        """Version 3 only."""
        folder = self._place(node, service)
        text = (f"sysName {node}\nsysDescr Lab Unix server\nsysLocation test lab\nsysServices 72\n"
                f"createUser {V3_USER} SHA {V3_AUTH} AES {V3_PRIV}\nrouser {V3_USER} priv\n")
        return self._service(node, service,
                             [find("snmpd"), "-f", "-Lf", f"{folder}/snmpd.log", "-C", "-c", f"{folder}/snmpd.conf",
                              "-I", "-smux", "udp:161", "udp6:161"], {"snmpd.conf": text},
                             {"SNMP_PERSISTENT_DIR": str(folder)})

    def _slapd(self, _, node, service):
        folder = self._place(node, service)
        leaf = self._pki.leaf(_DIRECTORY)
        text = (f"include /etc/ldap/schema/core.schema\npidfile {folder}/slapd.pid\nargsfile {folder}/slapd.args\n"
                f"TLSCertificateFile {leaf.file}\nTLSCertificateKeyFile {leaf.key}\nmodulepath /usr/lib/ldap\n"
                "moduleload back_ldif\n"
                f'database ldif\nsuffix "dc=corp,dc=example"\ndirectory {folder}\n')
        return self._service(node, service, [find("slapd"), "-d", "0", "-f", f"{folder}/slapd.conf", "-h",
                                             "ldap:/// ldaps:///"], {"slapd.conf": text})

    def _postfix(self, _, node, service):
        self._place(node, service)
        return mail_server(self._service(node, service, []), self._pki.leaf(_DIRECTORY))

    def _vsftpd(self, _, node, service):
        folder = self._place(node, service)
        (folder / "empty").mkdir(exist_ok=True)
        text = ("listen=NO\nlisten_ipv6=YES\nbackground=NO\nanonymous_enable=YES\nseccomp_sandbox=NO\n"
                f"secure_chroot_dir={folder}/empty\n")
        return self._service(node, service, [find("vsftpd"), f"{folder}/vsftpd.conf"], {"vsftpd.conf": text})

    def _tftpd(self, _, node, service):
        folder = self._place(node, service)
        folder.chmod(0o755)
        return self._service(node, service, [find("in.tftpd"), "-L", "-s", "-a", "[::]:69", "-u", "root", str(folder)])

    def _telnetd(self, _, node, service):
        return self._service(node, service, peer("inetd.py", self._port(node, service), find("telnetd")))

    def _p910nd(self, _, node, service):
        folder = self._place(node, service)
        return self._service(node, service, [find("p910nd"), "-d", "-i", "::", "-f", f"{folder}/received.bytes"],
                             {"received.bytes": ""})


def mail_server(service, leaf):
    """Postfix: SMTP with STARTTLS on 25 and 587; nothing is delivered.

    Its user reads the configuration, too: it is in the lab's own /run, as the state folder may be closed to others.
    """
    folder = Path("/run/lab-mail")
    for name in ("etc", "queue", "data"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    certificate = "".join(path.read_text(encoding="ascii") for path in (leaf.key, leaf.file))
    (folder / "data").chmod(0o777)
    smtpd = "".join(f"{port} inet n - n - - smtpd\n" for port in (25, 587))
    service.files.update({
        f"{folder}/etc/server.pem": certificate,
        f"{folder}/etc/main.cf": f"""compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
myhostname = mail.corp.example
inet_interfaces = all
maillog_file_prefixes = {folder}
maillog_file = {folder}/log
smtpd_tls_security_level = may
smtpd_tls_chain_files = {folder}/etc/server.pem
""",
        f"{folder}/etc/master.cf": f"""{smtpd}postlog unix-dgram n - n - 1 postlogd
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
anvil unix - - n - 1 anvil
proxymap unix - - n - - proxymap
"""})
    # Not by `postfix start-fg`: what that starts would outlive it.
    master = f"postfix -c {folder}/etc check && exec /usr/lib/postfix/sbin/master -c {folder}/etc -d"
    service.argv = ["sh", "-c", master]
    return service
