/* list_json.c - profiles, requirements and checks as JSON. */
#include "cmd/list.h"
#include "cmd/cmd.h"

#include <string.h>

const char *list_param_type(enum param_type type)
{
	static const char *const names[] = {
	    [PARAM_BOOL] = "bool",         [PARAM_NUMBER] = "number",
	    [PARAM_DURATION] = "duration", [PARAM_STRING] = "string",
	    [PARAM_ENUM] = "word",         [PARAM_NAME] = "name",
	    [PARAM_PORTS] = "ports",       [PARAM_LIST] = "list",
	    [PARAM_SECRET] = "secret",
	};

	return names[type];
}

static const char *list_fact_type(enum fact_type type)
{
	static const char *const names[] = {
	    [FACT_STRING] = "string", [FACT_NUMBER] = "number",
	    [FACT_MS] = "ms",         [FACT_BOOL] = "bool",
	    [FACT_LIST] = "list",
	};

	return names[type];
}

void list_ports_json(struct json_out *j, const char *ports)
{
	char item[128];

	json_key(j, "ports");
	json_array(j);
	while (ports != NULL && *ports != '\0') {
		size_t length = strcspn(ports, ",");

		if (length < sizeof item) {
			memcpy(item, ports, length);
			item[length] = '\0';
			json_string(j, item);
		}
		ports += length + (ports[length] == ',');
	}
	json_array_end(j);
}

static void list_words_json(struct json_out *j, const struct profile *p)
{
	json_key(j, "roles");
	json_array(j);
	for (size_t i = 0; i < p->role_count; i++) {
		json_object(j);
		json_key_string(j, "name", p->roles[i].name);
		json_key_string(j, "help", p->roles[i].help);
		json_object_end(j);
	}
	json_array_end(j);
	json_key(j, "scenarios");
	json_array(j);
	for (size_t i = 0; i < p->scenario_count; i++) {
		const struct scenario *s = &p->scenarios[i];

		json_object(j);
		json_key_string(j, "name", s->name);
		json_key_string(j, "help", s->help);
		json_key_bool(j, "default", s->by_default || s->first_choice);
		json_key(j, "choice");
		if (s->choice == 0)
			json_null(j);
		else
			json_number(j, (int64_t)s->choice);
		json_object_end(j);
	}
	json_array_end(j);
}

static void list_variables_json(struct json_out *j, const struct profile *p)
{
	json_key(j, "variables");
	json_array(j);
	for (size_t i = 0; i < p->variable_count; i++) {
		const struct variable *v = &p->variables[i];

		json_object(j);
		json_key_string(j, "name", v->name);
		json_key_string(j, "type", v->type);
		json_key_string(j, "help", v->help);
		json_key_string(j, "example", v->example);
		json_key_string(j, "default", v->fallback);
		json_object_end(j);
	}
	json_array_end(j);
}

void list_profile_json(struct json_out *j, const struct profile *p)
{
	json_object(j);
	json_key_string(j, "name", p->name);
	json_key_string(j, "version", p->version);
	json_key_string(j, "title", p->title);
	json_key_string(j, "description", p->description);
	json_key_string(j, "file", p->file);
	json_key_bool(j, "replaces_built_in", list_replaces_built_in(p));
	json_key_string(j, "sha256", p->sha256);
	json_key_number(j, "requirements", (int64_t)p->requirement_count);
	json_key_string(j, "default_role", p->default_role);
	list_words_json(j, p);
	list_variables_json(j, p);
	json_key(j, "sources");
	json_array(j);
	for (size_t i = 0; i < p->source_count; i++) {
		json_object(j);
		json_key_string(j, "name", p->sources[i].name);
		json_key_string(j, "title", p->sources[i].title);
		json_key_string(j, "url", p->sources[i].url);
		json_key_string(j, "retrieved", p->sources[i].retrieved);
		json_object_end(j);
	}
	json_array_end(j);
	json_object_end(j);
}

static void list_params_json(struct json_out *j, const struct check *c)
{
	json_key(j, "params");
	json_array(j);
	for (const struct param *p = c->params; p != NULL && p->name != NULL;
	     p++) {
		json_object(j);
		json_key_string(j, "name", p->name);
		json_key_string(j, "type", list_param_type(p->type));
		json_key_string(j, "default", p->fallback);
		json_key_bool(j, "required", p->required);
		if (p->type == PARAM_ENUM)
			json_key_strings(j, "choices", p->choices);
		json_key_string(j, "help", p->help);
		json_object_end(j);
	}
	json_array_end(j);
}

void list_check_json(struct json_out *j, const struct check *c)
{
	json_object(j);
	json_key_string(j, "name", c->name);
	json_key_string(j, "summary", c->summary);
	json_key_string(j, "transport", transport_name(c->transport));
	json_key(j, "port");
	if (c->port == 0)
		json_null(j);
	else
		json_number(j, c->port);
	json_key_bool(j, "proxy", c->proxy != PROXY_NEVER);
	json_key_string(j, "credential", c->credential);
	list_params_json(j, c);
	json_key(j, "facts");
	json_array(j);
	for (const struct fact_def *f = c->facts; f != NULL && f->name != NULL;
	     f++) {
		json_object(j);
		json_key_string(j, "name", f->name);
		json_key_string(j, "type", list_fact_type(f->type));
		json_key_string(j, "help", f->help);
		json_object_end(j);
	}
	json_array_end(j);
	json_object_end(j);
}
