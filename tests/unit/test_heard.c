/*
 * test_heard.c - who was heard: each sender at a port once, a list that does
 * not grow beyond its maximum, and what a spec waits for.
 */
#include "core/base/heard.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

static struct addr address(const char *text)
{
	struct addr a;

	assert_true(addr_parse(&a, text));
	return a;
}

static struct heard *hear(struct heard_list *l, const char *from,
			  enum transport transport, uint16_t port)
{
	const struct addr a = address(from);

	return heard_at(l, &a, transport, port, true);
}

static void a_sender_at_a_port_is_one_entry(void **state)
{
	struct heard_list l = {0};
	const struct addr other = address("10.0.0.9");
	struct addr from = address("10.0.0.1");

	(void)state;
	from.port = 40000;
	assert_null(heard_find(&l, &from, TRANSPORT_UDP, 514));
	heard_at(&l, &from, TRANSPORT_UDP, 514, true)->count++;
	from.port = 40001; /* another socket of the same device */
	heard_at(&l, &from, TRANSPORT_UDP, 514, true)->count++;
	assert_int_equal(l.count, 1);
	assert_int_equal(l.items[0].count, 2);
	hear(&l, "10.0.0.1", TRANSPORT_TCP, 514);
	hear(&l, "10.0.0.1", TRANSPORT_UDP, 515);
	hear(&l, "2001:db8::1", TRANSPORT_UDP, 514);
	assert_int_equal(l.count, 4);
	assert_null(heard_find(&l, &other, TRANSPORT_UDP, 514));
	heard_free(&l);
}

static void a_flood_of_senders_leaves_room_for_who_is_waited_for(void **state)
{
	struct heard_list l = {0};
	struct addr from = address("198.18.0.1");
	size_t kept = 0;

	(void)state;
	for (unsigned i = 0; i < 4 * HEARD_MAX; i++) {
		kept += heard_at(&l, &from, TRANSPORT_UDP, 514, false) != NULL;
		addr_add(&from, 1);
	}
	assert_int_equal(kept, HEARD_MAX / 4 * 3);
	for (unsigned i = 0; i < 2 * HEARD_MAX; i++) {
		heard_at(&l, &from, TRANSPORT_UDP, 514, true);
		addr_add(&from, 1);
	}
	assert_int_equal(l.count, HEARD_MAX);
	/* Each that is there is still found. */
	for (size_t i = 0; i < l.count; i++)
		assert_ptr_equal(
		    heard_find(&l, &l.items[i].from, TRANSPORT_UDP, 514),
		    &l.items[i]);
	heard_free(&l);
}

static void a_spec_waits_for_its_sender_on_its_ports(void **state)
{
	static const struct port_range ranges[] = {{514, 514}, {2055, 2056}};
	static const struct port_list ports = {2, ranges};
	struct heard_list l = {0};
	struct heard_want one = {
	    .list = &l, .ports = &ports, .from = address("10.0.0.1")};
	const struct addr any[] = {address("10.0.0.7"), address("10.0.0.8")};
	struct heard_want some = {
	    .list = &l, .ports = &ports, .any = any, .any_count = 2};
	struct heard_want none = {.list = &l, .ports = &ports, .any = any};
	struct heard_want all = {.list = &l, .ports = &ports};

	(void)state;
	hear(&l, "10.0.0.1", TRANSPORT_UDP, 513);
	hear(&l, "10.0.0.1", TRANSPORT_TCP, 514);
	hear(&l, "10.0.0.2", TRANSPORT_UDP, 514);
	assert_null(heard_first(&one, TRANSPORT_UDP));
	assert_null(heard_first(&some, TRANSPORT_UDP));
	assert_ptr_equal(heard_first(&all, TRANSPORT_UDP), &l.items[2]);
	hear(&l, "10.0.0.8", TRANSPORT_UDP, 2056);
	assert_ptr_equal(heard_first(&some, TRANSPORT_UDP), &l.items[3]);
	assert_null(heard_first(&none, TRANSPORT_UDP));
	hear(&l, "10.0.0.1", TRANSPORT_UDP, 2055);
	assert_int_equal(heard_first(&one, TRANSPORT_UDP)->port, 2055);
	/* What is recognised says more. */
	hear(&l, "10.0.0.1", TRANSPORT_UDP, 514)->speaks[0] = 's';
	assert_int_equal(heard_first(&one, TRANSPORT_UDP)->port, 514);
	heard_free(&l);
}

static void a_port_is_listened_on_once(void **state)
{
	struct heard_list l = {0};

	(void)state;
	heard_add_port(&l, TRANSPORT_UDP, 514);
	heard_add_port(&l, TRANSPORT_TCP, 514);
	heard_add_port(&l, TRANSPORT_UDP, 514);
	assert_int_equal(l.port_count, 2);
	heard_free(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_sender_at_a_port_is_one_entry),
	    cmocka_unit_test(
		a_flood_of_senders_leaves_room_for_who_is_waited_for),
	    cmocka_unit_test(a_spec_waits_for_its_sender_on_its_ports),
	    cmocka_unit_test(a_port_is_listened_on_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
