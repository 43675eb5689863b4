/*
 * target.c - how targets are written: addresses, names, networks, services.
 *
 * Sizes are computed in 64 bits before anything is allocated (T-11).
 */
#include "profiles/plan/target.h"
#include "core/base/text.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static bool target_is_label(const char *label, size_t length)
{
	if (length == 0 || length > 63)
		return false;
	if (label[0] == '-' || label[length - 1] == '-')
		return false;
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)label[i];
		if (c > 127 || (!isalnum(c) && c != '-' && c != '_'))
			return false;
	}
	return true;
}

/* "192.168.10-20.1-5", "10.2.0.*", "10.2.0.x": numbers and ranges of them. */
static bool target_is_octets(const char *text)
{
	return strchr(text, '.') != NULL && strpbrk(text, "-*xX") != NULL &&
	       isdigit((unsigned char)*text) &&
	       text[strspn(text, "0123456789.-*xX")] == '\0';
}

/* Letters, digits, '-' and '_'; the last label is not a number: "10.2.0" and
 * "300.1.1.1" are mistyped addresses, not names. A final dot is fine. */
static bool target_is_name(const char *text)
{
	size_t length = strlen(text);
	const char *label = text;
	const char *end = text + length;

	if (length == 0 || length > TARGET_NAME_MAX)
		return false;
	if (end[-1] == '.')
		end--;
	for (;;) {
		const char *dot = memchr(label, '.', (size_t)(end - label));
		const char *stop = dot == NULL ? end : dot;

		if (!target_is_label(label, (size_t)(stop - label)))
			return false;
		if (dot == NULL)
			return strspn(label, "0123456789") <
			       (size_t)(end - label);
		label = dot + 1;
	}
}

/* The address of "fe80::1%eth9", whatever machine's the zone is. */
static bool target_zoned(const char *text, struct addr *out)
{
	size_t length = strcspn(text, "%");
	char head[ADDR_TEXT];

	if (text[length] == '\0' || text[length + 1] == '\0' ||
	    length >= sizeof head)
		return false;
	memcpy(head, text, length);
	head[length] = '\0';
	return addr_parse(out, head) && addr_is_link_local(out);
}

bool target_is_zoned(const char *text)
{
	struct addr a;

	return target_zoned(text, &a);
}

int target_zone(const struct addr *a, const char *text, struct error *err)
{
	char plain[ADDR_TEXT];

	if (!addr_is_link_local(a) || a->scope != 0)
		return 0;
	error_set(err, "'%s' is a link-local address and needs its interface",
		  text);
	error_suggest(err,
		      "write %s%%eth0, where eth0 is the interface of this "
		      "host that leads to it",
		      addr_text(a, plain));
	return -1;
}

static int target_parse(const char *text, struct addr *literal,
			struct error *err)
{
	memset(literal, 0, sizeof *literal);
	if (addr_parse(literal, text)) {
		if (!addr_is_invalid_target(literal))
			return 0;
		return error_set(err, "no device can have the address '%s'",
				 text);
	}
	memset(literal, 0, sizeof *literal);
	if (target_is_zoned(text))
		return 0; /* of another machine: target_here() */
	if (target_is_octets(text)) {
		error_set(err,
			  "'%s' is a range in another octet than the last, or "
			  "not a whole address",
			  text);
		error_suggest(err, "write one range or network for each part, "
				   "such as 10.2.0.10-20 or 10.2.0.0/24");
		return -1;
	}
	if (target_is_name(text))
		return 0;
	if (strchr(text, '*') != NULL)
		return error_set(err,
				 "'%s': a wildcard is not a host name; name "
				 "a host under it",
				 text);
	error_set(err, "'%s' is not an address or a host name", text);
	if (strstr(text, "://") != NULL)
		error_suggest(err, "write only the host name");
	return -1;
}

int target_group(const char *text, struct addr *literal, struct error *err)
{
	if (target_parse(text, literal, err) == -1)
		return -1;
	if (literal->family == ADDR_NONE || !addr_is_multicast(literal))
		return error_set(err, "'%s' is not a multicast address", text);
	return 0;
}

int target_host(const char *text, struct addr *literal, struct error *err)
{
	if (target_parse(text, literal, err) == -1)
		return -1;
	if (literal->family != ADDR_NONE && addr_is_multicast(literal))
		return error_set(err, "'%s' is a multicast address", text);
	return target_zone(literal, text, err);
}

int target_here(const char *text, struct addr *literal, struct error *err)
{
	if (target_host(text, literal, err) == -1)
		return -1;
	if (literal->family != ADDR_NONE || !target_is_zoned(text))
		return 0;
	error_set(err, "'%s': this host has no interface '%s'", text,
		  strchr(text, '%') + 1);
	error_suggest(err, "write the interface of this host that leads to it");
	return -1;
}

