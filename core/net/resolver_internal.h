/*
 * resolver_internal.h - what resolver.c and dns_query.c share, and tests use.
 *
 * A lookup (a name) is one question per family, for one candidate name of the
 * search list after the other. A question goes to the servers in their order:
 *
 * 0 s the first server; the next one at once when one refuses 1 s again to all
 * that are silent, and for the first time to the next 2 s the same; three times
 * per server at most 4.5 s given up; until then every late answer counts
 */
#ifndef PREFLIGHT_RESOLVER_INTERNAL_H
#define PREFLIGHT_RESOLVER_INTERNAL_H

#include "core/net/dnsmsg.h"
#include "core/net/nameserver.h"
#include "core/net/resolvconf.h"
#include "core/net/resolver.h"

enum {
	RESOLVER_STEP_US = 1000000,
	RESOLVER_GIVE_UP_US = 4500000,
	/* Once one family has its answer, the other waits this long. */
	RESOLVER_OTHER_US = 2500000,
	RESOLVER_ASKS = 3,
	/* Questions younger than a step that wait for an answer. */
	RESOLVER_WINDOW = 64,
	/* After so many questions without any answer, a server is not waited
	   for. */
	RESOLVER_DEAD_AFTER = 4
};

struct lookup;
struct dns_query;

struct try_state {
	struct dns_query *question;
	size_t server;
	bool tcp;
	struct nameserver_ask *ask; /* NULL: not out */
};

/* One question to all servers. */
struct dns_query {
	struct lookup *lookup;
	struct dns_query *next_queued;
	uint16_t type;
	bool open;      /* begun and not finished */
	bool in_window; /* counts against RESOLVER_WINDOW */
	struct loop_timer *timer;
	int64_t give_up_us;
	size_t started; /* servers that were asked */
	struct server_state {
		unsigned asked;
		bool said_no;     /* an error: not asked again */
		bool heard;       /* anything came */
		int64_t first_us; /* when it was asked first */
		struct try_state tries[RESOLVER_ASKS];
		struct try_state tcp;
	} servers[RESOLVER_SERVERS_MAX];

	/* The result: of the answer, or of the best evidence so far. */
	enum cause cause;
	int rcode;            /* -1: none */
	size_t server;        /* the server that decided; SIZE_MAX: none */
	enum net_error error; /* what this host refused to ask with */
	bool truncated;
	size_t cut; /* octets of an answer that was cut and does not say so */
	size_t cut_server; /* whose it was, where there is one */
	struct addr blocker;
	/* With an answer, or with aliases that lead to none; else NULL. */
	struct dns_message *message;
};

struct lookup {
	struct resolver *r;
	struct lookup *next;
	char *key; /* what it is cached under: the name, lower case */
	bool want4, want6, reverse;
	bool done;
	bool left_list; /* a domain of the search list did not answer */
	int64_t started_us;
	size_t candidate, candidate_count, as_is;
	char candidates[RESOLVCONF_CANDIDATES_MAX][DNS_NAME_MAX];
	struct dns_query questions[2];
	size_t question_count, pending;
	struct resolver_waiter *waiters;
	struct resolver_answer answer;
	struct addr addresses[RESOLVER_ADDRESSES_MAX];
	char *chain[RESOLVER_CHAIN_MAX];
	char *name; /* answer.name */
};

struct resolver {
	struct loop *loop;
	struct resolvconf conf;
	struct hosts hosts;
	size_t server_count;
	struct resolver_server {
		struct nameserver *ns;
		bool heard;      /* anything came, ever */
		unsigned silent; /* questions it left unanswered */
	} servers[RESOLVER_SERVERS_MAX];
	struct lookup *lookups;
	struct dns_query *queue, **queue_end;
	size_t window; /* used */
};

/* With a configuration of the caller's: copied. servers: any port. */
struct resolver *resolver_new_with(struct loop *l, const struct addr *servers,
				   size_t server_count,
				   const struct resolvconf *conf,
				   const char *hosts_text, struct error *err);

/* dns_query.c: queues it; lookup_answered() follows, from the loop. */
void dns_query_begin(struct dns_query *q, struct lookup *lookup, uint16_t type);
/* Drops what is out; nothing follows. */
void dns_query_drop(struct dns_query *q);
/* Gives up at that time at the latest. */
void dns_query_hurry(struct dns_query *q, int64_t give_up_us);
/* The name that is asked for at the moment. */
const char *lookup_name(const struct lookup *lookup);
/* resolver.c: a question has its result. */
void lookup_answered(struct lookup *lookup, struct dns_query *q);

#endif
