/*
 * built_in.h - the profiles inside the program, for hosts that have no file of
 * them.
 */
#ifndef PREFLIGHT_BUILT_IN_H
#define PREFLIGHT_BUILT_IN_H

struct built_in {
	const char *name;
	const char *text; /* the file as it is */
};

/* Made from profiles/(name).yaml when the program is built; a NULL name ends
 * it. */
extern const struct built_in built_in_profiles[];

/* What stands before the name in the path of such a profile
 * ("built-in:certero"). */
extern const char built_in_prefix[];

/* The profile of that name, or NULL. */
const struct built_in *built_in_find(const char *name);
/* The same of a path: prefix and name. */
const struct built_in *built_in_of_path(const char *path);

#endif
