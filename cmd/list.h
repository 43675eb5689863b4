/*
 * list.h - what `list` lists, as text and JSON.
 */
#ifndef PREFLIGHT_LIST_H
#define PREFLIGHT_LIST_H

#include "core/engine/check.h"
#include "core/base/json.h"
#include "cmd/options.h"
#include "profiles/read/profile.h"

/* A file on the disk stands in for the profile of that name inside the
 * program. */
bool list_replaces_built_in(const struct profile *p);

void list_profile_json(struct json_out *j, const struct profile *p);
void list_check_json(struct json_out *j, const struct check *c);

/* "80,443" as ["80", "443"]; NULL gives []. */
void list_ports_json(struct json_out *j, const char *ports);

/* Everything of one kind; `profiles` is not used. */
void list_options_text(const struct profile *const *profiles);
void list_options_json(struct json_out *j,
		       const struct profile *const *profiles);
void list_commands_text(const struct profile *const *profiles);
void list_commands_json(struct json_out *j,
			const struct profile *const *profiles);

const char *list_param_type(enum param_type type);

#endif
