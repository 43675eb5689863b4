/* requirement.c - a requirement as JSON. */
#include "report/formats/requirement.h"

#include "report/fields.h"

void requirement_json(struct json_out *j, const struct requirement *q,
		      const char *id, const char *ports)
{
	struct report_requirement need;
	struct document d;

	document_begin(&d, 0);
	need = document_need(&d, q, id, ports);
	fields_write(j, NULL, &fields_need, &need);
	report_free(document_end(&d));
}

static void requirement_json_deviates(struct json_out *j,
				      const struct requirement *q)
{
	json_key(j, "deviates");
	json_object(j);
	for (size_t i = 0; q->deviates != NULL && q->deviates[i] != NULL; i++)
		json_key_string(j, q->deviates[i], q->deviates_reasons[i]);
	json_object_end(j);
}

static void requirement_json_source(struct json_out *j, const struct source *s)
{
	json_key(j, "source");
	if (s == NULL) {
		json_null(j);
		return;
	}
	json_object(j);
	json_key_string(j, "name", s->name);
	json_key_string(j, "title", s->title);
	json_key_string(j, "url", s->url);
	json_key_string(j, "retrieved", s->retrieved);
	json_object_end(j);
}

void requirement_json_all(struct json_out *j, const struct requirement *q)
{
	requirement_json(j, q, q->id, q->ports_text);
	requirement_json_deviates(j, q);
	json_key_strings(j, "hosts", q->hosts);
	json_key_string(j, "hosts_from", q->hosts_from);
	json_key_string(j, "wildcard", q->wildcard);
	json_key_string(
	    j, "untested",
	    q->untested_why == WHY_NONE ? NULL : why_name(q->untested_why));
	json_key_string(j, "impact", q->impact);
	json_key_string(j, "note", q->note);
	requirement_json_source(j, q->source);
}
