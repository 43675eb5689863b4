/* ssh.c - a server that refuses our login, one that speaks old SSH only. */
#include "report/diagnose/diagnose.h"

#include "report/judge/judge.h"

#include <string.h>

static const char *ssh_key(struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);

	if (!correlation_is_check(r, "ssh"))
		return NULL;
	if (r->outcome.cause == CAUSE_REJECTED &&
	    facts_text(&r->facts, "login") != NULL)
		return "ssh-login-refused";
	if (r->outcome.cause == CAUSE_OK && judge_ssh_is_old(r))
		return "ssh-old-algorithms";
	return NULL;
}

/* Who was refused, and how. */
static void ssh_refused(struct diagnosis *d, struct candidate *f, size_t index)
{
	const struct result *r = diagnosis_result(d, index);
	const char *name = diagnosis_target(d, index);
	const char *method = facts_text(&r->facts, "login-method");
	const char *user = facts_text(&r->facts, "user");

	f->reason = "The server takes part in the login and says no";
	if (method == NULL)
		candidate_line(d, f,
			       "%s: offers no way that this credential can use",
			       name);
	else
		candidate_line(d, f, "%s: user %s refused (%s), tried once",
			       name, user != NULL ? user : "", method);
}

static void ssh_old(struct diagnosis *d, struct candidate *f, size_t index)
{
	f->reason = "The server's own list of algorithms says so";
	candidate_line(
	    d, f, "%s: %s", diagnosis_target(d, index),
	    judge_ssh_old_text(d->arena, diagnosis_result(d, index)));
}

static void ssh_server(struct diagnosis *d, const struct cluster *c)
{
	struct candidate *f = candidate_for(d, c->key, "");

	f->where = WHERE_TARGET;
	f->confirmed = true;
	for (size_t i = 0; i < c->count; i++) {
		if (strcmp(c->key, "ssh-login-refused") == 0)
			ssh_refused(d, f, c->items[i]);
		else
			ssh_old(d, f, c->items[i]);
	}
	candidate_claim_all(d, f, c);
}

void rules_ssh(struct diagnosis *d)
{
	struct clusters c;

	diagnosis_clusters_collect(&c, d, ssh_key);
	for (size_t i = 0; i < c.count; i++)
		ssh_server(d, &c.items[i]);
	diagnosis_clusters_free(&c);
}
