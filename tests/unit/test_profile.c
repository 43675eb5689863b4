/*
 * test_profile.c - profiles and inventories: what is refused, and how it is
 * said. Every case of tests/profiles/bad.txt, which the Makefile makes a file
 * of in build/tests/profiles, must give exactly its errors.
 */
#include "profiles/read/inventory.h"
#include "profiles/read/profile.h"
#include "tests/unit/test_profile_registry.h"
#include "tests/unit/text_file.h"

#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[64];

static bool is_inventory(const char *path)
{
	return strncmp(path, "bad-inventory", 13) == 0;
}

static void load(const char *path, struct errors *errors)
{
	if (is_inventory(path)) {
		struct inventory *inv = inventory_new();

		inventory_load(inv, path, errors);
		inventory_free(inv);
	} else {
		profile_free(profile_load(path, errors));
	}
}

/* All errors, a line each; the caller frees it. */
static char *load_text(const char *path)
{
	struct errors errors = {0};
	struct buf text;
	char line[2048];
	char *copy;

	buf_init(&text, 1 << 20);
	load(path, &errors);
	for (size_t i = 0; i < errors.count; i++) {
		error_format(&errors.items[i], line, sizeof line);
		buf_printf(&text, "%s\n", line);
	}
	copy = mem_strdup(buf_text(&text));
	buf_free(&text);
	errors_free(&errors);
	return copy;
}

static void bad_files(void **state)
{
	unsigned wrong = 0;
	glob_t found;

	(void)state;
	assert_int_equal(chdir("build/tests/profiles"), 0);
	assert_int_equal(glob("bad-*.[yc][as]*", 0, NULL, &found), 0);
	assert_true(found.gl_pathc > 50);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		const char *path = found.gl_pathv[i];
		const char *dot = strrchr(path, '.');
		char *expected_path =
		    mem_printf("%.*s.txt", (int)(dot - path), path);
		char *expected = read_text(expected_path);
		char *have = load_text(path);

		if (strcmp(have, expected) != 0 || *have == '\0') {
			print_error("%s gives\n%sexpected\n%s", path, have,
				    expected);
			wrong++;
		}
		free(expected_path);
		free(expected);
		free(have);
	}
	globfree(&found);
	assert_int_equal(chdir("../../.."), 0);
	assert_int_equal(wrong, 0);
}

/* Files whose flaw no editor keeps: bytes, sizes. -------------------------- */

static void write_file(const char *name, const char *bytes, size_t length)
{
	FILE *out = fopen(name, "w");

	assert_non_null(out);
	assert_int_equal(fwrite(bytes, 1, length, out), length);
	assert_int_equal(fclose(out), 0);
}

static void expect_error(const char *name, const char *wanted)
{
	char *have = load_text(name);

	assert_string_equal(have, wanted);
	free(have);
}

static void expect_bytes(const char *bytes, size_t length, const char *wanted)
{
	write_file("x.yaml", bytes, length);
	expect_error("x.yaml", wanted);
}

#define EXPECT_BYTES(text, wanted) expect_bytes(text, sizeof text - 1, wanted)

static void bad_bytes(void **state)
{
	(void)state;
	EXPECT_BYTES("", "x.yaml: is empty\n");
	EXPECT_BYTES("\xef\xbb\xbf", "x.yaml: is empty\n");
	EXPECT_BYTES("a: b\0c\n",
		     "x.yaml:1:5: NUL byte: this is not a text file\n");
	EXPECT_BYTES("a: b\n\x7f"
		     "ELF\n",
		     "x.yaml:2:1: control character in the text\n");
	EXPECT_BYTES("a: \x1b[31m\n",
		     "x.yaml:1:4: control character in the text\n");
	EXPECT_BYTES("a: \xe4\n", "x.yaml:1:4: byte 0xe4 is not UTF-8\n");
	EXPECT_BYTES("a: \xc3\xa4\xe2\x80\xae\n",
		     "x.yaml:1:5: control character in the text\n");
	EXPECT_BYTES("\xff\xfe"
		     "a\0",
		     "x.yaml:1:1: byte 0xff is not UTF-8\n");
	EXPECT_BYTES("a: b\rc: d\n",
		     "x.yaml:1:5: control character in the text\n");
}

