/*
 * files.h - files and folders of this host.
 *
 * Paths are UTF-8, as the user writes them. Streams are binary, are not
 * inherited, and belong to the caller, who closes them.
 */
#ifndef PREFLIGHT_OS_FILES_H
#define PREFLIGHT_OS_FILES_H

#include "core/base/error.h"
#include "core/os/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum os_file_kind {
	OS_FILE_NONE, /* nothing of that name, or not to be seen */
	OS_FILE_REGULAR,
	OS_FILE_FOLDER,
	OS_FILE_OTHER /* a pipe, a device, a link that is not followed */
};

/* Of the name itself: a link is OS_FILE_OTHER. */
enum os_file_kind os_file_kind(const char *path);
bool os_file_is_readable(const char *path);

/* What is open: its kind, and its size in octets when it is regular. */
struct os_file {
	enum os_file_kind kind;
	int64_t size;
};

/* Opens for reading what links lead to, without waiting for the other end of a
 * pipe. NULL with *failure set. The caller looks at the kind before it reads.
 */
FILE *os_file_open(const char *path, struct os_file *out,
		   struct os_failure *failure);
/* Opens for reading, also a pipe, but no folder. A read from a pipe that gives
 * nothing for ten seconds fails. NULL with err set, at path. */
FILE *os_file_stream(const char *path, struct error *err);

/* Can a file of this path be made? False with *failure set; folder gets the
 * folder that it would lie in, cut to size. */
bool os_file_may_be_made(const char *path, char *folder, size_t size,
			 struct os_failure *failure);
/*
 * A file that is made as a whole: a draft beside it, readable by this user
 * only, replaces the path when all of it is on the disk. What was there before
 * is untouched until then; a program that ends leaves no draft behind, if only
 * it is not killed.
 */
struct os_draft;
/* NULL with *failure set: it cannot be made. */
struct os_draft *os_draft_open(const char *path, struct os_failure *failure);
/* What write() fills it with becomes the file. False with *failure set. Frees
 * the draft in either case. */
bool os_draft_finish(struct os_draft *d,
		     void (*write)(const void *arg, FILE *out), const void *arg,
		     struct os_failure *failure);
void os_draft_drop(struct os_draft *d); /* NULL is fine */
/* All drafts that are open; for signal handlers. */
void os_drafts_remove(void);

/*
 * Both in one: writes a file as a whole: write() fills a draft beside it,
 * readable by this user only, which replaces the path when all of it is on the
 * disk. False with *failure set; what was there before is untouched then.
 */
bool os_file_write(const char *path, void (*write)(const void *arg, FILE *out),
		   const void *arg, struct os_failure *failure);

/* What write() writes, as text that ends in NUL; the caller frees it. */
char *os_file_text(void (*write)(const void *arg, FILE *out), const void *arg);

/* Calls each() with every name in a folder, in no order. False: it cannot be
 * listed. */
bool os_folder_list(const char *folder,
		    void (*each)(void *arg, const char *name), void *arg);
/* The folder that the running program lies in, and the one of this user's
 * settings of preflight. False: not known, or no room. */
bool os_folder_of_program(char *out, size_t size);
bool os_folder_of_settings(char *out, size_t size);
/* Does a folder belong to the administrator, or to the owner of the other one?
 * False also where either is not known. */
bool os_folder_is_of_owner(const char *folder, const char *other);

/* Characters that part the folders of a path, and the paths of a list in an
 * environment variable. */
extern const char os_path_separators[], os_path_list_separators[];

#endif
