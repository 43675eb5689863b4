/*
 * secret.c - values that must not be printed.
 */
#include "core/base/params.h"

#include <stdlib.h>
#include <string.h>

struct secret *secret_new(const char *source, const char *value, size_t length)
{
	struct secret *s = mem_calloc(1, sizeof(*s));
	s->source = mem_strdup(source);
	s->value = mem_calloc(length + 1, 1);
	memcpy(s->value, value, length);
	return s;
}

void secret_free(struct secret *s)
{
	char *source;
	if (s == NULL)
		return;
	mem_wipe(s->value, strlen(s->value));
	free(s->value);
	/* Allocated above; const for all other code. */
	memcpy(&source, &s->source, sizeof(source));
	free(source);
	free(s);
}
