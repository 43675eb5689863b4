/*
 * service_answers.c - the far end answered, and not as it should. One rule: how
 * the test ended tells which finding it is.
 */
#include "report/diagnose/diagnose.h"

#include "report/diagnose/peer_group.h"

static void service_answers(struct diagnosis *d);

const struct finding_entry finding_wrong_service = {
    .code = "wrong-service",
    .rules = {{4300, service_answers}},
    .owner = OWNER_DEVICE,
    .title = "An unexpected service answers on {paths} of {targets}",
    .meaning = "The port is open, but the service that answers does not speak "
	       "the protocol that the product needs.",
    .decided = "The answer does not belong to the protocol.",
    .lookalikes = "A transparent proxy that answers instead of the target.",
    .remedies = {{OWNER_DEVICE,
		  {"Check which service runs on {paths} of {targets}",
		   "If the expected service has another port, set it in the "
		   "inventory (ports:)"}},
		 {OWNER_VENDOR,
		  {"Compare with the answer from another network: there may be "
		   "a transparent proxy on the path"}}},
    .confirm_by = "the same connection from the target's own network",
};

const struct finding_entry finding_service_rejects = {
    .code = "service-rejects",
    .owner = OWNER_DEVICE,
    .title = "{targets} {targets:refuses|refuse} the request on {paths}",
    .meaning = "The right service answered and refused this host because of an "
	       "access list, too many connections, or a setting.",
    .decided = "An answer of the right protocol refused the request.",
    .remedies =
	{{OWNER_DEVICE,
	  {"On {targets}, check {access} for {source}",
	   "Check its limits on connections"}},
	 {OWNER_VENDOR,
	  {"Report the answer to the operator of {targets}: {detail}"}}},
    .confirm_by = "the same connection from the target's own network",
};

const struct finding_entry finding_service_silent = {
    .code = "service-silent",
    .merges = &finding_service_silent,
    .owner = OWNER_DEVICE,
    .title = "{targets} {targets:accepts|accept} connections on {paths}, but "
	     "no data arrives",
    .meaning = "The port opens, but the service does not answer: it hangs, is "
	       "overloaded, or waits for something else.",
    .decided = "The connection opened, and then the test timed out.",
    .lookalikes = "A firewall that answers for the host or drops the content.",
    .remedies = {{OWNER_DEVICE,
		  {"Restart the service on {targets}",
		   "Check its limits on connections"}},
		 {OWNER_VENDOR,
		  {"{inquire} whether the service of {targets} is up"}}},
    .confirm_by = "the same connection from the device's own network",
};

const struct finding_entry finding_service_resets = {
    .code = "service-resets",
    .owner = OWNER_DEVICE,
    .title = "{targets} {targets:accepts|accept} connections on {paths}, then "
	     "{targets:closes|close} them",
    .meaning = "The port opens, but the connection is closed before the "
	       "service answers. The cause is an access list on the device, "
	       "too many connections, or a filter.",
    .decided = "The connection opened and was closed before the answer.",
    .lookalikes = "A filter on the path that inspects the content.",
    .remedies =
	{{OWNER_DEVICE,
	  {"On {targets}, check {access} for {source}",
	   "Check its limits on connections"}},
	 {OWNER_VENDOR,
	  {"Compare with another network. If it is the same there, ask the "
	   "operator of {targets}",
	   "Otherwise look for a filter on the path that closes {paths} from "
	   "{source}"}}},
    .confirm_by = "the same connection from the device's own network",
};

static const struct finding_entry *service_entry(const struct diagnosis *d,
						 size_t index)
{
	const struct result *r = diagnosis_result(d, index);

	if (r->outcome.phase <= PHASE_PROXY || d->passive[index] ||
	    r->transport == TRANSPORT_LOCAL)
		return NULL;
	switch (r->outcome.cause) {
	case CAUSE_BAD_REPLY:
		return &finding_wrong_service;
	case CAUSE_REJECTED:
		return &finding_service_rejects;
	case CAUSE_RESET:
		return &finding_service_resets;
	case CAUSE_TIMEOUT:
		return r->transport == TRANSPORT_TCP &&
			       r->outcome.phase > PHASE_CONNECT &&
			       !correlation_is_cut_short(r)
			   ? &finding_service_silent
			   : NULL;
	default:
		return NULL;
	}
}

static const char *service_seen(struct diagnosis *d, size_t index)
{
	static const char *const facts[] = {"banner", "greeting", "server",
					    "title", "status"};
	const struct result *r = diagnosis_result(d, index);

	for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++) {
		const char *text = facts_text(&r->facts, facts[i]);

		if (text != NULL)
			return arena_printf(d->arena, "%s \"%s\"", facts[i],
					    text);
	}
	return outcome_text(r->outcome.phase, r->outcome.cause);
}

static void service_answers(struct diagnosis *d)
{
	for (size_t k = 0; k < d->open_count; k++) {
		size_t i = diagnosis_open(d, k);
		const struct finding_entry *entry =
		    i == SIZE_MAX ? NULL : service_entry(d, i);
		const struct result *r;
		struct candidate *f;

		if (entry == NULL)
			continue;
		r = diagnosis_result(d, i);
		f = candidate_for(d, entry,
				  arena_printf(d->arena, "%s %s",
					       diagnosis_service(d, i),
					       diagnosis_view(d, i)->internet
						   ? diagnosis_target(d, i)
						   : peer_group_mark(d, i)));
		candidate_service(d, f, i);
		/* An answer is a fact, where it is shown to be the server's;
		 * a missing one is not. */
		f->confirmed |= (r->outcome.cause == CAUSE_BAD_REPLY ||
				 r->outcome.cause == CAUSE_REJECTED) &&
				diagnosis_is_witnessed(d, i);
		f->detail = service_seen(d, i);
		candidate_example(d, f, "%s: %s", diagnosis_target(d, i),
				  f->detail);
		candidate_claim(d, f, i);
	}
}
