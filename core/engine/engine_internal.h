/*
 * engine_internal.h - what engine.c, engine_names.c and attempt.c share.
 */
#ifndef PREFLIGHT_ENGINE_INTERNAL_H
#define PREFLIGHT_ENGINE_INTERNAL_H

#include "core/engine/check.h"
#include "core/net/conn.h"
#include "core/engine/engine.h"
#include "core/engine/host_filter.h"
#include "core/net/http.h"
#include "core/engine/login_ledger.h"
#include "core/net/loop.h"
#include "core/base/mem.h"
#include "core/net/resolver.h"
#include "core/engine/sched.h"
#include "core/base/spec.h"

enum { ATTEMPTS_MAX = RESULT_TRIES };

struct run_probe;
struct name_wait;

/* What this host's own rules said of a row that the far end opens: its senders
 * have a spec each. */
struct filtered {
	const struct spec_senders *senders; /* NULL: nothing yet */
	enum ruleset_says says;
	uint16_t port;
	struct facts facts;
};

/* One try: a socket and a check's state. */
struct attempt {
	struct probe p; /* first: the check's view */
	struct run_probe *rp;
	struct conn *conn;
	struct http_transfer *http;
	int http_fd;                /* valid while http is */
	bool http_tls;              /* the request is https */
	struct loop_timer *silence; /* nothing for too long */
	struct loop_timer *timer;   /* probe_timer() */
	struct job_box *job;
	struct facts facts;
	struct buf none; /* p.in where there is no connection */
	bool path_open;  /* EV_START was given */
	bool settled;    /* probe_settle() */
	bool asked;      /* the check has sent something */
	bool in_proxy;   /* waiting for the answer to CONNECT */
	bool tls_by_check;
	bool stream_over;  /* EV_EOF was given, while a job worked */
	uint64_t heard;    /* octets of the stream when silence began */
	bool heard_counts; /* more of it prolongs the wait */
	bool holding;      /* probe_hold(): silence does not count */
	bool ended;        /* outcome is final */
	struct outcome outcome;
	enum proof proof;
	enum why why;
	int64_t begun_us, open_us, tls_us, start_us;
	unsigned repeats;   /* of the kernel, that there is room kept for */
	int64_t heard_us;   /* when an event of the peer came last; 0: none */
	int64_t held_us;    /* left alone on purpose, by probe_hold() */
	int64_t silent_us;  /* when silence has lasted too long */
	int64_t give_up_us; /* the most that one attempt may take */
};

enum probe_state { PROBE_QUEUED, PROBE_RUNNING, PROBE_DONE };

/* One probe: one check, one address, one port. */
struct run_probe {
	struct engine *e;
	struct run_probe *next_all, *next_queued;
	const struct spec *spec; /* the plan's, or one like it in the arena of
				    the engine: with the host that was found */
	size_t spec_index;
	size_t check_index; /* in check_registry; SIZE_MAX: not there */
	size_t order;       /* within the spec */
	size_t place;       /* of its result, once that is collected */
	struct run_probe *parent;
	size_t children;
	struct addr addr;   /* tested; ADDR_NONE behind a proxy or local */
	struct addr remote; /* where packets go: addr or the proxy */
	struct target_state *target; /* of remote; NULL: local */
	struct login_device *login;  /* NULL: gives no credential away */
	enum needs needs;
	enum probe_state state;
	bool wants_attempt; /* in the queue for good reason */
	bool otherwise;     /* its last attempt asks otherwise */
	struct attempt *attempts[ATTEMPTS_MAX];
	unsigned started, total;
	unsigned batch;            /* the first of those that are made now */
	unsigned sockets;          /* that it may hold */
	bool assumed;              /* silent to the end, by the round beside */
	bool waits;                /* for an answer, or to be given up */
	unsigned again;            /* by probe_attempt_again() */
	struct loop_timer *timer;  /* next attempt, or giving up */
	int64_t first_us, last_us; /* when attempts of the batch began */
	struct run_probe *next_running; /* to the same target */
	int64_t resolve_us, begun_us;
	struct result result;
	char id_suffix[48]; /* "/v4#1"; of a child "/v4#1+2" */
};

/* Probes lie in blocks, which are freed one after the other as their results
 * become those of the run: large enough that the system gets them back. */
enum { PROBE_BLOCK = 512 };
struct probe_block {
	struct probe_block *next;
	size_t used;
	struct run_probe probes[PROBE_BLOCK];
};

