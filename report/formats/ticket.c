/*
 * ticket.c - a hand-off text: one section for each owner, which can be pasted
 * into a ticket of its own. Plain text that survives e-mail: at most 72
 * columns where words allow it, no tabs, ASCII punctuation.
 */
#include "report/formats/ticket.h"
#include "core/base/text.h"

#include "core/base/buf.h"
#include "core/base/clock.h"
#include "report/compare/compare.h"
#include "report/map.h"

#include <stdlib.h>
#include <string.h>

enum { TICKET_WIDTH = 72, TICKET_PATHS = 20 };

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

static void ticket_label(struct layout *l, const char *label)
{
	layout_line(l, 0, 10);
	layout_text(l, label);
	layout_column(l, 10);
}

/* Above a list. */
static void ticket_list(struct layout *l, const char *label)
{
	layout_line(l, 0, 2);
	layout_text(l, label);
}

static void ticket_item(struct layout *l, const char *text)
{
	layout_line(l, 2, 2);
	layout_text(l, "- ");
	ticket_text(l, text);
}

/* Who is affected ---------------------------------------------------------- */

static void ticket_products(struct layout *l, const struct report *r)
{
	for (size_t i = 0; i < r->run.profile_count; i++) {
		const struct report_profile *p = &r->run.profiles[i];

		ticket_label(l, i == 0 ? "Product:" : "");
		ticket_text(l, p->title != NULL  ? p->title
			       : p->name != NULL ? p->name
						 : "a single test");
		if (p->name != NULL && p->version != NULL)
			layout_printf(l, " (profile %s %s)", p->name,
				      p->version);
		if (p->role != NULL)
			layout_printf(l, ", role %s", p->role);
	}
}

static void ticket_host(struct layout *l, const struct report *r)
{
	const struct report_host *host = &r->run.host;

	ticket_label(l, "Host:");
	layout_text(l, host->name != NULL ? host->name : "name not known");
	if (r->run.on_behalf_of != NULL)
		layout_printf(l, " (tested on behalf of %s)",
			      r->run.on_behalf_of);
	else if (r->run.source != NULL)
		layout_printf(l, ", source address %s", r->run.source);
	else
		for (size_t i = 0; host->addresses[i] != NULL; i++)
			layout_printf(l, "%s%s", i == 0 ? ", addresses " : ", ",
				      host->addresses[i]);
	if (r->run.proxy != NULL && r->run.proxy->url != NULL)
		layout_printf(l, ", proxy %s", r->run.proxy->url);
}

static void format_ticket_head(struct layout *l, const struct report *r)
{
	char started[CLOCK_TEXT];

	ticket_products(l, r);
	if (r->run.site != NULL) {
		ticket_label(l, "Site:");
		ticket_text(l, r->run.site);
	}
	ticket_host(l, r);
	ticket_label(l, "When:");
	layout_printf(l, "%s (UTC)", clock_text(r->run.started_us, started));
	if (r->run.id != NULL)
		layout_printf(l, ", run %s", r->run.id);
	ticket_label(l, "Verdict:");
	ticket_text(l, r->headline);
	layout_blank(l);
}

/* Each requirement of these results once, with its matrix ids. */
static void ticket_requirements(struct layout *l, const struct report *r,
				const bool *affected)
{
	for (size_t i = 0; i < r->requirement_count; i++) {
		const struct report_requirement *q = &r->requirements[i];

		if (!affected[i])
			continue;
		layout_line(l, 2, 4);
		layout_printf(l, "- %s", q->id);
		for (size_t k = 0; q->covers[k] != NULL; k++)
			layout_printf(l, "%s%s", k == 0 ? " (" : ", ",
				      q->covers[k]);
		if (q->covers[0] != NULL)
			layout_text(l, ")");
		if (q->title != NULL && strcmp(q->title, q->id) != 0) {
			layout_text(l, ": ");
			ticket_text(l, q->title);
		}
		layout_printf(l, "; %s, %s", level_name(q->level),
			      verdict_name(q->verdict));
	}
}

/* The problem -------------------------------------------------------------- */

