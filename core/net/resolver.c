/* resolver.c - names to addresses, once per name (see resolver.h). */
#include "core/net/resolver.h"
#include "core/base/mem.h"
#include "core/net/resolver_internal.h"
#include "core/base/text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

struct resolver_waiter {
	struct resolver_waiter *next;
	void (*done)(void *arg, const struct resolver_answer *a);
	void *arg;
};

/* Answers ---------------------------------------------------------------- */

static void resolver_add_address(struct lookup *lookup, const struct addr *a)
{
	if (lookup->answer.count < RESOLVER_ADDRESSES_MAX)
		lookup->addresses[lookup->answer.count++] = *a;
}

static void resolver_add_chain(struct lookup *lookup, const char *name)
{
	if (lookup->answer.chain_count < RESOLVER_CHAIN_MAX)
		lookup->chain[lookup->answer.chain_count++] = mem_strdup(name);
}

/* Both families fail in two ways: the one that says more. */
static const struct dns_query *resolver_deciding(const struct lookup *lookup)
{
	const struct dns_query *first = &lookup->questions[0];
	const struct dns_query *other = &lookup->questions[1];

	if (lookup->question_count == 1 || first->cause == CAUSE_OK ||
	    first->cause == CAUSE_NXDOMAIN)
		return first;
	if (other->cause == CAUSE_OK || other->cause == CAUSE_NXDOMAIN ||
	    first->cause == CAUSE_NO_DATA)
		return other;
	return first;
}

static void resolver_take_message(struct lookup *lookup,
				  const struct dns_message *m)
{
	struct resolver_answer *a = &lookup->answer;
	bool first = a->count == 0 && a->chain_count == 0;

	for (size_t i = 0; i < m->address_count; i++)
		resolver_add_address(lookup, &m->addresses[i]);
	for (size_t i = 0; first && i < m->chain_count; i++)
		resolver_add_chain(lookup, m->chain[i]);
	a->ttl = first || m->ttl < a->ttl ? m->ttl : a->ttl;
	a->authenticated = m->authenticated && (first || a->authenticated);
}

/* What came of a server's questions that was not its answer. */
static void resolver_take_others(struct resolver_answer *a,
				 const struct nameserver *ns)
{
	const struct others *o = nameserver_others(ns);

	for (size_t i = 0; i < o->count; i++)
		others_note(&a->others, &o->list[i]);
	a->ignored += nameserver_ignored(ns);
}

/* Servers that were silent for a step and never said anything in this run. */
static void resolver_take_dead(struct lookup *lookup)
{
	struct resolver *r = lookup->r;
	struct resolver_answer *a = &lookup->answer;

	a->dead_count = 0;
	a->ignored = 0;
	for (size_t s = 0; s < r->server_count; s++) {
		bool asked = false;

		for (size_t i = 0; i < lookup->question_count; i++)
			asked |= lookup->questions[i].servers[s].asked > 1;
		if (!asked || r->servers[s].heard)
			continue;
		a->dead[a->dead_count++] = *nameserver_addr(r->servers[s].ns);
		resolver_take_others(a, r->servers[s].ns);
	}
}

static void resolver_report(struct lookup *lookup)
{
	struct resolver_waiter *w;

	lookup->done = true;
	/* One that is told may make another one be forgotten. */
	while ((w = lookup->waiters) != NULL) {
		lookup->waiters = w->next;
		w->done(w->arg, &lookup->answer);
		free(w);
	}
}

/* An answer that was cut tells whose it was. */
static void resolver_take_cut(struct lookup *lookup, const struct dns_query *q)
{
	struct resolver_answer *a = &lookup->answer;

	a->cut = q->cut;
	if (a->server.family == ADDR_NONE)
		a->server =
		    *nameserver_addr(lookup->r->servers[q->cut_server].ns);
}

