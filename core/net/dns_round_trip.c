/* dns_round_trip.c - one server asked for several names. */
#include "core/net/dns_round_trip.h"
#include "core/base/text.h"
#include "core/base/wire.h"

#include <string.h>

size_t dns_round_trip_ask(struct dns_round_trip *r, const char *name,
			  uint8_t out[DNS_ROUND_TRIP_QUERY_MAX])
{
	struct dns_round_trip_question *q = &r->questions[r->count];

	if (r->count == DNS_ROUND_TRIP_MAX)
		return 0;
	*q = (struct dns_round_trip_question){.name = name};
	wire_random(&q->id, sizeof q->id);
	r->count++;
	return dnsmsg_query(out, DNS_ROUND_TRIP_QUERY_MAX, q->id, name,
			    r->type);
}

/* Several names: the failure that says most about the server. */
static unsigned dns_round_trip_weight(enum cause cause)
{
	switch (cause) {
	case CAUSE_REJECTED:
		return 5;
	case CAUSE_SERVFAIL:
		return 4;
	case CAUSE_BAD_REPLY:
		return 3;
	case CAUSE_NXDOMAIN:
		return 2;
	case CAUSE_NO_DATA:
		return 1;
	default:
		return 0;
	}
}

static bool dns_round_trip_unexpected(const struct dns_message *m)
{
	for (size_t i = 0; i < m->address_count; i++)
		if (addr_is_private(&m->addresses[i]) ||
		    addr_is_invalid_target(&m->addresses[i]) ||
		    addr_is_multicast(&m->addresses[i]))
			return true;
	return false;
}

static enum cause dns_round_trip_cause(const struct dns_round_trip *r,
				       const struct dns_message *m)
{
	if (m->rcode == 2)
		return CAUSE_SERVFAIL;
	if (m->rcode == 3)
		return CAUSE_NXDOMAIN;
	if (m->rcode != 0)
		return CAUSE_REJECTED;
	if (m->loop || (!r->allow_private && dns_round_trip_unexpected(m)))
		return CAUSE_BAD_REPLY;
	/* What was cut has to be asked for over TCP: no failure of its own. */
	if (m->address_count > 0 || m->truncated)
		return CAUSE_OK;
	return CAUSE_NO_DATA;
}

static struct dns_round_trip_question *dns_round_trip_find(
    struct dns_round_trip *r, const struct dns_message *m)
{
	if (!m->response || m->question_type != r->type)
		return NULL;
	for (size_t i = 0; i < r->count; i++) {
		struct dns_round_trip_question *q = &r->questions[i];
		size_t length = strlen(q->name);

		length -= length > 1 && q->name[length - 1] == '.';
		if (!q->answered && q->id == m->id &&
		    strlen(m->question) == length &&
		    text_ncasecmp(m->question, q->name, length) == 0)
			return q;
	}
	return NULL;
}

bool dns_round_trip_may_answer(const struct dns_round_trip *r,
			       const void *bytes, size_t length)
{
	struct cursor c = cursor_over(bytes, length);
	uint16_t id = cursor_be16(&c);
	bool response = (cursor_u8(&c) & 0x80) != 0;

	if (c.bad)
		return true;
	for (size_t i = 0; i < r->count; i++)
		if (!r->questions[i].answered && r->questions[i].id == id)
			return response;
	return false;
}

void dns_round_trip_complete(const struct dns_round_trip *r,
			     struct dns_message *m)
{
	if (m->question[0] != '\0' || m->rcode == 0)
		return;
	for (size_t i = 0; i < r->count; i++) {
		const struct dns_round_trip_question *q = &r->questions[i];

		if (q->answered || q->id != m->id)
			continue;
		text_copy(m->question, sizeof m->question, q->name);
		m->question_type = r->type;
		return;
	}
}

bool dns_round_trip_take(struct dns_round_trip *r, const struct dns_message *m,
			 enum cause *cause)
{
	struct dns_round_trip_question *q = dns_round_trip_find(r, m);

	if (q == NULL)
		return false;
	q->answered = true;
	r->answered++;
	r->recursion |= m->recursion_available;
	r->truncated |= m->truncated;
	r->unexpected |= dns_round_trip_unexpected(m);
	if (m->address_count > 0 && (!r->has_ttl || m->ttl < r->ttl)) {
		r->ttl = m->ttl;
		r->has_ttl = true;
	}
	*cause = dns_round_trip_cause(r, m);
	if (dns_round_trip_weight(*cause) > dns_round_trip_weight(r->worst)) {
		r->worst = *cause;
		r->rcode = m->rcode;
	}
	return true;
}
