/* correlation.c - indices over the results: by spec, by address, by evidence.
 */
#include "report/correlation.h"

#include "core/engine/check.h"
#include "core/engine/evidence.h"
#include "report/ban.h"
#include "report/nearer.h"
#include "report/open_ports.h"
#include "report/path_quality.h"
#include "report/interception.h"

#include <stdlib.h>
#include <string.h>

size_t correlation_spec(const struct correlation *s, size_t result)
{
	return (size_t)(s->results->items[result].spec - s->plan->specs);
}

int64_t correlation_number(const struct facts *f, const char *name,
			   int64_t fallback)
{
	const struct fact *fact = facts_find(f, name);

	if (fact == NULL)
		return fallback;
	switch (fact->type) {
	case FACT_NUMBER:
	case FACT_BOOL:
		return fact->number;
	case FACT_MS:
		return fact->number / 1000;
	case FACT_STRING:
	case FACT_LIST:
		break;
	}
	return fallback;
}

const char *correlation_domain(const char *host)
{
	static const char *const registries[] = {"co",  "com", "org", "net",
						 "gov", "ac",  "edu", NULL};
	struct addr literal;
	const char *label[3] = {host, host, host}; /* last, 2nd last, 3rd */
	size_t length;

	if (addr_parse(&literal, host))
		return host;
	for (const char *dot = strchr(host, '.'); dot != NULL;
	     dot = strchr(dot + 1, '.')) {
		label[2] = label[1];
		label[1] = label[0];
		label[0] = dot + 1;
	}
	if (strlen(label[0]) != 2)
		return label[1];
	length = (size_t)(label[0] - label[1]);
	for (size_t i = 0; length > 0 && registries[i] != NULL; i++) {
		if (strlen(registries[i]) + 1 == length &&
		    strncmp(label[1], registries[i], length - 1) == 0)
			return label[2];
	}
	return label[1];
}

const size_t *correlation_evidence_of(const struct correlation *s,
				      size_t result, size_t *count)
{
	*count = s->evidence_first[result + 1] - s->evidence_first[result];
	return &s->by_evidence[s->evidence_first[result]];
}

const struct evidence *correlation_evidence(const struct correlation *s,
					    size_t result,
					    enum evidence_kind kind)
{
	size_t count;
	const size_t *list = correlation_evidence_of(s, result, &count);

	for (size_t i = 0; i < count; i++) {
		const struct evidence *e = &s->results->evidence[list[i]];

		if (e->kind == kind)
			return e;
	}
	return NULL;
}

const struct evidence *correlation_control(const struct correlation *s,
					   size_t result, const char *what)
{
	size_t count;
	const size_t *list = correlation_evidence_of(s, result, &count);

	for (size_t i = 0; i < count; i++) {
		const struct evidence *e = &s->results->evidence[list[i]];
		const char *of = facts_text(&e->observed, "what");

		if (of != NULL && strcmp(of, what) == 0)
			return e;
	}
	return NULL;
}

const struct evidence *correlation_again(const struct correlation *s,
					 size_t result)
{
	const struct evidence *first = NULL;
	size_t count;
	const size_t *list = correlation_evidence_of(s, result, &count);

	for (size_t i = 0; i < count; i++) {
		const struct evidence *e = &s->results->evidence[list[i]];
		const char *of = facts_text(&e->observed, "what");

		if (of == NULL || strcmp(of, CORRELATION_AGAIN) != 0)
			continue;
		if (facts_is_true(&e->observed, "ok"))
			return e;
		if (first == NULL)
			first = e;
	}
	return first;
}

bool correlation_is_answer(const struct evidence *e)
{
	const char *cause =
	    e == NULL ? NULL : facts_text(&e->observed, "cause");

	return cause != NULL && facts_find(&e->observed, "blocker") == NULL &&
	       (strcmp(cause, "ok") == 0 || strcmp(cause, "refused") == 0);
}

const char *correlation_hop(const char *item, int *number)
{
	enum { HOPS_MAX = 255 }; /* the time to live has one octet */
	int read = 0;

	for (; *item >= '0' && *item <= '9' && read <= HOPS_MAX; item++)
		read = 10 * read + (*item - '0');
	*number = *item == ' ' && read <= HOPS_MAX ? read : 0;
	return *item == ' ' ? item + 1 : item;
}

bool correlation_host_answered(const struct correlation *s, size_t result)
{
	size_t host = s->contexts[result].host;

	return host != SIZE_MAX && s->hosts[host].answered;
}

