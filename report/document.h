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
	struct map texts;
	const char **text_items;
	size_t text_capacity;
	struct report_path *path_items;
	size_t path_capacity;
	bool path_fixed;      /* the items are the report's already */
	uint32_t *path_slots; /* open addressing: an index + 1, 0 none */
	size_t path_slot_count;
};

/* A report of its own arena, which report_free() frees. */
void document_begin(struct document *d, size_t text_max);
/* It will have at most so many paths. */
void document_expect_paths(struct document *d, size_t most);
struct report *document_end(struct document *d);

const char *document_text(struct document *d, const char *text);
/* Of one that is there once, such as an id: not held for others. */
const char *document_own_text(struct document *d, const char *text);
/* The same as a number: d->text_items[number]. Not of NULL. */
size_t document_text_number(struct document *d, const char *text);
/* Facts of the arena; the names, too. */
struct facts document_facts(struct document *d, const struct facts *f);
/* The index of a path. Its texts are document_text()'s. Its evidence is
 * borrowed, and should be the report's.
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
