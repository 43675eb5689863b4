/* accepts_every_port.c - ports open on which no service can be. */
#include "report/diagnose/diagnose.h"

#include "report/open_ports.h"

static void accepts_find(struct diagnosis *d);

const struct finding_entry finding_accepts_every_port = {
    .code = "accepts-every-port",
    .rules = {{2650, accepts_find}},
    .owner = OWNER_FIREWALL,
    .title = "An intermediate device accepts every port of {targets}",
    .meaning =
	"Connections open on ports that no service has. An open port proves "
	"nothing there: the service may be off, or the host itself.",
    .decided =
	"Two ports that IANA reserves, so that no service has them, were "
	"opened as well. No service of these hosts gave an answer of its own "
	"over TCP on the ports concerned.",
    .lookalikes = "A host that itself accepts every port (a honeypot, or a "
		  "rule that redirects all ports).",
    .remedies =
	{{OWNER_FIREWALL,
	  {"Find the device that accepts the connections: a SYN proxy or flood "
	   "protection, an intrusion prevention system, a ZTNA or VPN client "
	   "of this host",
	   "Exempt {source} there, then run preflight again",
	   "Until then, test {paths} of {targets} from the device's own "
	   "network"}}},
    .confirm_by = "a connection to a port without a service from the device's "
		  "own network",
};

/* One box is one cause, whatever it stands in front of. */
static const char *accepts_key(struct diagnosis *d, size_t index)
{
	static const char *const keys[] = {[CLASS_INTERNET] = "internet",
					   [CLASS_INSIDE] = "site",
					   [CLASS_ON_LINK] = "site"};

	return diagnosis_view(d, index)->accepted
		   ? keys[diagnosis_class(d, index)]
		   : NULL;
}

static void accepts_cite(struct diagnosis *d, struct candidate *f,
			 const struct evidence *e)
{
	char address[ADDR_TEXT];

	candidate_cite(
	    d, f, e,
	    arena_printf(d->arena,
			 "%s port %u opens, a number that no service has",
			 addr_text(&e->addr, address), (unsigned)e->port));
}

static void accepts(struct diagnosis *d, const struct cluster *c)
{
	struct candidate *f =
	    candidate_for(d, &finding_accepts_every_port, c->key);
	struct map cited = {0};
	char address[ADDR_TEXT];

	f->reason = "Ports open on which no service can be";
	for (size_t i = 0; i < c->count; i++) {
		const struct result *r = diagnosis_result(d, c->items[i]);
		const struct evidence *second = NULL;
		bool inferred;
		const struct evidence *first =
		    open_ports_shown(d->results, &r->addr, &second, &inferred);
		size_t *seen = map_at(
		    &cited,
		    arena_strdup(d->arena, addr_text(&first->addr, address)));

		f->inferred |= inferred;
		if (*seen == SIZE_MAX) {
			accepts_cite(d, f, first);
			accepts_cite(d, f, second);
		}
		*seen = i;
	}
	map_free(&cited);
	candidate_claim_all(d, f, c);
}

static void accepts_find(struct diagnosis *d)
{
	struct clusters c;

	diagnosis_clusters_collect(&c, d, accepts_key);
	for (size_t i = 0; i < c.count; i++)
		accepts(d, &c.items[i]);
	diagnosis_clusters_free(&c);
}
