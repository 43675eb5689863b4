/* gateway_unreachable.c - the next hop does not answer. */
#include "report/diagnose/diagnose.h"

static void gateway_unreachable(struct diagnosis *d);

const struct finding_entry finding_gateway_unreachable = {
    .code = "gateway-unreachable",
    .rules = {{1100, gateway_unreachable}},
    .owner = OWNER_LOCAL_NETWORK,
    .title = "The default gateway {subject} does not answer",
    .meaning = "This host has a default gateway configured, but the gateway "
	       "does not answer. Nothing outside this network can be reached.",
    .decided = "The gateway does not answer ARP (or neighbour discovery), and "
	       "no target behind it answered.",
    .lookalikes = "A wrong gateway address, or a wrong VLAN on this host's "
		  "switch port, looks the same.",
    .remedies =
	{{OWNER_LOCAL_NETWORK,
	  {"Check that {subject} is the right gateway and is powered on",
	   "Check the VLAN of this host's switch port",
	   "Ping {subject} from another host on the same network"}}},
    .confirm_by =
	"an ARP request for {subject} from another host on the same network",
};

static const char *gateway_key(struct diagnosis *d, size_t index)
{
	return diagnosis_is_lost(diagnosis_result(d, index)) ? "" : NULL;
}

/* The gateway that ARP failed for; evidence, or the kernel's own word. */
static bool gateway_is_dead(struct diagnosis *d, const struct cluster *c,
			    struct addr *out, const struct evidence **e)
{
	const struct fact *list = facts_find(&d->results->host, "gateways");

	for (size_t i = 0; list != NULL && i < list->list_count; i++) {
		struct addr a;
		int state;

		if (!addr_parse(&a, list->list[i]))
			continue;
		if ((a.family == ADDR_V6 ? d->v6 : d->v4).off_link_answered > 0)
			continue;
		state = diagnosis_neighbour(d, &a, e);
		*out = a;
		if (state < 0)
			return true;
		for (size_t k = 0; state == 0 && k < c->count; k++) {
			const struct result *r =
			    diagnosis_result(d, c->items[k]);

			if (diagnosis_no_next_hop(r) &&
			    r->addr.family == a.family)
				return true;
		}
	}
	return false;
}

static void gateway_unreachable(struct diagnosis *d)
{
	struct clusters c;
	const struct evidence *e = NULL;
	struct addr gateway;
	struct candidate *f;
	char address[ADDR_TEXT];

	diagnosis_clusters_collect(&c, d, gateway_key);
	if (c.count == 0 || !gateway_is_dead(d, &c.items[0], &gateway, &e))
		goto out;
	f = candidate_for(d, &finding_gateway_unreachable, "");
	f->confirmed = true;
	addr_text(&gateway, address);
	f->subject = arena_strdup(d->arena, address);
	f->where = WHERE_HOP;
	f->hop = 1;
	f->hop_address = gateway;
	if (e != NULL)
		candidate_cite(
		    d, f, e,
		    arena_printf(
			d->arena,
			"%s does not answer ARP or neighbour discovery",
			address));
	else
		candidate_line(d, f,
			       "the kernel got no ARP answer from the next "
			       "hop");
	candidate_line(d, f, "no host behind it answered");
	candidate_claim_all(d, f, &c.items[0]);
out:
	diagnosis_clusters_free(&c);
}
