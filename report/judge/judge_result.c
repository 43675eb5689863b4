/* judge_result.c - one result's verdict, and one line that says why. */
#include "report/judge/judge.h"

#include "core/engine/check.h"
#include "core/os/text.h"

#include <stdlib.h>
#include <string.h>

static const char *const judge_why_texts[WHY_COUNT] = {
    [WHY_NONE] = "",
    [WHY_NEEDS_INPUT] = "a value is missing",
    [WHY_NEEDS_PRIVILEGE] = "this user may not send these packets",
    [WHY_NEEDS_SECOND_END] = "only the far end can prove it",
    [WHY_NO_WITNESS] = "nothing at the far end can prove it",
    [WHY_LOCAL] = "this host could not test it",
    [WHY_NOT_RUN] = "not run before the run ended"};

/* In the words of what was tried. */
static const char *judge_privilege(struct arena *a, const struct result *r)
{
	const struct fact *ports = facts_find(&r->facts, "not-permitted");

	if (r->transport == TRANSPORT_ICMP)
		return arena_printf(a,
				    "this user may not send echo requests: "
				    "allow it (%s), or run preflight as root",
				    os_text_allow_echo);
	return arena_printf(
	    a,
	    "this user may not listen on port %s%s: allow it "
	    "(%s), or run preflight as root",
	    ports == NULL ? "numbers below 1024" : ports->list[0],
	    ports != NULL && ports->list_count > 1 ? " and others" : "",
	    os_text_allow_bind);
}

static const char *judge_input(const struct result *r)
{
	if (correlation_is_check(r, "http-connect"))
		return "no proxy is given: --proxy URL";
	if (correlation_is_check(r, "bind"))
		return "no port is given";
	return judge_why_texts[WHY_NEEDS_INPUT];
}

static bool judge_has_type(const struct judge *j, const struct result *r,
			   const char *type)
{
	const struct plan_device *d;

	if (r->spec->device_index >= j->plan->device_count)
		return true;
	d = &j->plan->devices[r->spec->device_index];
	for (size_t i = 0; d->types != NULL && d->types[i] != NULL; i++) {
		if (strcmp(d->types[i], type) == 0)
			return true;
	}
	return false;
}

bool judge_is_passive(const struct result *r, const struct judgement *own)
{
	const struct requirement *q = r->spec->requirement;
	const struct check *check =
	    r->check != NULL ? r->check : r->spec->check;

	if (q != NULL && q->level == LEVEL_ADVISORY)
		return true;
	if (check != NULL && check->needs == NEEDS_MULTICAST)
		return true;
	if (own->verdict != VERDICT_WARN)
		return false;
	if (q != NULL && q->silence_exempt_type != NULL &&
	    correlation_is_silent(r, SILENCE_ANY))
		return true;
	return r->spec->proof == PROOF_PATH &&
	       r->outcome.cause == CAUSE_REFUSED;
}

/* Special cases ------------------------------------------------------------
 */

/* A refusal where the path is what counts (design §2: proof `path`). */
static enum verdict judge_refusal(struct judge *j, size_t index)
{
	const struct result *r = &j->results->items[index];
	struct judgement *own = &j->judgements[index];
	const struct evidence *e;
	bool icmp_from_target =
	    r->outcome.has_icmp && addr_equal(&r->outcome.blocker, &r->addr);

	if (r->on_link || icmp_from_target ||
	    (correlation_reset(j->correlation, index, &e) > 0 &&
	     facts_is_true(&e->observed, "agrees"))) {
		own->proof = PROOF_PATH;
		own->reason = "refused by the target itself: the path is open";
		return VERDICT_PASS;
	}
	own->reason = "refused by the target or by a firewall";
	return VERDICT_WARN;
}

static enum verdict judge_inspection(struct judge *j, size_t index)
{
	const struct result *r = &j->results->items[index];
	struct judgement *own = &j->judgements[index];
	const char *issuer = facts_text(&r->facts, "tls-issuer");

