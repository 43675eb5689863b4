/*
 * json_in.c - cuts a file into the words of JSON; what an escape or a number
 * means is left to jansson.
 */
#include <jansson.h>

#include "core/base/json_in.h"
#include "core/base/mem.h"
#include "core/base/text.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum {
	JSON_IN_DEPTH = 64,
	JSON_IN_PIECE = 64 * 1024,
	JSON_IN_FIRST = 256,
	JSON_IN_WORD = 1 << 20,
	JSON_IN_PLAIN = 18, /* digits that every int64_t can hold */
	JSON_IN_NEAR = 24
};
/* The largest file that is read. */
static const size_t json_in_file_max = (size_t)256 << 20;
/* The most values in it: each takes time, however short it is. */
static const size_t json_in_values_max = (size_t)8 << 20;

struct json_in {
	const char *path;
	FILE *in;
	struct error *err;
	bool failed;
	bool fresh; /* a list or an object was opened by the last word */
	bool begun; /* the first piece was read */
	unsigned depth, line, column;
	char open[JSON_IN_DEPTH]; /* '[' or '{' */
	size_t left, values;
	size_t at, length; /* of the piece */
	size_t text_length, text_capacity;
	char *text; /* the word at hand, with a NUL */
	int64_t integer;
	double decimal;
	bool flag;
	char piece[JSON_IN_PIECE];
};

struct json_in *json_in_new(const char *path, FILE *in, struct error *err)
{
	struct json_in *j = mem_calloc(1, sizeof *j);

	json_set_alloc_funcs(mem_try_malloc, free);
	j->path = path;
	j->in = in;
	j->err = err;
	j->line = 1;
	j->left = json_in_file_max;
	j->text = mem_grow(NULL, &j->text_capacity, JSON_IN_FIRST, 1);
	return j;
}

void json_in_free(struct json_in *j)
{
	if (j == NULL)
		return;
	free(j->text);
	free(j);
}

/* Errors ------------------------------------------------------------------ */

/* What is wrong with the file itself. */
__attribute__((format(printf, 2, 3))) static void json_in_refuse(
    struct json_in *j, const char *format, ...)
{
	char what[128];
	va_list args;

	if (j->failed)
		return;
	j->failed = true;
	va_start(args, format);
	vsnprintf(what, sizeof what, format, args);
	va_end(args);
	error_at(j->err, j->path, 0, 0, "%s", what);
}

/* near: octets that are not as they should be; NULL: the end of the file. */
static void json_in_wrong(struct json_in *j, const char *what, const char *near)
{
	if (j->failed)
		return;
	j->failed = true;
	if (near == NULL)
		error_at(j->err, j->path, j->line, j->column,
			 "not JSON: %s near end of file", what);
	else
		error_at(j->err, j->path, j->line, j->column,
			 "not JSON: %s near '%.*s'", what, JSON_IN_NEAR, near);
}

void json_in_twice(struct json_in *j, const char *key)
{
	char near[JSON_IN_NEAR + 1];

	snprintf(near, sizeof near, "\"%s\"", key);
	json_in_wrong(j, "duplicate object key", near);
}

bool json_in_failed(const struct json_in *j)
{
	return j->failed;
}

/* Octets ------------------------------------------------------------------ */

/* Editors of Windows put a byte order mark in front of UTF-8 (RFC 8259, 8.1:
 * readers may ignore it). How many octets it takes. */
static size_t json_in_mark(const char *piece, size_t length)
{
	static const char mark[] = "\xef\xbb\xbf";
	size_t size = sizeof mark - 1;

	return length > size && memcmp(piece, mark, size) == 0 ? size : 0;
}

static bool json_in_fill(struct json_in *j)
{
	size_t n;

	if (j->failed)
		return false;
	n = fread(j->piece, 1, sizeof j->piece, j->in);
	/* Part of a file is not the whole, even where it looks like one. */
	if (ferror(j->in)) {
		json_in_refuse(j, "cannot be read to its end");
		return false;
	}
	if (n > j->left) {
		json_in_refuse(j, "larger than %zu MiB",
			       json_in_file_max >> 20);
		return false;
	}
	j->left -= n;
	j->at = j->begun ? 0 : json_in_mark(j->piece, n);
	j->begun = true;
	j->length = n;
	return n > j->at;
}

/* The next octet, which stays; EOF. */
static int json_in_peek(struct json_in *j)
{
	if (j->failed || (j->at == j->length && !json_in_fill(j)))
		return EOF;
	return (unsigned char)j->piece[j->at];
}

