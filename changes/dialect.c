/* dialect.c - the walk over a change set, and what dialects share. */
#include "changes/dialect.h"
#include "core/base/clock.h"
#include "report/formats/one_line.h"
#include "profiles/read/profile.h"
#include "core/os/files.h"
#include "core/base/text.h"
#include "core/base/buf.h"
#include "core/base/mem.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { DIALECT_LISTED = 8 /* ends of one side that are named one by one */ };

const struct dialect *dialect_find(const char *name)
{
	for (size_t i = 0; dialect_registry[i] != NULL; i++) {
		if (strcmp(dialect_registry[i]->name, name) == 0)
			return dialect_registry[i];
	}
	return NULL;
}

/* For dialects ------------------------------------------------------------ */

void dialect_plain(struct dialect_out *o, const char *text, size_t most,
		   const char *forbidden)
{
	one_line_text(o->file, text, most, forbidden);
}

void dialect_comment(struct dialect_out *o, const char *format, ...)
{
	char *text;
	va_list ap;

	va_start(ap, format);
	text = mem_vprintf(format, ap);
	va_end(ap);
	fputs(o->dialect->comment, o->file);
	/* A backslash at the end of a line goes on in the next one. */
	one_line_text(o->file, text, 0, "\\");
	putc('\n', o->file);
	free(text);
}

const char *dialect_label(struct dialect_out *o, const char *prefix,
			  const char *text, size_t most)
{
	static const char good[] = "abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "0123456789.-_";
	char *label = arena_printf(&o->arena, "%s%s", prefix, text);
	uint32_t hash = 2166136261u;
	bool same = true;

	for (char *c = label; *c != '\0'; c++) {
		hash = (hash ^ (unsigned char)*c) * 16777619u;
		if (strchr(good, *c) != NULL)
			continue;
		*c = '-';
		same = false;
	}
	if (same && strlen(label) <= most)
		return label;
	return arena_printf(&o->arena, "%.*s-%06x", (int)(most - 7), label,
			    (hash ^ hash >> 24) & 0xffffff);
}

bool dialect_is_new(struct dialect_out *o, const char *key)
{
	size_t *at = map_at(&o->seen, arena_strdup(&o->arena, key));

	if (*at != SIZE_MAX)
		return false;
	*at = 0;
	return true;
}

const char *dialect_needs(struct dialect_out *o, const struct change *c)
{
	const char *text;
	struct buf b;

	buf_init(&b, SIZE_MAX);
	for (size_t i = 0; i < c->need_count; i++) {
		const char *const *covers = c->needs[i].requirement->covers;

		buf_printf(&b, "%s%s", i > 0 ? ", " : "", c->needs[i].id);
		if (covers != NULL && covers[0] != NULL)
			buf_printf(&b, " (%s)", covers[0]);
	}
	text = arena_strdup(&o->arena, buf_text(&b));
	buf_free(&b);
	return text;
}

/* An address, a network or a range says itself what it is. */
static bool dialect_end_is_plain(const struct change_end *e)
{
	return e->net_count == 0 ||
	       (e->kind == END_NET &&
		(strchr("0123456789", e->text[0]) != NULL ||
		 strchr(e->text, ':') != NULL));
}

/* A name or a role, with its addresses. */
static const char *dialect_end_text(struct arena *a, const struct change_end *e)
{
	char net[ADDR_TEXT + 4];
	const char *text = e->label == NULL
			       ? e->text
			       : arena_printf(a, "%s %s", e->label, e->text);

	if (dialect_end_is_plain(e))
		return text;
	for (size_t i = 0; i < e->net_count && i < DIALECT_LISTED; i++)
		text = arena_printf(a, "%s%s%s", text, i == 0 ? " = " : ", ",
				    change_net_text(&e->nets[i], net));
	if (e->net_count > DIALECT_LISTED)
		text = arena_printf(a, "%s and %zu more", text,
				    e->net_count - DIALECT_LISTED);
	return text;
}

const char *dialect_ends(struct arena *a, const struct change_end *const *list,
			 size_t count)
{
	const char *text = "";

	for (size_t i = 0; i < count && i < DIALECT_LISTED; i++)
		text = arena_printf(a, "%s%s%s", text, i > 0 ? "; " : "",
				    dialect_end_text(a, list[i]));
	if (count > DIALECT_LISTED)
		text = arena_printf(a, "%s; and %zu more", text,
				    count - DIALECT_LISTED);
	return text;
}

const char *dialect_service(struct arena *a, const struct change *c)
{
	if (c->transport == TRANSPORT_ICMP)
		return "icmp echo request";
	return arena_printf(a, "%s/%s", transport_name(c->transport),
			    *c->ports != '\0' ? c->ports : "?");
}

