/*
 * json.h - the writer of JSON; json_in.h has the reader.
 *
 * The writer escapes C0, DEL, C1 and never writes invalid UTF-8; numbers of
 * milliseconds have at most three decimals. Two-space indentation. Errors of
 * the stream are the caller's to see (ferror).
 */
#ifndef PREFLIGHT_JSON_H
#define PREFLIGHT_JSON_H

#include "core/base/addr.h"
#include "core/base/error.h"
#include "core/base/facts.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { JSON_DEPTH_MAX = 32, JSON_BUFFER = 4096 };

/* jansson exports functions of these names; ours are others to the linker. */
#define json_object  preflight_json_object
#define json_array   preflight_json_array
#define json_string  preflight_json_string
#define json_null    preflight_json_null
#define json_integer preflight_json_integer

struct json_out {
	FILE *out;
	unsigned depth;
	bool has_items[JSON_DEPTH_MAX];
	bool after_key;
	bool compact; /* no newlines, for one-line documents */
	size_t used;  /* octets that the stream does not have yet */
	char bytes[JSON_BUFFER];
};

/* Nothing else may be written to the stream before json_end(), which hands on
 * the rest. */
void json_begin(struct json_out *j, FILE *out);
/* From now on each document is one line, without blanks: --compact. */
void json_use_compact(void);
/* Was a document begun on stdout, in this program's life? */
bool json_has_begun(void);
void json_end(struct json_out *j); /* final newline */
void json_object(struct json_out *j);
void json_object_end(struct json_out *j);
void json_array(struct json_out *j);
void json_array_end(struct json_out *j);
void json_key(struct json_out *j, const char *key);
void json_string(struct json_out *j, const char *text); /* NULL: null */
void json_number(struct json_out *j, int64_t value);
void json_ms(struct json_out *j, int64_t microseconds); /* as milliseconds */
void json_bool(struct json_out *j, bool value);
void json_null(struct json_out *j);
/* Short forms: key and value. */
void json_key_string(struct json_out *j, const char *key, const char *text);
void json_key_number(struct json_out *j, const char *key, int64_t value);
void json_key_bool(struct json_out *j, const char *key, bool value);
/* [..] of a NULL-terminated array; NULL gives []. */
void json_key_strings(struct json_out *j, const char *key,
		      const char *const *texts);
/* A string that was not cleaned on the way in (of a profile, an inventory):
 * text_sanitise() first. */
void json_clean(struct json_out *j, const char *text);
/* {"name": value, …} with the facts' types. */
void json_facts(struct json_out *j, const struct facts *f);

#endif
