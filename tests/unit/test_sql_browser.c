/*
 * test_sql_browser.c - the SQL Server Browser check: hostile texts and
 * parameters. What servers answer is in tests/checks/sql_browser.py.
 */
#include "tests/unit/fake_harm.h"

extern const struct check check_sql_browser;

/* The check's own struct, by its table. */
struct sql_browser_params {
	const char *instance;
	bool follow;
};

/* MC-SQLR 4.1 */
#define EXAMPLE                                                    \
	"ServerName;ILSUNG1;InstanceName;YUKONSTD;IsClustered;No;" \
	"Version;9.00.1399.06;tcp;57137;;"
#define TWO                                                             \
	EXAMPLE "ServerName;ILSUNG1;InstanceName;PIPES;IsClustered;No;" \
		"Version;16.0.1000.6;np;\\\\ILSUNG1\\pipe\\sql\\query;;"

enum { ANSWER_MAX = 4096 };
static const struct sql_browser_params any = {.follow = true};
static unsigned spawned;
static uint16_t last_port;

void probe_spawn(struct probe *p, const char *check, uint16_t port,
		 const void *params)
{
	(void)p;
	assert_string_equal(check, "tds");
	assert_null(params);
	last_port = port;
	spawned++;
}

static size_t answer(uint8_t out[ANSWER_MAX], const char *text)
{
	size_t length = strlen(text);

	assert_true(length + 3 <= ANSWER_MAX);
	out[0] = 5;
	out[1] = (uint8_t)length;
	out[2] = (uint8_t)(length >> 8);
	memcpy(out + 3, text, length);
	return length + 3;
}

static void begin(struct fake *f, const struct sql_browser_params *params)
{
	spawned = 0;
	last_port = 0;
	fake_start(f, &check_sql_browser, params);
}

static void answered(struct fake *f, const char *text)
{
	uint8_t bytes[ANSWER_MAX];

	fake_datagram(f, bytes, answer(bytes, text));
}

static void odd_texts(void **state)
{
	static const char *const texts[] = {
	    "ServerName;",
	    "ServerName;;;;;;",
	    "ServerName;x;tcp",
	    "ServerName;x;tcp;",
	    "ServerName;x;tcp;0;;",
	    "ServerName;x;tcp;65536;;",
	    "ServerName;x;tcp;-1;;",
	    "ServerName;x;tcp; 80;;",
	    "ServerName;x;tcp;99999999999999999999999999;;"};
	struct fake f;

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		begin(&f, &any);
		answered(&f, texts[i]);
		assert_int_equal(spawned, 0);
		fake_ended(&f, PHASE_REPLY, CAUSE_REJECTED);
	}
	begin(&f, &any);
	answered(&f, "ServerName;x;InstanceName;\x1b[2J\xff;tcp;1;");
	assert_true(fake_lists(&f, "instances", "\\x1b[2J\\xff  tcp 1"));
	fake_ok(&f);
}

static void parameters(void **state)
{
	struct sql_browser_params params = {0};
	const struct spec spec = {.params = &params};
	struct error err;

	(void)state;
	assert_int_equal(check_sql_browser.params_size, sizeof params);
	assert_int_equal(check_sql_browser.validate(&params, &err), 0);
	assert_int_equal(check_sql_browser.packets(&spec), 1);
	params.instance = "";
	assert_int_equal(check_sql_browser.validate(&params, &err), -1);
	params.instance = "12345678901234567890123456789012";
	assert_int_equal(check_sql_browser.validate(&params, &err), 0);
	assert_int_equal(check_sql_browser.packets(&spec), 2);
	params.instance = "123456789012345678901234567890123";
	assert_int_equal(check_sql_browser.validate(&params, &err), -1);
}

static void any_harm(void **state)
{
	const struct sql_browser_params other = {"OTHER", true};
	uint8_t bytes[ANSWER_MAX];
	size_t length = answer(bytes, TWO);

	(void)state;
	fake_harm(&check_sql_browser, &any, bytes, length);
	fake_harm(&check_sql_browser, &other, bytes, length);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(odd_texts),
	    cmocka_unit_test(parameters),
	    cmocka_unit_test(any_harm),
	};

	return cmocka_run_group_tests_name("sql_browser", tests, NULL, NULL);
}
