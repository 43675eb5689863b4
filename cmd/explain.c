/* explain.c - preflight explain: what a word, a code, a requirement or a
 * finding means and what to do; and what it is in one run. */
#include "cmd/cmd.h"
#include "report/formats/explain.h"
#include "report/formats/explain_report.h"
#include "report/saved/saved.h"
#include "core/engine/check.h"
#include "cmd/list.h"
#include "cmd/requirement_word.h"
#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/os/files.h"
#include "core/os/terminal.h"

#include <ctype.h>
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
	unsigned width; /* of the terminal; 0: none */
	FILE *text;
	struct json_out j;
	size_t count;
};

struct explain_job {
	struct explain_output *out;
	struct explain_names *names;
	const char *word;            /* as it is written */
	const char *plain;           /* "not-ready" of "NOT READY" */
	const struct report *report; /* --from, or NULL */
};

static char explain_plain(char c)
{
	return c == ' ' || c == '_' ? '-' : (char)tolower((unsigned char)c);
}

/* Whatever its case, with blanks or hyphens. */
static bool explain_is_plain(const char *word, const char *plain)
{
	while (*word != '\0' && explain_plain(*word) == *plain)
		word++, plain++;
	return *word == '\0' && *plain == '\0';
}

/* One meaning, if its word is the one that is asked for. */
static void explain_entry(const struct explain_job *job, const char *kind,
			  const char *word, const char *meaning)
{
	const struct vocabulary_entry e = {kind, word, meaning};
	struct explain_output *out = job->out;

	explain_name(job->names, word);
	if (strcmp(word, job->word) != 0 && !explain_is_plain(word, job->plain))
		return;
	out->count++;
	if (out->json)
		explain_word_json(&out->j, &e);
	else
		explain_word_text(out->text, out->width, &e);
}

static void explain_profile_words(const struct explain_job *job,
				  const struct profile *p)
{
	char kind[128];

	snprintf(kind, sizeof kind, "role of %s", p->name);
	for (size_t i = 0; i < p->role_count; i++)
		explain_entry(job, kind, p->roles[i].name, p->roles[i].help);
	snprintf(kind, sizeof kind, "scenario of %s", p->name);
	for (size_t i = 0; i < p->scenario_count; i++)
		explain_entry(job, kind, p->scenarios[i].name,
			      p->scenarios[i].help);
	snprintf(kind, sizeof kind, "variable of %s", p->name);
	for (size_t i = 0; i < p->variable_count; i++)
		explain_entry(job, kind, p->variables[i].name,
			      p->variables[i].help);
}

static void explain_profile(void *arg, const struct profile *p)
{
	const struct explain_job *job = arg;
	struct explain_output *out = job->out;

	explain_entry(job, "profile", p->name, p->title);
	explain_profile_words(job, p);
	for (size_t i = 0; i < p->requirement_count; i++) {
		const struct requirement *q = &p->requirements[i];

		explain_name(job->names, q->id);
		for (size_t k = 0; q->covers != NULL && q->covers[k] != NULL;
		     k++)
			explain_name(job->names, q->covers[k]);
		if (!requirement_word_is(q, job->word))
			continue;
		out->count++;
		if (out->json)
			explain_requirement_json(&out->j, q);
		else
			explain_requirement_text(out->text, out->width, q);
	}
}

static void explain_facts(const struct explain_job *job, const char *of,
			  const struct fact_def *facts)
{
	char kind[128];

	snprintf(kind, sizeof kind, "fact of %s", of);
	for (; facts != NULL && facts->name != NULL; facts++)
		explain_entry(job, kind, facts->name, facts->help);
}

/* What a report prints: its words, checks and their facts. */
static void explain_vocabulary(const struct explain_job *job)
{
	struct vocabulary_entry e;

	for (size_t i = 0; vocabulary_at(i, &e); i++)
		explain_entry(job, e.kind, e.word, e.meaning);
	for (size_t i = 0; check_registry[i] != NULL; i++) {
		explain_entry(job, "check", check_registry[i]->name,
			      check_registry[i]->summary);
		explain_facts(job, check_registry[i]->name,
			      check_registry[i]->facts);
	}
	explain_facts(job, "every check", fact_core);
	explain_facts(job, "this host", fact_host);
	explain_facts(job, "evidence", fact_evidence);
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
			explain_outcome_text(out->text, out->width, outcome);
	}
	if (finding != NULL) {
		out->count++;
		if (out->json)
			explain_finding_json(&out->j, finding);
		else
			explain_finding_text(out->text, out->width, finding);
	}
}

/* In one run ----------------------------------------------------------------
 */

static void explain_found(const struct explain_job *job, size_t finding)
{
	struct explain_output *out = job->out;

	out->count++;
	if (out->json)
		explain_found_json(&out->j, job->report, finding);
	else
		explain_found_text(out->text, out->width, job->report, finding);
}

/* "cloud.tenant", with or without its profile, or a matrix id. */
static bool explain_is_requirement(const struct report_requirement *q,
				   const char *word)
{
	const char *slash = strchr(q->id, '/');

	for (size_t i = 0; q->covers[i] != NULL; i++)
		if (strcmp(q->covers[i], word) == 0)
			return true;
	return strcmp(q->id, word) == 0 ||
	       (slash != NULL && strcmp(slash + 1, word) == 0);
}

