/*
 * dns_answers_cut.c - answers that end in the middle, without the mark (TC)
 * that lets a program ask again over TCP.
 */
#include "report/diagnose/diagnose.h"

#include <string.h>

static void dns_cut_find(struct diagnosis *d);

const struct finding_entry finding_dns_answers_cut = {
    .code = "dns-answers-cut",
    .rules = {{910, dns_cut_find}},
    .owner = OWNER_FIREWALL,
    .title = "Long DNS answers arrive cut at {detail} octets, and are not "
	     "marked as truncated",
    .meaning = "An answer ends in the middle of its records, but does not have "
	       "the mark (TC) that lets a program ask again over TCP. Names "
	       "with long answers do not resolve.",
    .decided = "The header of an answer of {subject} announces more records "
	       "than the message holds, and its TC bit is not set.",
    .lookalikes = "A DNS server, or the DNS forwarder of a router, that cuts "
		  "its answers itself.",
    .remedies =
	{{OWNER_FIREWALL,
	  {"On devices between {source} and {subject}, look for DNS inspection "
	   "(a DNS proxy, ALG or fixup) with a maximum message length, and "
	   "switch it off or raise the maximum",
	   "If there is none, update the DNS server or forwarder {subject}"}}},
    .confirm_by = "the same query over UDP and over TCP: dig +notcp +ignore "
		  "@{subject}, then dig +tcp @{subject}",
};

/* Octets of what came; 0: nothing was cut. */
static int64_t dns_cut_length(const struct result *r)
{
	if (r->outcome.cause != CAUSE_BAD_REPLY)
		return 0;
	return r->outcome.phase == PHASE_RESOLVE
		   ? correlation_number(&r->facts, "answers-cut-at", 0)
		   : correlation_number(&r->facts, "cut-at", 0);
}

static void dns_cut_find(struct diagnosis *d)
{
	for (size_t k = 0; k < d->open_count; k++) {
		size_t i = diagnosis_open(d, k);
		const char *server;
		struct candidate *f;
		int64_t length;

		if (i == SIZE_MAX)
			continue;
		length = dns_cut_length(diagnosis_result(d, i));
		server = diagnosis_asked(d, i, 0);
		if (length == 0)
			continue;
		f = candidate_for(d, &finding_dns_answers_cut, "");
		if (server != NULL && f->subject[0] == '\0')
			f->subject = server;
		f->detail = arena_printf(d->arena, "%lld", (long long)length);
		candidate_example(d, f,
				  "%s: an answer of %lld octets ends in the "
				  "middle of its records",
				  diagnosis_target(d, i), (long long)length);
		candidate_claim(d, f, i);
	}
}
