/*
 * fields.h - the one table of what preflight's JSON documents hold.
 *
 * A struct field is one key: its name, what it is, where it lies in the struct,
 * when it is null, and what it means. From it come the writer
 * (fields_write.c), the reader (saved/saved_read.c) and the JSON Schema
 * (fields_schema.c). The tables are in fields.c and fields_more.c.
 */
#ifndef PREFLIGHT_FIELDS_H
#define PREFLIGHT_FIELDS_H

#include "core/base/error.h"
#include "core/base/json.h"
#include "report/document.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum field_type {
	FIELD_CONST,         /* always `pattern` */
	FIELD_TEXT,          /* const char *; NULL: null */
	FIELD_WORD,          /* an enum, or a bool with two words */
	FIELD_FLAG,          /* bool */
	FIELD_NUMBER,        /* an integer of `size` bytes */
	FIELD_MS,            /* int64_t of microseconds; -1: null */
	FIELD_CLOCK,         /* int64_t, microseconds of the wall clock */
	FIELD_ADDRESS,       /* struct addr; ADDR_NONE: null */
	FIELD_ENDPOINT,      /* the same, with its port where it has one */
	FIELD_FAMILY,        /* of a struct addr; not read */
	FIELD_CODE,          /* of a struct outcome; not read */
	FIELD_ICMP,          /* of a struct outcome */
	FIELD_TEXTS,         /* const char *const *, ends with NULL */
	FIELD_PORTS,         /* of a struct report_requirement */
	FIELD_FACTS,         /* struct facts */
	FIELD_VARIABLES,     /* struct report_variables */
	FIELD_OBJECT,        /* a struct inside; `of` */
	FIELD_POINTER,       /* a pointer to a struct; NULL: null; `of` */
	FIELD_LIST,          /* a pointer to structs, their number; `of` */
	FIELD_REFERENCE,     /* uint32_t: the id of an item of `to` */
	FIELD_REFERENCES,    /* const size_t *, their number: ids */
	FIELD_PATH,          /* uint32_t: a path of the report; `of` */
	FIELD_PATH_EVIDENCE, /* what was gathered about that path */
	FIELD_CHARS,         /* char[]; "": null */
	FIELD_WORDS,         /* enum *, their number; not read */
	FIELD_NUMBERS        /* size_t *, their number; not read */
};

/* Lists whose items are referred to by an id. */
enum field_list {
	LIST_NONE,
	LIST_PROFILES,
	LIST_REQUIREMENTS,
	LIST_RESULTS,
	LIST_EVIDENCE,
	LIST_FINDINGS,
	LIST_COUNT
};

/* Which documents have a field. */
enum field_since {
	SINCE_EVER,
	SINCE_0_1_0, /* all but those from before the first release */
	SINCE_0_2_0,
	SINCE_MAYBE /* those that need it */
};

/* word(first) to word(end - 1); NULLs among them are none. */
struct field_words {
	const char *(*word)(int value);
	int first, end;
};

#define FIELD_ALONE SIZE_MAX

struct field {
	const char *name;
	const char *help; /* what it is, its unit, when it is null */
	enum field_type type;
	bool nullable;
	enum field_since since;
	unsigned absent; /* its bit in the struct's `absent` */
	size_t offset, size;
	/* Where another member is that belongs to it: the number of items
	 * (size_t), of facts the name of their check. FIELD_ALONE: none. */
	size_t with;
	int none; /* the number that stands for null, or for nothing known */
	const struct field_words *words;
	const struct field_table *of;
	enum field_list to;
	int64_t low, high;   /* FIELD_NUMBER */
	bool filled;         /* a list is never empty */
	const char *pattern; /* of a text or of the texts; extended regular */
};

struct field_table {
	const char *help;
	size_t size;   /* of the struct */
	size_t absent; /* where its `absent` is; FIELD_ALONE: none */
	const struct field *fields;     /* ends with a NULL name */
	const struct field_table *more; /* of the same struct; or NULL */
};

extern const struct field_table fields_report;
/* Of a struct report_requirement, what its profile says. */
extern const struct field_table fields_need;
/* Of a comparison: without and with the head of preflight.comparison/1. */
extern const struct field_table fields_changes, fields_comparison;
extern const struct field_table fields_merge; /* struct merged */
/* preflight.error/1 */
struct error_document {
	int exit;
	size_t count;
	const struct error *errors;
};
extern const struct field_table fields_error;

/* Members of a struct, into an object that is open; all of those of the table
 * but for absent ones. r: what indices refer to; may be NULL. */
void fields_write(struct json_out *j, const struct report *r,
		  const struct field_table *table, const void *item);

/* The id of an item; its index must be in range. */
const char *fields_id(const struct report *r, enum field_list list,
		      size_t index);

/* The members of a JSON Schema of the table, into an object that is open. */
void fields_schema(struct json_out *j, const struct field_table *table);

#endif
