/*
 * variable.c - ${name}, ${name.host} and ${name.port} in a profile's texts.
 */
#include "profiles/read/variable.h"
#include "core/base/buf.h"
#include "profiles/read/reader.h"
#include "profiles/plan/target.h"
#include "core/base/text.h"
#include "core/os/pattern.h"

#include <stdlib.h>
#include <string.h>

enum { VARIABLE_TEXT_MAX = 64 * 1024 };

const char *const variable_types[] = {"text", "url",      "ports",
				      "host", "services", NULL};

/* One reference: text[start .. end) is "${name.attribute}". */
struct variable_reference {
	size_t start, end;
	char name[64];
	char attribute[8]; /* "", "host", "port" */
};

bool variable_is_in(const char *text)
{
	return strstr(text, "${") != NULL;
}

/* 1: found, 0: none from here on, -1: it is malformed. */
static int variable_next(const char *text, size_t from,
			 struct variable_reference *out)
{
	const char *start = strstr(text + from, "${");
	const char *end, *dot;
	size_t length, attribute = 0;

	if (start == NULL)
		return 0;
	end = strchr(start, '}');
	if (end == NULL)
		return -1;
	dot = memchr(start, '.', (size_t)(end - start));
	length = (size_t)((dot == NULL ? end : dot) - start) - 2;
	if (dot != NULL)
		attribute = (size_t)(end - dot) - 1;
	if (length == 0 || length >= sizeof out->name ||
	    attribute >= sizeof out->attribute ||
	    (dot != NULL && attribute == 0))
		return -1;
	memset(out, 0, sizeof *out);
	memcpy(out->name, start + 2, length);
	if (dot != NULL)
		memcpy(out->attribute, dot + 1, attribute);
	out->start = (size_t)(start - text);
	out->end = (size_t)(end - text) + 1;
	return 1;
}

static const char *variable_name_at(const void *arg, size_t i)
{
	const struct profile *p = arg;

	return i < p->variable_count ? p->variables[i].name : NULL;
}

static int variable_check_one(const struct profile *p,
			      const struct variable_reference *ref,
			      struct error *err)
{
	const struct variable *v = profile_variable(p, ref->name);

	if (v == NULL)
		return error_unknown(err, "variable", ref->name,
				     variable_name_at, p, NULL);
	if (*ref->attribute == '\0')
		return 0;
	if (strcmp(v->type, "url") != 0)
		return error_set(err,
				 "'%s' is not a URL: ${%s.%s} has no meaning",
				 v->name, v->name, ref->attribute);
	if (strcmp(ref->attribute, "host") != 0 &&
	    strcmp(ref->attribute, "port") != 0) {
		error_set(err, "a URL has no '.%s'", ref->attribute);
		error_suggest(err, "write ${%s.host} or ${%s.port}", v->name,
			      v->name);
		return -1;
	}
	return 0;
}

int variable_check(const struct profile *p, const char *text, struct error *err)
{
	struct variable_reference ref;
	size_t at = 0;
	int found;

	while ((found = variable_next(text, at, &ref)) == 1) {
		if (variable_check_one(p, &ref, err) == -1)
			return -1;
		at = ref.end;
	}
	if (found == 0)
		return 0;
	error_set(err, "'%s' holds a broken variable", text);
	error_suggest(err, "write ${name} or ${name.host}");
	return -1;
}

static int variable_match(const struct variable *v, const char *value,
			  struct error *err)
{
	char *whole;
	bool valid, matches;

	if (v->pattern == NULL)
		return 0;
	whole = mem_printf("^(%s)$", v->pattern);
	valid = os_pattern_is_valid(whole);
	matches = os_pattern_matches(whole, value);
	free(whole);
	if (!valid)
		return error_set(err,
				 "the pattern of '%s' is not a regular "
				 "expression",
				 v->name);
	if (matches)
		return 0;
	error_set(err, "'%s' does not match the pattern of this variable",
		  value);
	if (v->example != NULL)
		error_suggest(err, "write it like %s", v->example);
	return -1;
}

static int variable_services(const char *value, struct error *err)
{
	struct target_service service;
	char one[TARGET_NAME_MAX + 16];

	for (;;) {
		size_t length = strcspn(value, ",");

		if (length >= sizeof one)
			return error_set(err, "a host name is too long");
		memcpy(one, value, length);
		one[length] = '\0';
		if (target_service(one, &service, err) == -1)
			return -1;
		if (value[length] == '\0')
			return 0;
		value += length + 1;
	}
}

static int variable_typed(const struct variable *v, const char *value,
			  struct error *err)
{
	struct target_service url;
	struct addr literal;
	struct arena scratch = {0};
	int status = 0;

	if (strcmp(v->type, "url") == 0)
		return target_url(value, &url, err);
	if (strcmp(v->type, "host") == 0)
		return target_host(value, &literal, err);
	if (strcmp(v->type, "services") == 0)
		return variable_services(value, err);
	if (strcmp(v->type, "ports") == 0) {
		if (ports_parse(&scratch, value, err) == NULL)
			status = -1;
		arena_free(&scratch);
	}
	return status;
}

int variable_validate(const struct variable *v, const char *value,
		      struct error *err)
{
	if (*value == '\0')
		return error_set(err, "the value is empty");
	if (strlen(value) > VARIABLE_TEXT_MAX / 4 || text_has_controls(value))
		return error_set(err, "the value is not plain text");
	if (variable_typed(v, value, err) == 0)
		return variable_match(v, value, err);
	if (v->example != NULL && strcmp(v->example, value) != 0)
		error_suggest(err, "write it like %s", v->example);
	return -1;
}

static void variable_append(struct buf *out, const struct variable *v,
			    const char *attribute, const char *value)
{
	struct target_service url;
	struct error unused;

	if (*attribute == '\0') {
		buf_puts(out, value);
		return;
	}
	/* The value was validated: this cannot fail. */
	if (strcmp(v->type, "url") != 0 || target_url(value, &url, &unused))
		return;
	if (strcmp(attribute, "host") == 0)
		buf_puts(out, url.host);
	else
		buf_printf(out, "%u", url.port);
}

const char *variable_expand(struct arena *a, const struct variable_values *v,
			    const char *text, const struct variable **missing)
{
	struct variable_reference ref;
	const char *result;
	struct buf out;
	size_t at = 0;

	buf_init(&out, VARIABLE_TEXT_MAX);
	while (variable_next(text, at, &ref) == 1) {
		const struct variable *variable =
		    profile_variable(v->profile, ref.name);
		size_t index = (size_t)(variable - v->profile->variables);

		if (v->values[index] == NULL) {
			*missing = variable;
			buf_free(&out);
			return NULL;
		}
		buf_append(&out, text + at, ref.start - at);
		variable_append(&out, variable, ref.attribute,
				v->values[index]);
		at = ref.end;
	}
	buf_puts(&out, text + at);
	result = arena_strdup(a, buf_text(&out));
	buf_free(&out);
	return result;
}

const char *variable_reason(struct arena *a, const struct variable *missing)
{
	return arena_printf(
	    a, "set %s: --set %s=%s", missing->name, missing->name,
	    missing->example == NULL ? "VALUE" : missing->example);
}
