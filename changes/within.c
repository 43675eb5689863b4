/* within.c - a result's path against requirement, inventory and devices. */
#include "changes/within.h"

#include "core/base/text.h"
#include "profiles/plan/plan.h"

#include <string.h>

/* The requirement in this plan; NULL: its scenario or role is not on. */
static const struct plan_requirement *within_planned(
    const struct plan *plan, const struct requirement *q)
{
	for (size_t i = 0; i < plan->requirement_count; i++)
		if (plan->requirements[i].requirement == q)
			return &plan->requirements[i];
	return NULL;
}

const struct port_list *within_ports(const struct plan *plan,
				     const struct requirement *q)
{
	const struct plan_requirement *planned = within_planned(plan, q);

	return planned != NULL && planned->ports.list.count > 0
		   ? &planned->ports.list
		   : &q->ports.list;
}

static bool within_has_port(const struct port_list *list, uint16_t port)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->ranges[i].first <= port &&
		    port <= list->ranges[i].last)
			return true;
	return false;
}

static bool within_has_transport(enum transports list, enum transport one)
{
	enum transport each[2];
	size_t count = transports_each(list, each);

	for (size_t i = 0; i < count; i++)
		if (each[i] == one)
			return true;
	return false;
}

/* A port of the inventory's device, or of a service of a variable. */
static bool within_is_planned_port(const struct plan *plan,
				   const struct requirement *q,
				   const struct report_path *p)
{
	const struct plan_requirement *planned = within_planned(plan, q);

	for (size_t i = 0; planned != NULL && i < planned->count; i++) {
		const struct spec *s = &plan->specs[planned->first + i];
		const char *name = p->device != NULL ? s->device : s->host;
		const char *wanted = p->device != NULL ? p->device : p->name;

		if (s->port == p->port && s->transport == p->transport &&
		    name != NULL && wanted != NULL && strcmp(name, wanted) == 0)
			return true;
	}
	return false;
}

/* Where the profile lists no ports (a variable does), the report's own list is
 * all there is. */
static bool within_fits_port(const struct plan *plan,
			     const struct requirement *q,
			     const struct report_requirement *row,
			     const struct report_path *p)
{
	const struct port_list *list = within_ports(plan, q);

	return p->port == 0 || within_is_planned_port(plan, q, p) ||
	       (within_has_port(list->count > 0 ? list : &row->ports,
				p->port) &&
		(row->ports.count == 0 ||
		 within_has_port(&row->ports, p->port)));
}

/* False: both are addresses, and they differ. */
static bool within_may_be(const char *text, const struct addr *address)
{
	struct addr a;

	if (text == NULL || address->family == ADDR_NONE ||
	    !addr_parse(&a, text))
		return true;
	a.port = address->port;
	a.scope = address->scope;
	return addr_equal(&a, address);
}

/* A device is where the inventory has it, else where the report has it. */
static bool within_fits_device(const struct plan *plan, const struct report *r,
			       const struct report_path *p)
{
	for (size_t i = 0; i < plan->device_count; i++)
		if (strcmp(plan->devices[i].name, p->device) == 0)
			return within_may_be(plan->devices[i].address,
					     &p->address);
	for (size_t i = 0; i < r->device_count; i++)
		if (r->devices[i].name != NULL &&
		    strcmp(r->devices[i].name, p->device) == 0)
			return within_may_be(r->devices[i].address,
					     &p->address);
	return false;
}

/* One of the profile's hosts, where all of them are known; a host that is found
 * at run time has another name. */
static bool within_fits_host(const struct plan *plan,
			     const struct requirement *q,
			     const struct report_path *p)
{
	const struct plan_requirement *planned = within_planned(plan, q);
	const char *const *hosts = planned != NULL && planned->hosts != NULL
				       ? planned->hosts
				       : q->hosts;

	if (!within_may_be(p->name, &p->address))
		return false;
	if (q->to_kind != TO_INTERNET || q->derive != NULL || hosts == NULL ||
	    hosts[0] == NULL)
		return true;
	for (size_t i = 0; q->hosts[i] != NULL; i++)
		if (strstr(q->hosts[i], "${") != NULL)
			return true;
	for (; *hosts != NULL; hosts++)
		if (text_casecmp(*hosts, p->name) == 0)
			return true;
	return false;
}

const char *within(const struct plan *plan, const struct requirement *q,
		   const struct report *r, const struct report_requirement *row,
		   const struct report_path *p)
{
	if (!within_has_transport(q->transports, p->transport) ||
	    !within_has_transport(row->transports, p->transport))
		return "transport";
	if (!within_fits_port(plan, q, row, p))
		return "port";
	if (p->device != NULL)
		return within_fits_device(plan, r, p) ? NULL : "device";
	return p->name == NULL || within_fits_host(plan, q, p) ? NULL : "host";
}
