/*
 * http_reply.c - what the header lines and the body say.
 */
#include "core/net/http_reply.h"

#include "core/base/text.h"

#include <string.h>

/* Where the value of a header goes. */
static const struct http_reply_field {
	const char *name;
	size_t offset;
	size_t size;
	bool scheme; /* only the first word; several are listed */
} fields[] = {
    {"Server", offsetof(struct http_reply, server),
     sizeof(((struct http_reply *)0)->server), false},
    {"Location", offsetof(struct http_reply, location),
     sizeof(((struct http_reply *)0)->location), false},
    {"Content-Type", offsetof(struct http_reply, content_type),
     sizeof(((struct http_reply *)0)->content_type), false},
    {"Date", offsetof(struct http_reply, date),
     sizeof(((struct http_reply *)0)->date), false},
    {"WWW-Authenticate", offsetof(struct http_reply, www_authenticate),
     sizeof(((struct http_reply *)0)->www_authenticate), true},
    {"Proxy-Authenticate", offsetof(struct http_reply, proxy_authenticate),
     sizeof(((struct http_reply *)0)->proxy_authenticate), true},
};

void http_reply_init(struct http_reply *r)
{
	memset(r, 0, sizeof(*r));
	r->tls.trust = TLS_TRUST_NONE;
	r->tls_us = -1;
	r->first_byte_us = -1;
}

static bool http_reply_is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static const char *http_reply_trim(const char *text, size_t *length)
{
	while (*length > 0 && http_reply_is_blank(text[*length - 1]))
		(*length)--;
	while (*length > 0 && http_reply_is_blank(*text)) {
		text++;
		(*length)--;
	}
	return text;
}

/* Appends the scheme of a challenge: "Negotiate, Basic". */
static void http_reply_add_scheme(char *out, size_t size, const char *value,
				  size_t length)
{
	size_t have = strlen(out);
	size_t word = 0;

	while (word < length && !http_reply_is_blank(value[word]))
		word++;
	if (word == 0 || have + word + 3 > size)
		return;
	if (have > 0) {
		out[have++] = ',';
		out[have++] = ' ';
	}
	text_sanitise(out + have, size - have, value, word);
}

static void http_reply_take_field(struct http_reply *r, const char *line,
				  size_t name, const char *value, size_t length)
{
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		const struct http_reply_field *f = &fields[i];
		char *out = (char *)r + f->offset;

		if (strlen(f->name) != name ||
		    text_ncasecmp(f->name, line, name) != 0)
			continue;
		if (f->scheme)
			http_reply_add_scheme(out, f->size, value, length);
		else if (out[0] == '\0')
			text_sanitise(out, f->size, value, length);
		return;
	}
}

/* "HTTP/1.1 200 OK" */
static bool http_reply_take_status(struct http_reply *r, const char *line,
				   size_t length)
{
	size_t at = 5, from = 5;
	long status = 0;
	unsigned digits = 0;

	if (length < 9 || memcmp(line, "HTTP/", 5) != 0)
		return false;
	while (at < length && line[at] != ' ' && !http_reply_is_blank(line[at]))
		at++;
	text_sanitise(r->version, sizeof(r->version), line + from, at - from);
	while (at < length && line[at] == ' ')
		at++;
	for (; at < length && digits < 3; at++, digits++) {
		if (line[at] < '0' || line[at] > '9')
			break;
		status = status * 10 + (line[at] - '0');
	}
	r->status = digits == 3 ? status : 0;
	return true;
}

static void http_reply_forget_header(struct http_reply *r)
{
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		memset((char *)r + fields[i].offset, 0, fields[i].size);
}

bool http_reply_header(struct http_reply *r, const char *line, size_t length)
{
	const char *colon = NULL;
	const char *value = NULL;
	size_t value_length = 0;

	if (http_reply_take_status(r, line, length)) {
		http_reply_forget_header(r);
		return false;
	}
	line = http_reply_trim(line, &length);
	if (length == 0)
		return r->status >= 200 || r->status == 101;
	colon = memchr(line, ':', length);
	if (colon == NULL)
		return false;
	value_length = length - (size_t)(colon + 1 - line);
	value = http_reply_trim(colon + 1, &value_length);
	http_reply_take_field(r, line, (size_t)(colon - line), value,
			      value_length);
	return false;
}

/* ---- title ---- */

static const char *http_reply_find_tag(const char *from, const char *end,
				       const char *tag)
{
	size_t length = strlen(tag);

	for (; from + length <= end; from++) {
		if (text_ncasecmp(from, tag, length) == 0)
			return from;
	}
	return NULL;
}

/* White space is one blank; a title is one line. */
static size_t http_reply_squeeze(char *out, size_t size, const char *from,
				 size_t length)
{
	size_t at = 0;

	for (size_t i = 0; i < length && at + 1 < size; i++) {
		if (!http_reply_is_blank(from[i]))
			out[at++] = from[i];
		else if (at > 0 && out[at - 1] != ' ')
			out[at++] = ' ';
	}
	while (at > 0 && out[at - 1] == ' ')
		at--;
	return at;
}

void http_reply_title(struct http_reply *r)
{
	const char *body = (const char *)r->body;
	const char *end = body == NULL ? NULL : body + r->body_length;
	const char *from = NULL;
	const char *to = NULL;
	char line[sizeof(r->title)];

	if (body == NULL)
		return;
	from = http_reply_find_tag(body, end, "<title");
	if (from == NULL)
		return;
	from = memchr(from, '>', (size_t)(end - from));
	if (from == NULL)
		return;
	from++;
	to = http_reply_find_tag(from, end, "</title");
	if (to == NULL)
		to = end;
	text_sanitise(
	    r->title, sizeof(r->title), line,
	    http_reply_squeeze(line, sizeof(line), from, (size_t)(to - from)));
}
