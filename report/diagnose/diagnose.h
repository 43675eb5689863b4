/*
 * diagnose.h - what the rules of diagnosis share.
 *
 * A rule looks at results that no rule has explained yet ("open"), asks for its
 * evidence and for a control, and claims what its cause explains. Rules run in
 * a fixed order, root causes first; a result is claimed once. A rule that is
 * not sure says `probable`; one without evidence raises nothing.
 */
#ifndef PREFLIGHT_DIAGNOSE_H
#define PREFLIGHT_DIAGNOSE_H

#include "report/diagnose/findings.h"
#include "report/map.h"
#include "report/assessment.h"
#include "report/correlation.h"

#include <stdbool.h>
#include <stddef.h>

/* How one port of one kind of target fares: "tcp/443" on the internet. */
struct port_state {
	size_t ok;       /* the service answered, or proof was accepted */
	size_t answered; /* the target itself was heard */
	size_t total;
};

/* One family on the whole. */
struct family_state {
	size_t internet_ok, internet_answered, internet_total;
	size_t inside_answered;   /* devices behind the default gateway */
	size_t off_link_answered; /* all that is behind it */
	size_t routed_answered;   /* behind another gateway (network_route()) */
};

/* A finding under construction. */
struct candidate {
	const struct finding_entry *entry;
	const char *key; /* two candidates of a code and a key are one */
	enum owner owner;
	bool confirmed, inferred;
	struct addr blocker;
	const char *blocker_name;
	struct addr also[3]; /* other addresses of the same blocker */
	size_t also_count;
	enum where_at where;
	int hop;
	struct addr hop_address;
	const char *subject, *detail; /* for the templates */
	unsigned left_out;  /* bits: steps of the remedy that do not apply */
	const char *reason; /* what decided it, a sentence or NULL */
	const char **lines;
	size_t line_count, line_capacity;
	const char *examples[4]; /* one target each; the rest is counted */
	size_t example_count;
	const char **ids;
	size_t id_count, id_capacity;
	size_t *results;
	size_t result_count, result_capacity;
	size_t order;
};

/* More devices than this that are alike are one finding. */
enum { CANDIDATE_SINGLE = 8 };

struct peer_groups; /* peer_group.c */
struct first_hop;   /* first_hop.h */

struct diagnosis {
	struct assessment *report;
	const struct results *results;
	const struct plan *plan;
	const struct correlation *correlation;
	struct arena *arena;
	bool *claimed, *passive;
	size_t *shared; /* the next open result of the same path, in a ring */
	size_t *open;   /* indices of results that want an explanation */
	size_t open_count;
	struct candidate **candidates;
	size_t candidate_count, candidate_capacity;
	struct map by_key; /* code and key to candidate */
	struct map port_map;
	struct port_state *ports;
	size_t port_count, port_capacity;
	struct family_state v4, v6;
	bool hears_icmp;  /* errors do reach this host */
	struct map links; /* address to the evidence of its link; once asked */
	const char **port_keys;  /* diagnosis_port_key(), once asked for */
	struct map port_firsts;  /* the first result of each of them */
	struct map device_names; /* of numeric addresses; once asked for */
	struct map places;       /* port key to a walk; once asked for */
	bool named, linked, placed;
	/* NULL: not asked for yet */
	struct peer_groups *peer_groups;
	struct first_hop *first_hops; /* by family */
};

/* The index of the k-th open result, SIZE_MAX when it is claimed already. */
size_t diagnosis_open(const struct diagnosis *d, size_t k);
const struct result *diagnosis_result(const struct diagnosis *d, size_t index);
/* What the judge said of it. */
const struct judgement *diagnosis_judgement(const struct diagnosis *d,
					    size_t index);
const struct result_context *diagnosis_view(const struct diagnosis *d,
					    size_t index);

/* Groups of open results by a text; in order of first appearance. */
struct cluster {
	const char *key;
	size_t *items;
	size_t count, capacity;
	bool active; /* one of them is more than a forgiven silence */
};

