/*
 * find.c - where profiles are: from a name on the command line to a file.
 */
#include "profiles/read/profile.h"
#include "profiles/read/reader.h"
#include "core/base/text.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

/* `profiles` beside the folder of the program: build/preflight. */
static void find_add_beside(struct find_folders *f)
{
	char program[FIND_PATH];
	ssize_t length =
	    readlink("/proc/self/exe", program, sizeof program - 1);
	char *slash;

	if (length <= 0)
		return;
	program[length] = '\0';
	for (int i = 0; i < 2; i++) {
		slash = strrchr(program, '/');
		if (slash == NULL)
			return;
		*slash = '\0';
	}
	find_add(f, "%s/profiles", program);
}

static void find_folders(struct find_folders *f)
{
	const char *path = getenv("PREFLIGHT_PROFILE_PATH");
	const char *home = getenv("HOME");

	f->count = 0;
	while (path != NULL && *path != '\0') {
		size_t length = strcspn(path, ":");

		if (length > 0 && length < FIND_PATH)
			find_add(f, "%.*s", (int)length, path);
		path += length + (path[length] == ':');
	}
	if (home != NULL && *home != '\0')
		find_add(f, "%s/.config/preflight/profiles", home);
	find_add(f, "%s/share/preflight/profiles", PREFLIGHT_PREFIX);
	find_add_beside(f);
}

static bool find_is_path(const char *name)
{
	size_t length = strlen(name), ending = sizeof find_ending - 1;

	return strchr(name, '/') != NULL ||
	       (length > ending &&
		strcmp(name + length - ending, find_ending) == 0);
}

int profile_find(const char *name, char *path, size_t size, struct error *err)
{
	struct find_folders folders;
	struct arena scratch = {0};
	int length;

	if (find_is_path(name)) {
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
		    access(path, R_OK) == 0)
			return 0;
	}
	error_unknown(err, "profile", name, text_name_at,
		      profile_names(&scratch), "see `preflight list profiles`");
	arena_free(&scratch);
	return -1;
}

struct find_names {
	const char **items;
	size_t count, capacity;
};

static void find_names_in(struct arena *a, const char *folder,
			  struct find_names *names)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;

	if (dir == NULL)
		return;
	while ((entry = readdir(dir)) != NULL) {
		size_t length = strlen(entry->d_name);
		size_t ending = sizeof find_ending - 1;
		const char *name;

		if (length <= ending ||
		    strcmp(entry->d_name + length - ending, find_ending) != 0)
			continue;
		name = arena_strndup(a, entry->d_name, length - ending);
		if (name[strspn(name, reader_name_characters)] != '\0')
			continue;
		names->items = mem_grow(names->items, &names->capacity,
					names->count + 2, sizeof(char *));
		names->items[names->count++] = name;
	}
	closedir(dir);
}

static int find_by_name(const void *a, const void *b)
{
	const char *const *left = a;
	const char *const *right = b;

	return strcmp(*left, *right);
}

const char *const *profile_names(struct arena *a)
{
	struct find_names names = {NULL, 0, 0};
	struct find_folders folders;
	const char **list;
	size_t count = 0;

	find_folders(&folders);
	for (size_t i = 0; i < folders.count; i++)
		find_names_in(a, folders.paths[i], &names);
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
