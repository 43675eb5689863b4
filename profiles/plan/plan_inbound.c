/*
 * plan_inbound.c - paths that the far end opens: who is waited for, on which
 * ports, and what to look at where nobody was heard.
 */
#include "core/base/heard.h"
#include "core/engine/check.h"
#include "listen/recogniser.h"
#include "profiles/plan/plan_internal.h"
#include "profiles/read/reader.h"

#include <stdlib.h>
#include <string.h>

bool plan_inbound_has_ports(const struct requirement *q)
{
	return q->ports.list.count > 0 &&
	       ports_total(&q->ports.list) <= PLAN_INBOUND_PORTS;
}

bool plan_inbound_is_sender(const struct plan_row *row,
			    const struct plan_device *d)
{
	static const char prefix[] = "device:";

	for (size_t i = 0; row->q->from_list[i] != NULL; i++) {
		const char *from = row->q->from_list[i];
		bool typed = strncmp(from, prefix, sizeof prefix - 1) == 0;
		const char *const types[] = {
		    typed ? from + sizeof prefix - 1 : from, NULL};

		if (plan_devices_is(d, types))
			return true;
	}
	return false;
}

/* The role's addresses in the inventory that are numeric. */
static bool plan_inbound_has_role(const struct plan_work *w,
				  const struct plan_row *row)
{
	const struct inventory *inv = w->request->inventory;
	struct addr unused;

	for (size_t i = 0; inv != NULL && i < inv->role_count; i++) {
		const struct inventory_role *role = &inv->roles[i];

		if (!reader_has(row->q->from_list, role->name))
			continue;
		for (size_t k = 0; role->addresses[k] != NULL; k++)
			if (addr_parse(&unused, role->addresses[k]))
				return true;
	}
	return false;
}

/* Senders of the inventory by their address: of networks, or named ones. */
static size_t plan_inbound_senders(const struct plan_work *w,
				   const struct plan_row *row, bool swept,
				   struct addr *out)
{
	size_t count = 0;

	for (size_t i = 0; i < w->plan->device_count; i++) {
		const struct plan_device *d = &w->plan->devices[i];
		struct addr address;

		if (d->swept != swept || !plan_inbound_is_sender(row, d) ||
		    !addr_parse(&address, d->address))
			continue;
		if (out != NULL)
			out[count] = address;
		count++;
	}
	return count;
}

static bool plan_inbound_knows_none(const struct plan_work *w,
				    const struct plan_row *row)
{
	return plan_inbound_senders(w, row, false, NULL) == 0 &&
	       plan_inbound_senders(w, row, true, NULL) == 0 &&
	       !plan_inbound_has_role(w, row);
}

bool plan_inbound_has_others(const struct plan_work *w,
			     const struct plan_row *row)
{
	return plan_inbound_knows_none(w, row) ||
	       plan_inbound_senders(w, row, true, NULL) > 0;
}

/* "10.2.0.10", "the devices", "the client". */
static const char *plan_inbound_sender(struct arena *a,
				       const struct plan_row *row,
				       const struct spec *s, bool *device)
{
	*device = strncmp(row->q->from_list[0], "device:", 7) == 0;
	if (s->host != NULL)
		return s->host;
	return *device ? "the devices"
		       : arena_printf(a, "the %s", row->q->from_list[0]);
}

static const char *plan_inbound_reason(struct arena *a,
				       const struct plan_row *row,
				       const struct spec *s)
{
	const struct requirement_ports *ports = &row->planned->ports;
	const struct recogniser *usual =
	    recogniser_for(s->transport, ports->list.ranges[0].first);
	bool device;
	const char *sender = plan_inbound_sender(a, row, s, &device), *reason;
	char *list;

	if (s->host != NULL && s->literal.family == ADDR_NONE)
		return arena_printf(a,
				    "not heard: give the address of %s in the "
				    "inventory, packets have no name",
				    s->host);
	list = requirement_ports_text(ports);
	reason = arena_printf(
	    a, "not heard: allow %s/%s from %s to this host; at %s see %s",
	    list, transport_name(s->transport), sender,
	    device ? "the device" : "its end",
	    usual != NULL ? usual->setting
			  : "where it sends to, and that it sends now");
	free(list);
	return reason;
}

void plan_inbound_fill(struct plan_work *w, const struct plan_row *row,
		       struct spec *s)
{
	struct arena *a = &w->plan->arena;
	struct heard_want *want = arena_calloc(a, 1, sizeof *want);
	size_t swept = plan_inbound_senders(w, row, true, NULL);

	want->list = w->request->heard;
	want->ports = &row->planned->ports.list;
	want->from = s->literal;
	if (s->host != NULL || !plan_inbound_knows_none(w, row)) {
		struct addr *any = arena_calloc(a, swept + 1, sizeof *any);

		want->any = any;
		if (s->host == NULL)
			want->any_count =
			    plan_inbound_senders(w, row, true, any);
		heard_sort(any, want->any_count);
	}
	s->inbound = want;
	s->untested = WHY_NEEDS_SECOND_END;
	s->untested_reason =
	    plan_senders_reason(w, plan_inbound_reason(a, row, s));
	s->proof = PROOF_PATH;
}
