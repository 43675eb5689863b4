/*
 * test_ber.c - the BER reader never leaves its bytes and takes what agents and
 * directories really send; the writer writes the shortest form.
 */
#include "core/base/ber.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

static int64_t integer_of(const char *bytes, size_t length)
{
	struct cursor c = cursor_over(bytes, length);
	int64_t value = ber_integer(&c, BER_INTEGER);

	return c.bad ? INT64_MIN : value;
}

static void integers_are_signed(void **state)
{
	(void)state;
	assert_int_equal(integer_of("\2\1\0", 3), 0);
	assert_int_equal(integer_of("\2\1\x7f", 3), 127);
	assert_int_equal(integer_of("\2\1\x80", 3), -128);
	assert_int_equal(integer_of("\2\2\0\x80", 4), 128);
	assert_int_equal(integer_of("\2\4\x7f\xff\xff\xff", 6), 2147483647);
	/* No octets, nine octets, another tag, one octet short. */
	assert_int_equal(integer_of("\2\0", 2), INT64_MIN);
	assert_int_equal(integer_of("\2\x9\0\0\0\0\0\0\0\0\1", 11), INT64_MIN);
	assert_int_equal(integer_of("\4\1\0", 3), INT64_MIN);
	assert_int_equal(integer_of("\2\2\0", 3), INT64_MIN);
}

static void unsigned_takes_the_sign_bit_as_value(void **state)
{
	static const uint8_t five[] = {0x43, 5, 0, 0xff, 0xff, 0xff, 0xff};
	static const uint8_t four[] = {0x43, 4, 0xff, 0xff, 0xff, 0xff};
	static const uint8_t nine[] = {0x46, 9,    0,    0xff, 0xff, 0xff,
				       0xff, 0xff, 0xff, 0xff, 0xff};
	struct cursor c = cursor_over(five, sizeof five);

	(void)state;
	assert_int_equal(ber_unsigned(&c, 0x43), 0xffffffff);
	c = cursor_over(four, sizeof four);
	assert_int_equal(ber_unsigned(&c, 0x43), 0xffffffff);
	c = cursor_over(nine, sizeof nine);
	assert_true(ber_unsigned(&c, 0x46) == UINT64_MAX);
	assert_false(c.bad);
}

static void lengths_need_not_be_minimal(void **state)
{
	/* Active Directory: four octets of length. */
	static const uint8_t ad[] = {0x30, 0x84, 0, 0, 0, 3, 2, 1, 7};
	struct cursor c = cursor_over(ad, sizeof ad);
	struct cursor body = ber_enter(&c, BER_SEQUENCE);

	(void)state;
	assert_int_equal(ber_integer(&body, BER_INTEGER), 7);
	assert_false(c.bad || body.bad);
	assert_int_equal(cursor_left(&c), 0);
}

