/*
 * roots_wait.c - the trusted roots, loaded when the first handshake wants them.
 */
#include "core/net/roots_wait.h"
#include "core/net/tls.h"

#include <stdatomic.h>
#include <stddef.h>

/* The roots are the program's, so those that wait for them are, too. All but
 * `loading` belongs to the thread of the loop. */
static struct {
	struct roots_wait *first;
	atomic_bool loading;
} waiting;

static void roots_wait_load(void *arg)
{
	struct error err;

	(void)arg;
	tls_global_init(&err); /* without roots no chain can be verified */
}

static void roots_wait_loaded(void *arg)
{
	struct roots_wait *w;

	(void)arg;
	atomic_store(&waiting.loading, false);
	while ((w = waiting.first) != NULL) {
		w->waited_us = loop_now(w->loop) - w->since_us;
		roots_wait_cancel(w);
		w->ready(w->arg);
	}
}

static void roots_wait_dropped(void *arg)
{
	(void)arg;
	atomic_store(&waiting.loading, false);
}

bool roots_wait(struct loop *l, struct roots_wait *w, void (*ready)(void *arg),
		void *arg)
{
	struct roots_wait **end = &waiting.first;

	if (tls_global_ready())
		return true;
	if (w->since_us != 0)
		return false;
	*w = (struct roots_wait){
	    .ready = ready, .arg = arg, .loop = l, .since_us = loop_now(l)};
	while (*end != NULL)
		end = &(*end)->next;
	*end = w;
	if (!atomic_exchange(&waiting.loading, true))
		loop_work(l, roots_wait_load, roots_wait_loaded,
			  roots_wait_dropped, NULL);
	return false;
}

void roots_wait_cancel(struct roots_wait *w)
{
	struct roots_wait **link = &waiting.first;

	if (w->since_us == 0)
		return;
	while (*link != w)
		link = &(*link)->next;
	*link = w->next;
	w->since_us = 0;
}
