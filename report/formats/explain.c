/* explain.c - what a code, a requirement or a finding means, in words. */
#include "report/formats/explain.h"

#include "core/base/buf.h"
#include "core/engine/check.h"
#include "report/formats/explain_page.h"
#include "report/formats/requirement.h"
#include "report/formats/vocabulary.h"
#include "report/template.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { EXPLAIN_TEXT = 4096, EXPLAIN_LABEL = 18 };

/* Placeholders ------------------------------------------------------------ */

static const struct {
	const char *name, *words;
} explain_placeholders[] = {{"targets", "TARGET"},
			    {"rules", "TARGET"},
			    {"paths", "PORT"},
			    {"blocker", "DEVICE"},
			    {"source", "THIS-HOST"},
			    {"subject", "NAME"},
			    {"detail", "DETAIL"},
			    {"access", "access lists (allowed hosts)"},
			    {"start", "start the service"},
			    {"reject", "with a TCP reset or port unreachable"},
			    {"inquire", "Ask its operator"}};

static const char *explain_placeholder(const char *name, size_t length)
{
	size_t count =
	    sizeof explain_placeholders / sizeof explain_placeholders[0];

	for (size_t i = 0; i < count; i++) {
		if (strlen(explain_placeholders[i].name) == length &&
		    strncmp(explain_placeholders[i].name, name, length) == 0)
			return explain_placeholders[i].words;
	}
	return "";
}

static void explain_put(const void *arg, struct buf *out, const char *name,
			size_t length)
{
	(void)arg;
	if (template_agree(out, name, length, false))
		return;
	/* Glued to a word: an addition such as " at hop 3". */
	if (out->length == 0 ||
	    !isalnum((unsigned char)out->data[out->length - 1]))
		buf_puts(out, explain_placeholder(name, length));
}

char *explain_words(const char *template)
{
	struct buf b;
	char *text;

	if (template == NULL)
		return NULL;
	buf_init(&b, EXPLAIN_TEXT);
	template_fill(&b, template, explain_put, NULL);
	text = mem_strdup(buf_text(&b));
	buf_free(&b);
	return text;
}

/* Text -------------------------------------------------------------------- */

void explain_begin(struct explain_page *p, FILE *out, unsigned width,
		   const char *title)
{
	p->options = (struct format_options){.width = width};
	layout_begin(&p->layout, &p->options, out);
	layout_line(&p->layout, 0, 2);
	layout_text(&p->layout, title);
	layout_blank(&p->layout);
}

void explain_row(struct explain_page *p, const char *label, const char *text)
{
	if (text == NULL || *text == '\0')
		return;
	layout_line(&p->layout, 0, EXPLAIN_LABEL);
	layout_text(&p->layout, label);
	layout_column(&p->layout, EXPLAIN_LABEL);
	layout_text(&p->layout, text);
}

void explain_rows(struct explain_page *p, const char *label,
		  const char *const *texts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		explain_row(p, i == 0 ? label : "", texts[i]);
}

void explain_template(struct explain_page *p, const char *label,
		      const char *template)
{
	char *text = explain_words(template);

	explain_row(p, label, text);
	free(text);
}

void explain_end(struct explain_page *p)
{
	layout_end_line(&p->layout);
}

void explain_outcome_text(FILE *out, unsigned width,
			  const struct outcome_entry *e)
{
	struct explain_page p;
	char code[OUTCOME_CODE], title[256];

	snprintf(title, sizeof title, "%s: %s",
		 outcome_code(e->phase, e->cause, code), e->text);
	explain_begin(&p, out, width, title);
	explain_row(&p, "Phase", phase_name(e->phase));
	explain_row(&p, "Cause", cause_name(e->cause));
	explain_row(&p, "Meaning", e->meaning);
	explain_row(&p, "Do first", e->todo);
	explain_end(&p);
}

static void explain_remedies(struct explain_page *p,
			     const struct finding_entry *f)
{
	for (size_t i = 0; i < FINDING_REMEDIES; i++) {
		const struct finding_remedy *r = &f->remedies[i];

		for (size_t k = 0; k < FINDING_STEPS && r->steps[k] != NULL;
		     k++) {
			char label[32];

			snprintf(label, sizeof label, "Do: %s",
				 owner_name(r->owner));
			explain_template(p, k == 0 ? label : "", r->steps[k]);
		}
	}
}

void explain_finding_text(FILE *out, unsigned width,
			  const struct finding_entry *f)
{
	struct explain_page p;
	char *title = explain_words(f->title);
	char *line = mem_printf("%s: %s", f->code, title);

	explain_begin(&p, out, width, line);
	free(line);
	free(title);
	explain_row(&p, "Owner", owner_name(f->owner));
	explain_row(&p, "Meaning", f->meaning);
	explain_template(&p, "Decided", f->decided);
	explain_template(&p, "Looks alike", f->lookalikes);
	explain_remedies(&p, f);
	explain_template(&p, "Confirm", f->confirm_by);
	explain_end(&p);
}

static void explain_list(struct explain_page *p, const char *label,
			 const char *const *items)
{
	struct buf b;

	buf_init(&b, EXPLAIN_TEXT);
	for (size_t i = 0; items != NULL && items[i] != NULL; i++)
		buf_printf(&b, "%s%s", i == 0 ? "" : ", ", items[i]);
	explain_row(p, label, buf_text(&b));
	buf_free(&b);
}

static void explain_decided(struct explain_page *p, const struct requirement *q)
{
	char *text;

	if (q->untested_why != WHY_NONE || q->check_table == NULL)
		text =
		    mem_printf("not from here (%s): %s",
			       why_name(q->untested_why), q->untested_reason);
	else
		text = mem_strdup(q->check_table->summary);
	explain_row(p, "Decided", text);
	free(text);
}

