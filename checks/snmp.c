/*
 * snmp.c - does an SNMP agent answer, and does it accept our community?
 *
 * Without a credential the SNMPv3 engine discovery (RFC 3414 4) asks: no user,
 * no secret, no trap. With a community a GET of three objects goes out beside
 * it, because an agent is silent about a wrong community: only the answer to
 * the discovery tells "alive, but not for us" from "filtered".
 */
#include "check.h"
#include "params.h"
#include "snmpmsg.h"
#include "spec.h"

#include <stdio.h>
#include <string.h>

enum { SNMP_GETS_MAX = 4 }; /* communities tried */

struct snmp_params {
	const struct secret *community; /* NULL: the inventory's only */
	int version;                    /* index into snmp_versions */
};

static const char *const snmp_versions[] = {"2c", "1", NULL};

struct snmp_state {
	uint32_t discovery;
	uint32_t gets[SNMP_GETS_MAX];
	size_t get_count;
	bool report; /* the agent answered the discovery */
	bool bad;    /* something came that is no answer of an agent */
};

static void snmp_ask_engine(struct probe *p)
{
	struct snmp_state *s = p->state;
	uint8_t room[SNMP_QUESTION_MAX];
	size_t length;
	s->discovery = snmp_random_id();
	const uint8_t *message = snmp_discovery(room, s->discovery, &length);
	if (message != NULL)
		probe_send(p, message, length);
}

static void snmp_ask_objects(struct probe *p, enum snmp_version version,
			     const char *community)
{
	struct snmp_state *s = p->state;
	uint8_t room[SNMP_QUESTION_MAX];
	size_t length;
	uint32_t id = snmp_random_id();
	if (community == NULL || s->get_count == SNMP_GETS_MAX)
		return;
	const uint8_t *message =
	    snmp_get(room, version, community, id, &length);
	if (message == NULL)
		return;
	s->gets[s->get_count++] = id;
	probe_send(p, message, length);
}

static const char *snmp_community(const struct credential *c)
{
	for (size_t i = 0; i < c->count; i++)
		if (strcmp(c->fields[i].key, "community") == 0)
			return c->fields[i].value->value;
	return NULL;
}

static enum step snmp_opened(struct probe *p)
{
	const struct snmp_params *params = p->params;
	snmp_ask_engine(p);
	if (params->community != NULL)
		snmp_ask_objects(p, params->version == 0 ? SNMP_V2C : SNMP_V1,
				 params->community->value);
	for (size_t i = 0; i < p->spec->credential_count; i++) {
		const struct credential *c = p->spec->credentials[i];
		if (strcmp(c->kind, "snmp-v2c") == 0)
			snmp_ask_objects(p, SNMP_V2C, snmp_community(c));
		else if (strcmp(c->kind, "snmp-v1") == 0)
			snmp_ask_objects(p, SNMP_V1, snmp_community(c));
	}
	p->phase = PHASE_REPLY;
	return STEP_WAIT;
}

static enum step snmp_engine_answered(struct probe *p,
				      const struct snmp_answer *a)
{
	struct snmp_state *s = p->state;
	char text[2 * SNMP_ENGINE_MAX + 1] = "";
	if (a->id != s->discovery)
		return STEP_WAIT;
	for (size_t i = 0; i < a->engine.length; i++)
		snprintf(text + 2 * i, 3, "%02x", (unsigned)a->engine.bytes[i]);
	if (a->engine.length > 0)
		fact_string(p, "engine-id", text);
	/* The first four octets hold the vendor's number: RFC 3411 5. */
	struct cursor c = cursor_over(a->engine.bytes, a->engine.length);
	uint32_t vendor = cursor_be32(&c) & 0x7fffffff;
	if (!c.bad)
		fact_number(p, "vendor-number", vendor);
	fact_number(p, "engine-boots", a->engine_boots);
	fact_number(p, "engine-time", a->engine_time);
	s->report = true;
	return s->get_count == 0 ? probe_ok(p) : STEP_WAIT;
}

