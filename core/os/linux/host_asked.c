/* host_asked.c - netdevice(7), arp(7) and connect(2) instead of rtnetlink. */
#include "core/os/linux/host_asked.h"

#include "core/base/text.h"
#include "core/os/error.h"
#include "core/os/linux/sockaddr.h"

#include <errno.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	ASKED_INTERFACES = 128,
	ASKED_PORT = 9,
	/* The prefix of an IPv6 network, where none is told (RFC 4291 2.5.1).
	 */
	ASKED_PREFIX_V6 = 64
};

/* Interfaces -------------------------------------------------------------- */

/* Calls each() for the interfaces that have an IPv4 address, but loopback,
 * with a socket for further questions. */
static void host_asked_each(void (*each)(void *arg, int fd,
					 const struct ifreq *r, short flags),
			    void *arg)
{
	struct ifreq all[ASKED_INTERFACES];
	struct ifconf c = {.ifc_len = sizeof all, .ifc_req = all};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd == -1)
		return;
	if (ioctl(fd, SIOCGIFCONF, &c) == -1)
		c.ifc_len = 0;
	for (size_t i = 0; i < (size_t)c.ifc_len / sizeof *all; i++) {
		struct ifreq flags = all[i];

		if (ioctl(fd, SIOCGIFFLAGS, &flags) == -1 ||
		    (flags.ifr_flags & IFF_LOOPBACK) != 0)
			continue;
		each(arg, fd, &all[i], flags.ifr_flags);
	}
	close(fd);
}

struct host_asked_use {
	void (*use)(void *arg, const struct host_address *a);
	void *arg;
};

static unsigned host_asked_prefix(const struct addr *mask)
{
	unsigned bits = 0;

	while (bits < 32 && (mask->bytes[bits / 8] >> (7 - bits % 8) & 1) != 0)
		bits++;
	return bits;
}

static void host_asked_address(void *arg, int fd, const struct ifreq *r,
			       short flags)
{
	const struct host_asked_use *u = arg;
	struct host_address a = {.origin = ORIGIN_NOT_KNOWN,
				 .valid_seconds = UINT32_MAX};
	struct ifreq mask = *r;
	struct addr bits = {.family = ADDR_NONE};

	(void)flags;
	if (!os_sockaddr_read(&a.addr, &r->ifr_addr, sizeof r->ifr_addr) ||
	    ioctl(fd, SIOCGIFNETMASK, &mask) == -1 ||
	    !os_sockaddr_read(&bits, &mask.ifr_netmask,
			      sizeof mask.ifr_netmask))
		return;
	a.prefix = host_asked_prefix(&bits);
	text_copy(a.interface, sizeof a.interface, r->ifr_name);
	/* "eth0:1" is a second address of eth0. */
	a.interface[strcspn(a.interface, ":")] = '\0';
	u->use(u->arg, &a);
}

static void host_asked_link(void *arg, int fd, const struct ifreq *r,
			    short flags)
{
	enum known *up = arg;

	(void)fd;
	(void)r;
	if ((flags & IFF_UP) != 0 && (flags & IFF_RUNNING) != 0)
		*up = KNOWN_YES;
	else if (*up == NOT_KNOWN)
		*up = KNOWN_NO;
}

enum known host_asked_link_is_up(void)
{
	enum known up = NOT_KNOWN;

	host_asked_each(host_asked_link, &up);
	/* One without an address may be up. */
	return up == KNOWN_YES ? up : NOT_KNOWN;
}

/* Routes ----------------------------------------------------------------- */

/* Connects a datagram socket, which sends nothing: the kernel chooses a route
 * and a source. on_link: only by a route without a gateway. */
