/* explain_report.c - a finding or a requirement in one run. */
#include "report/formats/explain_report.h"

#include "core/base/buf.h"
#include "core/base/text.h"
#include "report/diagnose/findings.h"
#include "report/formats/explain.h"
#include "report/formats/explain_page.h"

#include <stdlib.h>
#include <string.h>

enum { REPORT_TEXT = 4096, REPORT_TESTS = 8, REPORT_EVIDENCE = 12 };

/* Lines ------------------------------------------------------------------- */

static void report_fact(struct buf *b, const struct fact *f)
{
	switch (f->type) {
	case FACT_STRING:
		buf_printf(b, ", %s %s", f->name, f->text);
		break;
	case FACT_NUMBER:
		buf_printf(b, ", %s %lld", f->name, (long long)f->number);
		break;
	case FACT_MS:
		buf_printf(b, ", %s %.3f ms", f->name,
			   (double)f->number / 1000);
		break;
	case FACT_BOOL:
		buf_printf(b, ", %s %s", f->name,
			   f->number != 0 ? "yes" : "no");
		break;
	case FACT_LIST:
		buf_printf(b, ", %s", f->name);
		for (size_t i = 0; i < f->list_count; i++)
			buf_printf(b, "%s%s", i == 0 ? " " : "; ", f->list[i]);
		break;
	}
}

/* "e5 control of 10.2.1.10: what ping, ok yes" */
static char *report_evidence(const struct report_evidence *e)
{
	char address[ADDR_TEXT];
	char *text;
	struct buf b;

	buf_init(&b, REPORT_TEXT);
	for (size_t i = 0; i < e->observed.count; i++)
		report_fact(&b, &e->observed.items[i]);
	text = mem_printf(
	    "%s %s%s%s%s%s", e->id, evidence_kind_name(e->kind),
	    e->target.family != ADDR_NONE ? " of " : "",
	    e->target.family != ADDR_NONE ? addr_text_port(&e->target, address)
					  : "",
	    b.length > 0 ? ": " : "", b.length > 0 ? buf_text(&b) + 2 : "");
	buf_free(&b);
	return text;
}

/* "fail lan.ssh/lan-switch:tcp/22/v4#1: CONNECT-TIMEOUT", and why. */
static char *report_test(const struct report_result *r, bool with_reason)
{
	char code[OUTCOME_CODE];
	bool has_reason = r->reason != NULL && r->reason[0] != '\0';

	outcome_code(r->outcome.phase, r->outcome.cause, code);
	if (!with_reason)
		return mem_printf("%s %s: %s", verdict_name(r->verdict), r->id,
				  code);
	return mem_printf(
	    "%s %s: %s, %s", verdict_name(r->verdict), r->id, code,
	    has_reason ? r->reason
		       : outcome_text(r->outcome.phase, r->outcome.cause));
}

static void report_tests(struct explain_page *p, const char *label,
			 const struct report *r, const size_t *results,
			 size_t count, bool with_reason)
{
	for (size_t i = 0; i < count && i < REPORT_TESTS; i++) {
		char *text = report_test(&r->results[results[i]], with_reason);

		explain_row(p, i == 0 ? label : "", text);
		free(text);
	}
	if (count > REPORT_TESTS) {
		char *more = mem_printf("and %zu more", count - REPORT_TESTS);

		explain_row(p, "", more);
		free(more);
	}
}

/* What was gathered and is cited. */
static void report_gathered(struct explain_page *p, const struct report *r,
			    const struct finding *f)
{
	size_t shown = 0;

	for (size_t i = 0; f->evidence_ids[i] != NULL; i++) {
		for (size_t k = 0; k < r->evidence_count; k++) {
			char *text;

			if (strcmp(r->evidence[k].id, f->evidence_ids[i]) != 0)
				continue;
			if (shown++ == REPORT_EVIDENCE)
				return;
			text = report_evidence(&r->evidence[k]);
			explain_row(p, shown == 1 ? "Evidence" : "", text);
			free(text);
		}
	}
}

/* A finding --------------------------------------------------------------- */

/* "probable: …" */
static void report_confidence(struct explain_page *p, const struct finding *f)
{
	const char *word = f->confirmed ? "confirmed" : "probable";
	char *text =
	    mem_printf("%s: %s", word, vocabulary_meaning("confidence", word));

	explain_row(p, "Confidence", text);
	free(text);
	if (!f->inferred)
		return;
	text = mem_printf("inferred: %s",
			  vocabulary_meaning("confidence", "inferred"));
	explain_row(p, "", text);
	free(text);
}

