/* sched.c - pacing, round-trip estimates, attempts. */
#include "core/engine/sched.h"
#include "core/base/mem.h"

#include <stdlib.h>
#include <string.h>

enum {
	PACE_SLACK_US = 2000,
	PACE_SECOND_US = 1000000,
	PACE_SLOT_US = 50000, /* at the least */
	PACE_SLOTS = 128,     /* the past second, and five seconds to come */
	TARGETS_RESTING = 1024
};

/* How much is sent in each slot of the near past and future. */
struct pace_book {
	unsigned users;
	int64_t newest; /* slot; older ones than PACE_SLOTS are gone */
	uint16_t slots[PACE_SLOTS];
};

void pace_init(struct pace *p, unsigned rate_per_second)
{
	*p = (struct pace){0};
	if (rate_per_second == 0)
		return;
	p->interval_us = PACE_SECOND_US / rate_per_second;
	if (p->interval_us == 0)
		p->interval_us = 1;
	p->per_slot = p->interval_us >= PACE_SLOT_US
			  ? 1
			  : (unsigned)((PACE_SLOT_US + p->interval_us - 1) /
				       p->interval_us);
	p->slot_us = p->per_slot * p->interval_us;
}

void pace_free(struct pace *p)
{
	free(p->book);
	p->book = NULL;
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

/* The book --------------------------------------------------------------- */

static unsigned pace_sent(const struct pace *p, int64_t slot)
{
	const struct pace_book *b = p->book;

	if (b == NULL || slot > b->newest || slot <= b->newest - PACE_SLOTS)
		return 0;
	return b->slots[slot % PACE_SLOTS];
}

static void pace_note(struct pace *p, int64_t at_us, int by)
{
	int64_t slot = at_us / p->slot_us;
	struct pace_book *b = p->book;

	if (slot <= b->newest - PACE_SLOTS)
		return;
	if (slot > b->newest + PACE_SLOTS)
		memset(b->slots, 0, sizeof b->slots);
	else
		for (int64_t i = b->newest + 1; i <= slot; i++)
			b->slots[i % PACE_SLOTS] = 0;
	if (slot > b->newest)
		b->newest = slot;
	if (by > 0 || b->slots[slot % PACE_SLOTS] > 0)
		b->slots[slot % PACE_SLOTS] =
		    (uint16_t)(b->slots[slot % PACE_SLOTS] + by);
}

static bool pace_fits(const struct pace *p, int64_t at_us,
		      const struct repeats *r)
{
	if (pace_sent(p, at_us / p->slot_us) >= p->per_slot)
		return false;
	for (unsigned i = 0; i < r->count; i++)
		if (pace_sent(p, (at_us + r->after_us[i]) / p->slot_us) >=
		    p->per_slot)
			return false;
	return true;
}

int64_t pace_when_repeated(const struct pace *p, int64_t now_us,
			   const struct repeats *r)
{
	int64_t at = pace_when(p, now_us);

	if (p->book == NULL)
		return at;
	for (unsigned i = 0; i < PACE_SLOTS && !pace_fits(p, at, r); i++)
		at = (at / p->slot_us + 1) * p->slot_us;
	return at;
}

static void pace_book_all(struct pace *p, int64_t now_us,
			  const struct repeats *r)
{
	if (p->interval_us == 0)
		return;
	if (p->book == NULL)
		p->book = mem_calloc(1, sizeof *p->book);
	p->book->users += r->count > 0;
	pace_note(p, now_us, 1);
	for (unsigned i = 0; i < r->count; i++)
		pace_note(p, now_us + r->after_us[i], 1);
}

void pace_begin(struct pace *p, int64_t now_us, const struct repeats *r)
{
	pace_take(p, now_us);
	if (r->count > 0 || p->book != NULL)
		pace_book_all(p, now_us, r);
}

void pace_end(struct pace *p, int64_t begun_us, const struct repeats *r,
	      int64_t now_us)
{
	if (p->book == NULL)
		return;
	for (unsigned i = 0; i < r->count; i++)
		if (begun_us + r->after_us[i] > now_us)
			pace_note(p, begun_us + r->after_us[i], -1);
	if (p->book->users > 0 && r->count > 0)
		p->book->users--;
}

void pace_forget(struct pace *p)
{
	if (p->book != NULL && p->book->users == 0)
		pace_free(p);
}

bool pace_has_room(const struct pace *p, int64_t now_us)
{
	int64_t slots, now, most, sum = 0;

	if (p->book == NULL)
		return true;
	/* As many as any second touches; a tenth is left for what cannot wait.
	 */
	slots = (PACE_SECOND_US + p->slot_us - 1) / p->slot_us + 1;
	most = PACE_SECOND_US / p->interval_us;
	most -= most / 10;
	now = now_us / p->slot_us;
	for (int64_t i = now - slots + 1; i < now; i++)
		sum += pace_sent(p, i);
	/* Each second that this moment is in. */
	for (int64_t i = now; i < now + slots; i++) {
		sum += pace_sent(p, i);
		if (sum >= most)
			return false;
		sum -= pace_sent(p, i - slots + 1);
	}
	return true;
}

void pace_burst(struct pace *p, int64_t now_us, const struct repeats *r)
{
	pace_book_all(p, now_us, r);
}

/* Round trips ------------------------------------------------------------ */

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

/* Attempts --------------------------------------------------------------- */

/* RFC 6298 5.5 backs off by doubling; never past the step, unless one round
 * trip alone is longer than that. */
static int64_t attempts_backed_off(const struct rtt *r, unsigned number)
{
	int64_t wait = rtt_timeout(r);

	for (unsigned i = 1; i < number && wait < ATTEMPT_STEP_US; i++)
		wait = wait * 2 < ATTEMPT_STEP_US ? wait * 2 : ATTEMPT_STEP_US;
	return wait;
}

static int64_t attempts_most(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static int64_t attempts_least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

int64_t attempts_due(const struct attempts *a, unsigned opened,
		     int64_t opened_us)
{
	int64_t wait = attempts_backed_off(&a->rtt, opened);

	return opened_us +
	       (a->stream ? attempts_least(wait, ATTEMPT_SLOW_US) : wait);
}

/* As if each try had a socket: two more after the first, four under loss. */
static int64_t attempts_tries(const struct attempts *a)
{
	unsigned more = ATTEMPTS_DEFAULT - 1 + (a->loss ? ATTEMPTS_LOSS : 0);
	int64_t at = 0;

	for (unsigned i = 1; i <= more; i++)
		at += attempts_least(attempts_backed_off(&a->rtt, i),
				     i < ATTEMPTS_DEFAULT
					 ? ATTEMPT_STEP_US
					 : ATTEMPT_STEP_US * 3 / 4);
	return at;
}

static int64_t attempts_stream_end(const struct attempts *a, int64_t opened_us)
{
	int64_t trip = rtt_timeout(&a->rtt);
	int64_t last =
	    a->quiet && !a->loss ? ATTEMPT_SHORT_US : ATTEMPT_LAST_US;
	int64_t end;

	if (a->rtt.has_sample)
		last = attempts_most(last,
				     attempts_least(trip, ATTEMPT_SLOWEST_US));
	end = attempts_most(opened_us + last,
			    a->rtt.has_sample ? attempts_tries(a) + last : 0);
	if (a->loss)
		end = attempts_most(end, ATTEMPT_STEP_US * 9 / 4 + last);
	else if (!a->answered && !a->quiet)
		end = attempts_most(end, ATTEMPT_ALONE_US);
	return end;
}

int64_t attempts_end(const struct attempts *a, unsigned opened,
		     int64_t opened_us)
{
	if (a->stream)
		return attempts_stream_end(a, opened_us);
	(void)opened;
	return opened_us + attempts_most(rtt_timeout(&a->rtt), a->last_us);
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
	/* The last ones that came to rest. */
	struct target_state *resting[TARGETS_RESTING];
	size_t rested;
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
			pace_free(&t->buckets[i]->state.pace);
			free(t->buckets[i]);
			t->buckets[i] = next;
		}
	free(t->buckets);
	free(t);
}

void targets_rest(struct targets *t, struct target_state *s)
{
	struct target_state **place = &t->resting[t->rested % TARGETS_RESTING];

	if (s->pace.book == NULL || s->pace.book->users > 0)
		return;
	if (*place != NULL && *place != s)
		pace_forget(&(*place)->pace);
	*place = s;
	t->rested++;
}
