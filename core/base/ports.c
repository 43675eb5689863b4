/*
 * ports.c - lists of ports and port ranges.
 */
#include "core/base/params.h"
#include "core/base/text.h"

#include <stdbool.h>
#include <string.h>

enum {
	PORTS_MAX = 1024, /* ranges in one list */
	PORTS_SHOWN = 32
};

/* "80" or "3200-3299"; `length` bytes of text. */
static int port_range(const char *text, size_t length, struct port_range *out,
		      struct error *err)
{
	char item[16], shown[PORTS_SHOWN];
	int64_t first, last;
	char *dash = NULL;
	text_sanitise(shown, sizeof(shown), text, length);
	bool fits = length < sizeof(item);
	if (fits) {
		memcpy(item, text, length);
		item[length] = '\0';
		dash = strchr(item, '-');
	}
	if (dash != NULL)
		*dash++ = '\0';
	if (!fits || !text_number(item, 0, INT64_MAX, &first) ||
	    !text_number(dash != NULL ? dash : item, 0, INT64_MAX, &last)) {
		error_set(err, "'%s' is not a port or a range of ports", shown);
		error_suggest(err, "write 80, 80,443 or 3200-3299");
		return -1;
	}
	if (first < 1 || first > UINT16_MAX || last < 1 || last > UINT16_MAX) {
		error_set(err, "'%s' is out of range", shown);
		error_suggest(err, "write a number from 1 to 65535");
		return -1;
	}
	if (first > last) {
		error_set(err, "'%s' runs backwards", shown);
		error_suggest(err, "write %lld-%lld", (long long)last,
			      (long long)first);
		return -1;
	}
	*out = (struct port_range){(uint16_t)first, (uint16_t)last};
	return 0;
}

/* A port asked for twice would make two probes of one name. */
static int port_overlap(const struct port_range *ranges, size_t count,
			struct error *err)
{
	const struct port_range *newest = &ranges[count];
	for (size_t i = 0; i < count; i++) {
		const struct port_range *r = &ranges[i];
		if (newest->first <= r->last && r->first <= newest->last)
			return error_set(err, "port %u is listed twice",
					 newest->first > r->first
					     ? newest->first
					     : r->first);
	}
	return 0;
}

const struct port_list *ports_parse(struct arena *a, const char *text,
				    struct error *err)
{
	size_t count = 1, made = 0;
	for (const char *at = text; *at != '\0'; at++)
		count += *at == ',';
	if (count > PORTS_MAX) {
		error_set(err, "more than %d ports and ranges", PORTS_MAX);
		return NULL;
	}
	struct port_range *ranges = arena_calloc(a, count, sizeof(*ranges));
	for (;;) {
		size_t length = strcspn(text, ",");
		if (port_range(text, length, &ranges[made], err) == -1 ||
		    port_overlap(ranges, made, err) == -1)
			return NULL;
		made++;
		if (text[length] == '\0')
			break;
		text += length + 1;
	}
	struct port_list *list = arena_calloc(a, 1, sizeof(*list));
	list->count = made;
	list->ranges = ranges;
	return list;
}

size_t ports_total(const struct port_list *list)
{
	size_t total = 0;
	for (size_t i = 0; i < list->count; i++) {
		const struct port_range *r = &list->ranges[i];
		total += (size_t)r->last - r->first + 1;
	}
	return total;
}
