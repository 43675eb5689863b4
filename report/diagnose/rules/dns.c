/*
 * dns.c - name resolution: one dead or unwilling server explains every name
 * that could not be had.
 */
#include "report/diagnose/diagnose.h"

#include "core/base/text.h"

#include <string.h>

static bool dns_is_check(const struct result *r)
{
	return correlation_is_check(r, "dns");
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

	if (!dns_is_resolver(r) || r->parent != SIZE_MAX ||
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
	struct candidate *f;
	size_t names = 0;
	bool refused = false;

	diagnosis_clusters_collect(&c, d, dns_key_dead);
	if (c.count == 0)
		goto out;
	for (size_t i = 0; i < c.items[0].count; i++) {
		const struct result *r =
		    diagnosis_result(d, c.items[0].items[i]);

		names += r->outcome.phase == PHASE_RESOLVE;
		refused |= r->outcome.cause == CAUSE_REFUSED;
	}
	f = candidate_for(d, "dns-server-dead", "");
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
		candidate_line(d, f, "names that could not be resolved: %zu",
			       names);
	if (d->v4.internet_answered + d->v6.internet_answered > 0 && names > 0)
		candidate_line(d, f,
			       "addresses on the internet do answer: the "
			       "way out works");
	candidate_claim_all(d, f, &c.items[0]);
out:
	diagnosis_clusters_free(&c);
}

/* Servers that say no ----------------------------------------------------- */

static void dns_says_no(struct diagnosis *d, enum cause cause, const char *code)
{
	for (size_t k = 0; k < d->open_count; k++) {
		size_t i = diagnosis_open(d, k);
		const struct result *r;
		const char *server, *rcode;
		struct candidate *f;

		if (i == SIZE_MAX)
			continue;
		r = diagnosis_result(d, i);
		if (r->outcome.cause != cause ||
		    !(dns_is_resolver(r) || dns_is_check(r)))
			continue;
		/* The site's resolvers are one matter, a server asked by
		 * address is another. */
		server = diagnosis_server(d, i);
		f = candidate_for(d, code, dns_is_resolver(r) ? "" : server);
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
		candidate_line(d, f, "%s answered %s", server, rcode);
		candidate_claim(d, f, i);
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

/* Endings that only a site's own DNS servers know: RFC 6762 appendix G, RFC
 * 8375, and what ICANN keeps free (.internal). */
static bool dns_is_internal(const char *name)
{
	static const char *const endings[] = {
	    ".local",    ".lan",     ".corp",        ".home",      ".internal",
	    ".intranet", ".private", ".localdomain", ".home.arpa", NULL};
	size_t length = strlen(name);

	if (strchr(name, '.') == NULL)
		return true;
	for (size_t i = 0; endings[i] != NULL; i++) {
		size_t ending = strlen(endings[i]);

		if (length > ending &&
		    text_casecmp(name + length - ending, endings[i]) == 0)
			return true;
	}
	return false;
}

/* Another server does know it: a split horizon, or a filter. */
static bool dns_known_elsewhere(struct diagnosis *d, struct candidate *f,
				const char *name)
{
	for (size_t i = 0; i < d->results->evidence_count; i++) {
		const struct evidence *e = &d->results->evidence[i];
		const char *what = facts_text(&e->observed, "what");
		const struct fact *list = facts_find(&e->observed, "addresses");

		if (what == NULL || strcmp(what, "same-question") != 0 ||
		    facts_text(&e->observed, "name") == NULL ||
		    text_casecmp(facts_text(&e->observed, "name"), name) != 0 ||
		    list == NULL)
			continue;
		candidate_cite(
		    d, f, e,
		    arena_printf(
			d->arena,
			"another server, %s, knows it as %s: the servers "
			"do not hold the same names (split horizon), or "
			"one filters",
			facts_text(&e->observed, "server"), list->list[0]));
		return true;
	}
	return false;
}

/* A public server that the run asked for the same name. */
static bool dns_known_in_public(struct diagnosis *d, struct candidate *f,
				const char *name)
{
	size_t length = strlen(name);

	for (size_t i = 0; i < d->results->count; i++) {
		const struct result *r = diagnosis_result(d, i);
		const struct fact *list = facts_find(&r->facts, "answers");

		if (!dns_is_check(r) || r->spec->system_server)
			continue;
		for (size_t k = 0; list != NULL && k < list->list_count; k++) {
			if (text_ncasecmp(list->list[k], name, length) != 0 ||
			    list->list[k][length] != ' ')
				continue;
			candidate_line(
			    d, f,
			    "%s, which is not of this site, knows it as "
			    "%s: this site's DNS hides it (a filter, or "
			    "a zone of its own: split horizon)",
			    diagnosis_target(d, i), list->list[k] + length + 1);
			return true;
		}
	}
	return false;
}

static const char *dns_nearest(struct diagnosis *d, const char *name)
{
	const char **names =
	    arena_calloc(d->arena, d->plan->spec_count + 1, sizeof *names);
	size_t count = 0;

	for (size_t i = 0; i < d->plan->spec_count; i++) {
		const char *host = d->plan->specs[i].host;

		if (host != NULL && text_casecmp(host, name) != 0 &&
		    d->plan->specs[i].literal.family == ADDR_NONE)
			names[count++] = host;
	}
	return text_nearest_of(name, names);
}

/* Where the misspelling would be. */
static void dns_parent(struct diagnosis *d, struct candidate *f, size_t index)
{
	const struct evidence *e =
	    correlation_control(d->correlation, index, "parent");
	const char *rcode =
	    e == NULL ? NULL : facts_text(&e->observed, "rcode");
	const char *parent =
	    e == NULL ? NULL : facts_text(&e->observed, "name");

	if (rcode == NULL || parent == NULL)
		return;
	if (strcmp(rcode, "NXDOMAIN") == 0)
		candidate_cite(
		    d, f, e,
		    arena_printf(d->arena,
				 "%s does not exist either: look for a "
				 "typing mistake there",
				 parent));
	else if (strcmp(rcode, "NOERROR") == 0)
		candidate_cite(
		    d, f, e,
		    arena_printf(d->arena,
				 "%s exists: what stands before it is "
				 "misspelt, or not (yet) created",
				 parent));
}

static void dns_hints(struct diagnosis *d, struct candidate *f, size_t index,
		      const char *name)
{
	const char *near;

	dns_parent(d, f, index);
	if (dns_known_elsewhere(d, f, name) || dns_known_in_public(d, f, name))
		return;
	near = dns_nearest(d, name);
	if (near != NULL)
		candidate_line(d, f, "a name like it that is in use here: %s",
			       near);
	if (dns_is_internal(name))
		candidate_line(
		    d, f,
		    "a name of this kind is known to the site's own DNS "
		    "servers only: does this host ask them?");
}

static void dns_no_name(struct diagnosis *d, enum cause cause, const char *code)
{
	for (size_t k = 0; k < d->open_count; k++) {
		size_t i = diagnosis_open(d, k);
		const struct result *r;
		const char *name, *server;
		struct candidate *f;

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
		f = candidate_for(d, code, name);
		f->confirmed = true;
		f->subject = name;
		candidate_line(d, f, "%s: %s", server,
			       cause == CAUSE_NXDOMAIN
				   ? "no such name (NXDOMAIN)"
				   : "the name has no address");
		if (cause == CAUSE_NXDOMAIN)
			dns_hints(d, f, i, name);
		candidate_claim(d, f, i);
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
	struct candidate *f = NULL;
	struct map misled = {0};
	char address[ADDR_TEXT];

	for (size_t k = 0; k < d->open_count; k++) {
		size_t i = diagnosis_open(d, k);
		const struct result *r;

		if (i == SIZE_MAX || !dns_is_misled(d, i))
			continue;
		r = diagnosis_result(d, i);
		f = candidate_for(d, "dns-unexpected-address", "");
		f->confirmed = true;
		candidate_claim(d, f, i);
		if (r->spec->host == NULL || r->addr.family == ADDR_NONE)
			continue;
		*map_at(&misled, r->spec->host) = i;
		addr_text(&r->addr, address);
		if (f->subject[0] == '\0')
			f->subject = arena_strdup(d->arena, address);
		candidate_line(d, f, "%s resolves to %s", r->spec->host,
			       address);
	}
	/* Hosts that are found by way of such a name. */
	for (size_t k = 0; f != NULL && k < d->open_count; k++) {
		size_t i = diagnosis_open(d, k);

		if (i != SIZE_MAX &&
		    diagnosis_judgement(d, i)->verdict == VERDICT_SKIP &&
		    diagnosis_result(d, i)->spec->derive_from != NULL &&
		    map_get(&misled,
			    diagnosis_result(d, i)->spec->derive_from) !=
			SIZE_MAX)
			candidate_claim(d, f, i);
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
	const struct host_index *h;

	if (!dns_is_check(r) || r->outcome.cause != CAUSE_TIMEOUT ||
	    diagnosis_view(d, index)->host == SIZE_MAX)
		return NULL;
	/* What was cut over UDP is asked for again, over TCP. */
	if (r->parent != SIZE_MAX && r->outcome.phase == PHASE_CONNECT)
		return "tcp";
	if (r->spec->transport != TRANSPORT_TCP)
		return NULL;
	/* The control: the same server, over UDP. */
	h = &d->correlation->hosts[diagnosis_view(d, index)->host];
	for (size_t i = h->first; i < h->first + h->count; i++) {
		const struct result *other =
		    diagnosis_result(d, d->correlation->by_host[i]);

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

	diagnosis_clusters_collect(&c, d, dns_key_tcp);
	if (c.count > 0) {
		struct candidate *f = candidate_for(d, "dns-tcp-blocked", "");
		struct hop hop =
		    diagnosis_hop(d, c.items[0].items, c.items[0].count);

		candidate_line(
		    d, f,
		    "servers that answer over UDP and stay silent over "
		    "TCP: %zu",
		    c.items[0].count);
		diagnosis_candidate_hop(d, f, &hop);
		candidate_claim_all(d, f, &c.items[0]);
	}
	diagnosis_clusters_free(&c);
}

/* Somebody answers in the place of others ---------------------------------- */

static const char *dns_key_nearby(struct diagnosis *d, size_t index)
{
	return diagnosis_view(d, index)->nearby &&
		       diagnosis_result(d, index)->outcome.cause == CAUSE_OK
		   ? ""
		   : NULL;
}

static void dns_intercepted(struct diagnosis *d)
{
	const struct evidence *e = d->correlation->impostor;
	struct clusters c;
	struct candidate *f;

	diagnosis_clusters_collect(&c, d, dns_key_nearby);
	if (c.count > 0 && e != NULL) {
		f = candidate_for(d, "dns-intercepted", "");
		f->confirmed = true;
		candidate_cite(
		    d, f, e,
		    arena_printf(d->arena,
				 "%s, where nobody can be, answered a "
				 "DNS question, too",
				 facts_text(&e->observed, "server")));
		for (size_t i = 0; i < c.items[0].count; i++)
			candidate_line(
			    d, f,
			    "the answer of %s came with TTL %d: no router has "
			    "passed it on",
			    diagnosis_target(d, c.items[0].items[i]),
			    diagnosis_result(d, c.items[0].items[i])
				->reply_ttl);
		candidate_claim_all(d, f, &c.items[0]);
	}
	diagnosis_clusters_free(&c);
}

void rules_misled(struct diagnosis *d)
{
	rules_pinned(d);
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
	dns_intercepted(d);
}
