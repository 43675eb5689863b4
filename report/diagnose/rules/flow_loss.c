/* flow_loss.c - some connections die as a whole, whatever is repeated. */
#include "report/diagnose/diagnose.h"

static void flow_loss_find(struct diagnosis *d);

const struct finding_entry finding_flow_loss = {
    .code = "flow-loss",
    .rules = {{850, flow_loss_find}},
    .owner = OWNER_INTERNET,
    .title = "Some connections die{subject}, while others of the same path "
	     "work",
    .meaning =
	"A part of all connections dies as a whole: what is repeated on them "
	"is lost, too, while others to the same address work. The product will "
	"work at some times and not at others.",
    .decided = "Of at least 40 connections to one path, many more were never "
	       "answered to their first packet and three repeats than the loss "
	       "of single packets would explain (by chance less than once in a "
	       "thousand runs). A tenth of them or more fails the path; fewer "
	       "are a warning.",
    .lookalikes = "A limit of connections per host on the path.",
    .remedies =
	{{OWNER_INTERNET,
	  {"Report to the provider that single connections die by their ports: "
	   "typical of one dead member in a bundle of lines, or of one of "
	   "several paths or gateways that share the load",
	   "Send the source ports above: a connection from one of them should "
	   "die again"}},
	 {OWNER_FIREWALL,
	  {"Look for a bundle of links (LACP), several uplinks or a cluster of "
	   "firewalls{subject}, and test each member alone",
	   "Look there for traffic that leaves by one member and returns by "
	   "another"}}},
    .confirm_by = "the same test with one member of the bundle switched off",
};

static const char *flow_loss_key(struct diagnosis *d, size_t index)
{
	const struct evidence *e = diagnosis_view(d, index)->dying;

	return e == NULL ? NULL : e->id;
}

static void flow_loss_place(struct diagnosis *d, struct candidate *f,
			    const struct evidence *e)
{
	struct hop hop = {
	    .evidence = e,
	    .number = (int)correlation_number(&e->observed, "last-hop", 0)};
	const char *text = facts_text(&e->observed, "last-hop-address");

	if (text == NULL || !addr_parse(&hop.address, text))
		return;
	hop.ours = hop.number == 1 || diagnosis_is_ours(d, &hop.address);
	candidate_line(d, f,
		       "packets of the dead connections reach hop %d, %s; "
		       "nothing beyond it replies [%s]",
		       hop.number, diagnosis_address(d, &hop.address), e->id);
	diagnosis_candidate_hop(d, f, &hop);
}

static void flow_loss_ports(struct diagnosis *d, struct candidate *f,
			    const struct evidence *e)
{
	const struct fact *ports = facts_find(&e->observed, "dead-ports");
	const char *text = "";

	for (size_t i = 0; ports != NULL && i < ports->list_count; i++)
		text = arena_printf(d->arena, "%s%s%s", text, i == 0 ? "" : " ",
				    ports->list[i]);
	if (*text != '\0')
		candidate_line(
		    d, f,
		    "source ports of connections to %s port %u that "
		    "died: %s [%s]",
		    arena_strdup(d->arena,
				 addr_text(&e->addr, (char[ADDR_TEXT]){0})),
		    (unsigned)e->port, text, e->id);
}

static void flow_loss_cite(struct diagnosis *d, struct candidate *f,
			   const struct evidence *e)
{
	char address[ADDR_TEXT];

	candidate_cite(
	    d, f, e,
	    arena_printf(
		d->arena,
		"of %lld connections to %s port %u, %lld were answered at "
		"once, "
		"%lld after a repeat, and %lld never, to %lld repeats each",
		(long long)correlation_number(&e->observed, "opened", 0),
		addr_text(&e->addr, address), (unsigned)e->port,
		(long long)correlation_number(&e->observed, "at-once", 0),
		(long long)correlation_number(&e->observed, "after-repeats", 0),
		(long long)correlation_number(&e->observed, "dead", 0),
		(long long)correlation_number(&e->observed, "held-repeats",
					      0)));
	flow_loss_ports(d, f, e);
	flow_loss_place(d, f, e);
}

/* A question whose server or port answers others. No connection died of it, but
 * where connections die, its datagrams die likewise. */
static bool flow_loss_is_question(struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);

	if (d->passive[index] || diagnosis_view(d, index)->outage)
		return false;
	if (diagnosis_is_resolver(r) && r->outcome.cause == CAUSE_TIMEOUT &&
	    diagnosis_server_answers(d, index))
		return true;
	return correlation_is_silent(r, SILENCE_NO_REPLY) &&
	       r->parent == SIZE_MAX && !r->on_link &&
	       diagnosis_view(d, index)->direct &&
	       diagnosis_port(d, index)->answered > 0;
}

static void flow_loss_questions(struct diagnosis *d, struct candidate *f)
{
	size_t count = 0;

	for (size_t k = 0; k < d->open_count; k++) {
		size_t i = diagnosis_open(d, k);

		if (i == SIZE_MAX || !flow_loss_is_question(d, i))
			continue;
		candidate_claim(d, f, i);
		count++;
	}
	if (count > 0)
		candidate_line(d, f,
			       "names and datagrams that were lost, too, while "
			       "their server or port answered others: %zu",
			       count);
}

static void flow_loss_find(struct diagnosis *d)
{
	struct candidate *f = NULL;
	struct clusters c;

	diagnosis_clusters_collect(&c, d, flow_loss_key);
	for (size_t i = 0; i < c.count; i++) {
		f = candidate_for(d, &finding_flow_loss, "");
		flow_loss_cite(d, f,
			       diagnosis_view(d, c.items[i].items[0])->dying);
		candidate_claim_all(d, f, &c.items[i]);
	}
	if (f != NULL)
		flow_loss_questions(d, f);
	diagnosis_clusters_free(&c);
}
