/*
 * reply.c - replies of three digits and text, one line or several.
 */
#include "core/proto/reply.h"

#include <string.h>

enum { REPLY_CODE = 3 };

static bool reply_is_digit(uint8_t c, char low, char high)
{
	return c >= low && c <= high;
}

/* Could this be the beginning of a line with a code? Decided as early as
 * possible: an SSH banner need not be waited for. */
static bool reply_begins_well(const uint8_t *line, size_t length)
{
	static const char behind[] = {' ', '-', '\r', '\n'};

	if (length > 0 && !reply_is_digit(line[0], '1', '5'))
		return false;
	for (size_t i = 1; i < REPLY_CODE && i < length; i++)
		if (!reply_is_digit(line[i], '0', '9'))
			return false;
	return length <= REPLY_CODE ||
	       memchr(behind, line[REPLY_CODE], sizeof behind) != NULL;
}

static unsigned reply_code(const uint8_t *line)
{
	unsigned code = 0;

	for (size_t i = 0; i < REPLY_CODE; i++)
		code = 10 * code + line[i] - '0';
	return code;
}

/* A line that starts with a code; length does not include the line end. */
static void reply_coded(struct reply *r, const uint8_t *at, size_t length,
			struct reply_line *line)
{
	bool more = length > REPLY_CODE && at[REPLY_CODE] == '-';
	size_t skip = length > REPLY_CODE ? REPLY_CODE + 1 : REPLY_CODE;

	/* In FTP only the first line's code ends the reply. */
	line->last =
	    !more && (!r->inside || !r->loose || reply_code(at) == r->code);
	if (!r->inside || !r->loose)
		r->code = reply_code(at);
	text_sanitise(line->text, sizeof line->text, at + skip, length - skip);
}

enum reply_status reply_next(struct reply *r, const struct buf *in,
			     struct reply_line *line)
{
	const uint8_t *at = in->data, *end;
	size_t length = in->length;
	bool free_text = r->inside && r->loose;

	if (length == 0)
		return REPLY_MORE;
	end = memchr(at, '\n', length);
	if (!free_text && !reply_begins_well(at, length))
		return REPLY_BAD;
	line->length = end != NULL ? (size_t)(end - at) + 1 : length;
	if ((r->inside ? r->octets : 0) + line->length > REPLY_OCTETS_MAX)
		return REPLY_BAD;
	if (end == NULL)
		return REPLY_MORE;
	length = line->length - 1;
	if (length > 0 && at[length - 1] == '\r')
		length--;
	if (!free_text && length < REPLY_CODE)
		return REPLY_BAD;
	if (!r->inside)
		r->lines = 0;
	r->octets = (r->inside ? r->octets : 0) + line->length;
	if (++r->lines > REPLY_LINES_MAX)
		return REPLY_BAD;
	line->last = false;
	if (length >= REPLY_CODE && reply_begins_well(at, length))
		reply_coded(r, at, length, line);
	else
		text_sanitise(line->text, sizeof line->text, at, length);
	r->inside = !line->last;
	return REPLY_LINE;
}
