/*
 * unexplained.c - what fails, and no other rule has a cause for: what was
 * tried, what to try next, whom to ask. A report that is not ready has a
 * finding, always.
 */
#include "report/diagnose/first_hop.h"

#include "core/base/text.h"

static void unexplained(struct diagnosis *d);

const struct finding_entry finding_unexplained = {
    .code = "unexplained",
    .rules = {{9000, unexplained}},
    .owner = OWNER_INTERNET,
    .title = "{paths} to {targets} {paths:fails|fail}, and the tests do not "
	     "show why",
    .brief =
	"{paths} to {targets} {paths:fails|fail}; the tests do not show why",
    .meaning = "The path does not work. What was seen has several possible "
	       "causes, and no test of this run tells them apart.",
    .decided = "The tests failed, and what is known about them does not fit "
	       "any other finding. The owner is the one whose part was tested "
	       "last, not necessarily the one at fault; it is this host where "
	       "its routes are hidden from preflight and nothing beyond its "
	       "own network answers, and the local network where this host "
	       "got no answer to ARP (or neighbour discovery) for its next "
	       "hop.",
    .remedies =
	{{OWNER_INTERNET,
	  {"Run preflight again REPORT --failed: a fault that comes and goes "
	   "shows itself",
	   "Try {targets} from another network (for example a mobile phone). "
	   "If it works there, ask whoever runs this site's firewall what "
	   "becomes of {paths} from {source}; if not, ask the operator of "
	   "{targets}",
	   "As root, preflight sees more: which device answers, and where "
	   "packets end"}},
	 {OWNER_DEVICE,
	  {"Run preflight again REPORT --failed: a fault that comes and goes "
	   "shows itself",
	   "Try {paths} of {targets} from the device's own network. If it "
	   "works there, ask whoever runs the firewall in between; if not, ask "
	   "whoever runs the device",
	   "As root, preflight sees more: which device answers, and where "
	   "packets end"}},
	 {OWNER_LOCAL_NETWORK,
	  {"Run preflight again REPORT --failed: a fault that comes and goes "
	   "shows itself",
	   "See which next hop is used: ip route get ADDRESS; then check that "
	   "it answers (ip neigh show), also from another host on this "
	   "network"}},
	 {OWNER_THIS_HOST,
	  {"Run preflight doctor: it shows what this host is able to test",
	   "Run preflight again REPORT --failed: a fault that comes and goes "
	   "shows itself",
	   "Ask whoever runs this host for its limits and its own firewall"}}},
    .confirm_by = "a packet capture on this host and at {targets} while "
		  "preflight runs",
};

/* This host's first hop could not be looked at, and passes nothing. */
static bool unexplained_is_dark(struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);

	return (!r->on_link || r->spec->system_server) &&
	       first_hop_is_dark(d, r->addr.family);
}

static enum owner unexplained_owner(struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);

	if (r->outcome.phase == PHASE_LOCAL || diagnosis_is_name_unsent(r) ||
	    r->transport == TRANSPORT_LOCAL)
		return OWNER_THIS_HOST;
	if (unexplained_is_dark(d, index))
		return OWNER_THIS_HOST;
	/* No router spoke: this host's own kernel did. */
	if (diagnosis_no_next_hop(r))
		return OWNER_LOCAL_NETWORK;
	if (diagnosis_is_resolver(r))
		return OWNER_DNS;
	if (r->spec->via_proxy)
		return OWNER_PROXY;
	return diagnosis_view(d, index)->internet ? OWNER_INTERNET
						  : OWNER_DEVICE;
}

/* It fails, or could not be tested; what is forgiven has a milder verdict. */
static bool unexplained_counts(const struct diagnosis *d, size_t index)
{
	const struct judgement *own = diagnosis_judgement(d, index);

	if (d->passive[index])
		return false;
	return own->verdict == VERDICT_FAIL || own->verdict == VERDICT_SKIP ||
	       (own->verdict == VERDICT_UNTESTED && own->why == WHY_LOCAL);
}

static bool unexplained_is_silent(const struct diagnosis *d, size_t index)
{
	size_t device = diagnosis_result(d, index)->spec->device_index;

	return device < d->plan->device_count &&
	       d->report->devices[device].state == DEVICE_SILENT;
}

/* One of a transport, a port and a class of targets; names are one, and devices
 * that answer nothing. */
