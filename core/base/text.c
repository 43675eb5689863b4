/*
 * text.c - strings: sanitising, matching, durations, suggestions.
 */
#include "core/base/text.h"

#include <string.h>

enum {
	TEXT_WORD_MAX = 64, /* longest word that suggestions look at */
	TEXT_DIGITS = 6     /* of a decimal fraction that count */
};

static const char text_hex[] = "0123456789abcdef";

size_t text_utf8(const void *bytes, size_t length, uint32_t *code)
{
	/* Unicode 15, table 3-7: the second byte's range depends on the first;
	 * that alone keeps out overlongs, surrogates and > U+10FFFF. */
	const uint8_t *s = bytes;
	uint8_t low = 0x80, high = 0xbf;
	size_t need;
	if (length == 0)
		return 0;
	*code = s[0];
	if (s[0] < 0x80)
		return 1;
	if (s[0] < 0xc2 || s[0] > 0xf4)
		return 0;
	if (s[0] < 0xe0) {
		need = 2;
		*code = s[0] & 0x1fU;
	} else if (s[0] < 0xf0) {
		need = 3;
		*code = s[0] & 0x0fU;
		low = s[0] == 0xe0 ? 0xa0 : 0x80;
		high = s[0] == 0xed ? 0x9f : 0xbf;
	} else {
		need = 4;
		*code = s[0] & 0x07U;
		low = s[0] == 0xf0 ? 0x90 : 0x80;
		high = s[0] == 0xf4 ? 0x8f : 0xbf;
	}
	if (length < need)
		return 0;
	for (size_t i = 1; i < need; i++) {
		if (s[i] < low || s[i] > high)
			return 0;
		*code = *code << 6 | (s[i] & 0x3fU);
		low = 0x80;
		high = 0xbf;
	}
	return need;
}

static bool text_is_hidden(uint32_t code)
{
	return code < 0x20 || (code >= 0x7f && code <= 0x9f) ||
	       code == 0x061c || code == 0x200e || code == 0x200f ||
	       (code >= 0x2028 && code <= 0x202e) ||
	       (code >= 0x2066 && code <= 0x2069);
}

/* The next character (or bad byte) as it is to be shown. Returns how many
 * bytes of the source it stands for. */
static size_t text_unit(const uint8_t *at, size_t left, char shown[16],
			size_t *shown_length)
{
	uint32_t code = 0;
	size_t n = text_utf8(at, left, &code);
	if (n != 0 && !text_is_hidden(code)) {
		memcpy(shown, at, n);
		*shown_length = n;
		return n;
	}
	if (n == 0)
		n = 1;
	for (size_t i = 0; i < n; i++) {
		shown[4 * i] = '\\';
		shown[4 * i + 1] = 'x';
		shown[4 * i + 2] = text_hex[at[i] >> 4];
		shown[4 * i + 3] = text_hex[at[i] & 15];
	}
	*shown_length = 4 * n;
	return n;
}

char *text_sanitise(char *out, size_t size, const void *bytes, size_t length)
{
	static const char dots[] = "...";
	const uint8_t *at = bytes;
	size_t used = 0, cut = 0; /* cut: last boundary that leaves the dots */
	if (size == 0)
		return out;
	while (length > 0) {
		char shown[16];
		size_t wide;
		size_t n = text_unit(at, length, shown, &wide);
		if (used + sizeof(dots) <= size)
			cut = used;
		if (wide >= size - used) {
			if (sizeof(dots) <= size) {
				memcpy(out + cut, dots, sizeof(dots));
				return out;
			}
			break;
		}
		memcpy(out + used, shown, wide);
		used += wide;
		at += n;
		length -= n;
	}
	out[used] = '\0';
	return out;
}

bool text_is_utf8(const void *bytes, size_t length)
{
	const uint8_t *at = bytes;
	while (length > 0) {
		uint32_t code;
		size_t n = text_utf8(at, length, &code);
		if (n == 0)
			return false;
		at += n;
		length -= n;
	}
	return true;
}

bool text_has_controls(const char *text)
{
	size_t left = strlen(text);
	while (left > 0) {
		uint32_t code;
		size_t n = text_utf8(text, left, &code);
		if (n == 0 || text_is_hidden(code))
			return true;
		text += n;
		left -= n;
	}
	return false;
}

static bool text_is_tail(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

char *text_copy(char *out, size_t size, const char *text)
{
	if (size == 0)
		return out;
	size_t n = strnlen(text, size);
	if (n == size) {
		n = size - 1;
		/* Not in the middle of a character (at most three back). */
		for (size_t i = 0; i < 3 && n > 0 && text_is_tail(text[n]); i++)
			n--;
	}
	memmove(out, text, n);
	out[n] = '\0';
	return out;
}

static int text_fold(char c)
{
	return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : (unsigned char)c;
}

int text_ncasecmp(const char *a, const char *b, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		int order = text_fold(a[i]) - text_fold(b[i]);
		if (order != 0 || a[i] == '\0')
			return order;
	}
	return 0;
}

int text_casecmp(const char *a, const char *b)
{
	return text_ncasecmp(a, b, SIZE_MAX);
}

const char *text_casestr(const char *text, const char *part)
{
	size_t length = strlen(part);
	for (;; text++) {
		if (text_ncasecmp(text, part, length) == 0)
			return text;
		if (*text == '\0')
			return NULL;
	}
}

