/*
 * ruleset_save_match.c - what the options of a rule of iptables match: the
 * table is below (iptables-extensions(8)). What is not there may match or not.
 */
#include "core/proto/ruleset_save_internal.h"
#include "core/base/text.h"

#include <stdio.h>
#include <string.h>

/* JSON -------------------------------------------------------------------- */

bool ruleset_save_is_plain(const char *text)
{
	for (; *text != '\0'; text++)
		if (*text == '"' || *text == '\\' || *text < 0x20 ||
		    *text == 0x7f)
			return false;
	return true;
}

void ruleset_save_item(struct ruleset_save_rule *r, const char *json)
{
	buf_printf(&r->expr, "%s%s", r->expr.length == 0 ? "" : ",", json);
}

void ruleset_save_unknown(struct ruleset_save_rule *r, const char *type,
			  const char *name)
{
	char json[SAVE_WORD * 2];

	snprintf(json, sizeof json,
		 "{\"xt\":{\"type\":\"%s\",\"name\":\"%s\"}}", type,
		 ruleset_save_is_plain(name) ? name : "");
	ruleset_save_item(r, json);
}

static void ruleset_save_match(struct ruleset_save_rule *r, const char *op,
			       const char *left, const char *right)
{
	char json[SAVE_LINE];

	if (r->negated)
		op = "!=";
	if (snprintf(json, sizeof json,
		     "{\"match\":{\"op\":\"%s\",\"left\":%s,\"right\":%s}}", op,
		     left, right) < (int)sizeof json)
		ruleset_save_item(r, json);
	else
		ruleset_save_unknown(r, "match", "long");
}

/* Values ------------------------------------------------------------------ */

/* "80", "80:90", "22,80:90" to a number, a range or a set; false: it is none.
 */
static bool ruleset_save_ports(char *text, struct buf *out)
{
	char *rest = text, *one;
	size_t count = 0;

	buf_puts(out, "{\"set\":[");
	while ((one = text_split(&rest, ",")) != NULL) {
		char *high = one, *low = text_split(&high, ":");
		int64_t first, last;

		if (!text_number(low, 0, UINT16_MAX, &first))
			return false;
		last = first;
		if (high != NULL && !text_number(high, 0, UINT16_MAX, &last))
			return false;
		buf_printf(out, "%s{\"range\":[%lld,%lld]}",
			   count++ == 0 ? "" : ",", (long long)first,
			   (long long)last);
	}
	buf_puts(out, "]}");
	return count > 0 && !out->overflow;
}

static void ruleset_save_port_match(struct ruleset_save_rule *r, char *value,
				    const char *field)
{
	char left[128];
	struct buf right;

	buf_init(&right, SAVE_LINE / 2);
	snprintf(left, sizeof left,
		 "{\"payload\":{\"protocol\":\"th\",\"field\":\"%s\"}}", field);
	if (ruleset_save_ports(value, &right))
		ruleset_save_match(r, "==", left, buf_text(&right));
	else
		ruleset_save_unknown(r, "match", field);
	buf_free(&right);
}

static void ruleset_save_address(struct ruleset_save_rule *r, char *value,
				 const char *field)
{
	char *rest = value, *address = text_split(&rest, "/");
	char left[96], right[192];
	struct addr a;
	int64_t length;

	if (!addr_parse(&a, address)) {
		ruleset_save_unknown(r, "match", "an address");
		return;
	}
	length = a.family == ADDR_V4 ? 32 : 128;
	if (rest != NULL && !text_number(rest, 0, length, &length)) {
		ruleset_save_unknown(r, "match", "a mask");
		return;
	}
	snprintf(left, sizeof left,
		 "{\"payload\":{\"protocol\":\"%s\",\"field\":\"%s\"}}",
		 a.family == ADDR_V4 ? "ip" : "ip6", field);
	snprintf(right, sizeof right,
		 "{\"prefix\":{\"addr\":\"%.64s\",\"len\":%lld}}", address,
		 (long long)length);
	ruleset_save_match(r, "==", left, right);
}

