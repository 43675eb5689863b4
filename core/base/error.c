/*
 * error.c - one clear line for a person: where, what, what to write instead.
 */
#include "core/base/error.h"
#include "core/base/mem.h"
#include "core/base/other_words.h"
#include "core/base/text.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { ERROR_RAW = 2048 }; /* before sanitising */

static void error_write(char *out, size_t size, const char *format, va_list ap)
    __attribute__((format(printf, 3, 0)));

static void error_write(char *out, size_t size, const char *format, va_list ap)
{
	char raw[ERROR_RAW];
	if (vsnprintf(raw, sizeof(raw), format, ap) < 0)
		text_copy(raw, sizeof(raw), format);
	text_sanitise(out, size, raw, strlen(raw));
}

int error_set(struct error *err, const char *format, ...)
{
	char text[sizeof(err->text)];
	va_list ap;
	va_start(ap, format);
	error_write(text, sizeof(text), format, ap);
	va_end(ap);
	*err = (struct error){0};
	text_copy(err->text, sizeof(err->text), text);
	return -1;
}

int error_at(struct error *err, const char *file, unsigned line,
	     unsigned column, const char *format, ...)
{
	/* Arguments may be parts of *err itself. */
	struct error made = {.line = line, .column = column};
	va_list ap;
	va_start(ap, format);
	error_write(made.text, sizeof(made.text), format, ap);
	va_end(ap);
	if (file != NULL)
		text_sanitise(made.file, sizeof(made.file), file, strlen(file));
	*err = made;
	return -1;
}

void error_suggest(struct error *err, const char *format, ...)
{
	char text[sizeof(err->suggestion)];
	va_list ap;
	va_start(ap, format);
	error_write(text, sizeof(text), format, ap);
	va_end(ap);
	text_copy(err->suggestion, sizeof(err->suggestion), text);
}

int error_nearest(struct error *err, const char *word,
		  const char *(*next)(const void *arg, size_t i),
		  const void *arg, const char *otherwise)
{
	const char *near = text_nearest(word, next, arg);
	char others[OTHER_WORDS_TEXT];

	if (near != NULL)
		error_suggest(err, "did you mean '%s'?", near);
	else if (*other_words_find(others, word, next, arg) != '\0')
		error_suggest(err, "did you mean %s?", others);
	else if (otherwise != NULL)
		error_suggest(err, "%s", otherwise);
	return -1;
}

int error_unknown(struct error *err, const char *what, const char *word,
		  const char *(*next)(const void *arg, size_t i),
		  const void *arg, const char *otherwise)
{
	error_set(err, "unknown %s '%s'", what, word);
	return error_nearest(err, word, next, arg, otherwise);
}

void error_format(const struct error *err, char *out, size_t size)
{
	char place[sizeof(err->file) + 32] = "";
	if (err->file[0] == '\0')
		place[0] = '\0';
	else if (err->line == 0)
		snprintf(place, sizeof(place), "%s: ", err->file);
	else if (err->column == 0)
		snprintf(place, sizeof(place), "%s:%u: ", err->file, err->line);
	else
		snprintf(place, sizeof(place), "%s:%u:%u: ", err->file,
			 err->line, err->column);
	snprintf(out, size, "%s%s%s%s", place, err->text,
		 err->suggestion[0] == '\0' ? "" : "; ", err->suggestion);
}

void errors_add(struct errors *list, const struct error *err)
{
	if (list->count == ERRORS_MAX) {
		list->dropped++;
		return;
	}
	/* Most lists stay short, and an error is over a kilobyte. */
	list->items =
	    mem_realloc(list->items, list->count + 1, sizeof(*list->items));
	list->items[list->count++] = *err;
}

void errors_free(struct errors *list)
{
	free(list->items);
	*list = (struct errors){0};
}
