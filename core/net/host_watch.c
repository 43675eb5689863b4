/* host_watch.c - notices of the kernel about links, addresses and routes. */
#include "core/net/host_watch.h"
#include "core/base/facts.h"
#include "core/os/host.h"
#include "core/os/notices.h"
#include "core/base/mem.h"

#include <stdlib.h>
#include <string.h>

struct host_watch {
	struct loop_watch *watch;
	int fd;
	struct facts before;
	void (*lost)(void *arg);
	void *arg;
	bool told;
};

static bool host_watch_is_listed(const struct fact *list, const char *text)
{
	for (size_t i = 0; list != NULL && i < list->list_count; i++)
		if (strcmp(list->list[i], text) == 0)
			return true;
	return false;
}

/* IPv6 addresses for privacy come and go: their gateways tell enough. What is
 * not known now is not gone. */
static bool host_watch_is_gone(const struct facts *before,
			       const struct facts *now, const char *name,
			       const char *known_by)
{
	const struct fact *was = facts_find(before, name);
	const struct fact *is = facts_find(now, name);
	bool addresses = strcmp(name, "addresses") == 0;

	if (facts_find(now, known_by) == NULL)
		return false;
	for (size_t i = 0; was != NULL && i < was->list_count; i++)
		if (!host_watch_is_listed(is, was->list[i]) &&
		    !(addresses && strchr(was->list[i], ':') != NULL))
			return true;
	return false;
}

static bool host_watch_is_link(const struct facts *f, const char *state)
{
	const char *link = facts_text(f, "link");

	return link != NULL && strcmp(link, state) == 0;
}

bool host_watch_lost(struct host_watch *w)
{
	struct facts now = {0};
	bool lost;

	if (w == NULL)
		return false;
	if (w->told)
		return true;
	host_facts(&now);
	lost = host_watch_is_link(&w->before, "up") &&
	       host_watch_is_link(&now, "down");
	lost = lost ||
	       host_watch_is_gone(&w->before, &now, "addresses", "has-ipv4") ||
	       host_watch_is_gone(&w->before, &now, "gateways", "has-gateway");
	facts_free(&now);
	w->told = lost;
	return lost;
}

static void host_watch_notice_came(void *arg, short events)
{
	struct host_watch *w = arg;
	bool told = w->told;

	(void)events;
	os_notices_drain(w->fd); /* what changed, is asked for anew */
	if (!told && host_watch_lost(w))
		w->lost(w->arg);
}

struct host_watch *host_watch_new(struct loop *l, void (*lost)(void *arg),
				  void *arg)
{
	int fd = os_notices_open();
	struct host_watch *w;

	if (fd == -1)
		return NULL;
	w = mem_calloc(1, sizeof *w);
	w->fd = fd;
	w->lost = lost;
	w->arg = arg;
	host_facts(&w->before);
	w->watch = loop_watch_new(l, fd, host_watch_notice_came, w);
	if (w->watch != NULL)
		loop_watch_events(w->watch, LOOP_READ);
	return w;
}

void host_watch_free(struct host_watch *w)
{
	if (w == NULL)
		return;
	loop_watch_free(w->watch);
	os_notices_close(w->fd);
	facts_free(&w->before);
	free(w);
}
