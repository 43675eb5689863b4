/*
 * expand.c - one requirement against its targets: rows to specs.
 *
 * The same walk over the targets counts (before anything is allocated) and
 * then makes the specs.
 */
#include "core/engine/check.h"
#include "profiles/plan/plan_internal.h"
#include "profiles/read/reader.h"
#include "profiles/plan/target.h"

#include <string.h>

/* One place that a row is tested at. */
struct expand_target {
	const char *host;  /* NULL: see system, derive_from, local rows */
	const char *label; /* HOST of the id */
	struct addr literal;
	size_t device;       /* into plan->devices, or SIZE_MAX */
	uint16_t port;       /* 0: the row's ports */
	enum transport only; /* services: this transport; else LOCAL */
	const char *derive_from;
	bool system;
	const char *missing; /* not to be probed: what to set */
};

typedef void expand_visit(struct plan_work *w, struct plan_row *row,
			  const struct expand_target *t);

static struct expand_target expand_target_of(const char *host)
{
	struct expand_target t = {
	    .host = host, .label = host, .device = SIZE_MAX};

	if (!addr_parse(&t.literal, host))
		memset(&t.literal, 0, sizeof t.literal);
	return t;
}

static void expand_each_host(struct plan_work *w, struct plan_row *row,
			     expand_visit *visit)
{
	struct arena *a = &w->plan->arena;
	const char *const *hosts = row->q->hosts;

	for (size_t i = 0; hosts[i] != NULL; i++) {
		const struct variable *missing = NULL;
		const char *host =
		    variable_expand(a, &row->part->values, hosts[i], &missing);
		struct expand_target t;
		bool known = false;

		if (host == NULL) {
			t = expand_target_of(hosts[i]);
			t.missing = variable_reason(a, missing);
			visit(w, row, &t);
			continue;
		}
		/* Two names may have become the same one. */
		for (size_t k = 0; k < i && !known; k++) {
			const char *before = variable_expand(
			    a, &row->part->values, hosts[k], &missing);
			known = before != NULL && strcmp(before, host) == 0;
		}
		if (known)
			continue;
		t = expand_target_of(host);
		t.system = strcmp(host, profile_system_resolver) == 0;
		if (t.system)
			t.host = NULL;
		visit(w, row, &t);
	}
}

static const struct requirement *expand_by_id(const struct profile *p,
					      const char *id)
{
	for (size_t i = 0; i < p->requirement_count; i++) {
		if (strcmp(p->requirements[i].id, id) == 0)
			return &p->requirements[i];
	}
	return NULL;
}

const char *expand_derive_from(struct plan_work *w, const struct plan_row *row,
			       const struct variable **missing)
{
	const struct requirement *other =
	    expand_by_id(row->part->profile, row->q->derive_id);

	return variable_expand(&w->plan->arena, &row->part->values,
			       other->hosts[0], missing);
}

static void expand_each_derived(struct plan_work *w, struct plan_row *row,
				expand_visit *visit)
{
	const struct variable *missing;
	struct expand_target t = {.device = SIZE_MAX};

	t.derive_from = expand_derive_from(w, row, &missing);
	t.label = arena_printf(&w->plan->arena, "%s(%s)", row->q->derive,
			       t.derive_from);
	visit(w, row, &t);
}

static void expand_visit_device(struct plan_work *w, struct plan_row *row,
				expand_visit *visit, size_t device)
{
	const struct plan_device *d = &w->plan->devices[device];
	struct expand_target t = expand_target_of(d->address);

	t.label = d->name;
	t.device = device;
	t.port = plan_devices_port(d, row->q->check);
	if (t.port == 0 && row->no_ports != NULL)
		t.missing = variable_reason(&w->plan->arena, row->no_ports);
	visit(w, row, &t);
}

static void expand_each_device(struct plan_work *w, struct plan_row *row,
			       expand_visit *visit)
{
	for (size_t i = 0; i < w->plan->device_count; i++) {
		if (plan_devices_is(&w->plan->devices[i], row->q->device_types))
			expand_visit_device(w, row, visit, i);
	}
}

static const struct inventory_role *expand_role(const struct plan_work *w,
						const char *name)
{
	const struct inventory *inv = w->request->inventory;

	for (size_t i = 0; inv != NULL && i < inv->role_count; i++) {
		if (strcmp(inv->roles[i].name, name) == 0)
			return &inv->roles[i];
	}
	return NULL;
}

/* True where a device of this type has the address. */
static bool expand_is_known(const struct plan_work *w, const char *address,
			    const char *type)
{
	for (size_t i = 0; i < w->plan->device_count; i++) {
		const struct plan_device *d = &w->plan->devices[i];

		if (strcmp(d->address, address) == 0 &&
		    reader_has(d->types, type))
			return true;
	}
	return false;
}

