/*
 * kerberos.c - does a Kerberos KDC answer for our realm? A request for the
 * ticket of a made-up principal, without preauthentication: no password is
 * tried, so none can be wrong (RFC 4120 5.4.1).
 */
#include "core/engine/check.h"
#include "core/os/clock.h"
#include "core/proto/krbmsg.h"

#include <stdlib.h>
#include <string.h>

enum kerberos_transport { KERBEROS_TCP, KERBEROS_UDP };
static const char *const kerberos_transports[] = {"tcp", "udp", NULL};

enum { KERBEROS_MESSAGE_MAX = 65536 };
/* What a KDC tolerates by default: RFC 4120 1.6, MIT and Windows alike. */
static const int64_t kerberos_skew_us = INT64_C(300) * 1000000;

struct kerberos_params {
	const char *realm;
	const char *principal;
	int transport;
};

struct kerberos_state {
	bool foreign; /* a datagram that is not a KDC's answer */
};

static enum step kerberos_opened(struct probe *p)
{
	const struct kerberos_params *params = p->params;
	uint8_t room[KRBMSG_QUESTION_MAX], prefix[4];
	struct wire w = wire_into(prefix, sizeof(prefix));
	uint32_t nonce;
	size_t length;
	wire_random(&nonce, sizeof(nonce));
	nonce &= 0x7fffffff; /* some read it as a signed number */
	const uint8_t *message = krbmsg_as_req(
	    room, params->realm, params->principal, nonce, &length);
	if (message == NULL)
		return STEP_WAIT; /* kerberos_validate() has seen to it */
	/* RFC 4120 7.2.2: four octets of length. */
	wire_be32(&w, (uint32_t)length);
	if (params->transport == KERBEROS_TCP)
		probe_send(p, prefix, sizeof(prefix));
	probe_send(p, message, length);
	p->phase = PHASE_REPLY;
	return STEP_WAIT;
}

static void kerberos_error_came(struct probe *p, const struct krbmsg *m)
{
	int64_t now = clock_system.wall_us(&clock_system);
	fact_number(p, "error-code", m->code);
	fact_string(p, "error-name", krbmsg_error_name(m->code));
	if (!m->has_time)
		return;
	fact_ms(p, "server-time-offset", m->wall_us - now);
	fact_bool(p, "skewed", llabs(m->wall_us - now) > kerberos_skew_us);
}

/* Any answer of a KDC proves the service. */
static enum step kerberos_answered(struct probe *p, const struct krbmsg *m)
{
	bool is_error = m->kind == KRBMSG_ERROR;
	fact_string(p, "answer", is_error ? "KRB-ERROR" : "AS-REP");
	fact_bytes(p, "realm", m->realm, m->realm_length);
	if (is_error)
		kerberos_error_came(p, m);
	return probe_ok(p);
}

static enum step kerberos_datagram_came(struct probe *p)
{
	struct kerberos_state *s = p->state;
	struct krbmsg m;
	if (!krbmsg_read(&m, p->in->data, p->in->length)) {
		/* It must not hide a good one: judged at the deadline. */
		s->foreign = true;
		return STEP_WAIT;
	}
	return kerberos_answered(p, &m);
}

static enum step kerberos_stream_came(struct probe *p)
{
	struct cursor c = cursor_over(p->in->data, p->in->length);
	struct krbmsg m;
	/* The first octet decides: no message is that long. */
	if (p->in->length > 0 && p->in->data[0] != 0)
		return probe_fail(p, CAUSE_BAD_REPLY);
	uint32_t length = cursor_be32(&c);
	if (c.bad)
		return STEP_WAIT;
	if (length == 0 || length > KERBEROS_MESSAGE_MAX)
		return probe_fail(p, CAUSE_BAD_REPLY);
	if (cursor_left(&c) < length)
		return STEP_WAIT;
	if (!krbmsg_read(&m, c.at, length))
		return probe_fail(p, CAUSE_BAD_REPLY);
	return kerberos_answered(p, &m);
}

static enum step kerberos_data_came(struct probe *p)
{
	const struct kerberos_params *params = p->params;
	return params->transport == KERBEROS_TCP ? kerberos_stream_came(p)
						 : kerberos_datagram_came(p);
}