static void absurd_headers_are_bad(void **state)
{
	static const struct {
		const char *bytes;
		size_t length;
	} cases[] = {
	    {"\x30\x80\2\1\7\0\0", 7},         /* indefinite */
	    {"\x30\x85\0\0\0\0\1\0", 8},       /* five octets of length */
	    {"\x30\xff", 2},                   /* 127 of them */
	    {"\x30\x84\xff\xff\xff\xff\0", 7}, /* 4 GiB */
	    {"\x30\x05\2\1\7", 5},             /* longer than there is */
	    {"\x3f\x81\1\0", 4},               /* a tag of two octets */
	    {"\x30", 1},
	    {"", 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct cursor c = cursor_over(cases[i].bytes, cases[i].length);
		struct cursor body = ber_enter(&c, BER_SEQUENCE);
		size_t length;

		assert_true(c.bad && body.bad);
		assert_int_equal(cursor_left(&body), 0);
		assert_int_equal(ber_peek(&body), 0);
		assert_null(ber_octets(&body, BER_OCTETS, &length));
		assert_int_equal(length, 0);
	}
}

static void a_wrong_tag_spoils_parent_and_child(void **state)
{
	struct cursor c = cursor_over("\4\3\2\1\7", 5);
	struct cursor body = ber_enter(&c, BER_SEQUENCE);

	(void)state;
	assert_true(c.bad);
	ber_integer(&body, BER_INTEGER);
	assert_true(body.bad);
}

static enum ber_frame frame_of(const char *bytes, size_t length, size_t *whole)
{
	return ber_frame(bytes, length, 1000, whole);
}

static void frames_tell_more_whole_and_bad(void **state)
{
	size_t whole;

	(void)state;
	assert_int_equal(frame_of("", 0, &whole), BER_FRAME_MORE);
	assert_int_equal(frame_of("\x30", 1, &whole), BER_FRAME_MORE);
	assert_int_equal(frame_of("\x30\3\2\1", 4, &whole), BER_FRAME_MORE);
	assert_int_equal(whole, 5);
	assert_int_equal(frame_of("\x30\3\2\1\7\x30", 6, &whole),
			 BER_FRAME_WHOLE);
	assert_int_equal(whole, 5);
	assert_int_equal(frame_of("\x30\x84\0\0", 4, &whole), BER_FRAME_MORE);
	assert_int_equal(frame_of("\x30\x84\0\0\0\1\0", 7, &whole),
			 BER_FRAME_WHOLE);
	assert_int_equal(whole, 7);
	assert_int_equal(frame_of("\x30\x80", 2, &whole), BER_FRAME_BAD);
	assert_int_equal(frame_of("\x30\x85", 2, &whole), BER_FRAME_BAD);
	assert_int_equal(frame_of("\x30\xff", 2, &whole), BER_FRAME_BAD);
	assert_int_equal(frame_of("\x30\x82\3\xe4", 4, &whole), BER_FRAME_MORE);
	assert_int_equal(whole, 1000);
	assert_int_equal(frame_of("\x30\x82\3\xe5", 4, &whole), BER_FRAME_BAD);
	assert_int_equal(frame_of("\x30\x84\xff\xff\xff\xff", 6, &whole),
			 BER_FRAME_BAD);
	assert_int_equal(frame_of("GET / HTTP/1.1", 14, &whole),
			 BER_FRAME_MORE); /* 'E' is a length of 69 */
}

static void the_writer_writes_the_shortest_form(void **state)
{
	static const struct {
		int64_t value;
		const char *bytes;
		size_t length;
	} cases[] = {
	    {0, "\2\1\0", 3},
	    {127, "\2\1\x7f", 3},
	    {128, "\2\2\0\x80", 4},
	    {-1, "\2\1\xff", 3},
	    {-128, "\2\1\x80", 3},
	    {-129, "\2\2\xff\x7f", 4},
	    {65507, "\2\3\0\xff\xe3", 5},
	    {0x7fffffff, "\2\4\x7f\xff\xff\xff", 6},
	    {INT64_MAX, "\2\x8\x7f\xff\xff\xff\xff\xff\xff\xff", 10},
	    {INT64_MIN, "\2\x8\x80\0\0\0\0\0\0\0", 10},
	};
	uint8_t room[16];
	size_t length;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct ber_out o = ber_out_into(room, sizeof room);

		ber_out_integer(&o, BER_INTEGER, cases[i].value);
		const uint8_t *bytes = ber_out_bytes(&o, &length);
		assert_false(o.full);
		assert_int_equal(length, cases[i].length);
		assert_memory_equal(bytes, cases[i].bytes, length);
		assert_int_equal(integer_of((const char *)bytes, length),
				 cases[i].value);
	}
}

static void the_writer_knows_its_end(void **state)
{
	uint8_t room[300];
	uint8_t octets[256] = {0};
	size_t length;
	struct ber_out o = ber_out_into(room, sizeof room);

	(void)state;
	ber_out_octets(&o, BER_OCTETS, octets, sizeof octets);
	const uint8_t *bytes = ber_out_bytes(&o, &length);
	assert_false(o.full);
	assert_int_equal(length, 260);
	assert_memory_equal(bytes, "\4\x82\1\0", 4);
	ber_out_octets(&o, BER_OCTETS, octets, 60);
	assert_true(o.full);
	o = ber_out_into(room, 1);
	ber_out_integer(&o, BER_INTEGER, 1);
	assert_true(o.full);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(integers_are_signed),
	    cmocka_unit_test(unsigned_takes_the_sign_bit_as_value),
	    cmocka_unit_test(lengths_need_not_be_minimal),
	    cmocka_unit_test(absurd_headers_are_bad),
	    cmocka_unit_test(a_wrong_tag_spoils_parent_and_child),
	    cmocka_unit_test(frames_tell_more_whole_and_bad),
	    cmocka_unit_test(the_writer_writes_the_shortest_form),
	    cmocka_unit_test(the_writer_knows_its_end),
	};

	return cmocka_run_group_tests_name("ber", tests, NULL, NULL);
}
