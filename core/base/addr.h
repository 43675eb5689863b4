/*
 * addr.h - one IPv4 or IPv6 address with its port.
 */
#ifndef PREFLIGHT_ADDR_H
#define PREFLIGHT_ADDR_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

/* family AF_UNSPEC (all zero) means "none". */
struct addr {
	sa_family_t family;
	uint16_t port;     /* host byte order */
	uint32_t scope;    /* IPv6 interface index, 0 for none */
	uint8_t bytes[16]; /* 4 used for IPv4; network byte order */
};

enum { ADDR_TEXT = 64 }; /* "[ffff:...%interface]:65535" fits */

/* A numeric address (no port, no brackets; "fe80::1%eth0" is fine). */
bool addr_parse(struct addr *out, const char *text);
/* Without the port. Returns out. */
const char *addr_text(const struct addr *a, char out[ADDR_TEXT]);
/* With the port, IPv6 in brackets. */
const char *addr_text_port(const struct addr *a, char out[ADDR_TEXT]);
socklen_t addr_to_sockaddr(const struct addr *a, struct sockaddr_storage *out);
bool addr_from_sockaddr(struct addr *out, const struct sockaddr *sa);
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
/* 0.0.0.0/8, ::, 255.255.255.255, class E, none: nothing to send a probe to. */
bool addr_is_invalid_target(const struct addr *a);

#endif
