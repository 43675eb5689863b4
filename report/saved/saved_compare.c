/* saved_compare.c - the comparison with a baseline that a saved report has. */
#include "report/saved/saved_internal.h"

#include "report/compare/compare.h"

static const char *saved_change_name(int i)
{
	return compare_change_name((enum compare_change)i);
}

static const char *saved_run_verdict(int i)
{
	return run_verdict_name((enum run_verdict)i);
}

static const char *saved_compare_owner(int i)
{
	return owner_name((enum owner)i);
}

static const char *saved_compare_why(int i)
{
	return why_name((enum why)i);
}

static enum compare_change saved_change(const struct saved_node *n,
					const char *key)
{
	struct saved_node change = saved_get(n, key);

	return (enum compare_change)saved_word(&change, saved_change_name, 0,
					       CHANGE_COUNT);
}

static enum verdict saved_verdict_or_none(const struct saved_node *n,
					  const char *key)
{
	struct saved_node verdict = saved_get(n, key);

	return json_kind(verdict.value) == JSON_IS_NULL
		   ? VERDICT_NONE
		   : (enum verdict)saved_verdict(&verdict);
}

static const char *saved_text_of(const struct saved_node *n, const char *key)
{
	struct saved_node text = saved_get(n, key);

	return saved_text_or_null(&text);
}

/* Where the text must be there. */
static const char *saved_word_of(const struct saved_node *n, const char *key)
{
	struct saved_node text = saved_get(n, key);

	return saved_text(&text);
}

static void saved_compared(struct compared *c, const struct saved_node *n)
{
	struct saved_node verdict = saved_get(n, "verdict");
	struct saved_node profiles = saved_get(n, "profiles");

	saved_object(n);
	c->id = saved_text_of(n, "id");
	c->started = saved_word_of(n, "started");
	c->host = saved_text_of(n, "host");
	c->source = saved_text_of(n, "source");
	c->verdict = (enum run_verdict)saved_word(&verdict, saved_run_verdict,
						  RUN_READY, RUN_NOT_READY + 1);
	c->headline = saved_word_of(n, "headline");
	c->profiles = saved_texts(&profiles, NULL);
}

static const struct difference *saved_differences(const struct saved_node *n,
						  size_t *count)
{
	struct saved_node list = saved_get(n, "differences");
	size_t length = saved_list(&list);
	struct difference *items =
	    arena_calloc(n->reader->arena, length + 1, sizeof *items);

	for (size_t i = 0; i < length && !n->reader->failed; i++) {
		struct saved_node item = saved_at(&list, i);
		struct saved_node targets = saved_get(&item, "targets");

		saved_object(&item);
		items[i].what = saved_word_of(&item, "what");
		items[i].was = saved_text_of(&item, "was");
		items[i].is = saved_text_of(&item, "is");
		items[i].targets =
		    saved_texts(&targets, &items[i].target_count);
	}
	*count = length;
	return items;
}

static const struct target_change *saved_target_changes(
    const struct saved_node *n, size_t *count)
{
	struct saved_node list = saved_get(n, "targets");
	size_t length = saved_list(&list);
	struct target_change *items =
	    arena_calloc(n->reader->arena, length + 1, sizeof *items);

	for (size_t i = 0; i < length && !n->reader->failed; i++) {
		struct saved_node item = saved_at(&list, i);

		saved_object(&item);
		items[i].name = saved_word_of(&item, "name");
		items[i].change = saved_change(&item, "change");
		items[i].was = saved_verdict_or_none(&item, "was");
		items[i].is = saved_verdict_or_none(&item, "is");
	}
	*count = length;
	return items;
}

static void saved_requirement_change(struct requirement_change *q,
				     const struct saved_node *n)
{
	struct saved_node why = saved_get(n, "why");

	saved_object(n);
	q->id = saved_word_of(n, "id");
	q->title = saved_text_of(n, "title");
	q->change = saved_change(n, "change");
	q->was = saved_verdict_or_none(n, "was");
	q->is = saved_verdict_or_none(n, "is");
	if (json_kind(why.value) != JSON_IS_NULL)
		q->why = (enum why)saved_word(&why, saved_compare_why,
					      WHY_NONE + 1, WHY_COUNT);
	q->reason = saved_text_of(n, "reason");
	q->finding = saved_text_of(n, "finding");
	q->targets = saved_target_changes(n, &q->target_count);
	q->differences = saved_differences(n, &q->difference_count);
}

static void saved_finding_change(struct finding_change *f,
				 const struct saved_node *n)
{
	struct saved_node owner = saved_get(n, "owner");

	saved_object(n);
	f->code = saved_word_of(n, "code");
	f->change = saved_change(n, "change");
	f->owner = (enum owner)saved_word(&owner, saved_compare_owner,
					  OWNER_THIS_HOST, OWNER_VENDOR + 1);
	f->title = saved_word_of(n, "title");
	f->was = saved_text_of(n, "was");
	f->is = saved_text_of(n, "is");
	f->differences = saved_differences(n, &f->difference_count);
}

static void saved_summary(struct comparison *c, const struct saved_node *n)
{
	saved_object(n);
	for (int i = 0; i < CHANGE_COUNT; i++) {
		struct saved_node count = saved_get(n, saved_change_name(i));

		c->summary[i] = (unsigned)saved_number(&count, 0, 1000000000);
	}
	struct saved_node targets = saved_get(n, "new-targets");

	c->new_targets = (unsigned)saved_number(&targets, 0, 1000000000);
}

void saved_read_comparison(struct saved *s, const struct saved_node *n)
{
	struct comparison *c = arena_calloc(&s->arena, 1, sizeof *c);
	struct saved_node old = saved_get(n, "old");
	struct saved_node new = saved_get(n, "new");
	struct saved_node notes = saved_get(n, "notes");
	struct saved_node summary = saved_get(n, "summary");
	struct saved_node requirements = saved_get(n, "requirements");
	struct saved_node findings = saved_get(n, "findings");
	struct requirement_change *changes;
	struct finding_change *causes;

	/* Reports had none at first. */
	if (!saved_is_there(n))
		return;
	saved_object(n);
	saved_compared(&c->old, &old);
	saved_compared(&c->new, &new);
	c->notes = saved_texts(&notes, &c->note_count);
	saved_summary(c, &summary);
	c->requirement_count = saved_list(&requirements);
	changes =
	    arena_calloc(&s->arena, c->requirement_count + 1, sizeof *changes);
	for (size_t i = 0; i < c->requirement_count && !n->reader->failed;
	     i++) {
		struct saved_node item = saved_at(&requirements, i);

		saved_requirement_change(&changes[i], &item);
	}
	c->requirements = changes;
	c->finding_count = saved_list(&findings);
	causes = arena_calloc(&s->arena, c->finding_count + 1, sizeof *causes);
	for (size_t i = 0; i < c->finding_count && !n->reader->failed; i++) {
		struct saved_node item = saved_at(&findings, i);

		saved_finding_change(&causes[i], &item);
	}
	c->findings = causes;
	s->report.comparison = c;
}
