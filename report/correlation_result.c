/* correlation_result.c - what one result says by itself. */
#include "report/correlation.h"

#include "core/engine/check.h"

#include <stdlib.h>
#include <string.h>

bool correlation_is_check(const struct result *r, const char *name)
{
	const struct check *check =
	    r->check != NULL ? r->check : r->spec->check;

	return check != NULL && strcmp(check->name, name) == 0;
}

/* NTP and logs bear little; Kerberos five minutes, and file servers follow it.
 */
enum { CORRELATION_CLOCK_MS = 5000, CORRELATION_DOMAIN_CLOCK_MS = 300000 };

int64_t correlation_clock_offset(const struct result *r)
{
	return correlation_number(
	    &r->facts,
	    correlation_is_check(r, "ntp") ? "offset" : "server-time-offset",
	    0);
}

const char *correlation_weak_key(const struct result *r)
{
	const char *trust = facts_text(&r->facts, "tls-trust");

	if (r->outcome.cause != CAUSE_OK || trust == NULL ||
	    (strcmp(trust, tls_trust_name(TLS_TRUST_PUBLIC)) != 0 &&
	     strcmp(trust, tls_trust_name(TLS_TRUST_LOCAL_ROOT)) != 0))
		return NULL;
	return facts_text(&r->facts, "tls-weak-key");
}

int64_t correlation_answer_us(const struct result *r)
{
	return r->took_us > r->timings.tls ? r->took_us : r->timings.tls;
}

bool correlation_is_slow_answer(const struct result *r)
{
	enum { SLOW_US = 5000000, ROUND_TRIPS = 10 };
	int64_t took = correlation_answer_us(r);

	return r->outcome.cause == CAUSE_OK && took >= SLOW_US &&
	       took >= ROUND_TRIPS * r->timings.connect;
}

bool correlation_is_cut_short(const struct result *r)
{
	int64_t quiet = correlation_number(&r->facts, "tcp-quiet-ms", 0);

	return r->outcome.cause == CAUSE_TIMEOUT &&
	       correlation_number(&r->facts, "tcp-received", 0) > 0 &&
	       2 * quiet * 1000 > r->timings.total - r->timings.connect;
}

bool correlation_clock_is_vague(const struct result *r, int64_t offset_ms)
{
	return llabs(offset_ms) >= CORRELATION_CLOCK_MS &&
	       llabs(offset_ms) * 1000 <= r->timings.total;
}

bool correlation_clock_differs(const struct result *r)
{
	int64_t offset = correlation_clock_offset(r);

	return r->outcome.cause == CAUSE_OK &&
	       !correlation_clock_is_vague(r, offset) &&
	       llabs(offset) >= (correlation_is_check(r, "ntp")
				     ? CORRELATION_CLOCK_MS
				     : CORRELATION_DOMAIN_CLOCK_MS);
}

bool correlation_is_bare_name(const struct result *r)
{
	return r->outcome.phase == PHASE_RESOLVE && r->spec->host != NULL &&
	       r->spec->literal.family == ADDR_NONE &&
	       strchr(r->spec->host, '.') == NULL;
}

const char *correlation_search_domain(const struct result *r)
{
	const char *found = facts_text(&r->facts, "search-name");
	const char *as_is = facts_text(&r->facts, "name-as-it-is");
	size_t length = r->spec->host == NULL ? 0 : strlen(r->spec->host);

	if (found == NULL || as_is == NULL || length == 0 ||
	    r->outcome.phase == PHASE_RESOLVE ||
	    strchr(r->spec->host, '.') == NULL ||
	    strcmp(as_is, cause_name(CAUSE_NXDOMAIN)) != 0 ||
	    strlen(found) <= length + 1)
		return NULL;
	return found + length + 1;
}

bool correlation_is_elsewhere(const struct result *r)
{
	return r->outcome.cause == CAUSE_TIMEOUT &&
	       (r->transport == TRANSPORT_UDP ||
		r->outcome.phase == PHASE_RESOLVE) &&
	       facts_find(&r->facts, "answers-from") != NULL;
}

bool correlation_is_unmatched(const struct result *r)
{
	if (r->outcome.phase == PHASE_RESOLVE)
		return r->outcome.cause == CAUSE_TIMEOUT &&
		       correlation_number(&r->facts, "answers-ignored", 0) > 0;
	return r->outcome.cause == CAUSE_BAD_REPLY &&
	       correlation_number(&r->facts, "ignored", 0) > 0;
}

enum silence correlation_silence(const struct result *r)
{
	if (correlation_is_elsewhere(r))
		return SILENCE_NONE;
	if (r->why != WHY_NONE || r->outcome.phase <= PHASE_RESOLVE ||
	    r->unsent)
		return SILENCE_NONE;
	if (r->outcome.cause == CAUSE_UNREACHABLE)
		return r->outcome.has_icmp ? SILENCE_ROUTER_SAYS
					   : SILENCE_NO_NEIGHBOUR;
	if (r->outcome.cause != CAUSE_TIMEOUT)
		return SILENCE_NONE;
	if (r->transport != TRANSPORT_TCP)
		return SILENCE_NO_REPLY;
	return r->outcome.phase == PHASE_CONNECT ? SILENCE_NO_CONNECTION
						 : SILENCE_AFTER_OPEN;
}

bool correlation_is_silent(const struct result *r, unsigned meanings)
{
	return ((unsigned)correlation_silence(r) & meanings) != 0;
}
