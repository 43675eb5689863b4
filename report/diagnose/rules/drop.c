/*
 * drop.c - silence that is left: where other traffic passes, somebody drops.
 */
#include "report/diagnose/peer_group.h"
#include "report/diagnose/diagnose.h"

#include <string.h>

static bool drop_is_silent(const struct diagnosis *d, size_t index)
{
	return correlation_is_silent(diagnosis_result(d, index),
				     SILENCE_VANISHED) &&
	       diagnosis_view(d, index)->direct;
}

/* One cause for each port, but a peer group that stands out has its own. */
static const char *drop_key(struct diagnosis *d, size_t index)
{
	const char *port, *mark;

	if (!drop_is_silent(d, index))
		return NULL;
	port = diagnosis_port_key(d, index);
	mark = peer_group_mark(d, index);
	return mark[0] == '\0' ? port
			       : arena_printf(d->arena, "%s %s", port, mark);
}

/* Proxies ----------------------------------------------------------------- */

struct drop_web {
	size_t silent80, silent443, heard; /* on 80 and 443 */
	size_t other_ports;                /* answered on other ports */
	struct map domains;
};

static struct drop_web drop_count_web(struct diagnosis *d)
{
	struct drop_web w = {0};

	for (size_t i = 0; i < d->results->count; i++) {
		const struct result *r = diagnosis_result(d, i);
		const struct result_context *v = diagnosis_view(d, i);
		bool web = r->spec->transport == TRANSPORT_TCP &&
			   (r->port == 80 || r->port == 443);

		if (!v->internet || !v->direct || r->addr.family == AF_UNSPEC ||
		    r->why != WHY_NONE)
			continue;
		w.other_ports += !web && v->answered;
		w.heard += web && v->answered;
		if (!web || !correlation_is_silent(r, SILENCE_NO_CONNECTION))
			continue;
		w.silent80 += r->port == 80;
		w.silent443 += r->port == 443;
		if (v->domain != SIZE_MAX)
			*map_at(&w.domains,
				arena_printf(d->arena, "%zu", v->domain)) = i;
	}
	return w;
}

static const char *drop_key_web(struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);

	return drop_is_silent(d, index) && diagnosis_view(d, index)->internet &&
		       r->spec->transport == TRANSPORT_TCP &&
		       (r->port == 80 || r->port == 443)
		   ? "web"
		   : NULL;
}

/* Both web ports shut for everybody, while DNS or time gets out: the pattern
 * of a site whose web goes through a proxy. */
static void drop_proxy(struct diagnosis *d)
{
	struct drop_web w = drop_count_web(d);
	const char *hint = d->report->run->hint;
	const struct evidence *through;
	struct clusters c;
	struct candidate *f;

	diagnosis_clusters_collect(&c, d, drop_key_web);
	if (c.count == 0 || w.heard > 0 || w.silent80 == 0 ||
	    w.silent443 == 0 || w.domains.count < 3 ||
	    (w.other_ports == 0 && hint == NULL))
		goto out;
	f = candidate_for(d, "proxy-needed", "");
	through = diagnosis_control(d, &c.items[0], "through-proxy");
	f->confirmed =
	    through != NULL && facts_is_true(&through->observed, "ok");
	if (f->confirmed)
		candidate_cite(
		    d, f, through,
		    arena_printf(d->arena,
				 "the proxy that the environment names "
				 "opens a tunnel to %s",
				 facts_text(&through->observed, "host")));
	else if (through != NULL)
		candidate_cite(
		    d, f, through,
		    arena_printf(d->arena,
				 "the proxy that the environment names "
				 "does not open a tunnel: %s",
				 facts_text(&through->observed, "cause")));
	f->reason = "Both web ports are shut for every host, while other "
		    "traffic to the internet passes";
	candidate_line(
	    d, f,
	    "web tests without an answer: %zu on port 80, %zu on port 443",
	    w.silent80, w.silent443);
	if (w.other_ports > 0)
		candidate_line(
		    d, f,
		    "tests of other internet ports that were answered: %zu",
		    w.other_ports);
	if (hint != NULL)
		candidate_line(d, f, "%s", hint);
	candidate_claim_all(d, f, &c.items[0]);
out:
	map_free(&w.domains);
	diagnosis_clusters_free(&c);
}

/* Ping -------------------------------------------------------------------- */

