/* requirement_ports.c - the ports of a requirement, from text and to text. */
#include "core/base/buf.h"
#include "profiles/read/profile.h"

#include <string.h>

enum { PORTS_TEXT = 65536 };

struct requirement_ports requirement_ports_parse(struct arena *a,
						 const char *text)
{
	size_t most = text == NULL ? 0 : strlen(text) / 2 + 1, unset = 0;
	struct port_range *ranges = arena_calloc(a, most + 1, sizeof *ranges);
	const char **variables = arena_calloc(a, most + 1, sizeof *variables);
	struct requirement_ports ports = {{0, ranges}, variables};

	while (text != NULL && *text != '\0') {
		size_t length = strcspn(text, " ,;");
		const char *item = arena_strndup(a, text, length);
		const struct port_list *list = NULL;
		struct error unused;

		if (strchr(item, '$') != NULL)
			variables[unset++] = item;
		else if (length > 0)
			list = ports_parse(a, item, &unused);
		if (list != NULL)
			ranges[ports.list.count++] = list->ranges[0];
		text += length;
		text += strspn(text, " ,;");
	}
	return ports;
}

char *requirement_ports_text(const struct requirement_ports *ports)
{
	struct buf b;
	char *text;

	buf_init(&b, PORTS_TEXT);
	for (size_t i = 0; i < ports->list.count; i++) {
		const struct port_range *p = &ports->list.ranges[i];

		buf_printf(&b, i > 0 ? ",%u" : "%u", p->first);
		if (p->last != p->first)
			buf_printf(&b, "-%u", p->last);
	}
	for (size_t i = 0; ports->unset != NULL && ports->unset[i] != NULL; i++)
		buf_printf(&b, "%s%s", b.length > 0 ? "," : "",
			   ports->unset[i]);
	text = mem_strdup(buf_text(&b));
	buf_free(&b);
	return text;
}