/* "eth+" is "eth*" in nft's words. */
static void ruleset_save_interface(struct ruleset_save_rule *r, char *value,
				   const char *key)
{
	char left[64], right[SAVE_WORD];
	size_t length = strlen(value);

	if (!ruleset_save_is_plain(value) || length == 0 || length > 32 ||
	    strchr(value, '*') != NULL) {
		ruleset_save_unknown(r, "match", key);
		return;
	}
	if (value[length - 1] == '+')
		value[length - 1] = '*';
	snprintf(left, sizeof left, "{\"meta\":{\"key\":\"%s\"}}", key);
	snprintf(right, sizeof right, "\"%s\"", value);
	ruleset_save_match(r, "==", left, right);
}

/* "RELATED,ESTABLISHED": any of them. */
static void ruleset_save_states(struct ruleset_save_rule *r, char *value,
				const char *unused)
{
	char *rest = value, *one;
	struct buf right;
	size_t count = 0;

	(void)unused;
	buf_init(&right, SAVE_WORD * 2);
	buf_puts(&right, "{\"set\":[");
	while ((one = text_split(&rest, ",")) != NULL) {
		for (char *c = one; *c != '\0'; c++)
			if (*c >= 'A' && *c <= 'Z')
				*c = (char)(*c - 'A' + 'a');
		/* Two that a new packet of an untouched connection is not. */
		if (strcmp(one, "snat") == 0 || strcmp(one, "dnat") == 0 ||
		    !ruleset_save_is_plain(one)) {
			count = 0;
			break;
		}
		buf_printf(&right, "%s\"%s\"", count++ == 0 ? "" : ",", one);
	}
	buf_puts(&right, "]}");
	if (count > 0 && !right.overflow)
		ruleset_save_match(r, "==", "{\"ct\":{\"key\":\"state\"}}",
				   buf_text(&right));
	else
		ruleset_save_unknown(r, "match", "conntrack");
	buf_free(&right);
}

static void ruleset_save_protocol(struct ruleset_save_rule *r, char *value,
				  const char *unused)
{
	char right[SAVE_WORD];
	int64_t number;

	(void)unused;
	if (!ruleset_save_is_plain(value) || strlen(value) > 64)
		return ruleset_save_unknown(r, "match", "a protocol");
	if (!r->negated)
		r->protocol = value;
	if (text_number(value, 0, UINT8_MAX, &number))
		snprintf(right, sizeof right, "%lld", (long long)number);
	else
		snprintf(right, sizeof right, "\"%s\"", value);
	ruleset_save_match(r, "==", "{\"meta\":{\"key\":\"l4proto\"}}", right);
}

