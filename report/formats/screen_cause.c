/* screen_cause.c - a cause in three lines: who and what is blocked, what is
 * lost, what to change. */
#include "report/formats/screen.h"

#include "core/base/buf.h"
#include "core/base/text.h"
#include "report/diagnose/findings.h"
#include "report/map.h"
#include "report/template.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* How the short wording of a firewall begins. */
#define CAUSE_PLACE "{place} "

enum { CAUSE_NAMED = 3, CAUSE_TEXT = 4096, CAUSE_PAIR = 30 };

/* Targets ------------------------------------------------------------------
 */

/* Whom the tests of a finding asked: distinct names, in their order. */
struct cause_targets {
	const char **names;
	size_t count, capacity;
	size_t devices, internet, time, total; /* results; of what kind */
	const char *subnet; /* of all devices, NULL: several */
};

static const char *screen_cause_name(struct screen *s,
				     const struct report_path *p)
{
	char address[ADDR_TEXT];

	if (p->device != NULL)
		return p->device;
	if (p->name != NULL)
		return p->name;
	if (p->address.family == ADDR_NONE)
		return NULL;
	return arena_strdup(&s->arena, addr_text(&p->address, address));
}

static void screen_cause_add(struct screen *s, struct cause_targets *t,
			     const struct report_path *p, struct map *seen)
{
	const char *name = screen_cause_name(s, p);
	size_t *slot = name != NULL ? map_at(seen, name) : NULL;

	if (slot == NULL || *slot != SIZE_MAX)
		return;
	*slot = t->count;
	t->names =
	    mem_grow(t->names, &t->capacity, t->count + 1, sizeof *t->names);
	t->names[t->count++] = name;
}

/* Servers that were found by a name have none of their own: they count only
 * where nothing else does. */
static struct cause_targets screen_cause_targets(struct screen *s,
						 const struct finding *f)
{
	const struct report *r = s->report;
	struct cause_targets t = {.total = f->result_count};
	struct map seen = {0};

	for (int nameless = 0; nameless < 2 && t.count == 0; nameless++) {
		for (size_t i = 0; i < f->result_count; i++) {
			const struct report_path *p =
			    report_path_of(r, &r->results[f->results[i]]);

			if (nameless == 1 || p->device != NULL ||
			    p->name != NULL)
				screen_cause_add(s, &t, p, &seen);
		}
	}
	for (size_t i = 0; i < f->result_count; i++) {
		const struct report_result *result = &r->results[f->results[i]];
		const struct report_requirement *q =
		    &r->requirements[result->requirement];

		t.devices += report_path_of(r, result)->device != NULL;
		t.internet += q->to != NULL && strcmp(q->to, "internet") == 0;
		t.time += q->check != NULL && strcmp(q->check, "ntp") == 0;
	}
	map_free(&seen);
	return t;
}

/* As the title has them: "a, b, c and 3 more". */
static const char *screen_cause_list(struct screen *s,
				     const struct cause_targets *t)
{
	bool all = t->count <= CAUSE_NAMED;
	size_t shown = all ? t->count : CAUSE_NAMED;
	const char *text = "";

	for (size_t i = 0; i < shown; i++)
		text = arena_printf(&s->arena, "%s%s%s", text,
				    i == 0                  ? ""
				    : all && i + 1 == shown ? " and "
							    : ", ",
				    t->names[i]);
	return all ? text
		   : arena_printf(&s->arena, "%s and %zu more", text,
				  t->count - shown);
}

/* "10.2.4.0/24", where all of them are in one. */
static const char *screen_cause_subnet(struct screen *s,
				       const struct finding *f)
{
	const char *one = NULL, *subnet;

	for (size_t i = 0; i < f->result_count; i++) {
		const struct report_path *p = report_path_of(
		    s->report, &s->report->results[f->results[i]]);

		subnet = screen_subnet(s, &p->address);
		if (subnet == NULL || (one != NULL && strcmp(one, subnet) != 0))
			return NULL;
		one = subnet;
	}
	return one;
}

/* In few words: a name, two short ones, or how many of what. */
static const char *screen_cause_short(struct screen *s, const struct finding *f,
				      const struct cause_targets *t)
{
	const char *subnet;

	if (t->count == 0)
		return "";
	if (t->count == 1 ||
	    (t->count == 2 &&
	     strlen(t->names[0]) + strlen(t->names[1]) < CAUSE_PAIR))
		return screen_cause_list(s, t);
	if (t->time == t->total)
		return "time servers";
	if (t->devices < t->total)
		return arena_printf(&s->arena, "%zu %s", t->count,
				    t->devices > 0 ? "targets" : "hosts");
	subnet = screen_cause_subnet(s, f);
	return arena_printf(&s->arena, "%zu devices%s%s", t->count,
			    subnet != NULL ? " in " : "",
			    subnet != NULL ? subnet : "");
}

