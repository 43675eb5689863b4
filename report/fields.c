/* fields.c - the fields of a report, in the order of its JSON. */
#include "report/compare/compare.h"
#include "report/fields_macros.h"

static const char *fields_word_confidence(int value)
{
	return value == 0 ? "probable" : "confirmed";
}
static const struct field_words words_confidence = {fields_word_confidence, 0,
						    2};
static const char *fields_word_target_kind(int value)
{
	return value == 0 ? "device" : "host";
}
static const struct field_words words_target_kind = {fields_word_target_kind, 0,
						     2};
WORDS(run_verdict, run_verdict, run_verdict_name, RUN_READY, RUN_NOT_READY + 1);
WORDS(verdict, verdict, verdict_name, VERDICT_PASS, VERDICT_COUNT);
WORDS(why, why, why_name, WHY_NONE + 1, WHY_COUNT);
WORDS(proof, proof, proof_name, PROOF_NONE, PROOF_SERVICE + 1);
WORDS(level, level, level_name, LEVEL_REQUIRED, LEVEL_ADVISORY + 1);
WORDS(phase, phase, phase_name, PHASE_LOCAL, PHASE_COUNT);
WORDS(cause, cause, cause_name, CAUSE_OK, CAUSE_COUNT);
WORDS(transport, transport, transport_name, TRANSPORT_LOCAL,
      TRANSPORT_ICMP + 1);
WORDS(transports, transports, transports_name, TRANSPORTS_LOCAL,
      TRANSPORTS_COUNT);
WORDS(state, device_state, device_state_name, DEVICE_UP, DEVICE_SILENT + 1);
WORDS(owner, owner, owner_name, OWNER_THIS_HOST, OWNER_VENDOR + 1);
WORDS(severity, severity, severity_name, SEVERITY_INFO, SEVERITY_CRITICAL + 1);
WORDS(where, where_at, where_name, WHERE_THIS_HOST, WHERE_UNKNOWN);
WORDS(kind, evidence_kind, evidence_kind_name, EVIDENCE_HOP_WALK,
      EVIDENCE_COUNT);

/* Head -------------------------------------------------------------------- */

static const struct field tool_fields[] = {
    {FIELD(FIELD_CONST, "name", "the program that wrote this report"), WHOLE,
     .pattern = "preflight"},
    {TEXT("version", "version of preflight that made this report"),
     MEMBER(report, version)},
    END};
TABLE(tool, report, "The program that made the report.");

static const struct field platform_fields[] = {
    {TEXT("os", "kind of system that preflight ran on, such as linux; null "
		"where it is not known"),
     MEMBER(report_platform, os), .nullable = true},
    {TEXT("build", "release of that system as it names itself; null where it "
		   "is not known"),
     MEMBER(report_platform, build), .nullable = true},
    {TEXTS("cannot", "what preflight cannot do or see on that system, a "
		     "word each, such as min-ttl"),
     MEMBER(report_platform, cannot)},
    END};
TABLE(platform, report_platform,
      "The system that preflight ran on, and what it cannot tell there.");

static const struct field host_fields[] = {
    {TEXT("name", "name of the host that ran the tests; null where it is not "
		  "known"),
     MEMBER(report_host, name), .nullable = true},
    {TEXTS("addresses", "addresses of that host at the time of the run"),
     MEMBER(report_host, addresses)},
    END};
TABLE(host, report_host, "The host that ran the tests.");

static const struct field proxy_fields[] = {
    {TEXT("url", "address of the proxy, without user and password; null where "
		 "it is not known"),
     MEMBER(report_proxy, url), .nullable = true},
    {TEXT("source", "where the setting came from: command line or "
		    "environment; null where it is not known"),
     MEMBER(report_proxy, source), .nullable = true},
    END};
TABLE(proxy, report_proxy, "The proxy that HTTP tests went through.");

