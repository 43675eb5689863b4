/*
 * json.c - JSON: a streaming writer of our own, a reader by jansson.
 */
#include <jansson.h>

/* After jansson.h: json.h renames what both have. */
#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/base/text.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* The largest file that is read. */
static const size_t json_file_max = (size_t)256 << 20;
/* The most values in it: each takes memory, however short it is. */
static const size_t json_values_max = (size_t)8 << 20;

/* A document on stdout must not be followed by another. */
static bool json_began;

bool json_has_begun(void)
{
	return json_began;
}

static bool json_is_compact;

void json_use_compact(void)
{
	json_is_compact = true;
}

void json_begin(struct json_out *j, FILE *out)
{
	json_began |= out == stdout;
	*j = (struct json_out){.out = out, .compact = json_is_compact};
}

void json_end(struct json_out *j)
{
	fputc('\n', j->out);
}

static void json_newline(const struct json_out *j)
{
	if (j->compact)
		return;
	fputc('\n', j->out);
	for (unsigned i = 0; i < j->depth; i++)
		fputs("  ", j->out);
}

/* What stands before an item: a comma, a line; nothing behind a key. */
static void json_before(struct json_out *j)
{
	if (j->after_key) {
		j->after_key = false;
		return;
	}
	if (j->depth == 0)
		return;
	if (j->has_items[j->depth - 1])
		fputc(',', j->out);
	j->has_items[j->depth - 1] = true;
	json_newline(j);
}

static void json_open(struct json_out *j, char bracket)
{
	json_before(j);
	/* The nesting is our own documents', never the network's. */
	assert(j->depth < JSON_DEPTH_MAX);
	j->has_items[j->depth++] = false;
	fputc(bracket, j->out);
}

static void json_close(struct json_out *j, char bracket)
{
	assert(j->depth > 0);
	if (j->has_items[--j->depth])
		json_newline(j);
	fputc(bracket, j->out);
}

void json_object(struct json_out *j)
{
	json_open(j, '{');
}

void json_object_end(struct json_out *j)
{
	json_close(j, '}');
}

void json_array(struct json_out *j)
{
	json_open(j, '[');
}

void json_array_end(struct json_out *j)
{
	json_close(j, ']');
}

static void json_character(FILE *out, uint32_t code, const char *bytes,
			   size_t length)
{
	if (code == '"' || code == '\\') {
		fputc('\\', out);
		fputc((int)code, out);
	} else if (code == '\n') {
		fputs("\\n", out);
	} else if (code == '\t') {
		fputs("\\t", out);
	} else if (code == '\r') {
		fputs("\\r", out);
	} else if (code < 0x20 || (code >= 0x7f && code <= 0x9f)) {
		fprintf(out, "\\u%04" PRIx32, code);
	} else {
		fwrite(bytes, 1, length, out);
	}
}

static void json_quoted(FILE *out, const char *text)
{
	size_t left = strlen(text);
	fputc('"', out);
	while (left > 0) {
		uint32_t code;
		size_t n = text_utf8(text, left, &code);
		if (n == 0) {
			fputs("\xef\xbf\xbd", out); /* U+FFFD for each byte */
			n = 1;
		} else {
			json_character(out, code, text, n);
		}
		text += n;
		left -= n;
	}
	fputc('"', out);
}

void json_key(struct json_out *j, const char *key)
{
	json_before(j);
	json_quoted(j->out, key);
	fputs(j->compact ? ":" : ": ", j->out);
	j->after_key = true;
}

void json_null(struct json_out *j)
{
	json_before(j);
	fputs("null", j->out);
}

void json_string(struct json_out *j, const char *text)
{
	if (text == NULL) {
		json_null(j);
		return;
	}
	json_before(j);
	json_quoted(j->out, text);
}

void json_number(struct json_out *j, int64_t value)
{
	json_before(j);
	fprintf(j->out, "%" PRId64, value);
}

void json_ms(struct json_out *j, int64_t microseconds)
{
	uint64_t us = (uint64_t)microseconds;
	if (microseconds < 0)
		us = -us;
	json_before(j);
	fprintf(j->out, "%s%" PRIu64, microseconds < 0 ? "-" : "", us / 1000);
	unsigned part = (unsigned)(us % 1000);
	if (part % 10 != 0)
		fprintf(j->out, ".%03u", part);
	else if (part % 100 != 0)
		fprintf(j->out, ".%02u", part / 10);
	else if (part != 0)
		fprintf(j->out, ".%u", part / 100);
}

void json_bool(struct json_out *j, bool value)
{
	json_before(j);
	fputs(value ? "true" : "false", j->out);
}

void json_key_string(struct json_out *j, const char *key, const char *text)
{
	json_key(j, key);
	json_string(j, text);
}

void json_key_number(struct json_out *j, const char *key, int64_t value)
{
	json_key(j, key);
	json_number(j, value);
}

void json_key_bool(struct json_out *j, const char *key, bool value)
{
	json_key(j, key);
	json_bool(j, value);
}

void json_key_strings(struct json_out *j, const char *key,
		      const char *const *texts)
{
	json_key(j, key);
	json_array(j);
	for (size_t i = 0; texts != NULL && texts[i] != NULL; i++)
		json_string(j, texts[i]);
	json_array_end(j);
}

void json_clean(struct json_out *j, const char *text)
{
	size_t length = text == NULL ? 0 : strlen(text);
	char *clean;

	if (text == NULL ||
	    (text_is_utf8(text, length) && !text_has_controls(text))) {
		json_string(j, text);
		return;
	}
	clean = mem_calloc(length + 1, 4);
	json_string(j, text_sanitise(clean, (length + 1) * 4, text, length));
	free(clean);
}

