/*
 * snmp.c - an agent that is off, one that does not serve us, one that refuses
 * the credential. One rule: its answer tells which.
 */
#include "report/diagnose/diagnose.h"

#include "report/diagnose/peer_group.h"

#include <string.h>

static void snmp_find(struct diagnosis *d);

const struct finding_entry finding_snmp_agent_off = {
    .code = "snmp-agent-off",
    .rules = {{3400, snmp_find}},
    .owner = OWNER_DEVICE,
    .title = "{targets} {targets:reports|report} the SNMP port as closed",
    .meaning = "The device reports that no service listens on the SNMP port.",
    .decided = "The device itself answered: port unreachable.",
    .lookalikes = "A firewall on the device that rejects.",
    .remedies = {{OWNER_DEVICE,
		  {"Enable the SNMP agent, with an access list that includes "
		   "{source}"}}},
    .confirm_by = "the device's configuration",
};

const struct finding_entry finding_snmp_community_or_acl = {
    .code = "snmp-community-or-acl",
    .owner = OWNER_DEVICE,
    .title = "{targets} {targets:runs|run} SNMP but {targets:does|do} not "
	     "answer this host",
    .brief = "SNMP of {targets} does not answer this host",
    .meaning =
	"The agent is running but ignores the request. The community (or user) "
	"is wrong, or its access list does not include this host.",
    .decided = "The agent reported its SNMPv3 engine ID but did not answer the "
	       "request.",
    .remedies = {{OWNER_DEVICE,
		  {"Compare the community (or the SNMPv3 user) with the "
		   "device's configuration",
		   "Add {source} to its SNMP access list"}}},
    .confirm_by = "snmpget from an address in the device's access list",
};

const struct finding_entry finding_snmp_credentials = {
    .code = "snmp-credentials",
    .owner = OWNER_DEVICE,
    .title = "{targets} {targets:refuses|refuse} the SNMP credential",
    .meaning = "The agent answered and refused the credential: the community "
	       "or user is unknown, a password or its protocol is wrong, the "
	       "security level is not available, or the user may not read "
	       "anything. A refused "
	       "credential is not tried again on that device in the same run.",
    .decided = "The agent's own report or error says so. Many agents ignore a "
	       "wrong privacy password: then the agent answered the same user "
	       "without privacy, and not with it.",
    .remedies =
	{{OWNER_DEVICE,
	  {"Compare community or user, authentication and privacy settings "
	   "(including the protocols) with the device's configuration",
	   "Correct the credential in the inventory, or the user on "
	   "the device"}}},
    .confirm_by = "snmpget with the same credential",
};

/* Did the agent say no, or nothing at all, to what we gave it? */
static bool snmp_said_no(const struct result *r)
{
	const char *refusal = facts_text(&r->facts, "refusal");

	if (refusal != NULL)
		return strcmp(refusal, "silent") != 0;
	return !facts_is_true(&r->facts, "agent-alive");
}

static const struct finding_entry *snmp_entry(struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);

	if (!correlation_is_check(r, "snmp"))
		return NULL;
	switch (r->outcome.cause) {
	case CAUSE_REFUSED:
		return &finding_snmp_agent_off;
	case CAUSE_REJECTED:
		return snmp_said_no(r) ? &finding_snmp_credentials
				       : &finding_snmp_community_or_acl;
	case CAUSE_TIMEOUT:
		/* Alive over SNMPv3, silent about our community. */
		return facts_text(&r->facts, "engine-id") != NULL
			   ? &finding_snmp_community_or_acl
			   : NULL;
	default:
		return NULL;
	}
}

static const char *snmp_key(struct diagnosis *d, size_t index)
{
	const struct finding_entry *entry = snmp_entry(d, index);

	return entry == NULL ? NULL
			     : arena_printf(d->arena, "%s %s", entry->code,
					    peer_group_mark(d, index));
}

/* Each credential by its name, and what became of it. */
static void snmp_rejected(struct diagnosis *d, struct candidate *f,
			  const struct result *r, const char *name)
{
	const struct fact *rejected = facts_find(&r->facts, "rejected");

	if (rejected == NULL)
		candidate_example(d, f, "%s: the agent rejects the request",
				  name);
	for (size_t i = 0; rejected != NULL && i < rejected->list_count; i++)
		candidate_example(d, f, "%s: credential %s", name,
				  rejected->list[i]);
}

static void snmp_agent(struct diagnosis *d, const struct cluster *c)
{
	const struct finding_entry *entry = snmp_entry(d, c->items[0]);
	struct candidate *f = candidate_for(d, entry, c->key);

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
		} else if (entry == &finding_snmp_credentials) {
			f->reason = "The agent refused the request";
			snmp_rejected(d, f, r, name);
			if (!facts_is_true(&r->facts, "refusal-inferred"))
				f->confirmed = true;
		} else {
			f->reason = "The agent reported its engine ID but did "
				    "not answer the request";
			candidate_example(d, f,
					  "%s: reports engine ID %s, does not "
					  "answer to the credential",
					  name, engine != NULL ? engine : "");
		}
	}
	candidate_claim_all(d, f, c);
}

static void snmp_find(struct diagnosis *d)
{
	struct clusters c;

	diagnosis_clusters_collect(&c, d, snmp_key);
	for (size_t i = 0; i < c.count; i++)
		snmp_agent(d, &c.items[i]);
	diagnosis_clusters_free(&c);
}
