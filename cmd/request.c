/* request.c - from the command line to a plan. */
#include "cmd/request.h"

#include "core/engine/host_filter.h"
#include "cmd/cmd.h"
#include "core/base/params.h"
#include "report/saved/saved.h"
#include "core/os/address.h"
#include "core/os/socket.h"
#include "core/os/text.h"
#include "core/base/text.h"
#include "profiles/plan/target.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "PROFILE:rest": the profile's index and rest; SIZE_MAX for all profiles. */
static size_t request_split_prefix(const struct request *r, const char **text)
{
	const char *colon = strchr(*text, ':');

	for (size_t i = 0; colon != NULL && i < r->profile_count; i++) {
		const char *name = r->profiles[i].profile->name;
		size_t length = (size_t)(colon - *text);

		if (strlen(name) == length &&
		    strncmp(name, *text, length) == 0) {
			*text = colon + 1;
			return i;
		}
	}
	return SIZE_MAX;
}

/* Ids start with the profile's name: each name is there once. */
static bool request_is_there_before(const struct request *r)
{
	size_t last = r->profile_count - 1;

	for (size_t i = 0; i < last; i++)
		if (strcmp(r->profiles[i].profile->name,
			   r->profiles[last].profile->name) == 0)
			return true;
	return false;
}

int request_profiles(struct request *r, const struct options *o,
		     struct errors *errors)
{
	struct error err;
	char path[4096];

	if (o->argument_count == 0) {
		error_set(&err, "%s needs a profile", o->command->name);
		error_suggest(&err, "write preflight %s auvik-collector",
			      o->command->name);
		errors_add(errors, &err);
		return -1;
	}
	r->profiles = mem_calloc(o->argument_count, sizeof *r->profiles);
	for (size_t i = 0; i < o->argument_count; i++) {
		struct plan_profile_request *p = &r->profiles[r->profile_count];

		if (profile_find(o->arguments[i], path, sizeof path, &err) ==
		    -1) {
			errors_add(errors, &err);
			continue;
		}
		p->name = o->arguments[i];
		p->profile = profile_load(path, errors);
		if (p->profile != NULL)
			r->profile_count++;
		if (p->profile != NULL && request_is_there_before(r)) {
			error_set(&err, "profile '%s' is given twice",
				  p->profile->name);
			error_suggest(&err, "give it once; list several "
					    "devices in an inventory");
			errors_add(errors, &err);
		}
	}
	return errors->count > 0 ? -1 : 0;
}

/* Names that profiles have, over all of them, for suggestions. */
struct name_source {
	const struct request *r;
	enum name_kind { NAME_ROLE, NAME_SCENARIO, NAME_VARIABLE } kind;
};

static const char *request_profile_name_at(const struct profile *p,
					   enum name_kind kind, size_t i)
{
	if (kind == NAME_ROLE)
		return i < p->role_count ? p->roles[i].name : NULL;
	if (kind == NAME_SCENARIO)
		return i < p->scenario_count ? p->scenarios[i].name : NULL;
	return i < p->variable_count ? p->variables[i].name : NULL;
}

static const char *request_name_at(const void *arg, size_t i)
{
	const struct name_source *s = arg;

	for (size_t p = 0; p < s->r->profile_count; p++) {
		const struct profile *profile = s->r->profiles[p].profile;
		size_t n = 0;

		while (request_profile_name_at(profile, s->kind, n) != NULL)
			n++;
		if (i < n)
			return request_profile_name_at(profile, s->kind, i);
		i -= n;
	}
	return NULL;
}

static bool request_knows(const struct profile *p, enum name_kind kind,
			  const char *name)
{
	for (size_t i = 0; request_profile_name_at(p, kind, i) != NULL; i++)
		if (strcmp(request_profile_name_at(p, kind, i), name) == 0)
			return true;
	return false;
}

static int request_unknown_name(const struct request *r, enum name_kind kind,
				const char *name, struct errors *errors)
{
	static const char *const words[] = {"role", "scenario", "variable"};
	const struct name_source source = {r, kind};
	const char *first = request_name_at(&source, 0);
	struct error err;
	char otherwise[sizeof err.suggestion];

	snprintf(otherwise, sizeof otherwise, "write, for example, '%s'",
		 first != NULL ? first : "");
	error_unknown(&err, words[kind], name, request_name_at, &source,
		      first != NULL ? otherwise : NULL);
	errors_add(errors, &err);
	return -1;
}

