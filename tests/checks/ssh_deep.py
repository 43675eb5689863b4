"""A deep ssh check tells keys and ways to authenticate as OpenSSH's client does, and logs in once."""
import subprocess
import time

import sshpeer
from harness import Case, tcp
from ssh import BANNER, kexinit
from sshpeer import PASSWORD, TESTER, as_the_client, dropbear, host_key, logged, server, sshd

DEEP = ["deep=true"]
RIGHT = [f"user={TESTER}", "password=env:SSH_RIGHT"]
WRONG = [f"user={TESTER}", "password=env:SSH_WRONG"]
GOOD = dict(kex="curve25519-sha256", keys="ssh-ed25519", ciphers="aes256-ctr",
            macs="hmac-sha2-256", back=("aes256-ctr", "hmac-sha2-256"))
LISTS = ("kex", "host-key-algorithms", "ciphers", "macs")
AGREED = ("kex-used", "cipher-used", "mac-used", "host-key")


def same_as_client(*names):
    return {name: as_the_client(name) for name in names}


def tried(method, word, times=1):
    """The server's log has exactly so many attempts, and none but these; no connection more."""
    def holds(_got):
        return (logged(rf"{word} {method} for {TESTER}") == times
                and logged(r"(Failed|Accepted|Postponed) (?!none)") == times
                and logged(r"^Connection from ") <= 2)  # the second is ours, for readiness
    return holds


# Real servers -------------------------------------------------------------------

def openssh_lists(query, option):
    """(all that OpenSSH knows, what its client offers unless told to)."""
    def words(*argv):
        return subprocess.run(argv, capture_output=True, text=True, check=True).stdout
    offered = next(line.split()[1] for line in words("ssh", "-F", "/dev/null", "-G", "x").split("\n")
                   if line.startswith(option + " "))
    return words("ssh", "-Q", query).split(), offered.split(",")


def everything():
    """A server that offers whatever OpenSSH can; the check must call weak what the client of
    the same release has switched off, and nothing else."""
    wanted, options = set(), []
    for query, option, setting in (("kex", "kexalgorithms", "KexAlgorithms"),
                                   ("HostKeyAlgorithms", "hostkeyalgorithms", "HostKeyAlgorithms"),
                                   ("cipher", "ciphers", "Ciphers"), ("mac", "macs", "MACs")):
        known, offered = openssh_lists(query, option)
        options.append(f"{setting}={','.join(known)}")
        # The server has no certificates.
        wanted |= {n for n in known if n not in offered and "-cert-" not in n
                   and not n.startswith("webauthn-")}
    return Case("all-of-openssh", "ssh", "REPLY-OK",
                sshd(*options, keys=("ed25519", "rsa", "ecdsa", "dsa")), no_facts=("old-only",),
                seconds=(0, 15),
                facts={**same_as_client(*LISTS), "weak": lambda v: set(v) == wanted,
                       "weak-why": lambda v: len(v) == len(wanted)
                       and all(": " in w for w in v)})


OLD = ["KexAlgorithms=diffie-hellman-group14-sha1", "HostKeyAlgorithms=ssh-rsa",
       "Ciphers=aes128-cbc,3des-cbc", "MACs=hmac-sha1-96,hmac-md5,hmac-sha1"]
