/* host.c - routes, neighbours and addresses by rtnetlink. */
#include "core/os/host.h"
#include "core/base/text.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/utsname.h>
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
	size_t size = a->family == AF_INET ? 4 : 16;
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

/*
 * Sends a request and calls each() for every message of the answer. Returns 0
 * or a negative errno (the kernel's own where it refused).
 */
static int host_netlink(const struct netlink_request *r,
			void (*each)(void *arg, struct nlmsghdr *h), void *arg)
{
	union {
		char bytes[NETLINK_BYTES];
		struct nlmsghdr align;
	} in;
	bool dump = (r->header.nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP;
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	int rc = 0;
	bool more = true;

	if (fd == -1)
		return -errno;
	if (send(fd, r, r->header.nlmsg_len, 0) == -1) {
		rc = -errno;
		goto out;
	}
	while (more) {
		ssize_t got = recv(fd, in.bytes, sizeof in.bytes, 0);
		struct nlmsghdr *h = &in.align;
		size_t left = got > 0 ? (size_t)got : 0;

		if (got <= 0) {
			rc = got == 0 ? -EIO : -errno;
			break;
		}
		more = dump;
		for (; NLMSG_OK(h, left); h = NLMSG_NEXT(h, left)) {
			if (h->nlmsg_type == NLMSG_DONE) {
				more = false;
				break;
			}
			if (h->nlmsg_type == NLMSG_ERROR) {
				const struct nlmsgerr *e = NLMSG_DATA(h);

				rc = e->error;
				more = false;
				break;
			}
			each(arg, h);
		}
	}
out:
	close(fd);
	return rc;
}

static void host_attribute_addr(struct addr *out, sa_family_t family,
				struct rtattr *rta)
{
	size_t size = family == AF_INET ? 4 : 16;

	if (RTA_PAYLOAD(rta) < size)
		return;
	memset(out, 0, sizeof *out);
	out->family = family;
	memcpy(out->bytes, RTA_DATA(rta), size);
}

/* Routes ----------------------------------------------------------------- */

static void host_route_message(void *arg, struct nlmsghdr *h)
{
	struct host_route *out = arg;
	struct rtmsg *m = NLMSG_DATA(h);
	struct rtattr *rta = RTM_RTA(m);
	size_t left = RTM_PAYLOAD(h);

	if (h->nlmsg_type != RTM_NEWROUTE)
		return;
	out->found = m->rtm_type == RTN_UNICAST || m->rtm_type == RTN_LOCAL ||
		     m->rtm_type == RTN_MULTICAST ||
		     m->rtm_type == RTN_BROADCAST;
	out->local = m->rtm_type == RTN_LOCAL;
	if (!out->found)
		out->error = m->rtm_type == RTN_BLACKHOLE  ? EINVAL
			     : m->rtm_type == RTN_PROHIBIT ? EACCES
							   : ENETUNREACH;
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

void host_route(const struct addr *a, struct host_route *out)
{
	struct netlink_request r = {0};
	char name[IF_NAMESIZE] = "";
	int rc;

	memset(out, 0, sizeof *out);
	r.header.nlmsg_type = RTM_GETROUTE;
	r.header.nlmsg_flags = NLM_F_REQUEST;
	r.body.route.rtm_family = (unsigned char)a->family;
	r.body.route.rtm_dst_len = a->family == AF_INET ? 32 : 128;
	host_add_address(&r, sizeof r.body.route, RTA_DST, a);
	rc = host_netlink(&r, host_route_message, out);
	if (rc != 0) {
		out->found = false;
		out->error = -rc;
	}
	if (out->interface != 0 && if_indextoname(out->interface, name) != NULL)
		text_copy(out->interface_name, sizeof out->interface_name,
			  name);
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

	memset(q->out, 0, sizeof *q->out);
	r.header.nlmsg_len = (uint32_t)NLMSG_LENGTH(sizeof r.body.neighbour);
	r.header.nlmsg_type = RTM_GETNEIGH;
	r.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	r.body.neighbour.ndm_family = (unsigned char)q->wanted->family;
	host_netlink(&r, host_neighbour_message, q);
}

void host_neighbour(const struct addr *a, struct host_neighbour_entry *out)
{
	struct neighbour_query q = {
	    .wanted = a, .interface = a->scope, .out = out};

	host_neighbour_ask(&q);
}

const char *host_neighbour_name(enum host_neighbour n)
{
	static const char *const names[] = {
	    [NEIGHBOUR_NONE] = "none",
	    [NEIGHBOUR_INCOMPLETE] = "incomplete",
	    [NEIGHBOUR_FAILED] = "failed",
	    [NEIGHBOUR_UNANSWERED] = "unanswered",
	    [NEIGHBOUR_KNOWN] = "known",
	    [NEIGHBOUR_REACHABLE] = "reachable"};

	return names[n];
}

void host_next_hop_link(const struct addr *a, char out[HOST_LINK])
{
	struct host_neighbour_entry entry = {0};
	struct neighbour_query q = {.out = &entry};
	struct host_route route;

	host_route(a, &route);
	q.wanted = route.gateway.family != AF_UNSPEC ? &route.gateway : a;
	q.interface = route.interface;
	if (route.found && !route.local)
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
		     a.addr.family == AF_UNSPEC))
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
	if (strcmp(name, "lo") == 0 || a.addr.family == AF_UNSPEC)
		return;
	text_copy(a.interface, sizeof a.interface, name);
	a.prefix = m->ifa_prefixlen;
	a.permanent = (flags & IFA_F_PERMANENT) != 0;
	q->use(q->arg, &a);
}

