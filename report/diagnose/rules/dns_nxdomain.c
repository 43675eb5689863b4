/*
 * dns_nxdomain.c - names that do not exist, or have no address. One rule: what
 * the name is, is found out in the same way.
 */
#include "report/diagnose/diagnose.h"

#include "core/base/text.h"

#include <string.h>

static void dns_wildcards(struct diagnosis *d);
static void dns_denies_all(struct diagnosis *d);
static void dns_nxdomain(struct diagnosis *d);
static void dns_no_data(struct diagnosis *d);

const struct finding_entry finding_dns_nxdomain = {
    .code = "dns-nxdomain",
    .rules = {{150, dns_wildcards}, {1900, dns_nxdomain}},
    .owner = OWNER_DNS,
    .title = "DNS reports that {subject} does not exist{detail}",
    .meaning = "DNS reports that the name does not exist. It is misspelled, "
	       "has not been created yet, or this resolver hides it.",
    .decided = "The DNS server answered NXDOMAIN for {subject}.",
    .lookalikes = "A DNS filter that answers NXDOMAIN for blocked names.",
    .remedies = {{OWNER_DNS,
		  {"Check the spelling of {subject}",
		   "Query a public resolver: dig @8.8.8.8 {subject}",
		   "If that resolver knows the name, look for a filter or a "
		   "missing conditional forwarder on this site's DNS server",
		   "If it does not, ask whoever publishes the alias to correct "
		   "it"}},
		 {OWNER_VENDOR,
		  {"Check the spelling of {subject}",
		   "Ask the vendor whether the name is in service"}}},
    .confirm_by = "the same query from another network",
};

const struct finding_entry finding_dns_denies_all = {
    .code = "dns-denies-all",
    .rules = {{1890, dns_denies_all}},
    .owner = OWNER_DNS,
    .title = "The DNS server {subject} denies every name",
    .meaning = "The server answers, but for none of the names with an address: "
	       "it reports that they do not exist, or have none. It has no way "
	       "to the rest of DNS, or it filters everything.",
    .decided = "Names of several domains were asked for; the server answered "
	       "NXDOMAIN, or without an address, for each of them.",
    .remedies =
	{{OWNER_DNS,
	  {"On {subject}, check the forwarders, the root hints and the zones: "
	   "a local root zone denies all other names",
	   "Look for a filter that answers NXDOMAIN (a blocked client, an "
	   "expired licence of a DNS filter, a captive portal)",
	   "Or give this host a DNS server that resolves names of the "
	   "internet"}}},
    .confirm_by = "the same queries from the network of {subject}",
};

const struct finding_entry finding_dns_no_data = {
    .code = "dns-no-data",
    .rules = {{1910, dns_no_data}},
    .owner = OWNER_DNS,
    .title = "DNS reports no address for {subject}{detail}",
    .meaning =
	"The name exists, but it has no address record that this host can use.",
    .decided = "The DNS server returned an empty answer without an error for "
	       "{subject}.",
    .remedies = {{OWNER_DNS,
		  {"Check the name in the inventory or the variable",
		   "Query a public resolver: dig @8.8.8.8 {subject}"}}},
    .confirm_by = "the same query from another network",
};

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
	if (correlation_is_check(r, "dns"))
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
				const char *name, const char *server)
{
	for (size_t i = 0; i < d->results->evidence_count; i++) {
		const struct evidence *e = &d->results->evidence[i];
		const char *what = facts_text(&e->observed, "what");
		const struct fact *list = facts_find(&e->observed, "addresses");

		if (what == NULL || strcmp(what, "same-question") != 0 ||
		    facts_text(&e->observed, "name") == NULL ||
		    text_casecmp(facts_text(&e->observed, "name"), name) != 0 ||
		    list == NULL ||
		    strcmp(facts_text(&e->observed, "server"), server) == 0)
			continue;
		candidate_cite(
		    d, f, e,
		    arena_printf(d->arena,
				 "another server, %s, resolves it to %s: the "
				 "servers have different zones (split-horizon "
				 "DNS), or one of them filters",
				 facts_text(&e->observed, "server"),
				 list->list[0]));
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

		if (!correlation_is_check(r, "dns") || r->spec->system_server)
			continue;
		for (size_t k = 0; list != NULL && k < list->list_count; k++) {
			if (text_ncasecmp(list->list[k], name, length) != 0 ||
			    list->list[k][length] != ' ')
				continue;
			candidate_line(
			    d, f,
			    "%s, which is not one of this site's servers, "
			    "resolves it to %s: this site's DNS hides it (a "
			    "filter, or a local zone: split-horizon DNS)",
			    diagnosis_target(d, i), list->list[k] + length + 1);
			return true;
		}
	}
	return false;
}

