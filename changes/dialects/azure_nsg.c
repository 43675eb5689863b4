/*
 * azure_nsg.c - Azure CLI: rules of a network security group.
 * https://learn.microsoft.com/cli/azure/network/nsg/rule
 */
#include "changes/dialect.h"

enum {
	AZURE_NAME_MAX = 80,
	AZURE_TEXT_MAX = 140,
	AZURE_FIRST = 1000, /* priorities go from 100 to 4096 */
	AZURE_LAST = 4096
};

static const char *azure_refuses(const struct rule *r)
{
	return r->family == ADDR_V6 && r->change->transport == TRANSPORT_ICMP
		   ? "a network security group does not support ICMPv6"
		   : NULL;
}

static void azure_nets(struct dialect_out *o, const char *option,
		       const struct rule_side *side)
{
	char first[ADDR_TEXT];

	fprintf(o->file, " --%s-address-prefixes", option);
	for (size_t i = 0; i < side->net_count; i++)
		fprintf(o->file, " %s/%u",
			addr_text(&side->nets[i].first, first),
			side->nets[i].prefix);
}

static void azure_ports(struct dialect_out *o, const struct change *c)
{
	fputs(" --destination-port-ranges", o->file);
	if (c->transport == TRANSPORT_ICMP)
		fputs(" '*'", o->file);
	for (size_t i = 0; i < dialect_port_count(c); i++) {
		struct port_range p = dialect_port(c, i);

		fprintf(o->file, " %u", p.first);
		if (p.last != p.first)
			fprintf(o->file, "-%u", p.last);
	}
}

static const char *azure_protocol(const struct change *c)
{
	return c->transport == TRANSPORT_TCP   ? "Tcp"
	       : c->transport == TRANSPORT_UDP ? "Udp"
					       : "Icmp";
}

static void azure_rule(struct dialect_out *o, const struct rule *r)
{
	const struct change *c = r->change;
	size_t priority = AZURE_FIRST + o->rule_count;

	if (priority > AZURE_LAST) {
		not_written_add(
		    o, &(struct not_written){
			   c, r->family == ADDR_V4 ? "IPv4" : "IPv6",
			   "no free priority is left in the group", NULL});
		return;
	}
	fprintf(o->file,
		"az network nsg rule create --resource-group "
		"\"$RESOURCE_GROUP\" --nsg-name \"$NSG\" --name %s --priority "
		"%zu --direction %s --access Allow --protocol %s",
		dialect_label(o, "preflight-",
			      arena_printf(&o->arena, "%s-v%d", c->name,
					   r->family == ADDR_V4 ? 4 : 6),
			      AZURE_NAME_MAX),
		priority, c->direction == CHANGE_OUT ? "Outbound" : "Inbound",
		azure_protocol(c));
	azure_nets(o, "source", &r->source);
	fputs(" --source-port-ranges '*'", o->file);
	azure_nets(o, "destination", &r->destination);
	azure_ports(o, c);
	fputs(" --description '", o->file);
	dialect_plain(o, dialect_needs(o, c), AZURE_TEXT_MAX, "'\\\"`$");
	fputs("'\n", o->file);
}

const struct dialect dialect_azure_nsg = {
    .name = "azure-nsg",
    .title = "Azure network security group, Azure CLI",
    .comment = "# ",
    .place = "the network security group of this host",
    .usage = "For a POSIX shell: set RESOURCE_GROUP=... NSG=... first. "
	     "Priorities start at 1000: they must\n"
	     "be lower numbers than those of deny rules. Names are not "
	     "possible; ICMP rules are not limited\n"
	     "to echo.",
    .grammar = "az network nsg rule create (Microsoft)",
    .refuses = azure_refuses,
    .rule = azure_rule,
};
