/*
 * test_profile_shipped.c - the profiles that come with the program: they load
 * with the real checks, and every requirement tells a reader what it is for.
 */
#include "profiles/read/profile.h"

#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void check_words(const struct profile *p)
{
	for (size_t i = 0; i < p->requirement_count; i++) {
		const struct requirement *q = &p->requirements[i];

		if (q->purpose == NULL || q->impact == NULL)
			fail_msg("%s: %s lacks purpose or impact", p->file,
				 q->id);
		/* Beyond the matrix: the note says where it comes from. */
		if (q->covers[0] == NULL && q->note == NULL)
			fail_msg("%s: %s covers nothing, without a note",
				 p->file, q->id);
	}
}

static void shipped(void **state)
{
	glob_t found;

	(void)state;
	assert_int_equal(glob("profiles/*.yaml", 0, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		const char *path = found.gl_pathv[i];
		struct errors errors = {0};
		struct profile *p = profile_load(path, &errors);
		char line[2048] = "";
		char *name;

		if (errors.count > 0)
			error_format(&errors.items[0], line, sizeof line);
		assert_string_equal(line, "");
		name = mem_printf("profiles/%s.yaml", p->name);
		assert_string_equal(name, path);
		check_words(p);
		free(name);
		profile_free(p);
	}
	globfree(&found);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(shipped)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