	switch (j->correlation->contexts[index].trust) {
	case TLS_TRUST_PUBLIC:
		return VERDICT_PASS;
	case TLS_TRUST_LOCAL_ROOT:
	case TLS_TRUST_UNKNOWN_ROOT:
		own->reason = arena_printf(
		    j->arena,
		    "TLS is not end-to-end: the certificate is signed by %s",
		    issuer != NULL ? issuer : "an unknown authority");
		return VERDICT_FAIL;
	case TLS_TRUST_INCOMPLETE:
	case TLS_TRUST_EXPIRED:
	case TLS_TRUST_NOT_YET_VALID:
	case TLS_TRUST_WRONG_NAME:
	case TLS_TRUST_OTHER:
		own->reason = "the certificate has another fault, so TLS "
			      "inspection cannot be detected";
		return VERDICT_SKIP;
	case TLS_TRUST_NONE:
	case TLS_TRUST_NO_ROOTS:
	case TLS_TRUST_SYSTEM:
		break;
	}
	if (r->outcome.cause == CAUSE_OK)
		return VERDICT_PASS;
	own->reason = arena_printf(j->arena, "no TLS session to inspect: %s",
				   judge_failure_text(j->arena, r));
	return VERDICT_SKIP;
}

/* A server that answers, and disagrees with this host's clock. */
static bool judge_clock_is_off(struct judge *j, const struct result *r,
			       struct judgement *own)
{
	if (!correlation_clock_differs(r))
		return false;
	own->reason =
	    arena_printf(j->arena,
			 "the server answers, but its clock and this host's "
			 "differ by %lld seconds",
			 (long long)llabs(correlation_clock_offset(r)) / 1000);
	return true;
}

/* Clients refuse a server so far from its source: ntpd from 1.5 seconds on,
 * chrony from 3, systemd-timesyncd from 5. */
static bool judge_is_far_from_source(struct judge *j, const struct result *r,
				     struct judgement *own)
{
	enum { FAR_MS = 1500 };
	int64_t distance =
	    r->outcome.cause == CAUSE_OK
		? correlation_number(&r->facts, "root-distance", 0)
		: 0;

	if (distance < FAR_MS)
		return false;
	own->reason = arena_printf(
	    j->arena,
	    "the server answers, but its time may be %lld seconds from that "
	    "of its source: clients refuse it",
	    (long long)distance / 1000);
	return true;
}

/* It works, and not as well as it should. */
static bool judge_path_is_degraded(struct judge *j, size_t index)
{
	const struct result *r = &j->results->items[index];
	struct judgement *own = &j->judgements[index];
	const struct correlation *s = j->correlation;

	if (s->dns_redirector != NULL && s->contexts[index].nearby) {
		own->reason =
		    "a device on the path answers instead of this server";
		return true;
	}
	if (!s->contexts[index].answered || r->on_link || r->spec->via_proxy)
		return false;
	if (s->contexts[index].outage) {
		own->reason = "answered only after a time in which nothing "
			      "away from this network was";
		return true;
	}
	if (s->lossy && r->lost > 0) {
		own->reason =
		    arena_printf(j->arena, "answered only at the %s attempt",
				 r->lost == 1   ? "second"
				 : r->lost == 2 ? "third"
						: "last");
		return true;
	}
	if (s->slow && r->timings.connect >= CORRELATION_SLOW_US) {
		own->reason = arena_printf(
		    j->arena, "works, but connecting takes %lld ms",
		    (long long)r->timings.connect / 1000);
		return true;
	}
	return false;
}

/* Silent while the run asked for much at once. */
static enum verdict judge_throttled(struct judgement *own,
				    enum throttled throttled)
{
	if (throttled == THROTTLED_PROVED) {
		own->reason = "timed out at first; worked when repeated alone";
		return VERDICT_WARN;
	}
	own->why = WHY_NOT_RUN;
	own->reason =
	    "not reached: the path limits how fast connections may be "
	    "opened";
	return VERDICT_UNTESTED;
}

/* It was answered; many connections like it are not. */
static enum verdict judge_dying(struct judge *j, size_t index)
{
	const struct evidence *e = j->correlation->contexts[index].dying;
	char address[ADDR_TEXT];

	j->judgements[index].reason = arena_printf(
	    j->arena,
	    "works for some connections only: of %lld to %s port %u, %lld were "
	    "never answered",
	    (long long)correlation_number(&e->observed, "opened", 0),
	    addr_text(&e->addr, address), (unsigned)e->port,
	    (long long)correlation_number(&e->observed, "dead", 0));
	return j->correlation->flows_die ? VERDICT_FAIL : VERDICT_WARN;
}