ONLY_OLD = ["kex", "host-key", "cipher"]
REAL = [
    everything(),
    Case("openssh", "ssh", "REPLY-OK", sshd(), params=DEEP, families=(4, 6), exit=0,
         seconds=(0, 6),
         facts={**same_as_client(*LISTS, "auth-methods"), "host-key": host_key,
                "host-key-type": "ssh-ed25519", "kex-used": "curve25519-sha256",
                "stage": "authentication", "user": "preflight"},
         no_facts=("login", "old-only", "weak", "login-method")),
    Case("one-connection", "ssh", "REPLY-OK", sshd(), params=DEEP, seconds=(0, 6),
         received=lambda got: logged("^Connection from ") == 2  # one was to see it is there
         and logged("Failed (?!none)") == 0 and logged("Invalid user preflight") == 1),
    Case("fingerprint", "ssh", "REPLY-OK", sshd(keys=("rsa",)), params=DEEP, seconds=(0, 6),
         facts={"host-key": host_key, "host-key-type": "ssh-rsa"}),
    Case("one-choice", "ssh", "REPLY-OK",
         sshd("KexAlgorithms=ecdh-sha2-nistp521", "Ciphers=aes192-ctr", "MACs=hmac-sha2-512",
              keys=("ecdsa",)), params=DEEP, seconds=(0, 6), facts=same_as_client(*AGREED)),
    Case("one-aead-choice", "ssh", "REPLY-OK",
         sshd("KexAlgorithms=diffie-hellman-group-exchange-sha256",
              "Ciphers=aes256-gcm@openssh.com"),
         params=DEEP, seconds=(0, 12), facts={**same_as_client(*AGREED), "mac-used": "implicit"}),
    Case("large-group", "ssh", "REPLY-OK", sshd("KexAlgorithms=diffie-hellman-group18-sha512"),
         params=DEEP, seconds=(0, 12), facts=same_as_client(*AGREED)),
    Case("old", "ssh", "REPLY-OK", sshd(*OLD, keys=("rsa",)), seconds=(0, 6), exit=0,
         facts={"old-only": ONLY_OLD, "weak": lambda v: {"ssh-rsa", "3des-cbc"} < set(v)}),
    Case("old-deep", "ssh", "REPLY-OK", sshd(*OLD, keys=("rsa",)), params=RIGHT, seconds=(0, 6),
         facts={**same_as_client("kex-used", "host-key"), "old-only": ONLY_OLD,
                "login": "works"}, no_facts=("no-common",)),
    Case("oldest-deep", "ssh", "REPLY-OK",
         sshd("KexAlgorithms=diffie-hellman-group1-sha1", *OLD[1:], keys=("rsa",)), params=DEEP,
         seconds=(0, 6), facts={"kex-used": "diffie-hellman-group1-sha1", "host-key": host_key}),
    Case("nothing-in-common", "ssh", "REPLY-OK",
         sshd("KexAlgorithms=sntrup761x25519-sha512@openssh.com", "MACs=umac-64@openssh.com",
              "Ciphers=aes256-ctr"),
         params=RIGHT, seconds=(0, 6), facts={"no-common": ["kex", "mac"],
                                              "stage": "key-exchange"},
         no_facts=("old-only", "host-key", "login")),
    Case("password", "ssh", "REPLY-OK", sshd(), params=RIGHT, seconds=(0, 8), exit=0,
         facts={"login": "works", "login-method": "password", "user": TESTER, "stage": "login"},
         received=tried("password", "Accepted")),
    Case("password-wrong", "ssh", "REPLY-REJECTED", sshd(), params=WRONG, seconds=(0, 8), exit=1,
         facts={"login": "refused", "login-method": "password", "host-key": host_key},
         received=tried("password", "Failed")),
    Case("password-wrong-last-try", "ssh", "REPLY-REJECTED", sshd("MaxAuthTries=1"),
         params=WRONG, seconds=(0, 8), facts={"login": "refused"},
         received=tried("password", "Failed")),
    Case("unknown-user", "ssh", "REPLY-REJECTED", sshd(),
         params=["user=nobody-here", "password=env:SSH_RIGHT"], seconds=(0, 8),
         facts={"login": "refused"},
         received=lambda got: logged("Failed password for invalid user nobody-here") == 1),
    Case("key-only-server", "ssh", "REPLY-REJECTED",
         sshd("PasswordAuthentication=no", "KbdInteractiveAuthentication=no"), params=RIGHT,
         seconds=(0, 8), facts={"login": "no-method", "auth-methods": ["publickey"]},
         received=lambda got: logged("(Failed|Accepted) (?!none)") == 0),
    Case("interactive", "ssh", "REPLY-OK", sshd("PasswordAuthentication=no", pam=True),
         params=RIGHT, seconds=(0, 8),
         facts={"login": "works", "login-method": "keyboard-interactive"},
         received=lambda got: logged("Accepted keyboard-interactive") == 1),
    Case("interactive-wrong", "ssh", "REPLY-REJECTED", sshd("PasswordAuthentication=no", pam=True),
         params=WRONG, seconds=(0, 12),
         facts={"login": "refused", "login-method": "keyboard-interactive"},
         received=lambda got: logged("^Failed keyboard-interactive/pam for tester") == 1
         and logged("^PAM: Authentication failure for tester") == 1),
    Case("password-and-more", "ssh", "REPLY-OK",
         sshd("AuthenticationMethods=password,publickey"), params=RIGHT, seconds=(0, 8),
         facts={"login": "partial", "auth-methods": ["password"]}),
    Case("banner", "ssh", "REPLY-OK", sshd("Banner=/etc/passwd"), params=DEEP, seconds=(0, 8),
         facts={"login-banner": lambda v: v.startswith("root:x:0:0:") and len(v) < 256}),
    Case("dropbear", "ssh", "REPLY-OK", dropbear(), params=RIGHT, seconds=(0, 8),
         facts={**same_as_client(*LISTS, "auth-methods"), "host-key": host_key,
                "host-key-type": "ecdsa-sha2-nistp256", "login": "works",
                "software": lambda v: v.startswith("dropbear")},
         received=lambda got: logged("Password auth succeeded for 'tester'") == 1),
    Case("dropbear-wrong", "ssh", "REPLY-REJECTED", dropbear(), params=WRONG, seconds=(0, 12),
         facts={"login": "refused"},
         received=lambda got: logged("Bad password attempt for 'tester'") == 1),
    Case("dropbear-key-only", "ssh", "REPLY-REJECTED", dropbear("-s"), params=RIGHT,
         seconds=(0, 8), facts={"login": "no-method", "auth-methods": ["publickey"]}),
]


