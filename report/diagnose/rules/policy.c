/*
 * policy.c - a device on the path that says so: ICMP names it. One rule decides
 * whether it is a firewall rule or a missing route.
 */
#include "report/diagnose/diagnose.h"

#include "report/diagnose/peer_group.h"

static void policy_find(struct diagnosis *d);

/* Devices that prohibit by themselves. */
static bool policy_is_itself(const struct candidate *f)
{
	return f->where == WHERE_TARGET;
}

const struct finding_entry finding_firewall_prohibits = {
    .code = "firewall-prohibits",
    .rules = {{2800, policy_find}},
    .merges = &finding_firewall_prohibits,
    .merges_if = policy_is_itself,
    .merges_gateways = true,
    .lists_ports = true,
    .owner = OWNER_FIREWALL,
    .title = "{blocker} prohibits {paths} to {targets}",
    .brief = "{place} prohibits {paths} to {targets}",
    .meaning =
	"A device on the path blocks this traffic with a rule and reports it.",
    .decided =
	"An ICMP error with a policy code came from a device that is not the "
	"target. Or a device reports hosts as unreachable on one port although "
	"they answer on another. Tests of the same port that timed out may be "
	"attributed to the same rule; the finding is then marked as inferred.",
    .remedies =
	{{OWNER_FIREWALL,
	  {"On {blocker}, allow {paths} from {source} to {rules}",
	   "Run preflight again: other devices behind it may block as well"}},
	 {OWNER_DEVICE,
	  {"In the firewall of {blocker} itself, allow {paths} from {source}"}},
	 {OWNER_VENDOR,
	  {"Ask the owner of {targets} why {blocker} itself prohibits {paths} "
	   "from {source}, and whether that address must be registered there"}},
	 {OWNER_INTERNET,
	  {"Ask the provider (or whoever runs {blocker}) to allow {paths} from "
	   "{source} to {rules}"}}},
    .confirm_by = "the log of {blocker}",
};

const struct finding_entry finding_path_unreachable = {
    .code = "path-unreachable",
    .merges_gateways = true,
    .owner = OWNER_FIREWALL,
    .title = "{blocker} reports that {targets} cannot be reached",
    .meaning = "A router on the path has no route to the target, or a "
	       "firewall rule answers as if it had none.",
    .decided = "An ICMP error reports that there is no route (no route, host "
	       "unreachable, time exceeded).",
    .lookalikes = "A firewall rule that rejects with \"host unreachable\".",
    .remedies =
	{{OWNER_FIREWALL,
	  {"On {blocker}, check the route to {targets}, and look for rules "
	   "that reject with \"unreachable\""}},
	 {OWNER_LOCAL_NETWORK,
	  {"On {blocker}, check the route to {targets}, and check that the "
	   "hosts are on"}},
	 {OWNER_INTERNET,
	  {"Report to the provider that {blocker} has no route to {targets}"}}},
    .confirm_by = "the routing table of {blocker}",
};

static const char *policy_key(struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);

	if (r->outcome.cause != CAUSE_PROHIBITED || !r->outcome.has_icmp ||
	    r->outcome.phase == PHASE_LOCAL ||
	    r->outcome.blocker.family == ADDR_NONE)
		return NULL;
	if (addr_equal(&r->outcome.blocker, &r->addr))
		return arena_printf(d->arena, "itself %s %s",
				    diagnosis_port_key(d, index),
				    peer_group_mark(d, index));
	return diagnosis_identity(d, &r->outcome.blocker);
}

/* Devices that refuse by themselves: one of them is named, many are not. */
static void policy_itself(struct diagnosis *d, struct candidate *f,
			  const struct cluster *c)
{
	const struct addr *first =
	    &diagnosis_result(d, c->items[0])->outcome.blocker;

	candidate_service(d, f, c->items[0]);
	for (size_t i = 1; i < c->count; i++) {
		if (!addr_equal(
			first,
			&diagnosis_result(d, c->items[i])->outcome.blocker))
			return;
	}
	candidate_blocker(d, f, first);
	f->hop_address = *first;
}

static enum owner policy_owner(struct diagnosis *d, const struct addr *a)
{
	return diagnosis_is_ours(d, a) ? OWNER_FIREWALL : OWNER_INTERNET;
}