const struct evidence *correlation_wildcard(const struct correlation *s,
					    const char *domain)
{
	for (size_t i = 0; i < s->results->evidence_count; i++) {
		const struct evidence *e = &s->results->evidence[i];
		const char *what = facts_text(&e->observed, "what");
		const char *name = facts_text(&e->observed, "name");

		if (what != NULL && strcmp(what, EVIDENCE_RANDOM_IN) == 0 &&
		    name != NULL && strchr(name, '.') != NULL &&
		    strcmp(strchr(name, '.') + 1, domain) == 0 &&
		    facts_find(&e->observed, "addresses") != NULL)
			return e;
	}
	return NULL;
}

/* Indices ------------------------------------------------------------------
 */

static void correlation_index_specs(struct correlation *s)
{
	size_t specs = s->plan->spec_count;
	size_t count = s->results->count;
	size_t at = 0;

	s->spec_first = arena_calloc(&s->arena, specs + 1, sizeof(size_t));
	s->spec_count = arena_calloc(&s->arena, specs + 1, sizeof(size_t));
	s->by_spec = arena_calloc(&s->arena, count + 1, sizeof(size_t));
	for (size_t i = 0; i < count; i++)
		s->spec_count[correlation_spec(s, i)]++;
	for (size_t i = 0; i < specs; i++) {
		s->spec_first[i] = at;
		at += s->spec_count[i];
		s->spec_count[i] = 0;
	}
	for (size_t i = 0; i < count; i++) {
		size_t spec = correlation_spec(s, i);

		s->by_spec[s->spec_first[spec] + s->spec_count[spec]++] = i;
	}
}

/* The result that was tested, of which this one may be a copy. */
static const struct result *correlation_tested(const struct correlation *s,
					       size_t index)
{
	const struct result *r = &s->results->items[index];

	return r->same_as == SIZE_MAX ? r : &s->results->items[r->same_as];
}

/* Evidence belongs to a path: an address, port and transport. A control asks
 * something else of it instead of one test, and is about that test. */
static bool correlation_is_about(const struct evidence *e,
				 const struct result *a, const struct result *b)
{
	if (a == b)
		return true;
	return a->port == b->port && a->transport == b->transport &&
	       e->kind != EVIDENCE_CONTROL && e->kind != EVIDENCE_RESOLVER &&
	       a->addr.family != ADDR_NONE && addr_equal(&a->addr, &b->addr);
}

static void correlation_index_evidence(struct correlation *s)
{
	const struct results *r = s->results;
	size_t count = 0, capacity = 0, *list = NULL;
	/* The test of each evidence; NULL: of none. */
	const struct result **of =
	    mem_calloc(r->evidence_count + 1, sizeof(*of));

	for (size_t k = 0; k < r->evidence_count; k++)
		if (r->evidence[k].result < r->count)
			of[k] = correlation_tested(s, r->evidence[k].result);
	s->evidence_first =
	    arena_calloc(&s->arena, r->count + 1, sizeof(size_t));
	for (size_t i = 0; i < r->count; i++) {
		const struct result *b = correlation_tested(s, i);

		for (size_t k = 0; k < r->evidence_count; k++) {
			if (of[k] == NULL ||
			    !correlation_is_about(&r->evidence[k], of[k], b))
				continue;
			list =
			    mem_grow(list, &capacity, count + 1, sizeof *list);
			list[count++] = k;
		}
		s->evidence_first[i + 1] = count;
	}
	s->by_evidence = arena_copy(&s->arena, list, count, sizeof *list);
	free(list);
	free(of);
}

struct correlation_key {
	struct addr addr;
	size_t result;
};

static int correlation_compare(const void *left, const void *right)
{
	const struct correlation_key *a = left;
	const struct correlation_key *b = right;
	int order = addr_compare(&a->addr, &b->addr);

	if (order != 0)
		return order;
	return a->result < b->result ? -1 : a->result > b->result;
}

static void correlation_group_hosts(struct correlation *s,
				    const struct correlation_key *keys,
				    size_t count)
{
	s->hosts = arena_calloc(&s->indexes, count + 1, sizeof *s->hosts);
	s->by_host = arena_calloc(&s->indexes, count + 1, sizeof(size_t));
	for (size_t i = 0; i < count; i++) {
		struct host_index *host;

		if (i == 0 || !addr_equal(&keys[i].addr, &keys[i - 1].addr)) {
			host = &s->hosts[s->host_count++];
			host->addr = keys[i].addr;
			host->first = i;
		}
		host = &s->hosts[s->host_count - 1];
		host->count++;
		s->by_host[i] = keys[i].result;
		s->contexts[keys[i].result].host = s->host_count - 1;
	}
}

