/*
 * windows.c - PowerShell, New-NetFirewallRule: the firewall of the Windows
 * host itself. https://learn.microsoft.com/powershell/module/netsecurity
 */
#include "changes/dialect.h"

enum { WINDOWS_TEXT_MAX = 250 };

/* Single quotes take everything but themselves; PowerShell also ends a string
 * at typographic ones, which dialect_plain() does not let through. */
static void windows_quote(struct dialect_out *o, const char *text)
{
	putc('\'', o->file);
	dialect_plain(o, text, WINDOWS_TEXT_MAX, "'`$\"");
	putc('\'', o->file);
}

static void windows_nets(struct dialect_out *o, const char *option,
			 const struct rule_side *side)
{
	char text[ADDR_TEXT + 4];

	fprintf(o->file, " %s ", option);
	for (size_t i = 0; i < side->net_count; i++)
		fprintf(o->file, "%s'%s'", i > 0 ? "," : "",
			change_net_text(&side->nets[i], text));
}

static void windows_ports(struct dialect_out *o, const struct rule *r)
{
	const struct change *c = r->change;
	bool inbound = c->direction == CHANGE_IN;

	if (c->transport == TRANSPORT_ICMP) {
		fprintf(o->file, " -Protocol %s -IcmpType %u",
			r->family == ADDR_V4 ? "ICMPv4" : "ICMPv6",
			dialect_echo_type(r));
		return;
	}
	fprintf(o->file, " -Protocol %s %s ",
		c->transport == TRANSPORT_TCP ? "TCP" : "UDP",
		inbound ? "-LocalPort" : "-RemotePort");
	for (size_t i = 0; i < dialect_port_count(c); i++) {
		struct port_range p = dialect_port(c, i);

		fprintf(o->file, "%s'%u", i > 0 ? "," : "", p.first);
		if (p.last != p.first)
			fprintf(o->file, "-%u", p.last);
		putc('\'', o->file);
	}
}

static const char *windows_refuses(const struct rule *r)
{
	return r->change->direction == CHANGE_THROUGH
		   ? "this path does not pass this host's firewall"
		   : NULL;
}

static void windows_rule(struct dialect_out *o, const struct rule *r)
{
	const struct change *c = r->change;
	bool inbound = c->direction == CHANGE_IN;

	fputs("New-NetFirewallRule -Name ", o->file);
	windows_quote(o,
		      dialect_label(o, "preflight-",
				    arena_printf(&o->arena, "%s-v%d", c->name,
						 r->family == ADDR_V4 ? 4 : 6),
				    WINDOWS_TEXT_MAX));
	fputs(" -DisplayName ", o->file);
	windows_quote(
	    o, arena_printf(&o->arena, "preflight %s", dialect_needs(o, c)));
	fputs(" -Group 'preflight' -Description ", o->file);
	windows_quote(o, c->needs[0].requirement->purpose != NULL
			     ? c->needs[0].requirement->purpose
			     : c->needs[0].requirement->title);
	fprintf(o->file, " -Direction %s -Action Allow",
		inbound ? "Inbound" : "Outbound");
	windows_ports(o, r);
	windows_nets(o, "-LocalAddress",
		     inbound ? &r->destination : &r->source);
	windows_nets(o, "-RemoteAddress",
		     inbound ? &r->source : &r->destination);
	putc('\n', o->file);
}

const struct dialect dialect_windows = {
    .name = "windows",
    .title = "Windows Defender Firewall, PowerShell",
    .comment = "# ",
    .place = "this host",
    .usage = "For an elevated PowerShell on the Windows host itself. Before "
	     "running it again:\n"
	     "Remove-NetFirewallRule -Group 'preflight'",
    .grammar = "New-NetFirewallRule (Microsoft, NetSecurity)",
    .refuses = windows_refuses,
    .rule = windows_rule,
};
