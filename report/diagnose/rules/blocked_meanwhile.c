/* blocked_meanwhile.c - hosts that block this one since the run began. */
#include "report/diagnose/diagnose.h"

#include "core/base/clock.h"
#include "core/base/text.h"
#include "report/ban.h"

static void blocked_find(struct diagnosis *d);

const struct finding_entry finding_blocked_meanwhile = {
    .code = "blocked-meanwhile",
    .rules = {{1650, blocked_find}},
    .owner = OWNER_DEVICE,
    .title = "{targets} {targets:accepts|accept} nothing from this host since "
	     "{detail}: it looks like a block for port scanning",
    .meaning =
	"Ports were open when the run began. From some time on every further "
	"test failed, and ports that had been open did not open again: the "
	"tests were taken for a port scan. What failed since then says nothing "
	"about the ports.",
    .decided =
	"At least three ports of the host that were first tried after the last "
	"one that opened failed, and ports that had opened failed in the same "
	"way when they were tried again. Or, of all hosts away from this "
	"network: none has answered since some time, three addresses at least "
	"were first tried then, and two that had answered were silent when "
	"they were tried again, while the first hop still replied.",
    .lookalikes = "A host or a line that went down, or a firewall that "
		  "changed its rules, while the run went on.",
    .remedies =
	{{OWNER_DEVICE,
	  {"On {targets}, exempt {source} from the protection against port "
	   "scans (intrusion prevention, fail2ban, the security agent), and "
	   "lift the block",
	   "Where the host has no such protection, look for a firewall in "
	   "front "
	   "of it that blocks {source} since then",
	   "Run preflight again more slowly: --rate 1, or a few tests at a "
	   "time by --only"}},
	 {OWNER_FIREWALL,
	  {"On the firewall or intrusion prevention system in front of them, "
	   "exempt {source} from the protection against port scans, and lift "
	   "the block",
	   "Run preflight again more slowly: --rate 1, or a few tests at a "
	   "time by --only"}}},
    .confirm_by = "the log of the protection against port scans at that time",
};

static const char *blocked_key(struct diagnosis *d, size_t index)
{
	const struct evidence *e = diagnosis_view(d, index)->banned;

	if (e == NULL)
		return NULL;
	return e == d->correlation->source_banned[e->addr.family == ADDR_V6]
		   ? "source"
		   : "";
}

/* A host that is gone from this link blocks nobody. */
static bool blocked_is_there(const struct diagnosis *d, size_t index)
{
	const struct evidence *e;

	return diagnosis_neighbour(d, &diagnosis_result(d, index)->addr, &e) >=
	       0;
}

static void blocked_host(struct diagnosis *d, struct candidate *f, size_t index,
			 int64_t *first_us)
{
	const struct evidence *e = diagnosis_view(d, index)->banned;
	struct ban_times t =
	    ban_times_of(d->correlation, diagnosis_view(d, index)->host);
	char address[ADDR_TEXT];

	if (*first_us == 0 || t.opened_us < *first_us)
		*first_us = t.opened_us;
	candidate_line(d, f,
		       "%s opened a port for the last time %.1f s after the "
		       "start; attempts until then: %zu",
		       diagnosis_target(d, index),
		       (double)(t.opened_us - d->results->started_us) / 1e6,
		       t.tries);
	candidate_cite(d, f, e,
		       arena_printf(d->arena,
				    "%s port %u was open before; asked again: "
				    "%s",
				    addr_text(&e->addr, address),
				    (unsigned)e->port,
				    facts_text(&e->observed, "cause")));
}

/* "2026-11-21T03:20:00Z" of a monotonic time. */
static const char *blocked_time(struct diagnosis *d, int64_t at_us)
{
	char text[CLOCK_TEXT];

	return arena_strdup(d->arena,
			    clock_text(d->results->started_wall_us +
					   (at_us - d->results->started_us),
				       text));
}

/* Everything beyond a hop that still replies. */
static void blocked_source(struct diagnosis *d, const struct cluster *c)
{
	const struct evidence *e = diagnosis_view(d, c->items[0])->banned;
	struct ban_times t =
	    ban_times_of_source(d->correlation, e->addr.family);
	struct hop hop = diagnosis_hop(d, c->items, c->count);
	struct candidate *f;
	char address[ADDR_TEXT];

	if (hop.evidence == NULL || hop.reached || hop.number == 0)
		return;
	f = candidate_for(d, &finding_blocked_meanwhile, c->key);
	f->reason = "Nothing away from this network has answered since then, "
		    "nor what had answered before";
	candidate_line(
	    d, f,
	    "last answered attempt: %.1f s after the start; attempts "
	    "until then: %zu; addresses that are silent since: %zu",
	    (double)(t.opened_us - d->results->started_us) / 1e6, t.tries,
	    diagnosis_hosts(d, c));
	candidate_cite(d, f, e,
		       arena_printf(d->arena,
				    "%s port %u was open before; asked again: "
				    "%s",
				    addr_text(&e->addr, address),
				    (unsigned)e->port,
				    facts_text(&e->observed, "cause")));
	diagnosis_candidate_hop(d, f, &hop);
	f->owner = OWNER_FIREWALL;
	f->detail = blocked_time(d, t.opened_us);
	candidate_claim_all(d, f, c);
}

static void blocked_hosts(struct diagnosis *d, const struct cluster *c)
{
	struct candidate *f = candidate_for(d, &finding_blocked_meanwhile, "");
	struct map hosts = {0};
	char address[ADDR_TEXT];
	int64_t first_us = 0;

	f->reason = "Every test failed since then, of ports that had been open "
		    "as well";
	for (size_t i = 0; i < c->count; i++) {
		const struct result *r = diagnosis_result(d, c->items[i]);
		size_t *slot;

		if (!blocked_is_there(d, c->items[i]))
			continue;
		slot =
		    map_at(&hosts, arena_strdup(d->arena,
						addr_text(&r->addr, address)));
		if (*slot == SIZE_MAX)
			blocked_host(d, f, c->items[i], &first_us);
		*slot = i;
		candidate_claim(d, f, c->items[i]);
	}
	f->detail = blocked_time(d, first_us);
	f->owner = diagnosis_hosts(d, c) > 1 ? OWNER_FIREWALL : OWNER_DEVICE;
	f->where = f->owner == OWNER_DEVICE ? WHERE_TARGET : f->where;
	map_free(&hosts);
}

static void blocked_find(struct diagnosis *d)
{
	struct clusters c;

	diagnosis_clusters_collect(&c, d, blocked_key);
	for (size_t i = 0; i < c.count; i++) {
		if (c.items[i].key[0] == '\0')
			blocked_hosts(d, &c.items[i]);
		else
			blocked_source(d, &c.items[i]);
	}
	diagnosis_clusters_free(&c);
}
