/*
 * test_inventory.c - what a right inventory means; the wrong ones are in
 * tests/profiles/bad.txt.
 */
#include "profiles/read/inventory.h"
#include "profiles/read/inventory_internal.h"
#include "profiles/plan/target.h"
#include "tests/unit/test_profile_registry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct inventory *load(const char *path)
{
	struct inventory *inv = inventory_new();
	struct errors errors = {0};
	char line[2048] = "";

	inventory_load(inv, path, &errors);
	if (errors.count > 0)
		error_format(&errors.items[0], line, sizeof line);
	assert_string_equal(line, "");
	return inv;
}

static void yaml(void **state)
{
	struct inventory *inv = load("tests/profiles/plan-site.yaml");
	const struct device *d = inv->devices;

	(void)state;
	assert_int_equal(inv->device_count, 5);
	assert_string_equal(d[0].name, "core switch");
	assert_string_equal(d[0].address, "192.0.2.10");
	assert_null(d[0].network);
	assert_int_equal(d[0].line, 4);
	assert_int_equal(d[0].total, 1);
	assert_string_equal(d[0].types[1], "snmp");
	assert_int_equal(d[0].port_count, 1);
	assert_string_equal(d[0].ports[0].check, "ssh");
	assert_int_equal(d[0].ports[0].port, 2222);
	assert_int_equal(d[0].credential_count, 2);
	assert_string_equal(d[0].credentials[1]->kind, "ssh");
	/* Where a secret is, not what it is. */
	assert_null(d[0].credentials[0]->fields[0].value->value);
	assert_string_equal(d[0].credentials[0]->fields[0].value->source,
			    "env:TEST_COMMUNITY");
	assert_string_equal(d[3].network, "192.0.2.8/29");
	assert_string_equal(d[3].name, "192.0.2.8/29");
	assert_int_equal(d[3].total, 6);
	assert_null(d[4].types[0]);
	assert_int_equal(inv->role_count, 1);
	assert_string_equal(inv->roles[0].addresses[1], "192.0.2.9");
	inventory_free(inv);
}

static void csv(void **state)
{
	struct inventory *inv = load("tests/profiles/plan-site.csv");
	const struct device *d = inv->devices;

	(void)state;
	assert_int_equal(inv->device_count, 3);
	assert_string_equal(d[0].name, "core \"main\" switch");
	assert_int_equal(d[0].line, 4);
	assert_string_equal(d[0].types[0], "network-element");
	assert_string_equal(d[0].types[1], "snmp");
	assert_null(d[0].types[2]);
	assert_int_equal(d[0].port_count, 2);
	assert_int_equal(d[0].ports[1].port, 8443);
	assert_string_equal(d[1].address, "nas.example.com");
	assert_string_equal(d[2].network, "192.0.2.4/31");
	assert_int_equal(d[2].total, 2);
	inventory_free(inv);
}

/* A second file may use the credentials of the first. */
static void two_files(void **state)
{
	struct inventory *inv = load("tests/profiles/plan-site.yaml");
	const struct credential *before = inv->devices[0].credentials[0];
	struct errors errors = {0};

	(void)state;
	assert_int_equal(
	    inventory_load(inv, "tests/profiles/plan-more.yaml", &errors), 0);
	assert_int_equal(errors.count, 0);
	assert_int_equal(inv->device_count, 6);
	assert_string_equal(inv->devices[5].credentials[0]->name, "main");
	assert_string_equal(before->name, "main");
	assert_int_equal(inv->credential_count, 3);
	/* The same file again: its addresses are taken. */
	assert_int_equal(
	    inventory_load(inv, "tests/profiles/plan-more.yaml", &errors), -1);
	assert_true(errors.count > 0);
	errors_free(&errors);
	inventory_free(inv);
}

static void targets(void **state)
{
	struct inventory *inv = inventory_new();
	struct error err;

	(void)state;
	assert_int_equal(
	    inventory_add_target(inv, "snmp=192.0.2.1,a.example", &err), 0);
	assert_int_equal(inventory_add_target(inv, "unix=192.0.2.1", &err), 0);
	assert_int_equal(inventory_add_target(inv, "unix=192.0.2.1", &err), 0);
	assert_int_equal(inventory_add_target(inv, "any=192.0.2.8-9", &err), 0);
	assert_int_equal(inventory_add_target(inv, "database=b.example", &err),
			 0);
	assert_int_equal(inv->device_count, 3);
	assert_string_equal(inv->devices[0].types[1], "unix");
	assert_null(inv->devices[0].types[2]);
	assert_null(inv->devices[0].file);
	assert_null(inv->devices[2].types[0]);
	assert_int_equal(inv->devices[2].total, 2);
	assert_int_equal(inv->role_count, 1);
	assert_true(inv->roles[0].from_target);
	inventory_free(inv);
}

static void kinds(void **state)
{
	static const struct {
		const char *path, *text;
		bool yaml;
	} cases[] = {
	    {"a.yaml", "address,name\n", true},
	    {"a.yml", "", true},
	    {"a.csv", "address,name\n", false},
	    {"a", "# comment\n\npreflight: inventory/1\n", true},
	    {"a", "---\n", true},
	    {"a", "address\n", false},
	    {"a", "", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct buf b;

		buf_init(&b, 1000);
		buf_puts(&b, cases[i].text);
		assert_int_equal(inventory_is_yaml(cases[i].path, &b),
				 cases[i].yaml);
		buf_free(&b);
	}
	assert_true(inventory_is_one("tests/profiles/plan-site.yaml"));
	assert_true(inventory_is_one("tests/profiles/plan-site.csv"));
	assert_false(inventory_is_one("tests/profiles/plan-profile.yaml"));
	assert_false(inventory_is_one("tests/profiles"));
}

static void networks(void **state)
{
	static const struct {
		const char *text, *first;
		uint64_t total;
	} cases[] = {
	    {"192.0.2.0/24", "192.0.2.1", 254},
	    {"10.0.0.0/22", "10.0.0.1", 1022},
	    {"192.0.2.4/30", "192.0.2.5", 2},
	    {"192.0.2.4/31", "192.0.2.4", 2},
	    {"192.0.2.4/32", "192.0.2.4", 1},
	    {"2001:db8::/118", "2001:db8::1", 1023},
	    {"2001:db8::4/127", "2001:db8::4", 2},
	    {"192.0.2.9-192.0.2.9", "192.0.2.9", 1},
	    {"192.0.2.250-192.0.3.5", "192.0.2.250", 12},
	    {"192.0.2.1-20", "192.0.2.1", 20},
	    {"2001:db8::fffe-2001:db8::1:1", "2001:db8::fffe", 4},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char text[ADDR_TEXT];
		struct addr first;
		struct error err;
		uint64_t total;

		assert_true(target_is_network(cases[i].text));
		assert_int_equal(
		    target_network(cases[i].text, &first, &total, &err), 0);
		assert_string_equal(addr_text(&first, text), cases[i].first);
		assert_int_equal(total, cases[i].total);
	}
	assert_false(target_is_network("core-switch"));
	assert_false(target_is_network("2001:db8::1"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(yaml),      cmocka_unit_test(csv),
	    cmocka_unit_test(two_files), cmocka_unit_test(targets),
	    cmocka_unit_test(kinds),     cmocka_unit_test(networks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
