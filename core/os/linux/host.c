/* host.c - routes, neighbours and addresses by rtnetlink. */
#include "core/os/host.h"
#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/os/error.h"
#include "core/os/linux/host_asked.h"
#include "core/os/linux/sockaddr.h"

#include <arpa/inet.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum { NETLINK_BYTES = 32768 };

struct netlink_request {
	struct nlmsghdr header;
	union {
		struct rtmsg route;
		struct ifaddrmsg address;
		struct ndmsg neighbour;
	} body;
	char attributes[128];
};

static void host_add_address(struct netlink_request *r, size_t body,
			     unsigned short type, const struct addr *a)
{
	size_t size = a->family == ADDR_V4 ? 4 : 16;
	struct rtattr *rta;

	r->header.nlmsg_len = (uint32_t)NLMSG_LENGTH(body);
	rta = (struct rtattr *)(void *)((char *)r +
					NLMSG_ALIGN(r->header.nlmsg_len));
	rta->rta_type = type;
	rta->rta_len = (unsigned short)RTA_LENGTH(size);
	memcpy(RTA_DATA(rta), a->bytes, size);
	r->header.nlmsg_len = NLMSG_ALIGN(r->header.nlmsg_len) +
			      (uint32_t)RTA_ALIGN(rta->rta_len);
}

/* One part of an answer; false after the last. */
static bool host_netlink_part(struct nlmsghdr *h, size_t left, bool dump,
			      void (*each)(void *arg, struct nlmsghdr *h),
			      void *arg, enum net_error *error)
{
	for (; NLMSG_OK(h, left); h = NLMSG_NEXT(h, left)) {
		if (h->nlmsg_type == NLMSG_DONE)
			return false;
		if (h->nlmsg_type == NLMSG_ERROR) {
			const struct nlmsgerr *e = NLMSG_DATA(h);

			*error = os_failure_numbered(-e->error).error;
			return false;
		}
		each(arg, h);
	}
	return dump;
}

/*
 * Sends a request and calls each() for every message of the answer. False: the
 * kernel could not be asked. True: it answered, *error is what it refused with.
 */
static bool host_netlink(const struct netlink_request *r,
			 void (*each)(void *arg, struct nlmsghdr *h), void *arg,
			 enum net_error *error)
{
	/* Not on the stack: there the compiler would clear all of it, each
	 * time, for an answer of a few hundred octets. */
	struct nlmsghdr *in = mem_try_malloc(NETLINK_BYTES);
	bool dump = (r->header.nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP;
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	ssize_t got = -1;
	bool more = true;

	*error = NET_OK;
	if (in != NULL && fd != -1 &&
	    send(fd, r, r->header.nlmsg_len, 0) != -1) {
		do {
			got = recv(fd, in, NETLINK_BYTES, 0);
			if (got > 0)
				more = host_netlink_part(in, (size_t)got, dump,
							 each, arg, error);
		} while (got > 0 && more);
	}
	if (fd != -1)
		close(fd);
	free(in);
	return got > 0;
}

static void host_attribute_addr(struct addr *out, unsigned number,
				struct rtattr *rta)
{
	enum addr_family family = os_family_of((int)number);
	size_t size = family == ADDR_V4 ? 4 : 16;

