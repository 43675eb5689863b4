/*
 * escape.h - foreign text in the language that it lands in: one table of what
 * each language needs, for every format.
 *
 * What stands here is text inside of something: of an XML element or attribute
 * (HTML as well), of a CSV cell in quotes, of a line of Markdown, of a label in
 * quotes (Prometheus, zabbix_sender), of a TAP description. Controls, invalid
 * UTF-8 and bidi characters were made visible before (text_sanitise), whoever
 * wrote the text.
 */
#ifndef PREFLIGHT_ESCAPE_H
#define PREFLIGHT_ESCAPE_H

#include <stdio.h>

enum escape {
	ESCAPE_NONE,     /* made visible only */
	ESCAPE_XML,      /* XML and HTML: elements and quoted attributes */
	ESCAPE_CSV,      /* RFC 4180, inside of quotes; no formula begins */
	ESCAPE_MARKDOWN, /* inside of a line, also in a table; no link, no
			    mention, no markup */
	ESCAPE_LABEL,    /* inside of "..." of Prometheus and zabbix_sender */
	ESCAPE_TAP,      /* a description; no directive begins */
	ESCAPE_COUNT
};

/* NULL writes nothing. */
void escape_text(FILE *out, enum escape to, const char *text);
void escape_printf(FILE *out, enum escape to, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
