/* dns_tcp_blocked.c - a server answers over UDP, and not over TCP. */
#include "report/diagnose/diagnose.h"

#include <string.h>

static void dns_tcp(struct diagnosis *d);

const struct finding_entry finding_dns_tcp_blocked = {
    .code = "dns-tcp-blocked",
    .rules = {{905, dns_tcp}},
    .owner = OWNER_FIREWALL,
    .title = "DNS over TCP to {subject} does not work",
    .meaning = "DNS answers arrive over UDP but not over TCP. Long answers "
	       "(many addresses, DNSSEC) will fail.",
    .decided = "The same server answers over UDP and does not answer over TCP, "
	       "or refuses it.",
    .remedies = {{OWNER_FIREWALL,
		  {"Allow DNS over TCP from {source} to {subject}",
		   "Or use a resolver inside the network"}},
		 {OWNER_DNS,
		  {"On {subject}, let the DNS service listen on TCP, too, and "
		   "allow it in the firewall of the server",
		   "If it does: check the firewalls between {source} and "
		   "{subject} for a rule that rejects DNS over TCP"}}},
    .confirm_by = "the log of the firewall while preflight check dns runs with "
		  "--set transport=tcp",
};

/* The same server, over UDP, answered. */
static bool dns_tcp_answers_udp(struct diagnosis *d, size_t index)
{
	const struct host_index *h =
	    &d->correlation->hosts[diagnosis_view(d, index)->host];

	for (size_t i = h->first; i < h->first + h->count; i++) {
		const struct result *other =
		    diagnosis_result(d, d->correlation->by_host[i]);

		if (correlation_is_check(other, "dns") &&
		    other->transport == TRANSPORT_UDP &&
		    other->why == WHY_NONE && other->proof != PROOF_NONE)
			return true;
	}
	return false;
}

static const char *dns_key_tcp(struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);
	enum cause cause = r->outcome.cause;

	if (r->why != WHY_NONE ||
	    (cause != CAUSE_TIMEOUT && cause != CAUSE_REFUSED &&
	     cause != CAUSE_RESET))
		return NULL;
	/* The name's answer did not fit into UDP, and was not had over TCP. */
	if (r->outcome.phase == PHASE_RESOLVE)
		return facts_is_true(&r->facts, "answers-truncated") ? "tcp"
								     : NULL;
	if (!correlation_is_check(r, "dns") || r->transport != TRANSPORT_TCP ||
	    r->outcome.phase != PHASE_CONNECT ||
	    diagnosis_view(d, index)->host == SIZE_MAX)
		return NULL;
	/* What was cut over UDP is asked for again, over TCP. */
	return r->parent != SIZE_MAX || dns_tcp_answers_udp(d, index) ? "tcp"
								      : NULL;
}

/* A refusal that no nearer device can have sent is the server's own. */
static bool dns_tcp_refuses(struct diagnosis *d, const struct cluster *c)
{
	const struct evidence *e;

	for (size_t i = 0; i < c->count; i++) {
		const struct result *r = diagnosis_result(d, c->items[i]);

		if (r->outcome.cause != CAUSE_REFUSED ||
		    (r->outcome.phase != PHASE_RESOLVE && !r->on_link &&
		     diagnosis_reset(d, c->items[i], &e) <= 0))
			return false;
	}
	return true;
}

static void dns_tcp_lines(struct diagnosis *d, struct candidate *f,
			  const struct cluster *c)
{
	for (size_t i = 0; i < c->count; i++) {
		const struct result *r = diagnosis_result(d, c->items[i]);
		const char *server = diagnosis_asked(d, c->items[i], 0);

		if (server != NULL && f->subject[0] == '\0')
			f->subject = server;
		else if (server != NULL && strstr(f->subject, server) == NULL)
			f->subject = arena_printf(d->arena, "%s, %s",
						  f->subject, server);
		if (r->outcome.phase == PHASE_RESOLVE)
			candidate_example(d, f,
					  "%s: the answer does not fit into "
					  "UDP, and over TCP there is none "
					  "(%s)",
					  diagnosis_target(d, c->items[i]),
					  cause_name(r->outcome.cause));
		else
			candidate_example(d, f,
					  "%s answers over UDP, and not over "
					  "TCP (%s)",
					  server, cause_name(r->outcome.cause));
	}
}

static void dns_tcp(struct diagnosis *d)
{
	struct clusters c;

	diagnosis_clusters_collect(&c, d, dns_key_tcp);
	if (c.count > 0) {
		struct candidate *f =
		    candidate_for(d, &finding_dns_tcp_blocked, "");
		struct hop hop =
		    diagnosis_hop(d, c.items[0].items, c.items[0].count);

		diagnosis_candidate_hop(d, f, &hop);
		if (dns_tcp_refuses(d, &c.items[0])) {
			f->owner = OWNER_DNS;
			f->where = WHERE_TARGET;
		}
		f->subject = ""; /* the servers; the place has its line */
		dns_tcp_lines(d, f, &c.items[0]);
		candidate_claim_all(d, f, &c.items[0]);
	}
	diagnosis_clusters_free(&c);
}
