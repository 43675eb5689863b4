/* test_socket.c - errors map by sender and ICMP code, not by errno. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/os/socket.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/uio.h>

enum sender { US, TARGET, ROUTER };

struct mapping {
	const char *name;
	enum net_error error;
	int type, code; /* -1: the queue was empty */
	enum sender sender;
	bool no_neighbour; /* the next hop does not answer */
	enum phase phase;
	enum cause cause;
	bool blocker;
};

/* The measured table of what the kernel says (v4 unless the name says 6). */
static const struct mapping table[] = {
    {"closed port: RST", NET_REFUSED, -1, 0, TARGET, false, PHASE_CONNECT,
     CAUSE_REFUSED, false},
    {"port unreachable of the target", NET_REFUSED, 3, 3, TARGET, false,
     PHASE_CONNECT, CAUSE_REFUSED, true},
    {"port unreachable of a router", NET_REFUSED, 3, 3, ROUTER, false,
     PHASE_CONNECT, CAUSE_PROHIBITED, true},
    {"admin-prohibited", NET_HOST_UNREACHABLE, 3, 13, ROUTER, false,
     PHASE_CONNECT, CAUSE_PROHIBITED, true},
    {"admin-prohibited by the target", NET_HOST_UNREACHABLE, 3, 13, TARGET,
     false, PHASE_CONNECT, CAUSE_PROHIBITED, true},
    {"host-prohibited", NET_HOST_UNREACHABLE, 3, 10, ROUTER, false,
     PHASE_CONNECT, CAUSE_PROHIBITED, true},
    {"net-prohibited", NET_NO_ROUTE, 3, 9, ROUTER, false, PHASE_CONNECT,
     CAUSE_PROHIBITED, true},
    {"host-unreachable of a router", NET_HOST_UNREACHABLE, 3, 1, ROUTER, false,
     PHASE_CONNECT, CAUSE_UNREACHABLE, true},
    {"time exceeded", NET_HOST_UNREACHABLE, 11, 0, ROUTER, false, PHASE_CONNECT,
     CAUSE_UNREACHABLE, true},
    {"local reject with host-unreachable", NET_HOST_UNREACHABLE, 3, 1, US,
     false, PHASE_LOCAL, CAUSE_PROHIBITED, true},
    {"local reject", NET_HOST_UNREACHABLE, 3, 13, US, false, PHASE_LOCAL,
     CAUSE_PROHIBITED, true},
    {"local reject with port-unreachable", NET_REFUSED, 3, 3, US, false,
     PHASE_LOCAL, CAUSE_PROHIBITED, true},
    {"no ARP answer", NET_HOST_UNREACHABLE, 3, 1, US, true, PHASE_CONNECT,
     CAUSE_UNREACHABLE, false},
    {"no ARP answer, empty queue", NET_HOST_UNREACHABLE, -1, 0, US, true,
     PHASE_CONNECT, CAUSE_UNREACHABLE, false},
    {"local drop of UDP", NET_NOT_PERMITTED, -1, 0, US, false, PHASE_LOCAL,
     CAUSE_PROHIBITED, false},
    {"no route", NET_NO_ROUTE, -1, 0, US, false, PHASE_LOCAL, CAUSE_UNREACHABLE,
     false},
    {"prohibit route", NET_PROHIBITED, -1, 0, US, false, PHASE_LOCAL,
     CAUSE_UNREACHABLE, false},
    {"blackhole route", NET_INVALID, -1, 0, US, false, PHASE_LOCAL,
     CAUSE_UNREACHABLE, false},
    {"no descriptors", NET_NO_DESCRIPTORS, -1, 0, US, false, PHASE_LOCAL,
     CAUSE_LOCAL, false},
    {"no local port", NET_NO_ADDRESS, -1, 0, US, false, PHASE_LOCAL,
     CAUSE_LOCAL, false},
    {"torn down", NET_RESET, -1, 0, TARGET, false, PHASE_CONNECT, CAUSE_RESET,
     false},
    {"TCP gave up", NET_TIMEOUT, -1, 0, TARGET, true, PHASE_CONNECT,
     CAUSE_TIMEOUT, false},
};