/* Ports: "tcp/443", "tcp/80 and ping", "tcp/1 and 39 more". */
static const char *screen_cause_paths(struct screen *s, const struct finding *f,
				      size_t *count)
{
	struct map seen = {0};
	const char *first = "", *second = "";

	for (size_t i = 0; i < f->result_count; i++) {
		const struct report_path *p = report_path_of(
		    s->report, &s->report->results[f->results[i]]);
		const char *path =
		    p->transport == TRANSPORT_ICMP ? "ping"
		    : p->port == 0                 ? ""
				   : arena_printf(&s->arena, "%s/%u",
						  transport_name(p->transport),
						  (unsigned)p->port);

		if (*path == '\0' || *map_at(&seen, path) != SIZE_MAX)
			continue;
		*map_at(&seen, path) = 0;
		if (seen.count == 1)
			first = path;
		else if (seen.count == 2)
			second = path;
	}
	*count = seen.count;
	map_free(&seen);
	if (*count < 2)
		return first;
	return *count == 2 ? arena_printf(&s->arena, "%s and %s", first, second)
			   : arena_printf(&s->arena, "%s and %zu more", first,
					  *count - 1);
}

/* Who ---------------------------------------------------------------------- */

struct cause_words {
	const char *targets, *paths, *place;
	bool several, several_paths;
	bool missing; /* a placeholder had nothing */
};

static void screen_cause_put(const void *arg, struct buf *out, const char *name,
			     size_t length)
{
	struct cause_words *w = (struct cause_words *)(uintptr_t)arg;
	const char *colon = memchr(name, ':', length), *text = NULL;
	size_t own = colon == NULL ? length : (size_t)(colon - name);
	bool several = w->several;

	if (own == 7 && strncmp(name, "targets", own) == 0) {
		text = w->targets;
	} else if (own == 5 && strncmp(name, "paths", own) == 0) {
		text = w->paths;
		several = w->several_paths;
	} else if (own == 5 && strncmp(name, "place", own) == 0) {
		text = w->place;
	}
	if (template_agree(out, name, length, several))
		return;
	w->missing |= text == NULL || *text == '\0';
	buf_puts(out, text != NULL ? text : "");
}

/* The blocker, else the hop that it is at or behind; NULL: not known. */
static const char *screen_cause_place(struct screen *s, const struct finding *f,
				      bool named)
{
	char address[ADDR_TEXT];

	if (f->blocker.family != ADDR_NONE) {
		const char *name = f->blocker_name;

		addr_text(&f->blocker, address);
		if (!named || name == NULL)
			return arena_strdup(&s->arena, address);
		return arena_printf(&s->arena, "%s (%.*s)", address,
				    (int)strcspn(name, ","), name);
	}
	if (f->where != WHERE_AFTER_HOP)
		return NULL;
	if (f->hop_address.family == ADDR_NONE)
		return arena_printf(&s->arena, "at or behind hop %d", f->hop);
	return arena_printf(&s->arena, "at or behind %s",
			    addr_text(&f->hop_address, address));
}

/* " (default gateway, also 2001:db8::1)" behind an address. */
static size_t screen_cause_aside(const char *text)
{
	size_t length = strncmp(text, " (", 2) == 0 ? strcspn(text, ")") : 0;

	return text[length] == ')' ? length + 1 : 0;
}

/* `whole` and what is said of it in brackets become `few`. */
static const char *screen_cause_replace(struct screen *s, const char *text,
					const char *whole, const char *few)
{
	const char *at = strstr(text, whole), *rest;

	if (at == NULL)
		return text;
	rest = at + strlen(whole);
	rest += screen_cause_aside(rest);
	return arena_printf(&s->arena, "%.*s%s%s", (int)(at - text), text, few,
			    rest);
}

/* Places in few words. */
static const char *screen_cause_places(struct screen *s,
				       const struct finding *f,
				       const char *text)
{
	char address[ADDR_TEXT];

	if (f->where == WHERE_AFTER_HOP && f->hop_address.family != ADDR_NONE)
		text = screen_cause_replace(
		    s, text,
		    arena_printf(&s->arena, "at or right after hop %d, %s",
				 f->hop, addr_text(&f->hop_address, address)),
		    screen_cause_place(s, f, false));
	if (f->blocker.family != ADDR_NONE) {
		addr_text(&f->blocker, address);
		text = screen_cause_replace(s, text, address, address);
	}
	return text;
}

/* The short wording of the catalogue; NULL: none, or something is not known.
 * Where the provider's place is not known for sure, the title says so. */
