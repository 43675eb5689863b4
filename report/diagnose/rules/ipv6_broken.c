/* ipv6_broken.c - IPv6 as a whole, where the same paths work over IPv4. */
#include "report/diagnose/first_hop.h"

static void ipv6_broken(struct diagnosis *d);

const struct finding_entry finding_ipv6_broken_ipv4_fine = {
    .code = "ipv6-broken-ipv4-fine",
    .rules = {{1000, ipv6_broken}},
    .owner = OWNER_INTERNET,
    .title = "IPv6 does not work here; IPv4 does",
    .meaning =
	"This host has an IPv6 address and a route, but no target answers over "
	"IPv6. Programs that prefer IPv6 are slow or fail at times.",
    .decided = "No target on the internet answered over IPv6; the same names "
	       "and ports work over IPv4. It is confirmed where the IPv6 "
	       "gateway is known to forward, or this host has no IPv6 route.",
    .remedies = {{OWNER_INTERNET,
		  {"Check IPv6 on the router and with the provider",
		   "If the site is not meant to have IPv6, stop announcing it "
		   "(router advertisements)"}},
		 {OWNER_FIREWALL,
		  {"Give IPv6 the same firewall rules as IPv4",
		   "If the site is not meant to have IPv6, stop announcing it "
		   "(router advertisements)"}}},
    .confirm_by = "ping -6 of a public address from the router",
};

static bool ipv6_works_over(const struct diagnosis *d, size_t index,
			    enum addr_family family)
{
	size_t spec = correlation_spec(d->correlation, index);
	const struct correlation *s = d->correlation;

	for (size_t i = 0; i < s->spec_count[spec]; i++) {
		const struct result *r =
		    diagnosis_result(d, s->by_spec[s->spec_first[spec] + i]);

		if (r->addr.family == family && r->why == WHY_NONE &&
		    r->outcome.cause == CAUSE_OK)
			return true;
	}
	return false;
}

static const char *ipv6_key(struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);

	if (r->addr.family != ADDR_V6 || !diagnosis_view(d, index)->internet ||
	    !diagnosis_view(d, index)->direct)
		return NULL;
	return ipv6_works_over(d, index, ADDR_V4) ? "" : NULL;
}

/* The gateway does not answer neighbour discovery: it is what is broken. */
static bool ipv6_gateway_is_dead(struct diagnosis *d, const struct cluster *c)
{
	const struct first_hop *h = first_hop_of(d, ADDR_V6);
	const struct evidence *e;
	int state;

	if (h->gateway.family == ADDR_NONE || d->v6.off_link_answered > 0)
		return false;
	state = diagnosis_neighbour(d, &h->gateway, &e);
	for (size_t i = 0; state == 0 && i < c->count; i++)
		if (diagnosis_no_next_hop(diagnosis_result(d, c->items[i])))
			return true;
	return state < 0;
}

static void ipv6_place(struct diagnosis *d, struct candidate *f,
		       const struct cluster *c)
{
	struct hop hop = diagnosis_hop(d, c->items, c->count);
	char address[ADDR_TEXT];

	diagnosis_candidate_hop(d, f, &hop);
	for (size_t i = 0; i < c->count; i++) {
		const struct result *r = diagnosis_result(d, c->items[i]);

		if (diagnosis_refused_here(r, CAUSE_UNREACHABLE)) {
			f->owner = OWNER_THIS_HOST;
			f->confirmed = c->count > 1;
			f->where = WHERE_THIS_HOST;
			candidate_line(d, f, "this host has no IPv6 route");
			return;
		}
		if (!r->outcome.has_icmp)
			continue;
		candidate_blocker(d, f, &r->outcome.blocker);
		if (r->outcome.cause == CAUSE_PROHIBITED ||
		    diagnosis_is_gateway(d, &r->outcome.blocker))
			f->owner = OWNER_FIREWALL;
		candidate_line(d, f, "ICMPv6 %u/%u from %s",
			       (unsigned)r->outcome.icmp_type,
			       (unsigned)r->outcome.icmp_code,
			       addr_text(&r->outcome.blocker, address));
		return;
	}
}

static void ipv6_broken(struct diagnosis *d)
{
	struct clusters c;

	diagnosis_clusters_collect(&c, d, ipv6_key);
	/* No v6 answer at all; each of these paths works over v4. */
	if (c.count == 1 && d->v6.internet_answered == 0 &&
	    d->v4.internet_ok > 0 && !ipv6_gateway_is_dead(d, &c.items[0])) {
		struct candidate *f =
		    candidate_for(d, &finding_ipv6_broken_ipv4_fine, "");

		f->confirmed =
		    c.items[0].count > 1 && first_hop_of(d, ADDR_V6)->forwards;
		candidate_line(
		    d, f, "paths that fail over IPv6 and work over IPv4: %zu",
		    c.items[0].count);
		ipv6_place(d, f, &c.items[0]);
		candidate_claim_all(d, f, &c.items[0]);
	}
	diagnosis_clusters_free(&c);
}
