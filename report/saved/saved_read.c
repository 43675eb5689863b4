/* saved_read.c - JSON to structs: every field is checked, texts are cleaned,
 * ids become indices. */
#include "report/saved/saved_read.h"

#include "core/base/clock.h"
#include "core/base/text.h"
#include "core/engine/check.h"

#include <stdio.h>
#include <string.h>

static void *saved_read_at(void *item, const struct field *f)
{
	return (char *)item + f->offset;
}

static struct arena *saved_read_arena(const struct saved_reader *r)
{
	return &r->document->report->arena;
}

static void saved_read_put_number(void *item, const struct field *f,
				  int64_t value)
{
	void *at = saved_read_at(item, f);

	if (f->size == 1)
		*(uint8_t *)at = (uint8_t)value;
	else if (f->size == 2)
		*(uint16_t *)at = (uint16_t)value;
	else
		*(int32_t *)at = (int32_t)value;
}

static void saved_read_put_list(void *item, const struct field *f,
				const void *items, size_t count)
{
	memcpy(saved_read_at(item, f), &items, sizeof items);
	if (f->with != FIELD_ALONE)
		memcpy((char *)item + f->with, &count, sizeof count);
}

/* What stands in the struct where JSON has null, or nothing. */
static void saved_read_put_null(const struct saved_reader *r,
				const struct field *f, void *item)
{
	static const char *const none[] = {NULL};

	switch (f->type) {
	case FIELD_WORD:
	case FIELD_NUMBER:
		saved_read_put_number(item, f, f->none);
		break;
	case FIELD_MS:
		*(int64_t *)saved_read_at(item, f) = -1;
		break;
	case FIELD_REFERENCE:
		*(uint32_t *)saved_read_at(item, f) = REPORT_NONE;
		break;
	case FIELD_TEXTS:
		saved_read_put_list(item, f, f->nullable ? NULL : none, 0);
		break;
	case FIELD_OBJECT:
		for (const struct field *in = f->of->fields; in->name != NULL;
		     in++)
			saved_read_put_null(r, in, saved_read_at(item, f));
		break;
	default:
		break;
	}
}

/* Texts ------------------------------------------------------------------- */

static const char *saved_read_text(struct saved_reader *r,
				   const struct saved_node *n)
{
	return document_text(r->document, saved_text(n));
}

static void saved_read_texts(struct saved_reader *r, const struct field *f,
			     void *item, const struct saved_node *n)
{
	size_t count = saved_list(n);
	const char **list =
	    arena_calloc(saved_read_arena(r), count + 1, sizeof *list);

	for (size_t i = 0; i < count; i++) {
		struct saved_node one = saved_at(n, i);

		list[i] = saved_read_text(r, &one);
	}
	saved_read_put_list(item, f, list, count);
}

static void saved_read_word(const struct field *f, void *item,
			    const struct saved_node *n)
{
	const char *text = saved_text(n);
	char all[192] = "";
	size_t at = 0;

	if (n->problem->failed)
		return;
	for (int i = f->words->first; i < f->words->end; i++) {
		const char *word = f->words->word(i);

		if (word == NULL)
			continue;
		if (strcmp(word, text) == 0) {
			saved_read_put_number(item, f, i);
			return;
		}
		if (at < sizeof all)
			at +=
			    (size_t)snprintf(all + at, sizeof all - at, "%s%s",
					     at > 0 ? ", " : "", word);
	}
	saved_bad(n, "'%s' is not one of %s", text, all);
}

static void saved_read_clock(const struct field *f, void *item,
			     const struct saved_node *n)
{
	const char *text = saved_text(n);

	if (!clock_parse(text, saved_read_at(item, f)))
		saved_bad(n, "'%s' is not a time like 2026-11-21T03:20:00Z",
			  text);
}

/* Addresses --------------------------------------------------------------- */

/* The interface may be one of another host. */
static bool saved_read_parse_address(struct addr *a, const char *text,
				     size_t length)
{
	char plain[ADDR_TEXT];

	if (length >= sizeof plain)
		return false;
	memcpy(plain, text, length);
	plain[length] = '\0';
	if (addr_parse(a, plain))
		return true;
	plain[strcspn(plain, "%")] = '\0';
	return addr_parse(a, plain);
}

