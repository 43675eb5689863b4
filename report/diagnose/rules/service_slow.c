/*
 * service_slow.c - a service that takes long to answer, or whose answer had not
 * come whole when the test ended.
 */
#include "report/diagnose/diagnose.h"

static void service_slow(struct diagnosis *d);

const struct finding_entry finding_service_slow = {
    .code = "service-slow",
    .rules = {{4250, service_slow}},
    .owner = OWNER_DEVICE,
    .title = "{targets} {detail} on {paths}",
    .meaning = "The connection opens at once, but the whole answer takes more "
	       "than 5 seconds, or does not come in the time that the test "
	       "waits. A product with a shorter timeout fails.",
    .decided = "The time from the open connection to the answer, or the octets "
	       "that came until the test ended. The path's own round trips are "
	       "much shorter.",
    .lookalikes = "A path that loses packets after the connection has opened.",
    .remedies =
	{{OWNER_DEVICE,
	  {"Check the load of {targets}, and whether its service looks up the "
	   "name of {source} first (reverse DNS; ident of mail and FTP "
	   "servers)",
	   "Raise the product's own timeout for {targets}",
	   "--timeout 60s shows whether a complete answer comes later"}},
	 {OWNER_VENDOR,
	  {"Compare with another network. If it is as slow there, report it to "
	   "the owner of {targets}",
	   "--timeout 60s shows whether a complete answer comes later"}}},
    .confirm_by = "the same connection from another network, with its times",
};

/* Some of an answer came, from the service itself. */
static int64_t service_octets(const struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);

	return r->outcome.cause == CAUSE_TIMEOUT && !r->spec->via_proxy &&
		       r->transport == TRANSPORT_TCP &&
		       !correlation_is_cut_short(r)
		   ? correlation_number(&r->facts, "tcp-received", 0)
		   : 0;
}

/* A path that loses packets, or was away meanwhile, makes every answer late. */
static bool service_is_delayed(const struct diagnosis *d, size_t index)
{
	return diagnosis_view(d, index)->outage ||
	       (d->correlation->lossy && !diagnosis_result(d, index)->on_link);
}

static void service_slow_one(struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);
	int64_t octets = service_octets(d, index);
	bool slow = correlation_is_slow_answer(r);
	static const char *const words[] = {"answered in part only",
					    "answered slowly"};
	struct candidate *f;

	if (d->passive[index] || (octets == 0 && !slow) ||
	    (slow && service_is_delayed(d, index)))
		return;
	f = candidate_for(
	    d, &finding_service_slow,
	    arena_printf(d->arena, "%s %d", diagnosis_service(d, index), slow));
	f->detail = words[slow];
	candidate_service(d, f, index);
	if (slow)
		candidate_example(d, f, "%s: answered after %lld ms",
				  diagnosis_target(d, index),
				  (long long)correlation_answer_us(r) / 1000);
	else
		candidate_example(d, f,
				  "%s: %lld octets came, but no complete "
				  "answer in the time of the test",
				  diagnosis_target(d, index),
				  (long long)octets);
	candidate_claim(d, f, index);
}

static void service_slow(struct diagnosis *d)
{
	for (size_t k = 0; k < d->open_count; k++) {
		size_t i = diagnosis_open(d, k);

		if (i != SIZE_MAX)
			service_slow_one(d, i);
	}
}
