/* engine_progress.c - how far a run is, a few times a second. */
#include "core/engine/engine_internal.h"
#include "core/engine/evidence.h"
#include "core/base/mem.h"

#include <stdlib.h>
#include <string.h>

enum {
	TICK_US = 200000,
	SILENT_US = 5000000, /* a probe that nothing answers */
	LATE_US = 1000000,   /* one that takes longer than that */
	STEP_US = 2200000    /* a step of the second round */
};

/* What is known of one spec. */
struct engine_tally {
	bool seen; /* it has a probe */
	bool open; /* its name or one of its probes is under way */
	bool ok;   /* one of them succeeded */
	bool tried;
};

static void engine_progress_probe(const struct engine *e,
				  const struct run_probe *rp,
				  struct engine_tally *t, int64_t now,
				  struct engine_progress *p, int64_t *longest)
{
	int64_t left;

	t->seen = true;
	if (rp->state == PROBE_DONE) {
		t->ok |= rp->result.outcome.cause == CAUSE_OK;
		t->tried |= rp->result.why == WHY_NONE;
		return;
	}
	t->open = true;
	if (rp->state != PROBE_RUNNING)
		return;
	left = rp->begun_us + SILENT_US - now;
	if (left < LATE_US)
		left = LATE_US;
	if (left > *longest)
		*longest = left;
	if (p->running == NULL)
		p->running = &e->o->specs[rp->spec_index];
}

/* Of the second round: all probes have become results. */
static void engine_progress_results(const struct engine *e,
				    struct engine_tally *tallies)
{
	for (size_t i = 0; i < e->results->count; i++) {
		const struct result *r = &e->results->items[i];
		struct engine_tally *t = &tallies[r->spec - e->o->specs];

		t->seen = true;
		t->ok |= r->outcome.cause == CAUSE_OK;
		t->tried |= r->why == WHY_NONE;
	}
}

/* At most, as far as is known: a failure costs the second round. */
static int64_t engine_progress_left(const struct engine *e,
				    const struct engine_progress *p,
				    size_t queued, int64_t longest, int64_t now)
{
	unsigned rate = e->o->rate > 0 ? e->o->rate : ENGINE_RATE;
	int64_t left = longest;
	unsigned steps = ENGINE_STEPS_MAX - e->steps;

	if (queued > 0 || e->names_open > 0)
		left = SILENT_US + (int64_t)queued * 1000000 / rate;
	if (p->step > 0)
		left = STEP_US - (now - e->step_us);
	if (left < 0)
		left = 0;
	if (e->o->requests != NULL && (p->failed > 0 || p->step > 0))
		left += steps * (int64_t)STEP_US;
	return left;
}

static void engine_progress_tell(struct engine *e)
{
	const struct engine_options *o = e->o;
	struct engine_tally *tallies =
	    mem_calloc(o->spec_count + 1, sizeof *tallies);
	bool *failing = mem_calloc(o->spec_count + 1, sizeof *failing);
	struct engine_progress p = {.failing = failing, .step = e->steps};
	int64_t now = loop_now(e->loop), longest = 0;
	size_t queued = 0;

	engine_names_open(e, failing);
	for (size_t i = 0; i < o->spec_count; i++)
		tallies[i].open = failing[i];
	memset(failing, 0, o->spec_count * sizeof *failing);
	engine_progress_results(e, tallies);
	for (const struct run_probe *rp = e->all; rp != NULL;
	     rp = rp->next_all) {
		queued += rp->state == PROBE_QUEUED;
		engine_progress_probe(e, rp, &tallies[rp->spec_index], now, &p,
				      &longest);
	}
	for (size_t i = 0; i < o->spec_count; i++) {
		if (o->specs[i].same_as != NULL ||
		    o->specs[i].untested != WHY_NONE)
			continue;
		p.total++;
		tallies[i].open |= !tallies[i].seen;
		p.done += !tallies[i].open;
		failing[i] =
		    !tallies[i].open && tallies[i].tried && !tallies[i].ok;
		p.failed += failing[i];
	}
	p.left_us = engine_progress_left(e, &p, queued, longest, now);
	o->progress(o->progress_arg, &p);
	free(failing);
	free(tallies);
}

static void engine_progress_fired(void *arg)
{
	struct engine *e = arg;

	if (e->over)
		return;
	engine_progress_tell(e);
	loop_timer_in(e->tick, TICK_US);
}

void engine_progress_begin(struct engine *e)
{
	if (e->o->progress == NULL)
		return;
	e->tick = loop_timer_new(e->loop, engine_progress_fired, e);
	loop_timer_in(e->tick, TICK_US);
}