/* "10.0.0.1"; an endpoint also "10.0.0.1:443", "[2001:db8::1]:443". */
static void saved_read_address(const struct field *f, void *item,
			       const struct saved_node *n)
{
	struct addr *a = saved_read_at(item, f);
	const char *text = saved_text(n), *colon = strrchr(text, ':'), *end;
	bool bracket = text[0] == '[';
	int64_t port;

	if (n->problem->failed ||
	    saved_read_parse_address(a, text, strlen(text)))
		return;
	end = bracket ? strchr(text, ']') : colon;
	if (f->type == FIELD_ENDPOINT && end != NULL && colon != NULL &&
	    text_number(colon + 1, 1, 65535, &port) &&
	    saved_read_parse_address(a, text + bracket,
				     (size_t)(end - text) - bracket)) {
		a->port = (uint16_t)port;
		return;
	}
	saved_bad(n, "'%s' is not an address", text);
}

static void saved_read_icmp(const struct field *f, void *item,
			    const struct saved_node *n)
{
	struct outcome *o = saved_read_at(item, f);
	const char *text = saved_text(n), *slash = strchr(text, '/');
	char type[8] = "";
	int64_t a, b;

	if (slash != NULL && (size_t)(slash - text) < sizeof type)
		memcpy(type, text, (size_t)(slash - text));
	if (slash == NULL || !text_number(type, 0, 255, &a) ||
	    !text_number(slash + 1, 0, 255, &b)) {
		saved_bad(n, "'%s' is not a type and code like 3/13", text);
		return;
	}
	o->has_icmp = true;
	o->icmp_type = (uint8_t)a;
	o->icmp_code = (uint8_t)b;
}

static void saved_read_ports(struct saved_reader *r, void *item,
			     const struct saved_node *n)
{
	struct report_requirement *q = item;
	size_t count = saved_list(n), unset = 0;
	struct port_range *ranges =
	    arena_calloc(saved_read_arena(r), count + 1, sizeof *ranges);
	const char **variables =
	    arena_calloc(saved_read_arena(r), count + 1, sizeof *variables);

	q->ports = (struct port_list){.ranges = ranges};
	q->ports_unset = variables;
	for (size_t i = 0; i < count && !n->problem->failed; i++) {
		struct saved_node one = saved_at(n, i);
		const char *text = saved_text(&one);
		const struct port_list *list;
		struct error unused;

		if (strchr(text, '$') != NULL) {
			variables[unset++] = saved_read_text(r, &one);
			continue;
		}
		list = ports_parse(&r->document->keys, text, &unused);
		if (list == NULL || list->count != 1)
			saved_bad(&one, "'%s' is not a port or a range", text);
		else
			ranges[q->ports.count++] = list->ranges[0];
	}
}

/* Facts and variables ----------------------------------------------------- */

/* JSON writes whole milliseconds like a number: the tables know better. */
static bool saved_read_is_ms(const char *check_name, const char *name)
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

static void saved_read_fact(struct facts *f, const char *name,
			    const char *check, const struct saved_node *n)
{
	static const double most = 9.0e12; /* milliseconds, as a double */
	enum json_kind kind = json_kind(n->value);

	if (kind == JSON_IS_INTEGER && saved_read_is_ms(check, name))
		kind = JSON_IS_REAL;
	switch (kind) {
	case JSON_IS_TEXT:
		facts_string(f, name, saved_text(n));
		break;
	case JSON_IS_BOOL:
		facts_bool(f, name, json_flag(n->value));
		break;
	case JSON_IS_LIST:
		for (size_t i = 0; i < json_length(n->value); i++) {
			struct saved_node item = saved_at(n, i);

			facts_append(f, name, saved_text(&item));
		}
		break;
	case JSON_IS_INTEGER:
		facts_number(f, name, json_integer(n->value, 0));
		break;
	case JSON_IS_REAL:
		facts_ms(f, name, saved_time(n, -most, most));
		break;
	case JSON_IS_ABSENT:
	case JSON_IS_NULL:
	case JSON_IS_OBJECT:
		saved_bad(n, "must be text, a number, a list, true or false");
		break;
	}
}

static void saved_read_facts(struct saved_reader *r, const struct field *f,
			     void *item, const struct saved_node *n)
{
	const char *check =
	    f->with == FIELD_ALONE
		? NULL
		: *(const char **)(void *)((char *)item + f->with);
	struct json_member m = {0};
	struct facts facts = {0};

	if (!saved_is(n, JSON_IS_OBJECT, "an object"))
		return;
	while (!n->problem->failed && json_next(n->value, &m)) {
		const char *name = document_text(r->document, m.key);
		struct saved_node value = saved_get(n, m.key);

		value.key = name;
		saved_read_fact(&facts, name, check, &value);
	}
	*(struct facts *)saved_read_at(item, f) =
	    document_facts(r->document, &facts);
	facts_free(&facts);
}

