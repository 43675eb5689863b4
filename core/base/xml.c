/*
 * xml.c - the text of an element in a small XML answer.
 */
#include "core/base/xml.h"

#include <string.h>

struct xml_slice xml_over(const void *bytes, size_t length)
{
	return (struct xml_slice){.at = bytes, .length = length};
}

static const char *xml_chr(struct xml_slice in, char wanted)
{
	return in.length == 0 ? NULL : memchr(in.at, wanted, in.length);
}

static struct xml_slice xml_after(struct xml_slice in, const char *at)
{
	size_t skipped = (size_t)(at - in.at);
	return (struct xml_slice){.at = at, .length = in.length - skipped};
}

/* Does a tag begin here ("p:name" then blank, '/' or '>')? */
static bool xml_is_name(struct xml_slice tag, const char *name)
{
	size_t length = 0;
	while (length < tag.length &&
	       strchr(" \t\r\n/>", tag.at[length]) == NULL)
		length++;
	struct xml_slice word = {.at = tag.at, .length = length};
	const char *colon = xml_chr(word, ':');
	if (colon != NULL)
		word = xml_after(word, colon + 1);
	return length < tag.length && word.length == strlen(name) &&
	       memcmp(word.at, name, word.length) == 0;
}

struct xml_slice xml_find(struct xml_slice in, const char *name)
{
	const struct xml_slice none = {.at = NULL, .length = 0};
	const char *body = NULL;
	for (;;) {
		const char *open = xml_chr(in, '<');
		if (open == NULL)
			return none;
		in = xml_after(in, open + 1);
		const char *close = xml_chr(in, '>');
		if (close == NULL)
			return none;
		bool is_end = in.at[0] == '/';
		struct xml_slice tag = in;
		if (is_end)
			tag = xml_after(in, in.at + 1);
		in = xml_after(in, close + 1);
		if (!xml_is_name(tag, name))
			continue;
		if (is_end && body != NULL)
			return (struct xml_slice){
			    .at = body, .length = (size_t)(open - body)};
		if (is_end || body != NULL)
			continue;
		if (close[-1] == '/') /* an empty element */
			return (struct xml_slice){.at = close, .length = 0};
		body = close + 1;
	}
}

/* One character of text, an entity decoded; returns how much it took. */
static size_t xml_character(struct xml_slice text, char *out)
{
	static const struct {
		const char *name;
		char value;
	} entities[] = {{.name = "&amp;", .value = '&'},
			{.name = "&lt;", .value = '<'},
			{.name = "&gt;", .value = '>'},
			{.name = "&quot;", .value = '"'},
			{.name = "&apos;", .value = '\''}};
	for (size_t i = 0; i < sizeof(entities) / sizeof(entities[0]); i++) {
		size_t length = strlen(entities[i].name);
		if (text.length >= length &&
		    memcmp(text.at, entities[i].name, length) == 0) {
			*out = entities[i].value;
			return length;
		}
	}
	*out = text.at[0];
	return 1;
}

bool xml_text(struct xml_slice in, const char *name, char *out, size_t size)
{
	struct xml_slice text = xml_find(in, name);
	size_t used = 0;
	out[0] = '\0';
	if (text.at == NULL || xml_chr(text, '<') != NULL)
		return false;
	while (text.length > 0 && used + 1 < size) {
		size_t taken = xml_character(text, &out[used++]);
		text = xml_after(text, text.at + taken);
	}
	out[used] = '\0';
	return true;
}
