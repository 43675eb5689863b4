/* ruleset_field.c - the packet's fields, by the expressions of nft(8). */
#include "core/proto/ruleset_internal.h"

#include <string.h>

enum {
	PROTOCOL_TCP = 6,
	PROTOCOL_UDP = 17,
	PRIORITY_CONNTRACK = -200, /* NF_IP_PRI_CONNTRACK */
	STATE_INVALID = 1,         /* libnftables: nft_ct_state */
	STATE_NEW = 8,
	STATE_UNTRACKED = 64,
	STATUS_DNAT = 32,
	FLAG_SYN = 2,
	TYPE_LOCAL = 2, /* RTN_LOCAL */
	LINK_ETHER = 1  /* ARPHRD_ETHER */
};

static const struct ruleset_word ruleset_field_protocols[] = {
    {"tcp", PROTOCOL_TCP},
    {"udp", PROTOCOL_UDP},
    {"icmp", 1},
    {"igmp", 2},
    {"ipv6-icmp", 58},
    {"icmpv6", 58},
    {"esp", 50},
    {"ah", 51},
    {"gre", 47},
    {"sctp", 132},
    {"dccp", 33},
    {"udplite", 136},
    {"comp", 108},
    {"ipcomp", 108},
    {"ospf", 89},
    {"vrrp", 112},
    {NULL, 0}};
static const struct ruleset_word ruleset_field_families[] = {
    {"ipv4", 2}, {"ipv6", 10}, {NULL, 0}};
static const struct ruleset_word ruleset_field_ether_types[] = {
    {"ip", 0x800},
    {"arp", 0x806},
    {"vlan", 0x8100},
    {"ip6", 0x86dd},
    {NULL, 0}};
static const struct ruleset_word ruleset_field_states[] = {
    {"invalid", STATE_INVALID},
    {"established", 2},
    {"related", 4},
    {"new", STATE_NEW},
    {"untracked", STATE_UNTRACKED},
    {NULL, 0}};
static const struct ruleset_word ruleset_field_statuses[] = {
    {"expected", 1}, {"seen-reply", 2},     {"assured", 4}, {"confirmed", 8},
    {"snat", 16},    {"dnat", STATUS_DNAT}, {NULL, 0}};
static const struct ruleset_word ruleset_field_directions[] = {
    {"original", 0}, {"reply", 1}, {NULL, 0}};
static const struct ruleset_word ruleset_field_flags[] = {
    {"fin", 1},  {"syn", FLAG_SYN}, {"rst", 4},   {"psh", 8}, {"ack", 16},
    {"urg", 32}, {"ecn", 64},       {"cwr", 128}, {NULL, 0}};
static const struct ruleset_word ruleset_field_packets[] = {
    {"host", 0},      {"unicast", 0}, {"broadcast", 1},
    {"multicast", 2}, {"other", 3},   {NULL, 0}};
static const struct ruleset_word ruleset_field_routes[] = {
    {"unspec", 0},    {"unicast", 1},     {"local", TYPE_LOCAL},
    {"broadcast", 3}, {"anycast", 4},     {"multicast", 5},
    {"blackhole", 6}, {"unreachable", 7}, {"prohibit", 8},
    {NULL, 0}};
static const struct ruleset_word ruleset_field_links[] = {
    {"ether", LINK_ETHER}, {"ppp", 512}, {"loopback", 772}, {NULL, 0}};

static void ruleset_field_put(uint8_t out[16], uint64_t number)
{
	memset(out, 0, 16);
	for (int i = 15; i >= 8; i--, number >>= 8)
		out[i] = (uint8_t)number;
}

void ruleset_field_number(struct ruleset_span *out, uint64_t low, uint64_t high)
{
	out->kind = SPAN_NUMBER;
	ruleset_field_put(out->low, low);
	ruleset_field_put(out->high, high);
}

static void ruleset_field_word(struct ruleset_span *out, uint64_t number,
			       const struct ruleset_word *words)
{
	ruleset_field_number(out, number, number);
	out->words = words;
}

static void ruleset_field_address(struct ruleset_span *out,
				  const struct addr *a, unsigned prefix)
{
	size_t size = a->family == ADDR_V4 ? 4 : 16;

	if (a->family == ADDR_NONE)
		return; /* any: SPAN_UNKNOWN */
	out->kind = SPAN_ADDRESS;
	memcpy(out->low, a->bytes, size);
	memcpy(out->high, a->bytes, size);
	for (size_t bit = prefix; bit < size * 8; bit++) {
		out->low[bit / 8] &= (uint8_t) ~(0x80U >> bit % 8);
		out->high[bit / 8] |= (uint8_t)(0x80U >> bit % 8);
	}
}

static bool ruleset_field_is(const char *a, const char *b)
{
	return a != NULL && strcmp(a, b) == 0;
}

