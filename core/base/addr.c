/*
 * addr.c - one IPv4 or IPv6 address with its port.
 */
#include "core/base/addr.h"
#include "core/base/text.h"

#include <stdio.h>
#include <string.h>

static const struct addr_zones *addr_zones;

void addr_set_zones(const struct addr_zones *zones)
{
	addr_zones = zones;
}

/* An interface by number or name. */
static bool addr_scope(const char *text, uint32_t *out)
{
	int64_t number;
	*out = 0;
	if (text_number(text, 1, UINT32_MAX, &number))
		*out = (uint32_t)number;
	else if (addr_zones != NULL)
		*out = addr_zones->index(text);
	return *out != 0;
}

/* Reading --------------------------------------------------------------- */

/* Four decimal numbers up to the end of the text: no leading zeros (octal or
 * not?), no short forms, nothing behind. */
static bool addr_read_v4(uint8_t out[4], const char *text)
{
	for (size_t i = 0; i < 4; i++) {
		unsigned value = 0, digits = 0;
		for (; *text >= '0' && *text <= '9'; text++, digits++) {
			value = value * 10 + (unsigned)(*text - '0');
			if (digits >= 3 || value > 255 ||
			    (digits == 1 && value < 10))
				return false;
		}
		if (digits == 0 || *text != (i < 3 ? '.' : '\0'))
			return false;
		out[i] = (uint8_t)value;
		text++;
	}
	return true;
}

static int addr_hex(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at;
	if (c >= 'A' && c <= 'F')
		c = (char)(c - 'A' + 'a');
	at = c == '\0' ? NULL : strchr(digits, c);
	return at == NULL ? -1 : (int)(at - digits);
}

/* The next group of hexadecimal digits; how many there are, 5: too many. */
static unsigned addr_read_group(const char *text, unsigned *value)
{
	unsigned digits = 0;
	*value = 0;
	while (digits < 5 && addr_hex(text[digits]) >= 0)
		*value = *value << 4 | (unsigned)addr_hex(text[digits++]);
	return digits;
}

/* Moves what stood behind "::" to the end. */
static bool addr_read_gap(uint8_t out[16], size_t used, size_t gap)
{
	if (gap == SIZE_MAX)
		return used == 16;
	if (used == 16)
		return false;
	memmove(out + 16 - (used - gap), out + gap, used - gap);
	memset(out + gap, 0, 16 - used);
	return true;
}

static bool addr_read_v6(uint8_t out[16], const char *text)
{
	size_t used = 0, gap = SIZE_MAX;
	unsigned value;
	if (text[0] == ':' && text[1] != ':')
		return false;
	text += text[0] == ':';
	for (;;) {
		unsigned digits = addr_read_group(text, &value);
		if (digits == 0 && *text == ':' && gap == SIZE_MAX) {
			gap = used; /* the second one of "::" */
			if (*++text == '\0')
				break;
			continue;
		}
		if (text[digits] == '.' && used <= 12) {
			if (!addr_read_v4(out + used, text))
				return false;
			used += 4;
			break;
		}
		if (digits == 0 || digits > 4 || used == 16)
			return false;
		out[used++] = (uint8_t)(value >> 8);
		out[used++] = (uint8_t)value;
		text += digits;
		if (*text == '\0')
			break;
		if (*text++ != ':')
			return false;
	}
	return addr_read_gap(out, used, gap);
}

bool addr_parse(struct addr *out, const char *text)
{
	struct addr a = {.family = ADDR_V4};
	char number[ADDR_TEXT];
	if (addr_read_v4(a.bytes, text)) {
		*out = a;
		return true;
	}
	a = (struct addr){.family = ADDR_V6};
	size_t length = strcspn(text, "%");
	if (length >= sizeof(number))
		return false;
	memcpy(number, text, length);
	number[length] = '\0';
	if (!addr_read_v6(a.bytes, number))
		return false;
	if (text[length] == '%' && !addr_scope(text + length + 1, &a.scope))
		return false;
	*out = a;
	return true;
}

/* Writing --------------------------------------------------------------- */

static void addr_write_v4(char out[ADDR_TEXT], const uint8_t bytes[4])
{
	size_t n = 0;
	for (size_t i = 0; i < 4; i++) {
		unsigned value = bytes[i];
		if (value >= 100)
			out[n++] = (char)('0' + value / 100);
		if (value >= 10)
			out[n++] = (char)('0' + value / 10 % 10);
		out[n++] = (char)('0' + value % 10);
		out[n++] = i < 3 ? '.' : '\0';
	}
}

