/*
 * test_text.c - sanitising, matching, durations, suggestions.
 */
#include "core/base/text.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

struct pair {
	const char *in, *out;
};

static void expect_clean(const char *in, const char *out)
{
	char clean[TEXT_MAX], again[TEXT_MAX];
	text_sanitise(clean, sizeof(clean), in, strlen(in));
	assert_string_equal(clean, out);
	assert_true(text_is_utf8(clean, strlen(clean)));
	assert_false(text_has_controls(clean));
	assert_int_equal(text_has_controls(in), strcmp(in, out) != 0);
	text_sanitise(again, sizeof(again), clean, strlen(clean));
	assert_string_equal(again, clean);
}

/* Printable text of any script passes as it is. */
static void test_clean_text(void **state)
{
	(void)state;
	static const char *const clean[] = {
	    "", "SSH-2.0-OpenSSH_9.2", "a\\x0ab",
	    "Grüße, мир, 世界 \xf0\x9f\x92\xa1",
	    "\xc2\xa0\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbd\xf4\x8f\xbf\xbf"};
	for (size_t i = 0; i < sizeof(clean) / sizeof(clean[0]); i++)
		expect_clean(clean[i], clean[i]);
}

/* Whatever could move a cursor, start a line or turn text around is shown
 * byte by byte. */
static void test_controls(void **state)
{
	(void)state;
	static const struct pair pairs[] = {
	    {"a\r\nb\tc", "a\\x0d\\x0ab\\x09c"},
	    {"\x1b]0;owned\x07", "\\x1b]0;owned\\x07"},
	    {"\x7f", "\\x7f"},
	    {"\xc2\x80\xc2\x9b\xc2\x9f", "\\xc2\\x80\\xc2\\x9b\\xc2\\x9f"},
	    {"x\xe2\x80\xaey", "x\\xe2\\x80\\xaey"},
	    {"\xe2\x80\x8e\xe2\x80\x8f", "\\xe2\\x80\\x8e\\xe2\\x80\\x8f"},
	    {"\xe2\x81\xa6\xe2\x81\xa9", "\\xe2\\x81\\xa6\\xe2\\x81\\xa9"},
	    {"\xe2\x80\xa8\xe2\x80\xa9", "\\xe2\\x80\\xa8\\xe2\\x80\\xa9"},
	    {"\xd8\x9c", "\\xd8\\x9c"},
	};
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		expect_clean(pairs[i].in, pairs[i].out);
	char clean[32];
	assert_string_equal(text_sanitise(clean, sizeof(clean), "a\0b", 3),
			    "a\\x00b");
}

/* Overlong forms, surrogates, too high and cut sequences are no UTF-8. */
static void test_invalid_utf8(void **state)
{
	(void)state;
	static const struct pair pairs[] = {
	    {"\x80", "\\x80"},
	    {"\xff\xfe", "\\xff\\xfe"},
	    {"\xc0\xaf", "\\xc0\\xaf"},
	    {"\xc1\xbf", "\\xc1\\xbf"},
	    {"\xe0\x80\xaf", "\\xe0\\x80\\xaf"},
	    {"\xe0\x9f\xbf", "\\xe0\\x9f\\xbf"},
	    {"\xed\xa0\x80", "\\xed\\xa0\\x80"},
	    {"\xed\xbf\xbf", "\\xed\\xbf\\xbf"},
	    {"\xf0\x8f\xbf\xbf", "\\xf0\\x8f\\xbf\\xbf"},
	    {"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"},
	    {"\xf5\x80\x80\x80", "\\xf5\\x80\\x80\\x80"},
	    {"\xe4\xb8", "\\xe4\\xb8"},
	    {"\xe4\xb8x", "\\xe4\\xb8x"},
	    {"\xc3\xc3\xbc", "\\xc3\xc3\xbc"},
	};
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		expect_clean(pairs[i].in, pairs[i].out);
		assert_false(text_is_utf8(pairs[i].in, strlen(pairs[i].in)));
	}
	assert_true(text_is_utf8("\r\n\x1b", 3));
	assert_true(text_is_utf8("a\0b", 3));
	assert_true(text_is_utf8(NULL, 0));
}

/* Every code point survives a round through the decoder, and only the
 * surrogates are refused. */
