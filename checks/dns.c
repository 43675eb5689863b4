/*
 * dns.c - does this server answer for the names that the product needs?
 * RFC 1035; over TCP with a length in front (RFC 7766).
 */
#include "core/engine/check.h"
#include "core/net/dns_round_trip.h"
#include "core/base/spec.h"

#include <stdio.h>

enum dns_protocol { DNS_UDP, DNS_TCP };
enum dns_want { DNS_WANT_A, DNS_WANT_AAAA };
enum dns_expect { DNS_EXPECT_ANSWER, DNS_EXPECT_ANY };

struct dns_params {
	const char *const *names;
	int protocol;
	int type;
	int expect;
	bool allow_private;
};

struct dns_state {
	struct dns_round_trip round;
	unsigned ignored; /* answers to other questions */
	bool foreign;     /* something that is not DNS came */
};

/* Asking ----------------------------------------------------------------- */

static void dns_ask(struct probe *p, const char *name)
{
	const struct dns_params *params = p->params;
	struct dns_state *s = p->state;
	uint8_t packet[2 + DNS_ROUND_TRIP_QUERY_MAX];
	struct wire length_field = wire_into(packet, 2);
	size_t length = dns_round_trip_ask(&s->round, name, packet + 2);

	wire_be16(&length_field, (uint16_t)length);
	if (params->protocol == DNS_TCP)
		probe_send(p, packet, length + 2);
	else
		probe_send(p, packet + 2, length);
}

static enum step dns_open(struct probe *p)
{
	const struct dns_params *params = p->params;
	struct dns_state *s = p->state;
	char server[ADDR_TEXT];

	fact_string(p, "server", addr_text_port(p->addr, server));
	s->round.type = params->type == DNS_WANT_AAAA ? DNS_AAAA : DNS_A;
	s->round.allow_private = params->allow_private;
	for (size_t i = 0; params->names[i] != NULL; i++)
		dns_ask(p, params->names[i]);
	p->phase = PHASE_REPLY;
	return STEP_WAIT;
}

/* Answers ---------------------------------------------------------------- */

static void dns_message_facts(struct probe *p, const struct dns_message *m,
			      enum cause cause)
{
	char line[2 * DNS_NAME_MAX + 8], text[ADDR_TEXT], rcode[16];
	const char *from = m->question;

	for (size_t i = 0; i < m->address_count; i++) {
		snprintf(line, sizeof line, "%s %s", m->question,
			 addr_text(&m->addresses[i], text));
		fact_append(p, "answers", line);
	}
	for (size_t i = 0; i < m->chain_count; i++) {
		snprintf(line, sizeof line, "%s -> %s", from, m->chain[i]);
		fact_append(p, "aliases", line);
		from = m->chain[i];
	}
	if (cause == CAUSE_NXDOMAIN)
		fact_append(p, "nxdomain-names", m->question);
	if (cause == CAUSE_OK)
		return;
	snprintf(line, sizeof line, "%s %s", m->question,
		 dnsmsg_rcode_name(m->rcode, rcode));
	fact_append(p, "failed-names", line);
}

static void dns_round_facts(struct probe *p)
{
	const struct dns_state *s = p->state;
	char rcode[16];

	fact_string(p, "rcode", dnsmsg_rcode_name(s->round.rcode, rcode));
	fact_bool(p, "recursion", s->round.recursion);
	fact_bool(p, "truncated", s->round.truncated);
	fact_bool(p, "unexpected-address", s->round.unexpected);
	if (s->round.has_ttl)
		fact_number(p, "ttl", s->round.ttl);
}

static enum step dns_all_answered(struct probe *p)
{
	const struct dns_params *params = p->params;
	const struct dns_state *s = p->state;
	struct dns_params over_tcp = *params;

	dns_round_facts(p);
	if (s->round.truncated && params->protocol == DNS_UDP) {
		over_tcp.protocol = DNS_TCP;
		probe_spawn(p, "dns", p->addr->port, &over_tcp);
	}
	if (s->round.worst == CAUSE_OK || params->expect == DNS_EXPECT_ANY)
		return probe_ok(p);
	return probe_fail(p, s->round.worst);
}

/* False: not an answer to an open question. */
static bool dns_take(struct probe *p, struct dns_message *m)
{
	struct dns_state *s = p->state;
	enum cause cause;

	dns_round_trip_complete(&s->round, m);
	if (!dns_round_trip_take(&s->round, m, &cause))
		return false;
	dns_message_facts(p, m, cause);
	return true;
}

/* Forged answers are ignored: the real one may still come. */
static enum step dns_datagram(struct probe *p)
{
	struct dns_state *s = p->state;
	struct dns_message m;

	if (!dnsmsg_parse(&m, p->in->data, p->in->length) || !m.response) {
		s->foreign = true;
		if (m.cut)
			fact_number(p, "cut-at", (int64_t)p->in->length);
	} else if (!dns_take(p, &m)) {
		fact_number(p, "ignored", ++s->ignored);
	} else if (s->round.answered == s->round.count) {
		return dns_all_answered(p);
	}
	return STEP_WAIT;
}

static enum step dns_stream(struct probe *p)
{
	const struct dns_state *s = p->state;
	struct dns_message m;

