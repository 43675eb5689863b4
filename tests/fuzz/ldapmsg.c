/* ldapmsg.c - LDAP answers: entries with their values, results. */
#include "core/proto/ldapmsg.h"

#include "tests/fuzz/fuzz.h"

const unsigned fuzz_rounds = 300000;

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct ldapmsg_attribute a;
	struct ldapmsg m;
	const uint8_t *value;
	size_t size;

	if (!ldapmsg_read(&m, bytes, length))
		return 0;
	if (m.kind == LDAPMSG_RESULT)
		fuzz_look(m.text, m.text_length);
	if (m.kind != LDAPMSG_ENTRY)
		return 0;
	while (ldapmsg_next(&m, &a)) {
		fuzz_look(a.name, a.name_length);
		(void)ldapmsg_is(&a, "defaultNamingContext");
		while ((value = ldapmsg_value(&a, &size)) != NULL)
			fuzz_look(value, size);
	}
	return 0;
}
