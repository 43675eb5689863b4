/* judge_run.c - devices, counts, the verdict of the run, headline, notes. */
#include "report/judge/judge.h"
#include "core/base/text.h"

#include "core/base/buf.h"
#include "core/engine/check.h"
#include "core/engine/params.h"

#include <stdlib.h>
#include <string.h>

/* Devices ----------------------------------------------------------------- */

static enum device_state judge_state(const struct judge *j, size_t device)
{
	if (j->device_up[device])
		return DEVICE_UP;
	if (j->plan->devices[device].swept &&
	    j->dead_network[device] == SIZE_MAX && j->device_tried[device])
		return DEVICE_ABSENT;
	return DEVICE_SILENT;
}

void judge_devices(struct judge *j)
{
	struct assessment *r = j->report;
	size_t count = j->plan->device_count;

	r->device_count = count;
	r->devices = arena_calloc(j->arena, count + 1, sizeof *r->devices);
	for (size_t i = 0; i < count; i++) {
		r->devices[i].device = &j->plan->devices[i];
		r->devices[i].state = judge_state(j, i);
		j->absent += r->devices[i].state == DEVICE_ABSENT;
	}
	for (size_t i = 0; i < j->count; i++) {
		const struct judged *v = &j->judged[i];
		struct device_report *d;

		/* A device that was not heard says nothing about itself; nor
		 * does one that this host's own rules do not let in. */
		if (v->device >= count || (!judge_is_fine(v->verdict) &&
					   judge_waits(j, v->requirement)))
			continue;
		d = &r->devices[v->device];
		if (d->verdict == VERDICT_NONE ||
		    judge_rank(v->verdict, v->why) >
			judge_rank(d->verdict, WHY_NONE))
			d->verdict = v->verdict;
	}
	for (size_t i = 0; i < count; i++) {
		size_t first = j->dead_network[i];

		if (first != SIZE_MAX)
			r->devices[i].verdict = r->devices[first].verdict;
	}
}

/* The verdict of the run -------------------------------------------------- */

static bool judge_could_be_tested(enum why why)
{
	return why != WHY_NO_WITNESS && why != WHY_NEEDS_SECOND_END;
}

/* A look at a port of this host, which this user may not take: the row of the
 * inbound path is what must hold (design 6). */
static bool judge_is_only_a_look(const struct requirement_report *q)
{
	const struct requirement *r = q->planned->requirement;

	return r->to_kind == TO_SELF && r->check != NULL &&
	       strcmp(r->check, "bind") == 0 &&
	       q->verdict == VERDICT_UNTESTED && q->why == WHY_NEEDS_PRIVILEGE;
}

/* A requirement that must hold: does one of its targets stay untested? */
static void judge_hard(const struct judge *j, size_t index,
		       struct report_counts *c)
{
	const struct requirement_report *q = &j->report->requirements[index];
	bool undecided =
	    q->verdict == VERDICT_UNTESTED && judge_could_be_tested(q->why);

	if (q->verdict == VERDICT_NOT_NEEDED || judge_is_only_a_look(q))
		return;
	c->required++;
	for (size_t i = j->first[index]; i < j->first[index + 1]; i++) {
		const struct judged *v = &j->judged[i];

		undecided |= v->verdict == VERDICT_UNTESTED &&
			     judge_could_be_tested(v->why);
	}
	c->undecided += undecided;
	c->failed += q->verdict == VERDICT_FAIL;
	c->skipped += q->verdict == VERDICT_SKIP;
	c->works += judge_is_fine(q->verdict);
	c->warnings += q->verdict == VERDICT_WARN;
	if (q->verdict == VERDICT_UNTESTED) {
		c->inbound += q->why == WHY_NEEDS_SECOND_END;
		c->no_witness += q->why == WHY_NO_WITNESS;
	}
}

static struct report_counts judge_tallies(const struct judge *j)
{
	struct report_counts c = {0};

	for (size_t i = 0; i < j->report->requirement_count; i++) {
		const struct requirement_report *q =
		    &j->report->requirements[i];
		enum level level = q->planned->requirement->level;

		j->report->summary[q->verdict]++;
		if (level == LEVEL_REQUIRED || level == LEVEL_ALTERNATIVE)
			judge_hard(j, i, &c);
		else if (level != LEVEL_ADVISORY)
			c.warnings += q->verdict == VERDICT_WARN ||
				      q->verdict == VERDICT_FAIL ||
				      q->verdict == VERDICT_SKIP;
	}
	return c;
}

