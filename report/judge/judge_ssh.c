/*
 * judge_ssh.c - an SSH server that answers, and may all the same not be of use
 * to the product; and a login that was refused.
 */
#include "report/judge/judge.h"

#include <string.h>

enum { JUDGE_SSH_NAMES = 3 }; /* shown of one list */

static bool judge_ssh_is_version_1(const struct result *r)
{
	const char *version = facts_text(&r->facts, "protocol");

	return version != NULL && strncmp(version, "1.", 2) == 0 &&
	       strcmp(version, "1.99") != 0;
}

bool judge_ssh_is_old(const struct result *r)
{
	const struct fact *old = facts_find(&r->facts, "old-only");

	return judge_ssh_is_version_1(r) ||
	       (old != NULL && old->list_count > 0);
}

/* The fact that holds a list: "kex" is in "kex". */
static const struct fact *judge_ssh_list(const struct result *r,
					 const char *list)
{
	static const char *const facts[][2] = {
	    {"host-key", "host-key-algorithms"},
	    {"cipher", "ciphers"},
	    {"mac", "macs"}};

	for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++)
		if (strcmp(facts[i][0], list) == 0)
			return facts_find(&r->facts, facts[i][1]);
	return facts_find(&r->facts, list);
}

/* "kex diffie-hellman-group1-sha1, host-key ssh-rsa ssh-dss". */
const char *judge_ssh_old_text(struct arena *a, const struct result *r)
{
	const struct fact *old = facts_find(&r->facts, "old-only");
	const char *text = "";

	if (judge_ssh_is_version_1(r))
		return "version 1 of the protocol";
	for (size_t i = 0; old != NULL && i < old->list_count; i++) {
		const struct fact *names = judge_ssh_list(r, old->list[i]);

		text = arena_printf(a, "%s%s%s", text, i > 0 ? ", " : "",
				    old->list[i]);
		for (size_t k = 0; names != NULL && k < names->list_count; k++)
			text =
			    k < JUDGE_SSH_NAMES
				? arena_printf(a, "%s %s", text, names->list[k])
			    : k == JUDGE_SSH_NAMES
				? arena_printf(a, "%s ...", text)
				: text;
	}
	return text;
}

const char *judge_ssh_warning(struct arena *a, const struct result *r)
{
	static const char *const words[][2] = {
	    {"partial", "accepted, but the server requires a further step"},
	    {"more-wanted",
	     "not finished: the server asks for more than a password"},
	    {"key-unreadable", "not tried: the private key cannot be read, or "
			       "its passphrase is wrong"}};
	const struct fact *apart = facts_find(&r->facts, "no-common");
	const char *login = facts_text(&r->facts, "login");

	if (judge_ssh_is_old(r))
		return arena_printf(
		    a,
		    "the server answers but offers only obsolete algorithms "
		    "(%s): current clients cannot connect",
		    judge_ssh_old_text(a, r));
	if (apart != NULL && apart->list_count > 0)
		return arena_printf(
		    a,
		    "the server answers but has no %s in common with this "
		    "program, so no keys were agreed",
		    apart->list[0]);
	for (size_t i = 0; login != NULL && i < sizeof words / sizeof words[0];
	     i++)
		if (strcmp(words[i][0], login) == 0)
			return arena_printf(a, "login %s", words[i][1]);
	return NULL;
}

bool judge_ssh_has_no_keys(const struct result *r)
{
	return correlation_is_check(r, "ssh") &&
	       r->outcome.phase == PHASE_REPLY &&
	       r->outcome.cause != CAUSE_OK &&
	       facts_find(&r->facts, "kexinit") != NULL &&
	       !facts_is_true(&r->facts, "kexinit");
}

const char *judge_ssh_no_keys_text(const struct result *r)
{
	switch (r->outcome.cause) {
	case CAUSE_RESET:
		return "the server identified itself, then closed the "
		       "connection before its list of algorithms";
	case CAUSE_REJECTED:
		return "the server identified itself, then disconnected";
	case CAUSE_TIMEOUT:
		return "the server identified itself, but its list of "
		       "algorithms did not come";
	default:
		return "the server identified itself, but what followed is "
		       "not SSH";
	}
}

const char *judge_ssh_failure(struct arena *a, const struct result *r)
{
	const char *login = facts_text(&r->facts, "login");
	const char *user = facts_text(&r->facts, "user");

	if (judge_ssh_has_no_keys(r))
		return judge_ssh_no_keys_text(r);
	if (login == NULL || user == NULL)
		return NULL;
	if (strcmp(login, "refused") == 0)
		return arena_printf(a, "login of %s refused (tried once)",
				    user);
	if (strcmp(login, "no-method") == 0)
		return arena_printf(
		    a,
		    "no login for %s: the server offers no method that the "
		    "credential can use (not tried)",
		    user);
	return NULL;
}
