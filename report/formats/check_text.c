/*
 * check_text.c - one check on a few lines: what came of it, why, what to do.
 */
#include "report/formats/check_text.h"

#include "core/base/buf.h"
#include "core/base/text.h"
#include "core/engine/check.h"
#include "report/compare/compare.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum {
	CHECK_TEXT = 4096,
	CHECK_COLUMN = 6, /* behind "FAIL  " and "more  " */
	CHECK_LINES = 4,  /* of paths, where there are several */
	CHECK_FACTS = 2,
	CHECK_NEAR = 64, /* groups that a result is compared with */
	CHECK_VALUE = 20 /* bytes shown of a fact */
};

bool check_text_is(const struct report *r)
{
	const char *const *command = r->run.command;

	return command != NULL && command[0] != NULL &&
	       strcmp(command[0], "check") == 0 && r->requirement_count == 1;
}

/* What is worth a line, where the first facts of the check's table are not. */
static const struct {
	const char *check, *facts[CHECK_FACTS];
} check_told[] = {
    {"bind", {NULL}},
    {"icmp", {NULL}},
    {"ntp", {"stratum", "offset"}},
    {"snmp", {"sys-name", "engine-id"}},
    {"tls", {"tls-version", "tls-subject"}},
    {"dns", {"answers", NULL}},
};

/* Facts ------------------------------------------------------------------- */

static void check_fact(struct buf *out, const struct fact *f)
{
	char text[CHECK_VALUE];

	switch (f->type) {
	case FACT_STRING:
		buf_printf(
		    out, ", %s %s", f->name,
		    text_sanitise(text, sizeof text, f->text, strlen(f->text)));
		break;
	case FACT_NUMBER:
		buf_printf(out, ", %s %lld", f->name, (long long)f->number);
		break;
	case FACT_MS:
		buf_printf(out, ", %s %.3f ms", f->name,
			   (double)f->number / 1000);
		break;
	case FACT_LIST:
		if (f->list_count > 0)
			buf_printf(out, ", %s", f->list[0]);
		break;
	case FACT_BOOL:
		break;
	}
}

static bool check_facts_told(struct buf *out, const struct report_result *r)
{
	for (size_t i = 0; i < sizeof check_told / sizeof check_told[0]; i++) {
		if (strcmp(check_told[i].check, r->check) != 0)
			continue;
		for (size_t k = 0;
		     k < CHECK_FACTS && check_told[i].facts[k] != NULL; k++) {
			const struct fact *f =
			    facts_find(&r->facts, check_told[i].facts[k]);

			if (f != NULL)
				check_fact(out, f);
		}
		return true;
	}
	return false;
}

/* The first of the check's own facts that are a text or a number. */
static void check_facts(struct buf *out, const struct report_result *r)
{
	const struct check *check =
	    r->check != NULL ? check_find(r->check) : NULL;
	size_t count = 0;

	if (check == NULL || check_facts_told(out, r))
		return;
	for (const struct fact_def *d = check->facts;
	     d != NULL && d->name != NULL && count < CHECK_FACTS; d++) {
		const struct fact *f = facts_find(&r->facts, d->name);

		if (f == NULL ||
		    (f->type != FACT_STRING && f->type != FACT_NUMBER))
			continue;
		check_fact(out, f);
		count++;
	}
}

/* One path ---------------------------------------------------------------- */

/* A ping of that address worked, as the finding cites. */
static bool check_ping_answers(const struct report *r,
			       const struct report_result *one)
{
	const struct finding *f = report_finding_of(r, one);
	struct addr address = report_path_of(r, one)->address;

	for (size_t i = 0; f != NULL && i < r->evidence_count; i++) {
		const struct report_evidence *e = &r->evidence[i];
		const char *what = facts_text(&e->observed, "what");

		if (e->kind != EVIDENCE_CONTROL || what == NULL ||
		    strcmp(what, "ping") != 0 ||
		    !facts_is_true(&e->observed, "ok") ||
		    !addr_equal(&e->target, &address))
			continue;
		for (size_t k = 0; f->evidence_ids[k] != NULL; k++)
			if (strcmp(f->evidence_ids[k], e->id) == 0)
				return true;
	}
	return false;
}

