/*
 * proxy.c - the proxy: not there, wants a log-in, forbids, cannot go on. One
 * rule: what the proxy answered, or how far it got, tells which.
 */
#include "report/diagnose/diagnose.h"

#include "core/base/text.h"
#include "core/engine/check.h"

#include <string.h>

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

const struct finding_entry finding_proxy_account_refused = {
    .code = "proxy-account-refused",
    .owner = OWNER_PROXY,
    .title = "The proxy {subject} refuses this account{detail}",
    .meaning = "An account was given, and the proxy answered 407 all the same: "
	       "it forwards nothing.",
    .decided = "The proxy answered with HTTP status 407 to requests that "
	       "carried an account (Basic, RFC 7617).",
    .lookalikes = "A proxy that accepts the account by another scheme only, "
		  "such as NTLM or Negotiate.",
    .remedies =
	{{OWNER_PROXY,
	  {"Check user and password of the account, and whether it is locked",
	   "Where the proxy does not offer Basic, give the product an account "
	   "by a scheme that both know, or exempt {source} from "
	   "authentication"}}},
};

const struct finding_entry finding_proxy_is_socks = {
    .code = "proxy-is-socks",
    .owner = OWNER_PROXY,
    .title = "The proxy {subject} is a SOCKS proxy, not one for HTTP",
    .meaning = "What answers on this port speaks SOCKS. Requests of HTTP are "
	       "not understood there.",
    .decided = "Requests of HTTP got no answer of HTTP, and the greeting of "
	       "SOCKS 5 was answered.",
    .remedies =
	{{OWNER_PROXY,
	  {"Use the port of the HTTP proxy: http://HOST:PORT (often 3128 or "
	   "8080)",
	   "If this site has a SOCKS proxy only, the product needs one for "
	   "HTTP, or a direct path"}}},
};