static int json_in_take(struct json_in *j)
{
	int c = json_in_peek(j);

	if (c == EOF)
		return EOF;
	j->at++;
	j->column++;
	if (c == '\n') {
		j->line++;
		j->column = 0;
	}
	return c;
}

static void json_in_pass_blanks(struct json_in *j)
{
	int c = json_in_peek(j);

	while (c == ' ' || c == '\n' || c == '\t' || c == '\r') {
		json_in_take(j);
		c = json_in_peek(j);
	}
}

/* The next octet that is not blank, taken. */
static int json_in_token(struct json_in *j)
{
	json_in_pass_blanks(j);
	return json_in_take(j);
}

static void json_in_keep(struct json_in *j, int c)
{
	if (j->text_length + 1 >= j->text_capacity)
		j->text =
		    mem_grow(j->text, &j->text_capacity, j->text_length + 2, 1);
	j->text[j->text_length++] = (char)c;
	j->text[j->text_length] = '\0';
	if (j->text_length > JSON_IN_WORD)
		json_in_refuse(j, "has a text longer than %d MiB",
			       JSON_IN_WORD >> 20);
}

/* Something else was expected than `c`, which was taken. */
static void json_in_unexpected(struct json_in *j, const char *what, int c)
{
	if (c == EOF) {
		json_in_wrong(j, what, NULL);
		return;
	}
	j->text_length = 0;
	json_in_keep(j, c);
	while (isalpha(c) && j->text_length < JSON_IN_NEAR) {
		c = json_in_peek(j);
		if (c != EOF && isalpha(c))
			json_in_keep(j, json_in_take(j));
	}
	json_in_wrong(j, what, j->text);
}

/* Words ------------------------------------------------------------------- */

/* The word at hand as jansson reads it; NULL: it is wrong. */
static json_t *json_in_decode(struct json_in *j)
{
	json_error_t why;
	json_t *value =
	    json_loadb(j->text, j->text_length, JSON_DECODE_ANY, &why);

	if (value == NULL && !j->failed) {
		j->failed = true;
		if (json_error_code(&why) == json_error_out_of_memory) {
			error_at(j->err, j->path, 0, 0, "out of memory");
			j->err->of_host = true;
		} else {
			error_at(j->err, j->path, j->line, j->column,
				 "not JSON: %s", why.text);
		}
	}
	return value;
}

/* Takes the rest of a text; the word is that with its quotes. True: with
 * escapes. */
static bool json_in_take_text(struct json_in *j)
{
	bool escapes = false;
	int c;

	j->text_length = 0;
	json_in_keep(j, '"');
	do {
		c = json_in_take(j);
		if (c == '\\') {
			escapes = true;
			json_in_keep(j, c);
			c = json_in_take(j);
			if (c == '"')
				c = 0x100 + '"';
		}
		if (c == EOF)
			json_in_wrong(j, "premature end of input", NULL);
		else if (c < 0x20)
			json_in_wrong(j, "control character in a text", "\"");
		else
			json_in_keep(j, c & 0xff);
	} while (!j->failed && c != '"');
	return escapes;
}

static enum json_kind json_in_read_text(struct json_in *j)
{
	bool escapes = json_in_take_text(j);
	json_t *value;

	if (j->failed)
		return JSON_IS_ABSENT;
	if (!escapes && text_is_utf8(j->text, j->text_length)) {
		j->text_length -= 2;
		memmove(j->text, j->text + 1, j->text_length);
		j->text[j->text_length] = '\0';
		return JSON_IS_TEXT;
	}
	value = json_in_decode(j);
	if (value == NULL)
		return JSON_IS_ABSENT;
	/* No escape is shorter than what it stands for. */
	j->text_length = json_string_length(value);
	memcpy(j->text, json_string_value(value), j->text_length + 1);
	json_decref(value);
	return JSON_IS_TEXT;
}

/* "17", "-5": not "1.0", "007", nor what might not fit. */
static bool json_in_is_plain(const struct json_in *j)
{
	const char *digits = j->text + (j->text[0] == '-');
	size_t length = strspn(digits, "0123456789");

	return digits[length] == '\0' && length > 0 &&
	       length <= JSON_IN_PLAIN && (digits[0] != '0' || length == 1);
}

static enum json_kind json_in_read_number(struct json_in *j, int c)
{
	bool whole;
	json_t *value;

