/* slow_path.c - every connection takes long, and names come too late. */
#include "report/diagnose/diagnose.h"

static void slow_names(struct diagnosis *d);
static void slow_path(struct diagnosis *d);

const struct finding_entry finding_slow_path = {
    .code = "slow-path",
    .rules = {{1500, slow_names}, {4800, slow_path}},
    .owner = OWNER_INTERNET,
    .title = "The internet connection is slow: a round trip takes {detail}",
    .meaning = "Paths work, but every connection takes seconds to open. The "
	       "product may give up where this test waits.",
    .decided = "Half of all connections away from this network took longer "
	       "than any path on earth needs.",
    .lookalikes = "A busy host that handles its own sockets late.",
    .remedies = {{OWNER_INTERNET,
		  {"Check the load of the line, and what fills the queues in "
		   "front of it (a backup, an update)",
		   "On a satellite or mobile line, ask the vendor which delay "
		   "the product tolerates"}}},
    .confirm_by = "a ping to the provider's gateway when the line is idle",
};

static struct candidate *slow_candidate(struct diagnosis *d)
{
	struct candidate *f = candidate_for(d, &finding_slow_path, "");

	f->detail =
	    arena_printf(d->arena, "%lld ms",
			 (long long)d->correlation->round_trip_us / 1000);
	candidate_line(d, f, "half of all connections took %s or longer",
		       f->detail);
	return f;
}

/* A name takes several round trips of the resolver; on a slow line it gives up.
 */
static const char *slow_key_name(struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);

	return r->outcome.cause == CAUSE_TIMEOUT &&
		       (r->outcome.phase == PHASE_RESOLVE ||
			(correlation_is_check(r, "dns") &&
			 r->spec->system_server))
		   ? ""
		   : NULL;
}

static void slow_names(struct diagnosis *d)
{
	struct clusters c;
	struct candidate *f;

	diagnosis_clusters_collect(&c, d, slow_key_name);
	if (d->correlation->slow && c.count > 0) {
		f = slow_candidate(d);
		candidate_line(
		    d, f, "names that the resolver did not return in time: %zu",
		    c.items[0].count);
		candidate_claim_all(d, f, &c.items[0]);
	}
	diagnosis_clusters_free(&c);
}

static void slow_path(struct diagnosis *d)
{
	struct clusters c;

	diagnosis_clusters_collect(&c, d, diagnosis_key_poor);
	for (size_t i = 0;
	     d->correlation->slow && c.count > 0 && i < c.items[0].count; i++) {
		if (diagnosis_result(d, c.items[0].items[i])->timings.connect >=
		    CORRELATION_SLOW_US)
			candidate_claim(d, slow_candidate(d),
					c.items[0].items[i]);
	}
	diagnosis_clusters_free(&c);
}
