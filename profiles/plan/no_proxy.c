/*
 * no_proxy.c - which hosts do not go through the proxy.
 *
 * As libcurl reads no_proxy: "*"; a name stands for itself and for what is
 * below it, with or without a dot in front or behind; an address, also in
 * brackets; a network.
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

/* "2001:db8::1" of "[2001:db8::1]", which the entry may be, too. */
static bool no_proxy_exact(const char *entry, const struct addr *literal)
{
	char text[ADDR_TEXT];
	struct addr exact;

	if (*entry == '[') {
		text_copy(text, sizeof text, entry + 1);
		text[strcspn(text, "]")] = '\0';
		entry = text;
	}
	return addr_parse(&exact, entry) && addr_equal(&exact, literal);
}

/* A dot at the end is the root's. */
static size_t no_proxy_length(const char *name)
{
	size_t length = strlen(name);

	return length > 0 && name[length - 1] == '.' ? length - 1 : length;
}

static bool no_proxy_is(const char *entry, const char *host,
			const struct addr *literal)
{
	size_t length, host_length = no_proxy_length(host);

	if (strcmp(entry, "*") == 0)
		return true;
	if (literal->family != ADDR_NONE)
		return no_proxy_exact(entry, literal) ||
		       no_proxy_network(entry, literal);
	entry += *entry == '*' && entry[1] == '.';
	entry += *entry == '.';
	length = no_proxy_length(entry);
	if (length == 0 || length > host_length ||
	    text_ncasecmp(host + host_length - length, entry, length) != 0)
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
