/* template.c - texts of the catalogue with placeholders. */
#include "report/template.h"

#include <string.h>

bool template_agree(struct buf *out, const char *name, size_t length,
		    bool several)
{
	const char *one = memchr(name, ':', length);
	const char *end = name + length, *bar;

	if (one == NULL)
		return false;
	one++;
	bar = memchr(one, '|', (size_t)(end - one));
	if (bar == NULL)
		bar = end;
	if (!several)
		buf_append(out, one, (size_t)(bar - one));
	else if (bar < end)
		buf_append(out, bar + 1, (size_t)(end - bar - 1));
	return true;
}

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
