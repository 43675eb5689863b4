/* accepted_nearer.c - connections that open before they reach their host. */
#include "report/diagnose/diagnose.h"

#include "report/nearer.h"

static void accepted_find(struct diagnosis *d);

const struct finding_entry finding_accepted_nearer = {
    .code = "accepted-nearer",
    .rules = {{2655, accepted_find}},
    .lists_ports = true,
    .owner = OWNER_FIREWALL,
    .title = "An intermediate device accepts connections on {paths} instead of "
	     "{targets}{subject}",
    .meaning =
	"The connection opens before it reaches the host. An open port proves "
	"nothing there: the service may be off, or a rule behind that device "
	"may block it.",
    .decided =
	"The connection opened with a time to live (hop limit) too small to "
	"reach the host: other packets to the same host, sent with no smaller "
	"one, expired on the way. The service gave no answer of its own.",
    .lookalikes = "A port that is forwarded to another host on purpose. A path "
		  "of its own for this port, with fewer routers.",
    .remedies =
	{{OWNER_FIREWALL,
	  {"Find what accepts {paths}{subject}: a SYN proxy or flood "
	   "protection, a transparent proxy, an intrusion prevention system, a "
	   "rule that redirects the port",
	   "Exempt {source} there, then run preflight again",
	   "Until then, test {paths} of {targets} from the device's own "
	   "network"}},
	 {OWNER_INTERNET,
	  {"Ask the provider what accepts {paths}{subject}: a transparent "
	   "proxy, or flood protection",
	   "Test {paths} of {targets} from another network"}}},
    .confirm_by = "a packet capture behind that device: the connection does "
		  "not arrive there",
};

/* One box is one cause, whatever it stands in front of. */
static const char *accepted_key(struct diagnosis *d, size_t index)
{
	if (!diagnosis_view(d, index)->nearer)
		return NULL;
	return diagnosis_view(d, index)->internet ? "internet" : "site";
}

/* The hop that the last packet with so few hops came to. */
static bool accepted_place(const struct evidence *beyond, int hops,
			   struct addr *hop)
{
	const char *blocker = facts_text(&beyond->observed, "blocker");

	return nearer_hops(beyond, NEARER_BEYOND_WHAT) == hops &&
	       blocker != NULL && addr_parse(hop, blocker);
}

static void accepted_cite(struct diagnosis *d, struct candidate *f,
			  const struct nearer *n)
{
	char address[ADDR_TEXT];
	int hops = nearer_hops(n->opened, NEARER_WHAT);
	int given = nearer_hops(n->beyond, NEARER_BEYOND_WHAT);
	const char *blocker = facts_text(&n->beyond->observed, "blocker");

	addr_text(&n->opened->addr, address);
	candidate_cite(d, f, n->opened,
		       arena_printf(d->arena,
				    "%s port %u opens with a time to live of "
				    "%d",
				    address, (unsigned)n->opened->port, hops));
	candidate_cite(
	    d, f, n->beyond,
	    arena_printf(d->arena,
			 "%s is farther away: %s with a time to live of %d "
			 "expires%s%s",
			 address,
			 n->beyond->transport == TRANSPORT_ICMP
			     ? "an echo request"
			     : arena_printf(d->arena, "a connection to port %u",
					    (unsigned)n->beyond->port),
			 given, blocker == NULL ? "" : " at ",
			 blocker == NULL ? "" : blocker));
	if (n->unanswered != NULL)
		candidate_cite(d, f, n->unanswered,
			       arena_printf(d->arena,
					    "%s port %u: an SMB negotiation is "
					    "not answered",
					    address,
					    (unsigned)n->opened->port));
}

/* The nearest place at which one of them opened. */
static void accepted_locate(struct diagnosis *d, struct candidate *f,
			    const struct nearer *n)
{
	int hops = nearer_hops(n->opened, NEARER_WHAT);
	struct addr hop = {0};

	if (f->where == WHERE_HOP && f->hop <= hops)
		return;
	if (!accepted_place(n->beyond, hops, &hop)) {
		if (f->where != WHERE_HOP)
			f->subject = arena_printf(d->arena,
						  " at or before hop %d", hops);
		return;
	}
	f->owner = hops == 1 || diagnosis_is_ours(d, &hop) ? OWNER_FIREWALL
							   : OWNER_INTERNET;
	f->where = WHERE_HOP;
	f->hop = hops;
	f->hop_address = hop;
	f->subject = arena_printf(d->arena, " at or before hop %d, %s", hops,
				  diagnosis_address(d, &hop));
}

static void accepted_claim(struct diagnosis *d, const struct cluster *c)
{
	struct candidate *f =
	    candidate_for(d, &finding_accepted_nearer, c->key);
	struct map cited = {0};

	f->reason = "Connections open with too few hops to reach the host";
	for (size_t i = 0; i < c->count; i++) {
		const struct result *r = diagnosis_result(d, c->items[i]);
		struct nearer n = nearer_shown(d->results, r);
		size_t *seen = map_at(&cited, n.opened->id);

		f->inferred |= n.inferred;
		accepted_locate(d, f, &n);
		if (*seen == SIZE_MAX)
			accepted_cite(d, f, &n);
		*seen = i;
	}
	map_free(&cited);
	candidate_claim_all(d, f, c);
}

static void accepted_find(struct diagnosis *d)
{
	struct clusters c;

	diagnosis_clusters_collect(&c, d, accepted_key);
	for (size_t i = 0; i < c.count; i++)
		accepted_claim(d, &c.items[i]);
	diagnosis_clusters_free(&c);
}