static void check_time(struct buf *out, int64_t us)
{
	if (us >= 1000000)
		buf_printf(out, "%lld.%lld s", (long long)(us / 1000000),
			   (long long)(us / 100000 % 10));
	else if (us >= 0)
		buf_printf(out, "%lld ms", (long long)(us / 1000));
}

/* "tcp/22", or "" where there is no port. */
static const char *check_port(char out[static 32], const struct report_path *p)
{
	out[0] = '\0';
	if (p->transport != TRANSPORT_LOCAL && p->port != 0)
		snprintf(out, 32, "%s/%u", transport_name(p->transport),
			 p->port);
	return out;
}

/* Two blanks, which layout_text() would make one. */
static void check_gap(struct layout *l)
{
	layout_column(l, 0);
	layout_column(l, 0);
}

/* Lines ------------------------------------------------------------------- */

static void check_label(struct layout *l, const char *label)
{
	layout_line(l, 0, CHECK_COLUMN);
	layout_coloured(l, LAYOUT_BOLD, label);
	layout_column(l, CHECK_COLUMN);
}

static void check_verdict(struct layout *l, enum verdict verdict)
{
	char word[32];
	size_t i = 0;

	for (const char *c = verdict_name(verdict);
	     *c != '\0' && i < sizeof word - 1; c++)
		word[i++] = (char)toupper((unsigned char)*c);
	word[i] = '\0';
	layout_line(l, 0, CHECK_COLUMN);
	layout_coloured(l, layout_verdict_colour(verdict), word);
	layout_column(l, i < CHECK_COLUMN ? CHECK_COLUMN : i + 2);
}

/* Results of one port that ended alike. */
struct check_group {
	const struct report_result *first;
	const struct report_result *last;
	size_t count;
	size_t names; /* of targets; those of one stand together */
	bool reasons_differ;
};

static bool check_is_alike(const struct report *r,
			   const struct report_result *one,
			   const struct report_result *other)
{
	const struct report_path *a = report_path_of(r, one);
	const struct report_path *b = report_path_of(r, other);

	return one->verdict == other->verdict && a->port == b->port &&
	       a->transport == b->transport &&
	       one->outcome.phase == other->outcome.phase &&
	       one->outcome.cause == other->outcome.cause;
}

static bool check_is_same_name(const struct report *r,
			       const struct report_result *one,
			       const struct report_result *other)
{
	return one != NULL &&
	       strcmp(report_target_name(report_path_of(r, one)),
		      report_target_name(report_path_of(r, other))) == 0;
}

/* In the order of the report. Returns how many; the caller frees them. */
static size_t check_groups(const struct report *r, struct check_group **out)
{
	struct check_group *groups =
	    mem_calloc(r->result_count + 1, sizeof *groups);
	size_t count = 0;

	for (size_t i = 0; i < r->result_count; i++) {
		const struct report_result *one = &r->results[i];
		size_t k = count > CHECK_NEAR ? count - CHECK_NEAR : 0;

		while (k < count && !check_is_alike(r, groups[k].first, one))
			k++;
		if (k == count)
			groups[count++].first = one;
		groups[k].count++;
		groups[k].names += !check_is_same_name(r, groups[k].last, one);
		groups[k].last = one;
		if (strcmp(groups[k].first->reason, one->reason) != 0)
			groups[k].reasons_differ = true;
	}
	*out = groups;
	return count;
}

/* The fastest and the slowest of them. */
static void check_times(struct buf *out, const struct report *r,
			const struct check_group *g)
{
	int64_t least = INT64_MAX, most = -1;

	for (size_t i = 0; i < r->result_count; i++) {
		int64_t us = r->results[i].timings.total;

		if (!check_is_alike(r, g->first, &r->results[i]))
			continue;
		least = us < least ? us : least;
		most = us > most ? us : most;
	}
	buf_puts(out, ", ");
	check_time(out, least);
	buf_puts(out, " to ");
	check_time(out, most);
}

