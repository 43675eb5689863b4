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

struct run_probe;

/*
 * A token bucket one token deep: no catch-up burst after a stall. And a book of
 * what will be sent anyway: kernels repeat what nobody has answered, so that
 * room for it is kept from the start.
 */
struct pace_book;
struct pace {
	int64_t interval_us; /* 1/rate */
	int64_t next_us;     /* earliest time of the next token */
	int64_t slot_us;     /* of the book */
	unsigned per_slot;
	struct pace_book *book; /* NULL: nothing is to be repeated */
};

void pace_init(struct pace *p, unsigned rate_per_second);
void pace_free(struct pace *p);
/* The earliest time a token is to be had, at least now. */
int64_t pace_when(const struct pace *p, int64_t now_us);
/* Takes the token; call when pace_when() <= now. */
void pace_take(struct pace *p, int64_t now_us);

/* When what is sent will be sent again, if nobody answers: microseconds after
 * the first time. */
enum { PACE_REPEATS = 5 };
struct repeats {
	int64_t after_us[PACE_REPEATS];
	unsigned count;
};

/* The same with room for all repeats: at most some seconds from now, where a
 * second is full; the caller asks again then. */
int64_t pace_when_repeated(const struct pace *p, int64_t now_us,
			   const struct repeats *r);
/* Takes the token, and room for the repeats, until pace_end(). */
void pace_begin(struct pace *p, int64_t now_us, const struct repeats *r);
/* What was begun then is answered or given up: no repeat follows any more. */
void pace_end(struct pace *p, int64_t begun_us, const struct repeats *r,
	      int64_t now_us);
/* Nothing is under way: what was sent so far is forgotten. */
void pace_forget(struct pace *p);
/* May one more be sent at once, whatever the interval? Each second is within
 * the rate then. For small bursts. */
bool pace_has_room(const struct pace *p, int64_t now_us);
/* Takes the room, without a token. */
void pace_burst(struct pace *p, int64_t now_us, const struct repeats *r);

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
	ATTEMPTS_LOSS = 2,    /* more, where the run has seen loss */
	ATTEMPTS_SOCKETS = 2, /* of one path that are connecting */
	WINDOW_TLS = 16,      /* handshakes of one check at once */
	ATTEMPTS_LOSSY = 8,   /* of datagrams, where it has seen much of it */
	AGAIN_LOST = 3,       /* tries: an open connection may die of it */
	LOSSY_LOST = 8,       /* tries: much */
	ATTEMPT_LAST_US = 2500000,  /* ICMPv6 rejects came at 1.02 s */
	ATTEMPT_SHORT_US = 1250000, /* where that was waited for in vain */
	/* A path of a host that never answered: its router asks for it for
	 * 3.1 s before it says that it is not there. */
	ATTEMPT_ALONE_US = 3750000,
	ATTEMPT_STEP_US = 1000000, /* longest wait before the next attempt */
	/* The longest wait for a second socket, and of its last wait: slower
	 * paths are repeated by the kernel. */
	ATTEMPT_SLOW_US = 2000000,
	ATTEMPT_SLOWEST_US = 4000000,
	/* The first question to a group, and what devices of UPnP may wait
	 * (MX: 1 s). */
	ATTEMPT_LISTEN_US = 1050000,
	REPLY_WAIT_US = 5000000, /* on an open stream, for the next phase */
	TLS_WAIT_US = 15000000,  /* small devices compute for seconds */
	ATTEMPT_PROGRESS = 512,  /* octets within a reply's wait: a slow line */
	ATTEMPT_MAX_US = 20000000, /* one attempt; a drip does not extend it */
	/* Of one attempt, what is left for connecting where --timeout is long.
	 */
	ATTEMPT_OPEN_US = 5000000,
	/* Connection attempts of one dead path, repeats of the kernel
	 * included: at most. */
	ATTEMPT_SYNS = 8,
	ATTEMPT_SYNS_LOSS = 10
};

/*
 * The tries of one path. A try is a first packet: of ours, or a repeat of the
 * kernel. Streams have two sockets at most, and the kernel repeats for both;
 * what is a datagram has a socket a try.
 */
struct attempts {
	bool stream;
	bool answered;   /* the host has been heard of */
	bool loss;       /* extra tries: packets are lost */
	bool quiet;      /* of a stream: paths like it waited in vain */
	unsigned total;  /* sockets; of streams ATTEMPTS_SOCKETS or 1 */
	int64_t last_us; /* the last wait, of datagrams */
	struct rtt rtt;  /* of the target, or of what lies that way */
};

/* When the next socket is due: microseconds after the first one. `opened`: so
 * many there are, at least 1; opened_us: when the last of them was. */
int64_t attempts_due(const struct attempts *a, unsigned opened,
		     int64_t opened_us);
/* When the path is given up, with all its sockets opened; the last of them
 * at opened_us. */
int64_t attempts_end(const struct attempts *a, unsigned opened,
		     int64_t opened_us);

/* What lies behind one next hop, or on the links of one family. */
struct next_hop {
	struct addr addr;          /* family only: on the link */
	struct rtt rtt;            /* of anything that way */
	uint8_t silent[65536 / 8]; /* TCP ports: a last wait was in vain */
	bool tells; /* a router that way says so when a host is not there */
	struct next_hop *next;
};

/* What is known per target address. */
struct target_state {
	struct addr addr; /* without the port */
	struct pace pace;
	struct rtt rtt;
	bool answered;             /* anything came from it */
	struct run_probe *running; /* its probes that wait, a list */
	struct next_hop *hop;      /* NULL: not known; borrowed */
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
/* Nothing of it is under way: its book may be forgotten when others need room.
 */
void targets_rest(struct targets *t, struct target_state *s);

#endif
