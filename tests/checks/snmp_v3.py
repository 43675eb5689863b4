"""An SNMPv3 user: what works and what does not is told apart, and a no is taken once."""
import os
import socket
import threading

import daemon
import snmp
from asn1 import element as ber
from harness import Case, background, udp
from usm import AUTH, PRIV, Question, counter, message, report, response

USER, SECRET = "monitor", "canary-auth-secret"
PRIVATE, WRONG = "canary-priv-secret", "canary-wrong-secret"
SECRETS = (SECRET, PRIVATE, WRONG, "canary-word")
os.environ.update(V3_AUTH=SECRET, V3_PRIV=PRIVATE, V3_WRONG=WRONG, V3_WORD="canary-word")
ME = [f"user={USER}", "auth_protocol=SHA", "auth=env:V3_AUTH"]
HIDDEN = [*ME, "priv_protocol=AES", "priv=env:V3_PRIV"]
BAD = [f"user={USER}", "auth_protocol=SHA", "auth=env:V3_WRONG"]


def value(last, tag, body):
    return ber(0x30, ber(6, bytes([0x2b, 6, 1, 2, 1, 1, last, 0])), ber(tag, body))


VALUES = [value(3, 0x43, (8640000).to_bytes(4, "big")), value(1, 4, b"Lab switch 1.0"),
          value(2, 6, bytes([0x2b, 6, 1, 4, 1, 0xbf, 8, 3, 2, 10])), value(5, 4, b"lab-switch")]


def good(q, nth):
    return response(q, VALUES, level=AUTH, secret=SECRET)


def agent(then=good, users=(USER,), discover=None, secret=SECRET):
    """Discovery, then RFC 3414 3.2: user, level, digest, time; then `then(question, nth)`."""
    seen = []

    def handle(data, nth):
        if snmp.question(data)[0] != 3:
            return None
        q = Question(data)
        if not q.engine:
            return (discover or (lambda q: report(q, "engine")))(q)
        seen.append(q)
        if q.user.decode() not in users:
            return report(q, "user")
        if q.flags & AUTH and not q.is_authentic(secret):
            return report(q, "digest")
        if q.flags & AUTH and (q.boots != 3 or abs(q.time - 77) > 150):
            return report(q, "time", level=AUTH, secret=secret)
        return then(q, len(seen))
    return udp(handle)


def slow(bed):
    """Discovery at once, a no to everybody half a second later."""
    s, port = bed.bound(socket.SOCK_DGRAM)

    def serve():
        while True:
            data, client = s.recvfrom(65536)
            bed.received.append(data)
            q = Question(data)
            if not q.engine:
                s.sendto(report(q, "engine"), client)
            else:
                threading.Timer(0.5, s.sendto, (report(q, "digest"), client)).start()
    background(serve)
    return port


def says(stat, **how):
    return agent(lambda q, nth: report(q, stat, **how))


def logins(count):
    """So many messages of a user were received, at the most one discovery an attempt."""
    def are(got):
        questions = [Question(data) for data in got]
        users = [q for q in questions if q.user]
        return len(users) == count and len(questions) - count <= 3
    return are


def no(word, text, **more):
    return {"refusal": word, "rejected": [f"parameters: {text}"], "agent-alive": True, **more}


def snmpget(*more, says="lab-switch"):
    """net-snmp's own client agrees with the peer."""
    line = ("MIBS= SNMP_PERSISTENT_DIR=/dev/null snmpget -v3 -t1 -r1 -On -u " + USER +
            " -l authNoPriv -a SHA -A " + (more[0] if more else SECRET) +
            " {host}:{port} 1.3.6.1.2.1.1.5.0 2>&1 | grep '" + says + "'")
    return ["sh", "-c", line]


def plain_only(q, nth):
    """As snmpd with a wrong privacy secret: AES tells it nothing, and it is silent."""
    return None if q.flags & PRIV else response(q, [], level=AUTH, secret=SECRET)


def lost_at_first(q, nth):
    return None if nth == 1 else good(q, nth)


def never_in_time(q):
    return report(q, "engine", boots=9, seconds=5)


def forged_first(q, nth):
    return [response(q, VALUES, level=AUTH, secret=SECRET, spoil=b"\1" * 12), b"junk",
            good(q, nth)[:-20], good(q, nth)]


def huge(q, nth):
    return response(q, [value(1, 4, b"\x1b[2J" * 15000)], level=AUTH, secret=SECRET)


def many(q, nth):
    return response(q, VALUES + [ber(0x30, ber(6, b"\x2b\6"), ber(5))] * 3000, level=AUTH,
                    secret=SECRET)


def cut(q, nth):
    return good(q, nth)[:-20]


def indefinite(q, nth):
    return b"\x30\x80" + good(q, nth)[3:]


