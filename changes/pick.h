/*
 * pick.h - which failing results a firewall rule can fix.
 *
 * A rule opens a path; it does not start a service or fix a certificate. So a
 * result counts where nothing came back or a policy answered, and no finding
 * has shown that the cause is elsewhere.
 */
#ifndef PREFLIGHT_PICK_H
#define PREFLIGHT_PICK_H

#include "report/report.h"

enum pick {
	PICK_NONE, /* it did not fail */
	PICK_RULE,
	PICK_OTHER,    /* a rule changes nothing */
	PICK_NOT_TRIED /* what it needed before failed */
};
/* The finding that explains it may be NULL. */
enum pick pick(const struct report_result *r, const struct report_path *p,
	       const struct finding *f);
/* Fail, warn or skip. */
bool pick_is_bad(enum verdict verdict);

#endif
