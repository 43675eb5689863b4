/*
 * csv.c - one line per change for a spreadsheet: RFC 4180, UTF-8. A cell that
 * a spreadsheet would take for a formula gets an apostrophe in front.
 */
#include "changes/dialect.h"
#include "profiles/read/profile.h"
#include "core/base/buf.h"
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

/* A cell that grows item by item. */
static void csv_next_buf(struct dialect_out *o, struct buf *b)
{
	csv_next(o, buf_text(b));
	buf_free(b);
}

/* Names and what was written; then the addresses. */
static void csv_ends(struct dialect_out *o,
		     const struct change_end *const *list, size_t count)
{
	char text[ADDR_TEXT + 4];
	struct buf names, nets;

	buf_init(&names, SIZE_MAX);
	buf_init(&nets, SIZE_MAX);
	for (size_t i = 0; i < count; i++) {
		const struct change_end *e = list[i];

		buf_printf(&names, "%s%s%s%s", i > 0 ? "; " : "",
			   e->label != NULL ? e->label : "",
			   e->label != NULL ? " " : "", e->text);
		for (size_t k = 0; k < e->net_count; k++)
			buf_printf(&nets, "%s%s", nets.length > 0 ? " " : "",
				   change_net_text(&e->nets[k], text));
	}
	csv_next_buf(o, &names);
	csv_next_buf(o, &nets);
}

/* One cell of all needs: get() gives each one's text or NULL. */
static void csv_needs(struct dialect_out *o, const struct change *c,
		      const char *(*get)(const struct change_need *n))
{
	const char *last = "";
	struct buf text;

	buf_init(&text, SIZE_MAX);
	for (size_t i = 0; i < c->need_count; i++) {
		const char *one = get(&c->needs[i]);

		if (one == NULL || strcmp(one, last) == 0)
			continue;
		buf_printf(&text, "%s%s", text.length > 0 ? "; " : "", one);
		last = one;
	}
	csv_next_buf(o, &text);
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

/* One more sentence of the note. */
static void csv_note(struct buf *note, const char *what, const char *more)
{
	if (more != NULL)
		buf_printf(note, "%s%s%s", note->length > 0 ? "; " : "", what,
			   more);
}

/* What is missing at an end. */
static void csv_lost(struct buf *note, const struct change_end *const *list,
		     size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (list[i]->missing == NULL)
			continue;
		csv_note(note, list[i]->text, ": ");
		buf_puts(note, list[i]->missing);
	}
}

static void csv_change(struct dialect_out *o, const struct change *c)
{
	struct buf note;

	buf_init(&note, SIZE_MAX);
	csv_note(&note, "load on: ", c->at);
	csv_note(&note, "", c->note);
	csv_lost(&note, c->sources, c->source_count);
	csv_lost(&note, c->destinations, c->destination_count);
	csv_note(&note, "the proxy must reach: ", c->behind);
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
	csv_next_buf(o, &note);
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
