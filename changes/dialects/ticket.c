/* ticket.c - text for the change board: who asks, what, why, how to verify. */
#include "core/base/clock.h"
#include "changes/dialect.h"
#include "report/formats/layout.h"
#include "profiles/read/profile.h"

#include <string.h>

enum {
	TICKET_WAY = 6,
	TICKET_SERVICE = 14,
	TICKET_ENDS = 34,
	TICKET_TEXT = 12,
	TICKET_IDS = 8 /* named one by one in the command */
};

static const struct format_options ticket_options = {.width = 80};

static const char *ticket_side(struct arena *a,
			       const struct change_end *const *list,
			       size_t count)
{
	const char *text =
	    list[0]->label != NULL ? list[0]->label : list[0]->text;

	if (count == 1)
		return text;
	return arena_printf(a, "%s and %zu more", text, count - 1);
}

/* The table: one line a rule. */
static void ticket_table(struct dialect_out *o, struct layout *l)
{
	layout_line(l, 2, 0);
	layout_text(l, "#");
	layout_column(l, TICKET_WAY);
	layout_text(l, "way");
	layout_column(l, TICKET_SERVICE);
	layout_text(l, "service");
	layout_column(l, TICKET_ENDS);
	layout_text(l, "from -> to");
	for (size_t i = 0; i < o->set->change_count; i++) {
		const struct change *c = &o->set->changes[i];

		layout_line(l, 2, TICKET_ENDS - 2);
		layout_printf(l, "%zu", i + 1);
		layout_column(l, TICKET_WAY);
		layout_text(l, change_direction_name(c->direction));
		layout_column(l, TICKET_SERVICE);
		layout_text(l, dialect_service(&o->arena, c));
		layout_column(l, TICKET_ENDS);
		layout_printf(
		    l, "%s -> %s%s",
		    ticket_side(&o->arena, c->sources, c->source_count),
		    ticket_side(&o->arena, c->destinations,
				c->destination_count),
		    c->off ? " (only as a fallback)" : "");
	}
	layout_blank(l);
}

static void ticket_row(struct layout *l, const char *key, const char *text)
{
	layout_line(l, 4, TICKET_TEXT - 4);
	layout_text(l, key);
	layout_column(l, TICKET_TEXT);
	layout_text(l, text);
}

/* Every end in full, on a line of its own. */
static void ticket_ends(struct dialect_out *o, struct layout *l,
			const char *key, const struct change_end *const *list,
			size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const char *text = dialect_ends(&o->arena, &list[i], 1);

		if (list[i]->missing != NULL)
			text = arena_printf(&o->arena, "%s (%s)", text,
					    list[i]->missing);
		ticket_row(l, i == 0 ? key : "", text);
	}
}

static void ticket_need(struct dialect_out *o, struct layout *l,
			const struct change_need *n)
{
	const struct requirement *q = n->requirement;
	const char *id = n->id;

	if (q->covers != NULL && q->covers[0] != NULL)
		id = arena_printf(&o->arena, "%s (%s)", id, q->covers[0]);
	ticket_row(l, "why",
		   arena_printf(&o->arena, "%s, %s: %s%s%s", id,
				level_name(q->level),
				q->purpose != NULL ? q->purpose : q->title,
				q->impact != NULL ? "; without it: " : "",
				q->impact != NULL ? q->impact : ""));
}

/* Each document once. */
static void ticket_sources(struct dialect_out *o, struct layout *l,
			   const struct change *c)
{
	for (size_t i = 0; i < c->need_count; i++) {
		const struct source *s = c->needs[i].requirement->source;
		bool before = s == NULL;

		for (size_t k = 0; k < i && !before; k++)
			before = c->needs[k].requirement->source == s;
		if (!before)
			ticket_row(l, "source", dialect_source(o, s));
	}
}

