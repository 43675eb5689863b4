/*
 * html_picture.c - the paths as a picture: this host, the gateway, the hops
 * that a cause names, and where the paths lead; a cross where one is blocked.
 *
 * A row leads to a place. What works is one line; what a cause stops is a line
 * of its own up to the cross, and dotted beyond. Nothing is drawn nearer to a
 * place than its evidence says: a cause without a place has a question mark in
 * the middle of the way.
 */
#include "report/formats/html.h"

#include "core/base/text.h"

#include <stdlib.h>
#include <string.h>

enum {
	PICTURE_WIDTH = 1000,
	PICTURE_TOP = 46,
	PICTURE_ROW = 52,
	PICTURE_ROWS = 14,
	PICTURE_HOST = 150,  /* the right side of this host */
	PICTURE_FAN = 250,   /* from here on lines are level */
	PICTURE_GATE = 310,  /* hop 1 */
	PICTURE_HOPS = 380,  /* where other hops may be */
	PICTURE_FAR = 690,   /* and where they end */
	PICTURE_PLACE = 740, /* the left side of the places */
	PICTURE_LABEL = 34,  /* characters of a label */
	PICTURE_LINES = 4,   /* of a row */
	PICTURE_APART = 10,
	PICTURE_HOPS_MAX = 3
};

struct picture {
	FILE *out;
	const struct html_map *m;
	const struct report *report;
	size_t rows;
	int hops[PICTURE_HOPS_MAX]; /* beyond the first, that causes name */
	size_t hop_count;
	double middle;
};

/* Where a cause stops a path; a question mark where that is not known. */
static double html_picture_x(const struct picture *p, const struct finding *f,
			     bool *known)
{
	*known = true;
	switch (f == NULL ? WHERE_UNKNOWN : f->where) {
	case WHERE_THIS_HOST:
		return PICTURE_HOST + 24;
	case WHERE_TARGET:
		return PICTURE_PLACE - 24;
	case WHERE_HOP:
	case WHERE_AFTER_HOP:
		if (f->hop == 1)
			return f->where == WHERE_HOP ? PICTURE_GATE
						     : PICTURE_GATE + 40;
		for (size_t i = 0; i < p->hop_count; i++)
			if (p->hops[i] == f->hop)
				return PICTURE_HOPS +
				       (double)(PICTURE_FAR - PICTURE_HOPS) *
					   (double)(i + 1) /
					   (double)(p->hop_count + 1) +
				       (f->where == WHERE_HOP ? 0 : 24);
		break;
	case WHERE_UNKNOWN:
		break;
	}
	*known = false;
	return (PICTURE_GATE + PICTURE_PLACE) / 2.0;
}

static void html_picture_hops(struct picture *p)
{
	for (size_t i = 0; i < p->report->finding_count; i++) {
		const struct finding *f = &p->report->findings[i];
		size_t at = 0;

		if ((f->where != WHERE_HOP && f->where != WHERE_AFTER_HOP) ||
		    f->hop < 2)
			continue;
		while (at < p->hop_count && p->hops[at] != f->hop)
			at++;
		if (at < p->hop_count || at == PICTURE_HOPS_MAX)
			continue;
		p->hops[p->hop_count++] = f->hop;
		for (; at > 0 && p->hops[at - 1] > p->hops[at]; at--) {
			int other = p->hops[at];

			p->hops[at] = p->hops[at - 1];
			p->hops[at - 1] = other;
		}
	}
}

/* The address of a hop, as a cause or a walk says; NULL: not known. */
static const char *html_picture_hop(const struct picture *p, int hop,
				    char out[ADDR_TEXT])
{
	for (size_t i = 0; i < p->report->finding_count; i++) {
		const struct finding *f = &p->report->findings[i];

		if (f->hop == hop && f->hop_address.family != ADDR_NONE)
			return addr_text(&f->hop_address, out);
	}
	for (size_t i = 0; hop == 1 && i < p->report->evidence_count; i++) {
		const struct report_evidence *e = &p->report->evidence[i];
		const struct fact *at = facts_find(&e->observed, "hops-at");

		if (e->kind == EVIDENCE_HOP_WALK && at != NULL &&
		    at->list_count > 0 && strncmp(at->list[0], "1 ", 2) == 0)
			return text_copy(out, ADDR_TEXT, at->list[0] + 2);
	}
	return NULL;
}

static double html_picture_row(size_t row)
{
	return PICTURE_TOP + PICTURE_ROW * ((double)row + 0.5);
}

/* Text ----------------------------------------------------------------------
 */

static void html_picture_text(struct picture *p, double x, double y,
			      const char *class, const char *text)
{
	char cut[4 * PICTURE_LABEL + 8];
	size_t length = strlen(text);

	if (text_columns(text, length) > PICTURE_LABEL) {
		const char *at = text;
		uint32_t code;

		for (int i = 0; i < PICTURE_LABEL - 1 && *at != '\0'; i++) {
			size_t step = text_utf8(
			    at, strlen(at) < 4 ? strlen(at) : 4, &code);

			at += step > 0 ? step : 1;
		}
		length = (size_t)(at - text);
		memcpy(cut, text, length);
		memcpy(cut + length, "\u2026", sizeof "\u2026");
		text = cut;
	}
	fprintf(p->out, "<text x=\"%.0f\" y=\"%.1f\" class=\"%s\">", x, y,
		class);
	html_text(p->out, text);
	fputs("</text>", p->out);
}

