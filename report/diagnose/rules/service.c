/* service.c - the far end answered, and not as it should. */
#include "report/diagnose/peer_group.h"
#include "report/diagnose/diagnose.h"

#include <string.h>

/* "tcp/22 ssh", and whether it is the vendor's or the site's. */
static const char *service_kind(struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);

	return arena_printf(
	    d->arena, "%s/%u %s", transport_name(r->spec->transport),
	    (unsigned)r->port,
	    diagnosis_view(d, index)->internet ? "vendor" : "device");
}

static void service_owner(struct diagnosis *d, struct candidate *f,
			  size_t index)
{
	f->owner =
	    diagnosis_view(d, index)->internet ? OWNER_VENDOR : OWNER_DEVICE;
	f->where = WHERE_TARGET;
}

/* Refused ----------------------------------------------------------------- */

static const char *service_key_refused(struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);

	if (r->outcome.cause != CAUSE_REFUSED ||
	    r->outcome.phase <= PHASE_RESOLVE || r->spec->via_proxy)
		return NULL;
	return diagnosis_port_key(d, index);
}

/* Who reset, by the TTLs that were measured: the votes of a cluster. */
struct service_votes {
	size_t target, other;
	const struct evidence *evidence;
	size_t hosts;
};

static struct service_votes service_vote(struct diagnosis *d,
					 const struct cluster *c)
{
	struct service_votes v = {0};
	struct map hosts = {0};

	for (size_t i = 0; i < c->count; i++) {
		const struct evidence *e;
		int reset = diagnosis_reset(d, c->items[i], &e);

		v.target += reset > 0;
		v.other += reset < 0;
		if (reset != 0)
			v.evidence = e;
		*map_at(&hosts, diagnosis_target(d, c->items[i])) = i;
	}
	v.hosts = hosts.count;
	map_free(&hosts);
	return v;
}

static void service_resets(struct diagnosis *d, const struct cluster *c,
			   const struct service_votes *v)
{
	struct candidate *f =
	    candidate_for(d, "firewall-resets", service_kind(d, c->items[0]));

	f->reason = v->other > 0
			? "The resets come from nearer than the targets: their "
			  "time to live differs"
			: "Unrelated hosts all refuse this port, and none "
			  "accepts it; they answer on other ports";
	if (v->other > 0)
		candidate_cite(
		    d, f, v->evidence,
		    "the reset's time to live does not agree with other "
		    "answers of that host");
	candidate_line(d, f, "hosts that refuse: %zu; none accepts", v->hosts);
	candidate_claim_all(d, f, c);
}

static void service_down(struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);
	const struct evidence *e;
	int reset = diagnosis_reset(d, index, &e);
	bool icmp = r->outcome.has_icmp;
	struct candidate *f = candidate_for(
	    d, "service-down",
	    arena_printf(d->arena, "%s %s", service_kind(d, index),
			 diagnosis_view(d, index)->internet
			     ? diagnosis_target(d, index)
			     : peer_group_mark(d, index)));

	service_owner(d, f, index);
	f->confirmed = f->result_count == 0 ? r->on_link && !icmp
					    : f->confirmed && r->on_link;
	f->reason = r->on_link ? "The refusal came from this network, with "
				 "nothing in between"
		    : reset > 0
			? "The refusal's time to live agrees with other "
			  "answers of the host"
			: NULL;
	if (reset > 0)
		candidate_cite(
		    d, f, e,
		    arena_printf(d->arena,
				 "%s: the reset agrees with its other "
				 "answers",
				 diagnosis_target(d, index)));
	else
		candidate_example(d, f, "%s: %s", diagnosis_target(d, index),
				  icmp ? "port unreachable, sent by it"
				       : "connection refused");
	if (reset < 0)
		candidate_cite(
		    d, f, e,
		    "its time to live differs from other answers of the "
		    "host: a firewall may have sent it");
	candidate_claim(d, f, index);
}

static void service_refused(struct diagnosis *d, const struct cluster *c)
{
	struct service_votes v = service_vote(d, c);
	size_t accepted = diagnosis_port(d, c->items[0])->ok;
	bool internet = diagnosis_view(d, c->items[0])->internet;

	if (!c->active)
		return;
	/* Three unrelated owners do not close the same port at once. A time to
	 * live alone may be one device's habit: it takes two. */
	if (v.target == 0 && accepted == 0 &&
	    ((v.other > 0 && v.hosts >= 2) || (internet && v.hosts >= 3))) {
		service_resets(d, c, &v);
		return;
	}
	for (size_t i = 0; i < c->count; i++) {
		if (!d->passive[c->items[i]])
			service_down(d, c->items[i]);
	}
}

/* Other answers ----------------------------------------------------------- */

static const char *service_code(const struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);

	if (r->outcome.phase <= PHASE_PROXY || d->passive[index] ||
	    r->spec->transport == TRANSPORT_LOCAL)
		return NULL;
	switch (r->outcome.cause) {
	case CAUSE_BAD_REPLY:
		return "wrong-service";
	case CAUSE_REJECTED:
		return "service-rejects";
	case CAUSE_RESET:
		return "service-resets";
	case CAUSE_TIMEOUT:
		return r->spec->transport == TRANSPORT_TCP &&
			       r->outcome.phase > PHASE_CONNECT
			   ? "service-silent"
			   : NULL;
	default:
		return NULL;
	}
}

static const char *service_seen(struct diagnosis *d, size_t index)
{
	static const char *const names[] = {"banner", "greeting", "server",
					    "title", "status"};
	const struct result *r = diagnosis_result(d, index);

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		const char *text = facts_text(&r->facts, names[i]);

		if (text != NULL)
			return arena_printf(d->arena, "%s \"%s\"", names[i],
					    text);
	}
	return outcome_text(r->outcome.phase, r->outcome.cause);
}

static void service_answers(struct diagnosis *d)
{
	for (size_t k = 0; k < d->open_count; k++) {
		size_t i = diagnosis_open(d, k);
		const char *code = i == SIZE_MAX ? NULL : service_code(d, i);
		const struct result *r;
		struct candidate *f;

		if (code == NULL)
			continue;
		r = diagnosis_result(d, i);
		f = candidate_for(d, code,
				  arena_printf(d->arena, "%s %s",
					       service_kind(d, i),
					       diagnosis_view(d, i)->internet
						   ? diagnosis_target(d, i)
						   : peer_group_mark(d, i)));
		service_owner(d, f, i);
		/* An answer is a fact; a missing one is not. */
		f->confirmed = r->outcome.cause == CAUSE_BAD_REPLY ||
			       r->outcome.cause == CAUSE_REJECTED;
		f->detail = service_seen(d, i);
		candidate_example(d, f, "%s: %s", diagnosis_target(d, i),
				  f->detail);
		candidate_claim(d, f, i);
	}
}

void rules_service(struct diagnosis *d)
{
	struct clusters c;

	diagnosis_clusters_collect(&c, d, service_key_refused);
	for (size_t i = 0; i < c.count; i++)
		service_refused(d, &c.items[i]);
	diagnosis_clusters_free(&c);
	service_answers(d);
}
