/*
 * test_map.c - texts and numbers to numbers.
 */
#include "report/map.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

enum { MANY = 5000 };

static void texts(void **state)
{
	static char keys[MANY][8];
	struct map m = {0};

	(void)state;
	assert_true(map_get(&m, "0") == SIZE_MAX);
	for (size_t i = 0; i < MANY; i++) {
		snprintf(keys[i], sizeof keys[i], "%zu", i);
		assert_true(*map_at(&m, keys[i]) == SIZE_MAX);
		*map_at(&m, keys[i]) = i;
	}
	assert_int_equal(m.count, MANY);
	for (size_t i = 0; i < MANY; i++)
		assert_int_equal(map_get(&m, keys[i]), i);
	assert_true(map_get(&m, "") == SIZE_MAX);
	map_free(&m);
}

/* Packed keys: numbers that differ in their upper or lower half alone. */
static void numbers(void **state)
{
	struct map m = {0};

	(void)state;
	assert_true(map_get_number(&m, 0) == SIZE_MAX);
	for (uint64_t i = 0; i < MANY; i++) {
		assert_true(*map_at_number(&m, i) == SIZE_MAX);
		*map_at_number(&m, i) = i;
		*map_at_number(&m, ~i << 32) = MANY + i;
	}
	assert_int_equal(m.count, 2 * MANY);
	for (uint64_t i = 0; i < MANY; i++) {
		assert_int_equal(map_get_number(&m, i), i);
		assert_int_equal(map_get_number(&m, ~i << 32), MANY + i);
	}
	assert_true(map_get_number(&m, UINT64_MAX) == SIZE_MAX);
	map_free(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(texts),
	    cmocka_unit_test(numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
