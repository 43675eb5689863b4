/*
 * ntp.c - does the server give the time? RFC 5905, client mode, one packet.
 */
#include "core/engine/check.h"
#include "core/os/clock.h"

#include <string.h>

enum {
	NTP_SIZE = 48,
	NTP_CLIENT = 0x23, /* leap 0, version 4, mode 3 */
	NTP_MODE_SERVER = 4,
	NTP_LEAP_ALARM = 3,
	NTP_STRATUM_MAX = 15
};

static const uint64_t ntp_unix_epoch = 2208988800; /* 1900 to 1970, seconds */

struct ntp_state {
	uint64_t cookie; /* what we sent as our transmit timestamp */
	int64_t sent_us; /* monotonic */
	int64_t wall_us; /* the same moment */
	unsigned ignored;
	bool foreign; /* something came that is not NTP */
};

struct ntp_packet {
	unsigned leap, version, mode, stratum;
	uint8_t refid[4];
	uint32_t delay, dispersion; /* to its root, seconds in 16.16 bits */
	uint64_t origin, receive, transmit;
};

static enum step ntp_open(struct probe *p)
{
	struct ntp_state *s = p->state;
	uint8_t packet[NTP_SIZE];
	struct wire w = wire_into(packet, sizeof packet);

	wire_random(&s->cookie, sizeof s->cookie);
	wire_u8(&w, NTP_CLIENT);
	wire_zero(&w, NTP_SIZE - 9);
	wire_be64(&w, s->cookie);
	s->sent_us = p->now_us;
	s->wall_us = clock_system.wall_us(&clock_system);
	probe_send(p, packet, w.length);
	p->phase = PHASE_REPLY;
	return STEP_WAIT;
}

/* The answer --------------------------------------------------------------- */

static bool ntp_read(struct ntp_packet *n, const struct buf *in)
{
	struct cursor c = cursor_over(in->data, in->length);
	unsigned first = cursor_u8(&c);
	const uint8_t *refid;

	n->leap = first >> 6;
	n->version = first >> 3 & 7;
	n->mode = first & 7;
	n->stratum = cursor_u8(&c);
	cursor_skip(&c, 2); /* poll, precision */
	n->delay = cursor_be32(&c);
	n->dispersion = cursor_be32(&c);
	refid = cursor_bytes(&c, sizeof n->refid);
	if (refid != NULL)
		memcpy(n->refid, refid, sizeof n->refid);
	cursor_skip(&c, 8); /* reference timestamp */
	n->origin = cursor_be64(&c);
	n->receive = cursor_be64(&c);
	n->transmit = cursor_be64(&c);
	return !c.bad;
}

