/* complete_names.c - names of profiles, checks and tables, for completion. */
#include "cmd/complete_names.h"
#include "cmd/cmd.h"
#include "core/engine/check.h"
#include "core/engine/params.h"
#include "profiles/read/profile.h"
#include "report/formats/explain.h"

#include <stdlib.h>
#include <string.h>

/* Calls use() for each profile; broken ones are passed over. */
static void complete_each_profile(struct complete *c,
				  void (*use)(const struct complete *c,
					      const struct profile *p))
{
	bool named =
	    c->argument_count > 0 && c->command->first == VALUE_PROFILE;
	const char *const *names =
	    named ? c->arguments : profile_names(&c->arena);

	for (size_t i = 0; names[i] != NULL; i++) {
		struct errors errors = {0};
		struct profile *p = NULL;
		struct error err;
		char path[4096];

		if (profile_find(names[i], path, sizeof path, &err) == 0)
			p = profile_load(path, &errors);
		if (p != NULL)
			use(c, p);
		profile_free(p);
		errors_free(&errors);
	}
}

static void complete_role(const struct complete *c, const struct profile *p)
{
	for (size_t i = 0; i < p->role_count; i++)
		complete_offer(c, p->roles[i].name, "", p->roles[i].help);
}

void complete_roles(struct complete *c)
{
	complete_each_profile(c, complete_role);
}

static void complete_scenario(const struct complete *c, const struct profile *p)
{
	for (size_t i = 0; i < p->scenario_count; i++)
		complete_offer(c, p->scenarios[i].name, "",
			       p->scenarios[i].help);
}

void complete_scenarios(struct complete *c)
{
	complete_each_profile(c, complete_scenario);
}

static void complete_requirement(const struct complete *c,
				 const struct profile *p)
{
	for (size_t i = 0; i < p->requirement_count; i++)
		complete_offer(c, p->requirements[i].id, "",
			       p->requirements[i].title);
}

void complete_requirements(struct complete *c)
{
	complete_each_profile(c, complete_requirement);
	complete_checks(c);
}

static void complete_variable(const struct complete *c, const struct profile *p)
{
	for (size_t i = 0; i < p->variable_count; i++)
		complete_offer(c, p->variables[i].name, "=",
			       p->variables[i].help);
}

/* NAME=, and of a check also the choices of a parameter. */
static void complete_params(const struct complete *c, const struct check *check)
{
	static const char *const yes_no[] = {"yes", "no", NULL};

	for (const struct param *p = check->params;
	     p != NULL && p->name != NULL; p++) {
		const char *const *choices = p->type == PARAM_ENUM ? p->choices
					     : p->type == PARAM_BOOL ? yes_no
								     : NULL;

		if (strchr(c->word, '=') == NULL)
			complete_offer(c, p->name, "=", p->help);
		for (size_t i = 0; choices != NULL && choices[i] != NULL; i++) {
			char word[256];

			snprintf(word, sizeof word, "%s=%s", p->name,
				 choices[i]);
			if (strchr(c->word, '=') != NULL)
				complete_offer(c, word, "", "");
		}
	}
}

void complete_settings(struct complete *c)
{
	const struct check *check = NULL;

	if (c->command->first == VALUE_PROFILE) {
		complete_each_profile(c, complete_variable);
		return;
	}
	if (c->argument_count > 0)
		check = check_find(c->arguments[0]);
	if (check != NULL)
		complete_params(c, check);
}

static void complete_role_target(const struct complete *c,
				 const struct profile *p)
{
	for (size_t i = 0; i < p->role_count; i++)
		complete_offer(c, p->roles[i].name, "=", p->roles[i].help);
}

void complete_devices(struct complete *c)
{
	for (size_t i = 0; device_types[i] != NULL; i++)
		complete_offer(c, device_types[i], "=", "device type");
	complete_each_profile(c, complete_role_target);
}

void complete_profiles(struct complete *c)
{
	const char *const *names = profile_names(&c->arena);

	for (size_t i = 0; names[i] != NULL; i++)
		complete_offer(c, names[i], "", "profile");
}

void complete_checks(struct complete *c)
{
	for (size_t i = 0; check_registry[i] != NULL; i++)
		complete_offer(c, check_registry[i]->name, "",
			       check_registry[i]->summary);
}

void complete_findings(struct complete *c)
{
	for (size_t i = 0; finding_registry[i] != NULL; i++) {
		char *title = explain_words(finding_registry[i]->title);

		complete_offer(c, finding_registry[i]->code, "", title);
		free(title);
	}
}

void complete_meanings(struct complete *c)
{
	char code[OUTCOME_CODE];
	struct vocabulary_entry e;

	for (size_t i = 0; vocabulary_at(i, &e); i++)
		complete_offer(c, e.word, "", e.kind);
	complete_findings(c);
	for (size_t i = 0; i < outcome_table_count; i++)
		complete_offer(c,
			       outcome_code(outcome_table[i].phase,
					    outcome_table[i].cause, code),
			       "", outcome_table[i].text);
	complete_each_profile(c, complete_requirement);
}
