/*
 * dnsmsg.h - DNS messages: build a query, read an answer, bounded (RFC 1035).
 */
#ifndef PREFLIGHT_DNSMSG_H
#define PREFLIGHT_DNSMSG_H

#include "core/base/addr.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum dns_type {
	DNS_A = 1,
	DNS_NS = 2,
	DNS_CNAME = 5,
	DNS_SOA = 6,
	DNS_PTR = 12,
	DNS_TXT = 16,
	DNS_AAAA = 28,
	DNS_SRV = 33
};

enum { DNS_NAME_MAX = 256, DNS_ANSWERS_MAX = 64, DNS_CHAIN_MAX = 16 };

struct dns_message {
	uint16_t id;
	bool response, authoritative, truncated, recursion_available,
	    authenticated;
	unsigned rcode;
	char question[DNS_NAME_MAX]; /* presentation form, lower case */
	uint16_t question_type;
	size_t address_count;
	struct addr addresses[DNS_ANSWERS_MAX];
	size_t chain_count; /* CNAME targets in order, PTR names */
	char chain[DNS_CHAIN_MAX][DNS_NAME_MAX];
	uint32_t ttl; /* smallest of the answers */
	bool loop;    /* the CNAME chain loops or is too long */
	bool cut;     /* it ends before its records do, and TC is not set: the
			 parser refuses it; header and question hold */
};

/* Writes a query with RD set. 0 when the name does not fit (label > 63, name >
 * 255 octets, empty label) or size is too small. Returns the length. */
size_t dnsmsg_query(uint8_t *out, size_t size, uint16_t id, const char *name,
		    uint16_t type);
/* Reads a message. False when it is not one (truncated, pointer loops,
 * counts that do not fit). Never reads outside; bounded work. */
bool dnsmsg_parse(struct dns_message *out, const void *bytes, size_t length);
/* "2.0.0.10.in-addr.arpa", "…ip6.arpa". */
const char *dnsmsg_reverse_name(const struct addr *a, char out[DNS_NAME_MAX]);
/* "NXDOMAIN" for 3; "RCODE17" for unknown ones (static or out). */
const char *dnsmsg_rcode_name(unsigned rcode, char out[16]);

#endif
