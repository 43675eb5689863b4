/* websocket_stripped.c - the Upgrade header is removed on the path. */
#include "report/diagnose/diagnose.h"

#include <string.h>

static void websocket_find(struct diagnosis *d);

const struct finding_entry finding_websocket_stripped = {
    .code = "websocket-stripped",
    .rules = {{2290, websocket_find}},
    .owner = OWNER_PROXY,
    .title = "The WebSocket upgrade is removed on the path to {subject}",
    .meaning = "The request reaches the server without its Upgrade header: a "
	       "proxy or firewall handles it as plain HTTP. The product cannot "
	       "open its live connection.",
    .decided =
	"The server answered as if the request had no Upgrade header (426), or "
	"TLS is intercepted on the path and no switch came.",
    .lookalikes = "A server that does not offer a WebSocket at this path.",
    .remedies =
	{{OWNER_PROXY,
	  {"On the proxy or firewall, allow WebSocket (HTTP Upgrade) for "
	   "{subject}",
	   "Or exempt {subject} from HTTP inspection for {source}"}},
	 {OWNER_FIREWALL,
	  {"On the firewall, allow WebSocket (HTTP Upgrade) for {subject}",
	   "Or exempt {subject} from HTTP inspection for {source}"}}},
    .confirm_by = "the same request from a network without that proxy",
};

static const char *websocket_key(struct diagnosis *d, size_t index)
{
	const char *upgrade =
	    facts_text(&diagnosis_result(d, index)->facts, "upgrade");

	if (upgrade == NULL)
		return NULL;
	return strcmp(upgrade, "stripped") == 0 ||
		       (strcmp(upgrade, "not-proved") == 0 &&
			diagnosis_view(d, index)->interceptor == TLS_INSPECTION)
		   ? diagnosis_target(d, index)
		   : NULL;
}

static void websocket_stripped(struct diagnosis *d, const struct cluster *c)
{
	struct candidate *f =
	    candidate_for(d, &finding_websocket_stripped, c->key);
	const struct facts *facts = &diagnosis_result(d, c->items[0])->facts;

	f->subject = c->key;
	f->reason = arena_printf(
	    d->arena,
	    diagnosis_view(d, c->items[0])->interceptor == TLS_INSPECTION
		? "TLS is intercepted on the path, and the answer is %lld "
		  "instead of a switch"
		: "The server answered %lld, as if the request had no Upgrade "
		  "header",
	    (long long)correlation_number(facts, "status", 0));
	if (facts_text(facts, "server") != NULL)
		candidate_line(d, f, "the answer is from a server named \"%s\"",
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
