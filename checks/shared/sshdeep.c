/* sshdeep.c - an SSH session on the connection of a probe. */
#include "checks/shared/sshdeep.h"

#include "core/base/params.h"
#include "core/base/spec.h"
#include "core/base/text.h"

#include <string.h>

enum {
	SSHDEEP_KEX_MS = 15000,  /* old devices compute for seconds */
	SSHDEEP_AUTH_MS = 15000, /* a directory is asked, names are looked up */
	SSHDEEP_LOGIN_MS = 15000, /* and a refusal is delayed on purpose */
	SSHDEEP_OCTETS_MAX = 256 * 1024
};

/* What is asked for ---------------------------------------------------------
 */

const struct param sshdeep_params[] = {
    {.name = "deep",
     .type = PARAM_BOOL,
     .offset = offsetof(struct sshdeep_params, deep),
     .fallback = "false",
     .help = "do the key exchange and ask for the authentication methods"},
    {.name = "user",
     .type = PARAM_STRING,
     .offset = offsetof(struct sshdeep_params, user),
     .help = "user of a deep check; takes precedence over the inventory's "
	     "credentials"},
    {.name = "password",
     .type = PARAM_SECRET,
     .offset = offsetof(struct sshdeep_params, password),
     .help = "password for one login of this user, or the passphrase of the "
	     "key"},
    {.name = "key",
     .type = PARAM_SECRET,
     .offset = offsetof(struct sshdeep_params, key),
     .help = "private key for one login of this user"},
    {.name = NULL}};

int sshdeep_validate(const void *params, struct error *err)
{
	const struct sshdeep_params *s = params;

	if (s->user != NULL || (s->password == NULL && s->key == NULL))
		return 0;
	error_set(err, "'%s' is given without 'user'",
		  s->password != NULL ? "password" : "key");
	error_suggest(err, "add the user: user=NAME");
	return -1;
}

bool sshdeep_is_wanted(const struct probe *p)
{
	const struct sshdeep_params *params = p->params;

	return params->deep || params->user != NULL ||
	       p->spec->credential_count > 0;
}

static const char *sshdeep_field(const struct credential *c, const char *key)
{
	for (size_t i = 0; i < c->count; i++)
		if (strcmp(c->fields[i].key, key) == 0)
			return c->fields[i].value->value;
	return NULL;
}

/* What the parameters say goes before the device's credentials, and of those
 * the first counts: a second one would be a second attempt. Without either, a
 * user who names this program. */
static struct sshdeep_login sshdeep_choose(const struct spec *s,
					   const struct sshdeep_params *params)
{
	const struct credential *c;

	if (params->user == NULL && s->credential_count > 0) {
		c = s->credentials[0];
		return (struct sshdeep_login){.name = c->name,
					      .user = sshdeep_field(c, "user"),
					      .password =
						  sshdeep_field(c, "password"),
					      .key = sshdeep_field(c, "key")};
	}
	return (struct sshdeep_login){
	    .user = params->user != NULL ? params->user : "preflight",
	    .password =
		params->password != NULL ? params->password->value : NULL,
	    .key = params->key != NULL ? params->key->value : NULL};
}

bool sshdeep_has_common(struct probe *p, struct sshdeep *d,
			const struct sshmsg_kexinit *k)
{
	bool common = true;

	for (enum sshmsg_list i = SSHMSG_KEX; i < SSHMSG_LISTS; i++) {
		const char *ours = sshsession_offer(i);
		char name[SSHMSG_NAME_MAX];

		if ((sshmsg_common(k->back[i], ours, name) &&
		     sshmsg_common(k->lists[i], ours, name)) ||
		    (i == SSHMSG_MAC && !sshmsg_needs_mac(k))) {
			if (i == SSHMSG_KEX)
				text_copy(d->kex, sizeof d->kex, name);
			continue;
		}
		fact_append(p, "no-common", sshmsg_list_name(i));
		common = false;
	}
	return common;
}

bool sshdeep_logs_in(const struct spec *s)
{
	struct sshdeep_login l = sshdeep_choose(s, s->params);

	return l.password != NULL || l.key != NULL;
}

/* Octets --------------------------------------------------------------------
 */

