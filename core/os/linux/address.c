/*
 * address.c - struct addr to sockaddr and back; names of interfaces.
 */
#include "core/os/address.h"
#include "core/base/text.h"
#include "core/os/linux/sockaddr.h"

#include <net/if.h>
#include <netinet/in.h>
#include <string.h>

static bool os_zone_name(uint32_t index, char out[ADDR_ZONE])
{
	_Static_assert(ADDR_ZONE >= IF_NAMESIZE, "a name must fit");
	return if_indextoname(index, out) != NULL;
}

static uint32_t os_zone_index(const char *name)
{
	return if_nametoindex(name);
}

const struct addr_zones os_zones = {os_zone_index, os_zone_name};

sa_family_t os_family_number(enum addr_family family)
{
	static const sa_family_t numbers[] = {AF_UNSPEC, AF_INET, AF_INET6};
	return numbers[family];
}

enum addr_family os_family_of(int number)
{
	if (number == AF_INET)
		return ADDR_V4;
	return number == AF_INET6 ? ADDR_V6 : ADDR_NONE;
}

size_t os_address_write(const struct addr *a, void *out, size_t size)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET,
				 .sin_port = htons(a->port)};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6,
				  .sin6_port = htons(a->port),
				  .sin6_scope_id = a->scope};
	memcpy(&v4.sin_addr, a->bytes, sizeof(v4.sin_addr));
	memcpy(&v6.sin6_addr, a->bytes, sizeof(v6.sin6_addr));
	size_t length = a->family == ADDR_V4 ? sizeof(v4) : sizeof(v6);
	if (a->family == ADDR_NONE || length > size)
		return 0;
	memcpy(out, a->family == ADDR_V4 ? (void *)&v4 : (void *)&v6, length);
	return length;
}

bool os_address_read(struct addr *out, const void *bytes, size_t size)
{
	struct sockaddr_in v4 = {0};
	struct sockaddr_in6 v6 = {0};
	sa_family_t number = AF_UNSPEC;
	*out = (struct addr){0};
	if (size >= sizeof(number))
		memcpy(&number, bytes, sizeof(number));
	if (number == AF_INET && size >= sizeof(v4)) {
		memcpy(&v4, bytes, sizeof(v4));
		out->port = ntohs(v4.sin_port);
		memcpy(out->bytes, &v4.sin_addr, sizeof(v4.sin_addr));
	} else if (number == AF_INET6 && size >= sizeof(v6)) {
		memcpy(&v6, bytes, sizeof(v6));
		out->port = ntohs(v6.sin6_port);
		out->scope = v6.sin6_scope_id;
		memcpy(out->bytes, &v6.sin6_addr, sizeof(v6.sin6_addr));
	} else {
		return false;
	}
	out->family = os_family_of(number);
	return true;
}

socklen_t os_sockaddr_write(const struct addr *a, struct sockaddr_storage *out)
{
	memset(out, 0, sizeof(*out));
	return (socklen_t)os_address_write(a, out, sizeof(*out));
}

bool os_sockaddr_read(struct addr *out, const struct sockaddr *sa, size_t size)
{
	return os_address_read(out, sa, size);
}