/* The numeric address before '/' or '-'; false when there is no address. */
static bool target_head(const char *text, char mark, struct addr *out,
			const char **rest)
{
	const char *at = strchr(text, mark);
	char head[ADDR_TEXT];

	if (at == NULL || (size_t)(at - text) >= sizeof head)
		return false;
	memcpy(head, text, (size_t)(at - text));
	head[at - text] = '\0';
	*rest = at + 1;
	memset(out, 0, sizeof *out);
	return addr_parse(out, head);
}

bool target_is_network(const char *text)
{
	struct addr first;
	const char *rest;

	return strchr(text, '/') != NULL ||
	       target_head(text, '-', &first, &rest);
}

/* Clears the bits after the prefix; true where some were set. */
static bool target_mask(struct addr *a, unsigned prefix)
{
	unsigned size = a->family == ADDR_V4 ? 4 : 16;
	bool had_bits = false;

	for (unsigned i = 0; i < size; i++) {
		unsigned keep = prefix >= 8 * (i + 1) ? 8
				: prefix <= 8 * i     ? 0
						      : prefix - 8 * i;
		uint8_t mask = (uint8_t)(0xff00u >> keep);
		if ((a->bytes[i] & ~mask) != 0)
			had_bits = true;
		a->bytes[i] &= mask;
	}
	return had_bits;
}

static int target_check_ends(const char *text, const struct addr *first,
			     const struct addr *last, struct error *err)
{
	if (addr_is_multicast(first) || addr_is_multicast(last))
		return error_set(err, "'%s' holds multicast addresses", text);
	if (addr_is_invalid_target(first) || addr_is_invalid_target(last))
		return error_set(
		    err, "'%s' holds addresses that no device can have", text);
	return target_zone(first, text, err);
}

static int target_too_large(const char *text, bool v4, unsigned prefix,
			    struct error *err)
{
	unsigned least = v4 ? TARGET_PREFIX_MIN_V4 : TARGET_PREFIX_MIN_V6;
	unsigned bits = (v4 ? 32 : 128) - prefix;

	if (bits < 64)
		error_set(err,
			  "'%s' stands for %llu addresses; a sweep takes at "
			  "most %d",
			  text, 1ULL << bits, TARGET_SWEEP_MAX);
	else
		error_set(err,
			  "'%s' stands for 2^%u addresses; a sweep takes at "
			  "most %d",
			  text, bits, TARGET_SWEEP_MAX);
	error_suggest(err, "name the devices, or write /%u networks or smaller",
		      least);
	return -1;
}

static int target_cidr(const char *text, struct addr *first, uint64_t *total,
		       struct error *err)
{
	char clean[ADDR_TEXT];
	struct addr last;
	const char *rest;
	int64_t prefix;
	bool v4;

	if (!target_head(text, '/', first, &rest))
		return error_set(err, "'%s' does not start with an address",
				 text);
	v4 = first->family == ADDR_V4;
	if (!text_number(rest, 0, v4 ? 32 : 128, &prefix))
		return error_set(err, "'%s': the prefix is 0 to %d", text,
				 v4 ? 32 : 128);
	if (target_mask(first, (unsigned)prefix)) {
		error_set(err, "'%s' is an address inside a network", text);
		error_suggest(err, "write %s/%d", addr_text(first, clean),
			      (int)prefix);
		return -1;
	}
	if (prefix < (v4 ? TARGET_PREFIX_MIN_V4 : TARGET_PREFIX_MIN_V6))
		return target_too_large(text, v4, (unsigned)prefix, err);
	*total = (uint64_t)1 << ((v4 ? 32 : 128) - prefix);
	last = *first;
	if (!addr_add(&last, *total - 1))
		return error_set(err, "'%s' is not a network", text);
	/* Network and broadcast address; for IPv6 the routers' anycast. */
	if (*total > 2) {
		addr_add(first, 1);
		*total -= v4 ? 2 : 1;
	}
	return target_check_ends(text, first, first, err) == -1
		   ? -1
		   : target_check_ends(text, &last, first, err);
}

/* How many addresses from a to b; 0: reversed; UINT64_MAX: too many. */
static uint64_t target_distance(const struct addr *a, const struct addr *b)
{
	size_t size = a->family == ADDR_V4 ? 4 : 16;
	uint64_t low[2] = {0, 0};

	if (addr_compare(a, b) > 0)
		return 0;
	for (size_t i = 0; i < size; i++) {
		if (i + 8 < size && a->bytes[i] != b->bytes[i])
			return UINT64_MAX;
		low[0] = low[0] << 8 | a->bytes[i];
		low[1] = low[1] << 8 | b->bytes[i];
	}
	return low[1] - low[0] == UINT64_MAX ? UINT64_MAX : low[1] - low[0] + 1;
}

