/*
 * listener.h - holds ports of this host and notes who is heard on them.
 *
 * Nothing that comes in is kept but what struct heard has, and nothing is
 * written anywhere. On TCP a greeting is sent where a client waits for one, on
 * UDP what a recogniser answers, never longer than the datagram. Memory, work
 * and descriptors are bounded; what that costs is counted in the list.
 */
#ifndef PREFLIGHT_LISTENER_H
#define PREFLIGHT_LISTENER_H

#include "core/base/error.h"
#include "core/base/heard.h"

struct listener_options {
	int64_t duration_us; /* 0: until a signal comes, or it is enough */
	/* Is this sender waited for? Its entries have room kept for them. */
	bool (*counts)(void *arg, const struct addr *from);
	/* All that is waited for was heard: it ends. NULL: it goes on. */
	bool (*is_enough)(void *arg, const struct heard_list *list);
	/* A sender at a port for the first time, and again when it is known
	 * what it speaks. NULL: nobody wants to know. */
	void (*heard)(void *arg, const struct heard *h);
	/* The ports are held, or have their reason; before the first sender. */
	void (*ready)(void *arg, const struct heard_list *list);
	void *arg;
};

/* Listens on the ports of the list and fills it. -1: nothing could be listened
 * on for want of what a loop needs; a port that is held by others is not that,
 * it has its reason in the list. */
int listener_run(const struct listener_options *o, struct heard_list *list,
		 struct error *err);

#endif
