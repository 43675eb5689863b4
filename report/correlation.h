/*
 * correlation.h - what the results say together: the ground that judging and
 * diagnosing stand on.
 *
 * Pure. One pass per question, sorted or hashed; ten thousand results take
 * milliseconds.
 */
#ifndef PREFLIGHT_CORRELATION_H
#define PREFLIGHT_CORRELATION_H

#include "core/base/mem.h"
#include "profiles/plan/plan.h"
#include "core/base/result.h"
#include "core/net/tls.h"

#include <stdbool.h>
#include <stddef.h>

/* A device other than the target answered. */
enum interceptor {
	INTERCEPTOR_NONE,
	TLS_INSPECTION, /* forges the right name for every host */
	CAPTIVE_PORTAL, /* sends every visitor to its own page */
	BLOCK_PAGE,     /* answers for one host that policy forbids */
	DNS_REDIRECT,   /* unrelated names lead to its one address */
	SEARCH_WILDCARD /* the name does not exist; a domain of this host's
			   search list has every name */
};

/* Silent under the run's own load, and not when tested alone. */
enum throttled {
	THROTTLED_NO,
	THROTTLED_PROVED,  /* it opened when it was asked again, alone */
	THROTTLED_INFERRED /* so did every other silent host that was asked */
};

/*
 * What "nothing came back" means. Users name the meanings they accept; what was
 * not asked, and a name that did not resolve, is not silence of the target.
 */
enum silence {
	SILENCE_NONE = 0,
	SILENCE_NO_REPLY = 1,      /* to a datagram or an echo request */
	SILENCE_NO_CONNECTION = 2, /* to a TCP connection attempt */
	SILENCE_AFTER_OPEN = 4,    /* TCP opened, then no data came */
	SILENCE_NO_NEIGHBOUR = 8,  /* ARP or ND for the next hop failed */
	SILENCE_ROUTER_SAYS = 16,  /* ICMP: a router cannot reach it */
	/* Packets vanished, and no device spoke for the target. */
	SILENCE_VANISHED = SILENCE_NO_REPLY | SILENCE_NO_CONNECTION,
	SILENCE_ANY = 31
};

/* One result, seen among the others. */
struct result_context {
	size_t requirement;   /* index into plan->requirements */
	size_t host;          /* index into hosts; SIZE_MAX: no address */
	size_t domain;        /* number of its registrable domain; SIZE_MAX */
	bool internet;        /* asked of a host on the internet */
	bool direct;          /* not through a proxy */
	bool answered;        /* the target itself was heard */
	bool accepted;        /* an open port of it proves nothing: every port
				 of that address opens */
	bool nearer;          /* nor does this one: a device before the target
				 accepts the connection */
	bool unserved;        /* and its service gave no answer */
	bool absent;          /* an address of a sweep that answered nothing,
				 in a network where others did */
	enum tls_trust trust; /* TLS_TRUST_NONE: no certificate */
	bool name_matches;    /* the certificate is for the host asked */
	bool unexpected;      /* a public name led to an address that cannot
				 be its own: private, local, unusable */
	enum interceptor interceptor;
	bool same_answer; /* the interceptor is known by that: unrelated
			     hosts gave the same answer */
	enum throttled throttled;
	/* Connections of this path die as a whole, as this shows; NULL: not
	 * known. */
	const struct evidence *dying;
	/* Its host blocks this one since some time of the run, as this shows;
	 * NULL: not known. */
	const struct evidence *banned;
	bool outage; /* it fell in the time of correlation->outage */
	bool nearby; /* a far server's answer that no router has passed on */
};

/* One address that was probed directly. */
struct host_index {
	struct addr addr;
	size_t first, count; /* into by_host[] */
	bool answered; /* a test of it, or a control of the second round */
	/* The second round asked it otherwise (ping, another port): a control
	 * that it answered, and one that it did not. */
	const struct evidence *heard, *unheard;
	bool on_link;
	size_t ok;           /* results with cause ok */
	size_t domain_count; /* different domains that led here, at most 3 */
	size_t domains[3];
	bool foreign; /* served a certificate for another name */
	bool trusted; /* served a public chain for the right name */
};

/* A time in which every attempt away from this network was lost. */
struct outage {
	int64_t from_us, to_us; /* monotonic; both 0: there was none */
	size_t lost, targets;   /* attempts, and the addresses they went to */
	size_t datagrams;       /* of the attempts */
	/* What shows it: attempts that other causes do not explain, and
	 * questions to the gateway. */
	size_t witnesses;
	/* Only the internet was away: others behind the gateway, or itself,
	 * answered meanwhile. */
	bool beyond_gateway;
	bool lasting; /* nothing was answered until the tests ended */
	/* Questions to gateways meanwhile; silent are only those that answer
	 * at other times. */
	size_t gateway_heard, gateway_silent;
};

