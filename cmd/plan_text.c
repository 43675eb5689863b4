/* plan_text.c - what a run would send, for people. */
#include "cmd/plan_text.h"
#include "core/base/text.h"
#include "core/engine/evidence.h"
#include "core/engine/sched.h"
#include "report/controls/controls_plan.h"

#include <stdio.h>
#include <string.h>

/* What may follow the probes, and is more than one packet for each failure. */
static void plan_flows_text(FILE *out)
{
	fprintf(out,
		"where an attempt gets no answer although its path works: %d "
		"connections more to one such path of each family, at most %d "
		"packets\n",
		(int)EVIDENCE_FLOWS_MAX, (int)EVIDENCE_FLOWS_PACKETS);
}

/* An open port is a witness only where not every port is open. */
static void plan_open_ports_text(FILE *out)
{
	fprintf(out,
		"where an open connection is all that a test sees: a port that "
		"no service has, on at most %d hosts of each family, at most "
		"%d packets each\n",
		(int)CONTROLS_OPEN_HOSTS, (int)CONTROLS_OPEN_PACKETS);
}

/* Is a failure this host's own doing? */
static void plan_wire_text(FILE *out)
{
	fprintf(out,
		"where a test gets no answer or is refused, and this host may "
		"watch its packets: at most %d paths once more, at most %d "
		"packets each\n",
		(int)CONTROLS_WIRE, (int)EVIDENCE_WIRE_PACKETS);
}

/* Nor where a device before the host accepts the connection. */
static void plan_nearer_text(FILE *out)
{
	fprintf(out,
		"where that host is behind a router: the connection again with "
		"too few hops to reach it, on at most %d paths of each family, "
		"at most %d packets each, and %d more where it opens\n",
		(int)CONTROLS_NEARER_PATHS, (int)CONTROLS_NEARER_PACKETS,
		(int)CONTROLS_NEARER_MORE);
}

/* What one answer throws away. */
static void plan_beside_text(FILE *out)
{
	fprintf(
	    out,
	    "the second round begins while the last tests still wait; where "
	    "one of them is answered then, it is made once more: its "
	    "packets, at most twice\n");
}

static size_t plan_wider(size_t width, const char *text)
{
	enum { WIDEST = 72 };
	size_t length = strlen(text);

	return length > width && length <= WIDEST ? length : width;
}

static void plan_row_text(FILE *out, const struct plan_requirement *r,
			  int width)
{
	if (r->count > 0)
		return;
	if (r->not_needed)
		fprintf(out, "%-*s  not-needed: %s\n", width, r->id, r->reason);
	else
		fprintf(out, "%-*s  untested (%s): %s\n", width, r->id,
			why_name(r->untested), r->reason);
}

static void plan_spec_text(FILE *out, const struct spec *s, int width)
{
	if (s->untested != WHY_NONE) {
		fprintf(out, "%-*s  untested (%s): %s\n", width, s->id,
			why_name(s->untested), s->untested_reason);
		return;
	}
	if (s->same_as != NULL) {
		fprintf(out, "%-*s  %-14s same path as %s\n", width, s->id,
			s->check->name, s->same_as->id);
		return;
	}
	fprintf(out, "%-*s  %-14s %7llu %6.1f s%s\n", width, s->id,
		s->check->name, (unsigned long long)plan_packets(s),
		(double)spec_time_max(s) / 1e6,
		s->via_proxy ? "  by proxy" : "");
}

void plan_probes_text(FILE *out, const struct plan *p)
{
	size_t widest = strlen("probe");
	int width;

	for (size_t i = 0; i < p->spec_count; i++)
		widest = plan_wider(widest, p->specs[i].id);
	width = (int)widest;
	fprintf(out, "%-*s  %-14s %7s %8s\n", width, "probe", "check",
		"packets", "at most");
	for (size_t i = 0; i < p->requirement_count; i++) {
		const struct plan_requirement *r = &p->requirements[i];

		plan_row_text(out, r, width);
		for (size_t k = r->first; k < r->first + r->count; k++)
			plan_spec_text(out, &p->specs[k], width);
	}
}

/* A line a requirement ------------------------------------------------------
 */

static const char *plan_target(const struct spec *s)
{
	return s->device != NULL        ? s->device
	       : s->host != NULL        ? s->host
	       : s->derive_from != NULL ? s->derive_from
	       : s->system_server       ? "the DNS servers of this host"
					: "this host";
}

static bool plan_is_sent(const struct spec *s)
{
	return s->untested == WHY_NONE && s->same_as == NULL;
}

/* "lan-switch", "lan-switch and 39 more" of what is sent: each target once,
 * though it has several ports. Returns the first such spec; NULL: none. */
static const struct spec *plan_row_targets(const struct plan *p,
					   const struct plan_requirement *r,
					   size_t *more)
{
	const struct spec *first = NULL;
	const char *last = "";

	*more = 0;
	for (size_t k = r->first; k < r->first + r->count; k++) {
		const struct spec *s = &p->specs[k];

		if (!plan_is_sent(s))
			continue;
		if (first == NULL)
			first = s;
		else
			*more += strcmp(plan_target(s), last) != 0;
		last = plan_target(s);
	}
	return first;
}

/* What of a requirement cannot be sent, and why: the first reason. */
static void plan_row_untested(FILE *out, const struct plan *p,
			      const struct plan_requirement *r)
{
	const struct spec *first = NULL;
	size_t count = 0;

	for (size_t k = r->first; k < r->first + r->count; k++) {
		if (p->specs[k].untested == WHY_NONE)
			continue;
		first = count++ == 0 ? &p->specs[k] : first;
	}
	if (count > 0)
		fprintf(out, "; %zu untested (%s): %s", count,
			why_name(first->untested), first->untested_reason);
}

