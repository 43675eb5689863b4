/* vocabulary.c - the words of a report and what they mean. */
#include "report/formats/vocabulary.h"

#include "core/base/result.h"
#include "report/compare/compare.h"
#include "report/compare/merge.h"
#include "report/model.h"

#include <string.h>

static const char *const vocabulary_verdicts[] = {
    [VERDICT_PASS] = "It works: what the requirement takes as proof was seen.",
    [VERDICT_NOT_NEEDED] =
	("This site does not need it: another alternative of its group works, "
	 "or there is no such device. It does not count."),
    [VERDICT_UNTESTED] =
	("It was not tested, so it is neither good nor bad. The word beside it "
	 "is the reason: needs-input, needs-privilege, needs-second-end, "
	 "no-witness, local or not-run."),
    [VERDICT_WARN] =
	("It needs attention, but does not stop the product: a recommended or "
	 "optional path fails, a fallback is in use, or it works with a "
	 "defect."),
    [VERDICT_SKIP] =
	("It was not tried, because something that it needs failed before: "
	 "most "
	 "often the name did not resolve. It counts as a failure; repair what "
	 "it needs first."),
    [VERDICT_FAIL] =
	"It was tried and does not work. The finding beside it is the cause."};

static const char *const vocabulary_statuses[] = {
    [RUN_READY] = "No required path failed or is undecided. Exit status 0.",
    [RUN_READY_WITH_WARNINGS] =
	("No required path failed, and something needs attention. Exit status "
	 "0; with --strict 4."),
    [RUN_UNDECIDED] =
	("No required path failed, but one could not be tested that this host "
	 "could test with more input, rights or time, or none could be proved "
	 "from here. Exit status 3."),
    [RUN_NOT_READY] = "At least one required path failed. Exit status 1.",
    [MERGED_MISSING] = "The report of this site could not be read."};

static const char *const vocabulary_reasons[] = {
    [WHY_NEEDS_INPUT] =
	("A variable, a device or a credential is missing: give it by --set, "
	 "--target or --inventory."),
    [WHY_NEEDS_PRIVILEGE] =
	("The test needs a right that this user does not have: run it as root, "
	 "or see preflight doctor."),
    [WHY_NEEDS_SECOND_END] =
	("The far end opens this connection to here: only a test from there "
	 "can prove it. It does not take READY away."),
    [WHY_NO_WITNESS] =
	("Nothing at the far end answers a test, because of the protocol or "
	 "because no host is known: check the firewall rule by hand. It does "
	 "not take READY away."),
    [WHY_LOCAL] = "This host could not run the test: see preflight doctor.",
    [WHY_NOT_RUN] =
	"The run ended before its turn, by the deadline or by a signal."};

static const char *const vocabulary_phases[] = {
    [PHASE_LOCAL] = "Before anything left this host.",
    [PHASE_RESOLVE] = "While the name was looked up.",
    [PHASE_CONNECT] =
	("While the path to the address and port was opened. Of a datagram "
	 "protocol, nothing is opened: see reply."),
    [PHASE_PROXY] = "While the proxy was asked for the connection.",
    [PHASE_TLS] = "In the TLS handshake: the port was open.",
    [PHASE_REQUEST] = "While the first message was sent.",
    [PHASE_REPLY] = "While the answer was waited for, or read."};

static const char *const vocabulary_causes[] = {
    [CAUSE_OK] = "Nothing stopped it: it worked.",
    [CAUSE_TIMEOUT] =
	"Nothing came back in time. Packets were dropped, or nothing is there.",
    [CAUSE_REFUSED] =
	("The target's address refused: nothing listens on the port, or a "
	 "firewall answers in its name."),
    [CAUSE_PROHIBITED] =
	"A device on the path reported that its rules forbid it.",
    [CAUSE_UNREACHABLE] =
	"A device on the path reported that it knows no way there.",
    [CAUSE_RESET] = "The connection was closed or reset after it was open.",
    [CAUSE_BAD_REPLY] =
	"Something answered, but not with the protocol that belongs there.",
    [CAUSE_REJECTED] =
	("The right protocol answered and said no: a log-in is missing, or "
	 "this host is not allowed."),
    [CAUSE_UNTRUSTED] =
	("The certificate does not lead to a trusted root, or is not for this "
	 "name."),
    [CAUSE_NXDOMAIN] = "The DNS server says that the name does not exist.",
    [CAUSE_SERVFAIL] = "The DNS server could not find out.",
    [CAUSE_NO_DATA] = "The name exists but has no address of this family.",
    [CAUSE_UNSYNCHRONISED] = "The time server does not know the time itself.",
    [CAUSE_IN_USE] = "Another program holds the port on this host.",
    [CAUSE_LOCAL] = "This host could not run the test."};

static const char *const vocabulary_proofs[] = {
    [PROOF_NONE] = "Nothing was seen that proves the path.",
    [PROOF_PATH] =
	("A refusal that came from the target itself: the path is open, "
	 "whether the service runs or not."),
    [PROOF_CONNECT] = "The port opened. The protocol has no safe greeting.",
    [PROOF_SERVICE] = "The right protocol answered."};

