/*
 * proxy.c - the proxy: not there, wants a log-in, forbids, cannot go on. One
 * rule: what the proxy answered, or how far it got, tells which.
 */
#include "report/diagnose/diagnose.h"

#include "core/engine/check.h"

static void proxy_find(struct diagnosis *d);

const struct finding_entry finding_proxy_unreachable = {
    .code = "proxy-unreachable",
    .rules = {{1300, proxy_find}},
    .owner = OWNER_PROXY,
    .title = "The proxy {subject} cannot be reached",
    .meaning =
	"Everything that uses the proxy fails before it reaches the internet.",
    .decided = "No request got through the proxy: the connection to it failed, "
	       "or it never answered.",
    .remedies = {{OWNER_PROXY,
		  {"Check address and port of the proxy: {subject}",
		   "Check that the proxy runs and accepts {source}"}}},
    .confirm_by = "a connection to the proxy from another host",
};

const struct finding_entry finding_proxy_auth_required = {
    .code = "proxy-auth-required",
    .owner = OWNER_PROXY,
    .title = "The proxy {subject} requires authentication",
    .meaning = "The proxy answered 407: it forwards nothing without valid "
	       "credentials.",
    .decided = "The proxy answered with HTTP status 407.",
    .remedies =
	{{OWNER_PROXY,
	  {"Give the product a proxy account, or exempt {source} from "
	   "authentication on the proxy",
	   "To test with an account: --proxy-auth env:NAME or file:PATH"}}},
};

const struct finding_entry finding_proxy_forbids = {
    .code = "proxy-forbids",
    .owner = OWNER_PROXY,
    .title = "The proxy {subject} forbids {targets}",
    .meaning = "The proxy answers, but refuses these destinations.",
    .decided = "The proxy answered the request with an error of its own (such "
	       "as 403).",
    .remedies =
	{{OWNER_PROXY,
	  {"On the proxy, allow CONNECT from {source} to {rules} ({paths})"}}},
};

const struct finding_entry finding_proxy_upstream = {
    .code = "proxy-upstream",
    .owner = OWNER_PROXY,
    .title = "The proxy {subject} cannot reach {targets}",
    .meaning =
	"The proxy accepts the request but cannot reach the target itself.",
    .decided = "The proxy answered with a gateway error (502, 503, 504), or "
	       "did not answer for these targets while it served others.",
    .lookalikes = "A target that is down.",
    .remedies =
	{{OWNER_PROXY,
	  {"From the proxy, test the path to {targets} ({paths})",
	   "Check the proxy's own DNS and the firewall in front of it"}}},
    .confirm_by = "the same request from the proxy itself",
};

/* The status the proxy answered with, 0: none. */
static int64_t proxy_status(const struct result *r)
{
	int64_t status = correlation_number(&r->facts, "proxy-status", 0);

	if (status == 0 && correlation_number(&r->facts, "status", 0) == 407)
		status = 407; /* plain http through a forward proxy */
	return status;
}

static struct candidate *proxy_candidate(struct diagnosis *d,
					 const struct finding_entry *entry)
{
	const struct proxy_settings *p = d->plan->proxy;
	struct candidate *f = candidate_for(d, entry, "");

	if (p == NULL || p->host == NULL)
		return f;
	f->subject =
	    arena_printf(d->arena, "%s:%u", p->host, (unsigned)p->port);
	if (addr_parse(&f->blocker, p->host))
		f->blocker_name = diagnosis_address_name(d, &f->blocker);
	else
		f->blocker_name = p->host;
	return f;
}

/* The proxy has said something to this request. */
static bool proxy_spoke(const struct result *r)
{
	return r->outcome.cause == CAUSE_OK ||
	       correlation_number(&r->facts, "proxy-status", 0) != 0 ||
	       correlation_number(&r->facts, "status", 0) != 0;
}

/* Something came from behind the proxy (an open tunnel is its own word). */
static bool proxy_passed(const struct result *r)
{
	if (correlation_is_check(r, "http-connect"))
		return false;
	return r->outcome.cause == CAUSE_OK ||
	       r->outcome.cause == CAUSE_UNTRUSTED ||
	       r->outcome.cause == CAUSE_BAD_REPLY ||
	       (r->outcome.cause == CAUSE_REJECTED &&
		r->outcome.phase > PHASE_PROXY);
}

static bool proxy_any(const struct diagnosis *d,
		      bool (*test)(const struct result *r))
{
	for (size_t i = 0; i < d->results->count; i++) {
		const struct result *r = diagnosis_result(d, i);

		if (r->spec->via_proxy && r->why == WHY_NONE && test(r))
			return true;
	}
	return false;
}

/* What happens to the same target without the proxy. */
static void proxy_direct(struct diagnosis *d, struct candidate *f, size_t index)
{
	const struct evidence *e =
	    correlation_control(d->correlation, index, "direct");
	bool works = e != NULL && facts_is_true(&e->observed, "ok");

	if (e == NULL)
		return;
	candidate_cite(
	    d, f, e,
	    arena_printf(d->arena,
			 works
			     ? "without the proxy, %s accepts the connection: "
			       "the direct path is open"
			     : "without the proxy, %s cannot be reached either",
			 diagnosis_target(d, index)));
}

