/* check.c - preflight check: one ad-hoc probe, with the same evidence. */
#include "core/engine/check.h"
#include "cmd/cmd.h"
#include "cmd/output.h"
#include "core/engine/params.h"
#include "cmd/request.h"
#include "profiles/plan/target.h"
#include "core/base/text.h"

#include <stdio.h>
#include <string.h>

/* A plan of one requirement, made here. */
struct adhoc {
	struct arena arena;
	struct profile profile;
	struct role role;
	struct scenario scenario;
	struct requirement requirement;
	struct plan_profile plan_profile;
	struct plan_requirement planned;
	struct spec spec;
	struct plan plan;
};

const char *check_name_at(const void *arg, size_t i)
{
	(void)arg;
	return check_registry[i] != NULL ? check_registry[i]->name : NULL;
}

/* "host", "host:22", "10.0.0.5:22", "[2001:db8::1]:22", "2001:db8::1". */
static int check_split_target(struct adhoc *a, const char *text,
			      const char **host, uint16_t *port,
			      struct error *err)
{
	const char *colon = strrchr(text, ':'), *end = NULL;
	struct addr plain;
	int64_t number;

	if (*text == '[') {
		text++;
		end = strchr(text, ']');
		if (end == NULL || (end[1] != ':' && end[1] != '\0')) {
			error_set(err, "target '[%s': not [ADDRESS]:PORT",
				  text);
			error_suggest(err, "write [2001:db8::1]:22");
			return -1;
		}
		colon = end[1] == ':' ? end + 1 : NULL;
	} else if (addr_parse(&plain, text) || colon == NULL) {
		colon = NULL;
		end = text + strlen(text);
	} else
		end = colon;
	if (colon != NULL) {
		if (!text_number(colon + 1, 1, 65535, &number)) {
			error_set(err, "target: '%s' is not a port", colon + 1);
			error_suggest(err, "ports are 1 to 65535");
			return -1;
		}
		*port = (uint16_t)number;
	}
	*host = arena_strndup(&a->arena, text, (size_t)(end - text));
	return 0;
}

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
			return -1;
	}
	a->spec.params = params;
	return params_check(a->spec.check, params, err);
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
		   : target_host(s->host, &s->literal, err);
}

static int check_build_spec(struct adhoc *a, const struct options *o,
			    struct error *err)
{
	struct spec *s = &a->spec;
	bool local;

