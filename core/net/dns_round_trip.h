/*
 * dns_round_trip.h - one server, queried for several names, and its answers.
 *
 * Pure: bytes go out and come in elsewhere. The names are borrowed.
 */
#ifndef PREFLIGHT_DNS_ROUND_TRIP_H
#define PREFLIGHT_DNS_ROUND_TRIP_H

#include "core/net/dnsmsg.h"
#include "core/base/outcome.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DNS_ROUND_TRIP_MAX = 8, DNS_ROUND_TRIP_QUERY_MAX = 300 };

struct dns_round_trip {
	uint16_t type;
	bool allow_private; /* any address will do */
	size_t count, answered;
	struct dns_round_trip_question {
		const char *name;
		uint16_t id;
		bool answered;
	} questions[DNS_ROUND_TRIP_MAX];

	/* Over all answers so far. */
	enum cause worst; /* ok: none failed */
	unsigned rcode;   /* of the worst one */
	bool recursion, truncated;
	bool unexpected; /* an address that is not a public one */
	bool has_ttl;
	uint32_t ttl; /* the smallest, of answers with addresses */
};

/* The name as a query with a random id; its length, 0: not a name, or full. */
size_t dns_round_trip_ask(struct dns_round_trip *r, const char *name,
			  uint8_t out[DNS_ROUND_TRIP_QUERY_MAX]);
/* An error may come without its question (unbound's REFUSED is a bare header):
 * the id, on a socket that hears this server only, shows which one it was. */
void dns_round_trip_complete(const struct dns_round_trip *r,
			     struct dns_message *m);

/* Counts a message in; *cause is what it says about its name. False: it does
 * not answer an open question (id, name and type must agree). */
bool dns_round_trip_take(struct dns_round_trip *r, const struct dns_message *m,
			 enum cause *cause);

/* The first octets of a message: could it become an answer to an open
 * question? True when there are too few to tell. */
bool dns_round_trip_may_answer(const struct dns_round_trip *r,
			       const void *bytes, size_t length);

#endif
