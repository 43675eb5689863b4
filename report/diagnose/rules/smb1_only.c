/*
 * smb1_only.c - a file server that speaks only the first version of SMB: it
 * answers in it, or closes on anything newer.
 */
#include "report/diagnose/diagnose.h"

#include <string.h>

static void smb1_only(struct diagnosis *d);

const struct finding_entry finding_smb1_only = {
    .code = "smb1-only",
    .rules = {{4240, smb1_only}},
    .owner = OWNER_DEVICE,
    .title = "{targets} {targets:speaks|speak} only SMB1 on {paths}",
    .meaning = "The path and the service work, but the server has no SMB2. "
	       "Current Windows versions and products do not use SMB1.",
    .decided = "The server answered in SMB1, or closed the connection on a "
	       "NEGOTIATE of SMB2 and answered one of SMB1.",
    .remedies = {{OWNER_DEVICE,
		  {"Enable SMB2 or later on {targets} (its settings for file "
		   "sharing; Samba: server max protocol), or update its "
		   "firmware",
		   "If that is not possible, ask the product's vendor whether "
		   "it still supports SMB1"}}},
};

static void smb1_only(struct diagnosis *d)
{
	for (size_t k = 0; k < d->open_count; k++) {
		size_t i = diagnosis_open(d, k);
		const struct evidence *e;
		const struct result *r;
		struct candidate *f;
		const char *dialect;

		if (i == SIZE_MAX ||
		    !correlation_is_check(diagnosis_result(d, i), "smb"))
			continue;
		r = diagnosis_result(d, i);
		e = correlation_control(d->correlation, i, "smb1");
		dialect = facts_text(&r->facts, "dialect");
		if (dialect != NULL && strcmp(dialect, "1") == 0)
			e = NULL;
		else if (e == NULL || !facts_is_true(&e->observed, "ok"))
			continue;
		f = candidate_for(d, &finding_smb1_only,
				  diagnosis_service(d, i));
		candidate_service(d, f, i);
		f->confirmed = true;
		f->reason = "The server itself answered in SMB1";
		if (e == NULL)
			candidate_example(d, f, "%s: it answers in SMB1",
					  diagnosis_target(d, i));
		else
			candidate_cite(
			    d, f, e,
			    arena_printf(d->arena,
					 "%s: closes on SMB2, and answers in "
					 "SMB1",
					 diagnosis_target(d, i)));
		candidate_claim(d, f, i);
	}
}
