/*
 * diagnose.c - the order of the rules, and the ground they stand on.
 */
#include "report/diagnose/diagnose.h"
#include "report/network.h"

#include "report/diagnose/peer_group.h"
#include "report/judge/judge.h"

#include <stdlib.h>
#include <string.h>

/* It works, and the report says how badly. */
static bool diagnose_is_poor(const struct diagnosis *d, size_t index)
{
	const struct result *r = &d->results->items[index];

	return d->correlation->contexts[index].nearby ||
	       d->correlation->contexts[index].accepted ||
	       d->correlation->contexts[index].nearer ||
	       d->correlation->contexts[index].dying != NULL ||
	       d->correlation->contexts[index].outage ||
	       (d->correlation->lossy && r->lost > 0) ||
	       (d->correlation->slow &&
		r->timings.connect >= CORRELATION_SLOW_US);
}

/* Wants an explanation. */
static bool diagnose_is_open(const struct diagnosis *d, size_t index)
{
	const struct result *r = &d->results->items[index];
	const struct judgement *own = diagnosis_judgement(d, index);
	enum interceptor other = d->correlation->contexts[index].interceptor;

	switch (own->verdict) {
	case VERDICT_FAIL:
	case VERDICT_SKIP:
		return true;
	case VERDICT_UNTESTED:
		return own->why == WHY_LOCAL ||
		       d->correlation->contexts[index].throttled !=
			   THROTTLED_NO;
	case VERDICT_WARN:
		return own->cause != CAUSE_OK || other != INTERCEPTOR_NONE ||
		       correlation_clock_differs(r) ||
		       correlation_is_check(r, "ssh") ||
		       correlation_is_slow_answer(r) ||
		       correlation_weak_key(r) != NULL ||
		       facts_is_true(&r->facts, "leads-away") ||
		       facts_is_true(&r->facts, "alpn-refused") ||
		       diagnose_is_poor(d, index);
	default:
		return false;
	}
}

static void diagnose_port(struct diagnosis *d, size_t index)
{
	const struct result *r = &d->results->items[index];
	size_t *slot = map_at(&d->port_map, diagnosis_port_key(d, index));
	struct port_state *p;

	if (*slot == SIZE_MAX) {
		d->ports = mem_grow(d->ports, &d->port_capacity,
				    d->port_count + 1, sizeof *d->ports);
		*slot = d->port_count++;
	}
	p = &d->ports[*slot];
	p->total++;
	p->ok += r->outcome.cause == CAUSE_OK && r->why == WHY_NONE;
	p->answered += d->correlation->contexts[index].answered;
}

static void diagnose_family(struct diagnosis *d, size_t index)
{
	const struct result *r = &d->results->items[index];
	const struct result_context *v = &d->correlation->contexts[index];
	struct family_state *f = r->addr.family == ADDR_V6 ? &d->v6 : &d->v4;
	enum diagnosis_class class = diagnosis_class(d, index);

	if (class == CLASS_ON_LINK)
		return;
	if (network_is_routed(r))
		f->routed_answered += v->answered;
	else
		f->off_link_answered += v->answered;
	if (class == CLASS_INSIDE) {
		if (!network_is_routed(r))
			f->inside_answered += v->answered;
		return;
	}
	f->internet_total++;
	f->internet_answered += v->answered;
	f->internet_ok += r->outcome.cause == CAUSE_OK && r->why == WHY_NONE;
}

/* The first open result of a path is found by the one that was tested. */
static void diagnose_share(struct diagnosis *d, size_t *first, size_t index)
{
	size_t same = d->results->items[index].same_as;
	size_t *at = &first[same == SIZE_MAX ? index : same];

	d->shared[index] = *at == SIZE_MAX ? index : d->shared[*at];
	if (*at != SIZE_MAX)
		d->shared[*at] = index;
	*at = index;
}

static void diagnose_shared(struct diagnosis *d)
{
	size_t *first = mem_calloc(d->results->count + 1, sizeof *first);

	for (size_t i = 0; i < d->results->count; i++)
		first[i] = SIZE_MAX;
	for (size_t k = 0; k < d->open_count; k++)
		diagnose_share(d, first, d->open[k]);
	free(first);
}

static void diagnose_ground(struct diagnosis *d)
{
	for (size_t i = 0; i < d->results->count; i++) {
		const struct result *r = &d->results->items[i];

		d->hears_icmp |= r->outcome.has_icmp;
		if (diagnose_is_open(d, i)) {
			d->open[d->open_count++] = i;
			d->passive[i] =
			    judge_is_passive(r, diagnosis_judgement(d, i));
		}
		if (r->addr.family == ADDR_NONE ||
		    r->outcome.phase == PHASE_LOCAL ||
		    !d->correlation->contexts[i].direct ||
		    d->correlation->contexts[i].unexpected)
			continue;
		diagnose_port(d, i);
		diagnose_family(d, i);
	}
}

static int diagnose_compare(const void *left, const void *right)
{
	const struct finding_rule *a = left, *b = right;

	return a->order < b->order ? -1 : a->order > b->order;
}

/* The rules of all findings, root causes first. */
static void diagnose_run(struct diagnosis *d)
{
	struct finding_rule *all = NULL;
	size_t count = 0, capacity = 0;

	for (size_t i = 0; finding_registry[i] != NULL; i++) {
		for (size_t k = 0; k < FINDING_RULES; k++) {
			if (finding_registry[i]->rules[k].run == NULL)
				continue;
			all = mem_grow(all, &capacity, count + 1, sizeof *all);
			all[count++] = finding_registry[i]->rules[k];
		}
	}
	if (count > 0)
		qsort(all, count, sizeof *all, diagnose_compare);
	for (size_t i = 0; i < count && d->open_count > 0; i++)
		all[i].run(d);
	free(all);
}

void diagnose(struct assessment *r)
{
	const struct results *results = r->results;
	struct diagnosis d = {.report = r,
			      .results = results,
			      .plan = r->plan,
			      .correlation = r->correlation,
			      .arena = &r->arena};

	d.claimed = mem_calloc(results->count + 1, sizeof *d.claimed);
	d.passive = mem_calloc(results->count + 1, sizeof *d.passive);
	d.open = mem_calloc(results->count + 1, sizeof *d.open);
	d.port_keys = mem_calloc(results->count + 1, sizeof(char *));
	d.shared = mem_calloc(results->count + 1, sizeof *d.shared);
	diagnose_ground(&d);
	diagnose_shared(&d);
	diagnose_run(&d);
	candidate_merge(&d);
	finding_render(&d);
	map_free(&d.by_key);
	map_free(&d.port_map);
	map_free(&d.device_names);
	map_free(&d.links);
	map_free(&d.places);
	peer_groups_free(&d);
	free(d.port_keys);
	map_free(&d.port_firsts);
	free(d.ports);
	free(d.claimed);
	free(d.shared);
	free(d.passive);
	free(d.open);
}