static void report_place(struct explain_page *p, const struct finding *f)
{
	char address[ADDR_TEXT];
	char *text;

	if (f->where == WHERE_UNKNOWN)
		return;
	text = f->where == WHERE_HOP || f->where == WHERE_AFTER_HOP
		   ? mem_printf(
			 "%s hop %d%s%s",
			 f->where == WHERE_HOP ? "at" : "at or right after",
			 f->hop, f->hop_address.family != ADDR_NONE ? ", " : "",
			 f->hop_address.family != ADDR_NONE
			     ? addr_text(&f->hop_address, address)
			     : "")
		   : mem_strdup(where_name(f->where));
	explain_row(p, "Where", text);
	free(text);
}

static void report_remedy(struct explain_page *p, const struct finding *f)
{
	for (size_t i = 0; i < f->remedy_count; i++) {
		char *text = mem_printf("%zu. %s", i + 1, f->remedy[i]);

		explain_row(p, i == 0 ? "Do" : "", text);
		free(text);
	}
}

void explain_found_text(FILE *out, unsigned width, const struct report *r,
			size_t finding)
{
	const struct finding *f = &r->findings[finding];
	const struct finding_entry *entry = finding_entry_find(f->code);
	char *title =
	    mem_printf("%zu  %s (%s)", finding + 1, f->title, f->code);
	struct explain_page p;

	explain_begin(&p, out, width, title);
	free(title);
	explain_row(&p, "Owner", owner_name(f->owner));
	report_confidence(&p, f);
	explain_row(&p, "Severity", severity_name(f->severity));
	report_place(&p, f);
	explain_row(&p, "Lost", f->impact);
	explain_rows(&p, "Seen", f->evidence, f->evidence_count);
	report_gathered(&p, r, f);
	report_tests(&p, "Explains", r, f->results, f->result_count, false);
	if (entry != NULL) {
		explain_row(&p, "Meaning", entry->meaning);
		explain_template(&p, "Decided", entry->decided);
		explain_template(&p, "Looks alike",
				 entry->lookalikes != NULL
				     ? entry->lookalikes
				     : "nothing else that preflight knows");
	} else {
		explain_row(&p, "Decided",
			    "this version of preflight has no finding of this "
			    "name: ask the one that wrote the report");
	}
	report_remedy(&p, f);
	explain_row(&p, "Confirm",
		    f->confirm_by != NULL ? f->confirm_by
		    : f->confirmed        ? "nothing more is needed"
					  : NULL);
	explain_row(&p, "", f->url);
	explain_end(&p);
}

static void report_template_json(struct json_out *j, const char *key,
				 const char *template)
{
	char *text = explain_words(template);

	json_key_string(j, key, text);
	free(text);
}

static void report_texts_json(struct json_out *j, const char *key,
			      const char *const *texts, size_t count)
{
	json_key(j, key);
	json_array(j);
	for (size_t i = 0; i < count; i++)
		json_string(j, texts[i]);
	json_array_end(j);
}

static void report_ids_json(struct json_out *j, const struct report *r,
			    const size_t *results, size_t count)
{
	json_key(j, "results");
	json_array(j);
	for (size_t i = 0; i < count; i++)
		json_string(j, r->results[results[i]].id);
	json_array_end(j);
}

void explain_found_json(struct json_out *j, const struct report *r,
			size_t finding)
{
	const struct finding *f = &r->findings[finding];
	const struct finding_entry *entry = finding_entry_find(f->code);

	json_object(j);
	json_key_string(j, "kind", "finding of a run");
	json_key_string(j, "id", f->id);
	json_key_string(j, "code", f->code);
	json_key_string(j, "title", f->title);
	json_key_string(j, "owner", owner_name(f->owner));
	json_key_string(j, "confidence",
			f->confirmed ? "confirmed" : "probable");
	json_key_bool(j, "inferred", f->inferred);
	json_key_string(j, "severity", severity_name(f->severity));
	json_key_string(j, "impact", f->impact);
	report_texts_json(j, "seen", f->evidence, f->evidence_count);
	json_key_strings(j, "evidence", f->evidence_ids);
	report_ids_json(j, r, f->results, f->result_count);
	json_key_string(j, "meaning", entry == NULL ? NULL : entry->meaning);
	report_template_json(j, "decided",
			     entry == NULL ? NULL : entry->decided);
	report_template_json(j, "lookalikes",
			     entry == NULL ? NULL : entry->lookalikes);
	report_texts_json(j, "remedy", f->remedy, f->remedy_count);
	json_key_string(j, "confirm_by", f->confirm_by);
	json_object_end(j);
}

