/*
 * understood.h - what was understood of an inventory, for people and as JSON.
 */
#ifndef PREFLIGHT_UNDERSTOOD_H
#define PREFLIGHT_UNDERSTOOD_H

#include "core/base/json.h"
#include "profiles/read/inventory.h"

#include <stdio.h>

/* Networks with their sizes, types, sites, and every note; each line behind
 * this mark. */
void understood_print(const struct inventory *inv, const char *mark, FILE *out);
/* The types that there are, for words that are not one. */
void understood_types(const char *mark, FILE *out);
/* The same as members of a JSON object. */
void understood_json(const struct inventory *inv, struct json_out *j);

#endif
