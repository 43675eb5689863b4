/* dns_server_dead.c - a server that explains every name that could not be had.
 */
#include "report/diagnose/first_hop.h"

#include <string.h>

static void dns_dead(struct diagnosis *d);
static void dns_beside(struct diagnosis *d);

const struct finding_entry finding_dns_server_dead = {
    .code = "dns-server-dead",
    .rules = {{1700, dns_dead}, {4650, dns_beside}},
    .owner = OWNER_DNS,
    .title = "The DNS server {subject} does not answer",
    .meaning =
	"This server does not resolve names, so tests that depend on a name "
	"could not run. If another server answers, only time is lost.",
    .decided =
	"No query to it was answered in this run: they timed out, or were "
	"refused as by a host on which no DNS service runs. Confirmed if "
	"another configured server, at another address, answered the same "
	"query in the same run, and this host may watch what comes in.",
    .lookalikes = "A firewall between this host and the DNS server, or on this "
		  "host.",
    .remedies = {{OWNER_DNS,
		  {"Check that the DNS service on {subject} runs and is "
		   "reachable from {source}",
		   "If the server is gone, replace it in this host's resolver "
		   "configuration (DHCP option 6, /etc/resolv.conf)",
		   "Run preflight again: the paths to these names have not "
		   "been tested yet",
		   FINDING_OWN_FILTER}}},
    .confirm_by = "the same query from another host on the same "
		  "network{detail}",
};

static const char *dns_key_dead(struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);

	if (!diagnosis_is_resolver(r) || r->parent != SIZE_MAX ||
	    (r->spec->via_proxy && r->outcome.phase != PHASE_RESOLVE) ||
	    (!r->on_link && !first_hop_is_clear(d, r->addr.family)))
		return NULL;
	switch (r->outcome.cause) {
	case CAUSE_REFUSED:
		break;
	case CAUSE_TIMEOUT:
	case CAUSE_UNREACHABLE:
		/* In the dark this host may be what does not reach it. */
		if (!r->outcome.has_icmp &&
		    !first_hop_is_dark(d, r->addr.family))
			break;
		return NULL;
	default:
		return NULL;
	}
	if (facts_is_true(&r->facts, "answers-truncated"))
		return NULL;
	return diagnosis_server_answers(d, index) ? NULL : "dead";
}

/* Another configured server, by its address, answered the same test; NULL:
 * none. */
static const char *dns_other_answers(struct diagnosis *d, size_t dead)
{
	const struct result *r = diagnosis_result(d, dead);

	for (size_t i = 0; i < d->results->count; i++) {
		const struct result *other = diagnosis_result(d, i);

		if (correlation_is_check(other, "dns") &&
		    other->spec->system_server && other->why == WHY_NONE &&
		    other->outcome.cause == CAUSE_OK &&
		    other->spec->requirement == r->spec->requirement &&
		    !addr_equal(&other->addr, &r->addr))
			return diagnosis_server(d, i);
	}
	return NULL;
}

/* What became of the tests of the servers themselves, one by one. */
struct dns_dead {
	size_t names, servers, refused, opposed;
	const char *other; /* a server that answered instead of the last one */
};

static struct dns_dead dns_count(struct diagnosis *d, const struct cluster *c)
{
	struct dns_dead n = {0};

	for (size_t i = 0; i < c->count; i++) {
		const struct result *r = diagnosis_result(d, c->items[i]);
		const char *other;

		if (r->outcome.phase == PHASE_RESOLVE) {
			n.names++;
			continue;
		}
		n.servers++;
		n.refused += r->outcome.cause == CAUSE_REFUSED;
		other = dns_other_answers(d, c->items[i]);
		if (other != NULL) {
			n.other = other;
			/* Nothing is between, or it does answer otherwise: a
			 * filter of the way to it would look the same. */
			n.opposed += r->on_link ||
				     diagnosis_host_answered(d, c->items[i]);
		}
	}
	return n;
}

/* The servers that were asked, and how to ask one of them. */
static void dns_name_servers(struct diagnosis *d, struct candidate *f,
			     const struct cluster *c)
{
	struct map seen = {0};
	const char *server;

	f->subject = "";
	for (size_t i = 0; i < c->count; i++)
		for (size_t k = 0;
		     (server = diagnosis_asked(d, c->items[i], k)) != NULL;
		     k++) {
			size_t *slot = map_at(&seen, server);

			if (*slot != SIZE_MAX)
				continue;
			*slot = i;
			f->subject = seen.count == 1
					 ? server
					 : arena_printf(d->arena, "%s, %s",
							f->subject, server);
			if (seen.count == 1)
				f->detail =
				    arena_printf(d->arena, ": dig @%s", server);
		}
	if (seen.count == 0)
		f->subject = "(address not known)";
	map_free(&seen);
}

/* The first of the usual times to live that is not below it. */
static int dns_start_ttl(int ttl)
{
	return ttl <= 64 ? 64 : ttl <= 128 ? 128 : 255;
}

/*
 * Questions to this server end nearer than the last router before it: by its
 * walk, and by the time to live of another answer of it. Then something on the
 * way drops them, and the server may be well.
 */
static bool dns_ends_nearer(struct diagnosis *d, size_t index, struct hop *hop)
{
	const struct result *r = diagnosis_result(d, index);
	const struct evidence *heard = diagnosis_heard(d, index);
	int ttl = heard == NULL ? 0
				: (int)correlation_number(&heard->observed,
							  "answer-ttl", 0);

	*hop = diagnosis_hop(d, &index, 1);
	return correlation_is_silent(r, SILENCE_NO_REPLY) && !r->on_link &&
	       hop->evidence != NULL && !hop->reached && ttl > 0 &&
	       hop->number < dns_start_ttl(ttl) - ttl;
}

