/*
 * html.h - the report as one page: no external file, readable without a script.
 *
 * Every text goes through html_text(): whatever it holds, it is text there, in
 * elements as in attributes. The page names the hashes of its own style and
 * script as the only ones allowed (Content-Security-Policy), so nothing else
 * runs or loads, even if a text had broken out of its place.
 */
#ifndef PREFLIGHT_HTML_H
#define PREFLIGHT_HTML_H

#include "core/base/buf.h"
#include "report/compare/compare.h"
#include "report/compare/merge.h"
#include "report/report.h"

#include <stdio.h>

/* The firewall rules of each finding, in languages that are pasted. */
struct html_rules {
	size_t dialect_count;
	const char *const *dialects; /* their names */
	/* texts[dialect][finding]; NULL: no rule helps. */
	const char *const *const *texts;
};

/* html_page.c ---------------------------------------------------------------
 */

/* Style and script of the page, as the build embeds them. */
extern const char html_style[], html_script[];

/* From <!doctype> to the opening of <main>; the title is text. */
void html_begin(FILE *out, const char *title);
void html_end(FILE *out, const char *version);
/* Text in an element or in an attribute in double quotes; NULL: nothing. */
void html_text(FILE *out, const char *text);
/* The text in an element of that name. */
void html_element(FILE *out, const char *element, const char *text);
/* The coloured band on top: a word of a verdict's class, the sentence. */
void html_band(FILE *out, const char *kind, const char *headline);
/* "ready", "warn", "bad" or "open": how a verdict is coloured. */
const char *html_run_kind(enum run_verdict verdict);
const char *html_kind(enum verdict verdict);
/* A verdict as symbol and word. */
void html_verdict(FILE *out, enum verdict verdict);
/* A label and its text in a list of them; nothing for NULL or "". */
void html_fact(FILE *out, const char *label, const char *text);
/* A text to copy, folded below its summary. */
void html_copy(FILE *out, const char *summary, const char *id,
	       const char *text);

/* html_picture.c ------------------------------------------------------------
 */

/* What paths lead to: a port of the internet, a role, a network of devices. */
struct html_place {
	const char *key;      /* "p3", in attributes */
	const char *name;     /* "internet tcp/443" */
	const char *detail;   /* "tenant, vendor, aws" */
	bool nearby;          /* in a network of this host: no hop between */
	size_t paths, failed; /* results; without copies */
	unsigned required;    /* requirements that must hold */
	bool inbound;         /* opened from there */
	size_t *stops;        /* results, by finding; the last: unexplained */
};

struct html_map {
	const struct report *report;
	struct arena arena;
	size_t count;
	struct html_place *places;
	size_t *of_requirement; /* index of a place; SIZE_MAX: none */
	size_t *of_result;
};

void html_map(struct html_map *m, const struct report *r);
void html_map_free(struct html_map *m);
void html_picture(FILE *out, const struct html_map *m);

/* The other parts -----------------------------------------------------------
 */

/* What is handed over, to copy; nothing where there is no ticket. */
struct ticket_source; /* report/formats/ticket.h */
void html_tickets(FILE *out, const char *summary, const char *id,
		  const struct ticket_source *source);
void html_causes(FILE *out, const struct report *r,
		 const struct format_options *o);
void html_matrix(FILE *out, const struct html_map *m);
void html_requirements(FILE *out, const struct html_map *m);
void html_glossary(FILE *out, const struct report *r);
void html_changes(FILE *out, const struct comparison *c);

/* Whole pages of what other commands make. */
void html_write_comparison(FILE *out, const struct comparison *c);
void html_write_merged(FILE *out, const struct merged *m);

#endif
