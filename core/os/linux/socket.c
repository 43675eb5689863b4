/* socket.c - sockets and the error queue. */
#include "core/os/socket.h"
#include "core/os/host.h"

#include <errno.h>
#include <linux/errqueue.h>
#include <net/if.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <linux/tcp.h>
#include <string.h>
#include <unistd.h>

/* Not in every libc header. */
#ifndef IP_MINTTL
#define IP_MINTTL 21
#endif
#ifndef IPV6_MINHOPCOUNT
#define IPV6_MINHOPCOUNT 73
#endif

/* Opening ---------------------------------------------------------------- */

static int socket_set_int(int fd, int level, int name, int value)
{
	return setsockopt(fd, level, name, &value, sizeof value);
}

static int socket_create(const struct socket_options *o, bool *raw)
{
	int family = o->remote.family;
	int flags = SOCK_NONBLOCK | SOCK_CLOEXEC;
	int protocol = family == AF_INET6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP;
	int fd;

	*raw = false;
	if (o->kind == SOCKET_STREAM)
		return socket(family, SOCK_STREAM | flags, 0);
	if (o->kind != SOCKET_ECHO)
		return socket(family, SOCK_DGRAM | flags, 0);
	fd = socket(family, SOCK_DGRAM | flags, protocol);
	if (fd != -1 || (errno != EACCES && errno != EPERM))
		return fd;
	*raw = true;
	return socket(family, SOCK_RAW | flags, protocol);
}

static void socket_first_interface(void *arg, const struct host_address *a)
{
	unsigned *index = arg;

	if (*index == 0)
		*index = if_nametoindex(a->interface);
}

/* Groups are reached on the link: a host without a default route has one, too.
 */
static int socket_set_group_interface(int fd, const struct socket_options *o)
{
	struct ip_mreqn request = {0};
	struct host_route route;
	unsigned index = 0;

	host_route(&o->remote, &route);
	index = route.interface;
	if (index == 0)
		host_addresses(socket_first_interface, &index);
	if (index == 0)
		return 0; /* sending will say so */
	if (o->remote.family == AF_INET6)
		return socket_set_int(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF,
				      (int)index);
	request.imr_ifindex = (int)index;
	return setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &request,
			  sizeof request);
}

static int socket_set_options(int fd, const struct socket_options *o)
{
	bool v6 = o->remote.family == AF_INET6;
	int level = v6 ? IPPROTO_IPV6 : IPPROTO_IP;
	int rc = 0;

	rc |= socket_set_int(fd, level, v6 ? IPV6_RECVERR : IP_RECVERR, 1);
	rc |= socket_set_int(fd, level, v6 ? IPV6_RECVHOPLIMIT : IP_RECVTTL, 1);
	if (o->ttl > 0)
		rc |= socket_set_int(fd, level, v6 ? IPV6_UNICAST_HOPS : IP_TTL,
				     o->ttl);
	if (o->min_ttl > 0)
		rc |= socket_set_int(
		    fd, level, v6 ? IPV6_MINHOPCOUNT : IP_MINTTL, o->min_ttl);
	if (o->kind == SOCKET_MULTICAST) {
		rc |= socket_set_int(
		    fd, level, v6 ? IPV6_MULTICAST_HOPS : IP_MULTICAST_TTL,
		    255);
		rc |= socket_set_group_interface(fd, o);
	}
	if (o->kind == SOCKET_STREAM)
		rc |= socket_set_int(fd, IPPROTO_TCP, TCP_NODELAY, 1);
	if (o->kind == SOCKET_STREAM && o->segment > 0)
		rc |= socket_set_int(fd, IPPROTO_TCP, TCP_MAXSEG,
				     (int)o->segment);
	if (o->interface != NULL)
		rc |= setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, o->interface,
				 (socklen_t)strlen(o->interface));
	return rc;
}

static int socket_bind_source(int fd, const struct socket_options *o)
{
	struct sockaddr_storage ss;
	socklen_t length;
	struct addr source = o->source;

	if (source.family != o->remote.family)
		return 0;
	source.port = 0;
	length = addr_to_sockaddr(&source, &ss);
	return bind(fd, (struct sockaddr *)&ss, length);
}

static int socket_connect_remote(int fd, const struct socket_options *o)
{
	struct sockaddr_storage ss;
	struct addr remote = o->remote;
	socklen_t length;

	if (o->kind == SOCKET_DATAGRAM_ANY || o->kind == SOCKET_MULTICAST)
		return 0;
	if (o->kind == SOCKET_ECHO)
		remote.port = 0;
	length = addr_to_sockaddr(&remote, &ss);
	if (connect(fd, (struct sockaddr *)&ss, length) == -1 &&
	    errno != EINPROGRESS)
		return -1;
	return 0;
}

