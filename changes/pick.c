/* pick.c - which failing results a firewall rule can fix. */
#include "changes/pick.h"

#include <string.h>

/* The finding has shown that no firewall on the way is the cause. */
static bool pick_is_elsewhere(const struct finding *f)
{
	if (f == NULL || strcmp(f->code, "local-firewall") == 0)
		return false; /* this host's own: a rule there fixes it */
	switch (f->owner) {
	/* Probable is not enough: a firewall that knows some addresses of a
	 * name looks like a server of the vendor's that is down. */
	case OWNER_VENDOR:
	case OWNER_DEVICE:
	case OWNER_THIS_HOST:
	case OWNER_LOCAL_NETWORK:
		return f->confirmed;
	case OWNER_INTERNET:
		/* Seen from inside, a firewall that denies everything looks
		 * like a line that is down. */
		return f->confirmed && strcmp(f->code, "isp-down") == 0;
	case OWNER_FIREWALL:
	case OWNER_PROXY:
	case OWNER_DNS:
		break;
	}
	return false;
}

/* Where a local firewall is the finding, the packet never left. */
static enum pick pick_local(const struct finding *f)
{
	return f != NULL && strcmp(f->code, "local-firewall") == 0 ? PICK_RULE
								   : PICK_OTHER;
}

/* Nothing came back, or a policy answered: a firewall may do both. A refusal
 * or an unreachable is one only where the finding says so. */
static enum pick pick_cause(const struct report_result *r,
			    const struct finding *f)
{
	bool firewall = f != NULL && f->owner == OWNER_FIREWALL;

	switch (r->outcome.cause) {
	case CAUSE_TIMEOUT:
	case CAUSE_PROHIBITED:
		return PICK_RULE;
	case CAUSE_UNREACHABLE:
	case CAUSE_REFUSED:
	case CAUSE_RESET:
		return firewall ? PICK_RULE : PICK_OTHER;
	default:
		return PICK_OTHER;
	}
}

/* Over TCP a later phase means that the port is open. The way to a proxy is a
 * phase of its own. */
static bool pick_is_before_open(const struct report_path *p, enum phase phase)
{
	return p->transport != TRANSPORT_TCP || phase <= PHASE_CONNECT ||
	       (p->via_proxy && phase == PHASE_PROXY);
}

bool pick_is_bad(enum verdict verdict)
{
	return verdict == VERDICT_FAIL || verdict == VERDICT_WARN ||
	       verdict == VERDICT_SKIP;
}

enum pick pick(const struct report_result *r, const struct report_path *p,
	       const struct finding *f)
{
	if (!pick_is_bad(r->verdict))
		return PICK_NONE;
	if (r->outcome.phase == PHASE_RESOLVE)
		return PICK_NOT_TRIED;
	if (r->outcome.cause == CAUSE_OK)
		return PICK_NONE;
	if (r->outcome.phase == PHASE_LOCAL)
		return pick_local(f);
	if (pick_is_elsewhere(f) || !pick_is_before_open(p, r->outcome.phase))
		return PICK_OTHER;
	return pick_cause(r, f);
}
