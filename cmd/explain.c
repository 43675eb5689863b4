/* explain.c - preflight explain: what a code, a requirement or a finding
 * means, and what to do. */
#include "cmd/cmd.h"
#include "report/formats/explain.h"
#include "cmd/list.h"
#include "cmd/requirement_word.h"
#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/os/files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Everything that has a name, for suggestions. */
struct explain_names {
	const char **items; /* NULL-terminated */
	size_t count, capacity;
	struct arena arena;
};

static void explain_name(struct explain_names *n, const char *name)
{
	n->items =
	    mem_grow(n->items, &n->capacity, n->count + 2, sizeof(char *));
	n->items[n->count++] = arena_strdup(&n->arena, name);
	n->items[n->count] = NULL;
}

static const struct outcome_entry *explain_outcome(const char *word)
{
	enum phase phase;
	enum cause cause;

	if (!outcome_parse(word, &phase, &cause))
		return NULL;
	for (size_t i = 0; i < outcome_table_count; i++) {
		if (outcome_table[i].phase == phase &&
		    outcome_table[i].cause == cause)
			return &outcome_table[i];
	}
	return NULL;
}

/* What was found, written one after the other. */
struct explain_output {
	bool json;
	FILE *text;
	struct json_out j;
	size_t count;
};

static void explain_profile(struct explain_output *out,
			    struct explain_names *names,
			    const struct profile *p, const char *word)
{
	for (size_t i = 0; i < p->requirement_count; i++) {
		const struct requirement *q = &p->requirements[i];

		explain_name(names, q->id);
		for (size_t k = 0; q->covers != NULL && q->covers[k] != NULL;
		     k++)
			explain_name(names, q->covers[k]);
		if (!requirement_word_is(q, word))
			continue;
		out->count++;
		if (out->json)
			explain_requirement_json(&out->j, q);
		else
			explain_requirement_text(out->text, 0, q);
	}
}

/* Broken profiles are skipped: `preflight lint` reports them. */
static void explain_profiles(struct explain_output *out,
			     struct explain_names *names, const char *word)
{
	struct arena scratch = {0};
	const char *const *list = profile_names(&scratch);

	for (size_t i = 0; list[i] != NULL; i++) {
		struct errors errors = {0};
		struct error err;
		struct profile *p;
		char path[4096];

		if (profile_find(list[i], path, sizeof path, &err) == -1)
			continue;
		p = profile_load(path, &errors);
		if (p != NULL)
			explain_profile(out, names, p, word);
		profile_free(p);
		errors_free(&errors);
	}
	arena_free(&scratch);
}

static void explain_tables(struct explain_output *out,
			   struct explain_names *names, const char *word)
{
	const struct outcome_entry *outcome = explain_outcome(word);
	const struct finding_entry *finding = finding_entry_find(word);
	char code[OUTCOME_CODE];

	for (size_t i = 0; finding_registry[i] != NULL; i++)
		explain_name(names, finding_registry[i]->code);
	for (size_t i = 0; i < outcome_table_count; i++)
		explain_name(names, outcome_code(outcome_table[i].phase,
						 outcome_table[i].cause, code));
	if (outcome != NULL) {
		out->count++;
		if (out->json)
			explain_outcome_json(&out->j, outcome);
		else
			explain_outcome_text(out->text, 0, outcome);
	}
	if (finding != NULL) {
		out->count++;
		if (out->json)
			explain_finding_json(&out->j, finding);
		else
			explain_finding_text(out->text, 0, finding);
	}
}

struct explain_job {
	struct explain_output *out;
	struct explain_names *names;
	const char *word;
};

static void explain_write(const void *arg, FILE *text)
{
	const struct explain_job *job = arg;
	struct explain_output *out = job->out;

	out->text = text;
	if (out->json) {
		json_begin(&out->j, text);
		json_object(&out->j);
		json_key_string(&out->j, "schema", "preflight.explain/1");
		json_key(&out->j, "items");
		json_array(&out->j);
	}
	explain_tables(out, job->names, job->word);
	explain_profiles(out, job->names, job->word);
	if (out->json) {
		json_array_end(&out->j);
		json_object_end(&out->j);
		json_end(&out->j);
	}
}

static int explain_unknown(const struct options *o,
			   const struct explain_names *names, const char *word)
{
	struct error err;

	error_set(&err, "there is no code, requirement or finding '%s'", word);
	error_nearest(&err, word, text_name_at, names->items,
		      "see preflight list findings, and preflight list "
		      "requirements");
	return command_fail_one(o, &err, EXIT_USAGE);
}

int explain_run(struct options *o)
{
	struct explain_output out = {.json = command_is_json(o)};
	struct explain_names names = {0};
	struct explain_job job = {&out, &names, NULL};
	struct error err;
	char *text;
	int status;

	if (command_check_format(o, &err) == -1)
		return command_fail_one(o, &err, EXIT_USAGE);
	if (o->argument_count != 1) {
		error_set(&err, "explain takes one name");
		error_suggest(&err, "write a code, a requirement or a finding");
		return command_fail_one(o, &err, EXIT_USAGE);
	}
	job.word = o->arguments[0];
	text = os_file_text(explain_write, &job);
	if (out.count > 0) {
		command_print_text(text);
		status = command_finish(o, 0);
	} else {
		status = explain_unknown(o, &names, job.word);
	}
	free(text);
	free(names.items);
	arena_free(&names.arena);
	return status;
}
