/* prtg.c - a PRTG sensor (EXE/Script Advanced), as JSON. */
#include "report/formats/prtg.h"

#include "core/base/json.h"

#include <stdlib.h>

static void prtg_channel_json(struct json_out *j, const struct prtg_channel *c)
{
	json_object(j);
	json_key_string(j, "channel", c->name);
	json_key_number(j, "value", c->value);
	json_key_string(j, "unit", c->unit);
	if (c->warning != PRTG_NO_LIMIT || c->error != PRTG_NO_LIMIT)
		json_key_number(j, "LimitMode", 1);
	if (c->warning != PRTG_NO_LIMIT)
		json_key_number(j, "LimitMaxWarning", c->warning);
	if (c->error != PRTG_NO_LIMIT)
		json_key_number(j, "LimitMaxError", c->error);
	json_object_end(j);
}

static void prtg_write(const struct report *r, const struct format_options *o,
		       FILE *out)
{
	struct prtg_sensor s;
	struct json_out j;

	(void)o;
	prtg_sensor_of(&s, r);
	json_begin(&j, out);
	json_object(&j);
	json_key(&j, "prtg");
	json_object(&j);
	json_key_string(&j, "text", s.text);
	json_key(&j, "result");
	json_array(&j);
	for (size_t i = 0; i < s.count; i++)
		prtg_channel_json(&j, &s.channels[i]);
	json_array_end(&j);
	json_object_end(&j);
	json_object_end(&j);
	json_end(&j);
	free(s.text);
}

static void prtg_fail(const struct error_document *e, FILE *out)
{
	char *text = prtg_error_text(e);
	struct json_out j;

	json_begin(&j, out);
	json_object(&j);
	json_key(&j, "prtg");
	json_object(&j);
	json_key_number(&j, "error", 1);
	json_key_string(&j, "text", text);
	json_object_end(&j);
	json_object_end(&j);
	json_end(&j);
	free(text);
}

const struct format format_prtg = {
    .name = "prtg",
    .ending = "",
    .summary = "PRTG sensor (EXE/Script Advanced), as JSON",
    .write = prtg_write,
    .fail = prtg_fail};