# Before the keys ------------------------------------------------------------------

def after_kexinit(then, **lists):
    def talk(connection):
        connection.sendall(BANNER)
        connection.recv()
        connection.sendall(kexinit(**{**GOOD, **lists}))
        connection.recv()
        then(connection)
    return tcp(talk)


def packet(payload):
    padding = 8 - (5 + len(payload)) % 8 + 8
    return (1 + len(payload) + padding).to_bytes(4, "big") + bytes([padding]) + payload + bytes(
        padding)


def disconnect(connection):
    """RFC 4253 11.1: reason 12, too many connections."""
    words = b"\x1b[2Jtoo many connections\xff"
    connection.sendall(packet(b"\x01" + (12).to_bytes(4, "big") + len(words).to_bytes(4, "big")
                              + words + bytes(4)))


def flood(connection):
    """SSH_MSG_IGNORE without end, no faster than it is read: right, and of no use."""
    while True:
        time.sleep(0.002)
        connection.sendall(packet(b"\x02" + (2000).to_bytes(4, "big") + bytes(2000)))


def drip(connection):
    connection.sendall(BANNER)
    connection.split(kexinit(**GOOD), 1, 1.0)


def endless_banner(connection):
    for _ in range(2500):
        connection.sendall(b"x" * 4096)


