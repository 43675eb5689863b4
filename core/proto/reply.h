/*
 * reply.h - replies of three digits and text, one line or several: SMTP (RFC
 * 5321 4.2) and FTP (RFC 959 4.2), as they come out of a stream.
 */
#ifndef PREFLIGHT_REPLY_H
#define PREFLIGHT_REPLY_H

#include "core/base/buf.h"
#include "core/base/text.h"

#include <stdbool.h>
#include <stddef.h>

/* One reply with all its lines; a longer one is not a reply. */
enum { REPLY_OCTETS_MAX = 4096, REPLY_LINES_MAX = 100 };

enum reply_status {
	REPLY_LINE, /* a line is there: the caller consumes line.length */
	REPLY_MORE, /* half a line, or none */
	REPLY_BAD   /* what is there is not a reply */
};

/* The reply being read; zeroed before the first. */
struct reply {
	bool loose; /* FTP: lines inside need not begin with the code */
	bool inside;
	unsigned code;  /* of its first line */
	unsigned lines; /* up to the one just read */
	size_t octets;
};

struct reply_line {
	bool last;           /* the reply ends here */
	char text[TEXT_MAX]; /* behind the code, sanitised */
	size_t length;       /* octets in the stream, with the line's end */
};

/* Looks at the first line of what came. After the last line of a reply the
 * next call begins a new one. */
enum reply_status reply_next(struct reply *r, const struct buf *in,
			     struct reply_line *line);

#endif
