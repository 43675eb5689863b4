/* built_in.c - which profile inside the program is meant. */
#include "profiles/read/built_in.h"

#include <stddef.h>
#include <string.h>

const char built_in_prefix[] = "built-in:";

const struct built_in *built_in_find(const char *name)
{
	for (const struct built_in *b = built_in_profiles; b->name != NULL; b++)
		if (strcmp(b->name, name) == 0)
			return b;
	return NULL;
}

const struct built_in *built_in_of_path(const char *path)
{
	size_t length = sizeof built_in_prefix - 1;

	return strncmp(path, built_in_prefix, length) == 0
		   ? built_in_find(path + length)
		   : NULL;
}