/* Its device is of a type that must have the service. */
static bool judge_must_answer(const struct judge *j, const struct result *r)
{
	const struct requirement *q = r->spec->requirement;

	return q == NULL || q->silence_exempt_type == NULL ||
	       judge_has_type(j, r, q->silence_exempt_type);
}

static enum verdict judge_ok(struct judge *j, size_t index)
{
	const struct result *r = &j->results->items[index];
	struct judgement *own = &j->judgements[index];
	const char *upgrade = facts_text(&r->facts, "upgrade");
	const char *warning;
	enum proof least = r->spec->proof;

	if (r->spec->via_proxy &&
	    correlation_number(&r->facts, "status", 0) == 407) {
		own->reason = "the proxy requires authentication";
		return VERDICT_FAIL;
	}
	if (r->parent != SIZE_MAX && least > PROOF_CONNECT)
		least = PROOF_CONNECT; /* a follow-up port has no own hello */
	if (upgrade != NULL && strcmp(upgrade, "not-proved") == 0) {
		own->reason = "the server answers but did not switch to a "
			      "WebSocket: not proved end to end";
		return VERDICT_WARN;
	}
	if (upgrade != NULL && strcmp(upgrade, "stripped") == 0) {
		own->reason = "the WebSocket upgrade was removed on the path";
		return VERDICT_FAIL;
	}
	if (j->correlation->contexts[index].dying != NULL)
		return judge_dying(j, index);
	if (judge_clock_is_off(j, r, own) ||
	    judge_is_far_from_source(j, r, own) ||
	    judge_path_is_degraded(j, index))
		return VERDICT_WARN;
	warning = judge_warning(j, index);
	if (warning != NULL) {
		own->reason = warning;
		return j->correlation->contexts[index].unserved &&
			       judge_must_answer(j, r)
			   ? VERDICT_FAIL
			   : VERDICT_WARN;
	}
	if (own->proof >= least)
		return VERDICT_PASS;
	own->reason = own->proof == PROOF_CONNECT
			  ? "the port is open; the service sent no data"
			  : "answered, but without the required proof";
	return VERDICT_WARN;
}

static const char *const judge_interceptors[] = {
    [INTERCEPTOR_NONE] = NULL,
    [TLS_INSPECTION] = NULL,
    [CAPTIVE_PORTAL] = "a captive portal answered instead of the target",
    [BLOCK_PAGE] = "a block page came instead of the target's answer",
    [DNS_REDIRECT] =
	"the name resolves to an address that does not belong to the target",
    [SEARCH_WILDCARD] = "the name does not exist: only a search domain of this "
			"host, which has every name, answers"};

/* Failures that are this host's own; never the target's fault. */
static enum verdict judge_local(struct judge *j, const struct result *r,
				struct judgement *own)
{
	switch (r->outcome.cause) {
	case CAUSE_PROHIBITED:
		if (r->spec->senders != NULL) {
			own->reason = judge_ruleset_blocked(j->arena, r);
			return VERDICT_FAIL;
		}
		own->reason = "this host's own firewall blocks it";
		own->why = WHY_LOCAL;
		return VERDICT_UNTESTED;
	case CAUSE_UNREACHABLE:
		own->reason = "this host has no route to it";
		own->why = WHY_LOCAL;
		return VERDICT_UNTESTED;
	case CAUSE_OK:
		return VERDICT_PASS;
	case CAUSE_IN_USE:
		own->reason = outcome_text(PHASE_LOCAL, CAUSE_IN_USE);
		return VERDICT_FAIL;
	case CAUSE_LOCAL:
		own->why = own->why == WHY_NONE ? WHY_LOCAL : own->why;
		own->reason =
		    r->outcome.error != NET_OK
			? arena_printf(j->arena, "%s: %s",
				       judge_why_texts[WHY_LOCAL],
				       net_error_text(r->outcome.error))
			: judge_why_texts[WHY_LOCAL];
		return VERDICT_UNTESTED;
	default:
		own->reason = judge_failure_text(j->arena, r);
		return VERDICT_FAIL;
	}
}

static enum verdict judge_failed(struct judge *j, size_t index)
{
	const struct result *r = &j->results->items[index];
	struct judgement *own = &j->judgements[index];
	const struct requirement *q = r->spec->requirement;

