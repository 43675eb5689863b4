/*
 * host.c - devices and networks that answer nothing at all. One rule: what the
 * neighbour table, the router and the controls say tells which finding it is.
 */
#include "report/diagnose/first_hop.h"

#include "report/diagnose/peer_group.h"

#include <string.h>

static void host_find(struct diagnosis *d);

const struct finding_entry finding_host_down = {
    .code = "host-down",
    .rules = {{2700, host_find}},
    .owner = OWNER_DEVICE,
    .title = "{targets} {targets:does|do} not answer at all",
    .meaning = "The device answered no test, neither a ping nor another port. "
	       "It is off, has another address, or is disconnected.",
    .decided = "The device did not answer its tests, and neither a ping nor "
	       "another port that was tried. Its router reports it as "
	       "unreachable, or another address of its /24 (IPv6: /64) "
	       "answers, or nothing else of that network was tried.",
    .lookalikes = "A firewall that drops all traffic to it, also this host's "
		  "own.",
    .remedies =
	{{OWNER_DEVICE,
	  {"Check power, cable and address of {targets}",
	   "Ping it from its own network",
	   "If it answers there, look for a firewall on the path",
	   "If nothing in its network answers, ping its router address: the "
	   "network may not be reached"}}},
    .confirm_by = "a ping from the device's own network",
};

const struct finding_entry finding_arp_no_answer = {
    .code = "arp-no-answer",
    .owner = OWNER_DEVICE,
    .title = "{targets} {targets:does|do} not answer ARP on this network",
    .meaning =
	"The address belongs to this host's own network, but no device there "
	"uses it. The device is off, on another VLAN, or has another address.",
    .decided =
	"The neighbour table has no entry for the address after the probes.",
    .remedies = {{OWNER_DEVICE,
		  {"Check power, cable and address of {targets}",
		   "Check the VLAN of its switch port"}}},
};

const struct finding_entry finding_network_silent = {
    .code = "network-silent",
    .owner = OWNER_LOCAL_NETWORK,
    .title = "No device in {subject} answers",
    .meaning = "No device in this network answered any test.",
    .decided = "Every address of an inventory entry was probed. Or at least "
	       "three devices that share a /24 (IPv6: /64) do not answer, "
	       "while the same test works elsewhere. Or none of two or more "
	       "devices of such a network answers in any way, while the "
	       "gateway passes other traffic.",
    .lookalikes = "A wrong network in the inventory, a missing route, or a "
		  "firewall in front of the network or on this host.",
    .remedies = {{OWNER_LOCAL_NETWORK,
		  {"Check that {subject} is the right network",
		   "Check that the gateway routes to it and lets {source} in",
		   "Ping one of its hosts from inside that network",
		   FINDING_OWN_FILTER}}},
    .confirm_by = "a ping from a host inside {subject}",
};

/* Silence, or a router that says for it: host unreachable. */
static bool host_is_quiet(const struct result *r)
{
	if (!correlation_is_silent(r, SILENCE_ROUTER_SAYS))
		return correlation_is_silent(r, SILENCE_VANISHED |
						    SILENCE_NO_NEIGHBOUR);
	return r->outcome.blocker.family == ADDR_V6
		   ? r->outcome.icmp_code == 3 || r->outcome.icmp_code == 0
		   : r->outcome.icmp_code == 1 || r->outcome.icmp_code == 0;
}

/*
 * Per device: is every one of its open results quiet, and how many? A device is
 * down where its own silence is known, not only that of the tested ports: an
 * echo request, or a control of the second round, had no answer either.
 */
struct host_tally {
	size_t quiet, other;
	size_t first; /* of its results */
	bool two_paths, asked, inferred, arp_failed, router_says;
	bool alone; /* no other device of its network is silent */
	const struct evidence *unheard;
	const struct finding_entry *entry; /* NULL: no finding */
	const char *key;
	const char *network;            /* its /24 or /64 */
	const struct addr *near;        /* what answers there; NULL: nothing */
	const struct evidence *near_by; /* where no test shows that */
	struct hop walk;
};

/* Networks behind the gateway: an address there that answered (an index into
 * the correlation's hosts), a silent device whose walk met a router's address
 * there, and how many devices are silent. */
struct host_places {
	struct map heard, routers, silent;
};

