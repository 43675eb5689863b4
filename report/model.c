/* model.c - the words of a report. */
#include "report/model.h"

static const char *const model_verdicts[] = {[RUN_READY] = "ready",
					     [RUN_READY_WITH_WARNINGS] =
						 "ready-with-warnings",
					     [RUN_UNDECIDED] = "undecided",
					     [RUN_NOT_READY] = "not-ready"};
static const char *const model_owners[] = {[OWNER_THIS_HOST] = "this-host",
					   [OWNER_LOCAL_NETWORK] =
					       "local-network",
					   [OWNER_FIREWALL] = "firewall",
					   [OWNER_PROXY] = "proxy",
					   [OWNER_DNS] = "dns",
					   [OWNER_INTERNET] = "internet",
					   [OWNER_DEVICE] = "device",
					   [OWNER_VENDOR] = "vendor"};
static const char *const model_states[] = {
    [DEVICE_UP] = "up", [DEVICE_ABSENT] = "absent", [DEVICE_SILENT] = "silent"};
static const char *const model_places[] = {[WHERE_THIS_HOST] = "this-host",
					   [WHERE_HOP] = "hop",
					   [WHERE_AFTER_HOP] = "after-hop",
					   [WHERE_TARGET] = "target",
					   [WHERE_UNKNOWN] = NULL};
static const char *const model_severities[] = {[SEVERITY_INFO] = "info",
					       [SEVERITY_WARNING] = "warning",
					       [SEVERITY_CRITICAL] =
						   "critical"};

const char *run_verdict_name(enum run_verdict verdict)
{
	return model_verdicts[verdict];
}

const char *owner_name(enum owner owner)
{
	return model_owners[owner];
}

const char *device_state_name(enum device_state state)
{
	return model_states[state];
}

const char *where_name(enum where_at where)
{
	return model_places[where];
}

const char *severity_name(enum severity severity)
{
	return model_severities[severity];
}
