/*
 * vmware_auth.c - does the authentication daemon of an ESXi host greet? It
 * speaks first and says its name; nothing is sent.
 */
#include "core/engine/check.h"
#include "core/proto/reply.h"

#include <string.h>

enum { VMWARE_AUTH_READY = 220, VMWARE_AUTH_VERSION_MAX = 16 };

static const char vmware_auth_name[] = "VMware Authentication Daemon";

static enum step vmware_auth_connected(struct probe *p)
{
	struct reply *reply = p->state;

	*reply = (struct reply){.loose = true};
	p->phase = PHASE_REPLY; /* the server speaks first */
	return STEP_WAIT;
}

/* " Version 1.10: SSL Required, ...": the word behind "Version". */
static void vmware_auth_version(struct probe *p, const char *text)
{
	static const char word[] = "Version ";
	const char *at = strstr(text, word);
	char version[VMWARE_AUTH_VERSION_MAX];
	size_t length;

	if (at == NULL)
		return;
	at += sizeof word - 1;
	length = strspn(at, "0123456789.");
	if (length == 0 || length >= sizeof version)
		return;
	memcpy(version, at, length);
	version[length] = '\0';
	fact_string(p, "version", version);
}

static enum step vmware_auth_line_came(struct probe *p,
				       const struct reply_line *line)
{
	const struct reply *reply = p->state;

	fact_string(p, "banner", line->text);
	if (strncmp(line->text, vmware_auth_name,
		    sizeof vmware_auth_name - 1) != 0)
		return probe_fail(p, CAUSE_BAD_REPLY);
	if (reply->code != VMWARE_AUTH_READY)
		return probe_fail(p, CAUSE_REJECTED);
	vmware_auth_version(p, line->text);
	fact_bool(p, "tls-required",
		  strstr(line->text, "SSL Required") != NULL);
	return probe_ok(p);
}

static enum step vmware_auth_data_came(struct probe *p)
{
	struct reply_line line;

	switch (reply_next(p->state, p->in, &line)) {
	case REPLY_LINE:
		return vmware_auth_line_came(p, &line);
	case REPLY_BAD:
		return probe_fail(p, CAUSE_BAD_REPLY);
	case REPLY_MORE:
		break;
	}
	return STEP_WAIT;
}

static enum step vmware_auth_step(struct probe *p, enum event event)
{
	switch (event) {
	case EV_START:
		return vmware_auth_connected(p);
	case EV_DATA:
		return vmware_auth_data_came(p);
	case EV_EOF:
		return p->in->length > 0 ? probe_fail(p, CAUSE_BAD_REPLY)
					 : STEP_WAIT;
	default:
		return STEP_WAIT;
	}
}

static const struct fact_def vmware_auth_fact_table[] = {
    {"banner", FACT_STRING, "first line of the greeting"},
    {"version", FACT_STRING, "version of the daemon's protocol"},
    {"tls-required", FACT_BOOL, "it requires TLS before a login"},
    {0},
};

const struct check check_vmware_auth = {
    .name = "vmware-auth",
    .summary = "ESXi authentication daemon's greeting, read only",
    .facts = vmware_auth_fact_table,
    .state_size = sizeof(struct reply),
    .needs = NEEDS_TCP,
    .proxy = PROXY_NEVER,
    .transport = TRANSPORT_TCP,
    .port = 902,
    .step = vmware_auth_step,
};
