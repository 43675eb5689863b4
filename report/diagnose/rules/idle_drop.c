/* idle_drop.c - a connection that was held idle was dead afterwards. */
#include "report/diagnose/diagnose.h"

#include <string.h>

static void idle_drops(struct diagnosis *d);

const struct finding_entry finding_idle_drop = {
    .code = "idle-drop",
    .rules = {{3800, idle_drops}},
    .owner = OWNER_FIREWALL,
    .title = "A connection that is idle for {detail} is dropped on the path "
	     "({targets})",
    .meaning = "The connection worked, was left idle, and was dead afterwards: "
	       "a firewall removes idle connections too early. The product's "
	       "live connection will break whenever it is idle.",
    .decided = "A WebSocket connection worked and was kept idle. A ping over "
	       "it was then not answered, or was answered with a reset.",
    .lookalikes = "A server that silently closes idle connections.",
    .remedies = {{OWNER_FIREWALL,
		  {"On the firewall, raise the timeout of idle TCP connections "
		   "(RFC 5382 requires at least 2 hours and 4 minutes), at "
		   "least for {rules}",
		   "Look for NAT devices on the path with a shorter timeout"}}},
    .confirm_by =
	"the firewall's session timeout, or a shorter idle time that works",
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
		    "%s: the WebSocket was open, then idle for %s, then %s",
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