static void correlation_index_hosts(struct correlation *s)
{
	const struct results *r = s->results;
	struct correlation_key *keys = mem_calloc(r->count + 1, sizeof *keys);
	size_t count = 0;
	bool sorted = true;

	for (size_t i = 0; i < r->count; i++) {
		s->contexts[i].host = SIZE_MAX;
		if (r->items[i].addr.family == ADDR_NONE ||
		    !s->contexts[i].direct)
			continue;
		keys[count++] = (struct correlation_key){r->items[i].addr, i};
	}
	/* A plan names its devices in order, more often than not. */
	for (size_t i = 1; i < count && sorted; i++)
		sorted = correlation_compare(&keys[i - 1], &keys[i]) < 0;
	if (!sorted)
		qsort(keys, count, sizeof *keys, correlation_compare);
	correlation_group_hosts(s, keys, count);
	free(keys);
}

/* What each result shows ----------------------------------------------------
 */

/* Did the target itself speak? A reset may be forged: evidence says so. */
static bool correlation_answered(const struct correlation *s, size_t index)
{
	const struct result *r = &s->results->items[index];
	const struct evidence *e;

	if (r->why != WHY_NONE || r->addr.family == ADDR_NONE)
		return false;
	switch (r->outcome.cause) {
	case CAUSE_OK:
		return r->proof != PROOF_NONE;
	case CAUSE_REFUSED:
		return correlation_reset(s, index, &e) >= 0;
	case CAUSE_TIMEOUT:
		return correlation_is_silent(r, SILENCE_AFTER_OPEN);
	case CAUSE_RESET:
	case CAUSE_BAD_REPLY:
	case CAUSE_REJECTED:
	case CAUSE_UNTRUSTED:
	case CAUSE_NXDOMAIN:
	case CAUSE_SERVFAIL:
	case CAUSE_NO_DATA:
	case CAUSE_UNSYNCHRONISED:
		return true;
	case CAUSE_PROHIBITED: /* the target's own firewall is the target */
		return r->outcome.has_icmp &&
		       addr_equal(&r->outcome.blocker, &r->addr);
	case CAUSE_UNREACHABLE:
	case CAUSE_IN_USE:
	case CAUSE_LOCAL:
	case CAUSE_COUNT:
		break;
	}
	return false;
}

/* An address that a vendor's name cannot have. A name asked for by hand may be
 * one of this site. */
static bool correlation_is_unexpected(const struct result *r)
{
	bool by_hand = r->spec->requirement->to_kind == TO_TARGET;

	return r->addr.family != ADDR_NONE &&
	       ((addr_is_private(&r->addr) && !by_hand) ||
		addr_is_invalid_target(&r->addr) ||
		addr_is_multicast(&r->addr));
}

static void correlation_look(struct correlation *s, struct map *domains,
			     size_t index)
{
	const struct result *r = &s->results->items[index];
	const struct spec *spec = r->spec;
	struct result_context *v = &s->contexts[index];

	v->direct = !spec->via_proxy;
	/* A private number is inside, whatever a requirement calls it. */
	v->internet = (spec->requirement->to_kind == TO_INTERNET ||
		       spec->requirement->to_kind == TO_TARGET) &&
		      !spec->system_server &&
		      (spec->literal.family == ADDR_NONE ||
		       !addr_is_private(&spec->literal));
	v->trust = interception_trust(&r->facts);
	v->domain = SIZE_MAX;
	if (spec->host != NULL && spec->literal.family == ADDR_NONE) {
		size_t *number =
		    map_at(domains, correlation_domain(spec->host));

		if (*number == SIZE_MAX)
			*number = domains->count;
		v->domain = *number;
		v->name_matches =
		    interception_name_matches(&r->facts, spec->host);
	}
	v->unexpected = v->internet && v->direct && v->domain != SIZE_MAX &&
			correlation_is_unexpected(r);
	v->answered = v->direct && !v->accepted && !v->nearer &&
		      correlation_answered(s, index);
}

static void correlation_requirements(struct correlation *s)
{
	for (size_t i = 0; i < s->plan->requirement_count; i++) {
		const struct plan_requirement *p = &s->plan->requirements[i];

		for (size_t j = p->first; j < p->first + p->count; j++) {
			for (size_t k = 0; k < s->spec_count[j]; k++) {
				size_t index = s->by_spec[s->spec_first[j] + k];

				s->contexts[index].requirement = i;
				s->requirements[index] = (uint32_t)i;
			}
		}
	}
}