static void ticket_place(struct layout *l, const struct finding *f)
{
	char address[ADDR_TEXT];

	if (f->blocker.family != ADDR_NONE || f->blocker_name != NULL) {
		ticket_label(l, "Blocker:");
		if (f->blocker.family == ADDR_NONE)
			ticket_text(l, f->blocker_name);
		else
			layout_text(l, addr_text(&f->blocker, address));
		if (f->blocker.family != ADDR_NONE && f->blocker_name != NULL)
			layout_printf(l, " (%s)", f->blocker_name);
	}
	if (f->where != WHERE_HOP && f->where != WHERE_AFTER_HOP)
		return;
	ticket_label(l, "Where:");
	layout_printf(l, "%s hop %d",
		      f->where == WHERE_HOP ? "at" : "at or right after",
		      f->hop);
	if (f->hop_address.family != ADDR_NONE)
		layout_printf(l, ", %s", addr_text(&f->hop_address, address));
}

/* Is it new since the baseline? */
static void ticket_since(struct layout *l, const struct report *r,
			 const struct finding *f)
{
	const struct comparison *c = r->comparison;

	for (size_t i = 0; c != NULL && i < c->finding_count; i++) {
		const struct finding_change *change = &c->findings[i];

		if (change->is == NULL || strcmp(change->is, f->id) != 0)
			continue;
		ticket_label(l, "Since:");
		layout_printf(l, "%s %s",
			      change->change == CHANGE_NEW
				  ? "new since the report of"
				  : "already in the report of",
			      c->old.started);
	}
}

/* "tcp/443 from 10.0.0.5 to acme.example (203.0.113.10)", "ICMP echo to ..."
 */
static const char *ticket_path(struct arena *a, const struct report *r,
			       const struct report_result *result)
{
	const struct report_path *p = report_path_of(r, result);
	const struct finding *f = report_finding_of(r, result);
	const char *source = report_source(r);
	char address[ADDR_TEXT] = "";
	const char *name = p->device != NULL ? p->device : p->name;
	const char *what =
	    p->transport == TRANSPORT_ICMP ? "ICMP echo"
	    : p->port == 0
		? transport_name(p->transport)
		: arena_printf(a, "%s/%u", transport_name(p->transport),
			       (unsigned)p->port);

	if (p->transport == TRANSPORT_LOCAL)
		return NULL;
	if (source != NULL && f != NULL && p->address.family == ADDR_V4 &&
	    report_is_translated(source, f->owner, f->hop, &f->hop_address))
		source = REPORT_PUBLIC_SOURCE;
	if (source != NULL)
		what = arena_printf(a, "%s from %s", what, source);
	if (p->address.family != ADDR_NONE)
		addr_text(&p->address, address);
	if (name == NULL || strcmp(name, address) == 0)
		return arena_printf(a, "%s to %s", what,
				    address[0] != '\0'
					? address
					: "an address that is not known yet");
	if (address[0] == '\0')
		return arena_printf(a, "%s to %s", what, name);
	return arena_printf(a, "%s to %s (%s)", what, name, address);
}

/* The paths of a finding, each once: what the change must let through. Those
 * that were not tried, because something before them failed, are counted. */
static void ticket_paths(struct layout *l, const struct report *r,
			 const size_t *results, size_t count)
{
	struct arena arena = {0};
	struct map seen = {0};
	size_t shown = 0, skipped = 0;

	for (size_t i = 0; i < count; i++) {
		const struct report_result *result = &r->results[results[i]];
		const char *path = ticket_path(&arena, r, result);

		if (result->verdict == VERDICT_SKIP) {
			skipped++;
			continue;
		}
		if (path == NULL || map_get(&seen, path) != SIZE_MAX)
			continue;
		*map_at(&seen, path) = i;
		if (shown++ == 0)
			ticket_list(l, "Paths:");
		if (shown <= TICKET_PATHS)
			ticket_item(l, path);
	}
	if (shown > TICKET_PATHS) {
		layout_line(l, 2, 2);
		layout_printf(l, "- and %zu more, in the JSON report",
			      shown - TICKET_PATHS);
	}
	if (skipped > 0) {
		if (shown == 0)
			ticket_list(l, "Paths:");
		layout_line(l, 2, 2);
		layout_printf(l,
			      "- %zu test%s could not run because of this "
			      "problem",
			      skipped, text_plural(skipped));
	}
	map_free(&seen);
	arena_free(&arena);
}

