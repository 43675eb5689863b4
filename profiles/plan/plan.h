/*
 * plan.h - profile + inventory + variables -> what to test, nothing sent.
 *
 * Stable ids: REQUIREMENT/HOST:TRANSPORT/PORT (tcp, udp),
 * REQUIREMENT/HOST:icmp, REQUIREMENT/local or, with a port,
 * REQUIREMENT/local:PORT; several profiles put PROFILE/ in front. HOST is the
 * name of the device where it has one, else the host as spelled (IPv6 in
 * brackets), "system-resolver", or "reverse(NAME)" and "chain(NAME)" for hosts
 * that are found at run time.
 */
#ifndef PREFLIGHT_PLAN_H
#define PREFLIGHT_PLAN_H

#include "profiles/read/inventory.h"
#include "profiles/read/profile.h"
#include "core/base/spec.h"
#include "core/engine/check.h"

#include <stdbool.h>
#include <stddef.h>

struct proxy_settings {
	char *url; /* "http://10.2.2.10:3128", without userinfo */
	char *host;
	uint16_t port;
	const char *source; /* "command line", "environment https_proxy" */
	const struct secret *authentication; /* user:password, or NULL */
	char **no_proxy;                     /* NULL-terminated, or NULL */
};

struct plan_profile_request {
	const char *name; /* as on the command line */
	struct profile *profile;
	const char *role;             /* NULL: the default */
	const char *const *scenarios; /* NULL-terminated, chosen ones */
	size_t variable_count;
	const char *const *variable_names;
	const char *const *variable_values;
};

struct plan_request {
	size_t profile_count;
	struct plan_profile_request *profiles;
	const struct inventory *inventory;
	const struct proxy_settings *proxy; /* NULL: none; switches the
					       scenario `proxy` on */
	const char *const *only; /* globs on requirement id, matrix id, check */
	const char *const *skip;
	const char *const *only_results; /* ids of --only failed:REPORT */
	size_t max_probes;               /* 4096; at most 65536 */
	enum family_want family;         /* -4, -6 */
	/* This host's rules will be asked about inbound paths: they get a spec
	 * for each port, with who may send. */
	bool asks_rules;
	/* What is known of inbound paths otherwise; NULL: nothing. */
	const char *inbound_note;
	/* Who was heard, filled before the run: inbound paths are proved by
	 * it. NULL: nothing listens. */
	const struct heard_list *heard;
	bool inbound_only; /* only requirements that the far end opens */
};

enum { PLAN_PROBES_DEFAULT = 4096, PLAN_PROBES_HARD = 65536 };

/* A device as judged: one address of an entry. */
struct plan_device {
	const char *name;
	const char *address; /* text */
	const char *const *types;
	bool swept;   /* of a network entry */
	bool by_role; /* only a role of the inventory, or --target with a word
			 that is a role of the profile, names it: it is of the
			 type with that name, and none of `any` */
	const struct device *entry;
};

/* One requirement in this run. */
struct plan_requirement {
	const struct requirement *requirement;
	const char *id;      /* with "PROFILE/" where there are several */
	size_t first, count; /* its specs: plan->specs[first .. +count) */
	/* Set when there is nothing to probe. */
	bool inbound;    /* the far end opens the connection to us */
	bool not_needed; /* no such device in the inventory */
	enum why untested;
	const char *reason;
	struct requirement_ports ports; /* after substitution */
	const char *const *hosts; /* after substitution, NULL-terminated */
};

struct plan_profile {
	const struct profile *profile;
	const char *role;
	const char *const *scenarios; /* on in this run, NULL-terminated */
	size_t variable_count;        /* set or default */
	const char *const *variable_names;
	const char *const *variable_values;
};

struct plan {
	struct arena arena;
	size_t profile_count;
	const struct plan_profile *profiles;
	const struct proxy_settings *proxy;
	/* The one that the environment names and this run does not use. */
	const struct proxy_settings *unused_proxy;
	size_t requirement_count;
	const struct plan_requirement *requirements;
	size_t spec_count;
	const struct spec *specs;
	size_t device_count;
	const struct plan_device *devices;
	size_t left_out_rows; /* of the inventory: they have no address */
	bool listened;        /* inbound paths are proved by who was heard */
	size_t untyped_rows;  /* rows not applied because types are unknown */
	size_t secret_count;  /* the credentials that were loaded; wiped by */
	struct secret **secrets; /* plan_free() */
};

/* NULL when the request is bad (all errors in the list). Nothing is sent. */
struct plan *plan_build(const struct plan_request *request,
			struct errors *errors);
/* One check by hand: the spec has its check, params, target and proof; texts of
 * it are borrowed. `entry`: the device of the inventory that is its target, for
 * its credentials, or NULL. `version` is that of preflight. NULL: a credential
 * cannot be used (all errors in the list). */
struct plan *plan_single(const struct spec *spec, const struct device *entry,
			 const char *version, struct errors *errors);
/* Each requirement of the plan counts as required, by itself. */
void plan_require(struct plan *p);
void plan_free(struct plan *p);

/* Most packets one spec may take per address, all attempts; and the longest it
 * may take on a dead path, in microseconds. Untested specs take nothing. */
unsigned spec_packets_max(const struct spec *s);
int64_t spec_time_max(const struct spec *s);
/* How many addresses it may stand for: a name has up to four per family. */
unsigned spec_addresses_max(const struct spec *s);
/* What it needs of the engine, where parameters decide. */
enum needs spec_needs(const struct spec *s);
/* Tries of a path where the run has seen no loss; how long they wait in all for
 * a host that is not known, or those that there are where packets are lost. */
unsigned spec_tries(const struct spec *s);
int64_t spec_silence(const struct spec *s, bool loss);
/* Probes of its check that run at once; 0: no limit. */
unsigned spec_window(const struct spec *s);

#endif
