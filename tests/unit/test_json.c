/*
 * test_json.c - documents as written, byte by byte.
 */
#include "core/base/json.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

struct document {
	struct json_out j;
	char *text;
	size_t size;
};

static struct json_out *begin(struct document *d, bool compact)
{
	FILE *out = open_memstream(&d->text, &d->size);
	assert_non_null(out);
	json_begin(&d->j, out);
	d->j.compact = compact;
	return &d->j;
}

static void expect(struct document *d, const char *text)
{
	json_end(&d->j);
	fclose(d->j.out);
	assert_string_equal(d->text, text);
	free(d->text);
}

static void write_all_types(struct json_out *j)
{
	static const char *const two[] = {"x", "y", NULL};
	json_object(j);
	json_key_string(j, "text", "a");
	json_key_string(j, "null", NULL);
	json_key_number(j, "number", INT64_MIN);
	json_key_bool(j, "yes", true);
	json_key_strings(j, "two", two);
	json_key_strings(j, "none", NULL);
	json_key(j, "empty");
	json_object(j);
	json_object_end(j);
	json_key(j, "nested");
	json_array(j);
	json_null(j);
	json_array(j);
	json_array_end(j);
	json_object(j);
	json_key_bool(j, "no", false);
	json_object_end(j);
	json_array_end(j);
	json_object_end(j);
}

/* The layout is two blanks a level, one item a line, empty ones closed. */
static void test_layout(void **state)
{
	(void)state;
	struct document d;
	write_all_types(begin(&d, false));
	expect(&d, "{\n"
		   "  \"text\": \"a\",\n"
		   "  \"null\": null,\n"
		   "  \"number\": -9223372036854775808,\n"
		   "  \"yes\": true,\n"
		   "  \"two\": [\n"
		   "    \"x\",\n"
		   "    \"y\"\n"
		   "  ],\n"
		   "  \"none\": [],\n"
		   "  \"empty\": {},\n"
		   "  \"nested\": [\n"
		   "    null,\n"
		   "    [],\n"
		   "    {\n"
		   "      \"no\": false\n"
		   "    }\n"
		   "  ]\n"
		   "}\n");
}

/* A compact document is one line. */
static void test_compact(void **state)
{
	(void)state;
	struct document d;
	write_all_types(begin(&d, true));
	expect(&d, "{\"text\":\"a\",\"null\":null,"
		   "\"number\":-9223372036854775808,\"yes\":true,"
		   "\"two\":[\"x\",\"y\"],\"none\":[],\"empty\":{},"
		   "\"nested\":[null,[],{\"no\":false}]}\n");
}

/* Milliseconds have as many decimals as they need, three at most, and a
 * sign. */
static void test_ms(void **state)
{
	(void)state;
	static const struct {
		int64_t us;
		const char *text;
	} cases[] = {
	    {0, "0\n"},
	    {1, "0.001\n"},
	    {10, "0.01\n"},
	    {100, "0.1\n"},
	    {1000, "1\n"},
	    {1234, "1.234\n"},
	    {1230, "1.23\n"},
	    {1200, "1.2\n"},
	    {1030, "1.03\n"},
	    {1005, "1.005\n"},
	    {-1, "-0.001\n"},
	    {-2500, "-2.5\n"},
	    {-1000, "-1\n"},
	    {60000000, "60000\n"},
	    {INT64_MAX, "9223372036854775.807\n"},
	    {INT64_MIN, "-9223372036854775.808\n"},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct document d;
		json_ms(begin(&d, true), cases[i].us);
		expect(&d, cases[i].text);
	}
}

