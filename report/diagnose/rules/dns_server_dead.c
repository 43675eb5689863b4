/* dns_server_dead.c - a server that explains every name that could not be had.
 */
#include "report/diagnose/first_hop.h"

static void dns_dead(struct diagnosis *d);

const struct finding_entry finding_dns_server_dead = {
    .code = "dns-server-dead",
    .rules = {{1700, dns_dead}},
    .owner = OWNER_DNS,
    .title = "The DNS server {subject} does not answer",
    .meaning =
	"This server does not resolve names, so tests that depend on a name "
	"could not run. If another server answers, only time is lost.",
    .decided =
	"No query to it was answered in this run: they timed out, or were "
	"refused as by a host on which no DNS service runs. Confirmed if "
	"another configured server, at "
	"another address, answered the same query in the same run.",
    .lookalikes = "A firewall between this host and the DNS server.",
    .remedies = {{OWNER_DNS,
		  {"Check that the DNS service on {subject} runs and is "
		   "reachable from {source}",
		   "If the server is gone, replace it in this host's resolver "
		   "configuration (DHCP option 6, /etc/resolv.conf)",
		   "Run preflight again: the paths to these names have not "
		   "been tested yet"}}},
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
			n.opposed++;
			n.other = other;
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

static void dns_dead(struct diagnosis *d)
{
	struct clusters c;
	struct candidate *f;
	struct dns_dead n;
	size_t answered = d->v4.internet_answered + d->v6.internet_answered;

	diagnosis_clusters_collect(&c, d, dns_key_dead);
	if (c.count == 0)
		goto out;
	n = dns_count(d, &c.items[0]);
	f = candidate_for(d, &finding_dns_server_dead, "");
	dns_name_servers(d, f, &c.items[0]);
	f->confirmed =
	    n.servers > 0 && (n.refused == n.servers || n.opposed == n.servers);
	f->reason = n.servers > 0 && n.refused == n.servers
			? "It refused the query: no DNS service runs there"
		    : n.opposed > 0
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