static void json_fact(struct json_out *j, const struct fact *fact)
{
	switch (fact->type) {
	case FACT_STRING:
		json_string(j, fact->text);
		break;
	case FACT_NUMBER:
		json_number(j, fact->number);
		break;
	case FACT_MS:
		json_ms(j, fact->number);
		break;
	case FACT_BOOL:
		json_bool(j, fact->number != 0);
		break;
	case FACT_LIST:
		json_array(j);
		for (size_t i = 0; i < fact->list_count; i++)
			json_string(j, fact->list[i]);
		json_array_end(j);
		break;
	}
}

void json_facts(struct json_out *j, const struct facts *f)
{
	json_object(j);
	for (size_t i = 0; i < f->count; i++) {
		json_key(j, f->items[i].name);
		json_fact(j, &f->items[i]);
	}
	json_object_end(j);
}

/* A struct json_value is jansson's json_t under a name that others may see. */
struct json_doc {
	json_t *root;
};

struct json_source {
	FILE *in;
	size_t left;
	size_t values;
	bool broken, too_large;
	bool too_many;
};

/* Every value but the first has one of these before it. Those inside strings
 * are counted, too: the limit is far above any report. */
static size_t json_count_values(const char *bytes, size_t length)
{
	size_t n = 0;

	for (size_t i = 0; i < length; i++)
		n += bytes[i] == ',' || bytes[i] == '[' || bytes[i] == '{';
	return n;
}

static size_t json_more(void *buffer, size_t size, void *arg)
{
	struct json_source *source = arg;
	size_t n = fread(buffer, 1, size, source->in);
	if (n == 0 && ferror(source->in)) {
		source->broken = true;
		return (size_t)-1;
	}
	if (n > source->left) {
		source->too_large = true;
		return (size_t)-1;
	}
	source->left -= n;
	source->values += json_count_values(buffer, n);
	if (source->values > json_values_max) {
		source->too_many = true;
		return (size_t)-1;
	}
	return n;
}

struct json_doc *json_load(const char *path, FILE *in, struct error *err)
{
	struct json_source source = {.in = in, .left = json_file_max};
	struct json_doc *doc = NULL;
	json_error_t why;
	json_t *root;

	json_set_alloc_funcs(mem_try_malloc, free);
	root = json_load_callback(json_more, &source, JSON_REJECT_DUPLICATES,
				  &why);
	/* To jansson a failed read is the end: a whole document before it does
	 * not make it good. */
	if (source.broken) {
		error_at(err, path, 0, 0, "cannot be read to its end");
	} else if (source.too_large) {
		error_at(err, path, 0, 0, "larger than %zu MiB",
			 json_file_max >> 20);
	} else if (source.too_many) {
		error_at(err, path, 0, 0, "more than %zu values",
			 json_values_max);
	} else if (root == NULL &&
		   json_error_code(&why) == json_error_out_of_memory) {
		error_at(err, path, 0, 0, "out of memory");
		err->of_host = true;
	} else if (root == NULL) {
		error_at(err, path, why.line > 0 ? (unsigned)why.line : 0,
			 why.column > 0 ? (unsigned)why.column : 0,
			 "not JSON: %s", why.text);
	} else {
		doc = mem_calloc(1, sizeof(*doc));
		doc->root = json_incref(root);
	}
	json_decref(root);
	return doc;
}

void json_free(struct json_doc *d)
{
	if (d == NULL)
		return;
	json_decref(d->root);
	free(d);
}

static const struct json_value *json_wrap(const json_t *value)
{
	return (const void *)value;
}

static const json_t *json_unwrap(const struct json_value *value)
{
	return (const void *)value;
}

const struct json_value *json_root(const struct json_doc *d)
{
	return d == NULL ? NULL : json_wrap(d->root);
}

const struct json_value *json_get(const struct json_value *v, const char *key)
{
	return json_wrap(json_object_get(json_unwrap(v), key));
}

const struct json_value *json_at(const struct json_value *v, size_t index)
{
	return json_wrap(json_array_get(json_unwrap(v), index));
}

size_t json_length(const struct json_value *v)
{
	return json_array_size(json_unwrap(v));
}

const char *json_text(const struct json_value *v)
{
	return json_string_value(json_unwrap(v));
}

int64_t json_integer(const struct json_value *v, int64_t fallback)
{
	const json_t *value = json_unwrap(v);
	return json_is_integer(value) ? json_integer_value(value) : fallback;
}

enum json_kind json_kind(const struct json_value *v)
{
	if (v == NULL)
		return JSON_IS_ABSENT;
	switch (json_typeof(json_unwrap(v))) {
	case JSON_OBJECT:
		return JSON_IS_OBJECT;
	case JSON_ARRAY:
		return JSON_IS_LIST;
	case JSON_STRING:
		return JSON_IS_TEXT;
	case JSON_INTEGER:
		return JSON_IS_INTEGER;
	case JSON_REAL:
		return JSON_IS_REAL;
	case JSON_TRUE:
	case JSON_FALSE:
		return JSON_IS_BOOL;
	case JSON_NULL:
		break;
	}
	return JSON_IS_NULL;
}

double json_decimal(const struct json_value *v)
{
	return json_number_value(json_unwrap(v));
}

bool json_flag(const struct json_value *v)
{
	return json_kind(v) == JSON_IS_BOOL &&
	       json_typeof(json_unwrap(v)) == JSON_TRUE;
}

bool json_next(const struct json_value *v, struct json_member *m)
{
	json_t *object = (void *)(uintptr_t)json_unwrap(v);

	m->place = m->key == NULL ? json_object_iter(object)
				  : json_object_iter_next(object, m->place);
	if (m->place == NULL)
		return false;
	m->key = json_object_iter_key(m->place);
	m->value = json_wrap(json_object_iter_value(m->place));
	return true;
}
