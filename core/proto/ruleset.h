/*
 * ruleset.h - would the packet filter of a Linux host let a packet of a new
 * connection through? nftables' own JSON (libnftables-json(5)) is read, and
 * evaluated as nft(8) describes.
 *
 * Pure. What is evaluated: families ip, ip6, inet and netdev; hooks in the
 * order of their priorities; policies; jump, goto and return; sets, maps and
 * intervals; addresses, ports, protocols, interfaces, marks, the state of the
 * connection; redirects of the port. Any other statement may do anything: where
 * that matters the answer is RULESET_UNTESTED, with the statement.
 */
#ifndef PREFLIGHT_RULESET_H
#define PREFLIGHT_RULESET_H

#include "core/base/addr.h"
#include "core/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The largest text that is read. */
enum { RULESET_BYTES_MAX = 16 << 20, RULESET_TEXT = 200 };

struct ruleset;

/* From the output of `nft -j list ruleset`. NULL: it is not that, or larger
 * than what is read; err says what. */
struct ruleset *ruleset_read(const char *json, size_t length,
			     struct error *err);
/* Adds the output of iptables-save (ip6tables-save), whose tables take the
 * place of nft's list of the same: that does not show what an extension of
 * iptables looks at. `legacy`: tables of the kernel's older part, beside
 * nftables'. -1: it cannot be read, and what is left is not all: only a drop is
 * certain. */
int ruleset_add_save(struct ruleset *r, const char *text, size_t length,
		     bool v6, bool legacy, struct error *err);
void ruleset_free(struct ruleset *r); /* NULL is fine */
/* How much a question may have to look at: rules, and elements of sets. */
size_t ruleset_size(const struct ruleset *r);
/* No chain of it is on any packet's way. */
bool ruleset_is_empty(const struct ruleset *r);

/* The first packet of a new connection. */
struct ruleset_packet {
	bool outgoing; /* sent by this host, else for it */
	bool tcp;      /* else UDP */
	/* Of a network, the address and its prefix; prefix 0 with family
	 * ADDR_NONE: any. Of the family of `target`. */
	struct addr source;
	unsigned source_prefix;
	struct addr target;
	bool target_any;      /* only its family is known */
	uint16_t source_port; /* 0: any */
	uint16_t target_port;
	const char *interface; /* it comes in or leaves by; NULL: any */
};

enum ruleset_says {
	RULESET_UNTESTED,
	RULESET_ACCEPTS,
	RULESET_DROPS,
	RULESET_REJECTS
};

/* Whose rules they are, known by the names of tables and chains. */
enum ruleset_tool {
	RULESET_NFTABLES,
	RULESET_IPTABLES,
	RULESET_FIREWALLD,
	RULESET_UFW
};

struct ruleset_answer {
	enum ruleset_says says;
	/* The rule that decided, as nft(8) names it: "inet filter input handle
	 * 7", or "policy of inet filter input"; "" for an empty ruleset. */
	char where[RULESET_TEXT];
	char chain[RULESET_TEXT];  /* its chain: "inet filter input" */
	char reason[RULESET_TEXT]; /* RULESET_UNTESTED: why */
	uint16_t port; /* where it arrives: another after a redirect */
	enum ruleset_tool tool;
};

void ruleset_ask(const struct ruleset *r, const struct ruleset_packet *p,
		 struct ruleset_answer *out);
/* "nftables", "firewalld" ... */
const char *ruleset_tool_name(enum ruleset_tool tool);
/* The tool that manages the host's rules, whatever decided. */
enum ruleset_tool ruleset_tool(const struct ruleset *r);

#endif