static void explain_deviations(struct explain_page *p,
			       const struct requirement *q)
{
	for (size_t i = 0; q->deviates != NULL && q->deviates[i] != NULL; i++) {
		char *text = mem_printf("%s: %s", q->deviates[i],
					q->deviates_reasons[i]);

		explain_row(p, i == 0 ? "Deviates" : "", text);
		free(text);
	}
}

/* "required: The site is not ready without it." */
static void explain_meaning(struct explain_page *p, const char *label,
			    const char *kind, const char *word)
{
	char *text = mem_printf("%s: %s", word, vocabulary_meaning(kind, word));

	explain_row(p, label, text);
	free(text);
}

/* The level, with the group that it is about. */
static void explain_level(struct explain_page *p, const struct requirement *q)
{
	const char *group = q->group != NULL ? q->group : q->when_group;
	char *text;

	explain_meaning(p, "Level", "level", level_name(q->level));
	explain_row(p, "Group", group);
	if (q->when_group == NULL)
		return;
	text = mem_printf("only where the fallback of '%s' is in use",
			  q->when_group);
	explain_row(p, "When", text);
	free(text);
}

void explain_requirement_text(FILE *out, unsigned width,
			      const struct requirement *q)
{
	struct explain_page p;
	char *title = mem_printf("%s: %s", q->id, q->title);

	explain_begin(&p, out, width, title);
	free(title);
	explain_row(&p, "Profile",
		    q->profile != NULL ? q->profile->name : NULL);
	explain_list(&p, "Covers", q->covers);
	explain_deviations(&p, q);
	explain_level(&p, q);
	explain_row(&p, "Scenario", q->scenario);
	explain_row(&p, "From", q->from);
	explain_row(&p, "To", q->to);
	explain_list(&p, "Hosts", q->hosts);
	explain_row(&p, "Stands for", q->wildcard);
	explain_row(&p, "Transport", transports_name(q->transports));
	title = requirement_ports_text(&q->ports);
	explain_row(&p, "Ports", *title != '\0' ? title : NULL);
	free(title);
	explain_row(&p, "Check", q->check);
	explain_meaning(&p, "Proof", "proof", proof_name(q->proof));
	explain_decided(&p, q);
	explain_row(&p, "Purpose", q->purpose);
	explain_row(&p, "Impact", q->impact);
	explain_row(&p, "Note", q->note);
	explain_row(&p, "Source", q->source != NULL ? q->source->title : NULL);
	explain_row(&p, "", q->source != NULL ? q->source->url : NULL);
	if (q->profile != NULL) {
		title = mem_printf("preflight run %s --only %s",
				   q->profile->name, q->id);
		explain_row(&p, "Test it", title);
		free(title);
	}
	explain_end(&p);
}

void explain_word_text(FILE *out, unsigned width,
		       const struct vocabulary_entry *e)
{
	struct explain_page p;
	char *title = mem_printf("%s (%s)", e->word, e->kind);

	explain_begin(&p, out, width, title);
	free(title);
	explain_row(&p, "Meaning", e->meaning);
	explain_end(&p);
}

/* JSON -------------------------------------------------------------------- */

static void explain_key(struct json_out *j, const char *key,
			const char *template)
{
	char *text = explain_words(template);

	json_key_string(j, key, text);
	free(text);
}

void explain_outcome_json(struct json_out *j, const struct outcome_entry *e)
{
	char code[OUTCOME_CODE];

	json_object(j);
	json_key_string(j, "kind", "code");
	json_key_string(j, "code", outcome_code(e->phase, e->cause, code));
	json_key_string(j, "phase", phase_name(e->phase));
	json_key_string(j, "cause", cause_name(e->cause));
	json_key_string(j, "text", e->text);
	json_key_string(j, "meaning", e->meaning);
	json_key_string(j, "todo", e->todo);
	json_object_end(j);
}

void explain_finding_json(struct json_out *j, const struct finding_entry *f)
{
	json_object(j);
	json_key_string(j, "kind", "finding");
	json_key_string(j, "code", f->code);
	json_key_string(j, "owner", owner_name(f->owner));
	explain_key(j, "title", f->title);
	json_key_string(j, "meaning", f->meaning);
	explain_key(j, "decided", f->decided);
	explain_key(j, "lookalikes", f->lookalikes);
	json_key(j, "remedies");
	json_array(j);
	for (size_t i = 0; i < FINDING_REMEDIES; i++) {
		const struct finding_remedy *r = &f->remedies[i];

		if (r->steps[0] == NULL)
			continue;
		json_object(j);
		json_key_string(j, "owner", owner_name(r->owner));
		json_key(j, "steps");
		json_array(j);
		for (size_t k = 0; k < FINDING_STEPS && r->steps[k] != NULL;
		     k++) {
			char *text = explain_words(r->steps[k]);

			json_string(j, text);
			free(text);
		}
		json_array_end(j);
		json_object_end(j);
	}
	json_array_end(j);
	explain_key(j, "confirm_by", f->confirm_by);
	json_object_end(j);
}

void explain_requirement_json(struct json_out *j, const struct requirement *q)
{
	json_object(j);
	json_key_string(j, "kind", "requirement");
	requirement_json_all(j, q);
	json_object_end(j);
}

void explain_word_json(struct json_out *j, const struct vocabulary_entry *e)
{
	json_object(j);
	json_key_string(j, "kind", e->kind);
	json_key_string(j, "word", e->word);
	json_key_string(j, "meaning", e->meaning);
	json_object_end(j);
}