static bool ruleset_field_v4(const struct ruleset_state *s)
{
	return s->packet->target.family == ADDR_V4;
}

static uint64_t ruleset_field_protocol(const struct ruleset_state *s)
{
	return s->packet->tcp ? PROTOCOL_TCP : PROTOCOL_UDP;
}

/* meta -------------------------------------------------------------------- */

static void ruleset_field_interface(const struct ruleset_state *s, bool in,
				    struct ruleset_span *out)
{
	/* An incoming packet has no outgoing interface on its way to a socket,
	 * and the other way round: the kernel compares with "". */
	if (in == s->packet->outgoing) {
		out->kind = SPAN_TEXT;
		out->text = "";
	} else if (s->packet->interface != NULL) {
		out->kind = SPAN_TEXT;
		out->text = s->packet->interface;
	}
}

static void ruleset_field_meta(const struct ruleset_state *s, const char *key,
			       struct ruleset_span *out)
{
	if (ruleset_field_is(key, "l4proto"))
		ruleset_field_word(out, ruleset_field_protocol(s),
				   ruleset_field_protocols);
	else if (ruleset_field_is(key, "nfproto"))
		ruleset_field_word(out, ruleset_field_v4(s) ? 2 : 10,
				   ruleset_field_families);
	else if (ruleset_field_is(key, "protocol"))
		ruleset_field_word(out, ruleset_field_v4(s) ? 0x800 : 0x86dd,
				   ruleset_field_ether_types);
	else if (ruleset_field_is(key, "iifname") ||
		 ruleset_field_is(key, "iif"))
		ruleset_field_interface(s, true, out);
	else if (ruleset_field_is(key, "oifname") ||
		 ruleset_field_is(key, "oif"))
		ruleset_field_interface(s, false, out);
	else if (ruleset_field_is(key, "mark") && s->mark_known)
		ruleset_field_number(out, s->mark, s->mark);
	else if (ruleset_field_is(key, "pkttype") && !s->packet->outgoing)
		ruleset_field_word(out, 0, ruleset_field_packets);
	else if (ruleset_field_is(key, "iiftype") &&
		 s->packet->interface != NULL && !s->packet->outgoing &&
		 strncmp(s->packet->interface, "eth", 3) == 0)
		ruleset_field_word(out, LINK_ETHER, ruleset_field_links);
}

/* ct ---------------------------------------------------------------------- */

/* conntrack's hook is at -200 on both ways. */
enum ruleset_match ruleset_field_is_early(const struct ruleset_state *s)
{
	const char *hook = s->base->hook;

	if (ruleset_field_is(hook, "ingress"))
		return MATCH_YES;
	if (!ruleset_field_is(hook, "prerouting") &&
	    !ruleset_field_is(hook, "output"))
		return MATCH_NO;
	if (s->base->priority == PRIORITY_CONNTRACK)
		return MATCH_UNKNOWN;
	return s->base->priority < PRIORITY_CONNTRACK ? MATCH_YES : MATCH_NO;
}

static void ruleset_field_ct(const struct ruleset_state *s, const char *key,
			     struct ruleset_span *out)
{
	enum ruleset_match early = ruleset_field_is_early(s);
	uint64_t state = STATE_NEW;

	if (early == MATCH_UNKNOWN || s->maybe_untracked)
		return;
	if (ruleset_field_is(key, "state")) {
		if (s->untracked)
			state = STATE_UNTRACKED;
		else if (early == MATCH_YES)
			state = STATE_INVALID;
		ruleset_field_word(out, state, ruleset_field_states);
		out->bits = true;
	} else if (early == MATCH_YES || s->untracked) {
		out->kind = SPAN_NONE;
	} else if (ruleset_field_is(key, "direction")) {
		ruleset_field_word(out, 0, ruleset_field_directions);
	} else if (ruleset_field_is(key, "status") && !s->maybe_translated) {
		ruleset_field_word(out, s->translated ? STATUS_DNAT : 0,
				   ruleset_field_statuses);
		out->bits = true;
	}
}

/* payload ----------------------------------------------------------------- */

static void ruleset_field_of_ip(const struct ruleset_state *s,
				const char *field, struct ruleset_span *out)
{
	const struct ruleset_packet *p = s->packet;

	if (ruleset_field_is(field, "saddr"))
		ruleset_field_address(out, &p->source, p->source_prefix);
	else if (ruleset_field_is(field, "daddr") && !s->maybe_translated &&
		 !s->translated && !p->target_any)
		ruleset_field_address(out, &p->target, 128);
	else if (ruleset_field_is(field, "protocol") ||
		 ruleset_field_is(field, "nexthdr"))
		ruleset_field_word(out, ruleset_field_protocol(s),
				   ruleset_field_protocols);
	else if (ruleset_field_is(field, "version"))
		ruleset_field_number(out, ruleset_field_v4(s) ? 4 : 6,
				     ruleset_field_v4(s) ? 4 : 6);
}

