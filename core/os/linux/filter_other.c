/*
 * filter_other.c - XDP programs and qdiscs with filters by rtnetlink(7), BPF
 * programs on tc and of control groups by bpf(2).
 */
#include "core/os/linux/filter_other.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

enum {
	OTHER_BUFFER = 32768,
	OTHER_WAIT_S = 1,
	OTHER_MESSAGES = 4096,
	/* linux/bpf.h of Linux 6.6; an older kernel says EINVAL. */
	OTHER_TCX_INGRESS = 46,
	OTHER_TCX_EGRESS = 47
};

struct filter_other {
	char *out;
	size_t size;
	bool found;
};

static void filter_other_say(struct filter_other *o, const char *what,
			     const char *where)
{
	if (o->found)
		return;
	o->found = true;
	snprintf(o->out, o->size, "%s%s%s", what, where[0] == '\0' ? "" : " ",
		 where);
}

/* bpf(2) ------------------------------------------------------------------ */

/* How many programs are attached; -1: errno. */
static int filter_other_programs(int target, unsigned type, unsigned flags)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof attr);
	attr.query.target_fd = (unsigned)target;
	attr.query.attach_type = type;
	attr.query.query_flags = flags;
	if (syscall(SYS_bpf, BPF_PROG_QUERY, &attr, sizeof attr) == -1)
		return -1;
	return (int)attr.query.prog_cnt;
}

/* A kernel without BPF, or without that kind, has no such program. */
static bool filter_other_is_absent(void)
{
	return errno == ENOSYS || errno == EINVAL || errno == EOPNOTSUPP;
}

static void filter_other_of_group(struct filter_other *o, const char *path)
{
	static const unsigned types[] = {BPF_CGROUP_INET_INGRESS,
					 BPF_CGROUP_INET_EGRESS};
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd == -1)
		return; /* no control groups of version 2 */
	for (size_t i = 0; i < 2; i++) {
		int count =
		    filter_other_programs(fd, types[i], BPF_F_QUERY_EFFECTIVE);

		if (count > 0)
			filter_other_say(
			    o, "a BPF program of the control group", path);
		else if (count == -1 && !filter_other_is_absent() &&
			 errno != EBADF)
			filter_other_say(
			    o,
			    "BPF programs, which this user may not "
			    "list",
			    "");
	}
	close(fd);
}

/* The whole host, and this program's own group. */
static void filter_other_of_groups(struct filter_other *o)
{
	static const char root[] = "/sys/fs/cgroup";
	FILE *f = fopen("/proc/self/cgroup", "re");
	char line[512], path[600];

	filter_other_of_group(o, root);
	if (f == NULL)
		return;
	while (fgets(line, sizeof line, f) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		if (strncmp(line, "0::", 3) != 0)
			continue;
		snprintf(path, sizeof path, "%s%s", root, line + 3);
		filter_other_of_group(o, path);
	}
	fclose(f);
}

/* rtnetlink --------------------------------------------------------------- */

/* RTM_PAYLOAD() and RTA_PAYLOAD(), in the sizes of what they are of. */
static struct rtattr *filter_other_attribute(struct rtattr *a, size_t left,
					     unsigned type)
{
	for (; RTA_OK(a, left); a = RTA_NEXT(a, left))
		if ((a->rta_type & NLA_TYPE_MASK) == (int)type)
			return a;
	return NULL;
}

static size_t filter_other_left(const struct nlmsghdr *m, size_t body)
{
	size_t head = NLMSG_LENGTH(body);

	return m->nlmsg_len < head ? 0 : m->nlmsg_len - head;
}