static void html_picture_node(struct picture *p, double x, double top,
			      double bottom, const char *name,
			      const char *address)
{
	fprintf(p->out,
		"<line class=\"hop\" x1=\"%.0f\" x2=\"%.0f\" y1=\"%.1f\" "
		"y2=\"%.1f\"/>",
		x, x, top, bottom);
	html_picture_text(p, x, PICTURE_TOP - 26, "mid strong", name);
	if (address != NULL)
		html_picture_text(p, x, PICTURE_TOP - 10, "mid small", address);
}

/* Lines ---------------------------------------------------------------------
 */

/* From this host to x, level from the fan on. */
static void html_picture_line(struct picture *p, const char *class, double x,
			      double y, double width)
{
	fprintf(p->out,
		"<path class=\"%s\" stroke-width=\"%.1f\" d=\"M%d %.1f C%d "
		"%.1f %d %.1f %d %.1f",
		class, width, PICTURE_HOST, p->middle, PICTURE_HOST + 50,
		p->middle, PICTURE_FAN - 50, y,
		x < PICTURE_FAN ? (int)x : PICTURE_FAN, y);
	if (x > PICTURE_FAN)
		fprintf(p->out, " H%.0f", x);
	fputs("\"/>", p->out);
}

static void html_picture_cross(struct picture *p, double x, double y,
			       size_t cause, bool known)
{
	if (known)
		fprintf(p->out,
			"<path class=\"cross\" d=\"M%.1f %.1f l10 10 m0 -10 "
			"l-10 10\"/>",
			x - 5, y - 5);
	else
		fprintf(p->out,
			"<text class=\"mid strong bad\" x=\"%.1f\" "
			"y=\"%.1f\">?</text>",
			x, y + 5);
	if (cause < p->report->finding_count)
		fprintf(p->out,
			"<text class=\"number\" x=\"%.1f\" y=\"%.1f\">%zu"
			"</text>",
			x + 9, y - 4, cause + 1);
}

/* What a cause stops of a place: up to the cross, and dotted beyond. */
static void html_picture_stop(struct picture *p, size_t cause, double y,
			      double width)
{
	const struct finding *f = cause < p->report->finding_count
				      ? &p->report->findings[cause]
				      : NULL;
	bool known;
	double x = html_picture_x(p, f, &known);

	html_picture_line(p, "bad", x, y, width);
	fprintf(p->out,
		"<path class=\"lost\" stroke-width=\"%.1f\" d=\"M%.0f %.1f "
		"H%d\"/>",
		width, x, y, PICTURE_PLACE);
	html_picture_cross(p, x, y, cause, known);
}

static double html_picture_width(unsigned required)
{
	return 1.5 + (required > 8 ? 8 : required) * 0.5;
}

static void html_picture_lines(struct picture *p,
			       const struct html_place *place, double y)
{
	size_t causes = 0, shown = 0;
	double width = html_picture_width(place->required), at;

	for (size_t i = 0; i <= p->report->finding_count; i++)
		causes += place->stops[i] > 0;
	causes = causes > PICTURE_LINES - 1 ? PICTURE_LINES - 1 : causes;
	at = y - PICTURE_APART *
		     (double)(causes + (place->paths > place->failed) - 1) /
		     2.0;
	if (place->inbound) {
		html_picture_line(p, "open", PICTURE_PLACE, y, 1.5);
		return;
	}
	if (place->paths > place->failed) {
		html_picture_line(p, "good", PICTURE_PLACE, at, width);
		at += PICTURE_APART;
	}
	for (size_t i = 0; i <= p->report->finding_count && shown < causes;
	     i++) {
		if (place->stops[i] == 0)
			continue;
		html_picture_stop(p, i, at, width);
		at += PICTURE_APART;
		shown++;
	}
}

/* "24 of 26 paths fail" */
static const char *html_picture_count(struct arena *a,
				      const struct html_place *place)
{
	if (place->inbound)
		return "not provable from here";
	if (place->failed == 0)
		return arena_printf(a, "%zu path%s work%s", place->paths,
				    text_plural(place->paths),
				    place->paths == 1 ? "s" : "");
	return arena_printf(a, "%zu of %zu path%s fail%s", place->failed,
			    place->paths, text_plural(place->paths),
			    place->failed == 1 ? "s" : "");
}

