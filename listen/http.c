/*
 * http.c - the request line of HTTP/1 (RFC 9112 3) and the preface of HTTP/2
 * (RFC 9113 3.4). What is asked for is not kept.
 */
#include "listen/recogniser.h"

#include "core/base/mem.h"

#include <stdio.h>
#include <string.h>

static const char *const http_methods[] = {
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PRI", NULL};

enum { HTTP_VERSION = 9 }; /* " HTTP/1.1" */

static enum recognised http_line(const struct recognised_bytes *in,
				 const char *method, char *said)
{
	const uint8_t *end = mem_find(in->bytes, in->length, "\n", 1);
	size_t length = end != NULL ? (size_t)(end - in->bytes) : 0;
	const char *version;

	if (end == NULL)
		return RECOGNISED_MORE;
	if (length > 0 && in->bytes[length - 1] == '\r')
		length--;
	if (length < strlen(method) + 2 + HTTP_VERSION)
		return RECOGNISED_NO;
	version = (const char *)in->bytes + length - HTTP_VERSION;
	if (memcmp(version, " HTTP/", 6) != 0 || version[7] != '.' ||
	    version[6] < '0' || version[6] > '9' || version[8] < '0' ||
	    version[8] > '9')
		return RECOGNISED_NO;
	snprintf(said, RECOGNISED_SAID, "%s, %.8s", method, version + 1);
	return RECOGNISED_YES;
}

static enum recognised http_recognise(const struct recognised_bytes *in,
				      char said[RECOGNISED_SAID])
{
	for (const char *const *m = http_methods; *m != NULL; m++) {
		size_t length = strlen(*m);
		size_t have = in->length < length ? in->length : length;

		if (memcmp(in->bytes, *m, have) != 0)
			continue;
		if (in->length <= length)
			return RECOGNISED_MORE;
		if (in->bytes[length] == ' ')
			return http_line(in, *m, said);
	}
	return RECOGNISED_NO;
}

static const uint16_t http_ports[] = {80, 8080, 0};

const struct recogniser recogniser_http = {
    .name = "http",
    .title = "HTTP",
    .transports = TRANSPORTS_TCP,
    .ports = http_ports,
    .setting = "the agent's or script's server address (URL), and that it "
	       "runs; start it now",
    .read = http_recognise,
};
