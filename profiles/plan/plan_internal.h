/*
 * plan_internal.h - a plan while it is made.
 */
#ifndef PREFLIGHT_PLAN_INTERNAL_H
#define PREFLIGHT_PLAN_INTERNAL_H

#include "profiles/plan/plan.h"
#include "profiles/read/variable.h"

/* One profile in this run. */
struct plan_part {
	const struct plan_profile_request *request;
	const struct profile *profile;
	const char *role;
	const char *const *scenarios; /* on, NULL-terminated */
	struct variable_values values;
};

enum { PLAN_TRANSPORTS = 2 }; /* udp+tcp */

/* One requirement in this run, with what its specs share. */
struct plan_row {
	const struct plan_part *part;
	const struct requirement *q;
	struct plan_requirement *planned;
	const struct port_list *ports; /* to probe; NULL: none */
	/* The ports hang on this variable, which is not set: only devices that
	 * bring a port of their own can be probed. */
	const struct variable *no_ports;
	size_t transport_count;
	enum transport transports[PLAN_TRANSPORTS];
	const void *params[PLAN_TRANSPORTS];
	bool local;   /* one probe on this host, no target */
	bool inbound; /* one result for each sender, by who was heard */
	const struct spec_senders *senders; /* inbound, with ports; or NULL */
};

struct plan_work {
	struct plan *plan;
	const struct plan_request *request;
	struct errors *errors;
	size_t failed;
	struct plan_part *parts;
	struct plan_row *rows;
	struct plan_requirement *planned; /* parallel to rows */
	size_t row_count;
	struct spec *specs;
	size_t spec_count;
	uint64_t total;             /* probes, counted before they are made */
	struct plan_loaded *loaded; /* heap; see plan_credentials.c */
	size_t loaded_count, loaded_capacity;
};

void plan_fail(struct plan_work *w, struct error *err);

/* plan_devices.c: the addresses of the inventory, one by one. */
void plan_devices_build(struct plan_work *w);
/* True where a device of the plan is of one of these types. */
bool plan_devices_is(const struct plan_device *d, const char *const *types);
/* The device's own port for this check; 0: the usual one. */
uint16_t plan_devices_port(const struct plan_device *d, const char *check);

/* select.c: --only and --skip. */
void select_check(struct plan_work *w);
/* After the rows are known: each name of --only must be among them. */
void select_check_planned(struct plan_work *w);
bool select_takes(const struct plan_request *request,
		  const struct requirement *q, const char *id);
/* --only failed:REPORT: drops the specs that are not asked for. */
void select_results(struct plan_work *w);

/* plan_requirement.c: what the specs of a row share, or why there are none. */
void plan_requirement_prepare(struct plan_work *w, struct plan_row *row);

/* plan_senders.c: who may send to an inbound row's ports. */
const struct spec_senders *plan_senders_of(struct plan_work *w,
					   const struct plan_row *row);
/* Why it is untested, with what is known otherwise. */
const char *plan_senders_reason(struct plan_work *w, const char *reason);

/* expand.c: rows to specs. */
void expand_count(struct plan_work *w);
void expand_specs(struct plan_work *w);
/* The name that leads to a row's hosts (hosts_from), and the text of its
 * `services`. NULL: *missing is not set. */
const char *expand_derive_from(struct plan_work *w, const struct plan_row *row,
			       const struct variable **missing);
const char *expand_services_text(const struct plan_row *row,
				 const struct variable **missing);

/* Ports of an inbound row that are listened on, or asked about. */
enum { PLAN_INBOUND_PORTS = 64 };

/* plan_inbound.c: paths that the far end opens. Has it ports that can be
 * listened on? A range that the system chooses from has too many. May a device
 * be the sender? A swept one is asked for beside the others. */
bool plan_inbound_has_ports(const struct requirement *q);
bool plan_inbound_is_sender(const struct plan_row *row,
			    const struct plan_device *d);
/* Is there somebody to wait for beside the senders that are named? */
bool plan_inbound_has_others(const struct plan_work *w,
			     const struct plan_row *row);
/* What the spec waits for, and what to look at where it was not heard. */
void plan_inbound_fill(struct plan_work *w, const struct plan_row *row,
		       struct spec *s);

/* plan_dedupe.c: marks the specs that are the same path as an earlier one. */
void plan_dedupe_mark(struct spec *specs, size_t count);

/* no_proxy.c: true where no_proxy lists this host. */
bool no_proxy_has(char *const *no_proxy, const char *host,
		  const struct addr *literal);

/* plan_credentials.c: the device's credentials that this requirement's check
 * can use, loaded, into the spec; where one cannot be loaded, the spec is
 * untested, or the plan fails. */
void plan_credentials_give(struct plan_work *w, const struct device *entry,
			   const struct requirement *q, struct spec *s);

#endif