/* Something was seen to work or to fail: of what must hold, where there is
 * any, else of all there is. Without it nothing is known (design 6). */
static bool judge_has_proof(const struct assessment *r,
			    const struct report_counts *c)
{
	if (c->required > 0)
		return c->works + c->failed + c->skipped > 0;
	return r->summary[VERDICT_PASS] + r->summary[VERDICT_WARN] +
		   r->summary[VERDICT_FAIL] + r->summary[VERDICT_SKIP] >
	       0;
}

/* What only the far end can prove, or nothing can, takes no readiness away:
 * the notes name it. */
static enum run_verdict judge_run_verdict(const struct assessment *r,
					  const struct report_counts *c)
{
	if (c->failed + c->skipped > 0)
		return RUN_NOT_READY;
	if (c->undecided > 0 || !judge_has_proof(r, c))
		return RUN_UNDECIDED;
	return c->warnings > 0 ? RUN_READY_WITH_WARNINGS : RUN_READY;
}

/* Headline ---------------------------------------------------------------- */

static void judge_headline_not_ready(struct buf *b,
				     const struct report_counts *c)
{
	unsigned untested = c->skipped + c->undecided;

	buf_printf(b, "NOT READY: %u of %u required path%s ",
		   c->failed + untested, c->required, text_plural(c->required));
	if (untested == 0)
		buf_puts(b, c->failed == 1 ? "fails" : "fail");
	else if (c->failed == 0)
		buf_printf(b, "could not be tested%s",
			   c->undecided == 0 ? ", because a prerequisite failed"
					     : "");
	else
		buf_printf(
		    b, "%s or could not be tested (%u failed, %u not tested)",
		    c->failed + untested == 1 ? "fails" : "fail", c->failed,
		    untested);
}

static void judge_headline_ready(struct buf *b, const struct report_counts *c)
{
	if (c->required == 0)
		buf_puts(b, "READY: every test that ran passed, "
			    "none of them required");
	else if (c->works < c->required)
		buf_printf(b, "READY: %u of %u required path%s %s", c->works,
			   c->required, text_plural(c->required),
			   c->works == 1 ? "works" : "work");
	else
		buf_printf(b, "READY: %s%u required path%s work%s",
			   c->required == 1 ? "the " : "all ", c->required,
			   text_plural(c->required),
			   c->required == 1 ? "s" : "");
}

static void judge_headline_undecided(struct buf *b,
				     const struct report_counts *c)
{
	if (c->undecided > 0)
		buf_printf(b,
			   "UNDECIDED: %u of %u required path%s could not be "
			   "tested",
			   c->undecided, c->required, text_plural(c->required));
	else if (c->required > 0)
		buf_puts(b, "UNDECIDED: no required path could be proved from "
			    "here");
	else
		buf_puts(b, "UNDECIDED: nothing could be proved from here");
}

static bool judge_stands_in(const struct judge *j)
{
	for (size_t i = 0; i < j->report->requirement_count; i++) {
		const struct requirement_report *q =
		    &j->report->requirements[i];

		if (q->planned->requirement->os != NULL &&
		    strcmp(q->planned->requirement->os, "windows") == 0 &&
		    q->verdict == VERDICT_UNTESTED)
			return true;
	}
	return false;
}

static void judge_headline(struct judge *j, const struct report_counts *c)
{
	const struct run_info *run = j->report->run;
	struct buf b;

	buf_init(&b, 1024);
	switch (j->report->verdict) {
	case RUN_READY:
		judge_headline_ready(&b, c);
		break;
	case RUN_READY_WITH_WARNINGS:
		buf_puts(&b, "READY WITH WARNINGS: ");
		if (c->required > 0)
			buf_printf(&b, "%u of %u required path%s %s, ",
				   c->works, c->required,
				   text_plural(c->required),
				   c->works == 1 ? "works" : "work");
		buf_printf(&b, "%u warning%s", c->warnings,
			   text_plural(c->warnings));
		break;
	case RUN_UNDECIDED:
		judge_headline_undecided(&b, c);
		break;
	case RUN_NOT_READY:
		judge_headline_not_ready(&b, c);
		break;
	}
	if (c->inbound + c->no_witness > 0 && judge_has_proof(j->report, c))
		buf_printf(&b, "; %u not %s", c->inbound + c->no_witness,
			   j->plan->listened && c->no_witness == 0
			       ? "heard"
			       : "provable from here");
	if (run->on_behalf_of != NULL)
		buf_printf(&b, " (tested from a stand-in for %s)",
			   run->on_behalf_of);
	else if (judge_stands_in(j))
		buf_puts(&b, " (tested from a stand-in host, not from the "
			     "Windows server)");
	if (j->results->interrupted)
		buf_puts(&b, " (interrupted)");
	j->report->headline = arena_strdup(j->arena, buf_text(&b));
	buf_free(&b);
}

