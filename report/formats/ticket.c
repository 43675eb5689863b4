/*
 * ticket.c - hand-off texts: one for each owner and cause, to be pasted into a
 * ticket of its own. Plain text that survives e-mail: at most 72 columns where
 * words allow it, no tabs, ASCII punctuation; and at most TICKET_MAX
 * characters: what is long is counted instead of listed, until it fits.
 */
#include "report/formats/ticket.h"
#include "core/base/text.h"

#include "core/base/buf.h"
#include "core/os/files.h"

#include <stdlib.h>
#include <string.h>

enum { TICKET_WIDTH = 72 };

/* Without typographic characters, which mail programs garble. */
void ticket_text(struct layout *l, const char *text)
{
	struct buf b;
	size_t left = strlen(text);

	buf_init(&b, left + 1);
	while (left > 0) {
		uint32_t code = 0;
		size_t n = text_utf8(text, left, &code);
		const char *plain = n > 0 ? text_sign(code) : NULL;

		n = n == 0 ? 1 : n;
		if (plain != NULL)
			buf_puts(&b, plain);
		else
			buf_append(&b, text, n);
		text += n;
		left -= n;
	}
	layout_text(l, buf_text(&b));
	buf_free(&b);
}

/* How long a ticket may be, the fullest first. */
static const struct ticket_size ticket_sizes[] = {
    {20, 20, 20, true, true, VERIFY_BY_NAME, false, true},
    {20, 10, 20, true, false, VERIFY_BY_NAME, false, true},
    {20, 6, 12, false, false, VERIFY_BY_NAME, false, true},
    {16, 5, 12, false, false, VERIFY_BY_REPORT, false, true},
    {12, 4, 6, false, false, VERIFY_BY_REPORT, false, true},
    {8, 3, 3, false, false, VERIFY_BY_REPORT, false, true},
    {5, 3, 3, false, false, VERIFY_BY_REPORT, false, true},
    {2, 2, 2, false, false, VERIFY_BY_REPORT, false, true},
    {1, 2, 2, false, false, VERIFY_IN_WORDS, true, true},
};
enum { TICKET_SIZES = sizeof ticket_sizes / sizeof *ticket_sizes };

/* A text that no size makes short enough: what it says last is left out. */
static void ticket_cut(char *text)
{
	static const char rest[] = "[cut; the rest is in the JSON report]\n";
	size_t end = TICKET_MAX - sizeof rest;

	while (end > 0 && text[end] != '\n')
		end--;
	memcpy(text + end + (text[end] == '\n'), rest, sizeof rest);
}

/* The fullest text that fits: with the rules first, then with the command that
 * writes them. To be freed. */
static char *ticket_fit(struct ticket *t)
{
	int rounds = ticket_rules(t) != NULL ? 2 : 1;
	char *text = NULL;

	for (int round = 0; round < rounds; round++) {
		for (size_t i = 0; i < TICKET_SIZES; i++) {
			free(text);
			t->size = ticket_sizes[i];
			t->size.rules = round == 0;
			text = os_file_text(ticket_write_one, t);
			if (strlen(text) <= TICKET_MAX)
				return text;
		}
	}
	ticket_cut(text);
	return text;
}

/* Which there are ---------------------------------------------------------- */

struct tickets {
	struct arena arena;
	const struct ticket_source *list;
	struct ticket *items;
	size_t count, capacity;
};

static void tickets_add(struct tickets *all, size_t source, size_t finding)
{
	static const struct ticket_options everything = {.findings = NULL};
	const struct ticket_source *s = &all->list[source];

	all->items = mem_grow(all->items, &all->capacity, all->count + 1,
			      sizeof *all->items);
	all->items[all->count++] = (struct ticket){
	    .report = s->report,
	    .options = s->options != NULL ? s->options : &everything,
	    .finding = finding,
	    .list = all->list};
}

/* A cause at the vendor's that another site's report has, too, is one ticket.
 * All else belongs to people of one site, though addresses may be alike. */
static bool tickets_join(struct tickets *all, size_t source,
			 const struct finding *f)
{
	for (size_t i = 0; f->owner == OWNER_VENDOR && i < all->count; i++) {
		struct ticket *t = &all->items[i];
		const struct finding *other = ticket_finding(t);
		size_t *also;

		if (t->report == all->list[source].report || other == NULL ||
		    other->owner != f->owner ||
		    strcmp(other->code, f->code) != 0 ||
		    strcmp(other->title, f->title) != 0)
			continue;
		also =
		    arena_calloc(&all->arena, t->also_count + 1, sizeof *also);
		for (size_t k = 0; k < t->also_count; k++)
			also[k] = t->also[k];
		also[t->also_count++] = source;
		t->also = also;
		return true;
	}
	return false;
}

static void tickets_of(struct tickets *all, size_t source)
{
	const struct ticket_options *o = all->list[source].options;
	const struct report *r = all->list[source].report;
	bool open = false;

	for (size_t i = 0; i < r->finding_count; i++) {
		if (o != NULL && o->findings != NULL && !o->findings[i])
			continue;
		if (!tickets_join(all, source, &r->findings[i]))
			tickets_add(all, source, i);
	}
	for (size_t i = 0; i < r->result_count; i++)
		open |= ticket_is_open(&r->results[i]);
	if (open && (o == NULL || o->findings == NULL))
		tickets_add(all, source, SIZE_MAX);
}

static void tickets_nothing(struct layout *l, const struct ticket_source *s)
{
	layout_line(l, 0, 2);
	layout_text(l, s->options != NULL && s->options->findings != NULL
			   ? "No cause of this report was asked for. "
			   : "Nothing to hand off. ");
	ticket_text(l, s->report->headline);
	layout_end_line(l);
}

/* A report that could not be read is never left out silently. */
static void tickets_rest(struct layout *l, const struct tickets *all,
			 size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct ticket_source *s = &all->list[i];

		if (s->report != NULL && all->count == 0) {
			tickets_nothing(l, s);
		} else if (s->report == NULL) {
			layout_line(l, 0, 2);
			layout_text(l, "No ticket, because the report is "
				       "MISSING: ");
			ticket_text(l, s->error);
			layout_end_line(l);
		}
	}
}

void ticket_write_all(const struct ticket_source *list, size_t count, FILE *out)
{
	static const struct format_options plain = {.utf8 = true,
						    .width = TICKET_WIDTH};
	struct tickets all = {.list = list};
	struct layout l;

	for (size_t i = 0; i < count; i++)
		if (list[i].report != NULL)
			tickets_of(&all, i);
	for (size_t i = 0; i < all.count; i++) {
		char *text;

		all.items[i].number = i + 1;
		all.items[i].total = all.count;
		text = ticket_fit(&all.items[i]);
		fprintf(out, "%s%s", i > 0 ? "\n\n" : "", text);
		free(text);
	}
	layout_begin(&l, &plain, out);
	tickets_rest(&l, &all, count);
	free(all.items);
	arena_free(&all.arena);
}

static void ticket_write(const struct report *r, const struct format_options *o,
			 FILE *out)
{
	/* Of a run, what it keeps is what render will be told to read. */
	const struct ticket_options kept = {.file = o->file};
	const struct ticket_source one = {
	    .report = r, .options = o->ticket != NULL ? o->ticket : &kept};

	ticket_write_all(&one, 1, out);
}

const struct format format_ticket = {
    .name = "ticket",
    .ending = "",
    .summary = "hand-off texts: one for each owner and cause, at most 2,000 "
	       "characters",
    .write = ticket_write,
    .is_lines = true};
