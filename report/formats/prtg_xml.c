/* prtg_xml.c - a PRTG sensor (EXE/Script Advanced), as XML. */
#include "report/formats/escape.h"
#include "report/formats/prtg.h"

#include <inttypes.h>
#include <stdlib.h>

static void prtg_xml_text(FILE *out, const char *element, const char *text)
{
	fprintf(out, "<%s>", element);
	escape_text(out, ESCAPE_XML, text);
	fprintf(out, "</%s>", element);
}

static void prtg_xml_limit(FILE *out, const char *element, int limit)
{
	if (limit != PRTG_NO_LIMIT)
		fprintf(out, "<%s>%d</%s>", element, limit, element);
}

static void prtg_xml_channel(FILE *out, const struct prtg_channel *c)
{
	fputs("  <result>", out);
	prtg_xml_text(out, "channel", c->name);
	fprintf(out, "<value>%" PRId64 "</value>", c->value);
	prtg_xml_text(out, "unit", c->unit);
	if (c->warning != PRTG_NO_LIMIT || c->error != PRTG_NO_LIMIT)
		fputs("<LimitMode>1</LimitMode>", out);
	prtg_xml_limit(out, "LimitMaxWarning", c->warning);
	prtg_xml_limit(out, "LimitMaxError", c->error);
	fputs("</result>\n", out);
}

static void prtg_xml_write(const struct report *r,
			   const struct format_options *o, FILE *out)
{
	struct prtg_sensor s;

	(void)o;
	prtg_sensor_of(&s, r);
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<prtg>\n", out);
	for (size_t i = 0; i < s.count; i++)
		prtg_xml_channel(out, &s.channels[i]);
	fputs("  ", out);
	prtg_xml_text(out, "text", s.text);
	fputs("\n</prtg>\n", out);
	free(s.text);
}

static void prtg_xml_fail(const struct error_document *e, FILE *out)
{
	char *text = prtg_error_text(e);

	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	      "<prtg><error>1</error>",
	      out);
	prtg_xml_text(out, "text", text);
	fputs("</prtg>\n", out);
	free(text);
}

const struct format format_prtg_xml = {
    .name = "prtg-xml",
    .ending = "",
    .summary = "PRTG sensor (EXE/Script Advanced), as XML",
    .write = prtg_xml_write,
    .fail = prtg_xml_fail};
