/*
 * list.h - what `list` lists, as text and JSON.
 */
#ifndef PREFLIGHT_LIST_H
#define PREFLIGHT_LIST_H

#include "core/engine/check.h"
#include "core/base/json.h"
#include "cmd/options.h"
#include "profiles/read/profile.h"
#include "report/formats/layout.h"

/* What is listed, and how much of it. */
struct list_request {
	const struct profile *const *profiles; /* NULL-terminated */
	const char *const *names; /* only these; NULL-terminated, empty: all */
	bool detail;              /* more than a line each */
};
/* One of the names, where there are any. */
bool list_wants(const struct list_request *r, const char *name);

/* All profiles that can be found, or only those of the names, which may be
 * files; NULL-terminated, freed by list_free(). Broken ones are errors: the
 * others are listed all the same. */
struct profile **list_load(const char *const *names, struct errors *errors);
void list_free(struct profile **loaded);

/* A file on the disk stands in for the profile of that name inside the
 * program. */
bool list_replaces_built_in(const struct profile *p);

void list_profile_json(struct json_out *j, const struct profile *p);
void list_check_json(struct json_out *j, const struct check *c);

/* "80,443" as ["80", "443"]; NULL gives []. */
void list_ports_json(struct json_out *j, const char *ports);

/* list_text.c, list_options.c: one kind of thing, for people. */
void list_profiles_text(struct layout *l, const struct list_request *r);
void list_requirements_text(struct layout *l, const struct list_request *r);
void list_checks_text(struct layout *l, const struct list_request *r);
void list_formats_text(struct layout *l, const struct list_request *r);
void list_findings_text(struct layout *l, const struct list_request *r);
void list_options_text(struct layout *l, const struct list_request *r);
void list_commands_text(struct layout *l, const struct list_request *r);
/* The same as items of a JSON array. */
void list_options_json(struct json_out *j, const struct list_request *r);
void list_commands_json(struct json_out *j, const struct list_request *r);

const char *list_param_type(enum param_type type);

#endif
