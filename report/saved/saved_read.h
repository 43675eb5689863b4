/*
 * saved_read.h - JSON to structs, as the field tables say.
 */
#ifndef PREFLIGHT_SAVED_READ_H
#define PREFLIGHT_SAVED_READ_H

#include "report/fields.h"
#include "report/saved/saved_node.h"

struct saved_reader {
	struct document *document;
	struct map ids[LIST_COUNT]; /* of each list: id to index */
	bool broken[LIST_COUNT];    /* it, or an id in it, has a wrong type */
};

/* What ids there are, so that references can be told as they are met. */
void saved_read_ids(struct saved_reader *r, const struct saved_node *root);
void saved_read(struct saved_reader *r, const struct field_table *table,
		void *item, const struct saved_node *n);

#endif
