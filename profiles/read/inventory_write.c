/*
 * inventory_write.c - the devices of an inventory, clean, as YAML or CSV.
 */
#include "profiles/read/inventory_write.h"
#include "core/base/spec.h"

#include <ctype.h>
#include <string.h>

static const char *inventory_write_where(const struct device *d)
{
	return d->address != NULL ? d->address : d->network;
}

/* A device without a name is called by its address. */
static bool inventory_write_has_name(const struct device *d)
{
	return strcmp(d->name, inventory_write_where(d)) != 0;
}

/* As it is where that is safe in YAML, else in quotes. */
static void inventory_write_text(const char *text, FILE *out)
{
	bool plain = isalnum((unsigned char)*text) != 0;

	for (const char *at = text; *at != '\0'; at++)
		plain = plain && (isalnum((unsigned char)*at) ||
				  strchr("._-/", *at) != NULL);
	if (plain) {
		fputs(text, out);
		return;
	}
	fputc('"', out);
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			fputc('\\', out);
		fputc(*text, out);
	}
	fputc('"', out);
}

static void inventory_write_list(const char *key, const char *const *words,
				 FILE *out)
{
	if (words[0] == NULL)
		return;
	fprintf(out, ", %s: [", key);
	for (size_t i = 0; words[i] != NULL; i++) {
		fputs(i > 0 ? ", " : "", out);
		inventory_write_text(words[i], out);
	}
	fputc(']', out);
}

static void inventory_write_key(const char *key, const char *text, FILE *out)
{
	fprintf(out, ", %s: ", key);
	inventory_write_text(text, out);
}

static void inventory_write_device(const struct device *d, FILE *out)
{
	fprintf(out, "  - {%s: ", d->address != NULL ? "address" : "network");
	inventory_write_text(inventory_write_where(d), out);
	inventory_write_list("types", d->types, out);
	if (inventory_write_has_name(d))
		inventory_write_key("name", d->name, out);
	for (size_t i = 0; i < d->port_count; i++)
		fprintf(out, "%s%s: %u%s", i == 0 ? ", ports: {" : ", ",
			d->ports[i].check, d->ports[i].port,
			i + 1 == d->port_count ? "}" : "");
	for (size_t i = 0; i < d->credential_count; i++)
		fprintf(out, "%s%s%s", i == 0 ? ", credentials: [" : ", ",
			d->credentials[i]->name,
			i + 1 == d->credential_count ? "]" : "");
	if (d->site != NULL)
		inventory_write_key("site", d->site, out);
	fputs("}\n", out);
}

void inventory_write_devices(const struct inventory *inv, FILE *out)
{
	fputs(inv->device_count == 0 ? "devices: []\n" : "devices:\n", out);
	for (size_t i = 0; i < inv->device_count; i++)
		inventory_write_device(&inv->devices[i], out);
}

void inventory_write_yaml(const struct inventory *inv, FILE *out)
{
	fputs("preflight: inventory/1\n", out);
	inventory_write_devices(inv, out);
}

/* In quotes where the separator or a quote is in it. */
static void inventory_write_cell(const char *text, FILE *out)
{
	if (text[strcspn(text, ",;\"\t|")] == '\0') {
		fputs(text, out);
		return;
	}
	fputc('"', out);
	for (; *text != '\0'; text++) {
		if (*text == '"')
			fputc('"', out);
		fputc(*text, out);
	}
	fputc('"', out);
}

void inventory_write_csv(const struct inventory *inv, FILE *out)
{
	fputs("address,types,name,ports,credentials,site\n", out);
	for (size_t i = 0; i < inv->device_count; i++) {
		const struct device *d = &inv->devices[i];

		fprintf(out, "%s,", inventory_write_where(d));
		for (size_t k = 0; d->types[k] != NULL; k++)
			fprintf(out, "%s%s", k > 0 ? ";" : "", d->types[k]);
		fputc(',', out);
		if (inventory_write_has_name(d))
			inventory_write_cell(d->name, out);
		fputc(',', out);
		for (size_t k = 0; k < d->port_count; k++)
			fprintf(out, "%s%s=%u", k > 0 ? ";" : "",
				d->ports[k].check, d->ports[k].port);
		fputc(',', out);
		for (size_t k = 0; k < d->credential_count; k++)
			fprintf(out, "%s%s", k > 0 ? ";" : "",
				d->credentials[k]->name);
		fputc(',', out);
		if (d->site != NULL)
			inventory_write_cell(d->site, out);
		fputc('\n', out);
	}
}