static void dialect_ticket_change(struct dialect_out *o, struct layout *l,
				  size_t i)
{
	const struct change *c = &o->set->changes[i];

	layout_line(l, 2, 2);
	layout_printf(l, "%zu. %s", i + 1, c->name);
	ticket_ends(o, l, "from", c->sources, c->source_count);
	ticket_ends(o, l, "to", c->destinations, c->destination_count);
	ticket_row(l, "service", dialect_service(&o->arena, c));
	if (c->at != NULL)
		ticket_row(l, "load on", c->at);
	for (size_t k = 0; k < c->need_count; k++)
		ticket_need(o, l, &c->needs[k]);
	ticket_sources(o, l, c);
	if (c->behind != NULL)
		ticket_row(
		    l, "proxy",
		    arena_printf(&o->arena, "must reach: %s", c->behind));
	if (c->note != NULL)
		ticket_row(l, "note", c->note);
	layout_blank(l);
}

static void dialect_ticket_head(struct dialect_out *o, struct layout *l)
{
	const struct change_set *s = o->set;
	char when[CLOCK_TEXT];

	layout_line(l, 0, 0);
	layout_text(l, "FIREWALL CHANGE REQUEST");
	layout_blank(l);
	for (size_t i = 0; i < s->profile_count; i++)
		ticket_row(l, i == 0 ? "for" : "", s->profiles[i]);
	ticket_row(l, "host",
		   s->self->kind == END_UNKNOWN
		       ? s->self->missing
		       : dialect_ends(&o->arena, &s->self, 1));
	ticket_row(l, "asked",
		   arena_printf(&o->arena, "%s, by preflight %s",
				clock_text(s->wall_us, when),
				PREFLIGHT_VERSION));
	if (s->report != NULL)
		ticket_row(l, "because",
			   arena_printf(&o->arena,
					"these paths failed in the report %s",
					s->report));
	else
		ticket_row(l, "because",
			   "the product's vendor requires these paths; each "
			   "entry names the document");
	ticket_row(l, "answers",
		   "a stateful firewall is assumed: replies need no rule");
	for (size_t i = 0; i < s->note_count; i++)
		ticket_row(l, i == 0 ? "notes" : "", s->notes[i]);
	layout_blank(l);
}

/* The profile's own names, for the command that proves the change. */
static const char *ticket_profiles(struct dialect_out *o)
{
	const char *text = "";

	for (size_t i = 0; i < o->set->profile_count; i++)
		text =
		    arena_printf(&o->arena, "%s%s%.*s", text, i > 0 ? " " : "",
				 (int)strcspn(o->set->profiles[i], " "),
				 o->set->profiles[i]);
	return text;
}

/* What to try again: a few requirements by name, else all of the profile. */
static const char *ticket_only(struct dialect_out *o)
{
	const char *text = "";
	size_t count = 0;

	for (size_t i = 0; i < o->set->change_count; i++) {
		const struct change *c = &o->set->changes[i];

		for (size_t k = 0; k < c->need_count; k++) {
			if (!dialect_is_new(o, c->needs[k].id))
				continue;
			text = arena_printf(&o->arena, "%s%s%s", text,
					    count > 0 ? "," : " --only ",
					    c->needs[k].id);
			count++;
		}
	}
	return count <= TICKET_IDS ? text : "";
}

static void ticket_tail(struct dialect_out *o, struct layout *l)
{
	if (o->set->change_count > 0) {
		ticket_row(l, "verify",
			   o->set->report != NULL
			       ? "on the host, with the files that this asks "
				 "for:"
			       : "on the host, with the same options as the "
				 "first run:");
		layout_line(l, TICKET_TEXT, 4);
		if (o->set->report != NULL)
			layout_printf(l, "preflight again %s --failed",
				      o->set->report);
		else
			layout_printf(l, "preflight run %s%s",
				      ticket_profiles(o), ticket_only(o));
	}
	ticket_row(l, "roll back",
		   "remove these rules again; nothing else was changed");
	layout_end_line(l);
}

static void ticket_document(struct dialect_out *o)
{
	struct layout l;

	layout_begin(&l, &ticket_options, o->file);
	dialect_ticket_head(o, &l);
	if (o->set->change_count > 0)
		ticket_table(o, &l);
	for (size_t i = 0; i < o->set->change_count; i++)
		dialect_ticket_change(o, &l, i);
	ticket_tail(o, &l);
}

const struct dialect dialect_ticket = {
    .name = "ticket",
    .title = "text for a change request",
    .tried = true,
    .names = true,
    .document = ticket_document,
};
