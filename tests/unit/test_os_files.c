/*
 * test_os_files.c - files, folders and private files of this host.
 */
#include "core/os/files.h"
#include "core/os/private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static char folder[64];

static const char *in_folder(const char *name)
{
	static char path[128];

	snprintf(path, sizeof path, "%s/%s", folder, name);
	return path;
}

static int set_up(void **state)
{
	(void)state;
	snprintf(folder, sizeof folder, "/tmp/test_os_files.XXXXXX");
	return mkdtemp(folder) == NULL ? -1 : 0;
}

static void remove_one(void *arg, const char *name)
{
	(void)arg;
	if (*name != '.' && unlink(in_folder(name)) == -1)
		rmdir(in_folder(name));
}

static int tear_down(void **state)
{
	(void)state;
	os_folder_list(folder, remove_one, NULL);
	return rmdir(folder);
}

static void make(const char *name, const char *text, mode_t mode)
{
	FILE *f = fopen(in_folder(name), "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	assert_int_equal(chmod(in_folder(name), mode), 0);
}

static void expect_text(const char *name, const char *text)
{
	char bytes[64] = "";
	FILE *f = fopen(in_folder(name), "r");

	assert_non_null(f);
	bytes[fread(bytes, 1, sizeof bytes - 1, f)] = '\0';
	fclose(f);
	assert_string_equal(bytes, text);
}

static void write_text(const void *arg, FILE *out)
{
	fputs(arg, out);
}

/* A stream that broke. */
static void write_badly(const void *arg, FILE *out)
{
	fputs(arg, out);
	fflush(out);
	close(fileno(out));
}

static void count(void *arg, const char *name)
{
	if (*name != '.')
		++*(unsigned *)arg;
}

static unsigned files(void)
{
	unsigned found = 0;

	assert_true(os_folder_list(folder, count, &found));
	return found;
}

/* The file is there as a whole, and for this user only. */
static void test_write(void **state)
{
	struct os_failure failure;
	struct stat st;

	(void)state;
	make("report", "old and longer", 0644);
	assert_true(
	    os_file_write(in_folder("report"), write_text, "new", &failure));
	expect_text("report", "new");
	assert_int_equal(stat(in_folder("report"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(files(), 1);
}

/* What was there stays, and no draft is left behind. */
static void test_write_fails(void **state)
{
	struct os_failure failure;

	(void)state;
	make("report", "old", 0600);
	assert_false(
	    os_file_write(in_folder("report"), write_badly, "new", &failure));
	assert_int_equal(failure.number, EBADF);
	expect_text("report", "old");
	assert_int_equal(files(), 1);
	assert_false(
	    os_file_write(in_folder("no/report"), write_text, "", &failure));
	assert_string_equal(os_failure_text(failure),
			    "No such file or directory");
	assert_int_equal(mkdir(in_folder("dir"), 0700), 0);
	assert_false(
	    os_file_write(in_folder("dir"), write_text, "x", &failure));
	assert_int_equal(failure.number, EISDIR);
	assert_int_equal(files(), 2);
}

static void expect_may(const char *path, bool may, const char *where, int why)
{
	struct os_failure failure;
	char into[64];

	assert_int_equal(os_file_may_be_made(path, into, sizeof into, &failure),
			 may);
	assert_string_equal(into, where);
	if (!may)
		assert_int_equal(failure.number, why);
}

static void test_may_be_made(void **state)
{
	char path[200];

	(void)state;
	expect_may("x", true, ".", 0);
	expect_may("/x", geteuid() == 0, "/", EACCES);
	make("file", "", 0600);
	snprintf(path, sizeof path, "%s/file/x", folder);
	expect_may(path, false, in_folder("file"), ENOTDIR);
	snprintf(path, sizeof path, "%s/none/x", folder);
	expect_may(path, false, in_folder("none"), ENOENT);
}

static void test_kinds(void **state)
{
	struct os_failure failure;
	struct os_file file;
	struct error err;
	FILE *in;

	(void)state;
	make("file", "12345", 0600);
	assert_int_equal(mkfifo(in_folder("pipe"), 0600), 0);
	assert_int_equal(symlink("file", in_folder("link")), 0);
	assert_int_equal(os_file_kind(in_folder("file")), OS_FILE_REGULAR);
	assert_int_equal(os_file_kind(in_folder("pipe")), OS_FILE_OTHER);
	assert_int_equal(os_file_kind(in_folder("link")), OS_FILE_OTHER);
	assert_int_equal(os_file_kind(in_folder("none")), OS_FILE_NONE);
	assert_int_equal(os_file_kind(folder), OS_FILE_FOLDER);
	in = os_file_open(in_folder("link"), &file, &failure);
	assert_non_null(in);
	assert_int_equal(file.kind, OS_FILE_REGULAR);
	assert_int_equal(file.size, 5);
	fclose(in);
	/* Nobody writes to this pipe: nothing may wait for it. */
	in = os_file_open(in_folder("pipe"), &file, &failure);
	assert_non_null(in);
	assert_int_equal(file.kind, OS_FILE_OTHER);
	fclose(in);
	assert_null(os_file_open(in_folder("none"), &file, &failure));
	assert_int_equal(failure.number, ENOENT);
	assert_true(os_file_is_readable(in_folder("file")));
	assert_false(os_file_is_readable(in_folder("none")));
	assert_null(os_file_stream(folder, &err));
	assert_string_equal(err.text, "cannot read: Is a directory");
	assert_string_equal(err.file, folder);
}

static void test_folders(void **state)
{
	char path[256];
	unsigned unused = 0;

	(void)state;
	assert_false(os_folder_list(in_folder("none"), count, &unused));
	assert_true(os_folder_of_program(path, sizeof path));
	assert_non_null(strstr(path, "/tests/unit"));
	assert_false(os_folder_of_program(path, 4));
	setenv("HOME", "/home/me", 1);
	assert_true(os_folder_of_settings(path, sizeof path));
	assert_string_equal(path, "/home/me/.config/preflight");
	assert_false(os_folder_of_settings(path, 8));
	setenv("HOME", "", 1);
	assert_false(os_folder_of_settings(path, sizeof path));
	unsetenv("HOME");
	assert_false(os_folder_of_settings(path, sizeof path));
}

/* Whose a folder is: what the owner of the other one, or the administrator, put
 * there. */
static void test_owner(void **state)
{
	(void)state;
	assert_true(os_folder_is_of_owner("/", "/"));
	assert_true(os_folder_is_of_owner("/usr", folder));
	assert_true(os_folder_is_of_owner(folder, folder));
	assert_false(os_folder_is_of_owner(in_folder("none"), folder));
	assert_false(os_folder_is_of_owner("/etc/passwd", "/"));
	if (geteuid() == 0)
		assert_int_equal(chown(folder, 12345, 12345), 0);
	assert_false(os_folder_is_of_owner(folder, "/"));
	assert_true(os_folder_is_of_owner(folder, folder));
}

static void test_text(void **state)
{
	char *text = os_file_text(write_text, "some text");

	(void)state;
	assert_string_equal(text, "some text");
	free(text);
	text = os_file_text(write_text, "");
	assert_string_equal(text, "");
	free(text);
}

/* Read as it is, cut at the size; the errors begin with the name given. */
static void test_private(void **state)
{
	struct error err;
	char bytes[8];

	(void)state;
	make("secret", "hunter2\n", 0600);
	assert_int_equal(os_private_read(in_folder("secret"), "file:s", bytes,
					 sizeof bytes, &err),
			 8);
	assert_memory_equal(bytes, "hunter2\n", 8);
	assert_int_equal(
	    os_private_read(in_folder("secret"), "file:s", bytes, 3, &err), 3);
	assert_int_equal(chmod(in_folder("secret"), 0604), 0);
	assert_int_equal(os_private_read(in_folder("secret"), "file:s", bytes,
					 sizeof bytes, &err),
			 -1);
	assert_string_equal(
	    err.text, "file:s: other users can read or change it (mode 0604)");
	assert_string_equal(err.suggestion, "run chmod 600 on that file");
	assert_int_equal(
	    os_private_read(folder, "x", bytes, sizeof bytes, &err), -1);
	assert_string_equal(err.text, "x: not a regular file");
	assert_int_equal(symlink("secret", in_folder("link")), 0);
	assert_int_equal(
	    os_private_read(in_folder("link"), "l", bytes, sizeof bytes, &err),
	    -1);
	assert_string_equal(err.text, "l: cannot open: it is a symbolic link");
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    IN_FOLDER(test_write),   IN_FOLDER(test_write_fails),
	    IN_FOLDER(test_kinds),   IN_FOLDER(test_may_be_made),
	    IN_FOLDER(test_folders), IN_FOLDER(test_private),
	    IN_FOLDER(test_owner),   cmocka_unit_test(test_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
