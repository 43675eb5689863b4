/*
 * row_types.c - the words of a table as types of devices, and which word was
 * taken for what.
 */
#include "profiles/read/row_types.h"
#include "profiles/read/cell.h"
#include "profiles/read/profile.h"
#include "profiles/read/type_words.h"
#include "core/base/text.h"

#include <stdlib.h>
#include <string.h>

enum { ROW_TYPES_MAX = 16, ROW_WORDS_MAX = 1000 };

/* The types of one row while they are found. */
struct row_list {
	const char *words[ROW_TYPES_MAX + 1];
	size_t count;
	bool own;
	unsigned line;
	const char *vague; /* a word that does not say a type, or NULL */
};

static void row_list_add(struct row_list *list, const char *word)
{
	if (list->count < ROW_TYPES_MAX && !reader_has(list->words, word))
		list->words[list->count++] = word;
}

/* One of device_types in any case, or NULL. */
static const char *row_types_own(const char *word)
{
	for (size_t i = 0; device_types[i] != NULL; i++)
		if (text_casecmp(device_types[i], word) == 0)
			return device_types[i];
	return NULL;
}

static const char *row_types_given(const struct row_types *t, const char *word)
{
	for (size_t i = 0; i < t->s->hint_count; i++)
		if (text_casecmp(t->s->hints[i].word, word) == 0) {
			t->s->hints[i].used = true;
			return t->s->hints[i].types;
		}
	return NULL;
}

/* What a word stands for; NULL: unknown. "network-el" under preflight's own
 * name of the column is a mistake, not something like "network". */
static const char *row_types_word(const struct row_types *t, const char *word,
				  bool own)
{
	const char *given = row_types_given(t, word);

	if (given == NULL)
		given = row_types_own(word);
	return given != NULL
		   ? given
		   : type_words_find(word, own && strchr(word, ' ') == NULL);
}

/* Remembers a word of a row, for a note. */
static void row_types_count(struct row_types *t, const char *word,
			    const char *types, unsigned line)
{
	struct row_word *found;

	for (size_t i = 0; i < t->count; i++)
		if (text_casecmp(t->words[i].text, word) == 0) {
			t->words[i].count++;
			return;
		}
	if (t->count == ROW_WORDS_MAX) {
		t->s->public.notes_dropped++;
		return;
	}
	t->words =
	    mem_grow(t->words, &t->capacity, t->count + 1, sizeof *t->words);
	found = &t->words[t->count++];
	found->text = arena_strdup(t->r->arena, word);
	found->types = types;
	found->count = 1;
	found->line = line;
}

/* "network-element,snmp" into the list. */
static void row_types_put(struct row_types *t, struct row_list *list,
			  const char *types)
{
	while (*types != '\0') {
		size_t length = strcspn(types, ";,");

		if (length > 0)
			row_list_add(list,
				     arena_strndup(t->r->arena, types, length));
		types += length + (types[length] != '\0');
	}
}

/* A text as one word, where it is one. */
static bool row_types_whole(struct row_types *t, struct row_list *list,
			    const char *text)
{
	const char *types = row_types_given(t, text);

	if (types == NULL && strpbrk(text, ";,|") == NULL)
		types = row_types_word(t, text, list->own);
	if (types == NULL)
		return false;
	if (*types == '\0') {
		list->vague = arena_strdup(t->r->arena, text);
		return true;
	}
	row_types_count(t, text, types, list->line);
	row_types_put(t, list, types);
	return true;
}

/* The words of a cell: "snmp;windows", "Switch, Router". */
static void row_types_split(struct row_types *t, struct row_list *list,
			    const char *text)
{
	char copy[CELL_TEXT];
	char *rest = copy, *word;

	text_copy(copy, sizeof copy, text);
	while ((word = text_split(&rest, ";,|")) != NULL) {
		size_t length;

		word += strspn(word, " ");
		length = strlen(word);
		while (length > 0 && word[length - 1] == ' ')
			word[--length] = '\0';
		if (*word == '\0' || row_types_whole(t, list, word))
			continue;
		if (list->own)
			row_list_add(list, arena_strdup(t->r->arena, word));
		else
			row_types_count(t, word, NULL, list->line);
	}
}

const char *const *row_types_of(struct row_types *t, const char *text,
				const char *os, bool own, unsigned line)
{
	struct row_list list = {.own = own, .line = line};
	const char *types;

	if (!cell_is_nothing(text) && !row_types_whole(t, &list, text))
		row_types_split(t, &list, text);
	if (list.count == 0 && !cell_is_nothing(os)) {
		types = row_types_word(t, os, false);
		if (types != NULL && *types != '\0') {
			row_types_count(t, os, types, line);
			row_types_put(t, &list, types);
		}
	}
	if (list.count == 0 && list.vague != NULL)
		row_types_count(t, list.vague, "", line);
	return arena_copy(t->r->arena, list.words, list.count + 1,
			  sizeof *list.words);
}

static void row_types_note_one(const struct row_types *t,
			       const struct row_word *w)
{
	const char *many = text_plural(w->count);

	if (w->types == NULL) {
		inventory_note(t->s, t->r->file, w->line,
			       "'%s' (%zu device%s) is not a known type: write "
			       "--type '%s=TYPE'",
			       w->text, w->count, many, w->text);
		t->s->public.has_unknown_types = true;
	} else if (*w->types == '\0') {
		inventory_note(t->s, t->r->file, w->line,
			       "'%s' (%zu device%s) does not say which type: "
			       "write --type '%s=TYPE'",
			       w->text, w->count, many, w->text);
		t->s->public.has_unknown_types = true;
	} else if (text_casecmp(w->text, w->types) != 0) {
		inventory_note(t->s, t->r->file, 0,
			       "'%s' (%zu device%s) is taken as %s", w->text,
			       w->count, many, w->types);
	}
}

void row_types_note(const struct row_types *t)
{
	for (size_t i = 0; i < t->count; i++)
		row_types_note_one(t, &t->words[i]);
}

void row_types_end(struct row_types *t)
{
	free(t->words);
}
