/*
 * plan_requirement.c - one requirement in this run: what its specs will share,
 * or why there is nothing to probe.
 */
#include "core/base/buf.h"
#include "core/engine/check.h"
#include "core/engine/params.h"
#include "profiles/plan/plan_internal.h"
#include "profiles/read/reader.h"
#include "profiles/plan/check_params.h"
#include "profiles/plan/target.h"
#include "core/base/text.h"

#include <string.h>

static void plan_requirement_untested(struct plan_row *row, enum why why,
				      const char *reason)
{
	row->planned->untested = why;
	row->planned->reason = reason;
}

static void plan_requirement_missing(struct plan_work *w, struct plan_row *row,
				     const struct variable *missing)
{
	plan_requirement_untested(row, WHY_NEEDS_INPUT,
				  variable_reason(&w->plan->arena, missing));
}

/* An error that a value of this run brought: the requirement names the place.
 */
static void plan_requirement_fail(struct plan_work *w,
				  const struct plan_row *row, struct error *err)
{
	text_copy(err->file, sizeof err->file, row->part->profile->file);
	err->line = row->q->line;
	err->column = row->q->column;
	plan_fail(w, err);
}

/* True where a device of this row brings a port of its own. */
static bool plan_requirement_has_port(const struct plan_work *w,
				      const struct plan_row *row)
{
	const struct requirement *q = row->q;
	const char *const role[] = {q->to_role, NULL};
	const char *const *types = q->to_role != NULL ? role : q->device_types;

	for (size_t i = 0; i < w->plan->device_count; i++) {
		const struct plan_device *d = &w->plan->devices[i];

		if (plan_devices_is(d, types) &&
		    plan_devices_port(d, q->check) != 0)
			return true;
	}
	return false;
}

/* Ports of a text that may hold variables; false: nothing to probe. */
static bool plan_requirement_ports(struct plan_work *w, struct plan_row *row,
				   const char *text)
{
	struct arena *a = &w->plan->arena;
	const struct variable *missing = NULL;
	const char *ports;
	struct error err;

	if (text == NULL)
		return true;
	ports = variable_expand(a, &row->part->values, text, &missing);
	if (ports == NULL && plan_requirement_has_port(w, row)) {
		row->ports = NULL;
		row->no_ports = missing;
		return true;
	}
	if (ports == NULL) {
		plan_requirement_missing(w, row, missing);
		return false;
	}
	row->ports = ports_parse(a, ports, &err);
	if (row->ports == NULL) {
		plan_requirement_fail(w, row, &err);
		return false;
	}
	if (text == row->q->ports_written)
		row->planned->ports =
		    (struct requirement_ports){.list = *row->ports};
	return true;
}

/* The hosts of this run for the report; false: they are not known yet. */
static bool plan_requirement_hosts(struct plan_work *w, struct plan_row *row)
{
	struct arena *a = &w->plan->arena;
	const char *const *hosts = row->q->hosts;
	const char **list =
	    arena_calloc(a, reader_count(hosts) + 1, sizeof *list);
	const struct variable *missing = NULL;
	size_t count = 0;
	struct addr literal;
	struct error err;

	row->planned->hosts = list;
	for (; *hosts != NULL; hosts++) {
		const char *host =
		    variable_expand(a, &row->part->values, *hosts, &missing);
		if (host == NULL)
			continue;
		if (variable_is_in(*hosts) &&
		    target_host(host, &literal, &err) == -1) {
			plan_requirement_fail(w, row, &err);
			return false;
		}
		list[count++] = host;
	}
	if (count > 0 || missing == NULL || row->planned->untested != WHY_NONE)
		return true;
	plan_requirement_missing(w, row, missing);
	return false;
}

/* Nothing will be sent: the defaults will do, complete or not. */
static const void *plan_requirement_no_params(struct plan_work *w,
					      const struct plan_row *row)
{
	return params_new(&w->plan->arena, row->q->check_table);
}

static bool plan_requirement_params(struct plan_work *w, struct plan_row *row)
{
	const struct requirement *q = row->q;

	row->transport_count = transports_each(q->transports, row->transports);
	for (size_t i = 0; i < row->transport_count; i++) {
		const struct variable *missing = NULL;
		struct error err;

		row->params[i] = q->untested_why != WHY_NONE || row->inbound
				     ? plan_requirement_no_params(w, row)
				     : check_params_build(&w->plan->arena, q,
							  row->transports[i],
							  &row->part->values,
							  &missing, &err);
		if (row->params[i] != NULL)
			continue;
		if (missing != NULL)
			plan_requirement_missing(w, row, missing);
		else
			plan_fail(w, &err);
		return false;
	}
	return true;
}

/* "snmp or windows". */
static const char *plan_requirement_types(struct arena *a,
					  const char *const *types)
{
	const char *text = types[0];

	for (size_t i = 1; types[i] != NULL; i++)
		text = arena_printf(a, "%s or %s", text, types[i]);
	return text;
}

static void plan_requirement_devices(struct plan_work *w, struct plan_row *row)
{
	struct arena *a = &w->plan->arena;
	const char *const *types = row->q->device_types;
	size_t devices = 0, untyped = 0;

	for (size_t i = 0; i < w->plan->device_count; i++) {
		if (plan_devices_is(&w->plan->devices[i], types))
			return;
		devices += !w->plan->devices[i].by_role;
		untyped += w->plan->devices[i].types[0] == NULL;
	}
	if (devices == 0) {
		plan_requirement_untested(
		    row, WHY_NEEDS_INPUT,
		    arena_printf(a,
				 "give devices: --inventory FILE or "
				 "--target %s=ADDRESS",
				 types[0]));
		return;
	}
	row->planned->not_needed = true;
	row->planned->reason = arena_printf(a, "no %s device in the inventory",
					    plan_requirement_types(a, types));
	if (untyped > 0)
		row->planned->reason =
		    arena_printf(a, "%s (%zu without a type)",
				 row->planned->reason, untyped);
}

