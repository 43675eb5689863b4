/* saved.c - a report from elsewhere: JSON, its fields, and every format over
 * it. */
#include "report/saved/saved.h"

#include "tests/fuzz/fuzz.h"

#include <stdio.h>

const unsigned fuzz_rounds = 300;

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	static const struct format_options plain = {.utf8 = true};
	static FILE *nowhere;
	struct error err;
	struct report *s = saved_load(fuzz_file(bytes, length, ".json"), &err);

	if (nowhere == NULL)
		nowhere = fopen("/dev/null", "w");
	for (size_t i = 0; s != NULL && format_registry[i] != NULL; i++)
		format_registry[i]->write(s, &plain, nowhere);
	report_free(s);
	return 0;
}