static void host_add(struct diagnosis *d, struct host_tally *t, size_t index)
{
	const struct result *r = diagnosis_result(d, index);
	size_t host = diagnosis_view(d, index)->host;

	if (!host_is_quiet(r)) {
		t->other++;
		return;
	}
	if (t->quiet++ == 0)
		t->first = index;
	else
		t->two_paths |= strcmp(diagnosis_port_key(d, t->first),
				       diagnosis_port_key(d, index)) != 0;
	if (t->walk.evidence == NULL)
		t->walk = diagnosis_hop(d, &index, 1);
	t->asked |= r->transport == TRANSPORT_ICMP;
	if (host != SIZE_MAX && d->correlation->hosts[host].unheard != NULL) {
		t->unheard = d->correlation->hosts[host].unheard;
		t->asked = t->two_paths = true;
	}
	t->arp_failed |=
	    correlation_is_silent(r, SILENCE_NO_NEIGHBOUR) && r->on_link;
	t->router_says |= r->outcome.has_icmp;
}

static void host_count(struct diagnosis *d, struct host_tally *all)
{
	for (size_t k = 0; k < d->open_count; k++) {
		size_t i = diagnosis_open(d, k);
		size_t device;

		if (i == SIZE_MAX)
			continue;
		device = diagnosis_result(d, i)->spec->device_index;
		if (device < d->plan->device_count)
			host_add(d, &all[device], i);
	}
}

/* The second round asks a few devices otherwise. Where none of a network's
 * answers, those that are as silent have the same cause. */
static bool host_is_inferred(const struct diagnosis *d,
			     const struct host_tally *t)
{
	const struct addr *mine = &diagnosis_result(d, t->first)->addr;
	unsigned bits = mine->family == ADDR_V6 ? 64 : 24;
	size_t silent = 0;

	for (size_t i = 0; i < d->results->evidence_count; i++) {
		const struct evidence *e = &d->results->evidence[i];
		const struct host_index *h;

		if (e->kind != EVIDENCE_CONTROL ||
		    e->result >= d->results->count ||
		    diagnosis_view(d, e->result)->host == SIZE_MAX)
			continue;
		h = &d->correlation->hosts[diagnosis_view(d, e->result)->host];
		if (!addr_in(&h->addr, mine, bits))
			continue;
		if (h->heard != NULL)
			return false;
		silent += h->unheard == e;
	}
	return silent >= PEER_GROUP_LEAST;
}

static bool host_is_silent(const struct diagnosis *d, size_t device,
			   const struct host_tally *t)
{
	return d->report->devices[device].state == DEVICE_SILENT &&
	       t->quiet > 0 && t->other == 0 &&
	       d->plan->devices[device].name != NULL;
}

/* A router's address in its network replied to the walk. */
static bool host_walk_is_near(struct diagnosis *d, const struct host_tally *t)
{
	return t->walk.evidence != NULL &&
	       strcmp(t->network,
		      peer_group_subnet(d->arena, &t->walk.address)) == 0 &&
	       !peer_group_is_network(d, t->first);
}

static void host_places(struct diagnosis *d, struct host_tally *all)
{
	const struct correlation *s = d->correlation;
	struct host_places at = {0};

	for (size_t i = 0; i < s->host_count; i++)
		if (s->hosts[i].answered) {
			size_t *slot = map_at(
			    &at.heard,
			    peer_group_subnet(d->arena, &s->hosts[i].addr));

			/* The best known: by a test of its own. */
			if (*slot == SIZE_MAX || s->hosts[i].ok > 0)
				*slot = i;
		}
	for (size_t i = 0; i < d->plan->device_count; i++) {
		struct host_tally *t = &all[i];
		size_t *count;

		if (!host_is_silent(d, i, t))
			continue;
		t->network = peer_group_subnet(
		    d->arena, &diagnosis_result(d, t->first)->addr);
		if (host_walk_is_near(d, t))
			*map_at(&at.routers, t->network) = i;
		count = map_at(&at.silent, t->network);
		*count = *count == SIZE_MAX ? 1 : *count + 1;
	}
	for (size_t i = 0; i < d->plan->device_count; i++) {
		struct host_tally *t = &all[i];
		size_t heard, router;

		if (t->network == NULL)
			continue;
		heard = map_get(&at.heard, t->network);
		router = map_get(&at.routers, t->network);
		if (heard != SIZE_MAX) {
			t->near = &s->hosts[heard].addr;
			if (s->hosts[heard].ok == 0)
				t->near_by = s->hosts[heard].heard;
		} else if (router != SIZE_MAX) {
			t->near = &all[router].walk.address;
			t->near_by = all[router].walk.evidence;
		}
		t->alone = map_get(&at.silent, t->network) < 2;
	}
	map_free(&at.heard);
	map_free(&at.routers);
	map_free(&at.silent);
}