size_t dialect_port_count(const struct change *c)
{
	return c->port_list == NULL ? 0 : c->port_list->count;
}

struct port_range dialect_port(const struct change *c, size_t i)
{
	return c->port_list->ranges[i];
}

unsigned dialect_echo_type(const struct rule *r)
{
	enum { ECHO_V4 = 8, ECHO_V6 = 128 };

	return r->family == ADDR_V4 ? ECHO_V4 : ECHO_V6;
}

const char *dialect_mask(const struct change_net *n, char out[ADDR_TEXT])
{
	struct addr mask = {.family = ADDR_V4};

	for (unsigned bit = 0; bit < n->prefix && bit < 32; bit++)
		mask.bytes[bit / 8] |= (uint8_t)(1u << (7 - bit % 8));
	return addr_text(&mask, out);
}

/* Sides of a rule --------------------------------------------------------- */

static bool dialect_end_has_family(const struct change_end *e,
				   enum addr_family family)
{
	for (size_t i = 0; i < e->net_count; i++) {
		if (e->nets[i].first.family == family)
			return true;
	}
	return false;
}

/* The end goes into the rule by its name. */
static bool dialect_end_by_name(const struct dialect_out *o,
				const struct change *c,
				const struct change_end *e,
				enum addr_family family)
{
	if (e->kind == END_WILDCARD)
		return o->dialect->wildcards != NULL &&
		       o->dialect->wildcards(c);
	return e->kind == END_NAME && o->dialect->names &&
	       (e->net_count == 0 || dialect_end_has_family(e, family));
}

static int dialect_compare_nets(const void *a, const void *b)
{
	const struct change_net *x = a, *y = b;
	int order = addr_compare(&x->first, &y->first);

	return order != 0 ? order : (int)x->prefix - (int)y->prefix;
}

static struct rule_side dialect_side_of(struct dialect_out *o,
					const struct change *c,
					const struct change_end *const *ends,
					size_t count, enum addr_family family)
{
	struct rule_side side = {0};
	size_t most = 0, kept = 0;
	struct change_net *nets;
	const char **names = arena_calloc(&o->arena, count + 1, sizeof *names);

	for (size_t i = 0; i < count; i++)
		most += ends[i]->net_count;
	nets = arena_calloc(&o->arena, most + 1, sizeof *nets);
	for (size_t i = 0; i < count; i++) {
		const struct change_end *e = ends[i];

		if (dialect_end_by_name(o, c, e, family)) {
			names[side.name_count++] = e->text;
			continue;
		}
		if (e->kind == END_NAME && o->dialect->names)
			continue;
		for (size_t k = 0; k < e->net_count; k++) {
			if (e->nets[k].first.family == family)
				nets[side.net_count++] = e->nets[k];
		}
	}
	qsort(nets, side.net_count, sizeof *nets, dialect_compare_nets);
	for (size_t i = 0; i < side.net_count; i++) {
		if (kept == 0 ||
		    dialect_compare_nets(&nets[kept - 1], &nets[i]) != 0)
			nets[kept++] = nets[i];
	}
	side.net_count = kept;
	side.nets = nets;
	side.names = names;
	return side;
}

static bool dialect_side_is_empty(const struct rule_side *s)
{
	return s->net_count + s->name_count == 0;
}

/* Comments ---------------------------------------------------------------- */

const char *dialect_source(struct dialect_out *o, const struct source *s)
{
	bool dated = s->retrieved != NULL;

	return arena_printf(&o->arena, "%s%s%s%s%s%s", s->title,
			    dated ? " (" : "", dated ? s->retrieved : "",
			    dated ? ")" : "", s->url != NULL ? " " : "",
			    s->url != NULL ? s->url : "");
}

/* Each document once. */
static void dialect_say_sources(struct dialect_out *o, const struct change *c)
{
	for (size_t i = 0; i < c->need_count; i++) {
		const struct source *s = c->needs[i].requirement->source;
		bool before = s == NULL;

		for (size_t k = 0; k < i && !before; k++)
			before = c->needs[k].requirement->source == s;
		if (!before)
			dialect_comment(o, "  by %s", dialect_source(o, s));
	}
}

