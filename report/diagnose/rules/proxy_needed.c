/* proxy_needed.c - the pattern of a site whose web goes through a proxy. */
#include "report/diagnose/diagnose.h"
#include "report/network.h"

static void proxy_needed(struct diagnosis *d);

const struct finding_entry finding_proxy_needed = {
    .code = "proxy-needed",
    .rules = {{4400, proxy_needed}},
    .owner = OWNER_PROXY,
    .title = "Direct web access is blocked: this site seems to require a proxy",
    .meaning = "No web server answers directly on any port, while a proxy is "
	       "configured here.",
    .decided = "No host answers on port 80 or port 443, for at least three "
	       "owners, while other internet ports work, or proxy settings "
	       "were found on this host.",
    .remedies = {{OWNER_PROXY,
		  {"Ask for this site's proxy, and have the product use it",
		   "Run preflight again with --proxy URL (or --proxy env)",
		   "Or allow {paths} directly from {source}"}}},
    .confirm_by = "preflight run with --proxy env",
};

struct proxy_web {
	size_t heard;       /* on 80 and 443 */
	size_t other_ports; /* answered on other ports */
	struct map domains;
};

static struct proxy_web proxy_count_web(struct diagnosis *d)
{
	struct proxy_web w = {0};

	for (size_t i = 0; i < d->results->count; i++) {
		const struct result *r = diagnosis_result(d, i);
		const struct result_context *v = diagnosis_view(d, i);
		bool web = r->transport == TRANSPORT_TCP &&
			   (r->port == 80 || r->port == 443);

		if (!v->internet || !v->direct || r->addr.family == ADDR_NONE ||
		    r->why != WHY_NONE)
			continue;
		w.other_ports += !web && v->answered;
		w.heard += web && v->answered;
		if (web && correlation_is_silent(r, SILENCE_NO_CONNECTION) &&
		    !network_is_routed(r) && v->domain != SIZE_MAX)
			*map_at(&w.domains,
				arena_printf(d->arena, "%zu", v->domain)) = i;
	}
	return w;
}

static size_t proxy_count_port(const struct diagnosis *d,
			       const struct cluster *c, uint16_t port)
{
	size_t count = 0;

	for (size_t i = 0; i < c->count; i++)
		count += diagnosis_result(d, c->items[i])->port == port;
	return count;
}

static const char *proxy_key_web(struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);

	/* What goes by another route than the rest differs by that. */
	return diagnosis_is_vanished(d, index) && !network_is_routed(r) &&
		       diagnosis_view(d, index)->internet &&
		       r->transport == TRANSPORT_TCP &&
		       (r->port == 80 || r->port == 443)
		   ? "web"
		   : NULL;
}

/* Both web ports shut for everybody, while DNS or time gets out: the pattern
 * of a site whose web goes through a proxy. */
static void proxy_needed(struct diagnosis *d)
{
	struct proxy_web w = proxy_count_web(d);
	const char *hint = d->report->run->hint;
	const struct evidence *through;
	size_t plain, secure; /* HTTP, HTTPS */
	struct clusters c;
	struct candidate *f;

	diagnosis_clusters_collect(&c, d, proxy_key_web);
	if (c.count == 0 || w.heard > 0 || w.domains.count < 3 ||
	    (w.other_ports == 0 && hint == NULL))
		goto out;
	plain = proxy_count_port(d, &c.items[0], 80);
	secure = proxy_count_port(d, &c.items[0], 443);
	if (plain == 0 || secure == 0)
		goto out;
	f = candidate_for(d, &finding_proxy_needed, "");
	through = diagnosis_control(d, &c.items[0], "through-proxy");
	f->confirmed =
	    through != NULL && facts_is_true(&through->observed, "ok");
	if (f->confirmed)
		candidate_cite(
		    d, f, through,
		    arena_printf(d->arena,
				 "the proxy named in the environment opens a "
				 "tunnel to %s",
				 facts_text(&through->observed, "host")));
	else if (through != NULL)
		candidate_cite(
		    d, f, through,
		    arena_printf(d->arena,
				 "the proxy named in the environment does not "
				 "open a tunnel: %s",
				 facts_text(&through->observed, "cause")));
	f->reason = w.other_ports > 0
			? "Both web ports are blocked for every host, while "
			  "other internet traffic passes"
			: "No host answers on either web port, and this host "
			  "has proxy settings";
	candidate_line(
	    d, f,
	    "web tests without an answer: %zu on port 80, %zu on port 443",
	    plain, secure);
	if (w.other_ports > 0)
		candidate_line(d, f,
			       "answered tests of other internet ports: %zu",
			       w.other_ports);
	if (hint != NULL)
		candidate_line(d, f, "%s", hint);
	candidate_claim_all(d, f, &c.items[0]);
out:
	map_free(&w.domains);
	diagnosis_clusters_free(&c);
}
