/* loss.c - packets are lost on the path, of tests that were answered in the
 * end.
 */
#include "report/diagnose/diagnose.h"

static void loss_find(struct diagnosis *d);

const struct finding_entry finding_loss = {
    .code = "loss",
    .rules = {{4700, loss_find}},
    .owner = OWNER_INTERNET,
    .title = "Packets are lost: {detail} attempts had no answer",
    .meaning = "Paths work, but often only after repeated attempts. The "
	       "product will be slow and lose its connection at times.",
    .decided = "Of the tests that were answered in the end, at least 15 % of "
	       "all attempts had no answer, and at least eight were lost.",
    .lookalikes = "A limit on how fast packets may be sent.",
    .remedies =
	{{OWNER_INTERNET,
	  {"Measure it: mtr -rwc 100 to a target. The loss begins at the first "
	   "hop that shows it and continues at all hops behind it",
	   "Check the line for load, and cables and duplex settings up to it",
	   "Report it to the provider if it begins behind the router"}},
	 {OWNER_LOCAL_NETWORK,
	  {"Look for errors on the cables, switch ports and interfaces between "
	   "this host and its router (ip -s link; the switch's error "
	   "counters), "
	   "for WLAN, and for duplex settings",
	   "Measure it: mtr -rwc 100 to the router and to a target behind it. "
	   "The loss begins at the first hop that shows it and continues at "
	   "all "
	   "hops behind it"}}},
    .confirm_by =
	"a measurement over several minutes (mtr) when the line is idle",
};

/* Within the site, as many are lost: it is not the provider's line. */
static void loss_inside(struct diagnosis *d, struct candidate *f)
{
	enum { LEAST = 3 };
	const struct correlation *s = d->correlation;

	if (s->sent_inside == 0)
		return;
	candidate_line(d, f,
		       "attempts within this site without an answer: %u of %u",
		       s->lost_inside, s->sent_inside);
	if (s->lost_inside >= LEAST && 2 * (uint64_t)s->lost_inside * s->sent >=
					   (uint64_t)s->lost * s->sent_inside)
		f->owner = OWNER_LOCAL_NETWORK;
}

static void loss_find(struct diagnosis *d)
{
	const struct finding_entry *entry =
	    d->correlation->hurried ? &finding_rate_limited : &finding_loss;
	struct clusters c;
	struct candidate *f = NULL;

	diagnosis_clusters_collect(&c, d, diagnosis_key_poor);
	for (size_t i = 0;
	     d->correlation->lossy && c.count > 0 && i < c.items[0].count;
	     i++) {
		const struct result *r =
		    diagnosis_result(d, c.items[0].items[i]);

		if (r->lost == 0 && !correlation_is_slow_answer(r))
			continue;
		f = candidate_for(d, entry, "");
		candidate_claim(d, f, c.items[0].items[i]);
	}
	if (f != NULL) {
		f->detail =
		    arena_printf(d->arena, "%u of %u", d->correlation->lost,
				 d->correlation->sent);
		candidate_line(d, f,
			       "unanswered attempts of tests that were "
			       "answered in the end: %s",
			       f->detail);
		if (!d->correlation->hurried)
			loss_inside(d, f);
		if (d->correlation->hurried)
			candidate_line(d, f,
				       "no datagram was lost: new connections "
				       "are limited, not packets");
	}
	diagnosis_clusters_free(&c);
}
