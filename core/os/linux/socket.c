/* socket.c - sockets and the error queue. */
#include "core/os/socket.h"
#include "core/os/host.h"
#include "core/os/linux/sockaddr.h"

#include <errno.h>
#include <linux/errqueue.h>
#include <net/if.h>
#include <netinet/in.h>
#include <linux/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/uio.h>
#include <unistd.h>

/* Not in every libc header. */
#ifndef IP_MINTTL
#define IP_MINTTL 21
#endif
#ifndef IPV6_MINHOPCOUNT
#define IPV6_MINHOPCOUNT 73
#endif

/* The first wait for an answer, RFC 6298 2.1. */
enum { SOCKET_REPEAT_US = 1000000 };

/* Opening ---------------------------------------------------------------- */

static int socket_set_int(int fd, int level, int name, int value)
{
	return setsockopt(fd, level, name, &value, sizeof value);
}

static int socket_create(const struct socket_options *o, bool *raw)
{
	int family = os_family_number(o->remote.family);
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

	if (host_route(&o->remote, &route) == KNOWN_YES)
		index = route.interface;
	if (index == 0)
		host_addresses(socket_first_interface, &index);
	if (index == 0)
		return 0; /* sending will say so */
	if (o->remote.family == ADDR_V6)
		return socket_set_int(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF,
				      (int)index);
	request.imr_ifindex = (int)index;
	return setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &request,
			  sizeof request);
}

static int socket_set_options(int fd, const struct socket_options *o)
{
	bool v6 = o->remote.family == ADDR_V6;
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
	if (o->kind == SOCKET_DATAGRAM && v6) /* the port of IPv6 only */
		rc |= socket_set_int(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
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
		source = (struct addr){.family = o->remote.family};
	source.port = o->local_port;
	if (o->local_port == 0 && o->source.family != o->remote.family &&
	    o->kind != SOCKET_DATAGRAM)
		return 0;
	/* It may have served another connection a moment ago. */
	if (o->local_port != 0)
		socket_set_int(fd, SOL_SOCKET, SO_REUSEADDR, 1);
	length = os_sockaddr_write(&source, &ss);
	return bind(fd, (struct sockaddr *)&ss, length);
}

static int socket_connect_remote(int fd, const struct socket_options *o)
{
	struct sockaddr_storage ss;
	struct addr remote = o->remote;
	socklen_t length;

	if (o->kind == SOCKET_DATAGRAM || o->kind == SOCKET_MULTICAST)
		return 0;
	if (o->kind == SOCKET_ECHO)
		remote.port = 0;
	length = os_sockaddr_write(&remote, &ss);
	if (connect(fd, (struct sockaddr *)&ss, length) == 0)
		return 0;
	/* A signal leaves it to go on: the second call tells how far it is. */
	if (errno == EINTR &&
	    (connect(fd, (struct sockaddr *)&ss, length) == 0 ||
	     errno == EALREADY || errno == EISCONN))
		return 0;
	return errno == EINPROGRESS ? 0 : -1;
}

int socket_open(const struct socket_options *o, bool *raw,
		struct os_failure *failure)
{
	int fd = socket_create(o, raw);

	if (fd != -1 && socket_set_options(fd, o) == 0 &&
	    socket_bind_source(fd, o) == 0 && socket_connect_remote(fd, o) == 0)
		return fd;
	*failure = os_failure_last();
	socket_close(fd);
	return -1;
}

void socket_close(int fd)
{
	if (fd != -1)
		close(fd);
}

uint16_t socket_local_port(int fd)
{
	struct sockaddr_storage ss;
	socklen_t length = sizeof ss;
	struct addr local = {0};

	if (getsockname(fd, (struct sockaddr *)&ss, &length) == 0)
		os_sockaddr_read(&local, (struct sockaddr *)&ss, length);
	return local.port;
}

/* How many repeats follow each other at equal intervals, before these double:
 * a setting since Linux 6.5, of both families; none before. */
static unsigned socket_linear_repeats(void)
{
	FILE *f = fopen("/proc/sys/net/ipv4/tcp_syn_linear_timeouts", "re");
	unsigned count = 0;

	if (f == NULL)
		return 0;
	if (fscanf(f, "%u", &count) != 1)
		count = 0;
	fclose(f);
	return count;
}

int64_t socket_repeat_us(unsigned n)
{
	unsigned linear = socket_linear_repeats();
	int64_t wait = SOCKET_REPEAT_US, total = 0;

	for (unsigned i = 1; i <= n; i++) {
		total += wait;
		if (i >= linear)
			wait *= 2;
	}
	return total;
}

size_t socket_most(size_t wanted)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == -1)
		return 0;
	if (limit.rlim_cur < wanted && limit.rlim_cur < limit.rlim_max) {
		limit.rlim_cur =
		    limit.rlim_max < wanted ? limit.rlim_max : wanted;
		setrlimit(RLIMIT_NOFILE, &limit);
		getrlimit(RLIMIT_NOFILE, &limit);
	}
	return (size_t)limit.rlim_cur;
}

bool socket_pair(int out[2])
{
	return socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
			  0, out) == 0;
}