static void check_works(struct buf *out, const struct report *r,
			const struct check_group *g)
{
	static const char *const seen[] = {
	    [PROOF_NONE] = "done",
	    [PROOF_PATH] = "the target refuses, the path is open",
	    [PROOF_CONNECT] = "the port is open",
	    [PROOF_SERVICE] = "the service answers"};
	const struct report_result *first = g->first;
	bool is_ping = report_path_of(r, first)->transport == TRANSPORT_ICMP;

	buf_puts(out, is_ping ? "the host answers" : seen[first->proof]);
	if (g->count > 1) {
		check_times(out, r, g);
		return;
	}
	check_facts(out, first);
	if (first->timings.total >= 0 && first->proof != PROOF_NONE) {
		buf_puts(out, ", ");
		check_time(out, first->timings.total);
	}
}

/* Why, in few words: the line has the target already. */
static const char *check_reason(const struct report *report,
				const struct check_group *g)
{
	const struct report_result *r = g->first;
	const char *name = report_target_name(report_path_of(report, r));
	const char *outcome = outcome_text(r->outcome.phase, r->outcome.cause);
	size_t length = strlen(name);

	if (r->outcome.phase == PHASE_CONNECT &&
	    r->outcome.cause == CAUSE_TIMEOUT &&
	    strcmp(r->reason, outcome) == 0)
		return "no answer";
	if (g->reasons_differ || *r->reason == '\0')
		return outcome;
	if (strncmp(r->reason, name, length) == 0 &&
	    strncmp(r->reason + length, ": ", 2) == 0)
		return r->reason + length + 2;
	return r->reason;
}

static void check_fails(struct buf *out, const struct report *report,
			const struct check_group *g)
{
	const struct report_result *r = g->first;

	buf_puts(out, check_reason(report, g));
	if (g->count == 1 && r->attempts > 0 &&
	    r->outcome.cause == CAUSE_TIMEOUT) {
		buf_printf(out, " (%u tr%s, ", r->attempts,
			   r->attempts == 1 ? "y" : "ies");
		check_time(out, r->timings.total);
		buf_puts(out, ")");
	}
	if (g->count == 1 && check_ping_answers(report, r))
		buf_puts(out, "; ping answers");
}

/* What it came to. */
static void check_detail(struct layout *l, const struct report *report,
			 const struct check_group *g)
{
	struct buf b;

	buf_init(&b, CHECK_TEXT);
	if (g->first->verdict == VERDICT_PASS)
		check_works(&b, report, g);
	else
		check_fails(&b, report, g);
	if (g->count > g->names)
		buf_printf(&b, " (%zu addresses)", g->count);
	check_gap(l);
	layout_text(l, buf_text(&b));
	buf_free(&b);
}

static void check_target(struct layout *l, const struct report_path *path,
			 size_t others)
{
	char address[ADDR_TEXT] = "", port[32];
	const char *name = report_target_name(path);

	if (path->address.family != ADDR_NONE)
		addr_text(&path->address, address);
	layout_printf(l, " %s", name);
	if (*address != '\0' && strcmp(name, address) != 0)
		layout_printf(l, " (%s)", address);
	if (others > 0)
		layout_printf(l, " and %zu more", others);
	if (*check_port(port, path) != '\0')
		layout_printf(l, " %s", port);
	if (path->via_proxy)
		layout_text(l, " by the proxy");
}

static void check_group(struct layout *l, const struct report *r,
			const struct check_group *g)
{
	struct report_path path = *report_path_of(r, g->first);

	if (g->count > 1 && path.name != NULL)
		path.address.family = ADDR_NONE;
	check_target(l, &path, g->names - 1);
	check_detail(l, r, g);
}

