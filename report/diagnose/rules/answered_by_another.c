/*
 * answered_by_another.c - one device that answers instead of servers that
 * have nothing in common, or of one that is further away.
 */
#include "report/diagnose/diagnose.h"

#include "report/answer_origin.h"
#include "report/open_ports.h"

static void answered_find(struct diagnosis *d);

const struct finding_entry finding_answered_by_another = {
    .code = "answered-by-another",
    .rules = {{1750, answered_find}},
    .owner = OWNER_FIREWALL,
    .lists_ports = true,
    .title = "A device on the path answers {paths} instead of {targets}",
    .meaning = "The answers do not come from the servers that were asked. What "
	       "they say is said by a device on the path, not by the servers.",
    .decided =
	"Servers of different owners all gave the same wrong answer on this "
	"port, and none gave a right one; or fewer routers have passed the "
	"answer on than the server's reply to ping.",
    .lookalikes = "Servers of different owners that fail alike at the same "
		  "time; a server that ping reaches by another way.",
    .remedies =
	{{OWNER_FIREWALL,
	  {"On the firewall and the other devices on the path, look for a rule "
	   "that redirects {paths} (DNAT, a transparent proxy, inspection)",
	   "Exempt {source} or {targets} from it, then run preflight again",
	   "Compare with the same test from another network"}}},
    .confirm_by = "the same test from another network",
};

enum { ANOTHER_OWNERS = 2 };

/* Some octets came, and never an answer: "100 Continue" and no more. */
static int64_t answered_octets(const struct result *r)
{
	return r->outcome.cause == CAUSE_TIMEOUT && r->why == WHY_NONE &&
		       correlation_is_check(r, "http")
		   ? correlation_number(&r->facts, "tcp-received", 0)
		   : 0;
}

/* Pages, and where they lead, are looked at by same_answer.h. */
static bool answered_is_wrong(struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);
	const struct result_context *v = diagnosis_view(d, index);

	return v->direct && !v->accepted && !v->unexpected && !r->on_link &&
	       !d->passive[index] && v->interceptor == INTERCEPTOR_NONE &&
	       v->trust != TLS_TRUST_PUBLIC &&
	       facts_find(&r->facts, "status") == NULL &&
	       (answer_is_wrong(r) || answered_octets(r) > 0);
}

/* Another server may say so of a name, too: that is the name's. */
static bool answered_is_of_name(const struct result *r)
{
	return r->outcome.cause == CAUSE_NXDOMAIN ||
	       r->outcome.cause == CAUSE_NO_DATA ||
	       r->outcome.cause == CAUSE_SERVFAIL;
}

static const char *answered_key(struct diagnosis *d, size_t index)
{
	return answered_is_wrong(d, index) ? diagnosis_port_key(d, index)
					   : NULL;
}

/* Who owns the server: its domain; of a numeric address, its network. */
static const char *answered_owner(struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);
	char text[ADDR_TEXT];

	if (!diagnosis_view(d, index)->internet || r->spec->host == NULL)
		return NULL;
	return r->spec->literal.family == ADDR_NONE
		   ? correlation_domain(r->spec->host)
		   : arena_strdup(d->arena, open_ports_network(&r->addr, text));
}

static bool answered_is_alike(const struct result *a, const struct result *b)
{
	return a->outcome.cause == b->outcome.cause &&
	       answered_octets(a) == answered_octets(b);
}

/* Of servers that answer as this one does: owners, and addresses. */
static bool answered_is_common(struct diagnosis *d, const struct cluster *c,
			       size_t index)
{
	const struct result *own = diagnosis_result(d, index);
	struct map owners = {0}, places = {0};
	char text[ADDR_TEXT];
	bool common;

	for (size_t i = 0; i < c->count; i++) {
		const struct result *r = diagnosis_result(d, c->items[i]);
		const char *owner = answered_owner(d, c->items[i]);

		if (owner == NULL || answered_is_of_name(r) ||
		    !answered_is_alike(own, r))
			continue;
		*map_at(&owners, owner) = i;
		*map_at(&places,
			arena_strdup(d->arena, addr_text(&r->addr, text))) = i;
	}
	common =
	    owners.count >= ANOTHER_OWNERS && places.count >= ANOTHER_OWNERS;
	map_free(&owners);
	map_free(&places);
	return common;
}

/* How many of them are shown to come from there. */
static size_t answered_count(struct diagnosis *d, const struct cluster *c,
			     enum answer_origin origin)
{
	size_t count = 0;

	for (size_t i = 0; i < c->count; i++)
		count += answer_origin(d->correlation, c->items[i]) == origin;
	return count;
}

static void answered_line(struct diagnosis *d, struct candidate *f,
			  size_t index)
{
	const struct result *r = diagnosis_result(d, index);
	const struct evidence *e;
	int echo = answer_echo_distance(d->correlation, &r->addr, &e);

	if (answered_octets(r) > 0)
		candidate_example(d, f, "%s: %lld octets came, and no answer",
				  diagnosis_target(d, index),
				  (long long)answered_octets(r));
	else
		candidate_example(
		    d, f, "%s: %s", diagnosis_target(d, index),
		    outcome_text(r->outcome.phase, r->outcome.cause));
	if (answer_origin(d->correlation, index) != ANSWER_NEARER)
		return;
	f->reason = "The answer comes from nearer than the server is";
	f->where = WHERE_HOP;
	f->hop = answer_distance(d->correlation, index) + 1;
	candidate_line(d, f,
		       "%s: routers that passed on the answer: %d; its reply "
		       "to ping: %d",
		       diagnosis_target(d, index), f->hop - 1, echo);
	if (e != NULL)
		candidate_cite_id(f, e->id);
}

static void answered_one(struct diagnosis *d, const struct cluster *c)
{
	size_t nearer = answered_count(d, c, ANSWER_NEARER);
	bool whole = answered_count(d, c, ANSWER_OWN) == 0 &&
		     diagnosis_port(d, c->items[0])->ok == 0;
	bool internet = diagnosis_view(d, c->items[0])->internet;

	for (size_t i = 0; i < c->count; i++) {
		size_t index = c->items[i];
		enum answer_origin o = answer_origin(d->correlation, index);
		struct candidate *f;

		if (o != ANSWER_NEARER &&
		    (!whole ||
		     (nearer == 0 && !answered_is_common(d, c, index))))
			continue;
		/* One box is one cause, whatever it stands in front of. */
		f = candidate_for(d, &finding_answered_by_another,
				  internet ? "internet" : "site");
		if (f->reason == NULL)
			f->reason = "Servers of different owners gave the same "
				    "wrong answer, and none a right one";
		answered_line(d, f, index);
		candidate_claim(d, f, index);
	}
}

static void answered_find(struct diagnosis *d)
{
	struct clusters c;

	diagnosis_clusters_collect(&c, d, answered_key);
	for (size_t i = 0; i < c.count; i++)
		answered_one(d, &c.items[i]);
	diagnosis_clusters_free(&c);
}