static const struct field profile_fields[] = {
    {TEXT("name", "name of the profile; null for a single check"),
     MEMBER(report_profile, name), .nullable = true},
    {TEXT("version", "version of the profile as its file says; null where it "
		     "has none"),
     MEMBER(report_profile, version), .nullable = true},
    {TEXT("title", "the product that the profile is for; null where it is "
		   "not known"),
     MEMBER(report_profile, title), .nullable = true, .since = SINCE_0_1_0,
     .absent = REPORT_ABSENT_TITLE},
    {TEXT("file", "path of the profile's file; null where there is none"),
     MEMBER(report_profile, file), .nullable = true},
    {TEXT("sha256", "SHA-256 of that file, 64 hexadecimal digits; null where "
		    "there is none"),
     MEMBER(report_profile, sha256), .nullable = true},
    {TEXT("role", "role that this host played; null where the profile has "
		  "none"),
     MEMBER(report_profile, role), .nullable = true},
    {TEXTS("scenarios", "scenarios of the profile that were tested"),
     MEMBER(report_profile, scenarios)},
    {FIELD(FIELD_VARIABLES, "variables",
	   "values of the profile's variables by their names; null where one "
	   "has no value"),
     MEMBER(report_profile, variables)},
    END};
TABLE_ABSENT(profile, report_profile, "One profile that was tested.");

