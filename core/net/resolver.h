/*
 * resolver.h - names to addresses, with the evidence (c-ares' only adapter).
 *
 * Follows the system's configuration as a product would: the hosts file first,
 * then the servers of resolv.conf in their order with its search list; a silent
 * or failing server costs its attempts and the next one is asked. One lookup
 * per name and run: later requests for the same name get the same answer.
 */
#ifndef PREFLIGHT_RESOLVER_H
#define PREFLIGHT_RESOLVER_H

#include "core/base/addr.h"
#include "core/base/error.h"
#include "core/net/loop.h"
#include "core/net/others.h"
#include "core/base/outcome.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct resolver;

enum {
	RESOLVER_SERVERS_MAX = 8,
	RESOLVER_CHAIN_MAX = 16,
	RESOLVER_ADDRESSES_MAX = 64,
	RESOLVER_NAME_MAX = 256
};

struct resolver_answer {
	const char *name;
	/* ok when at least one address came; else nxdomain, no-data, servfail,
	 * rejected (REFUSED), timeout, refused (ICMP), local (no server). */
	enum cause cause;
	enum net_error error; /* local: what this host refused with */
	int rcode;            /* of the deciding answer; -1: none */
	bool truncated;       /* TC was set on UDP */
	size_t cut; /* octets of an answer that ended in the middle, without
		       TC; 0: none did */
	/* The name of the search list that this is about; NULL: the name as it
	 * is spelled, of which as_is says what became of it (timeout, too). */
	const char *search_name;
	enum cause as_is;
	bool from_hosts;     /* the hosts file said so */
	bool authenticated;  /* AD */
	struct addr server;  /* who answered; ADDR_NONE: none */
	struct addr blocker; /* ICMP offender, cause refused/prohibited */
	uint32_t ttl;        /* smallest of the answer, seconds */
	size_t count;        /* v4 first, each family in the answer's order */
	const struct addr *addresses;
	size_t chain_count; /* CNAMEs, in order, without the name itself; also
			       of a name whose last alias leads nowhere */
	const char *const *chain;
	size_t dead_count; /* servers that were asked and stayed silent */
	struct addr dead[RESOLVER_SERVERS_MAX];
	struct others others; /* who answered instead of those */
	unsigned ignored; /* answers of those that carry no number of ours */
	int64_t elapsed_us;
};

/* With the system's configuration. */
struct resolver *resolver_new(struct loop *l, struct error *err);
void resolver_free(struct resolver *r); /* pending lookups are dropped */

/* The configured servers; none where no server line is. */
size_t resolver_servers(const struct resolver *r,
			struct addr out[RESOLVER_SERVERS_MAX]);

/* The search list; borrowed, of DNS_NAME_MAX octets each. */
size_t resolver_search(const struct resolver *r,
		       const char (**out)[RESOLVER_NAME_MAX]);
/* Names in this host's hosts file; *cut: it has more than is read. */
size_t resolver_hosts(const struct resolver *r, bool *cut);

/* want4/want6: families to ask for. answer is owned by the resolver and lives
 * until resolver_free(). done may be called before this returns. */
void resolver_lookup(struct resolver *r, const char *name, bool want4,
		     bool want6,
		     void (*done)(void *arg, const struct resolver_answer *a),
		     void *arg);
/* Whoever waits with that arg is not called any more. */
void resolver_forget(struct resolver *r, const void *arg);
/* PTR of an address: answer->chain holds the names, no addresses. */
void resolver_reverse(struct resolver *r, const struct addr *a,
		      void (*done)(void *arg, const struct resolver_answer *a),
		      void *arg);

#endif