/* All servers that were asked; names come of their silence. */
static bool dns_is_dropped(struct diagnosis *d, const struct cluster *c)
{
	size_t servers = 0;
	struct hop hop;

	for (size_t i = 0; i < c->count; i++) {
		if (diagnosis_result(d, c->items[i])->outcome.phase ==
		    PHASE_RESOLVE)
			continue;
		servers++;
		if (!dns_ends_nearer(d, c->items[i], &hop))
			return false;
	}
	return servers > 0;
}

/* One finding with whatever else vanishes at that place (drop.c). */
static void dns_dropped(struct diagnosis *d, const struct cluster *c)
{
	const struct evidence *heard;
	struct candidate *f;
	size_t names = 0;
	struct hop hop;

	for (size_t i = 0; i < c->count; i++)
		names += diagnosis_result(d, c->items[i])->outcome.phase ==
			 PHASE_RESOLVE;
	for (size_t i = 0; i < c->count; i++) {
		if (!dns_ends_nearer(d, c->items[i], &hop))
			continue; /* a name */
		heard = diagnosis_heard(d, c->items[i]);
		f = candidate_for(d, &finding_firewall_drops,
				  diagnosis_place(d, &hop));
		f->reason = "The DNS server answers other tests; questions to "
			    "it end on the way";
		diagnosis_candidate_hop(d, f, &hop);
		candidate_cite(d, f, heard, diagnosis_control_text(d, heard));
		if (names > 0)
			candidate_line(d, f,
				       "names that could not be resolved: %zu",
				       names);
		/* Servers at one place: the first takes all of it. */
		candidate_claim_all(d, f, c);
	}
}

static void dns_dead(struct diagnosis *d)
{
	struct clusters c;
	struct candidate *f;
	struct dns_dead n;
	size_t answered = d->v4.internet_answered + d->v6.internet_answered;

	diagnosis_clusters_collect(&c, d, dns_key_dead);
	if (c.count == 0)
		goto out;
	if (dns_is_dropped(d, &c.items[0])) {
		dns_dropped(d, &c.items[0]);
		goto out;
	}
	n = dns_count(d, &c.items[0]);
	f = candidate_for(d, &finding_dns_server_dead, "");
	dns_name_servers(d, f, &c.items[0]);
	f->confirmed =
	    n.servers > 0 &&
	    (n.refused == n.servers ||
	     (n.opposed == n.servers && !diagnosis_cannot(d, "link")));
	f->reason = n.servers > 0 && n.refused == n.servers
			? "It refused the query: no DNS service runs there"
		    : n.other != NULL
			? arena_printf(d->arena,
				       "It did not answer, while another "
				       "server, %s, answered the same query",
				       n.other)
			: "It answered no query";
	f->where = WHERE_TARGET;
	if (n.names > 0)
		candidate_line(d, f, "names that could not be resolved: %zu",
			       n.names);
	if (answered > 0 && n.names > 0)
		candidate_line(d, f,
			       "answered tests of internet addresses: %zu",
			       answered);
	candidate_claim_all(d, f, &c.items[0]);
out:
	diagnosis_clusters_free(&c);
}

/* The candidate that explains a path; NULL: none does. */
static struct candidate *dns_explains(struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);

	for (size_t k = 0; k < d->candidate_count; k++) {
		struct candidate *f = d->candidates[k];

		for (size_t i = 0; i < f->result_count; i++) {
			const struct result *other =
			    diagnosis_result(d, f->results[i]);

			if (other->outcome.phase > PHASE_RESOLVE &&
			    other->transport == r->transport &&
			    other->port == r->port &&
			    addr_equal(&other->addr, &r->addr))
				return f;
		}
	}
	return NULL;
}

/* What explains the silence of a server that the name was asked of. */
static struct candidate *dns_explains_name(struct diagnosis *d, size_t index)
{
	const char *server;
	char address[ADDR_TEXT];

	for (size_t k = 0; (server = diagnosis_asked(d, index, k)) != NULL;
	     k++) {
		for (size_t i = 0; i < d->results->count; i++) {
			const struct result *r = diagnosis_result(d, i);

			if (correlation_is_check(r, "dns") &&
			    r->spec->system_server &&
			    r->transport == TRANSPORT_UDP &&
			    r->outcome.cause != CAUSE_OK &&
			    strcmp(addr_text(&r->addr, address), server) == 0)
				return dns_explains(d, i);
		}
	}
	return NULL;
}

/* What explains the way to a server explains the names that were asked of it,
 * and the server's own test where the same path has another one. */
static void dns_beside(struct diagnosis *d)
{
	for (int names = 0; names < 2; names++) {
		for (size_t k = 0; k < d->open_count; k++) {
			size_t i = diagnosis_open(d, k);
			struct candidate *f = NULL;

			if (i == SIZE_MAX)
				continue;
			if (names == 0 &&
			    diagnosis_result(d, i)->spec->system_server)
				f = dns_explains(d, i);
			if (names == 1 &&
			    diagnosis_is_name_lost(diagnosis_result(d, i)))
				f = dns_explains_name(d, i);
			if (f == NULL)
				continue;
			if (names == 1)
				candidate_line(d, f,
					       "names that could not be "
					       "resolved for that reason are "
					       "counted here, too");
			candidate_claim(d, f, i);
		}
	}
}
