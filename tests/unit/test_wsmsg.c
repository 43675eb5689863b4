/* WebSocket frames: whole ones are taken, halves are waited for, hostile ones
 * are refused (RFC 6455 5.2, 5.5). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/proto/wsmsg.h"

static enum ws_frame_status next(struct buf *in, const void *bytes,
				 size_t length, struct ws_seen *out)
{
	buf_init(in, 1 << 20);
	assert_true(buf_append(in, bytes, length));
	return wsmsg_next(in, out);
}

/* RFC 6455 5.7: a pong frame "Hello", as a server sends it (unmasked). */
static void whole(void **state)
{
	static const uint8_t pong[] = {0x8a, 5, 'H', 'e', 'l', 'l', 'o', 0x89};
	struct ws_seen seen;
	struct buf in;

	(void)state;
	assert_int_equal(next(&in, pong, sizeof pong, &seen), WS_FRAME);
	assert_int_equal(seen.opcode, WS_PONG);
	assert_int_equal(seen.length, 5);
	assert_memory_equal(seen.payload, "Hello", 5);
	assert_int_equal(in.length, 1); /* what follows stays */
	buf_free(&in);
}

static void cut(void **state)
{
	static const uint8_t pong[] = {0x8a, 5, 'H', 'e', 'l', 'l', 'o'};
	struct ws_seen seen;
	struct buf in;

	(void)state;
	for (size_t i = 0; i < sizeof pong; i++) {
		assert_int_equal(next(&in, pong, i, &seen), WS_MORE);
		assert_int_equal(in.length, i);
		buf_free(&in);
	}
}

static void refused(void **state)
{
	static const uint8_t bad[][10] = {
	    {0x8a, 0x80, 1, 2, 3, 4}, /* a server masks not */
	    {0x82, 0x80, 1, 2, 3, 4},
	    {0x89, 126, 0, 126},                 /* control: 125 at most */
	    {0x82, 127, 0, 0, 0, 0, 0, 1, 0, 1}, /* data: 64 KiB at most */
	    {0x82, 127, 255, 255, 255, 255, 255, 255, 255, 255},
	};
	struct ws_seen seen;
	struct buf in;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		assert_int_equal(next(&in, bad[i], sizeof bad[i], &seen),
				 WS_BAD);
		buf_free(&in);
	}
}

/* Data passes by; its length may stand in two octets. */
static void data(void **state)
{
	uint8_t frame[4 + 300] = {0x82, 126, 300 >> 8, 300 & 255};
	struct ws_seen seen;
	struct buf in;

	(void)state;
	assert_int_equal(next(&in, frame, sizeof frame, &seen), WS_FRAME);
	assert_int_equal(seen.opcode, 2);
	assert_int_equal(seen.length, 0);
	assert_int_equal(in.length, 0);
	buf_free(&in);
}

static void client(void **state)
{
	uint8_t frame[WS_FRAME_MAX], long_text[WS_CONTROL_MAX + 1] = {0};

	(void)state;
	assert_int_equal(wsmsg_frame(frame, WS_PING, "ab", 2), 8);
	assert_int_equal(frame[0], 0x89);
	assert_int_equal(frame[1], 0x82);
	assert_int_equal(frame[6] ^ frame[2], 'a');
	assert_int_equal(frame[7] ^ frame[3], 'b');
	assert_int_equal(
	    wsmsg_frame(frame, WS_PING, long_text, sizeof long_text), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(whole), cmocka_unit_test(cut),
	    cmocka_unit_test(refused), cmocka_unit_test(data),
	    cmocka_unit_test(client)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
