/* link_lost.c - a path was away for some time while the run went on. */
#include "report/diagnose/diagnose.h"

#include "core/base/clock.h"

static void link_lost(struct diagnosis *d);

const struct finding_entry finding_link_lost = {
    .code = "link-lost",
    .rules = {{860, link_lost}},
    .owner = OWNER_LOCAL_NETWORK,
    .title = "{subject} was lost for {detail} while the tests ran",
    .meaning =
	"For some time every attempt away from this network was lost; before "
	"and after it, attempts were answered. What failed then says nothing "
	"about its target. The product will lose its connections each time.",
    .decided = "In the order of time, at least five attempts to three "
	       "addresses were lost in a row, more than the loss at other "
	       "times explains, between attempts that were answered; or the "
	       "default gateway did not answer three times in a row while all "
	       "attempts were lost. Confirmed "
	       "if the default gateway, asked in that time, did not answer, "
	       "and did so at other times. Where it did answer, the path "
	       "beyond it was lost.",
    .lookalikes = "A firewall that restarts or changes over to another.",
    .remedies =
	{{OWNER_LOCAL_NETWORK,
	  {"Look at the log of the switch and the router for links and ports "
	   "that went down at that time: cable, transceiver, power over "
	   "Ethernet, spanning tree",
	   "Look for a failover or a restart of the router or firewall",
	   "Run preflight again REPORT --failed: it repeats what was not "
	   "answered"}},
	 {OWNER_INTERNET,
	  {"Look at the log of the router for its uplink at that time: the "
	   "line, its modem, a new address, a failover",
	   "Report the time to the provider",
	   "Run preflight again REPORT --failed: it repeats what was not "
	   "answered"}}},
    .confirm_by = "a ping of the gateway and of a host beyond it, side by "
		  "side, over some hours",
};

static const char *link_lost_key(struct diagnosis *d, size_t index)
{
	return diagnosis_view(d, index)->outage ? "" : NULL;
}

/* "2026-11-30T22:03:18Z, 1.2 s after the start". */
static const char *link_lost_time(struct diagnosis *d, int64_t at_us)
{
	int64_t since = at_us - d->results->started_us;
	char text[CLOCK_TEXT];

	return arena_printf(
	    d->arena, "%s, %.1f s after the start",
	    clock_text(d->results->started_wall_us + since, text),
	    (double)since / 1e6);
}

static bool link_lost_has_family(const struct diagnosis *d,
				 const struct cluster *c,
				 enum addr_family family)
{
	for (size_t i = 0; i < c->count; i++)
		if (diagnosis_result(d, c->items[i])->addr.family == family)
			return true;
	return false;
}

/* Questions to a gateway, answered or not: in that time, or at others. */
static size_t link_lost_asked(const struct diagnosis *d,
			      const struct addr *gateway, bool answered,
			      bool meanwhile)
{
	const struct outage *o = &d->correlation->outage;
	size_t count = 0;

	for (size_t i = 0; i < d->results->asked_count; i++) {
		const struct gateway_question *q = &d->results->asked[i];

		count += q->answered == answered &&
			 addr_equal(&q->gateway, gateway) &&
			 (q->asked_us >= o->from_us &&
			  q->asked_us < o->to_us) == meanwhile;
	}
	return count;
}

static void link_lost_gateway(struct diagnosis *d, struct candidate *f,
			      const struct evidence *e)
{
	const struct outage *o = &d->correlation->outage;
	const char *who = diagnosis_address(d, &e->addr);
	size_t silent = link_lost_asked(d, &e->addr, false, true);

	if (link_lost_asked(d, &e->addr, true, true) > 0) {
		candidate_cite(
		    d, f, e,
		    arena_printf(d->arena, "%s answered in that time", who));
	} else if (silent > 0 && !o->beyond_gateway &&
		   link_lost_asked(d, &e->addr, true, false) > 0) {
		f->subject = "The default gateway, or the link to it,";
		f->confirmed = true;
		f->where = WHERE_HOP;
		f->hop = 1;
		f->hop_address = e->addr;
		candidate_cite(
		    d, f, e,
		    arena_printf(d->arena,
				 "%s was asked %zu times in that time and did "
				 "not answer; it answered at other times",
				 who, silent));
	}
}

/* Where it was: the gateways tell, if they were asked. */
static void link_lost_place(struct diagnosis *d, struct candidate *f,
			    const struct cluster *c)
{
	const struct outage *o = &d->correlation->outage;

	f->subject = "The path out of this network";
	if (o->beyond_gateway) {
		f->subject = "The path beyond the default gateway";
		f->owner = OWNER_INTERNET;
	}
	if (o->beyond_gateway && o->gateway_heard == 0)
		candidate_line(d, f,
			       "hosts behind the default gateway, but on "
			       "this side of the internet, were answered "
			       "in that time");
	for (size_t i = 0; i < d->results->evidence_count; i++) {
		const struct evidence *e = &d->results->evidence[i];

		if (e->kind == EVIDENCE_MEANWHILE &&
		    link_lost_has_family(d, c, e->addr.family))
			link_lost_gateway(d, f, e);
	}
}

static void link_lost(struct diagnosis *d)
{
	const struct outage *o = &d->correlation->outage;
	struct clusters c;
	struct candidate *f;

	diagnosis_clusters_collect(&c, d, link_lost_key);
	if (c.count == 0)
		goto out;
	f = candidate_for(d, &finding_link_lost, "");
	f->detail = arena_printf(d->arena, "%.1f s",
				 (double)(o->to_us - o->from_us) / 1e6);
	candidate_line(d, f, "from %s", link_lost_time(d, o->from_us));
	candidate_line(d, f, "until %s%s", link_lost_time(d, o->to_us),
		       o->lasting ? ", when the tests ended" : "");
	candidate_line(d, f,
		       "attempts in that time: %zu to %zu addresses, all lost; "
		       "others before%s it were answered",
		       o->lost, o->targets, o->lasting ? "" : " and after");
	link_lost_place(d, f, &c.items[0]);
	candidate_claim_all(d, f, &c.items[0]);
out:
	diagnosis_clusters_free(&c);
}
