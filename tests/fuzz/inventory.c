/* inventory.c - inventories: YAML and CSV, told apart by their content. */
#include "profiles/read/inventory.h"

#include "tests/fuzz/fuzz.h"

const unsigned fuzz_rounds = 6000;

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct inventory *inv = inventory_new();
	struct errors errors = {0};
	int rc = inventory_load(inv, fuzz_file(bytes, length, ""), &errors);

	FUZZ_HOLDS((rc == -1) == (errors.count > 0));
	inventory_free(inv);
	errors_free(&errors);
	return 0;
}
