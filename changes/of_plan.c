/* of_plan.c - the whole profile at this site: a plan's rows to paths. */
#include "changes/build.h"
#include "core/base/text.h"
#include "core/engine/check.h"
#include "profiles/read/reader.h"

#include <string.h>

struct of_plan {
	struct change_build *build;
	const struct plan *plan;
	const struct change_end *self;
	const struct change_end *proxy;
	size_t local, multicast, absent;
};

static const char *of_plan_role(const struct plan *plan,
				const struct plan_requirement *r)
{
	for (size_t i = 0; i < plan->profile_count; i++) {
		if (plan->profiles[i].profile == r->requirement->profile)
			return plan->profiles[i].role;
	}
	return "this host";
}

static struct change_path of_plan_path(const struct of_plan *o,
				       const struct plan_requirement *r)
{
	return (struct change_path){
	    .direction = r->inbound ? CHANGE_IN : CHANGE_OUT,
	    .near = o->self,
	    .off = r->requirement->level == LEVEL_FALLBACK,
	    .ports = "",
	    .need = {r->id, r->requirement}};
}

/* "a, b": the hosts of a row, NULL for none. */
static const char *of_plan_hosts(struct change_build *b,
				 const struct plan_requirement *r)
{
	const char *text = NULL;

	for (size_t i = 0; r->hosts != NULL && r->hosts[i] != NULL; i++)
		text = text == NULL ? r->hosts[i]
				    : arena_printf(b->arena, "%s, %s", text,
						   r->hosts[i]);
	return text;
}

/* The ports as the profile gives them; NULL: not known. */
static const char *of_plan_ports(struct change_build *b,
				 const struct plan_requirement *r)
{
	const struct requirement_ports *p = &r->ports;

	if (p->list.count == 0 || (p->unset != NULL && p->unset[0] != NULL))
		return NULL;
	return change_ports(b, &p->list);
}

/* Both transports of "udp+tcp"; ICMP has no ports. */
static void of_plan_add_all(const struct of_plan *o, struct change_path path,
			    const struct plan_requirement *r)
{
	const char *ports = of_plan_ports(o->build, r);
	enum transport each[2];
	size_t count = transports_each(r->requirement->transports, each);

	if (count > 0 && each[0] == TRANSPORT_ICMP) {
		path.transport = TRANSPORT_ICMP;
		change_add(o->build, &path);
		return;
	}
	if (ports == NULL)
		path.far = change_end_unknown(
		    o->build, path.far->text,
		    r->reason != NULL ? r->reason : "its port is not known");
	path.ports = ports == NULL ? "" : ports;
	for (size_t i = 0; i < count; i++) {
		path.transport = each[i];
		change_add(o->build, &path);
	}
}

static bool of_plan_device_is(const struct plan_device *d, const char *type)
{
	if (strcmp(type, device_types[0]) == 0)
		return !d->by_role;
	return reader_has(d->types, type);
}

static const struct change_end *of_plan_device(struct change_build *b,
					       const struct plan_device *d,
					       enum family_want family)
{
	if (d->swept && d->entry != NULL && d->entry->network != NULL)
		return change_end_of(b, d->entry->network, d->entry->name,
				     family);
	return change_end_of(b, d->address, d->name, family);
}

static enum family_want of_plan_family(const struct requirement *q)
{
	return q->family != NULL && strcmp(q->family, "v4") == 0 ? FAMILY_V4
								 : FAMILY_BOTH;
}

/* A path for each device of a type; false: there is no such device. */
static bool of_plan_each_device(const struct of_plan *o,
				struct change_path path,
				const struct plan_requirement *r,
				const char *type)
{
	bool any = false;

	for (size_t i = 0; i < o->plan->device_count; i++) {
		const struct plan_device *d = &o->plan->devices[i];

		if (!of_plan_device_is(d, type))
			continue;
		path.far =
		    of_plan_device(o->build, d, of_plan_family(r->requirement));
		of_plan_add_all(o, path, r);
		any = true;
	}
	return any;
}

/* The same for the addresses that the inventory has for a role. */
static bool of_plan_each_address(const struct of_plan *o,
				 struct change_path path,
				 const struct plan_requirement *r,
				 const char *role)
{
	const struct inventory *inv = o->build->context->inventory;
	bool any = of_plan_each_device(o, path, r, role);

	for (size_t i = 0; inv != NULL && i < inv->role_count; i++) {
		const struct inventory_role *known = &inv->roles[i];

		if (strcmp(known->name, role) != 0)
			continue;
		for (size_t k = 0; known->addresses[k] != NULL; k++) {
			path.far =
			    change_end_of(o->build, known->addresses[k], role,
					  of_plan_family(r->requirement));
			of_plan_add_all(o, path, r);
			any = true;
		}
	}
	return any;
}

