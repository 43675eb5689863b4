/*
 * finding_render.c - candidates to findings: severity, order, ids, texts.
 */
#include "report/diagnose/diagnose.h"

#include "core/base/buf.h"
#include "report/diagnose/peer_group.h"
#include "report/diagnose/service_words.h"
#include "report/template.h"

#include <stdlib.h>
#include <string.h>

enum {
	FINISH_TEXT = 8192,
	FINISH_NAMED = 3,
	FINISH_RULES = 8,
	FINISH_IMPACTS = 12
};

/* Lists of distinct words --------------------------------------------------
 */

struct finish_list {
	const char **items;
	size_t count, capacity;
	struct map seen;
};

static void finding_render_add(struct finish_list *l, const char *word)
{
	size_t *slot = map_at(&l->seen, word);

	if (*slot != SIZE_MAX)
		return;
	*slot = l->count;
	l->items =
	    mem_grow(l->items, &l->capacity, l->count + 1, sizeof(char *));
	l->items[l->count++] = word;
}

/* "a", "a and b", "a, b and c"; past `named`: "a, b, c and 9 more". */
static const char *finding_render_join(struct diagnosis *d,
				       struct finish_list *l, size_t named)
{
	struct buf b;
	const char *text;
	bool all = l->count <= named;
	size_t shown = all ? l->count : named;

	buf_init(&b, FINISH_TEXT);
	for (size_t i = 0; i < shown; i++) {
		if (i > 0)
			buf_puts(&b, all && i + 1 == shown ? " and " : ", ");
		buf_puts(&b, l->items[i]);
	}
	if (!all)
		buf_printf(&b, " and %zu more", l->count - shown);
	text = arena_strdup(d->arena, buf_text(&b));
	buf_free(&b);
	map_free(&l->seen);
	free(l->items);
	return text;
}

/* Names that could not be had are explained by a path to their server: they are
 * not on it. False: nothing but names. */
static bool finding_render_has_path(const struct diagnosis *d,
				    const struct candidate *f)
{
	for (size_t i = 0; i < f->result_count; i++)
		if (diagnosis_result(d, f->results[i])->outcome.phase !=
		    PHASE_RESOLVE)
			return true;
	return false;
}

static bool finding_render_is_beside(const struct diagnosis *d,
				     const struct candidate *f, size_t i,
				     bool has_path)
{
	return has_path && diagnosis_result(d, f->results[i])->outcome.phase ==
			       PHASE_RESOLVE;
}

/* Different targets. */
static size_t finding_render_count(struct diagnosis *d,
				   const struct candidate *f)
{
	struct map seen = {0};
	size_t count;

	for (size_t i = 0; i < f->result_count; i++)
		*map_at(&seen, diagnosis_target(d, f->results[i])) = i;
	count = seen.count;
	map_free(&seen);
	return count;
}

static const char *finding_render_targets(struct diagnosis *d,
					  const struct candidate *f,
					  bool *several)
{
	struct finish_list l = {0};
	const struct result *r = diagnosis_result(d, f->results[0]);
	const char *group = peer_group_targets(d, f);
	bool path = finding_render_has_path(d, f);
	char address[ADDR_TEXT];

	*several = finding_render_count(d, f) > 1;
	if (group != NULL)
		return group;
	for (size_t i = 0; i < f->result_count; i++)
		if (!finding_render_is_beside(d, f, i, path))
			finding_render_add(&l,
					   diagnosis_target(d, f->results[i]));
	*several = l.count > 1;
	if (l.count == 1 && r->addr.family != ADDR_NONE &&
	    r->spec->literal.family == ADDR_NONE && f->result_count == 1 &&
	    strcmp(addr_text(&r->addr, address), l.items[0]) != 0) {
		const char *name = l.items[0];

		l.count = 0;
		map_free(&l.seen);
		finding_render_add(
		    &l, arena_printf(d->arena, "%s (%s)", name, address));
	} else if (l.count == 1 && r->spec->device != NULL &&
		   r->addr.family != ADDR_NONE &&
		   strcmp(addr_text(&r->addr, address), l.items[0]) != 0) {
		const char *name = l.items[0];

		l.count = 0;
		map_free(&l.seen);
		finding_render_add(
		    &l, arena_printf(d->arena, "%s (%s)", name, address));
	}
	return finding_render_join(d, &l, FINISH_NAMED);
}

/* What a firewall rule must name: wildcards as the vendor writes them, the
 * addresses of devices. */
