/*
 * controls_plan.h - what the second round should look at.
 *
 * Pure: results in (unjudged), requests out. Small on purpose: a representative
 * per group of failures, the gateway, and the refusals whose sender matters.
 * Step 0 asks about the failures; later steps ask what the evidence of those
 * before leaves open.
 */
#ifndef PREFLIGHT_CONTROLS_PLAN_H
#define PREFLIGHT_CONTROLS_PLAN_H

#include "core/engine/engine.h"
#include "core/engine/evidence.h"
#include "report/correlation.h"

#include <stddef.h>

enum {
	EVIDENCE_WANTED_MAX = 32,
	/* Beside them, of the first step: paths that are tried while the wire
	 * is watched. */
	CONTROLS_WIRE = 12,
	/* Asked on ports that no service has: hosts of each family, and at
	 * most two packets to each of two ports. */
	CONTROLS_OPEN_HOSTS = 8,
	CONTROLS_OPEN_PACKETS = 4,
	/* Opened with fewer hops than the way has: paths of each family. An
	 * echo request, the connection; where it opens, two others to the same
	 * host, and the same with fewer hops, once or twice. */
	CONTROLS_NEARER_PATHS = 8,
	CONTROLS_NEARER_PACKETS = 6,
	CONTROLS_NEARER_MORE = 18,
	/* How long the whole round takes where nothing answers: all steps, and
	 * the walks of one of them that start one after the other. */
	CONTROLS_WALKS_US = 2000000,
	CONTROLS_ROUND_US =
	    ENGINE_STEPS_MAX * EVIDENCE_STEP_US + CONTROLS_WALKS_US
};

/*
 * Fills at most `max` requests (and never more than EVIDENCE_WANTED_MAX, and
 * CONTROLS_WIRE beside them), the most telling first; returns how many.
 *
 *	NEIGHBOUR   each default gateway, when something behind it failed; each
 *	            silent target on this network; who prohibits, where that
 *	            was met over both families
 *	HOP_WALK    one target per transport, port, family and kind that is
 *	            silent, reset, or refused by a router behind the first one;
 *	            then up to six others, and once more, alone, a walk that
 *	            met nobody: three a step and family, a second apart
 *	RESET_TTL   refusals away from this network, where another answer of
 *	            that host gives a time to live to compare with; then up to
 *	            six a step whose walk has found what draws the reset
 *	GATEWAY     each default gateway of a family in which something failed
 *		    and nothing from outside answered; then CLAIMANTS of its
 *		    address and of ours, where it did not forward either
 *		    wrong answers, up to four of a port: how far the
 *		    connection goes, and an echo request
 *	CONTROL     up to eight hosts of a family of which only an open port is
 *		    known, on a port that no service has; then other ways to
 *		    what failed; last, up to eight paths of a family of which
 *		    only an open connection is known, with fewer hops than the
 *		    way has
 *	VIA         silent addresses of this network, where there are several,
 *		    by way of the gateway
 *	ROUTE       one target that this host's routing table refused
 *	WIRE        up to two addresses per transport, port, family and kind
 *		    that are silent or refused, if this host may watch
 */
size_t controls_plan(const struct correlation *s, unsigned step,
		     struct evidence_request *out, size_t max);

#endif