static enum step snmp_objects_came(struct probe *p, const struct snmp_answer *a)
{
	const struct snmp_state *s = p->state;
	bool ours = false;
	for (size_t i = 0; i < s->get_count; i++)
		ours = ours || a->id == s->gets[i];
	if (!ours)
		return STEP_WAIT;
	fact_string(p, "version", a->version == SNMP_V1 ? "1" : "2c");
	if (a->has_up_time)
		fact_number(p, "uptime", (int64_t)(a->up_time / 100));
	if (a->descr.bytes != NULL)
		fact_bytes(p, "sys-descr", a->descr.bytes, a->descr.length);
	if (a->name.bytes != NULL)
		fact_bytes(p, "sys-name", a->name.bytes, a->name.length);
	if (a->error_status != 0)
		fact_number(p, "error-status", a->error_status);
	return probe_ok(p);
}

static enum step snmp_datagram_came(struct probe *p)
{
	struct snmp_state *s = p->state;
	struct snmp_answer a;
	if (!snmp_read(&a, p->in->data, p->in->length)) {
		/* A forged or broken datagram must not hide a good one that
		 * follows: judged at the deadline. */
		s->bad = true;
		return STEP_WAIT;
	}
	if (a.version == SNMP_V3)
		return snmp_engine_answered(p, &a);
	return snmp_objects_came(p, &a);
}

static enum step snmp_silent(struct probe *p)
{
	const struct snmp_state *s = p->state;
	if (s->report) {
		/* Alive, and silent about every community: they are wrong, or
		 * an access list does not hold us. */
		fact_bool(p, "agent-alive", true);
		return probe_fail(p, CAUSE_REJECTED);
	}
	if (s->bad)
		return probe_fail(p, CAUSE_BAD_REPLY);
	return STEP_WAIT;
}

static enum step snmp_step(struct probe *p, enum event event)
{
	switch (event) {
	case EV_START:
		return snmp_opened(p);
	case EV_DATA:
		return snmp_datagram_came(p);
	case EV_DEADLINE:
		return snmp_silent(p);
	default:
		return STEP_WAIT;
	}
}

static unsigned snmp_packets(const void *params)
{
	(void)params;
	return 1 + SNMP_GETS_MAX;
}

static const struct param snmp_param_table[] = {
    {.name = "community",
     .type = PARAM_SECRET,
     .offset = offsetof(struct snmp_params, community),
     .help = "community to try, beside those of the inventory"},
    {.name = "version",
     .type = PARAM_ENUM,
     .offset = offsetof(struct snmp_params, version),
     .fallback = "2c",
     .help = "version that this community is sent with",
     .choices = snmp_versions},
    {.name = NULL}};

static const struct fact_def snmp_facts[] = {
    {.name = "engine-id", .type = FACT_STRING, .help = "SNMPv3 engine, hex"},
    {.name = "vendor-number",
     .type = FACT_NUMBER,
     .help = "IANA enterprise number in the engine id"},
    {.name = "engine-boots",
     .type = FACT_NUMBER,
     .help = "restarts of the SNMPv3 engine"},
    {.name = "engine-time",
     .type = FACT_NUMBER,
     .help = "seconds since its last restart"},
    {.name = "version",
     .type = FACT_STRING,
     .help = "version that accepted our community: 1 or 2c"},
    {.name = "uptime", .type = FACT_NUMBER, .help = "sysUpTime, seconds"},
    {.name = "sys-descr", .type = FACT_STRING, .help = "sysDescr"},
    {.name = "sys-name", .type = FACT_STRING, .help = "sysName"},
    {.name = "error-status",
     .type = FACT_NUMBER,
     .help = "error of the agent's answer, when not 0"},
    {.name = "agent-alive",
     .type = FACT_BOOL,
     .help = "the agent answers, but not to our community"},
    {.name = NULL}};

const struct check check_snmp = {
    .name = "snmp",
    .summary = "SNMP agent: v3 engine discovery, GET with a community",
    .params = snmp_param_table,
    .facts = snmp_facts,
    .params_size = sizeof(struct snmp_params),
    .state_size = sizeof(struct snmp_state),
    .needs = NEEDS_UDP,
    .proxy = PROXY_NEVER,
    .transport = TRANSPORT_UDP,
    .window = 100,
    .port = 161,
    .credential = "snmp-v2c,snmp-v1,snmp-v3",
    .packets = snmp_packets,
    .step = snmp_step};
