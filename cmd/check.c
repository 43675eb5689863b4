/* check.c - preflight check: one ad-hoc probe, with the same evidence. */
#include "core/engine/check.h"
#include "cmd/check_words.h"
#include "cmd/cmd.h"
#include "cmd/output.h"
#include "core/engine/params.h"
#include "cmd/request.h"
#include "profiles/plan/target.h"
#include "core/base/text.h"

#include <stdio.h>
#include <string.h>

/* What is asked for, made by hand. */
struct adhoc {
	struct arena arena;
	struct spec spec;
};

static bool check_is_set_later(const struct option_values *v, size_t i,
			       const char *name)
{
	size_t length = strlen(name);

	while (++i < v->count)
		if (strncmp(v->values[i], name, length) == 0 &&
		    v->values[i][length] == '=')
			return true;
	return false;
}

/* A person gives a parameter with --set. */
static int check_blame(struct error *err)
{
	static const char prefix[] = "params.", missing[] = ": is missing";
	const char *name = err->text + sizeof prefix - 1;
	char hint[sizeof err->suggestion], text[sizeof err->text];
	const char *end;

	if (strncmp(err->text, prefix, sizeof prefix - 1) != 0)
		return -1;
	end = strstr(name, missing);
	if (end != NULL)
		snprintf(text, sizeof text, "--set %.*s=VALUE is missing",
			 (int)(end - name), name);
	else
		snprintf(text, sizeof text, "--set %s", name);
	snprintf(hint, sizeof hint, "%s", err->suggestion);
	error_set(err, "%s", text);
	if (*hint != '\0')
		error_suggest(err, "%s", hint);
	return -1;
}

static int check_set_params(struct adhoc *a, const struct options *o,
			    struct error *err)
{
	void *params = params_new(&a->arena, a->spec.check);
	const struct option_values *v = &o->values[OPT_SET];

	for (size_t i = 0; i < v->count; i++) {
		char *name = arena_strdup(&a->arena, v->values[i]);
		char *value = strchr(name, '=');

		if (value == NULL) {
			error_set(err, "--set '%s' has no value", name);
			error_suggest(err, "write --set %s=VALUE", name);
			return -1;
		}
		*value++ = '\0';
		/* The environment may hold the variables of a profile. */
		if (i < v->inherited &&
		    (params_find(a->spec.check, name) == NULL ||
		     check_is_set_later(v, i, name)))
			continue;
		if (params_set(&a->arena, a->spec.check, params, name, value,
			       err) == -1)
			return check_blame(err);
	}
	a->spec.params = params;
	return params_check(a->spec.check, params, err) == -1 ? check_blame(err)
							      : 0;
}

static enum transport check_transport_of(const struct spec *s)
{
	enum needs needs = s->check->choose != NULL
			       ? s->check->choose(s->params)
			       : s->check->needs;

	switch (needs) {
	case NEEDS_NOTHING:
		return TRANSPORT_LOCAL;
	case NEEDS_TCP:
	case NEEDS_TLS:
		return TRANSPORT_TCP;
	case NEEDS_ICMP:
		return TRANSPORT_ICMP;
	case NEEDS_UDP:
	case NEEDS_UDP_ANY:
	case NEEDS_MULTICAST:
		break;
	}
	return TRANSPORT_UDP;
}

/* A numeric address goes into s->literal; "system-resolver" stands for the
 * servers that this host is set up with. */
static int check_host(struct spec *s, struct error *err)
{
	if (strcmp(s->host, profile_system_resolver) == 0 &&
	    strcmp(s->check->name, "dns") == 0) {
		s->system_server = true;
		return 0;
	}
	return s->check->needs == NEEDS_MULTICAST
		   ? target_group(s->host, &s->literal, err)
		   : target_here(s->host, &s->literal, err);
}

/* Its own port for this check, else the check's. */
static uint16_t check_own_port(const struct check *check,
			       const struct device *d)
{
	for (size_t i = 0; d != NULL && i < d->port_count; i++)
		if (strcmp(d->ports[i].check, check->name) == 0)
			return d->ports[i].port;
	return check->port;
}

static int check_build_spec(struct adhoc *a, const struct options *o,
			    const struct check_words *w,
			    const struct device *device, struct error *err)
{
	struct spec *s = &a->spec;

	s->check = w->check;
	if (check_set_params(a, o, err) == -1)
		return -1;
	s->transport = check_transport_of(s);
	s->host = device != NULL && device->address != NULL ? device->address
							    : w->host;
	s->port = w->port != 0 ? w->port : check_own_port(s->check, device);
	if (s->transport == TRANSPORT_ICMP)
		s->port = 0;
	if (s->transport != TRANSPORT_LOCAL && s->transport != TRANSPORT_ICMP &&
	    s->port == 0) {
		error_set(err, "check %s has no default port", s->check->name);
		error_suggest(err, "write %s:PORT", w->host);
		return -1;
	}
	if (s->host != NULL && check_host(s, err) == -1)
		return -1;
	s->device_index = SIZE_MAX;
	s->proof = s->check->transport == TRANSPORT_TCP &&
			   strcmp(s->check->name, "tcp") == 0
		       ? PROOF_CONNECT
		       : PROOF_SERVICE;
	s->family = options_flag(o, OPT_V4)   ? FAMILY_V4
		    : options_flag(o, OPT_V6) ? FAMILY_V6
					      : FAMILY_BOTH;
	return 0;
}

