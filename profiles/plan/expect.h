/*
 * expect.h - how long a run will take, and how many paths it will open.
 *
 * Computed before anything is sent, by the scheduler's own rules (sched.h): the
 * pace of the run and of each target, the windows of checks, what a check waits
 * for however early answers come, and the tries of a silent path. What only the
 * network knows is assumed: an answer in EXPECT_RTT_US, and one address of each
 * family for a name.
 */
#ifndef PREFLIGHT_EXPECT_H
#define PREFLIGHT_EXPECT_H

#include "profiles/plan/plan.h"

enum { EXPECT_RTT_US = 50000 };

struct expect_options {
	unsigned rate, rate_per_target; /* per second, not 0 */
	bool v4, v6;      /* this host has them, and may use them */
	int64_t round_us; /* of the second round, where paths are blocked */
};

struct expected {
	size_t openings;     /* first packets, where every path answers */
	size_t most;         /* the same, where names have all addresses */
	int64_t opened_us;   /* when the last of them is sent */
	int64_t answered_us; /* the run, where every path answers */
	int64_t blocked_us;  /* the run, where no path does */
};

/* Specs first..first+count of a plan. */
struct expected expect_specs(const struct spec *specs, size_t count,
			     const struct expect_options *o);
/* The same of one, without the times. */
size_t expect_openings(const struct spec *s, const struct expect_options *o);

#endif