const struct finding_entry finding_proxy_closes_tunnels = {
    .code = "proxy-closes-tunnels",
    .owner = OWNER_PROXY,
    .title = "The proxy {subject} forwards plain HTTP, but closes every tunnel",
    .meaning = "Requests for http:// pass. CONNECT, which all else needs, ends "
	       "without data.",
    .decided = "An answer to plain HTTP came through, and no tunnel brought "
	       "anything, to hosts of at least two owners: each was closed or "
	       "stayed silent.",
    .lookalikes = "A firewall between the proxy and the internet that lets "
		  "tcp/80 pass only.",
    .remedies =
	{{OWNER_PROXY,
	  {"On the proxy, allow CONNECT from {source} to {rules} ({paths})",
	   "Check the firewall in front of the proxy for {paths}"}}},
    .confirm_by = "the proxy's log for CONNECT from {source}",
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

static bool proxy_has_account(const struct diagnosis *d)
{
	return d->plan->proxy != NULL && d->plan->proxy->authentication != NULL;
}

/* " (it offers NTLM, Negotiate; the account was sent by Basic)". */
static const char *proxy_schemes(struct diagnosis *d, const struct fact *list)
{
	const char *text = "";
	bool basic = false;

	for (size_t i = 0; list != NULL && i < list->list_count; i++) {
		text = arena_printf(d->arena, "%s%s%s", text,
				    i == 0 ? "" : ", ", list->list[i]);
		basic |= text_casecmp(list->list[i], "Basic") == 0;
	}
	if (*text == '\0')
		return "";
	return arena_printf(d->arena, " (it offers %s%s)", text,
			    basic || !proxy_has_account(d)
				? ""
				: "; the account was sent by Basic");
}

static void proxy_answered(struct diagnosis *d, size_t index, int64_t status)
{
	const struct result *r = diagnosis_result(d, index);
	const struct fact *schemes = facts_find(&r->facts, "proxy-schemes");
	const struct finding_entry *entry =
	    status == 407 && proxy_has_account(d)
		? &finding_proxy_account_refused
	    : status == 407 ? &finding_proxy_auth_required
	    : status >= 502 ? &finding_proxy_upstream
			    : &finding_proxy_forbids;
	struct candidate *f = proxy_candidate(d, entry);

	f->confirmed = status < 502;
	if (status == 407) {
		f->detail = proxy_schemes(d, schemes);
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

/* What the proxy itself was asked in the second round, and answered. */
static const struct evidence *proxy_itself(const struct diagnosis *d,
					   const char *what)
{
	for (size_t i = 0; i < d->results->evidence_count; i++) {
		const struct evidence *e = &d->results->evidence[i];
		const char *of = facts_text(&e->observed, "what");

		if (e->kind == EVIDENCE_CONTROL && of != NULL &&
		    strcmp(of, what) == 0 && facts_is_true(&e->observed, "ok"))
			return e;
	}
	return NULL;
}

/* It speaks another protocol, or only its line is dead. False: neither. */
static bool proxy_is_there(struct diagnosis *d, size_t index)
{
	const struct evidence *socks = proxy_itself(d, "proxy-socks");
	const struct evidence *answers = proxy_itself(d, "proxy-answers");
	struct candidate *f;

	if (diagnosis_result(d, index)->outcome.phase < PHASE_PROXY ||
	    (socks == NULL && answers == NULL))
		return false;
	if (socks != NULL) {
		f = proxy_candidate(d, &finding_proxy_is_socks);
		f->confirmed = true;
		f->reason = "It answers the greeting of SOCKS 5";
		candidate_cite(d, f, socks,
			       "the greeting of SOCKS 5 was answered");
	} else {
		f = proxy_candidate(d, &finding_proxy_upstream);
		f->reason = "The proxy answers for itself, and gets no answer "
			    "from any host: its own line may be dead";
		candidate_cite(d, f, answers,
			       "a request to the proxy itself was answered");
		proxy_direct(d, f, index);
	}
	candidate_claim(d, f, index);
	return true;
}

/* Nothing came back from the proxy itself. */
static void proxy_lost(struct diagnosis *d, size_t index, bool works)
{
	const struct result *r = diagnosis_result(d, index);
	char code[OUTCOME_CODE];
	struct candidate *f;

	if (!works && proxy_is_there(d, index))
		return;
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

/* Owners of hosts that were asked for. */
static size_t proxy_owners(struct diagnosis *d, const struct cluster *c)
{
	struct map owners = {0};
	size_t count;

	for (size_t i = 0; i < c->count; i++)
		*map_at(&owners,
			arena_printf(d->arena, "%zu",
				     diagnosis_view(d, c->items[i])->domain)) =
		    i;
	count = owners.count;
	map_free(&owners);
	return count;
}

/* Tunnels open, and nothing comes through any of them, from anybody. */
static void proxy_hollow(struct diagnosis *d)
{
	struct clusters c;
	struct candidate *f;

	diagnosis_clusters_collect(&c, d, proxy_key_hollow);
	if (c.count > 0 && proxy_owners(d, &c.items[0]) >= 2 &&
	    !proxy_any(d, proxy_passed)) {
		f = proxy_candidate(d, &finding_proxy_upstream);
		f->reason = "The proxy accepts the requests, but no data comes "
			    "through from any host";
		candidate_line(
		    d, f, "accepted requests that ended without an answer: %zu",
		    c.items[0].count);
		proxy_direct(d, f, c.items[0].items[0]);
		candidate_claim_all(d, f, &c.items[0]);
	}
	diagnosis_clusters_free(&c);
}

/* A tunnel that brought nothing: the proxy did not open it, or it ended. */
static const char *proxy_key_tunnel(struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);

	return r->spec->via_proxy && r->spec->check->proxy == PROXY_TUNNEL &&
		       r->outcome.phase >= PHASE_PROXY &&
		       proxy_status(r) / 100 <= 2 &&
		       (r->outcome.cause == CAUSE_RESET ||
			r->outcome.cause == CAUSE_TIMEOUT)
		   ? ""
		   : NULL;
}

static bool proxy_is_forwarded(const struct result *r)
{
	return r->spec->check->proxy == PROXY_FORWARD && proxy_passed(r);
}

static bool proxy_is_tunnelled(const struct result *r)
{
	return r->spec->check->proxy == PROXY_TUNNEL && proxy_passed(r);
}

/* Plain HTTP passes, and no tunnel brings anything, from anybody. */
static void proxy_tunnels(struct diagnosis *d)
{
	struct clusters c;
	struct candidate *f;

	diagnosis_clusters_collect(&c, d, proxy_key_tunnel);
	if (c.count > 0 && proxy_owners(d, &c.items[0]) >= 2 &&
	    proxy_any(d, proxy_is_forwarded) &&
	    !proxy_any(d, proxy_is_tunnelled)) {
		f = proxy_candidate(d, &finding_proxy_closes_tunnels);
		f->reason = "Plain HTTP comes through the proxy, and nothing "
			    "through any tunnel";
		candidate_line(d, f, "tunnels that ended without data: %zu",
			       c.items[0].count);
		proxy_direct(d, f, c.items[0].items[0]);
		candidate_claim_all(d, f, &c.items[0]);
	}
	diagnosis_clusters_free(&c);
}

static void proxy_find(struct diagnosis *d)
{
	bool works = proxy_any(d, proxy_spoke);
	bool socks = proxy_itself(d, "proxy-socks") != NULL;

	proxy_tunnels(d);
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
			  proxy_is_silent(r) || (socks && !proxy_spoke(r)) ||
			  (r->outcome.phase == PHASE_RESOLVE &&
			   r->spec->derive == NULL)))
			proxy_lost(d, i, works);
	}
	proxy_hollow(d);
}
