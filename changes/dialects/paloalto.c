/*
 * paloalto.c - PAN-OS CLI in configuration mode: address and service objects,
 * a custom URL category for wildcards of web paths, and a security rule.
 * PAN-OS Administrator's Guide, "Policy", "Create a Custom URL Category".
 */
#include "changes/dialect.h"

#include <string.h>

enum { PAN_NAME_MAX = 63, PAN_TEXT_MAX = 250 };

/* A URL category sees HTTP and TLS only. */
static bool paloalto_wildcards(const struct change *c)
{
	for (size_t i = 0; i < dialect_port_count(c); i++) {
		struct port_range p = dialect_port(c, i);

		if (p.first != p.last || (p.first != 80 && p.first != 443))
			return false;
	}
	return c->transport == TRANSPORT_TCP && c->direction == CHANGE_OUT;
}

static bool paloalto_is_wildcard(const char *name)
{
	return strncmp(name, "*.", 2) == 0;
}

static const char *paloalto_name(struct dialect_out *o, const char *text)
{
	return dialect_label(o, "PF-", text, PAN_NAME_MAX);
}

static void paloalto_objects(struct dialect_out *o,
			     const struct rule_side *side)
{
	char text[ADDR_TEXT + 4], first[ADDR_TEXT];

	for (size_t i = 0; i < side->net_count; i++) {
		const struct change_net *n = &side->nets[i];
		const char *name = paloalto_name(o, change_net_text(n, text));

		if (dialect_is_new(o, name))
			fprintf(o->file,
				"set address \"%s\" ip-netmask %s/%u\n", name,
				addr_text(&n->first, first), n->prefix);
	}
	for (size_t i = 0; i < side->name_count; i++) {
		const char *name = paloalto_name(o, side->names[i]);

		if (!dialect_is_new(o, name))
			continue;
		if (paloalto_is_wildcard(side->names[i]))
			fprintf(o->file,
				"set profiles custom-url-category \"%s\" type "
				"\"URL List\"\n"
				"set profiles custom-url-category \"%s\" list "
				"[ \"%s/\" ]\n",
				name, name, side->names[i]);
		else
			fprintf(o->file, "set address \"%s\" fqdn %s\n", name,
				side->names[i]);
	}
}

static const char *paloalto_service(struct dialect_out *o,
				    const struct change *c)
{
	const char *name;

	if (c->transport == TRANSPORT_ICMP)
		return "application-default";
	name = paloalto_name(o, arena_printf(&o->arena, "%s-%s",
					     transport_name(c->transport),
					     c->ports));
	if (dialect_is_new(o, name))
		fprintf(o->file, "set service \"%s\" protocol %s port %s\n",
			name, transport_name(c->transport), c->ports);
	return name;
}

/* The members of one kind: addresses and names, or wildcards. */
static void paloalto_members(struct dialect_out *o,
			     const struct rule_side *side, bool wildcards)
{
	char text[ADDR_TEXT + 4];

	fputs(" [", o->file);
	for (size_t i = 0; i < side->net_count && !wildcards; i++)
		fprintf(
		    o->file, " \"%s\"",
		    paloalto_name(o, change_net_text(&side->nets[i], text)));
	for (size_t i = 0; i < side->name_count; i++) {
		if (paloalto_is_wildcard(side->names[i]) == wildcards)
			fprintf(o->file, " \"%s\"",
				paloalto_name(o, side->names[i]));
	}
	fputs(" ]", o->file);
}

static bool paloalto_has(const struct rule_side *side, bool wildcards)
{
	for (size_t i = 0; i < side->name_count; i++) {
		if (paloalto_is_wildcard(side->names[i]) == wildcards)
			return true;
	}
	return !wildcards && side->net_count > 0;
}

/* One rule for addresses and names, one for URLs: a rule wants both at once. */
static void paloalto_security(struct dialect_out *o, const struct rule *r,
			      const char *service, bool wildcards)
{
	const struct change *c = r->change;
	const char *application = "any";

	if (c->transport == TRANSPORT_ICMP)
		application = r->family == ADDR_V4 ? "ping" : "ping6";
	fprintf(o->file,
		"set rulebase security rules \"%s\" from any to any "
		"source",
		paloalto_name(o, arena_printf(&o->arena, "%s-v%d%s", c->name,
					      r->family == ADDR_V4 ? 4 : 6,
					      wildcards ? "-url" : "")));
	paloalto_members(o, &r->source, false);
	fputs(" destination", o->file);
	if (wildcards) {
		fputs(" any category", o->file);
		paloalto_members(o, &r->destination, true);
	} else {
		paloalto_members(o, &r->destination, false);
	}
	fprintf(o->file,
		" application %s service %s%s%s action allow "
		"description \"",
		application, c->transport == TRANSPORT_ICMP ? "" : "\"",
		service, c->transport == TRANSPORT_ICMP ? "" : "\"");
	dialect_plain(o, dialect_needs(o, c), PAN_TEXT_MAX, "\"\\?");
	fputs("\"\n", o->file);
}

static void paloalto_rule(struct dialect_out *o, const struct rule *r)
{
	const char *service;

	paloalto_objects(o, &r->source);
	paloalto_objects(o, &r->destination);
	service = paloalto_service(o, r->change);
	if (paloalto_has(&r->destination, false))
		paloalto_security(o, r, service, false);
	if (paloalto_has(&r->destination, true))
		paloalto_security(o, r, service, true);
}

const struct dialect dialect_paloalto = {
    .name = "paloalto",
    .title = "PAN-OS CLI",
    .comment = "# ",
    .usage = "For configuration mode, without the lines that start with #. "
	     "Replace \"any\" with your\n"
	     "zones, move the rules above deny rules, then commit. A "
	     "wildcard is a URL category:\n"
	     "it matches only HTTP hosts and TLS server names.",
    .grammar = "the PAN-OS Administrator's Guide (Palo Alto Networks)",
    .names = true,
    .wildcards = paloalto_wildcards,
    .rule = paloalto_rule,
};
