/* proxy.c - CONNECT through an HTTP proxy. */
#include "core/net/proxy.h"
#include "core/base/mem.h"
#include "core/base/addr.h"
#include "core/base/text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#ifndef PREFLIGHT_VERSION
#define PREFLIGHT_VERSION "0"
#endif

void proxy_connect_request(struct buf *out, const char *host, uint16_t port,
			   const char *userpwd)
{
	bool v6 = strchr(host, ':') != NULL;
	char token[1024];

	buf_printf(out, "CONNECT %s%s%s:%u HTTP/1.1\r\n", v6 ? "[" : "", host,
		   v6 ? "]" : "", port);
	buf_printf(out, "Host: %s%s%s:%u\r\n", v6 ? "[" : "", host,
		   v6 ? "]" : "", port);
	buf_puts(out, "User-Agent: preflight/" PREFLIGHT_VERSION "\r\n");
	if (userpwd != NULL &&
	    text_base64(token, sizeof token, userpwd, strlen(userpwd)))
		buf_printf(out, "Proxy-Authorization: Basic %s\r\n", token);
	mem_wipe(token, sizeof token);
	buf_puts(out, "\r\n");
}

/* Length of the header with its empty line, or 0 when it is not complete. */
static size_t proxy_header_length(const struct buf *in)
{
	const char *end;

	if (in->length < 4)
		return 0;
	end = mem_find(in->data, in->length, "\r\n\r\n", 4);
	return end != NULL ? (size_t)(end - (const char *)in->data) + 4 : 0;
}

/* "HTTP/1.x NNN": the number, or 0. */
static int proxy_status_of(const char *header, size_t length)
{
	if (length < 12 || memcmp(header, "HTTP/1.", 7) != 0 ||
	    header[8] != ' ')
		return 0;
	for (size_t i = 9; i < 12; i++)
		if (!isdigit((unsigned char)header[i]))
			return 0;
	return (header[9] - '0') * 100 + (header[10] - '0') * 10 +
	       (header[11] - '0');
}

/* Calls use() with the value of every header line of that name. */
static void proxy_each_header(const char *header, size_t length,
			      const char *name,
			      void (*use)(struct facts *f, const char *value,
					  size_t size),
			      struct facts *facts)
{
	size_t want = strlen(name);
	const char *end = header + length;
	const char *line = header;

	while (line < end) {
		const char *stop = memchr(line, '\n', (size_t)(end - line));
		const char *value = line + want;

		if (stop == NULL)
			return;
		if ((size_t)(stop - line) > want && line[want] == ':' &&
		    text_ncasecmp(line, name, want) == 0) {
			size_t size;

			for (value++; value < stop && *value == ' ';)
				value++;
			size = (size_t)(stop - value);
			while (size > 0 && value[size - 1] == '\r')
				size--;
			use(facts, value, size);
		}
		line = stop + 1;
	}
}

static void proxy_use_server(struct facts *f, const char *value, size_t size)
{
	facts_bytes(f, "proxy-server", value, size);
}

/* "Basic realm=...": the scheme is the first word. */
static void proxy_use_scheme(struct facts *f, const char *value, size_t size)
{
	char word[32];
	size_t n = 0;

	while (n < size && n + 1 < sizeof word && value[n] != ' ' &&
	       value[n] != ',')
		n++;
	text_sanitise(word, sizeof word, value, n);
	facts_append(f, "proxy-schemes", word);
}

enum proxy_status proxy_connect_reply(struct buf *in, struct facts *facts,
				      enum cause *cause)
{
	size_t length = proxy_header_length(in);
	const char *header = (const char *)in->data;
	int status;

	*cause = CAUSE_BAD_REPLY;
	if (length == 0) {
		size_t seen = in->length < 5 ? in->length : 5;

		if (in->length > PROXY_REPLY_MAX ||
		    (seen > 0 && memcmp(in->data, "HTTP/", seen) != 0))
			return PROXY_NO;
		return PROXY_MORE;
	}
	status = proxy_status_of(header, length);
	if (status == 0)
		return PROXY_NO;
	facts_number(facts, "proxy-status", status);
	proxy_each_header(header, length, "Server", proxy_use_server, facts);
	proxy_each_header(header, length, "Proxy-Authenticate",
			  proxy_use_scheme, facts);
	if (status / 100 == 2) {
		buf_consume(in, length);
		return PROXY_OPEN;
	}
	*cause = CAUSE_REJECTED;
	return PROXY_NO;
}
