/* pinned.c - the hosts file of this host decides where a name leads. */
#include "report/diagnose/diagnose.h"

#include <string.h>

/* A name of the internet that the hosts file holds, and whose path fails. */
static const char *pinned_key(struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);
	const char *resolver = facts_text(&r->facts, "resolver");

	if (resolver == NULL || strcmp(resolver, "hosts file") != 0 ||
	    r->spec->host == NULL || r->outcome.cause == CAUSE_OK ||
	    r->outcome.phase == PHASE_LOCAL ||
	    !diagnosis_view(d, index)->internet)
		return NULL;
	return r->spec->host;
}

/* What DNS says about the name: 1 another address, -1 the same, 0 nothing. */
static int pinned_differs(struct diagnosis *d, const struct cluster *c,
			  const struct evidence **e)
{
	char address[ADDR_TEXT];

	*e = NULL;
	for (size_t i = 0; i < c->count; i++) {
		const struct evidence *said = correlation_control(
		    d->correlation, c->items[i], "same-question");
		const struct fact *list =
		    said == NULL ? NULL
				 : facts_find(&said->observed, "addresses");

		if (list == NULL)
			continue;
		*e = said;
		addr_text(&diagnosis_result(d, c->items[i])->addr, address);
		for (size_t k = 0; k < list->list_count; k++)
			if (strcmp(list->list[k], address) == 0)
				return -1;
		return 1;
	}
	return 0;
}

static void pinned_name(struct diagnosis *d, const struct cluster *c)
{
	const struct evidence *e;
	int differs = pinned_differs(d, c, &e);
	const struct result *r = diagnosis_result(d, c->items[0]);
	char address[ADDR_TEXT];
	struct candidate *f;

	if (differs < 0)
		return; /* as DNS has it: not the cause */
	f = candidate_for(d, "hosts-file-pin", c->key);
	f->confirmed = differs > 0;
	f->where = WHERE_THIS_HOST;
	f->subject = c->key;
	f->detail = arena_strdup(d->arena, addr_text(&r->addr, address));
	candidate_line(d, f, "the hosts file says that %s is %s", c->key,
		       f->detail);
	if (e != NULL)
		candidate_cite(
		    d, f, e,
		    arena_printf(
			d->arena, "the DNS server %s says %s",
			facts_text(&e->observed, "server"),
			facts_find(&e->observed, "addresses")->list[0]));
	candidate_claim_all(d, f, c);
}

void rules_pinned(struct diagnosis *d)
{
	struct clusters c;

	diagnosis_clusters_collect(&c, d, pinned_key);
	for (size_t i = 0; i < c.count; i++)
		pinned_name(d, &c.items[i]);
	diagnosis_clusters_free(&c);
}
