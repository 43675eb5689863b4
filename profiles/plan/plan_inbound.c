/*
 * plan_inbound.c - paths that the far end opens: who may send, for what this
 * host's own rules say of them.
 */
#include "profiles/plan/plan_internal.h"
#include "profiles/read/reader.h"

#include <string.h>

/* More senders than this are like those before them. */
enum { INBOUND_SENDERS_MAX = 256 };

/* Is the device one of those that the row's `from` names? */
static bool plan_inbound_sends(const struct plan_device *d,
			       const char *const *from)
{
	static const char prefix[] = "device:";

	for (size_t i = 0; from[i] != NULL; i++) {
		bool typed = strncmp(from[i], prefix, sizeof prefix - 1) == 0;
		const char *const types[] = {
		    typed ? from[i] + sizeof prefix - 1 : from[i], NULL};

		if (plan_devices_is(d, types))
			return true;
	}
	return false;
}

/* The addresses of a role of the inventory. */
static const char *const *plan_inbound_role(const struct plan_work *w,
					    const char *name)
{
	const struct inventory *inv = w->request->inventory;

	for (size_t i = 0; inv != NULL && i < inv->role_count; i++)
		if (strcmp(inv->roles[i].name, name) == 0)
			return inv->roles[i].addresses;
	return NULL;
}

static void plan_inbound_add(const struct plan_work *w, struct addr *list,
			     size_t *count, const char *address)
{
	enum family_want want = w->request->family;
	struct addr a;

	if (*count == INBOUND_SENDERS_MAX || address == NULL ||
	    !addr_parse(&a, address) ||
	    (a.family == ADDR_V4 && want == FAMILY_V6) ||
	    (a.family == ADDR_V6 && want == FAMILY_V4))
		return;
	for (size_t i = 0; i < *count; i++)
		if (addr_equal(&list[i], &a))
			return;
	list[(*count)++] = a;
}

const struct spec_senders *plan_inbound_senders(struct plan_work *w,
						const struct plan_row *row)
{
	struct arena *a = &w->plan->arena;
	struct spec_senders *out = arena_calloc(a, 1, sizeof *out);
	struct addr *list = arena_calloc(a, INBOUND_SENDERS_MAX, sizeof *list);
	const char *const *from = row->q->from_list;

	for (size_t i = 0; i < w->plan->device_count; i++)
		if (plan_inbound_sends(&w->plan->devices[i], from))
			plan_inbound_add(w, list, &out->count,
					 w->plan->devices[i].address);
	for (size_t i = 0; from[i] != NULL; i++) {
		const char *const *of = plan_inbound_role(w, from[i]);

		for (; of != NULL && *of != NULL; of++)
			plan_inbound_add(w, list, &out->count, *of);
	}
	out->addresses = list;
	return out;
}

const char *plan_inbound_reason(struct plan_work *w)
{
	static const char reason[] =
	    "inbound: only a test from the far end can prove it";

	return w->request->inbound_note == NULL
		   ? reason
		   : arena_printf(&w->plan->arena, "%s; %s", reason,
				  w->request->inbound_note);
}
