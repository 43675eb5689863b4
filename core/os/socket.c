/*
 * socket.c - from what the kernel says of a failure to its outcome; the same
 * on every system.
 */
#include "core/os/socket.h"
#include "core/base/icmp.h"
#include "core/os/host.h"

enum icmp_meaning {
	MEANS_PORT, /* 3/3, 1/4: refused by the target, policy elsewhere */
	MEANS_PROHIBITED, /* 3/9, 3/10, 3/13, 1/1, 1/5, 1/6 */
	MEANS_HOST,       /* 3/1, 1/3: what the kernel says when ARP fails */
	MEANS_UNREACHABLE
};

static enum icmp_meaning icmp_meaning(const struct socket_report *r)
{
	bool v6 = r->sender.family == ADDR_V6;
	uint8_t unreach = v6 ? ICMP_V6_UNREACHABLE : ICMP_V4_UNREACHABLE;

	if (r->type != unreach)
		return MEANS_UNREACHABLE; /* time exceeded, parameters */
	if (v6) {
		if (r->code == 4)
			return MEANS_PORT;
		if (r->code == 1 || r->code == 5 || r->code == 6)
			return MEANS_PROHIBITED;
		return r->code == 3 ? MEANS_HOST : MEANS_UNREACHABLE;
	}
	if (r->code == 3)
		return MEANS_PORT;
	if (r->code == 9 || r->code == 10 || r->code == 13)
		return MEANS_PROHIBITED;
	return r->code == 1 ? MEANS_HOST : MEANS_UNREACHABLE;
}

static enum cause socket_icmp_cause(const struct socket_failure *f)
{
	switch (icmp_meaning(&f->report)) {
	case MEANS_PORT:
		return f->sender_is_target ? CAUSE_REFUSED : CAUSE_PROHIBITED;
	case MEANS_PROHIBITED:
		return CAUSE_PROHIBITED;
	case MEANS_HOST:
	case MEANS_UNREACHABLE:
		break;
	}
	return CAUSE_UNREACHABLE;
}

static struct outcome socket_icmp_outcome(const struct socket_failure *f,
					  enum phase phase)
{
	struct outcome o = {.phase = phase,
			    .cause = socket_icmp_cause(f),
			    .error = f->failure.error,
			    .sys_errno = f->failure.number,
			    .has_icmp = true,
			    .icmp_type = f->report.type,
			    .icmp_code = f->report.code,
			    .blocker = f->report.sender};

	/* A target of our own (loopback) refuses like any other host. */
	if (!f->sender_is_us || f->sender_is_target)
		return o;
	/*
	 * Our own kernel says "host unreachable" when ARP or ND got no answer;
	 * a local firewall may say the same, but then the next hop is there.
	 */
	if (icmp_meaning(&f->report) == MEANS_HOST &&
	    f->next_hop_silent == KNOWN_YES) {
		o.blocker = (struct addr){0};
		o.has_icmp = false;
		return o;
	}
	o.phase = PHASE_LOCAL;
	if (icmp_meaning(&f->report) == MEANS_HOST &&
	    f->next_hop_silent == NOT_KNOWN) {
		o.cause = CAUSE_LOCAL; /* either of them: no claim */
		return o;
	}
	if (o.cause == CAUSE_UNREACHABLE)
		o.cause = CAUSE_PROHIBITED;
	return o;
}

static enum cause socket_local_cause(enum net_error error)
{
	switch (error) {
	case NET_NOT_PERMITTED: /* local firewall */
		return CAUSE_PROHIBITED;
	case NET_NO_ROUTE:
	case NET_HOST_UNREACHABLE:
	case NET_PROHIBITED: /* prohibit route */
	case NET_INVALID:    /* blackhole route */
	case NET_DOWN:
		return CAUSE_UNREACHABLE;
	default:
		return CAUSE_LOCAL;
	}
}

struct outcome socket_call_outcome(struct os_failure failure, enum phase phase)
{
	/* The call itself was refused, before any neighbour was asked. */
	struct socket_failure f = {.failure = failure,
				   .next_hop_silent = KNOWN_NO};

	return socket_outcome(&f, phase);
}

struct outcome socket_outcome(const struct socket_failure *f, enum phase phase)
{
	struct outcome o = {.phase = phase,
			    .error = f->failure.error,
			    .sys_errno = f->failure.number};