/* Another server, or the same one over TCP, that found the name in this run. */
static const char *dns_answerer(struct diagnosis *d, size_t index,
				const char *name)
{
	for (size_t i = 0; i < d->results->count; i++) {
		const struct result *r = diagnosis_result(d, i);
		const char *by = facts_text(&r->facts, "resolver");

		if (by != NULL && strcmp(by, "hosts file") != 0 &&
		    r->spec->host != NULL &&
		    text_casecmp(r->spec->host, name) == 0 &&
		    r->outcome.phase != PHASE_RESOLVE &&
		    strcmp(by, diagnosis_server(d, index)) != 0)
			return by;
	}
	return NULL;
}

/* A server that is not one of this host's resolvers denies what they, or one of
 * them, know. */
static bool dns_denied_alone(struct diagnosis *d, struct candidate *f,
			     size_t index, const char *name)
{
	const char *by = diagnosis_is_resolver(diagnosis_result(d, index))
			     ? NULL
			     : dns_answerer(d, index, name);

	if (by == NULL)
		return false;
	candidate_line(d, f, "%s denies %s; %s answers it",
		       diagnosis_server(d, index), name, by);
	f->detail = arena_printf(d->arena, ", says %s; %s resolves it",
				 diagnosis_server(d, index), by);
	return true;
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
		candidate_cite(d, f, e,
			       arena_printf(d->arena,
					    "%s does not exist either: check "
					    "it for a typing mistake",
					    parent));
	else if (strcmp(rcode, "NOERROR") == 0)
		candidate_cite(
		    d, f, e,
		    arena_printf(d->arena,
				 "%s exists: the part before it is misspelled "
				 "or has not been created yet",
				 parent));
}

static void dns_hints(struct diagnosis *d, struct candidate *f, size_t index,
		      const char *name)
{
	const char *near;

	dns_parent(d, f, index);
	if (dns_known_elsewhere(d, f, name, diagnosis_server(d, index)) ||
	    dns_known_in_public(d, f, name))
		return;
	near = dns_nearest(d, name);
	if (near != NULL)
		candidate_line(d, f, "a similar name that is in use here: %s",
			       near);
	if (dns_is_internal(name))
		candidate_line(d, f,
			       "only the site's own DNS servers know names of "
			       "this kind: check that this host uses them");
}

/* Bits of the remedy's steps. */
enum { STEP_SPELLING = 1, STEP_FILTER = 4, STEP_ALIAS = 8 };

/* Where an alias of the name leads; NULL: it has none. */
static const char *dns_alias(const struct result *r)
{
	const struct fact *chain = facts_find(&r->facts, "cname-chain");

	return r->outcome.phase == PHASE_RESOLVE && chain != NULL &&
		       chain->list_count > 0
		   ? chain->list[chain->list_count - 1]
		   : NULL;
}

/* The name, or what it is an alias of: that is what does not exist. */
static void dns_subject(struct diagnosis *d, struct candidate *f, size_t index,
			const char *name)
{
	const char *alias = dns_alias(diagnosis_result(d, index));

	f->subject = alias == NULL ? name : alias;
	f->detail =
	    alias == NULL
		? ""
		: arena_printf(d->arena, "; %s is an alias of it", name);
	f->left_out = alias == NULL ? STEP_ALIAS : STEP_SPELLING | STEP_FILTER;
	if (alias != NULL)
		candidate_line(d, f, "%s is an alias that leads to %s", name,
			       alias);
}

/* Only a wildcard of the search list answers for it. */
static void dns_wildcards(struct diagnosis *d)
{
	for (size_t k = 0; k < d->open_count; k++) {
		size_t i = diagnosis_open(d, k);
		const char *name, *domain;
		const struct evidence *e;
		struct candidate *f;

		if (i == SIZE_MAX ||
		    diagnosis_view(d, i)->interceptor != SEARCH_WILDCARD)
			continue;
		name = diagnosis_result(d, i)->spec->host;
		domain = correlation_search_domain(diagnosis_result(d, i));
		e = correlation_wildcard(d->correlation, domain);
		f = candidate_for(d, &finding_dns_nxdomain, name);
		f->confirmed = true;
		f->subject = name;
		f->left_out = STEP_ALIAS;
		candidate_line(
		    d, f,
		    "%s: the name does not exist (NXDOMAIN); %s, of "
		    "this host's search list, was used instead",
		    facts_text(&diagnosis_result(d, i)->facts, "resolver"),
		    facts_text(&diagnosis_result(d, i)->facts, "search-name"));
		candidate_cite(
		    d, f, e,
		    arena_printf(
			d->arena,
			"%s has every name: %s, which was made up, has "
			"an address there, too",
			domain, facts_text(&e->observed, "name")));
		candidate_claim(d, f, i);
	}
}