static void saved_read_variables(struct saved_reader *r, void *item,
				 const struct saved_node *n)
{
	struct report_variables *v = item;
	struct json_member m = {0};
	const char **names, **values;
	size_t count = 0, i = 0;

	if (!saved_is(n, JSON_IS_OBJECT, "an object"))
		return;
	while (json_next(n->value, &m))
		count++;
	names = arena_calloc(saved_read_arena(r), count + 1, sizeof *names);
	values = arena_calloc(saved_read_arena(r), count + 1, sizeof *values);
	for (m = (struct json_member){0}; json_next(n->value, &m); i++) {
		struct saved_node value = saved_get(n, m.key);

		names[i] = document_text(r->document, m.key);
		if (json_kind(value.value) != JSON_IS_NULL)
			values[i] = saved_read_text(r, &value);
	}
	v->count = count;
	v->names = names;
	v->values = values;
}

/* References -------------------------------------------------------------- */

static const struct {
	const char *parent, *list, *id;
} saved_read_lists[LIST_COUNT] = {
    [LIST_PROFILES] = {"run", "profiles", "name"},
    [LIST_REQUIREMENTS] = {NULL, "requirements", "id"},
    [LIST_RESULTS] = {NULL, "results", "id"},
    [LIST_EVIDENCE] = {NULL, "evidence", "id"},
    [LIST_FINDINGS] = {NULL, "findings", "id"}};

/* Types are for the reader to check, later. A list with a wrong one in it is
 * named then, and not who refers to it. */
static void saved_read_list_ids(struct saved_reader *r, enum field_list k,
				const struct saved_node *list)
{
	r->broken[k] = json_kind(list->value) != JSON_IS_LIST;
	for (size_t i = 0; i < json_length(list->value); i++) {
		struct saved_node item = saved_at(list, i);
		struct saved_node id = saved_get(&item, saved_read_lists[k].id);
		const char *text = json_text(id.value);

		if (text == NULL) {
			r->broken[k] |= k != LIST_PROFILES ||
					json_kind(id.value) != JSON_IS_NULL;
			continue;
		}
		if (k == LIST_REQUIREMENTS &&
		    map_get(&r->ids[k], text) != SIZE_MAX)
			saved_bad(&id, "'%s' is there twice", text);
		*map_at(&r->ids[k], text) = i;
	}
}

void saved_read_ids(struct saved_reader *r, const struct saved_node *root)
{
	for (int k = LIST_NONE + 1; k < LIST_COUNT; k++) {
		struct saved_node parent =
		    saved_read_lists[k].parent == NULL
			? *root
			: saved_get(root, saved_read_lists[k].parent);
		struct saved_node list =
		    saved_get(&parent, saved_read_lists[k].list);

		saved_read_list_ids(r, (enum field_list)k, &list);
	}
}

static size_t saved_read_reference(const struct saved_reader *r,
				   enum field_list list,
				   const struct saved_node *n)
{
	const char *id = saved_text(n);
	size_t at = map_get(&r->ids[list], id);

	if (at == SIZE_MAX && !r->broken[list])
		saved_bad(n,
			  list == LIST_PROFILES
			      ? "'%s' is not among run.profiles"
			      : "'%s' is not in this report",
			  id);
	return at;
}

static const size_t *saved_read_references(const struct saved_reader *r,
					   enum field_list list,
					   const struct saved_node *n,
					   size_t *count)
{
	size_t *items;

	*count = saved_list(n);
	items = arena_calloc(saved_read_arena(r), *count + 1, sizeof *items);
	for (size_t i = 0; i < *count && !n->problem->failed; i++) {
		struct saved_node one = saved_at(n, i);

		items[i] = saved_read_reference(r, list, &one);
	}
	return items;
}

/* With the evidence about it, which stands beside it. */
static void saved_read_path(struct saved_reader *r, const struct field *f,
			    void *item, const struct saved_node *n)
{
	struct saved_node evidence = saved_get(n->parent, "evidence");
	struct report_path path = {0};

	saved_read(r, f->of, &path, n);
	path.address.port = path.address.family == ADDR_NONE ? 0 : path.port;
	path.evidence = saved_read_references(r, LIST_EVIDENCE, &evidence,
					      &path.evidence_count);
	*(uint32_t *)saved_read_at(item, f) = document_path(r->document, &path);
}

/* Structs ----------------------------------------------------------------- */

static void saved_read_list(struct saved_reader *r, const struct field *f,
			    void *item, const struct saved_node *n)
{
	size_t count = saved_list(n);
	char *items = arena_calloc(saved_read_arena(r), count + 1, f->of->size);

	for (size_t i = 0; i < count && !n->problem->failed; i++) {
		struct saved_node one = saved_at(n, i);

		saved_read(r, f->of, items + i * f->of->size, &one);
	}
	saved_read_put_list(item, f, items, count);
}

