/*
 * clock.c - a time as text, and back.
 */
#include "core/base/clock.h"
#include "core/base/gentime.h"
#include "core/base/text.h"

#include <stdio.h>
#include <string.h>

const char *clock_text(int64_t wall_us, char out[CLOCK_TEXT])
{
	enum { DAY = 24 * 60 * 60 };
	/* RFC 3339 has four digits for the year. */
	static const int64_t year_0000 = -62167219200, year_9999 = 253402300799;
	int64_t seconds = wall_us / 1000000 - (wall_us % 1000000 < 0);
	int64_t days = seconds / DAY - (seconds % DAY < 0);
	unsigned left = (unsigned)(seconds - days * DAY);
	unsigned year, month, day;
	if (seconds < year_0000 || seconds > year_9999)
		return text_copy(out, CLOCK_TEXT, "0000-00-00T00:00:00Z");
	gentime_date(days, &year, &month, &day);
	snprintf(out, CLOCK_TEXT, "%04u-%02u-%02uT%02u:%02u:%02uZ", year, month,
		 day, left / 3600, left / 60 % 60, left % 60);
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
