/*
 * test_tds.c - the TDS check: lying option tables, and the second try with TLS.
 * What servers answer is in tests/checks/tds.py.
 */
#include "tests/unit/fake_harm.h"

extern const struct check check_tds;

/* The check's own struct, by its table. */
struct tds_params {
	bool strict;
	const char *instance;
};

/* SQL Server 2008 R2, and FreeTDS 1.3.17 (tdspool). */
static const char answer_hex[] =
    "0401002b00000100 00001a0006 0100200001 0200210001 0300220000 0400220001"
    "ff 0a3206510000 02 00 00";
/* MS-TDS 2.2.7.10: 17142, "paused" */
static const char error_hex[] = "0401002100000100 aa 1600 f6420000 01 14 0600"
				"700061007500730065006400 0000";

enum { PACKET_MAX = 512, STRICT_PORT = 51433 };
static const struct tds_params plain;
static unsigned spawned;
static struct tds_params child;

void probe_spawn(struct probe *p, const char *check, uint16_t port,
		 const void *params)
{
	(void)p;
	assert_string_equal(check, "tds");
	assert_int_equal(port, STRICT_PORT);
	child = *(const struct tds_params *)params;
	spawned++;
}

static void begin(struct fake *f, const struct tds_params *params)
{
	spawned = 0;
	fake_new(f, &check_tds, params);
	f->spec.port = STRICT_PORT;
	fake_event(f, EV_START);
}

static void answered(struct fake *f, const struct tds_params *params,
		     const char *hex)
{
	uint8_t packet[PACKET_MAX];
	size_t length = fake_hex(hex, packet, sizeof packet);

	begin(f, params);
	fake_drip(f, packet, length);
}

static void tables_that_lie(void **state)
{
	static const char *const cases[] = {
	    "48",                             /* HTTP */
	    "1201002f",                       /* our own type */
	    "04010008",                       /* nothing inside */
	    "04011001",                       /* too much */
	    "0401000900000100 ff",            /* no version */
	    "0401000900000100 00",            /* half a row */
	    "0401000e00000100 0100060000 ff", /* not the first */
	    "0401001400000100 00ffff0006 ff 000000000000",
	    "0401001400000100 000006ffff ff 000000000000",
	    "0401001400000100 0000060003 ff 000000000000",  /* short */
	    "0401001400000100 0000060006 00 00060006 ff00", /* twice */
	    "0401001500000100 aa 0c00 f6420000 01 14 0800 7000"};
	struct fake f;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		answered(&f, &plain, cases[i]);
		assert_int_equal(spawned, 0);
		fake_ended(&f, PHASE_REPLY, CAUSE_BAD_REPLY);
	}
}

static void a_hang_up_is_tried_with_tls(void **state)
{
	const struct tds_params strict = {.strict = true};
	const struct tds_params named = {.instance = "A"};
	uint8_t alert[] = {0x15, 3, 1, 0, 2, 2, 0x46};
	struct fake f;

	(void)state;
	begin(&f, &named);
	fake_event(&f, EV_EOF); /* the engine records the reset */
	assert_int_equal(spawned, 1);
	assert_true(child.strict);
	assert_string_equal(child.instance, "A");
	fake_waits(&f);
	begin(&f, &plain);
	fake_stream(&f, alert, sizeof alert);
	assert_int_equal(spawned, 1);
	fake_ended(&f, PHASE_REPLY, CAUSE_BAD_REPLY);
	/* Once only, and not for another protocol. */
	begin(&f, &strict);
	fake_event(&f, EV_EOF);
	assert_int_equal(spawned, 0);
	fake_waits(&f);
	begin(&f, &plain);
	fake_stream(&f, "\4\1", 2);
	fake_event(&f, EV_EOF);
	assert_int_equal(spawned, 0);
	fake_ended(&f, PHASE_REPLY, CAUSE_BAD_REPLY);
	begin(&f, &plain);
	fake_event(&f, EV_DEADLINE);
	assert_int_equal(spawned, 0);
	fake_waits(&f);
}

static void parameters(void **state)
{
	char name[80] = {0};
	struct tds_params params = {.instance = name};
	struct error err;

	(void)state;
	assert_int_equal(check_tds.params_size, sizeof params);
	memset(name, 'x', 64);
	assert_int_equal(check_tds.validate(&params, &err), 0);
	name[64] = 'x';
	assert_int_equal(check_tds.validate(&params, &err), -1);
	assert_int_equal(check_tds.choose(&params), NEEDS_TCP);
	params.strict = true;
	assert_int_equal(check_tds.choose(&params), NEEDS_TLS);
}

static void any_harm(void **state)
{
	const struct tds_params named = {.strict = true, .instance = "A"};
	static const char *const answers[] = {answer_hex, error_hex};
	uint8_t packet[PACKET_MAX];

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		size_t length = fake_hex(answers[i], packet, sizeof packet);

		fake_harm(&check_tds, &named, packet, length);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(tables_that_lie),
	    cmocka_unit_test(a_hang_up_is_tried_with_tls),
	    cmocka_unit_test(parameters),
	    cmocka_unit_test(any_harm),
	};

	return cmocka_run_group_tests_name("tds", tests, NULL, NULL);
}
