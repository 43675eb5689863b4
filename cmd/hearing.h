/*
 * hearing.h - who was heard, for the inbound paths of a plan: by listening now,
 * or from the report of `preflight listen`. Shared by listen and run.
 */
#ifndef PREFLIGHT_HEARING_H
#define PREFLIGHT_HEARING_H

#include "core/base/buf.h"
#include "core/base/heard.h"
#include "cmd/options.h"
#include "profiles/plan/plan.h"
#include "report/report.h"

#include <stdio.h>

struct hearing {
	struct heard_list list;
	const struct plan *plan;
	struct addr *wanted; /* sorted: the senders that are known */
	size_t wanted_count, wanted_capacity;
	FILE *out; /* a line for each sender; NULL: none */
	struct buf strangers;
	size_t stranger_count;
};

void hearing_begin(struct hearing *h);
/* Listens on the inbound ports of the plan for so long; `enough`: until each
 * inbound requirement was heard. -1: one error. */
int hearing_listen(struct hearing *h, const struct plan *plan,
		   int64_t duration_us, bool enough, struct error *err);
/* What a report of `preflight listen` says, unless it is of another host or
 * profile, or more than a day old: list.refused says so then. */
void hearing_take(struct hearing *h, const struct report *r, const char *file,
		  const struct plan *plan);
/* A note for the report: senders that count for no requirement, and packets
 * that were dropped; NULL: none. Lives as long as h. */
const char *hearing_strangers(struct hearing *h);
void hearing_free(struct hearing *h);

#endif