static int target_range(const char *text, struct addr *first, uint64_t *total,
			struct error *err)
{
	struct addr last;
	const char *rest;
	int64_t octet;

	if (!target_head(text, '-', first, &rest))
		return error_set(err, "'%s' does not start with an address",
				 text);
	last = *first;
	if (first->family == ADDR_V4 && text_number(rest, 0, 255, &octet))
		last.bytes[3] = (uint8_t)octet;
	else if (!addr_parse(&last, rest))
		return error_set(err, "'%s' does not end with an address",
				 text);
	if (last.family != first->family)
		return error_set(err, "'%s' mixes IPv4 and IPv6", text);
	*total = target_distance(first, &last);
	if (*total == 0)
		return error_set(err, "'%s' runs backwards", text);
	if (*total > TARGET_SWEEP_MAX)
		return error_set(err,
				 "'%s' stands for more than %d addresses: name "
				 "the devices, or write smaller ranges",
				 text, TARGET_SWEEP_MAX);
	return target_check_ends(text, first, &last, err);
}

int target_network(const char *text, struct addr *first, uint64_t *total,
		   struct error *err)
{
	memset(first, 0, sizeof *first);
	*total = 0;
	if (strchr(text, '/') != NULL)
		return target_cidr(text, first, total, err);
	return target_range(text, first, total, err);
}

/* "host:port" or "[v6]:port" in front of `end` into out; the port may be
 * missing (0). False when it is not of that form. */
static bool target_authority(const char *text, size_t length,
			     struct target_service *out)
{
	size_t host = length;
	const char *start = text;
	const char *port = NULL;
	char digits[8];
	int64_t number;

	if (length > 0 && text[0] == '[') {
		const char *close = memchr(text, ']', length);
		if (close == NULL)
			return false;
		start = text + 1;
		host = (size_t)(close - start);
		if (close + 1 < text + length) {
			if (close[1] != ':')
				return false;
			port = close + 2;
		}
	} else {
		const char *colon = memchr(text, ':', length);
		if (colon != NULL) {
			host = (size_t)(colon - text);
			port = colon + 1;
		}
	}
	if (host == 0 || host >= sizeof out->host)
		return false;
	memcpy(out->host, start, host);
	out->host[host] = '\0';
	out->port = 0;
	if (port == NULL)
		return true;
	if ((size_t)(text + length - port) >= sizeof digits)
		return false;
	memcpy(digits, port, (size_t)(text + length - port));
	digits[text + length - port] = '\0';
	if (!text_number(digits, 1, 65535, &number))
		return false;
	out->port = (uint16_t)number;
	return true;
}

int target_service(const char *text, struct target_service *out,
		   struct error *err)
{
	const char *slash = strchr(text, '/');
	size_t length = slash == NULL ? strlen(text) : (size_t)(slash - text);

	memset(out, 0, sizeof *out);
	out->transport = TRANSPORT_TCP;
	if (slash != NULL && strcmp(slash, "/udp") == 0)
		out->transport = TRANSPORT_UDP;
	else if (slash != NULL && strcmp(slash, "/tcp") != 0)
		return error_set(err, "'%s' must end in /tcp or /udp", text);
	if (!target_authority(text, length, out) || out->port == 0) {
		error_set(err, "'%s' is not HOST:PORT", text);
		error_suggest(err, "write 10.0.0.5:8080/tcp or "
				   "[2001:db8::5]:53/udp");
		return -1;
	}
	return target_host(out->host, &out->literal, err);
}

int target_url(const char *text, struct target_service *out, struct error *err)
{
	static const char http[] = "http://", https[] = "https://";
	const char *start;

	memset(out, 0, sizeof *out);
	out->transport = TRANSPORT_TCP;
	if (strncmp(text, https, sizeof https - 1) == 0)
		start = text + sizeof https - 1;
	else if (strncmp(text, http, sizeof http - 1) == 0)
		start = text + sizeof http - 1;
	else {
		error_set(err, "'%s' is not a URL", text);
		error_suggest(err, "write https://%s", text);
		return -1;
	}
	if (memchr(start, '@', strcspn(start, "/?#")) != NULL)
		return error_set(err, "a URL must not hold a user name");
	if (!target_authority(start, strcspn(start, "/?#"), out))
		return error_set(err, "'%s' has no host name, or a bad port",
				 text);
	if (out->port == 0)
		out->port = text[4] == 's' ? 443 : 80;
	return target_host(out->host, &out->literal, err);
}
