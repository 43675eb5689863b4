/* saved_read.c - JSON to structs: every field is checked, texts are cleaned,
 * ids become indices. */
#include "report/saved/saved_read.h"

#include "core/base/clock.h"
#include "core/base/text.h"

#include <stdio.h>
#include <stdlib.h>
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

void *saved_list_add(struct saved_list *l, size_t size)
{
	l->items = mem_grow(l->items, &l->capacity, l->count + 1, size);
	return (char *)l->items + l->count++ * size;
}

void *saved_list_end(struct saved_reader *r, struct saved_list *l, size_t size)
{
	void *items = arena_calloc(saved_read_arena(r), l->count + 1, size);

	if (l->count > 0)
		memcpy(items, l->items, l->count * size);
	free(l->items);
	return items;
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
	struct saved_node one = saved_items(n);
	struct saved_list list = {0};

	if (!saved_is(n, JSON_IS_LIST, "a list"))
		return;
	while (saved_next(&one))
		*(const char **)saved_list_add(&list, sizeof(char *)) =
		    saved_read_text(r, &one);
	saved_read_put_list(item, f, saved_list_end(r, &list, sizeof(char *)),
			    list.count);
}

static void saved_read_word(const struct field *f, void *item,
			    const struct saved_node *n)
{
	const char *text = saved_text(n);
	char all[192] = "";
	size_t at = 0;

	if (saved_failed(n))
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

	if (saved_failed(n) || saved_read_parse_address(a, text, strlen(text)))
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

static void saved_read_port(struct saved_reader *r, struct saved_list *ranges,
			    const struct saved_node *n)
{
	struct error unused;
	const struct port_list *list =
	    ports_parse(&r->document->keys, saved_text(n), &unused);

	if (list != NULL && list->count == 1)
		*(struct port_range *)saved_list_add(
		    ranges, sizeof(struct port_range)) = list->ranges[0];
	else
		saved_bad(n, "'%s' is not a port or a range", saved_text(n));
}

static void saved_read_ports(struct saved_reader *r, void *item,
			     const struct saved_node *n)
{
	struct report_requirement *q = item;
	struct saved_node one = saved_items(n);
	struct saved_list ranges = {0}, unset = {0};

	if (!saved_is(n, JSON_IS_LIST, "a list"))
		return;
	while (saved_next(&one)) {
		if (strchr(saved_text(&one), '$') == NULL)
			saved_read_port(r, &ranges, &one);
		else
			*(const char **)saved_list_add(&unset, sizeof(char *)) =
			    saved_read_text(r, &one);
	}
	q->ports.count = ranges.count;
	q->ports.ranges = saved_list_end(r, &ranges, sizeof(struct port_range));
	q->ports_unset = saved_list_end(r, &unset, sizeof(char *));
}

/* References -------------------------------------------------------------- */

static const size_t *saved_read_references(struct saved_reader *r,
					   const struct saved_node *n,
					   size_t *count)
{
	struct saved_node one = saved_items(n);
	struct saved_list list = {0};

	if (!saved_is(n, JSON_IS_LIST, "a list"))
		return NULL;
	while (saved_next(&one)) {
		size_t number =
		    document_text_number(r->document, saved_text(&one));

		*(size_t *)saved_list_add(&list, sizeof number) = number;
	}
	*count = list.count;
	return saved_list_end(r, &list, sizeof(size_t));
}

/* Structs ----------------------------------------------------------------- */

static void saved_read_list(struct saved_reader *r, const struct field *f,
			    void *item, const struct saved_node *n)
{
	struct saved_node one = saved_items(n);
	struct saved_list list = {0};

	if (!saved_is(n, JSON_IS_LIST, "a list"))
		return;
	while (saved_next(&one))
		saved_read(r, f->of, saved_list_add(&list, f->of->size), &one);
	saved_read_put_list(item, f, saved_list_end(r, &list, f->of->size),
			    list.count);
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
	const size_t *items;
	size_t count = 0;

	switch (f->type) {
	case FIELD_REFERENCE:
		*(uint32_t *)saved_read_at(item, f) =
		    (uint32_t)document_text_number(r->document, saved_text(n));
		break;
	case FIELD_REFERENCES:
		items = saved_read_references(r, n, &count);
		saved_read_put_list(item, f, items, count);
		break;
	case FIELD_PATH: /* saved_read_end() puts it together */
		saved_read(r, f->of, &r->path, n);
		break;
	case FIELD_PATH_EVIDENCE:
		r->path.evidence =
		    saved_read_references(r, n, &r->path.evidence_count);
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
		saved_facts_read(r, saved_read_at(item, f), n);
		break;
	case FIELD_VARIABLES:
		saved_facts_variables(r, saved_read_at(item, f), n);
		break;
	default:
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
		if (n->parent->parent == NULL)
			saved_read_schema(r, n);
		else if (strcmp(saved_text(n), f->pattern) != 0)
			saved_bad(n, "must be '%s'", f->pattern);
		break;
	case FIELD_TEXT:
		*(const char **)saved_read_at(item, f) = saved_read_text(r, n);
		break;
	case FIELD_WORD:
		saved_read_word(f, item, n);
		break;
	case FIELD_FLAG:
		*(bool *)saved_read_at(item, f) = saved_flag(n);
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

/* The field of that name; *place counts those of the table and of its `more`.
 */
static const struct field *saved_read_find(const struct field_table *table,
					   const char *name, unsigned *place)
{
	*place = 0;
	for (; table != NULL; table = table->more) {
		for (const struct field *f = table->fields; f->name != NULL;
		     f++, (*place)++) {
			if (strcmp(f->name, name) == 0)
				return f;
		}
	}
	return NULL;
}

/* A field that the object does not have. */
static void saved_read_lack(struct saved_reader *r,
			    const struct field_table *table,
			    const struct field *f, void *item,
			    const struct saved_node *n)
{
	struct saved_node lacking = {
	    .problem = n->problem, .parent = n, .key = f->name};
	unsigned *absent;

	if (!saved_read_may_lack(f)) {
		saved_bad(&lacking, "is missing");
		return;
	}
	saved_read_put_null(r, f, item);
	if (table->absent == FIELD_ALONE)
		return;
	absent = (unsigned *)(void *)((char *)item + table->absent);
	*absent |= f->absent;
}

static void saved_read_fact_times(const struct field *f, void *item,
				  const struct saved_node *n)
{
	struct saved_node facts = {
	    .problem = n->problem, .parent = n, .key = f->name};

	if (f->with != FIELD_ALONE)
		saved_facts_times(
		    saved_read_at(item, f),
		    *(const char **)(void *)((char *)item + f->with), &facts);
}

/* Its evidence has been read, too. */
static uint32_t saved_read_path(struct saved_reader *r)
{
	struct report_path path = r->path;

	path.address.port = path.address.family == ADDR_NONE ? 0 : path.port;
	r->path = (struct report_path){0};
	return document_path(r->document, &path);
}

/* What could not be known before the object was at its end. */
static void saved_read_end(struct saved_reader *r,
			   const struct field_table *table, void *item,
			   const struct saved_node *n, uint64_t seen)
{
	unsigned place = 0;

	for (; table != NULL; table = table->more) {
		for (const struct field *f = table->fields;
		     f->name != NULL && !saved_failed(n); f++, place++) {
			if ((seen >> place & 1) == 0)
				saved_read_lack(r, table, f, item, n);
			else if (f->type == FIELD_FACTS)
				saved_read_fact_times(f, item, n);
			else if (f->type == FIELD_PATH)
				*(uint32_t *)saved_read_at(item, f) =
				    saved_read_path(r);
		}
	}
}

void saved_read(struct saved_reader *r, const struct field_table *table,
		void *item, const struct saved_node *n)
{
	struct json_in *json = n->problem->json;
	unsigned depth = json_in_depth(json), place;
	uint64_t seen = 0;
	const char *key;

	if (!saved_is(n, JSON_IS_OBJECT, "an object"))
		return;
	while ((key = saved_key(n)) != NULL) {
		const struct field *f = saved_read_find(table, key, &place);
		struct saved_node value;

		if (f != NULL && (seen >> place & 1) != 0) {
			json_in_twice(json, key);
			break;
		}
		value = saved_value(n, f != NULL ? f->name : "");
		if (json_in_failed(json))
			break;
		if (f == NULL) {
			json_in_leave(json, depth);
			continue;
		}
		seen |= (uint64_t)1 << place;
		if (value.kind == JSON_IS_NULL && f->nullable)
			saved_read_put_null(r, f, item);
		else
			saved_read_field(r, f, item, &value);
	}
	if (!saved_failed(n))
		saved_read_end(r, table, item, n, seen);
}