	j->text_length = 0;
	json_in_keep(j, c);
	for (c = json_in_peek(j);
	     c != EOF && strchr("0123456789.eE+-", c) != NULL && c != '\0';
	     c = json_in_peek(j))
		json_in_keep(j, json_in_take(j));
	if (j->failed)
		return JSON_IS_ABSENT;
	if (json_in_is_plain(j)) {
		j->integer = strtoll(j->text, NULL, 10);
		j->decimal = (double)j->integer;
		return JSON_IS_INTEGER;
	}
	value = json_in_decode(j);
	if (value == NULL)
		return JSON_IS_ABSENT;
	whole = json_is_integer(value);
	j->integer = json_integer_value(value);
	j->decimal = json_number_value(value);
	json_decref(value);
	return whole ? JSON_IS_INTEGER : JSON_IS_REAL;
}

static enum json_kind json_in_read_literal(struct json_in *j, int c)
{
	j->text_length = 0;
	json_in_keep(j, c);
	for (c = json_in_peek(j); c != EOF && isalpha(c) && !j->failed;
	     c = json_in_peek(j))
		json_in_keep(j, json_in_take(j));
	j->flag = strcmp(j->text, "true") == 0;
	if (j->flag || strcmp(j->text, "false") == 0)
		return JSON_IS_BOOL;
	if (strcmp(j->text, "null") == 0)
		return JSON_IS_NULL;
	json_in_wrong(j, "invalid token", j->text);
	return JSON_IS_ABSENT;
}

/* Values ------------------------------------------------------------------ */

static enum json_kind json_in_open(struct json_in *j, int c)
{
	char near[] = {(char)c, '\0'};

	if (j->depth == JSON_IN_DEPTH) {
		json_in_wrong(j, "maximum parsing depth reached", near);
		return JSON_IS_ABSENT;
	}
	j->open[j->depth++] = (char)c;
	j->fresh = true;
	return c == '[' ? JSON_IS_LIST : JSON_IS_OBJECT;
}

enum json_kind json_in_value(struct json_in *j)
{
	bool first = j->values == 0;
	int c = json_in_token(j);

	if (++j->values > json_in_values_max)
		json_in_refuse(j, "more than %zu values", json_in_values_max);
	if (j->failed)
		return JSON_IS_ABSENT;
	if (c == '[' || c == '{')
		return json_in_open(j, c);
	if (first)
		json_in_unexpected(j, "'[' or '{' expected", c);
	else if (c == '"')
		return json_in_read_text(j);
	else if (c == '-' || (c >= '0' && c <= '9'))
		return json_in_read_number(j, c);
	else if (c != EOF && isalpha(c))
		return json_in_read_literal(j, c);
	else
		json_in_unexpected(j, "a value expected", c);
	return JSON_IS_ABSENT;
}

/* At another member of what is open? Takes the comma, or what closes it. */
static bool json_in_more(struct json_in *j, int close, const char *what)
{
	int c;

	if (j->failed || j->depth == 0)
		return false;
	if (j->fresh) {
		j->fresh = false;
		json_in_pass_blanks(j);
		if (json_in_peek(j) != close)
			return !j->failed;
	}
	c = json_in_token(j);
	if (c == close) {
		j->depth--;
		return false;
	}
	if (c != ',' && !j->failed)
		json_in_unexpected(j, what, c);
	return !j->failed;
}

bool json_in_item(struct json_in *j)
{
	return json_in_more(j, ']', "']' expected");
}

const char *json_in_key(struct json_in *j)
{
	int c;

	if (!json_in_more(j, '}', "'}' expected"))
		return NULL;
	c = json_in_token(j);
	if (c != '"') {
		json_in_unexpected(j, "string or '}' expected", c);
		return NULL;
	}
	if (json_in_read_text(j) == JSON_IS_ABSENT)
		return NULL;
	c = json_in_token(j);
	if (c != ':') {
		json_in_unexpected(j, "':' expected", c);
		return NULL;
	}
	return j->text;
}

bool json_in_end(struct json_in *j)
{
	int c = json_in_token(j);

	if (c != EOF)
		json_in_unexpected(j, "end of file expected", c);
	return !j->failed;
}

unsigned json_in_depth(const struct json_in *j)
{
	return j->depth;
}

void json_in_leave(struct json_in *j, unsigned depth)
{
	while (!j->failed && j->depth > depth) {
		if (j->open[j->depth - 1] == '[' ? json_in_item(j)
						 : json_in_key(j) != NULL)
			json_in_value(j);
	}
}

const char *json_in_text(const struct json_in *j)
{
	return j->text;
}

int64_t json_in_integer(const struct json_in *j)
{
	return j->integer;
}

double json_in_decimal(const struct json_in *j)
{
	return j->decimal;
}

bool json_in_flag(const struct json_in *j)
{
	return j->flag;
}
