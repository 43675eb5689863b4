/* table.c - tables of devices: what is read can be written clean and read
 * again.
 */
#include "core/os/files.h"
#include "profiles/read/inventory_write.h"

#include "tests/fuzz/fuzz.h"

#include <string.h>

const unsigned fuzz_rounds = 3000;

static void table_yaml(const void *arg, FILE *out)
{
	inventory_write_yaml(arg, out);
}

static void table_csv(const void *arg, FILE *out)
{
	inventory_write_csv(arg, out);
}

/* The same devices, from what was written. */
static void table_again(const struct inventory *inv,
			void (*write)(const void *arg, FILE *out))
{
	struct inventory *again = inventory_new();
	struct errors errors = {0};
	char *text = os_file_text(write, inv);
	const char *path = fuzz_file((const uint8_t *)text, strlen(text), "");

	FUZZ_HOLDS(inventory_load(again, path, &errors) == 0);
	FUZZ_HOLDS(again->device_count == inv->device_count);
	for (size_t i = 0; i < inv->device_count; i++) {
		const struct device *d = &inv->devices[i];
		const struct device *e = &again->devices[i];

		FUZZ_HOLDS(strcmp(d->name, e->name) == 0);
		FUZZ_HOLDS((d->address == NULL) == (e->address == NULL));
		FUZZ_HOLDS(d->total == e->total);
	}
	inventory_free(again);
	errors_free(&errors);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct inventory *inv = inventory_new();
	struct errors errors = {0};
	int rc = inventory_load(inv, fuzz_file(bytes, length, ""), &errors);

	FUZZ_HOLDS((rc == -1) == (errors.count > 0));
	for (size_t i = 0; i < inv->note_count; i++)
		fuzz_look(inv->notes[i].text, strlen(inv->notes[i].text));
	if (rc == 0 && inv->from_table) {
		table_again(inv, table_yaml);
		table_again(inv, table_csv);
	}
	inventory_free(inv);
	errors_free(&errors);
	return 0;
}
