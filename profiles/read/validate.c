/*
 * validate.c - what must hold inside a requirement, and among several.
 */
#include "core/engine/check.h"
#include "core/base/params.h"
#include "profiles/read/requirement.h"
#include "profiles/plan/check_params.h"
#include "profiles/plan/target.h"
#include "core/base/text.h"
#include "profiles/read/variable.h"

#include <string.h>

static void validate_level(struct reader *r, const struct requirement_nodes *n,
			   const struct requirement *q)
{
	bool grouped =
	    q->level == LEVEL_ALTERNATIVE || q->level == LEVEL_FALLBACK;

	if (n->level == NULL)
		return;
	if (grouped && q->group == NULL)
		reader_fail(r, n->level, "level %s needs 'group'",
			    level_name(q->level));
	if (!grouped && n->group != NULL)
		reader_fail(r, n->group,
			    "'group' is for level alternative and fallback");
	if (n->when != NULL && q->level != LEVEL_RECOMMENDED)
		reader_fail(r, n->when, "'when' is for level recommended");
}

/* True where the check can speak this transport. */
static bool validate_speaks(const struct check *check, enum transport transport)
{
	return check->transport == transport ||
	       check_params_chooser(check, transport) != NULL;
}

static void validate_transport(struct reader *r,
			       const struct requirement_nodes *n,
			       const struct requirement *q)
{
	static const char *const words[] = {"tcp",   "udp",     "icmp",
					    "local", "udp+tcp", NULL};
	const struct check *check = q->check_table;
	const struct tree *at = n->transport == NULL ? n->map : n->transport;
	enum transport wanted[2];
	size_t count = transports_each(q->transports, wanted), spoken = 0;

	if (count == 0) {
		reader_fail_name(r, at, words, "transport",
				 reader_text(n->transport));
		return;
	}
	if (check == NULL)
		return;
	for (size_t i = 0; i < count; i++)
		spoken += validate_speaks(check, wanted[i]);
	if (spoken == count)
		return;
	reader_fail(r, at, "check %s speaks %s, not %s", check->name,
		    transport_name(check->transport),
		    transports_name(q->transports));
}

static void validate_to(struct reader *r, const struct requirement_nodes *n,
			const struct requirement *q)
{
	const struct check *check = q->check_table;
	bool local;

	if (n->to == NULL || check == NULL)
		return;
	local = check->transport == TRANSPORT_LOCAL;
	if (q->to_kind == TO_SELF && !local)
		reader_fail(r, n->to,
			    "check %s is not about this host: 'to' "
			    "is not self",
			    check->name);
	if (local && q->to_kind != TO_SELF && q->to_kind != TO_ROLE)
		reader_fail(r, n->to,
			    "check %s is about this host: write "
			    "to: self",
			    check->name);
	if (q->once != (check->needs == NEEDS_MULTICAST))
		reader_fail(r, n->once == NULL ? n->check : n->once,
			    q->once ? "'once' is for multicast checks"
				    : "check %s sends to a group: write "
				      "once: true",
			    check->name);
	if (q->silent_why != WHY_NONE && q->transports != TRANSPORTS_UDP)
		reader_fail(r, n->untested,
			    "'when: silent' is for UDP: a silent TCP port "
			    "fails");
	if (n->silence != NULL && q->to_kind != TO_DEVICE)
		reader_fail(r, n->silence, "'silence' is for devices");
}

/* "${tenant_url}" where a host is required: the whole URL is not one. */
static bool validate_is_bare_url(const struct profile *p, const char *host)
{
	for (size_t i = 0; i < p->variable_count; i++) {
		const struct variable *v = &p->variables[i];
		size_t length = strlen(v->name);
		const char *at = strstr(host, "${");

		if (at != NULL && strcmp(v->type, "url") == 0 &&
		    strncmp(at + 2, v->name, length) == 0 &&
		    at[2 + length] == '}')
			return true;
	}
	return false;
}

static void validate_host(struct reader *r, const struct tree *at,
			  const struct requirement *q)
{
	const char *host = at->text;
	struct addr literal;
	struct error err;
	int status;

	if (variable_is_in(host)) {
		if (!validate_is_bare_url(q->profile, host))
			return;
		error_set(&err, "'%s' is a whole URL, not a host", host);
		error_suggest(&err, "write ${NAME.host}");
		reader_fail_error(r, at, &err);
		return;
	}
	if (strcmp(host, profile_system_resolver) == 0) {
		if (q->check != NULL && strcmp(q->check, "dns") != 0)
			reader_fail(r, at, "'%s' is for check dns",
				    profile_system_resolver);
		return;
	}
	status = q->once ? target_group(host, &literal, &err)
			 : target_host(host, &literal, &err);
	if (status == -1)
		reader_fail_error(r, at, &err);
}

static void validate_hosts(struct reader *r, const struct requirement_nodes *n,
			   const struct requirement *q)
{
	bool internet = q->to_kind == TO_INTERNET;

	if (n->hosts != NULL && !internet && !q->once)
		reader_fail(r, n->hosts, "'hosts' is for to: internet");
	if (n->hosts_from != NULL && !internet)
		reader_fail(r, n->hosts_from,
			    "'hosts_from' is for to: internet");
	if (n->hosts != NULL && n->hosts_from != NULL)
		reader_fail(r, n->hosts_from,
			    "'hosts' and 'hosts_from' exclude each other");
	if (n->to != NULL && (internet || q->once) && n->hosts_from == NULL &&
	    n->services == NULL && n->untested == NULL &&
	    tree_get(n->map, "hosts") == NULL &&
	    tree_get(n->map, "hosts_from") == NULL)
		reader_fail(r, n->map, "requirement lacks 'hosts'");
	for (size_t i = 0; n->hosts != NULL && i < n->hosts->count; i++)
		validate_host(r, n->hosts->items[i], q);
	if (n->hosts != NULL && n->hosts->count == 0)
		reader_fail(r, n->hosts, "'hosts' is empty");
}

