/*
 * map.h - text (or number) to number, for grouping in one pass.
 *
 * Keys are borrowed and must outlive the map. Values start as SIZE_MAX.
 */
#ifndef PREFLIGHT_MAP_H
#define PREFLIGHT_MAP_H

#include <stddef.h>
#include <stdint.h>

struct map_slot {
	const char *key;
	uint64_t hash;
	size_t value;
};

struct map { /* zero-initialise */
	struct map_slot *slots;
	size_t count;
	size_t capacity;
};

/* The value of a key, made when it is new. Valid until the next map_at(). */
size_t *map_at(struct map *m, const char *key);
/* The same by a number, in a map that has no texts: one is far cheaper than a
 * text that has to be printed first. */
size_t *map_at_number(struct map *m, uint64_t key);
/* The value, or SIZE_MAX. */
size_t map_get(const struct map *m, const char *key);
size_t map_get_number(const struct map *m, uint64_t key);
void map_free(struct map *m);

#endif
