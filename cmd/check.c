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

/* What is asked for, and the plan of it. */
struct adhoc {
	struct arena arena;
	struct spec spec;
	struct plan *plan;
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
	} else if (addr_parse(&plain, text) || target_is_zoned(text) ||
		   colon == NULL) {
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
		   : target_here(s->host, &s->literal, err);
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
	request_engine_proxy(r, &engine);
	a->spec.via_proxy = r->has_proxy && a->spec.check->proxy != PROXY_NEVER;
	a->plan = plan_single(&a->spec, PREFLIGHT_VERSION);
	a->plan->proxy = r->has_proxy ? &r->proxy : NULL;
	a->plan->unused_proxy = r->has_unused_proxy ? &r->proxy : NULL;
	info.hint = *r->hint != '\0' ? r->hint : NULL;
	return output_run(o, a->plan, &engine, &info, NULL);
}

int check_run(struct options *o)
{
	struct adhoc a = {0};
	struct request r = {0};
	int status = check_execute(o, &a, &r);

	if (a.spec.params != NULL)
		params_free(a.spec.check, (void *)(uintptr_t)a.spec.params);
	plan_free(a.plan);
	request_free(&r);
	arena_free(&a.arena);
	return status;
}
