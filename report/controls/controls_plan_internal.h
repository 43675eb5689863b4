/*
 * controls_plan_internal.h - what the planners of the second round share.
 */
#ifndef PREFLIGHT_CONTROLS_PLAN_INTERNAL_H
#define PREFLIGHT_CONTROLS_PLAN_INTERNAL_H

#include "report/controls/controls_plan.h"
#include "report/map.h"
#include "core/base/mem.h"
#include "report/correlation.h"

struct controls_plan {
	const struct plan *plan;
	const struct correlation *correlation;
	const struct results *results;
	struct evidence_request *out;
	size_t count, max;
	size_t room;        /* in `out` */
	struct map kinds;   /* of groups, numbered */
	struct map groups;  /* one representative each */
	struct arena arena; /* keys only: requests outlive it */
};

/* A target was asked, nothing came back, and no router spoke for it. */
enum { CONTROLS_SILENT = SILENCE_VANISHED | SILENCE_NO_NEIGHBOUR };
/* Its path was a direct one, to an address that may be the target's. */
bool controls_is_usable(const struct controls_plan *w, size_t index);
/* True the first time that a kind of request meets a group: transport, port,
 * family, internet or not, on this network or not. */
bool controls_first(struct controls_plan *w, const char *kind, size_t index);
void controls_add(struct controls_plan *w,
		  const struct evidence_request *request);

/* controls_first_hop.c: the way out; then what its answers leave open. */
void controls_first_hop(struct controls_plan *w);
void controls_first_hop_open(struct controls_plan *w);
/* The time to live of another answer of that result's host; 0: none. */
int controls_ttl(const struct controls_plan *w, size_t index);

/* Its reset was measured, with that fact as evidence. */
bool controls_is_measured(const struct controls_plan *w, size_t index,
			  const char *fact);

/* controls_walks.c: where packets vanish, loop, or draw a reset. */
void controls_walks(struct controls_plan *w, unsigned step);
/* controls_paths.c: other hosts and paths, as controls. */
void controls_paths(struct controls_plan *w);
/* Repeats that were lost while others opened, once all else was answered. */
void controls_again_alone(struct controls_plan *w);
/* controls_open.c: hosts of which only an open port is known; then those on
 * which a port opened that no service has. */
void controls_open(struct controls_plan *w);
void controls_open_again(struct controls_plan *w);
/* controls_nearer.c: how far a host is of which only an open port is known;
 * then whether it opens nearer, once all else was asked. */
void controls_distance(struct controls_plan *w);
void controls_nearer(struct controls_plan *w, unsigned step);
/* controls_still.c: ports that were open, after the failures were looked at. */
void controls_still(struct controls_plan *w);
/* controls_hosts.c: other tests of silent hosts. */
void controls_hosts(struct controls_plan *w);
/* controls_answers.c: wrong answers that a nearer device may have given. */
void controls_answers(struct controls_plan *w);
/* controls_flows.c: what this host did not send. */
void controls_sending(struct controls_plan *w);
void controls_rules(struct controls_plan *w);
void controls_meanwhile(struct controls_plan *w);
/* Do connections die as a whole? Asked alone, once all else was answered. */
void controls_flows(struct controls_plan *w);
void controls_ask_echo(struct controls_plan *w, size_t index);
/* controls_wire.c: what this host itself does not let out or in. */
void controls_wire(struct controls_plan *w);
/* controls_dns.c: other DNS servers, as controls. */
void controls_dns(struct controls_plan *w);

#endif