struct engine {
	const struct engine_options *o;
	struct loop *loop;
	struct resolver *resolver;
	struct http *http;
	struct targets *targets;
	struct login_ledger *logins;
	struct pace pace;
	struct probe_block *blocks; /* the newest first */
	struct run_probe *all, **all_end;
	struct run_probe *queue, **queue_end;
	struct loop_timer *pump, *deadline;
	struct loop_timer *collect; /* runs when all probes have ended */
	bool collected;             /* results has them: no probe is left */
	size_t names_open;          /* lookups that have not answered */
	struct name_wait *waits;    /* the same, as a list */
	bool cut;                   /* engine_cut_short() is at work */
	size_t probes, done;
	size_t running;              /* probes */
	size_t listening;            /* of them, to a group */
	size_t sockets, sockets_max; /* that the running ones may hold */
	struct next_hop *hops;
	int64_t repeat_us[PACE_REPEATS]; /* of the kernel, after a SYN */
	unsigned *window_used;           /* by place in check_registry */
	void **shared;                   /* check->open(), by place */
	bool *opened;
	bool over;
	struct addr proxy;
	bool proxy_known;
	struct outcome proxy_failure;
	struct host_watch *host_watch;
	struct gateway_watch *gateway_watch; /* of either family */
	struct evidence_round *round;
	struct loop_timer *next_step; /* of the second round */
	unsigned steps;               /* of it, that were begun */
	int64_t step_us;              /* when the last one began */
	bool beside;      /* it runs while probes wait for the last time */
	bool beside_over; /* and has no more questions */
	bool beside_used; /* it was begun: once is enough */
	struct loop_timer *soon; /* when that is looked at */
	struct facts *parked;    /* of results that were assumed */
	size_t parked_count, parked_capacity;
	struct loop_timer *tick; /* of the progress; NULL: not shown */
	int64_t round_us;        /* when it began; 0: it did not */
	struct results *results;
	bool has4, has6;
	/* The row of inbound paths that was looked at last: was any of its
	 * senders heard? */
	const struct spec_senders *row;
	bool row_is_heard;
	struct filtered filtered[2]; /* by datagrams, by streams */
	struct arena arena;          /* children's parameters */
};

/* engine_result.c: no stream: what is lost is not repeated by the kernel. */
bool engine_is_datagram(enum needs n);

/* engine_attempts.c: when a path is tried, and given up. */
unsigned engine_attempts_total(const struct run_probe *rp);
/* As many sockets as it may hold. */
unsigned engine_attempts_sockets(const struct run_probe *rp);
/* When there is room for its next attempt and the repeats of that one. */
int64_t engine_attempts_ready_at(const struct run_probe *rp, int64_t now);
bool engine_attempts_run_is_full(const struct engine *e, int64_t now);
void engine_attempts_start(struct run_probe *rp);
/* Its repeats are not due any more: it is answered, or closed. */
void engine_attempts_settled(struct attempt *a);
/* The probe has ended. */
void engine_attempts_over(struct run_probe *rp);
/* Its target has answered in that time (0: not known): those that wait for it,
 * or for others that way, may know more about their time. */
void engine_attempts_sample(struct run_probe *rp, int64_t took_us);
/* A router on the way says that something is not there. */
void engine_attempts_told(struct run_probe *rp);
/* Something has ended: who only listens may stop. */
void engine_attempts_check(struct engine *e);
/* What was tried so far, the kernel's repeats included, in order. */
void engine_attempts_list(struct run_probe *rp);
/* When the first packet was sent that was answered now. */
int64_t engine_attempts_answered_us(const struct run_probe *rp,
				    const struct attempt *a);
/* The next hop of a route, NULL where it is not known; of one link all hosts
 * share one. */
struct host_route;
struct next_hop *engine_attempts_hop(struct engine *e, const struct addr *to,
				     const struct host_route *route);
void engine_attempts_end(struct engine *e);

/* engine.c: s must live as long as the engine. */
struct run_probe *engine_add(struct engine *e, const struct spec *s,
			     size_t spec_index, const struct addr *addr);
/* A copy to be changed, of the engine's arena. */
struct spec *engine_own_spec(struct engine *e, const struct spec *s);
void engine_enqueue(struct run_probe *rp, bool first);
void engine_pump(struct engine *e);
void engine_check_over(struct engine *e);
/* engine_end.c: moves the results out, in the order of the specs, and frees the
 * probes; while a second round is beside them they stay, and what is assumed is
 * copied. */
void engine_collect(struct engine *e);
void engine_collect_fired(void *arg);
/* The results have all: no probe is needed any more. */
void engine_collected(struct engine *e);
void engine_free_blocks(struct engine *e);
/* Puts what was assumed in its place; then into copies of it. Facts that were
 * there are parked: questions may point to them. */
void engine_settle_result(struct engine *e, struct run_probe *rp);
void engine_settle_copies(struct engine *e);
/* Takes them back, and throws away what the second round found. */
void engine_uncollect(struct engine *e);
/* One step of the second round; false when nothing more is wanted. */
bool engine_step(struct engine *e);
void engine_round_done(struct engine *e);

