/* loss.c - packets are lost on the way, of tests that were answered in the end.
 */
#include "report/diagnose/diagnose.h"

static void loss_find(struct diagnosis *d);

const struct finding_entry finding_loss = {
    .code = "loss",
    .rules = {{4700, loss_find}},
    .owner = OWNER_INTERNET,
    .title = "The line loses packets: {detail} tries had no answer",
    .meaning = "Paths work, but only when asked several times. The product "
	       "will be slow and lose its connection now and then.",
    .decided = "Of tests that were answered in the end, at least 15 % of all "
	       "tries had no answer, and at least eight were lost.",
    .lookalikes = "A limit on how fast packets may be sent.",
    .remedies = {{OWNER_INTERNET,
		  {"Measure it: mtr -rwc 100 to a target; the first hop that "
		   "loses, and all behind it, shows where",
		   "Check the line for load, and cables and duplex on the "
		   "way to it",
		   "Report it to the provider if it begins behind the "
		   "router"}}},
    .confirm_by = "a measurement over minutes (mtr), when the line is idle",
};

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
		if (diagnosis_result(d, c.items[0].items[i])->lost == 0)
			continue;
		f = candidate_for(d, entry, "");
		candidate_claim(d, f, c.items[0].items[i]);
	}
	if (f != NULL) {
		f->detail =
		    arena_printf(d->arena, "%u of %u", d->correlation->lost,
				 d->correlation->sent);
		candidate_line(d, f,
			       "tries without an answer, of tests that were "
			       "answered in the end: %s",
			       f->detail);
		if (d->correlation->hurried)
			candidate_line(
			    d, f,
			    "no datagram was lost: it is new connections "
			    "that are held back, not packets");
	}
	diagnosis_clusters_free(&c);
}