/* Roles and types share one name space: devices of that type count, too. */
static void expand_each_role(struct plan_work *w, struct plan_row *row,
			     expand_visit *visit)
{
	const char *const type[] = {row->q->to_role, NULL};
	const struct inventory_role *role = expand_role(w, row->q->to_role);

	for (size_t i = 0; i < w->plan->device_count; i++) {
		const struct plan_device *d = &w->plan->devices[i];

		if (reader_has(d->types, type[0]))
			expand_visit_device(w, row, visit, i);
	}
	for (size_t i = 0; role != NULL && role->addresses[i] != NULL; i++) {
		struct expand_target t = expand_target_of(role->addresses[i]);

		if (row->no_ports != NULL)
			t.missing =
			    variable_reason(&w->plan->arena, row->no_ports);
		if (!expand_is_known(w, t.host, type[0]))
			visit(w, row, &t);
	}
}

const char *expand_services_text(const struct plan_row *row,
				 const struct variable **missing)
{
	const struct profile *p = row->part->profile;
	const struct variable *v = profile_variable(p, row->q->services);

	*missing = v;
	return row->part->values.values[v - p->variables];
}

static void expand_each_service(struct plan_work *w, struct plan_row *row,
				expand_visit *visit)
{
	struct arena *a = &w->plan->arena;
	const struct variable *unused_missing;
	const char *at = expand_services_text(row, &unused_missing);

	for (;; at++) {
		size_t length = strcspn(at, ",");
		struct target_service service;
		struct expand_target t;
		struct error unused;

		/* The value has passed variable_validate(). */
		if (target_service(arena_strndup(a, at, length), &service,
				   &unused) == 0) {
			t = expand_target_of(arena_strdup(a, service.host));
			t.port = service.port;
			t.only = service.transport;
			for (size_t i = 0; i < w->plan->device_count; i++) {
				if (strcmp(w->plan->devices[i].address,
					   t.host) == 0)
					t.device = i;
			}
			if (t.device != SIZE_MAX)
				t.label = w->plan->devices[t.device].name;
			visit(w, row, &t);
		}
		at += length;
		if (*at == '\0')
			return;
	}
}

/* Each sender by itself, and then the others. */
static void expand_each_sender(struct plan_work *w, struct plan_row *row,
			       expand_visit *visit)
{
	struct expand_target others = {.label = "others", .device = SIZE_MAX};

	for (size_t i = 0; i < w->plan->device_count; i++) {
		const struct plan_device *d = &w->plan->devices[i];
		struct expand_target t = expand_target_of(d->address);

		if (d->swept || !plan_inbound_is_sender(row, d))
			continue;
		t.label = d->name;
		t.device = i;
		visit(w, row, &t);
	}
	for (size_t k = 0; row->q->from_list[k] != NULL; k++) {
		const char *from = row->q->from_list[k];
		const struct inventory_role *role = expand_role(w, from);

		for (size_t i = 0; role != NULL && role->addresses[i] != NULL;
		     i++) {
			struct expand_target t =
			    expand_target_of(role->addresses[i]);

			if (!expand_is_known(w, t.host, from))
				visit(w, row, &t);
		}
	}
	if (plan_inbound_has_others(w, row))
		visit(w, row, &others);
}

static void expand_each(struct plan_work *w, struct plan_row *row,
			expand_visit *visit)
{
	struct expand_target here = {.label = "local", .device = SIZE_MAX};

	if (row->senders != NULL && !row->inbound) {
		visit(w, row, &here);
		return;
	}
	if (row->planned->untested != WHY_NONE || row->planned->not_needed)
		return;
	if (row->local)
		visit(w, row, &here);
	else if (row->inbound)
		expand_each_sender(w, row, visit);
	else if (row->q->services != NULL)
		expand_each_service(w, row, visit);
	else if (row->q->derive != NULL)
		expand_each_derived(w, row, visit);
	else if (row->q->to_kind == TO_INTERNET || row->q->once)
		expand_each_host(w, row, visit);
	else if (row->q->to_kind == TO_DEVICE)
		expand_each_device(w, row, visit);
	else if (row->q->to_kind == TO_ROLE)
		expand_each_role(w, row, visit);
}

/* The families of this row in this run; false: none is left. */
static bool expand_family(const struct plan_work *w, const struct plan_row *row,
			  enum family_want *want)
{
	bool only_v4 =
	    row->q->family != NULL && strcmp(row->q->family, "v4") == 0;

	*want = only_v4 ? FAMILY_V4 : w->request->family;
	return !only_v4 || w->request->family != FAMILY_V6;
}

/* -4, -6 and `family` leave literal addresses of the other family out. */
static bool expand_is_wanted(const struct plan_work *w,
			     const struct plan_row *row,
			     const struct expand_target *t)
{
	enum family_want want;

	if (!expand_family(w, row, &want))
		return false;
	if (t->literal.family == ADDR_V4)
		return want != FAMILY_V6;
	if (t->literal.family == ADDR_V6)
		return want != FAMILY_V4;
	return true;
}

static bool expand_speaks(const struct expand_target *t,
			  enum transport transport)
{
	return t->only == TRANSPORT_LOCAL || t->only == transport;
}

static void expand_visit_count(struct plan_work *w, struct plan_row *row,
			       const struct expand_target *t)
{
	uint64_t ports = 1;

	if (!expand_is_wanted(w, row, t))
		return;
	if (t->port == 0 && row->ports != NULL)
		ports = ports_total(row->ports);
	for (size_t i = 0; i < row->transport_count; i++) {
		if (expand_speaks(t, row->transports[i]))
			w->total += ports;
	}
}

