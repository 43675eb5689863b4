/*
 * reader.h - from tree nodes to values, by tables of keys.
 *
 * Every error goes into the list with its place, and reading continues: a file
 * shows all its errors at once. Functions accept NULL nodes (a key that is
 * absent or was refused already) and answer NULL, empty or the fallback.
 */
#ifndef PREFLIGHT_READER_H
#define PREFLIGHT_READER_H

#include "core/base/error.h"
#include "core/base/mem.h"
#include "profiles/read/tree.h"

#include <stdbool.h>
#include <stddef.h>

struct reader {
	struct arena *arena;
	const char *file;
	struct errors *errors;
	size_t failed; /* complaints so far */
};

enum reader_kind {
	READER_TEXT,   /* one non-empty scalar */
	READER_TEXTS,  /* a list of scalars */
	READER_EITHER, /* a scalar or a list of scalars */
	READER_MAP,
	READER_MAPS, /* a list of maps */
	READER_LISTS /* a list of lists of scalars */
};

/* One key of a map; a table ends with a NULL name. */
struct reader_key {
	const char *name;
	enum reader_kind kind;
	size_t offset; /* of a `const struct tree *` in the struct to fill */
	bool required;
};

void reader_fail(struct reader *r, const struct tree *at, const char *format,
		 ...) __attribute__((format(printf, 3, 4)));
/* With "did you mean" where one of the names is near the word. */
void reader_fail_name(struct reader *r, const struct tree *at,
		      const char *const *names, const char *what,
		      const char *word);
/* An error of another function, at this node. */
void reader_fail_error(struct reader *r, const struct tree *at,
		       struct error *err);

/*
 * Checks a map against its table and stores its nodes. Unknown keys, wrong
 * kinds and missing keys are reported. What names the thing: "requirement".
 */
void reader_map(struct reader *r, const struct tree *map, const char *what,
		const struct reader_key *keys, void *out);

const char *reader_text(const struct tree *t); /* NULL for none */
/* NULL-terminated; empty for none. A scalar gives one item. */
const char *const *reader_texts(struct reader *r, const struct tree *t);
bool reader_bool(struct reader *r, const struct tree *t);

/* A word of these characters only, otherwise an error. */
bool reader_word(struct reader *r, const struct tree *t, const char *what,
		 const char *characters);
extern const char reader_name_characters[]; /* a-z 0-9 - */

/* Puts the errors from `first` on in the order of their lines. */
void reader_sort(struct errors *list, size_t first);

/* Small helpers over NULL-terminated arrays. */
bool reader_has(const char *const *list, const char *word);
size_t reader_count(const char *const *list);

#endif
