/*
 * drop.c - silence that is left: where other traffic passes, something drops.
 * One rule: what else answers tells which finding it is.
 */
#include "report/diagnose/diagnose.h"

#include "report/diagnose/peer_group.h"

#include <string.h>

static void drop_find(struct diagnosis *d);

/* A firewall that drops all else of a device drops its UDP, too. */
static bool drop_is_firewall(const struct candidate *f)
{
	return f->owner == OWNER_FIREWALL;
}

const struct finding_entry finding_firewall_drops = {
    .code = "firewall-drops",
    .rules = {{4600, drop_find}},
    .merges = &finding_firewall_drops,
    .lists_ports = true,
    .owner = OWNER_FIREWALL,
    .title = "{paths} to {targets} {paths:is|are} silently dropped{subject}",
    .title_back = "{paths} to {targets}: no answer comes back from {behind}",
    .brief = "{place} drops {paths} to {targets}",
    .meaning =
	"Packets to this port are lost, while other traffic on the same path "
	"passes. This is typical of a firewall rule that drops packets.",
    .decided = "No target answers on this port, while other ports of the same "
	       "targets, or of the internet, answer in the same run. A "
	       "traceroute shows how far the packets get.",
    .lookalikes =
	"A firewall on the target itself, this host's own firewall "
	"that silently drops, or an answer that is lost on the way back.",
    .remedies =
	{{OWNER_FIREWALL,
	  {"On the firewall{subject}, allow {paths} from {source} to {rules}, "
	   "and the return traffic",
	   "Check its log for drops from {source}", FINDING_OWN_FILTER}},
	 {OWNER_DEVICE,
	  {"In the firewall of the device itself, allow {paths} from {source}",
	   "Check that the service is enabled on it", FINDING_OWN_FILTER}},
	 {OWNER_INTERNET,
	  {"The packets leave this site: ask the provider whether {paths} "
	   "{paths:is|are} filtered{subject}",
	   "If the firewall there is yours, allow {paths} from {source} to "
	   "{rules}",
	   "The answers may be lost on their way back: check this site's "
	   "firewall for drops of them, too",
	   FINDING_OWN_FILTER}}},
    .confirm_by = "the firewall's log while preflight runs, or a packet "
		  "capture behind it",
};

const struct finding_entry finding_target_silent = {
    .code = "target-silent",
    .merges = &finding_target_silent,
    .owner = OWNER_INTERNET,
    .title = "{targets} {targets:does|do} not answer {paths}; other hosts do",
    .meaning =
	"Only this target does not answer; other hosts answer on the same "
	"port. Its host is down, or a rule blocks this destination.",
    .decided = "The target did not answer, while other hosts answered on the "
	       "same port in the same run.",
    .lookalikes = "A firewall rule by destination.",
    .remedies = {{OWNER_INTERNET,
		  {"Try {targets} from another network",
		   "If it answers there, look for a rule by destination on the "
		   "firewall; if not, report it to its operator"}},
		 {OWNER_DEVICE,
		  {"Check power, cable and address of {targets}",
		   "Check the firewall of the device itself, and those on the "
		   "path, for {paths} from {source}"}}},
    .confirm_by = "the same test from another network",
};

const struct finding_entry finding_udp_no_answer = {
    .code = "udp-no-answer",
    .merges = &finding_firewall_drops,
    .merges_if = drop_is_firewall,
    .owner = OWNER_FIREWALL,
    .title = "{targets} {targets:does|do} not answer{detail} on {paths}",
    .meaning = "The device did not answer. Over UDP this does not show whether "
	       "the port is closed, filtered, or ignores this host.",
    .decided = "The device answered other tests, but not {paths}.",
    .lookalikes = "A filter on the path or on this host, a stopped service, or "
		  "a service that ignores this host.",
    .remedies =
	{{OWNER_FIREWALL,
	  {"Allow {paths} from {source} to {rules}, and the return traffic",
	   "On the device, check that the service is on and accepts {source}",
	   FINDING_OWN_FILTER}},
	 {OWNER_DEVICE,
	  {"On {targets}, check that the service is on and accepts {source}",
	   "Allow {paths} from {source} on the path", FINDING_OWN_FILTER}},
	 {OWNER_DNS,
	  {"On {targets}, check that the DNS service is on and accepts "
	   "{source}",
	   "On the path and on {targets}, look for filters of DNS that drop "
	   "answers by their size, their type or the name"}}},
    .confirm_by = "a packet capture on the device's side while preflight runs",
};

/* This host's own server, which the run has asked as one of the internet, too:
 * what explains that, explains this (dns_server_dead.c). */
