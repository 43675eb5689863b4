/*
 * params.h - a check's parameters: from text, by its table, into its struct.
 */
#ifndef PREFLIGHT_PARAMS_H
#define PREFLIGHT_PARAMS_H

#include "error.h"
#include "mem.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct check;
struct param;

struct port_range {
	uint16_t first, last;
};
struct port_list {
	size_t count;
	const struct port_range *ranges;
};

/* A value that must not be printed; where it came from may be. */
struct secret {
	char *value;        /* wiped by secret_free() */
	const char *source; /* "env:NAME", "file:PATH" */
};

/* "env:NAME" or "file:PATH" (regular, owned by us or root, no group or other
 * bits). NULL and err set when it cannot be read. */
struct secret *secret_load(const char *reference, struct error *err);
void secret_free(struct secret *s);

/* "80", "80,443", "3200-3299" (also mixed). Port 0 and reversed ranges are
 * errors. The list lives in the arena. */
const struct port_list *ports_parse(struct arena *a, const char *text,
				    struct error *err);
size_t ports_total(const struct port_list *list);

/*
 * A params struct with the defaults filled in, in the arena. A key without a
 * default is zero; where it is required, -1 (PARAM_ENUM, PARAM_DURATION) or
 * INT64_MIN (PARAM_NUMBER), so that params_check() sees that nobody set it.
 */
void *params_new(struct arena *a, const struct check *check);
/*
 * Sets one key from text (for PARAM_LIST: may be called repeatedly, appends).
 * Unknown key: error with a suggestion. err has no place; the caller adds it.
 */
int params_set(struct arena *a, const struct check *check, void *params,
	       const char *key, const char *text, struct error *err);
/* Required keys present, then check->validate(). */
int params_check(const struct check *check, const void *params,
		 struct error *err);
/* True when two structs of that check say the same, key by key. Secrets are
 * the same when they are one object. */
bool params_equal(const struct check *check, const void *a, const void *b);
/* Wipes and frees the secrets in params; the rest goes with the arena. */
void params_free(const struct check *check, void *params);
const struct param *params_find(const struct check *check, const char *key);

#endif