static void format_ticket_change(struct layout *l, const struct finding *f)
{
	ticket_list(l, "Change:");
	if (f->remedy_count == 0) {
		layout_text(l, " none is proposed: the evidence does not show "
			       "what to change");
		return;
	}
	if (!f->confirmed) {
		layout_text(l, " the cause is probable, not confirmed");
		if (f->confirm_by != NULL) {
			layout_text(l, ". To confirm it: ");
			ticket_text(l, f->confirm_by);
		}
	}
	for (size_t i = 0; i < f->remedy_count; i++) {
		layout_line(l, 2, 3);
		layout_printf(l, "%zu. ", i + 1);
		ticket_text(l, f->remedy[i]);
	}
}

static void ticket_problem(struct layout *l, const struct report *r,
			   const struct finding *f, size_t number)
{
	layout_line(l, 0, 2);
	layout_printf(l, "Problem %zu: ", number);
	ticket_text(l, f->title);
	ticket_label(l, "Finding:");
	layout_printf(l, "%s, %s%s, %s", f->code,
		      f->confirmed ? "confirmed" : "probable",
		      f->inferred ? " (partly inferred)" : "",
		      severity_name(f->severity));
	ticket_place(l, f);
	ticket_since(l, r, f);
	ticket_list(l, "Seen:");
	for (size_t i = 0; i < f->evidence_count; i++)
		ticket_item(l, f->evidence[i]);
	ticket_paths(l, r, f->results, f->result_count);
	if (f->impact != NULL) {
		ticket_label(l, "Impact:");
		ticket_text(l, f->impact);
	}
	format_ticket_change(l, f);
	layout_blank(l);
}

/* One owner ---------------------------------------------------------------- */

static const char *const ticket_undo[] = {
    [OWNER_THIS_HOST] = "restore the previous setting of this host",
    [OWNER_LOCAL_NETWORK] = "restore the previous port, route or address",
    [OWNER_FIREWALL] = "remove the rules that were added for this ticket",
    [OWNER_PROXY] = "remove the exception that was added for this ticket",
    [OWNER_DNS] = "restore the previous records, forwarders or filters",
    [OWNER_INTERNET] = "nothing changes at this site; the provider reverts "
		       "its change",
    [OWNER_DEVICE] = "restore the previous service, access list or filter "
		     "of the device",
    [OWNER_VENDOR] = "nothing changes at this site"};

static void ticket_underline(struct layout *l, size_t length)
{
	layout_line(l, 0, 0);
	while (length-- > 0)
		layout_text(l, "=");
	layout_blank(l);
}

static void ticket_title(struct layout *l, size_t number, size_t total,
			 const char *owner, const char *title, size_t more)
{
	char head[64];
	int length = snprintf(head, sizeof head, "TICKET %zu of %zu, for: %s",
			      number, total, owner);

	layout_line(l, 0, 0);
	layout_text(l, head);
	ticket_underline(l, (size_t)length);
	ticket_label(l, "Title:");
	ticket_text(l, title);
	if (more > 0)
		layout_printf(l, ", and %zu more", more);
}

static void ticket_affects(struct layout *l, const struct report *r,
			   const bool *affected)
{
	layout_line(l, 0, 0);
	layout_text(l, "Affected requirements:");
	ticket_requirements(l, r, affected);
	layout_blank(l);
}

static void ticket_mark(const struct report *r, const size_t *results,
			size_t count, bool *affected)
{
	for (size_t i = 0; i < count; i++)
		affected[r->results[results[i]].requirement] = true;
}

static void ticket_end(struct layout *l, const struct report *r,
		       const bool *affected, const char *undo)
{
	layout_line(l, 0, 2);
	layout_text(l, "Verify, from the same host:");
	ticket_command(l, r, affected);
	if (undo != NULL) {
		layout_line(l, 0, 2);
		layout_printf(l, "Roll back: %s.", undo);
	}
	layout_line(l, 0, 2);
	layout_text(l, "preflight itself changed nothing.");
	layout_blank(l);
	layout_blank(l);
}