int socket_open(const struct socket_options *o, bool *raw)
{
	int fd = socket_create(o, raw);
	int saved;

	if (fd == -1)
		return -1;
	if (socket_set_options(fd, o) == 0 && socket_bind_source(fd, o) == 0 &&
	    socket_connect_remote(fd, o) == 0)
		return fd;
	saved = errno;
	close(fd);
	errno = saved;
	return -1;
}

/* The error queue -------------------------------------------------------- */

static void socket_take_report(struct socket_report *out,
			       struct sock_extended_err *ee, size_t length)
{
	const struct sockaddr *offender = SO_EE_OFFENDER(ee);
	size_t needed =
	    (size_t)((const uint8_t *)offender - (const uint8_t *)ee);

	out->sys_errno = (int)ee->ee_errno;
	out->has_icmp = ee->ee_origin == SO_EE_ORIGIN_ICMP ||
			ee->ee_origin == SO_EE_ORIGIN_ICMP6;
	out->type = ee->ee_type;
	out->code = ee->ee_code;
	if (ee->ee_errno == EMSGSIZE)
		out->mtu = ee->ee_info;
	if (length >= needed + sizeof(struct sockaddr_in) &&
	    (offender->sa_family == AF_INET ||
	     (offender->sa_family == AF_INET6 &&
	      length >= needed + sizeof(struct sockaddr_in6))))
		addr_from_sockaddr(&out->sender, offender);
}

bool socket_report_next(int fd, struct socket_report *out)
{
	union {
		char bytes[512];
		struct cmsghdr align;
	} control;
	char payload[64];
	struct iovec iov = {payload, sizeof payload};
	struct msghdr msg = {.msg_iov = &iov,
			     .msg_iovlen = 1,
			     .msg_control = control.bytes,
			     .msg_controllen = sizeof control.bytes};
	struct cmsghdr *c;
	ssize_t got;

	memset(out, 0, sizeof *out);
	do
		got = recvmsg(fd, &msg, MSG_ERRQUEUE | MSG_DONTWAIT);
	while (got == -1 && errno == EINTR);
	if (got == -1)
		return false;
	for (c = CMSG_FIRSTHDR(&msg); c != NULL; c = CMSG_NXTHDR(&msg, c))
		if ((c->cmsg_level == IPPROTO_IP &&
		     c->cmsg_type == IP_RECVERR) ||
		    (c->cmsg_level == IPPROTO_IPV6 &&
		     c->cmsg_type == IPV6_RECVERR))
			socket_take_report(out, (void *)CMSG_DATA(c),
					   c->cmsg_len - CMSG_LEN(0));
	return true;
}

