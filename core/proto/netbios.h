/*
 * netbios.h - NetBIOS names on the wire, and the table of names of a node (RFC
 * 1001 14, RFC 1002 4.2).
 */
#ifndef PREFLIGHT_NETBIOS_H
#define PREFLIGHT_NETBIOS_H

#include "core/base/wire.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	NETBIOS_NAME = 15, /* characters; the 16th octet is the suffix */
	NETBIOS_MAC = 6,
	NETBIOS_TABLE_MAX = 255
};

/* One encoded name: 34 octets. Padded with blanks, "*" with zeros. */
void netbios_write_name(struct wire *w, const char *name, uint8_t suffix);
/* Consumes a name of a datagram, whatever its form; bad where it has none. */
void netbios_skip_name(struct cursor *c);

struct netbios_status {
	uint16_t id;
	unsigned rcode;      /* 0, or what is wrong; then there is no table */
	unsigned count;      /* of names */
	struct cursor names; /* for netbios_next() */
	const uint8_t *mac;  /* NETBIOS_MAC octets, or NULL */
};

struct netbios_entry {
	const uint8_t *name; /* NETBIOS_NAME octets */
	size_t length;       /* without the padding */
	uint8_t suffix;
	bool group;
};

/* An answer to NBSTAT (RFC 1002 4.2.18). False: it is not an answer. */
bool netbios_read_status(struct netbios_status *out, const void *bytes,
			 size_t length);
bool netbios_next(struct netbios_status *s, struct netbios_entry *out);

#endif
