/* protocol_downgraded.c - the application protocol that was offered in TLS is
 * not the one in use. */
#include "report/diagnose/diagnose.h"

static void protocol_find(struct diagnosis *d);

const struct finding_entry finding_protocol_downgraded = {
    .code = "protocol-downgraded",
    .rules = {{2280, protocol_find}},
    .owner = OWNER_VENDOR,
    .title = "{targets} {targets:does|do} not take the protocol that was "
	     "offered ({detail})",
    .meaning = "TLS works, but its ends did not agree on the application "
	       "protocol that the product needs, such as HTTP/2. The product "
	       "falls back to an older one, or fails.",
    .decided =
	"The protocol was offered (ALPN, RFC 7301), and the answer names "
	"another one, or none. Where TLS is intercepted, the device "
	"that does it has answered.",
    .lookalikes = "A server that does not offer the protocol at this address.",
    .remedies =
	{{OWNER_VENDOR,
	  {"Compare with the answer from another network",
	   "If it is the same, ask the vendor for the right address; if not, "
	   "exempt {targets} from inspection on this site's firewall or "
	   "proxy"}},
	 {OWNER_FIREWALL,
	  {"On the firewall or proxy that intercepts TLS, allow HTTP/2 (ALPN) "
	   "to {targets}",
	   "Or exempt {targets} from TLS inspection for {source}"}},
	 {OWNER_DEVICE, {"On {targets}, switch on the protocol for {paths}"}}},
    .confirm_by = "the same handshake from another network",
};

static const char *protocol_key(struct diagnosis *d, size_t index)
{
	return facts_is_true(&diagnosis_result(d, index)->facts, "alpn-refused")
		   ? diagnosis_target(d, index)
		   : NULL;
}

static void protocol_downgraded(struct diagnosis *d, const struct cluster *c)
{
	struct candidate *f =
	    candidate_for(d, &finding_protocol_downgraded, c->key);
	const char *alpn =
	    facts_text(&diagnosis_result(d, c->items[0])->facts, "alpn");

	candidate_service(d, f, c->items[0]);
	if (diagnosis_view(d, c->items[0])->interceptor == TLS_INSPECTION)
		f->owner = OWNER_FIREWALL;
	f->detail = alpn == NULL ? "no protocol was agreed on"
				 : arena_printf(d->arena, "it takes %s", alpn);
	f->reason = alpn == NULL
			? "The TLS answer names no application protocol"
			: "The TLS answer names another application protocol";
	candidate_claim_all(d, f, c);
}

static void protocol_find(struct diagnosis *d)
{
	struct clusters c;

	diagnosis_clusters_collect(&c, d, protocol_key);
	for (size_t i = 0; i < c.count; i++)
		protocol_downgraded(d, &c.items[i]);
	diagnosis_clusters_free(&c);
}
