/*
 * fortigate.c - FortiOS CLI: address and service objects, then a policy.
 * https://docs.fortinet.com, CLI reference: firewall address, address6,
 * service custom, policy; "Using wildcard FQDN addresses in firewall policies".
 */
#include "changes/dialect.h"

#include <string.h>

enum { FORTI_ADDRESS_MAX = 63, FORTI_POLICY_MAX = 35, FORTI_COMMENT_MAX = 240 };

static bool fortigate_wildcards(const struct change *c)
{
	(void)c;
	return true;
}

/* A star in a label is a dash and a number. */
static const char *fortigate_name(struct dialect_out *o, const struct rule *r,
				  const char *text)
{
	return dialect_label(o, r->family == ADDR_V4 ? "PF-" : "PF6-", text,
			     FORTI_ADDRESS_MAX);
}

static void fortigate_close(struct dialect_out *o)
{
	if (o->section != NULL)
		fputs("end\n", o->file);
	o->section = NULL;
}

/* A section of its own for each object, so that each can be pasted alone; but
 * in a ticket, which has no room. */
static void fortigate_begin(struct dialect_out *o, const char *section)
{
	if (o->section != NULL && strcmp(o->section, section) == 0)
		return;
	fortigate_close(o);
	fprintf(o->file, "config firewall %s\n", section);
	o->section = section;
}

static void fortigate_end_object(struct dialect_out *o)
{
	fputs("    next\n", o->file);
	if (!o->bare)
		fortigate_close(o);
}

static void fortigate_begin_address(struct dialect_out *o, const struct rule *r,
				    const char *name)
{
	fortigate_begin(o, r->family == ADDR_V4 ? "address" : "address6");
	fprintf(o->file, "    edit \"%s\"\n", name);
}

static void fortigate_net(struct dialect_out *o, const struct rule *r,
			  const struct change_net *n)
{
	char text[ADDR_TEXT + 4], mask[ADDR_TEXT], first[ADDR_TEXT];
	const char *name = fortigate_name(o, r, change_net_text(n, text));

	if (!dialect_is_new(o, name))
		return;
	fortigate_begin_address(o, r, name);
	addr_text(&n->first, first);
	if (r->family == ADDR_V4)
		fprintf(o->file, "        set subnet %s %s\n", first,
			dialect_mask(n, mask));
	else
		fprintf(o->file, "        set ip6 %s/%u\n", first, n->prefix);
	fortigate_end_object(o);
}

static void fortigate_fqdn(struct dialect_out *o, const struct rule *r,
			   const char *text)
{
	const char *name = fortigate_name(o, r, text);

	if (!dialect_is_new(o, name))
		return;
	fortigate_begin_address(o, r, name);
	fprintf(o->file, "        set type fqdn\n        set fqdn \"%s\"\n",
		text);
	fortigate_end_object(o);
}

static void fortigate_objects(struct dialect_out *o, const struct rule *r,
			      const struct rule_side *side)
{
	for (size_t i = 0; i < side->net_count; i++)
		fortigate_net(o, r, &side->nets[i]);
	for (size_t i = 0; i < side->name_count; i++)
		fortigate_fqdn(o, r, side->names[i]);
}

static const char *fortigate_service_name(struct dialect_out *o,
					  const struct rule *r)
{
	const struct change *c = r->change;

	if (c->transport == TRANSPORT_ICMP)
		return r->family == ADDR_V4 ? "PF-echo" : "PF6-echo";
	return dialect_label(o, "PF-",
			     arena_printf(&o->arena, "%s-%s",
					  transport_name(c->transport),
					  c->ports),
			     FORTI_ADDRESS_MAX);
}

static void fortigate_service(struct dialect_out *o, const struct rule *r)
{
	const struct change *c = r->change;
	const char *name = fortigate_service_name(o, r);

	if (!dialect_is_new(o, name))
		return;
	fortigate_begin(o, "service custom");
	fprintf(o->file, "    edit \"%s\"\n", name);
	if (c->transport == TRANSPORT_ICMP) {
		fprintf(o->file,
			"        set protocol %s\n        set icmptype %u\n",
			r->family == ADDR_V4 ? "ICMP" : "ICMP6",
			dialect_echo_type(r));
	} else {
		fprintf(o->file, "        set %s-portrange",
			transport_name(c->transport));
		for (size_t i = 0; i < dialect_port_count(c); i++) {
			struct port_range p = dialect_port(c, i);

			fprintf(o->file, " %u", p.first);
			if (p.last != p.first)
				fprintf(o->file, "-%u", p.last);
		}
		putc('\n', o->file);
	}
	fortigate_end_object(o);
}

static void fortigate_members(struct dialect_out *o, const char *key,
			      const struct rule *r,
			      const struct rule_side *side)
{
	char text[ADDR_TEXT + 4];

	fprintf(o->file, "        set %s%s", key,
		r->family == ADDR_V4 ? "" : "6");
	for (size_t i = 0; i < side->net_count; i++)
		fprintf(o->file, " \"%s\"",
			fortigate_name(o, r,
				       change_net_text(&side->nets[i], text)));
	for (size_t i = 0; i < side->name_count; i++)
		fprintf(o->file, " \"%s\"",
			fortigate_name(o, r, side->names[i]));
	putc('\n', o->file);
}

static void fortigate_rule(struct dialect_out *o, const struct rule *r)
{
	fortigate_objects(o, r, &r->source);
	fortigate_objects(o, r, &r->destination);
	fortigate_service(o, r);
	fortigate_begin(o, "policy");
	fprintf(o->file, "    edit 0\n        set name \"%s\"\n",
		dialect_label(o, r->family == ADDR_V4 ? "PF-" : "PF6-",
			      r->change->name, FORTI_POLICY_MAX));
	fputs("        set srcintf \"any\"\n        set dstintf \"any\"\n",
	      o->file);
	fortigate_members(o, "srcaddr", r, &r->source);
	fortigate_members(o, "dstaddr", r, &r->destination);
	fprintf(o->file,
		"        set action accept\n        set schedule \"always\"\n"
		"        set service \"%s\"\n        set comments \"",
		fortigate_service_name(o, r));
	dialect_plain(o, dialect_needs(o, r->change), FORTI_COMMENT_MAX,
		      "\"\\");
	fputs("\"\n", o->file);
	fortigate_end_object(o);
}

const struct dialect dialect_fortigate = {
    .name = "fortigate",
    .title = "FortiOS CLI",
    .comment = "# ",
    .usage = "Replace \"any\" with your interfaces; for policies to the "
	     "internet add: set nat enable\n"
	     "Move the policies above deny policies. Wildcard names need "
	     "FortiOS 6.2.2 or later,\n"
	     "and the host's DNS queries must pass through the FortiGate.",
    .grammar = "the FortiOS CLI reference (Fortinet)",
    .names = true,
    .wildcards = fortigate_wildcards,
    .rule = fortigate_rule,
    .end = fortigate_close,
};