	s->check = check_find(o->arguments[0]);
	if (s->check == NULL)
		return error_unknown(err, "check", o->arguments[0],
				     check_name_at, NULL,
				     "see preflight list checks");
	if (check_set_params(a, o, err) == -1)
		return -1;
	s->transport = check_transport_of(s);
	s->port = s->check->port;
	local = s->transport == TRANSPORT_LOCAL;
	if (!local && o->argument_count < 2) {
		error_set(err, "check %s needs a target", s->check->name);
		error_suggest(err, "write preflight check %s HOST:PORT",
			      s->check->name);
		return -1;
	}
	if (o->argument_count > (local ? 1U : 2U))
		return error_set(err, "'%s' is one argument too many",
				 o->arguments[local ? 1 : 2]);
	if (!local && check_split_target(a, o->arguments[1], &s->host, &s->port,
					 err) == -1)
		return -1;
	if (!local && s->port == 0 && s->transport != TRANSPORT_ICMP) {
		error_set(err, "check %s has no default port", s->check->name);
		error_suggest(err, "write %s:PORT", s->host);
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

static const char *check_spec_id(struct adhoc *a)
{
	const struct spec *s = &a->spec;
	const char *name = s->check->name;

	if (s->transport == TRANSPORT_LOCAL)
		return arena_printf(&a->arena, "%s/local", name);
	if (s->transport == TRANSPORT_ICMP)
		return arena_printf(&a->arena, "%s/%s:icmp", name, s->host);
	return arena_printf(
	    &a->arena,
	    strchr(s->host, ':') != NULL ? "%s/[%s]:%s/%u" : "%s/%s:%s/%u",
	    name, s->host, transport_name(s->transport), s->port);
}

static void check_describe_profile(struct adhoc *a)
{
	struct profile *p = &a->profile;

	a->role.name = "this-host";
	a->role.help = "the machine that runs preflight";
	a->scenario.name = "core";
	a->scenario.by_default = true;
	p->name = "check";
	p->version = PREFLIGHT_VERSION;
	p->title = "one check";
	p->file = "";
	p->default_role = a->role.name;
	p->role_count = 1;
	p->roles = &a->role;
	p->scenario_count = 1;
	p->scenarios = &a->scenario;
	p->requirement_count = 1;
	p->requirements = &a->requirement;
}

static void check_describe_requirement(struct adhoc *a)
{
	static const char *const none[] = {NULL};
	static const char *const self[] = {"this-host", NULL};
	static const char *const there[] = {"target", NULL};
	const char **hosts = arena_calloc(&a->arena, 2, sizeof *hosts);
	struct requirement *q = &a->requirement;

	hosts[0] = a->spec.host;
	q->id = a->spec.check->name;
	q->profile = &a->profile;
	q->title = a->spec.check->summary;
	q->covers = q->deviates = q->deviates_reasons = none;
	q->device_types = none;
	q->from = self[0];
	q->from_list = self;
	q->to = there[0];
	q->to_list = there;
	q->to_kind =
	    a->spec.transport == TRANSPORT_LOCAL ? TO_SELF : TO_INTERNET;
	q->scenario = "core";
	q->level = LEVEL_REQUIRED;
	q->check = a->spec.check->name;
	q->check_table = a->spec.check;
	q->hosts = hosts;
	q->transport = transport_name(a->spec.transport);
	q->proof = a->spec.proof;
	q->ports_text = a->spec.port != 0
			    ? arena_printf(&a->arena, "%u", a->spec.port)
			    : "";
}

static void check_build_plan(struct adhoc *a)
{
	static const char *const core[] = {"core", NULL};

	check_describe_profile(a);
	check_describe_requirement(a);
	a->spec.requirement = &a->requirement;
	a->spec.id = check_spec_id(a);
	if (a->spec.system_server)
		a->spec.host = NULL;
	a->planned.requirement = &a->requirement;
	a->planned.id = a->requirement.id;
	a->planned.count = 1;
	a->planned.ports_text = a->requirement.ports_text;
	a->planned.hosts = a->requirement.hosts;
	a->plan_profile.profile = &a->profile;
	a->plan_profile.role = a->role.name;
	a->plan_profile.scenarios = core;
	a->plan.profile_count = 1;
	a->plan.profiles = &a->plan_profile;
	a->plan.requirement_count = 1;
	a->plan.requirements = &a->planned;
	a->plan.spec_count = 1;
	a->plan.specs = &a->spec;
}

static int check_execute(struct options *o, struct adhoc *a, struct request *r)
{
	struct engine_options engine = {0};
	struct run_info info = {0};
	struct error err;

	if (o->argument_count == 0) {
		error_set(&err, "check needs a check and a target");
		error_suggest(&err, "write preflight check tcp 10.0.0.5:22");
		return command_fail_one(o, &err, EXIT_USAGE);
	}
	if (check_build_spec(a, o, &err) == -1 ||
	    proxy_option_read(r, o, &err) == -1 ||
	    request_engine(o, &engine, &err) == -1)
		return command_fail_one(o, &err, EXIT_USAGE);
	check_build_plan(a);
	request_engine_proxy(r, &engine);
	if (r->has_proxy) {
		a->spec.via_proxy = a->spec.check->proxy != PROXY_NEVER;
		a->plan.proxy = &r->proxy;
	}
	a->plan.unused_proxy = r->has_unused_proxy ? &r->proxy : NULL;
	info.hint = *r->hint != '\0' ? r->hint : NULL;
	return output_run(o, &a->plan, &engine, &info, NULL);
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