/* Options that are about a requirement. -1: one error. */
static int check_is_adhoc(const struct options *o, struct error *err)
{
	static const enum option_id ids[] = {OPT_ROLE, OPT_SCENARIO,
					     OPT_TARGET};

	for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
		const struct option_values *v = &o->values[ids[i]];

		if (v->count == v->inherited)
			continue;
		error_set(err, "%s is for the check of a requirement",
			  options_name(ids[i]));
		error_suggest(err, "write preflight check REQUIREMENT, or "
				   "leave it out");
		return -1;
	}
	return 0;
}

static const char *check_device_at(const void *arg, size_t i)
{
	const struct inventory *inv = arg;

	return i < inv->device_count ? inv->devices[i].name : NULL;
}

/* A mistyped name of a device would be looked up in the DNS. -1: one error. */
static int check_is_host(const struct inventory *inv, const char *host,
			 struct error *err)
{
	if (host == NULL || strpbrk(host, ".:") != NULL ||
	    text_nearest(host, check_device_at, inv) == NULL)
		return 0;
	return error_unknown(err, "device", host, check_device_at, inv, NULL);
}

/* One probe, made by hand. -1: errors are in the list. */
static int check_plan_adhoc(struct options *o, const struct check_words *w,
			    struct adhoc *a, struct request *r,
			    struct errors *errors)
{
	const struct device *device;
	struct error err;

	if (check_is_adhoc(o, &err) == -1) {
		errors_add(errors, &err);
		return -1;
	}
	request_inventory(r, o, errors);
	if (errors->count > 0)
		return -1;
	device = check_words_device(r->inventory, w->host);
	if ((device == NULL &&
	     check_is_host(r->inventory, w->host, &err) == -1) ||
	    check_build_spec(a, o, w, device, &err) == -1 ||
	    proxy_option_read(r, o, &err) == -1) {
		errors_add(errors, &err);
		return -1;
	}
	a->spec.via_proxy = r->has_proxy && a->spec.check->proxy != PROXY_NEVER;
	r->plan = plan_single(&a->spec, device, PREFLIGHT_VERSION, errors);
	if (r->plan == NULL)
		return -1;
	r->plan->proxy = r->has_proxy ? &r->proxy : NULL;
	r->plan->unused_proxy = r->has_unused_proxy ? &r->proxy : NULL;
	if (w->by_port && a->spec.transport == TRANSPORT_TCP &&
	    strcmp(w->check->name, "tcp") != 0 && *r->hint == '\0')
		snprintf(r->hint, sizeof r->hint,
			 "%s was chosen by the port; whether it opens at all: "
			 "preflight check tcp %.120s:%u",
			 w->check->name, w->host, w->port);
	return 0;
}

/* A requirement as a run of its profile has it. -1: errors are in the list. */
static int check_plan_requirement(struct options *o,
				  const struct check_words *w,
				  struct request *r, struct errors *errors)
{
	const char *profile[] = {w->profile, NULL};
	const char *only[] = {w->requirement, NULL};
	const char **words = o->arguments;
	size_t count = o->argument_count;
	const char *scenario[] = {w->scenario, NULL};
	struct option_values none = o->values[OPT_ONLY];
	struct option_values scenarios = o->values[OPT_SCENARIO];
	int status;

	o->arguments = profile;
	o->argument_count = 1;
	o->values[OPT_ONLY] =
	    (struct option_values){.values = only, .count = 1};
	if (scenarios.count == 0 && w->scenario != NULL)
		o->values[OPT_SCENARIO] =
		    (struct option_values){.values = scenario, .count = 1};
	status = request_build(r, o, errors);
	o->values[OPT_SCENARIO] = scenarios;
	o->arguments = words;
	o->argument_count = count;
	o->values[OPT_ONLY] = none;
	if (status == 0)
		plan_require(r->plan);
	return status;
}

static int check_execute(struct options *o, struct adhoc *a, struct request *r)
{
	struct engine_options engine = {0};
	struct run_info info = {0};
	struct errors errors = {0};
	const char *file = options_text(o, OPT_BASELINE);
	struct report *baseline = NULL;
	struct check_words w;
	struct error err;
	int status;

	if (check_words_read(o, &w, &err) == -1)
		return command_fail_one(o, &err, EXIT_USAGE);
	status = w.requirement != NULL
		     ? check_plan_requirement(o, &w, r, &errors)
		     : check_plan_adhoc(o, &w, a, r, &errors);
	if (status == -1)
		status = command_fail(o, &errors, EXIT_USAGE);
	else if (request_engine(o, &engine, &err) == -1 ||
		 (file != NULL && (baseline = saved_load(file, &err)) == NULL))
		status = command_fail_one(o, &err, EXIT_USAGE);
	else {
		request_engine_proxy(r, &engine);
		info.hint = *r->hint != '\0' ? r->hint : NULL;
		info.site = r->inventory->site;
		status = output_run(o, r->plan, &engine, &info, baseline);
	}
	report_free(baseline);
	errors_free(&errors);
	return status;
}

int check_run(struct options *o)
{
	struct adhoc a = {0};
	struct request r = {0};
	int status = check_execute(o, &a, &r);

	if (a.spec.params != NULL)
		params_free(a.spec.check, (void *)(uintptr_t)a.spec.params);
	request_free(&r);
	arena_free(&a.arena);
	return status;
}
