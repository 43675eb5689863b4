/*
 * controls_plan_internal.h - what the planners of the second round share.
 */
#ifndef PREFLIGHT_WANTED_H
#define PREFLIGHT_WANTED_H

#include "report/controls/controls_plan.h"
#include "report/map.h"
#include "core/base/mem.h"
#include "report/correlation.h"

struct wanted {
	const struct plan *plan;
	const struct survey *survey;
	const struct results *results;
	struct evidence_wish *out;
	size_t count, max;
	struct map groups;  /* one representative each */
	struct arena arena; /* keys only: wishes outlive it */
};

/* A target was asked and said nothing. */
bool wanted_is_silent(const struct result *r);
/* Its path was a direct one, to an address that may be the target's. */
bool wanted_is_usable(const struct wanted *w, size_t index);
/* True the first time that a kind of wish meets a group: transport, port,
 * family, internet or not, on this network or not. */
bool wanted_first(struct wanted *w, const char *kind, size_t index);
void wanted_add(struct wanted *w, const struct evidence_wish *wish);

/* controls_paths.c: other ports, hosts and ways, as controls. */
void wanted_controls(struct wanted *w);
/* controls_dns.c: other DNS servers, as controls. */
void wanted_questions(struct wanted *w);

#endif
