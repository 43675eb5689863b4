/*
 * test_mem.c - allocation, growing arrays and arenas.
 */
#include "core/base/mem.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

/* Allocated memory is zero, and no size gives no NULL. */
static void test_zeroed(void **state)
{
	(void)state;
	unsigned char *p = mem_calloc(3, 100);
	for (size_t i = 0; i < 300; i++)
		assert_int_equal(p[i], 0);
	free(p);
	p = mem_calloc(0, 0);
	assert_non_null(p);
	free(p);
	p = mem_realloc(NULL, 0, 4);
	assert_non_null(p);
	free(p);
}

/* A length bounds the copy; a NUL before it ends it. */
static void test_strings(void **state)
{
	(void)state;
	char *s = mem_strndup("abcdef", 3);
	assert_string_equal(s, "abc");
	free(s);
	s = mem_strndup("ab", 100);
	assert_string_equal(s, "ab");
	free(s);
	s = mem_strdup("");
	assert_string_equal(s, "");
	free(s);
	s = mem_printf("%s-%d", "x", 42);
	assert_string_equal(s, "x-42");
	free(s);
}

/* A grown array keeps its items, and the new ones are zero. */
static void test_grow(void **state)
{
	(void)state;
	size_t capacity = 0;
	int *items = NULL;
	for (int i = 0; i < 1000; i++) {
		items =
		    mem_grow(items, &capacity, (size_t)i + 1, sizeof(*items));
		assert_true(capacity > (size_t)i);
		assert_int_equal(items[i], 0);
		items[i] = i;
	}
	for (int i = 0; i < 1000; i++)
		assert_int_equal(items[i], i);
	int *same = mem_grow(items, &capacity, 10, sizeof(*items));
	assert_ptr_equal(same, items);
	free(items);
}

/* Runs what must end the program; its stderr and exit status. */
static int run_dying(void (*dying)(void), char *line, size_t size)
{
	int fds[2], status;
	assert_int_equal(pipe(fds), 0);
	pid_t child = fork();
	assert_int_not_equal(child, -1);
	if (child == 0) {
		dup2(fds[1], STDERR_FILENO);
		dying();
		_exit(0);
	}
	close(fds[1]);
	ssize_t n = read(fds[0], line, size - 1);
	line[n > 0 ? n : 0] = '\0';
	close(fds[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void die_calloc(void)
{
	free(mem_calloc(SIZE_MAX / 2, 3));
}

static void die_realloc(void)
{
	free(mem_realloc(NULL, SIZE_MAX, 2));
}

static void die_grow(void)
{
	size_t capacity = 0;
	free(mem_grow(NULL, &capacity, SIZE_MAX, 1));
}

static void die_arena(void)
{
	struct arena a = {0};
	arena_calloc(&a, SIZE_MAX, 1);
}

/* Sizes that overflow end in one line and exit status 3, not in a short
 * block that is written past its end. */
static void test_overflow(void **state)
{
	(void)state;
	void (*const all[])(void) = {die_calloc, die_realloc, die_grow,
				     die_arena};
	for (size_t i = 0; i < 4; i++) {
		char line[100];
		assert_int_equal(run_dying(all[i], line, sizeof(line)), 3);
		assert_string_equal(line, "preflight: out of memory\n");
	}
}

/* What an arena gives is zero, aligned and apart from what it gave before,
 * whether small or larger than a chunk. */
static void test_arena(void **state)
{
	(void)state;
	struct arena a = {0};
	unsigned char *all[400];
	for (size_t i = 0; i < 400; i++) {
		size_t size = i % 50 == 49 ? 100000 : i + 1;
		all[i] = arena_calloc(&a, 1, size);
		assert_int_equal((uintptr_t)all[i] % alignof(max_align_t), 0);
		for (size_t k = 0; k < size; k++)
			assert_int_equal(all[i][k], 0);
		memset(all[i], (int)i, size);
	}
	for (size_t i = 0; i < 400; i++) {
		size_t size = i % 50 == 49 ? 100000 : i + 1;
		for (size_t k = 0; k < size; k++)
			assert_int_equal(all[i][k], (unsigned char)i);
	}
	arena_free(&a);
	assert_null(a.chunks);
	arena_free(&a);
}

/* Strings and arrays are copied; NULL stays NULL. */
static void test_arena_copies(void **state)
{
	(void)state;
	struct arena a = {0};
	int numbers[3] = {1, 2, 3};
	assert_null(arena_strdup(&a, NULL));
	assert_null(arena_strndup(&a, NULL, 3));
	assert_string_equal(arena_strdup(&a, "text"), "text");
	assert_string_equal(arena_strndup(&a, "text", 2), "te");
	assert_string_equal(arena_printf(&a, "%03d", 7), "007");
	int *copy = arena_copy(&a, numbers, 3, sizeof(*numbers));
	numbers[0] = 9;
	assert_int_equal(copy[0], 1);
	assert_int_equal(copy[2], 3);
	assert_non_null(arena_copy(&a, NULL, 0, sizeof(*numbers)));
	arena_free(&a);
}

/* The first place counts; a part that is longer or cut off is not there. */
static void test_find(void **state)
{
	(void)state;
	static const char bytes[] = "ab\0abc\0ab";
	size_t length = sizeof(bytes) - 1;
	assert_ptr_equal(mem_find(bytes, length, "ab", 2), bytes);
	assert_ptr_equal(mem_find(bytes, length, "abc", 3), bytes + 3);
	assert_ptr_equal(mem_find(bytes, length, "\0ab", 3), bytes + 2);
	assert_ptr_equal(mem_find(bytes, length, "", 0), bytes);
	assert_null(mem_find(bytes, 5, "abc", 3));
	assert_null(mem_find(bytes, 2, "abc", 3));
	assert_null(mem_find(bytes, length, "b\0b", 3));
}

/* The octets are gone, and no more than those. */
static void test_wipe(void **state)
{
	(void)state;
	char secret[] = "secret";
	mem_wipe(secret, 0);
	assert_string_equal(secret, "secret");
	mem_wipe(secret, 5);
	assert_memory_equal(secret, "\0\0\0\0\0t", 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_zeroed), cmocka_unit_test(test_strings),
	    cmocka_unit_test(test_grow),   cmocka_unit_test(test_overflow),
	    cmocka_unit_test(test_arena),  cmocka_unit_test(test_arena_copies),
	    cmocka_unit_test(test_find),   cmocka_unit_test(test_wipe),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