static void resolver_take_result(struct lookup *lookup)
{
	struct resolver_answer *a = &lookup->answer;
	const struct dns_query *q = resolver_deciding(lookup);

	a->cause = q->cause;
	a->search_name =
	    lookup->candidate == lookup->as_is ? NULL : lookup_name(lookup);
	/* No answer at the fallback address of an empty configuration means
	 * that this host has no DNS server. */
	if (lookup->r->conf.unconfigured && q->rcode == -1)
		a->cause = CAUSE_LOCAL;
	if (a->cause == CAUSE_LOCAL)
		a->error = q->error;
	a->rcode = q->rcode;
	a->blocker = q->blocker;
	if (q->server != SIZE_MAX)
		a->server = *nameserver_addr(lookup->r->servers[q->server].ns);
	for (size_t i = 0; i < lookup->question_count; i++) {
		a->truncated |= lookup->questions[i].truncated;
		if (lookup->questions[i].cut > 0)
			resolver_take_cut(lookup, &lookup->questions[i]);
		if (lookup->questions[i].message != NULL)
			resolver_take_message(lookup,
					      lookup->questions[i].message);
	}
}

static void resolver_drop_messages(struct lookup *lookup)
{
	for (size_t i = 0; i < lookup->question_count; i++) {
		free(lookup->questions[i].message);
		lookup->questions[i].message = NULL;
	}
}

/* The search list -------------------------------------------------------- */

const char *lookup_name(const struct lookup *lookup)
{
	return lookup->candidates[lookup->candidate];
}

static void resolver_ask_candidate(struct lookup *lookup)
{
	size_t count = 0;

	lookup->pending = lookup->question_count;
	if (lookup->reverse)
		dns_query_begin(&lookup->questions[count++], lookup, DNS_PTR);
	if (lookup->want4)
		dns_query_begin(&lookup->questions[count++], lookup, DNS_A);
	if (lookup->want6)
		dns_query_begin(&lookup->questions[count++], lookup, DNS_AAAA);
}

/* Whether glibc would go on to the next name of the list. */
static bool resolver_tries_next(enum cause cause)
{
	return cause == CAUSE_NXDOMAIN || cause == CAUSE_NO_DATA ||
	       cause == CAUSE_SERVFAIL;
}

/* glibc goes on to the name as it is where a domain of the list does not
 * answer; not where no server ever did. */
static bool resolver_leaves_list(const struct lookup *lookup, enum cause cause)
{
	bool heard = false;

	for (size_t s = 0; s < lookup->r->server_count; s++)
		heard |= lookup->r->servers[s].heard;
	return heard && cause == CAUSE_TIMEOUT &&
	       lookup->candidate < lookup->as_is;
}

static void resolver_candidate_done(struct lookup *lookup)
{
	struct resolver_answer *a = &lookup->answer;
	enum cause cause = resolver_deciding(lookup)->cause;
	bool more = lookup->candidate + 1 < lookup->candidate_count;

	if (lookup->candidate == lookup->as_is)
		a->as_is = cause;
	/* The name as it was spelled decides, unless another one is found, or
	 * was not to be had. */
	if (cause == CAUSE_OK || !resolver_tries_next(cause) ||
	    (lookup->candidate == lookup->as_is && !lookup->left_list))
		resolver_take_result(lookup);
	resolver_take_dead(lookup);
	resolver_drop_messages(lookup);
	lookup->left_list = resolver_leaves_list(lookup, cause);
	if (lookup->left_list || (more && resolver_tries_next(cause))) {
		lookup->candidate =
		    lookup->left_list ? lookup->as_is : lookup->candidate + 1;
		resolver_ask_candidate(lookup);
		return;
	}
	a->elapsed_us = loop_now(lookup->r->loop) - lookup->started_us;
	resolver_report(lookup);
}

void lookup_answered(struct lookup *lookup, struct dns_query *q)
{
	int64_t now = loop_now(lookup->r->loop);

	lookup->pending--;
	for (size_t i = 0; i < lookup->question_count; i++)
		if (&lookup->questions[i] != q && lookup->pending > 0)
			dns_query_hurry(&lookup->questions[i],
					now + RESOLVER_OTHER_US);
	if (lookup->pending == 0)
		resolver_candidate_done(lookup);
}

/* Lookups ---------------------------------------------------------------- */