/* The name of the internet that was denied; NULL: none was. */
static const char *dns_denied(const struct result *r)
{
	const char *name =
	    r->spec->host != NULL ? r->spec->host : r->spec->derive_from;

	return r->why == WHY_NONE && r->outcome.phase == PHASE_RESOLVE &&
		       name != NULL && dns_alias(r) == NULL &&
		       !dns_is_internal(name) &&
		       (r->outcome.cause == CAUSE_NXDOMAIN ||
			r->outcome.cause == CAUSE_NO_DATA)
		   ? name
		   : NULL;
}

/* Denies every name of this run, of so many domains. */
static bool dns_denies_every_name(struct diagnosis *d)
{
	enum { DOMAINS = 3 };
	struct map domains = {0};
	bool any_resolved = false;
	size_t count;

	for (size_t i = 0; i < d->results->count; i++) {
		const struct result *r = diagnosis_result(d, i);
		const char *by = facts_text(&r->facts, "resolver");

		if (dns_denied(r) != NULL)
			*map_at(&domains, correlation_domain(dns_denied(r))) =
			    i;
		else if ((by != NULL && strcmp(by, "hosts file") != 0 &&
			  diagnosis_view(d, i)->internet &&
			  r->outcome.phase != PHASE_RESOLVE) ||
			 (correlation_is_check(r, "dns") &&
			  r->spec->system_server &&
			  r->outcome.cause == CAUSE_OK))
			any_resolved = true;
	}
	count = domains.count;
	map_free(&domains);
	return count >= DOMAINS && !any_resolved;
}

static void dns_denies_all(struct diagnosis *d)
{
	if (!dns_denies_every_name(d))
		return;
	for (size_t k = 0; k < d->open_count; k++) {
		size_t i = diagnosis_open(d, k);
		const struct result *r =
		    i == SIZE_MAX ? NULL : diagnosis_result(d, i);
		struct candidate *f;
		const char *server;

		if (r == NULL || (dns_denied(r) == NULL &&
				  !(correlation_is_check(r, "dns") &&
				    r->spec->system_server &&
				    (r->outcome.cause == CAUSE_NXDOMAIN ||
				     r->outcome.cause == CAUSE_NO_DATA))))
			continue;
		server = diagnosis_server(d, i);
		f = candidate_for(d, &finding_dns_denies_all, "");
		f->confirmed |= diagnosis_is_witnessed(d, i);
		f->where = WHERE_TARGET;
		if (f->subject[0] == '\0')
			f->subject = server;
		else if (strstr(f->subject, server) == NULL)
			f->subject = arena_printf(d->arena, "%s, %s",
						  f->subject, server);
		candidate_example(d, f, "%s: %s", server,
				  r->outcome.cause == CAUSE_NXDOMAIN
				      ? "the name does not exist (NXDOMAIN)"
				      : "the name has no address");
		if (dns_name(d, i) != NULL)
			dns_known_in_public(d, f, dns_name(d, i));
		candidate_claim(d, f, i);
	}
}

static void dns_no_name(struct diagnosis *d, enum cause cause,
			const struct finding_entry *entry)
{
	for (size_t k = 0; k < d->open_count; k++) {
		size_t i = diagnosis_open(d, k);
		const struct result *r;
		const char *name, *server;
		struct candidate *f;

		if (i == SIZE_MAX)
			continue;
		r = diagnosis_result(d, i);
		if (!diagnosis_dns_ended(r, cause))
			continue;
		name = dns_name(d, i);
		if (name == NULL)
			name = "that was asked for";
		server = diagnosis_server(d, i);
		f = candidate_for(d, entry, name);
		f->confirmed |= diagnosis_is_witnessed(d, i);
		dns_subject(d, f, i, name);
		candidate_line(d, f, "%s: %s", server,
			       cause == CAUSE_NXDOMAIN
				   ? "the name does not exist (NXDOMAIN)"
				   : "the name has no address");
		if (!dns_denied_alone(d, f, i, name) && dns_alias(r) == NULL &&
		    cause == CAUSE_NXDOMAIN)
			dns_hints(d, f, i, name);
		candidate_claim(d, f, i);
	}
}

static void dns_nxdomain(struct diagnosis *d)
{
	dns_no_name(d, CAUSE_NXDOMAIN, &finding_dns_nxdomain);
}

static void dns_no_data(struct diagnosis *d)
{
	dns_no_name(d, CAUSE_NO_DATA, &finding_dns_no_data);
}