SCRIPTED = [
    Case("deep-mute-after-kexinit", "ssh", "REPLY-TIMEOUT", after_kexinit(lambda c: c.hold()),
         params=DEEP, seconds=(14, 19), exit=1, facts={"kexinit": True, "stage": "key-exchange"},
         no_facts=("host-key", "login"),
         received=lambda got: got[0].startswith(b"SSH-2.0-libssh")),
    Case("deep-reset-after-kexinit", "ssh", "REPLY-RESET", after_kexinit(lambda c: c.reset()),
         params=DEEP, facts={"kexinit": True, "stage": "key-exchange"}),
    Case("deep-closed-after-kexinit", "ssh", "REPLY-RESET", after_kexinit(lambda c: None),
         params=DEEP),
    Case("deep-disconnected", "ssh", "REPLY-REJECTED", after_kexinit(disconnect), params=DEEP,
         facts={"disconnect": lambda v: "too many connections" in v}),
    Case("deep-rubbish-after-kexinit", "ssh", "REPLY-BAD-REPLY",
         after_kexinit(lambda c: (c.sendall(b"\xff" * 64), c.hold())), params=DEEP,
         no_facts=("host-key",)),
    Case("deep-huge-packet", "ssh", "REPLY-BAD-REPLY",
         after_kexinit(lambda c: (c.sendall(b"\x7f\xff\xff\xff" + bytes(64)), c.hold())),
         params=DEEP),
    Case("deep-broken-key-exchange", "ssh", "REPLY-BAD-REPLY",
         after_kexinit(lambda c: (c.sendall(packet(b"\x1f" + bytes(3) + b"\x33" + bytes(7))),
                                  c.hold())), params=DEEP),
    Case("deep-flood", "ssh", "REPLY-BAD-REPLY", after_kexinit(flood), params=DEEP,
         seconds=(0, 10)),
    Case("deep-absurd-kexinit", "ssh", "REPLY-BAD-REPLY",
         tcp(lambda c: (c.sendall(BANNER + b"\x7f\xff\xff\xff" + bytes(64)), c.hold())),
         params=DEEP, facts={"kexinit": False}),
    Case("deep-absurd-list", "ssh", "REPLY-BAD-REPLY",
         tcp(lambda c: (c.sendall(BANNER + packet(b"\x14" + bytes(16) + b"\xff" * 8)), c.hold())),
         params=DEEP, facts={"kexinit": False}),
    Case("deep-banner-alone", "ssh", "REPLY-TIMEOUT", tcp(lambda c: (c.sendall(BANNER), c.hold())),
         params=DEEP, seconds=(14, 19)),
    Case("deep-drip", "ssh", "REPLY-TIMEOUT", tcp(drip), params=DEEP, seconds=(14, 19)),
    Case("deep-long-banner", "ssh", "REPLY-BAD-REPLY",
         tcp(lambda c: (c.sendall(b"SSH-2.0-" + b"x" * 300 + b"\r\n"), c.hold())), params=DEEP),
    Case("deep-endless-banner", "ssh", "REPLY-BAD-REPLY", tcp(endless_banner), params=DEEP),
    Case("deep-wrong-protocol", "ssh", "REPLY-BAD-REPLY",
         tcp(lambda c: (c.sendall(b"220 ready\r\n"), c.hold())), params=DEEP, seconds=(14, 19)),
    Case("deep-one-way", "ssh", "REPLY-OK",
         after_kexinit(lambda c: c.hold(), back=("arcfour", "none")), params=DEEP,
         facts={"no-common": ["cipher", "mac"]}),
    Case("deep-version-1", "ssh", "REPLY-OK", tcp(lambda c: (c.sendall(b"SSH-1.5-old\n"),
                                                             c.hold())), params=DEEP,
         facts={"protocol": "1.5"}, no_facts=("stage",)),
]


# Behind the keys: an independent implementation that misbehaves ---------------------

def mute(transport, bed):
    """Takes the service request, and says no more."""
    transport.auth_timeout = 60
    transport._auth_handler_table = {}
    original = transport._parse_newkeys

    def newkeys(message):
        original(message)
        transport._send_message = lambda m: None
    transport._handler_table = {**transport._handler_table, 21: lambda t, m: newkeys(m)}


def forged(key):
    real = key.sign_ssh_data

    def sign(data, algorithm=None):
        return real(data + b"x", algorithm) if algorithm else real(data + b"x")
    key.sign_ssh_data = sign


def counted(result):
    """check_auth_password that counts and answers so."""
    def check(self, user, password):
        import paramiko
        self.bed.received.append(password.encode())
        return getattr(paramiko, result)
    return check


def wants_new_password(self, user, password):
    """SSH_MSG_USERAUTH_PASSWD_CHANGEREQ, RFC 4252 8: no success, no failure."""
    import paramiko
    message = paramiko.Message()
    message.add_byte(b"\x3c")
    message.add_string("Your password has expired")
    message.add_string("")
    self.transport._send_message(message)
    self.transport._send_message = lambda m: None
    return paramiko.AUTH_FAILED


