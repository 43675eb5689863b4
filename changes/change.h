/*
 * change.h - what a firewall has to let through: the model behind `rules`.
 *
 * Pure: made from a plan (the whole profile) or from the failing results of a
 * saved report; names were resolved before, by the caller. A change is one rule
 * as a person thinks of it: sources, destinations, transport, ports, and the
 * requirements that want it. Dialects write it down (dialect.h).
 *
 * All texts and lists live in the set's arena; plan, profiles and inventory
 * are borrowed and must outlive it.
 */
#ifndef PREFLIGHT_CHANGE_H
#define PREFLIGHT_CHANGE_H

#include "core/base/addr.h"
#include "core/base/error.h"
#include "profiles/read/inventory.h"
#include "core/base/mem.h"
#include "core/base/outcome.h"
#include "core/base/params.h"
#include "profiles/plan/plan.h"
#include "report/report.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum change_direction {
	CHANGE_OUT,    /* this host opens the connection */
	CHANGE_IN,     /* another machine opens it to this host */
	CHANGE_THROUGH /* neither end is this host: the vendor's cloud pings */
};
const char *change_direction_name(enum change_direction direction);

/* An address with its prefix length: 32 or 128 is one host. */
struct change_net {
	struct addr first;
	unsigned prefix;
};

enum change_end_kind {
	END_NET,  /* addresses, all known */
	END_NAME, /* a DNS name; nets are what it resolved to, may be none */
	END_WILDCARD, /* "*.auvik.com": its names cannot be listed */
	END_UNKNOWN   /* a part without a known address */
};

struct change_end {
	enum change_end_kind kind;
	const char *text;  /* "10.2.1.10", "10.2.1.0/24", "apt.my.auvik.com",
			      "*.auvik.com"; words for END_UNKNOWN */
	const char *label; /* name of the device or role; NULL: none */
	size_t net_count;
	const struct change_net *nets; /* sorted, each once */
	const char *missing; /* END_UNKNOWN, or a name without an address: why
				and what to do; else NULL */
	const char *known;   /* END_WILDCARD: the hosts it is sampled by */
};

/* A requirement that wants the change. */
struct change_need {
	const char *id; /* as in the plan: with "PROFILE/" where several */
	const struct requirement *requirement;
};

struct change {
	const char *name; /* "cloud.tenant-3f2a9c": made of what it matches, so
			     the same rule has it in every run */
	enum change_direction direction;
	enum transport transport; /* TCP, UDP or ICMP (echo request) */
	const char *ports;        /* "443", "2055,2056", "49152-65535", "" */
	const struct port_list *port_list;
	size_t source_count;
	const struct change_end *const *sources;
	size_t destination_count;
	const struct change_end *const *destinations;
	size_t need_count;
	const struct change_need *needs;
	const char *at;     /* the firewall that must load it; or NULL */
	bool off;           /* a fallback: written down, not in force */
	const char *behind; /* to a proxy: the names it must reach; or NULL */
	const char *note;   /* what the rule alone does not do; or NULL */
};

struct change_set {
	struct arena arena;
	size_t change_count;
	const struct change *changes;
	/* What gives no rule, and why: one line each, for the header. */
	size_t note_count;
	const char *const *notes;
	size_t profile_count;
	const char *const *profiles; /* "auvik-collector 2026.11.1 (…)" */
	const struct change_end *self;
	const char *report; /* path of the report it was made from; or NULL */
	int64_t wall_us;    /* when; what names resolved to is as of then */
	bool resolved;      /* names were looked up, or the report had them */
};

/* What the model is made from. */
struct change_context {
	const struct plan *plan;
	const struct inventory *inventory;
	size_t source_count;
	const struct addr *sources; /* of this host, or who it stands for */
	size_t resolver_count;
	const struct addr *resolvers; /* this host's DNS servers */
	/* Addresses of a name, found before; *count 0: none. May be NULL:
	 * nothing was looked up. */
	const struct addr *(*resolve)(void *arg, const char *name,
				      size_t *count);
	void *resolve_arg;
	int64_t wall_us;
	/* Of a report: only what these findings explain, a flag each; NULL:
	 * all that failed. */
	const bool *findings;
	bool brief; /* one rule for all targets of a port, whoever needs them */
};

/* All that the plan needs. Never fails: what cannot be written is in it. */
struct change_set *changes_of_plan(const struct change_context *c);

/*
 * Only what failed in a report because of the path. The context's plan gives
 * the profiles; addresses are the report's, and so is the source where the
 * context has none. path names it in errors and headers. NULL: it is about
 * other profiles.
 */
struct change_set *changes_of_report(const struct change_context *c,
				     const struct report *r, const char *path,
				     struct error *err);

void changes_free(struct change_set *s);

/* The names that changes_of_plan() will ask for, each once. */
void changes_names(const struct change_context *c,
		   void (*use)(void *arg, const char *name), void *arg);

/* Text to addresses, for tests and the reader: an address, a CIDR network, a
 * range; false when it is neither. Ranges become the fewest networks. */
bool change_nets(struct arena *a, const char *text,
		 const struct change_net **nets, size_t *count);
/* A DNS name, or with `wildcard` one behind "*.": letters, digits, '-', '_'. */
bool change_is_name(const char *text, bool wildcard);
/* "10.2.1.10", "10.2.1.0/24"; a single host has no prefix. Returns out. */
const char *change_net_text(const struct change_net *n,
			    char out[ADDR_TEXT + 4]);
bool change_net_is_host(const struct change_net *n);

#endif
