/* compare_json.c - a comparison as JSON: preflight.comparison/1, and the
 * member `comparison` of a report. */
#include "report/compare/compare.h"

static void compare_json_texts(struct json_out *j, const char *key,
			       const char *const *texts, size_t count)
{
	json_key(j, key);
	json_array(j);
	for (size_t i = 0; i < count; i++)
		json_clean(j, texts[i]);
	json_array_end(j);
}

static void compare_json_verdict(struct json_out *j, const char *key,
				 enum verdict verdict)
{
	json_key_string(j, key,
			verdict == VERDICT_NONE ? NULL : verdict_name(verdict));
}

static void compare_json_end(struct json_out *j, const char *key,
			     const struct compared *c)
{
	size_t profiles = 0;

	while (c->profiles[profiles] != NULL)
		profiles++;
	json_key(j, key);
	json_object(j);
	json_key_clean(j, "id", c->id);
	json_key_clean(j, "started", c->started);
	json_key_clean(j, "host", c->host);
	json_key_clean(j, "source", c->source);
	json_key_string(j, "verdict", run_verdict_name(c->verdict));
	json_key_clean(j, "headline", c->headline);
	compare_json_texts(j, "profiles", c->profiles, profiles);
	json_object_end(j);
}

static void compare_json_differences(struct json_out *j,
				     const struct difference *d, size_t count)
{
	json_key(j, "differences");
	json_array(j);
	for (size_t i = 0; i < count; i++, d++) {
		json_object(j);
		json_key_clean(j, "what", d->what);
		json_key_clean(j, "was", d->was);
		json_key_clean(j, "is", d->is);
		compare_json_texts(j, "targets", d->targets, d->target_count);
		json_object_end(j);
	}
	json_array_end(j);
}

static void compare_json_requirement(struct json_out *j,
				     const struct requirement_change *q)
{
	json_object(j);
	json_key_clean(j, "id", q->id);
	json_key_clean(j, "title", q->title);
	json_key_string(j, "change", compare_change_name(q->change));
	compare_json_verdict(j, "was", q->was);
	compare_json_verdict(j, "is", q->is);
	json_key_string(j, "why", q->why == WHY_NONE ? NULL : why_name(q->why));
	json_key_clean(j, "reason", q->reason);
	json_key_clean(j, "finding", q->finding);
	json_key(j, "targets");
	json_array(j);
	for (size_t i = 0; i < q->target_count; i++) {
		const struct target_change *t = &q->targets[i];

		json_object(j);
		json_key_clean(j, "name", t->name);
		json_key_string(j, "change", compare_change_name(t->change));
		compare_json_verdict(j, "was", t->was);
		compare_json_verdict(j, "is", t->is);
		json_object_end(j);
	}
	json_array_end(j);
	compare_json_differences(j, q->differences, q->difference_count);
	json_object_end(j);
}

static void compare_json_finding(struct json_out *j,
				 const struct finding_change *f)
{
	json_object(j);
	json_key_clean(j, "code", f->code);
	json_key_string(j, "change", compare_change_name(f->change));
	json_key_string(j, "owner", owner_name(f->owner));
	json_key_clean(j, "title", f->title);
	json_key_clean(j, "was", f->was);
	json_key_clean(j, "is", f->is);
	compare_json_differences(j, f->differences, f->difference_count);
	json_object_end(j);
}

void compare_json(struct json_out *j, const struct comparison *c)
{
	compare_json_end(j, "old", &c->old);
	compare_json_end(j, "new", &c->new);
	compare_json_texts(j, "notes", c->notes, c->note_count);
	json_key(j, "summary");
	json_object(j);
	for (int i = 0; i < CHANGE_COUNT; i++)
		json_key_number(j, compare_change_name((enum compare_change)i),
				c->summary[i]);
	json_key_number(j, "new-targets", c->new_targets);
	json_object_end(j);
	json_key(j, "requirements");
	json_array(j);
	for (size_t i = 0; i < c->requirement_count; i++)
		compare_json_requirement(j, &c->requirements[i]);
	json_array_end(j);
	json_key(j, "findings");
	json_array(j);
	for (size_t i = 0; i < c->finding_count; i++)
		compare_json_finding(j, &c->findings[i]);
	json_array_end(j);
}