/* Hostile strings stay inside their quotes and become valid UTF-8. */
static void test_strings(void **state)
{
	(void)state;
	static const char *const cases[][2] = {
	    {"", "\"\"\n"},
	    {"a\"b\\c/", "\"a\\\"b\\\\c/\"\n"},
	    {"\r\n\t", "\"\\r\\n\\t\"\n"},
	    {"\x01\x1b\x1f", "\"\\u0001\\u001b\\u001f\"\n"},
	    {"\x7f\xc2\x80\xc2\x9f", "\"\\u007f\\u0080\\u009f\"\n"},
	    {"Grüße 世界", "\"Grüße 世界\"\n"},
	    {"\xf0\x9f\x92\xa1", "\"\xf0\x9f\x92\xa1\"\n"},
	    {"\xff"
	     "a",
	     "\"\xef\xbf\xbd"
	     "a\"\n"},
	    {"\xe4\xb8", "\"\xef\xbf\xbd\xef\xbf\xbd\"\n"},
	    {"\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"\n"},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct document d;
		json_string(begin(&d, true), cases[i][0]);
		expect(&d, cases[i][1]);
	}
	struct document d;
	struct json_out *j = begin(&d, true);
	json_object(j);
	json_key_string(j, "k\"\n", "v");
	json_object_end(j);
	expect(&d, "{\"k\\\"\\n\":\"v\"}\n");
}

/* Facts are written with their own types. */
static void test_facts(void **state)
{
	(void)state;
	struct facts f = {0};
	struct document d;
	struct json_out *j = begin(&d, true);
	facts_string(&f, "banner", "a\"b");
	facts_number(&f, "stratum", 2);
	facts_ms(&f, "offset", -1500);
	facts_bool(&f, "signing", false);
	facts_append(&f, "names", "x");
	facts_append(&f, "names", "y");
	json_object(j);
	json_key(j, "facts");
	json_facts(j, &f);
	json_key(j, "none");
	json_facts(j, &(struct facts){0});
	json_object_end(j);
	expect(&d, "{\"facts\":{\"banner\":\"a\\\"b\",\"stratum\":2,"
		   "\"offset\":-1.5,\"signing\":false,"
		   "\"names\":[\"x\",\"y\"]},\"none\":{}}\n");
	facts_free(&f);
}

/* Arrays nest as deep as the writer promises. */
static void test_depth(void **state)
{
	(void)state;
	struct document d;
	struct json_out *j = begin(&d, true);
	for (int i = 0; i < JSON_DEPTH_MAX; i++)
		json_array(j);
	for (int i = 0; i < JSON_DEPTH_MAX; i++)
		json_array_end(j);
	expect(&d, "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
		   "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]\n");
}

/* Whatever stands at whatever place of a string of whatever length: plain
 * octets are looked at in pieces. */
static void test_every_place(void **state)
{
	static const struct {
		const char *octets, *written;
	} odd[] = {{"\"", "\\\""},
		   {"\\", "\\\\"},
		   {"\n", "\\n"},
		   {"\x1f", "\\u001f"},
		   {"\x7f", "\\u007f"},
		   {"\xc3\xa4", "\xc3\xa4"},
		   {"\xff", "\xef\xbf\xbd"},
		   {" ", " "},
		   {"~", "~"}};
	char text[64], wanted[96];

	(void)state;
	for (size_t length = 0; length < 20; length++) {
		for (size_t at = 0; at <= length; at++) {
			for (size_t i = 0; i < sizeof odd / sizeof odd[0];
			     i++) {
				struct document d;
				int rest = (int)(length - at);

				snprintf(text, sizeof text, "%.*s%s%.*s",
					 (int)at, "aaaaaaaaaaaaaaaaaaaa",
					 odd[i].octets, rest,
					 "zzzzzzzzzzzzzzzzzzzz");
				snprintf(wanted, sizeof wanted,
					 "\"%.*s%s%.*s\"\n", (int)at,
					 "aaaaaaaaaaaaaaaaaaaa", odd[i].written,
					 rest, "zzzzzzzzzzzzzzzzzzzz");
				json_string(begin(&d, true), text);
				expect(&d, wanted);
			}
		}
	}
}

/* A document that does not fit into the buffer, with strings of all lengths
 * around its size. */
static void test_long(void **state)
{
	static char text[3 * JSON_BUFFER], wanted[3 * JSON_BUFFER + 4];

	(void)state;
	for (size_t length = 0; length < sizeof text - 1;
	     length +=
	     length < 2 * JSON_BUFFER - 20 && length > JSON_BUFFER / 2 + 20 &&
		     (length < JSON_BUFFER - 20 || length > JSON_BUFFER + 20)
		 ? 97
		 : 1) {
		struct document d;

		memset(text, 'a', length);
		text[length] = '\0';
		snprintf(wanted, sizeof wanted, "\"%s\"\n", text);
		json_string(begin(&d, true), text);
		expect(&d, wanted);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_every_place), cmocka_unit_test(test_long),
	    cmocka_unit_test(test_layout),      cmocka_unit_test(test_compact),
	    cmocka_unit_test(test_ms),          cmocka_unit_test(test_strings),
	    cmocka_unit_test(test_facts),       cmocka_unit_test(test_depth),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
