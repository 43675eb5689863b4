/*
 * mem.c - allocation that does not return NULL, and arenas.
 */
#include "core/base/mem.h"

#include <stdalign.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	MEM_GROW_FIRST = 8,
	MEM_PRINTED = 256,
	MEM_PAGE = 4096, /* the smallest that a processor has */
	ARENA_CHUNK = 16 * 1024,
	ARENA_ALIGN = alignof(max_align_t)
};

struct arena_chunk {
	struct arena_chunk *next;
	size_t used, size;
	alignas(max_align_t) unsigned char bytes[];
};

/* Workers allocate, too. */
static _Atomic(void *) mem_kept;
static atomic_bool mem_low;
static void (*mem_last_words)(const char *why);

void mem_keep(size_t size)
{
	void *kept = malloc(size);
	volatile unsigned char *page = kept;

	/* Each page is written to: else the system has only promised it. */
	for (size_t i = 0; page != NULL && i < size; i += MEM_PAGE)
		page[i] = 1;
	free(atomic_exchange(&mem_kept, kept));
}

bool mem_is_low(void)
{
	return atomic_load(&mem_low);
}

void mem_on_exhausted(void (*last_words)(const char *why))
{
	mem_last_words = last_words;
}

_Noreturn void mem_end(const char *why)
{
	if (mem_last_words != NULL)
		mem_last_words(why);
	else
		/* stderr has no buffer: this takes no memory. */
		fprintf(stderr, "preflight: %s\n", why);
	_Exit(3);
}

static _Noreturn void mem_exhausted(void)
{
	mem_end("out of memory");
}

bool mem_give_up_kept(void)
{
	void *kept = atomic_exchange(&mem_kept, NULL);

	if (kept == NULL)
		return false;
	atomic_store(&mem_low, true);
	free(kept);
	return true;
}

void mem_note_low(void)
{
	mem_give_up_kept();
	atomic_store(&mem_low, true);
}

static size_t mem_size(size_t count, size_t size)
{
	size_t total;
	if (__builtin_mul_overflow(count, size, &total))
		mem_exhausted();
	return total == 0 ? 1 : total;
}

void *mem_calloc(size_t count, size_t size)
{
	size_t total = mem_size(count, size);
	void *p = calloc(1, total);
	if (p == NULL && mem_give_up_kept())
		p = calloc(1, total);
	if (p == NULL)
		mem_exhausted();
	return p;
}

void *mem_realloc(void *p, size_t count, size_t size)
{
	size_t total = mem_size(count, size);
	void *moved = realloc(p, total);
	if (moved == NULL && mem_give_up_kept())
		moved = realloc(p, total);
	if (moved == NULL)
		mem_exhausted();
	return moved;
}

char *mem_strndup(const char *text, size_t length)
{
	size_t n = strnlen(text, length);
	if (n == SIZE_MAX)
		mem_exhausted();
	char *copy = mem_calloc(n + 1, 1);
	memcpy(copy, text, n);
	return copy;
}

char *mem_strdup(const char *text)
{
	return mem_strndup(text, strlen(text));
}

/* Lengths of formatted text; a format that cannot be written is as fatal as
 * missing memory: neither depends on the network. */
static size_t mem_printed(int n)
{
	if (n < 0)
		mem_exhausted();
	return (size_t)n + 1;
}

char *mem_vprintf(const char *format, va_list ap)
{
	char most[MEM_PRINTED]; /* nearly all of them */
	va_list again;
	va_copy(again, ap);
	size_t size = mem_printed(vsnprintf(most, sizeof(most), format, ap));
	char *text = mem_calloc(size, 1);
	if (size <= sizeof(most))
		memcpy(text, most, size);
	else
		vsnprintf(text, size, format, again);
	va_end(again);
	return text;
}

char *mem_printf(const char *format, ...)
{
	va_list ap;
	va_start(ap, format);
	char *text = mem_vprintf(format, ap);
	va_end(ap);
	return text;
}