static const char *const vocabulary_levels[] = {
    [LEVEL_REQUIRED] = "The site is not ready without it.",
    [LEVEL_ALTERNATIVE] =
	"The site is ready when any alternative of its group works.",
    [LEVEL_FALLBACK] =
	("It is judged only where no alternative of its group works; then all "
	 "fallbacks of the group must work, with a warning."),
    [LEVEL_RECOMMENDED] = "A warning without it.",
    [LEVEL_OPTIONAL] =
	"Tested where its target is given; then a warning without it.",
    [LEVEL_ADVISORY] = "A hint: whatever it comes to, READY does not change."};

static const char *const vocabulary_owners[] = {
    [OWNER_THIS_HOST] = "Whoever runs the host that preflight ran on.",
    [OWNER_LOCAL_NETWORK] =
	"Whoever runs the switches and the first hop of this site.",
    [OWNER_FIREWALL] = "Whoever runs the firewall that the finding names.",
    [OWNER_PROXY] = "Whoever runs the HTTP proxy.",
    [OWNER_DNS] = "Whoever runs the DNS servers of this site.",
    [OWNER_INTERNET] =
	"The internet provider, or whoever runs the network beyond the site.",
    [OWNER_DEVICE] = "Whoever runs the device or the server that was tested.",
    [OWNER_VENDOR] = "The vendor of the product: its servers, its names."};

static const char *const vocabulary_confidences[] = {
    ("The evidence points to this cause, and something else could look the "
     "same. The finding says what would confirm it."),
    ("Two independent observations show this cause, or one that nothing else "
     "can imitate."),
    ("Part of the finding is concluded from other results, not seen at each "
     "target.")};

static const char *const vocabulary_severities[] = {
    [SEVERITY_INFO] = "Good to know: nothing fails because of it.",
    [SEVERITY_WARNING] = "It stops no required path.",
    [SEVERITY_CRITICAL] =
	"A required path fails, or cannot be tested, because of it."};

static const char *const vocabulary_states[] = {
    [DEVICE_UP] = "The device answered at least one test.",
    [DEVICE_ABSENT] =
	("An address of a network that was swept, and nothing there answered: "
	 "it has no verdict."),
    [DEVICE_SILENT] = "The device is in the inventory and answered nothing."};

static const char *const vocabulary_places[] = {
    [WHERE_THIS_HOST] = "On the host that preflight ran on.",
    [WHERE_HOP] = "At the router with this number, counted from this host.",
    [WHERE_AFTER_HOP] =
	("At or behind the last router that replied: nothing nearer can be "
	 "blamed."),
    [WHERE_TARGET] = "At the target itself."};

static const char *const vocabulary_evidence[] = {
    [EVIDENCE_HOP_WALK] =
	("Packets with a growing time to live: the routers that reported them, "
	 "and where the path ends."),
    [EVIDENCE_RESET_TTL] =
	"Whether a reset has the time to live of the target's other answers.",
    [EVIDENCE_NEIGHBOUR] =
	("What this host's neighbour table (ARP, ND) says about an address on "
	 "its own network."),
    [EVIDENCE_ROUTE] = "The route and the source address that this host uses.",
    [EVIDENCE_CONTROL] =
	("Another port, host or way, tested beside the failure to see what "
	 "works."),
    [EVIDENCE_RESOLVER] = "A question to one DNS server, for comparison.",
    [EVIDENCE_GATEWAY] =
	"Whether a gateway answers for itself, and whether it forwards.",
    [EVIDENCE_CLAIMANTS] = "The hosts on this network that claim an address.",
    [EVIDENCE_VIA] = "An address that was asked through another next hop.",
    [EVIDENCE_SENDING] = "What this host's kernel refused to send.",
    [EVIDENCE_FLOWS] =
	"Many connections to one path, to see whether only some of them die.",
    [EVIDENCE_RULES] = "What this host's own rules would do with a packet.",
    [EVIDENCE_MEANWHILE] = "The gateway, while nothing beyond it answered.",
    [EVIDENCE_WIRE] =
	"Whether the packet left this host, and whether an answer came in."};

static const char *const vocabulary_changes[] = {
    [CHANGE_NEW] = "It did not fail in the old report, and fails now.",
    [CHANGE_FIXED] = "It failed in the old report, and works now.",
    [CHANGE_STILL] = "It failed in the old report, and fails now.",
    [CHANGE_WORSE] =
	"It worked in the old report; now it warns, or could not be tested.",
    [CHANGE_BETTER] =
	("It warned or could not be tested in the old report and works now, or "
	 "it failed and is not needed now."),
    [CHANGE_OTHER] =
	"The verdict or the evidence differs, neither better nor worse.",
    [CHANGE_ADDED] = "It is not in the old report.",
    [CHANGE_GONE] = "It is only in the old report.",
    [CHANGE_SAME] = "It is as it was."};

