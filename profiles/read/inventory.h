/*
 * inventory.h - the devices of one site: YAML, CSV or --target.
 */
#ifndef PREFLIGHT_INVENTORY_H
#define PREFLIGHT_INVENTORY_H

#include "core/base/addr.h"
#include "core/base/error.h"
#include "core/base/mem.h"
#include "core/base/params.h"
#include "core/base/spec.h"

#include <stdbool.h>
#include <stddef.h>

struct device_port {
	const char *check; /* "ssh" */
	uint16_t port;
};

/* One entry as written; a network entry stands for many addresses. */
struct device {
	const char *file; /* NULL for --target */
	unsigned line, column;
	const char *name;    /* label; the address where none was given */
	const char *address; /* numeric or a DNS name; NULL for a network */
	const char *network; /* "10.2.1.0/24", "10.2.1.1-10.2.1.20", or NULL */
	struct addr first;   /* network: first address to test */
	uint64_t total;      /* network: how many; 1 for a device */
	const char *const *types; /* NULL-terminated; empty: untyped */
	bool from_target;         /* only --target named it */
	bool any;                 /* --target any=… did, too */
	size_t port_count;
	const struct device_port *ports;
	size_t credential_count;
	const struct credential *const *credentials;
};

struct inventory_role {
	const char *name;
	const char *const *addresses; /* NULL-terminated */
	bool from_target; /* --target named it: a profile must know it */
};

struct inventory {
	struct arena arena;
	size_t device_count;
	const struct device *devices;
	size_t role_count;
	const struct inventory_role *roles;
	size_t credential_count;
	const struct credential *credentials;
};

/* An empty inventory, for runs without a file. */
struct inventory *inventory_new(void);
/* Adds a file (YAML by content or .yaml/.yml ending, else CSV). */
int inventory_load(struct inventory *inv, const char *path,
		   struct errors *errors);
/* Adds one --target TYPE=ADDR[,ADDR…] (ADDR: address, name, CIDR, range; a role
 * name works instead of TYPE). */
int inventory_add_target(struct inventory *inv, const char *argument,
			 struct error *err);
void inventory_free(struct inventory *inv);

/* True where a file is meant as an inventory: CSV, or YAML whose `preflight:`
 * says so. False for what cannot be read. */
bool inventory_is_one(const char *path);

#endif
