/* answer_origin.c - who gave an answer, by how far it came. */
#include "report/answer_origin.h"

#include "core/base/text.h"

#include <string.h>

bool answer_is_wrong(const struct result *r)
{
	if (r->why != WHY_NONE || r->outcome.has_icmp ||
	    r->outcome.phase <= PHASE_PROXY)
		return false;
	return r->outcome.cause == CAUSE_BAD_REPLY ||
	       r->outcome.cause == CAUSE_REJECTED ||
	       r->outcome.cause == CAUSE_UNSYNCHRONISED ||
	       (correlation_is_check(r, "dns") &&
		(r->outcome.cause == CAUSE_NXDOMAIN ||
		 r->outcome.cause == CAUSE_NO_DATA ||
		 r->outcome.cause == CAUSE_SERVFAIL));
}

/* What systems start with. */
static int answer_passed(int ttl)
{
	return (ttl <= 64 ? 64 : ttl <= 128 ? 128 : 255) - ttl;
}

int answer_echo_distance(const struct correlation *s, const struct addr *a,
			 const struct evidence **e)
{
	const struct results *r = s->results;

	*e = NULL;
	for (size_t i = 0; i < r->count; i++)
		if (r->items[i].transport == TRANSPORT_ICMP &&
		    r->items[i].reply_ttl > 0 &&
		    addr_equal(&r->items[i].addr, a))
			return answer_passed(r->items[i].reply_ttl);
	for (size_t i = 0; i < r->evidence_count; i++) {
		int64_t ttl = correlation_number(&r->evidence[i].observed,
						 "answer-ttl", 0);

		if (r->evidence[i].kind != EVIDENCE_CONTROL ||
		    r->evidence[i].transport != TRANSPORT_ICMP || ttl <= 0 ||
		    !addr_equal(&r->evidence[i].addr, a))
			continue;
		*e = &r->evidence[i];
		return answer_passed((int)ttl);
	}
	return -1;
}

/* The smallest time to live of a SYN that opens the port. */
static int answer_opened_at(const struct correlation *s, size_t index)
{
	size_t count;
	const size_t *list = correlation_evidence_of(s, index, &count);

	for (size_t i = 0; i < count; i++) {
		const struct evidence *e = &s->results->evidence[list[i]];

		if (e->kind == EVIDENCE_HOP_WALK &&
		    facts_find(&e->observed, "opened-at") != NULL)
			return (int)correlation_number(&e->observed,
						       "opened-at", 0);
	}
	return 0;
}

int answer_distance(const struct correlation *s, size_t index)
{
	const struct result *r = &s->results->items[index];

	if (r->transport == TRANSPORT_TCP)
		return answer_opened_at(s, index) - 1;
	return r->reply_ttl > 0 ? answer_passed(r->reply_ttl) : -1;
}

static bool answer_is_trusted(const struct correlation *s, size_t index)
{
	return s->contexts[index].trust == TLS_TRUST_PUBLIC &&
	       s->contexts[index].name_matches;
}

bool answer_is_vouched(const struct correlation *s, size_t index)
{
	const struct result *r = &s->results->items[index];

	for (size_t i = 0; i < s->results->count; i++) {
		const struct result *w = &s->results->items[i];

		if (answer_is_trusted(s, i) && r->transport == TRANSPORT_TCP &&
		    r->port == w->port && addr_equal(&w->addr, &r->addr) &&
		    w->spec->host != NULL && r->spec->host != NULL &&
		    text_casecmp(w->spec->host, r->spec->host) == 0)
			return true;
	}
	return false;
}

enum answer_origin answer_origin(const struct correlation *s, size_t index)
{
	const struct result *r = &s->results->items[index];
	const struct evidence *e;
	int echo, own;

	if (r->addr.family == ADDR_NONE || !s->contexts[index].direct)
		return ANSWER_UNKNOWN;
	if (r->on_link)
		return ANSWER_OWN;
	echo = answer_echo_distance(s, &r->addr, &e);
	own = answer_distance(s, index);
	if (echo < 0 || own < 0)
		return ANSWER_UNKNOWN;
	if (own == echo)
		return ANSWER_OWN;
	/* On the internet the way there may be another than the way back. */
	if (r->transport == TRANSPORT_TCP && s->contexts[index].internet)
		echo /= 2;
	return own < echo ? ANSWER_NEARER : ANSWER_UNKNOWN;
}
