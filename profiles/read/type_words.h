/*
 * type_words.h - words that people use for types of devices.
 */
#ifndef PREFLIGHT_TYPE_WORDS_H
#define PREFLIGHT_TYPE_WORDS_H

#include <stdbool.h>

/*
 * The types, separated by ',', that a text such as "Layer 3 Switch" stands for:
 * of the longest word of the table that is in it; with `whole`, that it is. "":
 * it is known and says nothing about the type (Server, IP Phone). NULL:
 * unknown.
 */
const char *type_words_find(const char *text, bool whole);

#endif
