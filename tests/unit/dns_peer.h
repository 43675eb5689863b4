/*
 * dns_peer.h - DNS servers on loopback that live in the loop of the test and
 * act as they are told. Include cmocka.h before.
 */
#ifndef PREFLIGHT_TEST_DNS_PEER_H
#define PREFLIGHT_TEST_DNS_PEER_H

#include "core/net/dnsmsg.h"
#include "core/net/loop.h"
#include "core/base/wire.h"
#include "core/os/address.h"

#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

enum { PEER_STREAMS = 4 };

enum act {
	ACT_SILENT,
	ACT_ADDRESS, /* A 192.0.2.PEER, AAAA 2001:db8::PEER */
	ACT_ONLY_V4, /* the same, AAAA without data */
	ACT_V6_MUTE, /* A answered, AAAA never */
	ACT_NXDOMAIN,
	ACT_SERVFAIL,
	ACT_REFUSED,
	ACT_NO_DATA,
	ACT_TRUNCATED, /* TC on UDP, the address on TCP */
	ACT_LOOP,
	ACT_GARBAGE,
	ACT_CUT,      /* ends in the middle of its record, without TC */
	ACT_WRONG_ID, /* two forgeries first, then the truth */
	ACT_SECOND,   /* silent on the first question of each type */
	ACT_SEARCH    /* only names that end in .corp.example exist */
};

struct peer {
	struct loop *loop;
	struct addr addr;
	uint8_t number;
	enum act act;
	bool closed; /* nothing bound: ICMP port unreachable */
	unsigned heard, heard_a, heard_aaaa, heard_tcp;
	char last[DNS_NAME_MAX];
	int udp, tcp;
	struct loop_watch *udp_watch, *tcp_watch;
	struct stream {
		struct peer *peer;
		int fd;
		struct loop_watch *watch;
	} streams[PEER_STREAMS];
	size_t stream_count;
};

/* What the peers say ------------------------------------------------------ */

static void put_name(struct wire *w, const char *name)
{
	while (*name != '\0') {
		size_t n = strcspn(name, ".");

		wire_u8(w, (uint8_t)n);
		wire_bytes(w, name, n);
		name += n + (name[n] == '.');
	}
	wire_u8(w, 0);
}

static void put_head(struct wire *w, const struct dns_message *q,
		     unsigned rcode, uint16_t answers, bool truncated)
{
	wire_be16(w, q->id);
	wire_be16(w, (uint16_t)(0x8180 | rcode | (truncated ? 0x0200 : 0)));
	wire_be16(w, 1);
	wire_be16(w, answers);
	wire_zero(w, 4);
	put_name(w, q->question);
	wire_be16(w, q->question_type);
	wire_be16(w, 1);
}

static void put_answer(struct wire *w, const struct peer *p,
		       const struct dns_message *q)
{
	bool v4 = q->question_type == DNS_A;

	put_head(w, q, 0, 1, false);
	wire_be16(w, 0xc00c);
	wire_be16(w, q->question_type);
	wire_be16(w, 1);
	wire_be32(w, v4 ? 300 : 60);
	if (q->question_type == DNS_PTR) {
		wire_be16(w, 14);
		put_name(w, "host.example");
		return;
	}
	wire_be16(w, v4 ? 4 : 16);
	wire_be32(w, v4 ? 0xc0000200u | p->number : 0x20010db8);
	if (!v4) {
		wire_zero(w, 11);
		wire_u8(w, p->number);
	}
}

static void put_loop(struct wire *w, const struct dns_message *q)
{
	put_head(w, q, 0, 1, false);
	wire_be16(w, 0xc00c);
	wire_be16(w, DNS_CNAME);
	wire_be16(w, 1);
	wire_be32(w, 1);
	wire_be16(w, 2);
	wire_be16(w, 0xc00c);
}

static bool in_search(const char *name)
{
	const char *at = strstr(name, ".corp.example");

	return at != NULL && at[13] == '\0';
}

/* Zero bytes: silence. */
static size_t peer_reply(struct peer *p, const struct dns_message *q, bool tcp,
			 uint8_t *out, size_t size)
{
	bool v4 = q->question_type == DNS_A;
	unsigned nth = v4 ? p->heard_a : p->heard_aaaa;
	struct wire w = wire_into(out, size);
	enum act act = p->act;

	if (act == ACT_ONLY_V4)
		act = v4 ? ACT_ADDRESS : ACT_NO_DATA;
	if (act == ACT_V6_MUTE)
		act = v4 ? ACT_ADDRESS : ACT_SILENT;
	if (act == ACT_SECOND)
		act = nth > 1 ? ACT_ADDRESS : ACT_SILENT;
	if (act == ACT_SEARCH)
		act = in_search(q->question) ? ACT_ADDRESS : ACT_NXDOMAIN;
	if (act == ACT_TRUNCATED && tcp)
		act = ACT_ADDRESS;
	switch (act) {
	case ACT_SILENT:
		return 0;
	case ACT_NXDOMAIN:
		put_head(&w, q, 3, 0, false);
		break;
	case ACT_SERVFAIL:
		put_head(&w, q, 2, 0, false);
		break;
	case ACT_REFUSED:
		put_head(&w, q, 5, 0, false);
		break;
	case ACT_NO_DATA:
		put_head(&w, q, 0, 0, false);
		break;
	case ACT_TRUNCATED:
		put_head(&w, q, 0, 0, true);
		break;
	case ACT_LOOP:
		put_loop(&w, q);
		break;
	case ACT_GARBAGE: /* a question and an id that match, then nonsense */
		put_head(&w, q, 0, 9, false);
		wire_be16(&w, 0xffff);
		break;
	case ACT_CUT:
		put_head(&w, q, 0, 1, false);
		wire_be16(&w, 0xc00c);
		wire_be16(&w, DNS_A);
		break;
	default:
		put_answer(&w, p, q);
		break;
	}
	assert_false(w.full);
	return w.length;
}