bool socket_is_own_address(const struct addr *a)
{
	struct sockaddr_storage ss;
	struct addr local = *a;
	socklen_t length;
	bool own;
	int fd;

	if (a->family != AF_INET && a->family != AF_INET6)
		return false;
	local.port = 0;
	length = addr_to_sockaddr(&local, &ss);
	fd = socket(a->family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return false;
	/* Only an address of this host can be bound. */
	own = bind(fd, (struct sockaddr *)&ss, length) == 0;
	close(fd);
	return own;
}

/* Mapping ---------------------------------------------------------------- */

enum icmp_meaning {
	MEANS_PORT, /* 3/3, 1/4: refused by the target, policy elsewhere */
	MEANS_PROHIBITED, /* 3/9, 3/10, 3/13, 1/1, 1/5, 1/6 */
	MEANS_HOST,       /* 3/1, 1/3: what the kernel says when ARP fails */
	MEANS_UNREACHABLE
};

static enum icmp_meaning icmp_meaning(const struct socket_report *r)
{
	bool v6 = r->sender.family == AF_INET6;
	uint8_t unreach = v6 ? ICMP6_DST_UNREACH : ICMP_UNREACH;

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
			    .sys_errno = f->sys_errno,
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
	if (icmp_meaning(&f->report) == MEANS_HOST && f->no_neighbour) {
		o.blocker = (struct addr){0};
		o.has_icmp = false;
		return o;
	}
	o.phase = PHASE_LOCAL;
	if (o.cause == CAUSE_UNREACHABLE)
		o.cause = CAUSE_PROHIBITED;
	return o;
}

static enum cause socket_local_cause(int err)
{
	switch (err) {
	case EPERM: /* local firewall */
		return CAUSE_PROHIBITED;
	case ENETUNREACH:
	case EHOSTUNREACH:
	case EACCES: /* prohibit route */
	case EINVAL: /* blackhole route */
	case ENETDOWN:
		return CAUSE_UNREACHABLE;
	default:
		return CAUSE_LOCAL;
	}
}

struct outcome socket_call_outcome(int err, enum phase phase)
{
	struct socket_failure f = {.sys_errno = err};

	return socket_outcome(&f, phase);
}

struct outcome socket_outcome(const struct socket_failure *f, enum phase phase)
{
	struct outcome o = {.phase = phase, .sys_errno = f->sys_errno};

	if (f->report.has_icmp)
		return socket_icmp_outcome(f, phase);
	switch (f->sys_errno) {
	case ECONNREFUSED:
		o.cause = CAUSE_REFUSED;
		return o;
	case ECONNRESET:
	case EPIPE:
	case ECONNABORTED:
		o.cause = CAUSE_RESET;
		return o;
	case ETIMEDOUT:
		o.cause = CAUSE_TIMEOUT;
		return o;
	case EHOSTUNREACH:
		if (!f->no_neighbour)
			break;
		o.cause = CAUSE_UNREACHABLE; /* no ARP or ND answer */
		return o;
	default:
		break;
	}
	o.phase = PHASE_LOCAL;
	o.cause = socket_local_cause(f->sys_errno);
	return o;
}

static bool socket_next_hop_is_silent(const struct addr *target)
{
	const struct addr *hop = target;
	struct host_route route;
	struct host_neighbour_entry entry;

	host_route(target, &route);
	if (!route.found)
		return false;
	if (route.gateway.family != AF_UNSPEC)
		hop = &route.gateway;
	host_neighbour(hop, &entry);
	return entry.state == NEIGHBOUR_FAILED ||
	       entry.state == NEIGHBOUR_INCOMPLETE ||
	       entry.state == NEIGHBOUR_UNANSWERED;
}

void socket_failure_place(struct socket_failure *f, const struct addr *target)
{
	if (f->report.sender.family != AF_UNSPEC) {
		f->sender_is_target = addr_equal(&f->report.sender, target);
		f->sender_is_us = socket_is_own_address(&f->report.sender);
	}
	if (f->sys_errno == EHOSTUNREACH &&
	    (f->sender_is_us || !f->report.has_icmp))
		f->no_neighbour = socket_next_hop_is_silent(target);
}

bool socket_error(int fd, const struct addr *target, enum phase phase,
		  bool open, struct outcome *out)
{
	struct socket_failure f = {0};
	struct socket_report report;
	socklen_t length = sizeof f.sys_errno;

	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &f.sys_errno, &length) == -1)
		f.sys_errno = errno;
	while (socket_report_next(fd, &report)) {
		if (report.sys_errno == EMSGSIZE)
			continue; /* path MTU news, the kernel adapts */
		if (!f.report.has_icmp)
			f.report = report;
		if (f.sys_errno == 0)
			f.sys_errno = report.sys_errno;
	}
	if (f.sys_errno == 0 || f.sys_errno == EMSGSIZE)
		return false;
	/* ICMP errors do not end an open stream; only TCP itself does. */
	if (open && f.report.has_icmp)
		return false;
	socket_failure_place(&f, target);
	*out = socket_outcome(&f, phase);
	return true;
}

bool socket_progress(int fd, struct socket_progress *out)
{
	struct tcp_info info = {0};
	socklen_t length = sizeof info;

	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length) == -1)
		return false;
	out->unacked = info.tcpi_unacked;
	out->retransmits = info.tcpi_retransmits;
	out->received = info.tcpi_bytes_received;
	return true;
}

static int socket_datagram_ttl(struct msghdr *msg)
{
	struct cmsghdr *m;
	int ttl = -1;

	for (m = CMSG_FIRSTHDR(msg); m != NULL; m = CMSG_NXTHDR(msg, m))
		if ((m->cmsg_level == IPPROTO_IP && m->cmsg_type == IP_TTL) ||
		    (m->cmsg_level == IPPROTO_IPV6 &&
		     m->cmsg_type == IPV6_HOPLIMIT))
			memcpy(&ttl, CMSG_DATA(m), sizeof ttl);
	return ttl;
}

ssize_t socket_receive(int fd, void *bytes, size_t size, struct addr *from,
		       int *ttl)
{
	union {
		char bytes[256];
		struct cmsghdr align;
	} control;
	struct sockaddr_storage ss = {0};
	struct iovec iov = {bytes, size};
	struct msghdr msg = {.msg_name = &ss,
			     .msg_namelen = sizeof ss,
			     .msg_iov = &iov,
			     .msg_iovlen = 1,
			     .msg_control = control.bytes,
			     .msg_controllen = sizeof control.bytes};
	ssize_t got = recvmsg(fd, &msg, MSG_DONTWAIT);

	if (got == -1)
		return -1;
	*ttl = socket_datagram_ttl(&msg);
	if (!addr_from_sockaddr(from, (struct sockaddr *)&ss))
		*from = (struct addr){0};
	return got;
}
