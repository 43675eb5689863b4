/* websocket_stripped.c - the Upgrade header is removed on the path. */
#include "report/diagnose/diagnose.h"

#include <string.h>

static void websocket_find(struct diagnosis *d);

const struct finding_entry finding_websocket_stripped = {
    .code = "websocket-stripped",
    .rules = {{3900, websocket_find}},
    .owner = OWNER_PROXY,
    .title = "The switch to a web socket is removed on the way to "
	     "{subject}",
    .meaning = "The request reaches the server, but without its Upgrade "
	       "header: a proxy or firewall handles it as plain HTTP. The "
	       "product's live connection cannot be built.",
    .decided =
	"The server answered as if the Upgrade header had not come (426).",
    .lookalikes = "A server that offers no web socket at this path.",
    .remedies = {{OWNER_PROXY,
		  {"On the proxy or firewall, allow WebSocket (HTTP Upgrade) "
		   "for {subject}",
		   "Or exempt {subject} from HTTP inspection for "
		   "{source}"}},
		 {OWNER_FIREWALL,
		  {"On the firewall, allow WebSocket (HTTP Upgrade) for "
		   "{subject}",
		   "Or exempt {subject} from HTTP inspection for "
		   "{source}"}}},
    .confirm_by = "the same request from a network without that proxy",
};

static const char *websocket_key(struct diagnosis *d, size_t index)
{
	const char *upgrade =
	    facts_text(&diagnosis_result(d, index)->facts, "upgrade");

	return upgrade != NULL && strcmp(upgrade, "stripped") == 0
		   ? diagnosis_target(d, index)
		   : NULL;
}

static void websocket_stripped(struct diagnosis *d, const struct cluster *c)
{
	struct candidate *f =
	    candidate_for(d, &finding_websocket_stripped, c->key);
	const struct facts *facts = &diagnosis_result(d, c->items[0])->facts;

	f->subject = c->key;
	f->reason =
	    arena_printf(d->arena,
			 "The server answered %lld to a request to "
			 "switch, as if the Upgrade header had not "
			 "come",
			 (long long)correlation_number(facts, "status", 0));
	if (facts_text(facts, "server") != NULL)
		candidate_line(d, f, "the answer names itself \"%s\"",
			       facts_text(facts, "server"));
	candidate_claim_all(d, f, c);
}

static void websocket_find(struct diagnosis *d)
{
	struct clusters c;

	diagnosis_clusters_collect(&c, d, websocket_key);
	for (size_t i = 0; i < c.count; i++)
		websocket_stripped(d, &c.items[i]);
	diagnosis_clusters_free(&c);
}
