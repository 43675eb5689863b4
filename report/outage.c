/* outage.c - attempts in the order of time: where all are lost, the path was
 * away. */
#include "report/outage.h"

#include "report/map.h"

#include <stdlib.h>

enum {
	OUTAGE_LEAST_US = 500000, /* shorter ones are not told from loss */
	OUTAGE_TRIES = 5,         /* lost ones, at least */
	OUTAGE_TARGETS = 3,       /* different addresses they went to */
	OUTAGE_QUESTIONS = 3, /* to the gateway, that show it by themselves */
	OUTAGE_DATAGRAMS = 2, /* of them: no limit of connections */
	OUTAGE_REPEAT_US = 900000,  /* repeats come after a second */
	OUTAGE_SECOND_US = 1000000, /* a busy host is as late as that */
	OUTAGE_LOOKUP_US = 4500000, /* how long a name is asked for */
	OUTAGE_PER_RESULT = RESULT_TRIES + 1
};

/* One attempt, or a repeat of it by the kernel. */
struct outage_try {
	int64_t at_us;
	size_t result;
	bool lost;
};

struct outage_tries {
	struct outage_try *items;
	size_t count;
	struct map ports; /* that somebody answered on */
};

/* The fastest exchanges: inside of the site, and with the internet, which may
 * be far. */
struct outage_trips {
	int64_t inside_us, internet_us;
};

static void outage_add(struct outage_tries *t, int64_t at_us, size_t result,
		       bool lost)
{
	t->items[t->count++] = (struct outage_try){at_us, result, lost};
}

static bool outage_is_away(const struct correlation *s, size_t index,
			   bool internet)
{
	const struct result *r = &s->results->items[index];

	return r->addr.family != ADDR_NONE && !r->on_link &&
	       r->tried_us[0] > 0 && r->why == WHY_NONE &&
	       r->same_as == SIZE_MAX && s->contexts[index].direct &&
	       (!internet || s->contexts[index].internet);
}

static bool outage_is_lost(const struct result *r)
{
	return r->heard_us == 0 &&
	       correlation_is_silent(r,
				     SILENCE_VANISHED | SILENCE_NO_NEIGHBOUR);
}

static int64_t outage_faster(int64_t fastest, int64_t timing)
{
	return timing > 0 && timing < fastest ? timing : fastest;
}

static int64_t outage_trip_of(const struct correlation *s, bool internet)
{
	int64_t fastest = INT64_MAX;

	for (size_t i = 0; i < s->results->count; i++) {
		const struct result *r = &s->results->items[i];

		if (!outage_is_away(s, i, false) ||
		    s->contexts[i].internet != internet)
			continue;
		fastest = outage_faster(fastest, r->timings.connect);
		fastest = outage_faster(fastest, r->timings.tls);
		fastest = outage_faster(fastest, r->timings.reply);
	}
	return fastest;
}

/* An answer to the kernel's repeat: the first packet was lost. Where a round
 * trip takes as long as a repeat waits, or the line is full, it was only late.
 */
static bool outage_is_of_repeat(const struct correlation *s,
				const struct outage_trips *trips, size_t index)
{
	const struct result *r = &s->results->items[index];
	int64_t trip =
	    s->contexts[index].internet ? trips->internet_us : trips->inside_us;
	int64_t late;

	if (r->repeats == 0 || r->heard_us == 0 || trip == INT64_MAX ||
	    r->lost >= RESULT_TRIES)
		return false;
	late = r->heard_us - r->tried_us[r->lost];
	return late > OUTAGE_REPEAT_US + 2 * trip;
}

static void outage_add_result(const struct correlation *s,
			      struct outage_tries *t,
			      const struct outage_trips *trips, size_t index)
{
	const struct result *r = &s->results->items[index];
	unsigned lost = outage_is_lost(r) ? r->attempts : r->lost;
	int64_t last;

	/* ICMP errors are limited: one that did not come tells nothing. */
	if (r->outcome.has_icmp)
		return;
	for (unsigned i = 0; i < lost && i < RESULT_TRIES; i++)
		outage_add(t, r->tried_us[i], index, true);
	/* What this host did not send tells nothing, nor what opened and fell
	 * silent. */
	if (outage_is_lost(r) ||
	    (r->heard_us == 0 && r->outcome.cause != CAUSE_REFUSED))
		return;
	last = r->tried_us[lost < RESULT_TRIES ? lost : RESULT_TRIES - 1];
	if (outage_is_of_repeat(s, trips, index)) {
		outage_add(t, last, index, true);
		last = r->heard_us;
	}
	outage_add(t, r->heard_us > 0 ? last : r->over_us, index, false);
}

static int outage_compare(const void *left, const void *right)
{
	const struct outage_try *a = left, *b = right;

	if (a->at_us != b->at_us)
		return a->at_us < b->at_us ? -1 : 1;
	return a->result < b->result ? -1 : a->result > b->result;
}

