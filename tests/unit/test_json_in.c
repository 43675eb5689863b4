/*
 * test_json_in.c - JSON read value by value; what is not JSON is refused with
 * its place, whatever it holds, and within the limits.
 */
#include "core/base/json.h"
#include "core/base/json_in.h"
#include "core/base/mem.h"
#include "core/os/files.h"

#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

/* Reads these bytes; `read` goes as far as it likes. */
static bool reads(const char *bytes, size_t length,
		  void (*read)(struct json_in *j), struct error *err)
{
	FILE *in = length == 0
		       ? fopen("/dev/null", "r")
		       : fmemopen((void *)(uintptr_t)bytes, length, "r");
	struct json_in *j;
	bool good;

	assert_non_null(in);
	*err = (struct error){0};
	j = json_in_new("x.json", in, err);
	read(j);
	good = !json_in_failed(j);
	assert_true(good == (err->text[0] == '\0'));
	if (!good)
		assert_string_equal(err->file, "x.json");
	json_in_free(j);
	fclose(in);
	return good;
}

/* All of it, by passing it by. */
static void pass(struct json_in *j)
{
	json_in_value(j);
	json_in_leave(j, 0);
	json_in_end(j);
}

static void refuse(const char *bytes, size_t length, unsigned line,
		   const char *text)
{
	struct error err;

	assert_false(reads(bytes, length, pass, &err));
	assert_int_equal(err.line, line);
	assert_string_equal(err.text, text);
}

/* What the writer wrote, each type, and its place in the file. */
static void read_types(struct json_in *j)
{
	assert_int_equal(json_in_value(j), JSON_IS_OBJECT);
	assert_int_equal(json_in_depth(j), 1);
	assert_string_equal(json_in_key(j), "text");
	assert_int_equal(json_in_value(j), JSON_IS_TEXT);
	assert_string_equal(json_in_text(j), "a\"\\\n\xc3\xa9");
	assert_string_equal(json_in_key(j), "least");
	assert_int_equal(json_in_value(j), JSON_IS_INTEGER);
	assert_true(json_in_integer(j) == INT64_MIN);
	assert_string_equal(json_in_key(j), "ms");
	assert_int_equal(json_in_value(j), JSON_IS_REAL);
	assert_true(json_in_decimal(j) > 1.4999 && json_in_decimal(j) < 1.5001);
	assert_string_equal(json_in_key(j), "yes");
	assert_int_equal(json_in_value(j), JSON_IS_BOOL);
	assert_true(json_in_flag(j));
	assert_string_equal(json_in_key(j), "none");
	assert_int_equal(json_in_value(j), JSON_IS_NULL);
	assert_string_equal(json_in_key(j), "two");
	assert_int_equal(json_in_value(j), JSON_IS_LIST);
	assert_true(json_in_item(j));
	assert_int_equal(json_in_value(j), JSON_IS_TEXT);
	assert_true(json_in_item(j));
	assert_int_equal(json_in_value(j), JSON_IS_TEXT);
	assert_string_equal(json_in_text(j), "y");
	assert_false(json_in_item(j));
	assert_string_equal(json_in_key(j), "left");
	assert_int_equal(json_in_value(j), JSON_IS_OBJECT);
	json_in_leave(j, 1);
	assert_string_equal(json_in_key(j), "last");
	assert_int_equal(json_in_value(j), JSON_IS_LIST);
	assert_false(json_in_item(j));
	assert_null(json_in_key(j));
	assert_int_equal(json_in_depth(j), 0);
	assert_true(json_in_end(j));
}

static void types(void **state)
{
	static const char *const two[] = {"x", "y", NULL};
	struct error err;
	struct json_out out;
	char *text = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&text, &size);

	(void)state;
	json_begin(&out, to);
	json_object(&out);
	json_key_string(&out, "text", "a\"\\\n\xc3\xa9");
	json_key_number(&out, "least", INT64_MIN);
	json_key(&out, "ms");
	json_ms(&out, 1500);
	json_key_bool(&out, "yes", true);
	json_key_string(&out, "none", NULL);
	json_key_strings(&out, "two", two);
	json_key(&out, "left");
	json_object(&out);
	json_key_strings(&out, "deep", two);
	json_object_end(&out);
	json_key_strings(&out, "last", NULL);
	json_object_end(&out);
	json_end(&out);
	fclose(to);
	assert_true(reads(text, strlen(text), read_types, &err));
	free(text);
}

