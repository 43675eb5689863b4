/* html_matrix.c - devices by requirement, and every requirement in a table.
 *
 * Devices of one network and type stand together, those that fail first; the
 * script folds a group where nothing fails. Without it everything is open. */
#include "report/formats/html.h"

#include "core/base/text.h"
#include "report/diagnose/peer_group.h"
#include "report/map.h"

#include <stdlib.h>
#include <string.h>

struct matrix_group {
	const char *name;
	unsigned failed, count;
	size_t *devices; /* indices */
	size_t capacity;
};

struct matrix {
	FILE *out;
	const struct html_map *map;
	const struct report *report;
	struct arena arena;
	size_t column_count;
	size_t *columns; /* requirements that concern devices */
	/* cells[device * column_count + column] */
	unsigned char *cells;
	size_t group_count, group_capacity;
	struct matrix_group *groups;
};

/* The worst over a device of a requirement. */
static void html_matrix_fill(struct matrix *x)
{
	const struct report *r = x->report;

	x->columns = mem_calloc(r->requirement_count + 1, sizeof *x->columns);
	for (size_t i = 0; i < r->requirement_count; i++) {
		const struct report_requirement *q = &r->requirements[i];
		bool any = false;

		for (size_t k = 0; k < q->device_count; k++)
			any |= q->devices[k].device < r->device_count;
		if (any)
			x->columns[x->column_count++] = i;
	}
	x->cells = mem_calloc(r->device_count * x->column_count + 1, 1);
	for (size_t c = 0; c < x->column_count; c++) {
		const struct report_requirement *q =
		    &r->requirements[x->columns[c]];

		for (size_t k = 0; k < q->device_count; k++)
			if (q->devices[k].device < r->device_count)
				x->cells[q->devices[k].device *
					     x->column_count +
					 c] =
				    (unsigned char)q->devices[k].verdict;
	}
}

static const char *html_matrix_key(struct matrix *x,
				   const struct report_device *d)
{
	struct addr a;
	const char *key = d->address != NULL && addr_parse(&a, d->address)
			      ? peer_group_subnet(&x->arena, &a)
			      : "by name";

	for (size_t i = 0; d->types[i] != NULL; i++)
		key = arena_printf(&x->arena, "%s%s%s", key,
				   i > 0 ? ", " : " \u00b7 ", d->types[i]);
	return key;
}

static int html_matrix_compare(const void *left, const void *right)
{
	const struct matrix_group *a = left, *b = right;

	if (a->failed != b->failed)
		return a->failed > b->failed ? -1 : 1;
	return strcmp(a->name, b->name);
}

static void html_matrix_group(struct matrix *x)
{
	struct map names = {0};

	for (size_t i = 0; i < x->report->device_count; i++) {
		const struct report_device *d = &x->report->devices[i];
		size_t *slot = map_at(&names, html_matrix_key(x, d));
		struct matrix_group *g;

		if (*slot == SIZE_MAX) {
			*slot = x->group_count;
			x->groups =
			    mem_grow(x->groups, &x->group_capacity,
				     x->group_count + 1, sizeof *x->groups);
			x->groups[x->group_count++] = (struct matrix_group){
			    .name = html_matrix_key(x, d)};
		}
		g = &x->groups[*slot];
		g->devices = mem_grow(g->devices, &g->capacity, g->count + 1,
				      sizeof *g->devices);
		g->devices[g->count++] = i;
		g->failed +=
		    d->verdict == VERDICT_FAIL || d->verdict == VERDICT_SKIP;
	}
	map_free(&names);
	qsort(x->groups, x->group_count, sizeof *x->groups,
	      html_matrix_compare);
}

/* Of a device: the places of its network, for the picture's filter. */
static const char *html_matrix_place(const struct matrix *x,
				     const struct matrix_group *g)
{
	size_t length = strcspn(g->name, " ");

	for (size_t i = 0; i < x->map->count; i++)
		if (strncmp(x->map->places[i].name, g->name, length) == 0)
			return x->map->places[i].key;
	return "";
}

static void html_matrix_device(struct matrix *x, const struct matrix_group *g,
			       size_t index)
{
	const struct report_device *d = &x->report->devices[index];

	fprintf(x->out, "<tr data-place=\"%s\" data-verdict=\"%s\">",
		html_matrix_place(x, g),
		d->state == DEVICE_ABSENT ? "open" : html_kind(d->verdict));
	fputs("<th scope=\"row\">", x->out);
	html_text(x->out, d->name != NULL ? d->name : d->address);
	if (d->name != NULL && d->address != NULL &&
	    strcmp(d->name, d->address) != 0) {
		fputs(" <small>", x->out);
		html_text(x->out, d->address);
		fputs("</small>", x->out);
	}
	if (d->state != DEVICE_UP)
		fprintf(x->out, " <small>(%s)</small>",
			device_state_name(d->state));
	fputs("</th>", x->out);
	for (size_t c = 0; c < x->column_count; c++) {
		enum verdict v = x->cells[index * x->column_count + c];

		fputs("<td>", x->out);
		if (v != VERDICT_NONE)
			html_verdict(x->out, v);
		fputs("</td>", x->out);
	}
	fputs("</tr>\n", x->out);
}

/* First those that fail. */
static void html_matrix_rows(struct matrix *x, const struct matrix_group *g)
{
	for (int failing = 1; failing >= 0; failing--)
		for (size_t i = 0; i < g->count; i++) {
			const struct report_device *d =
			    &x->report->devices[g->devices[i]];
			bool fails = d->verdict == VERDICT_FAIL ||
				     d->verdict == VERDICT_SKIP;

			if (fails == (failing == 1))
				html_matrix_device(x, g, g->devices[i]);
		}
}

