/* proxy.c - the proxy: not there, wants a name, says no. */
#include "diagnose.h"

/* The status the proxy answered with, 0: none. */
static int64_t proxy_status(const struct result *r)
{
	int64_t status = survey_number(&r->facts, "proxy-status", 0);

	if (status == 0 && survey_number(&r->facts, "status", 0) == 407)
		status = 407; /* plain http through a forward proxy */
	return status;
}

static struct draft *proxy_draft(struct diagnosis *d, const char *code)
{
	const struct proxy_settings *p = d->plan->proxy;
	struct draft *f = draft_for(d, code, "");

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

/* Any result that the proxy let through. */
static bool proxy_works(const struct diagnosis *d)
{
	for (size_t i = 0; i < d->results->count; i++) {
		const struct result *r = diagnosis_result(d, i);

		if (r->spec->via_proxy && r->why == WHY_NONE &&
		    (r->outcome.phase > PHASE_PROXY ||
		     r->outcome.cause == CAUSE_OK))
			return true;
	}
	return false;
}

static void proxy_answered(struct diagnosis *d, size_t index, int64_t status)
{
	const struct result *r = diagnosis_result(d, index);
	const struct fact *schemes = facts_find(&r->facts, "proxy-schemes");
	const char *code = status == 407   ? "proxy-auth-required"
			   : status >= 502 ? "proxy-upstream"
					   : "proxy-forbids";
	struct draft *f = proxy_draft(d, code);

	f->confirmed = status < 502;
	if (status == 407) {
		f->detail = r->spec->via_proxy && schemes != NULL &&
				    schemes->list_count > 0
				? arena_printf(d->arena, " (it offers %s)",
					       schemes->list[0])
				: "";
		draft_line(d, f, "the proxy answered 407%s", f->detail);
	} else {
		f->detail = arena_printf(d->arena, "%lld", (long long)status);
		draft_line(d, f, "the proxy answered %lld for %s",
			   (long long)status, diagnosis_target(d, index));
		if (status >= 502)
			f->reason =
			    arena_printf(d->arena, "The proxy answered %lld",
					 (long long)status);
	}
	draft_claim(d, f, index);
}

/* Nothing came back from the proxy itself. */
static void proxy_lost(struct diagnosis *d, size_t index, bool works)
{
	const struct result *r = diagnosis_result(d, index);
	char code[OUTCOME_CODE];
	struct draft *f;

	/* It answers others: then it does not get through to this target. */
	f = proxy_draft(d, works ? "proxy-upstream" : "proxy-unreachable");
	f->confirmed = !works;
	f->reason =
	    works ? "The proxy went silent for these targets and "
		    "served others"
	    : r->outcome.phase == PHASE_RESOLVE
		? "Its name does not resolve"
		: arena_printf(
		      d->arena, "%s: %s",
		      outcome_code(r->outcome.phase, r->outcome.cause, code),
		      outcome_text(r->outcome.phase, r->outcome.cause));
	draft_claim(d, f, index);
}

void rules_proxy(struct diagnosis *d)
{
	bool works = proxy_works(d);

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
			  (r->outcome.phase == PHASE_RESOLVE &&
			   r->spec->derive == NULL)))
			proxy_lost(d, i, works);
	}
}