struct correlation {
	struct arena arena;
	struct arena indexes; /* contexts, hosts, by_host */
	const struct plan *plan;
	const struct results *results;
	uint32_t *requirements;          /* index of each result's, in plan */
	struct result_context *contexts; /* one per result */
	size_t host_count;
	struct host_index *hosts;
	size_t *by_host;                 /* result indices, host by host */
	size_t *spec_first, *spec_count; /* per spec, into by_spec[] */
	size_t *by_spec;                 /* result indices, spec by spec */
	size_t *evidence_first;          /* per result + 1, into by_evidence */
	size_t *by_evidence;             /* evidence indices */
	const char *inspector;           /* issuer of forged certificates */
	bool inspector_proved;           /* several domains, or a known name */
	const char *portal;              /* host that visitors are sent to */
	/* How good the paths away from this network are. */
	unsigned lost, sent; /* tries of answered tests: lost ones, all */
	unsigned lost_inside, sent_inside; /* of them, within the site */
	bool lossy;                        /* too many of them to be chance */
	struct outage outage;
	bool woke_late; /* all was lost until a time, and nothing since */
	bool hurried;   /* lossy, for new connections only */
	bool flows_die; /* as a whole, and at least one in ten */
	int64_t round_trip_us; /* the median; 0: not known */
	bool slow;
	/* Of each family (IPv4, IPv6): nothing away from this network has
	 * answered since some time of the run, as this shows (ban.h); NULL:
	 * not so. */
	const struct evidence *source_banned[2];
	/* A question to an address without a name server was answered. */
	const struct evidence *dns_redirector;
};

/* A round trip longer than any path on earth needs. */
enum { CORRELATION_SLOW_US = 1200000 };
/* The control that repeats a test. */
#define CORRELATION_AGAIN "again"

struct correlation *correlation_new(const struct plan *plan,
				    const struct results *results);
void correlation_free(struct correlation *s);
/* Frees contexts and hosts, which only judging and diagnosing need, before a
 * document is made. */
void correlation_shrink(struct correlation *s);

/* Indices of the evidence about a result: about its path, whichever test asked
 * for it, and controls of the test itself. All others stand on this one. */
const size_t *correlation_evidence_of(const struct correlation *s,
				      size_t result, size_t *count);
/* The first evidence of that kind about a result, or NULL. */
const struct evidence *correlation_evidence(const struct correlation *s,
					    size_t result,
					    enum evidence_kind kind);
/* The control of that name about a result (EVIDENCE_CONTROL or _RESOLVER), or
 * NULL. */
const struct evidence *correlation_control(const struct correlation *s,
					   size_t result, const char *what);
/* A test that was repeated: the repeat that opened, else the first; NULL: it
 * was not repeated. */
const struct evidence *correlation_again(const struct correlation *s,
					 size_t result);
/* A control that its target answered, if only by a refusal. */
bool correlation_is_answer(const struct evidence *e);
/* A name of one label that did not resolve. */
bool correlation_is_bare_name(const struct result *r);
/* A name with a dot that was denied as it is, and found in this domain of the
 * search list; NULL: not so. */
const char *correlation_search_domain(const struct result *r);
/* The second round's proof that a domain has every name; NULL: none. */
const struct evidence *correlation_wildcard(const struct correlation *s,
					    const char *domain);
/* Of a datagram, or of a name's questions: from the address and port that were
 * asked nothing came, and from others something did. */
bool correlation_is_elsewhere(const struct result *r);
/* What came from there does not fit the question: forged, late or changed. */
bool correlation_is_unmatched(const struct result *r);
enum silence correlation_silence(const struct result *r);
/* One of these meanings (enum silence, joined). */
bool correlation_is_silent(const struct result *r, unsigned meanings);
/* Who reset, by walks and times to live: 1 the target, -1 another device, 0
 * not known. *e: what shows it, or NULL. */
int correlation_reset(const struct correlation *s, size_t result,
		      const struct evidence **e);
/* The smallest time to live that draws the reset; 0: not known. */
int correlation_reset_at(const struct correlation *s, size_t result,
			 const struct evidence **walk);
/* An item of a walk's "hops-at", "3 203.0.113.2": its address; *number: 3, 0
 * where there is none. */
const char *correlation_hop(const char *item, int *number);
/* The address of a result answered, if only another test or a control. */
bool correlation_host_answered(const struct correlation *s, size_t result);
/* The index of a result's spec in the plan. */
size_t correlation_spec(const struct correlation *s, size_t result);
/* "example.com" of "a.b.example.com"; numeric hosts give themselves. */
const char *correlation_domain(const char *host);
/* True for the name of the result's check. */
bool correlation_is_check(const struct result *r, const char *name);
/* An answer began, and nothing more of it came in more than half of the time
 * of the test: it stopped, where a slow one goes on. */
bool correlation_is_cut_short(const struct result *r);
/* A clock shows a time between question and answer: where the answer was read
 * late (a slow line, a busy host), so much of a difference may be delay. */
bool correlation_clock_is_vague(const struct result *r, int64_t offset_ms);
/* The answer holds the server's clock (NTP, Kerberos, LDAP, SMB), and it and
 * this host's are further apart than its protocol bears. */
bool correlation_clock_differs(const struct result *r);
/* It answered, and took longer than the path explains. */
bool correlation_is_slow_answer(const struct result *r);
/* Its certificate is trusted, and has a key that current TLS libraries refuse:
 * the key; NULL: not so. */
const char *correlation_weak_key(const struct result *r);
/* How long, from the open path on, in microseconds. */
int64_t correlation_answer_us(const struct result *r);
/* By how much, in milliseconds: theirs minus ours; 0 where it tells none. */
int64_t correlation_clock_offset(const struct result *r);
/* An integer fact, also FACT_MS in milliseconds; fallback when absent. */
int64_t correlation_number(const struct facts *f, const char *name,
			   int64_t fallback);

#endif