/* A code ------------------------------------------------------------------ */

/* The tests that ended so; to be freed. */
static size_t *report_ended(const struct report *r,
			    const struct outcome_entry *e, size_t *count)
{
	size_t *list = mem_calloc(r->result_count + 1, sizeof *list);

	*count = 0;
	for (size_t i = 0; i < r->result_count; i++)
		if (r->results[i].outcome.phase == e->phase &&
		    r->results[i].outcome.cause == e->cause)
			list[(*count)++] = i;
	return list;
}

void explain_ended_text(FILE *out, unsigned width, const struct report *r,
			const struct outcome_entry *e)
{
	size_t count, *list = report_ended(r, e, &count);
	char code[OUTCOME_CODE];
	struct explain_page p;
	char *title = mem_printf(
	    "%s: %s", outcome_code(e->phase, e->cause, code), e->text);

	explain_begin(&p, out, width, title);
	free(title);
	explain_row(&p, "Meaning", e->meaning);
	explain_row(&p, "Do first", e->todo);
	if (count == 0)
		explain_row(&p, "Tests", "no test of this run ended so");
	report_tests(&p, "Tests", r, list, count, true);
	explain_end(&p);
	free(list);
}

void explain_ended_json(struct json_out *j, const struct report *r,
			const struct outcome_entry *e)
{
	size_t count, *list = report_ended(r, e, &count);
	char code[OUTCOME_CODE];

	json_object(j);
	json_key_string(j, "kind", "code of a run");
	json_key_string(j, "code", outcome_code(e->phase, e->cause, code));
	json_key_string(j, "text", e->text);
	json_key_string(j, "meaning", e->meaning);
	json_key_string(j, "todo", e->todo);
	report_ids_json(j, r, list, count);
	json_object_end(j);
	free(list);
}

/* A requirement ----------------------------------------------------------- */

/* The findings that explain its results, each once. */
static void report_causes(struct explain_page *p, const struct report *r,
			  const struct report_requirement *q)
{
	size_t shown = 0;

	for (size_t k = 0; k < r->finding_count; k++) {
		bool explains = false;
		char *text;

		for (size_t i = 0; i < q->result_count && !explains; i++)
			explains = r->results[q->results[i]].finding == k;
		if (!explains || shown++ == REPORT_TESTS)
			continue;
		text = mem_printf("%zu  %s", k + 1, r->findings[k].title);
		explain_row(p, shown == 1 ? "Cause" : "", text);
		free(text);
	}
}

void explain_judged_text(FILE *out, unsigned width, const struct report *r,
			 size_t requirement)
{
	const struct report_requirement *q = &r->requirements[requirement];
	const char *verdict = verdict_name(q->verdict);
	const char *level = level_name(q->level);
	struct explain_page p;
	char *text = q->title != NULL ? mem_printf("%s: %s", q->id, q->title)
				      : mem_strdup(q->id);

	explain_begin(&p, out, width, text);
	free(text);
	text = mem_printf("%s: %s", verdict,
			  vocabulary_meaning("verdict", verdict));
	explain_row(&p, "Verdict", text);
	free(text);
	text = mem_printf("%s: %s", level, vocabulary_meaning("level", level));
	explain_row(&p, "Level", text);
	free(text);
	if (q->why != WHY_NONE) {
		const char *why = why_name(q->why);

		text = mem_printf("%s: %s", why,
				  vocabulary_meaning("reason", why));
		explain_row(&p, "Why", text);
		free(text);
	}
	explain_row(&p, "Reason", q->reason);
	explain_row(&p, "Proof", proof_name(q->proof));
	report_tests(&p, "Tests", r, q->results, q->result_count, true);
	report_causes(&p, r, q);
	explain_row(&p, "Purpose", q->purpose);
	explain_end(&p);
}

void explain_judged_json(struct json_out *j, const struct report *r,
			 size_t requirement)
{
	const struct report_requirement *q = &r->requirements[requirement];

	json_object(j);
	json_key_string(j, "kind", "requirement of a run");
	json_key_string(j, "id", q->id);
	json_key_string(j, "title", q->title);
	json_key_string(j, "level", level_name(q->level));
	json_key_string(j, "verdict", verdict_name(q->verdict));
	json_key_string(j, "why", q->why == WHY_NONE ? NULL : why_name(q->why));
	json_key_string(j, "reason", q->reason);
	report_ids_json(j, r, q->results, q->result_count);
	json_object_end(j);
}
