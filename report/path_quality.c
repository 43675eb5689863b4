/* path_quality.c - loss, slowness, limits on new connections, impostors. */
#include "report/path_quality.h"

#include "report/map.h"

#include <stdlib.h>
#include <string.h>

enum {
	QUALITY_LOST = 8,          /* fewer lost tries may be chance */
	QUALITY_LOSS_PERCENT = 15, /* of the tries of answered tests */
	QUALITY_DATAGRAMS = 12,
	QUALITY_SAMPLES = 3,
	QUALITY_REPEATED = 2 /* controls that must agree */
};

/* Away from this network, directly, and the target answered. */
static bool quality_is_far(const struct survey *s, size_t index)
{
	const struct result *r = &s->results->items[index];

	return s->views[index].direct && s->views[index].answered &&
	       !r->on_link && r->parent == SIZE_MAX;
}

/* Loss -------------------------------------------------------------------- */

/* Tries of answered tests: lost ones and all, of connections and datagrams. */
struct quality_tries {
	unsigned lost, sent, datagrams_lost, datagrams;
	int64_t last_lost_us; /* the start of the last one that was lost */
};

static struct quality_tries quality_count_tries(const struct survey *s)
{
	struct quality_tries t = {0};

	for (size_t i = 0; i < s->results->count; i++) {
		const struct result *r = &s->results->items[i];

		if (!quality_is_far(s, i))
			continue;
		t.lost += r->lost;
		t.sent += r->lost + 1;
		if (r->spec->transport != TRANSPORT_TCP) {
			t.datagrams_lost += r->lost;
			t.datagrams += r->lost + 1;
		}
		if (r->lost_us > t.last_lost_us)
			t.last_lost_us = r->lost_us;
	}
	return t;
}

/* A line that wakes up late loses everything, and then nothing: hardly a try
 * that was answered began before the last one that was lost. */
static bool quality_is_outage(const struct survey *s,
			      const struct quality_tries *t)
{
	unsigned meanwhile = 0, lost = 0;

	for (size_t i = 0; i < s->results->count; i++) {
		const struct result *r = &s->results->items[i];

		if (!quality_is_far(s, i) || !s->views[i].internet)
			continue;
		meanwhile += r->won_us > 0 && r->won_us < t->last_lost_us;
		lost += r->lost > 0;
	}
	return t->last_lost_us > 0 && meanwhile * 5 < lost;
}

static void quality_loss(struct survey *s)
{
	struct quality_tries t = quality_count_tries(s);

	s->lost = t.lost;
	s->sent = t.sent;
	s->lossy = t.lost >= QUALITY_LOST &&
		   t.lost * 100 >= t.sent * QUALITY_LOSS_PERCENT &&
		   !quality_is_outage(s, &t);
	/* A line does not choose: of so many datagrams it would lose one. */
	s->hurried = s->lossy && t.datagrams_lost == 0 &&
		     t.datagrams >= QUALITY_DATAGRAMS;
}

/* Slowness ---------------------------------------------------------------- */

static int quality_compare(const void *left, const void *right)
{
	int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

	return a < b ? -1 : a > b;
}

/* Connecting takes one round trip; the median does not mind a lost packet. */
static void quality_round_trip(struct survey *s)
{
	size_t count = 0;
	int64_t *times = mem_calloc(s->results->count + 1, sizeof *times);

	for (size_t i = 0; i < s->results->count; i++) {
		const struct result *r = &s->results->items[i];

		if (quality_is_far(s, i) && r->timings.connect > 0 &&
		    r->spec->transport == TRANSPORT_TCP)
			times[count++] = r->timings.connect;
	}
	if (count >= QUALITY_SAMPLES) {
		qsort(times, count, sizeof *times, quality_compare);
		s->round_trip_us = times[count / 2];
	}
	s->slow = s->round_trip_us >= SURVEY_SLOW_US;
	free(times);
}

/* Limits on new connections ----------------------------------------------- */

