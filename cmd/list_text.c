/* list_text.c - profiles, requirements, checks, formats and findings for
 * people: a line each, and all that is known of those that are named. */
#include "cmd/list.h"
#include "core/base/sha256.h"
#include "core/base/text.h"
#include "profiles/read/built_in.h"
#include "report/diagnose/findings.h"
#include "report/formats/explain.h"

#include <stdlib.h>
#include <string.h>

enum {
	LIST_NAME = 20,
	LIST_VERSION = 32,
	LIST_LEVEL = 34,
	LIST_CHECK = 47,
	LIST_PORTS = 63,
	LIST_CODE = 27,
	LIST_OWNER = 42
};

/* A line for one thing, whose text begins in a column. */
static void list_line(struct layout *l, const char *name, size_t column)
{
	layout_line(l, 0, column);
	layout_text(l, name);
	layout_column(l, column);
}

/* Below it, in detail. */
static void list_more(struct layout *l, const char *name, const char *text)
{
	layout_line(l, 4, LIST_NAME);
	layout_text(l, name);
	layout_column(l, LIST_NAME + 4);
	layout_text(l, text != NULL ? text : "");
}

/* Profiles ----------------------------------------------------------------- */

static void list_profile_words(struct layout *l, const struct profile *p)
{
	for (size_t i = 0; i < p->role_count; i++) {
		list_more(l, p->roles[i].name, "role: ");
		layout_text(l, p->roles[i].help);
	}
	for (size_t i = 0; i < p->scenario_count; i++) {
		const struct scenario *s = &p->scenarios[i];

		list_more(l, s->name, "scenario: ");
		layout_text(l, s->help);
		if (s->by_default || s->first_choice)
			layout_text(l,
				    s->by_default ? " [always]" : " [default]");
	}
	for (size_t i = 0; i < p->variable_count; i++) {
		const struct variable *v = &p->variables[i];

		list_more(l, v->name, "variable: ");
		layout_text(l, v->help);
		if (v->fallback != NULL)
			layout_printf(l, " [%s]", v->fallback);
		else if (v->example != NULL)
			layout_printf(l, ", such as %s", v->example);
	}
}

/* A file with other words than the profile inside the program. */
static bool list_is_own(const struct profile *p)
{
	const struct built_in *b = built_in_find(p->name);
	char sha256[sizeof p->sha256];

	if (b == NULL)
		return true;
	sha256_hex(b->text, strlen(b->text), sha256);
	return strcmp(sha256, p->sha256) != 0;
}

/* Where it is from: behind its title, or below it where it is not what the
 * program brings along. */
static void list_profile_from(struct layout *l, const struct profile *p,
			      bool detail)
{
	if (detail || list_is_own(p)) {
		layout_line(l, 4, 4);
		layout_printf(l, "from %s%s", p->file,
			      list_replaces_built_in(p)
				  ? ", instead of the built-in one"
				  : "");
	} else if (list_replaces_built_in(p)) {
		layout_printf(l, ", from %s", p->file);
	} else {
		layout_text(l, ", built in");
	}
}

void list_profiles_text(struct layout *l, const struct list_request *r)
{
	for (size_t i = 0; r->profiles[i] != NULL; i++) {
		const struct profile *p = r->profiles[i];

		list_line(l, p->name, LIST_NAME);
		layout_text(l, p->version);
		layout_column(l, LIST_VERSION);
		layout_printf(l, "%s, %zu requirement%s", p->title,
			      p->requirement_count,
			      text_plural(p->requirement_count));
		list_profile_from(l, p, r->detail);
		if (r->detail)
			list_profile_words(l, p);
	}
	layout_end_line(l);
}

/* Requirements ------------------------------------------------------------- */

/* "udp/161"; a long list may be wrapped behind a comma. */
static void list_ports(struct layout *l, const char *transport,
		       const char *ports)
{
	size_t columns = LIST_PORTS + strlen(transport) + 1 + strlen(ports);

	layout_printf(l, "%s%s", transport, *ports == '\0' ? "" : "/");
	for (; *ports != '\0'; ports++)
		layout_printf(l, "%c%s", *ports,
			      *ports == ',' && columns > l->width ? " " : "");
}

