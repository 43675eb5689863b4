/* clock.c - a wrong clock makes good certificates look bad. */
#include "diagnose.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { CLOCK_SECOND_MS = 1000, CLOCK_LEAST_MS = 5000, CLOCK_DAY_MS = 86400000 };

/* This clock minus the network's, in milliseconds: a time server's word before
 * the date of a web server; 0: nothing is known. */
static int64_t clock_offset(const struct diagnosis *d, size_t *from)
{
	int64_t worst = 0;
	bool server = false;

	for (size_t i = 0; i < d->results->count; i++) {
		const struct result *r = diagnosis_result(d, i);
		bool ntp = survey_is_check(r, "ntp");
		int64_t offset =
		    survey_number(&r->facts, ntp ? "offset" : "date-offset", 0);

		if ((server && !ntp) ||
		    (server == ntp && llabs(offset) <= llabs(worst)))
			continue;
		if (ntp && !server && offset == 0)
			continue;
		worst = offset;
		server = ntp;
		*from = i;
	}
	return -worst;
}

static const char *clock_span(struct diagnosis *d, int64_t ms)
{
	long long seconds = llabs(ms) / CLOCK_SECOND_MS;
	const char *way = ms > 0 ? "ahead" : "behind";

	if (seconds >= 2 * 86400)
		return arena_printf(d->arena, "%lld days %s", seconds / 86400,
				    way);
	if (seconds >= 2 * 3600)
		return arena_printf(d->arena, "%lld hours %s", seconds / 3600,
				    way);
	if (seconds >= 120)
		return arena_printf(d->arena, "%lld minutes %s", seconds / 60,
				    way);
	return arena_printf(d->arena, "%lld seconds %s", seconds, way);
}

static const char *clock_key(struct diagnosis *d, size_t index)
{
	const struct survey_view *v = diagnosis_view(d, index);
	const struct result *r = diagnosis_result(d, index);

	if (survey_is_check(r, "ntp") && r->outcome.cause == CAUSE_OK)
		return "off";
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

/* Seconds since 1970 of a date in the facts; -1: none. */
static int64_t clock_date(const struct facts *f, const char *name)
{
	const char *text = facts_text(f, name);
	struct tm tm = {0};

	if (text == NULL || strptime(text, "%Y-%m-%dT%H:%M:%SZ", &tm) == NULL)
		return -1;
	return (int64_t)timegm(&tm);
}

/* By the network's time the certificate would be good. */
static bool clock_explains(const struct diagnosis *d, size_t index,
			   int64_t ours)
{
	const struct facts *f = &diagnosis_result(d, index)->facts;
	int64_t now = (d->results->started_wall_us / 1000 - ours) / 1000;
	int64_t since = clock_date(f, "tls-not-before");
	int64_t until = clock_date(f, "tls-not-after");

	if (since >= 0 && until >= 0)
		return since <= now && now <= until;
	return llabs(ours) >= CLOCK_DAY_MS;
}

static struct draft *clock_draft(struct diagnosis *d, bool measured,
				 int64_t ours, size_t from)
{
	struct draft *f = draft_for(d, "clock-skewed", "");

	f->confirmed = measured;
	f->where = WHERE_THIS_HOST;
	f->detail = measured ? clock_span(d, ours) : "nobody else agrees";
	if (measured)
		draft_line(d, f, "by the time of %s, this clock is %s",
			   diagnosis_target(d, from), clock_span(d, ours));
	return f;
}

static void clock_decide(struct diagnosis *d, const struct cluster *c)
{
	size_t from = 0, claimed = 0;
	int64_t ours = clock_offset(d, &from);
	bool measured = llabs(ours) >= CLOCK_LEAST_MS;
	bool dates = strcmp(c->key, "off") != 0;
	struct draft *f = NULL;

	/* Without a time server: three owners do not sleep at once. */
	if (!measured && (clock_domains(d, c) < 3 || clock_any_valid(d)))
		return;
	for (size_t i = 0; i < c->count; i++) {
		if (dates && measured && !clock_explains(d, c->items[i], ours))
			continue;
		f = clock_draft(d, measured, ours, from);
		draft_claim(d, f, c->items[i]);
		claimed++;
	}
	if (f != NULL && dates)
		draft_line(
		    d, f,
		    "certificates that are %s by this clock: %zu (owners: %zu)",
		    c->key, claimed, clock_domains(d, c));
}

void rules_clock(struct diagnosis *d)
{
	struct clusters c;

	clusters_collect(&c, d, clock_key);
	for (size_t i = 0; i < c.count; i++)
		clock_decide(d, &c.items[i]);
	clusters_free(&c);
}
