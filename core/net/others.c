/* others.c - who else answered (see others.h). */
#include "core/net/others.h"

#include <stdio.h>
#include <string.h>

void others_note(struct others *o, const struct addr *sender)
{
	for (size_t i = 0; i < o->count; i++)
		if (addr_equal(&o->list[i], sender) &&
		    o->list[i].port == sender->port)
			return;
	if (o->count < OTHERS_MAX)
		o->list[o->count++] = *sender;
}

static bool others_has(const struct fact *list, const char *line)
{
	for (size_t i = 0; list != NULL && i < list->list_count; i++)
		if (strcmp(list->list[i], line) == 0)
			return true;
	return false;
}

void others_facts(const struct others *o, struct facts *out)
{
	char line[ADDR_TEXT + 16], address[ADDR_TEXT];

	for (size_t i = 0; i < o->count; i++) {
		snprintf(line, sizeof line, "%s port %u",
			 addr_text(&o->list[i], address),
			 (unsigned)o->list[i].port);
		if (!others_has(facts_find(out, "answers-from"), line))
			facts_append(out, "answers-from", line);
	}
}
