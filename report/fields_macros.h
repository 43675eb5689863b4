/*
 * fields_macros.h - how a line of a field table is written:
 *
 *	{TEXT("id", "what it is, and when it is null"),
 *	 MEMBER(report_run, id), .nullable = true},
 */
#ifndef PREFLIGHT_FIELDS_MACROS_H
#define PREFLIGHT_FIELDS_MACROS_H

#include "report/fields.h"

#define FIELD(kind, key, about) .name = (key), .help = (about), .type = (kind)
#define TEXT(key, about)        FIELD(FIELD_TEXT, key, about)
#define TEXTS(key, about)       FIELD(FIELD_TEXTS, key, about)
#define FLAG(key, about)        FIELD(FIELD_FLAG, key, about)
#define NUMBER(key, about)      FIELD(FIELD_NUMBER, key, about)
#define MS(key, about)          FIELD(FIELD_MS, key, about)
#define ADDRESS(key, about)     FIELD(FIELD_ADDRESS, key, about)
#define WORD(key, of_words, about) \
	FIELD(FIELD_WORD, key, about), .words = &words_##of_words
#define OBJECT(key, table, about) \
	FIELD(FIELD_OBJECT, key, about), .of = &table_##table
#define POINTER(key, table, about) \
	FIELD(FIELD_POINTER, key, about), .of = &table_##table, .nullable = true
#define LIST(key, table, about) \
	FIELD(FIELD_LIST, key, about), .of = &table_##table
#define REFERENCE(key, list, about) \
	FIELD(FIELD_REFERENCE, key, about), .to = (list)
#define REFERENCES(key, list, about) \
	FIELD(FIELD_REFERENCES, key, about), .to = (list)

#define MEMBER(type, member)                     \
	.offset = offsetof(struct type, member), \
	.size = sizeof(((struct type *)NULL)->member), .with = FIELD_ALONE
/* A list, and the member that has the number of its items. */
#define MEMBERS(type, member, number)                  \
	.offset = offsetof(struct type, member),       \
	.size = sizeof(((struct type *)NULL)->member), \
	.with = offsetof(struct type, number)
/* The struct itself: its members are those of the table. */
#define WHOLE .offset = 0, .with = FIELD_ALONE
/* A number of things. */
#define COUNT(key, type, member, about)                                      \
	{                                                                    \
		NUMBER(key, about), MEMBER(type, member), .high = 1000000000 \
	}

#define END                  \
	{                    \
		.name = NULL \
	}

#define TABLE(own, type, about)                         \
	static const struct field_table table_##own = { \
	    about, sizeof(struct type), FIELD_ALONE, own##_fields, NULL}
#define TABLE_ABSENT(own, type, about)                                 \
	static const struct field_table table_##own = {                \
	    about, sizeof(struct type), offsetof(struct type, absent), \
	    own##_fields, NULL}

/* The words of an enum, by the function that names them. */
#define WORDS(own, type, name, from, to)                                  \
	static const char *fields_word_##own(int value)                   \
	{                                                                 \
		return name((enum type)value);                            \
	}                                                                 \
	static const struct field_words words_##own = {fields_word_##own, \
						       from, to}

#endif
