/*
 * net_error.h - why a call of the network failed, in words that are the same
 * on every system.
 *
 * Numbers of errno differ between systems; only core/os sees them. What the
 * report says of an error comes from here.
 */
#ifndef PREFLIGHT_NET_ERROR_H
#define PREFLIGHT_NET_ERROR_H

#include <stdbool.h>

enum net_error {
	NET_OK,
	NET_AGAIN, /* nothing yet; no local port */
	NET_IN_PROGRESS,
	NET_REFUSED,
	NET_RESET,
	NET_ABORTED,
	NET_BROKEN,
	NET_TIMEOUT,
	NET_NO_ROUTE,
	NET_DOWN,
	NET_HOST_UNREACHABLE,
	NET_HOST_DOWN,
	NET_PROHIBITED,    /* a prohibit route; a missing right */
	NET_NOT_PERMITTED, /* a local firewall; a missing right */
	NET_INVALID,       /* a blackhole route */
	NET_IN_USE,
	NET_NO_ADDRESS,
	NET_NO_FAMILY,
	NET_NO_PROTOCOL,
	NET_NOT_OFFERED,
	NET_NO_OPTION,
	NET_NO_DEVICE,
	NET_NOT_CONNECTED,
	NET_TOO_BIG,
	NET_NO_DESCRIPTORS, /* of this process */
	NET_SYSTEM_FULL,
	NET_NO_ROOM,
	NET_NO_MEMORY,
	NET_BAD_PROTOCOL,
	NET_OTHER,
	NET_ERROR_COUNT
};

/* The frozen word of the report: "ENETUNREACH"; "EOTHER" for NET_OTHER. NULL
 * for NET_OK. */
const char *net_error_name(enum net_error error);
/* The reverse; false, and *out untouched, for any other word. */
bool net_error_parse(const char *name, enum net_error *out);
/* The same for people: "Network is unreachable"; "" for NET_OK. */
const char *net_error_text(enum net_error error);

#endif