/* Nothing of it is sent: it is asked for elsewhere, or cannot be. */
static void plan_unsent_text(FILE *out, const struct spec *s, const char *id,
			     int width)
{
	if (s->same_as != NULL)
		fprintf(out, "%-*s  %-14s %8s  same paths as %s\n", width, id,
			s->check->name, "-", s->same_as->id);
	else
		fprintf(out, "%-*s  untested (%s): %s\n", width, id,
			why_name(s->untested), s->untested_reason);
}

static void plan_requirement_text(FILE *out, const struct plan *p,
				  const struct plan_requirement *r, int width,
				  const struct expect_options *o)
{
	const struct spec *s;
	size_t more;

	if (r->count == 0) {
		plan_row_text(out, r, width);
		return;
	}
	s = plan_row_targets(p, r, &more);
	if (s == NULL) {
		plan_unsent_text(out, &p->specs[r->first], r->id, width);
		return;
	}
	fprintf(out, "%-*s  %-14s %8zu  %s", width, r->id, s->check->name,
		plan_row_openings(p, r, o), plan_target(s));
	if (more > 0)
		fprintf(out, " and %zu more", more);
	if (s->via_proxy)
		fprintf(out, ", by proxy");
	plan_row_untested(out, p, r);
	fprintf(out, "\n");
}

void plan_rows_text(FILE *out, const struct plan *p,
		    const struct expect_options *o)
{
	size_t widest = strlen("requirement");

	for (size_t i = 0; i < p->requirement_count; i++)
		widest = plan_wider(widest, p->requirements[i].id);
	fprintf(out, "%-*s  %-14s %8s  %s\n", (int)widest, "requirement",
		"check", "openings", "to");
	for (size_t i = 0; i < p->requirement_count; i++)
		plan_requirement_text(out, p, &p->requirements[i], (int)widest,
				      o);
}

/* The total ---------------------------------------------------------------- */

static void plan_left_out_text(FILE *out, const struct plan *p,
			       const struct plan_total *t)
{
	if (t->shared > 0)
		fprintf(out, "; %zu more share%s a path with one of them",
			t->shared, t->shared == 1 ? "s" : "");
	if (t->untested > 0)
		fprintf(out, "; %zu cannot be sent", t->untested);
	if (p->left_out_rows > 0)
		fprintf(
		    out,
		    "; %zu inventory row%s without an address %s not tested",
		    p->left_out_rows, text_plural(p->left_out_rows),
		    p->left_out_rows == 1 ? "is" : "are");
	if (p->untyped_rows > 0)
		fprintf(out,
			"; %zu requirement%s need%s a device type that is not "
			"given",
			p->untyped_rows, text_plural(p->untyped_rows),
			p->untyped_rows == 1 ? "s" : "");
}

/* "2 s", "1.8 s": no more digits than the assumptions bear. */
static void plan_seconds_text(FILE *out, const char *before, int64_t us)
{
	double seconds = (double)us / 1e6;

	if (seconds < 10)
		fprintf(out, "%s%.1f s", before, seconds);
	else
		fprintf(out, "%s%.0f s", before, seconds);
}

static void plan_time_text(FILE *out, const struct plan_total *t)
{
	plan_seconds_text(out, "time: about ", t->expected.answered_us);
	plan_seconds_text(out, " if every path answers, about ",
			  t->expected.blocked_us);
	fprintf(out, " where none does\n");
}

/* How it comes about. */
static void plan_time_detail(FILE *out, const struct plan_total *t,
			     const struct expect_options *o)
{
	plan_seconds_text(out, "the last path is opened after ",
			  t->expected.opened_us);
	fprintf(
	    out,
	    ", at %u openings and repeats a second and %u to one target; an "
	    "answer is expected within %d ms for each round trip, and one "
	    "address of each family for a name\n",
	    o->rate, o->rate_per_target, EXPECT_RTT_US / 1000);
	fprintf(out,
		"a path without an answer is tried at least %d times, a "
		"connection with at most %d SYNs (%d where packets are lost), "
		"repeats included, at the same pace; the last try waits %.1f s",
		ATTEMPTS_DEFAULT, ATTEMPT_SYNS, ATTEMPT_SYNS_LOSS,
		ATTEMPT_LAST_US / 1e6);
	plan_seconds_text(out, "; then a second round finds out why, in ",
			  o->round_us);
	fprintf(out, "\n");
}

void plan_total_text(FILE *out, const struct plan *p,
		     const struct plan_total *t, const struct expect_options *o,
		     bool detail)
{
	fprintf(out,
		"total: %zu probe%s, %zu opening%s (at most %zu, where names "
		"have more addresses), at most %llu packets",
		t->probes, text_plural(t->probes), t->expected.openings,
		text_plural(t->expected.openings), t->expected.most,
		(unsigned long long)t->packets);
	plan_left_out_text(out, p, t);
	fprintf(out, "\n");
	plan_time_text(out, t);
	if (!detail) {
		fprintf(out,
			"more: every probe, and what a second round may add: "
			"-v\n");
		return;
	}
	plan_time_detail(out, t, o);
	if (t->packets > 0)
		plan_flows_text(out);
	plan_open_ports_text(out);
	if (t->packets > 0)
		plan_wire_text(out);
	plan_nearer_text(out);
	plan_beside_text(out);
}
