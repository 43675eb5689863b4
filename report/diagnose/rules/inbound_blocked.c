/* inbound_blocked.c - this host's own rules stop what devices send to it. */
#include "report/diagnose/diagnose.h"

#include <string.h>

static void inbound_blocked(struct diagnosis *d);

const struct finding_entry finding_inbound_blocked = {
    .code = "inbound-blocked",
    .rules = {{310, inbound_blocked}},
    .owner = OWNER_THIS_HOST,
    .title = "This host's own firewall stops what devices send to {paths}",
    .meaning =
	"A rule of this host's own packet filter stops new packets to this "
	"port before the product can get them. Nothing was sent: the rules say "
	"so.",
    .decided =
	"This host's rules were read (nft -j list ruleset) and evaluated for "
	"a packet of a new connection from each sender of the inventory: all "
	"of them end at a rule or a policy that drops or rejects.",
    .lookalikes =
	"A rule that the product's installation adds later. Rules that "
	"preflight cannot evaluate are untested, never this finding.",
    .remedies =
	{{OWNER_THIS_HOST,
	  {"Let it in, in this host's firewall: {detail}",
	   "Run preflight again, then preflight listen: only a packet that "
	   "arrives proves the whole path"}}},
};

static const char *inbound_fact(const struct result *r, const char *name)
{
	const char *text = facts_text(&r->facts, name);

	return text == NULL ? "" : text;
}

/* In the language of the tool that manages this host's rules. */
static const char *inbound_command(struct diagnosis *d, const struct result *r)
{
	const char *tool = inbound_fact(r, "ruleset-tool");
	const char *transport = transport_name(r->transport);
	unsigned port = r->port;

	if (strcmp(tool, "ufw") == 0)
		return arena_printf(d->arena, "ufw allow %u/%s", port,
				    transport);
	if (strcmp(tool, "firewalld") == 0)
		return arena_printf(
		    d->arena,
		    "firewall-cmd --permanent --add-port=%u/%s; "
		    "firewall-cmd --reload",
		    port, transport);
	if (strcmp(tool, "iptables") == 0)
		return arena_printf(d->arena,
				    "iptables -I INPUT -p %s --dport %u "
				    "-j ACCEPT",
				    transport, port);
	return arena_printf(d->arena, "nft insert rule %s %s dport %u accept",
			    inbound_fact(r, "ruleset-chain"), transport, port);
}

static void inbound_blocked(struct diagnosis *d)
{
	for (size_t k = 0; k < d->open_count; k++) {
		size_t i = diagnosis_open(d, k);
		const struct result *r;
		struct candidate *f;
		const char *path, *command;

		if (i == SIZE_MAX)
			continue;
		r = diagnosis_result(d, i);
		if (r->spec->senders == NULL ||
		    r->outcome.cause != CAUSE_PROHIBITED)
			continue;
		path = arena_printf(d->arena, "%s/%u",
				    transport_name(r->transport),
				    (unsigned)r->port);
		f = candidate_for(d, &finding_inbound_blocked, "");
		f->confirmed = true;
		f->where = WHERE_THIS_HOST;
		command = inbound_command(d, r);
		if (f->result_count == 0)
			f->detail = command;
		else if (strstr(f->detail, command) == NULL)
			f->detail = arena_printf(d->arena, "%s; %s", f->detail,
						 command);
		candidate_line(d, f, "%s %s %s",
			       inbound_fact(r, "ruleset-rule"),
			       inbound_fact(r, "ruleset"), path);
		candidate_claim(d, f, i);
	}
}
