/*
 * csv.c - one line per change for a spreadsheet: RFC 4180, UTF-8. A cell that
 * a spreadsheet would take for a formula gets an apostrophe in front.
 */
#include "changes/dialect.h"
#include "profiles/read/profile.h"
#include "core/base/text.h"

#include <stdlib.h>
#include <string.h>

static void csv_cell(struct dialect_out *o, const char *text)
{
	size_t length = strlen(text);
	char *clean = mem_calloc(length + 1, 4);

	text_sanitise(clean, (length + 1) * 4, text, length);
	putc('"', o->file);
	/* A tab or a carriage return is a visible \x09 or \x0d by now. */
	if (*clean != '\0' && strchr("=+-@", *clean) != NULL)
		putc('\'', o->file);
	for (const char *c = clean; *c != '\0'; c++) {
		if (*c == '"')
			putc('"', o->file);
		putc(*c, o->file);
	}
	putc('"', o->file);
	free(clean);
}

static void csv_next(struct dialect_out *o, const char *text)
{
	putc(',', o->file);
	csv_cell(o, text != NULL ? text : "");
}

/* Names and what was written; then the addresses. */
static void csv_ends(struct dialect_out *o,
		     const struct change_end *const *list, size_t count)
{
	const char *names = "", *nets = "";
	char text[ADDR_TEXT + 4];

	for (size_t i = 0; i < count; i++) {
		const struct change_end *e = list[i];

		names = arena_printf(&o->arena, "%s%s%s%s%s", names,
				     i > 0 ? "; " : "",
				     e->label != NULL ? e->label : "",
				     e->label != NULL ? " " : "", e->text);
		for (size_t k = 0; k < e->net_count; k++)
			nets = arena_printf(&o->arena, "%s%s%s", nets,
					    *nets != '\0' ? " " : "",
					    change_net_text(&e->nets[k], text));
	}
	csv_next(o, names);
	csv_next(o, nets);
}

/* One cell of all needs: get() gives each one's text or NULL. */
static void csv_needs(struct dialect_out *o, const struct change *c,
		      const char *(*get)(const struct change_need *n))
{
	const char *text = "", *last = "";

	for (size_t i = 0; i < c->need_count; i++) {
		const char *one = get(&c->needs[i]);

		if (one == NULL || strcmp(one, last) == 0)
			continue;
		text = arena_printf(&o->arena, "%s%s%s", text,
				    *text != '\0' ? "; " : "", one);
		last = one;
	}
	csv_next(o, text);
}

static const char *csv_id(const struct change_need *n)
{
	return n->id;
}

static const char *csv_covers(const struct change_need *n)
{
	const char *const *covers = n->requirement->covers;

	return covers != NULL ? covers[0] : NULL;
}

static const char *csv_level(const struct change_need *n)
{
	return level_name(n->requirement->level);
}

static const char *csv_purpose(const struct change_need *n)
{
	return n->requirement->purpose;
}

static const char *csv_title(const struct change_need *n)
{
	return n->requirement->source != NULL ? n->requirement->source->title
					      : NULL;
}

static const char *csv_url(const struct change_need *n)
{
	return n->requirement->source != NULL ? n->requirement->source->url
					      : NULL;
}

static const char *csv_date(const struct change_need *n)
{
	return n->requirement->source != NULL
		   ? n->requirement->source->retrieved
		   : NULL;
}

/* What is missing at an end. */
static const char *csv_lost(struct dialect_out *o, const char *before,
			    const struct change_end *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (list[i]->missing == NULL)
			continue;
		before = arena_printf(&o->arena, "%s%s%s: %s", before,
				      *before != '\0' ? "; " : "",
				      list[i]->text, list[i]->missing);
	}
	return before;
}

static void csv_change(struct dialect_out *o, const struct change *c)
{
	const char *note = c->note != NULL ? c->note : "";

	if (c->at != NULL)
		note = arena_printf(&o->arena, "load on: %s%s%s", c->at,
				    *note != '\0' ? "; " : "", note);
	note = csv_lost(o, note, c->sources, c->source_count);
	note = csv_lost(o, note, c->destinations, c->destination_count);
	if (c->behind != NULL)
		note = arena_printf(&o->arena, "%s%sthe proxy must reach: %s",
				    note, *note != '\0' ? "; " : "", c->behind);
	csv_cell(o, c->name);
	csv_next(o, change_direction_name(c->direction));
	csv_ends(o, c->sources, c->source_count);
	csv_ends(o, c->destinations, c->destination_count);
	csv_next(o, c->transport == TRANSPORT_ICMP
			? "icmp echo request"
			: transport_name(c->transport));
	csv_next(o, c->ports);
	csv_needs(o, c, csv_id);
	csv_needs(o, c, csv_covers);
	csv_needs(o, c, csv_level);
	csv_needs(o, c, csv_purpose);
	csv_needs(o, c, csv_title);
	csv_needs(o, c, csv_url);
	csv_needs(o, c, csv_date);
	csv_next(o, c->off ? "only as a fallback" : "wanted");
	csv_next(o, note);
	fputs("\r\n", o->file);
}

static void csv_document(struct dialect_out *o)
{
	fputs("rule,direction,source,source_addresses,destination,"
	      "destination_addresses,protocol,ports,requirements,matrix,level,"
	      "purpose,document,url,retrieved,state,note\r\n",
	      o->file);
	for (size_t i = 0; i < o->set->change_count; i++)
		csv_change(o, &o->set->changes[i]);
}

const struct dialect dialect_csv = {
    .name = "csv",
    .title = "CSV, one line per rule",
    .tried = true,
    .names = true,
    .document = csv_document,
};
