/*
 * gentime.c - GeneralizedTime: from its digits to microseconds since 1970.
 */
#include "core/base/gentime.h"

#include "core/base/wire.h"

enum { GENTIME_YEAR_MIN = 1601, GENTIME_FRACTION_DIGITS = 6 };

static bool gentime_is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

/* A number of so many digits; bad where something else stands. */
static int gentime_number(struct cursor *c, unsigned digits)
{
	int value = 0;
	while (digits-- > 0) {
		uint8_t digit = cursor_u8(c);
		if (!gentime_is_digit(digit))
			c->bad = true;
		value = value * 10 + (digit - '0');
	}
	return c->bad ? 0 : value;
}

static int64_t gentime_fraction(struct cursor *c)
{
	int64_t value = 0;
	unsigned digits = 0;
	while (cursor_left(c) > 0 && gentime_is_digit(*c->at)) {
		int digit = cursor_u8(c) - '0';
		if (digits++ < GENTIME_FRACTION_DIGITS)
			value = value * 10 + digit;
	}
	if (digits == 0)
		c->bad = true;
	for (; digits < GENTIME_FRACTION_DIGITS; digits++)
		value *= 10;
	return value;
}

static bool gentime_is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int gentime_days_in(int month, int year)
{
	static const int days[] = {31, 28, 31, 30, 31, 30,
				   31, 31, 30, 31, 30, 31};
	return days[month - 1] + (month == 2 && gentime_is_leap(year) ? 1 : 0);
}

int64_t gentime_days(int year, int month, int day)
{
	/* 1970-01-01 is the 719162nd day after 0001-01-01; 400 years more, for
	 * year 0 rounds down, too. */
	int64_t past = year - 1 + 400;
	int64_t days =
	    past * 365 + past / 4 - past / 100 + past / 400 - 719162 - 146097;
	for (int m = 1; m < month; m++)
		days += gentime_days_in(m, year);
	return days + day - 1;
}

void gentime_date(int64_t days, unsigned *year, unsigned *month, unsigned *day)
{
	/* The year's number from its mean length, then one of its neighbours.
	 */
	int y = (int)((days + 719162) * 400 / 146097) + 1;
	int m = 1;
	while (gentime_days(y, 1, 1) > days)
		y--;
	while (gentime_days(y + 1, 1, 1) <= days)
		y++;
	days -= gentime_days(y, 1, 1);
	for (; days >= gentime_days_in(m, y); m++)
		days -= gentime_days_in(m, y);
	*year = (unsigned)y;
	*month = (unsigned)m;
	*day = (unsigned)days + 1;
}

bool gentime_read(const uint8_t *text, size_t length, int64_t *wall_us)
{
	struct cursor c = cursor_over(text, length);
	int year = gentime_number(&c, 4);
	int month = gentime_number(&c, 2);
	int day = gentime_number(&c, 2);
	int hour = gentime_number(&c, 2);
	int minute = gentime_number(&c, 2);
	int second = gentime_number(&c, 2);
	uint8_t next = cursor_u8(&c);
	int64_t fraction = 0;
	if (next == '.' || next == ',') {
		fraction = gentime_fraction(&c);
		next = cursor_u8(&c);
	}
	if (c.bad || next != 'Z' || cursor_left(&c) > 0 ||
	    year < GENTIME_YEAR_MIN || month < 1 || month > 12 || day < 1 ||
	    day > gentime_days_in(month, year) || hour > 23 || minute > 59 ||
	    second > 60) /* 60: a leap second */
		return false;
	int64_t days = gentime_days(year, month, day);
	int64_t seconds = ((days * 24 + hour) * 60 + minute) * 60 + second;
	*wall_us = seconds * 1000000 + fraction;
	return true;
}