/* Calls use() for every profile that the name is meant for and knows it. */
static int request_for_profiles(struct request *r, enum name_kind kind,
				const char *text, const char *value,
				void (*use)(struct plan_profile_request *p,
					    const char *name,
					    const char *value),
				struct errors *errors)
{
	size_t only = request_split_prefix(r, &text);
	bool used = false;

	for (size_t i = 0; i < r->profile_count; i++) {
		if ((only != SIZE_MAX && only != i) ||
		    !request_knows(r->profiles[i].profile, kind, text))
			continue;
		use(&r->profiles[i], text, value);
		used = true;
	}
	return used ? 0 : request_unknown_name(r, kind, text, errors);
}

static void request_use_role(struct plan_profile_request *p, const char *name,
			     const char *value)
{
	(void)value;
	p->role = name;
}

static const char **request_grow_list(const char *const *list, size_t count)
{
	const char **wide = mem_calloc(count + 2, sizeof *wide);

	for (size_t i = 0; i < count; i++)
		wide[i] = list[i];
	free((void *)(uintptr_t)list);
	return wide;
}

static void request_use_scenario(struct plan_profile_request *p,
				 const char *name, const char *value)
{
	size_t n = 0;
	const char **wide;

	(void)value;
	while (p->scenarios != NULL && p->scenarios[n] != NULL)
		n++;
	wide = request_grow_list(p->scenarios, n);
	wide[n] = name;
	p->scenarios = wide;
}

static void request_use_variable(struct plan_profile_request *p,
				 const char *name, const char *value)
{
	const char **names, **values;

	for (size_t i = 0; i < p->variable_count; i++)
		if (strcmp(p->variable_names[i], name) == 0) {
			/* The last one counts. */
			values = request_grow_list(p->variable_values,
						   p->variable_count);
			values[i] = value;
			p->variable_values = values;
			return;
		}
	names = request_grow_list(p->variable_names, p->variable_count);
	values = request_grow_list(p->variable_values, p->variable_count);
	names[p->variable_count] = name;
	values[p->variable_count++] = value;
	p->variable_names = names;
	p->variable_values = values;
}

static void request_apply_settings(struct request *r, struct options *o,
				   struct errors *errors)
{
	struct error err;

	for (const char *const *w = options_list(o, OPT_ROLE); *w != NULL; w++)
		request_for_profiles(r, NAME_ROLE, *w, NULL, request_use_role,
				     errors);
	for (const char *const *w = options_words(o, OPT_SCENARIO); *w != NULL;
	     w++)
		request_for_profiles(r, NAME_SCENARIO, *w, NULL,
				     request_use_scenario, errors);
	for (const char *const *w = options_list(o, OPT_SET); *w != NULL; w++) {
		char *name = arena_strdup(&o->arena, *w);
		char *value = strchr(name, '=');

		if (value == NULL) {
			error_set(&err, "--set '%s' has no value", name);
			error_suggest(&err, "write --set %s=VALUE", name);
			errors_add(errors, &err);
			continue;
		}
		*value++ = '\0';
		request_for_profiles(r, NAME_VARIABLE, name, value,
				     request_use_variable, errors);
	}
}

int request_tables(struct inventory *inv, const struct options *o,
		   struct errors *errors)
{
	size_t before = errors->count;
	struct error err;

	for (const char *const *m = options_list(o, OPT_MAP); *m != NULL; m++)
		if (inventory_add_map(inv, *m, &err) == -1)
			errors_add(errors, &err);
	for (const char *const *t = options_list(o, OPT_TYPE); *t != NULL; t++)
		if (inventory_add_type(inv, *t, &err) == -1)
			errors_add(errors, &err);
	return errors->count == before ? 0 : -1;
}

void request_inventory(struct request *r, const struct options *o,
		       struct errors *errors)
{
	const char *site = options_text(o, OPT_SITE);
	struct error err;

	r->inventory = inventory_new();
	if (request_tables(r->inventory, o, errors) == 0)
		inventory_load_all(r->inventory, options_list(o, OPT_INVENTORY),
				   errors);
	if (site != NULL && errors->count == 0 &&
	    inventory_pick_site(r->inventory, site, &err) == -1)
		errors_add(errors, &err);
	for (const char *const *t = options_list(o, OPT_TARGET); *t != NULL;
	     t++)
		if (inventory_add_target(r->inventory, *t, &err) == -1)
			errors_add(errors, &err);
}

