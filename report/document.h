/*
 * document.h - a report (model.h) under construction: texts are cleaned and
 * held once, and so are paths. Of an assessment, or of a saved file.
 */
#ifndef PREFLIGHT_DOCUMENT_H
#define PREFLIGHT_DOCUMENT_H

#include "report/map.h"
#include "report/report.h"

struct assessment; /* report/assessment.h */

struct document {
	struct report *report;
	size_t text_max; /* bytes of one text; 0: any number */
	struct arena keys;
	struct map texts, paths;
	const char **text_items;
	size_t text_capacity;
	struct report_path *path_items;
	size_t path_capacity;
};

/* A report of its own arena, which report_free() frees. */
void document_begin(struct document *d, size_t text_max);
struct report *document_end(struct document *d);

const char *document_text(struct document *d, const char *text);
/* The same as a number: d->text_items[number]. Not of NULL. */
size_t document_text_number(struct document *d, const char *text);
/* Facts of the arena; the names, too. */
struct facts document_facts(struct document *d, const struct facts *f);
/* The index of a path. Its evidence is borrowed, and should be the report's.
 */
uint32_t document_path(struct document *d, const struct report_path *path);

/* What a profile says of a requirement; its id and ports may be those of a
 * run. */
struct report_requirement document_need(struct document *d,
					const struct requirement *q,
					const char *id,
					const struct requirement_ports *ports);

/* The whole of an assessment. */
struct report *document_of(const struct assessment *a);

#endif
