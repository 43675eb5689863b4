/*
 * service_refused.c - connections are refused: by the hosts, or on the path.
 * One rule: who sent the resets tells which.
 */
#include "report/diagnose/diagnose.h"

#include "report/diagnose/peer_group.h"

static void service_refusals(struct diagnosis *d);

const struct finding_entry finding_service_down = {
    .code = "service-down",
    .rules = {{4200, service_refusals}},
    .merges = &finding_service_down,
    .owner = OWNER_DEVICE,
    .title = "{targets} {targets:refuses|refuse} connections on {paths}",
    .meaning =
	"The host is up, but it refuses connections on this port: the "
	"service is stopped or uses another port, or a firewall rejects.",
    .decided = "The connection was refused. Confirmed if there is no device "
	       "between this host and the target.",
    .lookalikes = "A firewall that rejects with a TCP reset.",
    .remedies =
	{{OWNER_DEVICE,
	  {"On {targets}, start the service (or set its port in the inventory)",
	   "If it runs, look for a firewall that rejects {paths}"}},
	 {OWNER_VENDOR,
	  {"Check the vendor's status page for {targets}",
	   "If the service is up, look for a firewall that rejects {paths} "
	   "with a TCP reset"}}},
    .confirm_by = "a connection from the device's own network",
};

const struct finding_entry finding_firewall_resets = {
    .code = "firewall-resets",
    .merges = &finding_firewall_resets,
    .lists_ports = true,
    .owner = OWNER_FIREWALL,
    .title = "{paths} to {targets} {paths:is|are} refused on the path",
    .meaning = "Connections are refused, and the evidence shows that the "
	       "refusal does not come from the targets.",
    .decided =
	"The reset came from a device nearer than the target (its time to live "
	"differs from the target's other answers). Or three or more unrelated "
	"hosts refuse the same port, and none accepts it.",
    .lookalikes = "Servers on which the service is stopped.",
    .remedies = {{OWNER_FIREWALL,
		  {"On the firewall, allow {paths} from {source} to {rules} "
		   "(look for rules that reject with a TCP reset)"}}},
    .confirm_by =
	"the firewall's log, or the same connection from another network",
};

static const char *service_key_refused(struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);

	if (r->outcome.cause != CAUSE_REFUSED ||
	    r->outcome.phase <= PHASE_RESOLVE || r->spec->via_proxy)
		return NULL;
	return diagnosis_port_key(d, index);
}

/* Who reset, by the TTLs that were measured: the votes of a cluster. */
struct service_votes {
	size_t target, other;
	const struct evidence *evidence;
	size_t hosts;
};

static struct service_votes service_vote(struct diagnosis *d,
					 const struct cluster *c)
{
	struct service_votes v = {0};
	struct map hosts = {0};

	for (size_t i = 0; i < c->count; i++) {
		const struct evidence *e;
		int reset = diagnosis_reset(d, c->items[i], &e);

		v.target += reset > 0;
		v.other += reset < 0;
		if (reset != 0)
			v.evidence = e;
		*map_at(&hosts, diagnosis_target(d, c->items[i])) = i;
	}
	v.hosts = hosts.count;
	map_free(&hosts);
	return v;
}

static void service_resets(struct diagnosis *d, const struct cluster *c,
			   const struct service_votes *v)
{
	struct candidate *f = candidate_for(d, &finding_firewall_resets,
					    diagnosis_service(d, c->items[0]));

	f->reason = v->other > 0
			? "The resets come from a device nearer than the "
			  "targets: their time to live differs"
			: "Unrelated hosts all refuse this port, and none "
			  "accepts it; they answer on other ports";
	if (v->other > 0)
		candidate_cite(d, f, v->evidence,
			       "the reset's time to live differs from that of "
			       "the host's other answers");
	candidate_line(d, f, "hosts that refuse the port: %zu; none accepts it",
		       v->hosts);
	candidate_claim_all(d, f, c);
}

static void service_down(struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);
	const struct evidence *e;
	int reset = diagnosis_reset(d, index, &e);
	bool icmp = r->outcome.has_icmp;
	struct candidate *f = candidate_for(
	    d, &finding_service_down,
	    arena_printf(d->arena, "%s %s", diagnosis_service(d, index),
			 diagnosis_view(d, index)->internet
			     ? diagnosis_target(d, index)
			     : peer_group_mark(d, index)));

	candidate_service(d, f, index);
	f->confirmed = f->result_count == 0 ? r->on_link && !icmp
					    : f->confirmed && r->on_link;
	f->reason =
	    r->on_link ? "The refusal came from this network, with no device "
			 "in between"
	    : reset > 0
		? "The refusal's time to live matches other answers of the host"
		: NULL;
	if (reset > 0)
		candidate_cite(
		    d, f, e,
		    arena_printf(d->arena,
				 "%s: the reset matches its other answers",
				 diagnosis_target(d, index)));
	else
		candidate_example(d, f, "%s: %s", diagnosis_target(d, index),
				  icmp ? "port unreachable, sent by the device"
				       : "connection refused");
	if (reset < 0)
		candidate_cite(
		    d, f, e,
		    "its time to live differs from other answers of the "
		    "host: a firewall may have sent it");
	candidate_claim(d, f, index);
}

static void service_refused(struct diagnosis *d, const struct cluster *c)
{
	struct service_votes v = service_vote(d, c);
	size_t accepted = diagnosis_port(d, c->items[0])->ok;
	bool internet = diagnosis_view(d, c->items[0])->internet;

	if (!c->active)
		return;
	/* Three unrelated owners do not close the same port at once. A time to
	 * live alone may be one device's habit: it takes two. */
	if (v.target == 0 && accepted == 0 &&
	    ((v.other > 0 && v.hosts >= 2) || (internet && v.hosts >= 3))) {
		service_resets(d, c, &v);
		return;
	}
	for (size_t i = 0; i < c->count; i++) {
		if (!d->passive[c->items[i]])
			service_down(d, c->items[i]);
	}
}

static void service_refusals(struct diagnosis *d)
{
	struct clusters c;

	diagnosis_clusters_collect(&c, d, service_key_refused);
	for (size_t i = 0; i < c.count; i++)
		service_refused(d, &c.items[i]);
	diagnosis_clusters_free(&c);
}