static unsigned addr_group(const struct addr *a, size_t i)
{
	return (unsigned)a->bytes[2 * i] << 8 | a->bytes[2 * i + 1];
}

/* The first of the longest runs of at least two zero groups; its length. */
static size_t addr_zero_run(const struct addr *a, size_t *start)
{
	size_t best = 1, run = 0;
	*start = SIZE_MAX;
	for (size_t i = 0; i < 8; i++) {
		run = addr_group(a, i) == 0 ? run + 1 : 0;
		if (run > best) {
			best = run;
			*start = i + 1 - run;
		}
	}
	return *start == SIZE_MAX ? 0 : best;
}

/* RFC 5952; IPv4 inside ::/96 and ::ffff:0:0/96 is written as such. */
static void addr_write_v6(char out[ADDR_TEXT], const struct addr *a)
{
	size_t start, n = 0, run = addr_zero_run(a, &start);
	bool has_v4 = start == 0 &&
		      (run == 6 || (run == 5 && addr_group(a, 5) == 0xffff));
	char v4[ADDR_TEXT];
	addr_write_v4(v4, a->bytes + 12);
	for (size_t i = 0; i < (has_v4 ? 6 : 8); i++) {
		if (i == start) {
			n += (size_t)snprintf(out + n, ADDR_TEXT - n, "::");
			i += run - 1;
			continue;
		}
		n += (size_t)snprintf(out + n, ADDR_TEXT - n, "%s%x",
				      n == 0 || out[n - 1] == ':' ? "" : ":",
				      addr_group(a, i));
	}
	if (has_v4)
		snprintf(out + n, ADDR_TEXT - n, "%s%s",
			 out[n - 1] == ':' ? "" : ":", v4);
}

const char *addr_text(const struct addr *a, char out[ADDR_TEXT])
{
	char name[ADDR_ZONE] = "";
	out[0] = '\0';
	if (a->family == ADDR_V4)
		addr_write_v4(out, a->bytes);
	if (a->family != ADDR_V6)
		return out;
	addr_write_v6(out, a);
	if (a->scope == 0)
		return out;
	size_t n = strlen(out);
	if (addr_zones != NULL && addr_zones->name(a->scope, name))
		snprintf(out + n, ADDR_TEXT - n, "%%%s", name);
	else
		snprintf(out + n, ADDR_TEXT - n, "%%%u", a->scope);
	return out;
}

const char *addr_text_port(const struct addr *a, char out[ADDR_TEXT])
{
	char host[ADDR_TEXT];
	/* The widest text is 39 characters and the zone: this fits. */
	addr_text(a, host);
	if (host[0] == '\0')
		out[0] = '\0';
	else if (a->family == ADDR_V6)
		snprintf(out, ADDR_TEXT, "[%.55s]:%u", host, a->port);
	else
		snprintf(out, ADDR_TEXT, "%.15s:%u", host, a->port);
	return out;
}

static size_t addr_size(const struct addr *a)
{
	if (a->family == ADDR_V4)
		return 4;
	return a->family == ADDR_V6 ? 16 : 0;
}

int addr_compare(const struct addr *a, const struct addr *b)
{
	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	int order = memcmp(a->bytes, b->bytes, addr_size(a));
	if (order != 0)
		return order < 0 ? -1 : 1;
	if (a->family != ADDR_V6 || a->scope == b->scope)
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
	if (a->family == ADDR_V4)
		return a->bytes;
	if (a->family == ADDR_V6 && memcmp(a->bytes, mapped, 12) == 0)
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
	if (a->family != ADDR_V6)
		return false;
	if (memcmp(a->bytes, zero, 15) == 0 && a->bytes[15] <= 1)
		return true; /* :: and ::1 */
	return addr_in_blocks(a->bytes, v6_blocks, 3);
}

bool addr_is_link_local(const struct addr *a)
{
	if (a->family == ADDR_V4)
		return a->bytes[0] == 169 && a->bytes[1] == 254;
	return a->family == ADDR_V6 && a->bytes[0] == 0xfe &&
	       (a->bytes[1] & 0xc0) == 0x80;
}

bool addr_is_multicast(const struct addr *a)
{
	const uint8_t *v4 = addr_v4(a);
	if (v4 != NULL)
		return v4[0] >= 224 && v4[0] <= 239;
	return a->family == ADDR_V6 && a->bytes[0] == 0xff;
}

bool addr_is_invalid_target(const struct addr *a)
{
	static const uint8_t zero[16];
	const uint8_t *v4 = addr_v4(a);
	if (v4 != NULL)
		return v4[0] == 0 || v4[0] >= 240;
	return a->family != ADDR_V6 || memcmp(a->bytes, zero, 16) == 0;
}