static const char *expand_id(struct arena *a, const struct plan_row *row,
			     const struct expand_target *t,
			     enum transport transport, uint16_t port)
{
	const char *id = row->planned->id;
	const char *word = transport_name(transport);
	bool bracket = strchr(t->label, ':') != NULL;
	const char *open = bracket ? "[" : "", *close = bracket ? "]" : "";

	if (port == 0 && transport == TRANSPORT_LOCAL)
		return arena_printf(a, "%s/%s", id, t->label);
	if (transport == TRANSPORT_LOCAL)
		return arena_printf(a, "%s/%s:%u", id, t->label, port);
	if (port == 0)
		return arena_printf(a, "%s/%s%s%s:%s", id, open, t->label,
				    close, word);
	return arena_printf(a, "%s/%s%s%s:%s/%u", id, open, t->label, close,
			    word, port);
}

static bool expand_via_proxy(const struct plan_work *w,
			     const struct plan_row *row,
			     const struct expand_target *t)
{
	const struct proxy_settings *proxy = w->request->proxy;
	const char *host = t->host == NULL ? t->derive_from : t->host;

	if (proxy == NULL || row->q->to_kind != TO_INTERNET || host == NULL ||
	    row->q->check_table->proxy == PROXY_NEVER)
		return false;
	/* What is about the proxy itself goes there in any case. */
	if (strcmp(row->q->scenario, "proxy") == 0)
		return true;
	return !no_proxy_has(proxy->no_proxy, host, &t->literal);
}

static void expand_emit(struct plan_work *w, const struct plan_row *row,
			const struct expand_target *t, size_t variant,
			uint16_t port)
{
	const struct requirement *q = row->q;
	const struct plan_device *d =
	    t->device == SIZE_MAX ? NULL : &w->plan->devices[t->device];
	struct spec *s;

	if (w->spec_count == w->total)
		return;
	s = &w->specs[w->spec_count++];
	s->transport = row->transports[variant];
	s->id = expand_id(&w->plan->arena, row, t, s->transport, port);
	s->requirement = q;
	s->check = q->check_table;
	s->params = row->params[variant];
	s->host = t->host;
	s->literal = t->literal;
	s->port = port;
	expand_family(w, row, &s->family);
	s->via_proxy = expand_via_proxy(w, row, t);
	s->system_server = t->system;
	s->device = d == NULL ? NULL : d->name;
	s->device_index = t->device;
	s->swept = d != NULL && d->swept;
	s->proof = q->proof;
	if (t->derive_from != NULL) {
		s->derive = q->derive;
		s->derive_from = t->derive_from;
		s->derive_suffix = q->derive_suffix;
	}
	s->senders = row->senders;
	if (row->senders != NULL && !row->inbound) {
		s->untested = row->planned->untested;
		s->untested_reason = row->planned->reason;
	} else if (q->untested_why != WHY_NONE) {
		s->untested = q->untested_why;
		s->untested_reason = q->untested_reason;
	} else if (t->missing != NULL) {
		s->untested = WHY_NEEDS_INPUT;
		s->untested_reason = t->missing;
	} else if (q->silent_why != WHY_NONE) {
		s->silent = q->silent_why;
		s->untested_reason = q->untested_reason;
	}
	if (row->inbound)
		plan_inbound_fill(w, row, s);
	else if (d != NULL)
		plan_credentials_give(w, d->entry, q, s);
}

static void expand_visit_emit(struct plan_work *w, struct plan_row *row,
			      const struct expand_target *t)
{
	if (!expand_is_wanted(w, row, t))
		return;
	for (size_t v = 0; v < row->transport_count; v++) {
		if (!expand_speaks(t, row->transports[v]))
			continue;
		if (t->port != 0 || row->ports == NULL) {
			expand_emit(w, row, t, v, t->port);
			continue;
		}
		for (size_t i = 0; i < row->ports->count; i++) {
			uint32_t port = row->ports->ranges[i].first;

			for (; port <= row->ports->ranges[i].last; port++)
				expand_emit(w, row, t, v, (uint16_t)port);
		}
	}
}

void expand_count(struct plan_work *w)
{
	for (size_t i = 0; i < w->row_count; i++)
		expand_each(w, &w->rows[i], expand_visit_count);
}

void expand_specs(struct plan_work *w)
{
	w->specs = arena_calloc(&w->plan->arena, (size_t)w->total + 1,
				sizeof *w->specs);
	for (size_t i = 0; i < w->row_count; i++) {
		struct plan_requirement *planned = w->rows[i].planned;

		planned->first = w->spec_count;
		expand_each(w, &w->rows[i], expand_visit_emit);
		planned->count = w->spec_count - planned->first;
		if (planned->count > 0 || planned->not_needed ||
		    planned->untested != WHY_NONE)
			continue;
		planned->not_needed = true;
		planned->reason = w->rows[i].q->services != NULL
				      ? "no service with this transport is "
					"listed"
				      : "no address in the requested family";
	}
}
