/*
 * addr.c - one IPv4 or IPv6 address with its port.
 */
#include "core/base/addr.h"
#include "core/base/text.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

/* An interface by number or name. */
static bool addr_scope(const char *text, uint32_t *out)
{
	int64_t number;
	if (text_number(text, 1, UINT32_MAX, &number))
		*out = (uint32_t)number;
	else
		*out = if_nametoindex(text);
	return *out != 0;
}

bool addr_parse(struct addr *out, const char *text)
{
	/* inet_pton takes no leading zeros (octal or not?), no short forms and
	 * nothing behind the address. */
	struct addr a = {.family = AF_INET};
	char number[INET6_ADDRSTRLEN];
	if (inet_pton(AF_INET, text, a.bytes) == 1) {
		*out = a;
		return true;
	}
	a = (struct addr){.family = AF_INET6};
	size_t length = strcspn(text, "%");
	if (length >= sizeof(number))
		return false;
	memcpy(number, text, length);
	number[length] = '\0';
	if (inet_pton(AF_INET6, number, a.bytes) != 1)
		return false;
	if (text[length] == '%' && !addr_scope(text + length + 1, &a.scope))
		return false;
	*out = a;
	return true;
}

const char *addr_text(const struct addr *a, char out[ADDR_TEXT])
{
	char name[IF_NAMESIZE];
	out[0] = '\0';
	if (a->family != AF_INET && a->family != AF_INET6)
		return out;
	if (inet_ntop(a->family, a->bytes, out, ADDR_TEXT) == NULL)
		return out;
	if (a->family == AF_INET6 && a->scope != 0) {
		size_t n = strlen(out);
		if (if_indextoname(a->scope, name) != NULL)
			snprintf(out + n, ADDR_TEXT - n, "%%%s", name);
		else
			snprintf(out + n, ADDR_TEXT - n, "%%%u", a->scope);
	}
	return out;
}

const char *addr_text_port(const struct addr *a, char out[ADDR_TEXT])
{
	char host[ADDR_TEXT];
	/* The widest text of inet_ntop is 39 characters: this fits. */
	addr_text(a, host);
	if (host[0] == '\0')
		out[0] = '\0';
	else if (a->family == AF_INET6)
		snprintf(out, ADDR_TEXT, "[%.55s]:%u", host, a->port);
	else
		snprintf(out, ADDR_TEXT, "%.15s:%u", host, a->port);
	return out;
}

socklen_t addr_to_sockaddr(const struct addr *a, struct sockaddr_storage *out)
{
	memset(out, 0, sizeof(*out));
	if (a->family == AF_INET) {
		struct sockaddr_in in = {.sin_family = AF_INET,
					 .sin_port = htons(a->port)};
		memcpy(&in.sin_addr, a->bytes, sizeof(in.sin_addr));
		memcpy(out, &in, sizeof(in));
		return sizeof(in);
	}
	if (a->family == AF_INET6) {
		struct sockaddr_in6 in = {.sin6_family = AF_INET6,
					  .sin6_port = htons(a->port),
					  .sin6_scope_id = a->scope};
		memcpy(&in.sin6_addr, a->bytes, sizeof(in.sin6_addr));
		memcpy(out, &in, sizeof(in));
		return sizeof(in);
	}
	return 0;
}

bool addr_from_sockaddr(struct addr *out, const struct sockaddr *sa)
{
	struct addr a = {0};
	if (sa->sa_family == AF_INET) {
		struct sockaddr_in in;
		memcpy(&in, sa, sizeof(in));
		a.family = AF_INET;
		a.port = ntohs(in.sin_port);
		memcpy(a.bytes, &in.sin_addr, sizeof(in.sin_addr));
	} else if (sa->sa_family == AF_INET6) {
		struct sockaddr_in6 in;
		memcpy(&in, sa, sizeof(in));
		a.family = AF_INET6;
		a.port = ntohs(in.sin6_port);
		a.scope = in.sin6_scope_id;
		memcpy(a.bytes, &in.sin6_addr, sizeof(in.sin6_addr));
	}
	*out = a;
	return a.family != AF_UNSPEC;
}

static size_t addr_size(const struct addr *a)
{
	if (a->family == AF_INET)
		return 4;
	return a->family == AF_INET6 ? 16 : 0;
}

static int addr_rank(const struct addr *a)
{
	if (a->family == AF_UNSPEC)
		return 0;
	return a->family == AF_INET ? 1 : 2;
}

