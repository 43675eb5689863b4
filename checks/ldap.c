/*
 * ldap.c - does an LDAP server answer a search of its root DSE? No bind: every
 * server describes itself to any client (RFC 4512 5.1; MS-ADTS 5.1.3 for Active
 * Directory).
 */
#include "core/engine/check.h"
#include "core/base/ber.h"
#include "core/os/clock.h"
#include "core/base/gentime.h"
#include "core/proto/ldapmsg.h"
#include "core/base/text.h"
#include "core/net/tls.h"

#include <string.h>

enum { LDAP_MESSAGES_MAX = 8 }; /* an entry, a result, a few others */

struct ldap_params {
	bool tls;
	bool verify;
};

struct ldap_state {
	unsigned messages;
	bool entry;           /* proved */
	bool default_context; /* naming-context is the server's own choice */
};

static const char *const ldap_questions[] = {
    "namingContexts", "defaultNamingContext",
    "dnsHostName",    "isGlobalCatalogReady",
    "vendorName",     "supportedLDAPVersion",
    "currentTime",    NULL};

static enum step ldap_connected(struct probe *p)
{
	const struct ldap_params *params = p->params;
	uint8_t room[LDAPMSG_QUESTION_MAX];
	size_t length;
	if (params->tls && params->verify && !tls_trusted(probe_tls(p)))
		return probe_fail_at(p, PHASE_TLS, CAUSE_UNTRUSTED);
	const uint8_t *message = ldapmsg_search(room, ldap_questions, &length);
	if (message != NULL)
		probe_send(p, message, length);
	p->phase = PHASE_REPLY;
	return STEP_WAIT;
}

/* The attributes of the root DSE ------------------------------------------- */

static void ldap_context_came(struct probe *p, struct ldapmsg_attribute *a)
{
	struct ldap_state *s = p->state;
	size_t length;
	const uint8_t *value = ldapmsg_value(a, &length);
	bool is_default = ldapmsg_is(a, "defaultNamingContext");
	if (value == NULL || (s->default_context && !is_default))
		return;
	s->default_context = is_default;
	fact_bytes(p, "naming-context", value, length);
}

static void ldap_host_came(struct probe *p, struct ldapmsg_attribute *a)
{
	size_t length;
	const uint8_t *value = ldapmsg_value(a, &length);
	if (value != NULL)
		fact_bytes(p, "dns-host-name", value, length);
}

static void ldap_catalog_came(struct probe *p, struct ldapmsg_attribute *a)
{
	size_t length;
	const uint8_t *value = ldapmsg_value(a, &length);
	if (value != NULL)
		fact_bool(p, "global-catalog-ready",
			  length == 4 && memcmp(value, "TRUE", 4) == 0);
}

static void ldap_vendor_came(struct probe *p, struct ldapmsg_attribute *a)
{
	size_t length;
	const uint8_t *value = ldapmsg_value(a, &length);
	if (value != NULL)
		fact_bytes(p, "vendor", value, length);
}

static void ldap_versions_came(struct probe *p, struct ldapmsg_attribute *a)
{
	char text[TEXT_MAX];
	size_t length;
	const uint8_t *value = ldapmsg_value(a, &length);
	for (; value != NULL; value = ldapmsg_value(a, &length))
		fact_append(p, "versions",
			    text_sanitise(text, sizeof(text), value, length));
}

static void ldap_time_came(struct probe *p, struct ldapmsg_attribute *a)
{
	size_t length;
	int64_t server;
	const uint8_t *value = ldapmsg_value(a, &length);
	int64_t now = clock_system.wall_us(&clock_system);
	if (value != NULL && gentime_read(value, length, &server))
		fact_ms(p, "server-time-offset", server - now);
}

static const struct {
	const char *attribute;
	void (*came)(struct probe *p, struct ldapmsg_attribute *a);
} ldap_attributes[] = {
    {.attribute = "namingContexts", .came = ldap_context_came},
    {.attribute = "defaultNamingContext", .came = ldap_context_came},
    {.attribute = "dnsHostName", .came = ldap_host_came},
    {.attribute = "isGlobalCatalogReady", .came = ldap_catalog_came},
    {.attribute = "vendorName", .came = ldap_vendor_came},
    {.attribute = "supportedLDAPVersion", .came = ldap_versions_came},
    {.attribute = "currentTime", .came = ldap_time_came}};

/* The messages ------------------------------------------------------------- */

static void ldap_attribute_came(struct probe *p, struct ldapmsg_attribute *a)
{
	size_t count = sizeof(ldap_attributes) / sizeof(ldap_attributes[0]);
	for (size_t i = 0; i < count; i++)
		if (ldapmsg_is(a, ldap_attributes[i].attribute))
			ldap_attributes[i].came(p, a);
}

static enum step ldap_entry_came(struct probe *p, struct ldapmsg *m)
{
	struct ldap_state *s = p->state;
	struct ldapmsg_attribute a;
	while (ldapmsg_next(m, &a)) {
		ldap_attribute_came(p, &a);
		if (a.values.bad)
			return probe_fail(p, CAUSE_BAD_REPLY);
	}
	if (m->attributes.bad)
		return probe_fail(p, CAUSE_BAD_REPLY);
	s->entry = true;
	return STEP_WAIT;
}

