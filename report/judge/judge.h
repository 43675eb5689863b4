/*
 * judge.h - results to verdicts; what the judge's files share.
 *
 * Order: every result for itself (judge_result.c), the addresses of one target
 * together (judge_target.c), the targets of a requirement (judge.c), groups per
 * device (judge_group.c), then the run (judge_run.c).
 */
#ifndef PREFLIGHT_JUDGE_H
#define PREFLIGHT_JUDGE_H

#include "report/map.h"
#include "report/assessment.h"
#include "report/correlation.h"

#include <stdbool.h>
#include <stddef.h>

/* One target of one requirement: a device, a host, or the host itself. */
struct judged {
	size_t requirement;
	size_t device; /* into plan->devices; SIZE_MAX: none */
	const char *name;
	enum verdict verdict;
	enum why why;
	const char *reason;
	/* Set when something softened the verdict: its failing results then
	 * become `soften`, too. VERDICT_NONE: nothing did. */
	enum verdict soften;
	const char *soften_reason;
	size_t group; /* into groups; SIZE_MAX: none */
};

struct judge {
	struct assessment *report;
	const struct results *results;
	struct judgement *judgements; /* the report's, one a result */
	const struct plan *plan;
	const struct correlation *correlation;
	struct arena *arena;
	struct judged *judged; /* requirement by requirement */
	size_t count, capacity;
	size_t *first;   /* per requirement, + 1 */
	size_t *of_spec; /* per spec: index into judged, SIZE_MAX: absent */
	/* Per plan->devices; dead_network is the first device of a network
	 * where nothing answers, SIZE_MAX elsewhere. */
	bool *device_up, *device_tried;
	size_t *dead_network;
	size_t absent, pool_silent;
	const char *inspection; /* id of a failing tls-inspection requirement */
};

/* judge_result.c */
void judge_results(struct judge *j);
/* Silence that the requirement forgives, and the like: worth a line in the
 * table, never a finding of its own. */
bool judge_is_passive(const struct result *r, const struct judgement *own);
/* What was seen suffices, looking at nothing else. */
const char *judge_failure_text(struct arena *a, const struct result *r);

/* judge_warning.c: of a result that works, why it warns; NULL: it does not. */
const char *judge_warning(struct judge *j, size_t index);

/* judge_ruleset.c: how far an inbound path was looked at, after the reason why
 * it is untested; and that this host's own rules stop it. */
const char *judge_ruleset(struct arena *a, const struct result *r,
			  const char *reason);
const char *judge_ruleset_blocked(struct arena *a, const struct result *r);

/* judge_ssh.c: of a server that answers, why it may be of no use; NULL: it is
 * fine. Of a failure, what was refused; NULL: nothing was. */
const char *judge_ssh_warning(struct arena *a, const struct result *r);
const char *judge_ssh_failure(struct arena *a, const struct result *r);
/* It identified itself, and no list of algorithms came; and in words how. */
bool judge_ssh_has_no_keys(const struct result *r);
const char *judge_ssh_no_keys_text(const struct result *r);
/* It speaks nothing that current clients speak; and what it speaks. */
bool judge_ssh_is_old(const struct result *r);
const char *judge_ssh_old_text(struct arena *a, const struct result *r);

/* judge_snmp.c: of an agent that answers, why it may be of no use; NULL: it is
 * fine. */
const char *judge_snmp_warning(const struct result *r);
/* Silence of a host that is up, where no credential was given: an agent without
 * SNMPv3 is silent, too. */
bool judge_snmp_is_open(const struct correlation *s, size_t index);
/* How many tests had no credential. */
size_t judge_snmp_bare(const struct results *results);

/* judge_target.c: the verdict of one spec over its addresses. */
void judge_target(struct judge *j, size_t spec, struct judged *out);
/* The worse of the two decides; out keeps its own on a tie. */
void judge_worse(struct judged *out, enum verdict verdict, enum why why,
		 const char *reason);
/* A rank of how bad a verdict is: higher is worse. */
int judge_rank(enum verdict verdict, enum why why);
bool judge_is_fine(enum verdict verdict); /* pass or warn */

/* judge_inbound.c: does a requirement wait for who is heard? Has one sender
 * shown that it is met? Of a result, why it was not heard. Notes, NULL: none.
 */
bool judge_waits(const struct judge *j, size_t index);
bool judge_is_heard_of(const struct judge *j, size_t index);
const char *judge_unheard_text(const struct judge *j, const struct result *r);
const char *judge_inbound_note(const struct judge *j, unsigned count);
const char *judge_unheard_note(const struct judge *j, size_t index);

/* judge_group.c */
void judge_groups(struct judge *j);

/* judge_run.c: devices, summary, verdict of the run, headline, notes. */
void judge_devices(struct judge *j);
void judge_run(struct judge *j);

#endif
