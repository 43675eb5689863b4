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
	const char *site; /* NULL: it does not say */
	/* What `credentials` are found by when all files are read. */
	const struct tree *credential_names;
};

struct tree;

/* What a reader guessed, changed or left out. */
struct inventory_note {
	const char *file;
	unsigned line; /* 0: the whole file */
	const char *text;
};

enum {
	INVENTORY_NOTES_MAX = 200,
	/* Of a file; past them is one error. */
	INVENTORY_BYTES_MAX = 32 << 20,
	INVENTORY_DEVICES_MAX = 65536,
	INVENTORY_DEVICE_VALUES_MAX = 48,
	INVENTORY_ROLE_MAX = 1024 /* addresses of a role */
};

/* What to write where a file has more devices. */
#define INVENTORY_INSTEAD \
	"name networks instead of addresses, or write a file for each site"

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
	size_t note_count;
	const struct inventory_note *notes;
	size_t left_out;      /* rows without an address */
	size_t notes_dropped; /* more than INVENTORY_NOTES_MAX */
	bool has_unknown_types;
	bool from_table;  /* a file of it is not YAML */
	const char *site; /* that was picked, or the only one; or NULL */
};

/* An empty inventory, for runs without a file. */
struct inventory *inventory_new(void);
/* --map COLUMN=FIELD and --type WORD=TYPE, before files are added. */
int inventory_add_map(struct inventory *inv, const char *argument,
		      struct error *err);
int inventory_add_type(struct inventory *inv, const char *argument,
		       struct error *err);
/* Adds a file: YAML by content or .yaml/.yml ending, Nmap's -oG or -oX, else a
 * table. */
int inventory_load(struct inventory *inv, const char *path,
		   struct errors *errors);
/* Adds files that may name each other's credentials; ends with NULL. */
int inventory_load_all(struct inventory *inv, const char *const *paths,
		       struct errors *errors);
/* Only the credentials of a file, where it is an inventory with some: the files
 * that are added later may name them. */
void inventory_borrow(struct inventory *inv, const char *path);
/* --site NAME: only its devices, where devices have sites; else the site's
 * name. */
int inventory_pick_site(struct inventory *inv, const char *site,
			struct error *err);
/* Adds one --target TYPE=ADDR[,ADDR…] (ADDR: address, name, CIDR, range; a role
 * name works instead of TYPE). */
int inventory_add_target(struct inventory *inv, const char *argument,
			 struct error *err);
void inventory_free(struct inventory *inv);

/* True where a file is meant as an inventory: CSV, or YAML whose `preflight:`
 * says so. False for what cannot be read. */
bool inventory_is_one(const char *path);

#endif
