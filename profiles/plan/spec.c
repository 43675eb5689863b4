/*
 * spec.c - what one spec may cost: packets, addresses, time.
 *
 * Upper bounds, for people who must agree before anything is sent: as if every
 * attempt had to be made and every step of the protocol were taken. The second
 * round (evidence about failures) is not in it.
 */
#include "core/engine/check.h"
#include "profiles/plan/plan.h"
#include "core/engine/sched.h"

enum {
	/* Of a path: SYNs, repeats included, also of a connection that is made
	 * again, twice, because it opened and fell silent under loss. */
	SPEC_CONNECT_PACKETS = 3 * ATTEMPT_SYNS_LOSS,
	/* Ours on the one stream that opens: a TLS handshake, requests, the
	 * acknowledgements of 64 KiB of answer, the end. */
	SPEC_STREAM_PACKETS = 48
};

enum needs spec_needs(const struct spec *s)
{
	return s->check->choose == NULL ? s->check->needs
					: s->check->choose(s->params);
}

static bool spec_is_silent(const struct spec *s)
{
	return s->untested != WHY_NONE || s->same_as != NULL ||
	       spec_needs(s) == NEEDS_NOTHING;
}

/* With those that a lossy path gets. */
static unsigned spec_attempts(const struct spec *s)
{
	return s->check->attempts != 0 ? s->check->attempts
				       : (unsigned)ATTEMPTS_LOSSY;
}

static unsigned spec_children(const struct spec *s)
{
	return s->check->children != NULL ? s->check->children(s->params) : 0;
}

/* Datagrams are repeated; of streams only one goes on once it is open. */
unsigned spec_packets_max(const struct spec *s)
{
	const unsigned child = SPEC_CONNECT_PACKETS + SPEC_STREAM_PACKETS;

	enum needs needs = spec_needs(s);
	bool stream = needs == NEEDS_TCP || needs == NEEDS_TLS;
	unsigned exchange = stream ? SPEC_STREAM_PACKETS : 1;

	if (spec_is_silent(s))
		return 0;
	if (s->check->packets != NULL)
		exchange = s->check->packets(s);
	exchange +=
	    stream ? SPEC_CONNECT_PACKETS : (spec_attempts(s) - 1) * exchange;
	return exchange + spec_children(s) * child;
}

unsigned spec_addresses_max(const struct spec *s)
{
	if (spec_needs(s) == NEEDS_NOTHING || s->literal.family != ADDR_NONE)
		return 1;
	return s->family == FAMILY_BOTH ? 2 * SPEC_ADDRESSES_MAX
					: SPEC_ADDRESSES_MAX;
}

int64_t spec_silence(const struct spec *s, bool loss)
{
	enum needs needs = spec_needs(s);
	struct attempts a = {.stream = needs == NEEDS_TCP || needs == NEEDS_TLS,
			     .loss = loss,
			     .last_us = ATTEMPT_LAST_US};
	unsigned tries = loss ? spec_attempts(s) : spec_tries(s);
	int64_t last = 0;

	if (a.stream && tries > ATTEMPTS_SOCKETS)
		tries = ATTEMPTS_SOCKETS;
	for (unsigned i = 1; i < tries; i++)
		last = attempts_due(&a, i, last);
	return attempts_end(&a, tries, last);
}

unsigned spec_tries(const struct spec *s)
{
	return s->check->attempts != 0 ? s->check->attempts
				       : (unsigned)ATTEMPTS_DEFAULT;
}

unsigned spec_window(const struct spec *s)
{
	if (s->check->window > 0)
		return s->check->window;
	return spec_needs(s) == NEEDS_TLS ? WINDOW_TLS : 0;
}

int64_t spec_time_max(const struct spec *s)
{
	int64_t total;

	if (spec_is_silent(s))
		return 0;
	total = spec_silence(s, s->check->attempts == 0);
	/* A datagram peer that is settled on is asked with one by one. */
	if (spec_needs(s) == NEEDS_UDP)
		total += (int64_t)s->credential_count * REPLY_WAIT_US;
	if (s->check->reply_us > total)
		total = s->check->reply_us;
	/* Connected, and then silent in the handshake. */
	if ((spec_needs(s) == NEEDS_TLS || s->check->describes_tls) &&
	    TLS_WAIT_US > total)
		total = TLS_WAIT_US;
	/* The server answers, but the ports it names do not; they are tried at
	 * once. */
	if (spec_children(s) > 0)
		total += spec_silence(s, true);
	return total;
}