static void ticket_owner(struct layout *l, const struct report *r,
			 enum owner owner, size_t number, size_t total)
{
	bool *affected = mem_calloc(r->requirement_count + 1, sizeof *affected);
	const char *title = "";
	size_t count = 0, changes = 0;

	for (size_t i = 0; i < r->finding_count; i++) {
		const struct finding *f = &r->findings[i];

		if (f->owner != owner)
			continue;
		if (count++ == 0)
			title = f->title;
		changes += f->remedy_count;
		ticket_mark(r, f->results, f->result_count, affected);
	}
	ticket_title(l, number, total, owner_name(owner), title, count - 1);
	format_ticket_head(l, r);
	ticket_affects(l, r, affected);
	count = 0;
	for (size_t i = 0; i < r->finding_count; i++)
		if (r->findings[i].owner == owner)
			ticket_problem(l, r, &r->findings[i], ++count);
	ticket_end(l, r, affected, changes > 0 ? ticket_undo[owner] : NULL);
	free(affected);
}

/* Failures that no finding explains are handed over without advice. */
static bool ticket_is_open(const struct report_result *r)
{
	return r->finding == REPORT_NONE &&
	       (r->verdict == VERDICT_FAIL || r->verdict == VERDICT_WARN);
}

static void ticket_open(struct layout *l, const struct report *r, size_t number,
			size_t total)
{
	bool *affected = mem_calloc(r->requirement_count + 1, sizeof *affected);
	struct arena arena = {0};
	size_t shown = 0;

	for (size_t i = 0; i < r->result_count; i++)
		if (ticket_is_open(&r->results[i]))
			ticket_mark(r, &i, 1, affected);
	ticket_title(l, number, total, "owner not known",
		     "paths fail, cause not found", 0);
	format_ticket_head(l, r);
	ticket_affects(l, r, affected);
	layout_line(l, 0, 0);
	layout_text(l, "Seen:");
	for (size_t i = 0; i < r->result_count; i++) {
		const struct report_result *result = &r->results[i];
		const char *path;

		if (!ticket_is_open(result) || shown++ >= TICKET_PATHS)
			continue;
		path = ticket_path(&arena, r, result);
		ticket_item(l,
			    arena_printf(&arena, "%s: %s",
					 path != NULL ? path : result->id,
					 outcome_text(result->outcome.phase,
						      result->outcome.cause)));
	}
	if (shown > TICKET_PATHS) {
		layout_line(l, 2, 2);
		layout_printf(l, "- and %zu more, in the JSON report",
			      shown - TICKET_PATHS);
	}
	layout_line(l, 0, 2);
	layout_text(l, "No change is proposed: the evidence does not show what "
		       "blocks these paths.");
	layout_blank(l);
	ticket_end(l, r, affected, NULL);
	arena_free(&arena);
	free(affected);
}

static void ticket_write(const struct report *r, const struct format_options *o,
			 FILE *out)
{
	/* Letters of any language are kept; the signs are ours. */
	struct format_options plain = {.utf8 = true, .width = TICKET_WIDTH};
	enum owner owners[OWNER_VENDOR + 1];
	bool seen[OWNER_VENDOR + 1] = {false}, open = false;
	size_t count = 0;
	struct layout l;

	(void)o;
	layout_begin(&l, &plain, out);
	for (size_t i = 0; i < r->finding_count; i++) {
		enum owner owner = r->findings[i].owner;

		if (!seen[owner])
			owners[count++] = owner;
		seen[owner] = true;
	}
	for (size_t i = 0; i < r->result_count; i++)
		open |= ticket_is_open(&r->results[i]);
	if (count == 0 && !open) {
		layout_line(&l, 0, 2);
		layout_text(&l, "Nothing to hand off. ");
		ticket_text(&l, r->headline);
		layout_end_line(&l);
		return;
	}
	for (size_t i = 0; i < count; i++)
		ticket_owner(&l, r, owners[i], i + 1, count + open);
	if (open)
		ticket_open(&l, r, count + 1, count + 1);
}

const struct format format_ticket = {
    .name = "ticket",
    .ending = "",
    .summary = "hand-off text for tickets: one section for each owner",
    .write = ticket_write};
