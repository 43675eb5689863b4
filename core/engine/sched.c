/* sched.c - pacing, round-trip estimates, attempts. */
#include "core/engine/sched.h"
#include "core/base/mem.h"

#include <stdlib.h>
#include <string.h>

enum { PACE_SLACK_US = 2000 };

void pace_init(struct pace *p, unsigned rate_per_second)
{
	p->interval_us = rate_per_second > 0 ? 1000000 / rate_per_second : 0;
	p->next_us = 0;
}

int64_t pace_when(const struct pace *p, int64_t now_us)
{
	return p->next_us > now_us ? p->next_us : now_us;
}

void pace_take(struct pace *p, int64_t now_us)
{
	/* Timers have a resolution of 1 ms: what is late by that much is made
	 * up, else 200/s would be 167/s; a longer stall is not. */
	int64_t base = p->next_us;

	if (base < now_us - PACE_SLACK_US)
		base = now_us;
	p->next_us = base + p->interval_us;
}

void rtt_sample(struct rtt *r, int64_t sample_us)
{
	int64_t error;

	if (!r->has_sample) {
		r->has_sample = true;
		r->srtt_us = sample_us;
		r->rttvar_us = sample_us / 2;
		return;
	}
	error = r->srtt_us - sample_us;
	if (error < 0)
		error = -error;
	r->rttvar_us = (3 * r->rttvar_us + error) / 4;
	r->srtt_us = (7 * r->srtt_us + sample_us) / 8;
}

int64_t rtt_timeout(const struct rtt *r)
{
	int64_t timeout;

	if (!r->has_sample)
		return RTT_INITIAL_US;
	timeout = r->srtt_us + 4 * r->rttvar_us;
	if (timeout < RTT_FLOOR_US)
		return RTT_FLOOR_US;
	return timeout < RTT_MAX_US ? timeout : RTT_MAX_US;
}

int64_t attempt_wait(const struct rtt *r, unsigned number, unsigned total,
		     int64_t last_us)
{
	int64_t wait = rtt_timeout(r);

	if (number >= total)
		return wait > last_us ? wait : last_us;
	/* RFC 6298 5.5 backs off by doubling; never past the step, unless one
	 * round trip alone is longer than that. */
	for (unsigned i = 1; i < number && wait < ATTEMPT_STEP_US; i++)
		wait = wait * 2 < ATTEMPT_STEP_US ? wait * 2 : ATTEMPT_STEP_US;
	return wait;
}

/* Targets: open hashing, entries never move. ----------------------------- */

struct target_entry {
	struct target_state state;
	struct target_entry *next;
};

struct targets {
	unsigned rate;
	size_t count, bucket_count;
	struct target_entry **buckets;
};

struct targets *targets_new(unsigned rate_per_target)
{
	struct targets *t = mem_calloc(1, sizeof *t);

	t->rate = rate_per_target;
	t->bucket_count = 4096;
	t->buckets = mem_calloc(t->bucket_count, sizeof(void *));
	return t;
}

static size_t target_hash(const struct addr *a)
{
	uint32_t h = 2166136261U; /* FNV-1a */

	for (size_t i = 0; i < sizeof a->bytes; i++)
		h = (h ^ a->bytes[i]) * 16777619U;
	return h;
}

struct target_state *targets_get(struct targets *t, const struct addr *a)
{
	size_t slot = target_hash(a) % t->bucket_count;
	struct target_entry *e;

	for (e = t->buckets[slot]; e != NULL; e = e->next)
		if (addr_equal(&e->state.addr, a))
			return &e->state;
	e = mem_calloc(1, sizeof *e);
	e->state.addr = *a;
	e->state.ttl = -1;
	pace_init(&e->state.pace, t->rate);
	e->next = t->buckets[slot];
	t->buckets[slot] = e;
	t->count++;
	return &e->state;
}

void targets_free(struct targets *t)
{
	if (t == NULL)
		return;
	for (size_t i = 0; i < t->bucket_count; i++)
		while (t->buckets[i] != NULL) {
			struct target_entry *next = t->buckets[i]->next;

			free(t->buckets[i]->state.route);
			free(t->buckets[i]);
			t->buckets[i] = next;
		}
	free(t->buckets);
	free(t);
}
