/*
 * netbios_ns.c - which names does a NetBIOS node have? One NBSTAT question for
 * "*", which every node answers for itself (RFC 1002 4.2.17).
 */
#include "core/engine/check.h"
#include "core/proto/netbios.h"
#include "core/base/text.h"

#include <stdio.h>
#include <string.h>

enum {
	NETBIOS_NS_QUESTION = 50,
	NETBIOS_NS_NBSTAT = 0x0021,
	NETBIOS_NS_IN = 0x0001,
	NETBIOS_NS_TEXT = 4 * NETBIOS_NAME + 1 /* each octet as \xNN */
};

struct netbios_ns_state {
	uint16_t id;
	bool foreign;   /* a datagram that is not a node's answer */
	bool computer;  /* the fact is set */
	bool domain;    /* the fact is set */
	bool shows_mac; /* what stands in its place is one */
};

static enum step netbios_ns_opened(struct probe *p)
{
	struct netbios_ns_state *s = p->state;
	uint8_t packet[NETBIOS_NS_QUESTION];
	struct wire w = wire_into(packet, sizeof(packet));
	/* There is no NetBIOS over IPv6. */
	if (p->addr->family == ADDR_V6)
		return probe_untested(p, WHY_NO_WITNESS);
	wire_random(&s->id, sizeof(s->id));
	wire_be16(&w, s->id);
	wire_be16(&w, 0); /* a query, not broadcast, no recursion */
	wire_be16(&w, 1); /* questions */
	wire_zero(&w, 6);
	netbios_write_name(&w, "*", 0);
	wire_be16(&w, NETBIOS_NS_NBSTAT);
	wire_be16(&w, NETBIOS_NS_IN);
	probe_send(p, packet, w.length);
	p->phase = PHASE_REPLY;
	return STEP_WAIT;
}

static void netbios_ns_name_came(struct probe *p, const struct netbios_entry *e)
{
	struct netbios_ns_state *s = p->state;
	char name[NETBIOS_NS_TEXT], line[NETBIOS_NS_TEXT + 16];
	text_sanitise(name, sizeof(name), e->name, e->length);
	snprintf(line, sizeof(line), "%s<%02x>%s", name, (unsigned)e->suffix,
		 e->group ? " group" : "");
	fact_append(p, "names", line);
	if (strcmp(name, "__SAMBA__") == 0)
		s->shows_mac = false; /* memory that was never written */
	if (e->suffix != 0)
		return;
	/* The first of a kind: Samba adds groups of its own. */
	if (e->group && !s->domain)
		fact_string(p, "domain", name);
	else if (!e->group && !s->computer)
		fact_string(p, "computer", name);
	s->domain = s->domain || e->group;
	s->computer = s->computer || !e->group;
}

static void netbios_ns_mac_came(struct probe *p, const uint8_t *mac)
{
	static const uint8_t none[NETBIOS_MAC];
	char text[3 * NETBIOS_MAC] = "";
	if (memcmp(mac, none, sizeof(none)) == 0)
		return;
	for (size_t i = 0; i < NETBIOS_MAC; i++)
		snprintf(text + 3 * i, sizeof(text) - 3 * i, "%02x%s",
			 (unsigned)mac[i], i + 1 < NETBIOS_MAC ? ":" : "");
	fact_string(p, "mac", text);
}

static enum step netbios_ns_came(struct probe *p)
{
	struct netbios_ns_state *s = p->state;
	struct netbios_status status;
	struct netbios_entry e;
	if (!netbios_read_status(&status, p->in->data, p->in->length) ||
	    status.id != s->id) {
		/* It must not hide a good one: judged at the deadline. */
		s->foreign = true;
		return STEP_WAIT;
	}
	if (status.rcode != 0) {
		fact_number(p, "rcode", status.rcode);
		return probe_fail(p, CAUSE_REJECTED);
	}
	s->shows_mac = status.mac != NULL;
	while (netbios_next(&status, &e))
		netbios_ns_name_came(p, &e);
	if (s->shows_mac)
		netbios_ns_mac_came(p, status.mac);
	return probe_ok(p);
}

static enum step netbios_ns_silent(struct probe *p)
{
	const struct netbios_ns_state *s = p->state;
	return s->foreign ? probe_fail(p, CAUSE_BAD_REPLY) : STEP_WAIT;
}

static enum step netbios_ns_step(struct probe *p, enum event event)
{
	switch (event) {
	case EV_START:
		return netbios_ns_opened(p);
	case EV_DATA:
		return netbios_ns_came(p);
	case EV_DEADLINE:
		return netbios_ns_silent(p);
	default:
		return STEP_WAIT;
	}
}

static const struct fact_def netbios_ns_facts[] = {
    {.name = "names",
     .type = FACT_LIST,
     .help = "names of the node, with their suffix in hex"},
    {.name = "computer",
     .type = FACT_STRING,
     .help = "its own name, the first unique <00>"},
    {.name = "domain",
     .type = FACT_STRING,
     .help = "domain or workgroup, the first group <00>"},
    {.name = "mac", .type = FACT_STRING, .help = "hardware address"},
    {.name = "rcode",
     .type = FACT_NUMBER,
     .help = "response code of a refusal"},
    {.name = NULL}};

const struct check check_netbios_ns = {
    .name = "netbios-ns",
    .summary = "NetBIOS name service returns a node's names (NBSTAT)",
    .facts = netbios_ns_facts,
    .state_size = sizeof(struct netbios_ns_state),
    .needs = NEEDS_UDP,
    .proxy = PROXY_NEVER,
    .transport = TRANSPORT_UDP,
    .window = 100,
    .port = 137,
    .step = netbios_ns_step};
