/*
 * spec.c - what one spec may cost: packets, addresses, time.
 *
 * Upper bounds, for people who must say yes before anything is sent: as if
 * every attempt had to be made and every step of the protocol were taken. The
 * second round (evidence about failures) is not in it.
 */
#include "check.h"
#include "plan.h"
#include "sched.h"

enum {
	SPEC_CONNECT_PACKETS = 4, /* SYN, its repeats, the end */
	/* Ours on the one stream that opens: a TLS handshake, requests, the
	 * acknowledgements of 64 KiB of answer, the end. */
	SPEC_STREAM_PACKETS = 48
};

static enum needs spec_needs(const struct spec *s)
{
	return s->check->choose == NULL ? s->check->needs
					: s->check->choose(s->params);
}

static bool spec_is_silent(const struct spec *s)
{
	return s->untested != WHY_NONE || s->same_as != NULL ||
	       spec_needs(s) == NEEDS_NOTHING;
}

/* With the two more that a lossy path gets. */
static unsigned spec_attempts(const struct spec *s)
{
	return s->check->attempts != 0
		   ? s->check->attempts
		   : (unsigned)ATTEMPTS_DEFAULT + ATTEMPTS_LOSS;
}

/* Datagrams are repeated; of streams only one goes on once it is open. */
unsigned spec_packets_max(const struct spec *s)
{
	enum needs needs = spec_needs(s);
	bool stream = needs == NEEDS_TCP || needs == NEEDS_TLS;
	unsigned exchange = stream ? SPEC_STREAM_PACKETS : 1;

	if (spec_is_silent(s))
		return 0;
	if (s->check->packets != NULL)
		exchange = s->check->packets(s->params);
	return stream ? spec_attempts(s) * SPEC_CONNECT_PACKETS + exchange
		      : spec_attempts(s) * exchange;
}

unsigned spec_addresses_max(const struct spec *s)
{
	if (spec_needs(s) == NEEDS_NOTHING || s->literal.family != AF_UNSPEC)
		return 1;
	return s->family == FAMILY_BOTH ? 2 * SPEC_ADDRESSES_MAX
					: SPEC_ADDRESSES_MAX;
}

int64_t spec_time_max(const struct spec *s)
{
	const struct rtt unknown = {.has_sample = false};
	unsigned attempts;
	int64_t total = 0;

	if (spec_is_silent(s))
		return 0;
	attempts = spec_attempts(s);
	for (unsigned i = 1; i <= attempts; i++)
		total += attempt_wait(&unknown, i, attempts, ATTEMPT_LAST_US);
	if (s->check->reply_us > total)
		total = s->check->reply_us;
	return total;
}
