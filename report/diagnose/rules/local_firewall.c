/* local_firewall.c - this host itself refuses to send. */
#include "report/diagnose/diagnose.h"

#include "report/own_filter.h"

#include <string.h>

static void local_firewall_watched(struct diagnosis *d);
static void local_firewall(struct diagnosis *d);
static void local_firewall_silent(struct diagnosis *d);

const struct finding_entry finding_local_firewall = {
    .code = "local-firewall",
    .rules = {{790, local_firewall_watched},
	      {800, local_firewall},
	      {810, local_firewall_silent}},
    .owner = OWNER_THIS_HOST,
    .title = "This host's own firewall{detail} blocks {subject}",
    .meaning =
	"This host rejected or dropped its own packets before they reached the "
	"network, or the answers after they had come in. The far end and the "
	"firewalls on the path have not been tested.",
    .decided =
	"Sending failed with \"operation not permitted\", an ICMP rejection "
	"came from this host's own address, or the wire was watched during one "
	"more try: an answer came in that no socket got, or the connection was "
	"refused although nothing had left this host. Probable where only the "
	"kernel says that it sent no repeat of unanswered connection "
	"attempts.",
    .lookalikes =
	"Reverse path filtering of this host (rp_filter), where answers come "
	"in by another interface or from an unexpected one; answers that "
	"arrive damaged; a queue or a filter of this host's interface that "
	"drops (tc); a security program; a VPN or ZTNA client, or a local "
	"proxy, that redirects connections and is not running.",
    .remedies =
	{{OWNER_THIS_HOST,
	  {"Allow outgoing {subject} in this host's firewall (nft list "
	   "ruleset, iptables -S OUTPUT, ufw status)",
	   "In this host's firewall, let answers in (ct state established "
	   "accept, before rules that drop; nft list ruleset, iptables -S "
	   "INPUT); if no rule drops them, check reverse path filtering "
	   "(sysctl -a -r rp_filter)",
	   "If no rule rejects it, look for a rule that redirects it to a "
	   "program that is not running: a VPN or ZTNA client, or a proxy "
	   "(nft list ruleset, iptables -t nat -S OUTPUT)",
	   "Run preflight again: the paths behind it have not been tested "
	   "yet"}}},
    .confirm_by = "nft list ruleset (or iptables -S OUTPUT) on this host",
};

/* Steps of the remedy that do not apply. */
enum { STEP_OUTPUT = 1U, STEP_INPUT = 2U, STEP_REDIRECT = 4U };

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

/* The rule that stops it, where this host's rules were read: another witness.
 */
static void local_firewall_rule(struct diagnosis *d, struct candidate *f,
				size_t index)
{
	const struct evidence *e =
	    correlation_evidence(d->correlation, index, EVIDENCE_RULES);
	const char *says =
	    e == NULL ? NULL : facts_text(&e->observed, "ruleset");
	const char *rule =
	    e == NULL ? NULL : facts_text(&e->observed, "ruleset-rule");

	if (rule == NULL ||
	    (strcmp(says, "drops") != 0 && strcmp(says, "rejects") != 0))
		return;
	f->confirmed = true;
	candidate_cite(d, f, e,
		       arena_printf(d->arena, "%s %s %s", rule, says,
				    local_firewall_path(d, index)));
}

/* Claims a result, and names its path in the subject once, behind `before`. */
static void local_firewall_claim(struct diagnosis *d, struct candidate *f,
				 struct map *paths, const char *before,
				 size_t index)
{
	const char *path = local_firewall_path(d, index);
	size_t *slot = map_at(paths, path);

	if (*slot == SIZE_MAX)
		f->subject =
		    f->result_count == 0
			? arena_printf(d->arena, "%s%s", before, path)
			: arena_printf(d->arena, "%s, %s", f->subject, path);
	*slot = index;
	f->where = WHERE_THIS_HOST;
	candidate_claim(d, f, index);
	local_firewall_rule(d, f, index);
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
		f->left_out = STEP_INPUT | STEP_REDIRECT;
		local_firewall_claim(d, f, &paths, "", i);
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

/* What the wire showed --------------------------------------------------- */

static const char *local_firewall_seen(struct diagnosis *d,
				       const struct evidence *e)
{
	const char *answer = facts_text(&e->observed, "answer");
	const char *device = facts_text(&e->observed, "device");
	char address[ADDR_TEXT];

	addr_text(&e->addr, address);
	if (e->transport == TRANSPORT_ICMP)
		return arena_printf(d->arena,
				    "%s, ping: the reply came in%s%s, and no "
				    "socket got it",
				    address, device == NULL ? "" : " by ",
				    device == NULL ? "" : device);
	if (answer == NULL)
		return arena_printf(
		    d->arena, "%s port %u: %s, and nothing had left this host",
		    address, (unsigned)e->port,
		    facts_is_true(&e->observed, "received") ? "refused"
							    : "no answer");
	return arena_printf(
	    d->arena,
	    "%s port %u: the answer (%s) came in%s%s, and no socket "
	    "got it",
	    address, (unsigned)e->port, answer, device == NULL ? "" : " by ",
	    device == NULL ? "" : device);
}

static void local_firewall_cite(struct diagnosis *d, struct candidate *f,
				size_t index, const struct evidence *e)
{
	for (size_t i = 0; i < f->id_count; i++)
		if (strcmp(f->ids[i], e->id) == 0)
			return;
	f->inferred |= !own_filter_is_watched(d->correlation, index, e);
	candidate_cite(d, f, e, local_firewall_seen(d, e));
}

/* Nothing between the wire and a socket, but this host, keeps an answer; and
 * none but this host refuses what did not leave it. */
static void local_firewall_watched(struct diagnosis *d)
{
	struct map in = {0}, out = {0};

	for (size_t k = 0; k < d->open_count; k++) {
		size_t i = diagnosis_open(d, k);
		const struct evidence *e;
		enum own_filter what;
		struct candidate *f;
		bool keeps;

		if (i == SIZE_MAX)
			continue;
		what = own_filter_of(d->correlation, i, &e);
		keeps = what == OWN_FILTER_KEEPS;
		if (!keeps && what != OWN_FILTER_REFUSES)
			continue;
		f = candidate_for(d, &finding_local_firewall,
				  keeps ? "answers" : "refused");
		f->confirmed = true;
		f->detail = keeps ? "" : " or a redirect on it";
		f->left_out = keeps ? STEP_OUTPUT | STEP_REDIRECT : STEP_INPUT;
		local_firewall_cite(d, f, i, e);
		local_firewall_claim(d, f, keeps ? &in : &out,
				     keeps ? "answers to " : "", i);
	}
	map_free(&in);
	map_free(&out);
}

/* The wire says so, too. */
static void local_firewall_held_back(struct diagnosis *d, struct candidate *f,
				     size_t index)
{
	const struct evidence *e;

	if (own_filter_of(d->correlation, index, &e) != OWN_FILTER_HOLDS_BACK)
		return;
	f->confirmed = true;
	local_firewall_cite(d, f, index, e);
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
		f->left_out = STEP_INPUT | STEP_REDIRECT;
		local_firewall_held_back(d, f, index);
		local_firewall_claim(d, f, &paths, "", index);
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
