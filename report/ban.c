/* ban.c - hosts that answered until a time, and then no more. */
#include "report/ban.h"

#include <string.h>

enum {
	BAN_PORTS = 3,
	BAN_ADDRESSES = 3,   /* of the whole source */
	BAN_SLACK_US = 50000 /* packets in flight at that time */
};

static const struct result *ban_item(const struct correlation *s,
				     const struct host_index *h, size_t k)
{
	const struct result *r = &s->results->items[s->by_host[h->first + k]];

	return r->same_as == SIZE_MAX && r->parent == SIZE_MAX &&
		       r->why == WHY_NONE && r->tried_us[0] > 0
		   ? r
		   : NULL;
}

/* Its connection opened, or its service answered. */
static bool ban_is_open(const struct result *r)
{
	return r->heard_us > 0 && (r->outcome.cause == CAUSE_OK ||
				   r->outcome.phase > PHASE_CONNECT);
}

/* It failed as all does that a ban reaches, by silence or by refusal. */
static bool ban_is_refused(const struct result *r)
{
	switch (r->outcome.cause) {
	case CAUSE_TIMEOUT:
	case CAUSE_REFUSED:
	case CAUSE_PROHIBITED:
	case CAUSE_RESET:
		return r->outcome.phase >= PHASE_CONNECT && !r->unsent;
	case CAUSE_UNREACHABLE:
		return r->outcome.has_icmp;
	default:
		return false;
	}
}

/* When the attempt began that was answered. */
static int64_t ban_opened(const struct result *r)
{
	return r->tried_us[r->lost < RESULT_TRIES ? r->lost : RESULT_TRIES - 1];
}

static int64_t ban_heard(const struct result *r)
{
	if (r->heard_us > 0)
		return r->heard_us;
	return r->outcome.cause == CAUSE_TIMEOUT ||
		       r->outcome.phase < PHASE_CONNECT
		   ? 0
		   : r->over_us;
}

struct ban_times ban_times_of(const struct correlation *s, size_t host)
{
	const struct host_index *h = &s->hosts[host];
	struct ban_times t = {0};

	for (size_t k = 0; k < h->count; k++) {
		const struct result *r = ban_item(s, h, k);

		if (r == NULL)
			continue;
		if (ban_is_open(r) && ban_opened(r) > t.opened_us)
			t.opened_us = ban_opened(r);
		if (ban_heard(r) > t.heard_us)
			t.heard_us = ban_heard(r);
	}
	for (size_t k = 0; k < h->count; k++) {
		const struct result *r = ban_item(s, h, k);

		for (unsigned i = 0;
		     r != NULL && i < r->attempts && i < RESULT_TRIES; i++)
			t.tries += r->tried_us[i] <= t.heard_us;
	}
	return t;
}

/* Results of one port are one. */
static bool ban_is_first(const struct correlation *s,
			 const struct host_index *h, size_t k)
{
	const struct result *r = ban_item(s, h, k);

	for (size_t i = 0; i < k; i++) {
		const struct result *other = ban_item(s, h, i);

		if (other != NULL && other->port == r->port &&
		    other->spec->transport == r->spec->transport)
			return false;
	}
	return true;
}

size_t ban_suspects(const struct correlation *s, size_t host,
		    size_t out[BAN_ASKED])
{
	const struct host_index *h = &s->hosts[host];
	int64_t last = ban_times_of(s, host).opened_us;
	size_t count = 0, refused = 0;

	for (size_t k = 0; k < h->count && last > 0; k++) {
		const struct result *r = ban_item(s, h, k);

		if (r == NULL || !ban_is_first(s, h, k))
			continue;
		if (ban_is_refused(r) && !ban_is_open(r))
			refused += r->tried_us[0] >= last;
		else if (ban_is_open(r) &&
			 r->spec->transport == TRANSPORT_TCP &&
			 count < BAN_ASKED)
			out[count++] = s->by_host[h->first + k];
	}
	return refused >= BAN_PORTS ? count : 0;
}