static enum step kerberos_closed(struct probe *p)
{
	if (p->in->length > 0)
		return probe_fail(p, CAUSE_BAD_REPLY);
	return STEP_WAIT;
}

static enum step kerberos_silent(struct probe *p)
{
	const struct kerberos_state *s = p->state;
	return s->foreign ? probe_fail(p, CAUSE_BAD_REPLY) : STEP_WAIT;
}

static enum step kerberos_step(struct probe *p, enum event event)
{
	switch (event) {
	case EV_START:
		return kerberos_opened(p);
	case EV_DATA:
		return kerberos_data_came(p);
	case EV_EOF:
		return kerberos_closed(p);
	case EV_DEADLINE:
		return kerberos_silent(p);
	default:
		return STEP_WAIT;
	}
}

/* Printable, and none of the characters that divide names (RFC 4120 6). */
static bool kerberos_is_name(const char *text, size_t max)
{
	size_t length = strlen(text);
	for (size_t i = 0; i < length; i++)
		if (text[i] <= ' ' || text[i] > '~' ||
		    strchr("/:@\\", text[i]) != NULL)
			return false;
	return length > 0 && length <= max;
}

static int kerberos_validate(const void *arg, struct error *err)
{
	const struct kerberos_params *params = arg;
	if (params->realm != NULL &&
	    !kerberos_is_name(params->realm, KRBMSG_REALM_MAX)) {
		error_set(err, "realm: '%s' is not the name of a realm",
			  params->realm);
		error_suggest(err, "write CORP.EXAMPLE.COM");
		return -1;
	}
	if (params->principal != NULL &&
	    !kerberos_is_name(params->principal, KRBMSG_PRINCIPAL_MAX))
		return error_set(err, "principal: '%s' is not a plain name",
				 params->principal);
	return 0;
}

static enum needs kerberos_choose(const void *arg)
{
	const struct kerberos_params *params = arg;
	return params->transport == KERBEROS_TCP ? NEEDS_TCP : NEEDS_UDP;
}

static const struct param kerberos_param_table[] = {
    {.name = "realm",
     .type = PARAM_STRING,
     .offset = offsetof(struct kerberos_params, realm),
     .help = "realm to ask for, such as CORP.EXAMPLE.COM",
     .required = true},
    {.name = "transport",
     .type = PARAM_ENUM,
     .offset = offsetof(struct kerberos_params, transport),
     .fallback = "tcp",
     .help = "transport of the request",
     .choices = kerberos_transports},
    {.name = "principal",
     .type = PARAM_STRING,
     .offset = offsetof(struct kerberos_params, principal),
     .fallback = "preflight-probe",
     .help = "principal to ask for; never that of a real account"},
    {.name = NULL}};

static const struct fact_def kerberos_facts[] = {
    {.name = "answer", .type = FACT_STRING, .help = "KRB-ERROR or AS-REP"},
    {.name = "error-code", .type = FACT_NUMBER, .help = "code of a KRB-ERROR"},
    {.name = "error-name",
     .type = FACT_STRING,
     .help = "its name in RFC 4120 7.5.9"},
    {.name = "realm",
     .type = FACT_STRING,
     .help = "the realm that the answer names"},
    {.name = "server-time-offset",
     .type = FACT_MS,
     .help = "the KDC's clock minus this host's"},
    {.name = "skewed",
     .type = FACT_BOOL,
     .help = "the clocks differ by more than five minutes"},
    {.name = NULL}};

const struct check check_kerberos = {
    .name = "kerberos",
    .summary = "Kerberos KDC answers for a realm; sends no password",
    .params = kerberos_param_table,
    .facts = kerberos_facts,
    .params_size = sizeof(struct kerberos_params),
    .state_size = sizeof(struct kerberos_state),
    .needs = NEEDS_TCP,
    .proxy = PROXY_NEVER,
    .transport = TRANSPORT_TCP,
    .window = 100,
    .port = 88,
    .validate = kerberos_validate,
    .choose = kerberos_choose,
    .step = kerberos_step};
