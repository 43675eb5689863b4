/* ssh_login_refused.c - a server that takes part in our login, and refuses it.
 */
#include "report/diagnose/diagnose.h"

static void ssh_logins(struct diagnosis *d);

const struct finding_entry finding_ssh_login_refused = {
    .code = "ssh-login-refused",
    .rules = {{3500, ssh_logins}},
    .owner = OWNER_DEVICE,
    .title = "{targets} {targets:refuses|refuse} the SSH login",
    .meaning = "The server is reached but does not let this user in. The "
	       "password or key is wrong, the user is not allowed from here, "
	       "or the server offers no login method that the credential can "
	       "use. The login was tried once, so that no account is locked.",
    .decided = "The server refused the one login that was tried, or offers no "
	       "method that the credential can use.",
    .lookalikes = "An account that is locked or has expired; a directory "
		  "behind the device that does not answer.",
    .remedies =
	{{OWNER_DEVICE,
	  {"Compare user and password (or key) with the device's accounts",
	   "Check the device's log for the reason: allowed users, allowed "
	   "addresses (this host: {source}), login methods"}}},
};

static bool ssh_login_is_refused(const struct result *r)
{
	return correlation_is_check(r, "ssh") &&
	       r->outcome.cause == CAUSE_REJECTED &&
	       facts_text(&r->facts, "login") != NULL;
}

/* Who was refused, and how. */
static void ssh_login_refused(struct diagnosis *d, struct candidate *f,
			      size_t index)
{
	const struct result *r = diagnosis_result(d, index);
	const char *name = diagnosis_target(d, index);
	const char *method = facts_text(&r->facts, "login-method");
	const char *user = facts_text(&r->facts, "user");

	f->reason = "The server answers the login and refuses it";
	if (method == NULL)
		candidate_line(
		    d, f,
		    "%s: offers no login method that this credential can use",
		    name);
	else
		candidate_line(d, f, "%s: user %s refused (%s), tried once",
			       name, user != NULL ? user : "", method);
	candidate_claim(d, f, index);
}

static void ssh_logins(struct diagnosis *d)
{
	for (size_t k = 0; k < d->open_count; k++) {
		size_t i = diagnosis_open(d, k);
		struct candidate *f;

		if (i == SIZE_MAX ||
		    !ssh_login_is_refused(diagnosis_result(d, i)))
			continue;
		f = candidate_for(d, &finding_ssh_login_refused, "");
		f->where = WHERE_TARGET;
		f->confirmed = true;
		ssh_login_refused(d, f, i);
	}
}
