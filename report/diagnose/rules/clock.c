/*
 * clock.c - a wrong clock makes good certificates look bad. One rule: whether
 * the difference was measured tells which of the two findings it is.
 */
#include "report/diagnose/diagnose.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static void clock_find(struct diagnosis *d);

const struct finding_entry finding_clock_skewed = {
    .code = "clock-skewed",
    .rules = {{1400, clock_find}},
    .owner = OWNER_THIS_HOST,
    .title = "This host's clock is wrong: {detail}",
    .meaning = "Certificates are checked against this host's clock. With a "
	       "wrong clock, valid certificates look expired or not yet valid, "
	       "and every secure connection of the product fails.",
    .decided = "The network time (NTP, or the dates of web servers) differs "
	       "from this host's clock. Or the certificates of three unrelated "
	       "owners are outside their validity period, and none is valid.",
    .remedies =
	{{OWNER_THIS_HOST,
	  {"Set the clock (timedatectl set-ntp true, or chronyc makestep)",
	   "On a virtual machine, check the time of the hypervisor",
	   "Run preflight again"}}},
    .confirm_by = "comparing this host's clock with a trusted one",
};

const struct finding_entry finding_tls_not_yet_valid_because_clock = {
    .code = "tls-not-yet-valid-because-clock",
    .owner = OWNER_THIS_HOST,
    .title =
	"This host's clock seems to be slow: certificates are not yet valid",
    .meaning = "By this host's clock, the certificates of several owners start "
	       "in the future. Servers do not do that, but a clock that is "
	       "behind makes it look so.",
    .decided = "The certificates of three or more owners are not yet valid, "
	       "none is valid, and no time server or web server gave the time.",
    .lookalikes = "A clock that is wrong for another reason: see clock-skewed, "
		  "where the difference is measured.",
    .remedies =
	{{OWNER_THIS_HOST,
	  {"Set the clock (timedatectl set-ntp true, or chronyc makestep). An "
	   "empty battery on the mainboard resets it to its first day",
	   "On a virtual machine, check the time of the hypervisor",
	   "Run preflight again"}}},
    .confirm_by = "comparing this host's clock with a trusted one",
};

enum { CLOCK_SECOND_MS = 1000, CLOCK_LEAST_MS = 5000, CLOCK_DAY_MS = 86400000 };

/* Who gave the time: at most one value per result. */
struct clock_words {
	int64_t *offsets; /* theirs minus ours, milliseconds */
	size_t count;
	size_t owners; /* different domains among them, as far as known */
	size_t from;   /* the first one */
};

enum clock_source { CLOCK_NTP, CLOCK_SIGNED, CLOCK_WEB, CLOCK_DOMAIN };

/* What a source says; false: nothing. A date that came over a trusted TLS
 * session is its owner's; one without may be a middlebox's. */
/* No clock that is right shows a time before this program was written. */
static bool clock_is_possible(const struct diagnosis *d, int64_t offset)
{
	enum { SINCE_S = 1735689600 }; /* 2025-01-01 */

	return (d->results->started_wall_us / 1000 + offset) / 1000 >= SINCE_S;
}

static bool clock_said(const struct diagnosis *d, size_t index,
		       enum clock_source source, int64_t *offset)
{
	static const char *const facts[] = {[CLOCK_NTP] = "offset",
					    [CLOCK_SIGNED] = "date-offset",
					    [CLOCK_WEB] = "date-offset",
					    [CLOCK_DOMAIN] =
						"server-time-offset"};
	const struct result *r = diagnosis_result(d, index);
	const struct fact *f = facts_find(&r->facts, facts[source]);

	if (f == NULL || f->type != FACT_MS)
		return false;
	if (source == CLOCK_NTP &&
	    (!correlation_is_check(r, "ntp") || r->outcome.cause != CAUSE_OK))
		return false;
	if (source == CLOCK_SIGNED &&
	    diagnosis_view(d, index)->trust != TLS_TRUST_PUBLIC)
		return false;
	*offset = correlation_number(&r->facts, facts[source], 0);
	return clock_is_possible(d, *offset) &&
	       !correlation_clock_is_vague(r, *offset);
}

static int clock_compare(const void *left, const void *right)
{
	int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

	return a < b ? -1 : a > b;
}

static struct clock_words clock_listen(struct diagnosis *d,
				       enum clock_source source)
{
	struct clock_words w = {0};
	struct map owners = {0};

