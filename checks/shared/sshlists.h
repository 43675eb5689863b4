/* sshlists.h - the lists of an SSH server's KEXINIT, as facts. */
#ifndef PREFLIGHT_SSHLISTS_H
#define PREFLIGHT_SSHLISTS_H

#include "core/engine/check.h"
#include "core/proto/sshmsg.h"

/* Sets the facts: each name, and which are weak or old. */
void sshlists_tell(struct probe *p, const struct sshmsg_kexinit *k);

/* Sends a list of our own: few servers wait for it before they send theirs. */
void sshlists_offer(struct probe *p);

/* The facts that it sets, for the check's table. */
#define SSHLISTS_FACTS                                                         \
	{.name = "kex", .type = FACT_LIST, .help = "key exchange methods"},    \
	    {.name = "host-key-algorithms",                                    \
	     .type = FACT_LIST,                                                \
	     .help = "host key algorithms"},                                   \
	    {.name = "ciphers",                                                \
	     .type = FACT_LIST,                                                \
	     .help = "ciphers, client to server"},                             \
	    {.name = "macs",                                                   \
	     .type = FACT_LIST,                                                \
	     .help = "MACs, client to server"},                                \
	    {.name = "weak",                                                   \
	     .type = FACT_LIST,                                                \
	     .help = "offered algorithms that are considered weak"},           \
	    {.name = "weak-why",                                               \
	     .type = FACT_LIST,                                                \
	     .help =                                                           \
		 "the same algorithms, each with the source that says so"},    \
	{                                                                      \
		.name = "old-only", .type = FACT_LIST,                         \
		.help = "lists without any algorithm that current clients use" \
	}

#endif
