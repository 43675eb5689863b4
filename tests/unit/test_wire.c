/*
 * test_wire.c - bounded reading and writing of packets.
 */
#include "core/base/wire.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static const uint8_t counting[16] = {0x01, 0x23, 0x45, 0x67, 0x89, 0xab,
				     0xcd, 0xef, 0xfe, 0xdc, 0xba, 0x98,
				     0x76, 0x54, 0x32, 0x10};

/* Numbers of all widths are read in both byte orders. */
static void test_numbers(void **state)
{
	(void)state;
	struct cursor c = cursor_over(counting, 16);
	assert_int_equal(cursor_u8(&c), 0x01);
	assert_int_equal(cursor_be16(&c), 0x2345);
	assert_int_equal(cursor_be24(&c), 0x6789ab);
	assert_int_equal(cursor_be32(&c), 0xcdeffedc);
	assert_int_equal(cursor_offset(&c), 10);
	assert_int_equal(cursor_left(&c), 6);
	c = cursor_over(counting, 16);
	assert_int_equal(cursor_le16(&c), 0x2301);
	assert_int_equal(cursor_le32(&c), 0xab896745);
	assert_true(cursor_le64(&c) == UINT64_C(0x547698badcfeefcd));
	c = cursor_over(counting, 16);
	assert_true(cursor_be64(&c) == UINT64_C(0x0123456789abcdef));
	assert_false(c.bad);
}

/* A read past the end gives 0 and spoils the cursor for good, even though
 * fewer bytes would still be there. */
static void test_past_end(void **state)
{
	(void)state;
	struct cursor c = cursor_over(counting, 3);
	assert_int_equal(cursor_be32(&c), 0);
	assert_true(c.bad);
	assert_int_equal(cursor_left(&c), 0);
	assert_int_equal(cursor_u8(&c), 0);
	cursor_seek(&c, 0);
	assert_true(c.bad);
	assert_int_equal(cursor_u8(&c), 0);
	assert_null(cursor_bytes(&c, 0));
}

/* Lengths that would wrap a pointer are refused. */
static void test_huge_length(void **state)
{
	(void)state;
	struct cursor c = cursor_over(counting, 16);
	assert_null(cursor_bytes(&c, SIZE_MAX));
	assert_true(c.bad);
	c = cursor_over(counting, 16);
	cursor_skip(&c, SIZE_MAX - 3);
	assert_true(c.bad);
	c = cursor_over(counting, 16);
	cursor_seek(&c, SIZE_MAX);
	assert_true(c.bad);
}

/* No bytes are a good cursor with nothing to read. */
static void test_nothing(void **state)
{
	(void)state;
	struct cursor c = cursor_over(NULL, 0);
	assert_int_equal(cursor_left(&c), 0);
	assert_non_null(cursor_bytes(&c, 0));
	assert_false(c.bad);
	assert_int_equal(cursor_u8(&c), 0);
	assert_true(c.bad);
}

/* Seeking goes anywhere inside, the end included, and not behind it. */
static void test_seek(void **state)
{
	(void)state;
	struct cursor c = cursor_over(counting, 16);
	cursor_seek(&c, 14);
	assert_int_equal(cursor_be16(&c), 0x3210);
	cursor_seek(&c, 0);
	assert_int_equal(cursor_u8(&c), 1);
	cursor_seek(&c, 16);
	assert_false(c.bad);
	assert_int_equal(cursor_left(&c), 0);
	cursor_seek(&c, 17);
	assert_true(c.bad);
}

/* A slice cannot be read past its own end, and its bytes are gone from the
 * cursor; one that is too long spoils both. */
