"""--proxy and --proxy-auth: passwords stay out of argv and out of messages."""
import base64
import os
import re

from harness import Bad, TENANT

PLAN = ["plan", "auvik-collector", "--set", TENANT]
SECRET = "hunter2-secret"


def readable_by_all(path):
    path.write_text(f"user:{SECRET}\n")
    os.chmod(path, 0o644)


BAD = [
    Bad("A password in the proxy's URL is refused and not repeated.",
        [*PLAN, "--proxy", f"http://joe:{SECRET}@10.2.2.10:3128"],
        ["--proxy: a password does not belong on the command line", "--proxy-auth"],
        never=[SECRET, "joe"]),
    Bad("A password without a scheme is refused and not repeated, too.",
        [*PLAN, "--proxy", f"joe:{SECRET}@10.2.2.10:3128"], ["--proxy-auth"],
        never=[SECRET, "joe"]),
    Bad("A user name alone is refused as well.",
        [*PLAN, "--proxy", "http://joe@10.2.2.10:3128"], ["--proxy-auth"], never=["joe"]),
    Bad("run refuses it just so.",
        ["run", "auvik-collector", "--proxy", f"http://joe:{SECRET}@10.2.2.10:3128"],
        ["--proxy-auth"], never=[SECRET]),
    Bad("check refuses it just so.",
        ["check", "https", "10.0.0.5:443", "--proxy", f"http://joe:{SECRET}@10.2.2.10:3128"],
        ["--proxy-auth"], never=[SECRET]),
    Bad("An https:// proxy is not known.",
        [*PLAN, "--proxy", "https://10.2.2.10:3128"], ["http://HOST:PORT"]),
    Bad("An https:// proxy with a password does not show it.",
        [*PLAN, "--proxy", f"https://joe:{SECRET}@10.2.2.10"], ["--proxy"], never=[SECRET]),
    Bad("A socks5:// proxy is not known.",
        [*PLAN, "--proxy", "socks5://10.2.2.10:1080"], ["http://HOST:PORT"]),
    Bad("It is said that a proxy of the environment is a SOCKS proxy.",
        [*PLAN, "--proxy", "env"], ["ALL_PROXY", "SOCKS", "http://HOST:PORT"], env={"ALL_PROXY": "socks5h://10.2.2.10:1080"}),
    *[Bad("A proxy needs its port: programs do not agree on one.", [*PLAN, "--proxy", words],
          [where, "needs its port", "http://HOST:PORT"], env=env)
      for words, where, env in (("http://10.2.2.10", "--proxy", {}), ("proxy.corp.example", "--proxy", {}),
                                ("http://[2001:db8::1]/", "--proxy", {}), ("http://wpad/", "--proxy", {}),
                                ("http://10.2.2.10:", "--proxy", {}), ("env", "https_proxy", {"https_proxy": "10.2.2.10"}))],
    Bad("HTTP_PROXY in capitals is not used, as in curl.", [*PLAN, "--proxy", "env"],
        ["HTTP_PROXY", "http_proxy"], env={"HTTP_PROXY": "http://10.2.2.10:3128"}),
    *[Bad("A PAC file is not a proxy.", [*PLAN, *words], ["is a PAC file", "http://HOST:PORT"], env=env)
      for words, env in ((["--proxy", "http://wpad.corp.example/wpad.dat"], {}),
                         (["--proxy", "http://10.2.2.10:8080/proxy.pac?x=1"], {}),
                         (["--proxy", "env"], {"https_proxy": "http://wpad/wpad.dat"}))],
    *[Bad(f"{url!r} is no proxy's address.", [*PLAN, "--proxy", url], ["http://HOST:PORT"])
      for url in ("http://", "http://:3128", "http://10.2.2.10:0", "http://10.2.2.10:99999",
                  "http://10.2.2.10:x", "http://[2001:db8::1", "http://a b:3128",
                  "http://pro\033xy:3128", "http://10.2.2:3128")],
    Bad("--proxy env needs a variable.", [*PLAN, "--proxy", "env"],
        ["no proxy variable is set", "https_proxy"]),
    Bad("A bad proxy of the environment is told by the variable's name only.",
        [*PLAN, "--proxy", "env"], ["https_proxy"], never=[SECRET],
        env={"https_proxy": f"socks5://joe:{SECRET}@10.2.2.10"}),
    Bad("--proxy-auth is for --proxy.",
        [*PLAN, "--proxy-auth", "env:X"], ["--proxy-auth needs --proxy"]),
    Bad("A password in the place of its reference is refused and not repeated.",
        [*PLAN, "--proxy", "http://10.2.2.10:3128", "--proxy-auth", f"joe:{SECRET}"],
        ["env:NAME", "file:PATH"], never=[SECRET]),
    Bad("A variable that is not set is named.",
        [*PLAN, "--proxy", "http://10.2.2.10:3128", "--proxy-auth", "env:NO_SUCH"],
        ["env:NO_SUCH", "not set"]),
    Bad("A file that is missing is named.",
        [*PLAN, "--proxy", "http://10.2.2.10:3128", "--proxy-auth", "file:none"], ["file:none"]),
    Bad("A file that others can read is refused.",
        [*PLAN, "--proxy", "http://10.2.2.10:3128", "--proxy-auth", "file:auth"],
        ["file:auth", "chmod 600"], files={"auth": readable_by_all}, never=[SECRET]),
]