int addr_compare(const struct addr *a, const struct addr *b)
{
	if (a->family != b->family)
		return addr_rank(a) < addr_rank(b) ? -1 : 1;
	int order = memcmp(a->bytes, b->bytes, addr_size(a));
	if (order != 0)
		return order < 0 ? -1 : 1;
	if (a->family != AF_INET6 || a->scope == b->scope)
		return 0;
	return a->scope < b->scope ? -1 : 1;
}

bool addr_equal(const struct addr *a, const struct addr *b)
{
	return addr_compare(a, b) == 0;
}

static bool addr_bits_equal(const uint8_t *a, const uint8_t *b, unsigned bits)
{
	size_t whole = bits / 8;
	if (memcmp(a, b, whole) != 0)
		return false;
	return bits % 8 == 0 || (a[whole] ^ b[whole]) >> (8 - bits % 8) == 0;
}

bool addr_in(const struct addr *a, const struct addr *net, unsigned prefix)
{
	size_t size = addr_size(a);
	if (size == 0 || a->family != net->family || prefix > size * 8)
		return false;
	return addr_bits_equal(a->bytes, net->bytes, prefix);
}

bool addr_add(struct addr *a, uint64_t offset)
{
	struct addr sum = *a;
	for (size_t i = addr_size(a); i > 0; i--) {
		/* offset < 2^56 after the first shift: no carry gets lost. */
		uint64_t low = (offset & 0xff) + sum.bytes[i - 1];
		sum.bytes[i - 1] = (uint8_t)low;
		offset = (offset >> 8) + (low >> 8);
	}
	if (offset != 0 || addr_size(a) == 0)
		return false;
	*a = sum;
	return true;
}

/* A prefix of one of the address registries. */
struct addr_block {
	uint8_t bytes[2];
	unsigned bits;
};

static bool addr_in_blocks(const uint8_t *bytes,
			   const struct addr_block *blocks, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (addr_bits_equal(bytes, blocks[i].bytes, blocks[i].bits))
			return true;
	}
	return false;
}

/* The IPv4 address inside ::ffff:0:0/96, or of IPv4 itself; else NULL. */
static const uint8_t *addr_v4(const struct addr *a)
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	if (a->family == AF_INET)
		return a->bytes;
	if (a->family == AF_INET6 && memcmp(a->bytes, mapped, 12) == 0)
		return a->bytes + 12;
	return NULL;
}

bool addr_is_private(const struct addr *a)
{
	static const struct addr_block v4_blocks[] = {
	    {{0}, 8},          /* this network, RFC 791 */
	    {{10}, 8},         /* private, RFC 1918 */
	    {{100, 64}, 10},   /* shared, RFC 6598 */
	    {{127}, 8},        /* loopback, RFC 1122 */
	    {{169, 254}, 16},  /* link-local, RFC 3927 */
	    {{172, 16}, 12},   /* private, RFC 1918 */
	    {{192, 168}, 16}}; /* private, RFC 1918 */
	static const struct addr_block v6_blocks[] = {
	    {{0xfc}, 7},         /* unique local, RFC 4193 */
	    {{0xfe, 0x80}, 10},  /* link-local, RFC 4291 */
	    {{0xfe, 0xc0}, 10}}; /* site-local, RFC 3879 */
	static const uint8_t zero[15];
	const uint8_t *v4 = addr_v4(a);
	if (v4 != NULL)
		return addr_in_blocks(v4, v4_blocks, 7);
	if (a->family != AF_INET6)
		return false;
	if (memcmp(a->bytes, zero, 15) == 0 && a->bytes[15] <= 1)
		return true; /* :: and ::1 */
	return addr_in_blocks(a->bytes, v6_blocks, 3);
}

bool addr_is_multicast(const struct addr *a)
{
	const uint8_t *v4 = addr_v4(a);
	if (v4 != NULL)
		return v4[0] >= 224 && v4[0] <= 239;
	return a->family == AF_INET6 && a->bytes[0] == 0xff;
}

bool addr_is_invalid_target(const struct addr *a)
{
	static const uint8_t zero[16];
	const uint8_t *v4 = addr_v4(a);
	if (v4 != NULL)
		return v4[0] == 0 || v4[0] >= 240;
	return a->family != AF_INET6 || memcmp(a->bytes, zero, 16) == 0;
}