/* Numbers keep their type; those that fit nowhere are refused. */
static void numbers(void **state)
{
	static const char *const bad[] = {"[01]",    "[1.]",
					  "[.5]",    "[-]",
					  "[+1]",    "[1e]",
					  "[--1]",   "[1-2]",
					  "[0x1]",   "[9223372036854775808]",
					  "[1e999]", "[-9223372036854775809]"};
	static const char *const good[] = {"[0]",
					   "[-0]",
					   "[9223372036854775807]",
					   "[1e3]",
					   "[1E-2]",
					   "[999999999999999999]",
					   "[-1.25e+2]",
					   "[12345678901234567]"};
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_false(reads(bad[i], strlen(bad[i]), pass, &err));
		assert_memory_equal(err.text, "not JSON: ", 10);
	}
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		assert_true(reads(good[i], strlen(good[i]), pass, &err));
}

static void refused(void **state)
{
	(void)state;
	refuse("", 0, 1, "not JSON: '[' or '{' expected near end of file");
	refuse(" \n\t", 3, 2, "not JSON: '[' or '{' expected near end of file");
	refuse("7", 1, 1, "not JSON: '[' or '{' expected near '7'");
	refuse("\"a\"", 3, 1, "not JSON: '[' or '{' expected near '\"'");
	refuse("{}x", 3, 1, "not JSON: end of file expected near 'x'");
	refuse("\n\n[1,", 5, 3, "not JSON: a value expected near end of file");
	refuse("[1,]", 4, 1, "not JSON: a value expected near ']'");
	refuse("[1 2]", 5, 1, "not JSON: ']' expected near '2'");
	refuse("[1}", 3, 1, "not JSON: ']' expected near '}'");
	refuse("[,1]", 4, 1, "not JSON: a value expected near ','");
	refuse("{1:2}", 5, 1, "not JSON: string or '}' expected near '1'");
	refuse("{\"a\" 1}", 7, 1, "not JSON: ':' expected near '1'");
	refuse("{\"a\":1,}", 8, 1, "not JSON: string or '}' expected near '}'");
	refuse("{\"a\":1]", 7, 1, "not JSON: '}' expected near ']'");
	refuse("[NaN]", 5, 1, "not JSON: invalid token near 'NaN'");
	refuse("[\v1]", 4, 1, "not JSON: a value expected near '\\x0b'");
	refuse("[\0]", 3, 1, "not JSON: a value expected near ''");
	refuse("[\"a\nb\"]", 7, 2,
	       "not JSON: control character in a text near '\"'");
	refuse("[\"a\0b\"]", 7, 1,
	       "not JSON: control character in a text near '\"'");
	refuse("[\"abc", 5, 1,
	       "not JSON: premature end of input near end of file");
}

/* Only UTF-8, no half pair, no U+0000: in plain texts, with escapes, in keys.
 */
static void texts(void **state)
{
	static const char *const bad[] = {
	    "[\"\xff\"]",    "[\"\xed\xa0\x80\"]", "[\"\xc0\x80\"]",
	    "[\"\\n\xff\"]", "[\"\\u0000\"]",      "[\"\\ud800\"]",
	    "[\"\\udc00\"]", "[\"\\ud800\\n\"]",   "[\"\\u12g4\"]",
	    "[\"\\x41\"]",   "{\"\xff\": 1}",      "{\"\\u0000\": 1}"};
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_false(reads(bad[i], strlen(bad[i]), pass, &err));
		assert_memory_equal(err.text, "not JSON: ", 10);
		assert_int_equal(err.line, 1);
	}
}

static void read_escapes(struct json_in *j)
{
	json_in_value(j);
	assert_true(json_in_item(j));
	assert_int_equal(json_in_value(j), JSON_IS_TEXT);
	assert_string_equal(json_in_text(j), "\xf0\x9f\x98\x80\"\\/\b");
}

static void escapes(void **state)
{
	static const char text[] = "[\"\\ud83d\\ude00\\\"\\\\\\/\\b\"]";
	struct error err;

	(void)state;
	assert_true(reads(text, sizeof text - 1, read_escapes, &err));
}

static void cut_at_each_octet(void **state)
{
	static const char text[] =
	    "{\"a\": [1, -2.5e3, true, null, \"x\\u00e9\"],"
	    " \"b\": {\"c\": {}, \"d\": []}}";
	struct error err;

	(void)state;
	assert_true(reads(text, sizeof text - 1, pass, &err));
	for (size_t n = 0; n < sizeof text - 1; n++) {
		assert_false(reads(text, n, pass, &err));
		assert_memory_equal(err.text, "not JSON: ", 10);
		assert_int_equal(err.line, 1);
	}
}

