/*
 * xml.h - the text of an element in a small XML answer (WS-Management,
 * vSphere).
 *
 * Not a parser: it looks for the first element with a local name, whatever its
 * prefix, inside a slice, and never leaves the slice. Elements of that name
 * must not nest.
 */
#ifndef PREFLIGHT_XML_H
#define PREFLIGHT_XML_H

#include <stdbool.h>
#include <stddef.h>

struct xml_slice {
	const char *at; /* not NUL-terminated; NULL: nothing found */
	size_t length;
};

struct xml_slice xml_over(const void *bytes, size_t length);
/* What stands between <p:name ...> and </p:name>. */
struct xml_slice xml_find(struct xml_slice in, const char *name);
/* The text of an element without children, the five predefined entities
 * decoded, cut to size; false (and "") when there is none. */
bool xml_text(struct xml_slice in, const char *name, char *out, size_t size);

#endif
