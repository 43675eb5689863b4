/*
 * test_buf.c - the bounded buffer.
 */
#include "core/base/buf.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

/* An empty buffer is an empty string, before and after its first byte. */
static void test_empty(void **state)
{
	(void)state;
	struct buf b;
	buf_init(&b, 10);
	assert_string_equal(buf_text(&b), "");
	buf_consume(&b, 5);
	assert_true(buf_append(&b, NULL, 0));
	assert_string_equal(buf_text(&b), "");
	assert_false(b.overflow);
	buf_free(&b);
}

/* Exactly the maximum fits; one byte more changes nothing but overflow. */
static void test_maximum(void **state)
{
	(void)state;
	struct buf b;
	buf_init(&b, 5);
	assert_true(buf_puts(&b, "12345"));
	assert_false(b.overflow);
	assert_false(buf_putc(&b, '6'));
	assert_true(b.overflow);
	assert_string_equal(buf_text(&b), "12345");
	assert_int_equal(b.length, 5);
	buf_free(&b);
	assert_false(b.overflow);
	assert_int_equal(b.max, 5);
	assert_true(buf_puts(&b, "abc"));
	buf_free(&b);
}

/* After an overflow nothing is appended: a text never has a hole. */
static void test_no_hole(void **state)
{
	(void)state;
	struct buf b;
	buf_init(&b, 6);
	assert_true(buf_puts(&b, "ab"));
	assert_false(buf_puts(&b, "cdefgh"));
	assert_false(buf_puts(&b, "c"));
	assert_false(buf_printf(&b, "%d", 1));
	assert_string_equal(buf_text(&b), "ab");
	buf_free(&b);
}

/* Growth keeps the contents; a maximum of any size is no length to allocate. */
static void test_growth(void **state)
{
	(void)state;
	struct buf b;
	buf_init(&b, SIZE_MAX);
	for (int i = 0; i < 10000; i++)
		assert_true(buf_printf(&b, "%04d", i));
	assert_int_equal(b.length, 40000);
	assert_memory_equal(b.data + 39996, "9999", 5);
	assert_false(buf_append(&b, b.data, SIZE_MAX));
	buf_free(&b);
	buf_init(&b, 0);
	assert_false(buf_putc(&b, 'x'));
	assert_string_equal(buf_text(&b), "");
	buf_free(&b);
}

/* Formatted text that does not fit is not there in part. */
static void test_printf(void **state)
{
	(void)state;
	struct buf b;
	buf_init(&b, 8);
	assert_true(buf_printf(&b, "%s=%d", "a", 12));
	assert_string_equal(buf_text(&b), "a=12");
	assert_false(buf_printf(&b, "%s", "12345"));
	assert_string_equal(buf_text(&b), "a=12");
	buf_free(&b);
}

/* Consuming drops from the front, at most all, and NUL bytes are bytes. */
static void test_consume(void **state)
{
	(void)state;
	struct buf b;
	buf_init(&b, 8);
	assert_true(buf_append(&b, "a\0bcd", 5));
	buf_consume(&b, 2);
	assert_int_equal(b.length, 3);
	assert_string_equal(buf_text(&b), "bcd");
	assert_true(buf_puts(&b, "efghi"));
	assert_string_equal(buf_text(&b), "bcdefghi");
	buf_consume(&b, 100);
	assert_int_equal(b.length, 0);
	assert_string_equal(buf_text(&b), "");
	buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_empty),   cmocka_unit_test(test_maximum),
	    cmocka_unit_test(test_no_hole), cmocka_unit_test(test_growth),
	    cmocka_unit_test(test_printf),  cmocka_unit_test(test_consume),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
