/*
 * check_params.c - the `params:` of a requirement: read, checked, applied.
 */
#include "profiles/plan/check_params.h"
#include "core/base/buf.h"
#include "core/engine/check.h"
#include "profiles/read/requirement.h"
#include "core/base/text.h"
#include "core/engine/params.h"

#include <string.h>

/* Several values into one key: appended for lists, joined for ports. */
static int check_params_apply(struct arena *a, const struct check *check,
			      void *params, const char *key,
			      const char *const *values, struct error *err)
{
	const struct param *param = params_find(check, key);
	size_t count = reader_count(values);
	struct buf joined;
	int status = 0;

	if (param != NULL && param->type == PARAM_PORTS) {
		buf_init(&joined, 4096);
		for (size_t i = 0; i < count; i++)
			buf_printf(&joined, "%s%s", i == 0 ? "" : ",",
				   values[i]);
		status =
		    params_set(a, check, params, key, buf_text(&joined), err);
		buf_free(&joined);
		return status;
	}
	if (count > 1 && param != NULL && param->type != PARAM_LIST)
		return error_set(err, "'%s' takes one value", key);
	for (size_t i = 0; i < count && status == 0; i++)
		status = params_set(a, check, params, key, values[i], err);
	return status;
}

static bool check_params_is_deferred(const char *const *values)
{
	for (; *values != NULL; values++) {
		if (variable_is_in(*values))
			return true;
	}
	return false;
}

static void check_params_variables(struct reader *r, const struct profile *p,
				   const struct tree *at,
				   const char *const *values)
{
	struct error err;

	for (; *values != NULL; values++) {
		if (variable_check(p, *values, &err) == -1)
			reader_fail_error(r, at, &err);
	}
}

/* Tries one setting on a scratch struct; false: an error was reported. */
static bool check_params_try(struct reader *r, const struct check *check,
			     const struct tree *at, void *params,
			     const struct param_setting *s, bool deferred)
{
	const struct param *param = params_find(check, s->key);
	struct error err;

	if (param != NULL && param->type == PARAM_SECRET) {
		error_set(&err,
			  "'%s' is a secret: a profile must not hold secrets",
			  s->key);
		error_suggest(&err, "give it in the inventory's credentials");
		reader_fail_error(r, at, &err);
		return false;
	}
	/* params_set() reports an unknown key, variable or not. */
	if (deferred && param != NULL)
		return true;
	if (check_params_apply(r->arena, check, params, s->key, s->values,
			       &err) == 0)
		return true;
	reader_fail_error(r, at, &err);
	return false;
}

/* What is opened from devices, or declared untested, needs no complete params:
 * it is never probed from here. */
static bool check_params_is_probed(const struct requirement *q)
{
	if (q->untested_why != WHY_NONE)
		return false;
	for (size_t i = 0; q->from_list[i] != NULL; i++) {
		if (requirement_device_type(q->from_list[i]) == NULL)
			return true;
	}
	return false;
}

void check_params_read(struct reader *r, const struct profile *p,
		       const struct tree *map, const struct tree *at,
		       const struct check *check, struct requirement *out)
{
	size_t count = map == NULL ? 0 : map->count;
	struct param_setting *list =
	    arena_calloc(r->arena, count + 1, sizeof *list);
	void *scratch = check == NULL ? NULL : params_new(r->arena, check);
	bool complete = check != NULL && check_params_is_probed(out);
	struct error err;

	for (size_t i = 0; i < count; i++) {
		const struct tree *value = map->items[i];
		struct param_setting *s = &list[out->param_count];
		bool deferred;

		if (value->kind == TREE_MAP) {
			reader_fail(r, value, "'%s' must be a value or a list",
				    map->keys[i]->text);
			complete = false;
			continue;
		}
		s->key = map->keys[i]->text;
		s->values = reader_texts(r, value);
		s->value_count = reader_count(s->values);
		s->line = map->keys[i]->line;
		s->column = map->keys[i]->column;
		out->param_count++;
		deferred = check_params_is_deferred(s->values);
		if (deferred)
			check_params_variables(r, p, value, s->values);
		if (check != NULL && !check_params_try(r, check, map->keys[i],
						       scratch, s, deferred))
			complete = false;
		complete = complete && !deferred;
	}
	out->params = list;
	if (complete && params_check(check, scratch, &err) == -1)
		reader_fail_error(r, map == NULL ? at : map, &err);
}

/* The param that chooses the transport goes by one of these names. */
static const char *const setting_chooser_names[] = {"protocol", "transport",
						    NULL};

const char *check_params_chooser(const struct check *check,
				 enum transport transport)
{
	const char *word = transport_name(transport);

	for (size_t i = 0; setting_chooser_names[i] != NULL; i++) {
		const struct param *param =
		    params_find(check, setting_chooser_names[i]);

		if (param != NULL && param->type == PARAM_ENUM &&
		    param->choices != NULL && reader_has(param->choices, word))
			return setting_chooser_names[i];
	}
	return NULL;
}

/* The values of one setting in this run; NULL: a variable is missing. */
static const char *const *check_params_values(
    struct arena *a, const struct param_setting *s,
    const struct variable_values *values, bool is_list,
    const struct variable **missing)
{
	const char **list = arena_calloc(a, s->value_count + 1, sizeof *list);
	size_t count = 0;

	for (size_t i = 0; i < s->value_count; i++) {
		const struct variable *unset = NULL;
		const char *text =
		    variable_expand(a, values, s->values[i], &unset);

		if (text != NULL) {
			list[count++] = text;
		} else if (!is_list) {
			*missing = unset;
			return NULL;
		}
	}
	return list;
}

const void *check_params_build(struct arena *a, const struct requirement *q,
			       enum transport transport,
			       const struct variable_values *values,
			       const struct variable **missing,
			       struct error *err)
{
	const struct check *check = q->check_table;
	void *params = params_new(a, check);
	const char *chooser = check_params_chooser(check, transport);
	const struct param_setting *s = NULL;

	*missing = NULL;
	if (chooser != NULL && params_set(a, check, params, chooser,
					  transport_name(transport), err) == -1)
		goto fail;
	for (size_t i = 0; i < q->param_count; i++) {
		const struct param *param;
		const char *const *list;

		s = &q->params[i];
		param = params_find(check, s->key);
		list = check_params_values(a, s, values,
					   param->type == PARAM_LIST, missing);
		if (list == NULL)
			return NULL;
		if (check_params_apply(a, check, params, s->key, list, err) ==
		    -1)
			goto fail;
	}
	s = NULL;
	if (params_check(check, params, err) == 0)
		return params;
fail:
	text_copy(err->file, sizeof err->file, q->profile->file);
	err->line = s == NULL ? q->line : s->line;
	err->column = s == NULL ? q->column : s->column;
	return NULL;
}
