/* understood.c - what was understood of an inventory, for people and as JSON.
 */
#include "cmd/understood.h"
#include "profiles/read/profile.h"
#include "profiles/read/reader.h"
#include "core/base/text.h"

#include <string.h>

enum { UNDERSTOOD_NAMES_MAX = 12 };

static size_t understood_of_type(const struct inventory *inv, const char *type)
{
	size_t count = 0;

	for (size_t i = 0; i < inv->device_count; i++)
		count += reader_has(inv->devices[i].types, type);
	return count;
}

static size_t understood_untyped(const struct inventory *inv)
{
	size_t count = 0;

	for (size_t i = 0; i < inv->device_count; i++)
		count += inv->devices[i].types[0] == NULL;
	return count;
}

static void understood_networks(const struct inventory *inv, const char *mark,
				FILE *out)
{
	size_t count = 0;

	for (size_t i = 0; i < inv->device_count; i++) {
		const struct device *d = &inv->devices[i];

		if (d->network == NULL || ++count > UNDERSTOOD_NAMES_MAX)
			continue;
		if (count == 1)
			fprintf(out, "%snetworks: ", mark);
		fprintf(out, "%s%s (%llu address%s)", count > 1 ? ", " : "",
			d->network, (unsigned long long)d->total,
			d->total == 1 ? "" : "es");
	}
	if (count > UNDERSTOOD_NAMES_MAX)
		fprintf(out, " and %zu more", count - UNDERSTOOD_NAMES_MAX);
	fputs(count > 0 ? "\n" : "", out);
}

static void understood_counts(const struct inventory *inv, const char *mark,
			      FILE *out)
{
	size_t untyped = understood_untyped(inv);
	bool begun = false;

	for (size_t i = 0; device_types[i] != NULL; i++) {
		size_t count = understood_of_type(inv, device_types[i]);

		if (count == 0)
			continue;
		if (!begun)
			fprintf(out, "%stypes: ", mark);
		fprintf(out, "%s%zu %s", begun ? ", " : "", count,
			device_types[i]);
		begun = true;
	}
	if (untyped > 0)
		fprintf(out, "%s%zu without a type", begun ? ", " : mark,
			untyped);
	fputs(begun || untyped > 0 ? "\n" : "", out);
}

/* True where an earlier device is at the same site. */
static bool understood_is_before(const struct inventory *inv, size_t device)
{
	for (size_t i = 0; i < device; i++)
		if (inv->devices[i].site != NULL &&
		    text_casecmp(inv->devices[i].site,
				 inv->devices[device].site) == 0)
			return true;
	return false;
}

static void understood_sites(const struct inventory *inv, const char *mark,
			     FILE *out)
{
	size_t count = 0;

	for (size_t i = 0;
	     i < inv->device_count && count < UNDERSTOOD_NAMES_MAX; i++) {
		if (inv->devices[i].site == NULL ||
		    understood_is_before(inv, i))
			continue;
		if (count++ == 0)
			fprintf(out, "%ssites: ", mark);
		fprintf(out, "%s%s", count > 1 ? ", " : "",
			inv->devices[i].site);
	}
	fputs(count == UNDERSTOOD_NAMES_MAX ? ", ...\n"
	      : count > 0                   ? "\n"
					    : "",
	      out);
}

void understood_types(const char *mark, FILE *out)
{
	int at = fprintf(out, "%sdevice types:", mark);

	for (size_t i = 0; device_types[i] != NULL; i++) {
		if (at + (int)strlen(device_types[i]) > 78)
			at = fprintf(out, "\n%s ", mark);
		at += fprintf(out, " %s", device_types[i]);
	}
	fputc('\n', out);
}

void understood_print(const struct inventory *inv, const char *mark, FILE *out)
{
	understood_networks(inv, mark, out);
	understood_counts(inv, mark, out);
	understood_sites(inv, mark, out);
	for (size_t i = 0; i < inv->note_count; i++) {
		const struct inventory_note *n = &inv->notes[i];

		if (n->line > 0)
			fprintf(out, "%sline %u: %s\n", mark, n->line, n->text);
		else
			fprintf(out, "%s%s\n", mark, n->text);
	}
	if (inv->notes_dropped > 0)
		fprintf(out, "%sand %zu more notes\n", mark,
			inv->notes_dropped);
	if (inv->has_unknown_types)
		understood_types(mark, out);
}

void understood_json(const struct inventory *inv, struct json_out *j)
{
	json_key(j, "networks");
	json_array(j);
	for (size_t i = 0; i < inv->device_count; i++) {
		if (inv->devices[i].network == NULL)
			continue;
		json_object(j);
		json_key_string(j, "network", inv->devices[i].network);
		json_key_number(j, "addresses", (int64_t)inv->devices[i].total);
		json_object_end(j);
	}
	json_array_end(j);
	json_key(j, "types");
	json_object(j);
	for (size_t i = 0; device_types[i] != NULL; i++)
		if (understood_of_type(inv, device_types[i]) > 0)
			json_key_number(
			    j, device_types[i],
			    (int64_t)understood_of_type(inv, device_types[i]));
	json_object_end(j);
	json_key_number(j, "untyped", (int64_t)understood_untyped(inv));
	json_key(j, "notes");
	json_array(j);
	for (size_t i = 0; i < inv->note_count; i++) {
		json_object(j);
		json_key(j, "line");
		if (inv->notes[i].line > 0)
			json_number(j, inv->notes[i].line);
		else
			json_null(j);
		json_key_string(j, "text", inv->notes[i].text);
		json_object_end(j);
	}
	json_array_end(j);
}
