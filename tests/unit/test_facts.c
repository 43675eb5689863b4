/*
 * test_facts.c - what a probe learned, by name.
 */
#include "core/base/facts.h"
#include "core/base/text.h"

#include <stdio.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

/* Each type is stored as what it is, in the order of setting. */
static void test_types(void **state)
{
	(void)state;
	struct facts f = {0};
	facts_string(&f, "banner", "SSH-2.0-x");
	facts_number(&f, "stratum", -2);
	facts_ms(&f, "offset", -1500);
	facts_bool(&f, "signing", true);
	facts_append(&f, "dialects", "2.1");
	facts_append(&f, "dialects", "3.0");
	assert_int_equal(f.count, 5);
	assert_string_equal(f.items[0].name, "banner");
	assert_int_equal(f.items[0].type, FACT_STRING);
	assert_string_equal(facts_text(&f, "banner"), "SSH-2.0-x");
	assert_int_equal(facts_find(&f, "stratum")->type, FACT_NUMBER);
	assert_int_equal(facts_find(&f, "stratum")->number, -2);
	assert_int_equal(facts_find(&f, "offset")->type, FACT_MS);
	assert_int_equal(facts_find(&f, "offset")->number, -1500);
	assert_true(facts_is_true(&f, "signing"));
	const struct fact *list = facts_find(&f, "dialects");
	assert_int_equal(list->type, FACT_LIST);
	assert_int_equal(list->list_count, 2);
	assert_string_equal(list->list[1], "3.0");
	facts_free(&f);
	assert_int_equal(f.count, 0);
	facts_free(&f);
}

/* Asking for what is not there, or is of another type, is no error. */
static void test_absent(void **state)
{
	(void)state;
	struct facts f = {0};
	facts_number(&f, "number", 1);
	facts_bool(&f, "no", false);
	facts_string(&f, "null", NULL);
	facts_bytes(&f, "null", NULL, 5);
	facts_append(&f, "null", NULL);
	assert_null(facts_find(&f, "null"));
	assert_null(facts_text(&f, "null"));
	assert_null(facts_text(&f, "number"));
	assert_false(facts_is_true(&f, "number"));
	assert_false(facts_is_true(&f, "no"));
	assert_false(facts_is_true(&f, "null"));
	facts_free(&f);
}

/* A name set again keeps its place and the last value, whatever the types. */
static void test_set_twice(void **state)
{
	(void)state;
	struct facts f = {0};
	facts_string(&f, "a", "first");
	facts_number(&f, "b", 1);
	facts_string(&f, "a", "second");
	facts_append(&f, "b", "x");
	facts_append(&f, "b", "y");
	assert_int_equal(f.count, 2);
	assert_string_equal(facts_text(&f, "a"), "second");
	assert_int_equal(facts_find(&f, "b")->list_count, 2);
	facts_bool(&f, "b", true);
	assert_true(facts_is_true(&f, "b"));
	assert_int_equal(facts_find(&f, "b")->list_count, 0);
	facts_string(&f, "a", facts_text(&f, "a"));
	assert_string_equal(facts_text(&f, "a"), "second");
	facts_free(&f);
}

/* Strings of the network come in printable, bounded and copied. */
static void test_hostile(void **state)
{
	(void)state;
	struct facts f = {0};
	char big[1000], value[] = "a\r\n\x1b[31m";
	memset(big, 'x', sizeof(big));
	facts_bytes(&f, "big", big, sizeof(big));
	assert_int_equal(strlen(facts_text(&f, "big")), TEXT_MAX - 1);
	assert_string_equal(facts_text(&f, "big") + TEXT_MAX - 5, "x...");
	facts_string(&f, "escape", value);
	facts_append(&f, "list", value);
	facts_bytes(&f, "nul", "a\0b", 3);
	value[0] = 'b';
	assert_string_equal(facts_text(&f, "escape"), "a\\x0d\\x0a\\x1b[31m");
	assert_string_equal(facts_find(&f, "list")->list[0],
			    "a\\x0d\\x0a\\x1b[31m");
	assert_string_equal(facts_text(&f, "nul"), "a\\x00b");
	facts_free(&f);
}

/* A peer that has a lot to say is not stored without end; known names can
 * still be set when the table is full. */
static void test_bounded(void **state)
{
	(void)state;
	struct facts f = {0};
	char names[FACTS_MAX + 10][16];
	for (int i = 0; i < FACTS_MAX + 10; i++) {
		snprintf(names[i], sizeof(names[i]), "n%d", i);
		facts_number(&f, names[i], i);
	}
	assert_int_equal(f.count, FACTS_MAX);
	assert_null(facts_find(&f, names[FACTS_MAX]));
	facts_string(&f, "one-more", "text");
	assert_null(facts_find(&f, "one-more"));
	for (int i = 0; i < FACTS_LIST_MAX + 10; i++)
		facts_append(&f, "n0", "item");
	assert_int_equal(facts_find(&f, "n0")->list_count, FACTS_LIST_MAX);
	facts_free(&f);
}

/* The core's own facts are declared, each once, with a help text. */
static void test_core_table(void **state)
{
	(void)state;
	static const char *const names[] = {
	    "tls-version", "tls-cipher",     "alpn",          "tls-trust",
	    "tls-error",   "tls-subject",    "tls-issuer",    "tls-root",
	    "tls-names",   "tls-not-before", "tls-not-after", "tls-chain",
	    "tls-sha256",  "proxy-status",   "proxy-schemes", "proxy-server",
	    "resolver",    "cname-chain",    "ttl-dns",       "reply-ttl"};
	size_t count = 0, seen[20] = {0};
	for (; fact_core[count].name != NULL; count++) {
		assert_true(strlen(fact_core[count].help) > 10);
		for (size_t i = 0; i < 20; i++)
			seen[i] += strcmp(names[i], fact_core[count].name) == 0;
	}
	for (size_t i = 0; i < 20; i++)
		assert_int_equal(seen[i], 1);
}

/* Every type arrives; what was there stays, or is replaced by its name. */
static void test_copy(void **state)
{
	(void)state;
	struct facts from = {0}, to = {0};
	facts_string(&to, "resolver", "192.0.2.1");
	facts_string(&to, "banner", "old");
	facts_string(&from, "banner", "new");
	facts_number(&from, "stratum", 2);
	facts_ms(&from, "offset", 1500);
	facts_bool(&from, "signing", true);
	facts_append(&from, "dialects", "2.1");
	facts_append(&from, "dialects", "3.0");
	facts_copy(&to, &from);
	facts_free(&from);
	assert_int_equal(to.count, 6);
	assert_string_equal(facts_text(&to, "resolver"), "192.0.2.1");
	assert_string_equal(facts_text(&to, "banner"), "new");
	assert_int_equal(facts_find(&to, "stratum")->type, FACT_NUMBER);
	assert_int_equal(facts_find(&to, "stratum")->number, 2);
	assert_int_equal(facts_find(&to, "offset")->type, FACT_MS);
	assert_int_equal(facts_find(&to, "offset")->number, 1500);
	assert_true(facts_is_true(&to, "signing"));
	assert_int_equal(facts_find(&to, "dialects")->list_count, 2);
	assert_string_equal(facts_find(&to, "dialects")->list[1], "3.0");
	facts_free(&to);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_types),      cmocka_unit_test(test_copy),
	    cmocka_unit_test(test_absent),     cmocka_unit_test(test_set_twice),
	    cmocka_unit_test(test_hostile),    cmocka_unit_test(test_bounded),
	    cmocka_unit_test(test_core_table),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