static const char *finding_render_rules(struct diagnosis *d,
					const struct candidate *f)
{
	struct finish_list l = {0};
	bool path = finding_render_has_path(d, f);
	char address[ADDR_TEXT];

	for (size_t i = 0; i < f->result_count; i++) {
		const struct result *r = diagnosis_result(d, f->results[i]);
		const struct requirement *q = r->spec->requirement;

		if (finding_render_is_beside(d, f, i, path))
			continue;
		if (q != NULL && q->wildcard != NULL)
			finding_render_add(&l, q->wildcard);
		else if (r->spec->device != NULL && r->addr.family != ADDR_NONE)
			finding_render_add(
			    &l, arena_strdup(d->arena,
					     addr_text(&r->addr, address)));
		else
			finding_render_add(&l,
					   diagnosis_target(d, f->results[i]));
	}
	return finding_render_join(d, &l, FINISH_RULES);
}

static const char *finding_render_paths(struct diagnosis *d,
					const struct candidate *f,
					size_t *count)
{
	bool path = finding_render_has_path(d, f);
	struct finish_list l = {0};

	for (size_t i = 0; i < f->result_count; i++) {
		const struct result *r = diagnosis_result(d, f->results[i]);
		enum transport t = r->transport;

		if (finding_render_is_beside(d, f, i, path))
			continue;
		if (t == TRANSPORT_ICMP)
			finding_render_add(&l, "ICMP echo");
		else if (r->port == 0)
			finding_render_add(&l, "the port");
		else if (t == TRANSPORT_LOCAL)
			finding_render_add(&l, arena_printf(d->arena, "port %u",
							    (unsigned)r->port));
		else
			finding_render_add(&l, arena_printf(d->arena, "%s/%u",
							    transport_name(t),
							    (unsigned)r->port));
	}
	*count = l.count;
	return finding_render_join(d, &l, FINISH_NAMED + 1);
}

/* Templates --------------------------------------------------------------- */

struct finish_value {
	const char *name, *text;
	bool several;
};

static void finding_render_put(const void *arg, struct buf *out,
			       const char *name, size_t length)
{
	const char *colon = memchr(name, ':', length);
	size_t own = colon == NULL ? length : (size_t)(colon - name);

	for (const struct finish_value *v = arg; v->name != NULL; v++) {
		if (strlen(v->name) != own || strncmp(v->name, name, own) != 0)
			continue;
		if (!template_agree(out, name, length, v->several))
			buf_puts(out, v->text);
		return;
	}
}

static const char *finding_render_fill(struct diagnosis *d,
				       const char *template,
				       const struct finish_value *values)
{
	struct buf b;
	const char *text;

	if (template == NULL)
		return NULL;
	buf_init(&b, FINISH_TEXT);
	template_fill(&b, template, finding_render_put, values);
	text = arena_strdup(d->arena, buf_text(&b));
	buf_free(&b);
	return text;
}

static void finding_render_remedy(struct diagnosis *d,
				  const struct candidate *f,
				  const struct finish_value *values,
				  struct finding *out)
{
	const struct finding_remedy *chosen = &f->entry->remedies[0];
	const char **steps =
	    arena_calloc(d->arena, FINDING_STEPS + 1, sizeof *steps);

	for (size_t i = 0; i < FINDING_REMEDIES; i++) {
		if (f->entry->remedies[i].steps[0] != NULL &&
		    f->entry->remedies[i].owner == f->owner)
			chosen = &f->entry->remedies[i];
	}
	for (size_t i = 0; i < FINDING_STEPS && chosen->steps[i] != NULL; i++) {
		bool as_root = strncmp(chosen->steps[i], FINDING_STEP_AS_ROOT,
				       strlen(FINDING_STEP_AS_ROOT)) == 0;

		if ((f->left_out >> i & 1) == 0 &&
		    !(as_root && !diagnosis_cannot(d, "link")))
			steps[out->remedy_count++] =
			    finding_render_fill(d, chosen->steps[i], values);
	}
	out->remedy = steps;
}

/* What is lost, each sentence once: all that any output can show. */
static const char *finding_render_impact(struct diagnosis *d,
					 const struct candidate *f)
{
	struct finish_list l = {0};
	struct buf b;
	const char *text = NULL;

	for (size_t i = 0; i < f->result_count; i++) {
		const struct requirement *q =
		    diagnosis_result(d, f->results[i])->spec->requirement;

		if (q != NULL && q->impact != NULL)
			finding_render_add(&l, q->impact);
	}
	buf_init(&b, FINISH_TEXT);
	for (size_t i = 0; i < l.count && i < FINISH_IMPACTS; i++)
		buf_printf(&b, "%s%s", i == 0 ? "" : "; ", l.items[i]);
	if (l.count > FINISH_IMPACTS)
		buf_printf(&b, "; and %zu more", l.count - FINISH_IMPACTS);
	if (l.count > 0)
		text = arena_strdup(d->arena, buf_text(&b));
	buf_free(&b);
	map_free(&l.seen);
	free(l.items);
	return text;
}

