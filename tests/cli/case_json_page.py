"""docs/json.md: each line of jq answers its question on a report with failures."""
import re
import subprocess

from harness import ROOT

# What is right for tests/golden/not-ready.json, by the first words of the question.
ANSWERS = {
    "Is the site ready": '"not-ready"',
    "What would a person": '"NOT READY: 2 of 5 required paths fail; 1 not provable from here"',
    "How many required paths": '"2 of 5"',
    "When was it": '["2026-11-21T03:20:00Z","collector",null,null]',
    "What has the firewall's owner": '"On 10.0.0.1 (default gateway), allow tcp/443 from 10.0.0.5 to *.my.auvik.com and '
                                     'apt.my.auvik.com"',
    "Which causes are the same": '["firewall-prohibits:10.0.0.1:tcp/443","service-down:lan-switch:tcp/22"]',
    "Which addresses block": '["10.0.0.1"]',
    "What does each cause": '{"firewall-prohibits:10.0.0.1:tcp/443":"the collector stays offline; no updates"}',
    "How many tests": '"firewall-prohibits\\t2"',
    "Which required ones fail": '"cloud.tenant"\n"cloud.vendor"',
    "Why does one fail": '"a device on the path prohibits it (ICMP 3/13 from 10.0.0.1)"',
    "What could not be tested": '"inbound.ftp\\tneeds-second-end"',
    "Which rows of the vendor": '["AUV-01","AUV-02"]',
    "Which devices of the inventory": "",
    "Which devices fail": "[]",
    "Which hosts of the internet": '["0.pool.ntp.org","acme.us1.my.auvik.com","apt.my.auvik.com","this host"]',
    "Which paths fail": '"acme.us1.my.auvik.com\\ttcp\\t443\\tCONNECT-PROHIBITED"',
    "Which answered slowest": '"cloud.tenant/acme.us1.my.auvik.com:tcp/443/v4#1"',
    "What explains": '"cloud.tenant/acme.us1.my.auvik.com:tcp/443/v4#1\\tfirewall-prohibits"',
    "What blocks": '"firewall-prohibits\\tfirewall\\tconfirmed\\t10.0.0.1 (default gateway) prohibits tcp/443',
}


def case_every_line(_box):
    """jq runs each line of the page, and its answer begins with what is right for the report."""
    page = (ROOT / "docs/json.md").read_text()
    report = (ROOT / "tests/golden/not-ready.json").read_bytes()
    rows = re.findall(r"\n\n([A-Z][^\n]*)\n\n```jq\n(.*?)\n```", page, re.S)
    assert len(rows) == len(ANSWERS) == page.count("```jq") == 20, (len(rows), len(ANSWERS))
    for question, line in rows:
        wanted, = (answer for words, answer in ANSWERS.items() if question.startswith(words))
        done = subprocess.run(["jq", "-c", line], input=report, capture_output=True, check=False)
        assert done.returncode == 0, (question, done.stderr)
        assert done.stdout.decode().startswith(wanted), (question, done.stdout.decode(), wanted)