/* The bad ones, worst first; those that count the same stay in their order. */
static void check_bad(struct layout *l, const struct report *r,
		      const struct check_group *groups, size_t count)
{
	size_t bad = 0;

	for (enum verdict v = VERDICT_FAIL; v > VERDICT_NOT_NEEDED; v--) {
		for (size_t i = 0; i < count; i++) {
			if (groups[i].first->verdict != v ||
			    bad++ >= CHECK_LINES)
				continue;
			layout_line(l, CHECK_COLUMN, 2);
			layout_coloured(l, layout_verdict_colour(v),
					verdict_name(v));
			check_group(l, r, &groups[i]);
		}
	}
	if (bad > CHECK_LINES) {
		layout_line(l, CHECK_COLUMN, 2);
		layout_printf(l, "and %zu more: -v", bad - CHECK_LINES);
	}
}

static void check_result(struct layout *l, const struct report *r)
{
	const struct report_requirement *q = &r->requirements[0];
	struct check_group *groups;
	size_t count = check_groups(r, &groups), pass = 0;

	check_verdict(l, q->verdict);
	layout_text(l, q->id);
	for (size_t i = 0; i < r->result_count; i++)
		pass += r->results[i].verdict == VERDICT_PASS;
	if (count == 1) {
		check_group(l, r, &groups[0]);
	} else if (count == 0) {
		check_gap(l);
		layout_text(l, *q->reason != '\0' ? q->reason : q->title);
	} else {
		check_gap(l);
		layout_printf(l, "%zu of %zu paths pass", pass,
			      r->result_count);
		check_bad(l, r, groups, count);
	}
	free(groups);
}

/* A title begins with what the first line says: "tcp/22 to 10.2.1.10 is ", for
 * a device with its address behind its name. */
static const char *check_cause(const struct report *r, const struct finding *f)
{
	const struct report_path *path =
	    report_path_of(r, &r->results[f->results[0]]);
	const char *name = report_target_name(path), *cause = f->title;
	char address[ADDR_TEXT] = "", port[32];
	char *said[2];

	if (path->address.family != ADDR_NONE)
		addr_text(&path->address, address);
	check_port(port, path);
	said[0] = mem_printf("%s to %s is ", port, name);
	said[1] = mem_printf("%s to %s (%s) is ", port, name, address);
	for (size_t i = 0; i < 2; i++) {
		size_t length = strlen(said[i]);

		if (strncmp(f->title, said[i], length) == 0)
			cause = f->title + length;
		free(said[i]);
	}
	return cause;
}

static void check_finding(struct layout *l, const struct report *r,
			  const struct finding *f)
{
	check_label(l, "why");
	layout_text(l, check_cause(r, f));
	if (f->remedy_count > 0) {
		check_label(l, "do");
		layout_text(l, f->remedy[0]);
	}
}

/* "probable: preflight explain firewall-drops" of the first one. */
static void check_more(struct layout *l, const struct report *r)
{
	const struct finding *f = &r->findings[0];

	check_label(l, "more");
	layout_printf(l, "%s%s: preflight explain %s",
		      f->confirmed ? "confirmed" : "probable",
		      f->inferred ? ", partly inferred" : "", f->code);
	if (r->finding_count > 1)
		layout_printf(l, "; %zu more cause%s: -v", r->finding_count - 1,
			      text_plural(r->finding_count - 1));
}

/* What is not in the comparison is as it was. */
static void check_compared(struct layout *l, const struct report *r)
{
	const struct comparison *c = r->comparison;
	enum verdict was = r->requirements[0].verdict;

	if (c == NULL)
		return;
	for (size_t i = 0; i < c->requirement_count; i++)
		if (c->requirements[i].change != CHANGE_GONE)
			was = c->requirements[i].was;
	check_label(l, "was");
	layout_printf(l, "%s in the report of %s",
		      was == VERDICT_NONE ? "not tested" : verdict_name(was),
		      c->old.started);
}

void check_text(struct layout *l, const struct report *r)
{
	check_result(l, r);
	check_compared(l, r);
	if (r->finding_count > 0 && !l->options->quiet) {
		check_finding(l, r, &r->findings[0]);
		check_more(l, r);
	}
	for (size_t i = 0; i < r->note_count && !l->options->quiet; i++) {
		check_label(l, "note");
		layout_text(l, r->notes[i]);
	}
	layout_end_line(l);
}