ABSURD = [counter(5, group=(99, 1, 1)), ber(0x30, ber(6), ber(5)),
          ber(0x30, ber(6, b"\xff" * 200), ber(0x41, b"\xff" * 200)), ber(4, b"x" * 1000), b""]


def absurd(number):
    """Reports whose contents are no counter of anybody."""
    return agent(lambda q, nth: report(q, ABSURD[number]))


# Real agents -------------------------------------------------------------------

USERS = [("md5-des", "MD5", "DES"), ("sha-aes", "SHA", "AES"), ("sha224-aes", "SHA-224", "AES"),
         ("sha256-aes256", "SHA-256", "AES-256"), ("sha384-aes192", "SHA-384", "AES-192"),
         ("sha512-aes256c", "SHA-512", "AES-256-C"), ("md5-aes256", "MD5", "AES-256"),
         ("md5-aes256c", "MD5", "AES-256-C")]
LINES = [f"createUser {user} {auth} {SECRET} {priv} {PRIVATE}\nrouser {user} priv"
         for user, auth, priv in USERS]
LINES += [f"createUser only SHA {SECRET}", "rouser only auth", "createUser nobody",
          "rouser nobody noauth", f"createUser blind SHA {SECRET} AES {PRIVATE}",
          "rocommunity canary-word 127.0.0.2", "sysName lab-switch"]


def snmpd(bed):
    where = daemon.folder()
    with open(f"{where}/config", "w") as f:
        f.write("\n".join(LINES) + "\n")
    port = daemon.free_port(bed, socket.SOCK_DGRAM)
    daemon.start(where, "snmpd", "-f", "-Lf", "/dev/null", "-C", "-c", f"{where}/config", "-p",
                 f"{where}/pid", f"udp:{bed.host}:{port}",
                 environment={"MIBS": "", "PATH": os.environ["PATH"],
                              "SNMP_PERSISTENT_DIR": where})
    snmp.wait(bed, port)
    return port


def real(name, code, params, **more):
    return Case(f"snmpd-{name}", "snmp", code, snmpd, params=params, secrets=SECRETS,
                seconds=more.pop("seconds", (0, 8)), **more)


def as_user(user, auth, priv, secret="V3_AUTH", private="V3_PRIV"):
    return [f"user={user}", f"auth_protocol={auth}", f"auth=env:{secret}",
            f"priv_protocol={priv}", f"priv=env:{private}"]


REAL = [real(user, "REPLY-OK", as_user(user, auth, priv),
             facts={"version": "3", "security-level": "authPriv", "sys-name": "lab-switch",
                    "sys-object-id": lambda v: v.startswith("1.3.6.1.4.1.8072."),
                    "credential": "parameters"}, no_facts=("refusal", "agent-alive"))
        for user, auth, priv in USERS] + [
    real("auth-only", "REPLY-OK", ["user=only", *ME[1:]], facts={"security-level": "authNoPriv"}),
    real("no-auth", "REPLY-OK", ["user=nobody"], facts={"security-level": "noAuthNoPriv"}),
    real("unknown-user", "REPLY-REJECTED", ["user=stranger", *ME[1:]],
         facts=no("unknown-user", "the agent does not know this user"), exit=1),
    real("wrong-auth", "REPLY-REJECTED", as_user("sha-aes", "SHA", "AES", secret="V3_WRONG"),
         facts=no("wrong-auth-secret", "wrong authentication secret or protocol")),
    real("wrong-protocol", "REPLY-REJECTED", as_user("sha-aes", "SHA-256", "AES"),
         facts=no("wrong-auth-secret", "wrong authentication secret or protocol")),
    real("wrong-priv-aes", "REPLY-REJECTED", as_user("sha-aes", "SHA", "AES", private="V3_WRONG"),
         facts=no("wrong-priv-secret", "wrong privacy secret or protocol")),
    real("wrong-priv-des", "REPLY-REJECTED", as_user("md5-des", "MD5", "DES", private="V3_WRONG"),
         facts=no("wrong-priv-secret", "wrong privacy secret or protocol")),
    real("no-privacy-there", "REPLY-REJECTED", as_user("only", "SHA", "AES"),
         facts=no("level-not-supported",
                  "the user does not have this security level on the agent")),
    real("level-too-low", "REPLY-REJECTED", ["user=sha-aes", *ME[1:]],
         facts=no("no-access", "the user is known but may not read anything at this security level")),
    real("no-view", "REPLY-REJECTED", as_user("blind", "SHA", "AES"),
         facts=no("no-access", "the user is known but may not read anything at this security level")),
    real("access-list", "REPLY-REJECTED", ["community=env:V3_WORD"],
         facts={"refusal": "silent", "agent-alive": True}),
    real("access-list-holds-us", "REPLY-OK", ["community=env:V3_WORD"],
         args=["--source", "127.0.0.2"], facts={"version": "2c", "credential": "parameters"}),
]