static bool host_asked_connect(const struct addr *a, bool on_link,
			       struct addr *source, enum net_error *error)
{
	int fd =
	    socket(os_family_number(a->family), SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int value = on_link;
	struct sockaddr_storage at;
	struct addr to = *a;
	socklen_t length;
	bool good;

	to.port = ASKED_PORT;
	length = os_sockaddr_write(&to, &at);
	good = fd != -1 &&
	       setsockopt(fd, SOL_SOCKET, SO_DONTROUTE, &value, sizeof value) ==
		   0 &&
	       connect(fd, (struct sockaddr *)&at, length) == 0;
	*error = good ? NET_OK : os_failure_last().error;
	length = sizeof at;
	if (good && getsockname(fd, (struct sockaddr *)&at, &length) == 0)
		os_sockaddr_read(source, (struct sockaddr *)&at, length);
	source->port = 0;
	if (fd != -1)
		close(fd);
	return good;
}

void host_asked_addresses(void (*use)(void *arg, const struct host_address *a),
			  void *arg)
{
	struct host_asked_use u = {use, arg};
	struct host_address a = {.prefix = ASKED_PREFIX_V6,
				 .valid_seconds = UINT32_MAX};
	enum net_error unused;
	struct addr away;

	host_asked_each(host_asked_address, &u);
	if (addr_parse(&away, "2001:db8::1") &&
	    host_asked_connect(&away, false, &a.addr, &unused) &&
	    !addr_is_link_local(&a.addr))
		use(arg, &a);
}

/* The interface that has the source's address. */
static void host_asked_interface(void *arg, const struct host_address *a)
{
	struct host_route *out = arg;

	if (addr_equal(&a->addr, &out->source))
		text_copy(out->interface_name, sizeof out->interface_name,
			  a->interface);
}

static bool host_asked_is_on_link(const struct addr *a,
				  const struct addr *source)
{
	enum net_error unused;
	struct addr other = {.family = ADDR_NONE};

	/* The kernel does not look at SO_DONTROUTE for IPv6. */
	if (addr_is_multicast(a))
		return true;
	if (a->family == ADDR_V6)
		return addr_is_link_local(a) ||
		       addr_in(a, source, ASKED_PREFIX_V6);
	return host_asked_connect(a, true, &other, &unused);
}

enum known host_asked_route(const struct addr *a, struct host_route *out)
{
	enum net_error error;

	*out = (struct host_route){.error = NET_OK};
	if (!host_asked_connect(a, false, &out->source, &error)) {
		if (!host_is_route_error(error))
			return NOT_KNOWN;
		*out = (struct host_route){.error = error};
		return KNOWN_NO;
	}
	out->local = addr_equal(a, &out->source);
	out->beyond = !out->local && !host_asked_is_on_link(a, &out->source);
	host_asked_addresses(host_asked_interface, out);
	if (out->interface_name[0] != '\0')
		out->interface = if_nametoindex(out->interface_name);
	return KNOWN_YES;
}

/* Neighbours ------------------------------------------------------------- */

struct host_asked_arp {
	const struct addr *wanted;
	struct host_neighbour_entry *out;
};

static void host_asked_entry(void *arg, int fd, const struct ifreq *r,
			     short flags)
{
	const struct host_asked_arp *q = arg;
	struct arpreq ask = {.arp_flags = 0};
	struct sockaddr_storage at;
	const unsigned char *link = (unsigned char *)ask.arp_ha.sa_data;

	(void)flags;
	os_sockaddr_write(q->wanted, &at);
	memcpy(&ask.arp_pa, &at, sizeof ask.arp_pa);
	text_copy(ask.arp_dev, sizeof ask.arp_dev, r->ifr_name);
	ask.arp_dev[strcspn(ask.arp_dev, ":")] = '\0';
	if (ioctl(fd, SIOCGARP, &ask) == -1) {
		if (errno == ENXIO && q->out->state == NEIGHBOUR_NOT_KNOWN)
			q->out->state = NEIGHBOUR_NONE;
		return;
	}
	/* Whether a complete one is fresh is not told. */
	q->out->state = (ask.arp_flags & ATF_PERM) != 0  ? NEIGHBOUR_CONFIGURED
			: (ask.arp_flags & ATF_COM) != 0 ? NEIGHBOUR_KNOWN
							 : NEIGHBOUR_INCOMPLETE;
	if ((ask.arp_flags & ATF_COM) != 0)
		snprintf(q->out->link, HOST_LINK,
			 "%.32s %02x:%02x:%02x:%02x:%02x:%02x", ask.arp_dev,
			 link[0], link[1], link[2], link[3], link[4], link[5]);
}

void host_asked_neighbour(const struct addr *a,
			  struct host_neighbour_entry *out)
{
	struct host_asked_arp q = {a, out};

	*out = (struct host_neighbour_entry){.state = NEIGHBOUR_NOT_KNOWN};
	if (a->family == ADDR_V4)
		host_asked_each(host_asked_entry, &q);
}
