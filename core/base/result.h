/*
 * result.h - what one probe found out. Evidence: once a run has ended it never
 * changes; what it means is the report's (struct judgement).
 */
#ifndef PREFLIGHT_RESULT_H
#define PREFLIGHT_RESULT_H

#include "core/base/addr.h"
#include "core/base/facts.h"
#include "core/base/outcome.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct spec;

enum { RESULT_TRIES = 10 };

/* Microseconds; -1: that phase did not happen. */
struct timings {
	int64_t resolve, connect, tls, reply, total;
};

struct result {
	const char *id; /* spec->id + "/v4#1", or spec->id when the name did
			   not resolve or the check is local; a child's ends
			   in "+1", "+2" ... */
	const struct spec *spec;
	size_t parent;    /* index of the parent result; SIZE_MAX: none */
	size_t same_as;   /* index of the result that this is a copy of, of
			     another requirement; SIZE_MAX: none */
	struct addr addr; /* family ADDR_NONE: none */
	/* A child's may differ from its spec's: SQL Browser over UDP finds the
	 * port of an instance, which is asked over TCP. */
	uint16_t port;
	enum transport transport;
	const struct check *check;
	struct outcome outcome;
	enum proof proof;
	enum why why;      /* set by the engine where the probe ended
			      untested; WHY_NOT_RUN when it never ran */
	unsigned attempts; /* first packets: ours, and the kernel's repeats */
	unsigned lost;     /* of them, before the one that was answered */
	unsigned repeats;  /* of that one's SYN, by the kernel */
	/* Monotonic: when each attempt began, when one of them was answered
	 * first (0: none was), and when the test ended. */
	int64_t tried_us[RESULT_TRIES];
	int64_t heard_us, over_us;
	/* From the open path to the last that came of the answer, without what
	 * the check waited on purpose; 0: nothing came. */
	int64_t took_us;
	bool unsent;      /* no repeat of its SYN left this host */
	unsigned packets; /* sent by us, as far as we know; 0 unknown */
	bool on_link;     /* no gateway between us and addr */
	int reply_ttl;    /* of a datagram answer of the target; -1 */
	struct timings timings;
	struct facts facts;
};

/* What the second, small round found out. Ids "e1", "e2" ... */
enum evidence_kind {
	EVIDENCE_HOP_WALK,  /* where silent packets vanish */
	EVIDENCE_RESET_TTL, /* whose reset it was (IP_MINTTL) */
	EVIDENCE_NEIGHBOUR, /* ARP/ND state of an on-link target or gateway */
	EVIDENCE_ROUTE,     /* route and source address used */
	EVIDENCE_CONTROL,   /* another port, host or way, as a control */
	EVIDENCE_RESOLVER,  /* a question to one DNS server, as a control */
	EVIDENCE_GATEWAY,   /* does a gateway answer for itself, and forward? */
	EVIDENCE_CLAIMANTS, /* who claims an address on this link (ARP, ND) */
	EVIDENCE_VIA,       /* an address asked through a next hop of ours */
	EVIDENCE_SENDING,   /* what this host's kernel refused to send */
	EVIDENCE_FLOWS,     /* many connections to one path: which die? */
	EVIDENCE_MEANWHILE, /* a gateway, while nothing beyond it answered */
	EVIDENCE_WIRE,      /* did our packet leave, did an answer come in? */
	EVIDENCE_RULES,     /* what this host's own rules do with a packet */
	EVIDENCE_COUNT
};

struct evidence {
	const char *id;
	enum evidence_kind kind;
	size_t result;    /* index of the result it is about; SIZE_MAX */
	struct addr addr; /* target of the evidence probe */
	uint16_t port;
	enum transport transport;
	struct facts observed;
};

const char *evidence_kind_name(enum evidence_kind kind);

/* A question to a default gateway, while nothing beyond it answered, or when
 * something did first or again. Monotonic. */
struct gateway_question {
	struct addr gateway;
	int64_t asked_us;
	bool answered;
};

enum { GATEWAY_QUESTIONS = 24 };

/* The system that a run ran on, and what it could not do or know there: a
 * later reader knows what silence means. */
struct platform {
	char os[16];    /* "linux"; "" not known (reports of 0.1) */
	char build[64]; /* of its kernel, as it calls it; "" not known */
	size_t cannot_count;
	const char *const *cannot; /* "min-ttl", "icmp-udp"; borrowed */
};

/* The finished raw material of a report. */
struct results {
	struct result *items;
	size_t count, capacity;
	struct evidence *evidence;
	size_t evidence_count, evidence_capacity;
	bool interrupted;     /* SIGINT, SIGTERM, SIGHUP */
	int interrupt_signal; /* 0: none */
	bool deadline_hit;
	unsigned revision;   /* of `items`: they were replaced so often */
	unsigned lost_tries; /* of probes that were answered later */
	int64_t started_wall_us;
	int64_t started_us; /* monotonic, of the same moment */
	int64_t duration_us;
	int64_t evidence_us; /* of it, the second round; 0: there was none */
	struct gateway_question asked[GATEWAY_QUESTIONS];
	size_t asked_count;
	bool link_changed; /* this host lost a link, an address or its
			      gateway while the run went on */
	struct platform platform;
	struct facts host; /* "name", "addresses", "resolvers",
				"clock-..." facts about this host */
};

#endif