def asks(*rounds, end="AUTH_SUCCESSFUL"):
    """keyboard-interactive with these rounds of questions (text, echo)."""
    import paramiko
    left = list(rounds)

    def query():
        return paramiko.InteractiveQuery("", "", *left.pop(0))

    def answered(self, responses):
        self.bed.received += [r.encode() for r in responses]
        return query() if left else getattr(paramiko, end)
    return dict(get_allowed_auths=lambda self, user: "keyboard-interactive",
                check_auth_interactive=lambda self, user, methods: query(),
                check_auth_interactive_response=answered)


HIDDEN, SHOWN = ("Password: ", False), ("Code: ", True)
MISBEHAVING = [
    Case("mute-behind-the-keys", "ssh", "REPLY-TIMEOUT", server(transport=mute), params=DEEP,
         seconds=(14, 20), facts={"stage": "authentication",
                                 "host-key-type": "ecdsa-sha2-nistp256"}),
    Case("forged-signature", "ssh", "REPLY-BAD-REPLY", server(key=forged), params=RIGHT,
         seconds=(0, 8), no_facts=("host-key", "login"), received=lambda got: not got),
    Case("no-login-needed", "ssh", "REPLY-OK",
         server(check_auth_none=lambda self, user: 0), params=WRONG, seconds=(0, 8),
         facts={"login": "not-needed", "auth-methods": ["none"]}),
    Case("password-once", "ssh", "REPLY-REJECTED",
         server(check_auth_password=counted("AUTH_FAILED"),
                get_allowed_auths=lambda self, user: "password,keyboard-interactive"),
         params=WRONG, seconds=(0, 8), facts={"login": "refused"},
         received=lambda got: got == [b"battery staple"]),
    Case("password-accepted", "ssh", "REPLY-OK",
         server(check_auth_password=counted("AUTH_SUCCESSFUL")), params=RIGHT, seconds=(0, 8),
         facts={"login": "works"}, received=lambda got: got == [PASSWORD.encode()]),
    Case("password-partial", "ssh", "REPLY-OK",
         server(check_auth_password=counted("AUTH_PARTIALLY_SUCCESSFUL")), params=RIGHT,
         seconds=(0, 8), facts={"login": "partial"}, received=lambda got: len(got) == 1),
    Case("password-expired", "ssh", "REPLY-TIMEOUT",
         server(check_auth_password=wants_new_password), params=RIGHT, seconds=(9, 20),
         no_facts=("login",)),
    Case("one-question", "ssh", "REPLY-OK", server(**asks((HIDDEN,))), params=RIGHT,
         seconds=(0, 8), facts={"login": "works"},
         received=lambda got: got == [PASSWORD.encode()]),
    Case("no-question-first", "ssh", "REPLY-OK", server(**asks((), (HIDDEN,), ())), params=RIGHT,
         seconds=(0, 8), facts={"login": "works"}),
    Case("two-questions", "ssh", "REPLY-OK", server(**asks((HIDDEN, HIDDEN))), params=RIGHT,
         seconds=(0, 8), facts={"login": "more-wanted"}, received=lambda got: not got),
    Case("open-question", "ssh", "REPLY-OK", server(**asks((SHOWN,))), params=RIGHT,
         seconds=(0, 8), facts={"login": "more-wanted"}, received=lambda got: not got),
    Case("second-question", "ssh", "REPLY-OK", server(**asks((HIDDEN,), (HIDDEN,))),
         params=RIGHT, seconds=(0, 8), facts={"login": "more-wanted"},
         received=lambda got: got == [PASSWORD.encode()]),
    Case("endless-questions", "ssh", "REPLY-OK", server(**asks(*[()] * 100)), params=RIGHT,
         seconds=(0, 8), facts={"login": "more-wanted"}),
    Case("hostile-words", "ssh", "REPLY-OK",
         server(get_banner=lambda self: ("\x1b[2J\u202e" + "x" * 30000, "en")), params=DEEP,
         seconds=(0, 8), facts={"login-banner": lambda v: len(v) <= 256
                                and v.startswith("\\x1b")}),
]

CASES = SCRIPTED + REAL + MISBEHAVING
