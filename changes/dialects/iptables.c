/*
 * iptables.c - iptables-restore(8), one file for both families:
 * ip6tables-restore skips a rule with -4, iptables-restore one with -6.
 */
#include "changes/dialect.h"

enum { IPT_COMMENT_MAX = 250 /* xt_comment takes 256 bytes */ };

static void iptables_begin(struct dialect_out *o)
{
	fputs("*filter\n"
	      ":PREFLIGHT - [0:0]\n",
	      o->file);
}

static void iptables_port(struct dialect_out *o, const struct rule *r, size_t i)
{
	const struct change *c = r->change;
	const char *word = transport_name(c->transport);
	struct port_range p;

	if (c->transport == TRANSPORT_ICMP) {
		fputs(r->family == ADDR_V4
			  ? " -p icmp -m icmp --icmp-type echo-request"
			  : " -p ipv6-icmp -m icmp6 --icmpv6-type echo-request",
		      o->file);
		return;
	}
	p = dialect_port(c, i);
	fprintf(o->file, " -p %s -m %s --dport %u", word, word, p.first);
	if (p.last != p.first)
		fprintf(o->file, ":%u", p.last);
}

/* iptables knows no lists: one line for each pair of ends and port. */
static void iptables_line(struct dialect_out *o, const struct rule *r,
			  const struct change_net *source,
			  const struct change_net *destination, size_t port)
{
	char from[ADDR_TEXT + 4], to[ADDR_TEXT + 4];

	fprintf(o->file, "%s -A PREFLIGHT -s %s -d %s",
		r->family == ADDR_V4 ? "-4" : "-6",
		change_net_text(source, from),
		change_net_text(destination, to));
	iptables_port(o, r, port);
	fputs(" -m comment --comment \"", o->file);
	dialect_plain(o, dialect_needs(o, r->change), IPT_COMMENT_MAX, "\"\\");
	fputs("\" -j ACCEPT\n", o->file);
}

static void iptables_rule(struct dialect_out *o, const struct rule *r)
{
	size_t ports = dialect_port_count(r->change);

	if (ports == 0)
		ports = 1; /* ICMP */
	for (size_t s = 0; s < r->source.net_count; s++)
		for (size_t d = 0; d < r->destination.net_count; d++)
			for (size_t p = 0; p < ports; p++)
				iptables_line(o, r, &r->source.nets[s],
					      &r->destination.nets[d], p);
}

static void iptables_end(struct dialect_out *o)
{
	fputs("COMMIT\n", o->file);
}

const struct dialect dialect_iptables = {
    .name = "iptables",
    .title = "iptables and ip6tables",
    .comment = "# ",
    .usage = "Load it with: iptables-restore --noflush FILE, and the same "
	     "file with\n"
	     "ip6tables-restore --noflush FILE. Then insert the chain once, "
	     "before rules that drop:\n"
	     "iptables -I FORWARD -j PREFLIGHT; ip6tables -I FORWARD -j "
	     "PREFLIGHT\n"
	     "(on the host itself: OUTPUT and INPUT).",
    .grammar = "iptables-restore(8)",
    .tried = true,
    .begin = iptables_begin,
    .rule = iptables_rule,
    .end = iptables_end,
};
