/*
 * spec.h - what to test: one line of a plan.
 *
 * A spec is one requirement against one target as spelled (a name stands for
 * up to four addresses per family, known only when the run resolves it). It is
 * constant and lives in the plan's arena.
 */
#ifndef PREFLIGHT_SPEC_H
#define PREFLIGHT_SPEC_H

#include "core/base/addr.h"
#include "core/base/outcome.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct check;
struct requirement; /* profiles/read/profile.h */
struct heard_want;  /* core/base/heard.h */

/* Who may open a connection to this host: devices, by their addresses; none:
 * whoever it is. */
struct spec_senders {
	size_t count;
	const struct addr *addresses;
};

enum family_want { FAMILY_BOTH, FAMILY_V4, FAMILY_V6 };

/* A credential of the inventory; values are loaded when the plan is built. */
struct credential {
	const char *name;
	const char *kind; /* "snmp-v2c", "snmp-v3", "basic" ... */
	size_t count;
	const struct credential_field {
		const char *key;            /* "community" */
		const struct secret *value; /* core/base/params.h */
	} * fields;
};

enum { SPEC_ADDRESSES_MAX = 4 }; /* tested per family of one name */

struct spec {
	const char *id; /* "cloud.ntp/0.pool.ntp.org:udp/123" */
	const struct requirement *requirement;
	const struct check *check;
	const void *params; /* of check->params_size */
	enum transport transport;
	const char *host;    /* name or numeric address; NULL: local check */
	struct addr literal; /* where host is numeric; else ADDR_NONE */
	uint16_t port;       /* 0: none */
	enum family_want family;
	bool via_proxy;      /* goes through plan->proxy */
	bool system_server;  /* dns with the system's servers: one probe per
				configured server, host is NULL */
	const char *device;  /* inventory name, NULL for none */
	size_t device_index; /* into plan->devices; SIZE_MAX for none */
	bool swept;          /* the device came from a network entry */
	size_t credential_count;
	const struct credential *const *credentials;
	enum proof proof; /* the least proof the requirement accepts */
	/* A host that is found at run time (host is NULL then): a name that
	 * ends in derive_suffix, of the reverse lookup of derive_from's
	 * addresses ("reverse"), or the last one of its CNAME chain
	 * ("chain"). None found: untested, no-witness. */
	const char *derive;        /* "reverse", "chain", or NULL */
	const char *derive_from;   /* "acme.us1.my.auvik.com" */
	const char *derive_suffix; /* ".compute.amazonaws.com" */
	/* An earlier spec of the plan that is the very same path: this one is
	 * not probed, its results are copies of the other's. NULL: none. */
	const struct spec *same_as;
	/* Not to be probed at all: says why and what is missing. */
	enum why untested;
	const char *untested_reason;
	/* The far end opens it: this host's own rules are asked about a packet
	 * from each (core/engine/host_filter.h). NULL: they are not. */
	const struct spec_senders *senders;
	/* The far end opens it: it is proved by who was heard, and untested
	 * (above) where nobody was. NULL: nothing listens. */
	const struct heard_want *inbound;
	/* Silence is all that is to be expected: untested for this why, and
	 * for untested_reason. WHY_NONE: silence is a failure. */
	enum why silent;
};

#endif
