/* control_probe.c - one small connection of the second round, up to the stage
 * that its request names. */
#include "core/engine/evidence_internal.h"
#include "core/base/mem.h"
#include "core/net/proxy.h"
#include "core/proto/smbmsg.h"
#include "core/proto/sshmsg.h"
#include "core/base/wire.h"

#include <stdio.h>
#include <string.h>

enum {
	CONTROL_PROBE_REQUEST_MAX = 1024,
	CONTROL_PROBE_NTP = 48,
	PORT_DISCARD = 9 /* RFC 863: whatever comes, no answer */
};

static bool control_probe_is_datagram(const struct evidence_request *w)
{
	return w->transport != TRANSPORT_TCP || w->kind == EVIDENCE_NEIGHBOUR;
}

/* Talking ---------------------------------------------------------------- */

static void control_probe_get(struct control_probe *f)
{
	char request[CONTROL_PROBE_REQUEST_MAX];
	int length = snprintf(request, sizeof request,
			      "GET / HTTP/1.1\r\nHost: %s\r\n"
			      "User-Agent: preflight/" PREFLIGHT_VERSION
			      " (+network path check)\r\n"
			      "Connection: close\r\n\r\n",
			      f->run->request.host);

	if (length > 0 && (size_t)length < sizeof request)
		conn_send(f->conn, request, (size_t)length);
}

/* Without credentials: it is not the user's choice of a proxy. */
static void control_probe_connect(struct control_probe *f)
{
	struct buf request;

	buf_init(&request, PROXY_REPLY_MAX);
	proxy_connect_request(&request, f->run->request.host,
			      f->run->request.host_port, NULL);
	conn_send(f->conn, request.data, request.length);
	buf_free(&request);
}

static const char *control_probe_name(struct request_run *run)
{
	const char *what = run->request.what;
	bool within = what != NULL && strcmp(what, EVIDENCE_RANDOM_IN) == 0;
	uint32_t random;

	if (what == NULL ||
	    (!within && strcmp(what, EVIDENCE_RANDOM_NAME) != 0))
		return run->request.host;
	if (run->random_name[0] == '\0') {
		wire_random(&random, sizeof random);
		snprintf(run->random_name, sizeof run->random_name,
			 "pf-%08x.%.240s", (unsigned)random,
			 within ? run->request.host : "example.com");
	}
	return run->random_name;
}

/* Both tries are open questions: either answer will do. */
static void control_probe_ask(struct control_probe *f)
{
	struct request_run *run = f->run;
	uint8_t query[DNS_ROUND_TRIP_QUERY_MAX];
	size_t length;

	run->dns.type = DNS_A;
	run->dns.allow_private = true;
	length = dns_round_trip_ask(&run->dns, control_probe_name(run), query);
	if (length > 0)
		conn_send(f->conn, query, length);
}

static void control_probe_ping(struct control_probe *f)
{
	uint8_t packet[ECHO_SIZE];
	bool v6 = f->run->request.addr.family == ADDR_V6;

	conn_send(f->conn, packet, echo_request(&f->echo, v6, packet));
}

static void control_probe_negotiate(struct control_probe *f, bool old)
{
	uint8_t packet[SMB_REQUEST_MAX];
	struct smb_session session = {0};

	conn_send(f->conn, packet,
		  old ? smbmsg_negotiate_old(packet)
		      : smbmsg_negotiate(packet, &session));
}

/* Version 4, mode 3; the time stamp is a number of ours (RFC 5905 7.3). */
static void control_probe_ask_time(struct control_probe *f)
{
	uint8_t packet[CONTROL_PROBE_NTP] = {4 << 3 | 3};

	wire_random(packet + sizeof packet - 8, 8);
	conn_send(f->conn, packet, sizeof packet);
}

static void control_probe_opened(struct control_probe *f)
{
	const struct evidence_request *w = &f->run->request;

	f->connected = !control_probe_is_datagram(w);
	switch (w->talk) {
	case TALK_TLS:
		conn_start_tls(f->conn, w->host, NULL);
		return;
	case TALK_HTTP:
		control_probe_get(f);
		return;
	case TALK_SOCKS:
		conn_send(f->conn, "\x05\x01\x00", 3);
		return;
	case TALK_CONNECT:
		control_probe_connect(f);
		return;
	case TALK_DNS:
		control_probe_ask(f);
		return;
	case TALK_ECHO:
		control_probe_ping(f);
		return;
	case TALK_SSH:
		conn_send(f->conn, SSHMSG_IDENT, sizeof SSHMSG_IDENT - 1);
		return;
	case TALK_SMB1:
	case TALK_SMB:
		control_probe_negotiate(f, w->talk == TALK_SMB1);
		return;
	case TALK_NTP:
		control_probe_ask_time(f);
		return;
	case TALK_OPEN:
		break;
	}
	if (control_probe_is_datagram(w)) {
		conn_send(f->conn, "", 0); /* an empty datagram */
		return;
	}
	f->ok = true;
	control_probe_done(f);
}

