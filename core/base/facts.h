/*
 * facts.h - what a probe found out, by name.
 *
 * Values are copied; strings are sanitised on the way in. A name set twice
 * keeps the last value. Names are constants of a table (the check's, or one of
 * facts.c): borrowed, never freed.
 */
#ifndef PREFLIGHT_FACTS_H
#define PREFLIGHT_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum fact_type {
	FACT_STRING,
	FACT_NUMBER, /* integer */
	FACT_MS,     /* microseconds inside, milliseconds outside */
	FACT_BOOL,
	FACT_LIST /* strings */
};

struct fact {
	const char *name;
	enum fact_type type;
	char *text;     /* FACT_STRING */
	int64_t number; /* FACT_NUMBER, FACT_MS (microseconds), FACT_BOOL */
	char **list;    /* FACT_LIST */
	size_t list_count;
};

struct facts {
	struct fact *items; /* in the order they were first set */
	size_t count;
	size_t capacity;
};

/* A fact by its name, as a table declares it. A table ends with a NULL name. */
struct fact_def {
	const char *name;
	enum fact_type type;
	const char *help;
};
/* What the core itself learns, whatever the check. */
extern const struct fact_def fact_core[];
/* What is known about this host, and what the second round observes. */
extern const struct fact_def fact_host[];
extern const struct fact_def fact_evidence[];

enum { FACTS_MAX = 64, FACTS_LIST_MAX = 32 };

void facts_string(struct facts *f, const char *name, const char *value);
void facts_bytes(struct facts *f, const char *name, const void *value,
		 size_t length);
void facts_number(struct facts *f, const char *name, int64_t value);
void facts_ms(struct facts *f, const char *name, int64_t microseconds);
void facts_bool(struct facts *f, const char *name, bool value);
void facts_append(struct facts *f, const char *name, const char *value);
const struct fact *facts_find(const struct facts *f, const char *name);
/* The text of a FACT_STRING, or NULL. */
const char *facts_text(const struct facts *f, const char *name);
bool facts_is_true(const struct facts *f, const char *name);
/* Sets in `to` every fact of `from`, as if one by one; lists grow. */
void facts_copy(struct facts *to, const struct facts *from);
void facts_free(struct facts *f);

#endif
