/* prtg_channels.c - what a PRTG sensor shows of a report. */
#include "report/formats/prtg.h"

#include "core/base/mem.h"
#include "core/os/files.h"
#include "report/formats/one_line.h"

#include <stdlib.h>
#include <string.h>

static struct prtg_channel *prtg_find(struct prtg_sensor *s, const char *name)
{
	for (size_t i = 0; i < s->count; i++)
		if (strcmp(s->channels[i].name, name) == 0)
			return &s->channels[i];
	return NULL;
}

static struct prtg_channel *prtg_add(struct prtg_sensor *s, const char *name,
				     int64_t value, int warning, int error)
{
	struct prtg_channel *c = prtg_find(s, name);

	if (c != NULL || s->count == PRTG_CHANNELS)
		return c;
	c = &s->channels[s->count++];
	*c = (struct prtg_channel){.unit = "Count",
				   .value = value,
				   .warning = warning,
				   .error = error};
	snprintf(c->name, sizeof c->name, "%s", name);
	return c;
}

static bool prtg_is_bad(const struct report_requirement *q)
{
	return q->verdict == VERDICT_FAIL || q->verdict == VERDICT_SKIP;
}

struct prtg_words {
	const char *text;
	size_t most;
};

static void prtg_words_write(const void *arg, FILE *out)
{
	const struct prtg_words *w = arg;

	one_line_text(out, w->text, w->most, "");
}

/* Clean ASCII. */
static char *prtg_clean(const char *text, size_t most)
{
	const struct prtg_words w = {text, most};

	return os_file_text(prtg_words_write, &w);
}

/* A channel for each first word of the ids: "cloud", "lan", "inbound". They
 * inform; the first channel decides the state. Where there is no room, what is
 * left counts in the last one. */
static void prtg_groups(struct prtg_sensor *s, const struct report *r)
{
	for (size_t i = 0; i < r->requirement_count; i++) {
		const struct report_requirement *q = &r->requirements[i];
		struct prtg_channel *c;
		char *group, *name;

		group = mem_strndup(q->id, strcspn(q->id, "."));
		name = mem_printf("Failed in %s", group);
		free(group);
		group = prtg_clean(name, PRTG_NAME - 1);
		c = s->count < PRTG_CHANNELS - 1 || prtg_find(s, group) != NULL
			? prtg_add(s, group, 0, PRTG_NO_LIMIT, PRTG_NO_LIMIT)
			: prtg_add(s, "Failed in other groups", 0,
				   PRTG_NO_LIMIT, PRTG_NO_LIMIT);
		if (c != NULL)
			c->value += prtg_is_bad(q);
		free(group);
		free(name);
	}
}

void prtg_sensor_of(struct prtg_sensor *s, const struct report *r)
{
	const struct report_counts *c = &r->counts;
	char *summary = one_line_summary(r);

	memset(s, 0, sizeof *s);
	/* 0 ready, 1 with warnings, 2 undecided, 3 not ready. */
	prtg_add(s, "Verdict", r->verdict, RUN_READY, RUN_UNDECIDED);
	prtg_add(s, "Failed", one_line_failed(r), PRTG_NO_LIMIT, 0);
	prtg_add(s, "Undecided", c->undecided, 0, PRTG_NO_LIMIT);
	prtg_add(s, "Warnings", c->warnings, 0, PRTG_NO_LIMIT);
	prtg_add(s, "Works", c->works, PRTG_NO_LIMIT, PRTG_NO_LIMIT);
	prtg_add(s, "Causes", (int64_t)r->finding_count, PRTG_NO_LIMIT,
		 PRTG_NO_LIMIT);
	prtg_add(s, "Duration", r->run.duration_us / 1000, PRTG_NO_LIMIT,
		 PRTG_NO_LIMIT)
	    ->unit = "TimeResponse";
	prtg_groups(s, r);
	s->text = prtg_clean(summary, PRTG_TEXT);
	free(summary);
}

char *prtg_error_text(const struct error_document *e)
{
	char *line = one_line_error(e), *text = prtg_clean(line, PRTG_TEXT);

	free(line);
	return text;
}