	while (p->in->length >= 2) {
		struct cursor c = cursor_over(p->in->data, p->in->length);
		size_t length = cursor_be16(&c);
		const uint8_t *message = cursor_bytes(&c, length);

		/* A banner reads like a huge length: don't wait for it. */
		if (!dns_round_trip_may_answer(&s->round, p->in->data + 2,
					       p->in->length - 2))
			return probe_fail(p, CAUSE_BAD_REPLY);
		if (message == NULL)
			break;
		if (!dnsmsg_parse(&m, message, length) || !dns_take(p, &m))
			return probe_fail(p, CAUSE_BAD_REPLY);
		probe_consume(p, length + 2);
		if (s->round.answered == s->round.count)
			return dns_all_answered(p);
	}
	return STEP_WAIT;
}

/* Closed, or silent, with something left that is not a whole answer. */
static enum step dns_cut_short(struct probe *p)
{
	const struct dns_params *params = p->params;
	const struct dns_state *s = p->state;

	if (s->round.answered > 0)
		dns_round_facts(p);
	if (s->foreign || s->ignored > 0 ||
	    (params->protocol == DNS_TCP && p->in->length > 0))
		return probe_fail(p, CAUSE_BAD_REPLY);
	return STEP_WAIT;
}

static enum step dns_step(struct probe *p, enum event event)
{
	const struct dns_params *params = p->params;

	switch (event) {
	case EV_START:
		return dns_open(p);
	case EV_DATA:
		return params->protocol == DNS_TCP ? dns_stream(p)
						   : dns_datagram(p);
	case EV_EOF:
	case EV_DEADLINE:
		return dns_cut_short(p);
	default:
		return STEP_WAIT;
	}
}

/* Tables ----------------------------------------------------------------- */

static int dns_validate(const void *arg, struct error *err)
{
	const struct dns_params *params = arg;
	uint8_t packet[DNS_ROUND_TRIP_QUERY_MAX];
	size_t count = 0;

	for (; params->names != NULL && params->names[count] != NULL; count++)
		if (dnsmsg_query(packet, sizeof packet, 0, params->names[count],
				 DNS_A) == 0)
			return error_set(err, "names: '%s' is not a DNS name",
					 params->names[count]);
	if (count == 0 || count > DNS_ROUND_TRIP_MAX)
		return error_set(err, "names: from 1 to %d names",
				 DNS_ROUND_TRIP_MAX);
	return 0;
}

static enum needs dns_choose(const void *arg)
{
	return ((const struct dns_params *)arg)->protocol == DNS_TCP
		   ? NEEDS_TCP
		   : NEEDS_UDP;
}

static unsigned dns_packets(const struct spec *s)
{
	const struct dns_params *params = s->params;
	unsigned count = 0;

	while (params->names != NULL && params->names[count] != NULL)
		count++;
	/* Over TCP also the handshake, acknowledgements and the close. */
	return params->protocol == DNS_TCP ? count + 5 : count;
}

/* An answer that was cut off is asked for again, over TCP. */
static unsigned dns_children(const void *arg)
{
	return ((const struct dns_params *)arg)->protocol == DNS_UDP ? 1 : 0;
}

static const char *const dns_protocols[] = {"udp", "tcp", NULL};
static const char *const dns_types[] = {"A", "AAAA", NULL};
static const char *const dns_expects[] = {"answer", "any", NULL};

static const struct param dns_param_table[] = {
    {"names", PARAM_LIST, offsetof(struct dns_params, names), NULL,
     "names to query, those that the product needs", .required = true},
    {"protocol", PARAM_ENUM, offsetof(struct dns_params, protocol), "udp",
     "transport of the queries", .choices = dns_protocols},
    {"type", PARAM_ENUM, offsetof(struct dns_params, type), "A",
     "address family to query", .choices = dns_types},
    {"expect", PARAM_ENUM, offsetof(struct dns_params, expect), "answer",
     "answer: every name has an address; any: the server replies",
     .choices = dns_expects},
    {"allow_private", PARAM_BOOL, offsetof(struct dns_params, allow_private),
     "false", "accept private addresses (names of the local network)"},
    {0},
};

static const struct fact_def dns_fact_table[] = {
    {"server", FACT_STRING, "the server that was queried, with the port"},
    {"rcode", FACT_STRING, "response code; of several, the worst"},
    {"answers", FACT_LIST, "each address as \"name address\""},
    {"aliases", FACT_LIST, "each CNAME as \"name -> target\""},
    {"ttl", FACT_NUMBER, "smallest time to live of the answers, in seconds"},
    {"recursion", FACT_BOOL, "the server offers recursion"},
    {"truncated", FACT_BOOL, "an answer did not fit into UDP"},
    {"cut-at", FACT_NUMBER, "octets of an answer that is cut without TC"},
    {"unexpected-address", FACT_BOOL, "an answer is not a public address"},
    {"nxdomain-names", FACT_LIST, "names that do not exist on this server"},
    {"failed-names", FACT_LIST, "names without an answer, with the code"},
    {"ignored", FACT_NUMBER, "DNS answers that do not match a query"},
    {0},
};

const struct check check_dns = {
    .name = "dns",
    .summary = "DNS server answers for the names the product needs",
    .params = dns_param_table,
    .facts = dns_fact_table,
    .params_size = sizeof(struct dns_params),
    .state_size = sizeof(struct dns_state),
    .needs = NEEDS_UDP,
    .proxy = PROXY_NEVER,
    .transport = TRANSPORT_UDP,
    .port = 53,
    .validate = dns_validate,
    .choose = dns_choose,
    .packets = dns_packets,
    .children = dns_children,
    .step = dns_step,
};