/* Four capital letters where stratum is 0 (RFC 5905 §7.4); else "". */
static void ntp_kiss(const struct ntp_packet *n, char out[5])
{
	memcpy(out, n->refid, 4);
	out[4] = '\0';
	if (n->stratum != 0 || strspn(out, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 4)
		out[0] = '\0';
}

static void ntp_refid_fact(struct probe *p, const struct ntp_packet *n)
{
	struct addr a = {.family = ADDR_V4};
	char text[ADDR_TEXT];
	size_t length = 0;

	if (n->stratum == 1) { /* the kind of clock: "GPS", "PPS" */
		while (length < 4 && n->refid[length] != 0)
			length++;
		fact_bytes(p, "refid", n->refid, length);
	} else if (n->stratum > 1) {
		memcpy(a.bytes, n->refid, 4);
		fact_string(p, "refid", addr_text(&a, text));
	}
}

/* Microseconds since 1970 as NTP seconds, 32 bits, and their fraction. */
static uint64_t ntp_time(int64_t wall_us)
{
	uint64_t us = (uint64_t)wall_us;
	uint64_t fraction = (us % 1000000 << 32) / 1000000;

	return (us / 1000000 + ntp_unix_epoch) << 32 | fraction;
}

/* a - b in microseconds; right for 68 years, whatever the era (RFC 5905 §6) */
static int64_t ntp_difference(uint64_t a, uint64_t b)
{
	int64_t d = (int64_t)(a - b);

	return d / 4294967296 * 1000000 + d % 4294967296 * 1000000 / 4294967296;
}

/* How far its time may be from that of its source: half the round trip to it,
 * and the dispersion (RFC 5905 10). */
static void ntp_distance_fact(struct probe *p, const struct ntp_packet *n)
{
	int64_t sum = (int64_t)n->delay / 2 + n->dispersion;

	fact_ms(p, "root-distance", sum * 1000000 / 65536);
}

static void ntp_offset_facts(struct probe *p, const struct ntp_packet *n)
{
	const struct ntp_state *s = p->state;
	int64_t elapsed = p->now_us - s->sent_us;
	int64_t there = ntp_difference(n->receive, ntp_time(s->wall_us));
	int64_t back =
	    ntp_difference(n->transmit, ntp_time(s->wall_us + elapsed));

	fact_ms(p, "offset", there / 2 + back / 2);
	fact_ms(p, "round-trip",
		elapsed - ntp_difference(n->transmit, n->receive));
}

static enum step ntp_judge(struct probe *p, const struct ntp_packet *n)
{
	char kiss[5];

	ntp_kiss(n, kiss);
	if (kiss[0] != '\0')
		fact_string(p, "kiss-code", kiss);
	/* INIT and STEP: the server is not synchronised, or not yet. */
	if (kiss[0] != '\0' && strcmp(kiss, "INIT") != 0 &&
	    strcmp(kiss, "STEP") != 0)
		return probe_fail(p, CAUSE_REJECTED);
	if (n->leap == NTP_LEAP_ALARM || n->stratum == 0 ||
	    n->stratum > NTP_STRATUM_MAX || n->transmit == 0)
		return probe_fail(p, CAUSE_UNSYNCHRONISED);
	ntp_offset_facts(p, n);
	ntp_distance_fact(p, n);
	return probe_ok(p);
}

static enum step ntp_heard(struct probe *p)
{
	struct ntp_state *s = p->state;
	struct ntp_packet n;

	if (!ntp_read(&n, p->in)) {
		s->foreign = true;
		return STEP_WAIT;
	}
	/* Forged, late, or of another mode: the answer may still come. */
	if (n.mode != NTP_MODE_SERVER || n.origin != s->cookie) {
		fact_number(p, "ignored", ++s->ignored);
		return STEP_WAIT;
	}
	fact_number(p, "version", n.version);
	fact_number(p, "leap", n.leap);
	fact_number(p, "stratum", n.stratum);
	ntp_refid_fact(p, &n);
	return ntp_judge(p, &n);
}

static enum step ntp_silent(struct probe *p)
{
	const struct ntp_state *s = p->state;

	/* Something did come: that is not silence. */
	return s->foreign || s->ignored > 0 ? probe_fail(p, CAUSE_BAD_REPLY)
					    : STEP_WAIT;
}

static enum step ntp_step(struct probe *p, enum event event)
{
	switch (event) {
	case EV_START:
		return ntp_open(p);
	case EV_DATA:
		return ntp_heard(p);
	case EV_DEADLINE:
		return ntp_silent(p);
	default:
		return STEP_WAIT;
	}
}

static const struct fact_def ntp_fact_table[] = {
    {"stratum", FACT_NUMBER,
     "distance from a reference clock; 1 is directly attached"},
    {"leap", FACT_NUMBER, "leap indicator; 3: not synchronised"},
    {"version", FACT_NUMBER, "NTP version of the answer"},
    {"refid", FACT_STRING, "the server's own source: clock, address or hash"},
    {"offset", FACT_MS, "the server's clock minus this host's"},
    {"root-distance", FACT_MS,
     "how far the server may be from the time of its source"},
    {"round-trip", FACT_MS,
     "time on the network, without the server's processing time"},
    {"kiss-code", FACT_STRING, "why the server refuses: RATE, DENY, RSTR"},
    {"ignored", FACT_NUMBER, "datagrams that did not answer this request"},
    {0},
};

const struct check check_ntp = {
    .name = "ntp",
    .summary = "NTP server reports the time",
    .facts = ntp_fact_table,
    .state_size = sizeof(struct ntp_state),
    .needs = NEEDS_UDP,
    .proxy = PROXY_NEVER,
    .transport = TRANSPORT_UDP,
    .port = 123,
    .step = ntp_step,
};
