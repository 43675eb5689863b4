/*
 * check.h - the contract between the engine and one protocol check.
 *
 * A check is a constant table (struct check) and a state machine. Adding one
 * touches checks/foo.c, checks/foo.md and its test: the registry is generated
 * from the files found (`const struct check check_foo` lives in foo.c; a '-'
 * in the YAML word is '_' in file and symbol).
 *
 * Who does what. The engine resolves names, connects (through the proxy and
 * TLS where the check needs them), reads the kernel's error queue, paces,
 * repeats, keeps the deadline and cancels. The check owns its protocol only:
 * it never resolves, connects, sleeps, prints or judges.
 *
 * Life of one attempt, always in this order:
 *
 *   step(p, EV_START)     once, when the path is open as `needs` asked: TCP is
 *                         connected, TLS is up; for UDP and ICMP the socket
 *                         exists; for NEEDS_NOTHING at once. p->state is
 *                         zeroed, state_size bytes.
 *   step(p, EV_DATA)      p->in has grown (stream), or holds the newest
 *                         datagram alone. The check consumes what it used with
 *                         probe_consume(); the next datagram replaces the rest.
 *   step(p, EV_EOF)       the peer closed or reset the stream. Returning
 *                         STEP_WAIT here records PHASE-RESET, once a job that
 *                         still works has had its EV_JOB; a check that has its
 *                         witness already says so.
 *   step(p, EV_TIMER)     the timer that probe_timer() set.
 *   step(p, EV_TLS)       TLS that probe_start_tls() asked for is up.
 *   step(p, EV_JOB)       the worker job is done.
 *   step(p, EV_HTTP)      the request of probe_http() is done.
 *   step(p, EV_DEADLINE)  nothing came in time. For a few protocols silence
 *                         ends in a proper answer; the others return STEP_WAIT
 *                         and the engine records { p->phase, timeout }.
 *   stop(p)               exactly once, whatever happened; may be NULL.
 *
 * A step ends in `return STEP_WAIT` or in `return probe_ok...()` or
 * `return probe_fail...()`; after the latter no more steps come. Errors of the
 * path (refused, ICMP, TLS) end the attempt without a step.
 *
 * Attempts. UDP, ICMP and connecting are repeated by the engine, each attempt
 * with a state and a socket of its own while the earlier ones stay open; the
 * first one that ends with an answer wins. A check that must not be repeated
 * sets attempts to 1.
 *
 * A datagram peer that has answered and is to be asked more is settled on with
 * probe_settle(): the attempt goes on alone, like an open stream.
 *
 * Once. A secret that a device has rejected is not given to it again in a run,
 * on whatever path or port, by whatever requirement: accounts lock. A check
 * with logs_in() asks probe_rejected() before it gives a credential away and
 * tells the device's no to probe_reject(). Its probes of one device run one
 * after the other, so the second knows what became of the first. Within a probe
 * the check itself sees to it: of streams only one opens, of datagrams only one
 * is settled on.
 *
 * Ownership. p->spec, p->params and p->in are borrowed; p->state belongs to
 * the engine, what it points to is freed by stop(). fact_*() copy and
 * sanitise. Everything read goes through core/base/wire.h.
 *
 * Style: one static function per state, named for the moment it runs; step()
 * is a switch that only dispatches.
 */
#ifndef PREFLIGHT_CHECK_H
#define PREFLIGHT_CHECK_H

#include "core/base/addr.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/facts.h"
#include "core/base/outcome.h"
#include "core/base/params.h"
#include "core/base/wire.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct spec;   /* core/base/spec.h: what to test */
struct engine; /* core/engine/engine.h */
struct http_request;
struct http_reply;
struct tls_evidence;

