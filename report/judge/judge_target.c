/*
 * judge_target.c - the addresses of one target together.
 *
 * One dead address of several is a warning that names it; IPv6 dead beside a
 * working IPv4 is a warning; IPv4 dead is a failure unless the requirement
 * says `family: any` (design §4).
 */
#include "report/judge/judge.h"

#include <string.h>

int judge_rank(enum verdict verdict, enum why why)
{
	switch (verdict) {
	case VERDICT_NONE:
	case VERDICT_NOT_NEEDED:
		return 0;
	case VERDICT_PASS:
		return 1;
	case VERDICT_UNTESTED:
		/* What nothing here can prove weighs less than a warning; what
		 * could have been tested and was not, more. */
		return why == WHY_NO_WITNESS || why == WHY_NEEDS_SECOND_END ? 2
									    : 4;
	case VERDICT_WARN:
		return 3;
	case VERDICT_SKIP:
		return 5;
	case VERDICT_FAIL:
	case VERDICT_COUNT:
		break;
	}
	return 6;
}

bool judge_is_fine(enum verdict verdict)
{
	return verdict == VERDICT_PASS || verdict == VERDICT_WARN;
}

void judge_worse(struct judged *out, enum verdict verdict, enum why why,
		 const char *reason)
{
	if (out->verdict != VERDICT_NONE &&
	    judge_rank(verdict, why) <= judge_rank(out->verdict, out->why))
		return;
	out->verdict = verdict;
	out->why = why;
	out->reason = reason;
}

/* The results of one family (ADDR_NONE: no address). */
struct judge_family {
	size_t total, fine, bad, skipped;
	const struct result *first_bad;
	const char *first_reason;
	struct judged verdict;
};

static void judge_family_add(struct judge_family *f, const struct result *r,
			     const struct judgement *own)
{
	f->total += r->parent == SIZE_MAX;
	if (own->verdict == VERDICT_NOT_NEEDED)
		return;
	if (judge_is_fine(own->verdict))
		f->fine++;
	if (own->verdict == VERDICT_FAIL || own->verdict == VERDICT_SKIP) {
		f->bad++;
		if (f->first_bad == NULL)
			f->first_bad = r, f->first_reason = own->reason;
	}
	if (own->verdict == VERDICT_UNTESTED)
		f->skipped++;
}

/* Failing results of a family become warnings. */
static void judge_soften(struct judge *j, size_t spec, enum addr_family family,
			 const char *reason)
{
	const struct correlation *s = j->correlation;

	for (size_t i = 0; i < s->spec_count[spec]; i++) {
		const struct result *r =
		    &j->results->items[s->by_spec[s->spec_first[spec] + i]];
		struct judgement *own =
		    &j->judgements[s->by_spec[s->spec_first[spec] + i]];

		if (r->addr.family != family)
			continue;
		if (own->verdict != VERDICT_FAIL &&
		    own->verdict != VERDICT_SKIP)
			continue;
		own->verdict = VERDICT_WARN;
		own->reason = reason;
	}
}

/* One dead address of several, children (other ports) apart. */
static bool judge_is_partial(const struct judge *j, size_t spec,
			     enum addr_family family)
{
	const struct correlation *s = j->correlation;

	for (size_t i = 0; i < s->spec_count[spec]; i++) {
		const struct result *r =
		    &j->results->items[s->by_spec[s->spec_first[spec] + i]];
		const struct judgement *own =
		    &j->judgements[s->by_spec[s->spec_first[spec] + i]];

		if (r->addr.family == family && r->parent != SIZE_MAX &&
		    (own->verdict == VERDICT_FAIL ||
		     own->verdict == VERDICT_SKIP))
			return false; /* a follow-up port is not an address */
	}
	return true;
}

static void judge_family_verdict(struct judge *j, size_t spec,
				 enum addr_family family,
				 struct judge_family *f)
{
	const struct correlation *s = j->correlation;
	char address[ADDR_TEXT];

	if (f->bad > 0 && f->fine > 0 && judge_is_partial(j, spec, family)) {
		const char *reason = arena_printf(
		    j->arena, "%zu of %zu addresses fail, first %s: %s", f->bad,
		    f->total, addr_text(&f->first_bad->addr, address),
		    f->first_reason);

		judge_soften(j, spec, family, reason);
	}
	for (size_t i = 0; i < s->spec_count[spec]; i++) {
		const struct result *r =
		    &j->results->items[s->by_spec[s->spec_first[spec] + i]];
		const struct judgement *own =
		    &j->judgements[s->by_spec[s->spec_first[spec] + i]];

		if (r->addr.family != family)
			continue;
		if (own->verdict == VERDICT_UNTESTED && f->fine > 0)
			continue; /* another address has proved it */
		judge_worse(&f->verdict, own->verdict, own->why, own->reason);
	}
}

