/* heard.c - who was heard on which port of this host. */
#include "core/base/heard.h"

#include "core/base/mem.h"

#include <stdlib.h>
#include <string.h>

/* Of senders and ports; twice as many as there are entries. */
enum { HEARD_SLOTS = 2 * HEARD_MAX };

/* FNV-1a. A sender who aims at one slot makes the list no longer than it may
 * be. */
static size_t heard_hash(const struct addr *from, enum transport transport,
			 uint16_t port)
{
	uint32_t hash = 2166136261U ^ port ^ (uint32_t)transport << 16;

	for (size_t i = 0; i < (from->family == ADDR_V4 ? 4U : 16U); i++)
		hash = (hash ^ from->bytes[i]) * 16777619U;
	return hash % HEARD_SLOTS;
}

/* The slot of an entry, or the empty one where it belongs. */
static size_t heard_slot(const struct heard_list *l, const struct addr *from,
			 enum transport transport, uint16_t port)
{
	size_t at = heard_hash(from, transport, port);

	for (; l->slots[at] != 0; at = (at + 1) % HEARD_SLOTS) {
		const struct heard *h = &l->items[l->slots[at] - 1];

		if (h->port == port && h->transport == transport &&
		    addr_equal(&h->from, from))
			break;
	}
	return at;
}

struct heard *heard_find(const struct heard_list *l, const struct addr *from,
			 enum transport transport, uint16_t port)
{
	size_t at;

	if (l->slots == NULL)
		return NULL;
	at = heard_slot(l, from, transport, port);
	return l->slots[at] == 0 ? NULL : &l->items[l->slots[at] - 1];
}

bool heard_has_room(const struct heard_list *l, bool wanted)
{
	return l->count < (wanted ? HEARD_MAX : HEARD_MAX / 4 * 3);
}

struct heard *heard_at(struct heard_list *l, const struct addr *from,
		       enum transport transport, uint16_t port, bool wanted)
{
	struct heard *h = heard_find(l, from, transport, port);

	if (h != NULL)
		return h;
	if (!heard_has_room(l, wanted))
		return NULL;
	if (l->slots == NULL)
		l->slots = mem_calloc(HEARD_SLOTS, sizeof *l->slots);
	l->items =
	    mem_grow(l->items, &l->capacity, l->count + 1, sizeof *l->items);
	l->slots[heard_slot(l, from, transport, port)] =
	    (uint16_t)(l->count + 1);
	h = &l->items[l->count++];
	h->from = *from;
	h->from.port = 0;
	h->transport = transport;
	h->port = port;
	return h;
}

void heard_add_port(struct heard_list *l, enum transport transport,
		    uint16_t port)
{
	for (size_t i = 0; i < l->port_count; i++)
		if (l->ports[i].port == port &&
		    l->ports[i].transport == transport)
			return;
	l->ports = mem_grow(l->ports, &l->port_capacity, l->port_count + 1,
			    sizeof *l->ports);
	l->ports[l->port_count++] =
	    (struct heard_port){.transport = transport, .port = port};
}

bool heard_is_port(const struct port_list *list, uint16_t port)
{
	for (size_t i = 0; i < list->count; i++)
		if (port >= list->ranges[i].first &&
		    port <= list->ranges[i].last)
			return true;
	return false;
}

static int heard_compare(const void *a, const void *b)
{
	return addr_compare(a, b);
}

void heard_sort(struct addr *list, size_t count)
{
	if (count > 1)
		qsort(list, count, sizeof *list, heard_compare);
}

bool heard_is_in(const struct addr *sorted, size_t count, const struct addr *a)
{
	return count > 0 &&
	       bsearch(a, sorted, count, sizeof *a, heard_compare) != NULL;
}

bool heard_is_wanted(const struct heard_want *w, enum transport transport,
		     const struct heard *h)
{
	if (h->transport != transport || !heard_is_port(w->ports, h->port))
		return false;
	if (w->from.family != ADDR_NONE)
		return addr_equal(&w->from, &h->from);
	return w->any == NULL || heard_is_in(w->any, w->any_count, &h->from);
}

static const struct heard *heard_better(const struct heard *first,
					const struct heard *h)
{
	if (h == NULL || (first != NULL &&
			  (first->speaks[0] != '\0' || h->speaks[0] == '\0')))
		return first;
	return h;
}

/* Of one sender: there may be many such specs. */
static const struct heard *heard_first_of(const struct heard_want *w,
					  enum transport transport)
{
	const struct heard *first = NULL;

	for (size_t i = 0; i < w->ports->count; i++)
		for (uint32_t port = w->ports->ranges[i].first;
		     port <= w->ports->ranges[i].last; port++)
			first = heard_better(
			    first, heard_find(w->list, &w->from, transport,
					      (uint16_t)port));
	return first;
}

const struct heard *heard_first(const struct heard_want *w,
				enum transport transport)
{
	const struct heard *first = NULL;

	if (w->from.family != ADDR_NONE)
		return heard_first_of(w, transport);
	for (size_t i = 0; i < w->list->count; i++)
		if (heard_is_wanted(w, transport, &w->list->items[i]))
			first = heard_better(first, &w->list->items[i]);
	return first;
}

void heard_free(struct heard_list *l)
{
	free(l->items);
	free(l->slots);
	free(l->ports);
	memset(l, 0, sizeof *l);
}
