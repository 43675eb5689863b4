/* snmp.c - an agent that is off, one that does not serve us, one that says no.
 */
#include "crowd.h"
#include "diagnose.h"

static const char *snmp_code(struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);

	if (!survey_is_check(r, "snmp"))
		return NULL;
	switch (r->outcome.cause) {
	case CAUSE_REFUSED:
		return "snmp-agent-off";
	case CAUSE_REJECTED:
		return facts_is_true(&r->facts, "agent-alive")
			   ? "snmp-community-or-acl"
			   : "snmp-credentials";
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
					   crowd_mark(d, index));
}

static void snmp_agent(struct diagnosis *d, const struct cluster *c)
{
	struct draft *f = draft_for(d, snmp_code(d, c->items[0]), c->key);

	f->where = WHERE_TARGET;
	for (size_t i = 0; i < c->count; i++) {
		const struct result *r = diagnosis_result(d, c->items[i]);
		const char *engine = facts_text(&r->facts, "engine-id");
		const char *name = diagnosis_target(d, c->items[i]);

		if (r->outcome.cause == CAUSE_REFUSED) {
			f->reason = "The device itself answered: port "
				    "unreachable";
			draft_example(d, f, "%s: port unreachable, sent by it",
				      name);
		} else if (engine != NULL) {
			f->reason = "The agent told its engine id, and stayed "
				    "silent about our request";
			draft_example(d, f,
				      "%s: engine id %s came, no answer to our "
				      "community",
				      name, engine);
		} else {
			f->reason = "The agent answered with a report";
			draft_example(d, f, "%s: the agent rejects our request",
				      name);
			f->confirmed = true;
		}
	}
	draft_claim_all(d, f, c);
}

void rules_snmp(struct diagnosis *d)
{
	struct clusters c;

	clusters_collect(&c, d, snmp_key);
	for (size_t i = 0; i < c.count; i++)
		snmp_agent(d, &c.items[i]);
	clusters_free(&c);
}