static void policy_where(struct diagnosis *d, struct candidate *f,
			 const struct cluster *c)
{
	const struct result *r = diagnosis_result(d, c->items[0]);
	struct hop hop;

	if (addr_equal(&r->outcome.blocker, &r->addr)) {
		policy_itself(d, f, c);
		return;
	}
	for (size_t i = 0; i < c->count; i++)
		candidate_blocker(
		    d, f, &diagnosis_result(d, c->items[i])->outcome.blocker);
	f->where = WHERE_HOP;
	f->owner = policy_owner(d, &f->blocker);
	f->hop_address = f->blocker;
	if (diagnosis_is_gateway(d, &f->blocker)) {
		f->hop = 1;
		return;
	}
	hop = diagnosis_hop(d, c->items, c->count);
	if (hop.evidence != NULL && addr_equal(&hop.address, &f->blocker)) {
		f->hop = hop.number;
		candidate_cite(
		    d, f, hop.evidence,
		    arena_printf(d->arena, "it is hop %d", hop.number));
	}
}

static const char *policy_meaning(const struct outcome *o)
{
	bool v6 = o->blocker.family == ADDR_V6;

	if (v6)
		return o->icmp_code == 4 ? "port unreachable, sent by another "
					   "device than the target"
					 : "administratively prohibited";
	if (o->icmp_code == 3)
		return "port unreachable, sent by another device than the "
		       "target";
	return o->icmp_code == 9    ? "network prohibited"
	       : o->icmp_code == 10 ? "host prohibited"
				    : "administratively prohibited";
}

static void policy_lines(struct diagnosis *d, struct candidate *f,
			 const struct cluster *c)
{
	char address[ADDR_TEXT];

	for (size_t i = 0; i < c->count; i++) {
		const struct outcome *o =
		    &diagnosis_result(d, c->items[i])->outcome;

		if (!o->has_icmp)
			continue;
		candidate_line(d, f, "ICMP%s %u/%u (%s) from %s",
			       o->blocker.family == ADDR_V6 ? "v6" : "",
			       (unsigned)o->icmp_type, (unsigned)o->icmp_code,
			       policy_meaning(o),
			       addr_text(&o->blocker, address));
	}
	candidate_line(d, f, "tests blocked by it: %zu", c->count);
}

/* Where one of a port's targets was prohibited and none works, the silent rest
 * met the same rule: ICMP errors are rate-limited. */
static void policy_infer(struct diagnosis *d, struct candidate *f,
			 const struct cluster *c)
{
	struct map ports = {0};
	size_t inferred = 0;

	for (size_t i = 0; i < c->count; i++)
		*map_at(&ports, diagnosis_port_key(d, c->items[i])) = i;
	for (size_t k = 0; k < d->open_count; k++) {
		size_t i = diagnosis_open(d, k);

		if (i == SIZE_MAX ||
		    !correlation_is_silent(diagnosis_result(d, i),
					   SILENCE_VANISHED) ||
		    !diagnosis_view(d, i)->direct ||
		    diagnosis_class(d, i) == CLASS_ON_LINK ||
		    diagnosis_port(d, i)->ok > 0 ||
		    map_get(&ports, diagnosis_port_key(d, i)) == SIZE_MAX)
			continue;
		candidate_claim(d, f, i);
		inferred++;
	}
	if (inferred > 0) {
		f->inferred = true;
		candidate_line(
		    d, f,
		    "tests of the same port that timed out, attributed to the "
		    "same rule (ICMP errors are rate-limited): %zu",
		    inferred);
	}
	map_free(&ports);
}

static void policy_prohibited(struct diagnosis *d)
{
	struct clusters c;

	diagnosis_clusters_collect(&c, d, policy_key);
	for (size_t i = 0; i < c.count; i++) {
		struct candidate *f = candidate_for(
		    d, &finding_firewall_prohibits, c.items[i].key);

		f->confirmed = true;
		f->reason = "An ICMP error names the blocking device";
		policy_where(d, f, &c.items[i]);
		policy_lines(d, f, &c.items[i]);
		candidate_claim_all(d, f, &c.items[i]);
		if (f->where != WHERE_TARGET)
			policy_infer(d, f, &c.items[i]);
	}
	diagnosis_clusters_free(&c);
}

static const char *policy_key_unreachable(struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);
	char address[ADDR_TEXT];

	if (r->outcome.cause != CAUSE_UNREACHABLE || !r->outcome.has_icmp ||
	    r->outcome.phase <= PHASE_RESOLVE ||
	    r->outcome.blocker.family == ADDR_NONE)
		return NULL;
	return arena_printf(d->arena, "%s %s%s",
			    addr_text(&r->outcome.blocker, address),
			    diagnosis_port_key(d, index),
			    outcome_is_expired(&r->outcome) ? " expired" : "");
}