# Several credentials, requirements and profiles ---------------------------------

PROFILE = """\
preflight: profile/1
name: NAME
version: "1"
title: SNMP of one device
sources: {doc: {title: none}}
roles: {server: here}
default_role: server
requirements:
  - {id: lan.snmp, title: SNMP, from: server, to: "device:snmp", level: required, check: snmp,
     ports: [{port}], source: doc}
  - {id: lan.again, title: SNMP, from: server, to: "device:snmp", level: required, check: snmp,
     ports: [{port}], params: {version: "1"}, source: doc}
"""
INVENTORY = """\
preflight: inventory/1
devices:
  - {address: "{host}", types: [snmp], name: switch, credentials: [LIST]}
credentials:
  wrong: {kind: snmp-v3, user: monitor, auth_protocol: SHA, auth: env:V3_WRONG}
  right: {kind: snmp-v3, user: monitor, auth_protocol: SHA, auth: env:V3_AUTH}
  word: {kind: snmp-v2c, community: env:V3_WORD}
  more: {kind: snmp-v2c, community: env:V3_AUTH}
  five: {kind: snmp-v2c, community: env:V3_PRIV}
"""
WRONG_TEXT = "wrong authentication secret or protocol"
AGAIN_TEXT = f"not tried again on this device ({WRONG_TEXT})"


def several(name, credentials, codes, peer=None, profiles=("p",), **more):
    files = {f"{p}.yaml": PROFILE.replace("NAME", p) for p in profiles}
    files["i.yaml"] = INVENTORY.replace("LIST", credentials)
    words = ["run", *[f"{{folder}}/{p}.yaml" for p in profiles], "--inventory", "{folder}/i.yaml"]
    return Case(name, "snmp", codes[0], peer or agent(), words=words, files=files, codes=codes,
                secrets=SECRETS, seconds=more.pop("seconds", (0, 8)), **more)


def wrong_once(count):
    """One message with the wrong secret, `count` with the right one."""
    def are(got):
        users = [q for q in map(Question, got) if q.user]
        authentic = [q for q in users if q.is_authentic(SECRET)]
        return len(authentic) == count and len(users) - count == 1
    return are


SEVERAL = [
    several("wrong-once-for-two-requirements", "wrong", ["REPLY-REJECTED", "REPLY-REJECTED"],
            received=wrong_once(0), facts={"rejected": [f"wrong: {WRONG_TEXT}"]}, exit=1),
    # Both are on their way before the first has its answer.
    several("wrong-once-at-a-slow-device", "wrong", ["REPLY-REJECTED", "REPLY-REJECTED"],
            peer=slow, received=wrong_once(0)),
    several("wrong-once-for-two-profiles", "wrong", ["REPLY-REJECTED"] * 4,
            profiles=("p", "q"), received=wrong_once(0)),
    several("second-credential-works", "wrong, right", ["REPLY-OK", "REPLY-OK"],
            received=wrong_once(2), exit=0,
            facts={"credential": "right", "rejected": [f"wrong: {WRONG_TEXT}"]}),
    several("first-credential-works", "right, wrong", ["REPLY-OK", "REPLY-OK"],
            received=logins(2), no_facts=("rejected",),
            facts={"credential": "right"}),
    several("five-credentials-are-too-many", "more, five, word, right, wrong",
            ["REPLY-OK", "REPLY-OK"], peer=None, facts={"credential": "right", "credentials-cut": 1},
            seconds=(0, 12)),
]