static void plan_requirement_role(struct plan_work *w, struct plan_row *row)
{
	const struct inventory *inv = w->request->inventory;
	const char *role = row->q->to_role;

	for (size_t i = 0; inv != NULL && i < inv->role_count; i++) {
		if (strcmp(inv->roles[i].name, role) == 0 &&
		    inv->roles[i].addresses[0] != NULL)
			return;
	}
	for (size_t i = 0; i < w->plan->device_count; i++) {
		if (reader_has(w->plan->devices[i].types, role))
			return;
	}
	plan_requirement_untested(
	    row, WHY_NEEDS_INPUT,
	    arena_printf(&w->plan->arena,
			 "give its address: --target %s=ADDRESS", role));
}

static void plan_requirement_targets(struct plan_work *w, struct plan_row *row)
{
	const struct requirement *q = row->q;
	const struct variable *missing = NULL;

	if (row->local)
		return;
	if (q->services != NULL) {
		if (expand_services_text(row, &missing) == NULL)
			plan_requirement_missing(w, row, missing);
	} else if (q->derive != NULL) {
		if (expand_derive_from(w, row, &missing) == NULL)
			plan_requirement_missing(w, row, missing);
	} else if (q->to_kind == TO_DEVICE && !q->once) {
		plan_requirement_devices(w, row);
	} else if (q->to_kind == TO_ROLE) {
		plan_requirement_role(w, row);
	}
}

/*
 * A path from here to devices that nothing can prove is listed device by
 * device: the inventory may have none, and some devices may not need it.
 */
static bool plan_requirement_is_told(const struct plan_row *row)
{
	const struct requirement *q = row->q;

	return q->to_kind == TO_DEVICE && !q->once && q->services == NULL &&
	       q->check_table != NULL &&
	       reader_has(q->from_list, row->part->role);
}

/* About the machine itself: this host, or its role's way to itself. */
static bool plan_requirement_is_here(const struct plan_row *row)
{
	const struct requirement *q = row->q;

	return q->to_kind == TO_SELF ||
	       (q->to_kind == TO_ROLE &&
		strcmp(q->to_role, row->part->role) == 0);
}

/* May this host's own rules be asked about who opens it? */
static bool plan_requirement_asks(const struct plan_work *w,
				  const struct plan_row *row)
{
	const struct requirement *q = row->q;

	return w->request->asks_rules && q->check_table != NULL &&
	       q->os == NULL && q->ports_written != NULL;
}

/* Nothing is sent: it is proved by who was heard. */
static void plan_requirement_heard(struct plan_work *w, struct plan_row *row)
{
	row->inbound = true;
	if (plan_requirement_asks(w, row))
		row->senders = plan_senders_of(w, row);
}

/* Nothing is sent, nothing listens: its specs, one for each port, are for what
 * this host's own rules say. */
static void plan_requirement_inbound(struct plan_work *w, struct plan_row *row)
{
	const struct requirement *q = row->q;
	const char *reason = plan_senders_reason(
	    w, "inbound: only a test from the far end can prove it");

	plan_requirement_untested(row, WHY_NEEDS_SECOND_END, reason);
	if (!plan_requirement_asks(w, row))
		return;
	if (plan_requirement_ports(w, row, q->ports_written) &&
	    row->ports != NULL &&
	    ports_total(row->ports) <= PLAN_INBOUND_PORTS) {
		row->transport_count =
		    transports_each(q->transports, row->transports);
		for (size_t i = 0; i < row->transport_count; i++)
			row->params[i] = plan_requirement_no_params(w, row);
		row->senders = plan_senders_of(w, row);
	}
	plan_requirement_untested(row, WHY_NEEDS_SECOND_END, reason);
}

void plan_requirement_prepare(struct plan_work *w, struct plan_row *row)
{
	const struct requirement *q = row->q;

	row->planned->ports = q->ports;
	row->planned->hosts = q->hosts;
	row->local = q->check_table != NULL &&
		     q->check_table->transport == TRANSPORT_LOCAL;
	if (q->untested_why != WHY_NONE && !plan_requirement_is_told(row))
		plan_requirement_untested(row, q->untested_why,
					  q->untested_reason);
	else if (row->planned->inbound && !row->local &&
		 w->request->heard != NULL && plan_inbound_has_ports(q))
		plan_requirement_heard(w, row);
	else if (row->planned->inbound && !row->local)
		plan_requirement_inbound(w, row);
	else if (q->os != NULL && plan_requirement_is_here(row))
		plan_requirement_untested(
		    row, WHY_NEEDS_SECOND_END,
		    "about the Windows host itself, which this host stands "
		    "in for: check it there");
	if (!plan_requirement_hosts(w, row) ||
	    row->planned->untested != WHY_NONE)
		return;
	if (!plan_requirement_ports(w, row, q->ports_written) ||
	    (q->probe_ports_text != NULL &&
	     !plan_requirement_ports(w, row, q->probe_ports_text)) ||
	    !plan_requirement_params(w, row))
		return;
	if (row->inbound)
		row->ports = NULL; /* those of this host, not of a target */
	else
		plan_requirement_targets(w, row);
}