static bool drop_is_asked_twice(const struct diagnosis *d, size_t index)
{
	const struct result *own = diagnosis_result(d, index);

	for (size_t k = 0; own->spec->system_server && k < d->open_count; k++) {
		const struct result *r = diagnosis_result(d, d->open[k]);

		if (!r->spec->system_server && r->transport == own->transport &&
		    r->port == own->port && addr_equal(&r->addr, &own->addr) &&
		    diagnosis_is_vanished(d, d->open[k]))
			return true;
	}
	return false;
}

/* One cause for each port and place, but a peer group that stands out has its
 * own. */
static const char *drop_key(struct diagnosis *d, size_t index)
{
	if (!diagnosis_is_vanished(d, index) || drop_is_asked_twice(d, index))
		return NULL;
	return arena_printf(d->arena, "%s %s %s", diagnosis_port_key(d, index),
			    peer_group_mark(d, index),
			    diagnosis_vanishes(d, index));
}

/*
 * On the internet, all ports that vanish at one place are one cause. A device
 * may drop by itself right behind any hop: there, each port counts (merge.c
 * puts together what concerns the same devices). Both families are one where
 * nothing tells them apart.
 */
static const char *drop_key_of(struct diagnosis *d, size_t index,
			       const struct hop *hop)
{
	const struct result *r = diagnosis_result(d, index);
	const char *place = diagnosis_place(d, hop);

	if (diagnosis_view(d, index)->internet && hop->evidence != NULL)
		return place;
	return arena_printf(d->arena, "%s/%u %d %s %s",
			    transport_name(r->transport), (unsigned)r->port,
			    (int)diagnosis_class(d, index), place,
			    peer_group_mark(d, index));
}

static void drop_lines(struct diagnosis *d, struct candidate *f,
		       const struct cluster *c)
{
	for (size_t i = 0; i < c->count; i++) {
		const struct result *r = diagnosis_result(d, c->items[i]);
		char address[ADDR_TEXT];
		const char *target = diagnosis_target(d, c->items[i]);

		addr_text(&r->addr, address);
		if (strcmp(target, address) == 0)
			candidate_example(d, f, "%s: no answer to %u attempts",
					  target, r->attempts);
		else
			candidate_example(d, f,
					  "%s (%s): no answer to %u attempts",
					  target, address, r->attempts);
	}
}

/* A walk that was made and met no hop at all. */
static bool drop_is_blind(const struct diagnosis *d, const struct cluster *c)
{
	for (size_t i = 0; i < c->count; i++) {
		if (correlation_evidence(d->correlation, c->items[i],
					 EVIDENCE_HOP_WALK) != NULL)
			return true;
	}
	return false;
}

static void drop_blind_line(struct diagnosis *d, struct candidate *f)
{
	if (d->hears_icmp)
		candidate_line(d, f,
			       "traceroute got no reply from any hop: routers "
			       "limit how many ICMP errors they send");
	else
		candidate_line(d, f,
			       "traceroute got no reply from any hop: this "
			       "host's own firewall may drop the packets");
}

/* Only one host was tried on the port; another one answers there. */
static bool drop_only_host(struct diagnosis *d, const struct cluster *c)
{
	const struct evidence *e = diagnosis_control(d, c, "other-host");
	const struct result *r = diagnosis_result(d, c->items[0]);
	struct candidate *f;

	if (!correlation_is_answer(e))
		return false;
	f = candidate_for(d, &finding_target_silent,
			  diagnosis_target(d, c->items[0]));
	f->reason = "Another host answers on the same port";
	candidate_line(d, f, "%s: no answer to %u attempts",
		       diagnosis_target(d, c->items[0]), r->attempts);
	candidate_cite(d, f, e, diagnosis_control_text(d, e));
	candidate_claim_all(d, f, c);
	return true;
}

/* The same names answer over the other family: this one is filtered. */
static void drop_other_family(struct diagnosis *d, struct candidate *f,
			      const struct cluster *c)
{
	const struct correlation *s = d->correlation;
	bool v6 = diagnosis_result(d, c->items[0])->addr.family == ADDR_V6;
	size_t count = 0;

	for (size_t i = 0; i < c->count; i++) {
		size_t spec = correlation_spec(s, c->items[i]);

		for (size_t k = 0; k < s->spec_count[spec]; k++) {
			size_t at = s->by_spec[s->spec_first[spec] + k];
			const struct result *r = diagnosis_result(d, at);

			if (r->addr.family != ADDR_NONE &&
			    (r->addr.family == ADDR_V6) != v6 &&
			    s->contexts[at].answered) {
				count++;
				break;
			}
		}
	}
	if (count > 0)
		candidate_line(d, f,
			       "of these, hosts that answer over IPv%d: %zu",
			       v6 ? 4 : 6, count);
}