static void proxy_answered(struct diagnosis *d, size_t index, int64_t status)
{
	const struct result *r = diagnosis_result(d, index);
	const struct fact *schemes = facts_find(&r->facts, "proxy-schemes");
	const struct finding_entry *entry =
	    status == 407   ? &finding_proxy_auth_required
	    : status >= 502 ? &finding_proxy_upstream
			    : &finding_proxy_forbids;
	struct candidate *f = proxy_candidate(d, entry);

	f->confirmed = status < 502;
	if (status == 407) {
		f->detail = r->spec->via_proxy && schemes != NULL &&
				    schemes->list_count > 0
				? arena_printf(d->arena, " (it offers %s)",
					       schemes->list[0])
				: "";
		candidate_line(d, f, "the proxy answered 407%s", f->detail);
	} else {
		f->detail = arena_printf(d->arena, "%lld", (long long)status);
		candidate_line(d, f, "the proxy answered %lld for %s",
			       (long long)status, diagnosis_target(d, index));
		if (status >= 502)
			f->reason =
			    arena_printf(d->arena, "The proxy answered %lld",
					 (long long)status);
	}
	proxy_direct(d, f, index);
	candidate_claim(d, f, index);
}

/* Nothing came back from the proxy itself. */
static void proxy_lost(struct diagnosis *d, size_t index, bool works)
{
	const struct result *r = diagnosis_result(d, index);
	char code[OUTCOME_CODE];
	struct candidate *f;

	/* It answers others: then it does not get through to this target. */
	f = proxy_candidate(d, works ? &finding_proxy_upstream
				     : &finding_proxy_unreachable);
	/* One answer is one witness; and silence, however often, is what a
	 * device on the way would cause, too. */
	f->confirmed = !works && r->outcome.cause != CAUSE_TIMEOUT &&
		       (f->result_count == 1 || f->confirmed);
	f->reason =
	    works
		? "The proxy did not answer for these targets but served others"
	    : r->outcome.phase == PHASE_RESOLVE
		? "The proxy's name does not resolve"
		: arena_printf(
		      d->arena, "%s: %s",
		      outcome_code(r->outcome.phase, r->outcome.cause, code),
		      outcome_text(r->outcome.phase, r->outcome.cause));
	proxy_direct(d, f, index);
	candidate_claim(d, f, index);
}

/* A plain request goes to the proxy itself: its silence is the proxy's. */
static bool proxy_is_silent(const struct result *r)
{
	return r->spec->check->proxy == PROXY_FORWARD &&
	       r->outcome.cause == CAUSE_TIMEOUT && !proxy_spoke(r);
}

static const char *proxy_key_hollow(struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);

	return r->spec->via_proxy && r->outcome.phase > PHASE_PROXY &&
		       (r->outcome.cause == CAUSE_RESET ||
			r->outcome.cause == CAUSE_TIMEOUT)
		   ? ""
		   : NULL;
}

/* Tunnels open, and nothing comes through any of them, from anybody. */
static void proxy_hollow(struct diagnosis *d)
{
	struct clusters c;
	struct map owners = {0};
	struct candidate *f;

	diagnosis_clusters_collect(&c, d, proxy_key_hollow);
	for (size_t i = 0; c.count > 0 && i < c.items[0].count; i++)
		*map_at(&owners,
			arena_printf(
			    d->arena, "%zu",
			    diagnosis_view(d, c.items[0].items[i])->domain)) =
		    i;
	if (owners.count >= 2 && !proxy_any(d, proxy_passed)) {
		f = proxy_candidate(d, &finding_proxy_upstream);
		f->reason = "The proxy accepts the requests, but no data comes "
			    "through from any host";
		candidate_line(
		    d, f, "accepted requests that ended without an answer: %zu",
		    c.items[0].count);
		proxy_direct(d, f, c.items[0].items[0]);
		candidate_claim_all(d, f, &c.items[0]);
	}
	map_free(&owners);
	diagnosis_clusters_free(&c);
}

static void proxy_find(struct diagnosis *d)
{
	bool works = proxy_any(d, proxy_spoke);

	for (size_t k = 0; k < d->open_count; k++) {
		size_t i = diagnosis_open(d, k);
		const struct result *r;

		if (i == SIZE_MAX)
			continue;
		r = diagnosis_result(d, i);
		if (!r->spec->via_proxy)
			continue;
		if (proxy_status(r) >= 300 ||
		    (proxy_status(r) != 0 && r->outcome.phase == PHASE_PROXY))
			proxy_answered(d, i, proxy_status(r));
		else if (r->outcome.cause != CAUSE_PROHIBITED &&
			 (r->outcome.phase == PHASE_PROXY ||
			  r->outcome.phase == PHASE_CONNECT ||
			  proxy_is_silent(r) ||
			  (r->outcome.phase == PHASE_RESOLVE &&
			   r->spec->derive == NULL)))
			proxy_lost(d, i, works);
	}
	proxy_hollow(d);
}