def case_password_of_the_environment(box):
    """A password that came by env: reaches neither plan nor its JSON."""
    for form in ("text", "json"):
        done = box.preflight(*PLAN, "--proxy", "http://10.2.2.10:3128", "--proxy-auth",
                             "env:LOGIN", "--format", form, env={"LOGIN": f"joe:{SECRET}"})
        assert done.status == 0, done.errors
        assert SECRET.encode() not in done.out + done.err


def case_proxy_of_the_environment_is_reported(box):
    """A proxy variable is not used unasked, and the report says so."""
    done = box.preflight("run", "auvik-collector", "--set", TENANT, "--deadline", "5s", "-v",
                         env={"https_proxy": f"http://joe:{SECRET}@10.2.2.10:3128"})
    assert done.status == 3, (done.status, done.errors)
    assert "https_proxy" in done.text and "--proxy env" in done.text, done.text[-600:]
    assert SECRET.encode() not in done.out + done.err


def case_proxy_of_the_environment_is_used(box):
    """--proxy env takes the variable, and shows neither user nor password."""
    done = box.preflight(*PLAN, "--proxy", "env", "--format", "json",
                         env={"https_proxy": f"http://joe:{SECRET}@10.2.2.10:3128"})
    assert done.status == 0, done.errors
    assert SECRET.encode() not in done.out + done.err
    probes = [p for q in done.json()["requirements"] for p in q["probes"]]
    assert any(p["via_proxy"] for p in probes)


PROXY = """
import socket
server = socket.create_server(("127.0.0.1", 8080))
print("ready", flush=True)
peer, _ = server.accept()
open("asked", "wb").write(peer.recv(65536))
peer.sendall(b"HTTP/1.1 502 no\\r\\nContent-Length: 0\\r\\n\\r\\n")
"""


def case_account_of_the_environment(box):
    """User and password of a proxy variable are percent-encoded; the proxy gets what they mean, over TLS and plain."""
    for check in ("https", "http"):
        box.make({"proxy.py": PROXY})
        box.preflight("check", check, "www.example.com", "--proxy", "env", "--format", "json", "--timeout", "3s",
                      script="ip link set lo up; python3 proxy.py > up & until grep -q ready up; do sleep 0.02; done",
                      env={"https_proxy": "http://CORP%5Cuser:p%40ss%231%2525@127.0.0.1:8080"})
        asked = (box.path / "asked").read_bytes()
        token = re.search(rb"Proxy-Authorization: Basic (\S+)", asked)[1]
        assert base64.b64decode(token) == rb"CORP\user:p@ss#1%25", (check, asked)


def case_proxy_variables_as_curl_reads_them(box):
    """https_proxy, HTTPS_PROXY, all_proxy, ALL_PROXY, http_proxy: the first that is set, with or without a scheme."""
    names = ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "http_proxy")
    for first, name in enumerate(names):
        env = {later: f"10.2.2.{20 + at}:80" for at, later in enumerate(names) if at > first}
        done = box.preflight(*PLAN, "--proxy", "env", "--format", "json", env={**env, name: "HTTP://10.2.2.10:3128/"})
        assert done.status == 0, (name, done.errors)
        done = box.preflight("check", "https", "www.example.com", "--proxy", "env", "--format", "json",
                             "--timeout", "1s", env={**env, name: "10.2.2.10:3128"})
        assert done.json()["run"]["proxy"]["url"] == "http://10.2.2.10:3128", (name, done.json()["run"]["proxy"])
