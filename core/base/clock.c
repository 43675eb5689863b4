/*
 * clock.c - the system's clocks.
 */
#include "core/base/clock.h"
#include "core/base/gentime.h"
#include "core/base/text.h"

#include <string.h>
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

const char *clock_text(int64_t wall_us, char out[CLOCK_TEXT])
{
	/* RFC 3339 has four digits for the year. */
	static const int64_t year_0000 = -62167219200, year_9999 = 253402300799;
	int64_t seconds = wall_us / 1000000 - (wall_us % 1000000 < 0);
	time_t when = (time_t)seconds;
	struct tm utc;
	if (seconds < year_0000 || seconds > year_9999 ||
	    gmtime_r(&when, &utc) == NULL ||
	    strftime(out, CLOCK_TEXT, "%Y-%m-%dT%H:%M:%SZ", &utc) == 0)
		text_copy(out, CLOCK_TEXT, "0000-00-00T00:00:00Z");
	return out;
}

bool clock_parse(const char *text, int64_t *wall_us)
{
	static const char shape[] = "dddd-dd-ddTdd:dd:ddZ";
	uint8_t digits[sizeof shape];
	size_t n = 0;

	if (strlen(text) != sizeof shape - 1)
		return false;
	for (size_t i = 0; text[i] != '\0'; i++) {
		bool is_digit = text[i] >= '0' && text[i] <= '9';

		if (shape[i] == 'd' ? !is_digit : text[i] != shape[i])
			return false;
		if (is_digit || text[i] == 'Z')
			digits[n++] = (uint8_t)text[i];
	}
	return gentime_read(digits, n, wall_us);
}

const struct clock clock_system = {
    .monotonic_us = clock_monotonic,
    .wall_us = clock_wall,
};
