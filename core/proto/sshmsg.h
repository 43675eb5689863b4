/*
 * sshmsg.h - what an SSH server says in clear: its first packet (RFC 4253 6,
 * 7.1), and which of the algorithms it offers are weak today.
 */
#ifndef PREFLIGHT_SSHMSG_H
#define PREFLIGHT_SSHMSG_H

#include "core/base/wire.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	SSHMSG_PACKET_MIN = 12,
	SSHMSG_PACKET_MAX = 35000, /* RFC 4253 6.1 */
	SSHMSG_NAME_MAX = 128      /* RFC 4251 6 allows 64 */
};

/* The lists that decide whether two programs agree, client to server. */
enum sshmsg_list {
	SSHMSG_KEX,
	SSHMSG_HOST_KEY,
	SSHMSG_CIPHER,
	SSHMSG_MAC,
	SSHMSG_LISTS
};

/* What this program identifies itself with. */
#define SSHMSG_IDENT "SSH-2.0-preflight_" PREFLIGHT_VERSION "\r\n"

/* Has the server, whose octets these are from the first on, identified itself
 * and sent its KEXINIT? */
bool sshmsg_offers_keys(const void *bytes, size_t length);

enum sshmsg_packet { SSHMSG_MORE, SSHMSG_BAD, SSHMSG_WHOLE };

/*
 * One packet before keys are agreed. SSHMSG_WHOLE: payload is over its
 * contents, and c is behind it. SSHMSG_BAD: no length that a packet may have.
 */
enum sshmsg_packet sshmsg_packet(struct cursor *c, struct cursor *payload);

/* Messages that may come instead of a KEXINIT (RFC 4253 11). */
enum { SSHMSG_DISCONNECT = 1, SSHMSG_IGNORE = 2, SSHMSG_DEBUG = 4 };

enum { SSHMSG_OFFER_MAX = 2048 };

/* A client's KEXINIT, as a packet: these names, separated by commas, in either
 * direction; no compression. Returns its length. */
size_t sshmsg_offer(uint8_t out[SSHMSG_OFFER_MAX],
		    const char *const names[SSHMSG_LISTS]);

/* The name-lists of a KEXINIT; each is read with sshmsg_next(). back: what the
 * server sends with; for the first two the same list. */
struct sshmsg_kexinit {
	struct cursor lists[SSHMSG_LISTS], back[SSHMSG_LISTS];
};

/* False: it is another message, or ends within its lists; those that came are
 * in it all the same. */
bool sshmsg_kexinit(struct cursor *payload, struct sshmsg_kexinit *out);
/* The next name of a list, sanitised; false at its end. */
bool sshmsg_next(struct cursor *list, char out[SSHMSG_NAME_MAX]);

/* "kex", "host-key", "cipher", "mac". */
const char *sshmsg_list_name(enum sshmsg_list list);

enum sshmsg_standing {
	SSHMSG_FINE, /* or not known here */
	SSHMSG_WEAK, /* advised against */
	SSHMSG_OFF   /* the same, and OpenSSH's client does not offer it by
			default: software based on it cannot connect */
};

/* source, where it is not NULL, becomes the source that says so (NULL: there is
 * none). */
enum sshmsg_standing sshmsg_standing(enum sshmsg_list list, const char *name,
				     const char **source);
/* False: one of the ciphers authenticates by itself (RFC 5647). */
bool sshmsg_needs_mac(const struct sshmsg_kexinit *k);
/*
 * All that the server offers there is off: a current client does not agree
 * with it. False for an empty list, for one with a name that is not known here,
 * and for MACs where they are not needed.
 */
bool sshmsg_is_old(const struct sshmsg_kexinit *k, enum sshmsg_list list);
/* The first of these names, separated by commas, that stands in the list: what
 * a client with these names agrees on (RFC 4253 7.1). False: none does. */
bool sshmsg_common(struct cursor list, const char *names,
		   char out[SSHMSG_NAME_MAX]);

#endif
