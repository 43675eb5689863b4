/* once.c - a set of devices and words. */
#include "core/engine/once.h"

#include "core/base/mem.h"
#include "core/base/spec.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct once {
	char **items;
	size_t count, capacity;
};

struct once *once_new(void)
{
	return mem_calloc(1, sizeof(struct once));
}

void once_free(struct once *o)
{
	if (o == NULL)
		return;
	for (size_t i = 0; i < o->count; i++)
		free(o->items[i]);
	free(o->items);
	free(o);
}

bool once_claim(struct once *o, const struct spec *spec, const char *word)
{
	char *item;

	if (o == NULL)
		return true;
	if (spec->device_index != SIZE_MAX)
		item = mem_printf("#%zu\x1f%s", spec->device_index, word);
	else
		item = mem_printf("%s\x1f%s",
				  spec->host != NULL ? spec->host : "", word);
	for (size_t i = 0; i < o->count; i++) {
		if (strcmp(o->items[i], item) == 0) {
			free(item);
			return false;
		}
	}
	o->items =
	    mem_grow(o->items, &o->capacity, o->count + 1, sizeof *o->items);
	o->items[o->count++] = item;
	return true;
}
