/*
 * test_plan.c - from profile, inventory and variables to the probes: the cases
 * tests/profiles/plan-*, with checks that are names and params only.
 */
#include "tests/unit/plan_case.h"
#include "tests/unit/test_profile_registry.h"

static void say_fake(const struct spec *s, struct buf *out)
{
	const struct fake_params *params = s->params;

	if (strcmp(s->check->name, "dns") == 0)
		for (size_t i = 0; params->names[i] != NULL; i++)
			buf_printf(out, " %s?", params->names[i]);
	if (strcmp(s->check->name, "dns") == 0 ||
	    strcmp(s->check->name, "bind") == 0)
		buf_printf(out, " over %s", fake_protocols[params->protocol]);
}

static void cases(void **state)
{
	(void)state;
	assert_int_equal(setenv("TEST_COMMUNITY", "s3cret", 1), 0);
	assert_int_equal(unsetenv("TEST_UNSET"), 0);
	assert_int_equal(plan_cases("plan-*.case", say_fake), 0);
}

/* The bounds that `preflight plan` shows. */
static void bounds(void **state)
{
	struct spec s = {.check = &fake_ntp, .host = "a.example"};

	(void)state;
	assert_int_equal(spec_addresses_max(&s), 8);
	s.family = FAMILY_V4;
	assert_int_equal(spec_addresses_max(&s), 4);
	assert_int_equal(spec_packets_max(&s), 8);
	assert_in_range(spec_time_max(&s), 4500000, 10000000);
	assert_true(addr_parse(&s.literal, "192.0.2.1"));
	assert_int_equal(spec_addresses_max(&s), 1);
	s.check = &fake_https;
	assert_in_range(spec_packets_max(&s), 20, 100);
	s.untested = WHY_NEEDS_INPUT;
	assert_int_equal(spec_packets_max(&s), 0);
	assert_int_equal(spec_time_max(&s), 0);
	s.untested = WHY_NONE;
	s.check = &fake_bind;
	assert_int_equal(spec_packets_max(&s), 0);
	assert_int_equal(spec_addresses_max(&s), 1);
}

static unsigned two_children(const void *params)
{
	(void)params;
	return 2;
}

/* What a probe starts is in its bounds: packets and time. */
static void bounds_of_children(void **state)
{
	struct check parent = fake_ntp;
	struct spec s = {.check = &fake_ntp, .host = "192.0.2.1"};
	unsigned alone = spec_packets_max(&s);
	int64_t time = spec_time_max(&s);

	(void)state;
	parent.children = two_children;
	s.check = &parent;
	assert_in_range(spec_packets_max(&s), alone + 2 * 20, alone + 2 * 100);
	assert_in_range(spec_time_max(&s) - time, 6000000, 10000000);
	s.untested = WHY_NEEDS_INPUT;
	assert_int_equal(spec_packets_max(&s), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(cases),
	    cmocka_unit_test(bounds),
	    cmocka_unit_test(bounds_of_children),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