static const char *screen_cause_brief(struct screen *s, const struct finding *f,
				      const struct cause_targets *t, bool named)
{
	const struct finding_entry *e = finding_entry_find(f->code);
	struct cause_words w = {.targets = screen_cause_short(s, f, t),
				.place = screen_cause_place(s, f, named),
				.several = t->count > 1};
	const char *text = NULL, *brief;
	size_t paths = 0;
	struct buf b;

	if (e == NULL || e->brief == NULL ||
	    (e->title_back != NULL && f->owner == OWNER_INTERNET))
		return NULL;
	w.paths = screen_cause_paths(s, f, &paths);
	w.several_paths = paths > 1;
	brief = e->brief;
	if (w.place == NULL && f->owner == OWNER_FIREWALL &&
	    strncmp(brief, CAUSE_PLACE, strlen(CAUSE_PLACE)) == 0)
		brief += strlen(CAUSE_PLACE); /* "FIREWALL drops ..." */
	buf_init(&b, CAUSE_TEXT);
	template_fill(&b, brief, screen_cause_put, &w);
	if (!w.missing)
		text = arena_strdup(&s->arena, buf_text(&b));
	buf_free(&b);
	return text;
}

/* The title with its list of targets in few words. */
static const char *screen_cause_title(struct screen *s, const struct finding *f,
				      const struct cause_targets *t)
{
	const char *list = screen_cause_list(s, t),
		   *at = strstr(f->title, list);

	if (*list == '\0' || at == NULL || t->count < 2)
		return f->title;
	return arena_printf(&s->arena, "%.*s%s%s", (int)(at - f->title),
			    f->title, screen_cause_short(s, f, t),
			    at + strlen(list));
}

const char *screen_who(struct screen *s, const struct finding *f, size_t width)
{
	struct cause_targets t = screen_cause_targets(s, f);
	const char *wordings[] = {
	    f->title, screen_cause_brief(s, f, &t, true),
	    screen_cause_brief(s, f, &t, false),
	    screen_cause_places(s, f, screen_cause_title(s, f, &t))};
	const char *best = NULL;

	/* Many devices are counted, however much room there is. */
	if (t.devices == t.total && t.count > CAUSE_NAMED)
		wordings[0] = wordings[3];
	for (size_t i = 0; i < sizeof wordings / sizeof *wordings; i++) {
		const char *text =
		    wordings[i] != NULL ? screen_safe(s, wordings[i]) : NULL;

		if (text == NULL)
			continue;
		if (best == NULL || screen_columns(text) < screen_columns(best))
			best = text;
		if (screen_columns(text) <= width)
			break;
	}
	free(t.names);
	return best;
}

const char *screen_owner(struct screen *s, const struct finding *f)
{
	char *name = arena_strdup(&s->arena, owner_name(f->owner));

	for (char *c = name; *c != '\0'; c++)
		*c = *c == '-' ? ' ' : (char)toupper((unsigned char)*c);
	return name;
}

/* What is lost, what to change ---------------------------------------------
 */

static const struct report_requirement *screen_cause_requirement(
    const struct screen *s, const struct finding *f)
{
	const struct report *r = s->report;

	return f->result_count == 0
		   ? NULL
		   : &r->requirements[r->results[f->results[0]].requirement];
}

/* " (40 of 40 devices)", where it concerns several; else "". */
static const char *screen_cause_share(struct screen *s, const struct finding *f)
{
	const struct report_requirement *q = screen_cause_requirement(s, f);
	struct cause_targets t = screen_cause_targets(s, f);
	const char *text = "";

	if (t.devices == t.total && t.count > 1 && q != NULL &&
	    t.count <= q->device_count)
		text = arena_printf(&s->arena, " (%zu of %zu devices)", t.count,
				    q->device_count);
	free(t.names);
	return text;
}

/* The test of `check`: no product needs it. */
static bool screen_cause_by_hand(const struct report_requirement *q)
{
	return q->to != NULL && strcmp(q->to, "target") == 0;
}

const char *screen_lost(struct screen *s, const struct finding *f)
{
	const struct report_requirement *q = screen_cause_requirement(s, f);
	const char *text = f->impact;

	if (text == NULL && q != NULL && q->purpose != NULL)
		text = arena_printf(&s->arena, "needed for: %s", q->purpose);
	if (text == NULL && q != NULL && !screen_cause_by_hand(q))
		text = q->title != NULL ? q->title : q->id;
	if (text == NULL)
		return "";
	return screen_safe(
	    s, arena_printf(&s->arena, "%s%s", text, screen_cause_share(s, f)));
}

