/* saved_node.c - values of a saved report: typed, cleaned, or an error. */
#include "report/saved/saved_node.h"

#include "core/base/buf.h"

#include <stdarg.h>
#include <stdio.h>

enum { SAVED_PATH = 256 };

struct saved_node saved_root(struct saved_problem *problem)
{
	return (struct saved_node){.problem = problem,
				   .kind = json_in_value(problem->json)};
}

bool saved_failed(const struct saved_node *n)
{
	return n->problem->failed || json_in_failed(n->problem->json);
}

const char *saved_key(const struct saved_node *n)
{
	return saved_failed(n) ? NULL : json_in_key(n->problem->json);
}

struct saved_node saved_value(const struct saved_node *n, const char *key)
{
	return (struct saved_node){.problem = n->problem,
				   .parent = n,
				   .key = key,
				   .kind = json_in_value(n->problem->json)};
}

struct saved_node saved_items(const struct saved_node *n)
{
	return (struct saved_node){
	    .problem = n->problem, .parent = n, .index = SIZE_MAX};
}

bool saved_next(struct saved_node *item)
{
	if (saved_failed(item) || !json_in_item(item->problem->json))
		return false;
	item->index++;
	item->kind = json_in_value(item->problem->json);
	return !saved_failed(item);
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

	if (saved_failed(n))
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
	if (n->kind == wanted)
		return true;
	saved_bad(n, "must be %s", words);
	return false;
}

const char *saved_text(const struct saved_node *n)
{
	return saved_is(n, JSON_IS_TEXT, "text")
		   ? json_in_text(n->problem->json)
		   : "";
}

int64_t saved_number(const struct saved_node *n, int64_t low, int64_t high)
{
	int64_t value;

	if (!saved_is(n, JSON_IS_INTEGER, "a whole number"))
		return low;
	value = json_in_integer(n->problem->json);
	if (value < low || value > high) {
		saved_bad(n, "%lld is not from %lld to %lld", (long long)value,
			  (long long)low, (long long)high);
		return low;
	}
	return value;
}

bool saved_flag(const struct saved_node *n)
{
	return saved_is(n, JSON_IS_BOOL, "true or false") &&
	       json_in_flag(n->problem->json);
}

int64_t saved_time_of(const struct saved_node *n, double ms, double least,
		      double most)
{
	if (ms < least || ms > most) {
		saved_bad(n, "is not a time in milliseconds");
		return -1;
	}
	return (int64_t)(ms * 1000 + (ms < 0 ? -0.5 : 0.5));
}

int64_t saved_time(const struct saved_node *n, double least, double most)
{
	if (n->kind != JSON_IS_REAL &&
	    !saved_is(n, JSON_IS_INTEGER, "a number"))
		return -1;
	return saved_time_of(n, json_in_decimal(n->problem->json), least, most);
}
