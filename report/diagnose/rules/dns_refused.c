/*
 * dns_refused.c - servers that answer with an error. One rule for both codes.
 */
#include "report/diagnose/diagnose.h"

#include <string.h>

static void dns_refused(struct diagnosis *d);
static void dns_servfail(struct diagnosis *d);

const struct finding_entry finding_dns_refused = {
    .code = "dns-refused",
    .rules = {{1800, dns_refused}},
    .owner = OWNER_DNS,
    .title = "The DNS server {subject} refuses to resolve names",
    .meaning = "The server answers REFUSED: it does not serve this host, or "
	       "not these names.",
    .decided = "The server answered with the DNS code REFUSED.",
    .remedies = {{OWNER_DNS,
		  {"Allow recursion for {source} on {subject}",
		   "Or give this host a resolver that serves it"}}},
    .confirm_by = "the same query from the network of {subject}",
};

const struct finding_entry finding_dns_servfail = {
    .code = "dns-servfail",
    .rules = {{1810, dns_servfail}},
    .owner = OWNER_DNS,
    .title = "The DNS server {subject} fails to resolve names",
    .meaning = "The server answers SERVFAIL: its own lookup failed (no "
	       "internet access, a broken forwarder, DNSSEC).",
    .decided = "The server answered with the DNS code SERVFAIL.",
    .lookalikes =
	"For a single name, the fault may be with that name's own DNS servers.",
    .remedies = {{OWNER_DNS,
		  {"On {subject}, check the forwarders and the server's own "
		   "internet access (53/udp and 53/tcp)",
		   "Check DNSSEC validation and the server's clock"}}},
    .confirm_by = "the same query from the network of {subject}",
};

static void dns_refuses(struct diagnosis *d, enum cause cause,
			const struct finding_entry *entry)
{
	for (size_t k = 0; k < d->open_count; k++) {
		size_t i = diagnosis_open(d, k);
		const struct result *r;
		const char *server, *rcode;
		struct candidate *f;

		if (i == SIZE_MAX)
			continue;
		r = diagnosis_result(d, i);
		if (!diagnosis_dns_ended(r, cause))
			continue;
		/* The site's resolvers are one matter, a server asked by
		 * address is another. */
		server = diagnosis_server(d, i);
		f = candidate_for(d, entry,
				  diagnosis_is_resolver(r) ? "" : server);
		f->confirmed |= diagnosis_is_witnessed(d, i);
		f->where = WHERE_TARGET;
		if (f->subject[0] == '\0')
			f->subject = server;
		else if (strstr(f->subject, server) == NULL)
			f->subject = arena_printf(d->arena, "%s, %s",
						  f->subject, server);
		rcode = facts_text(&r->facts, "rcode");
		if (rcode == NULL)
			rcode =
			    cause == CAUSE_SERVFAIL ? "SERVFAIL" : "REFUSED";
		candidate_line(d, f, "%s answered %s", server, rcode);
		candidate_claim(d, f, i);
	}
}

static void dns_refused(struct diagnosis *d)
{
	dns_refuses(d, CAUSE_REJECTED, &finding_dns_refused);
}

static void dns_servfail(struct diagnosis *d)
{
	dns_refuses(d, CAUSE_SERVFAIL, &finding_dns_servfail);
}
