/*
 * nameserver.h - one DNS server: a question out, a message or an error back.
 *
 * The only user of c-ares, which keeps ids, ports and matching. A question
 * goes out once; repeating it and asking others is the resolver's business.
 */
#ifndef PREFLIGHT_NAMESERVER_H
#define PREFLIGHT_NAMESERVER_H

#include "core/base/addr.h"
#include "core/net/dnsmsg.h"
#include "core/net/loop.h"
#include "core/net/others.h"
#include "core/base/outcome.h"

#include <stdbool.h>
#include <stdint.h>

struct nameserver;
struct nameserver_ask;

struct nameserver_reply {
	/* ok: a message came, whatever its rcode; bad-reply: something that is
	 * not a message; refused, prohibited, unreachable: ICMP, or TCP's
	 * reset; reset: TCP closed without an answer; timeout; local. */
	enum cause cause;
	enum net_error error; /* local: what this host refused with */
	struct addr blocker;  /* ICMP offender, or ADDR_NONE */
	const struct dns_message *message; /* ok; borrowed for the call */
	size_t cut; /* bad-reply: a message that ends before its records do, and
		       has so many octets; 0: not that */
};

typedef void nameserver_done(void *arg, const struct nameserver_reply *reply);

/* The port of `a` counts, its scope too. NULL: the library would not start. */
struct nameserver *nameserver_new(struct loop *l, const struct addr *a);
void nameserver_free(struct nameserver *s); /* open questions are dropped */
const struct addr *nameserver_addr(const struct nameserver *s);
/* Who else answered its questions so far; borrowed. */
const struct others *nameserver_others(const struct nameserver *s);
/* Its answers so far that carry the number of no question. */
unsigned nameserver_ignored(const struct nameserver *s);

/* done() comes once, unless forgotten. NULL: it came already, inside. */
struct nameserver_ask *nameserver_ask(struct nameserver *s, const char *name,
				      uint16_t type, bool tcp,
				      nameserver_done *done, void *arg);
/* The answer is no longer wanted; the handle is dead. */
void nameserver_forget(struct nameserver_ask *ask);

#endif
