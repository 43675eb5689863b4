/* clock.c - a wrong clock makes good certificates look bad. */
#include "diagnose.h"

#include <stdlib.h>

enum { CLOCK_HOUR_MS = 3600000 };

/* The largest difference to a time server's time, or to the date of a web
 * server, in milliseconds; 0: none. */
static int64_t clock_offset(const struct diagnosis *d, size_t *from)
{
	int64_t worst = 0;

	for (size_t i = 0; i < d->results->count; i++) {
		const struct result *r = diagnosis_result(d, i);

		int64_t offset = survey_number(
		    &r->facts,
		    survey_is_check(r, "ntp") ? "offset" : "date-offset", 0);

		if (llabs(offset) > llabs(worst)) {
			worst = offset;
			*from = i;
		}
	}
	return worst;
}

static const char *clock_span(struct diagnosis *d, int64_t ms)
{
	long long hours = llabs(ms) / CLOCK_HOUR_MS;

	if (hours >= 48)
		return arena_printf(d->arena, "%lld days", hours / 24);
	return arena_printf(d->arena, "%lld hour%s", hours,
			    hours == 1 ? "" : "s");
}

static const char *clock_key(struct diagnosis *d, size_t index)
{
	const struct survey_view *v = diagnosis_view(d, index);

	if (!v->internet)
		return NULL;
	if (v->trust == TLS_TRUST_EXPIRED)
		return "expired";
	return v->trust == TLS_TRUST_NOT_YET_VALID ? "not yet valid" : NULL;
}

static size_t clock_domains(struct diagnosis *d, const struct cluster *c)
{
	struct map seen = {0};
	size_t count;

	for (size_t i = 0; i < c->count; i++) {
		size_t domain = diagnosis_view(d, c->items[i])->domain;

		if (domain != SIZE_MAX)
			*map_at(&seen, arena_printf(d->arena, "%zu", domain)) =
			    domain;
	}
	count = seen.count;
	map_free(&seen);
	return count;
}

static bool clock_any_valid(const struct diagnosis *d)
{
	for (size_t i = 0; i < d->results->count; i++) {
		if (diagnosis_view(d, i)->trust == TLS_TRUST_PUBLIC)
			return true;
	}
	return false;
}

static void clock_decide(struct diagnosis *d, const struct cluster *c)
{
	size_t from = 0;
	int64_t offset = clock_offset(d, &from);
	bool measured = llabs(offset) >= CLOCK_HOUR_MS;
	struct draft *f;

	/* Without a time server: three owners do not sleep at once. */
	if (!measured && (clock_domains(d, c) < 3 || clock_any_valid(d)))
		return;
	f = draft_for(d, "clock-skewed", "");
	f->confirmed = measured;
	f->where = WHERE_THIS_HOST;
	f->detail = measured ? clock_span(d, offset) : "an unknown amount";
	f->subject = measured ? "the network's time disagrees with this clock"
			      : "no certificate at all is valid by it";
	draft_line(d, f, "%zu certificates of %zu owners are %s by this clock",
		   c->count, clock_domains(d, c), c->key);
	if (measured)
		draft_line(d, f, "the time of %s differs by %s",
			   diagnosis_target(d, from), clock_span(d, offset));
	draft_claim_all(d, f, c);
}

void rules_clock(struct diagnosis *d)
{
	struct clusters c;

	clusters_collect(&c, d, clock_key);
	for (size_t i = 0; i < c.count; i++)
		clock_decide(d, &c.items[i]);
	clusters_free(&c);
}
