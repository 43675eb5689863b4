/*
 * request.h - from the command line to a plan: profiles, variables, inventory,
 * proxy. Shared by run and plan.
 */
#ifndef PREFLIGHT_REQUEST_H
#define PREFLIGHT_REQUEST_H

#include "core/engine/engine.h"
#include "cmd/options.h"
#include "profiles/plan/plan.h"

struct request {
	struct plan_profile_request *profiles;
	size_t profile_count;
	struct inventory *inventory;
	struct proxy_settings proxy;
	bool has_proxy;
	bool has_unused_proxy; /* r->proxy is the environment's, not in use */
	struct secret *proxy_secret;
	/* This host's own rules, of request_build_run(); else NULL. */
	struct host_filter *filter;
	char hint[256]; /* proxy variables that were seen and ignored */
	struct plan *plan;
};

/* Reads the profiles of the command line, r is zeroed before. -1: all errors
 * are in the list. */
int request_profiles(struct request *r, const struct options *o,
		     struct errors *errors);

/* --map and --type, before files are added. -1: errors are in the list. */
int request_tables(struct inventory *inv, const struct options *o,
		   struct errors *errors);

/* --inventory, --site and --target into r->inventory. Errors are in the list.
 */
void request_inventory(struct request *r, const struct options *o,
		       struct errors *errors);

/* Reads everything and builds r->plan. -1: all errors are in the list. */
int request_build(struct request *r, struct options *o, struct errors *errors);
/* The same for a run from this host: its own rules are read, too. Where `heard`
 * is given, it proves the inbound paths (plan.h). */
struct heard_list;
int request_build_run(struct request *r, struct options *o,
		      const struct heard_list *heard, struct errors *errors);
/* The same of the inbound paths alone, which `heard` proves. */
int request_build_inbound(struct request *r, struct options *o,
			  const struct heard_list *heard,
			  struct errors *errors);
void request_free(struct request *r);

/* Engine options of the command line (not the specs). -1: one error. */
int request_engine(const struct options *o, struct engine_options *e,
		   struct error *err);

/* The address that this host stands in for; family ADDR_NONE: it does not.
 * -1: one error. */
int request_on_behalf_of(const struct options *o, struct addr *out,
			 struct error *err);

/* Sends web paths through r->proxy, where there is one. */
void request_engine_proxy(const struct request *r, struct engine_options *e);

/* "http://host:port" or "env"; fills r->proxy. -1: one error. */
int proxy_option_read(struct request *r, const struct options *o,
		      struct error *err);

#endif
