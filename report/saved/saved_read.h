/*
 * saved_read.h - JSON to structs, as the field tables say.
 *
 * In two steps, since the file comes as a stream: what refers to something is
 * first the number of its id among the document's texts (saved_read.c), and
 * becomes an index when all has been read (saved_refer.c).
 */
#ifndef PREFLIGHT_SAVED_READ_H
#define PREFLIGHT_SAVED_READ_H

#include "report/fields.h"
#include "report/saved/saved_node.h"

struct saved_reader {
	struct document *document;
	bool is_report;          /* its schema was met */
	struct report_path path; /* of the result at hand */
};

/* A list while it grows: how many it will be is known at its end. */
struct saved_list {
	void *items; /* heap */
	size_t count, capacity;
};
/* One more, of zeroes. Valid until the next one. */
void *saved_list_add(struct saved_list *l, size_t size);
/* Its items, of the report's arena; behind them one of zeroes. */
void *saved_list_end(struct saved_reader *r, struct saved_list *l, size_t size);

/* An object; it begins at n. */
void saved_read(struct saved_reader *r, const struct field_table *table,
		void *item, const struct saved_node *n);
/* Notes a problem where the text at hand is not the schema of reports. */
void saved_read_schema(struct saved_reader *r, const struct saved_node *n);

/* saved_facts.c */
void saved_facts_read(struct saved_reader *r, struct facts *to,
		      const struct saved_node *n);
/* JSON writes whole milliseconds like a number: what is a time, the check
 * knows, and it may stand behind its facts. n: where the facts are. */
void saved_facts_times(struct facts *facts, const char *check,
		       const struct saved_node *n);
void saved_facts_variables(struct saved_reader *r, struct report_variables *v,
			   const struct saved_node *n);

/* saved_refer.c: the whole report: ids become indices; those that lead nowhere
 * are noted. */
void saved_refer(struct document *d, struct saved_problem *problem);

#endif
