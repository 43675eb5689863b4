/*
 * payload_dropped.c - the port opens, then nothing passes: a filter, or a link
 * with a small MTU. One rule: whether the size matters tells which.
 */
#include "report/diagnose/diagnose.h"

static void payload_drops(struct diagnosis *d);

const struct finding_entry finding_payload_dropped = {
    .code = "payload-dropped",
    .rules = {{4100, payload_drops}},
    .owner = OWNER_FIREWALL,
    .title = "Connections on {paths} open, but no data gets through",
    .meaning = "The TCP handshake works, but no host returns any data. A "
	       "filter drops the content.",
    .decided = "All connections to {targets} timed out after they had opened, "
	       "and none on this port completed.",
    .lookalikes = "Large packets that are lost (mtu-black-hole).",
    .remedies = {{OWNER_FIREWALL,
		  {"On the firewall, check application control and IPS for "
		   "{paths} from {source}",
		   "Allow the product's hosts: {rules}",
		   "If the link is a tunnel or PPPoE, check the MTU, too"}}},
    .confirm_by = "the firewall's log for {source}; a test with small segments "
		  "rules out the MTU",
};

const struct finding_entry finding_mtu_black_hole = {
    .code = "mtu-black-hole",
    .owner = OWNER_INTERNET,
    .title = "Large packets are lost on the path ({paths})",
    .meaning = "Connections open and small packets pass, but large ones are "
	       "lost. A link on the path has a smaller MTU, and the ICMP "
	       "message that reports it is blocked.",
    .decided = "Connections to every host open, but no data arrives, although "
	       "the requests are acknowledged. Or the same connections work "
	       "with small segments.",
    .lookalikes = "A filter that drops the content (payload-dropped).",
    .remedies =
	{{OWNER_INTERNET,
	  {"On the router, clamp the TCP MSS to the path MTU (PPPoE: 1452)",
	   "Allow ICMP \"fragmentation needed\" (type 3 code 4) and ICMPv6 "
	   "\"packet too big\"",
	   "Ask the provider for the MTU of the line"}},
	 {OWNER_FIREWALL,
	  {"Allow ICMP \"fragmentation needed\" (type 3 code 4) and ICMPv6 "
	   "\"packet too big\" through the firewall",
	   "Clamp the TCP MSS to the path MTU"}},
	 {OWNER_LOCAL_NETWORK,
	  {"Compare the MTU of this host, of {targets} and of the switch ports "
	   "between them (jumbo frames)"}}},
    .confirm_by = "ping -M do -s 1472 compared with smaller sizes",
};

/* The control has two seconds: a handshake over a longer round trip may not be
 * over by then, and its silence proves nothing. */
enum { PAYLOAD_NEAR_US = 300000 };

static const char *payload_key_silent(struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);
	const struct evidence *e;

	if (!diagnosis_is_open(d, index) || r->outcome.cause != CAUSE_TIMEOUT)
		return NULL;
	/* Some of the answer came: only large packets can be lost. */
	e = correlation_control(d->correlation, index, "small-segments");
	if (correlation_number(&r->facts, "tcp-received", 0) > 0 &&
	    (e == NULL || !facts_is_true(&e->observed, "ok")))
		return NULL;
	return diagnosis_port_key(d, index);
}

/* What the small-segments control and TCP's own counters say: 1 the size
 * matters, -1 it does not, 0 unknown. */
static int payload_size_matters(struct diagnosis *d, const struct cluster *c,
				const struct evidence **e)
{
	size_t acknowledged = 0, lost = 0;

	*e = NULL;
	for (size_t i = 0; i < c->count; i++) {
		const struct result *r = diagnosis_result(d, c->items[i]);
		const struct evidence *control = correlation_control(
		    d->correlation, c->items[i], "small-segments");
		int64_t unacked =
		    correlation_number(&r->facts, "tcp-unacked", -1);

		if (control != NULL &&
		    (facts_is_true(&control->observed, "ok") ||
		     r->timings.connect < PAYLOAD_NEAR_US)) {
			*e = control;
			return facts_is_true(&control->observed, "ok") ? 1 : -1;
		}
		/* Where the server must speak first, nothing was sent. */
		acknowledged +=
		    unacked == 0 && r->outcome.phase != PHASE_REQUEST;
		lost += unacked > 0;
	}
	/* Our request was acknowledged, the (larger) answer never came. */
	if (acknowledged > 0 && lost == 0)
		return 1;
	return lost > 0 ? -1 : 0;
}

/* Large packets are lost behind this site's router already (ssh_no_keys.c):
 * what the internet and a network of the site have in common is that. */
static struct candidate *payload_lost_inside(const struct diagnosis *d)
{
	for (size_t i = 0; i < d->candidate_count; i++) {
		struct candidate *f = d->candidates[i];

		if (f->entry == &finding_mtu_black_hole &&
		    f->owner == OWNER_FIREWALL)
			return f;
	}
	return NULL;
}

static void payload_lost(struct diagnosis *d, const struct cluster *c,
			 const struct evidence *e)
{
	struct candidate *inside = payload_lost_inside(d);
	struct candidate *f =
	    inside != NULL && !diagnosis_result(d, c->items[0])->on_link
		? inside
		: candidate_for(d, &finding_mtu_black_hole, "");
	struct hop hop = diagnosis_hop(d, c->items, c->count);

	f->reason = e != NULL ? "The same connections work with small segments"
			      : "Requests are acknowledged, but the larger "
				"answers never arrive";
	if (e != NULL)
		candidate_cite(d, f, e,
			       "the same test works with small segments");
	candidate_line(d, f, "hosts that accept port %u but send no data: %zu",
		       (unsigned)diagnosis_result(d, c->items[0])->port,
		       diagnosis_hosts(d, c));
	if (f != inside) {
		diagnosis_candidate_hop(d, f, &hop);
		f->owner = OWNER_INTERNET;
	}
	candidate_claim_all(d, f, c);
}

static void payload_silent(struct diagnosis *d, const struct cluster *c)
{
	const struct evidence *e;
	int size = payload_size_matters(d, c, &e);
	struct candidate *f;

	if (!c->active || diagnosis_port(d, c->items[0])->ok > 0 ||
	    diagnosis_hosts(d, c) < 2)
		return;
	if (size > 0) {
		payload_lost(d, c, e);
		return;
	}
	f = candidate_for(d, &finding_payload_dropped, "");
	candidate_line(d, f, "hosts that accept port %u but send no data: %zu",
		       (unsigned)diagnosis_result(d, c->items[0])->port,
		       diagnosis_hosts(d, c));
	candidate_line(d, f, "no host completed a test on this port");
	if (e != NULL)
		candidate_cite(d, f, e, "small segments make no difference");
	else if (size < 0)
		candidate_line(d, f,
			       "data sent by this host was never acknowledged");
	candidate_claim_all(d, f, c);
}

static void payload_drops(struct diagnosis *d)
{
	struct clusters c;

	diagnosis_clusters_collect(&c, d, payload_key_silent);
	for (size_t i = 0; i < c.count; i++)
		payload_silent(d, &c.items[i]);
	diagnosis_clusters_free(&c);
}
