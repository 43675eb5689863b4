/*
 * evidence.h - the second, small round: what failures look like from nearby.
 *
 * Which evidence is wanted is decided by a pure function over the results
 * (report/evidence_wanted.c); here it is gathered, all wishes at once, single
 * attempts of one second repeated once.
 */
#ifndef PREFLIGHT_EVIDENCE_H
#define PREFLIGHT_EVIDENCE_H

#include "engine.h"
#include "loop.h"
#include "result.h"

struct evidence_wish {
	enum evidence_kind kind;
	size_t result; /* index it is about; SIZE_MAX: none */
	/* Where to look; filled from the result where addr is AF_UNSPEC. */
	struct addr addr;
	uint16_t port;
	enum transport transport;
	int ttl;          /* RESET_TTL: of another answer of that host */
	const char *what; /* CONTROL: what it is a control of */
};

enum { EVIDENCE_HOPS_MAX = 16, EVIDENCE_WAIT_US = 1000000 };

struct evidence_round;

/* Starts all wishes; done(arg) on the loop when the last one has ended. The
 * observations are appended to r->evidence. */
struct evidence_round *evidence_start(struct loop *l,
				      const struct engine_options *options,
				      struct results *r,
				      const struct evidence_wish *wishes,
				      size_t count, void (*done)(void *arg),
				      void *arg);
/* Also cancels. */
void evidence_free(struct evidence_round *e);

#endif
