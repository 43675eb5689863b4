/* not_written.c - what a dialect could not write, said once, as comments at the
 * end of the file: between the rules it would be read by nobody. */
#include "changes/dialect.h"
#include "core/base/text.h"
#include "profiles/read/profile.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

struct not_written {
	const char *what; /* and why */
	const struct change *change;
};

void dialect_not_written(struct dialect_out *o, const struct change *c,
			 const char *format, ...)
{
	const struct not_written *last = o->notes;
	char *text;
	va_list ap;

	va_start(ap, format);
	text = mem_vprintf(format, ap);
	va_end(ap);
	if (o->note_count == 0 || last[o->note_count - 1].change != c)
		o->lost_count++;
	o->notes = mem_grow(o->notes, &o->note_capacity, o->note_count + 1,
			    sizeof *o->notes);
	o->notes[o->note_count++] =
	    (struct not_written){arena_strdup(&o->arena, text), c};
	free(text);
}

/* "out, tcp/443, for cloud.tenant (AUV-01)", and who says so. */
static void not_written_change(struct dialect_out *o, const struct change *c)
{
	const struct source *s = c->needs[0].requirement->source;

	dialect_comment(
	    o, "    %s, %s, for %s%s%s%s%s",
	    change_direction_name(c->direction), dialect_service(&o->arena, c),
	    dialect_needs(o, c), s != NULL ? ", by " : "",
	    s != NULL ? dialect_source(o, s) : "",
	    c->at != NULL ? "; load on: " : "", c->at != NULL ? c->at : "");
}

static void not_written_note(struct dialect_out *o, size_t first)
{
	const char *what = o->notes[first].what;
	const struct change *said = NULL;

	dialect_comment(o, "  NOT WRITTEN: %s", what);
	for (size_t i = first; i < o->note_count; i++) {
		const struct change *c = o->notes[i].change;

		if (strcmp(o->notes[i].what, what) != 0 || c == said)
			continue;
		not_written_change(o, c);
		said = c;
	}
}

void not_written_end(struct dialect_out *o)
{
	if (o->lost_count == 0)
		dialect_comment(o, "%zu rule%s; nothing is left out",
				o->rule_count, text_plural(o->rule_count));
	else
		dialect_comment(
		    o,
		    "%zu rule%s; of %zu path%s %zu %s not written, "
		    "or not in full:",
		    o->rule_count, text_plural(o->rule_count),
		    o->set->change_count, text_plural(o->set->change_count),
		    o->lost_count, o->lost_count == 1 ? "is" : "are");
	for (size_t i = 0; i < o->note_count; i++)
		if (dialect_is_new(o, arena_printf(&o->arena, "NOT WRITTEN %s",
						   o->notes[i].what)))
			not_written_note(o, i);
	free(o->notes);
}
