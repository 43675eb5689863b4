/* saved_node.c - values of a saved report: typed, cleaned, or an error. */
#include "report/saved/saved_node.h"

#include "core/base/buf.h"
#include "report/saved/saved.h"
#include "core/base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { SAVED_PATH = 256 };

struct saved_node saved_get(const struct saved_node *n, const char *key)
{
	return (struct saved_node){.reader = n->reader,
				   .parent = n,
				   .key = key,
				   .value = json_get(n->value, key)};
}

struct saved_node saved_at(const struct saved_node *n, size_t index)
{
	return (struct saved_node){.reader = n->reader,
				   .parent = n,
				   .index = index,
				   .value = json_at(n->value, index)};
}

bool saved_is_there(const struct saved_node *n)
{
	return json_kind(n->value) > JSON_IS_NULL;
}

/* "results[3].target.port" */
static void saved_path(const struct saved_node *n, struct buf *out)
{
	if (n->parent == NULL)
		return;
	saved_path(n->parent, out);
	if (n->key == NULL)
		buf_printf(out, "[%zu]", n->index);
	else
		buf_printf(out, "%s%s", buf_text(out)[0] != '\0' ? "." : "",
			   n->key);
}

void saved_bad(const struct saved_node *n, const char *format, ...)
{
	struct saved_reader *r = n->reader;
	char what[256];
	struct buf path;
	va_list args;

	if (r->failed)
		return;
	r->failed = true;
	va_start(args, format);
	vsnprintf(what, sizeof what, format, args);
	va_end(args);
	buf_init(&path, SAVED_PATH);
	saved_path(n, &path);
	if (buf_text(&path)[0] == '\0')
		error_at(r->err, r->file, 0, 0, "%s", what);
	else
		error_at(r->err, r->file, 0, 0, "%s: %s", buf_text(&path),
			 what);
	buf_free(&path);
}

/* True where the value is of that kind; else why not is noted. */
static bool saved_is(const struct saved_node *n, enum json_kind wanted,
		     const char *word)
{
	enum json_kind kind = json_kind(n->value);

	if (kind == wanted)
		return true;
	if (kind == JSON_IS_ABSENT)
		saved_bad(n, "is missing");
	else
		saved_bad(n, "is no %s", word);
	return false;
}

const char *saved_clean(struct saved_reader *r, const char *text)
{
	size_t length = strlen(text);
	char clean[SAVED_TEXT_MAX + 1];

	if (length <= SAVED_TEXT_MAX && text_is_utf8(text, length) &&
	    !text_has_controls(text))
		return arena_strndup(r->arena, text, length);
	return arena_strdup(r->arena,
			    text_sanitise(clean, sizeof clean, text, length));
}

const char *saved_text(const struct saved_node *n)
{
	if (!saved_is(n, JSON_IS_TEXT, "text"))
		return "";
	return saved_clean(n->reader, json_text(n->value));
}

const char *saved_text_or_null(const struct saved_node *n)
{
	if (json_kind(n->value) == JSON_IS_NULL)
		return NULL;
	return saved_text(n);
}

int64_t saved_number(const struct saved_node *n, int64_t low, int64_t high)
{
	int64_t value;

	if (!saved_is(n, JSON_IS_INTEGER, "whole number"))
		return low;
	value = json_integer(n->value, 0);
	if (value < low || value > high) {
		saved_bad(n, "%lld is not from %lld to %lld", (long long)value,
			  (long long)low, (long long)high);
		return low;
	}
	return value;
}

int64_t saved_number_or(const struct saved_node *n, int64_t low, int64_t high,
			int64_t fallback)
{
	if (json_kind(n->value) == JSON_IS_NULL)
		return fallback;
	return saved_number(n, low, high);
}

bool saved_bool(const struct saved_node *n)
{
	return saved_is(n, JSON_IS_BOOL, "true or false") &&
	       json_flag(n->value);
}

void saved_object(const struct saved_node *n)
{
	saved_is(n, JSON_IS_OBJECT, "object");
}

size_t saved_list(const struct saved_node *n)
{
	return saved_is(n, JSON_IS_LIST, "list") ? json_length(n->value) : 0;
}

const char *const *saved_texts(const struct saved_node *n, size_t *count)
{
	size_t length = saved_list(n);
	const char **list =
	    arena_calloc(n->reader->arena, length + 1, sizeof *list);

	for (size_t i = 0; i < length; i++) {
		struct saved_node item = saved_at(n, i);

		list[i] = saved_text(&item);
	}
	if (count != NULL)
		*count = length;
	return list;
}

int64_t saved_time(const struct saved_node *n)
{
	/* A hundred years: a longer time is a mistake. */
	static const double most = 3.2e12;
	double ms;

	if (json_kind(n->value) == JSON_IS_NULL)
		return -1;
	if (json_kind(n->value) != JSON_IS_REAL &&
	    !saved_is(n, JSON_IS_INTEGER, "number"))
		return -1;
	ms = json_decimal(n->value);
	if (ms < 0 || ms > most) {
		saved_bad(n, "is no time in milliseconds");
		return -1;
	}
	return (int64_t)(ms * 1000 + 0.5);
}

struct addr saved_address(const struct saved_node *n)
{
	const char *text = saved_text_or_null(n);
	struct addr a = {0};
	char *plain;

	if (text == NULL || addr_parse(&a, text))
		return a;
	/* The interface may be one of another host. */
	plain = arena_strndup(n->reader->arena, text, strcspn(text, "%"));
	if (!addr_parse(&a, plain))
		saved_bad(n, "'%s' is no address", text);
	return a;
}

int saved_word(const struct saved_node *n, const char *(*name)(int), int first,
	       int end)
{
	const char *text = saved_text(n);
	char all[192] = "";
	size_t at = 0;

	if (n->reader->failed)
		return first;
	for (int i = first; i < end; i++) {
		const char *word = name(i);

		if (word != NULL && strcmp(word, text) == 0)
			return i;
		if (word != NULL && at < sizeof all)
			at +=
			    (size_t)snprintf(all + at, sizeof all - at, "%s%s",
					     at > 0 ? ", " : "", word);
	}
	saved_bad(n, "'%s' is none of %s", text, all);
	return first;
}
