/* engine_beside.c - the second round, begun while the last probes still wait:
 * it asks as if they were silent to the end. */
#include "core/engine/engine_internal.h"

#include <stdlib.h>

enum {
	BESIDE_LOOK_US = 100000, /* so often at most */
	/* Silent for so long, after the kernel's first repeat and the slowest
	 * of rejections. */
	BESIDE_SILENT_US = 1200000,
	BESIDE_LAST_US = 400000, /* after the last attempt */
	/* Probes and results stay side by side: of more it waits for the end
	 * of the first round, which that is a small part of. */
	BESIDE_PROBES = 8192
};

static bool engine_beside_listens(const struct run_probe *rp)
{
	return rp->needs == NEEDS_MULTICAST;
}

/* Something came, though it was no answer. */
static bool engine_beside_has_heard(const struct run_probe *rp)
{
	if (rp->result.heard_us > 0)
		return true;
	for (unsigned i = 0; i < ATTEMPTS_MAX; i++)
		if (rp->attempts[i] != NULL && rp->attempts[i]->heard_us > 0)
			return true;
	return false;
}

/* When it has been silent for long enough; INT64_MAX: that is not said. */
static int64_t engine_beside_ready_at(const struct run_probe *rp)
{
	int64_t silent = rp->first_us + BESIDE_SILENT_US;
	int64_t last = rp->last_us + BESIDE_LAST_US;

	if (rp->state != PROBE_RUNNING || !rp->waits)
		return INT64_MAX;
	if (engine_beside_listens(rp))
		return 0;
	if (rp->wants_attempt || rp->batch > 0 || rp->started < rp->total ||
	    engine_beside_has_heard(rp) ||
	    rp->attempts[rp->started - 1] == NULL)
		return INT64_MAX;
	return silent > last ? silent : last;
}

static void engine_beside_begin(struct engine *e)
{
	e->beside = e->beside_used = true;
	for (struct run_probe *rp = e->all; rp != NULL; rp = rp->next_all)
		rp->assumed = rp->state == PROBE_RUNNING;
	engine_collect(e);
	if (!engine_step(e))
		engine_round_done(e);
}

static void engine_beside_look(void *arg)
{
	struct engine *e = arg;
	int64_t now = loop_now(e->loop), at = 0;

	if (e->over || e->beside_used || e->names_open > 0 ||
	    e->done == e->probes || e->running != e->probes - e->done)
		return;
	for (const struct run_probe *rp = e->all; rp != NULL;
	     rp = rp->next_all) {
		int64_t ready =
		    rp->state == PROBE_DONE ? 0 : engine_beside_ready_at(rp);

		at = ready > at ? ready : at;
	}
	if (at <= now)
		engine_beside_begin(e);
	else if (at != INT64_MAX)
		loop_timer_at(e->soon, at);
}

void engine_beside_consider(struct engine *e)
{
	if (e->o->requests == NULL || e->beside_used || e->names_open > 0 ||
	    e->probes > BESIDE_PROBES || e->running != e->probes - e->done)
		return;
	if (e->soon == NULL)
		e->soon = loop_timer_new(e->loop, engine_beside_look, e);
	loop_timer_in(e->soon,
		      e->done + e->listening == e->probes ? 0 : BESIDE_LOOK_US);
}

/* What it was assumed to be. Who is found on a link is asked nothing. */
static bool engine_beside_holds(const struct run_probe *rp)
{
	const struct result *was = &rp->e->results->items[rp->place];
	const struct result *is = &rp->result;

	return engine_beside_listens(rp) ||
	       (was->outcome.phase == is->outcome.phase &&
		was->outcome.cause == is->outcome.cause &&
		was->outcome.error == is->outcome.error &&
		was->why == is->why && was->unsent == is->unsent &&
		is->heard_us == 0);
}

void engine_beside_drop(struct engine *e)
{
	if (!e->beside)
		return;
	engine_uncollect(e);
	for (struct run_probe *rp = e->all; rp != NULL; rp = rp->next_all)
		rp->assumed = false;
	e->beside = e->beside_over = false;
}

void engine_beside_heard(struct run_probe *rp)
{
	if (rp->assumed && !engine_beside_listens(rp))
		engine_beside_drop(rp->e);
}

void engine_beside_ended(struct run_probe *rp)
{
	if (rp->assumed && !engine_beside_holds(rp))
		engine_beside_drop(rp->e);
}

/* The results as they are; what questions point to stays where it is. */
static void engine_beside_settle(struct engine *e)
{
	for (struct run_probe *rp = e->all; rp != NULL; rp = rp->next_all) {
		if (!rp->assumed)
			continue;
		rp->assumed = false;
		engine_settle_result(e, rp);
	}
	engine_settle_copies(e);
	e->results->revision++;
}

void engine_beside_end(struct engine *e)
{
	bool over = e->beside_over;

	engine_beside_settle(e);
	e->beside = e->beside_over = false;
	engine_collected(e);
	if (over)
		engine_round_done(e);
}

void engine_beside_free(struct engine *e)
{
	loop_timer_free(e->soon);
	for (size_t i = 0; i < e->parked_count; i++)
		facts_free(&e->parked[i]);
	free(e->parked);
}