/*
 * engine_beside.c: the second round, while the last probes wait for the last
 * time. They are assumed to be silent to the end; what it found counts if they
 * are, and is thrown away when one is answered.
 */
void engine_beside_consider(struct engine *e);
/* The first round has ended. */
void engine_beside_end(struct engine *e);
/* No matter if there is none. */
void engine_beside_drop(struct engine *e);
/* An answer to it has come, or it has ended. */
void engine_beside_heard(struct run_probe *rp);
void engine_beside_ended(struct run_probe *rp);
void engine_beside_free(struct engine *e);
/* engine_result.c: as if it ended now, for nobody answered. */
void engine_assume_silence(const struct run_probe *rp, struct result *r);

/* engine_end.c: what is not done becomes `untested`, not-run. */
void engine_cut_short(struct engine *e);
/* engine_filtered.c: the result of a path that the far end opens. */
void engine_add_filtered(struct engine *e, const struct spec *s, size_t index);
/* Of one that may use any of these ports, and that was not heard. */
void engine_end_filtered(struct run_probe *rp, const struct port_list *ports);
void engine_free_filtered(struct engine *e);
/* engine_heard.c: the result of a path that the far end opens. */
void engine_add_heard(struct engine *e, const struct spec *s, size_t index);
/* A probe that ends without an attempt. */
void engine_end_unrun(struct run_probe *rp, const struct outcome *o,
		      enum why why);
/* An attempt has connected: the others are not needed any more. */
void probe_attempt_open(struct run_probe *rp, struct attempt *a);
/* A datagram peer has answered and will be asked more: see probe_settle(). */
void probe_attempt_settled(struct run_probe *rp, struct attempt *a);
/* An attempt has ended; a->outcome, proof, why are final. */
void probe_attempt_over(struct run_probe *rp, struct attempt *a);
/* Where packets are lost, a connection that opened may fall silent by chance:
 * frees the attempt and makes another one, once for each probe, or twice where
 * much is lost. False: not so, and the attempt stays. */
bool probe_attempt_again(struct run_probe *rp, struct attempt *a);
/* The place of a check in the registry; SIZE_MAX for none. */
size_t engine_check_index(const struct check *check);

/* attempt.c */
struct attempt *attempt_start(struct run_probe *rp, unsigned number);
/* EV_DEADLINE; afterwards a->ended may be set. */
void attempt_deadline(struct attempt *a);
/* Where the path is silent so far. */
enum phase attempt_silent_phase(const struct attempt *a);
void attempt_free(struct attempt *a);
void attempt_step(struct attempt *a, enum event event);
/* EV_JOB; ends the attempt where the stream did so before. */
void attempt_job_done(struct attempt *a);
/* Makes the outcome final, once; the caller returns STEP_DONE or ends it. */
enum step attempt_end(struct attempt *a, enum phase phase, enum cause cause,
		      enum proof proof);
/* Ends it now: a is freed. */
void attempt_fail(struct attempt *a, const struct outcome *o);
/* (Re)starts the clock of an open stream; a drip never passes give_up_us. */
void attempt_arm_silence(struct attempt *a);
/* The same, with a time of the check's own. */
void attempt_silent_in(struct attempt *a, int64_t us);
void attempt_tls_begin(struct attempt *a, const char *alpn);

/* engine_result.c: the first answer to a probe has come. */
void engine_note_heard(struct run_probe *rp, const struct attempt *a);
/* An attempt was answered. */
void engine_learn_answer(struct run_probe *rp, const struct attempt *a);
/* An attempt has ended: was that an answer? And the result of its probe. */
void engine_learn(struct run_probe *rp, const struct attempt *a);
void engine_take_result(struct run_probe *rp, struct attempt *a);

/* engine_gateway.c: is the gateway there, while nothing beyond it answers? */
void gateway_watch_begin(struct engine *e);
void gateway_watch_end(struct engine *e);
/* An attempt away from this network was answered, or not yet. */
void gateway_watch_heard(struct run_probe *rp);
void gateway_watch_silent(struct run_probe *rp);

/* engine_host.c: facts about this host; is its network still there? */
void engine_host_begin(struct engine *e);
void engine_host_end(struct engine *e);
/* After this host's network has gone, silence says nothing about a target. */
void engine_host_note(struct run_probe *rp);

/* services.c */
void attempt_drop_job(struct attempt *a);

/* engine_progress.c */
void engine_progress_begin(struct engine *e);

/* engine_names.c */
void engine_begin(struct engine *e);
/* Marks the specs whose names have not been answered. */
void engine_names_open(const struct engine *e, bool *open);
/* Frees the waits of a run that was cut short. */
void engine_end(struct engine *e);

#endif
