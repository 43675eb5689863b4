/*
 * test_xml.c - element texts are found whatever the prefix, and never outside
 * the slice.
 */
#include "core/base/xml.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

static const char *text_of(const char *xml, const char *name)
{
	static char out[32];
	size_t length = strlen(xml);
	char *exact = malloc(length == 0 ? 1 : length); /* no NUL behind it */

	memcpy(exact, xml, length);
	if (!xml_text(xml_over(exact, length), name, out, sizeof out))
		return free(exact), "(none)";
	free(exact);
	return out;
}

static void texts_are_found(void **state)
{
	(void)state;
	assert_string_equal(text_of("<a>x</a>", "a"), "x");
	assert_string_equal(text_of("<p:a b='c'>x</p:a>", "a"), "x");
	assert_string_equal(text_of("<r><ab>1</ab><a>2</a></r>", "a"), "2");
	assert_string_equal(text_of("<a>x &amp; y &lt;&#65;</a>", "a"),
			    "x & y <&#65;");
	assert_string_equal(text_of("<a></a>", "a"), "");
	assert_string_equal(text_of("<a/>", "a"), "");
	assert_string_equal(text_of("<?xml v='1'?><!-- <b> --><a>x</a>", "a"),
			    "x");
	assert_string_equal(
	    text_of("<a>0123456789012345678901234567890123456789</a>", "a"),
	    "0123456789012345678901234567890");
}

static void broken_text_is_none(void **state)
{
	static const char *const broken[] = {"",
					     "<",
					     "<a",
					     "<a>",
					     "<a>x",
					     "<a>x<",
					     "</a>",
					     "<a>x</",
					     "<a>x</a",
					     "<p:>x</p:>",
					     "<a><b>x</b></a>",
					     ">"};

	(void)state;
	for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++)
		assert_string_equal(text_of(broken[i], "a"), "(none)");
}

static void elements_nest(void **state)
{
	static const char xml[] =
	    "<n>outside</n><about><n>inside</n></about><n>after</n>";
	char out[16];
	struct xml_slice all = xml_over(xml, strlen(xml));
	struct xml_slice about = xml_find(all, "about");

	(void)state;
	assert_true(xml_text(about, "n", out, sizeof out));
	assert_string_equal(out, "inside");
	assert_null(xml_find(xml_find(all, "nothing"), "n").at);
	assert_false(xml_text(xml_over(NULL, 0), "n", out, sizeof out));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(texts_are_found),
	    cmocka_unit_test(broken_text_is_none),
	    cmocka_unit_test(elements_nest),
	};

	return cmocka_run_group_tests_name("xml", tests, NULL, NULL);
}
