/*
 * dns.c - name resolution: one dead or unwilling server explains every name
 * that could not be had.
 */
#include "diagnose.h"

#include <string.h>

static bool dns_is_check(const struct result *r)
{
	return survey_is_check(r, "dns");
}

/* Results that a resolver decided: names that failed, and DNS probes. */
static bool dns_is_resolver(const struct result *r)
{
	return r->outcome.phase == PHASE_RESOLVE ||
	       (dns_is_check(r) && r->spec->system_server);
}

/* Dead servers ------------------------------------------------------------ */

static const char *dns_key_dead(struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);

	if (!dns_is_resolver(r) ||
	    (r->spec->via_proxy && r->outcome.phase != PHASE_RESOLVE))
		return NULL;
	switch (r->outcome.cause) {
	case CAUSE_TIMEOUT:
	case CAUSE_REFUSED:
		return "dead";
	case CAUSE_UNREACHABLE:
		return r->outcome.has_icmp ? NULL : "dead";
	case CAUSE_LOCAL:
		return r->outcome.phase == PHASE_RESOLVE ? "dead" : NULL;
	default:
		return NULL;
	}
}

/* Another configured server answered in this run. */
static bool dns_other_answers(const struct diagnosis *d)
{
	for (size_t i = 0; i < d->results->count; i++) {
		const struct result *r = diagnosis_result(d, i);

		if (dns_is_check(r) && r->spec->system_server &&
		    r->why == WHY_NONE && r->outcome.cause == CAUSE_OK)
			return true;
	}
	return false;
}

static const char *dns_servers(struct diagnosis *d, const struct cluster *c)
{
	struct map seen = {0};
	const char *text = NULL;

	for (size_t i = 0; i < c->count; i++) {
		const struct result *r = diagnosis_result(d, c->items[i]);
		const struct fact *dead =
		    facts_find(&r->facts, "resolver-dead");
		size_t count = dead != NULL ? dead->list_count : 1;

		for (size_t k = 0; k < count; k++) {
			const char *server =
			    dead != NULL ? dead->list[k]
					 : diagnosis_server(d, c->items[i]);
			size_t *slot = map_at(&seen, server);

			if (*slot != SIZE_MAX)
				continue;
			*slot = i;
			text = text == NULL ? server
					    : arena_printf(d->arena, "%s, %s",
							   text, server);
		}
	}
	map_free(&seen);
	return text;
}

static void dns_dead(struct diagnosis *d)
{
	struct clusters c;
	struct draft *f;
	size_t names = 0;
	bool refused = false;

	clusters_collect(&c, d, dns_key_dead);
	if (c.count == 0)
		goto out;
	for (size_t i = 0; i < c.items[0].count; i++) {
		const struct result *r =
		    diagnosis_result(d, c.items[0].items[i]);

		names += r->outcome.phase == PHASE_RESOLVE;
		refused |= r->outcome.cause == CAUSE_REFUSED;
	}
	f = draft_for(d, "dns-server-dead", "");
	f->subject = dns_servers(d, &c.items[0]);
	f->confirmed = refused || dns_other_answers(d);
	f->reason = refused ? "The server refused the question: nothing "
			      "listens there"
		    : dns_other_answers(d)
			? "It stayed silent while another server answered the "
			  "same question"
			: "No question to it was answered";
	f->where = WHERE_TARGET;
	if (names > 0)
		draft_line(d, f, "names that could not be resolved: %zu",
			   names);
	if (d->v4.internet_answered + d->v6.internet_answered > 0 && names > 0)
		draft_line(d, f,
			   "addresses on the internet do answer: the "
			   "way out works");
	draft_claim_all(d, f, &c.items[0]);
out:
	clusters_free(&c);
}

/* Servers that say no ----------------------------------------------------- */

static void dns_says_no(struct diagnosis *d, enum cause cause, const char *code)
{
	for (size_t k = 0; k < d->open_count; k++) {
		size_t i = diagnosis_open(d, k);
		const struct result *r;
		const char *server, *rcode;
		struct draft *f;

		if (i == SIZE_MAX)
			continue;
		r = diagnosis_result(d, i);
		if (r->outcome.cause != cause ||
		    !(dns_is_resolver(r) || dns_is_check(r)))
			continue;
		/* The site's resolvers are one matter, a server asked by
		 * address is another. */
		server = diagnosis_server(d, i);
		f = draft_for(d, code, dns_is_resolver(r) ? "" : server);
		f->confirmed = true;
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
		draft_line(d, f, "%s answered %s", server, rcode);
		draft_claim(d, f, i);
	}
}

/* Names that do not exist ------------------------------------------------- */

/* The first name that a DNS probe lists, or the one a result stands for. */
static const char *dns_name(struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);
	const struct fact *gone = facts_find(&r->facts, "nxdomain-names");
	const struct fact *failed = facts_find(&r->facts, "failed-names");

	if (gone != NULL && gone->list_count > 0)
		return gone->list[0];
	if (failed != NULL && failed->list_count > 0)
		return arena_strndup(d->arena, failed->list[0],
				     strcspn(failed->list[0], " "));
	if (dns_is_check(r))
		return NULL;
	if (r->spec->derive_from != NULL)
		return r->spec->derive_from;
	return r->spec->host;
}

