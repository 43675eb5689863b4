/*
 * same_answer.h - one answer from hosts that have nothing in common: a device
 * on the path gave it. And whether a host's plain answer is its own.
 */
#ifndef PREFLIGHT_SAME_ANSWER_H
#define PREFLIGHT_SAME_ANSWER_H

#include "report/correlation.h"

/*
 * Sets `interceptor` and `same_answer` of results whose answer, of no trusted
 * TLS, came from hosts of several domains at several addresses: a status that
 * HTTP does not have, one page, or nothing at all while no plain answer of the
 * run is another. After portals and block pages that are known as such.
 */
void same_answer_find(struct correlation *s);

/* Its status is none of HTTP's, and the host did not give it over trusted TLS.
 */
bool same_answer_is_strange(const struct correlation *s, size_t index);
/* A host of the internet, asked by name, sends its visitors to another site,
 * and does not do so over trusted TLS. A device may do as it likes. */
bool same_answer_leads_away(const struct correlation *s, size_t index);

#endif
