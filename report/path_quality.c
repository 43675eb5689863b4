/* path_quality.c - loss, slowness, limits on new connections, redirected DNS.
 */
#include "core/engine/sched.h"
#include "report/path_quality.h"

#include "report/flow_loss.h"
#include "report/map.h"
#include "report/outage.h"

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
static bool path_quality_is_far(const struct correlation *s, size_t index)
{
	const struct result *r = &s->results->items[index];

	/* Not by ICMP errors, which are limited in number. */
	return s->contexts[index].direct && s->contexts[index].answered &&
	       !r->outcome.has_icmp && !r->on_link && r->parent == SIZE_MAX;
}

/* Connections that die ---------------------------------------------------- */

static unsigned path_quality_number(const struct evidence *e, const char *fact)
{
	return (unsigned)correlation_number(&e->observed, fact, 0);
}

static enum flow_loss path_quality_flow_loss(const struct evidence *e)
{
	struct flow_counts c = {.opened = path_quality_number(e, "opened"),
				.repeats = path_quality_number(e, "repeats"),
				.dead = path_quality_number(e, "dead"),
				.held = path_quality_number(e, "held-repeats")};

	c.answered = c.opened - c.dead;
	return flow_loss_of(&c);
}

/* Of other addresses on the same port of that side and family. */
struct quality_others {
	size_t answered, silent;
};

static struct quality_others path_quality_others(const struct correlation *s,
						 size_t index)
{
	const struct result *silent = &s->results->items[index];
	struct quality_others others = {0};

	for (size_t i = 0; i < s->results->count; i++) {
		const struct result *r = &s->results->items[i];

		if (r->port != silent->port ||
		    r->transport != silent->transport ||
		    r->addr.family != silent->addr.family ||
		    s->contexts[i].internet != s->contexts[index].internet)
			continue;
		others.answered += s->contexts[i].answered;
		others.silent += !s->contexts[i].answered &&
				 !addr_equal(&r->addr, &silent->addr);
	}
	return others;
}

/* A connection dies as a whole, with the kernel's repeats of its packet; each
 * datagram has a socket of its own. */
static unsigned path_quality_sockets(const struct result *r)
{
	return r->transport == TRANSPORT_TCP && r->attempts > ATTEMPTS_SOCKETS
		   ? ATTEMPTS_SOCKETS
		   : r->attempts;
}

/* A silent path of which all sockets died: others answer on its port; or its
 * host answers otherwise, and all that are silent there may well have died. */
static bool path_quality_all_died(const struct correlation *s, size_t index,
				  const struct evidence *e)
{
	const struct result *r = &s->results->items[index];
	struct quality_others others = path_quality_others(s, index);
	double share = (double)path_quality_number(e, "dead") /
		       path_quality_number(e, "opened");
	double chance = 1;

	/* Those of the others that are silent died with them. */
	for (unsigned i = 0; i < path_quality_sockets(r) * (others.silent + 1);
	     i++)
		chance *= share;
	if (others.answered > 0)
		return true;
	return correlation_host_answered(s, index) && chance >= 0.01;
}

/* The path that was tested, others of its side of which a socket died, and
 * those of which all did while their port answers others. */
static bool path_quality_is_dying(const struct correlation *s, size_t index,
				  const struct evidence *e)
{
	const struct result *r = &s->results->items[index];
	bool tested = r->port == e->port && addr_equal(&r->addr, &e->addr) &&
		      r->transport == e->transport;

	if (r->why != WHY_NONE || r->on_link || !s->contexts[index].direct ||
	    s->contexts[index].outage || r->addr.family != e->addr.family ||
	    r->parent != SIZE_MAX)
		return false;
	if (correlation_is_silent(r, SILENCE_VANISHED))
		return tested || path_quality_all_died(s, index, e);
	return r->outcome.cause == CAUSE_OK &&
	       s->contexts[index].internet == s->contexts[e->result].internet &&
	       (r->lost > 0 || tested);
}

