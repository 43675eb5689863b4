/*
 * host_filter.h - what this host's own packet filter would do with a packet,
 * as facts: read once, before the run sends anything.
 */
#ifndef PREFLIGHT_HOST_FILTER_H
#define PREFLIGHT_HOST_FILTER_H

#include "core/base/addr.h"
#include "core/base/facts.h"
#include "core/base/outcome.h"
#include "core/base/spec.h"
#include "core/proto/ruleset.h"

#include <stdbool.h>

struct host_filter;

/* Never NULL. Takes what the host's tools take, seconds at most. */
struct host_filter *host_filter_read(void);
/* The same from lists that are given: of `nft -j list ruleset`. */
struct host_filter *host_filter_of(const char *json, size_t length);
void host_filter_free(struct host_filter *f); /* NULL is fine */
/* Why it is not known, for people: "only root may read them"; NULL: it is. */
const char *host_filter_unknown(const struct host_filter *f);
/* It is known, and there is no rule at all. */
bool host_filter_is_empty(const struct host_filter *f);

/*
 * A packet of a new connection to a port of this host from each of the senders;
 * none given: from anywhere. Facts: "ruleset", "ruleset-rule" ... (facts.c).
 * RULESET_UNTESTED also where senders differ.
 */
enum ruleset_says host_filter_in(const struct host_filter *f,
				 enum transport transport, uint16_t port,
				 const struct spec_senders *senders,
				 struct facts *out);
/* A packet of a new connection from this host to an address and port; the same
 * facts. */
enum ruleset_says host_filter_out(const struct host_filter *f,
				  const struct addr *to, uint16_t port,
				  enum transport transport, struct facts *out);

#endif
