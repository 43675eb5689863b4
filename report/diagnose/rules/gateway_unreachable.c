/* gateway_unreachable.c - the next hop does not answer. */
#include "report/diagnose/first_hop.h"

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
	return diagnosis_is_lost(diagnosis_result(d, index)) &&
		       !first_hop_is_other(d, index)
		   ? ""
		   : NULL;
}

/* Something is lost in that family; names alone may be of any. */
static bool gateway_is_needed(const struct diagnosis *d,
			      const struct cluster *c, enum addr_family family)
{
	bool other = false;

	for (size_t i = 0; i < c->count; i++) {
		enum addr_family own =
		    diagnosis_result(d, c->items[i])->addr.family;

		if (own == family)
			return true;
		other |= own != ADDR_NONE;
	}
	return !other;
}

/* ARP failed for the gateway: by evidence, or by the kernel's own word. */
static bool gateway_is_dead(struct diagnosis *d, const struct cluster *c,
			    const struct addr *a, const struct evidence **e)
{
	int state = diagnosis_neighbour(d, a, e);

	if (!gateway_is_needed(d, c, a->family) ||
	    (a->family == ADDR_V6 ? d->v6 : d->v4).off_link_answered > 0)
		return false;
	for (size_t k = 0; state == 0 && k < c->count; k++) {
		const struct result *r = diagnosis_result(d, c->items[k]);

		if (diagnosis_no_next_hop(r) && r->addr.family == a->family &&
		    !network_is_routed(r))
			return true;
	}
	return state < 0;
}

/* What is lost in the gateway's family; names, where no other gateway works. */
static void gateway_dead(struct diagnosis *d, const struct cluster *c,
			 const struct addr *gateway, const struct evidence *e)
{
	struct candidate *f =
	    candidate_for(d, &finding_gateway_unreachable, "");
	char address[ADDR_TEXT];

	addr_text(gateway, address);
	if (f->result_count == 0) {
		f->where = WHERE_HOP;
		f->hop = 1;
		f->hop_address = *gateway;
		f->subject = arena_strdup(d->arena, address);
	} else
		f->subject =
		    arena_printf(d->arena, "%s, %s", f->subject, address);
	f->confirmed = true;
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
	candidate_line(d, f, "no host behind it answered over IPv%d",
		       gateway->family == ADDR_V6 ? 6 : 4);
	for (size_t i = 0; i < c->count; i++) {
		enum addr_family family =
		    diagnosis_result(d, c->items[i])->addr.family;

		if (family == gateway->family ||
		    (family == ADDR_NONE &&
		     d->v4.off_link_answered + d->v6.off_link_answered == 0))
			candidate_claim(d, f, c->items[i]);
	}
}

static void gateway_unreachable(struct diagnosis *d)
{
	const struct fact *list = facts_find(&d->results->host, "gateways");
	struct clusters c;
	const struct evidence *e;
	struct addr gateway;

	diagnosis_clusters_collect(&c, d, gateway_key);
	for (size_t i = 0; c.count > 0 && list != NULL && i < list->list_count;
	     i++) {
		if (addr_parse(&gateway, list->list[i]) &&
		    gateway_is_dead(d, &c.items[0], &gateway, &e))
			gateway_dead(d, &c.items[0], &gateway, e);
	}
	diagnosis_clusters_free(&c);
}
