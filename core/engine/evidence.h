/*
 * evidence.h - the second, small round: what failures look like from this host.
 *
 * Which evidence is wanted is decided by a pure function over the results
 * (report/controls/controls_plan.c); here it is gathered step by step, all
 * requests of a step at once unless they say when, single attempts of one
 * second repeated once: a step is over two seconds after its last start, or
 * three where a gateway is asked.
 */
#ifndef PREFLIGHT_EVIDENCE_H
#define PREFLIGHT_EVIDENCE_H

#include "core/engine/engine.h"
#include "core/engine/sched.h"
#include "core/net/loop.h"
#include "core/net/resolver.h"
#include "core/base/result.h"

/* What must happen on an open path before a control counts as `ok`. */
enum evidence_talk {
	TALK_OPEN,    /* TCP: connected; UDP: any answer */
	TALK_TLS,     /* a handshake for `host`, whatever its certificate */
	TALK_HTTP,    /* an answer to GET / for `host` */
	TALK_SOCKS,   /* an answer to the greeting of SOCKS 5 (RFC 1928) */
	TALK_CONNECT, /* the proxy there opens a tunnel to host:host_port */
	TALK_DNS,     /* a DNS answer about `host`, whatever it says */
	TALK_ECHO,    /* the reply to an echo request */
	TALK_SSH,     /* an SSH server's list of algorithms */
	TALK_SMB1,    /* a server's answer in SMB1 */
	TALK_NTP,     /* any answer to a time client's question */
	TALK_SMB      /* an SMB server's answer, whatever its version */
};

/* EVIDENCE_RESOLVER asks for a random name of its own where `what` is one of
 * these: in example.com, or in the domain `host`. */
#define EVIDENCE_RANDOM_NAME "random-name"
#define EVIDENCE_RANDOM_IN   "search-wildcard"

struct evidence_request {
	enum evidence_kind kind;
	size_t result; /* index it is about; SIZE_MAX: none */
	/* Where to look; filled from the result where addr is ADDR_NONE and
	 * no host is to be looked up. */
	struct addr addr;
	uint16_t port;
	enum transport transport;
	struct addr other; /* GATEWAY: an address behind it; VIA: the next hop
			      that `addr` is asked through */
	const char *interface; /* CLAIMANTS: where */
	int ttl;               /* RESET_TTL: of another answer of that host;
				  CONTROL: hops that it is given, 0: all */
	int reset_at;       /* RESET_TTL without one: the smallest time to live
			       of a SYN that draws the reset, from 2 */
	int first_ttl;      /* HOP_WALK: where it starts; 0: 1 */
	int64_t delay_us;   /* starts that much later than its step */
	int64_t wait_us;    /* for silence to count; 0: EVIDENCE_WAIT_US */
	const char *what;   /* CONTROL, RESOLVER: what it is a control of */
	const char *host;   /* see `talk`; looked up where addr is ADDR_NONE */
	uint16_t host_port; /* TALK_CONNECT */
	unsigned segment;   /* largest TCP segment either side sends; 0: any */
	enum evidence_talk talk;
};

enum {
	EVIDENCE_HOPS_MAX = 16,
	EVIDENCE_FLOWS_MAX = 40, /* connections of EVIDENCE_FLOWS */
	EVIDENCE_FLOWS_WALK = EVIDENCE_HOPS_MAX, /* dead ones asked how far */
	/* At most: four for each connection, two for each of the walk. */
	EVIDENCE_FLOWS_PACKETS =
	    4 * EVIDENCE_FLOWS_MAX + 2 * EVIDENCE_FLOWS_WALK,
	EVIDENCE_HOPS_SHORT = 4, /* of a walk that starts later */
	EVIDENCE_WAIT_US = 1000000,
	/* A step where nothing answers: two tries. */
	EVIDENCE_STEP_US = 2 * EVIDENCE_WAIT_US,
	/* WIRE: the first packets of one path, and how long an answer that
	 * was just seen may take to the socket. */
	EVIDENCE_WIRE_PACKETS = 2,
	EVIDENCE_WIRE_GRACE_US = 300000,
	/* What goes through any link that IPv4 allows (RFC 9293 3.7.1). */
	EVIDENCE_SEGMENT = 536
};

struct evidence_round;

/* What is sent takes room of the run and of its target: openings, and their
 * repeats. Both borrowed. */
struct evidence_room {
	struct pace *run;
	struct targets *targets;
};

/* Starts all requests; done(arg) on the loop when the last one has ended. The
 * observations are appended to r->evidence. names may be NULL: nothing is
 * looked up. room may be NULL: as fast as can be. What a request points to must
 * live until then. */
struct evidence_round *evidence_start(
    struct loop *l, const struct engine_options *options,
    struct resolver *names, const struct evidence_room *room, struct results *r,
    const struct evidence_request *requests, size_t count,
    void (*done)(void *arg), void *arg);
/* Also cancels; before the resolver is freed. */
void evidence_free(struct evidence_round *e);

#endif
