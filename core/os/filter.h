/*
 * filter.h - this host's own packet filter, as its own tools list it. Nothing
 * is changed, and nothing is sent.
 */
#ifndef PREFLIGHT_OS_FILTER_H
#define PREFLIGHT_OS_FILTER_H

#include <stdbool.h>
#include <stddef.h>

enum {
	FILTER_BYTES_MAX = 16 << 20, /* of one tool's output */
	FILTER_WAIT_MS = 3000,       /* for one tool */
	FILTER_WHY = 200
};

/* What one tool wrote; to be freed by os_filter_free(). */
struct os_filter_text {
	char *bytes; /* NULL: none */
	size_t length;
};

struct os_filter {
	struct os_filter_text nft; /* `nft -j list ruleset`: JSON */
	/* `iptables-save` and `ip6tables-save`, where rules are iptables':
	 * those in nftables, and those of the older kernel part. */
	struct os_filter_text tables[2], legacy[2];
	/* Why the rules were not read; "" where they were. For people. */
	char why[FILTER_WHY];
	/* Another filter of this host that may act, too, and that no list has:
	 * "an XDP program on eth0"; "" none, as far as this user may see. */
	char other[FILTER_WHY];
};

/* Reads them all. False: they are not known, out->why says why. */
bool os_filter_read(struct os_filter *out);
void os_filter_free(struct os_filter *f);

#endif
