/* ssh_old_algorithms.c - a server that current clients cannot agree with. */
#include "report/diagnose/diagnose.h"

#include "report/judge/judge.h"

static void ssh_old(struct diagnosis *d);

const struct finding_entry finding_ssh_old_algorithms = {
    .code = "ssh-old-algorithms",
    .rules = {{3510, ssh_old}},
    .owner = OWNER_DEVICE,
    .title = "{targets} {targets:offers|offer} only obsolete SSH algorithms",
    .meaning = "The path works, but the server offers only algorithms (or a "
	       "protocol version) that current clients no longer use. The "
	       "product may not be able to log in.",
    .decided = "The server's own list contains nothing that OpenSSH's client "
	       "offers by default.",
    .remedies = {{OWNER_DEVICE,
		  {"Update the device's software, or enable newer algorithms "
		   "in its SSH settings (a new host key may be needed)",
		   "If that is not possible, ask the product's vendor whether "
		   "it still supports the old ones"}}},
};

static void ssh_old(struct diagnosis *d)
{
	for (size_t k = 0; k < d->open_count; k++) {
		size_t i = diagnosis_open(d, k);
		const struct result *r;
		struct candidate *f;

		if (i == SIZE_MAX)
			continue;
		r = diagnosis_result(d, i);
		if (!correlation_is_check(r, "ssh") ||
		    r->outcome.cause != CAUSE_OK || !judge_ssh_is_old(r))
			continue;
		f = candidate_for(d, &finding_ssh_old_algorithms, "");
		f->where = WHERE_TARGET;
		f->confirmed = true;
		f->reason = "The server's own list of algorithms shows it";
		candidate_line(d, f, "%s: %s", diagnosis_target(d, i),
			       judge_ssh_old_text(d->arena, r));
		candidate_claim(d, f, i);
	}
}
