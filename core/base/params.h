/*
 * params.h - what a check's parameters may be: types, ports, secrets, and the
 * table that declares them.
 */
#ifndef PREFLIGHT_PARAMS_H
#define PREFLIGHT_PARAMS_H

#include "core/base/error.h"
#include "core/base/mem.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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

/* A copy of the value (length octets) and of its source. */
struct secret *secret_new(const char *source, const char *value, size_t length);
void secret_free(struct secret *s); /* NULL is fine */

/* "80", "80,443", "3200-3299" (also mixed). Port 0 and reversed ranges are
 * errors. The list lives in the arena. */
const struct port_list *ports_parse(struct arena *a, const char *text,
				    struct error *err);
size_t ports_total(const struct port_list *list);

enum param_type {
	PARAM_BOOL,     /* bool */
	PARAM_NUMBER,   /* int64_t, in [low, high] */
	PARAM_DURATION, /* int64_t microseconds */
	PARAM_STRING,   /* const char * */
	PARAM_ENUM,     /* int: index into choices */
	PARAM_NAME,     /* const char *: a DNS name */
	PARAM_PORTS,    /* const struct port_list * */
	PARAM_LIST,     /* const char *const *: NULL-terminated */
	PARAM_SECRET    /* const struct secret * */
};

/* One YAML key under `params:`. A table ends with a NULL name. */
struct param {
	const char *name;
	enum param_type type;
	size_t offset;              /* into the check's params struct */
	const char *fallback;       /* default as in YAML; NULL: zero */
	const char *help;           /* one line */
	int64_t low, high;          /* PARAM_NUMBER; both 0: any */
	const char *const *choices; /* PARAM_ENUM, NULL-terminated */
	bool required;
};

#endif