/* The first step; the place was named above. */
const char *screen_change(struct screen *s, const struct finding *f)
{
	char *text;

	if (f->remedy_count == 0)
		return "";
	text = arena_strdup(&s->arena, screen_cause_places(s, f, f->remedy[0]));
	if (islower((unsigned char)text[0]) == 0 &&
	    islower((unsigned char)text[1]) != 0)
		text[0] = (char)tolower((unsigned char)text[0]);
	return screen_safe(s, text);
}

/* Lines -------------------------------------------------------------------- */

static void screen_cause_label(struct screen *s, struct screen_block *b,
			       const char *label)
{
	screen_line(b);
	screen_put(s, b, LAYOUT_PLAIN, "   ");
	screen_put(s, b, LAYOUT_DIM, label);
	screen_pad(s, b, SCREEN_LABEL);
}

static void screen_cause_head(struct screen *s, struct screen_block *b,
			      size_t index, size_t most)
{
	const struct finding *f = &s->report->findings[index];
	const char *confidence = f->confirmed ? "confirmed" : "probable";
	size_t last = s->width - strlen(confidence), at;

	screen_line(b);
	screen_printf(s, b, LAYOUT_BOLD, "%zu ", index + 1);
	screen_pad(s, b, 3);
	screen_put(
	    s, b, f->severity == SEVERITY_CRITICAL ? LAYOUT_RED : LAYOUT_YELLOW,
	    screen_owner(s, f));
	screen_put(s, b, LAYOUT_PLAIN, " ");
	at = b->items[b->count - 1].column;
	if (!screen_is_narrow(s) && at + 20 < last) {
		size_t first = b->count - 1, end;

		screen_wrap(s, b, LAYOUT_BOLD, at, last - 1, most,
			    screen_who(s, f, last - 1 - at));
		end = b->items[first].column;
		screen_printf(s, &(struct screen_block){&b->items[first], 1, 1},
			      LAYOUT_PLAIN, "%*s", (int)(last - end), "");
		screen_put(s, &(struct screen_block){&b->items[first], 1, 1},
			   LAYOUT_PLAIN, confidence);
	} else {
		screen_wrap(
		    s, b, LAYOUT_BOLD, screen_is_narrow(s) ? SCREEN_INDENT : at,
		    s->width, most,
		    arena_printf(&s->arena, "%s (%s)",
				 screen_who(s, f, s->width - at), confidence));
	}
}

static void screen_cause_lost(struct screen *s, struct screen_block *b,
			      const struct finding *f)
{
	const char *lost = screen_lost(s, f);
	size_t most = screen_most(s, s->room >= 6 ? 2 : 1);

	if (*lost == '\0')
		return;
	screen_cause_label(s, b,
			   f->severity == SEVERITY_CRITICAL ? "lost" : "risk");
	screen_wrap(s, b, LAYOUT_PLAIN, SCREEN_LABEL, s->width, most,
		    screen_clauses(s, lost, s->width - SCREEN_LABEL, most));
}

/* What a rule of any firewall that keeps state lets through by itself is left
 * out first. */
static void screen_cause_change(struct screen *s, struct screen_block *b,
				const struct finding *f)
{
	const char *change = screen_change(s, f);
	const char *back = strstr(change, ", and the re");
	size_t width = s->width - SCREEN_LABEL;
	size_t most = screen_most(s, s->room >= 6 ? 3 : s->room >= 2 ? 2 : 1);

	if (*change == '\0')
		return;
	if (back != NULL && !screen_fits(change, width, most))
		change =
		    arena_strndup(&s->arena, change, (size_t)(back - change));
	screen_cause_label(s, b, "change");
	screen_wrap(s, b, LAYOUT_PLAIN, SCREEN_LABEL, s->width, most, change);
}

static void screen_cause_whole(struct screen *s, struct screen_block *b,
			       size_t index)
{
	const struct finding *f = &s->report->findings[index];

	screen_cause_head(s, b, index, screen_most(s, s->room >= 6 ? 2 : 1));
	screen_cause_lost(s, b, f);
	screen_cause_change(s, b, f);
}

void screen_cause_line(struct screen *s, struct screen_block *b, size_t index)
{
	screen_cause_head(s, b, index, screen_most(s, 1));
}

void screen_causes(struct screen *s, struct screen_block *b)
{
	size_t count = s->report->finding_count;
	size_t lines = SCREEN_WHOLE + (s->room > 0 ? s->room : 1);

	for (size_t i = 0; i < count; i++) {
		if (i + 1 == lines && count > lines) {
			screen_line(b);
			screen_printf(s, b, LAYOUT_PLAIN,
				      "   and %zu more causes", count - i);
			return;
		}
		if (i < SCREEN_WHOLE)
			screen_cause_whole(s, b, i);
		else
			screen_cause_line(s, b, i);
	}
}
