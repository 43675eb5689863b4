/*
 * text_file.h - a whole file as a string; what is not there is empty.
 */
#ifndef PREFLIGHT_TEXT_FILE_H
#define PREFLIGHT_TEXT_FILE_H

#include "core/base/buf.h"
#include "core/base/mem.h"

#include <stdio.h>

/* The caller frees it. */
static char *read_text(const char *path)
{
	FILE *in = fopen(path, "r");
	struct buf text;
	char chunk[4096];
	char *copy;
	size_t n;

	buf_init(&text, 1 << 20);
	while (in != NULL && (n = fread(chunk, 1, sizeof chunk, in)) > 0)
		buf_append(&text, chunk, n);
	if (in != NULL)
		fclose(in);
	copy = mem_strdup(buf_text(&text));
	buf_free(&text);
	return copy;
}

#endif
