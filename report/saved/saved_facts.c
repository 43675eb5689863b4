/* saved_facts.c - what has a name of its own in a saved report: facts, and a
 * profile's variables. */
#include "report/saved/saved_read.h"

#include "core/engine/check.h"

#include <string.h>

/* JSON writes whole milliseconds like a number: the tables know better. */
static bool saved_facts_is_ms(const char *check_name, const char *name)
{
	const struct check *check =
	    check_name == NULL ? NULL : check_find(check_name);

	for (const struct fact_def *d = check != NULL ? check->facts : NULL;
	     d != NULL && d->name != NULL; d++) {
		if (strcmp(d->name, name) == 0)
			return d->type == FACT_MS;
	}
	return false;
}

/* Milliseconds of a fact, as a double. */
static const double saved_facts_most = 9.0e12;

static void saved_facts_one(struct facts *f, const char *name,
			    const struct saved_node *n)
{
	const struct json_in *j = n->problem->json;
	struct saved_node one = saved_items(n);

	switch (n->kind) {
	case JSON_IS_TEXT:
		facts_string(f, name, json_in_text(j));
		break;
	case JSON_IS_BOOL:
		facts_bool(f, name, json_in_flag(j));
		break;
	case JSON_IS_LIST:
		while (saved_next(&one))
			facts_append(f, name, saved_text(&one));
		break;
	case JSON_IS_INTEGER:
		facts_number(f, name, json_in_integer(j));
		break;
	case JSON_IS_REAL:
		facts_ms(f, name,
			 saved_time(n, -saved_facts_most, saved_facts_most));
		break;
	case JSON_IS_ABSENT:
	case JSON_IS_NULL:
	case JSON_IS_OBJECT:
		saved_bad(n, "must be text, a number, a list, true or false");
		break;
	}
}

void saved_facts_read(struct saved_reader *r, struct facts *to,
		      const struct saved_node *n)
{
	struct facts facts = {0};
	const char *key;

	if (!saved_is(n, JSON_IS_OBJECT, "an object"))
		return;
	while ((key = saved_key(n)) != NULL) {
		const char *name = document_text(r->document, key);
		struct saved_node value;

		if (facts_find(&facts, name) != NULL) {
			json_in_twice(n->problem->json, name);
			break;
		}
		value = saved_value(n, name);
		saved_facts_one(&facts, name, &value);
	}
	*to = document_facts(r->document, &facts);
	facts_free(&facts);
}

/* JSON writes whole milliseconds like a number: what is a time, the check
 * knows, which may stand behind its facts. */
void saved_facts_times(struct facts *facts, const char *check,
		       const struct saved_node *n)
{
	for (size_t i = 0; i < facts->count; i++) {
		struct fact *fact = &facts->items[i];
		struct saved_node value = {
		    .problem = n->problem, .parent = n, .key = fact->name};

		if (fact->type != FACT_NUMBER ||
		    !saved_facts_is_ms(check, fact->name))
			continue;
		fact->type = FACT_MS;
		fact->number =
		    saved_time_of(&value, (double)fact->number,
				  -saved_facts_most, saved_facts_most);
	}
}

void saved_facts_variables(struct saved_reader *r, struct report_variables *v,
			   const struct saved_node *n)
{
	struct saved_list names = {0}, values = {0};
	struct map seen = {0};
	const char *key;

	if (!saved_is(n, JSON_IS_OBJECT, "an object"))
		return;
	while ((key = saved_key(n)) != NULL) {
		const char *name = document_text(r->document, key);
		const char **at = saved_list_add(&values, sizeof *at);
		struct saved_node value;

		*(const char **)saved_list_add(&names, sizeof name) = name;
		if (map_get(&seen, name) != SIZE_MAX) {
			json_in_twice(n->problem->json, name);
			break;
		}
		*map_at(&seen, name) = 0;
		value = saved_value(n, name);
		if (value.kind != JSON_IS_NULL)
			*at = document_text(r->document, saved_text(&value));
	}
	map_free(&seen);
	v->count = names.count;
	v->names = saved_list_end(r, &names, sizeof key);
	v->values = saved_list_end(r, &values, sizeof key);
}
