/* http_reply.c - the head of an HTTP reply line by line, the title and what a
 * captive portal looks like behind it. */
#include "core/net/http_reply.h"

#include "tests/fuzz/fuzz.h"
#include "core/net/page_signatures.h"

#include <string.h>

const unsigned fuzz_rounds = 60000;

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	static const struct web_context context = {.host = "www.example.com"};
	const char *product = NULL;
	struct http_reply r;
	struct web_url url;
	bool head = true;

	http_reply_init(&r);
	while (head && length > 0) {
		const uint8_t *end = memchr(bytes, '\n', length);
		size_t line = end != NULL ? (size_t)(end - bytes) + 1 : length;

		head = !http_reply_header(&r, (const char *)bytes, line);
		bytes += line;
		length -= line;
	}
	r.body = bytes;
	r.body_length = length;
	http_reply_title(&r);
	FUZZ_HOLDS(strlen(r.title) < sizeof r.title);
	FUZZ_HOLDS(strlen(r.location) < sizeof r.location);
	(void)page_judge(&r, &context, &product);
	(void)page_is_proxy_error(&r);
	if (page_url_parse(&url, r.location))
		(void)page_same_site(url.host, context.host);
	return 0;
}