/* What the neighbour table says about an on-link device decides. */
static const struct finding_entry *host_entry(struct diagnosis *d,
					      const struct host_tally *t,
					      const struct evidence **e)
{
	const struct family_state *f = diagnosis_family(d, t->first);
	const struct result *r = diagnosis_result(d, t->first);
	int neighbour = diagnosis_neighbour(d, &r->addr, e);

	if (r->on_link && (neighbour < 0 || (t->arp_failed && neighbour == 0)))
		return &finding_arp_no_answer;
	if (r->on_link && neighbour > 0)
		return NULL; /* it is there, and keeps its ports shut */
	if (!t->inferred && !(t->asked && t->two_paths))
		return NULL;
	if (t->router_says || r->on_link || t->near != NULL)
		return &finding_host_down;
	/* Its network may not be reached at all: others were there to tell. */
	if (f->off_link_answered == 0)
		return NULL;
	return t->alone ? &finding_host_down : &finding_network_silent;
}

static const char *host_reason(struct diagnosis *d, const struct host_tally *t)
{
	char address[ADDR_TEXT];

	if (t->router_says)
		return "Its router reports it as unreachable, and no test of "
		       "it was answered";
	if (t->near == NULL || t->entry == &finding_arp_no_answer)
		return "No test of it was answered";
	if (t->near_by != NULL)
		return "No test of it was answered, while its network is "
		       "reached";
	return arena_printf(d->arena,
			    "No test of it was answered, while %s in the same "
			    "network answers",
			    addr_text(t->near, address));
}

static void host_cite(struct diagnosis *d, struct candidate *f,
		      const struct host_tally *t)
{
	const struct result *r = diagnosis_result(d, t->first);
	char address[ADDR_TEXT];

	if (t->router_says && r->outcome.has_icmp)
		candidate_line(d, f, "%s reports: host unreachable",
			       addr_text(&r->outcome.blocker, address));
	if (t->near_by != NULL && t->entry == &finding_host_down &&
	    f->id_count < PEER_GROUP_LINES)
		candidate_cite(d, f, t->near_by,
			       arena_printf(d->arena,
					    "%s in the same network answers",
					    addr_text(t->near, address)));
	if (t->unheard != NULL)
		candidate_cite(d, f, t->unheard,
			       diagnosis_control_text(d, t->unheard));
	if (t->entry == &finding_network_silent && t->walk.evidence != NULL &&
	    f->id_count < PEER_GROUP_LINES)
		candidate_cite(
		    d, f, t->walk.evidence,
		    arena_printf(d->arena,
				 "packets to %s get to hop %d (%s), and no "
				 "further",
				 r->spec->device, t->walk.number,
				 addr_text(&t->walk.address, address)));
	f->inferred |= t->inferred && !t->asked;
}

static void host_no_neighbour(struct diagnosis *d, struct candidate *f,
			      const struct evidence *e)
{
	f->where = WHERE_TARGET;
	f->confirmed = true;
	if (e != NULL)
		candidate_cite(d, f, e,
			       "no answer to ARP or neighbour discovery");
	else
		candidate_line(d, f, "no answer to ARP or neighbour discovery");
}

static void host_silent(struct diagnosis *d, const struct host_tally *t)
{
	const struct result *r = diagnosis_result(d, t->first);
	const struct evidence *e = NULL;
	struct candidate *f = candidate_for(d, t->entry, t->key);

	diagnosis_neighbour(d, &r->addr, &e);
	f->where = WHERE_TARGET;
	f->reason = t->entry == &finding_network_silent
			? "No test of its devices was answered, while the "
			  "gateway passes other traffic"
			: host_reason(d, t);
	if (t->entry == &finding_arp_no_answer)
		host_no_neighbour(d, f, e);
	else
		host_cite(d, f, t);
	candidate_example(d, f, "%s: it answered none of its tests (%zu)",
			  r->spec->device, t->quiet);
}

