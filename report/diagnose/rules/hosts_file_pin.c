/* hosts_file_pin.c - the hosts file of this host decides where a name leads. */
#include "report/diagnose/diagnose.h"

#include <string.h>

static void hosts_file_pins(struct diagnosis *d);

const struct finding_entry finding_hosts_file_pin = {
    .code = "hosts-file-pin",
    .rules = {{100, hosts_file_pins}},
    .owner = OWNER_THIS_HOST,
    .title = "This host's hosts file sets {subject} to {detail}",
    .meaning =
	"The address of this name comes from the hosts file instead of DNS, "
	"and that address does not work. Other hosts are not affected.",
    .decided = "The hosts file contains the name, and the path to its address "
	       "fails. Confirmed if DNS returns another address.",
    .remedies = {{OWNER_THIS_HOST,
		  {"Remove the line for {subject} from /etc/hosts, and find "
		   "out what added it (a test, a workaround, malware)",
		   "Run preflight again: the real addresses have not been "
		   "tested yet"}}},
    .confirm_by = "asking DNS for {subject}: dig {subject}",
};

/* A name of the internet that the hosts file holds, and whose path fails. */
static const char *hosts_file_key(struct diagnosis *d, size_t index)
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
static int hosts_file_differs(struct diagnosis *d, const struct cluster *c,
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

static void hosts_file_name(struct diagnosis *d, const struct cluster *c)
{
	const struct evidence *e;
	int differs = hosts_file_differs(d, c, &e);
	const struct result *r = diagnosis_result(d, c->items[0]);
	char address[ADDR_TEXT];
	struct candidate *f;

	if (differs < 0)
		return; /* as DNS has it: not the cause */
	f = candidate_for(d, &finding_hosts_file_pin, c->key);
	f->confirmed = differs > 0;
	f->where = WHERE_THIS_HOST;
	f->subject = c->key;
	f->detail = arena_strdup(d->arena, addr_text(&r->addr, address));
	candidate_line(d, f, "the hosts file sets %s to %s", c->key, f->detail);
	if (e != NULL)
		candidate_cite(
		    d, f, e,
		    arena_printf(
			d->arena, "the DNS server %s returns %s",
			facts_text(&e->observed, "server"),
			facts_find(&e->observed, "addresses")->list[0]));
	candidate_claim_all(d, f, c);
}

static void hosts_file_pins(struct diagnosis *d)
{
	struct clusters c;

	diagnosis_clusters_collect(&c, d, hosts_file_key);
	for (size_t i = 0; i < c.count; i++)
		hosts_file_name(d, &c.items[i]);
	diagnosis_clusters_free(&c);
}
