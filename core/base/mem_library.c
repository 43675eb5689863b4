/*
 * mem_library.c - what libraries allocate. Apart from mem.c: the tests of
 * failed allocations know by the code that asks for whom it asks.
 */
#include "core/base/mem.h"

#include <stdlib.h>
#include <string.h>

void *mem_try_malloc(size_t size)
{
	void *p = malloc(size);
	if (p == NULL && mem_give_up_kept())
		p = malloc(size);
	return p;
}

void *mem_try_calloc(size_t count, size_t size)
{
	void *p = calloc(count, size);
	if (p == NULL && mem_give_up_kept())
		p = calloc(count, size);
	return p;
}

void *mem_try_realloc(void *p, size_t size)
{
	void *moved = realloc(p, size);
	if (moved == NULL && size > 0 && mem_give_up_kept())
		moved = realloc(p, size);
	return moved;
}

char *mem_try_strdup(const char *text)
{
	size_t size = strlen(text) + 1;
	char *copy = mem_try_malloc(size);
	return copy != NULL ? memcpy(copy, text, size) : NULL;
}