/* A run of lost tries ---------------------------------------------------- */

/* All attempts of a result that was never answered lie within. */
static bool outage_holds_all(const struct result *r, int64_t from_us,
			     int64_t to_us)
{
	unsigned last = r->attempts < RESULT_TRIES ? r->attempts : RESULT_TRIES;

	return last > 0 && r->tried_us[0] >= from_us &&
	       r->tried_us[last - 1] <= to_us;
}

/* Transport, port, family, and whether it is on the internet. */
static uint64_t outage_port(const struct correlation *s, size_t index)
{
	const struct result *r = &s->results->items[index];

	return (uint64_t)r->transport << 32 | (uint64_t)r->port << 16 |
	       (uint64_t)r->addr.family << 8 | s->contexts[index].internet;
}

static bool outage_port_answers(const struct correlation *s,
				struct outage_tries *t, size_t index)
{
	return map_get_number(&t->ports, outage_port(s, index)) != SIZE_MAX;
}

/* The gateway, which answers at other times, was asked again and again. */
static bool outage_gateway_away(const struct outage *o)
{
	return o->gateway_silent >= OUTAGE_QUESTIONS && o->gateway_heard == 0;
}

/* Tries that a run of them must not owe to chance, or to targets that are
 * silent whenever they are asked. While the gateway was away, its own silence
 * counts instead of theirs. */
static void outage_weigh(const struct correlation *s, struct outage_tries *t,
			 size_t first, size_t end, struct outage *o)
{
	struct map targets = {0};

	for (size_t i = first; i < end; i++) {
		size_t index = t->items[i].result;
		const struct result *r = &s->results->items[index];

		if (outage_is_lost(r) &&
		    !outage_holds_all(r, o->from_us, o->to_us))
			continue;
		o->datagrams += r->transport != TRANSPORT_TCP;
		if (!outage_is_lost(r) || outage_port_answers(s, t, index))
			o->witnesses++;
		else if (!outage_gateway_away(o))
			continue;
		o->lost++;
		*map_at_number(&targets, s->contexts[index].host) = i;
	}
	if (outage_gateway_away(o))
		o->witnesses += o->gateway_silent;
	o->targets = targets.count;
	map_free(&targets);
}

/* Would so many be lost in a row, wherever in the run, on a line that loses as
 * much as it does at other times? Not once in a thousand runs. */
static bool outage_is_chance(const struct correlation *s,
			     const struct outage_tries *t, size_t first,
			     size_t end, const struct outage *o)
{
	/* Places where such a row could begin: the gateway is asked seldom. */
	double chance =
	    (double)(outage_gateway_away(o) ? s->results->asked_count
					    : t->count);
	double outside = 1, all = 2;

	for (size_t i = 0; i < t->count; i++) {
		const struct outage_try *y = &t->items[i];

		if ((i >= first && i < end) ||
		    outage_is_lost(&s->results->items[y->result]))
			continue;
		outside += y->lost;
		all += 1;
	}
	for (size_t i = 0; i < o->witnesses; i++)
		chance *= outside / all;
	return chance >= 0.001;
}

/* It is answered at other times: then it has a meaning when it is not. */
static bool outage_answers(const struct correlation *s, const struct outage *o,
			   const struct addr *gateway)
{
	for (size_t i = 0; i < s->results->asked_count; i++) {
		const struct gateway_question *q = &s->results->asked[i];

		if (q->answered && addr_equal(&q->gateway, gateway) &&
		    (q->asked_us < o->from_us || q->asked_us >= o->to_us))
			return true;
	}
	return false;
}

/* What the gateway answered meanwhile. */
static void outage_gateway(const struct correlation *s, struct outage *o)
{
	for (size_t i = 0; i < s->results->asked_count; i++) {
		const struct gateway_question *q = &s->results->asked[i];

		if (q->asked_us < o->from_us || q->asked_us >= o->to_us)
			continue;
		if (q->answered)
			o->gateway_heard++;
		else if (outage_answers(s, o, &q->gateway))
			o->gateway_silent++;
	}
	o->beyond_gateway |= o->gateway_heard > 0;
}

static int64_t outage_end(const struct correlation *s)
{
	int64_t end = 0;

	for (size_t i = 0; i < s->results->count; i++)
		if (s->results->items[i].over_us > end)
			end = s->results->items[i].over_us;
	return end;
}

/* Where nothing was answered until the end of the tests, only the gateway's
 * silence tells that from targets that are silent for other causes. Where only
 * connections were lost, it may have been a limit on them. */
