/*
 * heard.h - who was heard on which port of this host: what a listener fills and
 * the inbound paths of a plan are proved by.
 *
 * Bounded whatever comes in: HEARD_MAX senders, of which a quarter is kept for
 * those that are waited for. What did not fit is counted.
 */
#ifndef PREFLIGHT_HEARD_H
#define PREFLIGHT_HEARD_H

#include "core/base/addr.h"
#include "core/base/outcome.h"
#include "core/base/params.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HEARD_MAX = 4096, HEARD_SPEAKS = 24, HEARD_SAID = 96, HEARD_WHY = 224 };

/* One sender at one port. */
struct heard {
	struct addr from; /* without its port */
	enum transport transport;
	uint16_t port;             /* of this host */
	char speaks[HEARD_SPEAKS]; /* "syslog"; "" where nothing knows it */
	char said[HEARD_SAID];     /* "RFC 5424, severity notice" */
	uint64_t count;            /* datagrams, or connections */
	unsigned asked;            /* of them, the recognisers saw */
	bool told;                 /* the user knows of it, and what it is */
};

/* One port that was to be listened on. */
struct heard_port {
	enum transport transport;
	uint16_t port;
	char why[HEARD_WHY]; /* it could not be; "" where it was */
};

struct heard_list {
	struct heard *items;
	size_t count, capacity;
	uint16_t *slots; /* by a hash: index + 1; NULL until the first */
	struct heard_port *ports;
	size_t port_count, port_capacity;
	const char *report;      /* of this file; NULL: of this run. Borrowed */
	char refused[HEARD_WHY]; /* why the report does not count; "" */
	int64_t listened_us;     /* how long */
	uint64_t senders_cut;    /* packets of senders beyond HEARD_MAX */
	uint64_t dropped;        /* packets that the kernel had no room for */
	uint64_t own;            /* packets of this host itself: no proof */
	int signal;              /* that ended it; 0: none */
};

/* What a spec waits for, where the far end opens the connection. */
struct heard_want {
	const struct heard_list *list; /* filled before the run begins */
	const struct port_list *ports;
	/* The one sender (of a device), or, ADDR_NONE, any of these, sorted
	 * (addr_compare()); no list: whoever it is. */
	struct addr from;
	const struct addr *any;
	size_t any_count;
};

/* The entry of a sender at a port, NULL: there is none. */
struct heard *heard_find(const struct heard_list *l, const struct addr *from,
			 enum transport transport, uint16_t port);
/* The same, made where there is none yet; NULL: no room. `wanted`: it is waited
 * for. */
struct heard *heard_at(struct heard_list *l, const struct addr *from,
		       enum transport transport, uint16_t port, bool wanted);
/* Is there room for one more sender? */
bool heard_has_room(const struct heard_list *l, bool wanted);
/* Adds a port to listen on, once. */
void heard_add_port(struct heard_list *l, enum transport transport,
		    uint16_t port);
/* Is the port in the list? */
bool heard_is_port(const struct port_list *list, uint16_t port);
/* Is it what the spec waits for? */
bool heard_is_wanted(const struct heard_want *w, enum transport transport,
		     const struct heard *h);
/* Is the address in a sorted list? */
bool heard_is_in(const struct addr *sorted, size_t count, const struct addr *a);
void heard_sort(struct addr *list, size_t count);
/* The first such entry, NULL: not heard. One that is recognised comes first. */
const struct heard *heard_first(const struct heard_want *w,
				enum transport transport);
void heard_free(struct heard_list *l);

#endif