static void filter_other_of_link(struct filter_other *o, struct nlmsghdr *m)
{
	struct ifinfomsg *link = NLMSG_DATA(m);
	size_t left = filter_other_left(m, sizeof *link);
	struct rtattr *xdp =
	    left == 0 ? NULL
		      : filter_other_attribute(IFLA_RTA(link), left, IFLA_XDP);
	struct rtattr *attached =
	    xdp == NULL
		? NULL
		: filter_other_attribute(RTA_DATA(xdp), RTA_PAYLOAD(xdp),
					 IFLA_XDP_ATTACHED);
	static const unsigned types[] = {OTHER_TCX_INGRESS, OTHER_TCX_EGRESS};
	char name[IF_NAMESIZE] = "";

	if (left == 0)
		return;
	if_indextoname((unsigned)link->ifi_index, name);
	if (attached != NULL && RTA_PAYLOAD(attached) >= 1 &&
	    *(const unsigned char *)RTA_DATA(attached) != XDP_ATTACHED_NONE)
		filter_other_say(o, "an XDP program on", name);
	for (size_t i = 0; i < 2; i++)
		if (filter_other_programs(link->ifi_index, types[i], 0) > 0)
			filter_other_say(o, "a BPF program of tc on", name);
}

static bool filter_other_is(struct rtattr *a, const char *word, size_t size)
{
	return RTA_PAYLOAD(a) == size && memcmp(RTA_DATA(a), word, size) == 0;
}

/* Where a packet meets filters of tc: without such a qdisc there are none. */
static void filter_other_of_qdisc(struct filter_other *o, struct nlmsghdr *m)
{
	struct tcmsg *q = NLMSG_DATA(m);
	size_t left = filter_other_left(m, sizeof *q);
	struct rtattr *kind =
	    left == 0 ? NULL
		      : filter_other_attribute(TCA_RTA(q), left, TCA_KIND);
	char name[IF_NAMESIZE] = "";

	if (kind == NULL ||
	    (!filter_other_is(kind, "ingress", sizeof "ingress") &&
	     !filter_other_is(kind, "clsact", sizeof "clsact")))
		return;
	if_indextoname((unsigned)q->tcm_ifindex, name);
	filter_other_say(o, "filters of tc on", name);
}

/* Calls each() for the answers to a dump; false: the kernel did not give it. */
static bool filter_other_dump(struct filter_other *o, unsigned short type,
			      void (*each)(struct filter_other *o,
					   struct nlmsghdr *m))
{
	struct {
		struct nlmsghdr head;
		struct tcmsg body; /* as long as struct ifinfomsg needs */
	} ask = {.head = {.nlmsg_len = sizeof ask,
			  .nlmsg_type = type,
			  .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP}};
	struct timeval wait = {.tv_sec = OTHER_WAIT_S};
	_Alignas(struct nlmsghdr) char bytes[OTHER_BUFFER];
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	bool done = false;

	if (fd == -1)
		return false;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
	if (send(fd, &ask, sizeof ask, 0) == -1) {
		close(fd);
		return false;
	}
	for (unsigned n = 0; n < OTHER_MESSAGES && !done; n++) {
		ssize_t length = recv(fd, bytes, sizeof bytes, 0);
		struct nlmsghdr *m = (void *)bytes;
		size_t left = length <= 0 ? 0 : (size_t)length;

		if (left == 0)
			break;
		for (; NLMSG_OK(m, left) && !done; m = NLMSG_NEXT(m, left)) {
			if (m->nlmsg_type == NLMSG_ERROR)
				break;
			done = m->nlmsg_type == NLMSG_DONE;
			if (!done)
				each(o, m);
		}
	}
	close(fd);
	return done;
}

const char *filter_other(char *out, size_t size)
{
	struct filter_other o = {.out = out, .size = size};

	out[0] = '\0';
	if (!filter_other_dump(&o, RTM_GETLINK, filter_other_of_link) ||
	    !filter_other_dump(&o, RTM_GETQDISC, filter_other_of_qdisc))
		filter_other_say(
		    &o, "filters of interfaces, which cannot be listed", "");
	filter_other_of_groups(&o);
	return out;
}
