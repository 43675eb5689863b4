/*
 * params.c - a check's parameters: from text, by its table, into its struct.
 */
#include "core/engine/params.h"
#include "core/os/secret.h"
#include "core/base/addr.h"
#include "core/engine/check.h"
#include "core/base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	PARAM_SHOWN = 64, /* bytes of a wrong value that are repeated */
	PARAM_LIST_MAX = 256,
	PARAM_NAME_MAX = 253, /* RFC 1035: 255 octets on the wire */
	PARAM_LABEL_MAX = 63
};

/* The start of a foreign value, for messages. */
static const char *param_shown(const char *text, char out[PARAM_SHOWN])
{
	return text_sanitise(out, PARAM_SHOWN, text, strlen(text));
}

static int param_set_bool(void *field, const char *text, struct error *err)
{
	bool value = strcmp(text, "true") == 0;
	char shown[PARAM_SHOWN];
	if (!value && strcmp(text, "false") != 0) {
		error_set(err, "'%s' is neither true nor false",
			  param_shown(text, shown));
		error_suggest(err, "write true or false");
		return -1;
	}
	memcpy(field, &value, sizeof(value));
	return 0;
}

static int param_set_number(const struct param *param, void *field,
			    const char *text, struct error *err)
{
	bool any = param->low == 0 && param->high == 0;
	int64_t low = any ? INT64_MIN : param->low;
	int64_t high = any ? INT64_MAX : param->high;
	int64_t value;
	char shown[PARAM_SHOWN];
	if (!text_number(text, INT64_MIN, INT64_MAX, &value))
		error_set(err, "'%s' is not a whole number",
			  param_shown(text, shown));
	else if (value < low || value > high)
		error_set(err, "%s is out of range", param_shown(text, shown));
	else {
		memcpy(field, &value, sizeof(value));
		return 0;
	}
	if (any)
		error_suggest(err, "write digits only");
	else
		error_suggest(err, "write a number from %lld to %lld",
			      (long long)low, (long long)high);
	return -1;
}

static int param_set_duration(void *field, const char *text, struct error *err)
{
	int64_t value = text_duration(text);
	char shown[PARAM_SHOWN];
	if (value < 0) {
		error_set(err, "'%s' is not a duration",
			  param_shown(text, shown));
		error_suggest(err, "write 500ms, 3s or 2m");
		return -1;
	}
	memcpy(field, &value, sizeof(value));
	return 0;
}

static int param_set_enum(const struct param *param, void *field,
			  const char *text, struct error *err)
{
	char shown[PARAM_SHOWN];
	char known[sizeof(err->suggestion)] = "write ";
	for (int i = 0; param->choices[i] != NULL; i++) {
		if (strcmp(param->choices[i], text) == 0) {
			memcpy(field, &i, sizeof(i));
			return 0;
		}
		size_t n = strlen(known);
		const char *between = i == 0                          ? ""
				      : param->choices[i + 1] == NULL ? " or "
								      : ", ";
		snprintf(known + n, sizeof(known) - n, "%s%s", between,
			 param->choices[i]);
	}
	error_set(err, "'%s' is not a choice", param_shown(text, shown));
	return error_nearest(err, text, text_name_at, param->choices, known);
}

static bool param_is_label(const char *label, size_t length)
{
	if (length == 0 || length > PARAM_LABEL_MAX || label[0] == '-' ||
	    label[length - 1] == '-')
		return false;
	for (size_t i = 0; i < length; i++) {
		char c = label[i];
		/* The underscore: service names (RFC 8552), Windows hosts. */
		if ((c < 'a' || c > 'z') && (c < 'A' || c > 'Z') &&
		    (c < '0' || c > '9') && c != '-' && c != '_')
			return false;
	}
	return true;
}

/* "host.example.com", with or without the final dot, or "." (the root). */
static bool param_is_name(const char *text)
{
	struct addr numeric;
	size_t length = strlen(text);
	if (strcmp(text, ".") == 0)
		return true;
	if (length > 0 && text[length - 1] == '.')
		length--;
	if (length == 0 || length > PARAM_NAME_MAX ||
	    addr_parse(&numeric, text))
		return false;
	for (size_t at = 0; at <= length; at++) {
		size_t label = 0;
		while (at + label < length && text[at + label] != '.')
			label++;
		if (!param_is_label(text + at, label))
			return false;
		at += label;
	}
	return true;
}

static int param_set_name(struct arena *a, void *field, const char *text,
			  struct error *err)
{
	char shown[PARAM_SHOWN];
	if (!param_is_name(text)) {
		error_set(err, "'%s' is not a DNS name",
			  param_shown(text, shown));
		error_suggest(err, "write host.example.com");
		return -1;
	}
	const char *value = arena_strdup(a, text);
	memcpy(field, &value, sizeof(value));
	return 0;
}