char *text_split(char **rest, const char *separators)
{
	char *part = *rest;
	if (part == NULL)
		return NULL;
	char *end = part + strcspn(part, separators);
	*rest = *end == '\0' ? NULL : end + 1;
	*end = '\0';
	return part;
}

bool text_glob(const char *pattern, const char *text)
{
	/* On a mismatch only the last star can take more: never exponential. */
	const char *star = NULL, *retry = NULL;
	while (*text != '\0') {
		if (*pattern == '*') {
			star = ++pattern;
			retry = text;
		} else if (*pattern == '?') {
			pattern++;
			text++;
			while (text_is_tail(*text))
				text++;
		} else if (*pattern == *text) {
			pattern++;
			text++;
		} else if (star != NULL) {
			pattern = star;
			text = ++retry;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return *pattern == '\0';
}

static bool text_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Reads "12" or "12.5" into millionths; *at moves behind it. False when there
 * is no number or it is larger than max whole ones. */
static bool text_decimal(const char **at, int64_t max, int64_t *millionths)
{
	const char *s = *at;
	int64_t whole = 0, part = 0;
	if (!text_is_digit(*s))
		return false;
	for (; text_is_digit(*s); s++) {
		whole = whole * 10 + (*s - '0');
		if (whole > max)
			return false;
	}
	if (*s == '.') {
		s++;
		if (!text_is_digit(*s))
			return false;
		int digits = 0;
		for (; text_is_digit(*s); s++) {
			if (digits < TEXT_DIGITS) {
				part = part * 10 + (*s - '0');
				digits++;
			}
		}
		for (; digits < TEXT_DIGITS; digits++)
			part *= 10;
	}
	*at = s;
	*millionths = whole * 1000000 + part;
	return true;
}

int64_t text_duration(const char *text)
{
	static const struct {
		const char *unit;
		int64_t multiply, divide; /* of millionths to microseconds */
	} units[] = {
	    {"", 1, 1},   {"ms", 1, 1000}, {"s", 1, 1},
	    {"m", 60, 1}, {"h", 3600, 1},
	};
	static const int64_t day_us = INT64_C(86400000000);
	int64_t value;
	if (!text_decimal(&text, 86400000, &value)) /* a day of ms */
		return -1;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strcmp(text, units[i].unit) != 0)
			continue;
		value = value * units[i].multiply / units[i].divide;
		return value > day_us ? -1 : value;
	}
	return -1;
}

bool text_number(const char *text, int64_t low, int64_t high, int64_t *out)
{
	bool negative = *text == '-';
	int64_t value = 0;
	if (negative)
		text++;
	if (*text == '\0')
		return false;
	for (; *text != '\0'; text++) {
		if (!text_is_digit(*text))
			return false;
		int digit = negative ? '0' - *text : *text - '0';
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, digit, &value))
			return false;
	}
	if (value < low || value > high)
		return false;
	*out = value;
	return true;
}

static unsigned text_least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* Damerau-Levenshtein (optimal string alignment) in three rows. */
static unsigned text_distance(const char *a, size_t la, const char *b,
			      size_t lb)
{
	unsigned rows[3][TEXT_WORD_MAX + 1];
	for (unsigned j = 0; j <= lb; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= la; i++) {
		unsigned *now = rows[i % 3];
		const unsigned *last = rows[(i - 1) % 3];
		const unsigned *before = rows[(i + 1) % 3];
		now[0] = (unsigned)i;
		for (size_t j = 1; j <= lb; j++) {
			unsigned change = a[i - 1] != b[j - 1];
			unsigned d = text_least(last[j], now[j - 1]) + 1;
			d = text_least(d, last[j - 1] + change);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				d = text_least(d, before[j - 2] + 1);
			now[j] = d;
		}
	}
	return rows[la % 3][lb];
}

const char *text_nearest(const char *word,
			 const char *(*next)(const void *arg, size_t i),
			 const void *arg)
{
	size_t length = strlen(word);
	const char *best = NULL, *name;
	if (length == 0 || length > TEXT_WORD_MAX)
		return NULL;
	unsigned limit = length < 6 ? 1 : (unsigned)length / 3;
	for (size_t i = 0; (name = next(arg, i)) != NULL; i++) {
		size_t n = strlen(name);
		if (n > TEXT_WORD_MAX)
			continue;
		unsigned d = text_distance(word, length, name, n);
		if (d > limit || (best != NULL && d == limit))
			continue;
		best = name;
		limit = d;
	}
	return best;
}

const char *text_name_at(const void *names, size_t i)
{
	const char *const *list = names;
	return list[i];
}

const char *text_nearest_of(const char *word, const char *const *names)
{
	return text_nearest(word, text_name_at, names);
}

bool text_base64(char *out, size_t size, const void *bytes, size_t length)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789+/";
	const uint8_t *in = bytes;
	if (size == 0)
		return false;
	out[0] = '\0';
	if (length > (size - 1) / 4 * 3)
		return false;
	for (size_t i = 0; i < length; i += 3) {
		size_t n = length - i < 3 ? length - i : 3;
		uint32_t v = (uint32_t)in[i] << 16;
		v |= n > 1 ? (uint32_t)in[i + 1] << 8 : 0;
		v |= n > 2 ? in[i + 2] : 0;
		*out++ = digits[v >> 18];
		*out++ = digits[v >> 12 & 63];
		*out++ = n > 1 ? digits[v >> 6 & 63] : '=';
		*out++ = n > 2 ? digits[v & 63] : '=';
	}
	*out = '\0';
	return true;
}

const char *text_plural(uint64_t count)
{
	return count == 1 ? "" : "s";
}
