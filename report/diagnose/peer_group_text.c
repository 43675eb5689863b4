/* peer_group_text.c - a finding about many devices: which, and what is fine. */
#include "report/diagnose/peer_group.h"

#include "core/base/buf.h"

#include <string.h>

enum { PEER_GROUP_TEXT = 1024, PEER_GROUP_PORTS = 4 };

/* The different devices of a candidate: one result of each. */
struct peer_group_members {
	size_t *items;
	size_t count;
};

static struct peer_group_members peer_group_members(struct diagnosis *d,
						    const struct candidate *f)
{
	struct peer_group_members m = {0};
	struct map seen = {0};

	m.items = arena_calloc(d->arena, f->result_count + 1, sizeof *m.items);
	for (size_t i = 0; i < f->result_count; i++) {
		const struct result *r = diagnosis_result(d, f->results[i]);
		size_t *slot;

		if (r->spec->device_index >= d->plan->device_count)
			continue;
		slot = map_at_number(&seen, r->spec->device_index);
		if (*slot == SIZE_MAX)
			m.items[m.count++] = f->results[i];
		*slot = i;
	}
	map_free(&seen);
	return m;
}

/* The one group of all of them, or NULL. */
static const struct peer_group *peer_group_common(struct diagnosis *d,
						  const struct candidate *f)
{
	const struct peer_group *first = NULL;

	for (size_t i = 0; i < f->result_count; i++) {
		const struct peer_group *c =
		    peer_group_of(d, f->results[i], false);

		if (c == NULL)
			return NULL;
		if (first == NULL)
			first = c;
		if (strcmp(c->name, first->name) != 0)
			return NULL;
	}
	return first;
}

static const char *peer_group_name(struct diagnosis *d,
				   const struct peer_group *c, size_t members)
{
	if (c->kind == PEER_GROUP_TYPE)
		return arena_printf(d->arena, "%zu of %zu devices of type %s",
				    members, c->devices, c->name);
	return arena_printf(d->arena, "%zu of %zu devices in %s", members,
			    c->devices, c->name);
}

const char *peer_group_targets(struct diagnosis *d, const struct candidate *f)
{
	struct peer_group_members m;
	const struct peer_group *c;

	if (f->result_count < PEER_GROUP_LEAST)
		return NULL;
	m = peer_group_members(d, f);
	if (m.count < PEER_GROUP_LEAST)
		return NULL;
	c = peer_group_common(d, f);
	return c == NULL ? NULL : peer_group_name(d, c, m.count);
}

/* Controls ---------------------------------------------------------------- */

struct peer_group_control {
	size_t ping, other;
};

static void peer_group_ask(struct diagnosis *d, size_t index,
			   struct peer_group_control *out)
{
	const struct correlation *s = d->correlation;
	size_t host = diagnosis_view(d, index)->host;
	const struct host_index *h;

	if (host == SIZE_MAX || !s->hosts[host].answered)
		return;
	h = &s->hosts[host];
	for (size_t i = h->first; i < h->first + h->count; i++) {
		const struct result *r = diagnosis_result(d, s->by_host[i]);

		if (r->transport == TRANSPORT_ICMP &&
		    r->outcome.cause == CAUSE_OK) {
			out->ping++;
			return;
		}
	}
	out->other++;
}

static const char *peer_group_verb(const struct result *r)
{
	if (correlation_is_silent(r, SILENCE_VANISHED))
		return "do not answer";
	return r->outcome.cause == CAUSE_REFUSED ? "refuse"
						 : "fail in the same way";
}

/* "12 of 12 devices in 10.2.0.0/24 are silent, ping fine on 12". */
static const char *peer_group_line(struct diagnosis *d,
				   const struct candidate *f,
				   const struct peer_group *c,
				   const struct peer_group_members *m)
{
	struct peer_group_control control = {0};
	const char *who, *text;
	struct buf b;
	size_t tested = peer_group_tested(d, f->results[0]);

	if (c != NULL)
		who = peer_group_name(d, c, m->count);
	else if (tested < m->count)
		who = arena_printf(d->arena, "%zu devices", m->count);
	else
		who = arena_printf(d->arena, "%zu of %zu devices tested",
				   m->count, tested);
	for (size_t i = 0; i < m->count; i++)
		peer_group_ask(d, m->items[i], &control);
	buf_init(&b, PEER_GROUP_TEXT);
	buf_printf(&b, "%s %s", who,
		   peer_group_verb(diagnosis_result(d, f->results[0])));
	if (control.ping > 0)
		buf_printf(&b, ", ping works on %zu", control.ping);
	if (control.other > 0)
		buf_printf(&b, ", %zu answer other tests", control.other);
	text = arena_strdup(d->arena, buf_text(&b));
	buf_free(&b);
	return text;
}

/* Ports of one finding that concern different targets: "tcp/80: 2 targets". */
static const char *peer_group_ports(struct diagnosis *d,
				    const struct candidate *f)
{
	struct map ports = {0}, targets = {0}, pairs = {0};
	size_t counts[PEER_GROUP_PORTS] = {0};
	const char *names[PEER_GROUP_PORTS], *text = NULL;
	struct buf b;
	size_t used = 0;

	for (size_t i = 0; i < f->result_count; i++) {
		const struct result *r = diagnosis_result(d, f->results[i]);
		size_t *target =
		    map_at(&targets, diagnosis_target(d, f->results[i]));
		size_t *slot = map_at_number(
		    &ports, (uint64_t)r->transport << 16 | r->port);
		size_t at, *pair;

		if (*target == SIZE_MAX)
			*target = targets.count;
		if (*slot == SIZE_MAX) {
			*slot = used++;
			if (*slot < PEER_GROUP_PORTS)
				names[*slot] =
				    arena_printf(d->arena, "%s/%u",
						 transport_name(r->transport),
						 (unsigned)r->port);
		}
		at = *slot;
		pair = map_at_number(&pairs, (uint64_t)at << 32 | *target);
		if (at < PEER_GROUP_PORTS)
			counts[at] += *pair == SIZE_MAX;
		*pair = i;
	}
	if (used < 2 || pairs.count == used * targets.count)
		goto out;
	buf_init(&b, PEER_GROUP_TEXT);
	for (size_t i = 0; i < used && i < PEER_GROUP_PORTS; i++)
		buf_printf(&b, "%s%s: targets %zu", i == 0 ? "" : ", ",
			   names[i], counts[i]);
	if (used > PEER_GROUP_PORTS)
		buf_printf(&b, " and %zu more ports", used - PEER_GROUP_PORTS);
	text = arena_strdup(d->arena, buf_text(&b));
	buf_free(&b);
out:
	map_free(&ports);
	map_free(&targets);
	map_free(&pairs);
	return text;
}

size_t peer_group_lines(struct diagnosis *d, const struct candidate *f,
			const char **out)
{
	struct peer_group_members m = peer_group_members(d, f);
	const struct peer_group *c = NULL;
	const char *ports =
	    f->entry->lists_ports ? peer_group_ports(d, f) : NULL;
	size_t n = 0, works = 0;

	if (m.count >= PEER_GROUP_LEAST) {
		c = peer_group_common(d, f);
		out[n++] = peer_group_line(d, f, c, &m);
	}
	if (c != NULL)
		works = peer_group_works_elsewhere(d, c);
	if (works > 0)
		out[n++] = arena_printf(
		    d->arena, "devices elsewhere that pass the same test: %zu",
		    works);
	if (ports != NULL)
		out[n++] = ports;
	return n;
}
