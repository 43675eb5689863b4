/* engine_end.c - how a run ends: results in order, the second round, or cut
 * short by a deadline or a signal. */
#include "core/engine/engine_internal.h"
#include "core/engine/evidence.h"
#include "core/base/mem.h"

#include <stdlib.h>
#include <string.h>

void engine_round_done(struct engine *e)
{
	if (e->round_us > 0 && e->results->evidence_us == 0)
		e->results->evidence_us = loop_now(e->loop) - e->round_us;
	if (e->beside) { /* until the first round is over, too */
		e->beside_over = true;
		return;
	}
	e->over = true;
	loop_stop(e->loop);
}

static int engine_by_order(const void *a, const void *b)
{
	const struct run_probe *x = *(struct run_probe *const *)a;
	const struct run_probe *y = *(struct run_probe *const *)b;

	if (x->spec_index != y->spec_index)
		return x->spec_index < y->spec_index ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

/* Where the results of each spec are in `out`, and how many. */
struct places {
	size_t *first, *count;
};

static size_t engine_index_of(const struct engine *e, const struct spec *s)
{
	return (size_t)(s - e->o->specs);
}

static void engine_move_result(struct result *r, struct run_probe *rp)
{
	*r = rp->result;
	if (rp->assumed) {
		r->facts = (struct facts){0};
		facts_copy(&r->facts, &rp->result.facts);
		engine_assume_silence(rp, r);
	} else {
		rp->result.facts = (struct facts){0};
	}
	r->id = mem_printf("%s%s", rp->result.spec->id, rp->id_suffix);
	if (rp->target == NULL)
		return;
	r->on_link = rp->target->on_link;
	if (rp->target->route != NULL)
		facts_string(&r->facts, "route", rp->target->route);
}

/* The results of the spec that is the same path, for this one: nothing of them
 * was sent again. */
static void engine_copy_results(struct engine *e, const struct places *at,
				size_t index)
{
	struct results *out = e->results;
	const struct spec *s = &e->o->specs[index];
	size_t other = engine_index_of(e, s->same_as);

	for (size_t i = 0; i < at->count[other]; i++) {
		size_t original = at->first[other] + i;
		const struct result *from = &out->items[original];
		struct result *r = &out->items[at->first[index] + i];

		*r = *from;
		r->spec = s;
		r->same_as = original;
		r->packets = 0;
		r->id = mem_printf("%s%s", s->id,
				   from->id + strlen(from->spec->id));
		if (from->parent != SIZE_MAX)
			r->parent =
			    from->parent - at->first[other] + at->first[index];
		memset(&r->facts, 0, sizeof r->facts);
		facts_copy(&r->facts, &from->facts);
	}
}

/* Counts, then places in the order of the specs; returns the total. */
static size_t place_results(const struct engine *e, const struct places *at)
{
	size_t total = 0;

	for (const struct run_probe *rp = e->all; rp != NULL; rp = rp->next_all)
		at->count[rp->spec_index]++;
	for (size_t i = 0; i < e->o->spec_count; i++) {
		const struct spec *same = e->o->specs[i].same_as;

		if (same != NULL)
			at->count[i] = at->count[engine_index_of(e, same)];
		at->first[i] = total;
		total += at->count[i];
	}
	return total;
}

static struct run_probe **engine_sorted_probes(struct engine *e)
{
	struct run_probe **list = mem_calloc(e->probes + 1, sizeof *list);
	size_t n = 0;

	for (struct run_probe *rp = e->all; rp != NULL; rp = rp->next_all) {
		if (rp->order == 0)
			rp->order = n + SPEC_ADDRESSES_MAX * 4;
		list[n++] = rp;
	}
	qsort(list, n, sizeof *list, engine_by_order);
	return list;
}

void engine_free_blocks(struct engine *e)
{
	struct probe_block *block;

	while ((block = e->blocks) != NULL) {
		for (size_t i = 0; i < block->used; i++)
			facts_free(&block->probes[i].result.facts);
		e->blocks = block->next;
		free(block);
	}
	e->all = e->queue = NULL;
}

void engine_collected(struct engine *e)
{
	engine_free_blocks(e);
	e->collected = true;
}

/* The places of all probes in the results. */
static void engine_place_probes(struct engine *e, const struct places *at)
{
	struct run_probe **list = engine_sorted_probes(e);

	for (size_t i = 0, within = 0; i < e->probes; i++) {
		size_t spec = list[i]->spec_index;

		if (i > 0 && list[i - 1]->spec_index != spec)
			within = 0;
		list[i]->place = at->first[spec] + within++;
	}
	free(list);
}

void engine_collect(struct engine *e)
{
	struct results *out = e->results;
	size_t specs = e->o->spec_count;
	struct places at = {mem_calloc(specs + 1, sizeof *at.first),
			    mem_calloc(specs + 1, sizeof *at.count)};

	out->count = out->capacity = place_results(e, &at);
	engine_place_probes(e, &at);
	out->items = mem_calloc(out->count + 1, sizeof *out->items);
	for (struct run_probe *rp = e->all; rp != NULL; rp = rp->next_all) {
		engine_move_result(&out->items[rp->place], rp);
		if (rp->parent != NULL)
			out->items[rp->place].parent = rp->parent->place;
	}
	for (size_t i = 0; i < specs; i++)
		if (e->o->specs[i].same_as != NULL)
			engine_copy_results(e, &at, i);
	free(at.first);
	free(at.count);
	if (!e->beside)
		engine_collected(e);
}

static void engine_park(struct engine *e, struct facts *facts)
{
	e->parked = mem_grow(e->parked, &e->parked_capacity,
			     e->parked_count + 1, sizeof *e->parked);
	e->parked[e->parked_count++] = *facts;
	*facts = (struct facts){0};
}

void engine_settle_result(struct engine *e, struct run_probe *rp)
{
	struct result *r = &e->results->items[rp->place];
	const char *id = r->id;
	size_t parent = r->parent;

	engine_park(e, &r->facts);
	engine_move_result(r, rp);
	free((void *)(uintptr_t)r->id);
	r->id = id;
	r->parent = parent;
}

void engine_settle_copies(struct engine *e)
{
	struct results *out = e->results;

	for (size_t i = 0; i < out->count; i++) {
		struct result *r = &out->items[i], was = *r;

		if (r->same_as == SIZE_MAX)
			continue;
		engine_park(e, &r->facts);
		*r = out->items[was.same_as];
		r->spec = was.spec;
		r->same_as = was.same_as;
		r->packets = 0;
		r->id = was.id;
		r->parent = was.parent;
		r->facts = (struct facts){0};
		facts_copy(&r->facts, &out->items[was.same_as].facts);
	}
}

void engine_uncollect(struct engine *e)
{
	struct results *out = e->results;

	for (struct run_probe *rp = e->all; rp != NULL; rp = rp->next_all) {
		struct result *r = &out->items[rp->place];

		if (rp->assumed)
			continue;
		rp->result.facts = r->facts;
		r->facts = (struct facts){0};
	}
	for (size_t i = 0; i < out->count; i++) {
		free((void *)(uintptr_t)out->items[i].id);
		facts_free(&out->items[i].facts);
	}
	free(out->items);
	for (size_t i = 0; i < out->evidence_count; i++) {
		facts_free(&out->evidence[i].observed);
		free((void *)(uintptr_t)out->evidence[i].id);
	}
	out->items = NULL;
	out->count = out->capacity = out->evidence_count = 0;
	out->evidence_us = 0;
	out->revision++;
	if (e->next_step != NULL)
		loop_timer_cancel(e->next_step);
	evidence_free(e->round);
	e->round = NULL;
	e->steps = 0;
	e->round_us = 0;
}

static void engine_step_done(void *arg);

bool engine_step(struct engine *e)
{
	struct evidence_request requests[ENGINE_REQUESTS_MAX];
	const struct evidence_room room = {&e->pace, e->targets};
	struct results *r = e->results;
	size_t count;

	if (e->o->requests == NULL || r->interrupted || r->deadline_hit ||
	    e->steps == ENGINE_STEPS_MAX || mem_is_low())
		return false;
	memset(requests, 0, sizeof requests);
	count = e->o->requests(e->o->requests_arg, r, e->steps++, requests,
			       ENGINE_REQUESTS_MAX);
	if (count == 0)
		return false;
	e->step_us = loop_now(e->loop);
	if (e->round_us == 0)
		e->round_us = e->step_us;
	e->round = evidence_start(e->loop, e->o, e->resolver, &room, r,
				  requests, count, engine_step_done, e);
	return true;
}

static void engine_next_step(void *arg)
{
	struct engine *e = arg;

	if (e->over)
		return;
	evidence_free(e->round);
	e->round = NULL;
	if (!engine_step(e))
		engine_round_done(e);
}

/* Called by the step itself, which is freed once it has returned. */
static void engine_step_done(void *arg)
{
	struct engine *e = arg;

	if (e->next_step == NULL)
		e->next_step = loop_timer_new(e->loop, engine_next_step, e);
	loop_timer_in(e->next_step, 0);
}

void engine_collect_fired(void *arg)
{
	struct engine *e = arg;

	if (e->over || e->collected || e->done < e->probes)
		return;
	if (e->beside) {
		engine_beside_end(e);
		return;
	}
	engine_collect(e);
	if (!engine_step(e))
		engine_round_done(e);
}

/* Is all done? Called whenever something ended, by what still has its probe at
 * hand: that is freed later. */
void engine_check_over(struct engine *e)
{
	if (e->over || e->cut || e->collected)
		return;
	if (e->names_open == 0 && e->done == e->probes) {
		loop_timer_in(e->collect, 0);
		return;
	}
	engine_attempts_check(e);
	engine_beside_consider(e);
}

/* What is still to do when the run is cut short. */
void engine_cut_short(struct engine *e)
{
	struct outcome o = {.phase = PHASE_LOCAL, .cause = CAUSE_LOCAL};
	bool *seen;

	if (mem_is_low())
		o.error = NET_NO_MEMORY;
	if (e->over)
		return;
	engine_beside_drop(e);
	if (e->collected) { /* the probes are all done */
		engine_round_done(e);
		return;
	}
	e->cut = true; /* only this function ends the run */
	e->queue = NULL;
	e->queue_end = &e->queue;
	seen = mem_calloc(e->o->spec_count + 1, sizeof *seen);
	for (struct run_probe *rp = e->all; rp != NULL; rp = rp->next_all) {
		seen[rp->spec_index] = true;
		if (rp->state == PROBE_DONE)
			continue;
		engine_attempts_list(rp);
		engine_end_unrun(rp, &o, WHY_NOT_RUN);
	}
	for (size_t i = 0; i < e->o->spec_count; i++)
		if (!seen[i] && e->o->specs[i].same_as == NULL)
			engine_end_unrun(
			    engine_add(e, &e->o->specs[i], i, NULL), &o,
			    WHY_NOT_RUN);
	free(seen);
	e->cut = false;
	e->names_open = 0;
	engine_check_over(e);
}