static void list_requirement(struct layout *l, const struct requirement *q,
			     bool detail)
{
	char *ports = requirement_ports_text(&q->ports);

	layout_line(l, 2, LIST_PORTS - 2);
	layout_text(l, q->id);
	layout_column(l, LIST_LEVEL);
	layout_text(l, level_name(q->level));
	layout_column(l, LIST_CHECK);
	layout_text(l, q->check == NULL ? "-" : q->check);
	layout_column(l, LIST_PORTS);
	list_ports(l, transports_name(q->transports), ports);
	free(ports);
	if (!detail)
		return;
	list_more(l, "title", q->title);
	if (q->purpose != NULL)
		list_more(l, "purpose", q->purpose);
	if (q->impact != NULL)
		list_more(l, "without it", q->impact);
	if (q->source != NULL)
		list_more(l, "source", q->source->title);
}

void list_requirements_text(struct layout *l, const struct list_request *r)
{
	for (size_t i = 0; r->profiles[i] != NULL; i++) {
		const struct profile *p = r->profiles[i];

		if (i > 0)
			layout_blank(l);
		layout_line(l, 0, 2);
		layout_printf(l, "%s %s, %zu requirement%s", p->name,
			      p->version, p->requirement_count,
			      text_plural(p->requirement_count));
		for (size_t k = 0; k < p->requirement_count; k++)
			list_requirement(l, &p->requirements[k], r->detail);
	}
	layout_end_line(l);
}

/* Checks, formats, findings ------------------------------------------------ */

static void list_params(struct layout *l, const struct check *c)
{
	for (const struct param *p = c->params; p != NULL && p->name != NULL;
	     p++) {
		list_more(l, p->name, list_param_type(p->type));
		layout_text(l, ": ");
		layout_text(l, p->help);
		for (size_t i = 0;
		     p->type == PARAM_ENUM && p->choices[i] != NULL; i++)
			layout_printf(l, "%s%s", i == 0 ? ": " : ", ",
				      p->choices[i]);
		if (p->fallback != NULL)
			layout_printf(l, " [%s]", p->fallback);
	}
}

void list_checks_text(struct layout *l, const struct list_request *r)
{
	for (size_t i = 0; check_registry[i] != NULL; i++) {
		const struct check *c = check_registry[i];

		if (!list_wants(r, c->name))
			continue;
		list_line(l, c->name, LIST_NAME);
		layout_text(l, c->summary);
		if (r->detail)
			list_params(l, c);
	}
	layout_end_line(l);
}

void list_formats_text(struct layout *l, const struct list_request *r)
{
	enum { LIST_ENDING = 10, LIST_FORMAT = 20 };

	for (size_t i = 0; format_registry[i] != NULL; i++) {
		if (!list_wants(r, format_registry[i]->name))
			continue;
		layout_line(l, 0, LIST_FORMAT);
		layout_text(l, format_registry[i]->name);
		layout_column(l, LIST_ENDING);
		layout_text(l, format_registry[i]->ending);
		layout_column(l, LIST_FORMAT);
		layout_text(l, format_registry[i]->summary);
	}
	layout_end_line(l);
}

void list_findings_text(struct layout *l, const struct list_request *r)
{
	for (size_t i = 0; finding_registry[i] != NULL; i++) {
		const struct finding_entry *f = finding_registry[i];
		char *title;

		if (!list_wants(r, f->code))
			continue;
		title = explain_words(f->title);
		layout_line(l, 0, LIST_OWNER);
		layout_text(l, f->code);
		layout_column(l, LIST_CODE);
		layout_text(l, owner_name(f->owner));
		layout_column(l, LIST_OWNER);
		layout_text(l, title);
		free(title);
		if (!r->detail)
			continue;
		list_more(l, "means", f->meaning);
		list_more(l, "more", "preflight explain ");
		layout_text(l, f->code);
	}
	layout_end_line(l);
}