	own->reason = judge_failure_text(j->arena, r);
	if (r->outcome.phase == PHASE_RESOLVE)
		return VERDICT_SKIP;
	if (r->unsent) {
		own->why = WHY_LOCAL;
		own->reason = "this host itself did not send it";
		return VERDICT_UNTESTED;
	}
	if (j->correlation->contexts[index].throttled != THROTTLED_NO)
		return judge_throttled(
		    own, j->correlation->contexts[index].throttled);
	if (j->correlation->contexts[index].outage)
		own->reason = "no answer, in a time in which nothing away from "
			      "this network was answered";
	if (j->correlation->contexts[index].banned != NULL)
		own->reason = arena_printf(
		    j->arena, "%s, like every test of this host since then",
		    own->reason);
	else if (r->outcome.cause == CAUSE_REFUSED &&
		 r->spec->proof == PROOF_PATH)
		return judge_refusal(j, index);
	if (judge_snmp_is_open(j->correlation, index)) {
		own->why = WHY_NEEDS_INPUT;
		own->reason = "no answer to SNMPv3 engine discovery; an agent "
			      "without SNMPv3 answers only to its community: "
			      "give a community or an SNMPv3 user";
		return VERDICT_UNTESTED;
	}
	if (q != NULL && q->silence_exempt_type != NULL &&
	    correlation_is_silent(r, SILENCE_ANY) &&
	    !judge_has_type(j, r, q->silence_exempt_type)) {
		own->reason = arena_printf(
		    j->arena,
		    "%s; a device that is not of type %s may not offer it",
		    own->reason, q->silence_exempt_type);
		return VERDICT_WARN;
	}
	return VERDICT_FAIL;
}

/* A name of the vendor leads to an address that cannot be the vendor's. Where
 * its certificate is right, it is a private link. */
static bool judge_is_misled(const struct judge *j, size_t index)
{
	const struct result_context *v = &j->correlation->contexts[index];

	return v->unexpected && v->trust != TLS_TRUST_PUBLIC;
}

static enum verdict judge_misled(struct judge *j, size_t index)
{
	const struct result *r = &j->results->items[index];
	struct judgement *own = &j->judgements[index];
	char address[ADDR_TEXT];

	own->why = WHY_NONE;
	own->reason = arena_printf(
	    j->arena, "the name resolves to %s, which cannot be the vendor's",
	    addr_text(&r->addr, address));
	return r->outcome.cause == CAUSE_OK ? VERDICT_WARN : VERDICT_FAIL;
}

static enum verdict judge_one(struct judge *j, size_t index)
{
	const struct result *r = &j->results->items[index];
	struct judgement *own = &j->judgements[index];
	enum interceptor other = j->correlation->contexts[index].interceptor;
	bool local = r->outcome.phase == PHASE_LOCAL &&
		     (own->why == WHY_NONE || own->why == WHY_LOCAL);

	own->reason = "";
	if (judge_is_misled(j, index) && own->why != WHY_NOT_RUN)
		return judge_misled(j, index);
	if (local)
		return judge_local(j, r, own);
	if (own->why != WHY_NONE) {
		own->reason =
		    r->spec->inbound != NULL ? judge_unheard_text(j, r)
		    : facts_text(&r->facts, "ruleset") != NULL
			? judge_ruleset(j->arena, r, r->spec->untested_reason)
		    : r->spec->untested_reason != NULL
			? r->spec->untested_reason
		    : own->why == WHY_LOCAL && j->results->link_changed
			? "this host's network changed during the test"
		    : own->why == WHY_NEEDS_PRIVILEGE
			? judge_privilege(j->arena, r)
		    : own->why == WHY_NEEDS_INPUT ? judge_input(r)
						  : judge_why_texts[own->why];
		return VERDICT_UNTESTED;
	}
	if (r->outcome.phase == PHASE_RESOLVE && r->outcome.cause != CAUSE_OK)
		return judge_failed(j, index);
	if (judge_interceptors[other] != NULL) {
		own->reason = judge_interceptors[other];
		return VERDICT_FAIL;
	}
	if (correlation_is_check(r, "tls-inspection"))
		return judge_inspection(j, index);
	if (r->outcome.cause == CAUSE_OK)
		return judge_ok(j, index);
	return judge_failed(j, index);
}

/*
 * Under inspection the one requirement that forbids it fails; the others would
 * only repeat it.
 */
