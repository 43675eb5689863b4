/*
 * mem.h - memory: allocation that does not return NULL, and arenas.
 *
 * Nothing that preflight allocates is of a size the network chooses. Where
 * memory runs out, what was kept for that moment is given back and the run is
 * cut short to its report; when that is used up, too, the program ends with
 * last words and exit status 3.
 */
#ifndef PREFLIGHT_MEM_H
#define PREFLIGHT_MEM_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

void *mem_calloc(size_t count, size_t size);
void *mem_realloc(void *p, size_t count, size_t size); /* overflow-checked */
char *mem_strdup(const char *text);
char *mem_strndup(const char *text, size_t length);
char *mem_printf(const char *format, ...) __attribute__((format(printf, 1, 2)));
char *mem_vprintf(const char *format, va_list ap)
    __attribute__((format(printf, 1, 0)));

/* For libraries (mem_library.c): NULL only when what was kept is used up, too.
 * free() frees. */
void *mem_try_malloc(size_t size);
void *mem_try_calloc(size_t count, size_t size);
void *mem_try_realloc(void *p, size_t size);
char *mem_try_strdup(const char *text);

/* Keeps so many bytes for the moment when an allocation fails. */
void mem_keep(size_t size);
/* It has come. True: what was kept has become free, so that it is worth another
 * try. */
bool mem_give_up_kept(void);
/* It has come before: no new work. */
bool mem_is_low(void);
/* Called where a library or the kernel ran out of memory. */
void mem_note_low(void);
/* Called once, before the program ends; must not allocate. why: "out of
 * memory". */
void mem_on_exhausted(void (*last_words)(const char *why));
/* Ends the program with last words and exit status 3: what this host did not
 * give, and without which nothing can go on. why: a text without quotes. */
_Noreturn void mem_end(const char *why);

/*
 * Grows an array so that it holds `need` items of `size` bytes; *capacity is
 * updated, new items are zeroed. Returns the (moved) array.
 */
void *mem_grow(void *items, size_t *capacity, size_t need, size_t size);

/* Where the `want` bytes first stand among the `length` bytes, or NULL. */
const void *mem_find(const void *bytes, size_t length, const void *part,
		     size_t want);
/* Overwrites a secret, also where nothing reads the memory again. */
void mem_wipe(void *bytes, size_t length);

/* Things that live as long as their arena: plans, profiles, reports. */
struct arena_chunk;
struct arena {
	struct arena_chunk *chunks; /* zero-initialise */
};

void *arena_calloc(struct arena *a, size_t count, size_t size);
char *arena_strdup(struct arena *a, const char *text); /* NULL gives NULL */
char *arena_strndup(struct arena *a, const char *text, size_t length);
char *arena_printf(struct arena *a, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Copies count*size bytes into the arena (to freeze a grown array). */
void *arena_copy(struct arena *a, const void *items, size_t count, size_t size);
void arena_free(struct arena *a);

#endif
