/*
 * tls.c - does a TLS handshake succeed, with a trusted certificate?
 */
#include "core/engine/check.h"
#include "core/net/tls.h"

#include <string.h>

enum tls_check_version { VERSION_1_2, VERSION_1_3 };
static const char *const tls_check_versions[] = {"1.2", "1.3", NULL};

struct tls_params {
	const char *sni;
	const char *alpn;
	bool verify;
	int min_version; /* enum tls_check_version */
};

static enum step tls_connected(struct probe *p)
{
	const struct tls_params *w = p->params;

	probe_start_tls(p, w->alpn);
	return STEP_WAIT;
}

static bool tls_is_old(const char *version, int wanted)
{
	if (strcmp(version, "TLSv1.3") == 0)
		return false;
	return wanted == VERSION_1_3 || strcmp(version, "TLSv1.2") != 0;
}

static enum step tls_agreed(struct probe *p)
{
	const struct tls_params *w = p->params;
	const struct tls_evidence *e = probe_tls(p);

	if (w->verify && !tls_trusted(e))
		return probe_fail_at(p, PHASE_TLS, CAUSE_UNTRUSTED);
	if (tls_is_old(e->version, w->min_version))
		return probe_fail_at(p, PHASE_TLS, CAUSE_REJECTED);
	if (w->alpn != NULL && strcmp(e->alpn, w->alpn) != 0)
		fact_bool(p, "alpn-refused", true);
	return probe_ok(p);
}

static enum step tls_step(struct probe *p, enum event event)
{
	switch (event) {
	case EV_START:
		return tls_connected(p);
	case EV_TLS:
		return tls_agreed(p);
	default:
		return STEP_WAIT;
	}
}

static const char *tls_server_name(const void *params)
{
	return ((const struct tls_params *)params)->sni;
}

static const struct param tls_params[] = {
    {.name = "sni",
     .type = PARAM_NAME,
     .offset = offsetof(struct tls_params, sni),
     .help = "name to request and to verify, where it is not the host"},
    {.name = "alpn",
     .type = PARAM_STRING,
     .offset = offsetof(struct tls_params, alpn),
     .help =
	 "application protocol to offer (ALPN), such as h2; none: no offer"},
    {.name = "verify",
     .type = PARAM_BOOL,
     .offset = offsetof(struct tls_params, verify),
     .fallback = "true",
     .help = "an untrusted certificate is a failure; false: only a fact"},
    {.name = "min_version",
     .type = PARAM_ENUM,
     .offset = offsetof(struct tls_params, min_version),
     .fallback = "1.2",
     .choices = tls_check_versions,
     .help = "the oldest accepted version: 1.2 or 1.3"},
    {.name = NULL}};

static const struct fact_def tls_check_facts[] = {
    {.name = "alpn-refused",
     .type = FACT_BOOL,
     .help = "the protocol that was offered (ALPN) is not the one in use"},
    {.name = NULL}};

const struct check check_tls = {
    .name = "tls",
    .summary = "TLS handshake and certificate; sends no data",
    .params = tls_params,
    .facts = tls_check_facts,
    .params_size = sizeof(struct tls_params),
    .needs = NEEDS_TCP, /* TLS is begun here: alpn is a parameter */
    .proxy = PROXY_TUNNEL,
    .transport = TRANSPORT_TCP,
    .window = 16,
    .port = 443,
    .describes_tls = true,
    .server_name = tls_server_name,
    .step = tls_step};