static void ruleset_save_type(struct ruleset_save_rule *r, char *value,
			      const char *unused)
{
	char right[SAVE_WORD];

	(void)unused;
	for (char *c = value; *c != '\0'; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
	if (!ruleset_save_is_plain(value) || strchr(value, ',') != NULL ||
	    strlen(value) > 64)
		return ruleset_save_unknown(r, "match", "addrtype");
	snprintf(right, sizeof right, "\"%s\"", value);
	ruleset_save_match(
	    r, "==", "{\"fib\":{\"result\":\"type\",\"flags\":[\"daddr\"]}}",
	    right);
}

static unsigned ruleset_save_flags(char *text)
{
	static const char *const names[] = {"FIN", "SYN", "RST", "PSH",
					    "ACK", "URG", NULL};
	char *one;
	unsigned bits = 0;

	while ((one = text_split(&text, ",")) != NULL)
		for (unsigned i = 0; names[i] != NULL; i++)
			if (strcmp(one, names[i]) == 0 ||
			    strcmp(one, "ALL") == 0)
				bits |= 1U << i;
	return bits;
}

/* No packet of TCP or UDP without extension headers has it. */
static void ruleset_save_never(struct ruleset_save_rule *r, char *value,
			       const char *name)
{
	(void)value;
	if (r->negated)
		ruleset_save_unknown(r, "match", name);
	else
		ruleset_save_item(
		    r, "{\"match\":{\"op\":\"==\",\"left\":{\"payload\":{"
		       "\"protocol\":\"none\",\"field\":\"type\"}},"
		       "\"right\":0}}");
}

/* "--tcp-flags FIN,SYN,RST,ACK SYN": the packet is a SYN. */
static void ruleset_save_tcp_flags(struct ruleset_save_rule *r, char *value,
				   const char *name)
{
	enum { SYN = 2 };
	unsigned mask = ruleset_save_flags(value);
	bool is = r->at < r->count &&
		  (SYN & mask) == ruleset_save_flags(r->words[r->at++]);

	if (is != r->negated)
		return;
	r->negated = false;
	ruleset_save_never(r, value, name);
}

static void ruleset_save_nothing(struct ruleset_save_rule *r, char *value,
				 const char *name)
{
	(void)r;
	(void)value;
	(void)name;
}

/* Options ----------------------------------------------------------------- */

/* What each option says; those of one value. */
static const struct ruleset_save_option {
	const char *name;
	void (*read)(struct ruleset_save_rule *r, char *value,
		     const char *argument);
	const char *argument;
} ruleset_save_options[] = {
    {"-p", ruleset_save_protocol, NULL},
    {"-s", ruleset_save_address, "saddr"},
    {"-d", ruleset_save_address, "daddr"},
    {"-i", ruleset_save_interface, "iifname"},
    {"-o", ruleset_save_interface, "oifname"},
    {"--dport", ruleset_save_port_match, "dport"},
    {"--sport", ruleset_save_port_match, "sport"},
    {"--dports", ruleset_save_port_match, "dport"},
    {"--sports", ruleset_save_port_match, "sport"},
    {"--ctstate", ruleset_save_states, NULL},
    {"--state", ruleset_save_states, NULL},
    {"--dst-type", ruleset_save_type, NULL},
    {"--tcp-flags", ruleset_save_tcp_flags, "tcp"},
    {"--comment", ruleset_save_nothing, NULL},
    {"--icmp-type", ruleset_save_never, "icmp"},
    {"--icmpv6-type", ruleset_save_never, "icmp6"},
    {"--rt-type", ruleset_save_never, "rt"},
};

/* Modules whose options are all above: they say nothing by themselves. */
static const char *const ruleset_save_modules[] = {
    "tcp",     "udp",  "multiport", "conntrack", "state", "addrtype",
    "comment", "icmp", "icmp6",     "rt",        NULL};

static bool ruleset_save_is_option(const char *word)
{
	return word[0] == '-' || strcmp(word, "!") == 0;
}

static void ruleset_save_skip_values(struct ruleset_save_rule *r)
{
	while (r->at < r->count && !ruleset_save_is_option(r->words[r->at]))
		r->at++;
}

void ruleset_save_module(struct ruleset_save_rule *r, const char *name)
{
	if (text_nearest_of(name, ruleset_save_modules) != NULL)
		for (size_t i = 0; ruleset_save_modules[i] != NULL; i++)
			if (strcmp(name, ruleset_save_modules[i]) == 0)
				return;
	ruleset_save_unknown(r, "match", name);
}

void ruleset_save_one_option(struct ruleset_save_rule *r, const char *name)
{
	size_t count =
	    sizeof ruleset_save_options / sizeof ruleset_save_options[0];

	for (size_t i = 0; i < count; i++) {
		if (strcmp(ruleset_save_options[i].name, name) != 0 ||
		    r->at >= r->count)
			continue;
		ruleset_save_options[i].read(r, r->words[r->at++],
					     ruleset_save_options[i].argument);
		return;
	}
	/* Of a module that is not known it is known already. */
	if (strncmp(name, "--", 2) != 0 || r->negated)
		ruleset_save_unknown(r, "match", name);
	else if (strcmp(name, "--ctdir") == 0 ||
		 strncmp(name, "--ct", 4) == 0 ||
		 strncmp(name, "--limit-iface", 13) == 0 ||
		 strcmp(name, "--src-type") == 0 ||
		 strcmp(name, "--ports") == 0 ||
		 strcmp(name, "--tcp-option") == 0 ||
		 strncmp(name, "--rt-", 5) == 0)
		ruleset_save_unknown(r, "match", name);
	ruleset_save_skip_values(r);
}