	w.offsets =
	    arena_calloc(d->arena, d->results->count + 1, sizeof *w.offsets);
	for (size_t i = 0; i < d->results->count; i++) {
		if (!clock_said(d, i, source, &w.offsets[w.count]))
			continue;
		if (w.count++ == 0)
			w.from = i;
		*map_at(&owners, arena_printf(d->arena, "%zu",
					      diagnosis_view(d, i)->domain)) =
		    i;
	}
	w.owners = owners.count;
	map_free(&owners);
	if (w.count > 1)
		qsort(w.offsets, w.count, sizeof *w.offsets, clock_compare);
	return w;
}

static int64_t clock_median(const struct clock_words *w)
{
	return w->count == 0 ? 0 : w->offsets[w->count / 2];
}

/* This clock minus the network's, in milliseconds; 0: nothing is known. Time
 * servers come first, unless two owners of web servers agree on another time;
 * then dates of any kind, then a domain controller or file server. *count: how
 * many say so. */
static int64_t clock_offset(struct diagnosis *d, size_t *from, size_t *count)
{
	struct clock_words ntp = clock_listen(d, CLOCK_NTP);
	struct clock_words best = clock_listen(d, CLOCK_SIGNED);
	struct clock_words web = clock_listen(d, CLOCK_WEB);
	bool agree;

	/* Dates without a signature, of several owners, are a word, too. */
	if (best.owners < 2 && web.owners >= 2)
		best = web;
	agree =
	    llabs(clock_median(&ntp) - clock_median(&best)) < CLOCK_LEAST_MS;

	*count = agree ? ntp.count + best.count : 0;
	if (ntp.count > 0 && (best.owners < 2 || agree))
		best = ntp;
	if (best.count == 0)
		best = web;
	if (best.count == 0)
		best = clock_listen(d, CLOCK_DOMAIN);
	*from = best.from;
	if (*count < best.count)
		*count = best.count;
	return -clock_median(&best);
}

static const char *clock_span(struct diagnosis *d, int64_t ms)
{
	long long seconds = llabs(ms) / CLOCK_SECOND_MS;
	const char *way = ms > 0 ? "ahead" : "behind";

	if (seconds >= 2 * 86400)
		return arena_printf(d->arena, "%lld days %s",
				    (seconds + 43200) / 86400, way);
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
	const struct result_context *v = diagnosis_view(d, index);
	const struct result *r = diagnosis_result(d, index);

	if (correlation_clock_differs(r))
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

/* The server's word and the one that is believed are the same. */
static bool clock_agrees(const struct diagnosis *d, size_t index, int64_t ours)
{
	int64_t offset = correlation_clock_offset(diagnosis_result(d, index));

	return llabs(offset + ours) < llabs(ours) / 2 + CLOCK_LEAST_MS / 2;
}

static struct candidate *clock_candidate(struct diagnosis *d, const char *key,
					 bool measured, bool sure, int64_t ours,
					 size_t from)
{
	bool behind = !measured && strcmp(key, "not yet valid") == 0;
	struct candidate *f =
	    candidate_for(d,
			  behind ? &finding_tls_not_yet_valid_because_clock
				 : &finding_clock_skewed,
			  "");

	f->confirmed |= sure;
	f->where = WHERE_THIS_HOST;
	f->detail =
	    measured ? clock_span(d, ours) : "it differs from all other clocks";
	if (measured)
		candidate_line(d, f, "compared with %s, this clock is %s",
			       diagnosis_target(d, from), clock_span(d, ours));
	return f;
}

static void clock_decide(struct diagnosis *d, const struct cluster *c)
{
	size_t from = 0, count = 0, claimed = 0;
	int64_t ours = clock_offset(d, &from, &count);
	bool measured = llabs(ours) >= CLOCK_LEAST_MS;
	bool dates = strcmp(c->key, "off") != 0;
	struct candidate *f = NULL;

	/* Without a time server: three owners do not sleep at once. */
	if (!measured && (clock_domains(d, c) < 3 || clock_any_valid(d)))
		return;
	for (size_t i = 0; i < c->count; i++) {
		if (dates && measured && !clock_explains(d, c->items[i], ours))
			continue;
		/* A time server that stands alone is the one that is wrong. */
		if (!dates && !clock_agrees(d, c->items[i], ours))
			continue;
		/* Two clocks, or one and the dates that a signer wrote. */
		f = clock_candidate(d, c->key, measured,
				    measured && (dates || count > 1), ours,
				    from);
		candidate_claim(d, f, c->items[i]);
		claimed++;
	}
	if (f != NULL && dates)
		candidate_line(
		    d, f,
		    "certificates that are %s by this clock: %zu (owners: %zu)",
		    c->key, claimed, clock_domains(d, c));
}

static void clock_find(struct diagnosis *d)
{
	struct clusters c;

	diagnosis_clusters_collect(&c, d, clock_key);
	for (size_t i = 0; i < c.count; i++)
		clock_decide(d, &c.items[i]);
	diagnosis_clusters_free(&c);
}
