/*
 * plan_senders.c - paths that the far end opens: who may send, for what this
 * host's own rules say of them.
 */
#include "profiles/plan/plan_internal.h"
#include "profiles/read/reader.h"

#include <string.h>

/* More senders than this are like those before them. */
enum { PLAN_SENDERS_MAX = 256 };

/* The addresses of a role of the inventory. */
static const char *const *plan_senders_role(const struct plan_work *w,
					    const char *name)
{
	const struct inventory *inv = w->request->inventory;

	for (size_t i = 0; inv != NULL && i < inv->role_count; i++)
		if (strcmp(inv->roles[i].name, name) == 0)
			return inv->roles[i].addresses;
	return NULL;
}

static void plan_senders_add(const struct plan_work *w, struct addr *list,
			     size_t *count, const char *address)
{
	enum family_want want = w->request->family;
	struct addr a;

	if (*count == PLAN_SENDERS_MAX || address == NULL ||
	    !addr_parse(&a, address) ||
	    (a.family == ADDR_V4 && want == FAMILY_V6) ||
	    (a.family == ADDR_V6 && want == FAMILY_V4))
		return;
	for (size_t i = 0; i < *count; i++)
		if (addr_equal(&list[i], &a))
			return;
	list[(*count)++] = a;
}

const struct spec_senders *plan_senders_of(struct plan_work *w,
					   const struct plan_row *row)
{
	struct arena *a = &w->plan->arena;
	struct spec_senders *out = arena_calloc(a, 1, sizeof *out);
	struct addr *list = arena_calloc(a, PLAN_SENDERS_MAX, sizeof *list);
	const char *const *from = row->q->from_list;

	for (size_t i = 0; i < w->plan->device_count; i++)
		if (plan_inbound_is_sender(row, &w->plan->devices[i]))
			plan_senders_add(w, list, &out->count,
					 w->plan->devices[i].address);
	for (size_t i = 0; from[i] != NULL; i++) {
		const char *const *of = plan_senders_role(w, from[i]);

		for (; of != NULL && *of != NULL; of++)
			plan_senders_add(w, list, &out->count, *of);
	}
	out->addresses = list;
	return out;
}

const char *plan_senders_reason(struct plan_work *w, const char *reason)
{
	return w->request->inbound_note == NULL
		   ? reason
		   : arena_printf(&w->plan->arena, "%s; %s", reason,
				  w->request->inbound_note);
}
