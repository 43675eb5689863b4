/* json.c - the writer of JSON. */
#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/base/text.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* A document on stdout must not be followed by another. */
static bool json_began;

bool json_has_begun(void)
{
	return json_began;
}

void json_begin(struct json_out *j, FILE *out)
{
	json_began |= out == stdout;
	*j = (struct json_out){.out = out};
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
