/* ticket_one.c - one ticket, from its subject to how it is verified. */
#include "report/formats/ticket.h"
#include "core/base/clock.h"
#include "core/base/text.h"
#include "report/compare/compare.h"

#include <stdlib.h>
#include <string.h>

enum { TICKET_WIDTH = 72, TICKET_COLUMN = 10, TICKET_SITES = 8 };

static void ticket_label(struct layout *l, const char *label)
{
	layout_line(l, 0, TICKET_COLUMN);
	layout_text(l, label);
	layout_column(l, TICKET_COLUMN);
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

const struct finding *ticket_finding(const struct ticket *t)
{
	return t->finding == SIZE_MAX ? NULL : &t->report->findings[t->finding];
}

const char *ticket_rules(const struct ticket *t)
{
	return t->options->rules == NULL || t->finding == SIZE_MAX
		   ? NULL
		   : t->options->rules[t->finding];
}

static const char *ticket_file(const struct ticket *t)
{
	return t->options->file != NULL ? t->options->file : "REPORT.json";
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

/* The sites whose reports have the same cause. */
static void ticket_also(struct layout *l, const struct ticket *t)
{
	if (t->also_count == 0)
		return;
	ticket_label(l, "Also at:");
	for (size_t i = 0; i < t->also_count && i < TICKET_SITES; i++) {
		const struct ticket_source *s = &t->list[t->also[i]];
		const struct report_run *run = &s->report->run;
		const char *name = run->site != NULL        ? run->site
				   : run->host.name != NULL ? run->host.name
							    : s->file;

		layout_text(l, i > 0 ? ", " : "");
		ticket_text(l, name);
	}
	if (t->also_count > TICKET_SITES)
		layout_printf(l, " and %zu more", t->also_count - TICKET_SITES);
}

static void ticket_subject(struct layout *l, const struct ticket *t)
{
	const struct finding *f = ticket_finding(t);

	ticket_label(l, "Subject:");
	if (f == NULL) {
		layout_text(l, "paths fail, cause not found");
		return;
	}
	ticket_text(l, f->title);
	ticket_label(l, "Severity:");
	layout_printf(l, "%s; cause %s", severity_name(f->severity),
		      f->confirmed ? "confirmed" : "probable");
	layout_printf(l, "%s, %s (finding %zu)",
		      f->inferred ? " (partly inferred)" : "", f->code,
		      t->finding + 1);
}

static void format_ticket_head(struct layout *l, const struct ticket *t)
{
	const struct report *r = t->report;
	const struct finding *f = ticket_finding(t);
	char started[CLOCK_TEXT];

	ticket_subject(l, t);
	if (!t->size.terse)
		ticket_products(l, r);
	if (r->run.site != NULL) {
		ticket_label(l, "Site:");
		ticket_text(l, r->run.site);
	}
	ticket_also(l, t);
	ticket_host(l, r);
	ticket_label(l, "When:");
	layout_printf(l, "%s (UTC)", clock_text(r->run.started_us, started));
	if (r->run.id != NULL)
		layout_printf(l, ", run %s", r->run.id);
	if (t->size.titles) {
		ticket_label(l, "Verdict:");
		ticket_text(l, r->headline);
	}
	if (f != NULL && !t->size.terse)
		ticket_place(l, f);
	if (f != NULL)
		ticket_since(l, r, f);
	if (f != NULL && f->impact != NULL) {
		ticket_label(l, "Impact:");
		ticket_text(l, f->impact);
	}
	layout_blank(l);
}

/* Its id, with the ids of the matrix. */
static void ticket_requirement(struct layout *l,
			       const struct report_requirement *q)
{
	layout_text(l, q->id);
	for (size_t k = 0; q->covers[k] != NULL; k++)
		layout_printf(l, "%s%s", k == 0 ? " (" : ", ", q->covers[k]);
	if (q->covers[0] != NULL)
		layout_text(l, ")");
}

static void ticket_requirement_title(struct layout *l,
				     const struct report_requirement *q)
{
	if (q->title != NULL && strcmp(q->title, q->id) != 0) {
		layout_text(l, ": ");
		ticket_text(l, q->title);
	}
	layout_printf(l, "; %s, %s", level_name(q->level),
		      verdict_name(q->verdict));
}

/* Each requirement of the ticket once: a line, or in a row. */
static void ticket_affects(struct layout *l, const struct ticket *t,
			   const bool *affected)
{
	const struct report *r = t->report;
	bool lines = t->size.titles;
	size_t shown = 0;

	ticket_list(l, lines ? "Affected requirements:" : "Affected: ");
	for (size_t i = 0; i < r->requirement_count; i++) {
		if (!affected[i] || shown++ >= t->size.rows)
			continue;
		if (lines) {
			layout_line(l, 2, 4);
			layout_text(l, "- ");
		} else if (shown > 1) {
			layout_text(l, ", ");
		}
		ticket_requirement(l, &r->requirements[i]);
		if (lines)
			ticket_requirement_title(l, &r->requirements[i]);
	}
	if (shown <= t->size.rows)
		return;
	if (lines)
		layout_line(l, 2, 4);
	layout_printf(l, "%sand %zu more", lines ? "- " : " ",
		      shown - t->size.rows);
}

/* The change --------------------------------------------------------------- */

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

/* As it is, but for blanks in front, which no language of firewalls needs. */
static void ticket_rules_line(struct layout *l, const char *line)
{
	line += strspn(line, " \t");
	if (*line != '\0')
		layout_verbatim(l, 0, line);
}

/* Ready to paste: never wrapped, never in part. */
static void ticket_rules_text(struct layout *l, const struct ticket *t)
{
	struct arena arena = {0};
	const char *rules = ticket_rules(t);
	char *rest, *line;

	if (rules == NULL)
		return;
	ticket_list(l, "Rules for ");
	layout_printf(l, "%s", t->options->dialect);
	if (t->size.rules) {
		layout_text(l, ":");
		rest = arena_strdup(&arena, rules);
		while ((line = text_split(&rest, "\n")) != NULL)
			ticket_rules_line(l, line);
		arena_free(&arena);
		return;
	}
	layout_text(l, ": too long for a ticket; attach what this writes:");
	ticket_rules_command(l, t->report, ticket_file(t), t->options->dialect,
			     t->finding);
}

/* The evidence ------------------------------------------------------------- */

static void ticket_seen(struct layout *l, const struct ticket *t)
{
	const struct finding *f = ticket_finding(t);
	size_t most = t->size.seen;

	ticket_list(l, "Seen:");
	for (size_t i = 0; i < f->evidence_count && i < most; i++)
		ticket_item(l, f->evidence[i]);
	if (f->evidence_count > most) {
		layout_line(l, 2, 2);
		layout_printf(l, "- and %zu more, in the JSON report",
			      f->evidence_count - most);
	}
}

bool ticket_is_open(const struct report_result *r)
{
	return r->finding == REPORT_NONE &&
	       (r->verdict == VERDICT_FAIL || r->verdict == VERDICT_WARN);
}

static void ticket_seen_open(struct layout *l, const struct ticket *t)
{
	const struct report *r = t->report;
	struct arena arena = {0};
	size_t shown = 0;

	ticket_list(l, "Seen:");
	for (size_t i = 0; i < r->result_count; i++) {
		const struct report_result *result = &r->results[i];
		const char *path;

		if (!ticket_is_open(result) || shown++ >= t->size.paths)
			continue;
		path = ticket_path(&arena, r, result);
		ticket_item(l,
			    arena_printf(&arena, "%s: %s",
					 path != NULL ? path : result->id,
					 outcome_text(result->outcome.phase,
						      result->outcome.cause)));
	}
	if (shown > t->size.paths) {
		layout_line(l, 2, 2);
		layout_printf(l, "- and %zu more, in the JSON report",
			      shown - t->size.paths);
	}
	layout_line(l, 0, 2);
	layout_text(l, "No change is proposed: the evidence does not show what "
		       "blocks these paths.");
	arena_free(&arena);
}

/* The end ------------------------------------------------------------------ */

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

static void ticket_end(struct layout *l, const struct ticket *t,
		       const bool *affected)
{
	const struct finding *f = ticket_finding(t);

	layout_line(l, 0, 2);
	if (t->size.verify == VERIFY_IN_WORDS) {
		layout_text(l, "Verify, from the same host, with the options "
			       "that this asks for:");
		layout_line(l, 2, 2);
		layout_printf(l, "preflight again %s --failed", ticket_file(t));
	} else {
		layout_text(l, "Verify, from the same host:");
		ticket_command(l, t->report, affected,
			       t->size.verify == VERIFY_BY_REPORT ||
				       t->options->file != NULL
				   ? ticket_file(t)
				   : NULL);
	}
	if (f != NULL && f->remedy_count > 0) {
		layout_line(l, 0, 2);
		layout_printf(l, "Roll back: %s.", ticket_undo[f->owner]);
	}
	layout_line(l, 0, 2);
	layout_text(l, "preflight itself changed nothing.");
	layout_end_line(l);
}

/* A flag for each requirement that the ticket is about; to be freed. */
static bool *ticket_affected(const struct ticket *t)
{
	const struct report *r = t->report;
	const struct finding *f = ticket_finding(t);
	bool *affected = mem_calloc(r->requirement_count + 1, sizeof *affected);

	for (size_t i = 0; f != NULL && i < f->result_count; i++)
		affected[r->results[f->results[i]].requirement] = true;
	for (size_t i = 0; f == NULL && i < r->result_count; i++)
		if (ticket_is_open(&r->results[i]))
			affected[r->results[i].requirement] = true;
	return affected;
}

static void ticket_underline(struct layout *l, size_t length)
{
	layout_line(l, 0, 0);
	while (length-- > 0)
		layout_text(l, "=");
	layout_blank(l);
}

static void ticket_title(struct layout *l, const struct ticket *t)
{
	const struct finding *f = ticket_finding(t);
	char head[64];
	int length = snprintf(
	    head, sizeof head, "TICKET %zu of %zu, for: %s", t->number,
	    t->total, f != NULL ? owner_name(f->owner) : "owner not known");

	layout_line(l, 0, 0);
	layout_text(l, head);
	ticket_underline(l, (size_t)length);
}

void ticket_write_one(const void *arg, FILE *out)
{
	/* Letters of any language are kept; the signs are ours. */
	static const struct format_options plain = {.utf8 = true,
						    .width = TICKET_WIDTH};
	const struct ticket *t = arg;
	const struct finding *f = ticket_finding(t);
	bool *affected = ticket_affected(t);
	struct layout l;

	layout_begin(&l, &plain, out);
	ticket_title(&l, t);
	format_ticket_head(&l, t);
	if (f != NULL) {
		format_ticket_change(&l, f);
		ticket_rules_text(&l, t);
		if (!t->size.terse)
			layout_blank(&l);
		ticket_seen(&l, t);
		if (!t->size.terse || !t->size.rules || ticket_rules(t) == NULL)
			ticket_paths(&l, t->report, f, &t->size);
	} else {
		ticket_seen_open(&l, t);
	}
	ticket_affects(&l, t, affected);
	layout_blank(&l);
	ticket_end(&l, t, affected);
	free(affected);
}