/* What the engine provides before EV_START. */
enum needs {
	NEEDS_NOTHING,   /* local checks */
	NEEDS_TCP,       /* a connected stream */
	NEEDS_TLS,       /* a TLS stream; see `alpn` */
	NEEDS_UDP,       /* a connected datagram socket */
	NEEDS_UDP_ANY,   /* answers may come from another port of the target */
	NEEDS_MULTICAST, /* one datagram to a group, answers from anyone */
	NEEDS_ICMP       /* echo; data is the ICMP message without IP header */
};

/* How the check behaves where a proxy is given. */
enum proxy_use {
	PROXY_NEVER,  /* always direct */
	PROXY_TUNNEL, /* CONNECT host:port, then as if direct */
	PROXY_FORWARD /* connected to the proxy itself (plain http) */
};

enum event {
	EV_START,
	EV_DATA,
	EV_EOF,
	EV_TIMER,
	EV_TLS,
	EV_JOB,
	EV_HTTP,
	EV_DEADLINE
};

enum step { STEP_WAIT, STEP_DONE };

enum { PROBE_CHILDREN_MAX = 8 }; /* of one probe */

/* What a check sees of its attempt. */
struct probe {
	const struct check *check;
	const struct spec *spec; /* host as spelled, port, device ... */
	const void *params;      /* params_size bytes, defaults filled in */
	void *state;             /* state_size bytes, this attempt's own */
	void *shared;            /* what check->open made, or NULL */
	const struct addr *addr; /* the address tested (not the proxy's) */
	enum phase phase;        /* the check moves it forward as it goes */
	struct buf *in;          /* bytes that came and were not consumed */
	const struct addr *from; /* NEEDS_UDP*, MULTICAST, ICMP: EV_DATA */
	int ttl;                 /* of the datagram in p->in; -1 unknown */
	int64_t started_us;      /* monotonic: this attempt's EV_START */
	int64_t now_us;          /* monotonic, when this event was seen */
	const struct http_reply *http; /* EV_HTTP */
	void *job;                     /* EV_JOB: what probe_job() was given */
	unsigned attempt;              /* from 1 */
	bool again;                    /* see struct check */
};

struct check {
	const char *name;             /* the YAML word */
	const char *summary;          /* one line for `preflight list checks` */
	const struct param *params;   /* or NULL: none */
	const struct fact_def *facts; /* or NULL: none */
	size_t params_size;
	size_t state_size;
	enum needs needs;
	enum proxy_use proxy;
	enum transport transport; /* what `transport:` must say; params may
				     choose the other one, see choose() */
	unsigned attempts;        /* 0: the engine's (3) */
	unsigned window;          /* at once per run; 0: no limit */
	uint16_t port;            /* default port, 0: none */
	int64_t reply_us;         /* wait for the reply; 0: the engine's */
	int64_t collect_us;       /* gathers answers for so long, however early
				     the first one comes; 0: it does not */
	const char *alpn;         /* NEEDS_TLS: "http/1.1", or NULL */
	bool describes_tls;       /* the step decides about an untrusted chain:
				     EV_START comes, with its facts */
	const char *credential;   /* kind of credential it can use, or NULL */

	/* Optional. Bad parameters: set the error, return -1. */
	int (*validate)(const void *params, struct error *err);
	/* Optional: what this instance needs, where params decide (dns over
	 * tcp). NULL: needs and transport above. */
	enum needs (*choose)(const void *params);
	/* Optional, NEEDS_TLS: the name to ask for and to verify where it is
	 * not the host (an address, an alias); NULL returned: the host. */
	const char *(*server_name)(const void *params);
	/* Optional: where the service did not answer the request of an open
	 * stream (silence, or a close), one more attempt begins with p->again
	 * set if this says so: another request may be answered. */
	bool (*again)(const void *params);
	/* Optional: does this instance send a credential that a peer may count
	 * as a failed login? See "Once". */
	bool (*logs_in)(const struct spec *s);
	/* Optional: the most packets one attempt sends; NULL: by needs. */
	unsigned (*packets)(const struct spec *s);
	/* For a check that calls probe_spawn(): the most probes that come of
	 * one, with those that they start in turn; each counts as a TCP
	 * stream. */
	unsigned (*children)(const void *params);
	enum step (*step)(struct probe *p, enum event event);
	void (*stop)(struct probe *p);
	/* Optional: state shared by all probes of a run, made before the first
	 * and freed after the last. */
	void *(*open)(struct error *err);
	void (*close)(void *shared);
};

