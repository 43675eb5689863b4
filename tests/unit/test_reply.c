/*
 * test_reply.c - replies of digits and text: one line or several, in pieces,
 * and what is none.
 */
#include "core/proto/reply.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

struct stream {
	struct buf in;
	struct reply r;
	struct reply_line line;
};

static void begin(struct stream *s, bool loose, const char *text)
{
	memset(s, 0, sizeof *s);
	buf_init(&s->in, 65536);
	s->r.loose = loose;
	assert_true(buf_puts(&s->in, text));
}

static enum reply_status next(struct stream *s)
{
	enum reply_status status = reply_next(&s->r, &s->in, &s->line);

	if (status == REPLY_LINE)
		buf_consume(&s->in, s->line.length);
	return status;
}

static void a_line(struct stream *s, const char *text, bool last)
{
	assert_int_equal(next(s), REPLY_LINE);
	assert_string_equal(s->line.text, text);
	assert_int_equal(s->line.last, last);
}

static void ends(struct stream *s, enum reply_status status)
{
	assert_int_equal(next(s), status);
	buf_free(&s->in);
}

static void one_line(void **state)
{
	struct stream s;

	(void)state;
	begin(&s, false, "220 ready\r\n250\n250 \r\n");
	a_line(&s, "ready", true);
	assert_int_equal(s.r.code, 220);
	a_line(&s, "", true);
	assert_int_equal(s.r.code, 250);
	a_line(&s, "", true);
	ends(&s, REPLY_MORE);
}

static void several_lines(void **state)
{
	struct stream s;

	(void)state;
	begin(&s, false, "250-a\r\n250-b\r\n250 c\r\n221 bye\r\n");
	a_line(&s, "a", false);
	assert_int_equal(s.r.lines, 1);
	a_line(&s, "b", false);
	a_line(&s, "c", true);
	assert_int_equal(s.r.lines, 3);
	a_line(&s, "bye", true);
	assert_int_equal(s.r.lines, 1);
	assert_int_equal(s.r.code, 221);
	ends(&s, REPLY_MORE);
}

/* RFC 959 4.2: anything may stand between, even other codes. */
static void ftp_has_loose_lines(void **state)
{
	struct stream s;

	(void)state;
	begin(&s, true,
	      "220-First\r\nSecond\r\n 220 x\r\n999 y\r\n123 z\r\n"
	      "220-more\r\n\r\n220 last\r\n");
	a_line(&s, "First", false);
	a_line(&s, "Second", false);
	a_line(&s, " 220 x", false);
	a_line(&s, "999 y", false);
	a_line(&s, "z", false);
	a_line(&s, "more", false);
	a_line(&s, "", false);
	a_line(&s, "last", true);
	assert_int_equal(s.r.code, 220);
	ends(&s, REPLY_MORE);
	begin(&s, false, "250-a\r\nb\r\n");
	a_line(&s, "a", false);
	ends(&s, REPLY_BAD);
}

static void in_pieces(void **state)
{
	static const char text[] = "220-a\r\n220 b\r\n";
	struct stream s;
	unsigned lines = 0;

	(void)state;
	begin(&s, false, "");
	for (size_t i = 0; i < sizeof text - 1; i++) {
		enum reply_status status;

		assert_true(buf_append(&s.in, text + i, 1));
		status = next(&s);
		assert_int_not_equal(status, REPLY_BAD);
		lines += status == REPLY_LINE;
	}
	assert_int_equal(lines, 2);
	assert_true(s.line.last);
	ends(&s, REPLY_MORE);
}

/* As early as it can be seen: no more need be waited for. */
static void what_is_no_reply(void **state)
{
	static const char *const bad[] = {"S",    "6",    "0",     "2x",
					  "22x",  "2200", "220x",  "\n",
					  "22\n", "+OK",  "HTTP/", "\x15"};
	static const char *const maybe[] = {"2",    "22",   "220",
					    "220 ", "220-", "220\r"};
	struct stream s;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		begin(&s, false, bad[i]);
		ends(&s, REPLY_BAD);
	}
	for (size_t i = 0; i < sizeof maybe / sizeof maybe[0]; i++) {
		begin(&s, false, maybe[i]);
		ends(&s, REPLY_MORE);
	}
}

static void it_has_an_end(void **state)
{
	struct stream s;
	unsigned lines = 0;

	(void)state;
	begin(&s, false, "220 ");
	for (size_t i = 0; i < REPLY_OCTETS_MAX; i++)
		assert_true(buf_putc(&s.in, 'x'));
	ends(&s, REPLY_BAD);
	begin(&s, true, "220-x\n");
	for (size_t i = 0; i < 2 * REPLY_LINES_MAX; i++)
		assert_true(buf_puts(&s.in, "\n"));
	while (next(&s) == REPLY_LINE)
		lines++;
	assert_int_equal(lines, REPLY_LINES_MAX);
	ends(&s, REPLY_BAD);
	begin(&s, false, "");
	for (size_t i = 0; i < 60; i++)
		assert_true(buf_printf(&s.in, "250-%0100d\n", 0));
	lines = 0;
	while (next(&s) == REPLY_LINE)
		lines++;
	assert_int_equal(lines, REPLY_OCTETS_MAX / 105);
	ends(&s, REPLY_BAD);
}

static void texts_are_clean(void **state)
{
	struct stream s;

	(void)state;
	begin(&s, false, "220 \x1b[2J\x07\xff\r\n");
	a_line(&s, "\\x1b[2J\\x07\\xff", true);
	ends(&s, REPLY_MORE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(one_line),
	    cmocka_unit_test(several_lines),
	    cmocka_unit_test(ftp_has_loose_lines),
	    cmocka_unit_test(in_pieces),
	    cmocka_unit_test(what_is_no_reply),
	    cmocka_unit_test(it_has_an_end),
	    cmocka_unit_test(texts_are_clean),
	};

	return cmocka_run_group_tests_name("reply", tests, NULL, NULL);
}
