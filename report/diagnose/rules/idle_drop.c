/* idle_drop.c - a connection that was held idle was dead afterwards. */
#include "report/diagnose/diagnose.h"

#include <string.h>

static void idle_drops(struct diagnosis *d);

const struct finding_entry finding_idle_drop = {
    .code = "idle-drop",
    .rules = {{3800, idle_drops}},
    .owner = OWNER_FIREWALL,
    .title = "A connection that says nothing for {detail} is dropped on the "
	     "way ({targets})",
    .meaning = "The connection was fine, was left idle, and was dead "
	       "afterwards: a firewall forgets idle connections early. The "
	       "product's live connection will break whenever it is quiet.",
    .decided = "A web socket answered, was held idle, and then a ping over "
	       "it had no answer, or a reset for one.",
    .lookalikes = "A server that closes idle connections without a word.",
    .remedies = {{OWNER_FIREWALL,
		  {"On the firewall, raise the timeout of idle TCP "
		   "connections (RFC 5382 asks for 2 hours and 4 minutes at "
		   "least), for {rules} if not for all",
		   "Look for NAT devices on the way with a shorter memory"}}},
    .confirm_by = "the firewall's session timeout, or a shorter hold that "
		  "works",
};

static const char *idle_key(struct diagnosis *d, size_t index)
{
	const char *idle =
	    facts_text(&diagnosis_result(d, index)->facts, "idle");

	return idle != NULL && strcmp(idle, "lost") == 0 ? "" : NULL;
}

static void idle_drop(struct diagnosis *d, const struct cluster *c)
{
	struct candidate *f = candidate_for(d, &finding_idle_drop, "");

	for (size_t i = 0; i < c->count; i++) {
		const struct result *r = diagnosis_result(d, c->items[i]);
		char code[OUTCOME_CODE];

		f->detail = arena_printf(
		    d->arena, "%lld seconds",
		    (long long)correlation_number(&r->facts, "held", 0) / 1000);
		candidate_line(
		    d, f,
		    "%s: the web socket was up, then %s of silence, then "
		    "%s",
		    diagnosis_target(d, c->items[i]), f->detail,
		    outcome_code(r->outcome.phase, r->outcome.cause, code));
	}
	candidate_claim_all(d, f, c);
}

static void idle_drops(struct diagnosis *d)
{
	struct clusters c;

	diagnosis_clusters_collect(&c, d, idle_key);
	if (c.count > 0)
		idle_drop(d, &c.items[0]);
	diagnosis_clusters_free(&c);
}