static void dialect_say_change(struct dialect_out *o, const struct change *c)
{
	fputs("\n", o->file);
	dialect_comment(
	    o, "%s: %s -> %s, %s", change_direction_name(c->direction),
	    dialect_ends(&o->arena, c->sources, c->source_count),
	    dialect_ends(&o->arena, c->destinations, c->destination_count),
	    dialect_service(&o->arena, c));
	for (size_t i = 0; i < c->need_count; i++) {
		const struct requirement *q = c->needs[i].requirement;

		dialect_comment(
		    o, "  %s%s%s%s, %s%s%s: %s", c->needs[i].id,
		    q->covers != NULL && q->covers[0] != NULL ? " (" : "",
		    q->covers != NULL && q->covers[0] != NULL ? q->covers[0]
							      : "",
		    q->covers != NULL && q->covers[0] != NULL ? ")" : "",
		    level_name(q->level), q->group != NULL ? " of group " : "",
		    q->group != NULL ? q->group : "",
		    q->purpose != NULL ? q->purpose : q->title);
	}
	dialect_say_sources(o, c);
	if (c->note != NULL)
		dialect_comment(o, "  note: %s", c->note);
	if (c->behind != NULL)
		dialect_comment(o, "  the proxy must reach: %s", c->behind);
}

/* What this end is not written as, or NULL. */
static const char *dialect_lost(const struct dialect_out *o,
				const struct change *c,
				const struct change_end *e)
{
	switch (e->kind) {
	case END_UNKNOWN:
		return e->missing != NULL ? e->missing : "not known";
	case END_NAME:
		return o->dialect->names || e->net_count > 0 ? NULL
							     : e->missing;
	case END_WILDCARD:
		if (o->dialect->wildcards != NULL && o->dialect->wildcards(c))
			return NULL;
		return "a wildcard name, which this dialect cannot express";
	case END_NET:
		break;
	}
	return NULL;
}

static bool dialect_note_lost(struct dialect_out *o, const struct change *c,
			      const struct change_end *const *ends,
			      size_t count)
{
	bool any = false;

	for (size_t i = 0; i < count; i++) {
		const struct change_end *e = ends[i];
		const char *why = dialect_lost(o, c, e);

		if (why == NULL)
			continue;
		any = true;
		not_written_add(
		    o, &(struct not_written){c, e->text, why, e->known});
	}
	return any;
}

/* The walk ---------------------------------------------------------------- */

struct change_text {
	struct dialect_out *out;
	const struct change *change;
	const struct rule *rule;
};

static void rule_write_text(const void *arg, FILE *into)
{
	const struct change_text *t = arg;
	FILE *file = t->out->file;

	t->out->file = into;
	t->out->dialect->rule(t->out, t->rule);
	t->out->file = file;
}

/* The rule's text behind comment marks. */
static void rule_off(struct dialect_out *o, const struct rule *r)
{
	const struct change_text job = {.out = o, .rule = r};
	char *text = os_file_text(rule_write_text, &job);
	char *rest = text, *line;

	while ((line = text_split(&rest, "\n")) != NULL) {
		if (*line != '\0')
			fprintf(o->file, "%s%s\n", o->dialect->comment, line);
	}
	free(text);
}

/* Objects that a rule switched off would define must be there for others. */
static void rule_write(struct dialect_out *o, const struct rule *r)
{
	struct map seen = o->seen;

	if (!r->change->off) {
		o->dialect->rule(o, r);
		o->rule_count++;
		return;
	}
	if (o->bare)
		return;
	o->seen = (struct map){0};
	rule_off(o, r);
	map_free(&o->seen);
	o->seen = seen;
}

static void change_write_rules(struct dialect_out *o, const struct change *c)
{
	static const enum addr_family families[] = {ADDR_V4, ADDR_V6};
	bool any = false, lost_one;

	lost_one = dialect_note_lost(o, c, c->sources, c->source_count);
	lost_one |=
	    dialect_note_lost(o, c, c->destinations, c->destination_count);
	for (size_t i = 0; i < 2; i++) {
		struct rule r = {.change = c, .family = families[i]};
		const char *why;

		r.source = dialect_side_of(o, c, c->sources, c->source_count,
					   r.family);
		r.destination = dialect_side_of(o, c, c->destinations,
						c->destination_count, r.family);
		if (dialect_side_is_empty(&r.source) ||
		    dialect_side_is_empty(&r.destination))
			continue;
		any = true;
		why = o->dialect->refuses != NULL ? o->dialect->refuses(&r)
						  : NULL;
		if (why == NULL)
			rule_write(o, &r);
		else
			not_written_add(
			    o, &(struct not_written){
				   c, r.family == ADDR_V4 ? "IPv4" : "IPv6",
				   why, NULL});
	}
	if (!any && !lost_one)
		not_written_add(
		    o,
		    &(struct not_written){
			c, "the path",
			"its two ends have no address family in common", NULL});
}

static void change_write_text(const void *arg, FILE *into)
{
	const struct change_text *t = arg;
	FILE *file = t->out->file;

	t->out->file = into;
	change_write_rules(t->out, t->change);
	t->out->file = file;
}

/* A change without a rule is in the notes at the end only. */
static void change_write(struct dialect_out *o, const struct change *c)
{
	const struct change_text job = {.out = o, .change = c};
	char *text = os_file_text(change_write_text, &job);

	if (*text != '\0') {
		if (!o->bare)
			dialect_say_change(o, c);
		*map_at(&o->seen, c->name) = 0;
		fputs(text, o->file);
	}
	free(text);
}

