/* server_clock_wrong.c - a server's time is not the one that others tell. */
#include "report/diagnose/diagnose.h"

#include <stdlib.h>

static void server_clock_wrong(struct diagnosis *d);

const struct finding_entry finding_server_clock_wrong = {
    .code = "server-clock-wrong",
    .rules = {{3100, server_clock_wrong}},
    .owner = OWNER_INTERNET,
    .title = "The {targets:clock|clocks} of {targets} {targets:is|are} wrong",
    .meaning =
	"The time of this server differs from that of others. A time server "
	"like this must not be used; with a domain controller or file server, "
	"logging in will fail. This host's own clock is right.",
    .decided =
	"Its time differs from this host's (a time server's by five seconds, "
	"others' by five minutes), while web servers of two owners (over "
	"trusted TLS) or most time servers agree with this host.",
    .remedies = {{OWNER_INTERNET,
		  {"Use another time server",
		   "If it is your own, check its sources (chronyc sources)"}},
		 {OWNER_DEVICE,
		  {"Check the time source of {targets} (w32tm /query /status, "
		   "chronyc sources)"}}},
    .confirm_by = "comparing it with a second time server",
};

/* Its time is not the one that the others agree on (clock.c has looked). */
static void server_clock_wrong(struct diagnosis *d)
{
	for (size_t k = 0; k < d->open_count; k++) {
		size_t i = diagnosis_open(d, k);
		const struct result *r;
		struct candidate *f;

		if (i == SIZE_MAX)
			continue;
		r = diagnosis_result(d, i);
		if (!correlation_clock_differs(r) ||
		    diagnosis_view(d, i)->interceptor != INTERCEPTOR_NONE)
			continue;
		f = candidate_for(d, &finding_server_clock_wrong,
				  r->spec->device != NULL ? r->spec->device
							  : "");
		f->where = WHERE_TARGET;
		if (r->spec->device != NULL)
			f->owner = OWNER_DEVICE;
		candidate_example(
		    d, f,
		    "%s: its clock and this host's differ by "
		    "%lld seconds",
		    diagnosis_address(d, &r->addr),
		    (long long)llabs(correlation_clock_offset(r)) / 1000);
		candidate_claim(d, f, i);
	}
}
