/* expect.c - how long a run will take, by the scheduler's own rules. */
#include "profiles/plan/expect.h"
#include "core/base/mem.h"
#include "core/engine/check.h"
#include "core/engine/sched.h"

#include <stdlib.h>
#include <string.h>

enum {
	/* Round trips to the proof: a datagram and its answer; a connection
	 * and a greeting; a handshake and a request on top. */
	EXPECT_DATAGRAM = 1,
	EXPECT_STREAM = 2,
	EXPECT_TLS = 4,
	EXPECT_CONTROLS = 2 /* waits of the second round where all is well */
};

/* One path: a spec, or one address of it. */
struct expect_path {
	const char *target;
	size_t order; /* in the plan: the queue */
	const struct check *check;
	int64_t exchange_us;
	struct expect_path *next; /* of the same target */
};

/* Paths of one target wait for its pace, one behind the other. */
struct expect_target {
	struct pace pace;
	struct expect_path *head, **end;
	int64_t ready_us;
};

/* The last so many ends of one check, where it has a window. */
struct expect_window {
	const struct check *check;
	size_t size, count;
	int64_t *ends;
};

struct expect {
	struct arena arena;
	const struct expect_options *o;
	struct expect_path *paths;
	size_t path_count;
	struct expect_target *targets;
	size_t target_count;
	struct expect_target **heap; /* the one that is ready first on top */
	size_t heap_count;
	struct expect_window *windows;
	size_t window_count;
};

/* Paths -------------------------------------------------------------------- */

static unsigned expect_families(const struct spec *s,
				const struct expect_options *o)
{
	bool v4 = o->v4 && s->family != FAMILY_V6;
	bool v6 = o->v6 && s->family != FAMILY_V4;

	if (s->literal.family != ADDR_NONE)
		return 1;
	/* A name is looked up in any case. */
	return v4 && v6 ? 2 : 1;
}

size_t expect_openings(const struct spec *s, const struct expect_options *o)
{
	return spec_packets_max(s) == 0 ? 0 : expect_families(s, o);
}

static int64_t expect_exchange(const struct spec *s)
{
	enum needs needs = spec_needs(s);
	int64_t trips = EXPECT_DATAGRAM;

	if (s->check->collect_us > 0)
		return s->check->collect_us;
	if (needs == NEEDS_TLS || s->check->describes_tls)
		trips = EXPECT_TLS;
	else if (needs == NEEDS_TCP)
		trips = EXPECT_STREAM;
	if (s->literal.family == ADDR_NONE && s->host != NULL)
		trips++; /* its name is looked up */
	if (s->derive != NULL)
		trips += 2;
	return trips * EXPECT_RTT_US;
}

static void expect_add(struct expect *e, const struct spec *s, size_t order)
{
	const char *host = s->via_proxy        ? "proxy"
			   : s->system_server  ? "resolver"
			   : s->derive != NULL ? s->derive_from
			   : s->host != NULL   ? s->host
					       : "";
	size_t count = expect_openings(s, e->o);

	for (size_t i = 0; i < count; i++)
		e->paths[e->path_count++] = (struct expect_path){
		    .target = arena_printf(&e->arena, "%s %zu", host, i),
		    .order = order,
		    .check = s->check,
		    .exchange_us = expect_exchange(s)};
}

static int expect_by_target(const void *a, const void *b)
{
	const struct expect_path *x = a, *y = b;
	int order = strcmp(x->target, y->target);

	if (order != 0)
		return order;
	return x->order < y->order ? -1 : x->order > y->order;
}

static void expect_group(struct expect *e)
{
	const struct pace start = {.interval_us =
				       1000000 / e->o->rate_per_target};

	if (e->path_count > 0)
		qsort(e->paths, e->path_count, sizeof *e->paths,
		      expect_by_target);
	e->targets =
	    arena_calloc(&e->arena, e->path_count + 1, sizeof *e->targets);
	for (size_t i = 0; i < e->path_count; i++) {
		struct expect_path *p = &e->paths[i];
		struct expect_target *t;

		if (i == 0 || strcmp(p->target, e->paths[i - 1].target) != 0) {
			t = &e->targets[e->target_count++];
			*t = (struct expect_target){.pace = start};
			t->end = &t->head;
		}
		t = &e->targets[e->target_count - 1];
		*t->end = p;
		t->end = &p->next;
	}
}

/* The queue ---------------------------------------------------------------- */

static bool expect_is_before(const struct expect_target *a,
			     const struct expect_target *b)
{
	if (a->ready_us != b->ready_us)
		return a->ready_us < b->ready_us;
	return a->head->order < b->head->order;
}

static void expect_swap(struct expect *e, size_t i, size_t k)
{
	struct expect_target *t = e->heap[i];

	e->heap[i] = e->heap[k];
	e->heap[k] = t;
}

static void expect_push(struct expect *e, struct expect_target *t)
{
	size_t i = e->heap_count++;

	e->heap[i] = t;
	while (i > 0 && expect_is_before(e->heap[i], e->heap[(i - 1) / 2])) {
		expect_swap(e, i, (i - 1) / 2);
		i = (i - 1) / 2;
	}
}