/* "device:snmp", or a role. */
static void of_plan_party(const struct of_plan *o, struct change_path path,
			  const struct plan_requirement *r, const char *party)
{
	static const char prefix[] = "device:";
	bool device = strncmp(party, prefix, sizeof prefix - 1) == 0;
	const char *word = device ? party + sizeof prefix - 1 : party;

	if (device ? of_plan_each_device(o, path, r, word)
		   : of_plan_each_address(o, path, r, word))
		return;
	path.far = change_end_unknown(
	    o->build, word,
	    arena_printf(o->build->arena, "give %s: --target %s=ADDRESS",
			 device ? "the devices" : "its address", word));
	of_plan_add_all(o, path, r);
}

/* Devices or people come to this host. */
static void of_plan_inbound(const struct of_plan *o,
			    const struct plan_requirement *r)
{
	const struct change_path path = of_plan_path(o, r);

	for (size_t i = 0; r->requirement->from_list[i] != NULL; i++)
		of_plan_party(o, path, r, r->requirement->from_list[i]);
}

/* From elsewhere to the devices: both ends are others. */
static void of_plan_through(const struct of_plan *o,
			    const struct plan_requirement *r)
{
	const struct inventory *inv = o->build->context->inventory;
	const char *role = r->requirement->from_list[0];
	struct change_path path = of_plan_path(o, r);

	path.direction = CHANGE_THROUGH;
	path.near = NULL;
	for (size_t i = 0; inv != NULL && i < inv->role_count; i++) {
		if (strcmp(inv->roles[i].name, role) == 0 &&
		    inv->roles[i].addresses[0] != NULL)
			path.near =
			    change_end_of(o->build, inv->roles[i].addresses[0],
					  role, FAMILY_BOTH);
	}
	if (path.near == NULL)
		path.near =
		    change_end_unknown(o->build, role,
				       r->requirement->untested_reason != NULL
					   ? r->requirement->untested_reason
					   : "its address is not known");
	for (size_t i = 0; r->requirement->to_list[i] != NULL; i++)
		of_plan_party(o, path, r, r->requirement->to_list[i]);
}

/* The vendor wants all names of a domain; the hosts only sample it. */
static void of_plan_wildcard(const struct of_plan *o,
			     const struct plan_requirement *r, bool by_proxy)
{
	struct change_path path = of_plan_path(o, r);
	const struct requirement *q = r->requirement;

	if (q->wildcard == NULL || q->to_kind != TO_INTERNET)
		return;
	path.far = by_proxy
		       ? o->proxy
		       : change_end_wildcard(o->build, q->wildcard,
					     q->derive != NULL
						 ? NULL
						 : of_plan_hosts(o->build, r));
	if (by_proxy) {
		path.behind = q->wildcard;
		path.transport = TRANSPORT_TCP;
		path.ports =
		    arena_printf(o->build->arena, "%u", o->plan->proxy->port);
		change_add(o->build, &path);
		return;
	}
	of_plan_add_all(o, path, r);
}

static void of_plan_resolvers(const struct of_plan *o, struct change_path path)
{
	const struct change_context *c = o->build->context;
	char text[ADDR_TEXT];

	for (size_t i = 0; i < c->resolver_count; i++) {
		const struct addr *a = &c->resolvers[i];
		bool here =
		    a->family == ADDR_V4
			? a->bytes[0] == 127
			: addr_equal(a, &(struct addr){.family = ADDR_V6,
						       .bytes = {[15] = 1}});

		addr_text(a, text);
		path.far =
		    here ? change_end_unknown(o->build, text,
					      "this host's own DNS "
					      "forwarder: allow the servers "
					      "that it queries")
			 : change_end_addrs(o->build, text, "DNS server", a, 1);
		change_add(o->build, &path);
	}
	if (c->resolver_count > 0)
		return;
	path.far = change_end_unknown(o->build, "this host's DNS servers",
				      "no DNS server is configured");
	change_add(o->build, &path);
}

