/*
 * first_hop.h - this host and its way out, family by family: what the rules
 * that blame others must know before.
 */
#ifndef PREFLIGHT_FIRST_HOP_H
#define PREFLIGHT_FIRST_HOP_H

#include "report/diagnose/diagnose.h"
#include "report/network.h"

struct first_hop {
	struct addr gateway; /* ADDR_NONE: this host has none, or not known */
	struct network own;  /* this host's address towards it ... */
	bool has_own;        /* ... where that is known */
	bool aside;          /* another of its addresses is what the gateway
				itself is tested from */
	bool foreign;        /* the gateway is not in the network of the
				address that sends, or in none of ours */
	/* The second round about the gateway; NULL: not asked. */
	const struct evidence *asked;
	const struct evidence *claims;     /* who has its address */
	const struct evidence *own_claims; /* who else has ours */
	bool configured;                   /* its entry was set by hand */
	bool has_link;                     /* a link address is known for it */
	bool replies;                      /* it answered for itself */
	bool forwards; /* hop 1 replied to an expiring packet, or anything
			  behind it answered */
	bool passes;   /* of these: anything behind it did, or it reported
			  an error; a router replies for an expired
			  packet before its rules are asked */
	const struct evidence *walk; /* that met it, NULL: none */
	bool not_forwarding;         /* asked, and it did not */
	bool unseen;                 /* this host does not tell which it is */
};

/* NULL only for ADDR_NONE. */
const struct first_hop *first_hop_of(struct diagnosis *d,
				     enum addr_family family);
/* This host does not tell what its first hop is, and nothing shows that packets
 * pass it; ADDR_NONE, of a name: in no family. */
bool first_hop_is_dark(struct diagnosis *d, enum addr_family family);
/* Nothing speaks against the way out of that family: it forwards, or it could
 * be asked and was not. */
bool first_hop_is_clear(struct diagnosis *d, enum addr_family family);
/* It went through another gateway than the default one, and something behind
 * that one, in its family, was heard: not a matter of the default gateway. */
bool first_hop_is_other(const struct diagnosis *d, size_t index);
/* The neighbour of a result did not answer ARP or neighbour discovery. */
bool first_hop_no_neighbour(const struct diagnosis *d, size_t index);

#endif
