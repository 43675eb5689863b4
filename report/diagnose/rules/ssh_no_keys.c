/*
 * ssh_no_keys.c - a server identifies itself as SSH, and sends no list of
 * algorithms: no client can go on. One rule: whether small segments help tells
 * whether the path or the server is at fault.
 */
#include "report/diagnose/diagnose.h"

#include "report/judge/judge.h"

static void ssh_keys(struct diagnosis *d);

const struct finding_entry finding_ssh_no_keys = {
    .code = "ssh-no-keys",
    .rules = {{3490, ssh_keys}},
    .owner = OWNER_DEVICE,
    .title = "{targets} {targets:identifies|identify} as SSH on {paths}, but "
	     "no key exchange follows",
    .meaning = "The server's identification came, its list of algorithms "
	       "(KEXINIT) did not. No client can connect.",
    .decided = "After its identification the server was silent, closed the "
	       "connection, disconnected, or sent something that is not SSH.",
    .lookalikes = "A path that loses large packets: the list is the first one. "
		  "A honeypot or tarpit that shows an SSH banner.",
    .remedies =
	{{OWNER_DEVICE,
	  {"Read the SSH server's log on {targets} for connections from "
	   "{source}",
	   "Check its host keys, its limits on connections and its "
	   "access list for {source}",
	   "Compare with ssh -v from the device's own network. If it "
	   "works there, check the MTU on the path"}},
	 {OWNER_VENDOR,
	  {"Compare with ssh -v from another network. If it works "
	   "there, check the MTU on the path and the filters on it",
	   "Otherwise report it to the owner of {targets}"}}},
    .confirm_by = "ssh -v from the device's own network",
};

/* The list came once the segments were small. */
static void ssh_large_lost(struct diagnosis *d, size_t index,
			   const struct evidence *e)
{
	struct candidate *f = candidate_for(
	    d, &finding_mtu_black_hole,
	    arena_printf(d->arena, "ssh %d", (int)diagnosis_class(d, index)));
	struct hop hop = diagnosis_hop(d, &index, 1);

	f->reason = "The same connection works with small segments";
	candidate_cite(d, f, e,
		       arena_printf(d->arena,
				    "%s: with small segments the list of "
				    "algorithms came",
				    diagnosis_target(d, index)));
	candidate_example(d, f, "%s: %s", diagnosis_target(d, index),
			  judge_ssh_no_keys_text(diagnosis_result(d, index)));
	diagnosis_candidate_hop(d, f, &hop);
	f->owner = diagnosis_view(d, index)->internet    ? OWNER_INTERNET
		   : diagnosis_result(d, index)->on_link ? OWNER_LOCAL_NETWORK
							 : OWNER_FIREWALL;
	candidate_claim(d, f, index);
}

static void ssh_keyless(struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);
	const struct evidence *e =
	    correlation_control(d->correlation, index, "small-segments");
	const char *said = facts_text(&r->facts, "disconnect");
	struct candidate *f;

	if (e != NULL && facts_is_true(&e->observed, "ok")) {
		ssh_large_lost(d, index, e);
		return;
	}
	f = candidate_for(d, &finding_ssh_no_keys,
			  arena_printf(d->arena, "%s %d",
				       diagnosis_service(d, index),
				       (int)r->outcome.cause));
	candidate_service(d, f, index);
	/* What it sent is its own; that it sent nothing may be the path's. */
	f->confirmed |= (r->outcome.cause == CAUSE_BAD_REPLY ||
			 r->outcome.cause == CAUSE_REJECTED) &&
			diagnosis_is_witnessed(d, index);
	candidate_example(d, f, said != NULL ? "%s: %s: %s" : "%s: %s",
			  diagnosis_target(d, index), judge_ssh_no_keys_text(r),
			  said);
	if (e != NULL)
		candidate_cite(d, f, e, "small segments make no difference");
	candidate_claim(d, f, index);
}

static void ssh_keys(struct diagnosis *d)
{
	for (size_t k = 0; k < d->open_count; k++) {
		size_t i = diagnosis_open(d, k);

		if (i != SIZE_MAX && !d->passive[i] &&
		    judge_ssh_has_no_keys(diagnosis_result(d, i)))
			ssh_keyless(d, i);
	}
}
