/* findings.c - looking up the catalogue of root causes. */
#include "report/diagnose/findings.h"

#include <string.h>

const struct finding_entry *finding_entry_find(const char *code)
{
	for (size_t i = 0; finding_registry[i] != NULL; i++) {
		if (strcmp(finding_registry[i]->code, code) == 0)
			return finding_registry[i];
	}
	return NULL;
}
