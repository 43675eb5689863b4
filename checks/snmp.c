/*
 * snmp.c - does an SNMP agent answer, and does it accept our credentials?
 *
 * The SNMPv3 engine discovery (RFC 3414 4) always goes out: no user, no secret,
 * no trap. Its answer distinguishes a refused credential from a filtered path,
 * because an agent is silent about a wrong community; and no SNMPv3 user can be
 * tried without it. What a credential is and what becomes of it:
 * checks/shared/snmptry.h.
 */
#include "core/engine/check.h"
#include "core/base/params.h"
#include "checks/shared/snmptry.h"
#include "core/base/spec.h"

#include <string.h>

struct snmp_params {
	const struct secret *community; /* NULL: the inventory's only */
	int version;                    /* index into snmp_versions */
	const char *user, *context, *auth_protocol, *priv_protocol;
	const struct secret *auth, *priv;
};

static const char *const snmp_versions[] = {"2c", "1", NULL};

struct snmp_state {
	uint32_t discovery;
	struct snmp_tries tries;
	bool report; /* the agent answered the discovery */
	bool bad;    /* something came that is not an agent's answer */
};

static void snmp_ask_engine(struct probe *p)
{
	struct snmp_state *s = p->state;
	uint8_t room[SNMP_QUESTION_MAX];
	size_t length;
	s->discovery = snmpmsg_random_id();
	const uint8_t *message = snmpmsg_discovery(room, s->discovery, &length);
	if (message != NULL)
		probe_send(p, message, length);
}

static struct snmp_user snmp_param_user(const struct snmp_params *params)
{
	return (struct snmp_user){.user = params->user,
				  .context = params->context,
				  .auth_protocol = params->auth_protocol,
				  .priv_protocol = params->priv_protocol,
				  .auth = params->auth,
				  .priv = params->priv};
}

/* Alive, and no credential is right for it, or for this host. */
static enum step snmp_refused(struct probe *p)
{
	const struct snmp_state *s = p->state;
	fact_bool(p, "agent-alive", true);
	return probe_fail(p,
			  s->tries.broken ? CAUSE_BAD_REPLY : CAUSE_REJECTED);
}

static enum step snmp_go_on(struct probe *p)
{
	struct snmp_state *s = p->state;
	if (!snmptry_go_on(&s->tries, p))
		return snmp_refused(p);
	probe_timer(p, SNMP_TURN_MS);
	return STEP_WAIT;
}

static void snmp_list(struct snmp_tries *tries,
		      const struct snmp_params *params, const struct spec *spec)
{
	struct snmp_user user = snmp_param_user(params);
	if (params->community != NULL)
		snmptry_community(tries, SNMP_PARAMETERS,
				  params->version == 0 ? SNMP_V2C : SNMP_V1,
				  params->community->value);
	if (params->user != NULL)
		snmptry_user(tries, SNMP_PARAMETERS, &user);
	for (size_t i = 0; i < spec->credential_count; i++)
		snmptry_credential(tries, spec->credentials[i]);
}

static enum step snmp_opened(struct probe *p)
{
	struct snmp_state *s = p->state;
	snmp_list(&s->tries, p->params, p->spec);
	if (s->tries.cut > 0)
		fact_number(p, "credentials-cut", (int64_t)s->tries.cut);
	if (s->tries.count == 0)
		fact_bool(p, "no-credential", true);
	snmp_ask_engine(p);
	p->phase = PHASE_REPLY;
	return s->tries.count > 0 ? snmp_go_on(p) : STEP_WAIT;
}

static enum step snmp_engine_answered(struct probe *p,
				      const struct snmp_answer *a)
{
	struct snmp_state *s = p->state;
	if (a->id != s->discovery || s->report)
		return STEP_WAIT;
	if (s->tries.count == 0 && a->engine.length < SNMP_ENGINE_MIN) {
		s->bad = true; /* no agent is without an engine */
		return STEP_WAIT;
	}
	s->report = true;
	snmptry_tell_engine(p, a);
	if (s->tries.count == 0)
		return probe_ok(p);
	snmptry_engine(&s->tries, p, a);
	return snmp_go_on(p);
}

