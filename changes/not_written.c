/* not_written.c - what a dialect could not write, said once, as comments at the
 * end of the file: between the rules it would be read by nobody. */
#include "changes/dialect.h"
#include "core/base/text.h"
#include "profiles/read/profile.h"

#include <stdlib.h>
#include <string.h>

void not_written_add(struct dialect_out *o, const struct not_written *n)
{
	if (o->note_count == 0 ||
	    o->notes[o->note_count - 1].change != n->change)
		o->lost_count++;
	o->notes = mem_grow(o->notes, &o->note_capacity, o->note_count + 1,
			    sizeof *o->notes);
	o->notes[o->note_count++] = *n;
}

/* "out, tcp/443, for cloud.tenant (AUV-01)"; who says so, where no rule does.
 */
static void not_written_change(struct dialect_out *o, const struct change *c)
{
	const struct source *s = c->needs[0].requirement->source;

	if (map_get(&o->seen, c->name) != SIZE_MAX)
		s = NULL;
	dialect_comment(
	    o, "    %s, %s, for %s%s%s%s%s",
	    change_direction_name(c->direction), dialect_service(&o->arena, c),
	    dialect_needs(o, c), s != NULL ? ", by " : "",
	    s != NULL ? dialect_source(o, s) : "",
	    c->at != NULL ? "; load on: " : "", c->at != NULL ? c->at : "");
}

static bool not_written_is_same(const struct not_written *a,
				const struct not_written *b)
{
	return strcmp(a->what, b->what) == 0 && strcmp(a->why, b->why) == 0;
}

/* Has an earlier note said it, of this change or of any? */
static bool not_written_is_said(const struct dialect_out *o, size_t i,
				const struct change *c)
{
	for (size_t k = 0; k < i; k++)
		if (not_written_is_same(&o->notes[k], &o->notes[i]) &&
		    (c == NULL || o->notes[k].change == c))
			return true;
	return false;
}

static void not_written_note(struct dialect_out *o, size_t first)
{
	const struct not_written *n = &o->notes[first];

	dialect_comment(o, "  NOT WRITTEN: %s: %s%s%s", n->what, n->why,
			n->known != NULL ? "; known names: " : "",
			n->known != NULL ? n->known : "");
	for (size_t i = first; i < o->note_count; i++)
		if (not_written_is_same(&o->notes[i], n) &&
		    !not_written_is_said(o, i, o->notes[i].change))
			not_written_change(o, o->notes[i].change);
}

/* All that has the same reason, in one line. */
static void not_written_reason(struct dialect_out *o, size_t first)
{
	const char *why = o->notes[first].why, *list = o->notes[first].what;

	for (size_t i = 0; i < first; i++)
		if (strcmp(o->notes[i].why, why) == 0)
			return;
	for (size_t i = first + 1; i < o->note_count; i++)
		if (strcmp(o->notes[i].why, why) == 0 &&
		    !not_written_is_said(o, i, NULL))
			list = arena_printf(&o->arena, "%s, %s", list,
					    o->notes[i].what);
	dialect_comment(o, "NOT WRITTEN: %s: %s", list, why);
}

static void not_written_count(struct dialect_out *o)
{
	size_t all = o->set->change_count;

	if (o->lost_count == 0)
		dialect_comment(o, "%zu rule%s; nothing is left out",
				o->rule_count, text_plural(o->rule_count));
	else
		dialect_comment(
		    o,
		    "%zu rule%s; of %zu change%s %zu %s not written, "
		    "or not in full:",
		    o->rule_count, text_plural(o->rule_count), all,
		    text_plural(all), o->lost_count,
		    o->lost_count == 1 ? "is" : "are");
}

void not_written_end(struct dialect_out *o)
{
	if (!o->bare)
		not_written_count(o);
	for (size_t i = 0; i < o->note_count; i++) {
		if (o->bare)
			not_written_reason(o, i);
		else if (!not_written_is_said(o, i, NULL))
			not_written_note(o, i);
	}
	/* Else they are in the header. */
	for (size_t i = 0; o->bare && i < o->set->note_count; i++)
		dialect_comment(o, "%s", o->set->notes[i]);
	free(o->notes);
}
