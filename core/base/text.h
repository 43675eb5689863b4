/*
 * text.h - strings: sanitising, matching, durations, suggestions.
 */
#ifndef PREFLIGHT_TEXT_H
#define PREFLIGHT_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Longest sanitised string kept from the network. */
enum { TEXT_MAX = 256 };

/*
 * Copies foreign bytes as printable UTF-8: C0 (also CR, LF, TAB), DEL, C1,
 * invalid UTF-8, bidi controls (U+061C, U+200E/F, U+202A-E, U+2066-9) and line
 * or paragraph separators become visible \xNN. Cuts at a character boundary
 * when out (size bytes, NUL included) is full, marked by "...". Returns out.
 */
char *text_sanitise(char *out, size_t size, const void *bytes, size_t length);

/* The first character: its length in bytes (1 to 4), or 0 where the bytes are
 * not valid UTF-8 (overlong, surrogate, above U+10FFFF, cut off) or none. */
size_t text_utf8(const void *bytes, size_t length, uint32_t *code);
bool text_is_utf8(const void *bytes, size_t length);
/* True where a character of the text would be replaced by text_sanitise. */
bool text_has_controls(const char *text);

/* What ASCII writes for a typographic sign: "-" for a dash; NULL: none. */
const char *text_sign(uint32_t code);
/* Copies as ASCII: signs and the Latin letters of Europe are written out ("ae"
 * for a umlaut), any other character is "?". `out` ends where it is full; three
 * bytes for each of the text are always enough. Returns out. */
char *text_ascii(char *out, size_t size, const char *text);
/* How many columns of a terminal the text takes. */
size_t text_columns(const char *text, size_t length);

/* Copies with truncation; out is always terminated. Returns out. */
char *text_copy(char *out, size_t size, const char *text);

/* Bytes in order, A to Z as a to z: below, equal to or above 0; of the second,
 * at most `length` bytes. No language matters. */
int text_casecmp(const char *a, const char *b);
int text_ncasecmp(const char *a, const char *b, size_t length);
/* Where `part` begins in `text`, as above, or NULL. */
const char *text_casestr(const char *text, const char *part);

/* The text up to the first of the separators, which is overwritten by NUL;
 * *rest is what follows, NULL after the last part. NULL when *rest is. */
char *text_split(char **rest, const char *separators);

/* Shell-like * and ?, case-sensitive, no character classes. */
bool text_glob(const char *pattern, const char *text);

/* "500ms", "3s", "2m", "1h"; a bare number is seconds (decimals allowed).
 * Microseconds, or -1 when it is not a duration. */
int64_t text_duration(const char *text);

/* A whole decimal number in [low, high]; false otherwise. */
bool text_number(const char *text, int64_t low, int64_t high, int64_t *out);

/*
 * The candidate nearest to word (Damerau-Levenshtein distance of at most a
 * third of the word, at least 1), or NULL. next(arg, i) gives the i-th
 * candidate or NULL at the end.
 */
const char *text_nearest(const char *word,
			 const char *(*next)(const void *arg, size_t i),
			 const void *arg);
/* The i-th of a NULL-terminated array, as next(). */
const char *text_name_at(const void *names, size_t i);
/* The same over a NULL-terminated array. */
const char *text_nearest_of(const char *word, const char *const *names);

/* Base64 with padding. Returns false if out (NUL included) is too small. */
bool text_base64(char *out, size_t size, const void *bytes, size_t length);

/* "" for one, else "s": "1 test", "0 tests". */
const char *text_plural(uint64_t count);

#endif