static void ruleset_field_of_transport(const struct ruleset_state *s,
				       const char *field,
				       struct ruleset_span *out)
{
	const struct ruleset_packet *p = s->packet;

	if (ruleset_field_is(field, "dport")) {
		ruleset_field_number(out, s->port_low, s->port_high);
	} else if (ruleset_field_is(field, "sport") && p->source_port > 0) {
		ruleset_field_number(out, p->source_port, p->source_port);
	} else if (ruleset_field_is(field, "sport")) {
		ruleset_field_number(out, 1, UINT16_MAX);
	} else if (ruleset_field_is(field, "flags") && p->tcp) {
		ruleset_field_word(out, FLAG_SYN, ruleset_field_flags);
		out->bits = true;
	}
}

static void ruleset_field_payload(const struct ruleset_state *s,
				  const struct json_value *v,
				  struct ruleset_span *out)
{
	const char *protocol = json_tree_text(json_tree_get(v, "protocol"));
	const char *field = json_tree_text(json_tree_get(v, "field"));

	if (s->changed || protocol == NULL)
		return; /* SPAN_UNKNOWN */
	if (ruleset_field_is(protocol, "ip") ||
	    ruleset_field_is(protocol, "ip6")) {
		if (ruleset_field_is(protocol, "ip") == ruleset_field_v4(s))
			ruleset_field_of_ip(s, field, out);
		else
			out->kind = SPAN_NONE;
	} else if (ruleset_field_is(protocol, "tcp") ||
		   ruleset_field_is(protocol, "udp")) {
		if (ruleset_field_is(protocol, "tcp") == s->packet->tcp)
			ruleset_field_of_transport(s, field, out);
		else
			out->kind = SPAN_NONE;
	} else if (ruleset_field_is(protocol, "th")) {
		ruleset_field_of_transport(s, field, out);
	} else if (!ruleset_field_is(protocol, "ether") &&
		   !ruleset_field_is(protocol, "vlan")) {
		out->kind = SPAN_NONE; /* icmp, sctp, ah ... */
	}
}

/* fib --------------------------------------------------------------------- */

static bool ruleset_field_has_flag(const struct json_value *v, const char *flag)
{
	const struct json_value *flags = json_tree_get(v, "flags");

	if (ruleset_field_is(json_tree_text(flags), flag))
		return true;
	for (size_t i = 0; i < json_tree_length(flags); i++)
		if (ruleset_field_is(json_tree_text(json_tree_at(flags, i)),
				     flag))
			return true;
	return false;
}

/* The packet is for an address of this host, and comes by the interface that
 * this host's route to its source has. */
static void ruleset_field_fib(const struct ruleset_state *s,
			      const struct json_value *v,
			      struct ruleset_span *out)
{
	const char *result = json_tree_text(json_tree_get(v, "result"));

	if (s->packet->outgoing || s->changed)
		return;
	if (ruleset_field_is(result, "type") &&
	    ruleset_field_has_flag(v, "daddr") &&
	    !ruleset_field_has_flag(v, "iif") && !s->maybe_translated)
		ruleset_field_word(out, TYPE_LOCAL, ruleset_field_routes);
	else if (ruleset_field_is(result, "oif") &&
		 ruleset_field_has_flag(v, "saddr") &&
		 s->packet->interface != NULL &&
		 (s->mark_known && s->mark == 0))
		ruleset_field_number(out, 1, 1); /* there is one */
}

void ruleset_field(struct ruleset_state *s, const struct json_value *left,
		   struct ruleset_span *out)
{
	const struct json_value *v;

	*out = (struct ruleset_span){.kind = SPAN_UNKNOWN};
	if ((v = json_tree_get(left, "payload")) != NULL)
		ruleset_field_payload(s, v, out);
	else if ((v = json_tree_get(left, "meta")) != NULL)
		ruleset_field_meta(s, json_tree_text(json_tree_get(v, "key")),
				   out);
	else if ((v = json_tree_get(left, "ct")) != NULL)
		ruleset_field_ct(s, json_tree_text(json_tree_get(v, "key")),
				 out);
	else if ((v = json_tree_get(left, "fib")) != NULL)
		ruleset_field_fib(s, v, out);
	if (out->kind == SPAN_UNKNOWN) {
		struct json_member m = {0};
		const char *key = NULL;

		if (json_tree_kind(left) == JSON_IS_OBJECT &&
		    json_tree_next(left, &m)) {
			key = json_tree_text(json_tree_get(m.value, "key"));
			key = key == NULL ? json_tree_text(
						json_tree_get(m.value, "field"))
					  : key;
		}
		ruleset_note(s, m.key == NULL ? "a match" : m.key, key);
	}
}