/* The first of the controls, where all of them failed in one way. */
static const struct evidence *ban_shown(const struct correlation *s,
					const size_t *asked, size_t count)
{
	const struct evidence *first = NULL;

	for (size_t i = 0; i < count; i++) {
		const struct evidence *e =
		    correlation_control(s, asked[i], BAN_WHAT);
		const char *cause =
		    e == NULL ? NULL : facts_text(&e->observed, "cause");

		if (cause == NULL || strcmp(cause, "ok") == 0 ||
		    strcmp(cause, "local") == 0)
			return NULL;
		if (first != NULL &&
		    strcmp(cause, facts_text(&first->observed, "cause")) != 0)
			return NULL;
		first = first == NULL ? e : first;
	}
	return first;
}

/* How it ended: a credential that nothing came back to is not refused by its
 * host. */
static enum cause ban_cause(const struct result *r)
{
	const char *refusal = facts_text(&r->facts, "refusal");

	return r->outcome.cause == CAUSE_REJECTED && refusal != NULL &&
		       strcmp(refusal, "silent") == 0
		   ? CAUSE_TIMEOUT
		   : r->outcome.cause;
}

/* Failed since then, and as the control does. */
static bool ban_explains(const struct result *r, const struct evidence *e,
			 const struct ban_times *t)
{
	const char *cause = facts_text(&e->observed, "cause");

	if (r->why != WHY_NONE || r->outcome.cause == CAUSE_OK ||
	    strcmp(cause_name(ban_cause(r)), cause) != 0)
		return false;
	if (r->heard_us > 0) /* opened, and cut off then */
		return r->over_us >= t->heard_us;
	return r->tried_us[0] >= t->opened_us;
}

/* The whole source -------------------------------------------------------- */

static bool ban_is_away(const struct correlation *s, size_t index,
			enum addr_family family)
{
	const struct result *r = &s->results->items[index];

	return r->addr.family == family && !r->on_link &&
	       r->same_as == SIZE_MAX && r->parent == SIZE_MAX &&
	       r->why == WHY_NONE && r->tried_us[0] > 0 &&
	       s->contexts[index].direct && !addr_is_multicast(&r->addr);
}

/* Also by a refusal of its own. */
static bool ban_is_heard(const struct result *r)
{
	return ban_is_open(r) || r->heard_us > 0 ||
	       (r->outcome.cause == CAUSE_REFUSED && !r->outcome.has_icmp);
}

struct ban_times ban_times_of_source(const struct correlation *s,
				     enum addr_family family)
{
	struct ban_times t = {0};

	for (size_t i = 0; i < s->results->count; i++) {
		const struct result *r = &s->results->items[i];

		if (!ban_is_away(s, i, family) || !ban_is_heard(r))
			continue;
		if (ban_opened(r) > t.opened_us)
			t.opened_us = ban_opened(r);
		if (ban_heard(r) > t.heard_us)
			t.heard_us = ban_heard(r);
	}
	for (size_t i = 0; i < s->results->count; i++) {
		const struct result *r = &s->results->items[i];

		for (unsigned k = 0; ban_is_away(s, i, family) &&
				     k < r->attempts && k < RESULT_TRIES;
		     k++)
			t.tries += r->tried_us[k] <= t.heard_us;
	}
	return t;
}

static bool ban_is_silent_since(const struct result *r, int64_t since_us)
{
	return r->outcome.cause == CAUSE_TIMEOUT && r->heard_us == 0 &&
	       !r->unsent && r->tried_us[0] >= since_us - BAN_SLACK_US;
}

static size_t ban_silent_addresses(const struct correlation *s,
				   enum addr_family family, int64_t since_us)
{
	size_t count = 0;