static const struct mapping table6[] = {
    {"6: admin-prohibited", NET_PROHIBITED, 1, 1, ROUTER, true, PHASE_CONNECT,
     CAUSE_PROHIBITED, true},
    {"6: port unreachable of the target", NET_REFUSED, 1, 4, TARGET, false,
     PHASE_CONNECT, CAUSE_REFUSED, true},
    {"6: port unreachable of a router", NET_REFUSED, 1, 4, ROUTER, true,
     PHASE_CONNECT, CAUSE_PROHIBITED, true},
    {"6: policy", NET_PROHIBITED, 1, 5, ROUTER, true, PHASE_CONNECT,
     CAUSE_PROHIBITED, true},
    {"6: no route there", NET_NO_ROUTE, 1, 0, ROUTER, true, PHASE_CONNECT,
     CAUSE_UNREACHABLE, true},
    {"6: address unreachable, no ND answer", NET_HOST_UNREACHABLE, 1, 3, US,
     true, PHASE_CONNECT, CAUSE_UNREACHABLE, false},
};

static void check(const struct mapping *m, const char *sender)
{
	struct socket_failure f = {.failure = {m->error, 7},
				   .next_hop_silent =
				       m->no_neighbour ? KNOWN_YES : KNOWN_NO};
	struct outcome o;

	if (m->type != -1) {
		f.report.has_icmp = true;
		f.report.type = (uint8_t)m->type;
		f.report.code = (uint8_t)m->code;
		f.report.failure.error = m->error;
		assert_true(addr_parse(&f.report.sender, sender));
		f.sender_is_us = m->sender == US;
		f.sender_is_target = m->sender == TARGET;
	}
	o = socket_outcome(&f, PHASE_CONNECT);
	if (o.phase != m->phase || o.cause != m->cause ||
	    (o.blocker.family != ADDR_NONE) != m->blocker)
		fail_msg("%s: %s-%s", m->name, phase_name(o.phase),
			 cause_name(o.cause));
	assert_int_equal(o.error, m->error);
	assert_int_equal(o.sys_errno, 7);
}

/* IPv4: every row of the table. */
static void test_mapping_v4(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		check(&table[i], "192.0.2.1");
}

/* IPv6 has other types and codes for the same answers. */
static void test_mapping_v6(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof table6 / sizeof *table6; i++)
		check(&table6[i], "2001:db8::1");
}

/* Where the neighbours are not known, neither the target nor a route or a
 * firewall of this host is accused. */
static void test_neighbour_not_known(void **state)
{
	struct socket_failure f = {.failure =
				       os_failure_of(NET_HOST_UNREACHABLE)};
	struct outcome o = socket_outcome(&f, PHASE_CONNECT);

	(void)state;
	assert_int_equal(o.phase, PHASE_LOCAL);
	assert_int_equal(o.cause, CAUSE_LOCAL);
	f.report = (struct socket_report){
	    .has_icmp = true, .type = 3, .code = 1, .failure = f.failure};
	assert_true(addr_parse(&f.report.sender, "192.0.2.1"));
	f.sender_is_us = true;
	o = socket_outcome(&f, PHASE_CONNECT);
	assert_int_equal(o.phase, PHASE_LOCAL);
	assert_int_equal(o.cause, CAUSE_LOCAL);
}

/* A failure after the connection was open keeps the phase it is told. */
static void test_phase(void **state)
{
	struct socket_failure f = {.failure = {NET_RESET, 104}};
	struct outcome o = socket_outcome(&f, PHASE_TLS);

	(void)state;
	assert_int_equal(o.phase, PHASE_TLS);
	assert_int_equal(o.cause, CAUSE_RESET);
}

/* Loopback is ours, a documentation address is not. */
static void test_own_address(void **state)
{
	struct addr a;

	(void)state;
	assert_true(addr_parse(&a, "127.0.0.1"));
	assert_int_equal(socket_is_own_address(&a), KNOWN_YES);
	assert_true(addr_parse(&a, "203.0.113.77"));
	assert_int_equal(socket_is_own_address(&a), KNOWN_NO);
}

