/*
 * inventory_options.c - what the command line says about the tables of an
 * inventory, and what reading them says to the user.
 */
#include "profiles/read/columns.h"
#include "profiles/read/inventory_internal.h"
#include "profiles/read/profile.h"
#include "core/base/text.h"

#include <stdarg.h>
#include <string.h>

static struct inventory_store *inventory_options_store(struct inventory *inv)
{
	return (struct inventory_store *)inv;
}

void inventory_note(struct inventory_store *s, const char *file, unsigned line,
		    const char *format, ...)
{
	struct inventory *inv = &s->public;
	struct inventory_note *note;
	struct error text;
	struct buf made;
	va_list ap;

	if (inv->note_count == INVENTORY_NOTES_MAX ||
	    (s->in_rows && s->row_notes == INVENTORY_NOTES_MAX / 2)) {
		inv->notes_dropped++;
		return;
	}
	s->row_notes += s->in_rows;
	buf_init(&made, 8192);
	va_start(ap, format);
	buf_vprintf(&made, format, ap);
	va_end(ap);
	s->notes = mem_grow(s->notes, &s->note_capacity, inv->note_count + 1,
			    sizeof *s->notes);
	inv->notes = s->notes;
	note = &s->notes[inv->note_count++];
	/* Foreign words become harmless in an error; long ones stay whole. */
	note->text = buf_text(&made);
	if (text_has_controls(note->text)) {
		error_set(&text, "%s", note->text);
		note->text = text.text;
	}
	note->text = arena_strdup(&inv->arena, note->text);
	note->file = arena_strdup(&inv->arena, file);
	note->line = line;
	buf_free(&made);
}

/* "LEFT=RIGHT" at its last '='; left lives in the arena. */
static bool inventory_options_split(struct inventory *inv, const char *argument,
				    const char **left, const char **right)
{
	const char *equals = strrchr(argument, '=');

	if (equals == NULL || equals == argument || equals[1] == '\0')
		return false;
	*left =
	    arena_strndup(&inv->arena, argument, (size_t)(equals - argument));
	*right = arena_strdup(&inv->arena, equals + 1);
	return true;
}

int inventory_add_map(struct inventory *inv, const char *argument,
		      struct error *err)
{
	struct inventory_store *s = inventory_options_store(inv);
	const char *column, *field;

	if (!inventory_options_split(inv, argument, &column, &field)) {
		error_set(err, "--map '%s' does not say COLUMN=FIELD",
			  argument);
		error_suggest(err, "write --map 'Managed IP=address'");
		return -1;
	}
	for (size_t i = 0; column_fields[i] != NULL; i++) {
		if (text_casecmp(column_fields[i], field) != 0)
			continue;
		s->maps = mem_grow(s->maps, &s->map_capacity, s->map_count + 1,
				   sizeof *s->maps);
		s->maps[s->map_count++] = (struct column_map){
		    .column = column, .field = (enum column_field)i};
		return 0;
	}
	return error_unknown(err, "field of --map", field, text_name_at,
			     column_fields,
			     "write address, types, name, ports, credentials, "
			     "site, os, hostname or ignore");
}

static int inventory_options_type(const char *types, struct error *err)
{
	char one[64];

	for (;;) {
		size_t length = strcspn(types, ",;");

		if (length >= sizeof one)
			length = sizeof one - 1;
		memcpy(one, types, length);
		one[length] = '\0';
		if (!reader_has(device_types, one))
			return error_unknown(err, "device type of --type", one,
					     text_name_at, device_types,
					     "see the types in preflight lint");
		types += length;
		if (*types == '\0')
			return 0;
		types++;
	}
}

int inventory_add_type(struct inventory *inv, const char *argument,
		       struct error *err)
{
	struct inventory_store *s = inventory_options_store(inv);
	const char *word, *types;

	if (!inventory_options_split(inv, argument, &word, &types)) {
		error_set(err, "--type '%s' does not say WORD=TYPE", argument);
		error_suggest(err, "write --type Badger=network-element,snmp");
		return -1;
	}
	if (inventory_options_type(types, err) == -1)
		return -1;
	s->hints = mem_grow(s->hints, &s->hint_capacity, s->hint_count + 1,
			    sizeof *s->hints);
	s->hints[s->hint_count++] =
	    (struct inventory_hint){.word = word, .types = types};
	return 0;
}

/* The i-th site that a device names, for suggestions. */
static const char *inventory_site_at(const void *arg, size_t i)
{
	const struct inventory *inv = arg;

	for (size_t k = 0; k < inv->device_count; k++)
		if (inv->devices[k].site != NULL && i-- == 0)
			return inv->devices[k].site;
	return NULL;
}

int inventory_pick_site(struct inventory *inv, const char *site,
			struct error *err)
{
	struct inventory_store *s = inventory_options_store(inv);
	const char *first = inventory_site_at(inv, 0);
	char clean[TEXT_MAX];
	size_t kept = 0;

	text_sanitise(clean, sizeof clean, site, strlen(site));
	inv->site = arena_strdup(&inv->arena, clean);
	if (first == NULL)
		return 0;
	for (size_t i = 0; i < inv->device_count; i++) {
		const struct device *d = &s->devices[i];

		if (d->site != NULL && text_casecmp(d->site, site) == 0)
			s->devices[kept++] = *d;
	}
	if (kept == 0) {
		error_set(err, "--site: no device is at '%s'", site);
		error_nearest(err, site, inventory_site_at, inv, NULL);
		if (*err->suggestion == '\0')
			error_suggest(err, "write, for example, '%s'", first);
		return -1;
	}
	inv->device_count = kept;
	return 0;
}
