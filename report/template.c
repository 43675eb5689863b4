/* template.c - texts of the catalogue with placeholders. */
#include "report/template.h"

#include <string.h>

void template_fill(struct buf *out, const char *template, template_put *put,
		   const void *arg)
{
	while (*template != '\0') {
		size_t length = strcspn(template, "{");

		buf_append(out, template, length);
		template += length;
		if (*template == '\0')
			break;
		template ++;
		length = strcspn(template, "}");
		put(arg, out, template, length);
		template += length + (template[length] == '}');
	}
}