static void bad_places(void **state)
{
	(void)state;
	expect_error("missing.yaml",
		     "missing.yaml: cannot be opened: No such file or "
		     "directory\n");
	assert_int_equal(mkdir("folder.yaml", 0700), 0);
	expect_error("folder.yaml", "folder.yaml: is a directory\n");
	assert_int_equal(mkfifo("pipe.yaml", 0600), 0);
	expect_error("pipe.yaml", "pipe.yaml: is not a regular file\n");
}

static void too_large(void **state)
{
	(void)state;
	write_file("large.yaml", "a: b\n", 5);
	assert_int_equal(truncate("large.yaml", 100 << 20), 0);
	expect_error("large.yaml", "large.yaml: has 104857600 bytes, at most "
				   "1048576 are read; write several files\n");
}

static void too_deep(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 1 << 20);
	for (int i = 0; i < 10000; i++)
		buf_putc(&b, '[');
	expect_bytes(buf_text(&b), b.length,
		     "x.yaml:1:33: nested too deeply\n");
	buf_free(&b);
}

static void too_many(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 1 << 20);
	buf_puts(&b, "a: [x");
	for (int i = 0; i < 60000; i++)
		buf_puts(&b, ",x");
	buf_puts(&b, "]\n");
	expect_bytes(buf_text(&b), b.length,
		     "x.yaml:1:99999: more than 50000 values in one file\n");
	buf_free(&b);
}

/* Every mistake is counted, the first hundred are told. */
static void many_errors(void **state)
{
	struct errors errors = {0};
	struct buf b;

	(void)state;
	buf_init(&b, 1 << 20);
	buf_puts(&b, "preflight: profile/1\n");
	for (int i = 0; i < 1000; i++)
		buf_printf(&b, "k%d: x\n", i);
	write_file("x.yaml", buf_text(&b), b.length);
	assert_null(profile_load("x.yaml", &errors));
	assert_int_equal(errors.count, ERRORS_MAX);
	assert_true(errors.dropped > 800);
	errors_free(&errors);
	buf_free(&b);
}

/* What is right ------------------------------------------------------------ */

static const char good[] =
    "\xef\xbb\xbf"
    "preflight: profile/1\r\n"
    "name: sample\r\n"
    "version: 2026.1.1\r\n"
    "title: \"Gr\xc3\xbc\xc3\x9f Gott\"\r\n"
    "sources: {doc: {title: Sample, url: \"https://example.com\"}}\r\n"
    "variables:\r\n"
    "  tenant_url: {type: url, help: h, default: "
    "\"https://a.example.com\"}\r\n"
    "roles: {collector: this machine, server: the other}\r\n"
    "default_role: collector\r\n"
    "scenarios: {core: always, a: one, b: two}\r\n"
    "choose_one: [[a, b]]\r\n"
    "requirements:\r\n"
    "  - id: a.one\r\n"
    "    title: One\r\n"
    "    covers: [AUV-01]\r\n"
    "    deviates: {AUV-01: because}\r\n"
    "    from: \"collector; server\"\r\n"
    "    to: [\"device:unix\", \"device:snmp\"]\r\n"
    "    level: alternative\r\n"
    "    group: cli\r\n"
    "    check: ssh\r\n"
    "    note: >\r\n"
    "      two\r\n"
    "      lines\r\n"
    "    source: doc\r\n"
    "  - {id: a.two, title: Two, from: \"device:any\", to: collector,\r\n"
    "     level: required, check: udp, ports: [69], source: doc}\r\n";

