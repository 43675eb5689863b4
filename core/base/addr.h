/*
 * addr.h - one IPv4 or IPv6 address with its port.
 */
#ifndef PREFLIGHT_ADDR_H
#define PREFLIGHT_ADDR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* In this order they sort. Zero, as all of struct addr: none. */
enum addr_family { ADDR_NONE, ADDR_V4, ADDR_V6 };

struct addr {
	enum addr_family family;
	uint16_t port;     /* host byte order */
	uint32_t scope;    /* IPv6 interface index, 0 for none */
	uint8_t bytes[16]; /* 4 used for IPv4; network byte order */
};

enum { ADDR_TEXT = 64 }; /* "[ffff:...%interface]:65535" fits */

/*
 * The names of IPv6 zones ("%eth0"), which only the system knows: handed in
 * once, before the first thread (core/os/address.h). Without them a zone is
 * read and written as a number.
 */
enum { ADDR_ZONE = 16 };
struct addr_zones {
	uint32_t (*index)(const char *name); /* 0: there is none */
	bool (*name)(uint32_t index, char out[ADDR_ZONE]);
};
void addr_set_zones(const struct addr_zones *zones);

/* A numeric address (no port, no brackets; "fe80::1%eth0" is fine). */
bool addr_parse(struct addr *out, const char *text);
/* Without the port. Returns out. */
const char *addr_text(const struct addr *a, char out[ADDR_TEXT]);
/* With the port, IPv6 in brackets. */
const char *addr_text_port(const struct addr *a, char out[ADDR_TEXT]);
bool addr_equal(const struct addr *a, const struct addr *b);  /* not port */
int addr_compare(const struct addr *a, const struct addr *b); /* v4 first */
bool addr_in(const struct addr *a, const struct addr *net, unsigned prefix);
/* The address `offset` after a, in the same family; false on overflow. */
bool addr_add(struct addr *a, uint64_t offset);

/* Not a public unicast address: private, loopback, link-local, unspecified,
 * shared (RFC 6598), unique local; a vendor's name must not lead there.
 * Documentation prefixes are not counted: labs use them as public ones. */
bool addr_is_private(const struct addr *a);
bool addr_is_multicast(const struct addr *a);
/* fe80::/10: it means nothing without the interface (RFC 4291 2.5.6, RFC 4007).
 */
bool addr_is_link_local(const struct addr *a);
/* 0.0.0.0/8, ::, 255.255.255.255, class E, none: nothing to send a probe to. */
bool addr_is_invalid_target(const struct addr *a);

#endif
