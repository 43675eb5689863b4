/*
 * option_table.h - every option of the command line, once.
 *
 * Parsing, --help, the names in the environment, the manual page, README.md and
 * the completions of the shells all come from these rows: a new option is an id
 * and a row here. `preflight list options` gives them out.
 */
#ifndef PREFLIGHT_OPTION_TABLE_H
#define PREFLIGHT_OPTION_TABLE_H

#include <stdbool.h>
#include <stddef.h>

enum option_id {
	OPT_SET,
	OPT_INVENTORY,
	OPT_TARGET,
	OPT_SITE,
	OPT_MAP,
	OPT_TYPE,
	OPT_ROLE,
	OPT_SCENARIO,
	OPT_DURATION,
	OPT_UNTIL_HEARD,
	OPT_LISTEN,
	OPT_INBOUND_FROM,
	OPT_PROXY,
	OPT_PROXY_AUTH,
	OPT_CA_FILE,
	OPT_ONLY,
	OPT_SKIP,
	OPT_TIMEOUT,
	OPT_DEADLINE,
	OPT_RATE,
	OPT_FAST,
	OPT_MAX_PROBES,
	OPT_SOURCE,
	OPT_V4,
	OPT_V6,
	OPT_NO_TRACE,
	OPT_TOLERATE,
	OPT_ON_BEHALF_OF,
	OPT_TAG,
	OPT_BASELINE,
	OPT_FAILED,
	OPT_FROM,
	OPT_DIALECT,
	OPT_OWNER,
	OPT_FINDING,
	OPT_NO_RESOLVE,
	OPT_FIX,
	OPT_KEY,
	OPT_FORMAT,
	OPT_OUTPUT,
	OPT_STRICT,
	OPT_EXIT_ZERO,
	OPT_EXIT_SCHEME,
	OPT_MAX_CHARS,
	OPT_COMPACT,
	OPT_CACHE,
	OPT_MAX_AGE,
	OPT_QUIET,
	OPT_VERBOSE,
	OPT_PLAIN,
	OPT_COLOR,
	OPT_HELP,
	OPT_VERSION,
	OPT_COUNT,
	OPT_END = OPT_COUNT
};

enum command_id {
	CMD_INIT,
	CMD_RUN,
	CMD_PLAN,
	CMD_CHECK,
	CMD_LISTEN,
	CMD_AGAIN,
	CMD_RULES,
	CMD_LIST,
	CMD_EXPLAIN,
	CMD_LINT,
	CMD_DOCTOR,
	CMD_COMPARE,
	CMD_RENDER,
	CMD_MERGE,
	CMD_SCHEMA,
	CMD_VERIFY,
	CMD_COUNT
};

/* A set of commands. */
#define CMD(name) (1U << CMD_##name)

/* What the value of an option, or an argument of a command, is. */
enum value_kind {
	VALUE_NONE, /* a flag; no argument */
	VALUE_NUMBER,
	VALUE_DURATION,
	VALUE_ADDRESS,
	VALUE_FILE,
	VALUE_CHOICE,      /* a word of .choices */
	VALUE_PROXY,       /* "env" or a URL */
	VALUE_SECRET,      /* env:NAME or file:PATH */
	VALUE_OUTPUT,      /* [FORMAT=]FILE */
	VALUE_FORMAT,      /* a format that the command knows */
	VALUE_DIALECT,     /* a firewall language */
	VALUE_OWNER,       /* of a finding */
	VALUE_FINDING,     /* a finding's number or code */
	VALUE_PROFILE,     /* a name or a file */
	VALUE_SETTING,     /* NAME=VALUE: a variable, or a check's parameter */
	VALUE_DEVICES,     /* TYPE=ADDR */
	VALUE_SITE,        /* a name of a site */
	VALUE_MAP,         /* COLUMN=FIELD */
	VALUE_TYPE,        /* WORD=TYPE */
	VALUE_ROLE,        /* of the profiles that are named */
	VALUE_SCENARIO,    /* likewise; several, separated by commas */
	VALUE_REQUIREMENT, /* likewise; or a check */
	VALUE_ONLY,        /* a requirement, or failed:REPORT */
	VALUE_CHECK,
	VALUE_LISTING, /* what `list` lists */
	VALUE_LISTED,  /* a name in that list */
	VALUE_MEANING, /* what `explain` explains */
	VALUE_SCHEMA,  /* a JSON Schema's name */
	VALUE_KIND_COUNT
};

/* A heading of the manual page. */
enum option_section {
	SECTION_TESTS,
	SECTION_PROXY,
	SECTION_PROBES,
	SECTION_RESULT,
	SECTION_COUNT
};

struct option_def {
	const char *name;
	const char *argument; /* "FILE"; NULL: a flag */
	const char *help;     /* one line for --help, README, completions */
	const char *details;  /* more sentences for the manual page, or NULL;
				 `literal`, --option */
	const char *fallback; /* the value without it, or NULL */
	const char *const *choices; /* VALUE_CHOICE: ends with NULL */
	unsigned commands;          /* that take it */
	unsigned required;          /* that cannot do without it */
	unsigned flag_in;           /* for which it takes no value */
	enum value_kind kind;
	enum option_section section;
	bool repeatable;
	char letter; /* of the short option, or 0 */
};

extern const struct option_def option_table[OPT_COUNT];

/* The variable of the environment that stands for an option: "--max-probes" is
 * PREFLIGHT_MAX_PROBES. "": it has none. Returns out. */
enum { OPTION_ENVIRONMENT = 64 };
const char *option_environment(enum option_id id,
			       char out[static OPTION_ENVIRONMENT]);

/* "file", "duration" …, for the machine-readable list. */
const char *option_kind_name(enum value_kind kind);
/* "What is tested". */
const char *option_section_name(enum option_section section);

#endif
