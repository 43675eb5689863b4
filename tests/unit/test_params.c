/*
 * test_params.c - parameters from text, and port lists.
 */
#include "core/engine/params.h"
#include "core/engine/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

struct values {
	bool flag;
	int64_t count, any, wait;
	const char *text, *name;
	int mode;
	const struct port_list *ports;
	const char *const *list;
	const struct secret *password;
};

static const char *const modes[] = {"fast", "slow", "silent", NULL};

static const struct param table[] = {
    {.name = "flag",
     .type = PARAM_BOOL,
     .offset = offsetof(struct values, flag),
     .fallback = "true",
     .help = "h"},
    {.name = "count",
     .type = PARAM_NUMBER,
     .offset = offsetof(struct values, count),
     .fallback = "3",
     .help = "h",
     .low = 1,
     .high = 10},
    {.name = "any",
     .type = PARAM_NUMBER,
     .offset = offsetof(struct values, any),
     .help = "h"},
    {.name = "timeout",
     .type = PARAM_DURATION,
     .offset = offsetof(struct values, wait),
     .fallback = "1500ms",
     .help = "h"},
    {.name = "text",
     .type = PARAM_STRING,
     .offset = offsetof(struct values, text),
     .fallback = "hello",
     .help = "h"},
    {.name = "name",
     .type = PARAM_NAME,
     .offset = offsetof(struct values, name),
     .help = "h"},
    {.name = "mode",
     .type = PARAM_ENUM,
     .offset = offsetof(struct values, mode),
     .fallback = "slow",
     .help = "h",
     .choices = modes},
    {.name = "ports",
     .type = PARAM_PORTS,
     .offset = offsetof(struct values, ports),
     .fallback = "80,443",
     .help = "h"},
    {.name = "list",
     .type = PARAM_LIST,
     .offset = offsetof(struct values, list),
     .fallback = "a,b",
     .help = "h"},
    {.name = "password",
     .type = PARAM_SECRET,
     .offset = offsetof(struct values, password),
     .help = "h"},
    {.name = NULL},
};

static const struct check check_all = {
    .name = "all", .params = table, .params_size = sizeof(struct values)};

static struct arena arena;

