/* isp_down.c - the site is fine up to its way out, and nothing answers behind.
 */
#include "report/diagnose/first_hop.h"

static void isp_down(struct diagnosis *d);

const struct finding_entry finding_isp_down = {
    .code = "isp-down",
    .rules = {{1200, isp_down}},
    .owner = OWNER_INTERNET,
    .title = "No internet access: nothing on the internet answers",
    .meaning =
	"Every test of the internet failed on every port and name, while the "
	"local network works. The uplink is down, or all traffic is blocked.",
    .decided = "No internet address answered, in the tests or when it was "
	       "asked otherwise. At least two addresses of one family were "
	       "tried, on two ports, or names were lost as well; a port over "
	       "both families counts once. The gateway is known to work: "
	       "devices or routers behind it answer, or a router reported the "
	       "addresses as unreachable. Where no device behind it was "
	       "tested, it is enough that it replies to expiring packets.",
    .lookalikes = "A firewall that blocks all outgoing traffic, also this "
		  "host's own; where only the gateway itself replies, one that "
		  "blocks all traffic of this host.",
    .remedies = {{OWNER_INTERNET,
		  {"Check the uplink: modem, line, provider status",
		   "From the router, ping its provider's gateway",
		   "If the uplink works, look for a firewall rule that blocks "
		   "all traffic from this host ({source})",
		   FINDING_OWN_FILTER}}},
    .confirm_by = "a test from the router itself, or from another host",
};

static const char *isp_key(struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);
	const struct result_context *v = diagnosis_view(d, index);

	if (!v->direct)
		return NULL;
	if (diagnosis_is_name_lost(r) ||
	    (r->spec->system_server && diagnosis_is_lost(r)))
		return "outside";
	if (!v->internet || r->addr.family == ADDR_NONE)
		return NULL;
	if (diagnosis_is_lost(r) || (r->outcome.cause == CAUSE_UNREACHABLE &&
				     r->outcome.phase == PHASE_CONNECT))
		return "outside";
	return NULL;
}

struct isp_spread {
	size_t ports; /* one over both families is one */
	size_t hosts; /* in the family that has more of them */
	size_t addresses, names, total;
	const struct addr *router; /* a gateway that says "unreachable" */
};

static struct isp_spread isp_count(struct diagnosis *d, const struct cluster *c)
{
	struct isp_spread s = {0};
	struct map ports = {0}, hosts[2] = {{0}};

	for (size_t i = 0; i < c->count; i++) {
		const struct result *r = diagnosis_result(d, c->items[i]);
		char host[ADDR_TEXT];

		if (!diagnosis_view(d, c->items[i])->internet ||
		    r->addr.family == ADDR_NONE) {
			s.names++;
			continue;
		}
		s.total++;
		*map_at(&ports, diagnosis_service(d, c->items[i])) = 0;
		*map_at(&hosts[r->addr.family == ADDR_V6],
			arena_strdup(d->arena, addr_text(&r->addr, host))) = 0;
		if (r->outcome.has_icmp)
			s.router = &r->outcome.blocker;
	}
	s.ports = ports.count;
	s.hosts = hosts[hosts[1].count > hosts[0].count].count;
	s.addresses = hosts[0].count + hosts[1].count;
	map_free(&ports);
	map_free(&hosts[0]);
	map_free(&hosts[1]);
	return s;
}

/* An internet address was heard: in a test, or when the second round asked. */
static bool isp_is_heard(const struct diagnosis *d)
{
	for (size_t i = 0; i < d->results->evidence_count; i++) {
		const struct evidence *e = &d->results->evidence[i];

		if (e->kind == EVIDENCE_CONTROL &&
		    e->result < d->results->count &&
		    diagnosis_view(d, e->result)->internet &&
		    diagnosis_view(d, e->result)->direct &&
		    correlation_is_answer(e))
			return true;
	}
	return d->v4.internet_answered + d->v6.internet_answered > 0;
}