/* An outcome code: the tests of this run that ended so. */
static void explain_ended(const struct explain_job *job)
{
	const struct outcome_entry *e = explain_outcome(job->word);
	struct explain_output *out = job->out;

	if (e == NULL)
		return;
	out->count++;
	if (out->json)
		explain_ended_json(&out->j, job->report, e);
	else
		explain_ended_text(out->text, out->width, job->report, e);
}

/* "2", "f2", a code, or a requirement. */
static void explain_report(const struct explain_job *job)
{
	const struct report *r = job->report;
	struct explain_output *out = job->out;
	int64_t number = 0;

	text_number(job->word, 1, INT64_MAX, &number);
	for (size_t i = 0; i < r->finding_count; i++) {
		explain_name(job->names, r->findings[i].code);
		if ((int64_t)i + 1 == number ||
		    strcmp(r->findings[i].id, job->word) == 0 ||
		    strcmp(r->findings[i].code, job->word) == 0)
			explain_found(job, i);
	}
	for (size_t i = 0; i < r->requirement_count; i++) {
		explain_name(job->names, r->requirements[i].id);
		if (!explain_is_requirement(&r->requirements[i], job->word))
			continue;
		out->count++;
		if (out->json)
			explain_judged_json(&out->j, r, i);
		else
			explain_judged_text(out->text, out->width, r, i);
	}
	explain_ended(job);
}

/* What a word means, in whatever run. */
static void explain_general(const struct explain_job *job)
{
	explain_vocabulary(job);
	explain_tables(job->out, job->names, job->word);
	requirement_profiles_each(explain_profile, (void *)(uintptr_t)job);
}

/* ------------------------------------------------------------------------- */

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
	if (job->report != NULL)
		explain_report(job);
	if (out->count == 0 &&
	    job->word[strspn(job->word, "0123456789")] != '\0')
		explain_general(job);
	if (out->json) {
		json_array_end(&out->j);
		json_object_end(&out->j);
		json_end(&out->j);
	}
}

/* All that is written, as one name: "NOT READY". */
static void explain_words_of(struct explain_job *job, struct options *o)
{
	char *plain;

	job->word = o->arguments[0];
	for (size_t i = 1; i < o->argument_count; i++)
		job->word = arena_printf(&o->arena, "%s %s", job->word,
					 o->arguments[i]);
	plain = arena_strdup(&o->arena, job->word);
	for (char *c = plain; *c != '\0'; c++)
		*c = explain_plain(*c);
	job->plain = plain;
}

static int explain_unknown_here(const struct options *o,
				const struct explain_job *job)
{
	const char *file = options_text(o, OPT_FROM);
	size_t count = job->report->finding_count;
	struct error err;

	error_set(&err, "%s has no finding, requirement or code '%s'", file,
		  job->word);
	if (count == 0)
		error_suggest(&err, "it has no findings");
	else if (job->word[strspn(job->word, "0123456789")] == '\0')
		error_suggest(&err, "its findings are 1 to %zu", count);
	else
		error_nearest(&err, job->word, text_name_at, job->names->items,
			      "write the number of a finding, or a "
			      "requirement's id");
	return command_fail_one(o, &err, EXIT_USAGE);
}

static int explain_unknown(const struct options *o,
			   const struct explain_job *job)
{
	const char *word = job->word;
	struct error err;

	if (job->report != NULL)
		return explain_unknown_here(o, job);
	error_set(&err, "there is no word, code, requirement or finding '%s'",
		  word);
	if (word[strspn(word, "0123456789")] == '\0')
		error_suggest(&err, "write preflight explain --from REPORT %s",
			      word);
	else
		error_nearest(&err, word, text_name_at, job->names->items,
			      "see preflight list findings, and preflight "
			      "list requirements");
	return command_fail_one(o, &err, EXIT_USAGE);
}

/* The report, where one is given, and the word. -1: one error. */
static int explain_prepare(struct options *o, struct report **report,
			   struct error *err)
{
	const char *file = options_text(o, OPT_FROM);

	if (command_check_format(o, err) == -1)
		return -1;
	if (file != NULL) {
		*report = saved_load(file, err);
		if (*report == NULL)
			return -1;
	}
	if (o->argument_count > 0)
		return 0;
	error_set(err, "explain needs a name");
	error_suggest(err, file != NULL ? "write the number of a finding, or a "
					  "requirement"
					: "write a word of a report, a code, a "
					  "requirement or a finding");
	return -1;
}

int explain_run(struct options *o)
{
	struct explain_output out = {.json = command_is_json(o),
				     .width = os_terminal_width()};
	struct explain_names names = {0};
	struct explain_job job = {.out = &out, .names = &names};
	struct report *report = NULL;
	struct error err;
	char *text = NULL;
	int status;

	if (explain_prepare(o, &report, &err) == -1) {
		report_free(report);
		return command_fail_one(o, &err, EXIT_USAGE);
	}
	job.report = report;
	explain_words_of(&job, o);
	text = os_file_text(explain_write, &job);
	if (out.count > 0) {
		command_print_text(text);
		status = command_finish(o, 0);
	} else {
		status = explain_unknown(o, &job);
	}
	free(text);
	free(names.items);
	arena_free(&names.arena);
	report_free(report);
	return status;
}
