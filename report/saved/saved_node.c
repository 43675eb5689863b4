/* saved_node.c - values of a saved report: typed, cleaned, or an error. */
#include "report/saved/saved_node.h"

#include "core/base/buf.h"

#include <stdarg.h>
#include <stdio.h>

enum { SAVED_PATH = 256 };

struct saved_node saved_get(const struct saved_node *n, const char *key)
{
	return (struct saved_node){.problem = n->problem,
				   .parent = n,
				   .key = key,
				   .value = json_get(n->value, key)};
}

struct saved_node saved_at(const struct saved_node *n, size_t index)
{
	return (struct saved_node){.problem = n->problem,
				   .parent = n,
				   .index = index,
				   .value = json_at(n->value, index)};
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
	struct saved_problem *r = n->problem;
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

bool saved_is(const struct saved_node *n, enum json_kind wanted,
	      const char *words)
{
	enum json_kind kind = json_kind(n->value);

	if (kind == wanted)
		return true;
	if (kind == JSON_IS_ABSENT)
		saved_bad(n, "is missing");
	else
		saved_bad(n, "must be %s", words);
	return false;
}

const char *saved_text(const struct saved_node *n)
{
	return saved_is(n, JSON_IS_TEXT, "text") ? json_text(n->value) : "";
}

int64_t saved_number(const struct saved_node *n, int64_t low, int64_t high)
{
	int64_t value;

	if (!saved_is(n, JSON_IS_INTEGER, "a whole number"))
		return low;
	value = json_integer(n->value, 0);
	if (value < low || value > high) {
		saved_bad(n, "%lld is not from %lld to %lld", (long long)value,
			  (long long)low, (long long)high);
		return low;
	}
	return value;
}

size_t saved_list(const struct saved_node *n)
{
	return saved_is(n, JSON_IS_LIST, "a list") ? json_length(n->value) : 0;
}

int64_t saved_time(const struct saved_node *n, double least, double most)
{
	double ms;

	if (json_kind(n->value) != JSON_IS_REAL &&
	    !saved_is(n, JSON_IS_INTEGER, "a number"))
		return -1;
	ms = json_decimal(n->value);
	if (ms < least || ms > most) {
		saved_bad(n, "is not a time in milliseconds");
		return -1;
	}
	return (int64_t)(ms * 1000 + (ms < 0 ? -0.5 : 0.5));
}