	if (f->report.has_icmp)
		return socket_icmp_outcome(f, phase);
	switch (f->failure.error) {
	case NET_REFUSED:
		o.cause = CAUSE_REFUSED;
		return o;
	case NET_RESET:
	case NET_BROKEN:
	case NET_ABORTED:
		o.cause = CAUSE_RESET;
		return o;
	case NET_TIMEOUT:
		o.cause = CAUSE_TIMEOUT;
		return o;
	case NET_HOST_UNREACHABLE: /* no ARP or ND answer, or a route */
		if (f->next_hop_silent == KNOWN_NO)
			break;
		o.cause = CAUSE_UNREACHABLE;
		if (f->next_hop_silent == NOT_KNOWN) {
			o.phase = PHASE_LOCAL;
			o.cause = CAUSE_LOCAL;
		}
		return o;
	default:
		break;
	}
	o.phase = PHASE_LOCAL;
	o.cause = socket_local_cause(f->failure.error);
	return o;
}

static bool socket_neighbour_is_silent(const struct host_neighbour_entry *n)
{
	return n->state == NEIGHBOUR_FAILED ||
	       n->state == NEIGHBOUR_INCOMPLETE ||
	       n->state == NEIGHBOUR_UNANSWERED;
}

static void socket_hop_is_silent(void *arg, const struct addr *gateway)
{
	struct host_neighbour_entry entry;
	bool *silent = arg;

	host_neighbour(gateway, &entry);
	*silent |= socket_neighbour_is_silent(&entry);
}

/* An IPv6 host takes the next best route once the next hop of the best one did
 * not answer (RFC 4191 3.2): the packet went by a route that is not taken any
 * more. */
static bool socket_left_hop(const struct addr *target)
{
	bool silent = false;

	if (target->family == ADDR_V6)
		host_next_hops(target, socket_hop_is_silent, &silent);
	return silent;
}

static enum known socket_next_hop_silent(const struct addr *target)
{
	const struct addr *hop = target;
	struct host_route route;
	struct host_neighbour_entry entry;
	enum known routed = host_route(target, &route);

	if (routed != KNOWN_YES)
		return routed;
	if (route.beyond)
		return NOT_KNOWN;
	if (route.gateway.family != ADDR_NONE)
		hop = &route.gateway;
	host_neighbour(hop, &entry);
	if (entry.state == NEIGHBOUR_NOT_KNOWN)
		return NOT_KNOWN;
	return socket_neighbour_is_silent(&entry) || socket_left_hop(target)
		   ? KNOWN_YES
		   : KNOWN_NO;
}

enum known socket_is_own_address(const struct addr *a)
{
	struct host_route route;
	enum known routed;

	if (a->family == ADDR_NONE)
		return KNOWN_NO;
	routed = host_route(a, &route);
	return routed == KNOWN_YES && !route.local ? KNOWN_NO : routed;
}

void socket_failure_place(struct socket_failure *f, const struct addr *target)
{
	if (f->report.sender.family != ADDR_NONE) {
		f->sender_is_target = addr_equal(&f->report.sender, target);
		f->sender_is_us =
		    socket_is_own_address(&f->report.sender) == KNOWN_YES;
	}
	if (f->failure.error == NET_HOST_UNREACHABLE &&
	    (f->sender_is_us || !f->report.has_icmp))
		f->next_hop_silent = socket_next_hop_silent(target);
}

bool socket_error(int fd, const struct addr *target, enum phase phase,
		  bool open, struct outcome *out)
{
	struct socket_failure f = {.failure = socket_pending(fd)};
	struct socket_report report;

	while (socket_report_next(fd, &report)) {
		if (report.failure.error == NET_TOO_BIG)
			continue; /* path MTU news, the kernel adapts */
		if (!f.report.has_icmp)
			f.report = report;
		if (f.failure.error == NET_OK)
			f.failure = report.failure;
	}
	if (f.failure.error == NET_OK || f.failure.error == NET_TOO_BIG)
		return false;
	/* An open stream shrugs off ICMP errors; only TCP's own end it. */
	if (open && f.report.has_icmp)
		return false;
	socket_failure_place(&f, target);
	*out = socket_outcome(&f, phase);
	return true;
}
