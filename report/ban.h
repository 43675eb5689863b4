/*
 * ban.h - did a host block this one while the run went on? It was open, then
 * every further test of it failed, and what had opened does not any more.
 */
#ifndef PREFLIGHT_BAN_H
#define PREFLIGHT_BAN_H

#include "report/correlation.h"

/* Of the controls (EVIDENCE_CONTROL): a port that was open, asked again. */
#define BAN_WHAT "still-open"

/* Asked again: ports of one host; of a family, hosts. */
enum { BAN_ASKED = 2 };

/* What a host's tests were like, in the order of time. Monotonic. */
struct ban_times {
	int64_t opened_us; /* the last attempt that opened, or was answered by
			      a service, began; 0: none did */
	int64_t heard_us;  /* anything came back last */
	size_t tries;      /* until that time */
};

struct ban_times ban_times_of(const struct correlation *s, size_t host);
/* Where no port opened any more from some time on, and at least three were
 * first tried then: results of ports that had opened, at most BAN_ASKED, to be
 * asked again. */
size_t ban_suspects(const struct correlation *s, size_t host,
		    size_t out[BAN_ASKED]);
/* The same over all hosts of a family that are away from this network: the last
 * attempt that one of them answered. */
struct ban_times ban_times_of_source(const struct correlation *s,
				     enum addr_family family);
/* Where none of them answered any more from some time on, and at least three
 * addresses were first tried then: results of the last ports that had opened,
 * of different addresses, or none. */
size_t ban_source_suspects(const struct correlation *s, enum addr_family family,
			   size_t out[BAN_ASKED]);
/* Sets the contexts' `banned` and `source_banned` where those ports failed
 * alike when they were asked again. */
void ban_find(struct correlation *s);

#endif
