/* fields_write.c - structs to JSON, as their tables say. */
#include "report/fields.h"

#include "core/base/clock.h"

#include <stdio.h>
#include <string.h>

struct field_writer {
	struct json_out *j;
	const struct report *report;
};

static const void *field_at(const void *item, const struct field *f)
{
	return (const char *)item + f->offset;
}

static const char *field_text(const void *item, const struct field *f)
{
	return *(const char *const *)field_at(item, f);
}

static int64_t field_number(const void *item, const struct field *f)
{
	const void *at = field_at(item, f);

	switch (f->size) {
	case 1:
		return *(const uint8_t *)at;
	case 2:
		return *(const uint16_t *)at;
	default:
		return *(const int32_t *)at;
	}
}

static int64_t field_time(const void *item, const struct field *f)
{
	return *(const int64_t *)field_at(item, f);
}

static size_t field_count(const void *item, const struct field *f)
{
	return *(const size_t *)(const void *)((const char *)item + f->with);
}

static uint32_t field_index(const void *item, const struct field *f)
{
	return *(const uint32_t *)field_at(item, f);
}

/* Items of that list, of `size` bytes that begin with their id. */
static const void *field_items(const struct report *r, enum field_list list,
			       size_t *size)
{
	switch (list) {
	case LIST_PROFILES:
		*size = sizeof *r->run.profiles;
		return r->run.profiles;
	case LIST_REQUIREMENTS:
		*size = sizeof *r->requirements;
		return r->requirements;
	case LIST_RESULTS:
		*size = sizeof *r->results;
		return r->results;
	case LIST_EVIDENCE:
		*size = sizeof *r->evidence;
		return r->evidence;
	case LIST_FINDINGS:
		*size = sizeof *r->findings;
		return r->findings;
	case LIST_NONE:
	case LIST_COUNT:
		break;
	}
	return NULL;
}

const char *fields_id(const struct report *r, enum field_list list,
		      size_t index)
{
	size_t size = 0;
	const char *items = field_items(r, list, &size);

	return *(const char *const *)(const void *)(items + index * size);
}

/* True where JSON has null for it. */
static bool field_is_null(const struct field *f, const void *item)
{
	switch (f->type) {
	case FIELD_TEXT:
		return field_text(item, f) == NULL;
	case FIELD_TEXTS:
		return f->nullable &&
		       *(const char *const *const *)field_at(item, f) == NULL;
	case FIELD_CHARS:
		return *(const char *)field_at(item, f) == '\0';
	case FIELD_WORD:
	case FIELD_NUMBER:
		return (f->nullable || f->none != 0) &&
		       field_number(item, f) == f->none;
	case FIELD_MS:
		return field_time(item, f) < 0;
	case FIELD_ADDRESS:
	case FIELD_ENDPOINT:
	case FIELD_FAMILY:
		return ((const struct addr *)field_at(item, f))->family ==
		       ADDR_NONE;
	case FIELD_ICMP:
		return !((const struct outcome *)field_at(item, f))->has_icmp;
	case FIELD_POINTER:
		return *(const void *const *)field_at(item, f) == NULL;
	case FIELD_REFERENCE:
		return field_index(item, f) == REPORT_NONE;
	case FIELD_OBJECT: /* where nothing in it is known */
		for (const struct field *in = f->of->fields;
		     f->nullable && in->name != NULL; in++) {
			if (!field_is_null(in, field_at(item, f)))
				return false;
		}
		return f->nullable;
	default:
		return false;
	}
}

static void field_write_texts(struct json_out *j, const char *const *list)
{
	json_array(j);
	for (; list != NULL && *list != NULL; list++)
		json_clean(j, *list);
	json_array_end(j);
}

static void field_write_ports(struct json_out *j,
			      const struct report_requirement *q)
{
	char text[16];

	json_array(j);
	for (size_t i = 0; i < q->ports.count; i++) {
		const struct port_range *p = &q->ports.ranges[i];

		if (p->first == p->last)
			snprintf(text, sizeof text, "%u", p->first);
		else
			snprintf(text, sizeof text, "%u-%u", p->first, p->last);
		json_string(j, text);
	}
	for (size_t i = 0; q->ports_unset != NULL && q->ports_unset[i]; i++)
		json_string(j, q->ports_unset[i]);
	json_array_end(j);
}

static void field_write_variables(struct json_out *j,
				  const struct report_variables *v)
{
	json_object(j);
	for (size_t i = 0; i < v->count; i++)
		json_key_string(j, v->names[i], v->values[i]);
	json_object_end(j);
}

static void field_write_ids(const struct field_writer *w, enum field_list list,
			    const size_t *items, size_t count)
{
	json_array(w->j);
	for (size_t i = 0; i < count; i++)
		json_string(w->j, fields_id(w->report, list, items[i]));
	json_array_end(w->j);
}

static void field_write_address(struct json_out *j, const struct field *f,
				const struct addr *a)
{
	char text[ADDR_TEXT];

	json_string(j, f->type == FIELD_ENDPOINT && a->port != 0
			   ? addr_text_port(a, text)
			   : addr_text(a, text));
}

static void field_write_outcome(struct json_out *j, const struct field *f,
				const struct outcome *o)
{
	char text[OUTCOME_CODE];

	if (f->type == FIELD_CODE)
		outcome_code(o->phase, o->cause, text);
	else
		snprintf(text, sizeof text, "%u/%u", (unsigned)o->icmp_type,
			 (unsigned)o->icmp_code);
	json_string(j, text);
}

