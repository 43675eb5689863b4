/* network.c - reads the facts about this host's networks. */
#include "report/network.h"

#include <stdlib.h>
#include <string.h>

static const char *network_item(const struct results *r, const char *fact,
				size_t i)
{
	const struct fact *list = facts_find(&r->host, fact);

	return list == NULL || i >= list->list_count ? NULL : list->list[i];
}

/* An address that ends at one of these; the rest of the text, NULL: none. */
static const char *network_address(const char *text, char ends,
				   struct addr *out)
{
	const char *end = strchr(text, ends);
	char address[ADDR_TEXT];

	if (end == NULL || (size_t)(end - text) >= sizeof address)
		return NULL;
	memcpy(address, text, (size_t)(end - text));
	address[end - text] = '\0';
	return addr_parse(out, address) ? end + 1 : NULL;
}

bool network_own(const struct results *r, size_t i, struct network *out)
{
	const char *text = network_item(r, "networks", i), *rest;
	char *end;

	if (text == NULL)
		return false;
	rest = network_address(text, '/', &out->addr);
	if (rest == NULL)
		return false;
	out->prefix = (unsigned)strtoul(rest, &end, 10);
	out->interface = *end == ' ' ? end + 1 : end;
	return true;
}

bool network_gateway(const struct results *r, size_t i, struct addr *out)
{
	const char *text = network_item(r, "gateways", i);

	return text != NULL && addr_parse(out, text);
}

const char *network_interface(const struct results *r,
			      const struct addr *gateway)
{
	const char *text, *rest;
	struct addr a;

	for (size_t i = 0; (text = network_item(r, "gateway-via", i)) != NULL;
	     i++) {
		rest = network_address(text, ' ', &a);
		if (rest != NULL && addr_equal(&a, gateway))
			return rest;
	}
	return NULL;
}

bool network_only(const struct results *r, enum addr_family family,
		  struct network *out)
{
	struct network n;
	size_t count = 0;

	for (size_t i = 0; network_own(r, i, &n); i++)
		if (n.addr.family == family && count++ == 0)
			*out = n;
	return count == 1;
}

bool network_towards(const struct results *r, const struct addr *gateway,
		     struct network *out)
{
	const char *interface = network_interface(r, gateway);
	struct network n;
	bool found = false;

	for (size_t i = 0; network_own(r, i, &n); i++) {
		bool here =
		    interface == NULL || strcmp(n.interface, interface) == 0;

		if (n.addr.family != gateway->family || !here)
			continue;
		if (!found)
			*out = n;
		found = true;
		if (addr_in(gateway, &n.addr, n.prefix)) {
			*out = n;
			return true;
		}
	}
	return found;
}

bool network_sends(const struct results *r, const struct evidence *e,
		   struct network *out)
{
	const char *source = facts_text(&e->observed, "source");
	struct addr a;

	if (source == NULL || !addr_parse(&a, source))
		return network_towards(r, &e->addr, out);
	for (size_t i = 0; network_own(r, i, out); i++)
		if (addr_equal(&out->addr, &a))
			return true;
	return network_towards(r, &e->addr, out);
}

const char *network_route(const struct result *r, struct addr *hop, int *length)
{
	static const char via[] = " via ";
	const char *text = facts_text(&r->facts, "route");
	const char *at = text == NULL ? NULL : strstr(text, via);

	if (at == NULL || !addr_parse(hop, at + sizeof via - 1))
		return NULL;
	*length = (int)(at - text);
	return text;
}

bool network_is_routed(const struct result *r)
{
	struct addr hop;
	int length;

	return network_route(r, &hop, &length) != NULL;
}

bool network_is_passed(const struct correlation *s, enum addr_family family)
{
	for (size_t i = 0; i < s->results->count; i++) {
		const struct result *r = &s->results->items[i];
		const struct result_context *v = &s->contexts[i];

		if (r->addr.family != family || r->on_link || !v->direct ||
		    r->outcome.phase == PHASE_LOCAL || network_is_routed(r))
			continue;
		if ((v->answered && !v->unexpected) || r->outcome.has_icmp)
			return true;
	}
	return false;
}