/* The ids of the results of a report that failed or were skipped. */
static const char *const *request_failed_results(struct options *o,
						 const char *path,
						 struct errors *errors)
{
	struct error err;
	struct report *report = saved_load(path, &err);
	const char **ids;
	size_t n = 0;

	if (report == NULL) {
		errors_add(errors, &err);
		return NULL;
	}
	ids = arena_calloc(&o->arena, report->result_count + 1, sizeof *ids);
	for (size_t i = 0; i < report->result_count; i++) {
		const struct report_result *r = &report->results[i];

		if (r->verdict == VERDICT_FAIL || r->verdict == VERDICT_SKIP)
			ids[n++] = arena_strdup(&o->arena, r->id);
	}
	report_free(report);
	if (n == 0) {
		error_set(&err, "%s: nothing failed in that report", path);
		errors_add(errors, &err);
	}
	return ids;
}

static void request_read_only(struct plan_request *p, struct options *o,
			      struct errors *errors)
{
	static const char prefix[] = "failed:";
	const char *const *words = options_words(o, OPT_ONLY);
	const char **globs;
	size_t n = 0;

	for (size_t i = 0; words[i] != NULL; i++)
		n++;
	globs = arena_calloc(&o->arena, n + 1, sizeof *globs);
	n = 0;
	for (size_t i = 0; words[i] != NULL; i++) {
		if (strncmp(words[i], prefix, sizeof prefix - 1) == 0)
			p->only_results = request_failed_results(
			    o, words[i] + sizeof prefix - 1, errors);
		else
			globs[n++] = words[i];
	}
	p->only = globs;
	p->skip = options_words(o, OPT_SKIP);
}

/* What this host's own rules say is known before anything is sent. They say
 * nothing of the host that this one stands in for. */
static void request_read_rules(struct request *r, struct options *o,
			       struct plan_request *p)
{
	const char *unknown;

	r->filter = host_filter_read();
	if (options_text(o, OPT_ON_BEHALF_OF) != NULL)
		return;
	unknown = host_filter_unknown(r->filter);
	if (unknown != NULL)
		p->inbound_note = arena_printf(
		    &o->arena, "level 2, this host's own rules: not known (%s)",
		    unknown);
	else if (host_filter_is_empty(r->filter))
		p->inbound_note = "level 2: this host has no rules against it; "
				  "no packet seen";
	else
		p->asks_rules = true;
}

/* `p`: what this kind of plan asks for already. */
static int request_make(struct request *r, struct options *o,
			struct plan_request p, bool runs, struct errors *errors)
{
	struct error err;
	int64_t max;

	memset(r, 0, sizeof *r);
	if (request_profiles(r, o, errors) == -1)
		return -1;
	request_apply_settings(r, o, errors);
	request_inventory(r, o, errors);
	if (proxy_option_read(r, o, &err) == -1)
		errors_add(errors, &err);
	if (options_number(o, OPT_MAX_PROBES, 1, PLAN_PROBES_HARD, &max,
			   &err) == -1)
		errors_add(errors, &err);
	request_read_only(&p, o, errors);
	if (options_flag(o, OPT_V4) && options_flag(o, OPT_V6)) {
		error_set(&err, "--ipv4 and --ipv6 cannot be used together");
		error_suggest(&err, "leave both out to test both");
		errors_add(errors, &err);
	}
	if (errors->count > 0)
		return -1;
	p.profile_count = r->profile_count;
	p.profiles = r->profiles;
	p.inventory = r->inventory;
	p.proxy = r->has_proxy ? &r->proxy : NULL;
	p.max_probes = (size_t)max;
	p.family = options_flag(o, OPT_V4)   ? FAMILY_V4
		   : options_flag(o, OPT_V6) ? FAMILY_V6
					     : FAMILY_BOTH;
	if (runs)
		request_read_rules(r, o, &p);
	r->plan = plan_build(&p, errors);
	if (r->plan == NULL || errors->count > 0)
		return -1;
	r->plan->unused_proxy = r->has_unused_proxy ? &r->proxy : NULL;
	if (r->plan->requirement_count > 0)
		return 0;
	if (p.inbound_only) {
		error_set(&err, "no requirement of this role is opened from "
				"the far end: nothing to listen for");
		error_suggest(&err, "see preflight list requirements, and "
				    "--role");
		errors_add(errors, &err);
		return -1;
	}
	/* Nothing to test is not "ready". */
	error_set(&err,
		  "--only, --skip and --scenario exclude every requirement");
	error_suggest(&err, "see preflight list requirements");
	errors_add(errors, &err);
	return -1;
}