static const char *drop_key_echo(struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);

	if (r->spec->transport != TRANSPORT_ICMP ||
	    !correlation_is_silent(r, SILENCE_NO_REPLY))
		return NULL;
	/* The control: the device answered something else. */
	if (!diagnosis_host_answered(d, index))
		return NULL;
	return arena_printf(d->arena, "%s %s",
			    r->on_link ? "on-link" : "routed",
			    peer_group_mark(d, index));
}

/* Others behind the same gateway answer: the device's own. */
static enum owner drop_owner(struct diagnosis *d, size_t index)
{
	if (diagnosis_result(d, index)->on_link)
		return OWNER_DEVICE;
	if (peer_group_is_network(d, index))
		return OWNER_FIREWALL;
	return diagnosis_port(d, index)->ok > 0 ? OWNER_DEVICE : OWNER_FIREWALL;
}

static void drop_echo(struct diagnosis *d)
{
	struct clusters c;

	diagnosis_clusters_collect(&c, d, drop_key_echo);
	for (size_t i = 0; i < c.count; i++) {
		const struct cluster *group = &c.items[i];
		struct candidate *f;

		if (!group->active)
			continue;
		f = candidate_for(d, "icmp-filtered-only", group->key);
		f->owner = drop_owner(d, group->items[0]);
		for (size_t k = 0; k < group->count; k++)
			candidate_example(d, f,
					  "%s: no echo reply, but an answer on "
					  "another port",
					  diagnosis_target(d, group->items[k]));
		candidate_claim_all(d, f, group);
	}
	diagnosis_clusters_free(&c);
}

/* The rest ---------------------------------------------------------------- */

/*
 * On the internet, all ports that vanish at one place are one cause. A device
 * may drop by itself right behind any hop: there, each port counts (merge.c
 * puts together what concerns the same devices). Both families are one where
 * nothing tells them apart.
 */
static const char *drop_draft_key(struct diagnosis *d, size_t index,
				  const struct hop *hop)
{
	const struct result *r = diagnosis_result(d, index);
	const char *place =
	    hop->evidence == NULL
		? ""
		: arena_printf(d->arena, "%d %s", hop->number,
			       diagnosis_identity(d, &hop->address));

	if (diagnosis_view(d, index)->internet && hop->evidence != NULL)
		return place;
	return arena_printf(d->arena, "%s/%u %d %s %s",
			    transport_name(r->spec->transport),
			    (unsigned)r->port, (int)diagnosis_class(d, index),
			    place, peer_group_mark(d, index));
}