/* Findings ---------------------------------------------------------------- */

enum severity finding_render_severity(const struct diagnosis *d,
				      const struct candidate *f)
{
	for (size_t i = 0; i < f->result_count; i++) {
		const struct requirement *q =
		    diagnosis_result(d, f->results[i])->spec->requirement;
		enum verdict verdict =
		    diagnosis_judgement(d, f->results[i])->verdict;

		if ((verdict == VERDICT_FAIL || verdict == VERDICT_SKIP ||
		     verdict == VERDICT_UNTESTED) &&
		    (q == NULL || q->level == LEVEL_REQUIRED ||
		     q->level == LEVEL_ALTERNATIVE))
			return SEVERITY_CRITICAL;
	}
	return SEVERITY_WARNING;
}

/* What decided it comes first. */
static void finding_render_lines(struct diagnosis *d, const struct candidate *f,
				 struct finding *out)
{
	const char **ids = arena_calloc(d->arena, f->id_count + 1, sizeof *ids);
	const char **lines = arena_calloc(
	    d->arena, f->line_count + f->example_count + PEER_GROUP_LINES + 2,
	    sizeof *lines);

	if (f->reason != NULL)
		lines[out->evidence_count++] = f->reason;
	out->evidence_count +=
	    peer_group_lines(d, f, lines + out->evidence_count);
	for (size_t i = 0; i < f->line_count; i++)
		lines[out->evidence_count++] = f->lines[i];
	for (size_t i = 0; i < f->example_count; i++)
		lines[out->evidence_count++] = f->examples[i];
	if (f->example_count > 1 &&
	    finding_render_count(d, f) > f->example_count)
		lines[out->evidence_count++] =
		    arena_printf(d->arena, "and %zu more",
				 finding_render_count(d, f) - f->example_count);
	if (f->id_count > 0)
		memcpy(ids, f->ids, f->id_count * sizeof *ids);
	out->evidence_ids = ids;
	out->evidence = lines;
}

/* The only address of a family that this host has; NULL: none, or several. */
static const char *finding_render_only(const struct diagnosis *d,
				       enum addr_family family)
{
	const struct fact *list = facts_find(&d->results->host, "addresses");
	const char *only = NULL;
	struct addr a;

	for (size_t i = 0; list != NULL && i < list->list_count; i++) {
		if (!addr_parse(&a, list->list[i]) || a.family != family)
			continue;
		if (only != NULL)
			return NULL;
		only = list->list[i];
	}
	return only;
}

/* What rules for one family must name: the address asked for, or the only one
 * that this host has, as the blocker sees it. NULL: not known. */
static const char *finding_render_from(const struct diagnosis *d,
				       const struct candidate *f,
				       enum addr_family family)
{
	const struct run_info *run = d->report->run;
	const char *source =
	    run->on_behalf_of != NULL ? run->on_behalf_of : run->source;
	struct addr a;

	if (source == NULL || (addr_parse(&a, source) && a.family != family &&
			       run->on_behalf_of == NULL))
		source = finding_render_only(d, family);
	if (source == NULL)
		return NULL;
	return report_is_translated(source, f->owner, f->hop, &f->hop_address)
		   ? REPORT_PUBLIC_SOURCE
		   : source;
}

static const char *finding_render_source(const struct diagnosis *d,
					 const struct candidate *f)
{
	const char *v4 = NULL, *v6 = NULL;

	for (size_t i = 0; i < f->result_count; i++) {
		const struct result *r = diagnosis_result(d, f->results[i]);

		if (r->addr.family == ADDR_V6)
			v6 = finding_render_from(d, f, ADDR_V6);
		else
			v4 = finding_render_from(d, f, ADDR_V4);
	}
	if (v4 == NULL && v6 == NULL)
		return "this host";
	if (v4 == NULL || v6 == NULL)
		return v4 != NULL ? v4 : v6;
	return strcmp(v4, v6) == 0
		   ? v4
		   : arena_printf(d->arena, "%s and %s", v4, v6);
}