/* Lines of a text, each a comment. */
static void dialect_say_lines(struct dialect_out *o, const char *text)
{
	while (text != NULL && *text != '\0') {
		size_t length = strcspn(text, "\n");

		dialect_comment(o, "%.*s", (int)length, text);
		text += length + (text[length] == '\n');
	}
}

/* The next change that another firewall loads; the count: none. */
static size_t dialect_next_place(const struct change_set *s, size_t i)
{
	const char *at = s->changes[i].at;

	while (++i < s->change_count && strcmp(s->changes[i].at, at) == 0)
		;
	return i;
}

/* Which firewall loads what. Made from a plan: nothing has shown yet which one
 * is in the way. */
static void dialect_say_places(struct dialect_out *o)
{
	const struct change_set *s = o->set;
	const char *place = o->dialect->place;
	size_t next, count = 0;

	if (s->change_count == 0)
		return;
	if (s->changes[0].at == NULL) {
		dialect_comment(o, "load on: %s",
				place != NULL ? place
					      : "every firewall between the "
						"two ends of a rule");
		return;
	}
	for (size_t i = 0; i < s->change_count; i = dialect_next_place(s, i))
		count++;
	if (count > 1)
		dialect_comment(o,
				"%zu firewalls: load on each only the part "
				"under its name (or write one cause alone: "
				"--finding N)",
				count);
	for (size_t i = 0; i < s->change_count; i = next) {
		next = dialect_next_place(s, i);
		dialect_comment(o, "load on: %s (%zu change%s)",
				s->changes[i].at, next - i,
				text_plural(next - i));
	}
}

static void dialect_say_header(struct dialect_out *o)
{
	const struct change_set *s = o->set;
	char when[CLOCK_TEXT];

	clock_text(s->wall_us, when);
	for (size_t i = 0; i < s->profile_count; i++)
		dialect_comment(o, "Firewall rules for %s", s->profiles[i]);
	dialect_comment(o,
			"%s, written by preflight " PREFLIGHT_VERSION " at %s",
			o->dialect->title, when);
	if (!o->dialect->tried)
		dialect_comment(o,
				"not tried on a device; the grammar follows %s",
				o->dialect->grammar);
	if (s->report != NULL)
		dialect_comment(o, "only for paths that failed in %s",
				s->report);
	if (s->self->kind == END_UNKNOWN)
		dialect_comment(o, "this host: %s", s->self->missing);
	else
		dialect_comment(o, "this host: %s",
				dialect_ends(&o->arena, &s->self, 1));
	dialect_say_places(o);
	dialect_say_lines(o, o->dialect->usage);
	dialect_comment(o, "A stateful firewall is assumed: replies need no "
			   "rule of their own.");
	if (!o->dialect->names && s->resolved && s->report == NULL)
		dialect_comment(o, "Names were resolved just now; their "
				   "addresses can change, so the name is "
				   "what counts.");
	for (size_t i = 0; i < s->note_count; i++)
		dialect_comment(o, "%s", s->notes[i]);
}

/* Behind the name of the firewall, where it is another one. */
static void dialect_write_change(struct dialect_out *o, size_t i)
{
	const struct change *c = &o->set->changes[i];
	const char *before = i == 0 ? NULL : o->set->changes[i - 1].at;

	if (!o->bare && c->at != NULL &&
	    (before == NULL || strcmp(c->at, before) != 0)) {
		fputs("\n", o->file);
		dialect_comment(o, "==== load on: %s", c->at);
	}
	change_write(o, c);
}

static void dialect_write_rules(struct dialect_out *o)
{
	if (!o->bare)
		dialect_say_header(o);
	if (o->dialect->begin != NULL)
		o->dialect->begin(o);
	for (size_t i = 0; i < o->set->change_count; i++)
		dialect_write_change(o, i);
	if (!o->bare)
		fputs("\n", o->file);
	if (o->dialect->end != NULL)
		o->dialect->end(o);
	not_written_end(o);
}

void dialect_write(const struct dialect *d, const struct change_set *s,
		   FILE *out)
{
	struct dialect_out o = {.file = out, .dialect = d, .set = s};

	if (d->document != NULL)
		d->document(&o);
	else
		dialect_write_rules(&o);
	map_free(&o.seen);
	arena_free(&o.arena);
}

void dialect_write_bare(const struct dialect *d, const struct change_set *s,
			FILE *out)
{
	struct dialect_out o = {
	    .file = out, .dialect = d, .set = s, .bare = true};

	dialect_write_rules(&o);
	map_free(&o.seen);
	arena_free(&o.arena);
}