static const char *unexplained_key(struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);

	if (!unexplained_counts(d, index))
		return NULL;
	if (r->outcome.phase == PHASE_RESOLVE)
		return diagnosis_is_name_unsent(r)     ? "unsent"
		       : unexplained_is_dark(d, index) ? "dark"
						       : "names";
	if (unexplained_is_dark(d, index) &&
	    (correlation_is_silent(r, SILENCE_ANY) ||
	     diagnosis_refused_here(r, CAUSE_LOCAL)))
		return "dark";
	if (unexplained_is_silent(d, index) &&
	    correlation_is_silent(r, SILENCE_ANY))
		return "silent";
	return arena_printf(d->arena, "%s/%u %d %d",
			    transport_name(r->transport), (unsigned)r->port,
			    (int)diagnosis_class(d, index),
			    (int)unexplained_owner(d, index));
}

/* Where the packets of a test end; an owner is not taken from it. */
static void unexplained_walk(struct diagnosis *d, struct candidate *f,
			     size_t index, const struct evidence *e)
{
	struct hop hop = diagnosis_hop(d, &index, 1);
	enum owner owner = f->owner;

	if (hop.evidence == e && !hop.reached)
		diagnosis_candidate_hop(d, f, &hop);
	else
		candidate_cite(
		    d, f, e,
		    arena_printf(d->arena,
				 hop.reached
				     ? "a traceroute to %s got through"
				     : "a traceroute to %s got no reply from "
				       "any hop",
				 diagnosis_address(d, &e->addr)));
	f->owner = owner;
}

/* What the second round saw of it. */
static void unexplained_evidence(struct diagnosis *d, struct candidate *f,
				 size_t index)
{
	size_t count;
	const size_t *all =
	    correlation_evidence_of(d->correlation, index, &count);

	for (size_t i = 0; i < count; i++) {
		const struct evidence *e = &d->results->evidence[all[i]];

		if (e->kind == EVIDENCE_HOP_WALK)
			unexplained_walk(d, f, index, e);
		else if (e->kind == EVIDENCE_CONTROL &&
			 facts_text(&e->observed, "cause") != NULL)
			candidate_cite(d, f, e, diagnosis_control_text(d, e));
	}
}

static void unexplained_group(struct diagnosis *d, const struct cluster *c)
{
	struct candidate *f = candidate_for(d, &finding_unexplained, c->key);

	f->owner = unexplained_owner(d, c->items[0]);
	if (f->owner == OWNER_THIS_HOST && unexplained_is_dark(d, c->items[0]))
		candidate_line(d, f,
			       "this host does not show its routes, and no "
			       "host beyond its own network answers: its way "
			       "out is not known to work");
	if (f->owner == OWNER_THIS_HOST &&
	    facts_is_true(&d->results->host, "no-roots"))
		candidate_line(d, f,
			       "this host has no trusted roots to verify "
			       "certificates with: give --ca-file FILE");
	if (f->owner == OWNER_LOCAL_NETWORK)
		candidate_line(d, f,
			       "no router reported it: this host got no answer "
			       "to ARP or neighbour discovery from its next "
			       "hop");
	for (size_t i = 0; i < c->count; i++) {
		const struct result *r = diagnosis_result(d, c->items[i]);
		char code[OUTCOME_CODE];

		candidate_example(
		    d, f, "%s: %s (%s, %u attempt%s)",
		    diagnosis_target(d, c->items[i]),
		    outcome_text(r->outcome.phase, r->outcome.cause),
		    outcome_code(r->outcome.phase, r->outcome.cause, code),
		    r->attempts, text_plural(r->attempts));
		if ((r->outcome.phase == PHASE_LOCAL ||
		     diagnosis_is_name_unsent(r)) &&
		    r->outcome.error != NET_OK)
			candidate_line(d, f, "this host reports: %s",
				       net_error_text(r->outcome.error));
		unexplained_evidence(d, f, c->items[i]);
	}
	candidate_claim_all(d, f, c);
}

/* What was skipped for want of another result is explained with that one. */
static bool unexplained_is_root(const struct diagnosis *d,
				const struct cluster *c)
{
	for (size_t i = 0; i < c->count; i++) {
		const struct result *r = diagnosis_result(d, c->items[i]);

		if (diagnosis_judgement(d, c->items[i])->verdict !=
			VERDICT_SKIP ||
		    (r->outcome.phase == PHASE_RESOLVE &&
		     r->spec->derive_from == NULL))
			return true;
	}
	return d->candidate_count == 0;
}

static void unexplained(struct diagnosis *d)
{
	struct clusters c;

	diagnosis_clusters_collect(&c, d, unexplained_key);
	for (size_t i = 0; i < c.count; i++) {
		if (unexplained_is_root(d, &c.items[i]))
			unexplained_group(d, &c.items[i]);
	}
	diagnosis_clusters_free(&c);
}