static struct lookup *resolver_find(struct resolver *r, const char *key,
				    bool want4, bool want6, bool reverse)
{
	struct lookup *l = r->lookups;

	while (l != NULL && (l->want4 != want4 || l->want6 != want6 ||
			     l->reverse != reverse || strcmp(l->key, key) != 0))
		l = l->next;
	return l;
}

static struct lookup *resolver_add(struct resolver *r, const char *key,
				   const char *name)
{
	struct lookup *l = mem_calloc(1, sizeof *l);

	l->r = r;
	l->key = mem_strdup(key);
	l->name = mem_strdup(name);
	l->started_us = loop_now(r->loop);
	l->answer.name = l->name;
	l->answer.addresses = l->addresses;
	l->answer.chain = (const char *const *)l->chain;
	l->answer.rcode = -1;
	l->next = r->lookups;
	r->lookups = l;
	return l;
}

static void resolver_wait_for(struct lookup *lookup,
			      void (*done)(void *arg,
					   const struct resolver_answer *a),
			      void *arg)
{
	struct resolver_waiter **end = &lookup->waiters;

	if (lookup->done) {
		done(arg, &lookup->answer);
		return;
	}
	while (*end != NULL)
		end = &(*end)->next;
	*end = mem_calloc(1, sizeof **end);
	**end = (struct resolver_waiter){.done = done, .arg = arg};
}

/* What needs no server: numbers, and names of the hosts file. */
static bool resolver_known_here(struct lookup *lookup)
{
	struct addr a, found[RESOLVER_ADDRESSES_MAX];
	size_t count;

	if (addr_parse(&a, lookup->name)) {
		if (a.family == ADDR_V4 ? lookup->want4 : lookup->want6)
			resolver_add_address(lookup, &a);
		lookup->answer.cause =
		    lookup->answer.count > 0 ? CAUSE_OK : CAUSE_NO_DATA;
		return true;
	}
	count = hosts_find(&lookup->r->hosts, lookup->name, lookup->want4,
			   lookup->want6, found, RESOLVER_ADDRESSES_MAX);
	for (size_t i = 0; i < count; i++)
		if (found[i].family == ADDR_V4)
			resolver_add_address(lookup, &found[i]);
	for (size_t i = 0; i < count; i++)
		if (found[i].family == ADDR_V6)
			resolver_add_address(lookup, &found[i]);
	lookup->answer.from_hosts = count > 0;
	return count > 0;
}

/* Whether it can be asked at all; a name that cannot does not exist. */
static bool resolver_prepare(struct lookup *lookup)
{
	struct resolver *r = lookup->r;
	uint8_t packet[512];

	lookup->question_count =
	    (size_t)lookup->want4 + lookup->want6 + lookup->reverse;
	lookup->answer.cause = CAUSE_NO_DATA;
	if (lookup->question_count == 0)
		return false;
	lookup->answer.cause = CAUSE_NXDOMAIN;
	if (dnsmsg_query(packet, sizeof packet, 0, lookup->name, DNS_A) == 0)
		return false;
	lookup->answer.cause = CAUSE_LOCAL;
	if (r->server_count == 0)
		return false;
	if (lookup->reverse) {
		text_copy(lookup->candidates[0], DNS_NAME_MAX, lookup->name);
		lookup->candidate_count = 1;
	} else {
		lookup->candidate_count = resolvconf_candidates(
		    &r->conf, lookup->name, lookup->candidates, &lookup->as_is);
	}
	return lookup->candidate_count > 0;
}

static void resolver_lower(char out[DNS_NAME_MAX], const char *name)
{
	text_copy(out, DNS_NAME_MAX, name);
	for (; *out != '\0'; out++)
		*out = (char)tolower((unsigned char)*out);
}

void resolver_lookup(struct resolver *r, const char *name, bool want4,
		     bool want6,
		     void (*done)(void *arg, const struct resolver_answer *a),
		     void *arg)
{
	char key[DNS_NAME_MAX];
	struct lookup *l;

	resolver_lower(key, name);
	l = resolver_find(r, key, want4, want6, false);
	if (l == NULL) {
		l = resolver_add(r, key, name);
		l->want4 = want4;
		l->want6 = want6;
		l->done = resolver_known_here(l) || !resolver_prepare(l);
		if (!l->done)
			resolver_ask_candidate(l);
	}
	resolver_wait_for(l, done, arg);
}

