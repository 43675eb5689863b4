/* xml.c - elements of small XML answers. */
#include "core/base/xml.h"

#include "tests/fuzz/fuzz.h"

#include <string.h>

const unsigned fuzz_rounds = 30000;

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	static const char *const names[] = {"ProductVendor", "about", "version",
					    "Fault", "a"};
	struct xml_slice all = xml_over(bytes, length);
	char text[64];

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		struct xml_slice inner = xml_find(all, names[i]);

		fuzz_look(inner.at, inner.length);
		for (size_t k = 0; inner.at != NULL && k < 5; k++) {
			(void)xml_text(inner, names[k], text, sizeof text);
			FUZZ_HOLDS(strlen(text) < sizeof text);
		}
	}
	return 0;
}
