/*
 * loop_watch.c - descriptors of the loop.
 *
 * Where the system has a set for them (core/os/watch.h), libuv watches the set
 * alone: for each descriptor by itself it asks the kernel six times.
 */
#include "core/net/loop_internal.h"
#include "core/base/mem.h"
#include "core/os/process.h"
#include "core/os/watch.h"

#include <stdlib.h>

enum { LOOP_WATCH_BATCH = 64 };

_Static_assert((int)LOOP_READ == OS_WATCH_READ &&
		   (int)LOOP_WRITE == OS_WATCH_WRITE &&
		   (int)LOOP_ERROR == OS_WATCH_ERROR,
	       "the events of a set are those of the loop");

struct loop_watch {
	uv_poll_t uv; /* without a set */
	struct loop *loop;
	int fd;
	uint32_t generation;
	bool in_set, background;
	void (*ready)(void *arg, short events);
	void *arg;
	short events;
	bool *gone; /* set when freed inside its own callback */
};

/* In a set ----------------------------------------------------------------- */

/* Of what closed itself or was freed meanwhile, nothing is to be told. */
static struct loop_watch *loop_set_find(const struct loop_set *s, uint64_t key)
{
	size_t fd = (uint32_t)key;
	struct loop_watch *w = fd < s->size ? s->by_fd[fd] : NULL;

	return w != NULL && w->generation == key >> 32 ? w : NULL;
}

static void loop_set_dispatch(struct loop_watch *w, short came)
{
	short events = (came & LOOP_ERROR) != 0 ? came : came & w->events;

	if (w->events != 0 && events != 0)
		w->ready(w->arg, events);
}

/* All that came: timers that are due fire afterwards. */
static void loop_set_ready(uv_poll_t *uv, int status, int uv_events)
{
	struct loop *l = uv->data;
	struct os_watch_event came[LOOP_WATCH_BATCH];
	size_t count;

	(void)status;
	(void)uv_events;
	do {
		count = os_watch_take(l->set.fd, came, LOOP_WATCH_BATCH);
		for (size_t i = 0; i < count; i++) {
			struct loop_watch *w =
			    loop_set_find(&l->set, came[i].key);

			if (w != NULL)
				loop_set_dispatch(w, came[i].events);
		}
	} while (count == LOOP_WATCH_BATCH);
}

bool loop_set_begin(struct loop *l)
{
	struct loop_set *s = &l->set;

	s->fd = os_watch_open();
	if (s->fd == -1)
		return true;
	if (uv_poll_init(&l->uv, &s->uv, s->fd) != 0) {
		os_watch_close(s->fd);
		s->fd = -1;
		return true;
	}
	s->uv.data = l;
	uv_poll_start(&s->uv, UV_READABLE, loop_set_ready);
	uv_unref((uv_handle_t *)&s->uv);
	/* As for libuv's own: it would end the program. */
	return os_process_may_watch(uv_backend_fd(&l->uv), s->fd);
}

static void loop_set_closed(uv_handle_t *uv)
{
	struct loop *l = uv->data;

	os_watch_close(l->set.fd);
	free(l->set.by_fd);
}

void loop_set_end(struct loop *l)
{
	if (l->set.fd == -1)
		return;
	uv_poll_stop(&l->set.uv);
	uv_close((uv_handle_t *)&l->set.uv, loop_set_closed);
}

static bool loop_set_add(struct loop_set *s, struct loop_watch *w)
{
	size_t fd = (size_t)w->fd;

	s->by_fd = mem_grow(s->by_fd, &s->size, fd + 1, sizeof *s->by_fd);
	if (s->by_fd[fd] != NULL)
		return false;
	s->by_fd[fd] = w;
	w->generation = ++s->generation;
	return true;
}

/* The loop goes on as long as anything is awaited. */
static void loop_set_awaited(struct loop_set *s, bool more)
{
	if (more && s->awaited++ == 0)
		uv_ref((uv_handle_t *)&s->uv);
	if (!more && --s->awaited == 0)
		uv_unref((uv_handle_t *)&s->uv);
}

static void loop_watch_leaves_set(struct loop_watch *w)
{
	w->in_set = false;
	if (!w->background)
		loop_set_awaited(&w->loop->set, false);
}

