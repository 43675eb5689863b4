/*
 * no_proxy.c - which hosts do not go through the proxy.
 *
 * As libcurl reads no_proxy: "*"; a name stands for itself and for what is
 * below it, with or without a dot in front; an address; a network.
 */
#include "profiles/plan/plan_internal.h"
#include "core/base/text.h"

#include <string.h>

static bool no_proxy_network(const char *entry, const struct addr *literal)
{
	const char *slash = strchr(entry, '/');
	char text[ADDR_TEXT];
	unsigned prefix = 0;
	struct addr net;

	if (slash == NULL || (size_t)(slash - entry) >= sizeof text)
		return false;
	memcpy(text, entry, (size_t)(slash - entry));
	text[slash - entry] = '\0';
	for (const char *c = slash + 1; *c >= '0' && *c <= '9'; c++)
		prefix =
		    prefix < 1000 ? prefix * 10 + (unsigned)(*c - '0') : prefix;
	return addr_parse(&net, text) && net.family == literal->family &&
	       prefix <= (net.family == ADDR_V4 ? 32 : 128) &&
	       addr_in(literal, &net, prefix);
}

static bool no_proxy_is(const char *entry, const char *host,
			const struct addr *literal)
{
	size_t length, host_length = strlen(host);
	struct addr exact;

	if (strcmp(entry, "*") == 0)
		return true;
	if (literal->family != ADDR_NONE)
		return (addr_parse(&exact, entry) &&
			addr_equal(&exact, literal)) ||
		       no_proxy_network(entry, literal);
	entry += *entry == '*' && entry[1] == '.';
	entry += *entry == '.';
	length = strlen(entry);
	if (length == 0 || length > host_length ||
	    text_casecmp(host + host_length - length, entry) != 0)
		return false;
	return length == host_length || host[host_length - length - 1] == '.';
}

bool no_proxy_has(char *const *no_proxy, const char *host,
		  const struct addr *literal)
{
	for (; no_proxy != NULL && *no_proxy != NULL; no_proxy++) {
		if (no_proxy_is(*no_proxy, host, literal))
			return true;
	}
	return false;
}