static const char *const vocabulary_transports[] = {
    [TRANSPORTS_LOCAL] = "Nothing is sent: this host itself is looked at.",
    [TRANSPORTS_TCP] = "Connections over TCP.",
    [TRANSPORTS_UDP] = "Datagrams over UDP.",
    [TRANSPORTS_ICMP] = "Echo requests (ping).",
    [TRANSPORTS_UDP_TCP] = "The same port over UDP and over TCP."};

static const char *const vocabulary_targets[] = {
    "A device of the inventory, or one that --target names.",
    "A host that the profile names, or this host itself."};

/* Kinds ------------------------------------------------------------------- */

static const char *vocabulary_confidence(int value)
{
	static const char *const words[] = {"probable", "confirmed",
					    "inferred"};

	return words[value];
}

static const char *vocabulary_target(int value)
{
	return value == 0 ? "device" : "host";
}

/* Of a run, and of a site in a merge. */
static const char *vocabulary_name_status(int value)
{
	return value == MERGED_MISSING
		   ? "missing"
		   : run_verdict_name((enum run_verdict)value);
}

#define NAMES(own, type, function)                          \
	static const char *vocabulary_name_##own(int value) \
	{                                                   \
		return function((enum type)value);          \
	}
NAMES(verdict, verdict, verdict_name)
NAMES(reason, why, why_name)
NAMES(phase, phase, phase_name)
NAMES(cause, cause, cause_name)
NAMES(proof, proof, proof_name)
NAMES(level, level, level_name)
NAMES(owner, owner, owner_name)
NAMES(severity, severity, severity_name)
NAMES(state, device_state, device_state_name)
NAMES(place, where_at, where_name)
NAMES(evidence, evidence_kind, evidence_kind_name)
NAMES(change, compare_change, compare_change_name)
NAMES(transport, transports, transports_name)

static const struct {
	const char *kind;
	const char *(*word)(int value);
	int first, end;
	const char *const *meanings; /* by value */
} vocabulary_kinds[] = {
    {"verdict", vocabulary_name_verdict, VERDICT_PASS, VERDICT_COUNT,
     vocabulary_verdicts},
    {"status", vocabulary_name_status, RUN_READY, MERGED_MISSING + 1,
     vocabulary_statuses},
    {"reason", vocabulary_name_reason, WHY_NONE + 1, WHY_COUNT,
     vocabulary_reasons},
    {"cause", vocabulary_name_cause, CAUSE_OK, CAUSE_COUNT, vocabulary_causes},
    {"phase", vocabulary_name_phase, PHASE_LOCAL, PHASE_COUNT,
     vocabulary_phases},
    {"proof", vocabulary_name_proof, PROOF_NONE, PROOF_SERVICE + 1,
     vocabulary_proofs},
    {"level", vocabulary_name_level, LEVEL_REQUIRED, LEVEL_ADVISORY + 1,
     vocabulary_levels},
    {"owner", vocabulary_name_owner, OWNER_THIS_HOST, OWNER_VENDOR + 1,
     vocabulary_owners},
    {"confidence", vocabulary_confidence, 0, 3, vocabulary_confidences},
    {"severity", vocabulary_name_severity, SEVERITY_INFO, SEVERITY_CRITICAL + 1,
     vocabulary_severities},
    {"state of a device", vocabulary_name_state, DEVICE_UP, DEVICE_SILENT + 1,
     vocabulary_states},
    {"place", vocabulary_name_place, WHERE_THIS_HOST, WHERE_UNKNOWN,
     vocabulary_places},
    {"evidence", vocabulary_name_evidence, EVIDENCE_HOP_WALK, EVIDENCE_COUNT,
     vocabulary_evidence},
    {"change", vocabulary_name_change, CHANGE_NEW, CHANGE_COUNT,
     vocabulary_changes},
    {"transport", vocabulary_name_transport, TRANSPORTS_LOCAL, TRANSPORTS_COUNT,
     vocabulary_transports},
    {"target", vocabulary_target, 0, 2, vocabulary_targets},
};

bool vocabulary_at(size_t i, struct vocabulary_entry *out)
{
	size_t kinds = sizeof vocabulary_kinds / sizeof vocabulary_kinds[0];

	for (size_t k = 0; k < kinds; k++) {
		size_t count = (size_t)(vocabulary_kinds[k].end -
					vocabulary_kinds[k].first);
		int value = vocabulary_kinds[k].first + (int)i;

		if (i < count) {
			*out = (struct vocabulary_entry){
			    vocabulary_kinds[k].kind,
			    vocabulary_kinds[k].word(value),
			    vocabulary_kinds[k].meanings[value]};
			return true;
		}
		i -= count;
	}
	/* They end with an empty one. */
	for (size_t k = 0; vocabulary_labels[k].word != NULL; k++, i--) {
		if (i > 0)
			continue;
		*out = (struct vocabulary_entry){"label",
						 vocabulary_labels[k].word,
						 vocabulary_labels[k].meaning};
		return true;
	}
	return false;
}

const char *vocabulary_meaning(const char *kind, const char *word)
{
	struct vocabulary_entry e;

	for (size_t i = 0; vocabulary_at(i, &e); i++)
		if (strcmp(e.kind, kind) == 0 && strcmp(e.word, word) == 0)
			return e.meaning;
	return NULL;
}
