/* host.c - devices and networks that answer nothing at all. */
#include "report/diagnose/peer_group.h"
#include "report/diagnose/diagnose.h"

#include <string.h>

/* Silence, or a router that says for it: host unreachable. */
static bool host_is_quiet(const struct result *r)
{
	if (r->outcome.cause == CAUSE_TIMEOUT)
		return diagnosis_is_silent(r);
	if (r->outcome.cause != CAUSE_UNREACHABLE ||
	    r->outcome.phase <= PHASE_RESOLVE)
		return false;
	if (!r->outcome.has_icmp)
		return true;
	return r->outcome.blocker.family == ADDR_V6
		   ? r->outcome.icmp_code == 3 || r->outcome.icmp_code == 0
		   : r->outcome.icmp_code == 1 || r->outcome.icmp_code == 0;
}

/* Per device: is every one of its open results quiet, on how many ports? */
struct host_tally {
	size_t quiet, other;
	size_t first, last; /* results, to see whether there are two paths */
	bool two_paths, arp_failed, router_says;
	const char *code; /* of the finding; NULL: none */
	const char *key;
};

static void host_count(struct diagnosis *d, struct host_tally *all)
{
	for (size_t k = 0; k < d->open_count; k++) {
		size_t i = diagnosis_open(d, k);
		const struct result *r;
		struct host_tally *t;

		if (i == SIZE_MAX)
			continue;
		r = diagnosis_result(d, i);
		if (r->spec->device_index >= d->plan->device_count)
			continue;
		t = &all[r->spec->device_index];
		if (!host_is_quiet(r)) {
			t->other++;
			continue;
		}
		if (correlation_control(d->correlation, i, "other-port") !=
		    NULL)
			t->two_paths = true; /* it was silent, too: see below */
		if (t->quiet++ == 0)
			t->first = i;
		else
			t->two_paths |= strcmp(diagnosis_port_key(d, t->first),
					       diagnosis_port_key(d, i)) != 0;
		t->last = i;
		t->arp_failed |= r->outcome.cause == CAUSE_UNREACHABLE &&
				 !r->outcome.has_icmp && r->on_link;
		t->router_says |= r->outcome.has_icmp;
	}
}

/* What the neighbour table says about an on-link device decides. */
static const char *host_code(struct diagnosis *d, const struct host_tally *t,
			     const struct evidence **e)
{
	const struct family_state *f = diagnosis_family(d, t->first);
	const struct result *r = diagnosis_result(d, t->first);
	int neighbour = diagnosis_neighbour(d, &r->addr, e);

	if (r->on_link && (neighbour < 0 || (t->arp_failed && neighbour == 0)))
		return "arp-no-answer";
	if (r->on_link && neighbour > 0)
		return NULL; /* it is there, and keeps its ports shut */
	if (t->router_says)
		return "host-down";
	/* Two kinds of tests; the control: the gateway passes other traffic. */
	return t->two_paths && (r->on_link || f->off_link_answered > 0)
		   ? "host-down"
		   : NULL;
}

static void host_silent(struct diagnosis *d, const struct host_tally *t)
{
	const struct result *r = diagnosis_result(d, t->first);
	const struct evidence *e = NULL;
	char address[ADDR_TEXT];
	struct candidate *f = candidate_for(d, t->code, t->key);

	diagnosis_neighbour(d, &r->addr, &e);
	f->where = WHERE_TARGET;
	f->confirmed = strcmp(t->code, "arp-no-answer") == 0;
	f->reason = t->router_says ? "Its router reports it as unreachable"
				   : "Tests on different ports, all silent";
	if (e != NULL && f->confirmed)
		candidate_cite(d, f, e, "no ARP or neighbour answer");
	else if (f->confirmed)
		candidate_line(d, f, "no ARP or neighbour answer");
	else if (t->router_says && r->outcome.has_icmp)
		candidate_line(d, f, "%s says: host unreachable",
			       addr_text(&r->outcome.blocker, address));
	candidate_example(d, f, "%s: no answer to any test of it (%zu)",
			  r->spec->device, t->quiet);
}

/* A whole network that is silent while others answer: its own cause. */
static bool host_is_network(struct diagnosis *d, struct host_tally *t)
{
	if (strcmp(t->code, "host-down") != 0 ||
	    !peer_group_is_network(d, t->first))
		return false;
	t->code = "network-silent";
	t->key = peer_group_mark(d, t->first);
	candidate_for(d, t->code, t->key)->subject = t->key;
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
		if (t->code != NULL)
			candidate_claim(d, candidate_for(d, t->code, t->key),
					i);
	}
}

static void host_devices(struct diagnosis *d)
{
	size_t count = d->plan->device_count, arp = 0, down = 0;
	struct host_tally *all = arena_calloc(d->arena, count + 1, sizeof *all);
	const struct evidence *e;

	host_count(d, all);
	for (size_t i = 0; i < count; i++) {
		struct host_tally *t = &all[i];

		if (d->report->devices[i].state != DEVICE_SILENT ||
		    t->quiet == 0 || t->other > 0 ||
		    d->plan->devices[i].name == NULL)
			continue;
		t->code = host_code(d, t, &e);
		if (t->code != NULL && host_is_network(d, t))
			continue;
		arp += t->code != NULL && strcmp(t->code, "host-down") != 0;
		down += t->code != NULL && strcmp(t->code, "host-down") == 0;
	}
	for (size_t i = 0; i < count; i++) {
		struct host_tally *t = &all[i];
		size_t same;

		if (t->code == NULL)
			continue;
		if (t->key != NULL) {
			host_silent(d, t);
			continue;
		}
		same = strcmp(t->code, "host-down") == 0 ? down : arp;
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
		f = candidate_for(d, "network-silent", p->entry->network);
		f->subject = p->entry->network;
		candidate_line(d, f, "no address in %s answered any test",
			       p->entry->network);
		candidate_claim(d, f, i);
	}
}

void rules_host(struct diagnosis *d)
{
	host_networks(d);
	host_devices(d);
}
