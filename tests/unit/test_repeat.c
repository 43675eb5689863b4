/* What of a report's command a person must give when it is repeated. */
#include "report/repeat.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void expect(const char *wanted, const char *const *words)
{
	struct buf b;

	buf_init(&b, 4096);
	repeat_words(&b, words, true);
	assert_string_equal(buf_text(&b), wanted);
	buf_free(&b);
}

/* A report that was read proposes no secret, nor where one goes. */
static void no_secrets(void **state)
{
	static const char *const words[] = {"run",
					    "p",
					    "--proxy-auth",
					    "file:/etc/shadow",
					    "--proxy",
					    "http://192.0.2.1:3128",
					    "--set",
					    "x=env:SECRET",
					    "--inventory",
					    "site.yaml",
					    "-o",
					    "/etc/passwd",
					    "--listen",
					    "all",
					    NULL};
	struct buf b;

	(void)state;
	buf_init(&b, 4096);
	repeat_words(&b, words, false);
	assert_string_equal(buf_text(&b), " --inventory site.yaml");
	buf_free(&b);
	assert_true(repeat_may_be_shown(words, 8));
	for (size_t i = 2; i < 14; i += 2)
		assert_true(repeat_may_be_shown(words, i) == (i == 8));
}

/* `rules --from` is given profiles that are files, and reads no other. */
static void profiles(void **state)
{
	static const char *const named[] = {"run", "a", "b", "--fast", NULL};
	static const char *const file[] = {"run", "a", "./b c.yaml", NULL};
	struct buf b;

	(void)state;
	buf_init(&b, 4096);
	repeat_profiles(&b, named);
	assert_string_equal(buf_text(&b), "");
	repeat_profiles(&b, file);
	assert_string_equal(buf_text(&b), " a './b c.yaml'");
	buf_free(&b);
}

#define words(...)                \
	(const char *const[])     \
	{                         \
		__VA_ARGS__, NULL \
	}

static void nothing_to_give(void **state)
{
	(void)state;
	expect("", words(NULL));
	expect("", words("run", "auvik-collector"));
	expect("", words("run", "auvik-collector", "--set",
			 "tenant_url=https://a.example", "--target",
			 "snmp=10.0.0.1", "--proxy", "http://10.0.0.2:3128"));
	expect("", words("check", "tcp", "10.0.0.5:22"));
	/* Its target, not a path. */
	expect("", words("check", "auvik-collector/cloud.tenant"));
}

static void files_and_secrets(void **state)
{
	(void)state;
	expect(" --inventory site.yaml",
	       words("run", "auvik-collector", "--inventory", "site.yaml",
		     "--fast"));
	expect(" --inventory 'my site.csv' --map 'IP address=address'",
	       words("run", "auvik-collector", "--inventory", "my site.csv",
		     "--map", "IP address=address"));
	expect(" ./mine.yaml", words("run", "./mine.yaml", "auvik-collector"));
	expect(" mine.yaml --ca-file ca.pem",
	       words("run", "mine.yaml", "--ca-file", "ca.pem"));
	expect(" --set community=env:NAME",
	       words("check", "snmp", "10.0.0.5", "--set", "community=env:NAME",
		     "--set", "version=1"));
	expect(" --set key=file:/k",
	       words("check", "ssh", "10.0.0.5", "--set", "key=file:/k"));
}

/* The proxy, too, where a password would go there. */
static void proxy(void **state)
{
	const char *const *plain =
	    words("run", "p", "--proxy", "http://10.0.0.2:3128");

	(void)state;
	expect(" --proxy http://10.0.0.2:3128 --proxy-auth env:WORD",
	       words("run", "p", "--proxy", "http://10.0.0.2:3128",
		     "--proxy-auth", "env:WORD"));
	assert_false(repeat_must_be_given(plain, 2, false));
	assert_true(repeat_must_be_given(plain, 2, true));
}

/* What does not end is not read past its end. */
static void cut(void **state)
{
	(void)state;
	expect("", words("run", "p", "--inventory"));
	expect("", words("run", "p", "--set"));
	assert_false(repeat_is_secret("community"));
	assert_false(repeat_is_secret("community=environment"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(nothing_to_give),
					   cmocka_unit_test(files_and_secrets),
					   cmocka_unit_test(proxy),
					   cmocka_unit_test(cut),
					   cmocka_unit_test(no_secrets),
					   cmocka_unit_test(profiles)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
