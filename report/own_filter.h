/*
 * own_filter.h - did this host itself stop a path: did the watch of the wire
 * see that nothing left, or that an answer came which no socket got?
 */
#ifndef PREFLIGHT_OWN_FILTER_H
#define PREFLIGHT_OWN_FILTER_H

#include "report/correlation.h"

enum own_filter {
	OWN_FILTER_NOT_KNOWN,
	OWN_FILTER_NO,        /* what left and what came in explains it */
	OWN_FILTER_KEEPS,     /* an answer came in, and no socket got it */
	OWN_FILTER_REFUSES,   /* refused, and nothing had left this host */
	OWN_FILTER_HOLDS_BACK /* no answer, and nothing had left this host */
};

/* What one watch says (EVIDENCE_WIRE). */
enum own_filter own_filter_says(const struct evidence *e);
/*
 * What the watches say of a result that failed in the way that they show: that
 * of its own path, else all of its host, else all of its kind (transport, port,
 * family, network), where they agree; *e is the first of them.
 */
enum own_filter own_filter_of(const struct correlation *s, size_t result,
			      const struct evidence **e);
/* A watch of that path itself. */
bool own_filter_is_watched(const struct correlation *s, size_t result,
			   const struct evidence *e);

#endif