static bool judge_fails(const struct judged *v)
{
	return v->verdict == VERDICT_FAIL || v->verdict == VERDICT_SKIP;
}

static void judge_both(struct judge *j, size_t spec, struct judge_family *v4,
		       struct judge_family *v6)
{
	const struct requirement *q = j->plan->specs[spec].requirement;
	bool any =
	    q != NULL && q->family != NULL && strcmp(q->family, "any") == 0;

	if (judge_is_fine(v4->verdict.verdict) && judge_fails(&v6->verdict)) {
		v6->verdict.reason = arena_printf(
		    j->arena, "IPv6 fails, IPv4 works: %s", v6->verdict.reason);
		v6->verdict.verdict = VERDICT_WARN;
		judge_soften(j, spec, ADDR_V6, v6->verdict.reason);
	} else if (any && judge_is_fine(v6->verdict.verdict) &&
		   judge_fails(&v4->verdict)) {
		v4->verdict.reason = arena_printf(
		    j->arena, "IPv4 fails, IPv6 works: %s", v4->verdict.reason);
		v4->verdict.verdict = VERDICT_WARN;
		judge_soften(j, spec, ADDR_V4, v4->verdict.reason);
	}
	if (v6->verdict.verdict == VERDICT_UNTESTED &&
	    judge_is_fine(v4->verdict.verdict))
		v6->verdict.verdict = VERDICT_NONE;
	if (any && v4->verdict.verdict == VERDICT_UNTESTED &&
	    judge_is_fine(v6->verdict.verdict))
		v4->verdict.verdict = VERDICT_NONE;
}

/* The system's resolvers: one good answer is enough, a dead one is named. */
static void judge_servers(struct judge *j, size_t spec, struct judged *out)
{
	const struct correlation *s = j->correlation;
	bool fine = false;

	for (size_t i = 0; i < s->spec_count[spec]; i++)
		fine |= judge_is_fine(
		    j->judgements[s->by_spec[s->spec_first[spec] + i]].verdict);
	for (size_t i = 0; i < s->spec_count[spec]; i++) {
		const struct result *r =
		    &j->results->items[s->by_spec[s->spec_first[spec] + i]];
		struct judgement *own =
		    &j->judgements[s->by_spec[s->spec_first[spec] + i]];
		char address[ADDR_TEXT];

		if (fine && (own->verdict == VERDICT_FAIL ||
			     own->verdict == VERDICT_SKIP)) {
			own->reason = arena_printf(
			    j->arena,
			    "DNS server %s: %s; another server answers",
			    addr_text(&r->addr, address), own->reason);
			own->verdict = VERDICT_WARN;
		}
		if (fine && own->verdict == VERDICT_UNTESTED)
			continue;
		judge_worse(out, own->verdict, own->why, own->reason);
	}
}

void judge_target(struct judge *j, size_t spec, struct judged *out)
{
	const struct correlation *s = j->correlation;
	const struct spec *planned = &j->plan->specs[spec];
	struct judge_family none = {0}, v4 = {0}, v6 = {0};

	if (s->spec_count[spec] == 0) {
		bool given = planned->untested != WHY_NONE;

		judge_worse(out, VERDICT_UNTESTED,
			    given ? planned->untested : WHY_NOT_RUN,
			    given && planned->untested_reason != NULL
				? planned->untested_reason
				: "not run before the run ended");
		return;
	}
	if (planned->system_server) {
		judge_servers(j, spec, out);
		return;
	}
	for (size_t i = 0; i < s->spec_count[spec]; i++) {
		size_t at = s->by_spec[s->spec_first[spec] + i];
		const struct result *r = &j->results->items[at];

		judge_family_add(r->addr.family == ADDR_V4   ? &v4
				 : r->addr.family == ADDR_V6 ? &v6
							     : &none,
				 r, &j->judgements[at]);
	}
	judge_family_verdict(j, spec, ADDR_NONE, &none);
	judge_family_verdict(j, spec, ADDR_V4, &v4);
	judge_family_verdict(j, spec, ADDR_V6, &v6);
	judge_both(j, spec, &v4, &v6);
	if (none.verdict.verdict != VERDICT_NONE)
		judge_worse(out, none.verdict.verdict, none.verdict.why,
			    none.verdict.reason);
	if (v4.verdict.verdict != VERDICT_NONE)
		judge_worse(out, v4.verdict.verdict, v4.verdict.why,
			    v4.verdict.reason);
	if (v6.verdict.verdict != VERDICT_NONE)
		judge_worse(out, v6.verdict.verdict, v6.verdict.why,
			    v6.verdict.reason);
}