static void judge_under_inspection(struct judge *j)
{
	for (size_t i = 0; i < j->results->count && j->inspection == NULL;
	     i++) {
		const struct result *r = &j->results->items[i];

		if (j->judgements[i].verdict == VERDICT_FAIL &&
		    correlation_is_check(r, "tls-inspection") &&
		    j->correlation->contexts[i].interceptor == TLS_INSPECTION)
			j->inspection =
			    j->plan
				->requirements[j->correlation->contexts[i]
						   .requirement]
				.id;
	}
	for (size_t i = 0; i < j->results->count && j->inspection != NULL;
	     i++) {
		const struct result *r = &j->results->items[i];
		struct judgement *own = &j->judgements[i];

		if (own->verdict != VERDICT_FAIL ||
		    r->outcome.cause != CAUSE_UNTRUSTED ||
		    j->correlation->contexts[i].interceptor != TLS_INSPECTION ||
		    correlation_is_check(r, "tls-inspection"))
			continue;
		own->verdict = VERDICT_WARN;
		own->reason = arena_printf(
		    j->arena, "TLS is intercepted: see %s", j->inspection);
	}
}

/*
 * A host that is found by way of another name: where that name is answered by
 * an interceptor, "not found" proves nothing about the vendor.
 */
static void judge_derived(struct judge *j)
{
	struct map misled = {0};

	for (size_t i = 0; i < j->results->count; i++) {
		const struct result *r = &j->results->items[i];

		if (r->spec->host != NULL &&
		    (j->correlation->contexts[i].interceptor == DNS_REDIRECT ||
		     judge_is_misled(j, i)))
			*map_at(&misled, r->spec->host) = i;
	}
	for (size_t i = 0; i < j->results->count && misled.count > 0; i++) {
		const struct result *r = &j->results->items[i];
		struct judgement *own = &j->judgements[i];

		if (own->why != WHY_NO_WITNESS ||
		    r->spec->derive_from == NULL ||
		    map_get(&misled, r->spec->derive_from) == SIZE_MAX)
			continue;
		own->why = WHY_NONE;
		own->verdict = VERDICT_SKIP;
		own->reason =
		    arena_printf(j->arena,
				 "cannot be found: %s resolves to an address "
				 "that does not belong to the target",
				 r->spec->derive_from);
	}
	map_free(&misled);
}

/* A device of the inventory on this link was heard. */
static bool judge_has_neighbour(const struct judge *j)
{
	for (size_t i = 0; i < j->results->count; i++) {
		const struct result *r = &j->results->items[i];

		if (r->on_link && j->correlation->contexts[i].answered &&
		    r->spec->device_index < j->plan->device_count)
			return true;
	}
	return false;
}

/* A device answered this requirement's group, over either family. */
static bool judge_is_heard(const struct judge *j, size_t requirement)
{
	for (size_t i = 0; i < j->results->count; i++) {
		if (j->correlation->contexts[i].requirement == requirement &&
		    j->judgements[i].verdict == VERDICT_PASS)
			return true;
	}
	return false;
}

/*
 * A group that does not answer proves nothing on an empty link. Beside devices
 * that are up it is worth a word: none of them offers it, or groups are
 * filtered.
 */
static void judge_unheard(struct judge *j)
{
	if (!judge_has_neighbour(j))
		return;
	for (size_t i = 0; i < j->results->count; i++) {
		const struct result *r = &j->results->items[i];
		struct judgement *own = &j->judgements[i];

		if (own->why != WHY_NO_WITNESS || r->check == NULL ||
		    r->check->needs != NEEDS_MULTICAST ||
		    judge_is_heard(j, j->correlation->contexts[i].requirement))
			continue;
		own->why = WHY_NONE;
		own->phase = PHASE_REPLY;
		own->cause = CAUSE_TIMEOUT;
		own->verdict = VERDICT_WARN;
		own->reason = "no device on this link answered: the devices do "
			      "not offer it, or multicast is filtered";
	}
}

void judge_results(struct judge *j)
{
	for (size_t i = 0; i < j->results->count; i++) {
		const struct result *r = &j->results->items[i];

		j->judgements[i] =
		    (struct judgement){.why = r->why,
				       .proof = r->proof,
				       .phase = r->outcome.phase,
				       .cause = r->outcome.cause};
		j->judgements[i].verdict = judge_one(j, i);
	}
	judge_derived(j);
	judge_unheard(j);
	judge_under_inspection(j);
}