void host_addresses(void (*use)(void *arg, const struct host_address *a),
		    void *arg)
{
	struct address_query q = {use, arg};
	struct netlink_request r = {0};

	r.header.nlmsg_len = (uint32_t)NLMSG_LENGTH(sizeof r.body.address);
	r.header.nlmsg_type = RTM_GETADDR;
	r.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	r.body.address.ifa_family = AF_UNSPEC;
	host_netlink(&r, host_address_message, &q);
}

struct family_query {
	sa_family_t family;
	bool found;
};

static bool host_is_link_local(const struct addr *a)
{
	if (a->family == AF_INET)
		return a->bytes[0] == 169 && a->bytes[1] == 254;
	return a->bytes[0] == 0xfe && (a->bytes[1] & 0xc0) == 0x80;
}

static void host_family_seen(void *arg, const struct host_address *a)
{
	struct family_query *q = arg;

	if (a->addr.family == q->family && !host_is_link_local(&a->addr))
		q->found = true;
}

bool host_has_family(sa_family_t family)
{
	struct family_query q = {.family = family};

	host_addresses(host_family_seen, &q);
	return q.found;
}

/* Facts ------------------------------------------------------------------ */

static void host_address_fact(void *arg, const struct host_address *a)
{
	char text[ADDR_TEXT];

	if (!host_is_link_local(&a->addr))
		facts_append(arg, "addresses", addr_text(&a->addr, text));
}

static void host_gateway_message(void *arg, struct nlmsghdr *h)
{
	struct rtmsg *m = NLMSG_DATA(h);
	struct rtattr *rta = RTM_RTA(m);
	size_t left = RTM_PAYLOAD(h);
	char text[ADDR_TEXT], name[IF_NAMESIZE] = "";
	char via[ADDR_TEXT + IF_NAMESIZE + 1];
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
	if (gateway.family == AF_UNSPEC)
		return;
	facts_append(arg, "gateways", addr_text(&gateway, text));
	if (if_indextoname(interface, name) == NULL)
		return;
	snprintf(via, sizeof via, "%s %s", text, name);
	facts_append(arg, "gateway-via", via);
}

static bool host_link_is_up(void)
{
	struct if_nameindex *list = if_nameindex();
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool up = false;

	for (struct if_nameindex *i = list;
	     fd != -1 && i != NULL && i->if_index != 0; i++) {
		struct ifreq r = {0};

		text_copy(r.ifr_name, sizeof r.ifr_name, i->if_name);
		if (ioctl(fd, SIOCGIFFLAGS, &r) == 0 &&
		    (r.ifr_flags & IFF_LOOPBACK) == 0 &&
		    (r.ifr_flags & IFF_UP) != 0 &&
		    (r.ifr_flags & IFF_RUNNING) != 0)
			up = true;
	}
	if (fd != -1)
		close(fd);
	if_freenameindex(list);
	return up;
}

void host_facts(struct facts *f)
{
	struct netlink_request r = {0};
	struct utsname u;

	if (uname(&u) == 0)
		facts_string(f, "name", u.nodename);
	host_addresses(host_address_fact, f);
	r.header.nlmsg_len = (uint32_t)NLMSG_LENGTH(sizeof r.body.route);
	r.header.nlmsg_type = RTM_GETROUTE;
	r.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	r.body.route.rtm_family = AF_UNSPEC;
	host_netlink(&r, host_gateway_message, f);
	facts_bool(f, "has-ipv4", host_has_family(AF_INET));
	facts_bool(f, "has-ipv6", host_has_family(AF_INET6));
	facts_string(f, "link", host_link_is_up() ? "up" : "down");
}