/* What became of the tests of one port that were repeated, alone. */
struct quality_port {
	size_t opened, silent;
};

static const char *quality_key(struct survey *s, size_t index)
{
	const struct result *r = &s->results->items[index];

	return arena_printf(&s->arena, "%u %d %d", (unsigned)r->port,
			    (int)r->addr.family, (int)s->views[index].internet);
}

static bool quality_is_silent(const struct survey *s, size_t index)
{
	const struct result *r = &s->results->items[index];

	return r->why == WHY_NONE && s->views[index].direct &&
	       r->spec->transport == TRANSPORT_TCP &&
	       r->addr.family != AF_UNSPEC && !r->on_link &&
	       r->outcome.phase == PHASE_CONNECT &&
	       r->outcome.cause == CAUSE_TIMEOUT;
}

/* Another test of that address and port was repeated in its place. */
static const struct evidence *quality_again(const struct survey *s,
					    size_t index)
{
	const struct result *r = &s->results->items[index];
	const struct survey_host *h;

	if (s->views[index].host == SIZE_MAX)
		return NULL;
	h = &s->hosts[s->views[index].host];
	for (size_t i = h->first; i < h->first + h->count; i++) {
		const struct evidence *e =
		    survey_control(s, s->by_host[i], "again");

		if (e != NULL && e->port == r->port)
			return e;
	}
	return NULL;
}

static struct quality_port *quality_count(struct survey *s, struct map *ports,
					  const size_t *silent, size_t count)
{
	struct quality_port *all = mem_calloc(count + 1, sizeof *all);

	for (size_t i = 0; i < count; i++) {
		const struct evidence *e =
		    survey_control(s, silent[i], "again");
		size_t *slot;

		if (e == NULL)
			continue;
		slot = map_at(ports, quality_key(s, silent[i]));
		if (*slot == SIZE_MAX)
			*slot = ports->count - 1;
		if (facts_is_true(&e->observed, "ok"))
			all[*slot].opened++;
		else
			all[*slot].silent++;
	}
	return all;
}

static void quality_crowds(struct survey *s)
{
	size_t *silent = mem_calloc(s->results->count + 1, sizeof *silent);
	struct map ports = {0};
	struct quality_port *all;
	size_t count = 0;

	for (size_t i = 0; i < s->results->count; i++)
		if (quality_is_silent(s, i))
			silent[count++] = i;
	all = quality_count(s, &ports, silent, count);
	for (size_t i = 0; i < count; i++) {
		const struct evidence *e = quality_again(s, silent[i]);
		size_t at = map_get(&ports, quality_key(s, silent[i]));

		if (e != NULL && facts_is_true(&e->observed, "ok"))
			s->views[silent[i]].crowded = CROWDED_PROVED;
		else if (e == NULL && at != SIZE_MAX && all[at].silent == 0 &&
			 all[at].opened >= QUALITY_REPEATED)
			s->views[silent[i]].crowded = CROWDED_INFERRED;
	}
	map_free(&ports);
	free(all);
	free(silent);
}

/* Answers from nearby ------------------------------------------------------ */

/* What systems start with: a router would have taken one off. */
static bool quality_is_fresh(int ttl)
{
	return ttl == 64 || ttl == 128 || ttl == 255;
}

static void quality_nearby(struct survey *s)
{
	for (size_t i = 0; i < s->results->count; i++) {
		const struct result *r = &s->results->items[i];
		const struct evidence *e =
		    survey_control(s, i, "no-name-server");

		s->views[i].nearby = s->views[i].internet &&
				     quality_is_far(s, i) &&
				     survey_is_check(r, "dns") &&
				     r->spec->transport == TRANSPORT_UDP &&
				     quality_is_fresh(r->reply_ttl);
		if (e != NULL && facts_is_true(&e->observed, "ok"))
			s->impostor = e;
	}
}

void quality_find(struct survey *s)
{
	quality_loss(s);
	quality_round_trip(s);
	quality_crowds(s);
	quality_nearby(s);
}
