/*
 * pfsense.c - pfSense: its command easyrule, and host aliases for names.
 * https://docs.netgate.com/pfsense, "Adding Rules with easyrule": pass
 * INTERFACE PROTOCOL SOURCE DESTINATION [PORT], IPv4, one port at a time;
 * source and destination may be aliases.
 */
#include "changes/dialect.h"

#include <string.h>

enum { PFSENSE_ALIAS_MAX = 31 };

/* Letters, digits and underscores. */
static const char *pfsense_alias(struct dialect_out *o, const char *name)
{
	const char *label = dialect_label(o, "PF_", name, PFSENSE_ALIAS_MAX);
	char *alias = arena_strdup(&o->arena, label);

	for (char *c = alias; *c != '\0'; c++)
		*c = *c == '.' || *c == '-' ? '_' : *c;
	return alias;
}

static void pfsense_aliases(struct dialect_out *o, const struct rule_side *side)
{
	for (size_t i = 0; i < side->name_count; i++) {
		const char *alias = pfsense_alias(o, side->names[i]);

		if (dialect_is_new(o, alias))
			dialect_comment(o,
					"  alias %s of type Host(s), Firewall "
					"> Aliases: %s",
					alias, side->names[i]);
	}
}

static const char *pfsense_end(struct dialect_out *o,
			       const struct rule_side *side, size_t i)
{
	char text[ADDR_TEXT + 4];

	if (i < side->net_count)
		return arena_strdup(&o->arena,
				    change_net_text(&side->nets[i], text));
	return pfsense_alias(o, side->names[i - side->net_count]);
}

static bool pfsense_is_range(const struct change *c, size_t i)
{
	struct port_range p = dialect_port(c, i);

	return p.first != p.last;
}

static const char *pfsense_refuses(const struct rule *r)
{
	return r->family == ADDR_V6
		   ? "easyrule only writes IPv4 rules: add this one under "
		     "Firewall > Rules"
		   : NULL;
}

static void pfsense_ranges(struct dialect_out *o, const struct change *c)
{
	for (size_t i = 0; i < dialect_port_count(c); i++) {
		struct port_range p = dialect_port(c, i);

		if (!pfsense_is_range(c, i))
			continue;
		not_written_add(
		    o,
		    &(struct not_written){
			c,
			arena_printf(&o->arena, "ports %u-%u", p.first, p.last),
			"easyrule does not accept a port range: add this "
			"rule under Firewall > Rules",
			NULL});
	}
}

static void pfsense_lines(struct dialect_out *o, const struct rule *r,
			  const char *source, const char *destination)
{
	const struct change *c = r->change;
	const char *interface = c->direction == CHANGE_THROUGH ? "wan" : "lan";

	if (c->transport == TRANSPORT_ICMP)
		fprintf(o->file, "easyrule pass %s icmp %s %s\n", interface,
			source, destination);
	for (size_t i = 0; i < dialect_port_count(c); i++) {
		if (pfsense_is_range(c, i))
			continue;
		fprintf(o->file, "easyrule pass %s %s %s %s %u\n", interface,
			transport_name(c->transport), source, destination,
			dialect_port(c, i).first);
	}
}

static void pfsense_rule(struct dialect_out *o, const struct rule *r)
{
	size_t sources = r->source.net_count + r->source.name_count;
	size_t destinations =
	    r->destination.net_count + r->destination.name_count;

	pfsense_aliases(o, &r->source);
	pfsense_aliases(o, &r->destination);
	pfsense_ranges(o, r->change);
	for (size_t s = 0; s < sources; s++)
		for (size_t d = 0; d < destinations; d++)
			pfsense_lines(o, r, pfsense_end(o, &r->source, s),
				      pfsense_end(o, &r->destination, d));
}

const struct dialect dialect_pfsense = {
    .name = "pfsense",
    .title = "pfSense shell, easyrule",
    .comment = "# ",
    .usage = "Create the aliases first, then run this in the shell "
	     "(Diagnostics > Command Prompt).\n"
	     "A rule belongs to the interface where packets arrive: replace "
	     "lan with yours (and wan,\n"
	     "if the connection is opened from outside). ICMP rules of "
	     "easyrule are not limited\n"
	     "to echo.",
    .grammar = "easyrule (Netgate documentation)",
    .names = true,
    .refuses = pfsense_refuses,
    .rule = pfsense_rule,
};