static struct expect_target *expect_pop(struct expect *e)
{
	struct expect_target *top = e->heap[0];
	size_t i = 0, least;

	e->heap[0] = e->heap[--e->heap_count];
	for (;;) {
		least = i;
		for (size_t k = 2 * i + 1; k <= 2 * i + 2; k++)
			if (k < e->heap_count &&
			    expect_is_before(e->heap[k], e->heap[least]))
				least = k;
		if (least == i)
			return top;
		expect_swap(e, i, least);
		i = least;
	}
}

static struct expect_window *expect_window_of(struct expect *e,
					      const struct check *c)
{
	for (size_t i = 0; i < e->window_count; i++)
		if (e->windows[i].check == c)
			return &e->windows[i];
	return NULL;
}

/* A check that runs at most so many times at once. */
static void expect_windows(struct expect *e, const struct spec *specs,
			   size_t count)
{
	e->windows = arena_calloc(&e->arena, count + 1, sizeof *e->windows);
	for (size_t i = 0; i < count; i++) {
		size_t size = spec_window(&specs[i]);
		struct expect_window *w;

		if (size == 0 || expect_window_of(e, specs[i].check) != NULL)
			continue;
		w = &e->windows[e->window_count++];
		*w = (struct expect_window){
		    .check = specs[i].check,
		    .size = size,
		    .ends = arena_calloc(&e->arena, size, sizeof *w->ends)};
	}
}

/* Sends the paths as the engine does. Returns when the last one has ended. */
static int64_t expect_run(struct expect *e, int64_t *opened_us)
{
	struct pace run = {.interval_us = 1000000 / e->o->rate};
	int64_t last = 0;

	*opened_us = 0;
	for (size_t i = 0; i < e->target_count; i++)
		expect_push(e, &e->targets[i]);
	while (e->heap_count > 0) {
		struct expect_target *t = expect_pop(e);
		struct expect_window *w = expect_window_of(e, t->head->check);
		int64_t now = pace_when(&run, t->ready_us);
		int64_t *end = w != NULL ? &w->ends[w->count % w->size] : NULL;

		if (end != NULL && *end > now) {
			t->ready_us = *end;
			expect_push(e, t);
			continue;
		}
		pace_take(&run, now);
		pace_take(&t->pace, now);
		*opened_us = now;
		now += t->head->exchange_us;
		last = now > last ? now : last;
		if (end != NULL) {
			*end = now;
			w->count++;
		}
		t->ready_us = pace_when(&t->pace, t->ready_us);
		t->head = t->head->next;
		if (t->head != NULL)
			expect_push(e, t);
	}
	return last;
}

/* The whole ---------------------------------------------------------------- */

/* An open port is tried for once more, at a port that no service has. */
static bool expect_is_controlled(const struct spec *s)
{
	return s->proof == PROOF_CONNECT && s->transport == TRANSPORT_TCP;
}

/* Where nothing answers: each path is tried again at the same pace, by us or by
 * the kernel, partly while the last one waits; then comes the second round. */
static int64_t expect_blocked(const struct expect *e, const struct spec *specs,
			      size_t count, int64_t opened_us)
{
	int64_t longest = 0, sent = ATTEMPTS_DEFAULT * opened_us, all;

	for (size_t i = 0; i < count; i++) {
		int64_t wait = spec_packets_max(&specs[i]) > 0
				   ? spec_silence(&specs[i], false)
				   : 0;

		longest = wait > longest ? wait : longest;
	}
	if (e->path_count == 0)
		return 0;
	all = ATTEMPT_SYNS * opened_us - ATTEMPT_ALONE_US;
	return (all > sent ? all : sent) + longest + e->o->round_us;
}

struct expected expect_specs(const struct spec *specs, size_t count,
			     const struct expect_options *o)
{
	struct expected out = {0};
	struct expect e = {.o = o};
	bool controlled = false;

	for (size_t i = 0; i < count; i++) {
		out.openings += expect_openings(&specs[i], o);
		if (spec_packets_max(&specs[i]) == 0)
			continue;
		out.most += spec_addresses_max(&specs[i]);
		controlled |= expect_is_controlled(&specs[i]);
	}
	e.paths = mem_calloc(out.openings + 1, sizeof *e.paths);
	for (size_t i = 0; i < count; i++)
		expect_add(&e, &specs[i], i);
	expect_group(&e);
	expect_windows(&e, specs, count);
	e.heap = arena_calloc(&e.arena, e.target_count + 1, sizeof(void *));
	out.answered_us = expect_run(&e, &out.opened_us);
	if (controlled)
		out.answered_us += (int64_t)EXPECT_CONTROLS * RTT_FLOOR_US;
	out.blocked_us = expect_blocked(&e, specs, count, out.opened_us);
	free(e.paths);
	arena_free(&e.arena);
	return out;
}
