/*
 * sched.h - when a packet may be sent, and how long to wait for its answer.
 * Pure: time is an argument, microseconds of one monotonic clock.
 */
#ifndef PREFLIGHT_SCHED_H
#define PREFLIGHT_SCHED_H

#include "core/base/addr.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A token bucket one token deep: no catch-up burst after a stall. */
struct pace {
	int64_t interval_us; /* 1/rate */
	int64_t next_us;     /* earliest time of the next token */
};

void pace_init(struct pace *p, unsigned rate_per_second);
/* The earliest time a token is to be had, at least now. */
int64_t pace_when(const struct pace *p, int64_t now_us);
/* Takes the token; call when pace_when() <= now. */
void pace_take(struct pace *p, int64_t now_us);

/* Round-trip estimate of one target, RFC 6298. */
struct rtt {
	bool has_sample;
	int64_t srtt_us, rttvar_us;
};

enum {
	RTT_INITIAL_US = 1000000, /* RFC 6298 2.1 */
	RTT_FLOOR_US = 250000,
	RTT_MAX_US = 10000000
};

/* A round trip that is not ambiguous (Karn): of an unrepeated packet. */
void rtt_sample(struct rtt *r, int64_t sample_us);
int64_t rtt_timeout(const struct rtt *r);

enum {
	ATTEMPTS_DEFAULT = 3,
	ATTEMPTS_LOSS = 2,  /* more, where the run has seen loss */
	WINDOW_TLS = 16,    /* handshakes of one check at once */
	ATTEMPTS_LOSSY = 8, /* of datagrams, where it has seen much of it */
	AGAIN_LOST = 3,     /* tries: an open connection may die of it */
	LOSSY_LOST = 8,     /* tries: much */
	ATTEMPT_LAST_US = 2500000, /* ICMPv6 rejects came at 1.02 s */
	ATTEMPT_STEP_US = 1000000, /* longest wait before the next attempt */
	REPLY_WAIT_US = 5000000,   /* on an open stream, for the next phase */
	TLS_WAIT_US = 15000000,    /* small devices compute for seconds */
	ATTEMPT_PROGRESS = 512, /* octets within a reply's wait: a slow line */
	ATTEMPT_MAX_US = 20000000, /* one attempt; a drip does not extend it */
	/* Of one attempt, what is left for connecting where --timeout is long.
	 */
	ATTEMPT_OPEN_US = 5000000
};

/*
 * How long attempt `number` (from 1) of `total` waits before the next one
 * starts, or, for the last, before the probe is given up. last_us: its wait.
 */
int64_t attempt_wait(const struct rtt *r, unsigned number, unsigned total,
		     int64_t last_us);

/* What is known per target address. */
struct target_state {
	struct addr addr; /* without the port */
	struct pace pace;
	struct rtt rtt;
	bool answered; /* anything came from it */
	bool on_link, route_known;
	char *route; /* "10.3.0.0/16 via 10.0.0.9": where another gateway than
			that of a default route is used; owned, or NULL */
	int ttl;     /* of a datagram answer, -1 */
};

/* Targets by address (hash table); pointers stay valid. */
struct targets;
struct targets *targets_new(unsigned rate_per_target);
struct target_state *targets_get(struct targets *t, const struct addr *a);
void targets_free(struct targets *t);

#endif