	if (family == ADDR_NONE || RTA_PAYLOAD(rta) < size)
		return;
	memset(out, 0, sizeof *out);
	out->family = family;
	memcpy(out->bytes, RTA_DATA(rta), size);
}

/* Routes ----------------------------------------------------------------- */

struct route_query {
	enum known answer;
	struct host_route *out;
};

static void host_route_message(void *arg, struct nlmsghdr *h)
{
	struct route_query *q = arg;
	struct host_route *out = q->out;
	struct rtmsg *m = NLMSG_DATA(h);
	struct rtattr *rta = RTM_RTA(m);
	size_t left = RTM_PAYLOAD(h);
	bool found;

	if (h->nlmsg_type != RTM_NEWROUTE)
		return;
	found = m->rtm_type == RTN_UNICAST || m->rtm_type == RTN_LOCAL ||
		m->rtm_type == RTN_MULTICAST || m->rtm_type == RTN_BROADCAST;
	q->answer = found ? KNOWN_YES : KNOWN_NO;
	out->local = m->rtm_type == RTN_LOCAL;
	if (!found)
		out->error = m->rtm_type == RTN_BLACKHOLE  ? NET_INVALID
			     : m->rtm_type == RTN_PROHIBIT ? NET_PROHIBITED
							   : NET_NO_ROUTE;
	for (; RTA_OK(rta, left); rta = RTA_NEXT(rta, left)) {
		if (rta->rta_type == RTA_GATEWAY)
			host_attribute_addr(&out->gateway, m->rtm_family, rta);
		else if (rta->rta_type == RTA_PREFSRC)
			host_attribute_addr(&out->source, m->rtm_family, rta);
		else if (rta->rta_type == RTA_OIF &&
			 RTA_PAYLOAD(rta) >= sizeof out->interface)
			memcpy(&out->interface, RTA_DATA(rta),
			       sizeof out->interface);
	}
}

bool host_is_route_error(enum net_error error)
{
	return error == NET_NO_ROUTE || error == NET_HOST_UNREACHABLE ||
	       error == NET_PROHIBITED || error == NET_INVALID ||
	       error == NET_DOWN;
}

enum known host_route(const struct addr *a, struct host_route *out)
{
	struct netlink_request r = {0};
	struct route_query q = {NOT_KNOWN, NULL};
	char name[IF_NAMESIZE] = "";
	enum net_error error;
	bool asked;

	memset(out, 0, sizeof *out);
	q.out = out;
	r.header.nlmsg_type = RTM_GETROUTE;
	r.header.nlmsg_flags = NLM_F_REQUEST;
	r.body.route.rtm_family = (unsigned char)os_family_number(a->family);
	r.body.route.rtm_dst_len = a->family == ADDR_V4 ? 32 : 128;
	host_add_address(&r, sizeof r.body.route, RTA_DST, a);
	asked = host_netlink(&r, host_route_message, &q, &error);
	if (!asked)
		return host_asked_route(a, out);
	if (host_is_route_error(error)) {
		*out = (struct host_route){.error = error};
		return KNOWN_NO;
	}
	if (out->interface != 0 && if_indextoname(out->interface, name) != NULL)
		text_copy(out->interface_name, sizeof out->interface_name,
			  name);
	return q.answer;
}

struct route_network {
	struct addr *out;
	unsigned *prefix;
	bool found;
};

static void host_route_network_message(void *arg, struct nlmsghdr *h)
{
	struct route_network *n = arg;
	struct rtmsg *m = NLMSG_DATA(h);
	struct rtattr *rta = RTM_RTA(m);
	size_t left = RTM_PAYLOAD(h);

	if (h->nlmsg_type != RTM_NEWROUTE)
		return;
	n->found = true;
	*n->prefix = m->rtm_dst_len;
	/* A default route has no destination. */
	n->out->family = os_family_of(m->rtm_family);
	for (; RTA_OK(rta, left); rta = RTA_NEXT(rta, left))
		if (rta->rta_type == RTA_DST)
			host_attribute_addr(n->out, m->rtm_family, rta);
}

enum known host_route_network(const struct addr *a, struct addr *out,
			      unsigned *prefix)
{
	struct netlink_request r = {0};
	struct route_network n = {.out = out, .prefix = prefix};
	enum net_error error;

	memset(out, 0, sizeof *out);
	*prefix = 0;
	r.header.nlmsg_type = RTM_GETROUTE;
	r.header.nlmsg_flags = NLM_F_REQUEST;
	r.body.route.rtm_family = (unsigned char)os_family_number(a->family);
	r.body.route.rtm_dst_len = a->family == ADDR_V4 ? 32 : 128;
	/* The entry of the table, not the one address that was asked for. */
	r.body.route.rtm_flags = RTM_F_FIB_MATCH;
	host_add_address(&r, sizeof r.body.route, RTA_DST, a);
	if (!host_netlink(&r, host_route_network_message, &n, &error))
		return NOT_KNOWN;
	return n.found && error == NET_OK ? KNOWN_YES : NOT_KNOWN;
}

/* Neighbours ------------------------------------------------------------- */

struct neighbour_query {
	const struct addr *wanted;
	unsigned interface; /* 0: any */
	struct host_neighbour_entry *out;
};

/* After this many unanswered solicitations the neighbour counts as gone. One
 * may be lost or still in flight. */
enum { NEIGHBOUR_IN_VAIN = 2 };

static enum host_neighbour host_neighbour_state(unsigned state, unsigned asked)
{
	if ((state & NUD_PERMANENT) != 0)
		return NEIGHBOUR_CONFIGURED;
	if ((state & NUD_NOARP) != 0)
		return NEIGHBOUR_NO_ARP;
	if ((state & NUD_FAILED) != 0)
		return NEIGHBOUR_FAILED;
	if ((state & NUD_INCOMPLETE) != 0)
		return NEIGHBOUR_INCOMPLETE;
	if ((state & NUD_PROBE) != 0 && asked >= NEIGHBOUR_IN_VAIN)
		return NEIGHBOUR_UNANSWERED;
	if ((state & (NUD_STALE | NUD_DELAY | NUD_PROBE)) != 0)
		return NEIGHBOUR_KNOWN;
	return state == NUD_NONE ? NEIGHBOUR_NONE : NEIGHBOUR_REACHABLE;
}

static void host_neighbour_link(char out[HOST_LINK], unsigned interface,
				struct rtattr *rta)
{
	const unsigned char *bytes = RTA_DATA(rta);
	size_t count = RTA_PAYLOAD(rta);
	char name[IF_NAMESIZE] = "";
	size_t used;

