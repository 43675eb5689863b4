/* test_socket.c - errors map by sender and ICMP code, not by errno. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/os/socket.h"

enum sender { US, TARGET, ROUTER };

struct mapping {
	const char *name;
	int sys_errno;
	int type, code; /* -1: the queue was empty */
	enum sender sender;
	bool no_neighbour; /* the next hop does not answer */
	enum phase phase;
	enum cause cause;
	bool blocker;
};

/* The measured table of what the kernel says (v4 unless the name says 6). */
static const struct mapping table[] = {
    {"closed port: RST", ECONNREFUSED, -1, 0, TARGET, false, PHASE_CONNECT,
     CAUSE_REFUSED, false},
    {"port unreachable of the target", ECONNREFUSED, 3, 3, TARGET, false,
     PHASE_CONNECT, CAUSE_REFUSED, true},
    {"port unreachable of a router", ECONNREFUSED, 3, 3, ROUTER, false,
     PHASE_CONNECT, CAUSE_PROHIBITED, true},
    {"admin-prohibited", EHOSTUNREACH, 3, 13, ROUTER, false, PHASE_CONNECT,
     CAUSE_PROHIBITED, true},
    {"admin-prohibited by the target", EHOSTUNREACH, 3, 13, TARGET, false,
     PHASE_CONNECT, CAUSE_PROHIBITED, true},
    {"host-prohibited", EHOSTUNREACH, 3, 10, ROUTER, false, PHASE_CONNECT,
     CAUSE_PROHIBITED, true},
    {"net-prohibited", ENETUNREACH, 3, 9, ROUTER, false, PHASE_CONNECT,
     CAUSE_PROHIBITED, true},
    {"host-unreachable of a router", EHOSTUNREACH, 3, 1, ROUTER, false,
     PHASE_CONNECT, CAUSE_UNREACHABLE, true},
    {"time exceeded", EHOSTUNREACH, 11, 0, ROUTER, false, PHASE_CONNECT,
     CAUSE_UNREACHABLE, true},
    {"local reject with host-unreachable", EHOSTUNREACH, 3, 1, US, false,
     PHASE_LOCAL, CAUSE_PROHIBITED, true},
    {"local reject", EHOSTUNREACH, 3, 13, US, false, PHASE_LOCAL,
     CAUSE_PROHIBITED, true},
    {"local reject with port-unreachable", ECONNREFUSED, 3, 3, US, false,
     PHASE_LOCAL, CAUSE_PROHIBITED, true},
    {"no ARP answer", EHOSTUNREACH, 3, 1, US, true, PHASE_CONNECT,
     CAUSE_UNREACHABLE, false},
    {"no ARP answer, empty queue", EHOSTUNREACH, -1, 0, US, true, PHASE_CONNECT,
     CAUSE_UNREACHABLE, false},
    {"local drop of UDP", EPERM, -1, 0, US, false, PHASE_LOCAL,
     CAUSE_PROHIBITED, false},
    {"no route", ENETUNREACH, -1, 0, US, false, PHASE_LOCAL, CAUSE_UNREACHABLE,
     false},
    {"prohibit route", EACCES, -1, 0, US, false, PHASE_LOCAL, CAUSE_UNREACHABLE,
     false},
    {"blackhole route", EINVAL, -1, 0, US, false, PHASE_LOCAL,
     CAUSE_UNREACHABLE, false},
    {"no descriptors", EMFILE, -1, 0, US, false, PHASE_LOCAL, CAUSE_LOCAL,
     false},
    {"no local port", EADDRNOTAVAIL, -1, 0, US, false, PHASE_LOCAL, CAUSE_LOCAL,
     false},
    {"torn down", ECONNRESET, -1, 0, TARGET, false, PHASE_CONNECT, CAUSE_RESET,
     false},
    {"TCP gave up", ETIMEDOUT, -1, 0, TARGET, true, PHASE_CONNECT,
     CAUSE_TIMEOUT, false},
};

static const struct mapping table6[] = {
    {"6: admin-prohibited", EACCES, 1, 1, ROUTER, true, PHASE_CONNECT,
     CAUSE_PROHIBITED, true},
    {"6: port unreachable of the target", ECONNREFUSED, 1, 4, TARGET, false,
     PHASE_CONNECT, CAUSE_REFUSED, true},
    {"6: port unreachable of a router", ECONNREFUSED, 1, 4, ROUTER, true,
     PHASE_CONNECT, CAUSE_PROHIBITED, true},
    {"6: policy", EACCES, 1, 5, ROUTER, true, PHASE_CONNECT, CAUSE_PROHIBITED,
     true},
    {"6: no route there", ENETUNREACH, 1, 0, ROUTER, true, PHASE_CONNECT,
     CAUSE_UNREACHABLE, true},
    {"6: address unreachable, no ND answer", EHOSTUNREACH, 1, 3, US, true,
     PHASE_CONNECT, CAUSE_UNREACHABLE, false},
};

static void check(const struct mapping *m, const char *sender)
{
	struct socket_failure f = {.sys_errno = m->sys_errno,
				   .no_neighbour = m->no_neighbour};
	struct outcome o;

	if (m->type != -1) {
		f.report.has_icmp = true;
		f.report.type = (uint8_t)m->type;
		f.report.code = (uint8_t)m->code;
		f.report.sys_errno = m->sys_errno;
		assert_true(addr_parse(&f.report.sender, sender));
		f.sender_is_us = m->sender == US;
		f.sender_is_target = m->sender == TARGET;
	}
	o = socket_outcome(&f, PHASE_CONNECT);
	if (o.phase != m->phase || o.cause != m->cause ||
	    (o.blocker.family != ADDR_NONE) != m->blocker)
		fail_msg("%s: %s-%s", m->name, phase_name(o.phase),
			 cause_name(o.cause));
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

/* A failure after the connection was open keeps the phase it is told. */
static void test_phase(void **state)
{
	struct socket_failure f = {.sys_errno = ECONNRESET};
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
	assert_true(socket_is_own_address(&a));
	assert_true(addr_parse(&a, "203.0.113.77"));
	assert_false(socket_is_own_address(&a));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_mapping_v4),
	    cmocka_unit_test(test_mapping_v6),
	    cmocka_unit_test(test_phase),
	    cmocka_unit_test(test_own_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
