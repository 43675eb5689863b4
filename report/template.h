/*
 * template.h - texts of the catalogue with placeholders, "{name}", and words
 * that agree with one in number, "{name:does|do}".
 */
#ifndef PREFLIGHT_TEMPLATE_H
#define PREFLIGHT_TEMPLATE_H

#include "core/base/buf.h"

#include <stdbool.h>
#include <stddef.h>

/* What stands for a placeholder: its name has `length` bytes and no NUL; what
 * came before it is in `out` already. */
typedef void template_put(const void *arg, struct buf *out, const char *name,
			  size_t length);

/* Appends the template to `out`. A brace that is not closed ends the text. */
void template_fill(struct buf *out, const char *template, template_put *put,
		   const void *arg);

/* Of "name:does|do", the word for one or for several; false: "name" alone. */
bool template_agree(struct buf *out, const char *name, size_t length,
		    bool several);

#endif
