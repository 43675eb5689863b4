/*
 * rpc.c - does a DCE/RPC server answer a bind? On 135 the endpoint mapper;
 * where it is asked, it names a port of the dynamic range that can then be
 * tried: a child of this check, no sweep. No logon, no call but ept_lookup.
 */
#include "core/engine/check.h"
#include "core/proto/dcerpc.h"
#include "core/base/params.h"

#include <stdio.h>

enum { RPC_CALL_BIND = 1, RPC_CALL_LOOKUP = 2 };

struct rpc_params {
	bool lookup;
	const struct port_list *range;
	bool dynamic;
};

struct rpc_state {
	bool looking;    /* the bind was accepted, ept_lookup is sent */
	struct buf stub; /* of the answer's fragments */
};

static enum step rpc_connected(struct probe *p)
{
	const struct rpc_params *params = p->params;
	struct rpc_state *s = p->state;
	uint8_t packet[DCERPC_QUESTION_MAX];
	struct wire w = wire_into(packet, sizeof(packet));
	buf_init(&s->stub, DCERPC_STUB_MAX);
	dcerpc_write_bind(&w,
			  params->dynamic ? DCERPC_MANAGEMENT : DCERPC_MAPPER,
			  RPC_CALL_BIND);
	probe_send(p, packet, w.length);
	p->phase = PHASE_REPLY;
	return STEP_WAIT;
}

/* RPC answers; whether that is enough depends on what was asked for. */
static enum step rpc_no_lookup(struct probe *p)
{
	const struct rpc_params *params = p->params;
	if (params->lookup)
		return probe_untested(p, WHY_NO_WITNESS);
	return probe_ok(p);
}

/* The bind ----------------------------------------------------------------- */

static enum step rpc_bound(struct probe *p)
{
	const struct rpc_params *params = p->params;
	struct rpc_state *s = p->state;
	uint8_t packet[DCERPC_QUESTION_MAX];
	struct wire w = wire_into(packet, sizeof(packet));
	if (!params->lookup)
		return probe_ok(p);
	dcerpc_write_lookup(&w, RPC_CALL_LOOKUP);
	probe_send(p, packet, w.length);
	s->looking = true;
	return STEP_WAIT;
}

static enum step rpc_ack_came(struct probe *p, struct dcerpc_pdu *pdu)
{
	unsigned result, reason;
	if (!dcerpc_read_ack(pdu, &result, &reason))
		return probe_fail(p, CAUSE_BAD_REPLY);
	fact_string(p, "answer",
		    result == DCERPC_ACCEPTED ? "accepted" : "rejected");
	if (result == DCERPC_ACCEPTED)
		return rpc_bound(p);
	fact_number(p, "reason", reason);
	return rpc_no_lookup(p);
}

static enum step rpc_nak_came(struct probe *p, struct dcerpc_pdu *pdu)
{
	unsigned reason;
	if (!dcerpc_read_nak(pdu, &reason))
		return probe_fail(p, CAUSE_BAD_REPLY);
	fact_string(p, "answer", "nak");
	fact_number(p, "reason", reason);
	return rpc_no_lookup(p);
}

static void rpc_status(struct probe *p, uint32_t status)
{
	char text[16];
	snprintf(text, sizeof(text), "0x%08lx", (unsigned long)status);
	fact_string(p, "status", text);
}

static enum step rpc_fault_came(struct probe *p, struct dcerpc_pdu *pdu)
{
	const struct rpc_state *s = p->state;
	uint32_t status;
	if (!dcerpc_read_fault(pdu, &status))
		return probe_fail(p, CAUSE_BAD_REPLY);
	if (!s->looking)
		fact_string(p, "answer", "fault");
	rpc_status(p, status);
	return rpc_no_lookup(p);
}

/* The endpoints ------------------------------------------------------------ */

static bool rpc_in_range(const struct port_list *range, uint16_t port)
{
	for (size_t i = 0; range != NULL && i < range->count; i++)
		if (port >= range->ranges[i].first &&
		    port <= range->ranges[i].last)
			return true;
	return range == NULL;
}

/* The first port that is not the mapper's own; 0: there is none. */
static uint16_t rpc_choose(struct probe *p, const struct dcerpc_endpoints *e)
{
	const struct rpc_params *params = p->params;
	for (size_t i = 0; i < e->port_count; i++)
		if (e->ports[i] != p->addr->port &&
		    rpc_in_range(params->range, e->ports[i]))
			return e->ports[i];
	return 0;
}

static enum step rpc_endpoints_came(struct probe *p, bool little)
{
	static const struct rpc_params child = {.dynamic = true};
	const struct rpc_state *s = p->state;
	struct dcerpc_endpoints e;
	char text[16];
	if (!dcerpc_read_endpoints(&e, s->stub.data, s->stub.length, little))
		return probe_fail(p, CAUSE_BAD_REPLY);
	fact_number(p, "endpoints", e.count);
	if (e.status != 0)
		rpc_status(p, e.status);
	for (size_t i = 0; i < e.port_count; i++) {
		snprintf(text, sizeof(text), "%u", (unsigned)e.ports[i]);
		fact_append(p, "tcp-ports", text);
	}
	uint16_t port = rpc_choose(p, &e);
	if (port == 0)
		return probe_untested(p, WHY_NO_WITNESS);
	fact_number(p, "dynamic-port", port);
	probe_spawn(p, "rpc", port, &child);
	return probe_ok(p);
}

