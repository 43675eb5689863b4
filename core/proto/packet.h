/*
 * packet.h - packets for a link address that we choose: who claims an address
 * (ARP, neighbour discovery), and an echo request within IP.
 *
 * Without the header of the link (Ethernet), which the socket makes.
 */
#ifndef PREFLIGHT_PACKET_H
#define PREFLIGHT_PACKET_H

#include "core/base/addr.h"
#include "core/proto/echo.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	PACKET_LINK = 6,
	PACKET_MAX = 128,
	PACKET_WHOLE = 2048 /* the longest whose checksum is looked at */
};

/*
 * Asks who claims an address: an ARP probe, whose sender address is 0 so that
 * no cache learns from it (RFC 5227 2.1.1), or a neighbour solicitation from
 * our link-local address `source` (RFC 4861 4.3; IPv4 has no use for it).
 * Returns its length; `to` is the group that it goes to.
 */
size_t packet_ask(const struct addr *wanted, const struct addr *source,
		  const uint8_t self[PACKET_LINK], uint8_t to[PACKET_LINK],
		  uint8_t out[PACKET_MAX]);
/* Does an ARP or IPv6 packet claim that address? `link` is for which link
 * address; `from`, who sent it, where an advertisement names none. */
bool packet_claims(const struct addr *wanted, const uint8_t *bytes,
		   size_t length, const uint8_t from[PACKET_LINK],
		   uint8_t link[PACKET_LINK]);

/* An echo request with its IP header, and whether a packet is the reply to it
 * (IPv4 options and IPv6 extension headers are not expected). */
size_t packet_echo(struct echo *e, const struct addr *source,
		   const struct addr *target, uint8_t out[PACKET_MAX]);
bool packet_is_echo_reply(const struct echo *e, const struct addr *target,
			  const uint8_t *bytes, size_t length);

enum { PACKET_SYN = 2, PACKET_RST = 4, PACKET_ACK = 16 }; /* flags of TCP */

/* An IP packet that carries TCP or UDP, as far as it is of interest; its
 * addresses have the ports. */
struct packet {
	struct addr source, target;
	bool tcp;
	uint8_t flags; /* these three of TCP */
	uint32_t sequence, acknowledged;
};

/* Reads a packet without the header of the link. False: it is something else, a
 * later fragment, cut short, or has IPv6 extension headers. */
bool packet_read(struct packet *out, const uint8_t *bytes, size_t length);

/* Are the checksums of such a packet, or of one with ICMP, right (RFC 1071; RFC
 * 8200 8.1)? False also where it is not whole. */
bool packet_is_sound(const uint8_t *bytes, size_t length);

#endif
