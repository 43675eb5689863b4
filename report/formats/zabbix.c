/* zabbix.c - values for `zabbix_sender -i FILE`: a line each of host, key and
 * value; "-" is the host of the sender's configuration. One value is the list
 * of requirements for low-level discovery, before those of each of them. */
#include "report/formats/escape.h"
#include "report/formats/one_line.h"

#include "core/base/json.h"
#include "core/os/files.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* A value in quotes: what zabbix_sender takes apart again. */
static void zabbix_text(FILE *out, const char *key, const char *value)
{
	fprintf(out, "- preflight.%s \"", key);
	escape_text(out, ESCAPE_LABEL, value);
	fputs("\"\n", out);
}

static void zabbix_number(FILE *out, const char *key, int64_t value)
{
	fprintf(out, "- preflight.%s %" PRId64 "\n", key, value);
}

static void zabbix_list(const void *arg, FILE *out)
{
	const struct report *r = arg;
	struct json_out j;

	json_begin(&j, out);
	j.compact = true;
	json_array(&j);
	for (size_t i = 0; i < r->requirement_count; i++) {
		const struct report_requirement *q = &r->requirements[i];

		json_object(&j);
		json_key(&j, "{#REQUIREMENT}");
		json_clean(&j, q->id);
		json_key(&j, "{#TITLE}");
		json_clean(&j, q->title);
		json_key_string(&j, "{#LEVEL}", level_name(q->level));
		json_key(&j, "{#PROFILE}");
		json_clean(&j, q->profile);
		json_object_end(&j);
	}
	json_array_end(&j);
	json_end(&j);
}

static void zabbix_write(const struct report *r, const struct format_options *o,
			 FILE *out)
{
	char *list = os_file_text(zabbix_list, r);
	char *summary = one_line_summary(r);

	(void)o;
	if (list != NULL) /* one line, without its end */
		list[strcspn(list, "\n")] = '\0';
	zabbix_text(out, "requirements.discovery", list);
	zabbix_text(out, "verdict", run_verdict_name(r->verdict));
	zabbix_text(out, "summary", summary);
	zabbix_number(out, "required", r->counts.required);
	zabbix_number(out, "works", r->counts.works);
	zabbix_number(out, "failed", one_line_failed(r));
	zabbix_number(out, "undecided", r->counts.undecided);
	zabbix_number(out, "warnings", r->counts.warnings);
	zabbix_number(out, "findings", (int64_t)r->finding_count);
	zabbix_number(out, "started", r->run.started_us / 1000000);
	for (size_t i = 0; i < r->requirement_count; i++) {
		const struct report_requirement *q = &r->requirements[i];

		fputs("- \"preflight.requirement[", out);
		escape_text(out, ESCAPE_LABEL, q->id);
		fprintf(out, "]\" \"%s\"\n", verdict_name(q->verdict));
	}
	free(summary);
	free(list);
}

const struct format format_zabbix = {
    .name = "zabbix",
    .ending = "",
    .summary = "values for zabbix_sender, with low-level discovery",
    .write = zabbix_write};