/* At most one job at a time: it owns the session while it works. */
static void sshdeep_run(struct probe *p, struct sshdeep *d)
{
	if (d->busy)
		return;
	d->busy = true;
	d->fresh = false;
	sshsession_ref(d->session);
	probe_job(p, d->session, sshsession_work, sshsession_unref);
}

static void sshdeep_feed(struct probe *p, struct sshdeep *d)
{
	while (p->in->length > 0) {
		size_t n =
		    sshsession_give(d->session, p->in->data, p->in->length);

		if (n == 0)
			break;
		probe_consume(p, n);
		d->octets += n;
		d->fresh = true;
	}
}

static void sshdeep_drain(struct probe *p, struct sshdeep *d)
{
	uint8_t room[4096];
	size_t n;

	while ((n = sshsession_take(d->session, room, sizeof room)) > 0)
		probe_send(p, room, n);
}

enum step sshdeep_data(struct probe *p, struct sshdeep *d)
{
	sshdeep_feed(p, d);
	if (d->octets > SSHDEEP_OCTETS_MAX)
		return probe_fail(p, CAUSE_BAD_REPLY);
	if (d->fresh)
		sshdeep_run(p, d);
	return STEP_WAIT;
}

bool sshdeep_begin(struct probe *p, struct sshdeep *d)
{
	d->login = sshdeep_choose(p->spec, p->params);
	d->session = sshsession_new(d->login.user);
	if (d->session == NULL)
		return false;
	sshdeep_run(p, d);
	return true;
}

bool sshdeep_identified(struct probe *p, struct sshdeep *d, const void *line,
			size_t length)
{
	if (sshsession_give(d->session, line, length) != length)
		return false;
	fact_string(p, "stage", "key-exchange");
	fact_string(p, "user", d->login.user);
	probe_wait(p, SSHDEEP_KEX_MS);
	d->fresh = true;
	sshdeep_run(p, d);
	return true;
}

void sshdeep_stop(struct sshdeep *d)
{
	sshsession_unref(d->session);
	d->session = NULL;
}

/* What was seen -------------------------------------------------------------
 */

static void sshdeep_fact(struct probe *p, const char *name, const char *text)
{
	if (*text != '\0')
		fact_string(p, name, text);
}

static void sshdeep_agreed(struct probe *p, const struct sshdeep *d)
{
	const struct sshsession_seen *seen = sshsession_seen(d->session);

	sshdeep_fact(p, "host-key-type", seen->key_type);
	sshdeep_fact(p, "host-key", seen->key);
	/* libssh does not list all that it supports: then by the rule. */
	sshdeep_fact(p, "kex-used", *seen->kex != '\0' ? seen->kex : d->kex);
	sshdeep_fact(p, "cipher-used", seen->cipher);
	fact_string(p, "mac-used", *seen->mac != '\0' ? seen->mac : "implicit");
	fact_string(p, "stage", "authentication");
	probe_wait(p, SSHDEEP_AUTH_MS);
}

static const struct {
	unsigned bit;
	const char *name; /* RFC 4252 5, RFC 4256, RFC 4462 3 */
} sshdeep_methods[] = {{SSHSESSION_PUBLICKEY, "publickey"},
		       {SSHSESSION_PASSWORD, "password"},
		       {SSHSESSION_INTERACTIVE, "keyboard-interactive"},
		       {SSHSESSION_HOSTBASED, "hostbased"},
		       {SSHSESSION_GSSAPI, "gssapi-with-mic"}};

enum { SSHDEEP_METHODS = sizeof sshdeep_methods / sizeof sshdeep_methods[0] };

/* Its lines as one. */
static void sshdeep_banner(struct probe *p, const char *banner)
{
	char text[SSHSESSION_TEXT];
	size_t length = 0;

	for (; *banner != '\0' && length < sizeof text; banner++) {
		bool blank = strchr(" \t\r\n", *banner) != NULL;

		if (!blank)
			text[length++] = *banner;
		else if (length > 0 && text[length - 1] != ' ')
			text[length++] = ' ';
	}
	while (length > 0 && text[length - 1] == ' ')
		length--;
	if (length > 0)
		fact_bytes(p, "login-banner", text, length);
}