/* One target with the ports that the specs of a row name for it. */
static void of_plan_target(const struct of_plan *o,
			   const struct plan_requirement *r,
			   const struct spec *s, const char *ports)
{
	struct change_build *b = o->build;
	struct change_path path = of_plan_path(o, r);
	const char *host = s->derive != NULL ? s->derive_from : s->host;

	path.transport = s->transport;
	path.ports = ports;
	if (s->system_server) {
		of_plan_resolvers(o, path);
		return;
	}
	if (s->transport != TRANSPORT_ICMP && *ports == '\0') {
		path.far = change_end_unknown(b, host != NULL ? host : "",
					      s->untested_reason != NULL
						  ? s->untested_reason
						  : "its port is not known");
	} else if (s->via_proxy) {
		path.far = o->proxy;
		path.behind = host;
		path.ports = arena_printf(b->arena, "%u", o->plan->proxy->port);
		path.transport = TRANSPORT_TCP;
	} else if (s->device_index != SIZE_MAX) {
		path.far = of_plan_device(b, &o->plan->devices[s->device_index],
					  s->family);
	} else if (host != NULL && strchr(host, '$') != NULL) {
		path.far = change_end_unknown(b, r->requirement->to,
					      s->untested_reason);
	} else {
		path.far = change_end_of(b, host, NULL, s->family);
	}
	change_add(b, &path);
}

static bool of_plan_same_target(const struct spec *a, const struct spec *b)
{
	return a->transport == b->transport &&
	       a->device_index == b->device_index &&
	       a->system_server == b->system_server &&
	       (a->host == b->host || (a->host != NULL && b->host != NULL &&
				       strcmp(a->host, b->host) == 0));
}

/* "443,8000-8010" of the specs [first, end), which are in the order of their
 * ports. */
static const char *of_plan_spec_ports(struct change_build *b,
				      const struct spec *specs, size_t first,
				      size_t end)
{
	struct port_range *ranges =
	    arena_calloc(b->arena, end - first + 1, sizeof *ranges);
	struct port_list list = {.ranges = ranges};

	for (size_t i = first; i < end; i++) {
		uint16_t port = specs[i].port;

		if (port == 0)
			continue;
		if (list.count > 0 && ranges[list.count - 1].last + 1 == port)
			ranges[list.count - 1].last = port;
		else
			ranges[list.count++] = (struct port_range){port, port};
	}
	return change_ports(b, &list);
}

static void of_plan_specs(const struct of_plan *o,
			  const struct plan_requirement *r)
{
	const struct spec *specs = o->plan->specs;
	size_t end = r->first + r->count;
	bool by_proxy = false;

	for (size_t first = r->first, next; first < end; first = next) {
		const char *ports;

		next = first + 1;
		while (next < end &&
		       of_plan_same_target(&specs[first], &specs[next]))
			next++;
		ports = of_plan_spec_ports(o->build, specs, first, next);
		/* One port of a range is tried, all must be open. */
		if (r->requirement->probe_ports_text != NULL &&
		    of_plan_ports(o->build, r) != NULL)
			ports = of_plan_ports(o->build, r);
		of_plan_target(o, r, &specs[first], ports);
		by_proxy = by_proxy || specs[first].via_proxy;
	}
	of_plan_wildcard(o, r, by_proxy);
}

/* Nothing could be planned: the rule is written with what is missing. */
static void of_plan_untold(const struct of_plan *o,
			   const struct plan_requirement *r)
{
	struct change_path path = of_plan_path(o, r);

	path.far = change_end_unknown(
	    o->build, r->requirement->to,
	    r->reason != NULL ? r->reason : "its address is not known");
	of_plan_add_all(o, path, r);
	of_plan_wildcard(o, r, false);
}

static bool of_plan_is_local(const struct requirement *q)
{
	return q->to_kind == TO_SELF || q->transports == TRANSPORTS_LOCAL;
}

static void of_plan_add(struct of_plan *o, const struct plan_requirement *r)
{
	const struct requirement *q = r->requirement;

	if (of_plan_is_local(q))
		o->local++;
	else if (q->once)
		o->multicast++;
	else if (r->not_needed)
		o->absent++;
	else if (r->inbound)
		of_plan_inbound(o, r);
	else if (!reader_has(q->from_list, of_plan_role(o->plan, r)))
		of_plan_through(o, r);
	else if (r->count == 0)
		of_plan_untold(o, r);
	else
		of_plan_specs(o, r);
}

static const char *of_plan_profile(struct arena *a,
				   const struct report_profile *p)
{
	const char *text = arena_printf(
	    a, "%s %s%s%s%s", p->name != NULL ? p->name : "?",
	    p->version != NULL ? p->version : "", p->title != NULL ? " (" : "",
	    p->title != NULL ? p->title : "", p->title != NULL ? ")" : "");

	if (p->role != NULL)
		text = arena_printf(a, "%s, role %s", text, p->role);
	for (size_t i = 0; p->scenarios != NULL && p->scenarios[i] != NULL; i++)
		text =
		    arena_printf(a, "%s%s %s", text,
				 i == 0 ? ", scenarios" : ",", p->scenarios[i]);
	return text;
}

