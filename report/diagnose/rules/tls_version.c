/* tls_version.c - no version or cipher in common. */
#include "report/diagnose/diagnose.h"

#include <string.h>

static void tls_versions(struct diagnosis *d);

const struct finding_entry finding_tls_version = {
    .code = "tls-version",
    .rules = {{3600, tls_versions}},
    .owner = OWNER_VENDOR,
    .title = "{subject} and this host have no TLS version or cipher in common: "
	     "{detail}",
    .meaning = "The server supports only TLS versions or ciphers that are no "
	       "longer considered safe, and this host's TLS library refuses "
	       "them. Products with a current library do the same; one that "
	       "still allows them can connect.",
    .decided = "The handshake ended with an alert or an answer about the "
	       "version or the cipher.",
    .lookalikes = "A middlebox that terminates TLS with an outdated library.",
    .remedies =
	{{OWNER_VENDOR,
	  {"Compare with another network: openssl s_client -connect HOST:PORT "
	   "-tls1_2",
	   "If the result is the same, report it to the owner of {subject}; "
	   "otherwise look for the device on the path"}},
	 {OWNER_DEVICE,
	  {"Update the firmware of {subject}, and enable TLS 1.2 or later",
	   "Ask the product's vendor whether it still connects to such devices "
	   "(often a setting)",
	   "openssl s_client -connect HOST:PORT -tls1 shows what it offers"}}},
    .confirm_by = "openssl s_client against {subject} from another network",
};

/* 1: it says so itself, 0: it may mean that, -1: something else. */
static int tls_says_version(const char *error)
{
	static const char *const plain[] = {
	    "protocol version",
	    "unsupported protocol",
	    "wrong ssl version",
	    "insufficient security",
	    "no shared cipher",
	    "inappropriate fallback",
	    "legacy sigalg disallowed or unsupported",
	    "dh key too small",
	    "no protocols available",
	    NULL};

	for (size_t i = 0; plain[i] != NULL; i++)
		if (strcmp(error, plain[i]) == 0)
			return 1;
	return strcmp(error, "handshake failure") == 0 ? 0 : -1;
}

static const char *tls_key_version(struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);
	const char *error = facts_text(&r->facts, "tls-error");

	if (r->outcome.phase != PHASE_TLS || error == NULL ||
	    (r->outcome.cause != CAUSE_REJECTED &&
	     r->outcome.cause != CAUSE_BAD_REPLY) ||
	    tls_says_version(error) < 0)
		return NULL;
	return diagnosis_target(d, index);
}

static void tls_version(struct diagnosis *d, const struct cluster *c)
{
	const struct result *r = diagnosis_result(d, c->items[0]);
	const char *error = facts_text(&r->facts, "tls-error");
	struct candidate *f = candidate_for(d, &finding_tls_version, c->key);

	f->confirmed = tls_says_version(error) > 0 &&
		       diagnosis_is_witnessed(d, c->items[0]);
	candidate_service(d, f, c->items[0]);
	f->subject = c->key;
	f->detail = error;
	if (r->spec->device != NULL)
		f->owner = OWNER_DEVICE;
	candidate_line(d, f, "%s ends the handshake: %s", c->key, error);
	candidate_claim_all(d, f, c);
}

static void tls_versions(struct diagnosis *d)
{
	struct clusters c;

	diagnosis_clusters_collect(&c, d, tls_key_version);
	for (size_t i = 0; i < c.count; i++)
		tls_version(d, &c.items[i]);
	diagnosis_clusters_free(&c);
}
