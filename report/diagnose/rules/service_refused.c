/*
 * service_refused.c - connections are refused: by the hosts, or on the path.
 * One rule: who sent the resets tells which.
 */
#include "report/diagnose/diagnose.h"

#include "report/diagnose/peer_group.h"
#include "report/own_filter.h"

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
	       "between this host and the target, and the refusal was seen to "
	       "come in by the wire.",
    .lookalikes = "A firewall that rejects, also this host's own.",
    .remedies = {{OWNER_DEVICE,
		  {"On {targets}, {start} (or set its port in the inventory)",
		   "If it runs, look for a firewall that rejects {paths}",
		   FINDING_OWN_FILTER}},
		 {OWNER_VENDOR,
		  {"{inquire} whether the service of {targets} is up",
		   "If the service is up, look for a firewall that rejects "
		   "{paths}",
		   FINDING_OWN_FILTER}}},
    .confirm_by = "a connection from the device's own network",
};

const struct finding_entry finding_firewall_resets = {
    .code = "firewall-resets",
    .merges = &finding_firewall_resets,
    .lists_ports = true,
    .owner = OWNER_FIREWALL,
    .title = "{paths} to {targets} {paths:is|are} refused on the "
	     "path{subject}",
    .meaning = "Connections are refused, and the evidence shows that the "
	       "refusal does not come from the targets.",
    .decided =
	"The reset came from a device nearer than the target: it has passed "
	"fewer routers than packets of this host must pass to draw it, or its "
	"time to live differs from the target's other answers. Or three or "
	"more unrelated hosts refuse the same port, and none accepts it.",
    .lookalikes = "Servers on which the service is stopped, where answers take "
		  "a shorter way than requests; this host's own firewall, or "
		  "a local redirect of a VPN client or a proxy.",
    .remedies = {{OWNER_FIREWALL,
		  {"On the firewall{subject}, allow {paths} from {source} to "
		   "{rules} (look for rules that reject {reject})",
		   FINDING_OWN_FILTER}},
		 {OWNER_INTERNET,
		  {"Ask the provider whether {paths} to {rules} "
		   "{paths:is|are} refused{subject}",
		   "If the firewall there is yours, allow {paths} from "
		   "{source} to {rules}",
		   FINDING_OWN_FILTER}}},
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
	size_t walked; /* of the others, where a walk says so, too */
	size_t hosts, accepted;
};

/* Several names of one address are one host. */
static const char *service_host(struct diagnosis *d, size_t index)
{
	char address[ADDR_TEXT];

	return arena_strdup(
	    d->arena, addr_text(&diagnosis_result(d, index)->addr, address));
}

static struct service_votes service_vote(struct diagnosis *d,
					 const struct cluster *c)
{
	struct service_votes v = {0};
	struct map hosts = {0};

	for (size_t i = 0; i < c->count; i++) {
		const struct evidence *e, *walk;
		int reset = diagnosis_reset(d, c->items[i], &e);

		v.target += reset > 0;
		v.other += reset < 0;
		v.walked +=
		    reset < 0 && correlation_reset_at(d->correlation,
						      c->items[i], &walk) > 0;
		*map_at(&hosts, service_host(d, c->items[i])) = i;
	}
	v.hosts = hosts.count;
	v.accepted = diagnosis_port(d, c->items[0])->ok;
	map_free(&hosts);
	return v;
}

/* Where a reset is made that the target did not send: at or right after the
 * last router before it. */
static struct hop service_hop(struct diagnosis *d, size_t index,
			      const struct cluster *c)
{
	const struct evidence *walk, *seen;
	int at = correlation_reset_at(d->correlation, index, &walk);
	struct hop hop = diagnosis_hop(d, &index, 1);

	/* A router that has sent enough errors: others have met it, or one
	 * nearer to where the reset is made. */
	for (size_t i = 0; i < c->count && hop.number < at - 1; i++) {
		struct hop other = diagnosis_hop(d, &c->items[i], 1);

		if (correlation_reset_at(d->correlation, c->items[i], &walk) ==
			at &&
		    other.number > hop.number)
			hop = other;
	}
	if (at != 1)
		return hop;
	/* No router is before the first one; but this host is, unless the reset
	 * was seen to come in. */
	if (own_filter_of(d->correlation, index, &seen) != OWN_FILTER_NO)
		return (struct hop){0};
	correlation_reset_at(d->correlation, index, &walk);
	hop.address =
	    diagnosis_gateway(d, diagnosis_result(d, index)->addr.family);
	if (hop.address.family == ADDR_NONE)
		return (struct hop){0};
	hop.evidence = walk;
	hop.number = 1;
	hop.ours = true;
	return hop;
}