/* The end of the search, or an error: LDAP it is. */
static enum step ldap_result_came(struct probe *p, const struct ldapmsg *m)
{
	if (m->code != 0)
		fact_number(p, "result-code", m->code);
	if (m->code != 0 && m->text_length > 0)
		fact_bytes(p, "message", m->text, m->text_length);
	return probe_ok(p);
}

static enum step ldap_message_came(struct probe *p, size_t length)
{
	struct ldap_state *s = p->state;
	struct ldapmsg m;
	enum step step = STEP_WAIT;
	if (!ldapmsg_read(&m, p->in->data, length) ||
	    ++s->messages > LDAP_MESSAGES_MAX)
		return probe_fail(p, CAUSE_BAD_REPLY);
	if (m.kind == LDAPMSG_ENTRY)
		step = ldap_entry_came(p, &m);
	else if (m.kind == LDAPMSG_RESULT)
		step = ldap_result_came(p, &m);
	probe_consume(p, length);
	return step;
}

static enum step ldap_data_came(struct probe *p)
{
	enum step step = STEP_WAIT;
	while (step == STEP_WAIT && p->in->length > 0) {
		size_t length;
		/* The first octet decides: HTTP need not be waited for. */
		if (p->in->data[0] != BER_SEQUENCE)
			return probe_fail(p, CAUSE_BAD_REPLY);
		switch (ber_frame(p->in->data, p->in->length, LDAPMSG_MAX,
				  &length)) {
		case BER_FRAME_MORE:
			return STEP_WAIT;
		case BER_FRAME_BAD:
			return probe_fail(p, CAUSE_BAD_REPLY);
		case BER_FRAME_WHOLE:
			step = ldap_message_came(p, length);
		}
	}
	return step;
}

/* No more data: the stream ended, or the time is up. */
static enum step ldap_ended(struct probe *p, bool closed)
{
	const struct ldap_state *s = p->state;
	if (s->entry)
		return probe_ok(p);
	if (closed && p->in->length > 0)
		return probe_fail(p, CAUSE_BAD_REPLY);
	return STEP_WAIT;
}

static enum step ldap_step(struct probe *p, enum event event)
{
	switch (event) {
	case EV_START:
		return ldap_connected(p);
	case EV_DATA:
		return ldap_data_came(p);
	case EV_EOF:
		return ldap_ended(p, true);
	case EV_DEADLINE:
		return ldap_ended(p, false);
	default:
		return STEP_WAIT;
	}
}

static int ldap_validate(const void *arg, struct error *err)
{
	const struct ldap_params *params = arg;
	if (params->verify && !params->tls)
		return error_set(err, "verify: there is no certificate "
				      "without tls: true");
	return 0;
}

static enum needs ldap_choose(const void *params)
{
	return ((const struct ldap_params *)params)->tls ? NEEDS_TLS
							 : NEEDS_TCP;
}

static const struct param ldap_param_table[] = {
    {.name = "tls",
     .type = PARAM_BOOL,
     .offset = offsetof(struct ldap_params, tls),
     .fallback = "false",
     .help = "TLS from the start (ports 636 and 3269)"},
    {.name = "verify",
     .type = PARAM_BOOL,
     .offset = offsetof(struct ldap_params, verify),
     .fallback = "false",
     .help = "an untrusted certificate is a failure; false: only a fact"},
    {.name = NULL}};

static const struct fact_def ldap_facts[] = {
    {.name = "naming-context",
     .type = FACT_STRING,
     .help = "defaultNamingContext, else the first of namingContexts"},
    {.name = "dns-host-name",
     .type = FACT_STRING,
     .help = "the server's own name (dnsHostName)"},
    {.name = "global-catalog-ready",
     .type = FACT_BOOL,
     .help = "isGlobalCatalogReady of a domain controller"},
    {.name = "vendor", .type = FACT_STRING, .help = "vendorName"},
    {.name = "versions",
     .type = FACT_LIST,
     .help = "LDAP versions the server speaks"},
    {.name = "server-time-offset",
     .type = FACT_MS,
     .help = "the server's clock minus this host's"},
    {.name = "result-code",
     .type = FACT_NUMBER,
     .help = "LDAP result code, when not 0"},
    {.name = "message",
     .type = FACT_STRING,
     .help = "the server's text for that code"},
    {.name = NULL}};

const struct check check_ldap = {
    .name = "ldap",
    .summary = "LDAP search of the root DSE without a bind",
    .params = ldap_param_table,
    .facts = ldap_facts,
    .params_size = sizeof(struct ldap_params),
    .state_size = sizeof(struct ldap_state),
    .needs = NEEDS_TCP, /* or TLS: see choose */
    .proxy = PROXY_NEVER,
    .transport = TRANSPORT_TCP,
    .window = 16, /* handshakes take time */
    .port = 389,
    .describes_tls = true,
    .validate = ldap_validate,
    .choose = ldap_choose,
    .step = ldap_step,
};