/* A list is stored behind one hidden item that distinguishes a default from a
 * value that was set: the first item that is set replaces the default, the next
 * ones append. */
static const char param_list_default[] = "default";

static int param_append(struct arena *a, void *field, const char *text,
			bool is_default, struct error *err)
{
	const char *const *old;
	size_t count = 0;
	memcpy(&old, field, sizeof(old));
	if (old != NULL && (is_default || old[-1] != param_list_default)) {
		while (old[count] != NULL)
			count++;
	}
	if (count == PARAM_LIST_MAX)
		return error_set(err, "more than %d items", PARAM_LIST_MAX);
	const char **list = arena_calloc(a, count + 3, sizeof(*list));
	list[0] = is_default ? param_list_default : NULL;
	for (size_t i = 0; i < count; i++)
		list[i + 1] = old[i];
	list[count + 1] = arena_strdup(a, text);
	list++;
	memcpy(field, &list, sizeof(list));
	return 0;
}

static int param_set_secret(void *field, const char *text, struct error *err)
{
	struct secret *value = secret_load(text, err);
	struct secret *old;
	if (value == NULL)
		return -1;
	memcpy(&old, field, sizeof(old));
	secret_free(old);
	memcpy(field, &value, sizeof(value));
	return 0;
}

static int param_set(struct arena *a, const struct param *param, void *params,
		     const char *text, struct error *err)
{
	unsigned char *field = (unsigned char *)params + param->offset;
	const void *value;
	switch (param->type) {
	case PARAM_BOOL:
		return param_set_bool(field, text, err);
	case PARAM_NUMBER:
		return param_set_number(param, field, text, err);
	case PARAM_DURATION:
		return param_set_duration(field, text, err);
	case PARAM_ENUM:
		return param_set_enum(param, field, text, err);
	case PARAM_NAME:
		return param_set_name(a, field, text, err);
	case PARAM_LIST:
		return param_append(a, field, text, false, err);
	case PARAM_SECRET:
		return param_set_secret(field, text, err);
	case PARAM_STRING:
		value = arena_strdup(a, text);
		memcpy(field, &value, sizeof(value));
		return 0;
	case PARAM_PORTS:
		value = ports_parse(a, text, err);
		if (value == NULL)
			return -1;
		memcpy(field, &value, sizeof(value));
		return 0;
	}
	return error_set(err, "has an unknown type");
}

/* Default of a list: its items, between commas. */
static int param_default_list(struct arena *a, const struct param *param,
			      void *params, struct error *err)
{
	unsigned char *field = (unsigned char *)params + param->offset;
	const char *at = param->fallback;
	while (*at != '\0') {
		size_t n = strcspn(at, ",");
		const char *item = arena_strndup(a, at, n);
		if (param_append(a, field, item, true, err) == -1)
			return -1;
		at += at[n] == ',' ? n + 1 : n;
	}
	return 0;
}

/* The value of a required key that was not set: no text can give it. */
static const int param_unset_enum = -1;
static const int64_t param_unset_duration = -1;
static const int64_t param_unset_number = INT64_MIN;

static void param_unset(const struct param *param, void *params)
{
	unsigned char *field = (unsigned char *)params + param->offset;
	if (param->type == PARAM_ENUM)
		memcpy(field, &param_unset_enum, sizeof(param_unset_enum));
	else if (param->type == PARAM_DURATION)
		memcpy(field, &param_unset_duration,
		       sizeof(param_unset_duration));
	else if (param->type == PARAM_NUMBER)
		memcpy(field, &param_unset_number, sizeof(param_unset_number));
}

void *params_new(struct arena *a, const struct check *check)
{
	const struct param *param = check->params;
	void *params = arena_calloc(a, 1, check->params_size);
	char why[PARAM_SHOWN];
	for (; param != NULL && param->name != NULL; param++) {
		struct error err = {0};
		int rc = 0;
		if (param->fallback == NULL) {
			if (param->required)
				param_unset(param, params);
		} else if (param->type == PARAM_LIST) {
			rc = param_default_list(a, param, params, &err);
		} else if (param->type != PARAM_SECRET) {
			rc = param_set(a, param, params, param->fallback, &err);
		}
		if (rc == 0)
			continue;
		/* A mistake in a constant table of ours. */
		snprintf(why, sizeof why, "%s.%s has no valid default",
			 check->name, param->name);
		mem_end(why);
	}
	return params;
}

const struct param *params_find(const struct check *check, const char *key)
{
	const struct param *param = check->params;
	for (; param != NULL && param->name != NULL; param++) {
		if (strcmp(param->name, key) == 0)
			return param;
	}
	return NULL;
}

static const char *params_name_at(const void *arg, size_t i)
{
	const struct check *check = arg;
	return check->params[i].name;
}

