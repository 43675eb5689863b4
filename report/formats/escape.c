/* escape.c - what each language takes for its own, and what is written instead.
 */
#include "report/formats/escape.h"

#include "core/base/mem.h"
#include "core/base/text.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

struct escape_pair {
	const char *what, *instead;
};

struct escape_rules {
	const struct escape_pair *pairs; /* the first that matches counts */
	/* A text that begins with one of these characters, or strings, gets
	 * `before` in front. */
	const char *const *starts;
	const char *before;
};

#define LAST      \
	{         \
		0 \
	}

/* XML 1.0 has no place for U+FFFE and U+FFFF, not even as references. */
static const struct escape_pair escape_xml[] = {
    {"&", "&amp;"},        {"<", "&lt;"},
    {">", "&gt;"},         {"\"", "&quot;"},
    {"'", "&#39;"},        {"\xef\xbf\xbe", "?"},
    {"\xef\xbf\xbf", "?"}, LAST};

static const struct escape_pair escape_csv[] = {{"\"", "\"\""}, LAST};
/* The last four are the same signs in full width, which Excel takes, too. */
static const char *const escape_formulas[] = {"=",
					      "+",
					      "-",
					      "@",
					      "\xef\xbc\x9d",
					      "\xef\xbc\x8b",
					      "\xef\xbc\x8d",
					      "\xef\xbc\xa0",
					      NULL};

static const struct escape_pair escape_markdown[] = {
    {"\\", "\\\\"},       {"`", "\\`"},   {"*", "\\*"},
    {"_", "\\_"},         {"[", "\\["},   {"]", "\\]"},
    {"<", "&lt;"},        {">", "&gt;"},  {"|", "\\|"},
    {"~", "\\~"},         {"&", "&amp;"}, {"#", "\\#"},
    {"!", "\\!"},         {"@", "&#64;"}, {"://", "&#58;//"},
    {"www.", "www&#46;"}, {"$", "\\$"},   LAST};
static const char *const escape_markers[] = {"-", "+", "=", NULL};

static const struct escape_pair escape_label[] = {
    {"\\", "\\\\"}, {"\"", "\\\""}, {"\n", "\\n"}, LAST};

static const struct escape_pair escape_tap[] = {
    {"\\", "\\\\"}, {"#", "\\#"}, LAST};

static const struct escape_rules escape_table[ESCAPE_COUNT] = {
    [ESCAPE_XML] = {.pairs = escape_xml},
    [ESCAPE_CSV] = {.pairs = escape_csv,
		    .starts = escape_formulas,
		    .before = "'"},
    [ESCAPE_MARKDOWN] = {.pairs = escape_markdown,
			 .starts = escape_markers,
			 .before = "\\"},
    [ESCAPE_LABEL] = {.pairs = escape_label},
    [ESCAPE_TAP] = {.pairs = escape_tap},
};

static bool escape_begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

static void escape_start(FILE *out, const struct escape_rules *r,
			 const char *text)
{
	/* A spreadsheet looks behind blanks. */
	text += strspn(text, " ");
	for (size_t i = 0; r->starts != NULL && r->starts[i] != NULL; i++)
		if (escape_begins(text, r->starts[i])) {
			fputs(r->before, out);
			return;
		}
}

static void escape_clean(FILE *out, const struct escape_rules *r,
			 const char *text)
{
	while (*text != '\0') {
		const struct escape_pair *p = r->pairs;

		while (p != NULL && p->what != NULL &&
		       !escape_begins(text, p->what))
			p++;
		if (p != NULL && p->what != NULL) {
			fputs(p->instead, out);
			text += strlen(p->what);
		} else {
			putc(*text++, out);
		}
	}
}

void escape_text(FILE *out, enum escape to, const char *text)
{
	const struct escape_rules *r = &escape_table[to];
	size_t length, size;
	char *clean;

	if (text == NULL)
		return;
	length = strlen(text);
	size = length * 4 + 4;
	clean = mem_calloc(size, 1);
	text_sanitise(clean, size, text, length);
	escape_start(out, r, clean);
	escape_clean(out, r, clean);
	free(clean);
}

void escape_printf(FILE *out, enum escape to, const char *format, ...)
{
	char *text;
	va_list ap;

	va_start(ap, format);
	text = mem_vprintf(format, ap);
	va_end(ap);
	escape_text(out, to, text);
	free(text);
}