static int tear_down(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

/* The whole line of the error that setting a key gives. */
static const char *refusal(const char *key, const char *text)
{
	static char line[1024];
	struct values *v = params_new(&arena, &check_all);
	struct values before;
	memcpy(&before, v, sizeof(before));
	struct error err = {0};
	if (params_set(&arena, &check_all, v, key, text, &err) != -1)
		fail_msg("%s: '%s' was taken", key, text);
	assert_memory_equal(v, &before, sizeof(before));
	error_format(&err, line, sizeof(line));
	return line;
}

static struct values *accepted(const char *key, const char *text)
{
	struct values *v = params_new(&arena, &check_all);
	struct error err = {0};
	if (params_set(&arena, &check_all, v, key, text, &err) == -1)
		fail_msg("%s: '%s': %s", key, text, err.text);
	return v;
}

/* Defaults come from the table; a key without one is zero. */
static void test_defaults(void **state)
{
	(void)state;
	const struct values *v = params_new(&arena, &check_all);
	assert_true(v->flag);
	assert_int_equal(v->count, 3);
	assert_int_equal(v->any, 0);
	assert_int_equal(v->wait, 1500000);
	assert_string_equal(v->text, "hello");
	assert_null(v->name);
	assert_int_equal(v->mode, 1);
	assert_int_equal(v->ports->count, 2);
	assert_int_equal(v->ports->ranges[1].last, 443);
	assert_string_equal(v->list[0], "a");
	assert_string_equal(v->list[1], "b");
	assert_null(v->list[2]);
	assert_null(v->password);
	const struct check bare = {.name = "bare"};
	assert_non_null(params_new(&arena, &bare));
}

/* Every type takes what it should. */
static void test_accepted(void **state)
{
	(void)state;
	assert_false(accepted("flag", "false")->flag);
	assert_int_equal(accepted("count", "10")->count, 10);
	assert_int_equal(accepted("count", "1")->count, 1);
	assert_int_equal(accepted("any", "-70000000000")->any, -70000000000);
	assert_int_equal(accepted("timeout", "2m")->wait, 120000000);
	assert_string_equal(accepted("text", "")->text, "");
	assert_string_equal(accepted("name", "a.example")->name, "a.example");
	assert_int_equal(accepted("mode", "silent")->mode, 2);
	assert_int_equal(accepted("ports", "1-65535")->ports->count, 1);
}

/* Each wrong value gives one line: where, what, what to write instead. */
static void test_refused(void **state)
{
	(void)state;
	static const char *const cases[][3] = {
	    {"timeout", "5x",
	     "params.timeout: '5x' is not a duration; write 500ms, 3s or 2m"},
	    {"timeout", "-1s",
	     "params.timeout: '-1s' is not a duration; write 500ms, 3s or 2m"},
	    {"flag", "yes",
	     "params.flag: 'yes' is neither true nor false; "
	     "write true or false"},
	    {"flag", "",
	     "params.flag: '' is neither true nor false; write true or false"},
	    {"count", "eleven",
	     "params.count: 'eleven' is not a whole number; "
	     "write a number from 1 to 10"},
	    {"count", "11",
	     "params.count: 11 is out of range; write a number from 1 to 10"},
	    {"count", "0",
	     "params.count: 0 is out of range; write a number from 1 to 10"},
	    {"any", "1.5",
	     "params.any: '1.5' is not a whole number; write digits only"},
	    {"mode", "fats",
	     "params.mode: 'fats' is not a choice; did you mean 'fast'?"},
	    {"mode", "nonsense",
	     "params.mode: 'nonsense' is not a choice; "
	     "write fast, slow or silent"},
	    {"name", "a..b",
	     "params.name: 'a..b' is not a DNS name; write host.example.com"},
	    {"ports", "80,x",
	     "params.ports: 'x' is not a port or a range of ports; "
	     "write 80, 80,443 or 3200-3299"},
	    {"password", "hunter2",
	     "params.password: a secret is not written here as plain text; "
	     "write env:NAME or file:PATH"},
	    {"tiemout", "1s",
	     "params.tiemout: unknown key; did you mean 'timeout'?"},
	    {"banana", "1",
	     "params.banana: unknown key; see 'preflight list checks'"},
	    {"a\nb\x1b[0m", "1",
	     "params.a\\x0ab\\x1b[0m: unknown key; "
	     "see 'preflight list checks'"},
	    {"timeout", "\xff\r",
	     "params.timeout: '\\xff\\x0d' is not a duration; "
	     "write 500ms, 3s or 2m"},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(refusal(cases[i][0], cases[i][1]),
				    cases[i][2]);
}

/* A value of any length leaves room for the rest of the line. */
static void test_refused_long(void **state)
{
	(void)state;
	char value[5000];
	memset(value, '9', sizeof(value) - 1);
	value[sizeof(value) - 1] = '\0';
	assert_string_equal(refusal("timeout", value),
			    "params.timeout: '9999999999999999999999999999999"
			    "99999999999999999999999999999...' is not a "
			    "duration; write 500ms, 3s or 2m");
}

/* A check without a table says so. */
static void test_no_table(void **state)
{
	(void)state;
	const struct check bare = {.name = "bare"};
	struct error err = {0};
	assert_null(params_find(&bare, "x"));
	assert_int_equal(params_set(&arena, &bare, NULL, "x", "1", &err), -1);
	assert_string_equal(err.text, "params.x: unknown key");
	assert_string_equal(err.suggestion, "check 'bare' has no parameters");
	assert_int_equal(params_check(&bare, NULL, &err), 0);
}

/* Names are what DNS takes: labels, lengths, no addresses. */
static void test_names(void **state)
{
	(void)state;
	static const char *const good[] = {"a",
					   "example.com",
					   "example.com.",
					   "_ldap._tcp",
					   "xn--mnchen-3ya.de",
					   "3com.example",
					   ".",
					   "A-1.b"};
	static const char *const bad[] = {
	    "",      "..",       ".a",          "a..b",       "a.com..",
	    "-a.b",  "a-.b",     "a b",         "a/b",        "a:80",
	    "*.a.b", "10.0.0.1", "2001:db8::1", "münchen.de", "a\n"};
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_string_equal(accepted("name", good[i])->name, good[i]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		refusal("name", bad[i]);
	char name[256];
	memset(name, 'a', 63);
	name[63] = '\0';
	accepted("name", name);
	memset(name, 'a', 64);
	name[64] = '\0';
	refusal("name", name);
	for (size_t i = 0; i < sizeof(name); i++)
		name[i] = i % 50 == 49 ? '.' : 'a';
	name[253] = '\0';
	accepted("name", name);
	name[253] = 'a';
	name[254] = '\0';
	refusal("name", name);
}

/* What is set replaces the default, then appends, also when it repeats the
 * default's own items. */
static void test_list(void **state)
{
	(void)state;
	struct error err;
	struct values *v = params_new(&arena, &check_all);
	static const char *const items[] = {"a", "b", "c"};
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(
		    params_set(&arena, &check_all, v, "list", items[i], &err),
		    0);
	for (size_t i = 0; i < 3; i++)
		assert_string_equal(v->list[i], items[i]);
	assert_null(v->list[3]);
	for (size_t i = 3; i < 256; i++)
		assert_int_equal(
		    params_set(&arena, &check_all, v, "list", "x", &err), 0);
	assert_int_equal(params_set(&arena, &check_all, v, "list", "x", &err),
			 -1);
	assert_string_equal(err.text, "params.list: more than 256 items");
}

/* Port lists: single ones, ranges, both; nothing else. */
static void test_ports(void **state)
{
	(void)state;
	struct error err = {0};
	const struct port_list *list = ports_parse(&arena, "80", &err);
	assert_int_equal(list->count, 1);
	assert_int_equal(list->ranges[0].first, 80);
	assert_int_equal(list->ranges[0].last, 80);
	assert_int_equal(ports_total(list), 1);
	list = ports_parse(&arena, "443,3200-3299,1,65535", &err);
	assert_int_equal(list->count, 4);
	assert_int_equal(list->ranges[1].first, 3200);
	assert_int_equal(list->ranges[1].last, 3299);
	assert_int_equal(ports_total(list), 103);
	list = ports_parse(&arena, "1-65535", &err);
	assert_int_equal(ports_total(list), 65535);
}

/* Wrong port lists are refused with the item that is wrong. */
static void test_ports_refused(void **state)
{
	(void)state;
	static const char *const cases[][2] = {
	    {"", "'' is not a port or a range of ports"},
	    {"80,", "'' is not a port or a range of ports"},
	    {",80", "'' is not a port or a range of ports"},
	    {"80, 443", "' 443' is not a port or a range of ports"},
	    {"http", "'http' is not a port or a range of ports"},
	    {"80-", "'80-' is not a port or a range of ports"},
	    {"-80", "'-80' is not a port or a range of ports"},
	    {"1-2-3", "'1-2-3' is not a port or a range of ports"},
	    {"80;443", "'80;443' is not a port or a range of ports"},
	    {"99999999999999999999",
	     "'99999999999999999999' is not a port or a range of ports"},
	    {"0", "'0' is out of range"},
	    {"0-5", "'0-5' is out of range"},
	    {"65536", "'65536' is out of range"},
	    {"1-65536", "'1-65536' is out of range"},
	    {"90-80", "'90-80' runs backwards"},
	    {"80,443,80", "port 80 is listed twice"},
	    {"100-200,150-160", "port 150 is listed twice"},
	    {"150,100-200", "port 150 is listed twice"},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct error err = {0};
		assert_null(ports_parse(&arena, cases[i][0], &err));
		assert_string_equal(err.text, cases[i][1]);
	}
	char many[3000];
	memset(many, ',', sizeof(many) - 1);
	many[sizeof(many) - 1] = '\0';
	struct error err = {0};
	assert_null(ports_parse(&arena, many, &err));
	assert_string_equal(err.text, "more than 1024 ports and ranges");
	assert_null(ports_parse(&arena, "90-80", &err));
	assert_string_equal(err.suggestion, "write 80-90");
}

struct needed {
	bool flag;
	int64_t number, wait;
	int mode;
	const char *text;
};

static int validate_text(const void *params, struct error *err)
{
	const struct needed *v = params;
	if (strcmp(v->text, "ok") == 0)
		return 0;
	return error_set(err, "params.text: not ok");
}

/* Keys that are required are asked for one after the other, even where zero
 * would be a value; then the check has its say. */
static void test_required(void **state)
{
	(void)state;
	static const struct param needed[] = {
	    {"flag", PARAM_BOOL, offsetof(struct needed, flag), NULL, "h", 0, 0,
	     NULL, true},
	    {"number", PARAM_NUMBER, offsetof(struct needed, number), NULL,
	     "how many", 0, 9, NULL, true},
	    {"wait", PARAM_DURATION, offsetof(struct needed, wait), NULL,
	     "how long", 0, 0, NULL, true},
	    {"mode", PARAM_ENUM, offsetof(struct needed, mode), NULL, "how", 0,
	     0, modes, true},
	    {"text", PARAM_STRING, offsetof(struct needed, text), NULL, "what",
	     0, 0, NULL, true},
	    {.name = NULL}};
	static const struct check check = {.name = "needy",
					   .params = needed,
					   .params_size = sizeof(struct needed),
					   .validate = validate_text};
	static const char *const keys[][2] = {
	    {"number", "0"}, {"wait", "0"}, {"mode", "fast"}, {"text", "no"}};
	struct error err;
	void *v = params_new(&arena, &check);
	for (size_t i = 0; i < 4; i++) {
		char expected[64];
		snprintf(expected, sizeof(expected), "params.%s: is missing",
			 keys[i][0]);
		assert_int_equal(params_check(&check, v, &err), -1);
		assert_string_equal(err.text, expected);
		assert_memory_equal(err.suggestion,
				    "check 'needy' needs it: ", 24);
		assert_int_equal(
		    params_set(&arena, &check, v, keys[i][0], keys[i][1], &err),
		    0);
	}
	assert_int_equal(params_check(&check, v, &err), -1);
	assert_string_equal(err.text, "params.text: not ok");
	assert_int_equal(params_set(&arena, &check, v, "text", "ok", &err), 0);
	assert_int_equal(params_check(&check, v, &err), 0);
}

/* A parameter loads its secret, replaces it without a leak, and gives it
 * back wiped. */
static void test_secret_param(void **state)
{
	(void)state;
	struct error err = {0};
	struct values *v = params_new(&arena, &check_all);
	setenv("PREFLIGHT_TEST_SECRET", "hunter2", 1);
	for (int i = 0; i < 2; i++)
		assert_int_equal(params_set(&arena, &check_all, v, "password",
					    "env:PREFLIGHT_TEST_SECRET", &err),
				 0);
	assert_string_equal(v->password->value, "hunter2");
	params_free(&check_all, v);
	assert_null(v->password);
	params_free(&check_all, v);
	unsetenv("PREFLIGHT_TEST_SECRET");
	assert_string_equal(refusal("password", "env:PREFLIGHT_TEST_SECRET"),
			    "params.password: env:PREFLIGHT_TEST_SECRET: the "
			    "variable is not set; set it in the environment "
			    "of preflight");
}

/* Two structs that say the same, and one key at a time that does not. */
static void test_equal(void **state)
{
	static const char *const other[][2] = {
	    {"flag", "false"}, {"count", "4"},      {"any", "7"},
	    {"timeout", "2s"}, {"text", "bye"},     {"name", "a.example"},
	    {"mode", "fast"},  {"ports", "80,444"}, {"list", "x"},
	};
	struct arena a = {0};
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof other / sizeof other[0]; i++) {
		void *left = params_new(&a, &check_all);
		void *right = params_new(&a, &check_all);

		assert_true(params_equal(&check_all, left, right));
		assert_int_equal(params_set(&a, &check_all, left, other[i][0],
					    other[i][1], &err),
				 0);
		assert_false(params_equal(&check_all, left, right));
		assert_false(params_equal(&check_all, right, left));
		assert_int_equal(params_set(&a, &check_all, right, other[i][0],
					    other[i][1], &err),
				 0);
		assert_true(params_equal(&check_all, left, right));
	}
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_defaults),
	    cmocka_unit_test(test_accepted),
	    cmocka_unit_test(test_refused),
	    cmocka_unit_test(test_refused_long),
	    cmocka_unit_test(test_no_table),
	    cmocka_unit_test(test_names),
	    cmocka_unit_test(test_list),
	    cmocka_unit_test(test_ports),
	    cmocka_unit_test(test_ports_refused),
	    cmocka_unit_test(test_required),
	    cmocka_unit_test(test_secret_param),
	    cmocka_unit_test(test_equal),
	};
	return cmocka_run_group_tests(tests, NULL, tear_down);
}