	if (if_indextoname(interface, name) == NULL || count == 0)
		return;
	used = (size_t)snprintf(out, HOST_LINK, "%s ", name);
	for (size_t i = 0; i < count && used + 4 < HOST_LINK; i++)
		used += (size_t)snprintf(out + used, HOST_LINK - used, "%s%02x",
					 i == 0 ? "" : ":", bytes[i]);
}

static void host_neighbour_message(void *arg, struct nlmsghdr *h)
{
	struct neighbour_query *q = arg;
	struct ndmsg *m = NLMSG_DATA(h);
	struct rtattr *rta = (void *)((char *)m + NLMSG_ALIGN(sizeof *m));
	struct rtattr *link = NULL;
	size_t left = NLMSG_PAYLOAD(h, sizeof *m);
	struct addr a = {0};
	uint32_t asked = 0;

	if (h->nlmsg_type != RTM_NEWNEIGH)
		return;
	for (; RTA_OK(rta, left); rta = RTA_NEXT(rta, left)) {
		if (rta->rta_type == NDA_DST)
			host_attribute_addr(&a, m->ndm_family, rta);
		else if (rta->rta_type == NDA_LLADDR)
			link = rta;
		else if (rta->rta_type == NDA_PROBES &&
			 RTA_PAYLOAD(rta) >= sizeof asked)
			memcpy(&asked, RTA_DATA(rta), sizeof asked);
	}
	if (!addr_equal(&a, q->wanted) ||
	    (q->interface != 0 && q->interface != (unsigned)m->ndm_ifindex))
		return;
	q->out->state = host_neighbour_state(m->ndm_state, asked);
	if (link != NULL)
		host_neighbour_link(q->out->link, (unsigned)m->ndm_ifindex,
				    link);
}

static void host_neighbour_ask(struct neighbour_query *q)
{
	struct netlink_request r = {0};
	enum net_error error;

	memset(q->out, 0, sizeof *q->out);
	r.header.nlmsg_len = (uint32_t)NLMSG_LENGTH(sizeof r.body.neighbour);
	r.header.nlmsg_type = RTM_GETNEIGH;
	r.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	r.body.neighbour.ndm_family =
	    (unsigned char)os_family_number(q->wanted->family);
	if (!host_netlink(&r, host_neighbour_message, q, &error))
		host_asked_neighbour(q->wanted, q->out);
	else if (error == NET_OK && q->out->state == NEIGHBOUR_NOT_KNOWN)
		q->out->state = NEIGHBOUR_NONE;
}

void host_neighbour(const struct addr *a, struct host_neighbour_entry *out)
{
	struct addr wanted = *a; /* the table has the interface apart */
	struct neighbour_query q = {
	    .wanted = &wanted, .interface = a->scope, .out = out};

	wanted.scope = 0;
	host_neighbour_ask(&q);
}

void host_next_hop_link(const struct addr *a, char out[HOST_LINK])
{
	struct host_neighbour_entry entry = {0};
	struct neighbour_query q = {.out = &entry};
	struct host_route route;
	enum known routed = host_route(a, &route);

	q.wanted = route.gateway.family != ADDR_NONE ? &route.gateway : a;
	q.interface = route.interface;
	if (routed == KNOWN_YES && !route.local && !route.beyond)
		host_neighbour_ask(&q);
	memcpy(out, entry.link, HOST_LINK);
}

/* Addresses -------------------------------------------------------------- */

struct address_query {
	void (*use)(void *arg, const struct host_address *a);
	void *arg;
};

static void host_address_message(void *arg, struct nlmsghdr *h)
{
	struct address_query *q = arg;
	struct ifaddrmsg *m = NLMSG_DATA(h);
	struct rtattr *rta = IFA_RTA(m);
	size_t left = IFA_PAYLOAD(h);
	struct host_address a = {.valid_seconds = UINT32_MAX};
	uint32_t flags = m->ifa_flags;
	char name[IF_NAMESIZE] = "";

	if (h->nlmsg_type != RTM_NEWADDR)
		return;
	for (; RTA_OK(rta, left); rta = RTA_NEXT(rta, left)) {
		if (rta->rta_type == IFA_LOCAL ||
		    (rta->rta_type == IFA_ADDRESS &&
		     a.addr.family == ADDR_NONE))
			host_attribute_addr(&a.addr, m->ifa_family, rta);
		else if (rta->rta_type == IFA_FLAGS)
			memcpy(&flags, RTA_DATA(rta), sizeof flags);
		else if (rta->rta_type == IFA_CACHEINFO) {
			struct ifa_cacheinfo info;

			memcpy(&info, RTA_DATA(rta), sizeof info);
			a.valid_seconds = info.ifa_valid;
		}
	}
	if_indextoname(m->ifa_index, name);
	if (strcmp(name, "lo") == 0 || a.addr.family == ADDR_NONE)
		return;
	text_copy(a.interface, sizeof a.interface, name);
	a.prefix = m->ifa_prefixlen;
	a.origin = (flags & IFA_F_PERMANENT) != 0   ? ORIGIN_STATIC
		   : (flags & IFA_F_TEMPORARY) != 0 ? ORIGIN_TEMPORARY
						    : ORIGIN_LEASED;
	q->use(q->arg, &a);
}

bool host_addresses(void (*use)(void *arg, const struct host_address *a),
		    void *arg)
{
	struct address_query q = {use, arg};
	struct netlink_request r = {0};
	enum net_error error;

	r.header.nlmsg_len = (uint32_t)NLMSG_LENGTH(sizeof r.body.address);
	r.header.nlmsg_type = RTM_GETADDR;
	r.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	r.body.address.ifa_family = AF_UNSPEC;
	if (host_netlink(&r, host_address_message, &q, &error))
		return error == NET_OK;
	host_asked_addresses(use, arg);
	return false;
}

/* Gateways and links ------------------------------------------------------ */

struct gateway_query {
	void (*use)(void *arg, const struct addr *gateway,
		    const char *interface);
	void *arg;
};

static void host_gateway_message(void *arg, struct nlmsghdr *h)
{
	const struct gateway_query *q = arg;
	struct rtmsg *m = NLMSG_DATA(h);
	struct rtattr *rta = RTM_RTA(m);
	size_t left = RTM_PAYLOAD(h);
	char name[IF_NAMESIZE] = "";
	struct addr gateway = {0};
	uint32_t interface = 0;

	if (h->nlmsg_type != RTM_NEWROUTE || m->rtm_dst_len != 0 ||
	    m->rtm_type != RTN_UNICAST)
		return;
	for (; RTA_OK(rta, left); rta = RTA_NEXT(rta, left)) {
		if (rta->rta_type == RTA_GATEWAY)
			host_attribute_addr(&gateway, m->rtm_family, rta);
		else if (rta->rta_type == RTA_OIF &&
			 RTA_PAYLOAD(rta) >= sizeof interface)
			memcpy(&interface, RTA_DATA(rta), sizeof interface);
	}
	if (gateway.family == ADDR_NONE)
		return;
	if (if_indextoname(interface, name) == NULL)
		name[0] = '\0';
	q->use(q->arg, &gateway, name);
}

bool host_gateways(void (*use)(void *arg, const struct addr *gateway,
			       const char *interface),
		   void *arg)
{
	struct gateway_query q = {use, arg};
	struct netlink_request r = {0};
	enum net_error error;

	r.header.nlmsg_len = (uint32_t)NLMSG_LENGTH(sizeof r.body.route);
	r.header.nlmsg_type = RTM_GETROUTE;
	r.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	r.body.route.rtm_family = AF_UNSPEC;
	return host_netlink(&r, host_gateway_message, &q, &error) &&
	       error == NET_OK;
}

struct next_hop_query {
	const struct addr *target;
	void (*use)(void *arg, const struct addr *gateway);
	void *arg;
};

static void host_next_hop_message(void *arg, struct nlmsghdr *h)
{
	const struct next_hop_query *q = arg;
	struct rtmsg *m = NLMSG_DATA(h);
	struct rtattr *rta = RTM_RTA(m);
	size_t left = RTM_PAYLOAD(h);
	struct addr network = {.family = q->target->family}, gateway = {0};

	if (h->nlmsg_type != RTM_NEWROUTE || m->rtm_type != RTN_UNICAST)
		return;
	for (; RTA_OK(rta, left); rta = RTA_NEXT(rta, left)) {
		if (rta->rta_type == RTA_DST)
			host_attribute_addr(&network, m->rtm_family, rta);
		else if (rta->rta_type == RTA_GATEWAY)
			host_attribute_addr(&gateway, m->rtm_family, rta);
	}
	if (gateway.family != ADDR_NONE &&
	    addr_in(q->target, &network, m->rtm_dst_len))
		q->use(q->arg, &gateway);
}

bool host_next_hops(const struct addr *a,
		    void (*use)(void *arg, const struct addr *gateway),
		    void *arg)
{
	struct next_hop_query q = {a, use, arg};
	struct netlink_request r = {0};
	enum net_error error;

	r.header.nlmsg_len = (uint32_t)NLMSG_LENGTH(sizeof r.body.route);
	r.header.nlmsg_type = RTM_GETROUTE;
	r.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	r.body.route.rtm_family = (unsigned char)os_family_number(a->family);
	return host_netlink(&r, host_next_hop_message, &q, &error) &&
	       error == NET_OK;
}

enum known host_link_is_up(void)
{
	struct if_nameindex *list = if_nameindex();
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	enum known up = NOT_KNOWN;

	for (struct if_nameindex *i = list;
	     fd != -1 && i != NULL && i->if_index != 0; i++) {
		struct ifreq r = {0};

		text_copy(r.ifr_name, sizeof r.ifr_name, i->if_name);
		if (ioctl(fd, SIOCGIFFLAGS, &r) == -1)
			continue;
		if ((r.ifr_flags & IFF_LOOPBACK) == 0 &&
		    (r.ifr_flags & IFF_UP) != 0 &&
		    (r.ifr_flags & IFF_RUNNING) != 0)
			up = KNOWN_YES;
		else if (up == NOT_KNOWN)
			up = KNOWN_NO;
	}
	if (fd != -1)
		close(fd);
	if (list == NULL) /* nor does if_freenameindex() take that */
		return host_asked_link_is_up();
	if_freenameindex(list);
	return up;
}