void *mem_grow(void *items, size_t *capacity, size_t need, size_t size)
{
	if (need <= *capacity)
		return items;
	size_t bigger = *capacity < MEM_GROW_FIRST ? MEM_GROW_FIRST : *capacity;
	while (bigger < need) {
		if (__builtin_mul_overflow(bigger, (size_t)2, &bigger))
			mem_exhausted();
	}
	unsigned char *moved = mem_realloc(items, bigger, size);
	memset(moved + *capacity * size, 0, (bigger - *capacity) * size);
	*capacity = bigger;
	return moved;
}

const void *mem_find(const void *bytes, size_t length, const void *part,
		     size_t want)
{
	const unsigned char *at = bytes;
	if (want == 0)
		return at;
	for (; length >= want; at++, length--) {
		if (memcmp(at, part, want) == 0)
			return at;
	}
	return NULL;
}

void mem_wipe(void *bytes, size_t length)
{
	/* A call through this pointer cannot be left out. */
	static void *(*const volatile set)(void *, int, size_t) = memset;
	set(bytes, 0, length);
}

static struct arena_chunk *arena_chunk_new(size_t size)
{
	size_t total;
	if (__builtin_add_overflow(sizeof(struct arena_chunk), size, &total))
		mem_exhausted();
	struct arena_chunk *chunk = mem_calloc(total, 1);
	chunk->size = size;
	return chunk;
}

/* Things larger than a quarter chunk get one of their own, behind the first,
 * so that the rest of the first one stays in use. */
static void *arena_alone(struct arena *a, size_t size)
{
	struct arena_chunk *chunk = arena_chunk_new(size);
	chunk->used = size;
	if (a->chunks == NULL) {
		a->chunks = chunk;
	} else {
		chunk->next = a->chunks->next;
		a->chunks->next = chunk;
	}
	return chunk->bytes;
}

void *arena_calloc(struct arena *a, size_t count, size_t size)
{
	size_t wanted = mem_size(count, size);
	if (wanted > ARENA_CHUNK / 4)
		return arena_alone(a, wanted);
	wanted = (wanted + ARENA_ALIGN - 1) / ARENA_ALIGN * ARENA_ALIGN;
	struct arena_chunk *first = a->chunks;
	if (first == NULL || first->size - first->used < wanted) {
		first = arena_chunk_new(ARENA_CHUNK);
		first->next = a->chunks;
		a->chunks = first;
	}
	void *p = first->bytes + first->used;
	first->used += wanted;
	return p;
}

char *arena_strndup(struct arena *a, const char *text, size_t length)
{
	if (text == NULL)
		return NULL;
	size_t n = strnlen(text, length);
	if (n == SIZE_MAX)
		mem_exhausted();
	char *copy = arena_calloc(a, n + 1, 1);
	memcpy(copy, text, n);
	return copy;
}

char *arena_strdup(struct arena *a, const char *text)
{
	return text == NULL ? NULL : arena_strndup(a, text, strlen(text));
}

char *arena_printf(struct arena *a, const char *format, ...)
{
	char most[MEM_PRINTED];
	va_list ap, again;
	va_start(ap, format);
	va_copy(again, ap);
	size_t size = mem_printed(vsnprintf(most, sizeof(most), format, ap));
	char *text = arena_calloc(a, size, 1);
	if (size <= sizeof(most))
		memcpy(text, most, size);
	else
		vsnprintf(text, size, format, again);
	va_end(again);
	va_end(ap);
	return text;
}

void *arena_copy(struct arena *a, const void *items, size_t count, size_t size)
{
	void *copy = arena_calloc(a, count, size);
	if (count != 0 && size != 0)
		memcpy(copy, items, count * size);
	return copy;
}

void arena_free(struct arena *a)
{
	struct arena_chunk *chunk = a->chunks;
	while (chunk != NULL) {
		struct arena_chunk *next = chunk->next;
		free(chunk);
		chunk = next;
	}
	a->chunks = NULL;
}
