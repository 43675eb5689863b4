/*
 * finding_rules.h - the firewall rules of each finding of a report, ready to
 * paste: for tickets and for the page.
 */
#ifndef PREFLIGHT_FINDING_RULES_H
#define PREFLIGHT_FINDING_RULES_H

#include "changes/dialect.h"
#include "report/formats/html.h"

/*
 * out[dialect][finding]: the rules in that language, in the arena; NULL where
 * no rule helps. -1, one error: a profile of the report is not found here.
 */
int finding_rules(struct arena *arena, const struct report *r, size_t count,
		  const struct dialect *const *dialects,
		  const char *const **out, struct error *err);

/* In every language that is pasted; NULL: no finding, or a profile that is not
 * here. In the arena. */
const struct html_rules *finding_rules_page(struct arena *arena,
					    const struct report *r);

#endif
