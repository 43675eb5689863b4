/*
 * test_error.c - errors as one clear line.
 */
#include "core/base/error.h"
#include "core/base/text.h"

#include <stdio.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

/* An error without a place is its text alone, and setting it gives -1. */
static void test_text_only(void **state)
{
	(void)state;
	struct error err;
	char line[128];
	assert_int_equal(error_set(&err, "no such file: %s", "a.yaml"), -1);
	error_format(&err, line, sizeof(line));
	assert_string_equal(line, "no such file: a.yaml");
}

/* A place is printed as compilers do, as far as it is known. */
static void test_place(void **state)
{
	(void)state;
	struct error err;
	char line[128];
	assert_int_equal(error_at(&err, "p.yaml", 3, 7, "bad key"), -1);
	error_format(&err, line, sizeof(line));
	assert_string_equal(line, "p.yaml:3:7: bad key");
	error_at(&err, "p.yaml", 3, 0, "bad key");
	error_format(&err, line, sizeof(line));
	assert_string_equal(line, "p.yaml:3: bad key");
	error_at(&err, "p.yaml", 0, 0, "bad key");
	error_format(&err, line, sizeof(line));
	assert_string_equal(line, "p.yaml: bad key");
	error_at(&err, NULL, 0, 0, "bad key");
	error_format(&err, line, sizeof(line));
	assert_string_equal(line, "bad key");
}

/* A suggestion follows behind a semicolon; a new text clears it. */
static void test_suggestion(void **state)
{
	(void)state;
	struct error err;
	char line[128];
	error_at(&err, "p.yaml", 1, 2, "unknown key 'prots'");
	error_suggest(&err, "did you mean '%s'?", "ports");
	error_format(&err, line, sizeof(line));
	assert_string_equal(
	    line, "p.yaml:1:2: unknown key 'prots'; did you mean 'ports'?");
	error_set(&err, "other");
	error_format(&err, line, sizeof(line));
	assert_string_equal(line, "other");
}

/* Foreign bytes in text, place and suggestion never reach a terminal raw. */
static void test_hostile_bytes(void **state)
{
	(void)state;
	struct error err;
	char line[128];
	error_at(&err, "a\nb", 1, 0, "value '%s'", "\x1b[2J\r\xff");
	error_suggest(&err, "not '%s'", "\xe2\x80\xae");
	error_format(&err, line, sizeof(line));
	assert_string_equal(line, "a\\x0ab:1: value '\\x1b[2J\\x0d\\xff'; "
				  "not '\\xe2\\x80\\xae'");
}

/* A text that is too long is cut with a mark, inside its own field. */
static void test_long(void **state)
{
	(void)state;
	static char huge[5000];
	struct error err;
	memset(huge, 'a', sizeof(huge) - 1);
	error_at(&err, huge, 1, 1, "%s", huge);
	error_suggest(&err, "%s", huge);
	assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
	assert_string_equal(err.text + sizeof(err.text) - 5, "a...");
	assert_int_equal(strlen(err.file), sizeof(err.file) - 1);
	assert_int_equal(strlen(err.suggestion), sizeof(err.suggestion) - 1);
	char line[16];
	error_format(&err, line, sizeof(line));
	assert_string_equal(line, "aaaaaaaaaaaaaaa");
}

/* An error may quote itself: callers put a prefix in front that way. */
static void test_quotes_itself(void **state)
{
	(void)state;
	struct error err;
	error_set(&err, "inner");
	error_set(&err, "outer: %s", err.text);
	assert_string_equal(err.text, "outer: inner");
	error_at(&err, err.text, 1, 1, "%s again", err.text);
	assert_string_equal(err.file, "outer: inner");
	assert_string_equal(err.text, "outer: inner again");
}

/* A list keeps the first hundred and counts the others. */
static void test_list_is_bounded(void **state)
{
	(void)state;
	struct errors list = {0};
	struct error err;
	for (int i = 0; i < 250; i++) {
		error_set(&err, "number %d", i);
		errors_add(&list, &err);
	}
	assert_int_equal(list.count, 100);
	assert_int_equal(list.dropped, 150);
	assert_string_equal(list.items[99].text, "number 99");
	errors_free(&list);
	assert_int_equal(list.count, 0);
	assert_null(list.items);
	errors_free(&list);
}

/* Where a name is near it is suggested, else what the caller says. */
static void test_unknown(void **state)
{
	(void)state;
	static const char *const names[] = {"run", "render", NULL};
	struct error err;
	char line[128];

	assert_int_equal(error_unknown(&err, "command", "rnu", text_name_at,
				       names, "see --help"),
			 -1);
	error_format(&err, line, sizeof(line));
	assert_string_equal(line, "unknown command 'rnu'; did you mean 'run'?");
	error_unknown(&err, "command", "x\033", text_name_at, names,
		      "100 % else");
	error_format(&err, line, sizeof(line));
	assert_string_equal(line, "unknown command 'x\\x1b'; 100 % else");
	error_set(&err, "no such thing");
	assert_int_equal(error_nearest(&err, "zzz", text_name_at, names, NULL),
			 -1);
	assert_string_equal(err.text, "no such thing");
	assert_string_equal(err.suggestion, "");
}

/* What people call it, and a part of its name; too many are none. */
static void test_other_words(void **state)
{
	static const char *const names[] = {
	    "fortigate", "cisco-asa", "auvik-collector",
	    "snmp",      "cloud.aws", "cloud.cdn",
	    "cloud.dns", "cloud.ntp", "lan.ssh-v2",
	    "lan.ssh",   NULL};
	static const struct {
		const char *word, *says;
	} rows[] = {
	    {"fortinet", "did you mean 'fortigate'?"},
	    {"Fortinet", "did you mean 'fortigate'?"},
	    {"auvik", "did you mean 'auvik-collector'?"},
	    {"collector", "did you mean 'auvik-collector'?"},
	    {"snmp-v3", "did you mean 'snmp'?"},
	    {"lan", "did you mean 'lan.ssh-v2' or 'lan.ssh'?"},
	    {"cloud", "else"}, /* four of them */
	    {"ping", "else"},  /* icmp is not one of these names */
	    {"is", "else"},    /* of cisco, but not a beginning */
	    {"snmpwalk", "else"},
	    {"", "else"},
	};
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		error_unknown(&err, "word", rows[i].word, text_name_at, names,
			      "else");
		assert_string_equal(err.suggestion, rows[i].says);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_text_only),
	    cmocka_unit_test(test_place),
	    cmocka_unit_test(test_suggestion),
	    cmocka_unit_test(test_hostile_bytes),
	    cmocka_unit_test(test_long),
	    cmocka_unit_test(test_quotes_itself),
	    cmocka_unit_test(test_unknown),
	    cmocka_unit_test(test_other_words),
	    cmocka_unit_test(test_list_is_bounded),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
