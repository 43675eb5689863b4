/* init.c - preflight init: an inventory to fill in, with all that the profiles
 * need. Nothing is sent and no file is written. */
#include "cmd/cmd.h"
#include "profiles/read/reader.h"
#include "cmd/request.h"
#include "cmd/understood.h"
#include "profiles/read/inventory_write.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct profile *init_profile(const struct request *r, size_t i)
{
	return r->profiles[i].profile;
}

static void init_head(const struct request *r)
{
	printf(
	    "# Inventory for preflight. The lines that are commented out are "
	    "examples and\n# choices; only what you write is tested.\n#\n");
	for (size_t i = 0; i < r->profile_count; i++)
		printf("#   %s %s: %s\n", init_profile(r, i)->name,
		       init_profile(r, i)->version, init_profile(r, i)->title);
	printf("%s# Then:\n#   preflight lint FILE\n#   preflight run%s",
	       r->profile_count > 0 ? "#\n" : "",
	       r->profile_count > 0 ? "" : " PROFILE");
	for (size_t i = 0; i < r->profile_count; i++)
		printf(" %s", init_profile(r, i)->name);
	printf(" --inventory FILE");
	for (size_t i = 0; i < r->profile_count; i++) {
		const struct profile *p = init_profile(r, i);

		for (size_t k = 0; k < p->variable_count; k++)
			if (p->variables[k].fallback == NULL &&
			    p->variables[k].example != NULL)
				printf(" \\\n#       --set %s=%s",
				       p->variables[k].name,
				       p->variables[k].example);
	}
	printf("\n");
}

static void init_variables(const struct profile *p)
{
	if (p->variable_count > 0)
		printf("#\n# Variables of %s (--set NAME=VALUE):\n", p->name);
	for (size_t i = 0; i < p->variable_count; i++) {
		const struct variable *v = &p->variables[i];

		printf("#   %-20s %s", v->name, v->help);
		if (v->fallback != NULL)
			printf(" [%s]", v->fallback);
		else if (v->example != NULL)
			printf(", such as %s", v->example);
		printf("\n");
	}
}

static void init_choices(const struct profile *p)
{
	printf("#\n# Roles of %s (--role ROLE):\n", p->name);
	for (size_t i = 0; i < p->role_count; i++)
		printf("#   %-20s %s%s\n", p->roles[i].name, p->roles[i].help,
		       strcmp(p->roles[i].name, p->default_role) == 0
			   ? " [without --role]"
			   : "");
	printf("#\n# Scenarios of %s (--scenario NAME[,NAME...]):\n", p->name);
	for (size_t i = 0; i < p->scenario_count; i++) {
		const struct scenario *s = &p->scenarios[i];

		printf("#   %-20s %s%s\n", s->name, s->help,
		       s->by_default     ? " [always]"
		       : s->first_choice ? " [unless another is chosen]"
					 : "");
	}
}

/* The requirements of all profiles for devices of this type, a line each. */
static void init_type(const struct request *r, const char *type)
{
	bool named = false;

	for (size_t i = 0; i < r->profile_count; i++) {
		const struct profile *p = init_profile(r, i);

		for (size_t k = 0; k < p->requirement_count; k++) {
			const struct requirement *q = &p->requirements[k];
			char *ports;

			if (q->to_kind != TO_DEVICE ||
			    !reader_has(q->device_types, type))
				continue;
			ports = requirement_ports_text(&q->ports);
			printf("#   %-18s %s%s%s, %s%s%s\n", named ? "" : type,
			       r->profile_count > 1 ? p->name : "",
			       r->profile_count > 1 ? ": " : "", q->title,
			       transports_name(q->transports),
			       *ports != '\0' ? "/" : "", ports);
			free(ports);
			named = true;
		}
	}
}

static void init_devices(const struct request *r)
{
	printf("\n# Types of devices, and what is tested on them:\n");
	for (size_t i = 0; device_types[i] != NULL; i++)
		init_type(r, device_types[i]);
	printf("#\n# An address or a name is expected to answer; in a network, "
	       "every host that\n# answers is tested.\n"
	       "# devices:\n"
	       "#   - {address: 10.2.0.10, types: [network-element, snmp], "
	       "name: core-switch}\n"
	       "#   - {address: server.corp.example, types: [unix], "
	       "ports: {ssh: 2222}}\n"
	       "#   - {network: 10.2.1.0/24, types: [windows]}\n");
}

/* True where a requirement of the profile leads to this role. */
static bool init_is_asked(const struct profile *p, const char *role)
{
	for (size_t i = 0; i < p->requirement_count; i++) {
		if (p->requirements[i].to_kind == TO_ROLE &&
		    strcmp(p->requirements[i].to_role, role) == 0)
			return true;
	}
	return false;
}

static bool init_is_before(const struct request *r, size_t profile,
			   const char *role)
{
	for (size_t i = 0; i < profile; i++) {
		if (init_is_asked(init_profile(r, i), role))
			return true;
	}
	return false;
}

/* Other machines of the product: a key each, also where two profiles know it.
 */
static void init_roles(const struct request *r)
{
	bool begun = false;

	for (size_t i = 0; i < r->profile_count; i++) {
		const struct profile *p = init_profile(r, i);

		for (size_t k = 0; k < p->role_count; k++) {
			const struct role *role = &p->roles[k];

			if (!init_is_asked(p, role->name) ||
			    init_is_before(r, i, role->name))
				continue;
			if (!begun)
				printf("\n# Machines of the product:\n"
				       "# roles:\n");
			begun = true;
			printf("#   %s: [10.2.0.5]  # %s\n", role->name,
			       role->help);
		}
	}
}

static void init_credentials(void)
{
	printf("\n# Credentials, each used only on devices that name it "
	       "(credentials:\n# [snmp-main]). The value comes from the "
	       "environment (env:NAME) or from a file\n# that only you can "
	       "read (file:PATH).\n"
	       "# credentials:\n"
	       "#   snmp-main: {kind: snmp-v2c, community: "
	       "env:SNMP_COMMUNITY}\n");
}

/* --from: the devices of an export, and what was understood as comments. */
static int init_load(struct request *r, const struct options *o,
		     struct errors *errors)
{
	const char *from = options_text(o, OPT_FROM);

	if (from == NULL)
		return 0;
	r->inventory = inventory_new();
	if (request_tables(r->inventory, o, errors) == -1)
		return -1;
	return inventory_load(r->inventory, from, errors);
}

static void init_known(const struct inventory *inv, const char *from)
{
	printf("\n# What was understood of %s:\n", from);
	understood_print(inv, "#   ", stdout);
	inventory_write_devices(inv, stdout);
}

int init_run(struct options *o)
{
	const char *from = options_text(o, OPT_FROM);
	struct errors errors = {0};
	struct request r = {0};
	int status;

	if (((from == NULL || o->argument_count > 0) &&
	     request_profiles(&r, o, &errors) == -1) ||
	    init_load(&r, o, &errors) == -1) {
		status = command_fail(o, &errors, EXIT_USAGE);
		goto out;
	}
	init_head(&r);
	for (size_t i = 0; i < r.profile_count; i++) {
		init_variables(init_profile(&r, i));
		init_choices(init_profile(&r, i));
	}
	printf("\npreflight: inventory/1\n");
	if (r.profile_count > 0)
		init_devices(&r);
	if (from != NULL)
		init_known(r.inventory, from);
	init_roles(&r);
	init_credentials();
	status = command_finish(o, 0);
out:
	request_free(&r);
	errors_free(&errors);
	return status;
}
