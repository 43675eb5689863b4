/*
 * resolvconf.h - the system's resolver configuration, read as glibc reads it:
 * resolv.conf(5) and the hosts file. Pure but for the two load functions.
 */
#ifndef PREFLIGHT_RESOLVCONF_H
#define PREFLIGHT_RESOLVCONF_H

#include "core/base/addr.h"
#include "core/base/mem.h"
#include "core/net/dnsmsg.h"

#include <stdbool.h>
#include <stddef.h>

enum {
	RESOLVCONF_SERVERS_MAX = 3, /* glibc's MAXNS */
	RESOLVCONF_SEARCH_MAX = 6,
	RESOLVCONF_NDOTS_MAX = 15,
	/* Every search domain, and the name as it is. */
	RESOLVCONF_CANDIDATES_MAX = RESOLVCONF_SEARCH_MAX + 1
};

struct resolvconf {
	size_t server_count;
	struct addr servers[RESOLVCONF_SERVERS_MAX]; /* with port 53 */
	size_t search_count;
	char search[RESOLVCONF_SEARCH_MAX][DNS_NAME_MAX];
	unsigned ndots;
	bool unconfigured; /* no server line: glibc asks 127.0.0.1 */
};

/* Always gives a usable configuration: no server line means 127.0.0.1. */
void resolvconf_parse(struct resolvconf *out, const char *text);
/* This host's own, and its name's domain where it has no search list. */
void resolvconf_load(struct resolvconf *out);

/*
 * The names to ask for, in order: as it is first when it has ndots dots. A
 * name that ends in a dot is asked as it is only. Names too long are left out.
 * `as_is` is the index of the name itself.
 */
size_t resolvconf_candidates(const struct resolvconf *c, const char *name,
			     char out[RESOLVCONF_CANDIDATES_MAX][DNS_NAME_MAX],
			     size_t *as_is);

enum {
	/* Lists of names to block have 10 MiB and more. */
	HOSTS_BYTES_MAX = 64 << 20,
	HOSTS_NAMES_MAX = 2000000
};

struct hosts_entry {
	struct addr addr;
	const char *name; /* as spelled */
};

struct hosts {
	struct arena names;
	struct hosts_entry *items;
	size_t count, capacity;
	bool cut; /* it has more than is read */
};

/* Adds to `out` (zero-initialised). Unusable lines are skipped. */
void hosts_parse(struct hosts *out, const char *text);
/* This host's own. What lies behind HOSTS_BYTES_MAX and HOSTS_NAMES_MAX is not
 * read: out->cut. */
void hosts_load(struct hosts *out);
void hosts_free(struct hosts *h);
/* Addresses of a name, of the wanted families; at most `max`. */
size_t hosts_find(const struct hosts *h, const char *name, bool want4,
		  bool want6, struct addr *out, size_t max);
/* The first name of an address, or NULL. */
const char *hosts_name(const struct hosts *h, const struct addr *a);

#endif
