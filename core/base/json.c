/* json.c - the writer of JSON. */
#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/base/text.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* A document on stdout must not be followed by another. */
static bool json_began;

bool json_has_begun(void)
{
	return json_began;
}

static void json_flush(struct json_out *j)
{
	if (j->used > 0)
		fwrite(j->bytes, 1, j->used, j->out);
	j->used = 0;
}

/* Through a buffer of our own: a stream locks for each call. */
static void json_put(struct json_out *j, const char *bytes, size_t length)
{
	if (length > sizeof j->bytes - j->used)
		json_flush(j);
	if (length > sizeof j->bytes) {
		fwrite(bytes, 1, length, j->out);
		return;
	}
	memcpy(j->bytes + j->used, bytes, length);
	j->used += length;
}

static void json_putc(struct json_out *j, char c)
{
	if (j->used == sizeof j->bytes)
		json_flush(j);
	j->bytes[j->used++] = c;
}

static void json_puts(struct json_out *j, const char *text)
{
	json_put(j, text, strlen(text));
}

static bool json_is_compact;

void json_use_compact(void)
{
	json_is_compact = true;
}

void json_begin(struct json_out *j, FILE *out)
{
	json_began |= out == stdout;
	j->out = out;
	j->used = 0;
	j->depth = 0;
	j->after_key = false;
	j->compact = json_is_compact;
}

void json_end(struct json_out *j)
{
	json_putc(j, '\n');
	json_flush(j);
}

/* Room for so many octets, which are at most JSON_BUFFER. */
static char *json_room(struct json_out *j, size_t length)
{
	if (length > sizeof j->bytes - j->used)
		json_flush(j);
	return j->bytes + j->used;
}

static void json_newline(struct json_out *j)
{
	size_t wide = (size_t)j->depth * 2;
	char *at;

	if (j->compact)
		return;
	at = json_room(j, 1 + 2 * JSON_DEPTH_MAX);
	*at = '\n';
	memset(at + 1, ' ', wide);
	j->used += 1 + wide;
}

/* What stands before an item: a comma, a line; nothing behind a key. */
static void json_before(struct json_out *j)
{
	if (j->after_key) {
		j->after_key = false;
		return;
	}
	if (j->depth == 0)
		return;
	if (j->has_items[j->depth - 1])
		json_putc(j, ',');
	j->has_items[j->depth - 1] = true;
	json_newline(j);
}

static void json_open(struct json_out *j, char bracket)
{
	json_before(j);
	assert(j->depth < JSON_DEPTH_MAX); /* our own, not the network's */
	j->has_items[j->depth++] = false;
	json_putc(j, bracket);
}

static void json_close(struct json_out *j, char bracket)
{
	assert(j->depth > 0);
	if (j->has_items[--j->depth])
		json_newline(j);
	json_putc(j, bracket);
}

void json_object(struct json_out *j)
{
	json_open(j, '{');
}

void json_object_end(struct json_out *j)
{
	json_close(j, '}');
}

void json_array(struct json_out *j)
{
	json_open(j, '[');
}

void json_array_end(struct json_out *j)
{
	json_close(j, ']');
}

/* Eight octets: plain ASCII without quote and backslash. Above DEL, below the
 * space, DEL, quote, backslash: each subtraction sets the high bit of an octet
 * that is less. */
static bool json_plain_eight(uint64_t octets)
{
	const uint64_t ones = UINT64_MAX / 255, high = ones << 7;
	uint64_t odd = octets | (octets - ones * 0x20) | (octets + ones) |
		       ((octets ^ ones * '"') - ones) |
		       ((octets ^ ones * '\\') - ones);

	return (odd & high) == 0;
}

/* How many of the octets stand for themselves: nearly all that there are. */
static size_t json_plain(const char *text, size_t length)
{
	uint32_t first, last;
	uint64_t octets;
	size_t n = 0;

	for (; n + 8 <= length; n += 8) {
		memcpy(&octets, text + n, 8);
		if (!json_plain_eight(octets))
			break;
	}
	if (length - n >= 4 && length - n < 8) { /* as two, which overlap */
		memcpy(&first, text + n, 4);
		memcpy(&last, text + length - 4, 4);
		if (json_plain_eight((uint64_t)first << 32 | last))
			return length;
	}
	for (; n < length; n++) {
		unsigned char c = (unsigned char)text[n];

		if (c < 0x20 || c >= 0x7f || c == '"' || c == '\\')
			break;
	}
	return n;
}

static void json_character(struct json_out *j, uint32_t code, const char *bytes,
			   size_t length)
{
	char escaped[8];

	if (code == '"' || code == '\\') {
		json_putc(j, '\\');
		json_putc(j, (char)code);
	} else if (code == '\n' || code == '\t' || code == '\r') {
		json_putc(j, '\\');
		json_putc(j, code == '\n' ? 'n' : code == '\t' ? 't' : 'r');
	} else if (code < 0x20 || (code >= 0x7f && code <= 0x9f)) {
		snprintf(escaped, sizeof escaped, "\\u%04" PRIx32, code);
		json_puts(j, escaped);
	} else {
		json_put(j, bytes, length);
	}
}

