/*
 * The resolver against servers of our own on loopback: who is asked when, what
 * is made of each answer, and how long dead servers cost.
 */
#include "core/base/mem.h"
#include "core/net/resolver_internal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/unit/dns_peer.h"

enum { PEERS = 3 };

struct fixture {
	struct loop *loop;
	struct peer peers[PEERS];
	struct resolver *resolver;
	struct resolvconf conf;
	const struct resolver_answer *answer;
	unsigned answers;
	bool waiting; /* in loop_run() */
};

/* Bed --------------------------------------------------------------------- */

static struct fixture *bed(enum act first, enum act second)
{
	struct fixture *f = mem_calloc(1, sizeof *f);
	struct error err;

	f->loop = loop_new(&err);
	for (size_t i = 0; i < PEERS; i++)
		peer_open(&f->peers[i], f->loop, i);
	f->peers[0].act = first;
	f->peers[1].act = second;
	resolvconf_parse(&f->conf, "");
	return f;
}

static void bed_start(struct fixture *f, size_t servers, const char *hosts)
{
	struct addr addrs[PEERS];
	struct error err;

	for (size_t i = 0; i < servers; i++)
		addrs[i] = f->peers[i].addr;
	f->resolver =
	    resolver_new_with(f->loop, addrs, servers, &f->conf, hosts, &err);
	assert_non_null(f->resolver);
}

static void bed_free(struct fixture *f)
{
	resolver_free(f->resolver);
	for (size_t i = 0; i < PEERS; i++)
		peer_close(&f->peers[i]);
	loop_free(f->loop);
	free(f);
}

static void answered(void *arg, const struct resolver_answer *a)
{
	struct fixture *f = arg;

	f->answer = a;
	f->answers++;
	if (f->waiting)
		loop_stop(f->loop);
}

static void wait_answers(struct fixture *f, unsigned count)
{
	f->waiting = true;
	while (f->answers < count)
		loop_run(f->loop);
	f->waiting = false;
}

static const struct resolver_answer *lookup(struct fixture *f, const char *name,
					    bool want4, bool want6)
{
	unsigned before = f->answers;

	resolver_lookup(f->resolver, name, want4, want6, answered, f);
	wait_answers(f, before + 1);
	return f->answer;
}

static bool is_peer(const struct fixture *f, const struct addr *a, size_t peer)
{
	return addr_equal(a, &f->peers[peer].addr) &&
	       a->port == f->peers[peer].addr.port;
}

/* Tests ------------------------------------------------------------------- */

static void test_both_families_and_cache(void **state)
{
	struct fixture *f = bed(ACT_ADDRESS, ACT_SILENT);
	const struct resolver_answer *a;
	char text[ADDR_TEXT];

	(void)state;
	bed_start(f, 2, "");
	a = lookup(f, "Web.example.org", true, true);
	assert_int_equal(a->cause, CAUSE_OK);
	assert_int_equal(a->rcode, 0);
	assert_int_equal(a->count, 2);
	assert_string_equal(addr_text(&a->addresses[0], text), "192.0.2.1");
	assert_string_equal(addr_text(&a->addresses[1], text), "2001:db8::1");
	assert_int_equal(a->ttl, 60);
	assert_int_equal(a->dead_count, 0);
	assert_int_equal(a->chain_count, 0);
	assert_true(is_peer(f, &a->server, 0));
	assert_true(a->elapsed_us < 500000);
	assert_ptr_equal(lookup(f, "web.EXAMPLE.org", true, true), a);
	assert_int_equal(f->peers[0].heard, 2);
	assert_int_equal(f->peers[1].heard, 0);
	assert_int_equal(lookup(f, "web.example.org", true, false)->count, 1);
	bed_free(f);
}