static bool outage_counts(const struct correlation *s,
			  const struct outage_tries *t, size_t first,
			  size_t end, const struct outage *o)
{
	int64_t longest = s->outage.to_us - s->outage.from_us;
	bool gateway = o->gateway_silent > 0 && o->gateway_heard == 0;

	/* Where only the internet was away, it was so for clearly longer than
	 * all else. */
	if (o->beyond_gateway && !s->outage.beyond_gateway)
		longest += OUTAGE_LEAST_US;
	return o->to_us - o->from_us >= OUTAGE_LEAST_US &&
	       o->to_us - o->from_us > longest &&
	       (o->witnesses >= OUTAGE_TRIES || outage_gateway_away(o)) &&
	       o->targets >= OUTAGE_TARGETS &&
	       (o->lasting ? gateway
			   : gateway || o->datagrams >= OUTAGE_DATAGRAMS) &&
	       !outage_is_chance(s, t, first, end, o);
}

/* The longest time of lost tries after an answered one. */
static void outage_longest(struct correlation *s, struct outage_tries *t,
			   bool internet)
{
	bool answered = false;

	for (size_t i = 0, end; i < t->count; i = end) {
		struct outage o = {.beyond_gateway = internet,
				   .from_us = t->items[i].at_us};

		for (end = i; end < t->count && t->items[end].lost; end++)
			;
		if (end == i) {
			answered = true;
			end++;
			continue;
		}
		o.lasting = end == t->count;
		o.to_us = o.lasting ? outage_end(s) : t->items[end].at_us;
		if (!answered)
			continue;
		outage_gateway(s, &o);
		outage_weigh(s, t, i, end, &o);
		if (outage_counts(s, t, i, end, &o))
			s->outage = o;
	}
}

/* Of the attempts away from this network, or only to the internet: then others
 * behind the gateway were answered meanwhile. */
static void outage_search(struct correlation *s,
			  const struct outage_trips *trips, bool internet)
{
	size_t count = s->results->count;
	struct outage_tries t = {
	    .items =
		mem_calloc(count * OUTAGE_PER_RESULT + 1, sizeof *t.items)};

	for (size_t i = 0; i < count; i++) {
		if (!outage_is_away(s, i, internet))
			continue;
		outage_add_result(s, &t, trips, i);
		if (s->results->items[i].heard_us > 0)
			*map_at_number(&t.ports, outage_port(s, i)) = i;
	}
	if (t.count > 0)
		qsort(t.items, t.count, sizeof *t.items, outage_compare);
	outage_longest(s, &t, internet);
	map_free(&t.ports);
	free(t.items);
}

/* What it explains ------------------------------------------------------- */

static bool outage_is_within(const struct outage *o, int64_t from_us,
			     int64_t to_us)
{
	return from_us <= o->to_us && to_us >= o->from_us;
}

/* The gateway's own services were away with it. */
static bool outage_reaches(const struct correlation *s, const struct result *r)
{
	if (!r->on_link)
		return true;
	for (size_t i = 0; i < s->results->asked_count; i++)
		if (addr_equal(&s->results->asked[i].gateway, &r->addr))
			return !s->outage.beyond_gateway;
	return false;
}

static bool outage_explains(const struct correlation *s,
			    const struct outage_trips *trips, size_t index)
{
	const struct result *r = &s->results->items[index];
	const struct outage *o = &s->outage;
	bool lost_name = r->outcome.phase == PHASE_RESOLVE &&
			 (r->outcome.cause == CAUSE_TIMEOUT ||
			  r->outcome.cause == CAUSE_SERVFAIL);

	if (r->why != WHY_NONE || !outage_reaches(s, r))
		return false;
	if (lost_name)
		return outage_is_within(o, r->over_us - OUTAGE_LOOKUP_US,
					r->over_us);
	if (o->beyond_gateway && !s->contexts[index].internet)
		return false;
	for (unsigned i = 0; i < r->lost && i < RESULT_TRIES; i++)
		if (outage_is_within(o, r->tried_us[i], r->tried_us[i]))
			return true;
	if (outage_is_of_repeat(s, trips, index) &&
	    outage_is_within(o, r->tried_us[r->lost], r->tried_us[r->lost]))
		return true;
	if (r->heard_us > 0 && (r->outcome.cause == CAUSE_TIMEOUT ||
				correlation_is_slow_answer(r)))
		return outage_is_within(o, r->heard_us, r->over_us);
	return outage_is_lost(r) &&
	       outage_holds_all(r, o->from_us - OUTAGE_LEAST_US,
				o->to_us + OUTAGE_SECOND_US);
}

void outage_find(struct correlation *s)
{
	struct outage_trips trips = {outage_trip_of(s, false),
				     outage_trip_of(s, true)};

	outage_search(s, &trips, false);
	outage_search(s, &trips, true);
	if (s->outage.to_us == 0)
		return;
	for (size_t i = 0; i < s->results->count; i++)
		s->contexts[i].outage = outage_explains(s, &trips, i);
}
