/* command_table.c - the rows of the command table. */
#include "cmd/cmd.h"

static const char *const command_text_json[] = {"text", "json", NULL};
static const char *const command_compare_formats[] = {"text", "html", "ticket",
						      "json", NULL};
static const char *const command_merge_formats[] = {"text",   "html", "csv",
						    "ticket", "json", NULL};

const struct command command_table[CMD_COUNT] = {
    [CMD_INIT] =
	{
	    .name = "init",
	    .arguments = "PROFILE...",
	    .first = VALUE_PROFILE,
	    .others = VALUE_PROFILE,
	    .summary = "Write an inventory to fill in, with everything a "
		       "profile needs",
	    .details = "examples:\n"
		       "  preflight init auvik-collector > site.yaml\n"
		       "  preflight init auvik-collector --from export.csv > "
		       "site.yaml\n",
	    .run = init_run,
	},
    [CMD_RUN] =
	{
	    .name = "run",
	    .arguments = "PROFILE...",
	    .first = VALUE_PROFILE,
	    .others = VALUE_PROFILE,
	    .summary =
		"Test every network path a product needs and explain failures",
	    .details =
		"examples:\n"
		"  preflight run auvik-collector --scenario virtual-appliance "
		"\\\n"
		"      --set tenant_url=https://acme.us1.my.auvik.com \\\n"
		"      --inventory site.yaml\n"
		"  preflight run auvik-collector --target "
		"snmp=10.2.0.10,10.2.0.11 \\\n"
		"      --format json -o report.txt\n"
		"\nEvery option can also be set in the environment, as "
		"PREFLIGHT_OPTION; variables\nare PREFLIGHT_SET_NAME. To see "
		"what a profile tests: preflight plan PROFILE.\n",
	    .run = run_run,
	},
    [CMD_PLAN] =
	{
	    .name = "plan",
	    .arguments = "PROFILE...",
	    .first = VALUE_PROFILE,
	    .others = VALUE_PROFILE,
	    .summary = "Show every probe that a run would send; sends nothing",
	    .details = "examples:\n"
		       "  preflight plan auvik-collector \\\n"
		       "      --set tenant_url=https://acme.us1.my.auvik.com\n"
		       "  preflight plan auvik-collector --inventory site.yaml "
		       "--format json\n",
	    .formats = command_text_json,
	    .run = plan_run,
	},
    [CMD_CHECK] =
	{
	    .name = "check",
	    .arguments = "CHECK TARGET[:PORT] | REQUIREMENT",
	    .first = VALUE_CHECK,
	    .others = VALUE_ADDRESS,
	    .summary = "Test one target or one requirement, with the same "
		       "evidence as a run",
	    .details =
		"examples:\n"
		"  preflight check tcp 10.0.0.5:22\n"
		"  preflight check snmp core-switch --inventory site.yaml\n"
		"  preflight check cloud.vendor\n"
		"  preflight check dns 10.0.0.53 --set names=www.example.com\n"
		"  preflight check https '[2001:db8::1]:8443' --set verify=no\n"
		"\nA device's name or address takes its ports and credentials "
		"from the inventory.\nWithout a check, TARGET:PORT is "
		"checked for what belongs to the port. A\nrequirement of a "
		"profile is tested as in a run, and counts as required.\n"
		"\nThe checks and their parameters: preflight list checks.\n",
	    .run = check_run,
	},
    [CMD_LISTEN] =
	{
	    .name = "listen",
	    .arguments = "PROFILE...",
	    .first = VALUE_PROFILE,
	    .others = VALUE_PROFILE,
	    .summary = "Hold the inbound ports of a product and show which "
		       "devices are heard",
	    .details =
		"Real devices prove themselves: start a backup, or let a "
		"device log something.\nEach sender is shown with what it "
		"speaks; at the end comes a report as from run.\nNothing "
		"that comes in is kept. A port that another program holds is "
		"named.\n"
		"\nexamples:\n"
		"  preflight listen auvik-collector --scenario "
		"performance-site \\\n"
		"      --inventory site.yaml -o listen.json\n"
		"  preflight listen alloy-audit --duration forever\n"
		"  preflight run auvik-collector --inbound-from listen.json\n",
	    .run = listen_run,
	},
    [CMD_AGAIN] =
	{
	    .name = "again",
	    .arguments = "REPORT [PROFILE...]",
	    .first = VALUE_FILE,
	    .others = VALUE_PROFILE,
	    .summary = "Repeat the run or the check of an earlier report",
	    .details =
		"Profiles, variables, targets and the other options are those "
		"of the report;\n"
		"what was tested then is tested again. Files and secrets of "
		"this host are never\n"
		"the report's to choose: where the run had an inventory, a "
		"proxy password or the\n"
		"like, they are named and must be given again; so must a "
		"profile that was a file.\n"
		"\nexamples:\n"
		"  preflight again report.json\n"
		"  preflight again report.json --failed --inventory site.yaml\n"
		"  preflight again report.json --baseline -o after.json\n",
	    .run = again_run,
	},
    [CMD_RULES] =
	{
	    .name = "rules",
	    .arguments = "[PROFILE...]",
	    .first = VALUE_PROFILE,
	    .others = VALUE_PROFILE,
	    .summary = "Write the firewall rules for a site, or only those for "
		       "failed paths",
	    .details =
		"The DNS servers of this host are asked for the names in the "
		"plan; nothing else\nis sent. With --from the addresses are "
		"those in the report, the profiles too\nunless they are given, "
		"and nothing is sent.\n"
		"\nexamples:\n"
		"  preflight rules auvik-collector --dialect fortigate \\\n"
		"      --set tenant_url=https://acme.us1.my.auvik.com \\\n"
		"      --inventory site.yaml -o auvik.txt\n"
		"  preflight rules --from broken.json --dialect nftables\n"
		"  preflight rules --from broken.json --dialect nftables "
		"--finding 2\n"
		"  preflight rules auvik-collector --dialect ticket "
		"--no-resolve \\\n"
		"      --on-behalf-of 10.2.0.5 --target snmp=10.2.0.10\n",
	    .formats = command_text_json,
	    .run = rules_run,
	},
    [CMD_LIST] =
	{
	    .name = "list",
	    .arguments = "WHAT [NAME...]",
	    .first = VALUE_LISTING,
	    .others = VALUE_LISTED,
	    .summary = "List profiles, checks, findings, options and other "
		       "things by name",
	    .details = "examples:\n"
		       "  preflight list profiles\n"
		       "  preflight list requirements auvik-collector\n"
		       "  preflight list requirements --format json\n"
		       "  preflight list checks smb ssh\n"
		       "\nA line each; of those that are named, and with -v, "
		       "all that is known.\n",
	    .formats = command_text_json,
	    .run = list_run,
	},
    [CMD_EXPLAIN] =
	{
	    .name = "explain",
	    .arguments = "WORD|CODE|REQUIREMENT|FINDING",
	    .first = VALUE_MEANING,
	    .summary = "Explain a word, a requirement or a finding of a "
		       "report",
	    .details = "With --from a finding, by its number, or a requirement "
		       "is explained as it is in\nthat run: what was seen, how "
		       "it was decided, what else looks like it, and what\n"
		       "would confirm it.\n"
		       "\nexamples:\n"
		       "  preflight explain untested\n"
		       "  preflight explain CONNECT-TIMEOUT\n"
		       "  preflight explain firewall-drops\n"
		       "  preflight explain cloud.tenant\n"
		       "  preflight explain AUV-01 --format json\n",
	    .formats = command_text_json,
	    .run = explain_run,
	},
    [CMD_LINT] =
	{
	    .name = "lint",
	    .arguments = "FILE...",
	    .first = VALUE_FILE,
	    .others = VALUE_FILE,
	    .summary = "Check profiles and inventories, and show every mistake",
	    .details =
		"examples:\n"
		"  preflight lint site.yaml\n"
		"  preflight lint export.csv --map 'Managed IP=address'\n"
		"  preflight lint --fix export.csv -o site.yaml\n"
		"  preflight lint profiles/*.yaml\n",
	    .formats = command_text_json,
	    .run = lint_run,
	},
    [CMD_DOCTOR] =
	{
	    .name = "doctor",
	    .arguments = "",
	    .summary = "Show what this host is able to test; sends nothing",
	    .formats = command_text_json,
	    .run = doctor_run,
	},
    [CMD_COMPARE] =
	{
	    .name = "compare",
	    .arguments = "OLD NEW",
	    .first = VALUE_FILE,
	    .others = VALUE_FILE,
	    .summary = "Show what is fixed, new or still failing between two "
		       "reports",
	    .details =
		"examples:\n"
		"  preflight compare before.json after.json\n"
		"  preflight compare before.json after.json --format ticket\n"
		"  preflight compare before.json after.json --format html > "
		"change.html\n"
		"\nexit status: 0 nothing fails newly, 1 something does, 2 a "
		"file is not a report,\n             3 something could be "
		"tested before and cannot be now, 4 something\n             "
		"warns newly, with --strict\n",
	    .formats = command_compare_formats,
	    .run = compare_run,
	},
    [CMD_RENDER] =
	{
	    .name = "render",
	    .arguments = "",
	    .summary = "Show the report of an earlier run in another format",
	    .details =
		"examples:\n"
		"  preflight render --from report.json --format ticket\n"
		"  preflight render --from report.json --format ticket "
		"--owner firewall \\\n"
		"      --dialect fortigate\n"
		"  preflight render --from report.json -o report.txt\n"
		"\nThe exit status is that of the report's verdict, as after "
		"the run.\n",
	    .run = render_run,
	},
    [CMD_MERGE] =
	{
	    .name = "merge",
	    .arguments = "REPORT...",
	    .first = VALUE_FILE,
	    .others = VALUE_FILE,
	    .summary = "Show the reports of many sites side by side, and "
		       "shared causes",
	    .details =
		"examples:\n"
		"  preflight merge site-*.json\n"
		"  preflight merge --format csv site-*.json > fleet.csv\n"
		"  preflight merge --format html site-*.json > fleet.html\n"
		"  preflight merge --format ticket --owner vendor "
		"site-*.json\n"
		"\nA file that is not a report counts as a site that is "
		"MISSING, not as an error.\n"
		"exit status: 0 all sites are ready, 1 a site is not ready, 3 "
		"one is undecided or\n             missing, 4 one has "
		"warnings, with --strict\n",
	    .formats = command_merge_formats,
	    .run = merge_run,
	},
    [CMD_SCHEMA] =
	{
	    .name = "schema",
	    .arguments = "[NAME]",
	    .first = VALUE_SCHEMA,
	    .summary = "Print a JSON Schema, by default that of the report",
	    .details = "examples:\n"
		       "  preflight schema\n"
		       "  preflight schema preflight.error/1\n",
	    .formats = command_text_json,
	    .run = schema_run,
	},
    [CMD_VERIFY] =
	{
	    .name = "verify",
	    .arguments = "FILE",
	    .first = VALUE_FILE,
	    .summary = "Check the signature of a released file",
	    .details =
		"FILE.minisig is the signature, in minisign's format.\n"
		"\nexamples:\n"
		"  preflight verify preflight\n"
		"  preflight verify SHA256SUMS --key releaser.pub\n"
		"\nexit status: 0 the signature is good, 1 it is not, 2 it "
		"cannot be checked\n",
	    .formats = command_text_json,
	    .run = verify_run,
	},
};