static enum step snmp_datagram_came(struct probe *p)
{
	struct snmp_state *s = p->state;
	struct snmp_answer a;
	const struct snmp_try *t;
	switch (snmptry_answer(&s->tries, p, &a, &t)) {
	case SNMP_TRY_NOT_OURS:
		break;
	case SNMP_TRY_GOOD:
		snmptry_tell_objects(p, &a, t);
		return probe_ok(p);
	case SNMP_TRY_GO_ON:
		return snmp_go_on(p);
	}
	if (snmpmsg_read(&a, p->in->data, p->in->length))
		return a.version == SNMP_V3 ? snmp_engine_answered(p, &a)
					    : STEP_WAIT;
	/* A forged or broken datagram must not hide a good one that follows:
	 * judged at the deadline. */
	s->bad = true;
	return STEP_WAIT;
}

static enum step snmp_keys_came(struct probe *p)
{
	struct snmp_state *s = p->state;
	snmptry_keys(&s->tries, p, p->job);
	return snmp_go_on(p);
}

static enum step snmp_silent(struct probe *p)
{
	const struct snmp_state *s = p->state;
	if (s->report)
		return snmp_refused(p);
	return s->bad ? probe_fail(p, CAUSE_BAD_REPLY) : STEP_WAIT;
}

static enum step snmp_step(struct probe *p, enum event event)
{
	switch (event) {
	case EV_START:
		return snmp_opened(p);
	case EV_DATA:
		return snmp_datagram_came(p);
	case EV_TIMER:
		return snmp_go_on(p);
	case EV_JOB:
		return snmp_keys_came(p);
	case EV_DEADLINE:
		return snmp_silent(p);
	default:
		return STEP_WAIT;
	}
}

static void snmp_stop(struct probe *p)
{
	struct snmp_state *s = p->state;
	snmptry_end(&s->tries);
}

static void *snmp_open(struct error *err)
{
	(void)err;
	return snmp_keyring_new();
}

static void snmp_close(void *shared)
{
	snmp_keyring_free(shared);
}

static int snmp_validate(const void *arg, struct error *err)
{
	struct snmp_user user = snmp_param_user(arg);
	return snmpuser_check(&user, err) == NULL ? 0 : -1;
}

static bool snmp_logs_in(const struct spec *s)
{
	struct snmp_tries tries = {.count = 0};
	snmp_list(&tries, s->params, s);
	return snmptry_log_in(&tries);
}

static unsigned snmp_packets(const struct spec *s)
{
	struct snmp_tries tries = {.count = 0};
	snmp_list(&tries, s->params, s);
	return 1 + snmptry_packets(&tries);
}

static const struct param snmp_param_table[] = {
    {.name = "community",
     .type = PARAM_SECRET,
     .offset = offsetof(struct snmp_params, community),
     .help = "community to try, in addition to those of the inventory"},
    {.name = "version",
     .type = PARAM_ENUM,
     .offset = offsetof(struct snmp_params, version),
     .fallback = "2c",
     .help = "SNMP version for this community",
     .choices = snmp_versions},
    {.name = "user",
     .type = PARAM_STRING,
     .offset = offsetof(struct snmp_params, user),
     .help = "SNMPv3 user to try, in addition to those of the inventory"},
    {.name = "auth_protocol",
     .type = PARAM_STRING,
     .offset = offsetof(struct snmp_params, auth_protocol),
     .help = "MD5, SHA, SHA-224, SHA-256, SHA-384 or SHA-512"},
    {.name = "auth",
     .type = PARAM_SECRET,
     .offset = offsetof(struct snmp_params, auth),
     .help = "its authentication secret"},
    {.name = "priv_protocol",
     .type = PARAM_STRING,
     .offset = offsetof(struct snmp_params, priv_protocol),
     .help = "DES, AES, AES-192 or AES-256; AES-192-C or AES-256-C (Cisco)"},
    {.name = "priv",
     .type = PARAM_SECRET,
     .offset = offsetof(struct snmp_params, priv),
     .help = "its privacy secret"},
    {.name = "context",
     .type = PARAM_STRING,
     .offset = offsetof(struct snmp_params, context),
     .help = "SNMPv3 context"},
    {.name = NULL}};

const struct check check_snmp = {
    .name = "snmp",
    .summary = "SNMP agent: v3 engine discovery, GET with credentials",
    .params = snmp_param_table,
    .facts = snmp_facts,
    .params_size = sizeof(struct snmp_params),
    .state_size = sizeof(struct snmp_state),
    .needs = NEEDS_UDP,
    .proxy = PROXY_NEVER,
    .transport = TRANSPORT_UDP,
    .window = 100,
    .port = 161,
    .credential = "snmp-v2c,snmp-v1,snmp-v3",
    .validate = snmp_validate,
    .logs_in = snmp_logs_in,
    .packets = snmp_packets,
    .step = snmp_step,
    .stop = snmp_stop,
    .open = snmp_open,
    .close = snmp_close};