static const struct field run_fields[] = {
    {TEXT("id", "random id of the run, 16 hexadecimal digits; null where it "
		"is not known"),
     MEMBER(report_run, id), .nullable = true},
    {FIELD(FIELD_CLOCK, "started", "when the run began, RFC 3339 time in UTC"),
     MEMBER(report_run, started_us),
     .pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"},
    {MS("duration_ms", "how long the run took, milliseconds; null where it is "
		       "not known"),
     MEMBER(report_run, duration_us), .nullable = true},
    {MS("evidence_ms", "the part of it that the second look at failures took, "
		       "milliseconds; 0 where it was not needed"),
     MEMBER(report_run, evidence_us), .nullable = true, .since = SINCE_0_2_0,
     .absent = REPORT_ABSENT_EVIDENCE_MS},
    {FLAG("interrupted", "true where the run was stopped before its end"),
     MEMBER(report_run, interrupted)},
    {OBJECT("host", host, "the host that ran the tests"),
     MEMBER(report_run, host)},
    {TEXT("source", "source address that the tests used; null where the "
		    "system chose it"),
     MEMBER(report_run, source), .nullable = true},
    {TEXT("on_behalf_of", "address of the machine that this host stood in "
			  "for; null where it tested for itself"),
     MEMBER(report_run, on_behalf_of), .nullable = true},
    {TEXT("site", "name of the site that was tested, as the inventory or the "
		  "command line has it; null where neither names one"),
     MEMBER(report_run, site), .nullable = true, .since = SINCE_0_2_0,
     .absent = REPORT_ABSENT_SITE},
    {FIELD(FIELD_VARIABLES, "tags",
	   "what --tag put into the report: values by their names"),
     MEMBER(report_run, tags), .since = SINCE_0_2_0,
     .absent = REPORT_ABSENT_TAGS},
    {TEXTS("command", "the words after preflight that repeat the run, without "
		      "those of output and selection"),
     MEMBER(report_run, command), .since = SINCE_0_1_0,
     .absent = REPORT_ABSENT_COMMAND},
    {POINTER("proxy", proxy, "the proxy of the run; null where none was used"),
     MEMBER(report_run, proxy)},
    {LIST("profiles", profile, "the profiles that were tested, in order"),
     MEMBERS(report_run, profiles, profile_count)},
    END};
TABLE_ABSENT(run, report_run, "When, where and with what the tests ran.");

#define SUMMARY(value, key, about)                                          \
	{                                                                   \
		NUMBER(key, about), .offset = (value) * sizeof(unsigned),   \
				    .size = sizeof(unsigned),               \
				    .with = FIELD_ALONE, .high = 1000000000 \
	}
static const struct field summary_fields[] = {
    SUMMARY(VERDICT_PASS, "pass", "number of requirements that are met"),
    SUMMARY(VERDICT_WARN, "warn",
	    "number of requirements that need attention but do not stop the "
	    "product"),
    SUMMARY(VERDICT_FAIL, "fail", "number of requirements that are not met"),
    SUMMARY(VERDICT_SKIP, "skip",
	    "number of requirements that were not tried, since something "
	    "before them failed"),
    SUMMARY(VERDICT_NOT_NEEDED, "not-needed",
	    "number of requirements that this site does not need"),
    SUMMARY(VERDICT_UNTESTED, "untested",
	    "number of requirements that could not be tested"),
    END};
TABLE(summary, report, "How many requirements have each verdict.");

static const struct field counts_fields[] = {
    COUNT("required", report_counts, required,
	  "requirements that must hold, without those not needed"),
    COUNT("works", report_counts, works,
	  "those that must hold and do, with or without a warning"),
    COUNT("failed", report_counts, failed, "those that must hold and do not"),
    COUNT("skipped", report_counts, skipped,
	  "those that must hold and were not tried"),
    COUNT("undecided", report_counts, undecided,
	  "those that must hold and could not be tested"),
    COUNT("inbound", report_counts, inbound,
	  "those that must hold and only the far end can prove"),
    COUNT("no-witness", report_counts, no_witness,
	  "those that must hold and had nothing to test against"),
    COUNT("warnings", report_counts, warnings,
	  "requirements of all levels but advisory that give a warning"),
    END};
TABLE(counts, report_counts,
      "The requirements that must hold (required, alternative), and warnings.");

/* Requirements ------------------------------------------------------------ */

static const struct field target_fields[] = {
    {TEXT("name", "name of the device or host that was tested"),
     MEMBER(device_verdict, name)},
    {WORD("kind", target_kind,
	  "device of the inventory, or a host that a name or an address of the "
	  "profile leads to"),
     MEMBER(device_verdict, is_host), .since = SINCE_0_2_0,
     .absent = REPORT_ABSENT_KIND},
    {WORD("verdict", verdict, "what the tests of this target say together"),
     MEMBER(device_verdict, verdict)},
    END};
TABLE_ABSENT(target, device_verdict, "One target of a requirement.");

/* What list, explain and plan show of a requirement, too. */
static const struct field need_fields[] = {
    {TEXT("id", "id of the requirement, with its profile in front where there "
		"are several"),
     MEMBER(report_requirement, id), .pattern = "."},
    {TEXT("profile", "name of the profile it is of; null for a single check"),
     MEMBER(report_requirement, profile), .nullable = true,
     .to = LIST_PROFILES},
    {TEXT("title", "what is required, in a few words; null where it has "
		   "none"),
     MEMBER(report_requirement, title), .nullable = true},
    {TEXTS("covers", "ids of the vendor requirements that this one covers"),
     MEMBER(report_requirement, covers)},
    {WORD("level", level, "how much the product needs it"),
     MEMBER(report_requirement, level)},
    {TEXT("group", "group of alternatives that it belongs to, or on whose "
		   "fallback it depends (level recommended); null where "
		   "it stands alone"),
     MEMBER(report_requirement, group), .nullable = true},
    {TEXT("scenario", "scenario of the profile that it belongs to; null for a "
		      "single check"),
     MEMBER(report_requirement, scenario), .nullable = true},
    {TEXT("from", "role that opens the connection; null for a single check"),
     MEMBER(report_requirement, from), .nullable = true},
    {TEXT("to", "what it is opened to: internet, self, device:TYPE or a role; "
		"null for a single check"),
     MEMBER(report_requirement, to), .nullable = true},
    {WORD("transport", transports,
	  "transport that it needs; null where it is "
	  "not known"),
     MEMBER(report_requirement, transports), .nullable = true},
    {FIELD(FIELD_PORTS, "ports",
	   "ports and ranges that must be open, as text; a variable where it "
	   "has no value"),
     WHOLE, .pattern = "^([0-9]{1,5}(-[0-9]{1,5})?|[^ ]*\\$[^ ]*)$"},
    {TEXT("check", "name of the check that tests it; null where nothing can"),
     MEMBER(report_requirement, check), .nullable = true},
    {WORD("proof", proof, "the least proof that it takes to be met"),
     MEMBER(report_requirement, proof)},
    {TEXT("purpose", "what the product needs it for; null where the profile "
		     "does not say"),
     MEMBER(report_requirement, purpose), .nullable = true},
    END};
const struct field_table fields_need = {.help = "One requirement of a profile.",
					.size =
					    sizeof(struct report_requirement),
					.absent = FIELD_ALONE,
					.fields = need_fields};

static const struct field judged_fields[] = {
    {WORD("verdict", verdict, "what all its tests say together"),
     MEMBER(report_requirement, verdict)},
    {WORD("why", why, "why it could not be tested; null where it was"),
     MEMBER(report_requirement, why), .nullable = true},
    {TEXT("reason", "one line for people about the verdict, empty where all "
		    "is well"),
     MEMBER(report_requirement, reason)},
    {LIST("devices", target, "its targets (devices and hosts), in order"),
     MEMBERS(report_requirement, devices, device_count)},
    {REFERENCES("results", LIST_RESULTS,
		"ids of its results, in the order of the tests"),
     MEMBERS(report_requirement, results, result_count)},
    END};
TABLE(judged, report_requirement, "The verdict of a requirement.");
static const struct field_table table_requirement = {
    .help = "One requirement of a profile, and its verdict.",
    .size = sizeof(struct report_requirement),
    .absent = FIELD_ALONE,
    .fields = need_fields,
    .more = &table_judged};

static const struct field group_fields[] = {
    {TEXT("profile", "name of the profile it is of; null for a single check"),
     MEMBER(report_group, profile), .nullable = true, .to = LIST_PROFILES},
    {TEXT("group", "name of the group of alternatives"),
     MEMBER(report_group, group)},
    {TEXT("device", "device that the group is judged for; null where it is "
		    "about the whole site"),
     MEMBER(report_group, device), .nullable = true},
    {WORD("verdict", verdict, "what its alternatives say together"),
     MEMBER(report_group, verdict)},
    {REFERENCES("by", LIST_REQUIREMENTS,
		"ids of the requirements that satisfy the group"),
     MEMBERS(report_group, by, by_count)},
    END};
TABLE(group, report_group,
      "Alternatives of which one suffices, for one device or the site.");

static const struct field device_fields[] = {
    {TEXT("name", "name of the device in the inventory; null where it has "
		  "none"),
     MEMBER(report_device, name), .nullable = true},
    {TEXT("address", "address of the device as it was tested; null where it "
		     "is not known"),
     MEMBER(report_device, address), .nullable = true},
    {TEXTS("types", "types of the device as the inventory has them"),
     MEMBER(report_device, types)},
    {WORD("state", state,
	  "whether it answered anything: up, absent from a "
	  "network that was swept, or silent"),
     MEMBER(report_device, state)},
    {WORD("verdict", verdict,
	  "the worst verdict of its tests; null where it "
	  "has none"),
     MEMBER(report_device, verdict), .nullable = true},
    END};
TABLE(device, report_device, "One device of the inventory.");

/* Results ----------------------------------------------------------------- */

static const struct field path_fields[] = {
    {TEXT("name", "host as it was asked for; null where the system chose it "
		  "or nothing was asked"),
     MEMBER(report_path, name), .nullable = true},
    {ADDRESS("address", "IP address that was asked; null where there was "
			"none"),
     MEMBER(report_path, address), .nullable = true},
    {FIELD(FIELD_FAMILY, "family",
	   "address family of that address; null where there was none"),
     MEMBER(report_path, address), .nullable = true},
    {WORD("transport", transport, "transport that was used for the test"),
     MEMBER(report_path, transport)},
    {NUMBER("port", "port that was asked; null where the test has none"),
     MEMBER(report_path, port), .nullable = true, .low = 1, .high = 65535},
    {FLAG("via_proxy", "true where the test went through the proxy"),
     MEMBER(report_path, via_proxy), .since = SINCE_0_1_0,
     .absent = REPORT_ABSENT_VIA_PROXY},
    {TEXT("device", "device of the inventory that was asked; null where it is "
		    "none"),
     MEMBER(report_path, device), .nullable = true},
    END};
TABLE_ABSENT(path, report_path, "Whom the test asked, and where.");

#define OUTCOME(member) MEMBER(report_result, outcome.member)
static const struct field outcome_fields[] = {
    {WORD("phase", phase, "how far the test got before it ended"),
     OUTCOME(phase)},
    {WORD("cause", cause, "why it ended there; ok where all went well"),
     OUTCOME(cause)},
    {FIELD(FIELD_CODE, "code",
	   "phase and cause as one word, for preflight explain"),
     MEMBER(report_result, outcome), .pattern = "^[A-Z]+-[A-Z-]+$"},
    {NUMBER("errno", "number of the system's error, which differs from system "
		     "to system; null where there was none"),
     OUTCOME(sys_errno), .nullable = true, .low = INT32_MIN, .high = INT32_MAX},
    {TEXT("error", "name of the system's error, such as ENETUNREACH, the same "
		   "on every system; null where there was none"),
     MEMBER(report_result, error), .nullable = true, .since = SINCE_0_2_0,
     .absent = REPORT_ABSENT_ERROR},
    {FIELD(FIELD_ICMP, "icmp",
	   "type and code of the ICMP error that came back, such as 3/13; null "
	   "where none came"),
     MEMBER(report_result, outcome), .nullable = true,
     .pattern = "^[0-9]+/[0-9]+$"},
    {ADDRESS("blocker", "address that sent the refusal or the ICMP error; "
			"null where it is not known"),
     OUTCOME(blocker), .nullable = true},
    END};
static const struct field_table table_outcome = {
    .help = "How the test ended.",
    .size = sizeof(struct report_result),
    .absent = offsetof(struct report_result, absent),
    .fields = outcome_fields};

static const struct field timings_fields[] = {
    {MS("resolve", "time to resolve the name, milliseconds; null where that "
		   "did not happen"),
     MEMBER(timings, resolve), .nullable = true},
    {MS("connect", "time to open the connection, milliseconds; null where "
		   "that did not happen"),
     MEMBER(timings, connect), .nullable = true},
    {MS("tls", "time of the TLS handshake, milliseconds; null where that did "
	       "not happen"),
     MEMBER(timings, tls), .nullable = true},
    {MS("reply", "time from the question to the answer, milliseconds; null "
		 "where that did not happen"),
     MEMBER(timings, reply), .nullable = true},
    {MS("total", "time of the whole test, milliseconds; null where it never "
		 "ran"),
     MEMBER(timings, total), .nullable = true},
    END};
TABLE(timings, timings, "How long each step of the test took.");

static const struct field result_fields[] = {
    {TEXT("id", "id of the result, built from names, so that runs can be "
		"compared"),
     MEMBER(report_result, id), .pattern = "."},
    {REFERENCE("requirement", LIST_REQUIREMENTS,
	       "id of the requirement that it tests"),
     MEMBER(report_result, requirement)},
    {REFERENCE("parent", LIST_RESULTS,
	       "id of the result that led to this test; null where it was "
	       "planned"),
     MEMBER(report_result, parent), .nullable = true},
    {REFERENCE("same_as", LIST_RESULTS,
	       "id of the result of another requirement that needs the same "
	       "path: tested once, this is a copy; null where it was tested "
	       "itself"),
     MEMBER(report_result, same_as), .nullable = true, .since = SINCE_0_1_0,
     .absent = REPORT_ABSENT_SAME_AS},
    {TEXT("check", "name of the check that was made; null where it is not "
		   "known"),
     MEMBER(report_result, check), .nullable = true},
    {WORD("verdict", verdict, "what the result means for its requirement"),
     MEMBER(report_result, verdict)},
    {WORD("why", why, "why it could not be tested; null where it was"),
     MEMBER(report_result, why), .nullable = true},
    {TEXT("reason", "one line for people about the verdict, empty where all "
		    "is well"),
     MEMBER(report_result, reason)},
    {WORD("proof", proof, "how much was proved about the path"),
     MEMBER(report_result, proof)},
    {FIELD(FIELD_PATH, "target", "the host and port that were tested"),
     MEMBER(report_result, path), .of = &table_path},
    {OBJECT("outcome", outcome, "how the test ended, and who ended it"), WHOLE},
    {NUMBER("attempts", "how many times it was tried, 0 where it never ran"),
     MEMBER(report_result, attempts), .high = 1000000},
    {OBJECT("timings_ms", timings, "how long each step took, in milliseconds"),
     MEMBER(report_result, timings)},
    {FIELD(FIELD_FACTS, "facts",
	   "what the check learned, by name; preflight list checks names them"),
     MEMBERS(report_result, facts, check)},
    {FIELD(FIELD_PATH_EVIDENCE, "evidence",
	   "ids of the evidence that was gathered about this target"),
     MEMBER(report_result, path), .to = LIST_EVIDENCE},
    {REFERENCE("finding", LIST_FINDINGS,
	       "id of the finding that explains it; null where none does"),
     MEMBER(report_result, finding), .nullable = true},
    END};
TABLE_ABSENT(result, report_result, "One test, what came of it and why.");

static const struct field evidence_fields[] = {
    {TEXT("id", "id of the evidence, e and a number"),
     MEMBER(report_evidence, id), .pattern = "^e[0-9]+$"},
    {WORD("kind", kind, "how it was gathered, by the second look at failures"),
     MEMBER(report_evidence, kind)},
    {FIELD(FIELD_ENDPOINT, "target",
	   "address that was looked at, with its port where it has one; null "
	   "where there was none"),
     MEMBER(report_evidence, target), .nullable = true},
    {FIELD(FIELD_FACTS, "observed", "what was seen there, by name"),
     MEMBER(report_evidence, observed)},
    END};
TABLE(evidence, report_evidence, "What a second look at failures has shown.");

/* Findings ---------------------------------------------------------------- */

static const struct field blocker_fields[] = {
    {ADDRESS("address", "address of the device that blocks; null where it is "
			"not known"),
     MEMBER(finding, blocker), .nullable = true},
    {TEXT("name", "what that device is called; null where it is not known"),
     MEMBER(finding, blocker_name), .nullable = true},
    {TEXTS("addresses", "all addresses of it that are known, the first is that "
			"of `address`; null where none is"),
     MEMBER(finding, blocker_addresses), .nullable = true, .since = SINCE_0_2_0,
     .absent = REPORT_ABSENT_ADDRESSES},
    END};
TABLE_ABSENT(blocker, finding, "The device that blocks.");

static const struct field where_fields[] = {
    {WORD("at", where,
	  "the part of the path where packets are lost or "
	  "refused"),
     MEMBER(finding, where), .none = WHERE_UNKNOWN},
    {NUMBER("hop", "number of the router, counted from this host; null where "
		   "it is not known"),
     MEMBER(finding, hop), .nullable = true, .low = 1, .high = 255},
    {ADDRESS("address", "address of that router; null where it is not known"),
     MEMBER(finding, hop_address), .nullable = true},
    END};
TABLE(where, finding, "Where on the path it happens.");

static const struct field finding_fields[] = {
    {TEXT("id", "id of the finding, f and a number"), MEMBER(finding, id),
     .pattern = "^f[0-9]+$"},
    {TEXT("code", "what kind of cause it is, for preflight explain"),
     MEMBER(finding, code), .pattern = "^[a-z0-9]+(-[a-z0-9]+)*$"},
    {TEXT("key", "the same for the same cause in every run: code, blocker or "
		 "target, port"),
     MEMBER(finding, key), .pattern = ".", .since = SINCE_0_2_0,
     .absent = REPORT_ABSENT_KEY},
    {WORD("owner", owner, "who has to act to remove the cause"),
     MEMBER(finding, owner)},
    {WORD("confidence", confidence,
	  "confirmed where independent evidence "
	  "agrees, else probable"),
     MEMBER(finding, confirmed)},
    {FLAG("inferred", "true where part of it is concluded from other results, "
		      "not seen"),
     MEMBER(finding, inferred)},
    {WORD("severity", severity, "how much it stops the product"),
     MEMBER(finding, severity)},
    {TEXT("title", "the cause in one line, for people"), MEMBER(finding, title),
     .pattern = "."},
    {OBJECT("blocker", blocker,
	    "the device that blocks; null where it is not known"),
     WHOLE, .nullable = true},
    {OBJECT("where", where,
	    "where on the path it happens; null where it is not known"),
     WHOLE, .nullable = true},
    {TEXTS("evidence", "what was seen, a line each, for people"),
     MEMBERS(finding, evidence, evidence_count)},
    {TEXTS("evidence_ids", "ids of the gathered evidence that it stands on"),
     MEMBER(finding, evidence_ids)},
    {REFERENCES("results", LIST_RESULTS,
		"ids of the results that it explains, at least one"),
     MEMBERS(finding, results, result_count), .filled = true},
    {TEXT("impact", "what does not work because of it; null where the profile "
		    "does not say"),
     MEMBER(finding, impact), .nullable = true},
    {TEXTS("remedy", "what to do, a step each, in order"),
     MEMBERS(finding, remedy, remedy_count)},
    {TEXT("confirm_by", "what would confirm it; null where it is confirmed"),
     MEMBER(finding, confirm_by), .nullable = true},
    {TEXT("url", "where to read more; null where there is nothing"),
     MEMBER(finding, url), .nullable = true},
    END};
TABLE_ABSENT(finding, finding, "One cause, who removes it and how.");

/* The document ------------------------------------------------------------ */

static const struct field report_fields[] = {
    {FIELD(FIELD_CONST, "schema", "name and version of this schema"), WHOLE,
     .pattern = "preflight.report/1"},
    {OBJECT("tool", tool, "the program that made the report"), WHOLE},
    {OBJECT("platform", platform, "the system that it ran on, and its limits"),
     MEMBER(report, platform), .since = SINCE_0_2_0,
     .absent = REPORT_ABSENT_PLATFORM},
    {OBJECT("run", run, "when, where and with what the tests ran"),
     MEMBER(report, run)},
    {WORD("verdict", run_verdict, "whether the site is ready for the product"),
     MEMBER(report, verdict)},
    {TEXT("headline", "the verdict in one line, for people"),
     MEMBER(report, headline), .pattern = "."},
    {OBJECT("summary", summary, "number of requirements by their verdicts"),
     MEMBER(report, summary)},
    {OBJECT("counts", counts,
	    "numbers of the requirements that must hold, and of warnings"),
     MEMBER(report, counts), .since = SINCE_0_1_0,
     .absent = REPORT_ABSENT_COUNTS},
    {TEXTS("notes", "what to know about the run, a line each"),
     MEMBERS(report, notes, note_count)},
    {LIST("requirements", requirement,
	  "all requirements of the profiles, in their order"),
     MEMBERS(report, requirements, requirement_count)},
    {LIST("groups", group, "groups of alternatives, for each device"),
     MEMBERS(report, groups, group_count)},
    {LIST("devices", device, "devices of the inventory, in its order"),
     MEMBERS(report, devices, device_count)},
    {LIST("results", result, "single tests, in the order of the plan"),
     MEMBERS(report, results, result_count)},
    {LIST("evidence", evidence, "what a second look at failures has shown"),
     MEMBERS(report, evidence, evidence_count)},
    {LIST("findings", finding, "causes of what fails, most severe first"),
     MEMBERS(report, findings, finding_count)},
    {FIELD(FIELD_POINTER, "comparison",
	   "what changed since the baseline, as in preflight.comparison/1; "
	   "null where no baseline was given"),
     MEMBER(report, comparison), .of = &fields_changes, .nullable = true,
     .since = SINCE_0_1_0, .absent = REPORT_ABSENT_COMPARISON},
    END};
const struct field_table fields_report = {
    .help = "A run of preflight, finished or interrupted. Times are "
	    "milliseconds, clocks RFC 3339 in UTC. Fields may be added; none "
	    "changes its meaning.",
    .size = sizeof(struct report),
    .absent = offsetof(struct report, absent),
    .fields = report_fields};
