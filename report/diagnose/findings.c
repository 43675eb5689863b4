/* findings.c - looking up the catalogue of root causes. */
#include "report/diagnose/findings.h"

#include <string.h>

static const struct finding_entry *const findings_parts[] = {
    findings_local, findings_dns,     findings_web,
    findings_path,  findings_service, NULL};

const struct finding_entry *finding_entry_at(size_t index)
{
	for (size_t i = 0; findings_parts[i] != NULL; i++) {
		const struct finding_entry *part = findings_parts[i];

		for (; part->code != NULL; part++) {
			if (index-- == 0)
				return part;
		}
	}
	return NULL;
}

const struct finding_entry *finding_entry_find(const char *code)
{
	const struct finding_entry *entry;

	for (size_t i = 0; (entry = finding_entry_at(i)) != NULL; i++) {
		if (strcmp(entry->code, code) == 0)
			return entry;
	}
	return NULL;
}