static void path_quality_flows(struct correlation *s)
{
	for (size_t k = 0; k < s->results->evidence_count; k++) {
		const struct evidence *e = &s->results->evidence[k];
		enum flow_loss loss;

		if (e->kind != EVIDENCE_FLOWS || e->result >= s->results->count)
			continue;
		loss = path_quality_flow_loss(e);
		s->flows_die |= loss == FLOW_LOSS_MANY;
		for (size_t i = 0;
		     loss != FLOW_LOSS_NO && i < s->results->count; i++)
			if (path_quality_is_dying(s, i, e))
				s->contexts[i].dying = e;
	}
}

/* Loss -------------------------------------------------------------------- */

/* Tries of answered tests: lost ones and all, of connections and datagrams. */
struct quality_tries {
	unsigned lost, sent, datagrams_lost, datagrams;
	unsigned lost_inside, sent_inside;
	int64_t last_lost_us; /* the start of the last one that was lost */
};

static struct quality_tries path_quality_count_tries(
    const struct correlation *s)
{
	struct quality_tries t = {0};

	for (size_t i = 0; i < s->results->count; i++) {
		const struct result *r = &s->results->items[i];

		if (!path_quality_is_far(s, i) || s->contexts[i].outage)
			continue;
		t.lost += r->lost;
		t.sent += r->lost + 1;
		if (!s->contexts[i].internet) {
			t.lost_inside += r->lost;
			t.sent_inside += r->lost + 1;
		}
		if (r->transport != TRANSPORT_TCP) {
			t.datagrams_lost += r->lost;
			t.datagrams += r->lost + 1;
		}
		if (r->lost > 0 && r->tried_us[r->lost - 1] > t.last_lost_us)
			t.last_lost_us = r->tried_us[r->lost - 1];
	}
	return t;
}

/* A line that wakes up late loses everything, and then nothing: hardly a try
 * that was answered began before the last one that was lost. */
static bool path_quality_is_outage(const struct correlation *s,
				   const struct quality_tries *t)
{
	unsigned meanwhile = 0, lost = 0;

	for (size_t i = 0; i < s->results->count; i++) {
		const struct result *r = &s->results->items[i];

		if (!path_quality_is_far(s, i) || !s->contexts[i].internet)
			continue;
		meanwhile +=
		    r->heard_us > 0 && r->tried_us[r->lost] < t->last_lost_us;
		lost += r->lost > 0;
	}
	return t->last_lost_us > 0 && meanwhile * 5 < lost;
}

static void path_quality_loss(struct correlation *s)
{
	struct quality_tries t = path_quality_count_tries(s);

	s->lost = t.lost;
	s->sent = t.sent;
	s->lost_inside = t.lost_inside;
	s->sent_inside = t.sent_inside;
	s->woke_late = t.lost >= QUALITY_LOST && path_quality_is_outage(s, &t);
	s->lossy = !s->flows_die && t.lost >= QUALITY_LOST &&
		   t.lost * 100 >= t.sent * QUALITY_LOSS_PERCENT &&
		   !s->woke_late;
	/* A line does not choose: of so many datagrams it would lose one. */
	s->hurried = s->lossy && t.datagrams_lost == 0 &&
		     t.datagrams >= QUALITY_DATAGRAMS;
}

/* Slowness ---------------------------------------------------------------- */

static int path_quality_compare(const void *left, const void *right)
{
	int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

	return a < b ? -1 : a > b;
}

/* Connecting takes one round trip; the median does not mind a lost packet. */
static void path_quality_round_trip(struct correlation *s)
{
	size_t count = 0;
	int64_t *times = mem_calloc(s->results->count + 1, sizeof *times);

	for (size_t i = 0; i < s->results->count; i++) {
		const struct result *r = &s->results->items[i];

		if (path_quality_is_far(s, i) && !s->contexts[i].outage &&
		    r->timings.connect > 0 && r->transport == TRANSPORT_TCP)
			times[count++] = r->timings.connect;
	}
	if (count >= QUALITY_SAMPLES) {
		qsort(times, count, sizeof *times, path_quality_compare);
		s->round_trip_us = times[count / 2];
	}
	s->slow = s->round_trip_us >= CORRELATION_SLOW_US;
	free(times);
}

/* Limits on new connections ----------------------------------------------- */

/* What became of the tests of one port that were repeated, alone. */
struct quality_port {
	size_t opened, silent;
};

