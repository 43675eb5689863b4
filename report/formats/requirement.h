/*
 * requirement.h - a requirement as JSON: one shape for list, explain, plan and
 * the report.
 */
#ifndef PREFLIGHT_REQUIREMENT_H
#define PREFLIGHT_REQUIREMENT_H

#include "core/base/json.h"
#include "profiles/read/profile.h"

/* The members that all of them have, as in a report (fields_need), into an
 * object that is open. */
void requirement_json(struct json_out *j, const struct requirement *q,
		      const char *id, const char *ports);
/* The same, and what else the profile says, as in list and explain. */
void requirement_json_all(struct json_out *j, const struct requirement *q);

#endif