static void sshdeep_offered(struct probe *p, const struct sshsession_seen *seen)
{
	sshdeep_banner(p, seen->banner);
	if (seen->login == SSHSESSION_FREE)
		fact_append(p, "auth-methods", "none");
	for (size_t i = 0; i < SSHDEEP_METHODS; i++)
		if ((seen->methods & sshdeep_methods[i].bit) != 0)
			fact_append(p, "auth-methods", sshdeep_methods[i].name);
}

/* Reports each stage once, as soon as it is complete. */
static void sshdeep_tell(struct probe *p, struct sshdeep *d)
{
	const struct sshsession_seen *seen = sshsession_seen(d->session);

	if (d->told < SSHSESSION_METHODS && seen->stage >= SSHSESSION_METHODS)
		sshdeep_agreed(p, d);
	if (d->told < SSHSESSION_READY && seen->stage >= SSHSESSION_READY)
		sshdeep_offered(p, seen);
	d->told = seen->stage;
}

/* Ends ----------------------------------------------------------------------
 */

static enum step sshdeep_refused(struct probe *p, const char *login)
{
	fact_string(p, "login", login);
	return probe_fail(p, CAUSE_REJECTED);
}

static enum step sshdeep_failed(struct probe *p, const struct sshdeep *d)
{
	const struct sshsession_seen *seen = sshsession_seen(d->session);

	sshdeep_fact(p, "disconnect", seen->error);
	if (!seen->disconnected)
		return probe_fail(p, CAUSE_BAD_REPLY);
	/* A server that allows one attempt disconnects instead of refusing. */
	if (seen->stage == SSHSESSION_LOGIN)
		return sshdeep_refused(p, "refused");
	return probe_fail(p, CAUSE_REJECTED);
}

static enum step sshdeep_over(struct probe *p, const struct sshdeep *d)
{
	static const char *const words[] = {[SSHSESSION_FREE] = "not-needed",
					    [SSHSESSION_WORKS] = "works",
					    [SSHSESSION_PARTIAL] = "partial",
					    [SSHSESSION_MORE] = "more-wanted",
					    [SSHSESSION_UNREADABLE] =
						"key-unreadable"};
	enum sshsession_login login = sshsession_seen(d->session)->login;

	if (login == SSHSESSION_REFUSED)
		return sshdeep_refused(p, "refused");
	fact_string(p, "login", words[login]);
	return probe_ok(p);
}

/* The methods are known: one login, where there is something to log in with. A
 * wrong password is tried once per device and run. */
static enum step sshdeep_ready(struct probe *p, struct sshdeep *d)
{
	const struct sshdeep_login *l = &d->login;
	const char *name = l->name != NULL ? l->name : l->user;

	if (l->password == NULL && l->key == NULL)
		return probe_ok(p);
	sshdeep_fact(p, "credential", l->name != NULL ? l->name : "");
	if (!sshsession_login(d->session, l->password, l->key))
		return sshdeep_refused(p, "no-method");
	if (probe_rejected(p, name) != NULL) {
		fact_string(p, "login", "not-tried");
		return probe_ok(p);
	}
	/* Before its answer: that may be lost, and the account count it. */
	probe_reject(p, name, "tried");
	for (size_t i = 0; i < SSHDEEP_METHODS; i++)
		if (sshsession_seen(d->session)->method ==
		    sshdeep_methods[i].bit)
			fact_string(p, "login-method", sshdeep_methods[i].name);
	fact_string(p, "stage", "login");
	probe_wait(p, SSHDEEP_LOGIN_MS);
	sshdeep_run(p, d);
	return STEP_WAIT;
}

enum step sshdeep_job_done(struct probe *p, struct sshdeep *d, bool listed)
{
	const struct sshsession_seen *seen = sshsession_seen(d->session);

	d->busy = false;
	sshdeep_drain(p, d);
	sshdeep_tell(p, d);
	if (seen->failed)
		return sshdeep_failed(p, d);
	if (seen->stage == SSHSESSION_OVER)
		return sshdeep_over(p, d);
	if (seen->stage == SSHSESSION_READY)
		return sshdeep_ready(p, d);
	if (listed)
		return sshdeep_data(p, d);
	if (d->fresh)
		sshdeep_run(p, d);
	return STEP_WAIT;
}