/* Devices behind the gateway that answer, in a family of what is lost. */
static const char *isp_inside(struct diagnosis *d, const struct cluster *c)
{
	for (size_t i = 0; i < c->count; i++) {
		const struct addr *a = &diagnosis_result(d, c->items[i])->addr;
		const struct family_state *f = diagnosis_family(d, c->items[i]);

		if (a->family != ADDR_NONE && f->inside_answered > 0)
			return arena_printf(
			    d->arena,
			    "Devices behind the gateway answer over IPv%d "
			    "(answered tests: %zu)",
			    a->family == ADDR_V6 ? 6 : 4, f->inside_answered);
	}
	return NULL;
}

/* Why we believe that the gateway works; NULL: we do not know. That it answers
 * ARP shows that it is there, and no more. It replies for packets that expire
 * before its rules are asked: alone, that is less than an answer from behind
 * it. */
static const char *isp_gateway_proof(struct diagnosis *d,
				     const struct cluster *c,
				     const struct isp_spread *s,
				     struct hop *hop)
{
	char address[ADDR_TEXT];

	*hop = diagnosis_hop(d, c->items, c->count);
	if (hop->reached)
		return NULL;
	if (hop->number > 1)
		return arena_printf(d->arena,
				    "The gateway forwards packets: a router "
				    "replied to expiring ones [%s]",
				    hop->evidence->id);
	if (s->router != NULL)
		return arena_printf(
		    d->arena, "%s reports internet addresses as unreachable",
		    addr_text(s->router, address));
	if (isp_inside(d, c) != NULL)
		return isp_inside(d, c);
	for (size_t i = 0; i < c->count; i++) {
		const struct addr *a = &diagnosis_result(d, c->items[i])->addr;

		if (a->family != ADDR_NONE &&
		    first_hop_of(d, a->family)->forwards)
			return "The gateway routes, and nothing behind it "
			       "answers; whether it passes on what this host "
			       "sends is not known";
	}
	return NULL;
}

static void isp_cite_gateway(struct diagnosis *d, struct candidate *f)
{
	for (int family = ADDR_V4; family <= ADDR_V6; family++) {
		const struct first_hop *h =
		    first_hop_of(d, (enum addr_family)family);

		if (h->asked != NULL &&
		    facts_is_true(&h->asked->observed, "forwards"))
			candidate_cite(
			    d, f, h->asked,
			    arena_printf(
				d->arena,
				"%s replies to a packet that expires at hop "
				"1",
				diagnosis_address(d, &h->gateway)));
	}
}

static void isp_down(struct diagnosis *d)
{
	struct clusters c;
	struct isp_spread s;
	struct hop hop;
	const char *proof;
	struct candidate *f;

	diagnosis_clusters_collect(&c, d, isp_key);
	if (c.count == 0 || isp_is_heard(d))
		goto out;
	s = isp_count(d, &c.items[0]);
	/* Every internet path must be among them: a policy answer or a reset
	 * belongs to another rule. */
	if (s.total < d->v4.internet_total + d->v6.internet_total ||
	    s.hosts < 2 || (s.ports < 2 && s.names == 0))
		goto out;
	proof = isp_gateway_proof(d, &c.items[0], &s, &hop);
	if (proof == NULL)
		goto out;
	f = candidate_for(d, &finding_isp_down, "");
	f->reason = proof;
	candidate_line(
	    d, f,
	    "internet addresses without an answer: %zu (ports tried: %zu)",
	    s.addresses, s.ports);
	diagnosis_candidate_hop(d, f, &hop);
	if (hop.evidence == NULL)
		isp_cite_gateway(d, f);
	f->subject = "";
	f->owner = OWNER_INTERNET;
	if (s.router != NULL)
		candidate_blocker(d, f, s.router);
	candidate_claim_all(d, f, &c.items[0]);
out:
	diagnosis_clusters_free(&c);
}