/* What is left of a string from its first octet that is not plain on. */
static void json_escaped(struct json_out *j, const char *text, size_t left)
{
	while (left > 0) {
		uint32_t code;
		size_t n = text_utf8(text, left, &code);

		if (n == 0) {
			json_puts(j, "\xef\xbf\xbd"); /* U+FFFD for each byte */
			n = 1;
		} else {
			json_character(j, code, text, n);
		}
		text += n;
		left -= n;
		n = json_plain(text, left);
		json_put(j, text, n);
		text += n;
		left -= n;
	}
}

/* text_sanitise() goes character by character: what is plain before stays. */
static void json_cleaned(struct json_out *j, const char *text, size_t left)
{
	char *clean;

	if (text_is_utf8(text, left) && !text_has_controls(text)) {
		json_escaped(j, text, left);
		return;
	}
	clean = mem_calloc(left + 1, 4);
	text_sanitise(clean, (left + 1) * 4, text, left);
	json_escaped(j, clean, strlen(clean));
	free(clean);
}

/* Short and plain, as nearly all are: in one piece, with what stands behind. */
static bool json_quoted_plain(struct json_out *j, const char *text,
			      size_t length, const char *behind, size_t more)
{
	char *at;

	if (length > JSON_BUFFER / 2 || json_plain(text, length) < length)
		return false;
	at = json_room(j, length + 2 + more);
	at[0] = '"';
	memcpy(at + 1, text, length);
	at[length + 1] = '"';
	memcpy(at + length + 2, behind, more);
	j->used += length + 2 + more;
	return true;
}

static void json_quoted(struct json_out *j, const char *text, bool clean)
{
	size_t length = strlen(text), plain;

	if (json_quoted_plain(j, text, length, "", 0))
		return;
	plain = json_plain(text, length);
	json_putc(j, '"');
	json_put(j, text, plain);
	if (clean)
		json_cleaned(j, text + plain, length - plain);
	else
		json_escaped(j, text + plain, length - plain);
	json_putc(j, '"');
}

void json_key(struct json_out *j, const char *key)
{
	json_before(j);
	j->after_key = true;
	if (!json_quoted_plain(j, key, strlen(key), ": ", j->compact ? 1 : 2)) {
		json_quoted(j, key, false);
		json_put(j, ": ", j->compact ? 1 : 2);
	}
}

void json_null(struct json_out *j)
{
	json_before(j);
	json_puts(j, "null");
}

static void json_text_value(struct json_out *j, const char *text, bool clean)
{
	if (text == NULL) {
		json_null(j);
		return;
	}
	json_before(j);
	json_quoted(j, text, clean);
}

void json_string(struct json_out *j, const char *text)
{
	json_text_value(j, text, false);
}

void json_clean(struct json_out *j, const char *text)
{
	json_text_value(j, text, true);
}

static void json_digits(struct json_out *j, bool negative, uint64_t value)
{
	char digits[24];
	size_t at = sizeof digits;

	do {
		digits[--at] = (char)('0' + value % 10);
		value /= 10;
	} while (value > 0);
	if (negative)
		digits[--at] = '-';
	json_put(j, digits + at, sizeof digits - at);
}

static uint64_t json_magnitude(int64_t value)
{
	return value < 0 ? -(uint64_t)value : (uint64_t)value;
}

void json_number(struct json_out *j, int64_t value)
{
	json_before(j);
	json_digits(j, value < 0, json_magnitude(value));
}

void json_ms(struct json_out *j, int64_t microseconds)
{
	uint64_t us = json_magnitude(microseconds);
	unsigned part = (unsigned)(us % 1000);
	char digits[] = {'.', (char)('0' + part / 100),
			 (char)('0' + part / 10 % 10), (char)('0' + part % 10)};

	json_before(j);
	json_digits(j, microseconds < 0, us / 1000);
	if (part % 10 != 0)
		json_put(j, digits, 4);
	else if (part % 100 != 0)
		json_put(j, digits, 3);
	else if (part != 0)
		json_put(j, digits, 2);
}

void json_bool(struct json_out *j, bool value)
{
	json_before(j);
	json_puts(j, value ? "true" : "false");
}

void json_key_string(struct json_out *j, const char *key, const char *text)
{
	json_key(j, key);
	json_string(j, text);
}

void json_key_number(struct json_out *j, const char *key, int64_t value)
{
	json_key(j, key);
	json_number(j, value);
}

void json_key_bool(struct json_out *j, const char *key, bool value)
{
	json_key(j, key);
	json_bool(j, value);
}

void json_key_strings(struct json_out *j, const char *key,
		      const char *const *texts)
{
	json_key(j, key);
	json_array(j);
	for (size_t i = 0; texts != NULL && texts[i] != NULL; i++)
		json_string(j, texts[i]);
	json_array_end(j);
}

static void json_fact(struct json_out *j, const struct fact *fact)
{
	switch (fact->type) {
	case FACT_STRING:
		json_string(j, fact->text);
		break;
	case FACT_NUMBER:
		json_number(j, fact->number);
		break;
	case FACT_MS:
		json_ms(j, fact->number);
		break;
	case FACT_BOOL:
		json_bool(j, fact->number != 0);
		break;
	case FACT_LIST:
		json_array(j);
		for (size_t i = 0; i < fact->list_count; i++)
			json_string(j, fact->list[i]);
		json_array_end(j);
		break;
	}
}

void json_facts(struct json_out *j, const struct facts *f)
{
	json_object(j);
	for (size_t i = 0; i < f->count; i++) {
		json_key(j, f->items[i].name);
		json_fact(j, &f->items[i]);
	}
	json_object_end(j);
}