struct clusters {
	struct map map;
	struct cluster *items;
	size_t count, capacity;
};

/* Collects open results for which key() gives a text. */
void diagnosis_clusters_collect(struct clusters *c, struct diagnosis *d,
				const char *(*key)(struct diagnosis *d,
						   size_t index));
void diagnosis_clusters_free(struct clusters *c);

/* The same entry and key give the same candidate again. */
struct candidate *candidate_for(struct diagnosis *d,
				const struct finding_entry *entry,
				const char *key);
void candidate_claim(struct diagnosis *d, struct candidate *f, size_t index);
void candidate_claim_all(struct diagnosis *d, struct candidate *f,
			 const struct cluster *c);
void candidate_line(struct diagnosis *d, struct candidate *f,
		    const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* A line about one of the targets: the first few are shown, the rest is
 * counted when the finding is finished. */
void candidate_example(struct diagnosis *d, struct candidate *f,
		       const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* A line about gathered evidence, and its id. */
void candidate_cite(struct diagnosis *d, struct candidate *f,
		    const struct evidence *e, const char *line);
void candidate_cite_id(struct candidate *f, const char *id);
/* The blocker; called again with another address: it has several. */
void candidate_blocker(struct diagnosis *d, struct candidate *f,
		       const struct addr *a);

/* Words. */
/* The name of a result's target: device, host, or address. */
const char *diagnosis_target(struct diagnosis *d, size_t index);
/* "10.0.0.1 (default gateway)". */
const char *diagnosis_address(struct diagnosis *d, const struct addr *a);
const char *diagnosis_address_name(struct diagnosis *d, const struct addr *a);
/*
 * One text for one device, whatever its address: the interface and link-layer
 * address behind it where the evidence has them, else the address.
 */
const char *diagnosis_identity(struct diagnosis *d, const struct addr *a);
/* Where the result's name was resolved; or the address of a DNS probe; "of this
 * host" where it may have been any of several. */
const char *diagnosis_server(struct diagnosis *d, size_t index);
/* The k-th server that was asked, by its address; NULL: no more are known. */
const char *diagnosis_asked(struct diagnosis *d, size_t index, size_t k);
/* More than its content shows that the server, or the resolver, gave the
 * answer (answer_origin.h): only then what it says is confirmed. */
bool diagnosis_is_witnessed(struct diagnosis *d, size_t index);
/* One of the servers asked answered some query of this run. */
bool diagnosis_server_answers(struct diagnosis *d, size_t index);

/* Ground: controls that rules ask for. */
enum diagnosis_class { CLASS_INTERNET, CLASS_INSIDE, CLASS_ON_LINK };
enum diagnosis_class diagnosis_class(const struct diagnosis *d, size_t index);
/* "tcp/443", its class and family, as a key for clusters. */
const char *diagnosis_port_key(struct diagnosis *d, size_t index);
const struct port_state *diagnosis_port(struct diagnosis *d, size_t index);
const struct family_state *diagnosis_family(const struct diagnosis *d,
					    size_t index);
bool diagnosis_is_gateway(const struct diagnosis *d, const struct addr *a);
/* The address answered something else in this run. */
bool diagnosis_host_answered(const struct diagnosis *d, size_t index);
/* The control of the second round that the address answered; NULL: none. */
const struct evidence *diagnosis_heard(const struct diagnosis *d, size_t index);
/* 1: the reset came from the target, -1: from a device nearer, 0: unknown. */
int diagnosis_reset(const struct diagnosis *d, size_t index,
		    const struct evidence **e);
/* Neighbour evidence about an address: 1 there, -1 not there, 0 unknown. */
int diagnosis_neighbour(const struct diagnosis *d, const struct addr *a,
			const struct evidence **e);

/* The run could not do or see that on its system: "route" (can.h). */
bool diagnosis_cannot(const struct diagnosis *d, const char *ability);
/* This host refused to send, with that cause. */
bool diagnosis_refused_here(const struct result *r, enum cause cause);
bool diagnosis_has_gateway(const struct diagnosis *d, enum addr_family family);
/* The first default gateway of a family; ADDR_NONE: there is none. */
struct addr diagnosis_gateway(const struct diagnosis *d,
			      enum addr_family family);
/* ARP or ND for the next hop got no answer. */
bool diagnosis_no_next_hop(const struct result *r);
/* A name could not be resolved, and it is not the name's fault. */
bool diagnosis_is_name_lost(const struct result *r);
/* This host did not send the question for a name. */
bool diagnosis_is_name_unsent(const struct result *r);
/* No answer from outside of this network, in any way. */
bool diagnosis_is_lost(const struct result *r);
/* A resolver decided it: a name that failed, or a DNS probe of this host's own
 * servers. */
bool diagnosis_is_resolver(const struct result *r);
/* A DNS question, of a resolver or of a check, ended for that cause. */
bool diagnosis_dns_ended(const struct result *r, enum cause cause);
/* Packets vanished on a path of our own. */
bool diagnosis_is_vanished(const struct diagnosis *d, size_t index);
/* A connection to the internet opened, and ended before the service answered.
 */
bool diagnosis_is_open(const struct diagnosis *d, size_t index);
/* Different hosts of a cluster: several names of one address are one. */
size_t diagnosis_hosts(struct diagnosis *d, const struct cluster *c);
/* Who drops: where others behind the same gateway answer, the device. */
enum owner diagnosis_dropper(struct diagnosis *d, size_t index);
/* A key of all results away from this network that work, with a warning. */
const char *diagnosis_key_poor(struct diagnosis *d, size_t index);
/* "tcp/22 device" or "... vendor", as a part of keys. */
const char *diagnosis_service(struct diagnosis *d, size_t index);
/* The far end itself: where and owner. */
void candidate_service(struct diagnosis *d, struct candidate *f, size_t index);

/* The second round's control about one of a cluster (correlation_control()). */
const struct evidence *diagnosis_control(const struct diagnosis *d,
					 const struct cluster *c,
					 const char *what);

/* "10.0.0.1 port 443: refused", "10.0.0.1, ping: ok". */
const char *diagnosis_control_text(struct diagnosis *d,
				   const struct evidence *e);

/* Where the packets of a cluster vanish. */
struct hop {
	const struct evidence *evidence; /* NULL: not known */
	int number;
	struct addr address;
	bool reached; /* the walk got through: not a steady drop */
	bool ours;    /* the hop belongs to the site, not to a provider */
};
struct hop diagnosis_hop(const struct diagnosis *d, const size_t *items,
			 size_t count);
/* A place as a part of keys; "": not known. */
const char *diagnosis_place(struct diagnosis *d, const struct hop *hop);
/* Where a result's packets vanish: by its own walk, else where most walks of
 * its port ended. */
const char *diagnosis_vanishes(struct diagnosis *d, size_t index);
/* An address of the site's own: a gateway, private, or a network of ours. */
bool diagnosis_is_ours(const struct diagnosis *d, const struct addr *a);
/* Puts the place into the candidate: where and subject. */
void diagnosis_candidate_place(struct diagnosis *d, struct candidate *f,
			       const struct hop *hop);
/* Puts the hop into the candidate: where, owner, subject, evidence. */
void diagnosis_candidate_hop(struct diagnosis *d, struct candidate *f,
			     const struct hop *hop);

/* candidate_merge.c: candidates that are one cause become one. */
void candidate_merge(struct diagnosis *d);
/* finding_render.c: candidates to findings. */
void finding_render(struct diagnosis *d);
/* Critical: something that must hold is lost by it. */
enum severity finding_render_severity(const struct diagnosis *d,
				      const struct candidate *f);
/* finding_order.c: the causes that explain something, what to fix first in
 * front. To be freed. */
const struct candidate **finding_order(struct diagnosis *d, size_t *count);

#endif