/* What shows it, in words. */
static void service_cite(struct diagnosis *d, struct candidate *f, size_t index)
{
	const struct evidence *e, *walk;
	int at = correlation_reset_at(d->correlation, index, &walk);
	const char *target = diagnosis_target(d, index);

	if (diagnosis_reset(d, index, &e) >= 0 || e == NULL)
		return;
	if (f->result_count > 0) { /* one target is the example */
		candidate_cite_id(f, e->id);
		return;
	}
	if (walk != NULL && (at == 1 || at == (int)correlation_number(
						  &e->observed, "reset-at", 0)))
		candidate_cite(
		    d, f, walk,
		    arena_printf(d->arena,
				 "%s: a packet draws the reset once it may "
				 "pass %d router%s",
				 target, at - 1, at == 2 ? "" : "s"));
	if (e == walk)
		return;
	candidate_cite(
	    d, f, e,
	    facts_find(&e->observed, "reset-at") != NULL
		? arena_printf(d->arena,
			       "%s: by its time to live, the reset itself has "
			       "passed fewer",
			       target)
		: "the reset's time to live differs from that of the host's "
		  "other answers");
}

static struct candidate *service_resets(struct diagnosis *d, size_t index,
					const struct cluster *c,
					const struct service_votes *v)
{
	struct hop hop = {0};
	struct candidate *f;
	const struct evidence *e;

	if (diagnosis_reset(d, index, &e) < 0)
		hop = service_hop(d, index, c);
	f = candidate_for(d, &finding_firewall_resets,
			  arena_printf(d->arena, "%s %s",
				       diagnosis_service(d, index),
				       diagnosis_place(d, &hop)));
	f->reason = v->other > 0
			? "The resets come from a device nearer than the "
			  "targets: their time to live differs"
			: "Unrelated hosts all refuse this port, and none "
			  "accepts it";
	if (hop.evidence != NULL) {
		f->owner = hop.ours ? OWNER_FIREWALL : OWNER_INTERNET;
		diagnosis_candidate_place(d, f, &hop);
	}
	service_cite(d, f, index);
	if (hop.evidence != NULL)
		candidate_cite(
		    d, f, hop.evidence,
		    arena_printf(
			d->arena, "a packet that expired reached hop %d, %s",
			hop.number, diagnosis_address(d, &hop.address)));
	return f;
}

/* Those that another device has answered for, by place; who was not measured
 * is with the first. */
static void service_by_place(struct diagnosis *d, const struct cluster *c,
			     const struct service_votes *v)
{
	const struct evidence *e;
	size_t first = SIZE_MAX;
	struct candidate *f;

	for (size_t i = 0; i < c->count; i++) {
		if (diagnosis_reset(d, c->items[i], &e) >= 0)
			continue;
		if (first == SIZE_MAX)
			first = c->items[i];
		candidate_claim(d, service_resets(d, c->items[i], c, v),
				c->items[i]);
	}
	if (v->target > 0)
		return;
	f = service_resets(d, first == SIZE_MAX ? c->items[0] : first, c, v);
	if (v->accepted == 0)
		candidate_line(d, f,
			       "hosts that refuse the port: %zu; none accepts "
			       "it",
			       v->hosts);
	for (size_t i = 0; i < c->count && v->accepted == 0; i++)
		candidate_claim(d, f, c->items[i]);
}

static bool service_is_compared(const struct evidence *e)
{
	return facts_find(&e->observed, "agrees") != NULL;
}

static const char *service_reason(const struct result *r, int reset,
				  const struct evidence *e)
{
	if (r->on_link)
		return "The refusal came from this network, with no device in "
		       "between";
	if (reset <= 0)
		return NULL;
	return service_is_compared(e)
		   ? "The refusal's time to live matches other answers of the "
		     "host"
		   : "By its time to live, the refusal has come all the way";
}

/* With no device between, nothing but this host can imitate the target's
 * refusal; and this host did not, if the refusal came in by the wire. */
static bool service_is_proved(const struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);
	const struct evidence *e;

	return r->on_link && !r->outcome.has_icmp &&
	       own_filter_of(d->correlation, index, &e) == OWN_FILTER_NO;
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
			     ? service_host(d, index)
			     : peer_group_mark(d, index)));

	candidate_service(d, f, index);
	f->confirmed = (f->result_count == 0 || f->confirmed) &&
		       service_is_proved(d, index);
	f->reason = service_reason(r, reset, e);
	if (reset > 0)
		candidate_cite(
		    d, f, e,
		    arena_printf(d->arena,
				 service_is_compared(e)
				     ? "%s: the reset matches its other answers"
				     : "%s: no device before it sent the reset",
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
	bool internet = diagnosis_view(d, c->items[0])->internet;

	if (!c->active)
		return;
	/* Three unrelated owners do not close the same port at once. A time to
	 * live alone may be one device's habit: it takes two, or a walk. */
	if (v.walked > 0 ||
	    (v.target == 0 && v.accepted == 0 &&
	     ((v.other > 0 && v.hosts >= 2) || (internet && v.hosts >= 3))))
		service_by_place(d, c, &v);
	for (size_t i = 0; i < c->count; i++) {
		if (!d->claimed[c->items[i]] && !d->passive[c->items[i]])
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
