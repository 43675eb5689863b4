/*
 * explain_page.h - how an explanation is laid out: a title, and rows with a
 * label.
 */
#ifndef PREFLIGHT_EXPLAIN_PAGE_H
#define PREFLIGHT_EXPLAIN_PAGE_H

#include "report/formats/layout.h"

struct explain_page {
	struct layout layout;
	struct format_options options;
};

/* `width`: columns; 0: 80. */
void explain_begin(struct explain_page *p, FILE *out, unsigned width,
		   const char *title);
/* Nothing where the text is NULL or empty. */
void explain_row(struct explain_page *p, const char *label, const char *text);
/* The label stands in front of the first of them. */
void explain_rows(struct explain_page *p, const char *label,
		  const char *const *texts, size_t count);
/* With its placeholders as words. */
void explain_template(struct explain_page *p, const char *label,
		      const char *template);
void explain_end(struct explain_page *p);

#endif
