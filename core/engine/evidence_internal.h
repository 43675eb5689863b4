/*
 * evidence_internal.h - what evidence.c, control_probe.c and evidence_write.c
 * share.
 */
#ifndef PREFLIGHT_EVIDENCE_INTERNAL_H
#define PREFLIGHT_EVIDENCE_INTERNAL_H

#include "core/net/conn.h"
#include "core/net/dns_round_trip.h"
#include "core/proto/echo.h"
#include "core/engine/evidence.h"
#include "core/engine/link_ask.h"
#include "core/engine/wire_watch.h"
#include "core/base/known.h"

/* A lost packet must not count as silence: whatever may be silent is sent
 * twice, the reset's upper control_probes at once, the others one after the
 * other. */
enum {
	CONTROL_PROBE_TRIES = 2,
	RESET_LOWER = 0,
	RESET_UPPER = 1,
	RESET_PROBES = 3,
	/* Bounds of a reset's time to live, two probes each. */
	RESET_BOUNDS = 5
};
_Static_assert(CONTROL_PROBE_TRIES *EVIDENCE_WAIT_US == EVIDENCE_STEP_US,
	       "how long a step takes is shown beforehand");

/*
 * Systems start with a time to live of 64, 128 or 255. A reset that has passed
 * all hops before `reset_at` has at most that less reset_at - 1; with more, it
 * was sent nearer. The bounds in falling order; an even index means nearer.
 */
int evidence_reset_bound(int reset_at, size_t index);

struct request_run;

/* One small probe of a request: a connection with a TTL of its own. */
struct control_probe {
	struct request_run *run;
	struct conn *conn;
	int ttl, min_ttl;
	uint16_t local_port; /* 0: any */
	int reply_ttl; /* of the last datagram that came; 0, -1: not known */
	unsigned tries;
	bool ended;
	bool connected; /* the path opened, if only that */
	bool ok;        /* what the request asks for has happened */
	bool silent;
	bool heard;       /* a packet of the far end got to the socket */
	struct echo echo; /* TALK_ECHO */
	struct control_probe *next; /* of those that wait for room */
	bool waiting;
	int64_t not_before_us, sent_us;
	struct outcome outcome;
};

struct request_run {
	struct evidence_round *round;
	struct evidence_request request;
	size_t control_probe_count, control_probes_done;
	struct control_probe control_probes[EVIDENCE_HOPS_MAX];
	struct loop_timer *timer;
	int64_t wait_us; /* for silence to count, per try */
	int64_t sent_us; /* the first packet of a try; 0: none yet */
	size_t unsent;   /* probes that wait for room: it begins after them */
	bool ended;
	bool late;        /* it has not started yet */
	bool name_waited; /* its address did not come at once */
	/* EVIDENCE_RESOLVER */
	struct dns_round_trip dns;
	bool dns_answered;
	struct dns_message dns_message;
	char random_name[DNS_NAME_MAX];
	/* TALK_CONNECT: what the proxy said. */
	struct facts proxy;
	struct flows *flows;              /* EVIDENCE_FLOWS */
	struct evidence_gateway *gateway; /* EVIDENCE_GATEWAY */
	/* EVIDENCE_CLAIMANTS, EVIDENCE_VIA */
	struct link_ask *ask;
	unsigned asked;
	struct wire_watch *wire; /* EVIDENCE_WIRE */
};

struct evidence_round {
	struct loop *loop;
	const struct engine_options *o;
	struct resolver *names;
	struct results *r;
	size_t count, done_count;
	struct request_run *runs;
	void (*done)(void *arg);
	void *arg;
	struct loop_timer *soon;
	struct evidence_room room; /* NULL, NULL: there is no limit */
	struct control_probe *waiting, **waiting_end;
	struct loop_timer *pump;
	int64_t hush_us; /* until then some may have to be closed */
};

/* control_probe.c: (re)opens the connection, now; control_probe_done() follows
 * from the loop. */
void control_probe_open(struct control_probe *f);

/* evidence_room.c: the same, once there is room for it. */
void evidence_probe_start(struct control_probe *f);
void evidence_probe_close(struct control_probe *f);
/* The time for silence to count begins, once all is sent. */
void evidence_room_wait(struct request_run *run);
/* Something was sent without waiting: others will wait for it. */
void evidence_room_note(struct evidence_round *e, const struct addr *to);
void evidence_room_begin(struct evidence_round *e);
void evidence_room_free(struct evidence_round *e);
/* Asks once more from the same socket; a stream's kernel does that itself. */
void control_probe_repeat(struct control_probe *f);
/* evidence.c: it has received a final answer. */
void control_probe_done(struct control_probe *f);
/* All that was to be seen was seen: writes it. */
void evidence_run_ended(struct request_run *run);
/* Asks the silent ones once more, then ends: for run->timer. */
void evidence_run_tick(void *arg);

/* evidence_flows.c: many connections to one path. */
struct flows *flows_start(struct request_run *run);
void flows_free(struct flows *s); /* NULL is fine */
void flows_write(struct request_run *run, struct evidence *v);

/* evidence_gateway.c */
/* Can it be asked? Its address gets the zone that it needs. */
bool evidence_gateway_is_asked(struct evidence_request *w);
/* Asks (again) what has no answer yet; false when it was asked in vain. */
bool evidence_gateway_send(struct request_run *run);
void evidence_gateway_stop(struct request_run *run);
void evidence_gateway_free(struct request_run *run);
/* It answered for itself. */
bool evidence_gateway_replies(const struct request_run *run);
/* A router replied to a packet that expired at hop 1. */
enum known evidence_gateway_forwards(const struct request_run *run);

/* evidence_wire.c: one try of a path, while the wire is watched. */
/* Is there a wire? Not to an address of this host. */
bool evidence_wire_is_asked(const struct evidence_request *w);
void evidence_wire_start(struct request_run *run);
/* Has it to go on? Asks again what a socket does not by itself. */
bool evidence_wire_again(struct request_run *run);
void evidence_wire_write(struct request_run *run, struct evidence *v);

/* evidence_write.c: what came of a request, as evidence. */
void evidence_write(struct request_run *run);
/* How far the control probes of a request got, each with a TTL of its own. */
void evidence_write_hops(struct request_run *run, struct evidence *v);
/* The outcome of a single probe: "ok", or the cause of its failure. */
const char *evidence_write_cause(const struct control_probe *f);
/* The kernel's own knowledge: nothing is sent. */
void evidence_write_local(struct evidence_round *e,
			  const struct evidence_request *w);

#endif
