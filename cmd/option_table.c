/* option_table.c - the rows of the option table. */
#include "cmd/option_table.h"

#include "report/exit_scheme.h"

/* The commands that take profiles, that run probes, that write a report. */
enum {
	ALL = (1U << CMD_COUNT) - 1,
	SITE = CMD(RUN) | CMD(PLAN) | CMD(RULES) | CMD(LISTEN),
	PLACES = SITE | CMD(CHECK),
	WEB = PLACES & ~(unsigned)CMD(LISTEN),
	TABLES = PLACES | CMD(LINT) | CMD(INIT) | CMD(AGAIN),
	SENDS = CMD(RUN) | CMD(CHECK),
	REPORTS =
	    CMD(RUN) | CMD(CHECK) | CMD(LISTEN) | CMD(AGAIN) | CMD(RENDER),
	TICKETS = CMD(RENDER) | CMD(COMPARE) | CMD(MERGE),
	STATUS = REPORTS | CMD(COMPARE) | CMD(MERGE)
};

static const char *const option_colors[] = {"auto", "always", "never", NULL};

/* An option without a value: its help, and whatever else it has. */
#define FLAG(word, part, of, ...)                              \
	{                                                      \
		.name = word, .section = part, .commands = of, \
		.help = __VA_ARGS__                            \
	}

