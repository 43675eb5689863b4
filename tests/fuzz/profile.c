/* profile.c - profiles: YAML, the reader's tables, what a profile must be. */
#include "profiles/read/profile.h"

#include "tests/fuzz/fuzz.h"

const unsigned fuzz_rounds = 1500;

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct errors errors = {0};
	struct profile *p =
	    profile_load(fuzz_file(bytes, length, ".yaml"), &errors);

	/* It is there, or a complaint is. */
	FUZZ_HOLDS((p == NULL) == (errors.count > 0));
	profile_free(p);
	errors_free(&errors);
	return 0;
}
