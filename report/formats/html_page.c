/* html_page.c - what every page has: head, band, foot, and text made safe. */
#include "report/formats/html.h"

#include "core/base/sha256.h"
#include "core/base/text.h"
#include "report/formats/vocabulary.h"

#include <stdlib.h>
#include <string.h>

enum { HTML_HASH = 64 };

/* Controls, bidi marks and what is not UTF-8 are visible; the five characters
 * that mean something to HTML are written by name. */
void html_text(FILE *out, const char *text)
{
	size_t length = text != NULL ? strlen(text) : 0, size = length * 4 + 8;
	char *clean;

	if (length == 0)
		return;
	clean = mem_calloc(size, 1);
	text_sanitise(clean, size, text, length);
	for (const char *c = clean; *c != '\0'; c++) {
		switch (*c) {
		case '&':
			fputs("&amp;", out);
			break;
		case '<':
			fputs("&lt;", out);
			break;
		case '>':
			fputs("&gt;", out);
			break;
		case '"':
			fputs("&quot;", out);
			break;
		case '\'':
			fputs("&#39;", out);
			break;
		default:
			putc(*c, out);
		}
	}
	free(clean);
}

void html_element(FILE *out, const char *element, const char *text)
{
	fprintf(out, "<%s>", element);
	html_text(out, text);
	fprintf(out, "</%.*s>", (int)strcspn(element, " "), element);
}

/* Lines stay lines. */
static void html_lines(FILE *out, const char *text)
{
	while (*text != '\0') {
		size_t length = strcspn(text, "\n");
		char *line = mem_calloc(length + 1, 1);

		memcpy(line, text, length);
		for (char *tab = line; *tab != '\0'; tab++)
			*tab = *tab == '\t' ? ' ' : *tab;
		html_text(out, line);
		free(line);
		text += length;
		if (*text == '\n') {
			putc('\n', out);
			text++;
		}
	}
}

/* 'sha256-…' of an element's content (CSP level 3, hash-source). */
static void html_hash(FILE *out, const char *content)
{
	char hex[SHA256_TEXT], text[HTML_HASH];
	unsigned char bytes[SHA256_TEXT / 2];

	sha256_hex(content, strlen(content), hex);
	for (size_t i = 0; i < sizeof bytes; i++) {
		char pair[3] = {hex[2 * i], hex[2 * i + 1], '\0'};

		bytes[i] = (unsigned char)strtoul(pair, NULL, 16);
	}
	text_base64(text, sizeof text, bytes, sizeof bytes);
	fprintf(out, "'sha256-%s'", text);
}

void html_begin(FILE *out, const char *title)
{
	fputs("<!doctype html>\n<html lang=\"en\">\n<head>\n"
	      "<meta charset=\"utf-8\">\n"
	      "<meta http-equiv=\"Content-Security-Policy\" content=\""
	      "default-src 'none'; style-src ",
	      out);
	html_hash(out, html_style);
	fputs("; script-src ", out);
	html_hash(out, html_script);
	fputs("; img-src data:; base-uri 'none'; form-action 'none'\">\n"
	      "<meta name=\"viewport\" content=\"width=device-width, "
	      "initial-scale=1\">\n"
	      "<meta name=\"color-scheme\" content=\"light dark\">\n"
	      "<meta name=\"referrer\" content=\"no-referrer\">\n"
	      "<link rel=\"icon\" href=\"data:,\">\n",
	      out);
	html_element(out, "title", title);
	fprintf(out, "\n<style>%s</style>\n</head>\n<body>\n", html_style);
}

void html_end(FILE *out, const char *version)
{
	fputs("</main>\n<footer>Written by preflight ", out);
	html_text(out, version);
	fprintf(out, "</footer>\n<script>%s</script>\n</body>\n</html>\n",
		html_script);
}

void html_band(FILE *out, const char *kind, const char *headline)
{
	fprintf(out, "<header class=\"band %s\">\n<h1>", kind);
	html_text(out, headline);
	fputs("</h1>\n", out);
}

const char *html_run_kind(enum run_verdict verdict)
{
	static const char *const kinds[] = {[RUN_READY] = "good",
					    [RUN_READY_WITH_WARNINGS] = "warn",
					    [RUN_UNDECIDED] = "open",
					    [RUN_NOT_READY] = "bad"};

	return kinds[verdict];
}

const char *html_kind(enum verdict verdict)
{
	switch (verdict) {
	case VERDICT_PASS:
		return "good";
	case VERDICT_WARN:
		return "warn";
	case VERDICT_FAIL:
	case VERDICT_SKIP:
		return "bad";
	case VERDICT_NONE:
	case VERDICT_NOT_NEEDED:
	case VERDICT_UNTESTED:
	case VERDICT_COUNT:
		break;
	}
	return "open";
}

void html_verdict(FILE *out, enum verdict verdict)
{
	static const char *const symbols[VERDICT_COUNT] = {
	    [VERDICT_PASS] = "\u2713",
	    [VERDICT_WARN] = "!",
	    [VERDICT_FAIL] = "\u2717",
	    [VERDICT_SKIP] = "\u2717",
	    [VERDICT_UNTESTED] = "\u00b7"};
	const char *symbol = symbols[verdict];

	fprintf(out,
		"<span class=\"verdict %s\"><span aria-hidden=\"true\">%s"
		"</span> %s</span>",
		html_kind(verdict), symbol != NULL ? symbol : "\u2013",
		verdict == VERDICT_NONE ? "none" : verdict_name(verdict));
}

void html_fact(FILE *out, const char *label, const char *text)
{
	if (text == NULL || *text == '\0')
		return;
	fputs("<div>", out);
	html_element(out, "dt", label);
	html_element(out, "dd", text);
	fputs("</div>\n", out);
}

void html_copy(FILE *out, const char *summary, const char *id, const char *text)
{
	fputs("<details class=\"copy\">", out);
	html_element(out, "summary", summary);
	fprintf(out,
		"<button type=\"button\" class=\"act\" data-copy=\"%s\" "
		"hidden>Copy</button><pre id=\"%s\" tabindex=\"0\">",
		id, id);
	html_lines(out, text);
	fputs("</pre></details>\n", out);
}