static void html_picture_place(struct picture *p, struct arena *a,
			       const struct html_place *place, size_t row)
{
	double y = html_picture_row(row);
	const char *kind = place->inbound      ? "open"
			   : place->failed > 0 ? "bad"
					       : "good";
	const char *count = html_picture_count(a, place);

	fprintf(p->out,
		"<g class=\"place\" data-place=\"%s\" tabindex=\"0\" "
		"role=\"button\" aria-pressed=\"false\" aria-label=\"",
		place->key);
	html_text(p->out, place->name);
	fputs(": ", p->out);
	html_text(p->out, count);
	fputs("\">", p->out);
	html_picture_lines(p, place, y);
	fprintf(p->out,
		"<rect class=\"%s\" x=\"%d\" y=\"%.1f\" width=\"252\" "
		"height=\"46\" rx=\"6\"/>",
		kind, PICTURE_PLACE, y - 23);
	html_picture_text(p, PICTURE_PLACE + 10, y - 8, "strong", place->name);
	html_picture_text(p, PICTURE_PLACE + 10, y + 6, "small", place->detail);
	html_picture_text(p, PICTURE_PLACE + 10, y + 19,
			  place->failed > 0 ? "small bad" : "small", count);
	fputs("</g>\n", p->out);
}

/* Those that have no row of their own, as one. */
static struct html_place html_picture_rest(const struct html_map *m,
					   struct arena *a, size_t first)
{
	struct html_place rest = {
	    .detail = "",
	    .stops =
		arena_calloc(a, m->report->finding_count + 1, sizeof(size_t)),
	    .key = ""};

	for (size_t i = first; i < m->count; i++) {
		const struct html_place *place = &m->places[i];

		rest.key = arena_printf(a, "%s%s%s", rest.key,
					i > first ? " " : "", place->key);
		rest.paths += place->paths;
		rest.failed += place->failed;
		rest.required += place->required;
		for (size_t k = 0; k <= m->report->finding_count; k++)
			rest.stops[k] += place->stops[k];
	}
	rest.name =
	    arena_printf(a, "%zu more networks and ports", m->count - first);
	return rest;
}

static void html_picture_host(struct picture *p)
{
	const struct report_host *host = &p->report->run.host;
	const char *source = report_source(p->report);

	fprintf(p->out,
		"<rect class=\"host\" x=\"8\" y=\"%.1f\" width=\"%d\" "
		"height=\"58\" rx=\"6\"/>",
		p->middle - 29, PICTURE_HOST - 8);
	html_picture_text(p, 18, p->middle - 10, "strong", "This host");
	html_picture_text(p, 18, p->middle + 6, "small",
			  host->name != NULL ? host->name : "");
	html_picture_text(p, 18, p->middle + 20, "small",
			  source != NULL ? source
			  : host->addresses != NULL &&
				  host->addresses[0] != NULL
			      ? host->addresses[0]
			      : "");
	fputs("\n", p->out);
}

/* The bars, from the first to the last row of what they stand before. */
static void html_picture_bars(struct picture *p)
{
	char address[ADDR_TEXT];
	size_t routed = 0;
	double bottom;

	while (routed < p->rows && !p->m->places[routed].nearby &&
	       !p->m->places[routed].inbound)
		routed++;
	if (routed == 0)
		return;
	bottom = html_picture_row(routed - 1) + 24;
	html_picture_node(p, PICTURE_GATE, PICTURE_TOP, bottom, "Gateway",
			  html_picture_hop(p, 1, address));
	for (size_t i = 0; i < p->hop_count; i++) {
		struct finding f = {.where = WHERE_HOP, .hop = p->hops[i]};
		char name[16];
		bool known;

		snprintf(name, sizeof name, "Hop %d", p->hops[i]);
		html_picture_node(p, html_picture_x(p, &f, &known), PICTURE_TOP,
				  bottom, name,
				  html_picture_hop(p, p->hops[i], address));
	}
	fputs("\n", p->out);
}

void html_picture(FILE *out, const struct html_map *m)
{
	struct picture p = {.out = out, .m = m, .report = m->report};
	struct arena arena = {0};
	bool all = m->count <= PICTURE_ROWS;

	if (m->count == 0)
		return;
	p.rows = all ? m->count : PICTURE_ROWS - 1;
	p.middle = PICTURE_TOP + PICTURE_ROW * (double)(p.rows + !all) / 2.0;
	html_picture_hops(&p);
	fputs(
	    "<section id=\"paths\"><h2>Paths</h2>\n<p class=\"hint\">A cross "
	    "stands where a cause blocks; its number is the cause's. Choose a "
	    "place to see only its requirements and devices.</p>\n"
	    "<div class=\"wide\" tabindex=\"0\" role=\"region\" "
	    "aria-label=\"Picture of the paths\">",
	    out);
	fprintf(out,
		"<svg viewBox=\"0 0 %d %.0f\" role=\"group\" "
		"aria-label=\"Paths from this host\">\n",
		PICTURE_WIDTH,
		PICTURE_TOP + PICTURE_ROW * (double)(p.rows + !all) + 8);
	html_picture_bars(&p);
	for (size_t i = 0; i < p.rows; i++)
		html_picture_place(&p, &arena, &m->places[i], i);
	if (!all) {
		struct html_place rest = html_picture_rest(m, &arena, p.rows);

		html_picture_place(&p, &arena, &rest, p.rows);
	}
	html_picture_host(&p);
	fputs("</svg></div></section>\n", out);
	arena_free(&arena);
}