static void dns_no_name(struct diagnosis *d, enum cause cause, const char *code)
{
	for (size_t k = 0; k < d->open_count; k++) {
		size_t i = diagnosis_open(d, k);
		const struct result *r;
		const char *name, *server;
		struct draft *f;

		if (i == SIZE_MAX)
			continue;
		r = diagnosis_result(d, i);
		if (r->outcome.cause != cause ||
		    !(dns_is_resolver(r) || dns_is_check(r)))
			continue;
		name = dns_name(d, i);
		if (name == NULL)
			name = "that was asked for";
		server = diagnosis_server(d, i);
		f = draft_for(d, code, name);
		f->confirmed = true;
		f->subject = name;
		draft_line(d, f, "%s: %s", server,
			   cause == CAUSE_NXDOMAIN ? "no such name (NXDOMAIN)"
						   : "the name has no address");
		draft_claim(d, f, i);
	}
}

/* Answers that cannot be true --------------------------------------------- */

static bool dns_is_misled(struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);

	if (dns_is_check(r))
		return facts_is_true(&r->facts, "unexpected-address");
	return diagnosis_view(d, index)->unexpected &&
	       diagnosis_view(d, index)->trust != TLS_TRUST_PUBLIC;
}

static void dns_unexpected(struct diagnosis *d)
{
	struct draft *f = NULL;
	struct map misled = {0};
	char address[ADDR_TEXT];

	for (size_t k = 0; k < d->open_count; k++) {
		size_t i = diagnosis_open(d, k);
		const struct result *r;

		if (i == SIZE_MAX || !dns_is_misled(d, i))
			continue;
		r = diagnosis_result(d, i);
		f = draft_for(d, "dns-unexpected-address", "");
		f->confirmed = true;
		draft_claim(d, f, i);
		if (r->spec->host == NULL || r->addr.family == AF_UNSPEC)
			continue;
		*map_at(&misled, r->spec->host) = i;
		addr_text(&r->addr, address);
		if (f->subject[0] == '\0')
			f->subject = arena_strdup(d->arena, address);
		draft_line(d, f, "%s resolves to %s", r->spec->host, address);
	}
	/* Hosts that are found by way of such a name. */
	for (size_t k = 0; f != NULL && k < d->open_count; k++) {
		size_t i = diagnosis_open(d, k);

		if (i != SIZE_MAX &&
		    diagnosis_result(d, i)->verdict == VERDICT_SKIP &&
		    diagnosis_result(d, i)->spec->derive_from != NULL &&
		    map_get(&misled,
			    diagnosis_result(d, i)->spec->derive_from) !=
			SIZE_MAX)
			draft_claim(d, f, i);
	}
	if (f != NULL) {
		if (f->subject[0] == '\0')
			f->subject = "not a public one";
		f->reason = "Names of the vendor resolve to an address that "
			    "is not public";
	}
	map_free(&misled);
}

/* TCP --------------------------------------------------------------------- */

static const char *dns_key_tcp(struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);
	const struct survey_host *h;

	if (!dns_is_check(r) || r->spec->transport != TRANSPORT_TCP ||
	    r->outcome.cause != CAUSE_TIMEOUT ||
	    diagnosis_view(d, index)->host == SIZE_MAX)
		return NULL;
	/* The control: the same server, over UDP. */
	h = &d->survey->hosts[diagnosis_view(d, index)->host];
	for (size_t i = h->first; i < h->first + h->count; i++) {
		const struct result *other =
		    diagnosis_result(d, d->survey->by_host[i]);

		if (dns_is_check(other) &&
		    other->spec->transport == TRANSPORT_UDP &&
		    other->outcome.cause == CAUSE_OK)
			return "tcp";
	}
	return NULL;
}

static void dns_tcp(struct diagnosis *d)
{
	struct clusters c;

	clusters_collect(&c, d, dns_key_tcp);
	if (c.count > 0) {
		struct draft *f = draft_for(d, "dns-tcp-blocked", "");
		struct hop hop =
		    diagnosis_hop(d, c.items[0].items, c.items[0].count);

		draft_line(d, f,
			   "servers that answer over UDP and stay silent over "
			   "TCP: %zu",
			   c.items[0].count);
		draft_hop(d, f, &hop);
		draft_claim_all(d, f, &c.items[0]);
	}
	clusters_free(&c);
}

void rules_misled(struct diagnosis *d)
{
	dns_unexpected(d);
}

void rules_dns(struct diagnosis *d)
{
	dns_dead(d);
	dns_says_no(d, CAUSE_REJECTED, "dns-refused");
	dns_says_no(d, CAUSE_SERVFAIL, "dns-servfail");
	dns_no_name(d, CAUSE_NXDOMAIN, "dns-nxdomain");
	dns_no_name(d, CAUSE_NO_DATA, "dns-no-data");
	dns_tcp(d);
}