/* A bound port is not free, in its family and transport only. */
static void test_try_port(void **state)
{
	struct sockaddr_in in = {.sin_family = AF_INET};
	socklen_t length = sizeof in;
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	(void)state;
	assert_int_equal(bind(fd, (struct sockaddr *)&in, length), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&in, &length), 0);
	assert_int_equal(
	    socket_try_port(ADDR_V4, false, ntohs(in.sin_port)).error,
	    NET_IN_USE);
	socket_close(fd);
	assert_int_equal(
	    socket_try_port(ADDR_V4, false, ntohs(in.sin_port)).error, NET_OK);
	socket_close(-1);
}

/* A pair carries octets and an end; what cannot go says "again". */
static void test_pair(void **state)
{
	static char many[65536];
	struct os_failure failure;
	struct addr from;
	char bytes[8];
	int pair[2], ttl;

	(void)state;
	assert_true(socket_pair(pair));
	assert_int_equal(socket_read(pair[0], bytes, 8, &failure), -1);
	assert_int_equal(failure.error, NET_AGAIN);
	assert_int_equal(socket_readable(pair[0]), 0);
	assert_int_equal(socket_send(pair[1], "abc", 3, &failure), 3);
	assert_int_equal(socket_readable(pair[0]), 3);
	assert_int_equal(socket_read(pair[0], bytes, 2, &failure), 2);
	assert_int_equal(
	    socket_receive(pair[0], bytes, 8, &from, &ttl, &failure), 1);
	assert_int_equal(bytes[0], 'c');
	assert_int_equal(from.family, ADDR_NONE);
	assert_int_equal(ttl, -1);
	while (socket_send(pair[1], many, sizeof many, &failure) > 0)
		continue;
	assert_int_equal(failure.error, NET_AGAIN);
	socket_close(pair[1]);
	while (socket_read(pair[0], many, sizeof many, &failure) > 0)
		continue;
	assert_int_equal(socket_read(pair[0], bytes, 8, &failure), 0);
	assert_int_equal(socket_send(pair[0], "x", 1, &failure), -1);
	assert_int_equal(failure.error, NET_BROKEN);
	socket_close(pair[0]);
}

/* A call that the kernel refuses at once met a route, not a silent neighbour:
 * "ip route add unreachable" is this host's own. */
static void test_call(void **state)
{
	static const enum net_error errors[] = {NET_HOST_UNREACHABLE,
						NET_NO_ROUTE, NET_PROHIBITED};

	(void)state;
	for (size_t i = 0; i < sizeof errors / sizeof *errors; i++) {
		struct outcome o = socket_call_outcome(os_failure_of(errors[i]),
						       PHASE_CONNECT);

		assert_int_equal(o.phase, PHASE_LOCAL);
		assert_int_equal(o.cause, CAUSE_UNREACHABLE);
		assert_int_equal(o.error, errors[i]);
	}
}

/* Parts become one text, cut where the room ends. */
static void test_join(void **state)
{
	char ab[] = {'a', 'b'}, cde[] = {'c', 'd', 'e'};
	struct iovec parts[] = {{ab, sizeof ab}, {NULL, 0}, {cde, sizeof cde}};
	char out[8];

	(void)state;
	assert_int_equal(socket_join(parts, 3, out, sizeof out), 5);
	assert_memory_equal(out, "abcde", 5);
	assert_int_equal(socket_join(parts, 3, out, 3), 3);
	assert_int_equal(socket_join(parts, 0, out, 3), 0);
}

/* The limit is raised as far as asked, never lowered. */
static void test_most(void **state)
{
	size_t before = socket_most(0);

	(void)state;
	assert_true(before > 2);
	assert_int_equal(socket_most(1), before);
	assert_true(socket_most(SIZE_MAX) >= before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_mapping_v4),
	    cmocka_unit_test(test_mapping_v6),
	    cmocka_unit_test(test_neighbour_not_known),
	    cmocka_unit_test(test_phase),
	    cmocka_unit_test(test_own_address),
	    cmocka_unit_test(test_try_port),
	    cmocka_unit_test(test_pair),
	    cmocka_unit_test(test_call),
	    cmocka_unit_test(test_join),
	    cmocka_unit_test(test_most),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
