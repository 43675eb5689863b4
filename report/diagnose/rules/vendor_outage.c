/*
 * vendor_outage.c - all of a vendor's hosts are gone, while the path to others
 * like them is proved: the same ports, from here, through the same hops.
 */
#include "report/diagnose/diagnose.h"

static void vendor_find(struct diagnosis *d);

const struct finding_entry finding_vendor_outage = {
    .code = "vendor-outage",
    .rules = {{2900, vendor_find}},
    .owner = OWNER_VENDOR,
    .title = "No host of {subject} answers; hosts of other owners do",
    .meaning = "No address of this vendor answers. Hosts of other owners "
	       "answer on the same ports, and packets to the vendor leave this "
	       "site. The vendor (or the network in front of it) is down.",
    .decided = "At least two addresses of the vendor were tried, and none "
	       "answered. Hosts of at least two other owners answered on the "
	       "same ports in the same run. A traceroute got beyond this site, "
	       "or the refusal came from the hosts themselves.",
    .lookalikes = "A filter at the provider that blocks this vendor.",
    .remedies =
	{{OWNER_VENDOR,
	  {"{inquire} whether {subject} is up",
	   "Try {subject} from another network (for example a mobile phone)",
	   "If it answers there, ask the provider whether {rules} "
	   "{targets:is|are} filtered"}}},
    .confirm_by =
	"its operator's status page, or the same test from another network",
};

enum { VENDOR_OTHERS = 2, VENDOR_ADDRESSES = 2 };

/* Nothing of the host was heard, or its own refusal. */
static bool vendor_is_gone(const struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);

	if (r->spec->transport != TRANSPORT_TCP || r->why != WHY_NONE ||
	    r->addr.family == ADDR_NONE)
		return false;
	if (r->outcome.cause == CAUSE_REFUSED)
		return !r->outcome.has_icmp &&
		       r->outcome.phase == PHASE_CONNECT;
	return correlation_is_silent(r, SILENCE_NO_CONNECTION);
}

struct vendor_state {
	size_t gone, heard;
	size_t domain;
	struct map addresses;
	bool reached; /* packets get out of the site towards it */
	const struct evidence *evidence;
	const char *seen; /* in it */
};

static void vendor_count(struct diagnosis *d, struct vendor_state *v,
			 size_t domain)
{
	char address[ADDR_TEXT];

	v->domain = domain;
	for (size_t i = 0; i < d->results->count; i++) {
		const struct result *r = diagnosis_result(d, i);
		const struct result_context *view = diagnosis_view(d, i);
		const struct evidence *e;
		struct hop hop;

		if (view->domain != domain || !view->internet || !view->direct)
			continue;
		if (!vendor_is_gone(d, i)) {
			v->heard += view->answered;
			continue;
		}
		v->gone++;
		*map_at(&v->addresses,
			arena_strdup(d->arena, addr_text(&r->addr, address))) =
		    i;
		hop = diagnosis_hop(d, &i, 1);
		if (hop.evidence != NULL && !hop.ours) {
			v->reached = true;
			v->evidence = hop.evidence;
			v->seen = "packets to it get beyond this site";
		}
		if (diagnosis_reset(d, i, &e) > 0) {
			v->reached = true;
			v->evidence = e;
			v->seen = "no device before it sent the refusal";
		}
	}
}

/* Other owners' hosts that answer on the ports that fail here. */
static size_t vendor_others(struct diagnosis *d, const struct vendor_state *v)
{
	struct map ports = {0}, owners = {0};
	size_t count;

	for (size_t i = 0; i < d->results->count; i++)
		if (diagnosis_view(d, i)->domain == v->domain &&
		    vendor_is_gone(d, i))
			*map_at(&ports, diagnosis_port_key(d, i)) = i;
	for (size_t i = 0; i < d->results->count; i++) {
		const struct result_context *view = diagnosis_view(d, i);

		if (view->domain == SIZE_MAX || view->domain == v->domain ||
		    !view->direct || !view->internet ||
		    diagnosis_result(d, i)->outcome.cause != CAUSE_OK ||
		    map_get(&ports, diagnosis_port_key(d, i)) == SIZE_MAX)
			continue;
		*map_at(&owners, arena_printf(d->arena, "%zu", view->domain)) =
		    i;
	}
	count = owners.count;
	map_free(&ports);
	map_free(&owners);
	return count;
}

static const char *vendor_name(struct diagnosis *d, size_t domain)
{
	for (size_t i = 0; i < d->results->count; i++)
		if (diagnosis_view(d, i)->domain == domain)
			return correlation_domain(
			    diagnosis_result(d, i)->spec->host);
	return "the vendor";
}

/* Other names that lead to the same addresses fall with them. */
static void vendor_claim(struct diagnosis *d, struct candidate *f,
			 const struct vendor_state *v)
{
	char address[ADDR_TEXT];

	for (size_t k = 0; k < d->open_count; k++) {
		size_t i = diagnosis_open(d, k);

		if (i == SIZE_MAX || !vendor_is_gone(d, i) ||
		    map_get(&v->addresses,
			    addr_text(&diagnosis_result(d, i)->addr,
				      address)) == SIZE_MAX)
			continue;
		candidate_claim(d, f, i);
	}
}

static void vendor_outage(struct diagnosis *d, size_t domain)
{
	struct vendor_state v = {0};
	size_t others;
	struct candidate *f;

	vendor_count(d, &v, domain);
	others =
	    v.heard == 0 && v.reached && v.addresses.count >= VENDOR_ADDRESSES
		? vendor_others(d, &v)
		: 0;
	if (others >= VENDOR_OTHERS) {
		f = candidate_for(d, &finding_vendor_outage,
				  vendor_name(d, domain));
		f->subject = vendor_name(d, domain);
		f->where = WHERE_TARGET;
		candidate_line(
		    d, f,
		    "addresses of %s that do not answer: %zu; none answers",
		    f->subject, v.addresses.count);
		candidate_line(
		    d, f,
		    "other owners whose hosts answer on the same ports: "
		    "%zu",
		    others);
		candidate_cite(d, f, v.evidence, v.seen);
		vendor_claim(d, f, &v);
	}
	map_free(&v.addresses);
}

static void vendor_find(struct diagnosis *d)
{
	struct map seen = {0};

	for (size_t k = 0; k < d->open_count; k++) {
		size_t i = diagnosis_open(d, k);
		size_t domain, *slot;

		if (i == SIZE_MAX || !vendor_is_gone(d, i))
			continue;
		domain = diagnosis_view(d, i)->domain;
		if (domain == SIZE_MAX || !diagnosis_view(d, i)->internet ||
		    !diagnosis_view(d, i)->direct)
			continue;
		slot = map_at(&seen, arena_printf(d->arena, "%zu", domain));
		if (*slot != SIZE_MAX)
			continue;
		*slot = i;
		vendor_outage(d, domain);
	}
	map_free(&seen);
}
