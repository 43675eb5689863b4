/*
 * mikrotik.c - RouterOS: address lists, which take DNS names since 6.36, and a
 * filter rule. https://help.mikrotik.com/docs, "Address-lists", "Filter".
 */
#include "changes/dialect.h"

enum {
	ROS_NAME_MAX = 60,
	ROS_TEXT_MAX = 200,
	ROS_PORTS_MAX = 7 /* of one rule: a range counts twice, 15 fit */
};

/* In RouterOS strings $, [ ] and \ mean something. */
static const char ros_forbidden[] = "\"\\$[]{};";

static const char *mikrotik_menu(const struct rule *r)
{
	return r->family == ADDR_V4 ? "/ip" : "/ipv6";
}

static void mikrotik_item(struct dialect_out *o, const struct rule *r,
			  const char *list, const char *address)
{
	const char *key = arena_printf(&o->arena, "%s %s %s", mikrotik_menu(r),
				       list, address);

	if (dialect_is_new(o, key))
		fprintf(o->file,
			"%s firewall address-list add list=%s address=%s\n",
			mikrotik_menu(r), list, address);
}

static const char *mikrotik_list(struct dialect_out *o, const struct rule *r,
				 const struct rule_side *side, const char *end)
{
	const char *list = dialect_label(
	    o, "preflight-",
	    arena_printf(&o->arena, "%s-%s", r->change->name, end),
	    ROS_NAME_MAX);
	char text[ADDR_TEXT + 4];

	for (size_t i = 0; i < side->net_count; i++)
		mikrotik_item(o, r, list,
			      change_net_text(&side->nets[i], text));
	for (size_t i = 0; i < side->name_count; i++)
		mikrotik_item(o, r, list, side->names[i]);
	return list;
}

static void mikrotik_ports(struct dialect_out *o, const struct change *c,
			   size_t first)
{
	fprintf(o->file,
		" protocol=%s dst-port=", transport_name(c->transport));
	for (size_t i = first;
	     i < dialect_port_count(c) && i < first + ROS_PORTS_MAX; i++) {
		struct port_range p = dialect_port(c, i);

		fprintf(o->file, "%s%u", i > first ? "," : "", p.first);
		if (p.last != p.first)
			fprintf(o->file, "-%u", p.last);
	}
}

static void mikrotik_rule(struct dialect_out *o, const struct rule *r)
{
	const struct change *c = r->change;
	const char *source = mikrotik_list(o, r, &r->source, "src");
	const char *destination = mikrotik_list(o, r, &r->destination, "dst");
	bool echo = c->transport == TRANSPORT_ICMP;

	for (size_t i = 0; echo ? i == 0 : i < dialect_port_count(c);
	     i += ROS_PORTS_MAX) {
		fprintf(o->file,
			"%s firewall filter add chain=forward action=accept "
			"src-address-list=%s dst-address-list=%s",
			mikrotik_menu(r), source, destination);
		if (echo)
			fprintf(o->file, " protocol=%s icmp-options=%u:0",
				r->family == ADDR_V4 ? "icmp" : "icmpv6",
				dialect_echo_type(r));
		else
			mikrotik_ports(o, c, i);
		fputs(" comment=\"preflight ", o->file);
		dialect_plain(o, dialect_needs(o, c), ROS_TEXT_MAX,
			      ros_forbidden);
		fputs("\"\n", o->file);
	}
}

const struct dialect dialect_mikrotik = {
    .name = "mikrotik",
    .title = "MikroTik RouterOS",
    .comment = "# ",
    .usage = "Paste it into a terminal, or: import FILE. Move the filter "
	     "rules above drop rules.\n"
	     "Before loading it again, remove all entries whose names start "
	     "with preflight.",
    .grammar = "the RouterOS documentation (MikroTik)",
    .names = true,
    .rule = mikrotik_rule,
};
