/*
 * test_sql_browser.c - the SQL Server Browser check: the specification's own
 * answer, several instances, names that are not there, hostile texts.
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

static void the_example_of_mc_sqlr(void **state)
{
	struct fake f;

	(void)state;
	begin(&f, &any);
	assert_int_equal(f.sent_length, 1);
	assert_int_equal(f.sent[0], 3);
	answered(&f, EXAMPLE);
	assert_true(
	    fake_lists(&f, "instances", "YUKONSTD 9.00.1399.06 tcp 57137"));
	assert_int_equal(fake_number(&f, "port"), 57137);
	assert_int_equal(spawned, 1);
	assert_int_equal(last_port, 57137);
	fake_ok(&f);
}

static void following_can_be_off(void **state)
{
	const struct sql_browser_params still = {.follow = false};
	struct fake f;

	(void)state;
	begin(&f, &still);
	answered(&f, EXAMPLE);
	assert_int_equal(spawned, 0);
	fake_ok(&f);
}

static void several_instances(void **state)
{
	struct fake f;

	(void)state;
	begin(&f, &any);
	answered(&f, TWO);
	assert_int_equal(fake_count(&f, "instances"), 2);
	assert_true(fake_lists(&f, "instances", "PIPES 16.0.1000.6 no tcp"));
	assert_int_equal(spawned, 1);
	fake_ok(&f);
}

static void an_instance_by_name(void **state)
{
	const struct sql_browser_params pipes = {"pipes", true};
	const struct sql_browser_params yukon = {"yukonstd", true};
	struct fake f;

	(void)state;
	begin(&f, &yukon);
	assert_int_equal(f.sends, 2);
	assert_memory_equal(f.sent, "\4yukonstd\0\3", 11);
	answered(&f, TWO);
	assert_int_equal(spawned, 1);
	fake_ok(&f);
	begin(&f, &pipes); /* there, without a port */
	answered(&f, TWO);
	assert_int_equal(spawned, 0);
	assert_null(facts_find(&f.facts, "port"));
	fake_ok(&f);
}

static void a_name_that_is_not_there(void **state)
{
	const struct sql_browser_params other = {"OTHER", true};
	struct fake f;

	(void)state;
	begin(&f, &other);
	answered(&f, TWO);
	answered(&f, TWO); /* the same again is not counted */
	assert_false(f.done);
	assert_int_equal(fake_count(&f, "instances"), 2);
	fake_event(&f, EV_DEADLINE);
	assert_int_equal(spawned, 0);
	fake_ended(&f, PHASE_REPLY, CAUSE_REJECTED);
	begin(&f, &other); /* hidden: only its own question finds it */
	answered(&f, EXAMPLE);
	answered(&f, "ServerName;X;InstanceName;OTHER;tcp;9;;");
	assert_int_equal(fake_number(&f, "port"), 9);
	fake_ok(&f);
}

static void what_is_no_answer(void **state)
{
	static const struct {
		const char *bytes;
		size_t length;
	} cases[] = {{"", 0},
		     {"\5", 1},
		     {"\5\0\0", 3},
		     {"\3", 1},
		     {"\5\xff\xffServerName;", 14},
		     {"\5\5\0hello", 8},
		     {"HTTP/1.1 400", 12}};
	struct fake f;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		begin(&f, &any);
		fake_datagram(&f, cases[i].bytes, cases[i].length);
		assert_false(f.done);
		answered(&f, EXAMPLE); /* must not be hidden by it */
		fake_ok(&f);
		begin(&f, &any);
		fake_datagram(&f, cases[i].bytes, cases[i].length);
		fake_event(&f, EV_DEADLINE);
		fake_ended(&f, PHASE_REPLY, CAUSE_BAD_REPLY);
	}
	begin(&f, &any);
	fake_event(&f, EV_DEADLINE);
	fake_waits(&f);
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
		fake_ok(&f);
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
	    cmocka_unit_test(the_example_of_mc_sqlr),
	    cmocka_unit_test(following_can_be_off),
	    cmocka_unit_test(several_instances),
	    cmocka_unit_test(an_instance_by_name),
	    cmocka_unit_test(a_name_that_is_not_there),
	    cmocka_unit_test(what_is_no_answer),
	    cmocka_unit_test(odd_texts),
	    cmocka_unit_test(parameters),
	    cmocka_unit_test(any_harm),
	};

	return cmocka_run_group_tests_name("sql_browser", tests, NULL, NULL);
}