static void saved_read_pointer(struct saved_reader *r, const struct field *f,
			       void *item, const struct saved_node *n)
{
	void *object = arena_calloc(saved_read_arena(r), 1, f->of->size);

	saved_read(r, f->of, object, n);
	saved_read_put_list(item, f, object, 0);
}

static void saved_read_related(struct saved_reader *r, const struct field *f,
			       void *item, const struct saved_node *n)
{
	size_t count;

	switch (f->type) {
	case FIELD_REFERENCE:
		*(uint32_t *)saved_read_at(item, f) =
		    (uint32_t)saved_read_reference(r, f->to, n);
		break;
	case FIELD_REFERENCES: {
		const size_t *items =
		    saved_read_references(r, f->to, n, &count);

		saved_read_put_list(item, f, items, count);
		break;
	}
	case FIELD_PATH:
		saved_read_path(r, f, item, n);
		break;
	case FIELD_OBJECT:
		saved_read(r, f->of, saved_read_at(item, f), n);
		break;
	case FIELD_POINTER:
		saved_read_pointer(r, f, item, n);
		break;
	case FIELD_LIST:
		saved_read_list(r, f, item, n);
		break;
	case FIELD_FACTS:
		saved_read_facts(r, f, item, n);
		break;
	case FIELD_VARIABLES:
		saved_read_variables(r, saved_read_at(item, f), n);
		break;
	default: /* FIELD_PATH_EVIDENCE: the path has it */
		break;
	}
}

static void saved_read_field(struct saved_reader *r, const struct field *f,
			     void *item, const struct saved_node *n)
{
	/* A hundred years: a longer time is a mistake. */
	static const double most = 3.2e12;

	switch (f->type) {
	case FIELD_CONST:
		if (strcmp(saved_text(n), f->pattern) != 0)
			saved_bad(n, "must be '%s'", f->pattern);
		break;
	case FIELD_TEXT:
		*(const char **)saved_read_at(item, f) = saved_read_text(r, n);
		if (f->to != LIST_NONE)
			saved_read_reference(r, f->to, n);
		break;
	case FIELD_WORD:
		saved_read_word(f, item, n);
		break;
	case FIELD_FLAG:
		*(bool *)saved_read_at(item, f) =
		    saved_is(n, JSON_IS_BOOL, "true or false") &&
		    json_flag(n->value);
		break;
	case FIELD_NUMBER:
		saved_read_put_number(item, f,
				      saved_number(n, f->low, f->high));
		break;
	case FIELD_MS:
		*(int64_t *)saved_read_at(item, f) = saved_time(n, 0, most);
		break;
	case FIELD_CLOCK:
		saved_read_clock(f, item, n);
		break;
	case FIELD_ADDRESS:
	case FIELD_ENDPOINT:
		saved_read_address(f, item, n);
		break;
	case FIELD_FAMILY: /* what they say, other fields do, too */
	case FIELD_CODE:
		saved_text(n);
		break;
	case FIELD_ICMP:
		saved_read_icmp(f, item, n);
		break;
	case FIELD_TEXTS:
		saved_read_texts(r, f, item, n);
		break;
	case FIELD_PORTS:
		saved_read_ports(r, item, n);
		break;
	default:
		saved_read_related(r, f, item, n);
	}
}

static bool saved_read_may_lack(const struct field *f)
{
	return f->since == SINCE_0_1_0 || f->since == SINCE_0_2_0;
}

void saved_read(struct saved_reader *r, const struct field_table *table,
		void *item, const struct saved_node *n)
{
	unsigned absent = 0, *all;

	if (!saved_is(n, JSON_IS_OBJECT, "an object"))
		return;
	for (const struct field *f = table->fields;
	     f->name != NULL && !n->problem->failed; f++) {
		struct saved_node value = saved_get(n, f->name);
		enum json_kind kind = json_kind(value.value);

		if (kind == JSON_IS_ABSENT && saved_read_may_lack(f)) {
			absent |= f->absent;
			saved_read_put_null(r, f, item);
		} else if (kind == JSON_IS_NULL && f->nullable) {
			saved_read_put_null(r, f, item);
		} else {
			saved_read_field(r, f, item, &value);
		}
	}
	if (table->absent != FIELD_ALONE) {
		all = (unsigned *)(void *)((char *)item + table->absent);
		*all |= absent;
	}
	if (table->more != NULL)
		saved_read(r, table->more, item, n);
}
