/* link_changed.c - the network went away while the run went on. */
#include "report/diagnose/diagnose.h"

static void link_changed(struct diagnosis *d);

const struct finding_entry finding_link_changed = {
    .code = "link-changed",
    .rules = {{400, link_changed}},
    .owner = OWNER_THIS_HOST,
    .title = "This host lost its network while the tests ran",
    .meaning = "A link, an address or the default gateway went away during the "
	       "run. Results from before that are valid. Tests that were still "
	       "open are untested and say nothing about their targets.",
    .decided = "The kernel reported the loss, and the tests that ended after "
	       "it had no answer.",
    .remedies =
	{{OWNER_THIS_HOST,
	  {"Look for the cause: a loose cable, a roaming WLAN, an expired DHCP "
	   "lease, a VPN that reconnects (journalctl -k, ip monitor)",
	   "Run preflight again REPORT: what was not tested is tested then"}}},
};

/* What was untested because the network went away in mid-run. */
static void link_changed(struct diagnosis *d)
{
	struct candidate *f = NULL;
	size_t before = 0;

	if (!d->results->link_changed)
		return;
	for (size_t k = 0; k < d->open_count; k++) {
		size_t i = diagnosis_open(d, k);

		if (i == SIZE_MAX ||
		    diagnosis_judgement(d, i)->why != WHY_LOCAL ||
		    diagnosis_result(d, i)->transport == TRANSPORT_LOCAL)
			continue;
		f = candidate_for(d, &finding_link_changed, "");
		candidate_claim(d, f, i);
	}
	if (f == NULL)
		return;
	for (size_t i = 0; i < d->results->count; i++)
		before += diagnosis_view(d, i)->answered;
	f->confirmed = true;
	f->where = WHERE_THIS_HOST;
	candidate_line(d, f,
		       "the kernel reported that a link, an address or the "
		       "default gateway went away");
	candidate_line(d, f, "tests that were answered: %zu", before);
}
