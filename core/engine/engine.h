/*
 * engine.h - runs the probes of a plan: names, pacing, attempts, results.
 *
 * Specs become probes (one per address) when their names resolve; a probe is up
 * to three attempts, each a socket and a check's state of its own, of which the
 * first proof wins (design §4). One call does a whole run.
 */
#ifndef PREFLIGHT_ENGINE_H
#define PREFLIGHT_ENGINE_H

#include "core/base/addr.h"
#include "core/base/error.h"
#include "core/base/result.h"
#include "core/base/spec.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct evidence_request; /* core/engine/evidence.h */
struct host_filter;      /* core/engine/host_filter.h */

/*
 * How far a run is. Targets are the specs of the plan that are tested at all:
 * their number is the same from begin to end, whatever names resolve to. One
 * fails when all that was sent for it has ended without success.
 */
struct engine_progress {
	size_t done, total;
	size_t failed;
	const bool *failing;        /* by spec */
	const struct spec *running; /* one that is under way, or NULL */
	unsigned step;              /* of the second round; 0: the first one */
	int64_t left_us;            /* about */
};

struct engine_options {
	const struct spec *specs;
	size_t spec_count;
	/* Where probes with via_proxy go; NULL: none. */
	const char *proxy_host;
	uint16_t proxy_port;
	const char *proxy_userpwd;
	unsigned rate, rate_per_target; /* per second; 0: 200 and 20 */
	int64_t reply_us;    /* wait for any reply; 0: each check's own */
	int64_t deadline_us; /* of the whole run; 0: none */
	/* This host's own rules; NULL: they are not asked. Borrowed. */
	const struct host_filter *filter;
	struct addr source;
	const char *interface;
	enum family_want family;
	/* Called a few times a second; what it gets is borrowed. May be
	 * NULL. */
	void (*progress)(void *arg, const struct engine_progress *p);
	void *progress_arg;
	/*
	 * The second round, step by step: asked when all probes are done, and
	 * again when what it asked for has been gathered (`step` counts from
	 * 0); fills at most `max` requests. 0 requests, or ENGINE_STEPS_MAX
	 * steps, end it. NULL: no second round.
	 */
	size_t (*requests)(void *arg, const struct results *r, unsigned step,
			   struct evidence_request *out, size_t max);
	void *requests_arg;
};

enum {
	ENGINE_RATE = 200,
	ENGINE_RATE_TARGET = 20,
	ENGINE_RATE_FAST = 2000,
	ENGINE_RATE_TARGET_FAST = 200,
	ENGINE_REQUESTS_MAX = 44,
	ENGINE_STEPS_MAX = 5
};

/*
 * Runs to the end, the deadline or a signal (SIGINT, SIGTERM, SIGHUP: partial
 * results, results->interrupt_signal). Every spec has at least one result
 * afterwards, in the order of the specs. -1: nothing could be run at all.
 */
int engine_run(const struct engine_options *options, struct results *out,
	       struct error *err);

void results_free(struct results *r);

#endif
