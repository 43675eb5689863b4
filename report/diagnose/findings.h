/*
 * findings.h - the catalogue of root causes, and what to do about each.
 *
 * Texts may hold placeholders that the diagnosis fills in: {targets} {rules}
 * (targets as a firewall rule names them) {paths} {blocker} {source} {subject}
 * {detail}, and of service_words.h {access} {start} {reject} {inquire};
 * `preflight explain` and the documents show them as words.
 */
#ifndef PREFLIGHT_FINDINGS_H
#define PREFLIGHT_FINDINGS_H

#include "report/report.h"

#include <stddef.h>

/* A step that begins so is left out where the run had that privilege. */
#define FINDING_STEP_AS_ROOT "As root, "

/* For what a filter of this host looks the same as. */
#define FINDING_OWN_FILTER                                                     \
	FINDING_STEP_AS_ROOT "run preflight again: only then can it rule out " \
			     "this host's own firewall (nft list ruleset)"

enum { FINDING_STEPS = 4, FINDING_REMEDIES = 4, FINDING_RULES = 3 };

struct candidate;
struct diagnosis;

/* A rule looks for the finding's cause. Rules of all findings run in the order
 * of their numbers, root causes first: what one claims, no later one sees. */
struct finding_rule {
	int order;
	void (*run)(struct diagnosis *d);
};

/* Steps for one owner; the first entry is also used for any other owner. */
struct finding_remedy {
	enum owner owner;
	const char *steps[FINDING_STEPS];
};

struct finding_entry {
	const char *code;
	/* None: raised by the rule of another finding of its file. */
	struct finding_rule rules[FINDING_RULES];
	/* What the same devices' other ports become one with, a finding of
	 * this code; NULL: each port has its own cause. */
	const struct finding_entry *merges;
	bool (*merges_if)(const struct candidate *f); /* NULL: always */
	bool merges_gateways; /* one router that says so, over both families or
				 with two codes, is one */
	bool names_place;     /* its subject says more than the place */
	bool lists_ports;     /* where its ports concern different targets */
	enum owner owner;     /* where the rule does not know better */
	const char *title;    /* one line, template */
	/* The same, where it is the provider's and nothing shows whether
	 * requests or answers are lost; NULL: the title. */
	const char *title_back;
	/* The same in a line of 79 columns, of {place} (the blocker, or "at or
	 * behind" the last hop that replied), {paths} and {targets}; NULL: the
	 * title is as short. */
	const char *brief;
	const char *meaning;    /* what it means for the site */
	const char *decided;    /* the evidence and the control it takes */
	const char *lookalikes; /* what else looks like it; NULL: nothing */
	struct finding_remedy remedies[FINDING_REMEDIES];
	const char *confirm_by; /* template; NULL: always confirmed */
};

/* A file rules/NAME.c defines its entries; the registry is made from them, in
 * the order of their codes, and ends with NULL. */
extern const struct finding_entry *const finding_registry[];
const struct finding_entry *finding_entry_find(const char *code); /* or NULL */

/* Findings that rules of other files raise, too. */
extern const struct finding_entry finding_firewall_drops;
extern const struct finding_entry finding_firewall_prohibits;
extern const struct finding_entry finding_host_down;
extern const struct finding_entry finding_mtu_black_hole;
extern const struct finding_entry finding_rate_limited;

#endif