static void html_matrix_head(struct matrix *x)
{
	fputs("<thead><tr><th scope=\"col\">device</th>", x->out);
	for (size_t c = 0; c < x->column_count; c++) {
		const struct report_requirement *q =
		    &x->report->requirements[x->columns[c]];

		fputs("<th scope=\"col\" title=\"", x->out);
		html_text(x->out, q->title != NULL ? q->title : q->id);
		fputs("\">", x->out);
		html_text(x->out, q->id);
		fputs("</th>", x->out);
	}
	fputs("</tr></thead>\n", x->out);
}

static void html_matrix_table(struct matrix *x)
{
	fputs("<section id=\"devices\"><h2>Devices</h2>\n"
	      "<div class=\"filter\" hidden><label>Find <input type=\"search\" "
	      "data-filter=\"matrix\"></label> <label><input type=\"checkbox\" "
	      "data-failing=\"matrix\"> failing only</label></div>\n"
	      "<div class=\"wide\" tabindex=\"0\" role=\"region\" "
	      "aria-label=\"Devices by requirement\">"
	      "<table id=\"matrix\" class=\"matrix\">\n",
	      x->out);
	html_matrix_head(x);
	for (size_t i = 0; i < x->group_count; i++) {
		const struct matrix_group *g = &x->groups[i];

		fprintf(x->out,
			"<tbody class=\"fold\"><tr><th scope=\"rowgroup\" "
			"colspan=\"%zu\"><button type=\"button\" "
			"aria-expanded=\"true\" data-fold=\"%u\" disabled>",
			x->column_count + 1, g->failed);
		html_text(x->out, g->name);
		fprintf(x->out,
			"</button> <small>%u device%s, %u fail</small>"
			"</th></tr></tbody>\n<tbody>\n",
			g->count, text_plural(g->count), g->failed);
		html_matrix_rows(x, g);
		fputs("</tbody>\n", x->out);
	}
	fputs("</table></div></section>\n", x->out);
}

void html_matrix(FILE *out, const struct html_map *m)
{
	struct matrix x = {.out = out, .map = m, .report = m->report};

	if (m->report->device_count == 0)
		return;
	html_matrix_fill(&x);
	html_matrix_group(&x);
	if (x.column_count > 0)
		html_matrix_table(&x);
	for (size_t i = 0; i < x.group_count; i++)
		free(x.groups[i].devices);
	free(x.groups);
	free(x.cells);
	free(x.columns);
	arena_free(&x.arena);
}

/* Requirements --------------------------------------------------------------
 */

static void html_requirement_targets(FILE *out,
				     const struct report_requirement *q)
{
	enum { SHOWN = 50 };

	if (q->device_count == 0)
		return;
	fprintf(out, "<details><summary>%zu target%s</summary><ul>",
		q->device_count, text_plural(q->device_count));
	for (size_t i = 0; i < q->device_count && i < SHOWN; i++) {
		fputs("<li>", out);
		html_verdict(out, q->devices[i].verdict);
		putc(' ', out);
		html_text(out, q->devices[i].name);
		fputs("</li>", out);
	}
	if (q->device_count > SHOWN)
		fprintf(out, "<li>and %zu more</li>", q->device_count - SHOWN);
	fputs("</ul></details>", out);
}

static void html_requirement_row(FILE *out, const struct html_map *m, size_t i)
{
	const struct report_requirement *q = &m->report->requirements[i];
	size_t place = m->of_requirement[i];

	fprintf(out, "<tr data-place=\"%s\" data-verdict=\"%s\">",
		place != SIZE_MAX ? m->places[place].key : "",
		html_kind(q->verdict));
	fputs("<th scope=\"row\">", out);
	html_text(out, q->id);
	fputs(" <small>", out);
	html_text(out, q->title);
	for (size_t k = 0; q->covers != NULL && q->covers[k] != NULL; k++) {
		fputs(k == 0 ? " \u00b7 " : ", ", out);
		html_text(out, q->covers[k]);
	}
	fputs("</small></th><td>", out);
	html_text(out, level_name(q->level));
	fputs("</td><td>", out);
	html_verdict(out, q->verdict);
	if (q->why != WHY_NONE) {
		fputs(" <small>", out);
		html_text(out, why_name(q->why));
		fputs("</small>", out);
	}
	fputs("</td><td>", out);
	html_text(out, q->reason);
	html_requirement_targets(out, q);
	fputs("</td></tr>\n", out);
}

void html_requirements(FILE *out, const struct html_map *m)
{
	static const enum verdict order[] = {
	    VERDICT_FAIL, VERDICT_SKIP,       VERDICT_WARN, VERDICT_UNTESTED,
	    VERDICT_PASS, VERDICT_NOT_NEEDED, VERDICT_NONE};
	const struct report *r = m->report;

	fputs("<section id=\"requirements\"><h2>Requirements</h2>\n"
	      "<div class=\"filter\" hidden><label>Find <input type=\"search\" "
	      "data-filter=\"all\"></label> <label><input type=\"checkbox\" "
	      "data-failing=\"all\"> failing only</label></div>\n"
	      "<div class=\"wide\" tabindex=\"0\" role=\"region\" "
	      "aria-label=\"All requirements\"><table id=\"all\"><thead><tr>"
	      "<th scope=\"col\">requirement</th><th scope=\"col\">level</th>"
	      "<th scope=\"col\">verdict</th><th scope=\"col\">reason</th>"
	      "</tr></thead><tbody>\n",
	      out);
	for (size_t k = 0; k < sizeof order / sizeof *order; k++)
		for (size_t i = 0; i < r->requirement_count; i++)
			if (r->requirements[i].verdict == order[k])
				html_requirement_row(out, m, i);
	fputs("</tbody></table></div></section>\n", out);
}