/* A key that is there twice is the caller's to see, and to name. */
static void read_twice(struct json_in *j)
{
	json_in_value(j);
	assert_string_equal(json_in_key(j), "a");
	json_in_value(j);
	json_in_twice(j, json_in_key(j));
	assert_null(json_in_key(j));
	assert_int_equal(json_in_value(j), JSON_IS_ABSENT);
	assert_false(json_in_item(j));
	assert_false(json_in_end(j));
	json_in_leave(j, 0);
}

static void twice(void **state)
{
	struct error err;

	(void)state;
	assert_false(reads("{\"a\":1,\n \"a\":2}", 15, read_twice, &err));
	assert_int_equal(err.line, 2);
	assert_string_equal(err.text,
			    "not JSON: duplicate object key near '\"a\"'");
}

static void nested(unsigned depth, bool good)
{
	char text[200];
	struct error err;

	memset(text, '[', depth);
	memset(text + depth, ']', depth);
	assert_true(reads(text, depth * 2, pass, &err) == good);
	if (!good)
		assert_string_equal(
		    err.text,
		    "not JSON: maximum parsing depth reached near '['");
}

static void limits(void **state)
{
	enum { LONG = (1 << 20) + 10, MANY = 9000000 };
	char *text = mem_calloc(MANY * 2, 1);
	struct error err;

	(void)state;
	nested(64, true);
	nested(65, false);
	memset(text, '[', MANY);
	assert_false(reads(text, MANY, pass, &err));
	/* One text may have a mebioctet, one number, too. */
	memset(text, 'x', LONG);
	memcpy(text, "[\"", 2);
	memcpy(text + LONG - 20, "\"]", 2);
	assert_true(reads(text, LONG - 18, pass, &err));
	memset(text + LONG - 20, 'x', 20);
	memcpy(text + LONG - 2, "\"]", 2);
	refuse(text, LONG, 0, "has a text longer than 1 MiB");
	memset(text + 1, '1', LONG);
	refuse(text, LONG, 0, "has a text longer than 1 MiB");
	memset(text + 1, 'x', LONG);
	refuse(text, LONG, 0, "has a text longer than 1 MiB");
	for (size_t i = 0; i < MANY; i++)
		memcpy(text + i * 2, "1,", 2);
	text[0] = '[';
	text[1] = ' ';
	refuse(text, MANY * 2, 0, "more than 8388608 values");
	free(text);
}

/* A stream without an end, as a pipe may be. */
static ssize_t endless(void *cookie, char *to, size_t size)
{
	size_t *left = cookie;
	size_t n = size < *left ? size : *left;

	memset(to, ' ', n);
	*left -= n;
	return (ssize_t)n;
}

static void too_large(void **state)
{
	const cookie_io_functions_t calls = {.read = endless};
	size_t left = (size_t)300 << 20;
	struct error err = {0};
	FILE *in = fopencookie(&left, "r", calls);
	struct json_in *j = json_in_new("x.json", in, &err);

	(void)state;
	pass(j);
	assert_string_equal(err.text, "larger than 256 MiB");
	assert_true(left > (size_t)40 << 20);
	json_in_free(j);
	json_in_free(NULL);
	fclose(in);
}

/* Files that cannot be read are told apart from files that are wrong. */
static void files(void **state)
{
	struct error err;
	struct json_in *j;
	char line[200];
	FILE *out;

	(void)state;
	assert_null(os_file_stream("/nonexistent/report.json", &err));
	error_format(&err, line, sizeof line);
	assert_string_equal(line, "/nonexistent/report.json: cannot open: "
				  "No such file or directory");
	assert_null(os_file_stream("/tmp", &err));
	error_format(&err, line, sizeof line);
	assert_string_equal(line, "/tmp: cannot read: Is a directory");
	/* What breaks while it is read: here a stream for writing. */
	out = fopen("/dev/null", "w");
	j = json_in_new("x.json", out, &err);
	pass(j);
	error_format(&err, line, sizeof line);
	assert_string_equal(line, "x.json: cannot be read to its end");
	json_in_free(j);
	fclose(out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(types),     cmocka_unit_test(numbers),
	    cmocka_unit_test(refused),   cmocka_unit_test(texts),
	    cmocka_unit_test(escapes),   cmocka_unit_test(cut_at_each_octet),
	    cmocka_unit_test(twice),     cmocka_unit_test(limits),
	    cmocka_unit_test(too_large), cmocka_unit_test(files),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