/* Walks of a port ended at several places: who was not walked is with most. */
static void drop_elsewhere(struct diagnosis *d, struct candidate *f,
			   const struct cluster *c)
{
	size_t walked = 0;

	for (size_t i = 0; i < c->count; i++)
		walked += diagnosis_hop(d, &c->items[i], 1).evidence != NULL;
	if (walked == c->count)
		return;
	f->inferred = true;
	candidate_line(d, f,
		       "targets that vanish elsewhere on the same port have a "
		       "finding of their own; not walked, and counted here: "
		       "%zu",
		       c->count - walked);
}

/* Every target of the port on the internet is silent, other ports are not. */
static void drop_internet(struct diagnosis *d, const struct cluster *c,
			  bool several)
{
	const struct family_state *family = diagnosis_family(d, c->items[0]);
	struct hop hop = diagnosis_hop(d, c->items, c->count);
	const struct evidence *port = diagnosis_control(d, c, "other-port");
	const struct evidence *heard = diagnosis_heard(d, c->items[0]);
	struct candidate *f;

	if (hop.reached || drop_only_host(d, c) ||
	    (family->internet_answered == 0 && hop.evidence == NULL &&
	     !correlation_is_answer(port)))
		return;
	f = candidate_for(d, &finding_firewall_drops,
			  drop_key_of(d, c->items[0], &hop));
	f->reason =
	    family->internet_answered > 0 || correlation_is_answer(port)
		? "No host answers on this port; other tests to the internet "
		  "succeed"
		: "No host answers on this port; the packets leave this host";
	diagnosis_candidate_hop(d, f, &hop);
	if (family->internet_answered > 0)
		candidate_line(
		    d, f, "answered tests of other internet ports over %s: %zu",
		    family == &d->v6 ? "IPv6" : "IPv4",
		    family->internet_answered);
	if (correlation_is_answer(port))
		candidate_cite(d, f, port, diagnosis_control_text(d, port));
	if (heard != NULL && heard != port)
		candidate_cite(d, f, heard, diagnosis_control_text(d, heard));
	drop_other_family(d, f, c);
	if (several)
		drop_elsewhere(d, f, c);
	if (hop.evidence == NULL && drop_is_blind(d, c))
		drop_blind_line(d, f);
	drop_lines(d, f, c);
	candidate_claim_all(d, f, c);
}

/* A host that is heard on no port is one cause, whatever was asked of it; of
 * many alike only the port is told. */
static const char *drop_single_key(struct diagnosis *d, const struct cluster *c,
				   size_t index, const char *path)
{
	if (c->count > CANDIDATE_SINGLE)
		return path;
	return diagnosis_host_answered(d, index)
		   ? arena_printf(d->arena, "%s %s", path,
				  diagnosis_target(d, index))
		   : diagnosis_target(d, index);
}

/* Some hosts answer on this port, this one does not. */
static void drop_single(struct diagnosis *d, const struct cluster *c,
			size_t index)
{
	const struct result *r = diagnosis_result(d, index);
	struct hop hop = diagnosis_hop(d, &index, 1);
	const char *path = arena_printf(
	    d->arena, "%s/%u", transport_name(r->transport), (unsigned)r->port);
	struct candidate *f;

	if (hop.reached)
		return;
	f = candidate_for(d, &finding_target_silent,
			  drop_single_key(d, c, index, path));
	f->reason = "Other hosts answer on the same port in the same run";
	candidate_example(d, f, "%s %s: no answer to %u attempts",
			  diagnosis_target(d, index), path, r->attempts);
	candidate_line(d, f, "tests of other hosts on %s that worked: %zu",
		       path, diagnosis_port(d, index)->ok);
	diagnosis_candidate_hop(d, f, &hop);
	f->subject = "";
	candidate_claim(d, f, index);
}

/* A device of which nothing else was tested; its neighbours answer. */
static void drop_unheard(struct diagnosis *d, size_t index)
{
	struct hop nowhere = {0};
	struct candidate *f = candidate_for(d, &finding_target_silent,
					    drop_key_of(d, index, &nowhere));

	f->owner = OWNER_DEVICE;
	f->reason = "Other devices answer the same test in the same run";
	candidate_line(d, f,
		       "tests of other devices on this port that worked: %zu",
		       diagnosis_port(d, index)->ok);
	candidate_claim(d, f, index);
}

