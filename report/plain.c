/* plain.c - text for programs that read one line. */
#include "plain.h"

#include "mem.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

void plain_text(FILE *out, const char *text, size_t most, const char *forbidden)
{
	size_t length = strlen(text), size = length * 4 + 4, count;
	char *clean = mem_calloc(size, 1);

	text_sanitise(clean, size, text, length);
	count = 0;
	for (const char *c = clean; *c != '\0'; c++)
		count += ((unsigned char)*c & 0xc0) != 0x80;
	if (most > 0 && count > most && most > 3)
		most -= 3;
	else
		most = count;
	for (const char *c = clean; *c != '\0' && most > 0; c++) {
		unsigned char byte = (unsigned char)*c;

		if ((byte & 0xc0) == 0x80)
			continue;
		most--;
		if (byte >= 0x80)
			putc('?', out);
		else
			putc(strchr(forbidden, byte) != NULL ? '/' : byte, out);
		count--;
	}
	if (count > 0)
		fputs("...", out);
	free(clean);
}

char *plain_summary(const struct report *r)
{
	if (r->finding_count == 0)
		return mem_strdup(r->headline);
	return mem_printf("%s - %s (%s)", r->headline, r->findings[0].title,
			  owner_name(r->findings[0].owner));
}

unsigned plain_failed(const struct report *r)
{
	return r->counts.failed + r->counts.skipped;
}
