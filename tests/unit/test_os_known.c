/*
 * test_os_known.c - what this host cannot tell is not known, and not a no.
 *
 * Children in which the kernel refuses a call (seccomp) stand for hosts that
 * lack it.
 */
#include "core/net/host_watch.h"
#include "core/os/can.h"
#include "core/os/clock.h"
#include "core/os/host.h"
#include "core/os/link.h"
#include "core/os/port_owner.h"
#include "core/os/process.h"
#include "core/os/socket.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

/* From now on the call fails with `error`; where first is not 0, only with this
 * first argument. */
static bool refuse(unsigned call, unsigned first, unsigned error)
{
	struct sock_filter filter[] = {
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
		     offsetof(struct seccomp_data, nr)),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 3),
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
		     offsetof(struct seccomp_data, args)),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, first, 0, first == 0 ? 0 : 1),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
	struct sock_fprog program = {sizeof filter / sizeof filter[0], filter};

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	       prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

static bool refuse_netlink(void)
{
	return refuse(SYS_socket, AF_NETLINK, EAFNOSUPPORT);
}

/* NULL, or what the child found wrong. */
static void in_child(const char *(*body)(void))
{
	char text[128] = "";
	int fds[2], status;
	pid_t child;

	assert_int_equal(pipe(fds), 0);
	child = fork();
	assert_int_not_equal(child, -1);
	if (child == 0) {
		const char *wrong = body();

		if (wrong != NULL && write(fds[1], wrong, strlen(wrong)) == -1)
			_exit(2);
		_exit(wrong != NULL);
	}
	close(fds[1]);
	assert_int_equal(waitpid(child, &status, 0), child);
	if (read(fds[0], text, sizeof text - 1) > 0)
		fail_msg("%s", text);
	close(fds[0]);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void count(void *arg, const struct host_address *a)
{
	(void)a;
	++*(unsigned *)arg;
}

#define EXPECT(condition)                  \
	do {                               \
		if (!(condition))          \
			return #condition; \
	} while (0)

static bool refuse_sockets(void)
{
	return refuse(SYS_socket, 0, EMFILE);
}

static void count_hop(void *arg, const struct addr *gateway)
{
	unsigned *seen = arg;

	(void)gateway;
	(*seen)++;
}

/* Sockets of the Internet tell what they can; a gateway is not among it. */
static const char *without_netlink(void)
{
	struct addr a = {.family = ADDR_V4, .bytes = {127, 0, 0, 1}};
	struct addr group = {.family = ADDR_V4, .bytes = {224, 0, 0, 251}};
	struct host_route route;
	struct facts f = {0};
	unsigned seen = 0;

	EXPECT(refuse_netlink());
	EXPECT(host_route(&a, &route) == KNOWN_YES && route.local);
	EXPECT(addr_equal(&route.source, &a) && !route.beyond);
	if (host_route(&group, &route) == KNOWN_YES)
		EXPECT(!route.beyond && host_route_is_direct(&route));
	EXPECT(host_route_network(&a, &group, &seen) == NOT_KNOWN);
	EXPECT(group.family == ADDR_NONE && seen == 0);
	EXPECT(!host_next_hops(&a, count_hop, &seen) && seen == 0);
	EXPECT(!host_addresses(count, &seen));
	EXPECT(host_has_family(ADDR_V4) != KNOWN_NO);
	EXPECT(socket_is_own_address(&a) == KNOWN_YES);
	host_facts(&f);
	EXPECT(facts_find(&f, "gateways") == NULL);
	EXPECT(!facts_is_true(&f, "has-gateway"));
	facts_free(&f);
	return NULL;
}

static void test_without_netlink(void **state)
{
	(void)state;
	in_child(without_netlink);
}

static const char *without_sockets(void)
{
	struct addr a = {.family = ADDR_V4, .bytes = {127, 0, 0, 1}};
	struct host_neighbour_entry entry;
	struct host_route route;
	struct facts f = {0};
	char link[HOST_LINK];
	unsigned seen = 0;

	EXPECT(refuse_sockets());
	EXPECT(host_route(&a, &route) == NOT_KNOWN);
	EXPECT(route.error == NET_OK && route.interface == 0);
	host_neighbour(&a, &entry);
	EXPECT(entry.state == NEIGHBOUR_NOT_KNOWN);
	EXPECT(host_neighbour_name(entry.state) == NULL);
	host_next_hop_link(&a, link);
	EXPECT(link[0] == '\0');
	EXPECT(!host_addresses(count, &seen) && seen == 0);
	EXPECT(host_has_family(ADDR_V4) == NOT_KNOWN);
	host_facts(&f);
	EXPECT(facts_text(&f, "name") != NULL);
	EXPECT(facts_find(&f, "addresses") == NULL);
	EXPECT(facts_find(&f, "gateways") == NULL);
	EXPECT(facts_find(&f, "has-gateway") == NULL);
	EXPECT(facts_find(&f, "has-ipv4") == NULL);
	EXPECT(facts_find(&f, "has-ipv6") == NULL);
	facts_free(&f);
	return NULL;
}

static void test_without_sockets(void **state)
{
	(void)state;
	in_child(without_sockets);
}

/* What a unit's setting hides is said with its name. */
static const char *clock_of_a_unit(void)
{
	char why[OS_WHY];

	EXPECT(refuse(SYS_adjtimex, 0, EPERM));
	EXPECT(refuse(SYS_clock_adjtime, 0, EPERM));
	EXPECT(os_can(CAN_CLOCK_SYNC, why) == KNOWN_NO);
	EXPECT(strstr(why, "ProtectClock=") != NULL);
	return NULL;
}

static void test_clock_of_a_unit(void **state)
{
	(void)state;
	in_child(clock_of_a_unit);
}

/* if_nameindex() gives NULL: no crash, and no word about the link. */
static const char *without_interfaces(void)
{
	struct facts f = {0};

	EXPECT(refuse_sockets());
	host_facts(&f);
	EXPECT(facts_find(&f, "link") == NULL);
	facts_free(&f);
	return NULL;
}

static void test_without_interfaces(void **state)
{
	(void)state;
	in_child(without_interfaces);
}

static void lost(void *arg)
{
	(void)arg;
}

/* What can no longer be asked for has not gone. */
static const char *watch_goes_blind(void)
{
	struct error err;
	struct loop *l = loop_new(&err);
	struct host_watch *w = host_watch_new(l, lost, NULL);

	EXPECT(w != NULL);
	EXPECT(refuse_netlink());
	EXPECT(!host_watch_lost(w));
	host_watch_free(w);
	loop_free(l);
	return NULL;
}

static void test_watch_goes_blind(void **state)
{
	(void)state;
	in_child(watch_goes_blind);
}

/* A socket whose next hop cannot be asked for accuses nobody. */
static const char *failure_without_sockets(void)
{
	struct socket_failure f = {.failure =
				       os_failure_of(NET_HOST_UNREACHABLE)};
	struct addr a = {.family = ADDR_V4, .bytes = {127, 0, 0, 1}};

	f.next_hop_silent = KNOWN_YES;
	EXPECT(refuse_sockets());
	socket_failure_place(&f, &a);
	EXPECT(f.next_hop_silent == NOT_KNOWN);
	EXPECT(socket_outcome(&f, PHASE_CONNECT).cause == CAUSE_LOCAL);
	return NULL;
}

static void test_failure_without_sockets(void **state)
{
	(void)state;
	in_child(failure_without_sockets);
}

/* Tables that cannot be opened, a clock that cannot be asked. */
static const char *without_tables(void)
{
	struct port_owner owner;

	EXPECT(refuse(SYS_openat, 0, EACCES));
	EXPECT(port_owner_find(true, 9, &owner) == NOT_KNOWN);
	EXPECT(owner.pid == 0 && owner.name[0] == '\0');
	EXPECT(refuse(SYS_adjtimex, 0, EPERM));
	EXPECT(refuse(SYS_clock_adjtime, 0, EPERM));
	EXPECT(os_clock_synchronised() == NOT_KNOWN);
	return NULL;
}

static void test_without_tables(void **state)
{
	(void)state;
	in_child(without_tables);
}

static bool is_listed(const char *name)
{
	size_t count_of = 0;
	const char *const *names = os_cannot(&count_of);

	for (size_t i = 0; i < count_of; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

/* What cannot be done is named, with a reason; what can be done is not. */
static const char *abilities_without_netlink(void)
{
	char why[OS_WHY];

	EXPECT(refuse_netlink());
	EXPECT(refuse(SYS_openat, 0, EACCES));
	EXPECT(os_can(CAN_ROUTE, why) == KNOWN_NO && why[0] != '\0');
	EXPECT(os_can(CAN_NEIGHBOUR, why) == KNOWN_NO);
	EXPECT(os_can(CAN_PORT_OWNER, why) == KNOWN_NO);
	EXPECT(os_can(CAN_NOTICES, why) == KNOWN_NO);
	EXPECT(strstr(why, "AF_NETLINK") != NULL);
	EXPECT(strstr(why, "RestrictAddressFamilies=") != NULL);
	EXPECT(is_listed("route") && is_listed("neighbour"));
	EXPECT(is_listed("port-owner") && is_listed("notices"));
	EXPECT(os_can(CAN_MIN_TTL, why) == KNOWN_YES && why[0] == '\0');
	EXPECT(!is_listed("min-ttl"));
	return NULL;
}

static void test_abilities_without_netlink(void **state)
{
	(void)state;
	in_child(abilities_without_netlink);
}

/* Where no socket can be made it is not known what one could do. */
static const char *abilities_without_sockets(void)
{
	char why[OS_WHY];

	EXPECT(refuse(SYS_socket, 0, EMFILE));
	EXPECT(os_can(CAN_ICMP_TCP, why) == NOT_KNOWN);
	EXPECT(strcmp(why, "Too many open files") == 0);
	EXPECT(os_can(CAN_ECHO, why) == NOT_KNOWN);
	EXPECT(!is_listed("icmp-tcp") && !is_listed("echo"));
	return NULL;
}

static void test_abilities_without_sockets(void **state)
{
	(void)state;
	in_child(abilities_without_sockets);
}

/* The answer of the first time is kept. */
static const char *ability_is_kept(void)
{
	char why[OS_WHY];

	EXPECT(os_can(CAN_ROUTE, why) == KNOWN_YES);
	EXPECT(refuse_netlink());
	EXPECT(os_can(CAN_ROUTE, why) == KNOWN_YES);
	return NULL;
}

static void test_ability_is_kept(void **state)
{
	(void)state;
	in_child(ability_is_kept);
}

/* Loopback has no link addresses to ask; others are root's to open. */
static void test_link_of_loopback(void **state)
{
	uint8_t self[LINK_ADDRESS];
	struct os_failure failure = {0};
	char why[OS_WHY];
	bool root = os_can(CAN_LINK, why) == KNOWN_YES;

	(void)state;
	assert_int_equal(link_open("lo", LINK_ARP, self, &failure), -1);
	assert_int_equal(failure.error,
			 root ? NET_NO_FAMILY : NET_NOT_PERMITTED);
	assert_int_equal(why[0] == '\0', root);
}

/* Words of the report: never changed, only added. */
static void test_ability_names(void **state)
{
	static const char *const names[CAN_COUNT] = {
	    "icmp-tcp",   "icmp-udp",   "echo",      "min-ttl", "segment",
	    "interface",  "progress",   "neighbour", "route",   "notices",
	    "port-owner", "clock-sync", "link"};

	(void)state;
	for (int i = 0; i < CAN_COUNT; i++)
		assert_string_equal(os_ability_name((enum os_ability)i),
				    names[i]);
}

/* This host: loopback is local, and there is a kernel with a build. */
static void test_known(void **state)
{
	struct addr a = {.family = ADDR_V4, .bytes = {127, 0, 0, 1}};
	struct host_neighbour_entry entry;
	struct addr network, other;
	struct host_route route;
	unsigned prefix;
	char os[16], build[64];

	(void)state;
	assert_int_equal(host_route(&a, &route), KNOWN_YES);
	assert_true(route.local);
	assert_string_equal(route.interface_name, "lo");
	assert_int_equal(host_route_network(&a, &network, &prefix), KNOWN_YES);
	assert_true(addr_equal(&network, &a) && prefix == 32);
	other = a;
	other.bytes[3] = 9;
	assert_int_equal(host_route_network(&other, &network, &prefix),
			 KNOWN_YES);
	assert_true(prefix < 32 && addr_in(&other, &network, prefix));
	host_neighbour(&a, &entry);
	assert_int_not_equal(entry.state, NEIGHBOUR_NOT_KNOWN);
	os_platform(os, sizeof os, build, sizeof build);
	assert_string_equal(os, "linux");
	assert_true(strlen(build) > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_without_netlink),
	    cmocka_unit_test(test_without_sockets),
	    cmocka_unit_test(test_clock_of_a_unit),
	    cmocka_unit_test(test_without_interfaces),
	    cmocka_unit_test(test_watch_goes_blind),
	    cmocka_unit_test(test_failure_without_sockets),
	    cmocka_unit_test(test_without_tables),
	    cmocka_unit_test(test_abilities_without_netlink),
	    cmocka_unit_test(test_abilities_without_sockets),
	    cmocka_unit_test(test_ability_is_kept),
	    cmocka_unit_test(test_ability_names),
	    cmocka_unit_test(test_link_of_loopback),
	    cmocka_unit_test(test_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
