"""Clients that others have written, against each real server of the estate: what they are asked, what they say.

Run in the collector. The scripted peers meet theirs in tests/checks.
"""

import os
import subprocess
from concurrent.futures import ThreadPoolExecutor

import domain
import estate_services

_LDAP = ["ldapsearch", "-x", "-LLL", "-s", "base", "-b", "", "-H"]
_KERBEROS = f"""[libdefaults]
default_realm = {domain.REALM}
dns_lookup_kdc = false
[realms]
{domain.REALM} = {{
  kdc = dc1.ad.corp.example
}}
"""
_KINIT = 'printf "%s" "$1" > "$4/krb5.conf" && printf "%s\\n" "$2" | KRB5_CONFIG="$4/krb5.conf" kinit -c "$4/cache" "$3"'
_V3 = ["snmpget", "-v3", "-u", estate_services.V3_USER, "-l", "authPriv", "-a", "SHA", "-A", estate_services.V3_AUTH,
       "-x", "AES", "-X", estate_services.V3_PRIV]


def _questions(folder):
    """(command, what it must say)"""
    return (
        (["dig", "+short", "@10.2.1.30", "dc1.ad.corp.example"], "10.2.1.30"),
        (["dig", "+short", "+tcp", "@2001:db8:2:1::30", "dc1.ad.corp.example", "AAAA"], "2001:db8:2:1::30"),
        (["sh", "-c", _KINIT, "sh", _KERBEROS, domain.PASSWORD, "Administrator", folder], ""),
        ([*_LDAP, "ldap://dc1.ad.corp.example", "defaultNamingContext"], "DC=ad,DC=corp,DC=example"),
        ([*_LDAP, "ldaps://10.2.1.30", "defaultNamingContext"], "DC=ad,DC=corp,DC=example"),
        ([*_LDAP, "ldap://10.2.1.30:3268", "isGlobalCatalogReady"], "TRUE"),
        ([*_LDAP, "ldaps://10.2.1.30:3269", "isGlobalCatalogReady"], "TRUE"),
        ([*_LDAP, "ldap://ldap.corp.example", "namingContexts"], "dc=corp,dc=example"),
        ([*_LDAP, "ldaps://ldap.corp.example", "namingContexts"], "dc=corp,dc=example"),
        (["smbclient", "-s", "/dev/null", "-N", "-L", "//10.2.1.20"], "IPC$"),
        (["smbclient", "-s", "/dev/null", "-N", "-L", "//10.2.1.80"], "IPC$"),
        (["smbclient", "-s", "/dev/null", "-N", "-L", "//10.2.1.25", "-m", "NT1", "-p", "139",
          "--option=client min protocol=NT1"], "IPC$"),
        (["nmblookup", "-s", "/dev/null", "-A", "10.2.1.20"], "LAN-WINDOWS     <20>"),
        # First the endpoint mapper, then the port that it names.
        (["rpcclient", "-s", "/dev/null", "ncacn_ip_tcp:10.2.1.20", "-U%", "-c", "srvinfo"], "LAN-WINDOWS"),
        (["rpcclient", "-s", "/dev/null", "ncacn_ip_tcp:10.2.1.25", "-U%", "-c", "srvinfo"], "LAN-LEGACY"),
        ([*_V3, "lan-unix.corp.example", ".1.3.6.1.2.1.1.5.0"], "lan-unix"),
        (["ssh-keyscan", "-t", "ed25519", "lan-unix.corp.example"], "ssh-ed25519 AAAA"),
        (["curl", "-sS", "-v", "-k", "--ssl-reqd", "smtp://mail.corp.example:587", "-X", "QUIT"], "221 2.0.0 Bye"),
        (["curl", "-sS", "-v", "-k", "--ssl-reqd", "smtp://mail.corp.example:25", "-X", "QUIT"], "221 2.0.0 Bye"),
        (["curl", "-sS", "-v", "ftp://lan-unix.corp.example/"], "226 Directory send OK"),
        (["curl", "-sS", "-v", "-k", "https://auditor.corp.example:9699/netwrix/api/v1/"], "HTTP/1.1 401"),
        (["tsql", "-L", "-H", "10.2.1.50"], "CERTERO"),
    )


def _disagrees(question):
    argv, words = question
    done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=200,
                          env={**os.environ, "LDAPTLS_REQCERT": "never"})
    said = done.stdout + done.stderr
    return None if done.returncode == 0 and words in said else f"{' '.join(argv)}: exit {done.returncode}: {said.strip()}"


def disagreements(folder):
    """What the clients do not find as it should be; `folder` is for their files."""
    with ThreadPoolExecutor(4) as pool:
        return [text for text in pool.map(_disagrees, _questions(folder)) if text]
