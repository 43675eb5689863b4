/*
 * answer_origin.h - who gave an answer: the host that was asked, or a device
 * nearer to this one? What an answer says does not show it.
 */
#ifndef PREFLIGHT_ANSWER_ORIGIN_H
#define PREFLIGHT_ANSWER_ORIGIN_H

#include "report/correlation.h"

enum answer_origin {
	ANSWER_UNKNOWN,
	ANSWER_OWN, /* on this link, or as far away as the host's echo reply */
	ANSWER_NEARER /* fewer routers passed it on than the echo reply */
};

/* An answer of that kind that was not what was asked for: refused, not of the
 * protocol, unsynchronised. Silence and ICMP errors are none. */
bool answer_is_wrong(const struct result *r);
/* Routers between this host and that address, by its echo reply; -1: not
 * known. *e: the control that shows it, NULL where a test of the run does. */
int answer_echo_distance(const struct correlation *s, const struct addr *a,
			 const struct evidence **e);
/* Routers that an answer has passed, by its time to live, or that a SYN has to
 * pass to open the port; -1: not known. */
int answer_distance(const struct correlation *s, size_t index);
enum answer_origin answer_origin(const struct correlation *s, size_t index);
/* A trusted certificate of the host came from the same address and port. */
bool answer_is_vouched(const struct correlation *s, size_t index);

#endif
