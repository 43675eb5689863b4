/*
 * findings.h - the catalogue of root causes, and what to do about each.
 *
 * Texts may hold placeholders that the diagnosis fills in: {targets} {rules}
 * (targets as a firewall rule names them) {paths} {blocker} {source} {subject}
 * {detail}; `preflight explain` and the documents
 * show them as words.
 */
#ifndef PREFLIGHT_FINDINGS_H
#define PREFLIGHT_FINDINGS_H

#include "report/report.h"

#include <stddef.h>

enum { FINDING_STEPS = 4, FINDING_REMEDIES = 3 };

/* Steps for one owner; the first entry is also used for any other owner. */
struct finding_remedy {
	enum owner owner;
	const char *steps[FINDING_STEPS];
};

struct finding_entry {
	const char *code;
	enum owner owner;       /* where the rule does not know better */
	const char *title;      /* one line, template */
	const char *meaning;    /* what it means for the site */
	const char *decided;    /* the evidence and the control it takes */
	const char *lookalikes; /* what else looks like it; NULL: nothing */
	struct finding_remedy remedies[FINDING_REMEDIES];
	const char *confirm_by; /* template; NULL: always confirmed */
};

/* NULL at the end; sorted by theme. */
const struct finding_entry *finding_entry_at(size_t index);
const struct finding_entry *finding_entry_find(const char *code); /* or NULL */

/* The catalogue's parts, each ending with a NULL code. */
extern const struct finding_entry findings_local[];
extern const struct finding_entry findings_dns[];
extern const struct finding_entry findings_web[];
extern const struct finding_entry findings_path[];
extern const struct finding_entry findings_service[];

#endif