/* Port, family, and whether it is on the internet. */
static uint64_t path_quality_key(const struct correlation *s, size_t index)
{
	const struct result *r = &s->results->items[index];

	return (uint64_t)r->port << 16 | (uint64_t)r->addr.family << 8 |
	       s->contexts[index].internet;
}

static bool path_quality_is_silent(const struct correlation *s, size_t index)
{
	const struct result *r = &s->results->items[index];

	return correlation_is_silent(r, SILENCE_NO_CONNECTION) &&
	       s->contexts[index].direct && !r->on_link &&
	       s->contexts[index].dying == NULL;
}

/* Another test of that address and port was repeated in its place. */
static const struct evidence *path_quality_again(const struct correlation *s,
						 size_t index)
{
	const struct result *r = &s->results->items[index];
	const struct host_index *h;

	if (s->contexts[index].host == SIZE_MAX)
		return NULL;
	h = &s->hosts[s->contexts[index].host];
	for (size_t i = h->first; i < h->first + h->count; i++) {
		const struct evidence *e = correlation_again(s, s->by_host[i]);

		if (e != NULL && e->port == r->port)
			return e;
	}
	return NULL;
}

static struct quality_port *path_quality_count(struct correlation *s,
					       struct map *ports,
					       const size_t *silent,
					       size_t count)
{
	struct quality_port *all = mem_calloc(count + 1, sizeof *all);

	for (size_t i = 0; i < count; i++) {
		const struct evidence *e = correlation_again(s, silent[i]);
		size_t *slot;

		if (e == NULL)
			continue;
		slot = map_at_number(ports, path_quality_key(s, silent[i]));
		if (*slot == SIZE_MAX)
			*slot = ports->count - 1;
		if (facts_is_true(&e->observed, "ok"))
			all[*slot].opened++;
		else
			all[*slot].silent++;
	}
	return all;
}

static void path_quality_throttled(struct correlation *s)
{
	size_t *silent = mem_calloc(s->results->count + 1, sizeof *silent);
	struct map ports = {0};
	struct quality_port *all;
	size_t count = 0;

	for (size_t i = 0; i < s->results->count; i++)
		if (path_quality_is_silent(s, i))
			silent[count++] = i;
	all = path_quality_count(s, &ports, silent, count);
	for (size_t i = 0; i < count; i++) {
		const struct evidence *e = path_quality_again(s, silent[i]);
		size_t at =
		    map_get_number(&ports, path_quality_key(s, silent[i]));

		if (e != NULL && facts_is_true(&e->observed, "ok"))
			s->contexts[silent[i]].throttled = THROTTLED_PROVED;
		else if (e == NULL && !s->contexts[silent[i]].outage &&
			 at != SIZE_MAX && all[at].silent == 0 &&
			 all[at].opened >= QUALITY_REPEATED)
			s->contexts[silent[i]].throttled = THROTTLED_INFERRED;
	}
	map_free(&ports);
	free(all);
	free(silent);
}

/* Answers from nearby ------------------------------------------------------ */

/* What systems start with, or one less: one router at the most has forwarded
 * it. */
static bool path_quality_is_fresh(int ttl)
{
	return ttl == 64 || ttl == 63 || ttl == 128 || ttl == 127 ||
	       ttl == 255 || ttl == 254;
}

static void path_quality_nearby(struct correlation *s)
{
	for (size_t i = 0; i < s->results->count; i++) {
		const struct result *r = &s->results->items[i];
		const struct evidence *e =
		    correlation_control(s, i, "no-name-server");

		s->contexts[i].nearby = s->contexts[i].internet &&
					path_quality_is_far(s, i) &&
					correlation_is_check(r, "dns") &&
					r->transport == TRANSPORT_UDP &&
					path_quality_is_fresh(r->reply_ttl);
		if (e != NULL && facts_is_true(&e->observed, "ok"))
			s->dns_redirector = e;
	}
}

void path_quality_find(struct correlation *s)
{
	outage_find(s);
	path_quality_round_trip(s);
	path_quality_flows(s);
	path_quality_loss(s);
	path_quality_throttled(s);
	path_quality_nearby(s);
}