	for (size_t h = 0; h < s->host_count; h++) {
		const struct host_index *host = &s->hosts[h];
		bool silent = false;

		for (size_t k = 0; k < host->count && !silent; k++) {
			size_t i = s->by_host[host->first + k];

			silent = ban_is_away(s, i, family) &&
				 ban_is_silent_since(&s->results->items[i],
						     since_us);
		}
		count += silent;
	}
	return count;
}

/* The last TCP port that opened, but not of that address; SIZE_MAX: none. */
static size_t ban_last_open(const struct correlation *s,
			    enum addr_family family, const struct addr *but)
{
	size_t last = SIZE_MAX;

	for (size_t i = 0; i < s->results->count; i++) {
		const struct result *r = &s->results->items[i];

		if (!ban_is_away(s, i, family) || !ban_is_open(r) ||
		    r->spec->transport != TRANSPORT_TCP ||
		    (but != NULL && addr_equal(&r->addr, but)))
			continue;
		if (last == SIZE_MAX ||
		    ban_opened(r) > ban_opened(&s->results->items[last]))
			last = i;
	}
	return last;
}

size_t ban_source_suspects(const struct correlation *s, enum addr_family family,
			   size_t out[BAN_ASKED])
{
	struct ban_times t = ban_times_of_source(s, family);

	if (t.opened_us == 0 ||
	    ban_silent_addresses(s, family, t.opened_us) < BAN_ADDRESSES)
		return 0;
	out[0] = ban_last_open(s, family, NULL);
	if (out[0] == SIZE_MAX)
		return 0;
	out[1] = ban_last_open(s, family, &s->results->items[out[0]].addr);
	return out[1] == SIZE_MAX ? 0 : 2;
}

/* What it explains: also of the other family, where nothing of that has
 * answered since then either. */
static bool ban_explains_source(const struct correlation *s, size_t index,
				enum addr_family family,
				const struct ban_times *t,
				int64_t other_heard_us)
{
	const struct result *r = &s->results->items[index];

	if (r->addr.family == ADDR_NONE || r->on_link ||
	    !s->contexts[index].direct || r->why != WHY_NONE)
		return false;
	if (r->addr.family != family && other_heard_us > t->heard_us)
		return false;
	return ban_is_silent_since(r, t->opened_us) ||
	       (ban_cause(r) == CAUSE_TIMEOUT && r->heard_us > 0 &&
		r->over_us >= t->heard_us);
}

static void ban_find_source(struct correlation *s, enum addr_family family)
{
	size_t asked[BAN_ASKED];
	const struct evidence *e =
	    ban_shown(s, asked, ban_source_suspects(s, family, asked));
	struct ban_times t;
	int64_t other_heard_us;

	if (e == NULL ||
	    strcmp(facts_text(&e->observed, "cause"), "timeout") != 0)
		return;
	t = ban_times_of_source(s, family);
	other_heard_us =
	    ban_times_of_source(s, family == ADDR_V4 ? ADDR_V6 : ADDR_V4)
		.heard_us;
	s->source_banned[family == ADDR_V6] = e;
	for (size_t i = 0; i < s->results->count; i++)
		if (ban_explains_source(s, i, family, &t, other_heard_us))
			s->contexts[i].banned = e;
}

void ban_find(struct correlation *s)
{
	for (size_t host = 0; host < s->host_count; host++) {
		const struct host_index *h = &s->hosts[host];
		struct ban_times t;
		size_t asked[BAN_ASKED];
		const struct evidence *e =
		    ban_shown(s, asked, ban_suspects(s, host, asked));

		if (e == NULL)
			continue;
		t = ban_times_of(s, host);
		for (size_t k = 0; k < h->count; k++) {
			size_t at = s->by_host[h->first + k];

			if (ban_explains(&s->results->items[at], e, &t))
				s->contexts[at].banned = e;
		}
	}
	ban_find_source(s, ADDR_V4);
	ban_find_source(s, ADDR_V6);
}
