/*
 * complete_names.h - the names that profiles, checks and tables give to a
 * completion.
 */
#ifndef PREFLIGHT_COMPLETE_NAMES_H
#define PREFLIGHT_COMPLETE_NAMES_H

#include "cmd/option_table.h"
#include "core/base/mem.h"

struct command;

struct complete {
	const struct command *command;
	const char *prefix; /* what of the last word is kept */
	const char *word;   /* what is completed: the rest of it */
	bool given[OPT_COUNT];
	const char **arguments; /* in front of the last word */
	size_t argument_count;
	struct arena arena;
};

/* Prints `word` if it begins with what is completed; `end` ("=") is appended,
 * `help` describes it. */
void complete_offer(const struct complete *c, const char *word, const char *end,
		    const char *help);

/* Names of the profiles that the words name, else of all that are found. */
void complete_roles(struct complete *c);
void complete_scenarios(struct complete *c);
void complete_requirements(struct complete *c);
void complete_settings(struct complete *c);
void complete_devices(struct complete *c);

void complete_profiles(struct complete *c);
void complete_checks(struct complete *c);
/* Everything that `explain` explains. */
void complete_findings(struct complete *c);
void complete_meanings(struct complete *c);

#endif
