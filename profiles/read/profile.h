/*
 * profile.h - what one product needs: a YAML file read into constant tables.
 *
 * A profile is read once, strictly (design §8): unknown keys, wrong types,
 * duplicate keys, aliases, anchors, tags, a second document and missing fields
 * are errors with file:line:column. All memory belongs to the profile's arena.
 */
#ifndef PREFLIGHT_PROFILE_H
#define PREFLIGHT_PROFILE_H

#include "core/base/error.h"
#include "core/base/mem.h"
#include "core/base/outcome.h"
#include "core/base/params.h"
#include "core/base/spec.h"

#include <stdbool.h>
#include <stddef.h>

enum level {
	LEVEL_REQUIRED,
	LEVEL_ALTERNATIVE, /* + group */
	LEVEL_FALLBACK,    /* + group */
	LEVEL_RECOMMENDED, /* optionally when_group */
	LEVEL_OPTIONAL,
	LEVEL_ADVISORY
};
const char *level_name(enum level level);

struct source {
	const char *name; /* key under sources: */
	const char *title, *url;
	const char *retrieved; /* "2026-11-20" */
};

struct variable {
	const char *name, *help, *example, *pattern; /* POSIX ERE or NULL */
	const char *fallback;                        /* default:, NULL: none */
	const char *type; /* "text" (default), "url", "ports", "host",
			     "services" (HOST:PORT[/udp],...) */
};

struct role {
	const char *name, *help;
};

struct scenario {
	const char *name, *help;
	bool by_default;   /* always on: "core" */
	size_t choice;     /* index of its choose_one set from 1; 0: none */
	bool first_choice; /* the default of that set */
};

/* key: value of params: with its place, for errors after substitution. */
struct param_setting {
	const char *key;
	size_t value_count;
	const char *const *values; /* a list gives several */
	unsigned line, column;
};

enum target_kind {
	TO_INTERNET, /* hosts: */
	TO_SELF,     /* local checks */
	TO_DEVICE,   /* device:TYPE; device_type "any" for every device */
	TO_ROLE,     /* another role; its addresses come from the inventory */
	TO_TARGET    /* asked for by hand, without a profile */
};

/* What must be open. */
struct requirement_ports {
	struct port_list list;
	const char *const *unset; /* as written, where a variable has no value:
				     "${sql_port}"; NULL-terminated or NULL */
};
/* "80,443-445,${sql_port}"; NULL and what is not a port give none. */
struct requirement_ports requirement_ports_parse(struct arena *a,
						 const char *text);
/* The reverse, "" for none. The caller frees it. */
char *requirement_ports_text(const struct requirement_ports *ports);

struct requirement {
	const char *id; /* "cloud.tenant" */
	const struct profile *profile;
	unsigned line, column; /* of the id */
	const char *title, *purpose, *impact, *note;
	const char *const *covers;           /* NULL-terminated */
	const char *const *deviates;         /* matrix ids, NULL-terminated */
	const char *const *deviates_reasons; /* parallel */
	const char *from; /* role(s), or device:TYPE; "a;b" as written */
	const char *const *from_list;
	const char *to; /* as written: "internet", "device:snmp" ... */
	const char *const *to_list; /* "device:unix;device:network-element" */
	enum target_kind to_kind;
	const char *const *device_types; /* TO_DEVICE: without "device:" */
	const char *to_role;             /* TO_ROLE */
	bool inbound;         /* `from` is the far end and `to` is the role
				 that this machine may play */
	const char *scenario; /* "core" when absent */
	enum level level;
	const char *group;               /* ALTERNATIVE, FALLBACK */
	const char *when_group;          /* `when: fallback GROUP` */
	const char *check;               /* name; NULL only with `untested:` */
	const struct check *check_table; /* NULL when untested */
	const char *const *hosts;  /* may hold ${variable} and ${variable.host};
				      NULL-terminated, empty list when none */
	const char *hosts_from;    /* "reverse:cloud.tenant:.amazonaws.com" */
	const char *derive;        /* its parts: "reverse" or "chain", */
	const char *derive_id;     /* requirement whose first host is asked, */
	const char *derive_suffix; /* and the ending that is wanted */
	const char *services;      /* variable of type `services`, or NULL */
	struct requirement_ports ports; /* before a run: variables by their
					   defaults */
	const char *ports_written;      /* variables not substituted */
	const char *probe_ports_text;   /* the ones to probe, where `ports` only
				      lists what must be open; or NULL */
	enum transports transports;
	const char *family; /* NULL, "any", or "v4": nothing is said about
			       IPv6 */
	const char *os;     /* NULL or "windows" */
	enum proof proof;
	size_t param_count;
	const struct param_setting *params;
	const struct source *source;
	/* `untested: {why: needs-second-end, reason: …}`: declared as a path
	 * that nothing here can prove. */
	enum why untested_why;
	const char *untested_reason;
	/* With `when: silent` it is probed, and untested for this why where
	 * nothing comes back. */
	enum why silent_why;
	const char *wildcard; /* "*.amazonaws.com": what the names sample */
	/* A device without this type that stays silent gets warn instead of
	 * fail (`silence: warn-unless TYPE`); NULL: silence is judged alike. */
	const char *silence_exempt_type;
	bool once; /* one probe for all devices (multicast) */
};

struct profile {
	struct arena arena;
	const char *file; /* path it was read from, or "built-in:NAME" */
	char sha256[65];
	const char *name, *version, *title, *description;
	const char *default_role;
	size_t source_count;
	const struct source *sources;
	size_t variable_count;
	const struct variable *variables;
	size_t role_count;
	const struct role *roles;
	size_t scenario_count;
	const struct scenario *scenarios;
	size_t requirement_count;
	const struct requirement *requirements;
};

/* Limits of a file; past them is one error. */
enum {
	PROFILE_BYTES_MAX = 1 << 20,
	PROFILE_DEPTH_MAX = 32,
	PROFILE_NODES_MAX = 50000
};

/*
 * PROFILE of the command line to a path: with a '/' or ending in .yaml it is a
 * path; else the first hit in PREFLIGHT_PROFILE_PATH, ~/.config/preflight/
 * profiles, the installed share folder, the `profiles` folder beside the
 * build, and last the one inside the program ("built-in:NAME", which is a path
 * of the command line, too). -1: not found, with a suggestion from the names
 * there are.
 */
int profile_find(const char *name, char *path, size_t size, struct error *err);

/* Names of all profiles that can be found, sorted; NULL-terminated, arena. */
const char *const *profile_names(struct arena *a);

/* Reads and checks a profile. NULL when it has errors (all in the list). */
struct profile *profile_load(const char *path, struct errors *errors);
void profile_free(struct profile *p);

const struct variable *profile_variable(const struct profile *p,
					const char *name);
const struct scenario *profile_scenario(const struct profile *p,
					const char *name);
const struct role *profile_role(const struct profile *p, const char *name);

/* The device types of design §8, NULL-terminated, "any" first. */
extern const char *const device_types[];

/* The word in `hosts:` of a dns requirement that stands for the servers this
 * host is set up with: "system-resolver". */
extern const char profile_system_resolver[];

#endif
