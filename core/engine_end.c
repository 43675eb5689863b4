/* engine_end.c - how a run ends: results in order, the second round, or cut
 * short by a deadline or a signal. */
#include "engine_internal.h"
#include "evidence.h"
#include "mem.h"

#include <stdlib.h>
#include <string.h>

static void round_done(void *arg)
{
	struct engine *e = arg;

	e->over = true;
	loop_stop(e->loop);
}

static int by_order(const void *a, const void *b)
{
	const struct run_probe *x = *(struct run_probe *const *)a;
	const struct run_probe *y = *(struct run_probe *const *)b;

	if (x->spec_index != y->spec_index)
		return x->spec_index < y->spec_index ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

/* Moves the results out, in the order of the specs. */
static void collect(struct engine *e)
{
	struct results *out = e->results;
	struct run_probe **list = mem_calloc(e->probes + 1, sizeof *list);
	size_t n = 0;

	for (struct run_probe *rp = e->all; rp != NULL; rp = rp->next_all) {
		if (rp->order == 0)
			rp->order = n + SPEC_ADDRESSES_MAX * 4;
		list[n++] = rp;
	}
	qsort(list, n, sizeof *list, by_order);
	out->items = mem_calloc(n + 1, sizeof *out->items);
	out->count = out->capacity = n;
	for (size_t i = 0; i < n; i++) {
		struct run_probe *rp = list[i];
		struct result *r = &out->items[i];

		*r = rp->result;
		memset(&rp->result.facts, 0, sizeof rp->result.facts);
		r->id = mem_printf("%s%s", rp->result.spec->id, rp->id_suffix);
		if (rp->target != NULL)
			r->on_link = rp->target->on_link;
		rp->order = i; /* parents are found by it */
	}
	for (size_t i = 0; i < n; i++)
		if (list[i]->parent != NULL)
			out->items[i].parent = list[i]->parent->order;
	free(list);
}

static bool second_round(struct engine *e)
{
	struct evidence_wish wishes[ENGINE_WISHES_MAX];
	struct results *r = e->results;
	size_t count;

	if (e->o->wishes == NULL || r->interrupted || r->deadline_hit)
		return false;
	memset(wishes, 0, sizeof wishes);
	count = e->o->wishes(e->o->wishes_arg, r, wishes, ENGINE_WISHES_MAX);
	if (count == 0)
		return false;
	e->round =
	    evidence_start(e->loop, e->o, r, wishes, count, round_done, e);
	return true;
}

/* Is all done? Called whenever something ended. */
void engine_check_over(struct engine *e)
{
	if (e->over || e->cut || e->round != NULL || e->names_open > 0 ||
	    e->done < e->probes)
		return;
	collect(e);
	if (!second_round(e))
		round_done(e);
}

/* What is still to do when the run is cut short. */
void engine_cut_short(struct engine *e)
{
	struct outcome o = {.phase = PHASE_LOCAL, .cause = CAUSE_LOCAL};
	bool *seen;

	if (e->over)
		return;
	if (e->round != NULL) { /* the probes are all done */
		round_done(e);
		return;
	}
	e->cut = true; /* nobody ends the run but us */
	e->queue = NULL;
	e->queue_end = &e->queue;
	seen = mem_calloc(e->o->spec_count + 1, sizeof *seen);
	for (struct run_probe *rp = e->all; rp != NULL; rp = rp->next_all) {
		seen[rp->spec_index] = true;
		if (rp->state == PROBE_DONE)
			continue;
		rp->result.attempts = rp->started;
		engine_end_unrun(rp, &o, WHY_NOT_RUN);
	}
	for (size_t i = 0; i < e->o->spec_count; i++)
		if (!seen[i])
			engine_end_unrun(
			    engine_add(e, &e->o->specs[i], i, NULL), &o,
			    WHY_NOT_RUN);
	free(seen);
	e->cut = false;
	e->names_open = 0;
	engine_check_over(e);
}
