/* map.c - open addressing over FNV-1a. */
#include "report/map.h"

#include "core/base/mem.h"

#include <stdlib.h>
#include <string.h>

enum { MAP_FIRST = 64 };

static uint64_t map_hash(const char *key)
{
	uint64_t hash = 14695981039346656037U;

	for (const char *c = key; *c != '\0'; c++)
		hash = (hash ^ (unsigned char)*c) * 1099511628211U;
	return hash;
}

static struct map_slot *map_slot(struct map_slot *slots, size_t capacity,
				 const char *key, uint64_t hash)
{
	size_t i = (size_t)hash & (capacity - 1);

	while (slots[i].key != NULL) {
		if (slots[i].hash == hash && strcmp(slots[i].key, key) == 0)
			break;
		i = (i + 1) & (capacity - 1);
	}
	return &slots[i];
}

static void map_widen(struct map *m)
{
	size_t capacity = m->capacity == 0 ? MAP_FIRST : m->capacity * 2;
	struct map_slot *slots = mem_calloc(capacity, sizeof *slots);

	for (size_t i = 0; i < m->capacity; i++) {
		const struct map_slot *old = &m->slots[i];

		if (old->key != NULL)
			*map_slot(slots, capacity, old->key, old->hash) = *old;
	}
	free(m->slots);
	m->slots = slots;
	m->capacity = capacity;
}

/* Mixes well, and no two numbers have one hash (SplitMix64). */
static uint64_t map_hash_number(uint64_t key)
{
	key += 0x9e3779b97f4a7c15U;
	key = (key ^ (key >> 30)) * 0xbf58476d1ce4e5b9U;
	key = (key ^ (key >> 27)) * 0x94d049bb133111ebU;
	return key ^ (key >> 31);
}

static size_t *map_at_hash(struct map *m, const char *key, uint64_t hash)
{
	struct map_slot *slot;

	if (m->count * 2 >= m->capacity)
		map_widen(m);
	slot = map_slot(m->slots, m->capacity, key, hash);
	if (slot->key == NULL) {
		*slot = (struct map_slot){key, hash, SIZE_MAX};
		m->count++;
	}
	return &slot->value;
}

static size_t map_get_hash(const struct map *m, const char *key, uint64_t hash)
{
	const struct map_slot *slot;

	if (m->count == 0)
		return SIZE_MAX;
	slot = map_slot(m->slots, m->capacity, key, hash);
	return slot->key == NULL ? SIZE_MAX : slot->value;
}

size_t *map_at(struct map *m, const char *key)
{
	return map_at_hash(m, key, map_hash(key));
}

size_t *map_at_number(struct map *m, uint64_t key)
{
	return map_at_hash(m, "", map_hash_number(key));
}

size_t map_get(const struct map *m, const char *key)
{
	return map_get_hash(m, key, map_hash(key));
}

size_t map_get_number(const struct map *m, uint64_t key)
{
	return map_get_hash(m, "", map_hash_number(key));
}

void map_free(struct map *m)
{
	free(m->slots);
	*m = (struct map){0};
}
