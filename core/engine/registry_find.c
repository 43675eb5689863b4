/*
 * registry_find.c - a check by its YAML word, from the generated registry.
 */
#include "core/engine/check.h"

#include <string.h>

const struct check *check_find(const char *name)
{
	for (size_t i = 0; check_registry[i] != NULL; i++) {
		if (strcmp(check_registry[i]->name, name) == 0)
			return check_registry[i];
	}
	return NULL;
}
