/*
 * test_secret.c - secrets: from where they are taken, and what errors say.
 */
#include "core/os/private.h"
#include "core/os/secret.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

/* A variable of the environment gives its value; an absent or empty one is
 * an error that names it. */
static void test_env(void **state)
{
	(void)state;
	struct error err = {0};
	setenv("PREFLIGHT_TEST_SECRET", "hunter2", 1);
	struct secret *s = secret_load("env:PREFLIGHT_TEST_SECRET", &err);
	assert_non_null(s);
	assert_string_equal(s->value, "hunter2");
	assert_string_equal(s->source, "env:PREFLIGHT_TEST_SECRET");
	secret_free(s);
	secret_free(NULL);
	setenv("PREFLIGHT_TEST_SECRET", "", 1);
	assert_null(secret_load("env:PREFLIGHT_TEST_SECRET", &err));
	assert_string_equal(err.text, "env:PREFLIGHT_TEST_SECRET: "
				      "the variable is empty");
	unsetenv("PREFLIGHT_TEST_SECRET");
	assert_null(secret_load("env:PREFLIGHT_TEST_SECRET", &err));
	assert_string_equal(err.text, "env:PREFLIGHT_TEST_SECRET: "
				      "the variable is not set");
	assert_null(secret_load("env:", &err));
	assert_string_equal(err.text, "env: needs the name of a variable");
}

/* A value written where its source belongs is not repeated by the error. */
static void test_not_shown(void **state)
{
	(void)state;
	static const char *const bad[] = {"hunter2", "",    "ENV:hunter2",
					  "file",    "env", " env:hunter2"};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct error err = {0};
		char line[1024];
		assert_null(secret_load(bad[i], &err));
		error_format(&err, line, sizeof(line));
		assert_null(strstr(line, "hunter2"));
		assert_string_equal(
		    line, "a secret is not written here as plain text; "
			  "write env:NAME or file:PATH");
	}
}

/* A folder with one file "s" in it, of these bytes and this mode. */
struct vault {
	char folder[64], path[80], reference[96];
};

static void vault_make(struct vault *v, const void *bytes, size_t length,
		       mode_t mode)
{
	snprintf(v->folder, sizeof(v->folder), "/tmp/test_params.XXXXXX");
	assert_non_null(mkdtemp(v->folder));
	snprintf(v->path, sizeof(v->path), "%s/s", v->folder);
	snprintf(v->reference, sizeof(v->reference), "file:%s", v->path);
	FILE *f = fopen(v->path, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, length, f), length);
	fclose(f);
	assert_int_equal(chmod(v->path, mode), 0);
}

static void vault_drop(const struct vault *v)
{
	unlink(v->path);
	rmdir(v->folder);
}

static void expect_file(const char *bytes, size_t length, mode_t mode,
			const char *value, const char *error)
{
	struct vault v;
	struct error err = {0};
	char expected[200];
	vault_make(&v, bytes, length, mode);
	struct secret *s = secret_load(v.reference, &err);
	if (value != NULL) {
		assert_non_null(s);
		assert_string_equal(s->value, value);
		assert_string_equal(s->source, v.reference);
		secret_free(s);
	} else {
		assert_null(s);
		snprintf(expected, sizeof(expected), "%s: %s", v.reference,
			 error);
		assert_string_equal(err.text, expected);
	}
	vault_drop(&v);
}

/* A private file gives its bytes without the last newline. */
static void test_file(void **state)
{
	(void)state;
	expect_file("hunter2", 7, 0600, "hunter2", NULL);
	expect_file("hunter2\n", 8, 0400, "hunter2", NULL);
	expect_file("hunter2\r\n", 9, 0600, "hunter2", NULL);
	expect_file("hunter2\n\n", 9, 0600, "hunter2\n", NULL);
	expect_file(" two words ", 11, 0600, " two words ", NULL);
}

/* A file that others may use, that is empty, too large or binary is not
 * taken; the error shows no byte of it. */
static void test_file_refused(void **state)
{
	(void)state;
	static char large[4097];
	memset(large, 'x', sizeof(large));
	expect_file("x", 1, 0640, NULL,
		    "other users can read or change it (mode 0640)");
	expect_file("x", 1, 0604, NULL,
		    "other users can read or change it (mode 0604)");
	expect_file("x", 1, 0620, NULL,
		    "other users can read or change it (mode 0620)");
	expect_file("x", 1, 0601, NULL,
		    "other users can read or change it (mode 0601)");
	expect_file("", 0, 0600, NULL, "is empty");
	expect_file("\n", 1, 0600, NULL, "is empty");
	expect_file("a\0b", 3, 0600, NULL, "contains a NUL byte");
	expect_file(large, sizeof(large), 0600, NULL, "larger than 4096 bytes");
}

/* The largest file is taken whole. */
static void test_file_largest(void **state)
{
	(void)state;
	char largest[4097];
	memset(largest, 'x', 4096);
	largest[4096] = '\0';
	expect_file(largest, 4096, 0600, largest, NULL);
}

/* Links, folders, FIFOs and absent files are refused at once. */
static void test_file_kinds(void **state)
{
	(void)state;
	struct vault v;
	struct error err = {0};
	char path[120], reference[140];
	vault_make(&v, "hunter2", 7, 0600);
	snprintf(path, sizeof(path), "%s/link", v.folder);
	snprintf(reference, sizeof(reference), "file:%s", path);
	assert_int_equal(symlink(v.path, path), 0);
	assert_null(secret_load(reference, &err));
	assert_non_null(strstr(err.text, "cannot open: it is a symbolic link"));
	unlink(path);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_null(secret_load(reference, &err));
	assert_non_null(strstr(err.text, ": not a regular file"));
	unlink(path);
	assert_null(secret_load(reference, &err));
	assert_non_null(
	    strstr(err.text, ": cannot open: No such file or directory"));
	snprintf(reference, sizeof(reference), "file:%s", v.folder);
	assert_null(secret_load(reference, &err));
	assert_non_null(strstr(err.text, ": not a regular file"));
	assert_null(secret_load("file:", &err));
	assert_null(secret_load("file:/dev/null", &err));
	assert_string_equal(err.text, "file:/dev/null: not a regular file");
	vault_drop(&v);
}

/* A file of another user is refused (only root can make one to
 * try). */
static void test_file_owner(void **state)
{
	(void)state;
	struct vault v;
	struct error err = {0};
	if (geteuid() != 0)
		fail_msg("this one needs root: sudo make check");
	vault_make(&v, "hunter2", 7, 0600);
	assert_int_equal(chown(v.path, 12345, 0), 0);
	assert_null(secret_load(v.reference, &err));
	assert_non_null(
	    strstr(err.text, ": belongs to another user (uid 12345)"));
	vault_drop(&v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_env),
	    cmocka_unit_test(test_not_shown),
	    cmocka_unit_test(test_file),
	    cmocka_unit_test(test_file_refused),
	    cmocka_unit_test(test_file_largest),
	    cmocka_unit_test(test_file_kinds),
	    cmocka_unit_test(test_file_owner),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
