/* clock.c - clock_gettime(2) and adjtimex(2). */
#include "core/os/clock.h"

#include <sys/timex.h>
#include <time.h>

static int64_t clock_read(clockid_t id)
{
	struct timespec now = {0};

	clock_gettime(id, &now); /* cannot fail for these two */
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int64_t clock_monotonic(const struct clock *unused)
{
	(void)unused;
	return clock_read(CLOCK_MONOTONIC);
}

static int64_t clock_wall(const struct clock *unused)
{
	(void)unused;
	return clock_read(CLOCK_REALTIME);
}

const struct clock clock_system = {
    .monotonic_us = clock_monotonic,
    .wall_us = clock_wall,
};

enum known os_clock_synchronised(void)
{
	struct timex t = {0};

	if (adjtimex(&t) == -1)
		return NOT_KNOWN;
	return (t.status & STA_UNSYNC) == 0 ? KNOWN_YES : KNOWN_NO;
}