static void validate_services(struct reader *r,
			      const struct requirement_nodes *n,
			      const struct requirement *q)
{
	const struct variable *v;

	if (n->services == NULL)
		return;
	v = profile_variable(q->profile, q->services);
	if (v == NULL || strcmp(v->type, "services") != 0)
		reader_fail(r, n->services,
			    "'%s' is not a variable of type services",
			    q->services);
	if (n->ports != NULL || n->hosts != NULL)
		reader_fail(r, n->services,
			    "'services' brings its own hosts and ports");
	if (q->to_kind != TO_DEVICE && q->to_kind != TO_INTERNET)
		reader_fail(r, n->services,
			    "'services' is for devices and the internet");
}

static void validate_port_list(struct reader *r, const struct tree *at,
			       const char *text)
{
	struct error err;

	if (text != NULL && !variable_is_in(text) &&
	    ports_parse(r->arena, text, &err) == NULL)
		reader_fail_error(r, at, &err);
}

static void validate_ports(struct reader *r, const struct requirement_nodes *n,
			   const struct requirement *q)
{
	bool has_ports = q->transports != TRANSPORTS_ICMP;
	bool local = q->transports == TRANSPORTS_LOCAL;

	validate_port_list(r, n->probe_ports, q->probe_ports_text);
	if (!has_ports && n->ports != NULL)
		reader_fail(r, n->ports, "icmp has no ports");
	if (has_ports && !local && q->check_table != NULL &&
	    q->ports_written == NULL && n->services == NULL &&
	    tree_get(n->map, "ports") == NULL)
		reader_fail(r, n->map, "requirement lacks 'ports'");
	if (n->probe_ports != NULL && n->ports == NULL)
		reader_fail(r, n->probe_ports,
			    "'probe_ports' narrows 'ports', which is missing");
}

void validate_one(struct reader *r, const struct requirement_nodes *n,
		  const struct requirement *q)
{
	validate_level(r, n, q);
	validate_transport(r, n, q);
	validate_to(r, n, q);
	validate_hosts(r, n, q);
	validate_services(r, n, q);
	validate_ports(r, n, q);
	if (q->family != NULL && strcmp(q->family, "any") != 0 &&
	    strcmp(q->family, "v4") != 0)
		reader_fail(r, n->family, "'family' can only be any or v4");
	if (q->os != NULL && strcmp(q->os, "windows") != 0)
		reader_fail(r, n->os, "'os' can only be windows");
	if (q->check != NULL && strcmp(q->check, "tcp") == 0 &&
	    q->proof == PROOF_SERVICE)
		reader_fail(r, n->proof,
			    "check tcp proves no service: connect or path");
}

/* True where a requirement of this group has this level. */
static bool validate_group_has(const struct profile *p, const char *group,
			       enum level level)
{
	for (size_t i = 0; i < p->requirement_count; i++) {
		const struct requirement *q = &p->requirements[i];

		if (q->level == level && q->group != NULL &&
		    strcmp(q->group, group) == 0)
			return true;
	}
	return false;
}

static const char *validate_id_at(const void *arg, size_t i)
{
	const struct profile *p = arg;

	return i < p->requirement_count ? p->requirements[i].id : NULL;
}

static void validate_derive(struct reader *r, const struct profile *p,
			    const struct tree *at, const struct requirement *q)
{
	struct error err;

	for (size_t i = 0; i < p->requirement_count; i++) {
		const struct requirement *other = &p->requirements[i];

		if (strcmp(other->id, q->derive_id) != 0)
			continue;
		if (other->hosts[0] == NULL)
			reader_fail(r, at, "requirement '%s' has no 'hosts'",
				    other->id);
		return;
	}
	error_unknown(&err, "requirement", q->derive_id, validate_id_at, p,
		      NULL);
	reader_fail_error(r, at, &err);
}

void validate_all(struct reader *r, const struct profile *p,
		  const struct requirement_nodes *nodes)
{
	for (size_t i = 0; i < p->requirement_count; i++) {
		const struct requirement *q = &p->requirements[i];
		const struct requirement_nodes *n = &nodes[i];

		for (size_t k = 0; k < i && *q->id != '\0'; k++) {
			if (strcmp(p->requirements[k].id, q->id) == 0) {
				reader_fail(r, n->id,
					    "id '%s' is taken, on line %u",
					    q->id, p->requirements[k].line);
				break;
			}
		}
		if (q->level == LEVEL_FALLBACK && q->group != NULL &&
		    !validate_group_has(p, q->group, LEVEL_ALTERNATIVE))
			reader_fail(r, n->group,
				    "group '%s' has no alternative, only "
				    "fallbacks",
				    q->group);
		if (q->when_group != NULL &&
		    !validate_group_has(p, q->when_group, LEVEL_FALLBACK))
			reader_fail(r, n->when, "group '%s' has no fallback",
				    q->when_group);
		if (q->derive_id != NULL)
			validate_derive(r, p, n->hosts_from, q);
	}
}