CASES = [
    Case("good-ipv6", "snmp", "REPLY-OK", agent(), params=ME, families=(6,), exit=0),
    Case("good", "snmp", "REPLY-OK", agent(), params=ME, exit=0,
         confirm=snmpget(), confirm_says="lab-switch", secrets=SECRETS, notes=[],
         facts={"version": "3", "security-level": "authNoPriv", "credential": "parameters",
                "uptime": 86400, "sys-descr": "Lab switch 1.0", "sys-name": "lab-switch",
                "sys-object-id": "1.3.6.1.4.1.8072.3.2.10", "engine-boots": 3},
         no_facts=("agent-alive", "refusal", "rejected"), received=logins(1)),
    Case("unknown-user", "snmp", "REPLY-REJECTED", agent(users=()), params=ME, exit=1,
         confirm=snmpget(says="Unknown user name"), secrets=SECRETS, received=logins(1),
         facts=no("unknown-user", "the agent does not know this user")),
    Case("wrong-auth-once", "snmp", "REPLY-REJECTED", agent(), params=BAD, exit=1,
         confirm=snmpget(WRONG, says="Authentication failure"), secrets=SECRETS,
         facts=no("wrong-auth-secret", WRONG_TEXT), received=logins(1)),
    Case("wrong-priv-reported", "snmp", "REPLY-REJECTED", says("decryption"), params=HIDDEN,
         confirm=snmpget(says="Decryption error"), received=logins(1), secrets=SECRETS,
         facts=no("wrong-priv-secret", "wrong privacy secret or protocol")),
    Case("wrong-priv-silent", "snmp", "REPLY-REJECTED", agent(plain_only), params=HIDDEN,
         seconds=(2.9, 6), secrets=SECRETS, received=logins(5),
         facts=no("wrong-priv-secret", "wrong privacy secret or protocol")),
    Case("level", "snmp", "REPLY-REJECTED", says("level"), params=ME, received=logins(1),
         confirm=snmpget(says="Unsupported security level"),
         facts=no("level-not-supported", "the user does not have this security level on the agent")),
    Case("context", "snmp", "REPLY-REJECTED", says(counter(5, group=(12, 1))), params=ME,
         facts={"refusal": "unknown-context"}),
    Case("engine-changes", "snmp", "REPLY-REJECTED", says("engine"), params=ME,
         facts={"refusal": "unknown-engine"}),
    Case("no-access", "snmp", "REPLY-REJECTED",
         agent(lambda q, nth: response(q, VALUES, status=16, level=AUTH, secret=SECRET)),
         params=ME, confirm=snmpget(says="authorizationError"), facts={"refusal": "no-access"}),
    Case("error-status", "snmp", "REPLY-OK",
         agent(lambda q, nth: response(q, [], status=5, level=AUTH, secret=SECRET)), params=ME,
         facts={"error-status": 5}),
    # The time window: learned once, and that is no second login.
    Case("time-learned", "snmp", "REPLY-OK", agent(discover=never_in_time), params=ME,
         confirm=snmpget(), confirm_says="lab-switch", received=logins(2),
         facts={"version": "3"}),
    Case("time-never-right", "snmp", "REPLY-REJECTED",
         agent(lambda q, nth: report(q, "time", level=AUTH, secret=SECRET)), params=ME,
         received=logins(2), facts={"refusal": "not-in-time-window"}),
    Case("time-wrong-secret", "snmp", "REPLY-REJECTED", agent(discover=never_in_time), params=BAD,
         received=logins(1), facts={"refusal": "wrong-auth-secret"}),
    # Loss and silence.
    Case("lost-at-first", "snmp", "REPLY-OK", agent(lost_at_first), params=ME,
         seconds=(0.9, 4), received=logins(2)),
    Case("silent-to-the-user", "snmp", "REPLY-REJECTED", agent(lambda q, nth: None), params=ME,
         seconds=(2.9, 6), received=logins(3), facts=no("silent", "no answer"), exit=1),
    Case("no-engine", "snmp", "REPLY-REJECTED",
         agent(discover=lambda q: report(q, "engine", engine=b"")), params=ME, received=logins(0),
         facts={"refusal": "unknown-engine"}),
    Case("short-engine", "snmp", "REPLY-REJECTED",
         agent(discover=lambda q: report(q, "engine", engine=b"abcd")), params=ME,
         received=logins(0), facts={"refusal": "unknown-engine"}),
    # What is not authentic is no answer.
    Case("forged-first", "snmp", "REPLY-OK", agent(forged_first), params=ME, received=logins(1)),
    Case("not-authentic", "snmp", "REPLY-BAD-REPLY",
         agent(lambda q, nth: response(q, VALUES, level=AUTH, secret=WRONG)), params=ME,
         seconds=(2.9, 6), exit=1, no_facts=("sys-name", "credential")),
    Case("without-mac", "snmp", "REPLY-BAD-REPLY",
         agent(lambda q, nth: response(q, VALUES)), params=ME, seconds=(2.9, 6),
         no_facts=("sys-name",)),
    Case("privacy-without-keys", "snmp", "REPLY-BAD-REPLY",
         agent(lambda q, nth: message(q, b"", level=PRIV, hidden=b"x" * 64)), params=ME, seconds=(2.9, 6)),
    # Hostile answers, authentic or not.
    Case("huge", "snmp", "REPLY-OK", agent(huge), params=ME,
         facts={"sys-descr": lambda v: len(v) <= 256}),
    Case("many-varbinds", "snmp", "REPLY-OK", agent(many), params=ME,
         facts={"sys-name": "lab-switch"}),
    Case("cut", "snmp", "REPLY-REJECTED", agent(cut), params=ME, seconds=(2.9, 6),
         facts={"refusal": "silent"}),
    Case("indefinite", "snmp", "REPLY-REJECTED", agent(indefinite), params=ME, seconds=(2.9, 6),
         facts={"refusal": "silent"}),
    *[Case(f"absurd-report-{n}", "snmp", "REPLY-REJECTED", absurd(n), params=ME,
           facts={"refusal": "other-report"}) for n in range(len(ABSURD))],
    *SEVERAL, *REAL]
