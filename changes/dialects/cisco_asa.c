/*
 * cisco_asa.c - Cisco ASA: network objects and an extended access list.
 * Cisco ASA Series Firewall CLI Configuration Guide, "Objects for Access
 * Control" and "Access Control Lists".
 */
#include "changes/dialect.h"
#include "core/base/buf.h"

#include <string.h>

enum { ASA_NAME_MAX = 64, ASA_REMARK_MAX = 100 };

static const char *cisco_fqdn_name(struct dialect_out *o, const struct rule *r,
				   const char *name)
{
	return dialect_label(o, r->family == ADDR_V4 ? "PF-" : "PF6-", name,
			     ASA_NAME_MAX);
}

static void cisco_fqdns(struct dialect_out *o, const struct rule *r,
			const struct rule_side *side)
{
	for (size_t i = 0; i < side->name_count; i++) {
		const char *name = cisco_fqdn_name(o, r, side->names[i]);

		if (!dialect_is_new(o, name))
			continue;
		fprintf(o->file, "object network %s\n fqdn %s %s\n", name,
			r->family == ADDR_V4 ? "v4" : "v6", side->names[i]);
	}
}

static void cisco_member(struct dialect_out *o, const struct rule *r,
			 const struct change_net *n)
{
	char text[ADDR_TEXT + 4], mask[ADDR_TEXT], first[ADDR_TEXT];

	if (change_net_is_host(n))
		fprintf(o->file, " network-object host %s\n",
			change_net_text(n, text));
	else if (r->family == ADDR_V4)
		fprintf(o->file, " network-object %s %s\n",
			addr_text(&n->first, first), dialect_mask(n, mask));
	else
		fprintf(o->file, " network-object %s\n",
			change_net_text(n, text));
}

/* The group's name, which is made of its members. */
static const char *cisco_group(struct dialect_out *o, const struct rule *r,
			       const struct rule_side *side)
{
	char text[ADDR_TEXT + 4];
	const char *name;
	struct buf all;

	buf_init(&all, SIZE_MAX);
	buf_puts(&all, r->family == ADDR_V4 ? "4" : "6");
	for (size_t i = 0; i < side->net_count; i++)
		buf_printf(&all, " %s", change_net_text(&side->nets[i], text));
	for (size_t i = 0; i < side->name_count; i++)
		buf_printf(&all, " %s", side->names[i]);
	name = dialect_label(o, "PF-group-", buf_text(&all), ASA_NAME_MAX);
	buf_free(&all);
	cisco_fqdns(o, r, side);
	if (!dialect_is_new(o, name))
		return name;
	fprintf(o->file, "object-group network %s\n", name);
	for (size_t i = 0; i < side->net_count; i++)
		cisco_member(o, r, &side->nets[i]);
	for (size_t i = 0; i < side->name_count; i++)
		fprintf(o->file, " network-object object %s\n",
			cisco_fqdn_name(o, r, side->names[i]));
	return name;
}

static void cisco_entry(struct dialect_out *o, const char *protocol,
			const char *source, const char *destination)
{
	fprintf(o->file,
		"access-list PREFLIGHT extended permit %s object-group %s "
		"object-group %s ",
		protocol, source, destination);
}

static void cisco_rule(struct dialect_out *o, const struct rule *r)
{
	const struct change *c = r->change;
	const char *source = cisco_group(o, r, &r->source);
	const char *destination = cisco_group(o, r, &r->destination);

	fputs("access-list PREFLIGHT remark ", o->file);
	dialect_plain(o, dialect_needs(o, c), ASA_REMARK_MAX, "?");
	putc('\n', o->file);
	if (c->transport == TRANSPORT_ICMP) {
		cisco_entry(o, r->family == ADDR_V4 ? "icmp" : "icmp6", source,
			    destination);
		fprintf(o->file, "%u\n", dialect_echo_type(r));
		return;
	}
	for (size_t i = 0; i < dialect_port_count(c); i++) {
		struct port_range p = dialect_port(c, i);

		cisco_entry(o, transport_name(c->transport), source,
			    destination);
		if (p.first == p.last)
			fprintf(o->file, "eq %u\n", p.first);
		else
			fprintf(o->file, "range %u %u\n", p.first, p.last);
	}
}

const struct dialect dialect_cisco_asa = {
    .name = "cisco-asa",
    .title = "Cisco ASA CLI",
    .comment = "! ",
    .usage = "For configuration mode. Replace PREFLIGHT with your access "
	     "list's name; put the entries before deny\n"
	     "entries. Names need a DNS server on the ASA (dns "
	     "domain-lookup, dns server-group).",
    .grammar = "the ASA Firewall CLI Configuration Guide (Cisco)",
    .names = true,
    .rule = cisco_rule,
};
