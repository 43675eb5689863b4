/*
 * decode.h - a table as programs save it, as UTF-8 text with LF line ends.
 */
#ifndef PREFLIGHT_DECODE_H
#define PREFLIGHT_DECODE_H

#include "core/base/buf.h"
#include "core/base/error.h"

enum {
	TABLE_BYTES_MAX = 16 << 20, /* of a table of devices */
	TABLE_ROWS_MAX = 65536
};

/* What had to be done; for a note. */
struct decoded {
	const char *encoding; /* NULL: UTF-8 */
	size_t invisible;     /* characters without a shape, left out */
};

/*
 * UTF-8, UTF-16 (with a byte order mark, or told by its zero bytes) and
 * Windows-1252. CR LF and CR become LF, blanks that do not break become blanks.
 * Files of another kind (Excel, PDF) and mixed encodings are errors. -1: err
 * is set, and the text is of no use.
 */
int decode_table(const char *path, struct buf *text, struct decoded *out,
		 struct error *err);

#endif