/* Hearing ---------------------------------------------------------------- */

/* The header is enough: old servers are careless with the rest. */
static bool control_probe_is_smb(const struct buf *in, bool old)
{
	struct smb_answer answer;

	return in->length > SMB_TRANSPORT &&
	       smbmsg_read(&answer, in->data + SMB_TRANSPORT,
			   in->length - SMB_TRANSPORT) &&
	       (answer.is_smb1 || !old);
}

/* Its version, and a method or that there is none. False: more is to come, or
 * it was something else, which ends the probe. */
static bool control_probe_is_socks(struct control_probe *f,
				   const struct buf *in)
{
	enum { SOCKS_VERSION = 5, SOCKS_REPLY = 2 };

	if (in->length > 0 && in->data[0] != SOCKS_VERSION) {
		f->outcome = (struct outcome){.phase = PHASE_REPLY,
					      .cause = CAUSE_BAD_REPLY};
		control_probe_done(f);
		return false;
	}
	return in->length >= SOCKS_REPLY;
}

static void control_probe_answered(struct control_probe *f)
{
	struct request_run *run = f->run;
	struct buf *in = conn_in(f->conn);
	enum cause cause = CAUSE_OK;

	f->heard = true;
	f->reply_ttl = conn_ttl(f->conn);
	if (run->request.talk == TALK_ECHO &&
	    !echo_is_reply(&f->echo, run->request.addr.family == ADDR_V6,
			   in->data, in->length))
		return;
	if (run->request.talk == TALK_SSH &&
	    !sshmsg_offers_keys(in->data, in->length))
		return; /* more may come */
	if ((run->request.talk == TALK_SMB1 || run->request.talk == TALK_SMB) &&
	    !control_probe_is_smb(in, run->request.talk == TALK_SMB1))
		return;
	if (run->request.talk == TALK_SOCKS && !control_probe_is_socks(f, in))
		return;
	if (run->request.talk == TALK_CONNECT) {
		switch (proxy_connect_reply(in, &run->proxy, &cause)) {
		case PROXY_MORE:
			return;
		case PROXY_NO:
			f->outcome = (struct outcome){.phase = PHASE_PROXY,
						      .cause = cause};
			control_probe_done(f);
			return;
		case PROXY_OPEN:
			break;
		}
	}
	if (run->request.talk == TALK_DNS) {
		if (!dnsmsg_parse(&run->dns_message, in->data, in->length))
			return; /* no DNS: the answer may still come */
		dns_round_trip_complete(&run->dns, &run->dns_message);
		if (!dns_round_trip_take(&run->dns, &run->dns_message, &cause))
			return;
		run->dns_answered = true;
	}
	f->ok = true;
	control_probe_done(f);
}

static void control_probe_event(void *arg, enum conn_event event)
{
	struct control_probe *f = arg;

	if (f->ended)
		return;
	switch (event) {
	case CONN_OPEN:
		control_probe_opened(f);
		return;
	case CONN_TLS:
		f->ok = true;
		break;
	case CONN_DATA:
		control_probe_answered(f);
		return;
	case CONN_EOF:
		f->outcome = (struct outcome){.phase = PHASE_REPLY,
					      .cause = CAUSE_RESET};
		break;
	case CONN_FAILED:
		f->outcome = *conn_outcome(f->conn);
		break;
	}
	control_probe_done(f);
}

static enum socket_kind control_probe_kind(const struct evidence_request *w)
{
	if (w->talk == TALK_ECHO)
		return SOCKET_ECHO;
	return control_probe_is_datagram(w) ? SOCKET_DATAGRAM : SOCKET_STREAM;
}

void control_probe_open(struct control_probe *f)
{
	struct evidence_round *e = f->run->round;
	const struct evidence_request *w = &f->run->request;
	struct socket_options s = {.kind = control_probe_kind(w),
				   .remote = w->addr,
				   .source = e->o->source,
				   .interface = e->o->interface,
				   .local_port = f->local_port,
				   .ttl = f->ttl,
				   .min_ttl = f->min_ttl,
				   .segment = w->segment};

	s.remote.port = w->kind == EVIDENCE_NEIGHBOUR ? PORT_DISCARD : w->port;
	f->tries++;
	f->connected = false;
	f->conn = conn_open(e->loop, &s, control_probe_event, f, &f->outcome);
	f->silent = f->conn != NULL;
}

void control_probe_repeat(struct control_probe *f)
{
	f->tries++;
	if (f->conn == NULL || !control_probe_is_datagram(&f->run->request))
		return;
	evidence_room_note(f->run->round, &f->run->request.addr);
	control_probe_opened(f);
}
