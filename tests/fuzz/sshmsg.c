/* sshmsg.c - the first packet of an SSH server. */
#include "core/proto/sshmsg.h"

#include "tests/fuzz/fuzz.h"

#include <string.h>

const unsigned fuzz_rounds = 10000;

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct cursor payload, c = cursor_over(bytes, length);
	struct sshmsg_kexinit k;
	char name[SSHMSG_NAME_MAX];

	if (sshmsg_packet(&c, &payload) != SSHMSG_WHOLE)
		return 0;
	(void)sshmsg_kexinit(&payload, &k);
	for (enum sshmsg_list i = SSHMSG_KEX; i < SSHMSG_LISTS; i++) {
		struct cursor list = k.lists[i];

		while (sshmsg_next(&list, name)) {
			FUZZ_HOLDS(strlen(name) < sizeof name);
			(void)sshmsg_standing(i, name, NULL);
		}
		(void)sshmsg_is_old(&k, i);
		(void)sshmsg_common(k.back[i], "aes256-ctr,hmac-sha1", name);
	}
	return 0;
}