static void correlation_host_domain(struct host_index *h, size_t domain)
{
	for (size_t i = 0; i < h->domain_count; i++) {
		if (h->domains[i] == domain)
			return;
	}
	if (domain != SIZE_MAX && h->domain_count < 3)
		h->domains[h->domain_count++] = domain;
}

static void correlation_hosts(struct correlation *s)
{
	for (size_t i = 0; i < s->host_count; i++) {
		struct host_index *h = &s->hosts[i];

		for (size_t j = h->first; j < h->first + h->count; j++) {
			const struct result *r =
			    &s->results->items[s->by_host[j]];
			const struct result_context *v =
			    &s->contexts[s->by_host[j]];

			h->answered |= v->answered;
			h->on_link |= r->on_link;
			h->ok +=
			    r->outcome.cause == CAUSE_OK && r->why == WHY_NONE;
			if (v->internet)
				correlation_host_domain(h, v->domain);
			h->foreign |= v->internet && !v->name_matches &&
				      v->trust != TLS_TRUST_NONE;
			h->trusted |= v->trust == TLS_TRUST_PUBLIC;
		}
	}
}

static void correlation_host_asked(struct host_index *h,
				   const struct evidence *e)
{
	const char *cause =
	    e == NULL ? NULL : facts_text(&e->observed, "cause");

	if (correlation_is_answer(e)) {
		h->heard = e;
		h->answered = true;
	} else if (cause != NULL && (strcmp(cause, "timeout") == 0 ||
				     strcmp(cause, "unreachable") == 0)) {
		h->unheard = e;
	}
}

static void correlation_hosts_asked(struct correlation *s)
{
	static const char *const controls[] = {"other-port", "ping"};

	for (size_t i = 0; i < s->host_count; i++) {
		struct host_index *h = &s->hosts[i];

		for (size_t j = h->first; j < h->first + h->count; j++) {
			size_t at = s->by_host[j];

			for (size_t k = 0; k < 2; k++)
				correlation_host_asked(
				    h, correlation_control(s, at, controls[k]));
		}
	}
}

/* Devices of one network entry are neighbours in the plan. */
static size_t correlation_network_end(const struct plan *plan, size_t first)
{
	size_t end = first + 1;

	while (end < plan->device_count && plan->devices[first].swept &&
	       plan->devices[end].swept &&
	       plan->devices[end].entry == plan->devices[first].entry)
		end++;
	return end;
}

static void correlation_absent(struct correlation *s)
{
	size_t count = s->plan->device_count, end;
	bool *up = mem_calloc(count + 1, sizeof *up);
	bool *alive = mem_calloc(count + 1, sizeof *alive);

	for (size_t i = 0; i < s->results->count; i++) {
		size_t device = s->results->items[i].spec->device_index;

		if (device < count)
			up[device] |= s->contexts[i].answered;
	}
	for (size_t i = 0; i < count; i = end) {
		bool any = false;

		end = correlation_network_end(s->plan, i);
		for (size_t k = i; k < end; k++)
			any |= up[k];
		for (size_t k = i; k < end; k++)
			alive[k] = any;
	}
	for (size_t i = 0; i < s->results->count; i++) {
		const struct spec *spec = s->results->items[i].spec;

		s->contexts[i].absent =
		    spec->swept && spec->device_index < count &&
		    !up[spec->device_index] && alive[spec->device_index];
	}
	free(up);
	free(alive);
}

struct correlation *correlation_new(const struct plan *plan,
				    const struct results *results)
{
	struct correlation *s = mem_calloc(1, sizeof *s);
	struct map domains = {0};

	s->plan = plan;
	s->results = results;
	s->contexts =
	    arena_calloc(&s->indexes, results->count + 1, sizeof *s->contexts);
	s->requirements =
	    arena_calloc(&s->arena, results->count + 1, sizeof(uint32_t));
	correlation_index_specs(s);
	correlation_index_evidence(s);
	open_ports_find(s);
	nearer_find(s);
	for (size_t i = 0; i < results->count; i++)
		correlation_look(s, &domains, i);
	correlation_requirements(s);
	correlation_index_hosts(s);
	correlation_hosts(s);
	correlation_hosts_asked(s);
	ban_find(s);
	correlation_absent(s);
	interception_find(s);
	path_quality_find(s);
	map_free(&domains);
	return s;
}

void correlation_shrink(struct correlation *s)
{
	arena_free(&s->indexes);
	s->contexts = NULL;
	s->hosts = NULL;
	s->by_host = NULL;
	s->host_count = 0;
}

void correlation_free(struct correlation *s)
{
	if (s == NULL)
		return;
	arena_free(&s->indexes);
	arena_free(&s->arena);
	free(s);
}