static void test_what_a_server_says(void **state)
{
	static const struct {
		enum act act;
		enum cause cause;
		int rcode;
		bool next; /* the second server is asked */
	} cases[] = {
	    {ACT_NXDOMAIN, CAUSE_NXDOMAIN, 3, false},
	    {ACT_NO_DATA, CAUSE_NO_DATA, 0, false},
	    {ACT_SERVFAIL, CAUSE_SERVFAIL, 2, true},
	    {ACT_REFUSED, CAUSE_REJECTED, 5, true},
	    {ACT_LOOP, CAUSE_BAD_REPLY, 0, true},
	    {ACT_GARBAGE, CAUSE_BAD_REPLY, -1, true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct fixture *f = bed(cases[i].act, cases[i].act);
		const struct resolver_answer *a;

		bed_start(f, 2, "");
		a = lookup(f, "a.example", true, true);
		assert_int_equal(a->cause, cases[i].cause);
		assert_int_equal(a->rcode, cases[i].rcode);
		assert_int_equal(a->count, 0);
		assert_int_equal(a->dead_count, 0);
		assert_int_equal(f->peers[1].heard, cases[i].next ? 2 : 0);
		assert_true(a->elapsed_us < 500000);
		bed_free(f);
	}
}

static void test_failing_server_is_passed_over(void **state)
{
	struct fixture *f = bed(ACT_SERVFAIL, ACT_ADDRESS);
	const struct resolver_answer *a;

	(void)state;
	bed_start(f, 2, "");
	a = lookup(f, "a.example", true, true);
	assert_int_equal(a->cause, CAUSE_OK);
	assert_int_equal(a->count, 2);
	assert_true(is_peer(f, &a->server, 1));
	assert_true(a->elapsed_us < 500000);
	bed_free(f);
}

static void test_one_family_only(void **state)
{
	struct fixture *f = bed(ACT_ONLY_V4, ACT_SILENT);
	const struct resolver_answer *a;

	(void)state;
	bed_start(f, 1, "");
	a = lookup(f, "a.example", true, true);
	assert_int_equal(a->cause, CAUSE_OK);
	assert_int_equal(a->count, 1);
	assert_int_equal(lookup(f, "a.example", false, true)->cause,
			 CAUSE_NO_DATA);
	bed_free(f);
}

static void test_dead_server_costs_a_second(void **state)
{
	struct fixture *f = bed(ACT_SILENT, ACT_ADDRESS);
	const struct resolver_answer *a;

	(void)state;
	bed_start(f, 2, "");
	a = lookup(f, "a.example", true, true);
	assert_int_equal(a->cause, CAUSE_OK);
	assert_true(is_peer(f, &a->server, 1));
	assert_int_equal(a->dead_count, 1);
	assert_true(is_peer(f, &a->dead[0], 0));
	assert_in_range(a->elapsed_us, 900000, 1400000);
	/* Silent for four questions: from now on it is not waited for. */
	lookup(f, "b.example", true, true);
	a = lookup(f, "c.example", true, true);
	assert_int_equal(a->cause, CAUSE_OK);
	assert_true(a->elapsed_us < 500000);
	bed_free(f);
}

static void test_all_dead(void **state)
{
	struct fixture *f = bed(ACT_SILENT, ACT_SILENT);
	const struct resolver_answer *a;

	(void)state;
	bed_start(f, 3, "");
	a = lookup(f, "a.example", true, true);
	assert_int_equal(a->cause, CAUSE_TIMEOUT);
	assert_int_equal(a->rcode, -1);
	assert_int_equal(a->server.family, ADDR_NONE);
	assert_int_equal(a->dead_count, 3);
	assert_in_range(a->elapsed_us, 4300000, 4800000);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(f->peers[i].heard_a, 3);
	bed_free(f);
}

static void test_lost_packet_is_sent_again(void **state)
{
	struct fixture *f = bed(ACT_SECOND, ACT_SILENT);
	const struct resolver_answer *a;

	(void)state;
	bed_start(f, 1, "");
	a = lookup(f, "a.example", true, true);
	assert_int_equal(a->cause, CAUSE_OK);
	assert_int_equal(a->dead_count, 0);
	assert_in_range(a->elapsed_us, 900000, 1400000);
	bed_free(f);
}

static void test_mute_on_one_family(void **state)
{
	struct fixture *f = bed(ACT_V6_MUTE, ACT_SILENT);
	const struct resolver_answer *a;

	(void)state;
	bed_start(f, 1, "");
	a = lookup(f, "a.example", true, true);
	assert_int_equal(a->cause, CAUSE_OK);
	assert_int_equal(a->count, 1);
	assert_in_range(a->elapsed_us, 2300000, 2900000);
	bed_free(f);
}

static void test_closed_ports(void **state)
{
	struct fixture *f = bed(ACT_SILENT, ACT_ADDRESS);
	const struct resolver_answer *a;

	(void)state;
	peer_close(&f->peers[0]);
	bed_start(f, 2, "");
	a = lookup(f, "a.example", true, true);
	assert_int_equal(a->cause, CAUSE_OK);
	assert_true(is_peer(f, &a->server, 1));
	assert_int_equal(a->dead_count, 0);
	assert_true(a->elapsed_us < 500000);
	resolver_free(f->resolver);
	bed_start(f, 1, "");
	a = lookup(f, "a.example", true, true);
	assert_int_equal(a->cause, CAUSE_REFUSED);
	assert_true(addr_equal(&a->blocker, &f->peers[0].addr));
	assert_true(a->elapsed_us < 500000);
	bed_free(f);
}

static void test_truncated_goes_over_tcp(void **state)
{
	struct fixture *f = bed(ACT_TRUNCATED, ACT_SILENT);
	const struct resolver_answer *a;

	(void)state;
	bed_start(f, 1, "");
	a = lookup(f, "a.example", true, true);
	assert_int_equal(a->cause, CAUSE_OK);
	assert_true(a->truncated);
	assert_int_equal(a->count, 2);
	assert_int_equal(f->peers[0].heard_tcp, 2);
	bed_free(f);
}

static void test_truncated_and_tcp_closed(void **state)
{
	struct fixture *f = bed(ACT_TRUNCATED, ACT_SILENT);
	const struct resolver_answer *a;

	(void)state;
	loop_watch_free(f->peers[0].tcp_watch);
	f->peers[0].tcp_watch = NULL;
	close(f->peers[0].tcp);
	f->peers[0].tcp = -1;
	bed_start(f, 1, "");
	a = lookup(f, "a.example", true, true);
	assert_int_equal(a->cause, CAUSE_REFUSED);
	assert_true(a->truncated);
	assert_int_equal(a->count, 0);
	assert_true(a->elapsed_us < 500000);
	bed_free(f);
}

/* Half an answer is used for nothing, but it has a sender. */
static void test_cut_answer(void **state)
{
	struct fixture *f = bed(ACT_SILENT, ACT_CUT);
	const struct resolver_answer *a;

	(void)state;
	bed_start(f, 2, "");
	a = lookup(f, "a.example", true, true);
	assert_int_equal(a->cause, CAUSE_BAD_REPLY);
	assert_true(a->cut > 0);
	assert_true(addr_equal(&a->server, &f->peers[1].addr));
	bed_free(f);
}

static void test_forgeries_are_ignored(void **state)
{
	struct fixture *f = bed(ACT_WRONG_ID, ACT_SILENT);
	const struct resolver_answer *a;

	(void)state;
	bed_start(f, 1, "");
	a = lookup(f, "a.example", true, false);
	assert_int_equal(a->cause, CAUSE_OK);
	assert_int_equal(a->count, 1);
	assert_int_equal(a->addresses[0].bytes[0], 192);
	bed_free(f);
}

static void test_search_list(void **state)
{
	struct fixture *f = bed(ACT_SEARCH, ACT_SILENT);
	const struct resolver_answer *a;

	(void)state;
	resolvconf_parse(&f->conf, "search no.example corp.example\n");
	bed_start(f, 1, "");
	a = lookup(f, "nas", true, true);
	assert_int_equal(a->cause, CAUSE_OK);
	assert_int_equal(a->chain_count, 0); /* it is not an alias */
	assert_string_equal(a->search_name, "nas.corp.example");
	assert_string_equal(a->name, "nas");
	assert_string_equal(f->peers[0].last, "nas.corp.example");
	/* With a dot: as it is first, which here does not exist. */
	f->peers[0].heard = 0;
	a = lookup(f, "nas.branch", true, false);
	assert_int_equal(f->peers[0].heard, 3);
	assert_int_equal(a->cause, CAUSE_OK);
	assert_string_equal(a->search_name, "nas.branch.corp.example");
	assert_int_equal(a->as_is, CAUSE_NXDOMAIN);
	f->peers[0].act = ACT_NXDOMAIN;
	a = lookup(f, "gone.example", true, false);
	assert_int_equal(a->cause, CAUSE_NXDOMAIN);
	assert_int_equal(a->chain_count, 0);
	bed_free(f);
}

static void test_no_server_is_needed(void **state)
{
	struct fixture *f = bed(ACT_NXDOMAIN, ACT_SILENT);
	const struct resolver_answer *a;

	(void)state;
	bed_start(f, 1, "2001:db8::5 nas.example\n192.0.2.5 nas.example\n");
	a = lookup(f, "NAS.example", true, true);
	assert_int_equal(a->cause, CAUSE_OK);
	assert_true(a->from_hosts);
	assert_int_equal(a->count, 2);
	assert_int_equal(a->addresses[0].family, ADDR_V4);
	assert_int_equal(lookup(f, "192.0.2.9", true, true)->count, 1);
	assert_int_equal(lookup(f, "2001:db8::9", true, false)->cause,
			 CAUSE_NO_DATA);
	assert_int_equal(lookup(f, "not a name", true, true)->cause,
			 CAUSE_NXDOMAIN);
	assert_int_equal(lookup(f, "", true, true)->cause, CAUSE_NXDOMAIN);
	assert_int_equal(f->peers[0].heard, 0);
	bed_free(f);
}

static void test_reverse(void **state)
{
	struct fixture *f = bed(ACT_ADDRESS, ACT_SILENT);
	struct addr a;

	(void)state;
	bed_start(f, 1, "192.0.2.7 printer.example\n");
	assert_true(addr_parse(&a, "192.0.2.1"));
	resolver_reverse(f->resolver, &a, answered, f);
	wait_answers(f, 1);
	assert_int_equal(f->answer->cause, CAUSE_OK);
	assert_int_equal(f->answer->chain_count, 1);
	assert_string_equal(f->answer->chain[0], "host.example");
	assert_int_equal(f->answer->count, 0);
	assert_true(addr_parse(&a, "192.0.2.7"));
	resolver_reverse(f->resolver, &a, answered, f);
	assert_string_equal(f->answer->chain[0], "printer.example");
	bed_free(f);
}

/* More than the window: the rest waits and is asked in its turn. */
static void test_many_names(void **state)
{
	struct fixture *f = bed(ACT_ADDRESS, ACT_SILENT);
	char *name;

	(void)state;
	bed_start(f, 1, "");
	for (int i = 0; i < 200; i++) {
		name = mem_printf("h%d.example", i);
		resolver_lookup(f->resolver, name, true, true, answered, f);
		free(name);
	}
	assert_true(f->resolver->window <= RESOLVER_WINDOW);
	wait_answers(f, 200);
	assert_int_equal(f->peers[0].heard, 400);
	assert_int_equal(f->resolver->window, 0);
	bed_free(f);
}

/* Nothing is called back, nothing leaks, when a run ends in the middle. */
static void never(void *arg, const struct resolver_answer *a)
{
	(void)arg;
	(void)a;
	fail_msg("called after it was forgotten");
}

/* One that has gone is not told; others that wait for the same name are. */
static void test_forgotten(void **state)
{
	struct fixture *f = bed(ACT_SILENT, ACT_SILENT);
	int gone, other;

	(void)state;
	bed_start(f, 1, "");
	resolver_lookup(f->resolver, "a.example", true, false, never, &gone);
	resolver_lookup(f->resolver, "a.example", true, false, answered, f);
	resolver_lookup(f->resolver, "a.example", true, false, never, &other);
	resolver_forget(f->resolver, &gone);
	resolver_forget(f->resolver, &other);
	wait_answers(f, 1);
	assert_int_equal(f->answer->cause, CAUSE_TIMEOUT);
	bed_free(f);
}

static void test_free_in_the_middle(void **state)
{
	struct fixture *f = bed(ACT_SILENT, ACT_SILENT);
	char *name;

	(void)state;
	bed_start(f, 2, "");
	for (int i = 0; i < 100; i++) {
		name = mem_printf("h%d.example", i);
		resolver_lookup(f->resolver, name, true, true, answered, f);
		free(name);
	}
	bed_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_both_families_and_cache),
	    cmocka_unit_test(test_what_a_server_says),
	    cmocka_unit_test(test_failing_server_is_passed_over),
	    cmocka_unit_test(test_one_family_only),
	    cmocka_unit_test(test_dead_server_costs_a_second),
	    cmocka_unit_test(test_all_dead),
	    cmocka_unit_test(test_lost_packet_is_sent_again),
	    cmocka_unit_test(test_mute_on_one_family),
	    cmocka_unit_test(test_closed_ports),
	    cmocka_unit_test(test_truncated_goes_over_tcp),
	    cmocka_unit_test(test_truncated_and_tcp_closed),
	    cmocka_unit_test(test_cut_answer),
	    cmocka_unit_test(test_forgeries_are_ignored),
	    cmocka_unit_test(test_search_list),
	    cmocka_unit_test(test_no_server_is_needed),
	    cmocka_unit_test(test_reverse),
	    cmocka_unit_test(test_many_names),
	    cmocka_unit_test(test_forgotten),
	    cmocka_unit_test(test_free_in_the_middle),
	};

	return cmocka_run_group_tests_name("resolver", tests, NULL, NULL);
}