/* Notes ------------------------------------------------------------------- */

enum { JUDGE_NOTES = 16, JUDGE_SLOW_US = 500000 };

struct judge_notes {
	struct judge *j;
	const char **items;
	size_t count;
};

static void judge_note(struct judge_notes *n, const char *text)
{
	if (text != NULL && n->count < JUDGE_NOTES)
		n->items[n->count++] = text;
}

static void judge_note_proofs(struct judge_notes *n,
			      const struct report_counts *c)
{
	struct arena *a = n->j->arena;

	judge_note(n, judge_inbound_note(n->j, c->inbound));
	for (size_t i = 0; i < n->j->report->requirement_count; i++)
		judge_note(n, judge_unheard_note(n->j, i));
	judge_note(n, n->j->report->run->strangers);
	if (c->no_witness > 0)
		judge_note(
		    n, arena_printf(a,
				    "%u path%s cannot be verified from here "
				    "(nothing at the far end replies); check "
				    "the firewall rule manually",
				    c->no_witness, text_plural(c->no_witness)));
	if (n->j->plan->left_out_rows > 0)
		judge_note(
		    n, arena_printf(a,
				    "inventory rows that have no address and "
				    "were not tested: %zu",
				    n->j->plan->left_out_rows));
	if (n->j->plan->untyped_rows > 0)
		judge_note(
		    n, arena_printf(a,
				    "requirements not applied because devices "
				    "have no type in the inventory: %zu",
				    n->j->plan->untyped_rows));
	if (n->j->absent > 0)
		judge_note(
		    n,
		    arena_printf(
			a, "swept addresses that do not answer (absent): %zu",
			n->j->absent));
	if (n->j->pool_silent > 0)
		judge_note(n, arena_printf(a,
					   "time server pool members that gave "
					   "no time, while others did: %zu",
					   n->j->pool_silent));
}

/* A path that works, slowly. */
static void judge_note_slow(struct judge_notes *n)
{
	const struct results *results = n->j->results;
	const struct result *slowest = NULL;
	size_t count = 0;

	for (size_t i = 0; i < results->count; i++) {
		const struct result *r = &results->items[i];

		if (r->timings.connect < JUDGE_SLOW_US || r->attempts > 1 ||
		    r->outcome.cause != CAUSE_OK)
			continue;
		count++;
		if (slowest == NULL ||
		    r->timings.connect > slowest->timings.connect)
			slowest = r;
	}
	if (slowest != NULL)
		judge_note(n,
			   arena_printf(
			       n->j->arena,
			       "%zu slow path%s: up to %lld ms to open a "
			       "connection (%s)",
			       count, text_plural(count),
			       (long long)(slowest->timings.connect / 1000),
			       slowest->spec->host != NULL ? slowest->spec->host
							   : slowest->id));
}

static bool judge_has_community(const struct spec *s)
{
	const struct param *p = NULL;
	const struct secret *value;

	if (s->check != NULL && s->params != NULL)
		p = params_find(s->check, "community");
	if (p == NULL || p->type != PARAM_SECRET)
		return false;
	memcpy(&value, (const char *)s->params + p->offset, sizeof value);
	return value != NULL;
}

/* Does this probe send a community? The inventory's, or a parameter's. */
static bool judge_sends_community(const struct spec *s)
{

	for (size_t k = 0; k < s->credential_count; k++) {
		const char *kind = s->credentials[k]->kind;

		if (strcmp(kind, "snmp-v1") == 0 ||
		    strcmp(kind, "snmp-v2c") == 0)
			return true;
	}
	return judge_has_community(s);
}