static const char *finding_render_blocker(struct diagnosis *d,
					  const struct candidate *f)
{
	char address[ADDR_TEXT];

	if (f->blocker.family == ADDR_NONE)
		return f->where == WHERE_TARGET ? "each device"
						: "the device on the path";
	addr_text(&f->blocker, address);
	return f->blocker_name == NULL ? arena_strdup(d->arena, address)
				       : arena_printf(d->arena, "%s (%s)",
						      address, f->blocker_name);
}

/* The place that the subject names, met over one family or both. */
static const char *finding_render_behind(struct diagnosis *d,
					 const struct candidate *f)
{
	const char *hop =
	    f->where == WHERE_AFTER_HOP ? strstr(f->subject, "hop ") : NULL;

	return hop == NULL ? "" : arena_printf(d->arena, "behind %s", hop);
}

/* A walk to the last router before a target shows that requests live so far,
 * not whether they die behind it or the answers do, perhaps nearer. */
static const char *finding_render_title(const struct candidate *f)
{
	return f->entry->title_back != NULL && f->where == WHERE_AFTER_HOP &&
		       f->owner == OWNER_INTERNET &&
		       strstr(f->subject, "hop ") != NULL
		   ? f->entry->title_back
		   : f->entry->title;
}

static void finding_render_texts(struct diagnosis *d, const struct candidate *f,
				 struct finding *out)
{
	size_t paths = 0;
	const char *path_list = finding_render_paths(d, f, &paths);
	bool several = false;
	const char *targets = finding_render_targets(d, f, &several);
	struct finish_value values[] = {
	    {"targets", targets, several},
	    {"paths", path_list, paths > 1},
	    {"rules", finding_render_rules(d, f), false},
	    {"blocker", finding_render_blocker(d, f), false},
	    {"source", finding_render_source(d, f), false},
	    {"subject", f->subject, false},
	    {"behind", finding_render_behind(d, f), false},
	    {"detail", f->detail, false},
	    {"access", service_words_access(d, f), false},
	    {"start", service_words_start(d, f), false},
	    {"reject", service_words_reject(d, f), false},
	    {"inquire", service_words_inquire(d, f), false},
	    {NULL, NULL, false}};

	out->title = finding_render_fill(d, finding_render_title(f), values);
	finding_render_remedy(d, f, values, out);
	out->confirm_by =
	    out->confirmed
		? NULL
		: finding_render_fill(d, f->entry->confirm_by, values);
}

/* The blocker's, the one that is shown first; NULL: none is known. */
static const char *const *finding_render_addresses(struct diagnosis *d,
						   const struct candidate *f)
{
	const char **list;
	char text[ADDR_TEXT];

	if (f->blocker.family == ADDR_NONE)
		return NULL;
	list = arena_calloc(d->arena, f->also_count + 2, sizeof *list);
	list[0] = arena_strdup(d->arena, addr_text(&f->blocker, text));
	for (size_t i = 0; i < f->also_count; i++)
		list[i + 1] =
		    arena_strdup(d->arena, addr_text(&f->also[i], text));
	return list;
}

static void finding_render_finding(struct diagnosis *d,
				   const struct candidate *f,
				   struct finding *out)
{
	out->code = f->entry->code;
	out->owner = f->owner;
	out->confirmed = f->confirmed;
	out->inferred = f->inferred;
	out->severity = finding_render_severity(d, f);
	out->blocker = f->blocker;
	out->blocker_name = f->blocker_name;
	out->blocker_addresses = finding_render_addresses(d, f);
	out->where = f->where;
	out->hop = f->hop;
	out->hop_address = f->hop_address;
	out->result_count = f->result_count;
	out->results = arena_copy(d->arena, f->results, f->result_count,
				  sizeof *f->results);
	finding_render_lines(d, f, out);
	finding_render_texts(d, f, out);
	out->impact = finding_render_impact(d, f);
}

static void finding_render_free(struct candidate *f)
{
	free(f->lines);
	free(f->ids);
	free(f->results);
	free(f);
}

void finding_render(struct diagnosis *d)
{
	struct assessment *r = d->report;
	size_t count;
	const struct candidate **order = finding_order(d, &count);

	r->findings = arena_calloc(d->arena, count + 1, sizeof *r->findings);
	r->finding_count = count;
	for (size_t i = 0; i < count; i++) {
		struct finding *f = &r->findings[i];

		f->id = arena_printf(d->arena, "f%zu", i + 1);
		finding_render_finding(d, order[i], f);
		for (size_t k = 0; k < f->result_count; k++)
			r->judgements[f->results[k]].finding = f;
	}
	free((void *)order);
	for (size_t i = 0; i < d->candidate_count; i++)
		finding_render_free(d->candidates[i]);
	free(d->candidates);
}
