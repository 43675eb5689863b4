/* test_decode.c - what encodings and line ends of a table become. */
#include "profiles/read/decode.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* The text, or the error; and what was done. */
static const char *decode(const char *bytes, size_t length,
			  struct decoded *what)
{
	static char out[2048];
	struct error err;
	struct buf text;

	buf_init(&text, 4096);
	buf_append(&text, bytes, length);
	if (decode_table("x.csv", &text, what, &err) == -1)
		error_format(&err, out, sizeof out);
	else
		snprintf(out, sizeof out, "%s", buf_text(&text));
	buf_free(&text);
	return out;
}

#define GIVES(bytes, text, name)                                             \
	do {                                                                 \
		struct decoded done;                                         \
                                                                             \
		assert_string_equal(decode(bytes, sizeof(bytes) - 1, &done), \
				    text);                                   \
		if ((name) == NULL)                                          \
			assert_null(done.encoding);                          \
		else                                                         \
			assert_string_equal(done.encoding,                   \
					    (const char *)name);             \
	} while (0)

static void encodings(void **state)
{
	(void)state;
	GIVES("IP\n10.2.0.1\n", "IP\n10.2.0.1\n", NULL);
	GIVES("B\xc3\xbcro \xe2\x82\xac\n", "B\u00fcro \u20ac\n", NULL);
	GIVES("B\xfcro \x80\n", "B\u00fcro \u20ac\n", "Windows-1252");
	GIVES("\xff\xfeI\0P\0\r\0\n\0\xe9\0", "IP\n\u00e9", "UTF-16");
	GIVES("\xfe\xff\0I\0P\0\n\x20\xac", "IP\n\u20ac", "UTF-16");
	/* Without a mark, by the zero bytes. */
	GIVES("I\0P\0,\0N\0\n\0", "IP,N\n", "UTF-16");
	GIVES("\0I\0P\0,\0N\0\n", "IP,N\n", "UTF-16");
	/* Above U+FFFF. */
	GIVES("\xff\xfe\x3d\xd8\x00\xde", "\U0001F600", "UTF-16");
	/* Half a unit at the end is not a character. */
	GIVES("\xff\xfeI\0P", "I", "UTF-16");
}

static void line_ends(void **state)
{
	(void)state;
	GIVES("a\r\nb\rc\nd\n\re", "a\nb\nc\nd\n\ne", NULL);
	GIVES("a\xe2\x80\xa8"
	      "b",
	      "a\nb", NULL);
}

static void blanks(void **state)
{
	struct decoded what;

	(void)state;
	GIVES("a\xc2\xa0"
	      "b\xe2\x80\xaf"
	      "c\xe3\x80\x80"
	      "d",
	      "a b c d", NULL);
	GIVES("a\xa0"
	      "b\xfc",
	      "a b\u00fc", "Windows-1252");
	assert_string_equal(decode("\xe2\x80\x8e"
				   "10.2\xe2\x80\x8b.0.1\xef\xbb\xbf",
				   17, &what),
			    "10.2.0.1");
	assert_int_equal(what.invisible, 3);
}

static void refused(void **state)
{
	(void)state;
	GIVES("a\n\0b", "x.csv:2:1: NUL byte: this is not a text file", NULL);
	GIVES("a\x1b[31m", "x.csv:1:2: control character in the text", NULL);
	GIVES("ab\x81\n",
	      "x.csv:1:3: is not Windows-1252 from here on; save it again as "
	      "'CSV UTF-8'",
	      "Windows-1252");
	GIVES("\xff\xfe\x00\xd8x\0",
	      "x.csv:1:1: is not UTF-16 from here on; save it again as "
	      "'CSV UTF-8'",
	      "UTF-16");
	GIVES("\xc3\xbc \xfc",
	      "x.csv: mixes UTF-8 and another encoding: 1 bytes are not UTF-8; "
	      "save it again as 'CSV UTF-8'",
	      NULL);
	GIVES("PK\x03\x04\x14\0",
	      "x.csv: is an Excel workbook (or another ZIP archive), not a "
	      "list of devices; open it and save as CSV",
	      NULL);
	GIVES("\xd0\xcf\x11\xe0\xa1\xb1",
	      "x.csv: is an Excel workbook, not a list of devices; open it and "
	      "save as CSV",
	      NULL);
	GIVES("%PDF-1.4\n",
	      "x.csv: is a PDF, not a list of devices; open it and save as CSV",
	      NULL);
	GIVES("<!doctype HTML>",
	      "x.csv: is a web page, not a list of devices; open it and save "
	      "as CSV",
	      NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(encodings),
	    cmocka_unit_test(line_ends),
	    cmocka_unit_test(blanks),
	    cmocka_unit_test(refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