/* Ways to end an attempt; each returns STEP_DONE. */
enum step probe_ok(struct probe *p);         /* proof: service */
enum step probe_ok_connect(struct probe *p); /* proof: connect */
enum step probe_fail(struct probe *p, enum cause cause);
enum step probe_fail_at(struct probe *p, enum phase phase, enum cause cause);
/* This host could not test: phase local; why says what is missing. */
enum step probe_untested(struct probe *p, enum why why);

/* Streams and datagrams: queued, written as the socket allows. */
void probe_send(struct probe *p, const void *bytes, size_t length);
void probe_consume(struct probe *p, size_t length);
/* One shot; 0 cancels. Not for waiting on the peer: that is the engine's. */
void probe_timer(struct probe *p, unsigned ms);
/*
 * The peer got one stage further on an open stream: EV_DEADLINE comes when this
 * time has passed from now. All stages together have what one attempt may take
 * (20 s), whatever is asked for here.
 */
void probe_wait(struct probe *p, unsigned ms);
/*
 * Leaves an open stream alone on purpose: for so long silence does not count
 * and the attempt's end moves on; EV_TIMER follows.
 */
void probe_hold(struct probe *p, int64_t us);
/* TLS in mid-stream (SMTP, TDS): EV_TLS follows, or the attempt ends. */
void probe_start_tls(struct probe *p, const char *alpn);

/*
 * Datagrams: this attempt has its peer, the others end and no more begin. The
 * round trip so far is learned; from now on silence is reply_us, begun anew by
 * every call.
 */
void probe_settle(struct probe *p);

/* How this device rejected that credential (its name) earlier in the run, in
 * few words; NULL: it has not. Borrowed until the run ends. */
const char *probe_rejected(const struct probe *p, const char *credential);
void probe_reject(struct probe *p, const char *credential, const char *how);

/*
 * Runs work(job) on a worker thread, then EV_JOB. work() must touch nothing
 * but job, a heap object; the engine frees it with release(job) after EV_JOB,
 * or when work() ends after the probe has.
 */
void probe_job(struct probe *p, void *job, void (*work)(void *job),
	       void (*release)(void *job));

/*
 * Sends an HTTP request over the connection (libcurl does the protocol, and
 * TLS when the URL is https). EV_HTTP follows with p->http, also for failures
 * inside HTTP; failures of connection and TLS end the attempt.
 */
void probe_http(struct probe *p, const struct http_request *request);

/*
 * Starts a child probe of another check or port on the same address (endpoint
 * mapper, SQL Browser); its result names this one as parent. params may be
 * NULL for defaults. Ignored (with a fact) past PROBE_CHILDREN_MAX.
 */
void probe_spawn(struct probe *p, const char *check, uint16_t port,
		 const void *params);

/* The handshake's evidence on a TLS connection; NULL without TLS. Its facts are
 * in the result already when EV_START comes. */
const struct tls_evidence *probe_tls(const struct probe *p);

void fact_string(struct probe *p, const char *name, const char *value);
void fact_bytes(struct probe *p, const char *name, const void *bytes,
		size_t length);
void fact_number(struct probe *p, const char *name, int64_t value);
void fact_ms(struct probe *p, const char *name, int64_t microseconds);
void fact_bool(struct probe *p, const char *name, bool value);
void fact_append(struct probe *p, const char *name, const char *value);

/* The registry, generated: NULL-terminated, sorted by name. */
extern const struct check *const check_registry[];
const struct check *check_find(const char *name); /* NULL: unknown */

#endif