/* The walk to this very target got through: what it lacks was lost. */
static bool drop_was_lost(const struct diagnosis *d, size_t index)
{
	return diagnosis_hop(d, &index, 1).reached;
}

/* Another question on the same port was answered. */
static bool drop_answers_some(const struct diagnosis *d, size_t index)
{
	const struct result *own = diagnosis_result(d, index);

	if (facts_find(&own->facts, "answers") != NULL)
		return true; /* of several in one test */
	for (size_t i = 0; i < d->results->count; i++) {
		const struct result *r = diagnosis_result(d, i);

		if (diagnosis_view(d, i)->answered && r->port == own->port &&
		    r->transport == own->transport &&
		    addr_equal(&r->addr, &own->addr))
			return true;
	}
	return false;
}

static struct candidate *drop_quiet(struct diagnosis *d, size_t index,
				    enum owner owner, const struct hop *hop)
{
	const struct result *r = diagnosis_result(d, index);
	bool udp = r->transport == TRANSPORT_UDP;
	const struct evidence *heard = diagnosis_heard(d, index);
	struct candidate *f = candidate_for(
	    d, udp ? &finding_udp_no_answer : &finding_firewall_drops,
	    drop_key_of(d, index, hop));

	if (f->result_count == 0) {
		diagnosis_candidate_hop(d, f, hop);
		f->owner = r->spec->system_server && owner == OWNER_DEVICE
			       ? OWNER_DNS
			       : owner;
	}
	if (heard != NULL)
		candidate_cite(d, f, heard, diagnosis_control_text(d, heard));
	if (udp && drop_answers_some(d, index)) {
		f->detail = " some questions";
		candidate_example(d, f,
				  "%s answers some questions on this port, and "
				  "not others",
				  diagnosis_target(d, index));
	} else {
		candidate_example(
		    d, f, "%s answers other tests, but not on this port",
		    diagnosis_target(d, index));
	}
	candidate_claim(d, f, index);
	return f;
}

/* The second round asks a few devices whether they are there; the others that
 * are silent in the same way are attributed to what was found of those. */
static void drop_unasked(struct diagnosis *d, const struct cluster *c,
			 struct candidate *f)
{
	size_t count = 0;

	for (size_t i = 0; i < c->count; i++) {
		if (d->claimed[c->items[i]] || drop_was_lost(d, c->items[i]))
			continue;
		candidate_claim(d, f, c->items[i]);
		count++;
	}
	if (count == 0)
		return;
	f->inferred = true;
	candidate_line(d, f,
		       "devices tested on this port only, attributed to the "
		       "same cause: %zu",
		       count);
}

/* A device that answers otherwise: it, or a firewall, closes this port. */
static void drop_device(struct diagnosis *d, const struct cluster *c)
{
	enum owner owner = diagnosis_dropper(d, c->items[0]);
	struct candidate *f = NULL;
	struct hop hop = {0};

	if (owner == OWNER_FIREWALL)
		hop = diagnosis_hop(d, c->items, c->count);
	for (size_t i = 0; i < c->count; i++) {
		size_t index = c->items[i];

		if (drop_was_lost(d, index))
			continue;
		/* The control: the device is there; else a neighbour is. */
		if (diagnosis_host_answered(d, index))
			f = drop_quiet(d, index, owner, &hop);
		else if (diagnosis_port(d, index)->ok > 0)
			drop_unheard(d, index);
	}
	if (f != NULL)
		drop_unasked(d, c, f);
}

/* Another place of the same port. */
static bool drop_is_several(struct diagnosis *d, const struct clusters *c,
			    size_t index)
{
	const char *port = diagnosis_port_key(d, c->items[index].items[0]);

	for (size_t i = 0; i < c->count; i++) {
		if (i != index &&
		    strcmp(port, diagnosis_port_key(d, c->items[i].items[0])) ==
			0)
			return true;
	}
	return false;
}

static void drop_find(struct diagnosis *d)
{
	struct clusters c;

	diagnosis_clusters_collect(&c, d, drop_key);
	for (size_t i = 0; i < c.count; i++) {
		struct cluster *group = &c.items[i];

		if (!group->active)
			continue;
		if (!diagnosis_view(d, group->items[0])->internet) {
			drop_device(d, group);
			continue;
		}
		if (diagnosis_port(d, group->items[0])->ok == 0) {
			drop_internet(d, group, drop_is_several(d, &c, i));
			continue;
		}
		for (size_t k = 0; k < group->count; k++)
			drop_single(d, group, group->items[k]);
	}
	diagnosis_clusters_free(&c);
}
