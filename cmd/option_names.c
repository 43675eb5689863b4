/* option_names.c - the words for an option: its variable of the environment,
 * its section, the kind of its value. */
#include "cmd/option_table.h"

#include <ctype.h>
#include <stdio.h>

const char *option_environment(enum option_id id,
			       char out[static OPTION_ENVIRONMENT])
{
	out[0] = '\0';
	if (id == OPT_HELP || id == OPT_VERSION)
		return out;
	snprintf(out, OPTION_ENVIRONMENT, "PREFLIGHT_%s",
		 option_table[id].name);
	for (char *c = out; *c != '\0'; c++)
		*c = *c == '-' ? '_' : (char)toupper((unsigned char)*c);
	return out;
}

const char *option_section_name(enum option_section section)
{
	static const char *const names[SECTION_COUNT] = {
	    [SECTION_TESTS] = "What is tested",
	    [SECTION_PROXY] = "The proxy",
	    [SECTION_PROBES] = "How it is tested",
	    [SECTION_RESULT] = "The result",
	};

	return names[section];
}

const char *option_kind_name(enum value_kind kind)
{
	static const char *const names[VALUE_KIND_COUNT] = {
	    [VALUE_NONE] = "flag",         [VALUE_NUMBER] = "number",
	    [VALUE_DURATION] = "duration", [VALUE_ADDRESS] = "address",
	    [VALUE_FILE] = "file",         [VALUE_CHOICE] = "choice",
	    [VALUE_PROXY] = "proxy",       [VALUE_SECRET] = "secret",
	    [VALUE_OUTPUT] = "output",     [VALUE_FORMAT] = "format",
	    [VALUE_OWNER] = "owner",       [VALUE_FINDING] = "finding",
	    [VALUE_DIALECT] = "dialect",   [VALUE_PROFILE] = "profile",
	    [VALUE_SETTING] = "setting",   [VALUE_DEVICES] = "devices",
	    [VALUE_SITE] = "site",         [VALUE_MAP] = "map",
	    [VALUE_TYPE] = "type",         [VALUE_ROLE] = "role",
	    [VALUE_SCENARIO] = "scenario", [VALUE_REQUIREMENT] = "requirement",
	    [VALUE_ONLY] = "only",         [VALUE_CHECK] = "check",
	    [VALUE_LISTING] = "listing",   [VALUE_LISTED] = "listed",
	    [VALUE_MEANING] = "meaning",   [VALUE_SCHEMA] = "schema",
	};

	return names[kind];
}
