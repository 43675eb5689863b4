/*
 * clock.h - time behind an interface that tests replace, and its text.
 */
#ifndef PREFLIGHT_CLOCK_H
#define PREFLIGHT_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct clock {
	int64_t (*monotonic_us)(const struct clock *);
	int64_t (*wall_us)(const struct clock *); /* since 1970, UTC */
};

/* RFC 3339 UTC with seconds: "2026-11-21T03:20:00Z". Returns out. */
enum { CLOCK_TEXT = 32 };
const char *clock_text(int64_t wall_us, char out[CLOCK_TEXT]);
/* The reverse, of what clock_text() writes only. False for anything else. */
bool clock_parse(const char *text, int64_t *wall_us);

#endif