static void test_decoder(void **state)
{
	(void)state;
	for (uint32_t code = 0; code <= 0x110010; code++) {
		uint8_t s[4];
		size_t n = code < 0x80      ? 1
			   : code < 0x800   ? 2
			   : code < 0x10000 ? 3
					    : 4;
		static const uint8_t lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
		for (size_t i = n; i > 1; i--)
			s[i - 1] =
			    (uint8_t)(0x80 | (code >> 6 * (n - i) & 0x3f));
		s[0] = (uint8_t)(lead[n] | code >> 6 * (n - 1));
		uint32_t back = 0;
		size_t got = text_utf8(s, n, &back);
		if ((code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff) {
			assert_int_equal(got, 0);
			continue;
		}
		assert_int_equal(got, n);
		assert_int_equal(back, code);
		if (n > 1)
			assert_int_equal(text_utf8(s, n - 1, &back), 0);
	}
}

/* A text that fits to the byte is whole; a longer one is cut between
 * characters, and says so. */
static void test_cut(void **state)
{
	(void)state;
	static const struct {
		size_t size;
		const char *in, *out;
	} cases[] = {
	    {6, "abcde", "abcde"},
	    {6, "abcdef", "ab..."},
	    {7, "abü\x01", "ab..."},
	    {5, "üüü", "..."},
	    {6, "üüü", "ü..."},
	    {7, "üüü", "üüü"},
	    {9, "ab\x01\x02", "ab..."},
	    {10, "ab\x01\x02", "ab\\x01..."},
	    {11, "ab\x01\x02", "ab\\x01\\x02"},
	    {4, "abcdef", "..."},
	    {3, "abcdef", "ab"},
	    {1, "abcdef", ""},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char out[16];
		memset(out, '#', sizeof(out));
		text_sanitise(out, cases[i].size, cases[i].in,
			      strlen(cases[i].in));
		assert_string_equal(out, cases[i].out);
		assert_int_equal(out[cases[i].size], '#');
	}
	char none[1] = {'#'};
	text_sanitise(none, 0, "abc", 3);
	assert_int_equal(none[0], '#');
}

/* Letters of Europe are spelled out, signs have their likeness, marks fall
 * away; the rest is told to be there. */
static void test_ascii(void **state)
{
	(void)state;
	static const struct pair pairs[] = {
	    {"", ""},
	    {"plain ~ text", "plain ~ text"},
	    {"Gr\u00fc\u00dfe, \u00c4rger, \u00d6l, \u00dcbung",
	     "Gruesse, Aerger, Oel, Uebung"},
	    {"\u00c5se \u0141\u00f3d\u017a \u010cesko \u0152uvre",
	     "Ase Lodz Cesko OEuvre"},
	    {"na\u00efve fa\u00e7ade Stra\u1e9ee", "naive facade StraSSe"},
	    {"a\u2013b \u201cc\u201d \u2026 \u2192 d\u00a0e",
	     "a-b \"c\" ... -> d e"},
	    {"u\u0308ber \u20ac5", "uber EUR5"},
	    {"\u4e16\u754c", "??"},
	    {"\xff\xfe", "??"},
	};
	char out[64];
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		assert_string_equal(text_ascii(out, sizeof(out), pairs[i].in),
				    pairs[i].out);
	for (size_t size = 1; size < 8; size++) {
		char cut[8];
		text_ascii(cut, size, "\u00fc\u00fc\u00fc");
		assert_int_equal(strlen(cut), (size - 1) / 2 * 2);
	}
}

/* A character is one column, of some scripts two; a mark is none. */
static void test_columns(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		size_t columns;
	} cases[] = {
	    {"", 0},           {"abc", 3},          {"\u00fcber", 4},
	    {"u\u0308ber", 4}, {"\u4e16\u754c", 4}, {"\uac00", 2},
	    {"\U0001f4a1", 2}, {"\xff", 1},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(
		    text_columns(cases[i].text, strlen(cases[i].text)),
		    cases[i].columns);
}

/* A copy that is too long ends between two characters. */
static void test_copy(void **state)
{
	(void)state;
	char out[4];
	assert_string_equal(text_copy(out, sizeof(out), "abc"), "abc");
	assert_string_equal(text_copy(out, sizeof(out), "abcd"), "abc");
	assert_string_equal(text_copy(out, sizeof(out), "aüü"), "aü");
	assert_string_equal(text_copy(out, sizeof(out), "aaü"), "aa");
	assert_string_equal(text_copy(out, 1, "abc"), "");
	assert_string_equal(text_copy(out, sizeof(out), "\x80\x80\x80\x80"),
			    "");
}

/* A star takes anything, a question mark one character, nothing else is
 * special. */
static void test_glob(void **state)
{
	(void)state;
	static const struct {
		const char *pattern, *text;
		bool match;
	} cases[] = {
	    {"", "", true},
	    {"", "a", false},
	    {"*", "", true},
	    {"*", "cloud.ntp", true},
	    {"cloud.*", "cloud.ntp", true},
	    {"cloud.*", "cloud", false},
	    {"*.ntp", "a.b.ntp", true},
	    {"*a*b", "xxaxxbxb", true},
	    {"*a*b", "xxaxxbx", false},
	    {"a?c", "abc", true},
	    {"a?c", "aüc", true},
	    {"a?c", "ac", false},
	    {"?", "", false},
	    {"??", "ü", false},
	    {"**??**", "ab", true},
	    {"AUV-*", "auv-01", false},
	    {"[ab]", "a", false},
	    {"[ab]", "[ab]", true},
	    {"a\\*", "a\\x", true},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(text_glob(cases[i].pattern, cases[i].text),
				 cases[i].match);
}

/* A pattern made to explode does not. */
static void test_glob_bounded(void **state)
{
	(void)state;
	char text[4001], pattern[] = "*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b";
	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_false(text_glob(pattern, text));
}

/* Durations with and without a unit come out in microseconds. */
static void test_duration(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int64_t us;
	} cases[] = {
	    {"500ms", 500000},
	    {"3s", 3000000},
	    {"2m", 120000000},
	    {"1h", INT64_C(3600000000)},
	    {"5", 5000000},
	    {"0", 0},
	    {"1.5", 1500000},
	    {"0.25s", 250000},
	    {"1.5ms", 1500},
	    {"0.0015ms", 1},
	    {"0.5m", 30000000},
	    {"2.1234567899s", 2123456},
	    {"24h", INT64_C(86400000000)},
	    {"1440m", INT64_C(86400000000)},
	    {"86400", INT64_C(86400000000)},
	    {"86400000ms", INT64_C(86400000000)},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(text_duration(cases[i].text), cases[i].us);
}

/* Anything else is none, above all what strtod would take. */
static void test_duration_refused(void **state)
{
	(void)state;
	static const char *const bad[] = {"",
					  " ",
					  "ms",
					  "5x",
					  "-1",
					  "-0",
					  "+1",
					  " 1",
					  "1 ",
					  "1 s",
					  "1S",
					  ".5",
					  "5.",
					  "1.s",
					  "1..2",
					  "1,5",
					  "1e3",
					  "0x10",
					  "nan",
					  "inf",
					  "1us",
					  "3ss",
					  "24.000001h",
					  "25h",
					  "86401",
					  "1441m",
					  "86400001ms",
					  "99999999999999999999999999",
					  "1\n",
					  "18446744073709551616",
					  "9223372036854775808h"};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(text_duration(bad[i]), -1);
}

/* Whole numbers are read up to the limits of their type and of the caller. */
static void test_number(void **state)
{
	(void)state;
	int64_t n = 77;
	assert_true(text_number("0", 0, 10, &n));
	assert_int_equal(n, 0);
	assert_true(text_number("010", 0, 10, &n));
	assert_int_equal(n, 10);
	assert_true(text_number("-5", -5, 10, &n));
	assert_int_equal(n, -5);
	assert_true(text_number("9223372036854775807", 0, INT64_MAX, &n));
	assert_true(n == INT64_MAX);
	assert_true(text_number("-9223372036854775808", INT64_MIN, 0, &n));
	assert_true(n == INT64_MIN);
	static const char *const bad[] = {"",
					  "-",
					  "+1",
					  " 1",
					  "1 ",
					  "1.0",
					  "0x1",
					  "1a",
					  "--1",
					  "11",
					  "-1",
					  "9223372036854775808",
					  "-9223372036854775809",
					  "99999999999999999999"};
	n = 77;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(text_number(bad[i], 0, 10, &n));
	assert_int_equal(n, 77);
}

/* One mistake in a word finds it; a word unlike all others finds nothing. */
static void test_nearest(void **state)
{
	(void)state;
	static const char *const names[] = {"ports",     "hosts", "timeout",
					    "transport", "id",    NULL};
	static const struct pair cases[] = {
	    {"port", "ports"},       {"prots", "ports"},
	    {"ports", "ports"},      {"host", "hosts"},
	    {"tiemotu", "timeout"},  {"transprot", "transport"},
	    {"timeouts", "timeout"}, {"di", "id"},
	    {"banana", NULL},        {"", NULL},
	    {"xyzts", NULL},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *near = text_nearest_of(cases[i].in, names);
		if (cases[i].out == NULL)
			assert_null(near);
		else
			assert_string_equal(near, cases[i].out);
	}
}

/* Words longer than any name are not compared at all. */
static void test_nearest_long(void **state)
{
	(void)state;
	char longest[65], longer[2000];
	memset(longest, 'a', 64);
	longest[64] = '\0';
	memset(longer, 'a', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	const char *const names[] = {longer, longest, NULL};
	assert_ptr_equal(text_nearest_of(longest, names), longest);
	assert_null(text_nearest_of(longer, names));
}

/* The vectors of RFC 4648; no byte more than the buffer has. */
static void test_base64(void **state)
{
	(void)state;
	static const struct pair cases[] = {
	    {"", ""},
	    {"f", "Zg=="},
	    {"fo", "Zm8="},
	    {"foo", "Zm9v"},
	    {"foob", "Zm9vYg=="},
	    {"fooba", "Zm9vYmE="},
	    {"foobar", "Zm9vYmFy"},
	    {"\xff\xfe\xfd", "//79"},
	};
	char out[16];
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t n = strlen(cases[i].in), wide = strlen(cases[i].out);
		assert_true(text_base64(out, wide + 1, cases[i].in, n));
		assert_string_equal(out, cases[i].out);
		assert_false(text_base64(out, wide, cases[i].in, n));
	}
	assert_false(text_base64(out, sizeof(out), "x", SIZE_MAX));
}

/* Letters of ASCII only are alike; bytes compare without a sign. */
static void test_case(void **state)
{
	(void)state;
	assert_int_equal(text_casecmp("Content-LENGTH", "content-length"), 0);
	assert_int_equal(text_casecmp("", ""), 0);
	assert_true(text_casecmp("a", "B") < 0);
	assert_true(text_casecmp("b", "A") > 0);
	assert_true(text_casecmp("a", "") > 0);
	assert_true(text_casecmp("\xc3\xa4", "z") > 0);
	assert_true(text_casecmp("[", "{") < 0);
	assert_true(text_casecmp("\xc3\x84", "\xc3\xa4") < 0);
	assert_int_equal(text_ncasecmp("HTTP/1.1", "http:", 4), 0);
	assert_true(text_ncasecmp("HTTP/1.1", "http:", 5) < 0);
	assert_int_equal(text_ncasecmp("ab\0c", "ab\0d", 4), 0);
	assert_int_equal(text_ncasecmp("a", "b", 0), 0);
}

/* Every part comes, also the empty ones; then none. */
static void test_split(void **state)
{
	(void)state;
	char text[] = "a,bc; ,", *rest = text;
	assert_string_equal(text_split(&rest, ",;"), "a");
	assert_string_equal(text_split(&rest, ",;"), "bc");
	assert_string_equal(text_split(&rest, ",;"), " ");
	assert_string_equal(text_split(&rest, ",;"), "");
	assert_null(rest);
	assert_null(text_split(&rest, ",;"));
	rest = text + 7;
	assert_string_equal(text_split(&rest, ","), "");
	assert_null(text_split(&rest, ","));
}

static void test_case_find(void **state)
{
	(void)state;
	const char *text = "by Zscaler ZIA";
	assert_ptr_equal(text_casestr(text, "zscaler"), text + 3);
	assert_ptr_equal(text_casestr(text, "z"), text + 3);
	assert_ptr_equal(text_casestr(text, "ZIA"), text + 11);
	assert_ptr_equal(text_casestr(text, ""), text);
	assert_null(text_casestr(text, "ziap"));
	assert_null(text_casestr("", "z"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_clean_text),
	    cmocka_unit_test(test_controls),
	    cmocka_unit_test(test_invalid_utf8),
	    cmocka_unit_test(test_decoder),
	    cmocka_unit_test(test_cut),
	    cmocka_unit_test(test_copy),
	    cmocka_unit_test(test_ascii),
	    cmocka_unit_test(test_columns),
	    cmocka_unit_test(test_glob),
	    cmocka_unit_test(test_glob_bounded),
	    cmocka_unit_test(test_duration),
	    cmocka_unit_test(test_duration_refused),
	    cmocka_unit_test(test_number),
	    cmocka_unit_test(test_nearest),
	    cmocka_unit_test(test_nearest_long),
	    cmocka_unit_test(test_base64),
	    cmocka_unit_test(test_split),
	    cmocka_unit_test(test_case),
	    cmocka_unit_test(test_case_find),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