void resolver_forget(struct resolver *r, const void *arg)
{
	for (struct lookup *l = r->lookups; l != NULL; l = l->next) {
		struct resolver_waiter **at = &l->waiters, *w;

		while ((w = *at) != NULL) {
			if (w->arg != arg) {
				at = &w->next;
				continue;
			}
			*at = w->next;
			free(w);
		}
	}
}

void resolver_reverse(struct resolver *r, const struct addr *a,
		      void (*done)(void *arg, const struct resolver_answer *a),
		      void *arg)
{
	char key[DNS_NAME_MAX];
	const char *name = hosts_name(&r->hosts, a);
	struct lookup *l;

	dnsmsg_reverse_name(a, key);
	l = resolver_find(r, key, false, false, true);
	if (l == NULL) {
		l = resolver_add(r, key, key);
		l->reverse = true;
		l->answer.from_hosts = name != NULL;
		if (name != NULL)
			resolver_add_chain(l, name);
		l->done = name != NULL || !resolver_prepare(l);
		if (!l->done)
			resolver_ask_candidate(l);
	}
	resolver_wait_for(l, done, arg);
}

/* Life ------------------------------------------------------------------- */

struct resolver *resolver_new_with(struct loop *l, const struct addr *servers,
				   size_t server_count,
				   const struct resolvconf *conf,
				   const char *hosts_text, struct error *err)
{
	struct resolver *r = mem_calloc(1, sizeof *r);

	r->loop = l;
	r->conf = *conf;
	r->conf.unconfigured = conf->unconfigured && servers == conf->servers;
	r->queue_end = &r->queue;
	hosts_parse(&r->hosts, hosts_text);
	for (size_t i = 0; i < server_count && i < RESOLVER_SERVERS_MAX; i++) {
		r->servers[i].ns = nameserver_new(l, &servers[i]);
		if (r->servers[i].ns == NULL) {
			error_set(err, "DNS: cannot start the library");
			resolver_free(r);
			return NULL;
		}
		r->server_count++;
	}
	return r;
}

struct resolver *resolver_new(struct loop *l, struct error *err)
{
	struct resolvconf conf;
	struct resolver *r;

	resolvconf_load(&conf);
	r = resolver_new_with(l, conf.servers, conf.server_count, &conf, "",
			      err);
	if (r != NULL)
		hosts_load(&r->hosts);
	return r;
}

static void resolver_free_lookup(struct lookup *l)
{
	struct resolver_waiter *next;

	resolver_drop_messages(l);
	for (size_t i = 0; i < l->question_count; i++)
		if (l->questions[i].lookup != NULL)
			dns_query_drop(&l->questions[i]);
	for (size_t i = 0; i < l->answer.chain_count; i++)
		free(l->chain[i]);
	for (; l->waiters != NULL; l->waiters = next) {
		next = l->waiters->next;
		free(l->waiters);
	}
	free(l->key);
	free(l->name);
	free(l);
}

void resolver_free(struct resolver *r)
{
	struct lookup *next;

	if (r == NULL)
		return;
	for (; r->lookups != NULL; r->lookups = next) {
		next = r->lookups->next;
		resolver_free_lookup(r->lookups);
	}
	for (size_t i = 0; i < r->server_count; i++)
		nameserver_free(r->servers[i].ns);
	hosts_free(&r->hosts);
	free(r);
}

size_t resolver_search(const struct resolver *r,
		       const char (**out)[RESOLVER_NAME_MAX])
{
	*out = r->conf.search;
	return r->conf.search_count;
}

size_t resolver_hosts(const struct resolver *r, bool *cut)
{
	*cut = r->hosts.cut;
	return r->hosts.count;
}

size_t resolver_servers(const struct resolver *r,
			struct addr out[RESOLVER_SERVERS_MAX])
{
	if (r->conf.unconfigured)
		return 0;
	for (size_t i = 0; i < r->server_count; i++)
		out[i] = *nameserver_addr(r->servers[i].ns);
	return r->server_count;
}
