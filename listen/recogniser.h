/*
 * recogniser.h - what the first octets of an inbound packet or connection are:
 * the contract of the files listen/NAME.c, which are found by their name.
 *
 * A recogniser is pure: octets of a stranger in, a word out. It reads through
 * a bounded cursor, keeps nothing and sends nothing. `said` is one line for a
 * person, of constants, numbers and text_sanitise(): never a community, a
 * password or a message.
 */
#ifndef PREFLIGHT_RECOGNISER_H
#define PREFLIGHT_RECOGNISER_H

#include "core/base/outcome.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum recognised {
	RECOGNISED_NO,
	RECOGNISED_MORE, /* TCP: it may become one */
	RECOGNISED_YES
};

enum {
	RECOGNISED_SAID = 96,    /* octets of `said`, with its NUL */
	RECOGNISED_STREAM = 1024 /* of a connection's first octets at most */
};

struct recognised_bytes {
	enum transport transport;
	const uint8_t *bytes; /* a datagram, or the beginning of a stream */
	size_t length;
};

struct recogniser {
	const char *name;  /* "snmp-trap" */
	const char *title; /* "SNMP trap" */
	enum transports transports;
	const uint16_t *ports; /* where it is usual; 0 ends them */
	/* What a server says first to a connection at one of these ports, at
	 * most RECOGNISED_GREETING octets; NULL: the client begins. */
	const char *greeting;
	/* Where on a device to look if it was not heard. */
	const char *setting;
	enum recognised (*read)(const struct recognised_bytes *in,
				char said[RECOGNISED_SAID]);
	/* What ends the request at once, for a datagram that was recognised:
	 * never longer than that. NULL: nothing. Returns its length. */
	size_t (*answer)(const struct recognised_bytes *in, uint8_t *out,
			 size_t size);
};

enum { RECOGNISED_GREETING = 64 };

/* All of them, NULL-terminated; made by the Makefile. */
extern const struct recogniser *const recogniser_registry[];

/* Is it usual at that port? */
bool recogniser_is_usual(const struct recogniser *r, enum transport transport,
			 uint16_t port);
/* The first that is usual there, or NULL. */
const struct recogniser *recogniser_for(enum transport transport,
					uint16_t port);
/*
 * Asks those first that are usual at the port, then the others. *out is the one
 * that says yes, else NULL. RECOGNISED_MORE: none says yes yet, one may.
 */
enum recognised recogniser_ask(uint16_t port, const struct recognised_bytes *in,
			       const struct recogniser **out,
			       char said[RECOGNISED_SAID]);

#endif
