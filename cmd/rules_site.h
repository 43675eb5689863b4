/*
 * rules_site.h - what `rules` asks this host: its addresses, its resolvers,
 * and what names resolve to now.
 */
#ifndef PREFLIGHT_RULES_SITE_H
#define PREFLIGHT_RULES_SITE_H

#include "changes/change.h"
#include "core/net/loop.h"
#include "report/map.h"
#include "cmd/options.h"
#include "core/net/resolver.h"

struct rules_site {
	struct loop *loop;
	struct resolver *resolver;
	struct addr resolvers[RESOLVER_SERVERS_MAX];
	struct addr *sources;
	size_t source_count, source_capacity;
	struct map names; /* to index into answers */
	const struct resolver_answer **answers;
	size_t name_count, name_capacity;
	size_t pending;
};

/* Fills sources, resolvers and, without --no-resolve, resolve of the context,
 * whose plan and inventory are set. Only names are asked for, of the servers
 * that this host is set up with. -1: one error. */
int rules_site_look(struct rules_site *s, const struct options *o,
		    struct change_context *c, struct error *err);
void rules_site_free(struct rules_site *s);

#endif