static int params_unknown(const struct check *check, const char *key,
			  struct error *err)
{
	char shown[PARAM_SHOWN];
	error_set(err, "params.%s: unknown key", param_shown(key, shown));
	if (check->params == NULL || check->params[0].name == NULL) {
		error_suggest(err, "check '%s' has no parameters", check->name);
		return -1;
	}
	return error_nearest(err, key, params_name_at, check,
			     "see 'preflight list checks'");
}

/* Puts the key in front of the text of an error. */
static int params_blame(const struct param *param, struct error *err)
{
	struct error inner = *err;
	error_set(err, "params.%s: %s", param->name, inner.text);
	if (inner.suggestion[0] != '\0')
		error_suggest(err, "%s", inner.suggestion);
	return -1;
}

int params_set(struct arena *a, const struct check *check, void *params,
	       const char *key, const char *text, struct error *err)
{
	const struct param *param = params_find(check, key);
	if (param == NULL)
		return params_unknown(check, key, err);
	if (param_set(a, param, params, text, err) == -1)
		return params_blame(param, err);
	return 0;
}

static bool param_is_set(const struct param *param, const void *params)
{
	const unsigned char *field =
	    (const unsigned char *)params + param->offset;
	const void *pointer;
	switch (param->type) {
	case PARAM_BOOL:
		return true;
	case PARAM_NUMBER:
		return memcmp(field, &param_unset_number,
			      sizeof(param_unset_number)) != 0;
	case PARAM_DURATION:
		return memcmp(field, &param_unset_duration,
			      sizeof(param_unset_duration)) != 0;
	case PARAM_ENUM:
		return memcmp(field, &param_unset_enum,
			      sizeof(param_unset_enum)) != 0;
	case PARAM_STRING:
	case PARAM_NAME:
	case PARAM_PORTS:
	case PARAM_LIST:
	case PARAM_SECRET:
		break;
	}
	memcpy(&pointer, field, sizeof(pointer));
	return pointer != NULL;
}

int params_check(const struct check *check, const void *params,
		 struct error *err)
{
	const struct param *param = check->params;
	for (; param != NULL && param->name != NULL; param++) {
		if (!param->required || param_is_set(param, params))
			continue;
		error_set(err, "params.%s: is missing", param->name);
		error_suggest(err, "check '%s' needs it: %s", check->name,
			      param->help);
		return -1;
	}
	return check->validate == NULL ? 0 : check->validate(params, err);
}

void params_free(const struct check *check, void *params)
{
	const struct param *param = check->params;
	for (; param != NULL && param->name != NULL; param++) {
		struct secret *secret;
		if (param->type != PARAM_SECRET)
			continue;
		unsigned char *field = (unsigned char *)params + param->offset;
		memcpy(&secret, field, sizeof(secret));
		secret_free(secret);
		memset(field, 0, sizeof(secret));
	}
}

static bool param_same_list(const char *const *a, const char *const *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	for (; *a != NULL && *b != NULL; a++, b++) {
		if (strcmp(*a, *b) != 0)
			return false;
	}
	return *a == *b;
}

static bool param_same_ports(const struct port_list *a,
			     const struct port_list *b)
{
	if (a == NULL || b == NULL || a->count != b->count)
		return a == b;
	for (size_t i = 0; i < a->count; i++) {
		if (a->ranges[i].first != b->ranges[i].first ||
		    a->ranges[i].last != b->ranges[i].last)
			return false;
	}
	return true;
}

static bool param_same(const struct param *param, const void *a, const void *b)
{
	const unsigned char *left = (const unsigned char *)a + param->offset;
	const unsigned char *right = (const unsigned char *)b + param->offset;
	const void *x, *y;

	switch (param->type) {
	case PARAM_BOOL:
		return memcmp(left, right, sizeof(bool)) == 0;
	case PARAM_NUMBER:
	case PARAM_DURATION:
		return memcmp(left, right, sizeof(int64_t)) == 0;
	case PARAM_ENUM:
		return memcmp(left, right, sizeof(int)) == 0;
	case PARAM_STRING:
	case PARAM_NAME:
	case PARAM_PORTS:
	case PARAM_LIST:
	case PARAM_SECRET:
		break;
	}
	memcpy(&x, left, sizeof x);
	memcpy(&y, right, sizeof y);
	if (x == y)
		return true;
	if (param->type == PARAM_PORTS)
		return param_same_ports(x, y);
	if (param->type == PARAM_LIST)
		return param_same_list(x, y);
	return param->type != PARAM_SECRET && x != NULL && y != NULL &&
	       strcmp(x, y) == 0;
}

bool params_equal(const struct check *check, const void *a, const void *b)
{
	const struct param *param = check->params;

	if (a == b || param == NULL)
		return true;
	for (; param->name != NULL; param++) {
		if (!param_same(param, a, b))
			return false;
	}
	return true;
}
