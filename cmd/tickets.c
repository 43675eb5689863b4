/* tickets.c - which causes are handed over, with their firewall rules. */
#include "cmd/tickets.h"
#include "changes/dialect.h"
#include "cmd/cmd.h"
#include "cmd/finding_rules.h"
#include "core/base/text.h"

#include <stdlib.h>
#include <string.h>

const char *tickets_owner_at(const void *arg, size_t i)
{
	(void)arg;
	return i <= OWNER_VENDOR ? owner_name((enum owner)i) : NULL;
}

/* The codes of a report's findings. */
static const char *tickets_code_at(const void *arg, size_t i)
{
	const struct report *r = arg;

	return i < r->finding_count ? r->findings[i].code : NULL;
}

static int tickets_check_owner(const char *word, struct error *err)
{
	char all[COMMAND_CHOICE];

	for (size_t i = 0; i <= OWNER_VENDOR; i++)
		if (strcmp(owner_name((enum owner)i), word) == 0)
			return 0;
	error_set(err, "unknown owner '%s'", word);
	error_suggest(err, "write %s",
		      command_choice(all, tickets_owner_at, NULL));
	return -1;
}

static bool tickets_is_owned(const char *const *owners, const struct finding *f)
{
	for (size_t i = 0; owners[i] != NULL; i++)
		if (strcmp(owners[i], owner_name(f->owner)) == 0)
			return true;
	return owners[0] == NULL;
}

/* "2", as text and tickets count them, or a code. */
static bool tickets_is_named(const char *word, size_t i,
			     const struct finding *f)
{
	int64_t number;

	if (text_number(word, 1, INT32_MAX, &number))
		return (size_t)number == i + 1;
	return strcmp(word, f->code) == 0;
}

static int tickets_no_finding(const char *word, const struct report *r,
			      struct error *err)
{
	if (r->finding_count == 0)
		return error_set(err, "--finding %s: the report has no finding",
				 word);
	error_set(err, "--finding %s: the report has no such finding", word);
	return error_nearest(err, word, tickets_code_at, r,
			     r->finding_count == 1
				 ? "it has only finding 1"
				 : "write its number or code as the report "
				   "shows it");
}

/* The word names at least one finding of the report. */
static bool tickets_mark(bool *flags, const char *word, const struct report *r)
{
	bool any = false;

	for (size_t i = 0; i < r->finding_count; i++) {
		if (!tickets_is_named(word, i, &r->findings[i]))
			continue;
		flags[i] = any = true;
	}
	return any;
}

const bool *tickets_findings(struct arena *arena, struct options *o,
			     const struct report *r, bool many,
			     struct error *err)
{
	const char *const *owners = options_words(o, OPT_OWNER);
	const char *const *words = options_words(o, OPT_FINDING);
	bool *flags = arena_calloc(arena, r->finding_count + 1, sizeof *flags);

	err->text[0] = '\0';
	for (size_t i = 0; owners[i] != NULL; i++)
		if (tickets_check_owner(owners[i], err) == -1)
			return NULL;
	for (size_t i = 0; words[i] != NULL; i++)
		if (!tickets_mark(flags, words[i], r) && !many) {
			tickets_no_finding(words[i], r, err);
			return NULL;
		}
	if (owners[0] == NULL && words[0] == NULL)
		return NULL;
	for (size_t i = 0; i < r->finding_count; i++)
		flags[i] = (flags[i] || words[0] == NULL) &&
			   tickets_is_owned(owners, &r->findings[i]);
	return flags;
}

int tickets_check_codes(struct options *o, const struct ticket_source *list,
			size_t count, struct error *err)
{
	const char *const *words = options_words(o, OPT_FINDING);
	int64_t number;

	for (; *words != NULL; words++) {
		bool any = false;

		for (size_t i = 0; i < count; i++)
			for (size_t k = 0; list[i].report != NULL &&
					   k < list[i].report->finding_count;
			     k++)
				any |=
				    strcmp(*words,
					   list[i].report->findings[k].code) ==
				    0;
		if (any)
			continue;
		if (text_number(*words, 0, INT32_MAX, &number))
			error_set(err,
				  "--finding %s: numbers differ from "
				  "report to report",
				  *words);
		else
			error_set(err, "--finding %s: no report has it",
				  *words);
		error_suggest(err, "write a code, such as firewall-drops");
		return -1;
	}
	return 0;
}

bool tickets_wanted(const struct options *o)
{
	static const enum option_id ids[] = {OPT_OWNER, OPT_FINDING,
					     OPT_DIALECT};
	bool any = false;

	/* Those of the environment are for the commands that have a use. */
	for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
		any |= o->values[ids[i]].count > o->values[ids[i]].inherited;
	return any;
}

bool tickets_is_format(const struct options *o)
{
	return command_has_format(o, "ticket");
}

int tickets_check_format(const struct options *o, struct error *err)
{
	if (!tickets_wanted(o) || tickets_is_format(o))
		return 0;
	error_set(err, "--owner, --finding and --dialect are for tickets");
	error_suggest(err, "add --format ticket");
	return -1;
}

int tickets_read(struct tickets *t, struct options *o, const struct report *r,
		 const char *file, struct error *err)
{
	const char *name = options_text(o, OPT_DIALECT);
	const struct dialect *dialect = NULL;

	t->options.file = file;
	if (name != NULL) {
		dialect = rules_dialect(o, name, err);
		if (dialect == NULL)
			return -1;
		if (dialect->document != NULL) {
			error_set(err, "'%s' has no rules to paste", name);
			error_suggest(err,
				      "write preflight rules PROFILE "
				      "--from REPORT --dialect %s",
				      name);
			return -1;
		}
	}
	t->options.findings = tickets_findings(&t->arena, o, r, t->many, err);
	if (t->options.findings == NULL && err->text[0] != '\0')
		return -1;
	if (dialect == NULL)
		return 0;
	t->options.dialect = dialect->name;
	return finding_rules(&t->arena, r, 1, &dialect, &t->options.rules, err);
}

void tickets_free(struct tickets *t)
{
	arena_free(&t->arena);
}