static void test_slice(void **state)
{
	(void)state;
	struct cursor c = cursor_over(counting, 16);
	struct cursor s = cursor_slice(&c, 2);
	assert_int_equal(cursor_left(&c), 14);
	assert_int_equal(cursor_be16(&s), 0x0123);
	assert_int_equal(cursor_u8(&s), 0);
	assert_true(s.bad);
	assert_false(c.bad);
	s = cursor_slice(&c, 15);
	assert_true(s.bad);
	assert_true(c.bad);
	assert_int_equal(cursor_left(&s), 0);
}

/* What was written is exactly these bytes. */
static void test_write(void **state)
{
	(void)state;
	static const uint8_t expected[] = {
	    0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09,
	    0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f, 0x11, 0x10, 0x15,
	    0x14, 0x13, 0x12, 0x1d, 0x1c, 0x1b, 0x1a, 0x19, 0x18,
	    0x17, 0x16, 'h',  'i',  0,    0,    0xff, 0xfe};
	uint8_t bytes[64];
	struct wire w = wire_into(bytes, sizeof(bytes));
	wire_u8(&w, 1);
	wire_be16(&w, 0x0203);
	wire_be32(&w, 0x04050607);
	wire_be64(&w, UINT64_C(0x08090a0b0c0d0e0f));
	wire_le16(&w, 0x1011);
	wire_le32(&w, 0x12131415);
	wire_le64(&w, UINT64_C(0x161718191a1b1c1d));
	wire_text(&w, "hi");
	wire_zero(&w, 2);
	wire_bytes(&w, "\xff\xfe", 2);
	assert_int_equal(w.length, sizeof(expected));
	assert_memory_equal(bytes, expected, sizeof(expected));
	assert_false(w.full);
}

/* What does not fit is not written in part, and nothing follows it. */
static void test_write_full(void **state)
{
	(void)state;
	uint8_t bytes[4] = {9, 9, 9, 9};
	struct wire w = wire_into(bytes, 3);
	wire_u8(&w, 1);
	wire_be32(&w, 0);
	assert_true(w.full);
	wire_u8(&w, 2);
	assert_int_equal(w.length, 1);
	assert_int_equal(bytes[1], 9);
	w = wire_into(bytes, 3);
	wire_bytes(&w, counting, SIZE_MAX);
	assert_true(w.full);
	w = wire_into(bytes, 3);
	wire_zero(&w, 3);
	assert_false(w.full);
	wire_text(&w, "");
	wire_bytes(&w, NULL, 0);
	assert_false(w.full);
	assert_int_equal(bytes[3], 9);
}

/* A length field is patched where it was written, nowhere else. */
static void test_patch(void **state)
{
	(void)state;
	uint8_t bytes[8];
	struct wire w = wire_into(bytes, sizeof(bytes));
	wire_patch_be16(&w, 0, 1);
	assert_true(w.full);
	w = wire_into(bytes, sizeof(bytes));
	wire_zero(&w, 4);
	wire_patch_be16(&w, 2, 0xabcd);
	assert_false(w.full);
	assert_memory_equal(bytes, "\0\0\xab\xcd", 4);
	wire_patch_be16(&w, 3, 1);
	assert_true(w.full);
	assert_memory_equal(bytes, "\0\0\xab\xcd", 4);
	w.full = false;
	wire_patch_be16(&w, SIZE_MAX, 1);
	assert_true(w.full);
}

/* Two cookies of 16 bytes are not the same. */
static void test_random(void **state)
{
	(void)state;
	uint8_t one[16] = {0}, two[16] = {0};
	wire_random(one, sizeof(one));
	wire_random(two, sizeof(two));
	assert_memory_not_equal(one, two, sizeof(one));
	wire_random(one, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_numbers),
	    cmocka_unit_test(test_past_end),
	    cmocka_unit_test(test_huge_length),
	    cmocka_unit_test(test_nothing),
	    cmocka_unit_test(test_seek),
	    cmocka_unit_test(test_slice),
	    cmocka_unit_test(test_write),
	    cmocka_unit_test(test_write_full),
	    cmocka_unit_test(test_patch),
	    cmocka_unit_test(test_random),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
