/* rate_limited.c - new connections are held back while many are opened. */
#include "report/diagnose/diagnose.h"

static void rate_limited(struct diagnosis *d);

const struct finding_entry finding_rate_limited = {
    .code = "rate-limited",
    .rules = {{1600, rate_limited}},
    .owner = OWNER_FIREWALL,
    .title = "The path limits how fast connections may be opened ({paths})",
    .meaning =
	"Some connections timed out while many were being opened, but worked "
	"when they were repeated alone. Flood protection or a connection limit "
	"is active on the path. It may affect the product, too.",
    .decided =
	"Tests that timed out on ports where others answered worked when they "
	"were repeated one by one. If all repeated tests worked, the other "
	"tests that timed out are attributed to the same cause: the finding is "
	"then marked as inferred, and they count as untested.",
    .lookalikes = "Heavy packet loss on the line.",
    .remedies = {{OWNER_FIREWALL,
		  {"On the firewall, look for SYN flood protection or a limit "
		   "of connections per host, and raise it for {source}",
		   "Run preflight again with a lower --rate to test what was "
		   "not reached"}}},
    .confirm_by = "the firewall's counters while preflight runs",
};

static const char *rate_limited_key(struct diagnosis *d, size_t index)
{
	return diagnosis_view(d, index)->throttled != THROTTLED_NO ? "" : NULL;
}

static void rate_limited(struct diagnosis *d)
{
	struct clusters c;
	struct candidate *f;
	size_t proved = 0;

	diagnosis_clusters_collect(&c, d, rate_limited_key);
	if (c.count == 0)
		goto out;
	f = candidate_for(d, &finding_rate_limited, "");
	for (size_t i = 0; i < c.items[0].count; i++) {
		size_t index = c.items[0].items[i];
		const struct evidence *e =
		    correlation_again(d->correlation, index);

		if (diagnosis_view(d, index)->throttled == THROTTLED_INFERRED)
			f->inferred = true;
		if (e == NULL)
			continue;
		proved++;
		candidate_cite(
		    d, f, e,
		    arena_printf(
			d->arena,
			"%s: timed out at first, worked when repeated alone",
			diagnosis_target(d, index)));
	}
	candidate_line(d, f,
		       "tests that failed under load but worked when repeated "
		       "alone: %zu of %zu",
		       proved, c.items[0].count);
	candidate_claim_all(d, f, &c.items[0]);
out:
	diagnosis_clusters_free(&c);
}