/* Tests of hosts that the router lets through on other ports: then it has a
 * rule. That a packet expired is nobody's rule. */
static size_t policy_ruled(struct diagnosis *d, const struct cluster *c)
{
	size_t count = 0;

	if (outcome_is_expired(&diagnosis_result(d, c->items[0])->outcome))
		return 0;
	for (size_t i = 0; i < c->count; i++)
		count += diagnosis_host_answered(d, c->items[i]);
	return count;
}

static const char *policy_reason(const struct outcome *o, bool rule)
{
	if (rule)
		return "It reports hosts as unreachable on this port that "
		       "answer on another one: a firewall rule, not a missing "
		       "route";
	return outcome_is_expired(o)
		   ? "Packets expire there: they go round, or a device lowers "
		     "their time to live"
		   : "An ICMP error reports that the target cannot be reached";
}

/* What shows that the hosts are there, and how many of them it is. */
static void policy_rule_lines(struct diagnosis *d, struct candidate *f,
			      const struct cluster *c, size_t ruled)
{
	candidate_line(d, f,
		       "tests of these whose target answers on another port: "
		       "%zu",
		       ruled);
	f->inferred |= ruled < c->count;
	for (size_t i = 0; i < c->count; i++) {
		const struct evidence *heard = diagnosis_heard(d, c->items[i]);

		if (heard != NULL)
			candidate_cite(d, f, heard,
				       diagnosis_control_text(d, heard));
		else if (diagnosis_host_answered(d, c->items[i]))
			candidate_example(d, f,
					  "%s answers tests of another port",
					  diagnosis_target(d, c->items[i]));
	}
}

/* The last router got no ARP answer, and each host was asked otherwise: it is
 * the hosts that are off. */
static bool policy_is_host(const struct diagnosis *d, const struct cluster *c)
{
	const struct outcome *o = &diagnosis_result(d, c->items[0])->outcome;

	for (size_t i = 0; i < c->count; i++) {
		size_t host = diagnosis_view(d, c->items[i])->host;

		if (host == SIZE_MAX ||
		    d->correlation->hosts[host].unheard == NULL)
			return false;
	}
	return !diagnosis_view(d, c->items[0])->internet &&
	       o->icmp_code == (o->blocker.family == ADDR_V6 ? 3 : 1);
}

static void policy_host(struct diagnosis *d, const struct cluster *c)
{
	const struct outcome *o = &diagnosis_result(d, c->items[0])->outcome;
	char address[ADDR_TEXT];

	for (size_t i = 0; i < c->count; i++) {
		struct candidate *f =
		    candidate_for(d, &finding_host_down,
				  c->count > CANDIDATE_SINGLE
				      ? "many"
				      : diagnosis_target(d, c->items[i]));

		f->where = WHERE_TARGET;
		f->reason = "Its router reports it as unreachable";
		candidate_line(d, f, "%s reports: host unreachable",
			       addr_text(&o->blocker, address));
		candidate_claim(d, f, c->items[i]);
	}
}

static void policy_unreachable(struct diagnosis *d, const struct cluster *c)
{
	const struct result *r = diagnosis_result(d, c->items[0]);
	size_t ruled = policy_ruled(d, c);
	bool rule = ruled > 0;
	char address[ADDR_TEXT];
	struct candidate *f;

	if (!rule && policy_is_host(d, c)) {
		policy_host(d, c);
		return;
	}
	addr_text(&r->outcome.blocker, address);
	f = candidate_for(
	    d, rule ? &finding_firewall_prohibits : &finding_path_unreachable,
	    diagnosis_identity(d, &r->outcome.blocker));
	policy_where(d, f, c);
	f->confirmed = rule;
	f->reason = policy_reason(&r->outcome, rule);
	candidate_line(d, f, "ICMP%s %u/%u from %s (tests: %zu)",
		       r->outcome.blocker.family == ADDR_V6 ? "v6" : "",
		       (unsigned)r->outcome.icmp_type,
		       (unsigned)r->outcome.icmp_code, address, c->count);
	if (rule)
		policy_rule_lines(d, f, c, ruled);
	candidate_claim_all(d, f, c);
	policy_infer(d, f, c);
}

static void policy_find(struct diagnosis *d)
{
	struct clusters c;

	policy_prohibited(d);
	diagnosis_clusters_collect(&c, d, policy_key_unreachable);
	for (size_t i = 0; i < c.count; i++) {
		if (c.items[i].active)
			policy_unreachable(d, &c.items[i]);
	}
	diagnosis_clusters_free(&c);
}