int request_build(struct request *r, struct options *o, struct errors *errors)
{
	return request_make(r, o, (struct plan_request){0}, false, errors);
}

int request_build_run(struct request *r, struct options *o,
		      const struct heard_list *heard, struct errors *errors)
{
	return request_make(r, o, (struct plan_request){.heard = heard}, true,
			    errors);
}

int request_build_inbound(struct request *r, struct options *o,
			  const struct heard_list *heard, struct errors *errors)
{
	struct plan_request p = {.heard = heard, .inbound_only = true};

	return request_make(r, o, p, false, errors);
}

void request_engine_proxy(const struct request *r, struct engine_options *e)
{
	if (!r->has_proxy)
		return;
	e->proxy_host = r->proxy.host;
	e->proxy_port = r->proxy.port;
	if (r->proxy.authentication != NULL)
		e->proxy_userpwd = r->proxy.authentication->value;
}

void request_free(struct request *r)
{
	plan_free(r->plan);
	host_filter_free(r->filter);
	for (size_t i = 0; i < r->profile_count; i++) {
		struct plan_profile_request *p = &r->profiles[i];

		free((void *)(uintptr_t)p->scenarios);
		free((void *)(uintptr_t)p->variable_names);
		free((void *)(uintptr_t)p->variable_values);
		profile_free(p->profile);
	}
	free(r->profiles);
	if (r->inventory != NULL)
		inventory_free(r->inventory);
	free(r->proxy.url);
	free(r->proxy.host);
	for (size_t i = 0;
	     r->proxy.no_proxy != NULL && r->proxy.no_proxy[i] != NULL; i++)
		free(r->proxy.no_proxy[i]);
	free(r->proxy.no_proxy);
	secret_free(r->proxy_secret);
}

static int request_read_source(const struct options *o,
			       struct engine_options *e, struct error *err)
{
	const char *source = options_text(o, OPT_SOURCE);

	if (source == NULL)
		return 0;
	if (addr_parse(&e->source, source)) {
		if (target_zone(&e->source, source, err) == -1)
			return -1;
		if (socket_is_own_address(&e->source) != KNOWN_NO)
			return 0;
		return error_set(
		    err, "--source: %s is not an address of this host", source);
	}
	if (os_zones.index(source) == 0) {
		error_set(err,
			  "--source: '%s' is not an address or an interface",
			  source);
		error_suggest(err, "see '%s' for what this host has",
			      os_text_addresses);
		return -1;
	}
	e->interface = source;
	return 0;
}

int request_engine(const struct options *o, struct engine_options *e,
		   struct error *err)
{
	bool fast = options_flag(o, OPT_FAST);
	int64_t rate;

	if ((options_text(o, OPT_TIMEOUT) != NULL &&
	     options_duration(o, OPT_TIMEOUT, &e->reply_us, err) == -1) ||
	    options_duration(o, OPT_DEADLINE, &e->deadline_us, err) == -1 ||
	    options_number(o, OPT_RATE, 1, 10000, &rate, err) == -1)
		return -1;
	if (fast && options_text(o, OPT_RATE) == NULL)
		rate = ENGINE_RATE_FAST;
	e->rate = (unsigned)rate;
	e->rate_per_target =
	    fast ? ENGINE_RATE_TARGET_FAST : ENGINE_RATE_TARGET;
	e->family = options_flag(o, OPT_V4)   ? FAMILY_V4
		    : options_flag(o, OPT_V6) ? FAMILY_V6
					      : FAMILY_BOTH;
	if (command_trusted_roots(o, err) == -1)
		return -1;
	return request_read_source(o, e, err);
}

int request_on_behalf_of(const struct options *o, struct addr *out,
			 struct error *err)
{
	const char *text = options_text(o, OPT_ON_BEHALF_OF);

	*out = (struct addr){0};
	if (text == NULL)
		return 0;
	if (addr_parse(out, text) && !addr_is_invalid_target(out) &&
	    !addr_is_multicast(out))
		return 0;
	error_set(err, "--on-behalf-of: '%s' is not the address of a host",
		  text);
	error_suggest(err, "write --on-behalf-of 10.2.0.5");
	return -1;
}