struct os_failure socket_try_port(enum addr_family family, bool tcp,
				  uint16_t port)
{
	struct addr any = {.family = family, .port = port};
	struct os_failure failure = {0};
	struct sockaddr_storage ss;
	socklen_t length = os_sockaddr_write(&any, &ss);
	int fd = socket(ss.ss_family,
			(tcp ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC, 0);

	if (fd != -1 && family == ADDR_V6)
		socket_set_int(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
	/* As servers do: connections in TIME_WAIT don't hold the port. For
	 * UDP it would share the port with others that set it. */
	if (fd != -1 && tcp)
		socket_set_int(fd, SOL_SOCKET, SO_REUSEADDR, 1);
	if (fd == -1 || bind(fd, (struct sockaddr *)&ss, length) == -1)
		failure = os_failure_last();
	socket_close(fd);
	return failure;
}

/* Octets ----------------------------------------------------------------- */

bool socket_is_connected(int fd, struct os_failure *failure)
{
	struct sockaddr_storage ss;
	socklen_t length = sizeof ss;

	if (getpeername(fd, (struct sockaddr *)&ss, &length) == 0)
		return true;
	*failure = os_failure_last();
	return false;
}

static int64_t socket_moved(ssize_t n, struct os_failure *failure)
{
	/* The descriptor does not block: another try is as good later. */
	if (n == -1)
		*failure = errno == EINTR ? os_failure_of(NET_AGAIN)
					  : os_failure_last();
	return n;
}

int64_t socket_read(int fd, void *bytes, size_t size,
		    struct os_failure *failure)
{
	ssize_t n;

	n = recv(fd, bytes, size, MSG_DONTWAIT);
	return socket_moved(n, failure);
}

int64_t socket_send(int fd, const void *bytes, size_t size,
		    struct os_failure *failure)
{
	ssize_t n;

	n = send(fd, bytes, size, MSG_NOSIGNAL | MSG_DONTWAIT);
	return socket_moved(n, failure);
}

int64_t socket_send_to(int fd, const struct addr *to, const void *bytes,
		       size_t size, struct os_failure *failure)
{
	struct sockaddr_storage ss;
	socklen_t length = os_sockaddr_write(to, &ss);
	ssize_t n;

	n = sendto(fd, bytes, size, MSG_NOSIGNAL | MSG_DONTWAIT,
		   (struct sockaddr *)&ss, length);
	return socket_moved(n, failure);
}

size_t socket_readable(int fd)
{
	int n = 0;

	return ioctl(fd, FIONREAD, &n) == 0 && n > 0 ? (size_t)n : 0;
}

size_t socket_join(const struct iovec *parts, size_t count, void *out,
		   size_t size)
{
	uint8_t *at = out;
	size_t used = 0;

	for (size_t i = 0; i < count; i++) {
		size_t left = size - used;
		size_t n = parts[i].iov_len < left ? parts[i].iov_len : left;

		if (n > 0)
			memcpy(at + used, parts[i].iov_base, n);
		used += n;
	}
	return used;
}

/* The error queue -------------------------------------------------------- */

static void socket_take_report(struct socket_report *out,
			       struct sock_extended_err *ee, size_t length)
{
	const struct sockaddr *offender = SO_EE_OFFENDER(ee);
	size_t needed =
	    (size_t)((const uint8_t *)offender - (const uint8_t *)ee);

	out->failure = os_failure_numbered((int)ee->ee_errno);
	out->has_icmp = ee->ee_origin == SO_EE_ORIGIN_ICMP ||
			ee->ee_origin == SO_EE_ORIGIN_ICMP6;
	out->type = ee->ee_type;
	out->code = ee->ee_code;
	if (ee->ee_errno == EMSGSIZE)
		out->mtu = ee->ee_info;
	if (length > needed)
		os_sockaddr_read(&out->sender, offender, length - needed);
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
	got = recvmsg(fd, &msg, MSG_ERRQUEUE | MSG_DONTWAIT);
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

struct os_failure socket_pending(int fd)
{
	socklen_t length = sizeof(int);
	int number = 0;

	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &number, &length) == -1)
		return os_failure_last();
	return os_failure_numbered(number);
}

bool socket_progress(int fd, struct socket_progress *out)
{
	struct tcp_info info = {0};
	socklen_t length = sizeof info;

	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length) == -1)
		return false;
	out->unacked = info.tcpi_unacked;
	out->retransmits = info.tcpi_retransmits;
	out->repeats = info.tcpi_total_retrans;
	/* By the peer's time stamps also where the SYN was repeated. */
	out->trip_us = info.tcpi_rtt;
	/* Repeats are counted before they are sent, and again once they were.
	 */
	out->unsent = info.tcpi_retransmits > 0 && info.tcpi_retrans == 0;
	out->received = info.tcpi_bytes_received;
	out->quiet_us = 1000 * (int64_t)info.tcpi_last_data_recv;
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

int64_t socket_receive(int fd, void *bytes, size_t size, struct addr *from,
		       int *ttl, struct os_failure *failure)
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
	ssize_t got;

	got = recvmsg(fd, &msg, MSG_DONTWAIT);
	if (got == -1)
		return socket_moved(got, failure);
	*ttl = socket_datagram_ttl(&msg);
	os_sockaddr_read(from, (struct sockaddr *)&ss, msg.msg_namelen);
	return got;
}