static void drop_lines(struct diagnosis *d, struct candidate *f,
		       const struct cluster *c)
{
	for (size_t i = 0; i < c->count; i++) {
		const struct result *r = diagnosis_result(d, c->items[i]);
		char address[ADDR_TEXT];

		candidate_example(d, f, "%s (%s): no answer to %u attempts",
				  diagnosis_target(d, c->items[i]),
				  addr_text(&r->addr, address), r->attempts);
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
		candidate_line(
		    d, f,
		    "a walk along the path met no hop: routers limit "
		    "how many ICMP errors they send");
	else
		candidate_line(d, f,
			       "a walk along the path met no hop at all: this "
			       "host's own firewall may be the one that drops");
}

/* Only one host was tried on the port; another one answers there. */
static bool drop_only_host(struct diagnosis *d, const struct cluster *c)
{
	const struct evidence *e = diagnosis_control(d, c, "other-host");
	const struct result *r = diagnosis_result(d, c->items[0]);
	struct candidate *f;

	if (!correlation_is_answer(e))
		return false;
	f = candidate_for(d, "target-silent", diagnosis_target(d, c->items[0]));
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
	bool v6 = diagnosis_result(d, c->items[0])->addr.family == AF_INET6;
	size_t count = 0;

	for (size_t i = 0; i < c->count; i++) {
		size_t spec = correlation_spec(s, c->items[i]);

		for (size_t k = 0; k < s->spec_count[spec]; k++) {
			size_t at = s->by_spec[s->spec_first[spec] + k];
			const struct result *r = diagnosis_result(d, at);

			if (r->addr.family != AF_UNSPEC &&
			    (r->addr.family == AF_INET6) != v6 &&
			    s->contexts[at].answered) {
				count++;
				break;
			}
		}
	}
	if (count > 0)
		candidate_line(d, f,
			       "of them, over IPv%d the same host answers: %zu",
			       v6 ? 4 : 6, count);
}

/* Every target of the port on the internet is silent, other ports are not. */
static void drop_internet(struct diagnosis *d, const struct cluster *c)
{
	const struct family_state *family = diagnosis_family(d, c->items[0]);
	struct hop hop = diagnosis_hop(d, c->items, c->count);
	const struct evidence *port = diagnosis_control(d, c, "other-port");
	struct candidate *f;

	if (hop.reached || drop_only_host(d, c) ||
	    (family->internet_answered == 0 && hop.evidence == NULL &&
	     !correlation_is_answer(port)))
		return;
	f = candidate_for(d, "firewall-drops",
			  drop_draft_key(d, c->items[0], &hop));
	f->reason = family->internet_answered > 0 || correlation_is_answer(port)
			? "Nobody answers on this port, while other tests of "
			  "the internet are answered"
			: "Nobody answers on this port; the packets get out of "
			  "this host";
	diagnosis_candidate_hop(d, f, &hop);
	if (family->internet_answered > 0)
		candidate_line(
		    d, f,
		    "tests of other internet ports over %s that were answered: "
		    "%zu",
		    family == &d->v6 ? "IPv6" : "IPv4",
		    family->internet_answered);
	if (correlation_is_answer(port))
		candidate_cite(d, f, port, diagnosis_control_text(d, port));
	drop_other_family(d, f, c);
	if (hop.evidence == NULL && drop_is_blind(d, c))
		drop_blind_line(d, f);
	drop_lines(d, f, c);
	candidate_claim_all(d, f, c);
}

/* Some hosts answer on this port, this one does not. */
static void drop_single(struct diagnosis *d, const struct cluster *c,
			size_t index)
{
	const struct result *r = diagnosis_result(d, index);
	struct hop hop = diagnosis_hop(d, &index, 1);
	struct candidate *f;

	if (hop.reached)
		return;
	f = candidate_for(
	    d, "target-silent",
	    arena_printf(
		d->arena, "%s/%u %s", transport_name(r->spec->transport),
		(unsigned)r->port,
		c->count > CANDIDATE_SINGLE ? "" : diagnosis_target(d, index)));
	f->reason = "Other hosts answer on the same port in the same run";
	candidate_example(d, f, "%s: no answer to %u attempts",
			  diagnosis_target(d, index), r->attempts);
	candidate_line(d, f,
		       "tests of other hosts on this port that worked: %zu",
		       diagnosis_port(d, c->items[0])->ok);
	diagnosis_candidate_hop(d, f, &hop);
	f->subject = "";
	candidate_claim(d, f, index);
}

/* A device of which nothing else was tested; its neighbours answer. */
static void drop_unheard(struct diagnosis *d, size_t index)
{
	struct hop nowhere = {0};
	struct candidate *f = candidate_for(d, "target-silent",
					    drop_draft_key(d, index, &nowhere));

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
	const struct evidence *e =
	    correlation_evidence(d->correlation, index, EVIDENCE_HOP_WALK);

	return e != NULL && facts_is_true(&e->observed, "reached");
}

static struct candidate *drop_quiet(struct diagnosis *d, size_t index,
				    enum owner owner, const struct hop *hop)
{
	const struct result *r = diagnosis_result(d, index);
	bool udp = r->spec->transport == TRANSPORT_UDP;
	const struct evidence *heard = diagnosis_heard(d, index);
	struct candidate *f =
	    candidate_for(d, udp ? "udp-no-answer" : "firewall-drops",
			  drop_draft_key(d, index, hop));

	if (f->result_count == 0) {
		f->reason = "The device answers other tests, and is silent on "
			    "this port";
		diagnosis_candidate_hop(d, f, hop);
		f->owner = owner;
	}
	if (heard != NULL)
		candidate_cite(d, f, heard, diagnosis_control_text(d, heard));
	candidate_example(d, f, "%s is silent on this port and answers others",
			  diagnosis_target(d, index));
	candidate_claim(d, f, index);
	return f;
}

/* The second round asks a few devices whether they are there; the others that
 * are silent in the same way are put down to what was found of those. */
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
		       "devices that were tested on this port only, put down "
		       "to the same: %zu",
		       count);
}

/* A device that answers otherwise keeps this port shut, or somebody does. */
static void drop_device(struct diagnosis *d, const struct cluster *c)
{
	enum owner owner = drop_owner(d, c->items[0]);
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

void rules_drop(struct diagnosis *d)
{
	struct clusters c;

	drop_proxy(d);
	drop_echo(d);
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
			drop_internet(d, group);
			continue;
		}
		for (size_t k = 0; k < group->count; k++)
			drop_single(d, group, group->items[k]);
	}
	diagnosis_clusters_free(&c);
}