void changes_profiles(struct change_build *b, const struct report_profile *list,
		      size_t count)
{
	const char **texts = arena_calloc(b->arena, count + 1, sizeof *texts);

	for (size_t i = 0; i < count; i++)
		texts[i] = of_plan_profile(b->arena, &list[i]);
	b->set->profiles = texts;
	b->set->profile_count = count;
}

const struct change_end *changes_self(struct change_build *b, const char *role,
				      const struct addr *list, size_t count)
{
	if (role == NULL)
		role = "this host";
	b->set->self =
	    count > 0 ? change_end_addrs(b, role, NULL, list, count)
		      : change_end_unknown(b, role,
					   "its address is not known: give "
					   "--on-behalf-of ADDRESS");
	return b->set->self;
}

static void of_plan_self(struct of_plan *o)
{
	const struct plan *plan = o->plan;
	const struct change_context *c = o->build->context;
	struct report_profile *list = arena_calloc(
	    o->build->arena, plan->profile_count + 1, sizeof *list);

	for (size_t i = 0; i < plan->profile_count; i++) {
		const struct plan_profile *p = &plan->profiles[i];

		list[i] =
		    (struct report_profile){.name = p->profile->name,
					    .version = p->profile->version,
					    .title = p->profile->title,
					    .role = p->role,
					    .scenarios = p->scenarios};
	}
	changes_profiles(o->build, list, plan->profile_count);
	o->self =
	    changes_self(o->build, list[0].role, c->sources, c->source_count);
}

static void of_plan_notes(struct of_plan *o)
{
	if (o->absent > 0)
		change_note(o->build,
			    "%zu requirement%s without a matching device in "
			    "the inventory: no rule needed",
			    o->absent, text_plural(o->absent));
	if (o->plan->untyped_rows > 0)
		change_note(o->build,
			    "%zu requirement%s for a device type that is not "
			    "given: rules are missing",
			    o->plan->untyped_rows,
			    text_plural(o->plan->untyped_rows));
	if (o->local > 0)
		change_note(o->build,
			    "%zu requirement%s about this host itself: no "
			    "rule needed",
			    o->local, text_plural(o->local));
	if (o->multicast > 0)
		change_note(o->build,
			    "%zu requirement%s for multicast on the host's "
			    "own network: a firewall rule cannot forward it",
			    o->multicast, text_plural(o->multicast));
}

struct change_set *changes_of_plan(const struct change_context *c)
{
	struct change_build build;
	struct of_plan o = {.build = &build, .plan = c->plan};

	change_build_begin(&build, c);
	of_plan_self(&o);
	if (c->plan->proxy != NULL)
		o.proxy = change_end_of(&build, c->plan->proxy->host, "proxy",
					FAMILY_BOTH);
	for (size_t i = 0; i < c->plan->requirement_count; i++)
		of_plan_add(&o, &c->plan->requirements[i]);
	of_plan_notes(&o);
	return change_build_end(&build);
}

/* Names ------------------------------------------------------------------- */

struct name_walk {
	struct map seen;
	void (*use)(void *arg, const char *name);
	void *arg;
};

static void of_plan_name_use(struct name_walk *w, const char *text)
{
	struct addr literal;
	size_t *at;

	if (text == NULL || addr_parse(&literal, text) ||
	    !change_is_name(text, false))
		return;
	at = map_at(&w->seen, text);
	if (*at != SIZE_MAX)
		return;
	*at = 0;
	w->use(w->arg, text);
}

void changes_names(const struct change_context *c,
		   void (*use)(void *arg, const char *name), void *arg)
{
	struct name_walk w = {.use = use, .arg = arg};
	const struct plan *plan = c->plan;
	const struct inventory *inv = c->inventory;

	if (plan->proxy != NULL)
		of_plan_name_use(&w, plan->proxy->host);
	for (size_t i = 0; i < plan->spec_count; i++) {
		const struct spec *s = &plan->specs[i];

		/* The proxy looks these up. */
		if (!s->via_proxy)
			of_plan_name_use(&w, s->derive != NULL ? s->derive_from
							       : s->host);
	}
	for (size_t i = 0; i < plan->device_count; i++)
		of_plan_name_use(&w, plan->devices[i].address);
	for (size_t i = 0; inv != NULL && i < inv->role_count; i++) {
		for (size_t k = 0; inv->roles[i].addresses[k] != NULL; k++)
			of_plan_name_use(&w, inv->roles[i].addresses[k]);
	}
	map_free(&w.seen);
}