static void peer_hear(struct peer *p, const struct dns_message *q)
{
	p->heard++;
	p->heard_a += q->question_type == DNS_A;
	p->heard_aaaa += q->question_type == DNS_AAAA;
	memcpy(p->last, q->question, sizeof p->last);
}

static void peer_datagram(void *arg, short events)
{
	struct peer *p = arg;
	struct sockaddr_storage from;
	socklen_t length = sizeof from;
	uint8_t in[512], out[512];
	struct dns_message q;
	size_t size;
	ssize_t got = recvfrom(p->udp, in, sizeof in, 0,
			       (struct sockaddr *)&from, &length);

	(void)events;
	if (got <= 0 || !dnsmsg_parse(&q, in, (size_t)got))
		return;
	peer_hear(p, &q);
	size = peer_reply(p, &q, false, out, sizeof out);
	if (size == 0)
		return;
	if (p->act == ACT_WRONG_ID) {
		out[0] ^= 0x55;
		sendto(p->udp, out, size, 0, (struct sockaddr *)&from, length);
		out[0] ^= 0x55;
		out[13] ^= 0x01; /* another name */
		sendto(p->udp, out, size, 0, (struct sockaddr *)&from, length);
		out[13] ^= 0x01;
	}
	sendto(p->udp, out, size, 0, (struct sockaddr *)&from, length);
}

static void stream_close(struct stream *s)
{
	loop_watch_free(s->watch);
	if (s->fd != -1)
		close(s->fd);
	*s = (struct stream){.fd = -1};
}

/* The answer to the first message in the buffer; what it took, or 0. */
static size_t peer_frame(struct stream *s, const uint8_t *in, size_t length)
{
	struct peer *p = s->peer;
	uint8_t out[514];
	struct dns_message q;
	size_t frame, size;

	if (length < 2)
		return 0;
	frame = (size_t)(in[0] << 8 | in[1]);
	if (length < frame + 2 || !dnsmsg_parse(&q, in + 2, frame))
		return 0;
	p->heard_tcp++;
	size = peer_reply(p, &q, true, out + 2, sizeof out - 2);
	out[0] = (uint8_t)(size >> 8);
	out[1] = (uint8_t)size;
	assert_int_equal(write(s->fd, out, size + 2), (ssize_t)size + 2);
	return frame + 2;
}

/* On loopback a segment holds whole messages, often two. */
static void peer_stream(void *arg, short events)
{
	struct stream *s = arg;
	uint8_t in[2048];
	ssize_t got = read(s->fd, in, sizeof in);
	size_t at = 0, took;

	(void)events;
	if (got <= 0) {
		stream_close(s);
		return;
	}
	do {
		took = peer_frame(s, in + at, (size_t)got - at);
		at += took;
	} while (took > 0);
}

static void peer_accept(void *arg, short events)
{
	struct peer *p = arg;
	struct stream *s = &p->streams[p->stream_count];

	(void)events;
	assert_true(p->stream_count++ < PEER_STREAMS);
	s->peer = p;
	s->fd = accept(p->tcp, NULL, NULL);
	assert_int_not_equal(s->fd, -1);
	s->watch = loop_watch_new(p->loop, s->fd, peer_stream, s);
	loop_watch_events(s->watch, LOOP_READ);
}

/* Life --------------------------------------------------------------------- */

static int bound(int type, struct addr *a)
{
	struct sockaddr_storage ss;
	socklen_t length = (socklen_t)os_address_write(a, &ss, sizeof ss);
	int fd = socket(ss.ss_family, type | SOCK_CLOEXEC, 0);

	if (fd == -1 || bind(fd, (struct sockaddr *)&ss, length) == -1) {
		close(fd);
		return -1;
	}
	length = sizeof ss;
	assert_int_equal(getsockname(fd, (struct sockaddr *)&ss, &length), 0);
	assert_true(os_address_read(a, &ss, length));
	return fd;
}

static void peer_open(struct peer *p, struct loop *l, size_t index)
{
	*p = (struct peer){.loop = l, .number = (uint8_t)(index + 1)};
	for (size_t i = 0; i < PEER_STREAMS; i++)
		p->streams[i].fd = -1;
	/* The same port for both transports: another one where it is taken. */
	for (int tries = 0; tries < 20; tries++) {
		assert_true(addr_parse(&p->addr, "127.0.0.1"));
		p->udp = bound(SOCK_DGRAM, &p->addr);
		assert_int_not_equal(p->udp, -1);
		p->tcp = bound(SOCK_STREAM, &p->addr);
		if (p->tcp != -1)
			break;
		close(p->udp);
	}
	assert_int_not_equal(p->tcp, -1);
	assert_int_equal(listen(p->tcp, 8), 0);
	p->udp_watch = loop_watch_new(l, p->udp, peer_datagram, p);
	p->tcp_watch = loop_watch_new(l, p->tcp, peer_accept, p);
	loop_watch_events(p->udp_watch, LOOP_READ);
	loop_watch_events(p->tcp_watch, LOOP_READ);
}

static void peer_close(struct peer *p)
{
	if (p->closed)
		return;
	p->closed = true;
	for (size_t i = 0; i < PEER_STREAMS; i++)
		stream_close(&p->streams[i]);
	loop_watch_free(p->udp_watch);
	loop_watch_free(p->tcp_watch);
	close(p->udp);
	close(p->tcp);
}

#endif