static void good_profile(void **state)
{
	struct errors errors = {0};
	struct profile *p;
	const struct requirement *q;

	(void)state;
	write_file("good.yaml", good, sizeof good - 1);
	p = profile_load("good.yaml", &errors);
	assert_int_equal(errors.count, 0);
	assert_non_null(p);
	assert_int_equal(strlen(p->sha256), 64);
	assert_string_equal(p->title, "Gr\xc3\xbc\xc3\x9f Gott");
	assert_int_equal(p->scenario_count, 3);
	assert_true(p->scenarios[0].by_default);
	assert_true(p->scenarios[1].first_choice);
	assert_int_equal(p->scenarios[2].choice, 1);
	assert_int_equal(p->requirement_count, 2);
	q = &p->requirements[0];
	assert_string_equal(q->from, "collector; server");
	assert_string_equal(q->from_list[1], "server");
	assert_string_equal(q->to, "device:unix;device:snmp");
	assert_int_equal(q->to_kind, TO_DEVICE);
	assert_string_equal(q->device_types[1], "snmp");
	assert_string_equal(q->deviates_reasons[0], "because");
	assert_int_equal(q->ports.list.count, 1);
	assert_int_equal(q->ports.list.ranges[0].first, 22);
	assert_int_equal(q->transports, TRANSPORTS_TCP);
	assert_string_equal(q->note, "two lines");
	assert_string_equal(q->scenario, "core");
	assert_int_equal(q->level, LEVEL_ALTERNATIVE);
	assert_int_equal(q->proof, PROOF_SERVICE);
	assert_false(q->inbound);
	assert_int_equal(q->line, 13);
	assert_true(p->requirements[1].inbound);
	assert_int_equal(p->requirements[1].to_kind, TO_ROLE);
	profile_free(p);
}

static void find_profile(void **state)
{
	struct arena a = {0};
	struct error err;
	char path[256];
	const char *const *names;

	(void)state;
	assert_int_equal(profile_find("x/y", path, sizeof path, &err), 0);
	assert_string_equal(path, "x/y");
	assert_int_equal(mkdir("found", 0700), 0);
	write_file("found/acme-suite.yaml", "x", 1);
	write_file("found/Not A Name.yaml", "x", 1);
	assert_int_equal(setenv("PREFLIGHT_PROFILE_PATH", "none:found", 1), 0);
	assert_int_equal(setenv("HOME", "/nonexistent", 1), 0);
	assert_int_equal(profile_find("acme-suite", path, sizeof path, &err),
			 0);
	assert_string_equal(path, "found/acme-suite.yaml");
	names = profile_names(&a);
	assert_string_equal(names[0], "acme-suite");
	assert_int_equal(profile_find("acme-siute", path, sizeof path, &err),
			 -1);
	assert_string_equal(err.text, "unknown profile 'acme-siute'");
	assert_string_equal(err.suggestion, "did you mean 'acme-suite'?");
	arena_free(&a);
}

/* A folder of its own for what the tests write. */
static int enter(void **state)
{
	static char home[4096];

	*state = getcwd(home, sizeof home);
	snprintf(folder, sizeof folder, "/tmp/test_profile.XXXXXX");
	return mkdtemp(folder) == NULL || chdir(folder) == -1;
}

static int leave(void **state)
{
	static const char *const names[] = {"x.yaml",
					    "large.yaml",
					    "good.yaml",
					    "pipe.yaml",
					    "found/acme-suite.yaml",
					    "found/Not A Name.yaml"};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		unlink(names[i]);
	rmdir("folder.yaml");
	rmdir("found");
	if (chdir(*state) == -1)
		return -1;
	return rmdir(folder);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, enter, leave)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(bad_files), IN_FOLDER(bad_bytes),
	    IN_FOLDER(bad_places),       IN_FOLDER(too_large),
	    IN_FOLDER(too_deep),         IN_FOLDER(too_many),
	    IN_FOLDER(many_errors),      IN_FOLDER(good_profile),
	    IN_FOLDER(find_profile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