static bool loop_watch_in_set(struct loop_watch *w)
{
	struct loop_set *s = &w->loop->set;
	uint64_t key = (uint64_t)w->generation << 32 | (uint32_t)w->fd;
	bool known = w->in_set;

	if (w->events == 0) {
		if (known) {
			os_watch_remove(s->fd, w->fd);
			loop_watch_leaves_set(w);
		}
		return true;
	}
	if (!os_watch_set(s->fd, w->fd, w->events, key, known))
		return false;
	w->in_set = true;
	if (!known && !w->background)
		loop_set_awaited(s, true);
	return true;
}

/* Without one -------------------------------------------------------------- */

static int loop_watch_uv_events(short events)
{
	return ((events & LOOP_READ) != 0 ? UV_READABLE : 0) |
	       ((events & LOOP_WRITE) != 0 ? UV_WRITABLE : 0);
}

static void loop_watch_ready(uv_poll_t *uv, int status, int uv_events);

static bool loop_watch_by_uv(struct loop_watch *w)
{
	if (w->events == 0) {
		uv_poll_stop(&w->uv);
		return true;
	}
	uv_poll_start(&w->uv, loop_watch_uv_events(w->events),
		      loop_watch_ready);
	if (os_process_may_watch(uv_backend_fd(w->uv.loop), w->fd))
		return true;
	uv_poll_stop(&w->uv);
	return false;
}

/* What it waits for will not be noticed: nothing may be made of the silence. */
static void loop_watch_start(struct loop_watch *w)
{
	if (!(w->loop->set.fd != -1 ? loop_watch_in_set(w)
				    : loop_watch_by_uv(w)))
		mem_note_low();
}

/*
 * An error condition comes as status UV_EBADF with the poll stopped; the
 * descriptor is still valid. The owner reads the socket's error and decides; if
 * the watch is still wanted afterwards, it is started again.
 */
static void loop_watch_ready(uv_poll_t *uv, int status, int uv_events)
{
	struct loop_watch *w = uv->data;
	short events = 0;
	bool gone = false;

	if (status < 0)
		events = LOOP_READ | LOOP_WRITE | LOOP_ERROR;
	if ((uv_events & UV_READABLE) != 0)
		events |= LOOP_READ;
	if ((uv_events & UV_WRITABLE) != 0)
		events |= LOOP_WRITE;
	w->gone = &gone;
	w->ready(w->arg, events);
	if (gone)
		return;
	w->gone = NULL;
	if (status < 0)
		loop_watch_start(w);
}

static void loop_watch_closed(uv_handle_t *uv)
{
	free(uv->data);
}

static void loop_watch_free_uv(struct loop_watch *w)
{
	if (w->gone != NULL)
		*w->gone = true;
	uv_poll_stop(&w->uv);
	uv_close((uv_handle_t *)&w->uv, loop_watch_closed);
}

/* Either ------------------------------------------------------------------- */

struct loop_watch *loop_watch_new(struct loop *l, int fd,
				  void (*ready)(void *arg, short events),
				  void *arg)
{
	struct loop_watch *w = mem_calloc(1, sizeof *w);

	*w = (struct loop_watch){
	    .loop = l, .fd = fd, .ready = ready, .arg = arg};
	/* As in loop_watch_start(): who asked for it (curl) may not see that
	 * nothing comes. */
	if (!(l->set.fd != -1 ? loop_set_add(&l->set, w)
			      : uv_poll_init_socket(&l->uv, &w->uv, fd) == 0)) {
		mem_note_low();
		free(w);
		return NULL;
	}
	w->uv.data = w;
	return w;
}

void loop_watch_events(struct loop_watch *w, short events)
{
	if (w->events == events)
		return;
	w->events = events;
	loop_watch_start(w);
}

void loop_watch_background(struct loop_watch *w)
{
	if (w->loop->set.fd == -1)
		uv_unref((uv_handle_t *)&w->uv);
	else if (w->in_set && !w->background)
		loop_set_awaited(&w->loop->set, false);
	w->background = true;
}

void loop_watch_closing(struct loop_watch *w)
{
	if (w == NULL)
		return;
	if (w->loop->set.fd == -1) {
		loop_watch_free_uv(w);
		return;
	}
	if (w->in_set)
		loop_watch_leaves_set(w);
	w->loop->set.by_fd[w->fd] = NULL;
	free(w);
}

void loop_watch_free(struct loop_watch *w)
{
	if (w != NULL && w->in_set)
		os_watch_remove(w->loop->set.fd, w->fd);
	loop_watch_closing(w);
}