static void field_write_all(const struct field_writer *w,
			    const struct field_table *table, const void *item);

static void field_write_object(const struct field_writer *w,
			       const struct field_table *table,
			       const void *item)
{
	json_object(w->j);
	field_write_all(w, table, item);
	json_object_end(w->j);
}

static void field_write_list(const struct field_writer *w,
			     const struct field *f, const void *item)
{
	const char *items = *(const char *const *)field_at(item, f);
	size_t count = field_count(item, f);

	json_array(w->j);
	for (size_t i = 0; i < count; i++)
		field_write_object(w, f->of, items + i * f->of->size);
	json_array_end(w->j);
}

static void field_write_items(struct json_out *j, const struct field *f,
			      const void *item)
{
	const void *list = *(const void *const *)field_at(item, f);
	size_t count = field_count(item, f);

	json_array(j);
	for (size_t i = 0; i < count; i++) {
		int word = f->type == FIELD_WORDS ? ((const int *)list)[i] : 0;

		if (f->type == FIELD_NUMBERS)
			json_number(j, (int64_t)((const size_t *)list)[i]);
		else if (f->nullable && word == f->none)
			json_null(j);
		else
			json_string(j, f->words->word(word));
	}
	json_array_end(j);
}

/* What refers to other parts of the report. */
static void field_write_related(const struct field_writer *w,
				const struct field *f, const void *item)
{
	const struct report_path *path;

	switch (f->type) {
	case FIELD_REFERENCE:
		json_string(w->j,
			    fields_id(w->report, f->to, field_index(item, f)));
		break;
	case FIELD_REFERENCES:
		field_write_ids(w, f->to,
				*(const size_t *const *)field_at(item, f),
				field_count(item, f));
		break;
	case FIELD_PATH:
		path = &w->report->paths[field_index(item, f)];
		field_write_object(w, f->of, path);
		break;
	case FIELD_PATH_EVIDENCE:
		path = &w->report->paths[field_index(item, f)];
		field_write_ids(w, LIST_EVIDENCE, path->evidence,
				path->evidence_count);
		break;
	case FIELD_OBJECT:
		field_write_object(w, f->of, field_at(item, f));
		break;
	case FIELD_POINTER:
		field_write_object(w, f->of,
				   *(const void *const *)field_at(item, f));
		break;
	case FIELD_LIST:
		field_write_list(w, f, item);
		break;
	case FIELD_WORDS:
	case FIELD_NUMBERS:
		field_write_items(w->j, f, item);
		break;
	default:
		break;
	}
}

static void field_write(const struct field_writer *w, const struct field *f,
			const void *item)
{
	struct json_out *j = w->j;
	char text[CLOCK_TEXT];

	switch (f->type) {
	case FIELD_CONST:
		json_string(j, f->pattern);
		break;
	case FIELD_TEXT:
		json_clean(j, field_text(item, f));
		break;
	case FIELD_CHARS:
		json_clean(j, field_at(item, f));
		break;
	case FIELD_WORD:
		json_string(j, f->words->word((int)field_number(item, f)));
		break;
	case FIELD_FLAG:
		json_bool(j, *(const bool *)field_at(item, f));
		break;
	case FIELD_NUMBER:
		json_number(j, field_number(item, f));
		break;
	case FIELD_MS:
		json_ms(j, field_time(item, f));
		break;
	case FIELD_CLOCK:
		json_string(j, clock_text(field_time(item, f), text));
		break;
	case FIELD_ADDRESS:
	case FIELD_ENDPOINT:
		field_write_address(j, f, field_at(item, f));
		break;
	case FIELD_FAMILY:
		json_string(j,
			    ((const struct addr *)field_at(item, f))->family ==
				    ADDR_V4
				? "ipv4"
				: "ipv6");
		break;
	case FIELD_CODE:
	case FIELD_ICMP:
		field_write_outcome(j, f, field_at(item, f));
		break;
	case FIELD_TEXTS:
		field_write_texts(
		    j, *(const char *const *const *)field_at(item, f));
		break;
	case FIELD_PORTS:
		field_write_ports(j, field_at(item, f));
		break;
	case FIELD_FACTS:
		json_facts(j, field_at(item, f));
		break;
	case FIELD_VARIABLES:
		field_write_variables(j, field_at(item, f));
		break;
	default:
		field_write_related(w, f, item);
	}
}

static void field_write_all(const struct field_writer *w,
			    const struct field_table *table, const void *item)
{
	unsigned absent = 0;

	if (table->absent != FIELD_ALONE)
		memcpy(&absent, (const char *)item + table->absent,
		       sizeof absent);
	for (const struct field *f = table->fields; f->name != NULL; f++) {
		if ((absent & f->absent) != 0)
			continue;
		json_key(w->j, f->name);
		if (field_is_null(f, item))
			json_null(w->j);
		else
			field_write(w, f, item);
	}
	if (table->more != NULL)
		field_write_all(w, table->more, item);
}

void fields_write(struct json_out *j, const struct report *r,
		  const struct field_table *table, const void *item)
{
	const struct field_writer w = {j, r};

	field_write_all(&w, table, item);
}
