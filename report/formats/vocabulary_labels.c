/* vocabulary_labels.c - the words that stand in front of what a report says. */
#include "report/formats/vocabulary.h"

const struct vocabulary_label vocabulary_labels[] = {
    {"affected",
     "The devices or hosts that the cause of a ticket concerns, and what they "
     "are needed for."},
    {"affected requirements", "Those that fail because of this cause."},
    {"all", "How to see the whole report, with every requirement and its "
	    "evidence: the "
	    "same command with -v."},
    {"also at", "Other sites with the same cause, in a ticket for all."},
    {"baseline",
     "What changed since the older report that --baseline names: new failures, "
     "fixed ones, and those that still fail."},
    {"blocker",
     "The device whose address was seen to block the path: the sender of a "
     "refusal or of an ICMP error."},
    {"cause",
     "A finding: one thing that is wrong and explains one or many failing "
     "tests. Causes are numbered; the first one is to be repaired first. Of "
     "one test it is why it stopped: preflight explain CONNECT-TIMEOUT."},
    {"change",
     "The step that repairs the cause, for the one who runs the part that is "
     "named in front."},
    {"checks", "The protocols that preflight can test: preflight list checks."},
    {"confidence",
     "How sure a cause is: confirmed, or probable; inferred where a part of it "
     "was concluded."},
    {"confirm",
     "What would turn a probable cause into a confirmed one, or show another "
     "one."},
    {"covers", "The rows of the requirement matrix that it is about: AUV-01."},
    {"decided", "What must be seen for this cause, and whom it is given to."},
    {"devices",
     "The row of requirements that lead to devices of the inventory; on "
     "another line, the devices by network and type."},
    {"do", "What to do about it, in this order."},
    {"do first", "What to look at before anything else."},
    {"evidence",
     "What was gathered after a failure to find its cause; e1, e2 are its "
     "names in the JSON report."},
    {"explains", "The tests that fail because of this cause."},
    {"finding",
     "One cause that explains one or many failing tests, with its owner, its "
     "evidence and what to change. See preflight list findings."},
    {"first", "The command to type before the others can be used."},
    {"group", "Requirements that can stand in for one another."},
    {"host", "The host that the tests ran on, with its address."},
    {"impact", "What is lost while the cause is there, from the profile."},
    {"inbound",
     "The row of connections that the far end opens to here: devices that send "
     "flows, log lines or files. Only a test from there can prove them, so "
     "they take no READY away."},
    {"internet", "The row of requirements that lead to hosts on the internet."},
    {"level",
     "How important a requirement is: required, alternative, fallback, "
     "recommended, optional or advisory."},
    {"looks alike", "Other causes that the same tests would show."},
    {"lost",
     "What the product cannot do while the cause is there, from the profile. "
     "Where no required path fails it is called risk."},
    {"meaning", "What the word, code or cause says."},
    {"more", "The command that shows the evidence of a cause."},
    {"needed for", "Why the product needs the path, from the profile."},
    {"note",
     "What does not decide the verdict but should be known, for example what "
     "cannot be proved from here."},
    {"outcome",
     "How far a test got and why it stopped: a phase and a cause, as in "
     "CONNECT-TIMEOUT."},
    {"owner",
     "Who can repair the cause: this-host, local-network, firewall, proxy, "
     "dns, internet, device or vendor."},
    {"paths", "Where packets must get through: transport, port, from, to."},
    {"probe", "One test of one address and port."},
    {"product", "The profile that was tested, with its version."},
    {"profile", "What one product needs. See preflight list profiles."},
    {"proof",
     "What must be seen for a pass: service, connect or path, the least that a "
     "requirement takes."},
    {"purpose", "Why the product needs the path, from the profile."},
    {"reason", "Why it has this verdict, in one line."},
    {"requirement",
     "One line of what a product needs: from whom, to whom, which port, how "
     "important. See preflight list requirements."},
    {"requirements",
     "What the product needs, with the verdict of each; counted by where they "
     "lead."},
    {"result", "One test with its outcome."},
    {"risk",
     "What the product may lose: the cause stops no required path today."},
    {"role", "The part that this machine plays in the product."},
    {"roll back", "How to take the change back."},
    {"rules", "The command that writes the firewall rules for these causes."},
    {"rules for",
     "The causes, by their numbers, that firewall rules can end, and the "
     "command that writes those rules."},
    {"scenario", "An option of the product that adds requirements."},
    {"seen", "The observations that the cause follows from."},
    {"servers",
     "The row of requirements that lead to servers of the product that the "
     "inventory names by their role."},
    {"severity",
     "How bad a cause is: critical, where a required path fails; warning; or "
     "info."},
    {"since", "When the older report was made, and what changed since then."},
    {"site", "The name that --site gave the place."},
    {"subject", "The one line of a ticket's subject."},
    {"target", "The address that was tested, with its name."},
    {"tests", "Each test of the requirement and how it ended."},
    {"then", "The command that repeats what failed, once the change is made."},
    {"this host",
     "The row of requirements about the host itself: ports, packages, its "
     "clock."},
    {"verdict",
     "How a requirement or a test ended: pass, warn, fail, skip, not-needed or "
     "untested; of the whole run: ready, ready-with-warnings, not-ready or "
     "undecided."},
    {"verify", "The command that shows whether the change has helped."},
    {"when", "When the tests ran, in UTC, and how long they took."},
    {"where",
     "The place on the path where it is blocked, as far as it could be seen: "
     "this host, a hop, behind a hop, or the target."},
    {"why", "Why the test failed, or why it was not tested."},
    {NULL, NULL}};