static enum step rpc_response_came(struct probe *p, struct dcerpc_pdu *pdu)
{
	struct rpc_state *s = p->state;
	if (!dcerpc_read_response(pdu) ||
	    !buf_append(&s->stub, pdu->body.at, cursor_left(&pdu->body)))
		return probe_fail(p, CAUSE_BAD_REPLY);
	return pdu->last ? rpc_endpoints_came(p, pdu->little) : STEP_WAIT;
}

/* The stream --------------------------------------------------------------- */

static enum step rpc_pdu_came(struct probe *p, struct dcerpc_pdu *pdu)
{
	const struct rpc_state *s = p->state;
	uint32_t call = s->looking ? RPC_CALL_LOOKUP : RPC_CALL_BIND;
	if (pdu->call == call && pdu->type == DCERPC_FAULT)
		return rpc_fault_came(p, pdu);
	if (pdu->call == call && s->looking && pdu->type == DCERPC_RESPONSE)
		return rpc_response_came(p, pdu);
	if (pdu->call == call && !s->looking && pdu->type == DCERPC_BIND_ACK)
		return rpc_ack_came(p, pdu);
	if (pdu->call == call && !s->looking && pdu->type == DCERPC_BIND_NAK)
		return rpc_nak_came(p, pdu);
	return probe_fail(p, CAUSE_BAD_REPLY);
}

static enum step rpc_data_came(struct probe *p)
{
	enum step step = STEP_WAIT;
	while (step == STEP_WAIT && p->in->length > 0) {
		struct dcerpc_pdu pdu;
		size_t length;
		switch (
		    dcerpc_read(&pdu, p->in->data, p->in->length, &length)) {
		case DCERPC_MORE:
			return STEP_WAIT;
		case DCERPC_BAD:
			return probe_fail(p, CAUSE_BAD_REPLY);
		case DCERPC_WHOLE:
			step = rpc_pdu_came(p, &pdu);
			probe_consume(p, length);
		}
	}
	return step;
}

static enum step rpc_closed(struct probe *p)
{
	const struct rpc_state *s = p->state;
	if (p->in->length > 0 || s->stub.length > 0)
		return probe_fail(p, CAUSE_BAD_REPLY);
	return STEP_WAIT;
}

static enum step rpc_step(struct probe *p, enum event event)
{
	switch (event) {
	case EV_START:
		return rpc_connected(p);
	case EV_DATA:
		return rpc_data_came(p);
	case EV_EOF:
		return rpc_closed(p);
	default:
		return STEP_WAIT;
	}
}

static void rpc_stop(struct probe *p)
{
	struct rpc_state *s = p->state;
	buf_free(&s->stub);
}

static unsigned rpc_children(const void *arg)
{
	return ((const struct rpc_params *)arg)->lookup ? 1 : 0;
}

static int rpc_validate(const void *arg, struct error *err)
{
	const struct rpc_params *params = arg;
	if (params->range != NULL && !params->lookup)
		return error_set(err, "range: has no effect without lookup: "
				      "true");
	if (params->dynamic && params->lookup)
		return error_set(err, "lookup: a dynamic port has no "
				      "endpoint mapper");
	return 0;
}

static const struct param rpc_param_table[] = {
    {.name = "lookup",
     .type = PARAM_BOOL,
     .offset = offsetof(struct rpc_params, lookup),
     .fallback = "false",
     .help = "ask the endpoint mapper for its ports and try one of them"},
    {.name = "range",
     .type = PARAM_PORTS,
     .offset = offsetof(struct rpc_params, range),
     .help = "ports that may be tried, such as 49152-65535; none: any"},
    {.name = "dynamic",
     .type = PARAM_BOOL,
     .offset = offsetof(struct rpc_params, dynamic),
     .fallback = "false",
     .help = "the port is of the dynamic range, not the endpoint mapper's"},
    {.name = NULL}};

static const struct fact_def rpc_facts[] = {
    {.name = "answer",
     .type = FACT_STRING,
     .help = "answer to the bind: accepted, rejected, nak or fault"},
    {.name = "reason",
     .type = FACT_NUMBER,
     .help = "reason of a rejected bind or a nak"},
    {.name = "status",
     .type = FACT_STRING,
     .help = "status of a fault, or of the lookup when not 0, hex"},
    {.name = "endpoints",
     .type = FACT_NUMBER,
     .help = "number of entries that the endpoint mapper returned"},
    {.name = "tcp-ports",
     .type = FACT_LIST,
     .help = "number of different TCP ports among them"},
    {.name = "dynamic-port",
     .type = FACT_NUMBER,
     .help = "the port that is tried"},
    {.name = NULL}};

const struct check check_rpc = {
    .name = "rpc",
    .summary = "DCE/RPC server, its endpoint mapper and a dynamic port",
    .params = rpc_param_table,
    .facts = rpc_facts,
    .params_size = sizeof(struct rpc_params),
    .state_size = sizeof(struct rpc_state),
    .needs = NEEDS_TCP,
    .proxy = PROXY_NEVER,
    .transport = TRANSPORT_TCP,
    .window = 100,
    .port = 135,
    .validate = rpc_validate,
    .children = rpc_children,
    .step = rpc_step,
    .stop = rpc_stop};
