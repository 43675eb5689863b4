/* local_resource.c - this host ran out of something that sockets need. */
#include "report/diagnose/diagnose.h"

#include <string.h>

static void local_resource(struct diagnosis *d);

const struct finding_entry finding_local_resource = {
    .code = "local-resource",
    .rules = {{500, local_resource}},
    .owner = OWNER_THIS_HOST,
    .title = "This host ran out of resources for connections: {detail}",
    .meaning = "The kernel refused to open sockets because no local port, "
	       "descriptor, buffer or memory was left. Tests that could not be "
	       "sent say nothing about their targets.",
    .decided = "Opening a socket or sending failed on this host with an error "
	       "that means an exhausted resource.",
    .lookalikes = "A queue or a filter of this host's interface that drops "
		  "(tc): datagrams fail for want of buffers then.",
    .remedies = {{OWNER_THIS_HOST,
		  {"Find out what uses it up: ss -s, ulimit -n, sysctl "
		   "net.ipv4.ip_local_port_range",
		   "Run preflight again when the host is less busy, or with a "
		   "lower --rate"}}},
};

/* This host ran out of something that sockets need. */
static bool local_is_resource(const struct result *r)
{
	if (!diagnosis_refused_here(r, CAUSE_LOCAL) &&
	    !diagnosis_is_name_unsent(r))
		return false;
	switch (r->outcome.error) {
	case NET_NO_ADDRESS:
	case NET_AGAIN: /* no local port is left for a datagram socket */
	case NET_NO_DESCRIPTORS:
	case NET_SYSTEM_FULL:
	case NET_NO_ROOM:
	case NET_NO_MEMORY:
		return true;
	default:
		return false;
	}
}

static void local_resource(struct diagnosis *d)
{
	for (size_t k = 0; k < d->open_count; k++) {
		size_t i = diagnosis_open(d, k);
		const struct result *r;
		struct candidate *f;

		if (i == SIZE_MAX)
			continue;
		r = diagnosis_result(d, i);
		if (!local_is_resource(r))
			continue;
		f = candidate_for(d, &finding_local_resource, "");
		f->confirmed = true;
		f->where = WHERE_THIS_HOST;
		f->detail = net_error_text(r->outcome.error);
		candidate_line(d, f, "the kernel reports: %s", f->detail);
		candidate_claim(d, f, i);
	}
}