/* A whole network that is silent while others answer: its own cause. */
static bool host_is_network(struct diagnosis *d, struct host_tally *t)
{
	bool stands_out = t->entry == &finding_host_down && t->near == NULL &&
			  peer_group_is_network(d, t->first);

	if (!stands_out && t->entry != &finding_network_silent)
		return false;
	t->key = stands_out ? peer_group_mark(d, t->first) : t->network;
	t->entry = &finding_network_silent;
	candidate_for(d, t->entry, t->key)->subject = t->key;
	return true;
}

static void host_claim(struct diagnosis *d, const struct host_tally *all)
{
	for (size_t k = 0; k < d->open_count; k++) {
		size_t i = diagnosis_open(d, k);
		const struct host_tally *t;

		if (i == SIZE_MAX ||
		    diagnosis_result(d, i)->spec->device_index >=
			d->plan->device_count)
			continue;
		t = &all[diagnosis_result(d, i)->spec->device_index];
		if (t->entry != NULL)
			candidate_claim(d, candidate_for(d, t->entry, t->key),
					i);
	}
}

static void host_devices(struct diagnosis *d)
{
	size_t count = d->plan->device_count, arp = 0, down = 0;
	struct host_tally *all = arena_calloc(d->arena, count + 1, sizeof *all);
	const struct evidence *e;

	host_count(d, all);
	host_places(d, all);
	for (size_t i = 0; i < count; i++) {
		struct host_tally *t = &all[i];

		if (t->network == NULL)
			continue;
		t->inferred = !t->asked && host_is_inferred(d, t);
		t->entry = host_entry(d, t, &e);
		if (t->entry != NULL && host_is_network(d, t))
			continue;
		arp += t->entry != NULL && t->entry != &finding_host_down;
		down += t->entry != NULL && t->entry == &finding_host_down;
	}
	for (size_t i = 0; i < count; i++) {
		struct host_tally *t = &all[i];
		size_t same;

		if (t->entry == NULL)
			continue;
		if (t->key != NULL) {
			host_silent(d, t);
			continue;
		}
		same = t->entry == &finding_host_down ? down : arp;
		t->key = same > CANDIDATE_SINGLE
			     ? ""
			     : diagnosis_result(d, t->first)->spec->device;
		host_silent(d, t);
	}
	host_claim(d, all);
}

/* Networks that the inventory names, where nothing answered. */
static void host_networks(struct diagnosis *d)
{
	for (size_t k = 0; k < d->open_count; k++) {
		size_t i = diagnosis_open(d, k);
		const struct plan_device *p;
		struct candidate *f;
		size_t device;

		if (i == SIZE_MAX)
			continue;
		device = diagnosis_result(d, i)->spec->device_index;
		/* A host that answered something is judged like a device. */
		if (device >= d->plan->device_count ||
		    d->report->devices[device].state != DEVICE_SILENT)
			continue;
		p = &d->plan->devices[device];
		if (!p->swept || p->entry == NULL ||
		    p->entry->network == NULL ||
		    !host_is_quiet(diagnosis_result(d, i)))
			continue;
		f = candidate_for(d, &finding_network_silent,
				  p->entry->network);
		f->subject = p->entry->network;
		candidate_line(d, f, "no address in %s answered any test",
			       p->entry->network);
		candidate_claim(d, f, i);
	}
}

/* On this network, and of no device that the inventory names. */
static void host_unlisted(struct diagnosis *d)
{
	for (size_t k = 0; k < d->open_count; k++) {
		size_t i = diagnosis_open(d, k);
		const struct result *r;
		const struct evidence *e = NULL;
		struct candidate *f;
		char address[ADDR_TEXT];

		if (i == SIZE_MAX)
			continue;
		r = diagnosis_result(d, i);
		if (r->spec->device_index < d->plan->device_count ||
		    !host_is_quiet(r) || diagnosis_host_answered(d, i) ||
		    !first_hop_no_neighbour(d, i))
			continue;
		diagnosis_neighbour(d, &r->addr, &e);
		f = candidate_for(
		    d, &finding_arp_no_answer,
		    arena_strdup(d->arena, addr_text(&r->addr, address)));
		host_no_neighbour(d, f, e);
		candidate_claim(d, f, i);
	}
}

static void host_find(struct diagnosis *d)
{
	host_networks(d);
	host_devices(d);
	host_unlisted(d);
}
