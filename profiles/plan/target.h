/*
 * target.h - how targets are written: addresses, names, networks, services.
 */
#ifndef PREFLIGHT_TARGET_H
#define PREFLIGHT_TARGET_H

#include "core/base/addr.h"
#include "core/base/error.h"
#include "core/base/outcome.h"

#include <stdbool.h>
#include <stdint.h>

enum {
	TARGET_NAME_MAX = 253,
	TARGET_SWEEP_MAX = 1024, /* addresses of one network or range */
	TARGET_PREFIX_MIN_V4 = 22,
	TARGET_PREFIX_MIN_V6 = 118
};

/*
 * A numeric address or a DNS name. For a name *literal gets family ADDR_NONE.
 * Multicast, broadcast, 0.0.0.0 and class E are errors, and a link-local
 * address without a zone. The zone may be another machine's: *literal is then
 * like that of a name.
 */
int target_host(const char *text, struct addr *literal, struct error *err);
/* The same for what is tested from here: the zone is of this host. */
int target_here(const char *text, struct addr *literal, struct error *err);
/* "fe80::1%eth9". */
bool target_is_zoned(const char *text);
/* An error where an address, written as `text`, is link-local without a zone.
 */
int target_zone(const struct addr *a, const char *text, struct error *err);
/* The same, and the only thing that may be multicast. */
int target_group(const char *text, struct addr *literal, struct error *err);

/* True where the text is written as a network or a range of addresses. */
bool target_is_network(const char *text);
/*
 * "10.2.1.0/24", "2001:db8::/120", "10.2.1.1-10.2.1.20", "10.2.1.1-20": the
 * first address to test and how many (network and broadcast address left out).
 * Larger than /22 or /118, reversed or mixed ones are errors.
 */
int target_network(const char *text, struct addr *first, uint64_t *total,
		   struct error *err);

/* "10.0.0.5:8080", "[2001:db8::1]:53/udp", "db.corp.example:1433/tcp". */
struct target_service {
	char host[TARGET_NAME_MAX + 1];
	struct addr literal;
	uint16_t port;
	enum transport transport; /* TCP unless "/udp" is written */
};
int target_service(const char *text, struct target_service *out,
		   struct error *err);

/*
 * Host and port of "https://acme.us1.my.auvik.com" (http: 80, https: 443 where
 * no port is written). A user name in it is an error.
 */
int target_url(const char *text, struct target_service *out, struct error *err);

#endif
