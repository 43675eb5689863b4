/* snmp.c - an agent that is off, one that does not serve us, one that says no.
 */
#include "report/diagnose/peer_group.h"
#include "report/diagnose/diagnose.h"

#include <string.h>

/* Did the agent say no, or nothing at all, to what we gave it? */
static bool snmp_said_no(const struct result *r)
{
	const char *refusal = facts_text(&r->facts, "refusal");

	if (refusal != NULL)
		return strcmp(refusal, "silent") != 0;
	return !facts_is_true(&r->facts, "agent-alive");
}

static const char *snmp_code(struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);

	if (!correlation_is_check(r, "snmp"))
		return NULL;
	switch (r->outcome.cause) {
	case CAUSE_REFUSED:
		return "snmp-agent-off";
	case CAUSE_REJECTED:
		return snmp_said_no(r) ? "snmp-credentials"
				       : "snmp-community-or-acl";
	case CAUSE_TIMEOUT:
		/* Alive over SNMPv3, silent about our community. */
		return facts_text(&r->facts, "engine-id") != NULL
			   ? "snmp-community-or-acl"
			   : NULL;
	default:
		return NULL;
	}
}

static const char *snmp_key(struct diagnosis *d, size_t index)
{
	const char *code = snmp_code(d, index);

	return code == NULL ? NULL
			    : arena_printf(d->arena, "%s %s", code,
					   peer_group_mark(d, index));
}

/* Each credential by its name, and what became of it. */
static void snmp_rejected(struct diagnosis *d, struct candidate *f,
			  const struct result *r, const char *name)
{
	const struct fact *rejected = facts_find(&r->facts, "rejected");

	if (rejected == NULL)
		candidate_example(d, f, "%s: the agent rejects our request",
				  name);
	for (size_t i = 0; rejected != NULL && i < rejected->list_count; i++)
		candidate_example(d, f, "%s: credential %s", name,
				  rejected->list[i]);
}

static void snmp_agent(struct diagnosis *d, const struct cluster *c)
{
	const char *code = snmp_code(d, c->items[0]);
	struct candidate *f = candidate_for(d, code, c->key);

	f->where = WHERE_TARGET;
	for (size_t i = 0; i < c->count; i++) {
		const struct result *r = diagnosis_result(d, c->items[i]);
		const char *engine = facts_text(&r->facts, "engine-id");
		const char *name = diagnosis_target(d, c->items[i]);

		if (r->outcome.cause == CAUSE_REFUSED) {
			f->reason = "The device itself answered: port "
				    "unreachable";
			candidate_example(
			    d, f, "%s: port unreachable, sent by it", name);
		} else if (strcmp(code, "snmp-credentials") == 0) {
			f->reason = "The agent answered with a refusal";
			snmp_rejected(d, f, r, name);
			if (!facts_is_true(&r->facts, "refusal-inferred"))
				f->confirmed = true;
		} else {
			f->reason = "The agent told its engine id, and stayed "
				    "silent about our request";
			candidate_example(
			    d, f,
			    "%s: engine id %s came, no answer to our "
			    "credential",
			    name, engine != NULL ? engine : "");
		}
	}
	candidate_claim_all(d, f, c);
}

void rules_snmp(struct diagnosis *d)
{
	struct clusters c;

	diagnosis_clusters_collect(&c, d, snmp_key);
	for (size_t i = 0; i < c.count; i++)
		snmp_agent(d, &c.items[i]);
	diagnosis_clusters_free(&c);
}
