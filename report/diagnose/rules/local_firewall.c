/* local_firewall.c - this host itself refuses to send. */
#include "report/diagnose/diagnose.h"

static void local_firewall(struct diagnosis *d);
static void local_firewall_silent(struct diagnosis *d);

const struct finding_entry finding_local_firewall = {
    .code = "local-firewall",
    .rules = {{800, local_firewall}, {810, local_firewall_silent}},
    .owner = OWNER_THIS_HOST,
    .title = "This host's own firewall blocks {subject}",
    .meaning =
	"This host rejected or dropped the packets before they reached the "
	"network. The far end and the firewalls on the path have not been "
	"tested.",
    .decided = "Sending failed with \"operation not permitted\", or an ICMP "
	       "rejection came from this host's own address. Probable where "
	       "the kernel did not report an error, but sent no repeat of "
	       "unanswered connection attempts.",
    .lookalikes = "A queue or a filter of this host's interface that drops "
		  "(tc), or a security program.",
    .remedies = {{OWNER_THIS_HOST,
		  {"Allow outgoing {subject} in this host's firewall (nft list "
		   "ruleset, iptables -S OUTPUT, ufw status)",
		   "Run preflight again: the paths behind it have not been "
		   "tested yet"}}},
    .confirm_by = "nft list ruleset (or iptables -S OUTPUT) on this host",
};

/* "udp/53": the kernel does not let questions to the DNS servers out. */
static const char *local_firewall_path(struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);

	if (r->outcome.phase == PHASE_RESOLVE)
		return "udp/53";
	return r->transport == TRANSPORT_ICMP
		   ? "ICMP echo"
		   : arena_printf(d->arena, "%s/%u",
				  transport_name(r->transport),
				  (unsigned)r->port);
}

/* Claims a result, and names its path in the subject once. */
static void local_firewall_claim(struct diagnosis *d, struct candidate *f,
				 struct map *paths, size_t index)
{
	const char *path = local_firewall_path(d, index);
	size_t *slot = map_at(paths, path);

	if (*slot == SIZE_MAX)
		f->subject =
		    f->result_count == 0
			? path
			: arena_printf(d->arena, "%s, %s", f->subject, path);
	*slot = index;
	f->where = WHERE_THIS_HOST;
	candidate_claim(d, f, index);
}

/* No question left this host: not the server's silence. Where the kernel says
 * who refused it locally, it was this host. */
static bool local_firewall_is_name(const struct result *r)
{
	return diagnosis_is_name_unsent(r) &&
	       (r->outcome.error == NET_NOT_PERMITTED ||
		r->outcome.blocker.family != ADDR_NONE);
}

static void local_firewall_icmp(struct diagnosis *d, struct candidate *f,
				const struct result *r)
{
	char address[ADDR_TEXT];

	if (!r->outcome.has_icmp || f->blocker.family != ADDR_NONE)
		return;
	f->blocker = r->outcome.blocker;
	f->blocker_name = facts_text(&d->results->host, "name");
	candidate_line(d, f, "ICMP %u/%u from this host's own address %s",
		       (unsigned)r->outcome.icmp_type,
		       (unsigned)r->outcome.icmp_code,
		       addr_text(&f->blocker, address));
}

static void local_firewall(struct diagnosis *d)
{
	struct candidate *f = NULL;
	struct map paths = {0};
	size_t not_permitted = 0, names = 0;

	for (size_t k = 0; k < d->open_count; k++) {
		size_t i = diagnosis_open(d, k);
		const struct result *r;

		if (i == SIZE_MAX)
			continue;
		r = diagnosis_result(d, i);
		if (!diagnosis_refused_here(r, CAUSE_PROHIBITED) &&
		    !local_firewall_is_name(r))
			continue;
		f = candidate_for(d, &finding_local_firewall, "");
		f->confirmed = true;
		local_firewall_claim(d, f, &paths, i);
		names += r->outcome.phase == PHASE_RESOLVE;
		not_permitted +=
		    r->outcome.phase != PHASE_RESOLVE && !r->outcome.has_icmp;
		local_firewall_icmp(d, f, r);
	}
	if (not_permitted > 0)
		candidate_line(
		    d, f,
		    "probes that failed with \"operation not permitted\": %zu",
		    not_permitted);
	if (names > 0)
		candidate_line(d, f,
			       "names whose questions this host refused to "
			       "send: %zu",
			       names);
	map_free(&paths);
}

static const char *local_firewall_unsent_key(struct diagnosis *d, size_t index)
{
	return diagnosis_result(d, index)->unsent ? "" : NULL;
}

/* The kernel tells the connecting program nothing of packets that this host's
 * firewall dropped; but it counts a repeat as sent only if it left. */
static void local_firewall_silent(struct diagnosis *d)
{
	struct clusters c;
	struct map paths = {0};
	struct candidate *f = NULL;

	diagnosis_clusters_collect(&c, d, local_firewall_unsent_key);
	for (size_t i = 0; c.count > 0 && i < c.items[0].count; i++) {
		size_t index = c.items[0].items[i];
		const struct evidence *e = correlation_evidence(
		    d->correlation, index, EVIDENCE_SENDING);
		char address[ADDR_TEXT];

		f = candidate_for(d, &finding_local_firewall, "unsent");
		local_firewall_claim(d, f, &paths, index);
		if (e != NULL)
			candidate_cite(
			    d, f, e,
			    arena_printf(d->arena,
					 "%s port %u: this host's kernel sent "
					 "no repeat of the unanswered attempts",
					 addr_text(&e->addr, address),
					 (unsigned)e->port));
	}
	if (f != NULL)
		candidate_line(d, f,
			       "tests of which no repeat left this host: %zu",
			       c.items[0].count);
	map_free(&paths);
	diagnosis_clusters_free(&c);
}
