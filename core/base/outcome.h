/*
 * outcome.h - the closed vocabulary of what can happen to a probe.
 *
 * Every report, rule and document switches on these; one table in outcome.c
 * gives code, text and meaning.  Words: phase (how far), cause (why it stopped
 * there), proof (what was seen), verdict and why (what it means).
 */
#ifndef PREFLIGHT_OUTCOME_H
#define PREFLIGHT_OUTCOME_H

#include "core/base/addr.h"
#include "core/base/net_error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How far a probe got. Ordered: a later phase proves the earlier ones. */
enum phase {
	PHASE_LOCAL,   /* before anything left this host */
	PHASE_RESOLVE, /* the name */
	PHASE_CONNECT, /* the path to the address and port */
	PHASE_PROXY,   /* the proxy's CONNECT */
	PHASE_TLS,     /* the TLS handshake */
	PHASE_REQUEST, /* sending the check's first message */
	PHASE_REPLY,   /* the answer */
	PHASE_COUNT
};

/* Why it stopped there. */
enum cause {
	CAUSE_OK,
	CAUSE_TIMEOUT,     /* silence */
	CAUSE_REFUSED,     /* RST, or ICMP port unreachable of the target */
	CAUSE_PROHIBITED,  /* a policy answer, or 3/3 of another sender */
	CAUSE_UNREACHABLE, /* other ICMP unreachables, time exceeded */
	CAUSE_RESET,       /* torn down after it was open */
	CAUSE_BAD_REPLY,   /* answered with something else */
	CAUSE_REJECTED,    /* the right protocol refused */
	CAUSE_UNTRUSTED,   /* TLS chain or name */
	CAUSE_NXDOMAIN,
	CAUSE_SERVFAIL,
	CAUSE_NO_DATA,        /* the name exists, without an address */
	CAUSE_UNSYNCHRONISED, /* NTP server without time */
	CAUSE_IN_USE,         /* a local port is held */
	CAUSE_LOCAL,          /* this host could not test */
	CAUSE_COUNT
};

enum proof { PROOF_NONE, PROOF_PATH, PROOF_CONNECT, PROOF_SERVICE };

enum verdict {
	VERDICT_NONE, /* not judged yet */
	VERDICT_PASS,
	VERDICT_NOT_NEEDED,
	VERDICT_UNTESTED,
	VERDICT_WARN,
	VERDICT_SKIP,
	VERDICT_FAIL,
	VERDICT_COUNT
};

/* Why a result is untested. */
enum why {
	WHY_NONE,
	WHY_NEEDS_INPUT,
	WHY_NEEDS_PRIVILEGE,
	WHY_NEEDS_SECOND_END,
	WHY_NO_WITNESS,
	WHY_LOCAL,
	WHY_NOT_RUN,
	WHY_COUNT
};

enum transport {
	TRANSPORT_LOCAL,
	TRANSPORT_TCP,
	TRANSPORT_UDP,
	TRANSPORT_ICMP
};

/* What a requirement wants: one of them, or "udp+tcp". */
enum transports {
	TRANSPORTS_NONE,
	TRANSPORTS_LOCAL,
	TRANSPORTS_TCP,
	TRANSPORTS_UDP,
	TRANSPORTS_ICMP,
	TRANSPORTS_UDP_TCP,
	TRANSPORTS_COUNT
};

struct outcome {
	enum phase phase;
	enum cause cause;
	enum net_error error; /* NET_OK when not from a system call */
	int sys_errno;        /* the same as this system's number; 0 */
	bool has_icmp;        /* an ICMP error was read from the error queue */
	uint8_t icmp_type, icmp_code;
	struct addr blocker; /* who sent it; family ADDR_NONE: unknown */
};

/* Lower-case words as in JSON: "connect", "timeout", "no-witness" ... */
const char *phase_name(enum phase phase);
const char *cause_name(enum cause cause);
const char *proof_name(enum proof proof);
const char *verdict_name(enum verdict verdict);
const char *why_name(enum why why);
const char *transport_name(enum transport transport);
const char *transports_name(enum transports transports); /* NULL: none */
bool proof_parse(const char *word, enum proof *out);
bool transport_parse(const char *word, enum transport *out);
bool transports_parse(const char *word, enum transports *out);
enum transports transports_of(enum transport transport);
/* How many they are, at most two; UDP first. */
size_t transports_each(enum transports transports, enum transport out[2]);

enum { OUTCOME_CODE = 40 };
/* "CONNECT-TIMEOUT". Returns out. */
const char *outcome_code(enum phase phase, enum cause cause,
			 char out[OUTCOME_CODE]);
/* The reverse; false when the code is not in the vocabulary. */
bool outcome_parse(const char *code, enum phase *phase, enum cause *cause);
/* One line for the report: "no answer to the connection attempt". */
const char *outcome_text(enum phase phase, enum cause cause);
/* A router discarded the packet because its time to live had expired. */
bool outcome_is_expired(const struct outcome *o);

/* One pair that can happen, for explain, docs and completeness tests. */
struct outcome_entry {
	enum phase phase;
	enum cause cause;
	const char *text;    /* short, lower case, no full stop */
	const char *meaning; /* how it was decided, what else looks like it */
	const char *todo;    /* what to do first */
};
extern const struct outcome_entry outcome_table[];
extern const size_t outcome_table_count;

#endif
