/*
 * find.c - where profiles are: from a name on the command line to a file.
 */
#include "profiles/read/profile.h"
#include "profiles/read/built_in.h"
#include "profiles/read/reader.h"
#include "core/base/text.h"
#include "core/os/files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIND_FOLDERS_MAX = 16, FIND_PATH = 1024 };

static const char find_ending[] = ".yaml";

struct find_folders {
	char paths[FIND_FOLDERS_MAX][FIND_PATH];
	size_t count;
};

__attribute__((format(printf, 2, 3))) static void find_add(
    struct find_folders *f, const char *format, ...)
{
	va_list ap;
	int length;

	if (f->count == FIND_FOLDERS_MAX)
		return;
	va_start(ap, format);
	length = vsnprintf(f->paths[f->count], FIND_PATH, format, ap);
	va_end(ap);
	if (length > 0 && length < FIND_PATH)
		f->count++;
}

/* Beside the program's folder, wherever that is: share/preflight/profiles where
 * it is installed, profiles where it was built. Only a folder that another user
 * cannot have put there: beside /tmp/new/preflight everybody may make one. */
static void find_add_beside(struct find_folders *f)
{
	static const char *const places[] = {"share/preflight/profiles",
					     "profiles"};
	char above[FIND_PATH];
	char *end = NULL;
	size_t before;

	if (!os_folder_of_program(above, sizeof above))
		return;
	for (char *at = above; *at != '\0'; at++)
		if (strchr(os_path_separators, *at) != NULL)
			end = at;
	if (end == NULL)
		return;
	end[1] = '\0';
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		before = f->count;
		find_add(f, "%s%s", above, places[i]);
		if (f->count > before &&
		    !os_folder_is_of_owner(f->paths[before], above))
			f->count = before;
	}
}

static void find_folders(struct find_folders *f)
{
	const char *path = getenv("PREFLIGHT_PROFILE_PATH");
	char settings[FIND_PATH];

	f->count = 0;
	while (path != NULL && *path != '\0') {
		size_t length = strcspn(path, os_path_list_separators);

		if (length > 0 && length < FIND_PATH)
			find_add(f, "%.*s", (int)length, path);
		path += length + (path[length] != '\0');
	}
	if (os_folder_of_settings(settings, sizeof settings))
		find_add(f, "%s/profiles", settings);
	find_add_beside(f);
}

static bool find_is_path(const char *name)
{
	size_t length = strlen(name), ending = sizeof find_ending - 1;

	return strpbrk(name, os_path_separators) != NULL ||
	       (length > ending &&
		strcmp(name + length - ending, find_ending) == 0);
}

int profile_find(const char *name, char *path, size_t size, struct error *err)
{
	struct find_folders folders;
	struct arena scratch = {0};
	int length;

	if (find_is_path(name) || built_in_of_path(name) != NULL) {
		length = snprintf(path, size, "%s", name);
		return length >= 0 && (size_t)length < size
			   ? 0
			   : error_set(err, "the path is too long");
	}
	find_folders(&folders);
	for (size_t i = 0; i < folders.count; i++) {
		length = snprintf(path, size, "%s/%s%s", folders.paths[i], name,
				  find_ending);
		if (length > 0 && (size_t)length < size &&
		    os_file_is_readable(path))
			return 0;
	}
	if (built_in_find(name) != NULL &&
	    snprintf(path, size, "%s%s", built_in_prefix, name) < (int)size)
		return 0;
	error_unknown(err, "profile", name, text_name_at,
		      profile_names(&scratch), "see `preflight list profiles`");
	arena_free(&scratch);
	return -1;
}

struct find_names {
	struct arena *arena;
	const char **items;
	size_t count, capacity;
};

static void find_names_add(struct find_names *names, const char *name)
{
	names->items = mem_grow(names->items, &names->capacity,
				names->count + 2, sizeof(char *));
	names->items[names->count++] = name;
}

static void find_name(void *arg, const char *file)
{
	struct find_names *names = arg;
	size_t length = strlen(file);
	size_t ending = sizeof find_ending - 1;
	const char *name;

	if (length <= ending ||
	    strcmp(file + length - ending, find_ending) != 0)
		return;
	name = arena_strndup(names->arena, file, length - ending);
	if (name[strspn(name, reader_name_characters)] == '\0')
		find_names_add(names, name);
}

static int find_by_name(const void *a, const void *b)
{
	const char *const *left = a;
	const char *const *right = b;

	return strcmp(*left, *right);
}

const char *const *profile_names(struct arena *a)
{
	struct find_names names = {.arena = a};
	struct find_folders folders;
	const char **list;
	size_t count = 0;

	find_folders(&folders);
	for (size_t i = 0; i < folders.count; i++)
		os_folder_list(folders.paths[i], find_name, &names);
	for (const struct built_in *b = built_in_profiles; b->name != NULL; b++)
		find_names_add(&names, b->name);
	if (names.count > 1)
		qsort(names.items, names.count, sizeof *names.items,
		      find_by_name);
	list = arena_calloc(a, names.count + 1, sizeof *list);
	for (size_t i = 0; i < names.count; i++) {
		if (count == 0 || strcmp(list[count - 1], names.items[i]) != 0)
			list[count++] = names.items[i];
	}
	free(names.items);
	return list;
}