const struct option_def option_table[OPT_COUNT] = {
    [OPT_SET] =
	{
	    .name = "set",
	    .argument = "NAME=VALUE",
	    .kind = VALUE_SETTING,
	    .section = SECTION_TESTS,
	    .commands = PLACES | CMD(AGAIN),
	    .repeatable = true,
	    .help = "set a variable of the profile or a parameter of the check",
	},
    [OPT_INVENTORY] =
	{
	    .name = "inventory",
	    .argument = "FILE",
	    .kind = VALUE_FILE,
	    .section = SECTION_TESTS,
	    .commands = PLACES | CMD(AGAIN),
	    .repeatable = true,
	    .help = "the devices at this site (YAML or CSV)",
	},
    [OPT_TARGET] =
	{
	    .name = "target",
	    .argument = "TYPE=ADDR[,ADDR...]",
	    .kind = VALUE_DEVICES,
	    .section = SECTION_TESTS,
	    .commands = PLACES,
	    .repeatable = true,
	    .help = "add devices of a type: address, name, CIDR or range",
	    .details =
		"A network is written `10.2.1.0/24`, a range `10.2.1.10-20`. "
		"The name of a role can replace the type; where a word is both "
		"a type and a role, the address is tested for what the role "
		"needs, not for what every device of the type needs.",
	},
    [OPT_SITE] =
	{
	    .name = "site",
	    .argument = "NAME",
	    .kind = VALUE_SITE,
	    .section = SECTION_TESTS,
	    .commands = PLACES,
	    .help = "test only the devices of this site, and name it",
	    .details = "Where no device of the inventory has a site, it only "
		       "names the "
		       "site in the report. Capitals do not matter. Devices of "
		       "`--target` are tested at any site.",
	},
    [OPT_MAP] =
	{
	    .name = "map",
	    .argument = "COLUMN=FIELD",
	    .kind = VALUE_MAP,
	    .section = SECTION_TESTS,
	    .commands = TABLES,
	    .repeatable = true,
	    .help = "what a column of a table of devices holds",
	    .details =
		"The fields are `address`, `types`, `name`, `ports`, "
		"`credentials`, `site`, `os`, `hostname` and `ignore`. Columns "
		"with usual names need no such option; `preflight lint` shows "
		"what each is taken for.",
	},
    [OPT_TYPE] =
	{
	    .name = "type",
	    .argument = "WORD=TYPE[,TYPE...]",
	    .kind = VALUE_TYPE,
	    .section = SECTION_TESTS,
	    .commands = TABLES,
	    .repeatable = true,
	    .help = "the device types that a word in a table stands for",
	    .details = "It replaces what `preflight lint` shows for the word; "
		       "`any` is for devices without a type.",
	},
    [OPT_ROLE] =
	{
	    .name = "role",
	    .argument = "ROLE",
	    .kind = VALUE_ROLE,
	    .section = SECTION_TESTS,
	    .commands = PLACES,
	    .repeatable = true,
	    .help = "the role this machine plays in the product",
	},
    [OPT_SCENARIO] =
	{
	    .name = "scenario",
	    .argument = "NAME[,NAME...]",
	    .kind = VALUE_SCENARIO,
	    .section = SECTION_TESTS,
	    .commands = PLACES,
	    .repeatable = true,
	    .help = "the features of the product that are in use",
	},
    [OPT_DURATION] =
	{
	    .name = "duration",
	    .argument = "TIME|forever",
	    .kind = VALUE_DURATION,
	    .section = SECTION_PROBES,
	    .commands = CMD(LISTEN),
	    .fallback = "120s",
	    .help = "how long to listen; forever: until a signal",
	},
    [OPT_UNTIL_HEARD] = FLAG("until-heard", SECTION_PROBES, CMD(LISTEN),
			     "end as soon as every inbound path was heard"),
    [OPT_LISTEN] =
	{
	    .name = "listen",
	    .argument = "TIME",
	    .kind = VALUE_DURATION,
	    .section = SECTION_PROBES,
	    .commands = CMD(RUN),
	    .help = "first listen for what the devices send, so long at most",
	    .details =
		"It holds the ports that devices send to, as `preflight "
		"listen` "
		"does, until each inbound path was heard, and gives them back "
		"before the tests begin. Start a backup or let a device log "
		"something meanwhile.",
	},
    [OPT_INBOUND_FROM] =
	{
	    .name = "inbound-from",
	    .argument = "REPORT",
	    .kind = VALUE_FILE,
	    .section = SECTION_PROBES,
	    .commands = CMD(RUN),
	    .help = "a report of preflight listen (JSON) that proves inbound "
		    "paths",
	    .details =
		"It counts where it is of this host, of the same version of "
		"the profile and not older than 24 hours.",
	},
    [OPT_PROXY] =
	{
	    .name = "proxy",
	    .argument = "URL|env",
	    .kind = VALUE_PROXY,
	    .section = SECTION_PROXY,
	    .commands = WEB | CMD(AGAIN),
	    .help = "HTTP proxy for web paths, http://host:port; env: use the "
		    "one set in the environment",
	    .details =
		"With `env` the first of the variables `https_proxy`, "
		"`all_proxy` and `http_proxy` is used (the first two also in "
		"capitals), and `no_proxy` as curl reads it; without it they "
		"are reported but not used. This option turns on the scenario "
		"`proxy` of a profile.",
	},
    [OPT_PROXY_AUTH] =
	{
	    .name = "proxy-auth",
	    .argument = "env:NAME|file:PATH",
	    .kind = VALUE_SECRET,
	    .section = SECTION_PROXY,
	    .commands = SENDS | CMD(PLAN) | CMD(AGAIN),
	    .help = "where to read user:password for the proxy",
	    .details =
		"Either a variable of the environment, or a file that you own "
		"and that no other user can read. A password in the URL is "
		"refused because every user of the machine can see the command "
		"line.",
	},
    [OPT_CA_FILE] =
	{
	    .name = "ca-file",
	    .argument = "FILE",
	    .kind = VALUE_FILE,
	    .section = SECTION_PROBES,
	    .commands = SENDS | CMD(DOCTOR) | CMD(AGAIN),
	    .help = "trust only the root certificates in this file (PEM)",
	    .details =
		"Without it, `SSL_CERT_FILE` and `SSL_CERT_DIR` of the "
		"environment say where they are; without those, the place "
		"where this system keeps them.",
	},
    [OPT_ONLY] =
	{
	    .name = "only",
	    .argument = "GLOB",
	    .kind = VALUE_ONLY,
	    .section = SECTION_TESTS,
	    .commands = SITE,
	    .repeatable = true,
	    .help = "test only these requirements (id, matrix id or check), or "
		    "failed:REPORT",
	    .details =
		"Several may be separated by commas; `*` and `?` match any "
		"text and any character. `failed:REPORT` repeats what failed "
		"in an earlier JSON report.",
	},
    [OPT_SKIP] =
	{
	    .name = "skip",
	    .argument = "GLOB",
	    .kind = VALUE_REQUIREMENT,
	    .section = SECTION_TESTS,
	    .commands = SITE,
	    .repeatable = true,
	    .help = "leave out these requirements",
	},
    [OPT_TIMEOUT] =
	{
	    .name = "timeout",
	    .argument = "TIME",
	    .kind = VALUE_DURATION,
	    .section = SECTION_PROBES,
	    .commands = SENDS,
	    .help = "how long each test waits for a reply",
	    .details = "A shorter time turns slow services into failures. "
		       "Without it a test waits as long as its protocol needs: "
		       "15 seconds for TLS, SSH, SMTP and FTP, 5 seconds for "
		       "other connections, 2.5 seconds after the last "
		       "datagram. Connecting is not concerned: it is tried for "
		       "about 4 seconds, from two ports.",
	},
    [OPT_DEADLINE] =
	{
	    .name = "deadline",
	    .argument = "TIME",
	    .kind = VALUE_DURATION,
	    .section = SECTION_PROBES,
	    .commands = SENDS,
	    .fallback = "10m",
	    .help = "end the whole run after this time",
	    .details = "What has not run by then is untested.",
	},
    [OPT_RATE] =
	{
	    .name = "rate",
	    .argument = "N",
	    .kind = VALUE_NUMBER,
	    .section = SECTION_PROBES,
	    .commands = CMD(RUN) | CMD(PLAN),
	    .fallback = "200",
	    .help = "packets per second that open something",
	    .details = "What opens something counts (a first packet of a "
		       "connection, a question, an echo request), and each "
		       "repeat of it, also by the kernel. One target gets 20 "
		       "of them a second at most, whatever N is; with --fast "
		       "200.",
	},
    [OPT_FAST] =
	FLAG("fast", SECTION_PROBES, CMD(RUN) | CMD(PLAN),
	     "2,000 packets/s in total, 200/s per target",
	     .details = "Without it, 200 in total and 20 per target. With "
			"--rate it is N in total."),
    [OPT_MAX_PROBES] =
	{
	    .name = "max-probes",
	    .argument = "N",
	    .kind = VALUE_NUMBER,
	    .section = SECTION_PROBES,
	    .commands = SITE,
	    .fallback = "4096",
	    .help = "refuse a plan with more probes than this",
	},
    [OPT_SOURCE] =
	{
	    .name = "source",
	    .argument = "ADDR|IFACE",
	    .kind = VALUE_ADDRESS,
	    .section = SECTION_TESTS,
	    .commands = SENDS | CMD(RULES) | CMD(AGAIN),
	    .help = "send from this address or interface",
	},
    [OPT_V4] =
	{
	    .name = "ipv4",
	    .letter = '4',
	    .section = SECTION_TESTS,
	    .commands = PLACES,
	    .help = "use IPv4 only",
	},
    [OPT_V6] =
	{
	    .name = "ipv6",
	    .letter = '6',
	    .section = SECTION_TESTS,
	    .commands = PLACES,
	    .help = "use IPv6 only",
	},
    [OPT_NO_TRACE] =
	FLAG("no-trace", SECTION_PROBES, SENDS,
	     "skip the second round of probes, which gathers evidence",
	     .details = "That round looks for what blocks a failing path."),
    [OPT_TOLERATE] =
	{
	    .name = "tolerate",
	    .argument = "N|P%",
	    .kind = VALUE_NUMBER,
	    .section = SECTION_PROBES,
	    .commands = CMD(RUN),
	    .help = "only warn while at most this many devices fail",
	    .details = "This counts for each requirement by itself.",
	},
    [OPT_ON_BEHALF_OF] =
	{
	    .name = "on-behalf-of",
	    .argument = "ADDR",
	    .kind = VALUE_ADDRESS,
	    .section = SECTION_TESTS,
	    .commands = CMD(RUN) | CMD(RULES),
	    .help = "this host stands in for that one",
	    .details = "For example for a Windows server in the same network: "
		       "findings, remedies and rules name its address.",
	},
    [OPT_TAG] =
	{
	    .name = "tag",
	    .argument = "NAME=VALUE",
	    .kind = VALUE_SETTING,
	    .section = SECTION_RESULT,
	    .commands = SENDS | CMD(AGAIN),
	    .repeatable = true,
	    .help = "put this into the report, such as customer=acme",
	    .details = "`merge` and every reader of the JSON find it beside "
		       "the site. Names are letters, digits, `-`, `_` and `.`.",
	},
    [OPT_BASELINE] =
	{
	    .name = "baseline",
	    .argument = "REPORT",
	    .kind = VALUE_FILE,
	    .section = SECTION_RESULT,
	    .commands = CMD(RUN) | CMD(CHECK) | CMD(AGAIN),
	    .flag_in = CMD(AGAIN),
	    .help = "show what changed since this earlier report (JSON)",
	    .details = "The report says what fails newly, what was fixed and "
		       "what still fails, as `compare` does. The exit status "
		       "stays that of the run. With `again` it takes no "
		       "value: the report that is repeated is the baseline.",
	},
    [OPT_FAILED] =
	FLAG("failed", SECTION_TESTS, CMD(AGAIN),
	     "repeat only what failed, or was skipped, in the report"),
    [OPT_FROM] =
	{
	    .name = "from",
	    .argument = "FILE",
	    .kind = VALUE_FILE,
	    .section = SECTION_RESULT,
	    .commands = CMD(RENDER) | CMD(RULES) | CMD(INIT) | CMD(EXPLAIN),
	    .required = CMD(RENDER),
	    .help = "the report of an earlier run (JSON); for init: a list of "
		    "devices",
	    .details =
		"`render` shows the report; `rules` writes the rules "
		"only for what failed in it; `explain` says what a finding "
		"(by its number) or a requirement is in this run. "
		"`init` writes the devices "
		"of an export as an inventory, with what was "
		"understood as comments.",
	},
    [OPT_DIALECT] =
	{
	    .name = "dialect",
	    .argument = "DIALECT",
	    .kind = VALUE_DIALECT,
	    .section = SECTION_RESULT,
	    .commands = CMD(RULES) | TICKETS,
	    .required = CMD(RULES),
	    .help = "the firewall to write the rules for",
	    .details = "The format `ticket` puts the rules of each cause into "
		       "its ticket, as far as they fit.",
	},
    [OPT_OWNER] =
	{
	    .name = "owner",
	    .argument = "OWNER",
	    .kind = VALUE_OWNER,
	    .section = SECTION_RESULT,
	    .commands = CMD(RULES) | TICKETS,
	    .repeatable = true,
	    .help = "tickets or rules only for what this owner can change",
	    .details = "`this-host`, `local-network`, `firewall`, `proxy`, "
		       "`dns`, `internet`, `device` or `vendor`.",
	},
    [OPT_FINDING] =
	{
	    .name = "finding",
	    .argument = "N|CODE",
	    .kind = VALUE_FINDING,
	    .section = SECTION_RESULT,
	    .commands = CMD(RULES) | TICKETS,
	    .repeatable = true,
	    .help = "tickets or rules only for this finding of the report",
	    .details = "Its number in the report, or its code. `merge` takes "
		       "codes only: numbers differ from report to report.",
	},
    [OPT_NO_RESOLVE] =
	FLAG("no-resolve", SECTION_RESULT, CMD(RULES),
	     "do not look up names; nothing is sent",
	     .details = "Dialects that take names do not need the addresses; "
			"the others say what is missing."),
    [OPT_FIX] = FLAG(
	"fix", SECTION_RESULT, CMD(LINT),
	"write what was understood of a table to -o FILE",
	.details = "A clean inventory as YAML or CSV, by the ending of the "
		   "file name."),
    [OPT_KEY] =
	{
	    .name = "key",
	    .argument = "KEY|FILE",
	    .kind = VALUE_FILE,
	    .section = SECTION_RESULT,
	    .commands = CMD(VERIFY),
	    .help = "the releaser's public key, or a file that holds it",
	    .details = "Without it, the key that was built into this program.",
	},
    [OPT_FORMAT] =
	{
	    .name = "format",
	    .argument = "FORMAT",
	    .kind = VALUE_FORMAT,
	    .section = SECTION_RESULT,
	    .commands = ALL & ~CMD(INIT),
	    .fallback = "text",
	    .help = "format of the result on stdout",
	    .details =
		"See `preflight list formats`. The format `ticket` is a text "
		"to hand over, one for each owner and cause, of at most 2,000 "
		"characters: who is affected, what to change, what was seen, "
		"how to verify it and how to undo it. With `json` every "
		"outcome is one JSON "
		"document, errors too.",
	},
    [OPT_OUTPUT] =
	{
	    .name = "output",
	    .letter = 'o',
	    .argument = "[FORMAT=]FILE",
	    .kind = VALUE_OUTPUT,
	    .section = SECTION_RESULT,
	    .commands = REPORTS | CMD(RULES) | CMD(LINT),
	    .repeatable = true,
	    .help = "also write the result to a file",
	    .details =
		"The file name's ending decides the format, unless one is "
		"given in front of `=`. The file is written beside its place "
		"and then renamed; only its owner can read it.",
	},
    [OPT_STRICT] = FLAG("strict", SECTION_RESULT, STATUS, "exit 4 on warnings"),
    [OPT_EXIT_ZERO] =
	FLAG("exit-zero", SECTION_RESULT, STATUS,
	     "exit 0 whatever the verdict; errors keep their status",
	     .details = "So does a run that a signal ended."),
    [OPT_EXIT_SCHEME] =
	{
	    .name = "exit-scheme",
	    .argument = "SCHEME",
	    .kind = VALUE_CHOICE,
	    .choices = exit_scheme_names,
	    .section = SECTION_RESULT,
	    .commands = STATUS,
	    .fallback = "default",
	    .help = "exit status as that monitoring program reads it",
	    .details =
		"`nagios`: 0 ready, 1 warnings, 2 not ready, 3 undecided or an "
		"error. `sam` (SolarWinds): 0, 2, 3 and 4. `prtg`: 0, 1, 4 and "
		"2. Warnings count without `--strict` there. The format "
		"`nagios` has its own scheme without this option.",
	},
    [OPT_MAX_CHARS] =
	{
	    .name = "max-chars",
	    .argument = "N",
	    .kind = VALUE_NUMBER,
	    .section = SECTION_RESULT,
	    .commands = REPORTS,
	    .help = "print at most this many characters, in whole lines",
	    .details = "For fields that take no more, such as 255 or 10,000. "
		       "The last line says how many were left out. Only for "
		       "formats that are read line by line: `text`, `ticket`, "
		       "`markdown`, `line`, `nagios` and `datto`.",
	},
    [OPT_COMPACT] = FLAG("compact", SECTION_RESULT, ALL & ~CMD(INIT),
			 "JSON in one line, without blanks"),
    [OPT_CACHE] =
	{
	    .name = "cache",
	    .argument = "DIR",
	    .kind = VALUE_FILE,
	    .section = SECTION_RESULT,
	    .commands = CMD(RUN),
	    .help = "keep the report in this folder, for --max-age",
	    .details = "One file for each run: other profiles, targets, "
		       "variables or options are another run. Only what this "
		       "user or the administrator wrote counts.",
	},
    [OPT_MAX_AGE] =
	{
	    .name = "max-age",
	    .argument = "TIME",
	    .kind = VALUE_DURATION,
	    .section = SECTION_RESULT,
	    .commands = CMD(RUN),
	    .help = "show the report of --cache up to this age; test nothing",
	    .details = "A monitor that asks often gets its answer at once, "
		       "while a scheduled run with `--cache` alone does the "
		       "work. Where there is no such report, or it is older, "
		       "the run takes place.",
	},
    [OPT_QUIET] =
	{
	    .name = "quiet",
	    .letter = 'q',
	    .section = SECTION_RESULT,
	    .commands = REPORTS,
	    .help = "print only the verdict and a line for each cause",
	    .details = "No progress is shown either.",
	},
    [OPT_VERBOSE] =
	{
	    .name = "verbose",
	    .letter = 'v',
	    .section = SECTION_RESULT,
	    .commands = REPORTS | CMD(PLAN) | CMD(LIST),
	    .repeatable = true,
	    .help = "print the whole report; -vv: every result with its facts",
	    .details =
		"Without it, the report is one screen of 22 lines: the "
		"verdict, the causes with what is lost and what to change, "
		"counts, and what to type next. A file that `-o` names always "
		"gets the whole report. `plan` shows every probe, "
		"`list` all that is known of a thing.",
	},
    [OPT_PLAIN] = FLAG(
	"plain", SECTION_RESULT, REPORTS,
	"text for a screen reader: no columns, color or symbols",
	.details = "One thought a line with its label in front, nothing "
		   "shortened. Progress is a line now and then, on terminals "
		   "only."),
    [OPT_COLOR] =
	{
	    .name = "color",
	    .argument = "auto|always|never",
	    .kind = VALUE_CHOICE,
	    .choices = option_colors,
	    .section = SECTION_RESULT,
	    .commands = STATUS,
	    .fallback = "auto",
	    .help = "color in text output",
	    .details = "`auto` uses color on terminals.",
	},
    [OPT_HELP] =
	{
	    .name = "help",
	    .letter = 'h',
	    .section = SECTION_RESULT,
	    .commands = ALL,
	    .help = "print this help",
	    .details = "It lists the options that the command takes.",
	},
    [OPT_VERSION] =
	{
	    .name = "version",
	    .letter = 'V',
	    .section = SECTION_RESULT,
	    .help = "print the version",
	    .details = "It stands alone, without a command. With `--verbose` "
		       "behind it, the libraries and their versions, too.",
	},
};