static void judge_note_secrets(struct judge_notes *n)
{
	for (size_t i = 0; i < n->j->plan->spec_count; i++) {
		if (!judge_sends_community(&n->j->plan->specs[i]))
			continue;
		judge_note(n, "SNMP communities are sent unencrypted: use "
			      "SNMPv3 on devices that support it");
		return;
	}
}

/* One check by hand, not the requirements of a profile. */
static bool judge_is_single(const struct plan *plan)
{
	return plan->requirement_count == 1 &&
	       plan->requirements[0].requirement->to_kind == TO_TARGET;
}

/* The command is `check`, of whatever. */
static bool judge_is_check(const struct run_info *run)
{
	return run->command != NULL && run->command[0] != NULL &&
	       strcmp(run->command[0], "check") == 0;
}

static void judge_note_input(struct judge_notes *n)
{
	enum { SHOWN = 4 };
	struct arena *a = n->j->arena;
	const char *options = "";
	size_t count = 0, bare = judge_snmp_bare(n->j->results);

	if (bare > 0 && judge_is_single(n->j->plan))
		judge_note(n, "no community was tried: --inventory FILE, or "
			      "--set community=env:NAME");
	else if (bare > 0)
		judge_note(n, arena_printf(a,
					   "SNMP tests without a community or "
					   "an SNMPv3 user: %zu. They show "
					   "only whether an SNMPv3 agent runs",
					   bare));
	for (size_t i = 0; i < n->j->report->requirement_count; i++) {
		const struct requirement_report *q =
		    &n->j->report->requirements[i];

		if (q->verdict != VERDICT_UNTESTED ||
		    q->why != WHY_NEEDS_INPUT ||
		    q->planned->requirement->to_kind == TO_TARGET)
			continue;
		if (count++ < SHOWN)
			options = arena_printf(a, "%s --skip %s", options,
					       q->planned->id);
	}
	/* Who checks one thing does not want to leave it out. */
	if (count > 0 && !judge_is_check(n->j->report->run))
		judge_note(n, arena_printf(a,
					   "%zu requirement%s need%s input: "
					   "give it, or leave %s out:%s%s",
					   count, text_plural(count),
					   count == 1 ? "s" : "",
					   count == 1 ? "it" : "them", options,
					   count > SHOWN ? " ..." : ""));
}

/* A finding says what was lost: connections that die, or all in one time, if
 * that concerns more than addresses that nothing answers at. */
static bool judge_loss_is_explained(const struct judge *j)
{
	if (j->correlation->flows_die)
		return true;
	for (size_t i = 0; i < j->results->count; i++) {
		enum verdict verdict = j->judgements[i].verdict;

		if (j->correlation->contexts[i].outage &&
		    (verdict == VERDICT_WARN || verdict == VERDICT_FAIL ||
		     verdict == VERDICT_SKIP))
			return true;
	}
	return false;
}

static void judge_notes(struct judge *j, const struct report_counts *c)
{
	struct judge_notes n = {.j = j};
	const struct results *results = j->results;

	n.items = arena_calloc(j->arena, JUDGE_NOTES + 1, sizeof *n.items);
	if (results->interrupted)
		judge_note(
		    &n, "interrupted: unfinished tests are listed as not run");
	if (results->deadline_hit)
		judge_note(&n,
			   "the run reached its deadline: unfinished tests are "
			   "listed as not run; --deadline allows more time");
	judge_note_proofs(&n, c);
	if (results->lost_tries > 0 && !judge_loss_is_explained(j))
		judge_note(
		    &n,
		    "packets were lost: some answers came only after a retry");
	judge_note_slow(&n);
	judge_note_input(&n);
	judge_note_secrets(&n);
	if (facts_is_true(&results->host, "hosts-cut"))
		judge_note(&n, "this host's hosts file is longer than is read "
			       "(64 MiB, 2000000 names): names at its end were "
			       "asked of the DNS servers");
	if (facts_is_true(&results->host, "no-roots"))
		judge_note(&n, "trusted roots: none found, so certificates "
			       "were not verified: give --ca-file FILE");
	if (j->report->run->hint != NULL)
		judge_note(&n, j->report->run->hint);
	j->report->notes = n.items;
	j->report->note_count = n.count;
}

void judge_run(struct judge *j)
{
	struct report_counts c = judge_tallies(j);

	j->report->counts = c;
	j->report->verdict = judge_run_verdict(j->report, &c);
	judge_headline(j, &c);
	judge_notes(j, &c);
}
