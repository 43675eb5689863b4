/*
 * judge.c - results to requirements: which target, which verdict, the worst.
 */
#include "report/judge/judge.h"

#include "core/engine/check.h"

#include <stdlib.h>
#include <string.h>

/* Devices: who answered at all -------------------------------------------- */

static void judge_presence(struct judge *j)
{
	size_t count = j->plan->device_count;

	j->device_up = arena_calloc(j->arena, count + 1, sizeof(bool));
	j->device_tried = arena_calloc(j->arena, count + 1, sizeof(bool));
	j->dead_network = arena_calloc(j->arena, count + 1, sizeof(size_t));
	for (size_t i = 0; i < j->results->count; i++) {
		const struct result *r = &j->results->items[i];
		const struct judgement *own = &j->judgements[i];
		size_t device = r->spec->device_index;

		if (device >= count)
			continue;
		if (j->correlation->contexts[i].answered ||
		    correlation_host_answered(j->correlation, i))
			j->device_up[device] = true;
		if (own->why == WHY_NONE && r->outcome.phase > PHASE_RESOLVE)
			j->device_tried[device] = true;
	}
}

/* A network entry stands for neighbouring devices of the plan. */
static void judge_networks(struct judge *j)
{
	const struct plan_device *d = j->plan->devices;
	size_t end;

	for (size_t i = 0; i < j->plan->device_count; i = end) {
		bool dead = d[i].swept && d[i].entry != NULL;

		end = i;
		do {
			dead =
			    dead && !j->device_up[end] && j->device_tried[end];
			end++;
		} while (end < j->plan->device_count && d[end].swept &&
			 d[i].swept && d[end].entry == d[i].entry);
		for (size_t k = i; k < end; k++)
			j->dead_network[k] = dead ? i : SIZE_MAX;
	}
}

static bool judge_is_absent(const struct judge *j, const struct spec *s)
{
	return s->swept && s->device_index < j->plan->device_count &&
	       !j->device_up[s->device_index] &&
	       j->device_tried[s->device_index];
}

static void judge_absent(struct judge *j)
{
	for (size_t i = 0; i < j->results->count; i++) {
		const struct result *r = &j->results->items[i];
		struct judgement *own = &j->judgements[i];
		size_t device = r->spec->device_index;

		if (!judge_is_absent(j, r->spec) || own->why == WHY_NOT_RUN)
			continue;
		if (j->dead_network[device] == SIZE_MAX) {
			own->verdict = VERDICT_NOT_NEEDED;
			own->reason = "no host at this address";
		} else if (own->verdict == VERDICT_WARN) {
			own->verdict = VERDICT_FAIL;
		}
	}
}

/* Targets of a requirement ------------------------------------------------ */

static struct judged *judge_new(struct judge *j, size_t requirement,
				const char *name, size_t device)
{
	struct judged *v;

	j->judged =
	    mem_grow(j->judged, &j->capacity, j->count + 1, sizeof *j->judged);
	v = &j->judged[j->count++];
	*v = (struct judged){.requirement = requirement,
			     .device = device,
			     .name = name,
			     .reason = "",
			     .group = SIZE_MAX};
	return v;
}

/* What a spec's target is called in the report. */
static const char *judge_name(const struct judge *j, const struct spec *s)
{
	size_t device = s->device_index;

	if (device < j->plan->device_count) {
		const struct plan_device *d = &j->plan->devices[device];

		if (j->dead_network[device] != SIZE_MAX &&
		    d->entry->network != NULL)
			return d->entry->network;
		return d->name != NULL ? d->name : d->address;
	}
	if (s->host != NULL)
		return s->host;
	if (s->system_server)
		return "system resolver";
	return s->derive_from != NULL ? s->derive_from : "this host";
}

static size_t judge_slot(struct judge *j, struct map *names, size_t requirement,
			 size_t spec)
{
	const struct spec *s = &j->plan->specs[spec];
	size_t device = s->device_index;
	const char *name, *key;
	size_t *at;

	if (device < j->plan->device_count) {
		if (judge_is_absent(j, s) &&
		    j->dead_network[device] == SIZE_MAX)
			return SIZE_MAX;
		if (j->dead_network[device] != SIZE_MAX)
			device = j->dead_network[device];
		key = arena_printf(j->arena, "\x1f%zu", device);
	} else {
		device = SIZE_MAX;
		key = judge_name(j, s);
	}
	name = judge_name(j, s);
	at = map_at(names, key);
	if (*at == SIZE_MAX) {
		*at = j->count;
		judge_new(j, requirement, name, device);
	}
	return *at;
}

static bool judge_has_check(const struct plan_requirement *p, const char *name)
{
	return p->requirement->check != NULL &&
	       strcmp(p->requirement->check, name) == 0;
}

/* One member of a pool is enough. */
static void judge_pool(struct judge *j, size_t first, size_t end)
{
	const struct correlation *s = j->correlation;
	bool seen = false;

	for (size_t i = first; i < end; i++)
		seen |= judge_is_fine(j->judgements[s->by_spec[i]].verdict);
	for (size_t i = first; i < end && seen; i++) {
		struct judgement *own = &j->judgements[s->by_spec[i]];

		if (own->verdict != VERDICT_SKIP &&
		    own->verdict != VERDICT_FAIL)
			continue;
		own->verdict = VERDICT_NOT_NEEDED;
		j->pool_silent++;
	}
}

/* A TLS session to one address of a spec was looked at, and how it was. */
static enum verdict judge_looked_at(const struct judge *j, size_t spec)
{
	const struct correlation *s = j->correlation;
	enum verdict seen = VERDICT_NONE;

	for (size_t i = 0; i < s->spec_count[spec]; i++) {
		enum verdict v =
		    j->judgements[s->by_spec[s->spec_first[spec] + i]].verdict;

		if (v == VERDICT_FAIL ||
		    (seen != VERDICT_FAIL && judge_is_fine(v)))
			seen = v;
	}
	return seen;
}

/* What was not looked at of one host: of no weight where another address of it
 * was, or inspection is proved; else worth a warning that names who was. */
static void judge_not_looked_at(struct judge *j, size_t spec, const char *seen)
{
	const struct correlation *s = j->correlation;

	for (size_t i = 0; i < s->spec_count[spec]; i++) {
		struct judgement *own =
		    &j->judgements[s->by_spec[s->spec_first[spec] + i]];

		if (own->verdict != VERDICT_SKIP)
			continue;
		own->verdict = seen == NULL ? VERDICT_NOT_NEEDED : VERDICT_WARN;
		if (seen != NULL)
			own->reason = arena_printf(
			    j->arena, "%s; TLS was seen end to end only to %s",
			    own->reason, seen);
	}
}

static void judge_sessions(struct judge *j, const struct plan_requirement *p)
{
	const char *seen = NULL;
	bool inspected = false;

	for (size_t i = p->first; i < p->first + p->count; i++) {
		enum verdict v = judge_looked_at(j, i);
		const char *name = judge_name(j, &j->plan->specs[i]);

		inspected |= v == VERDICT_FAIL;
		if (judge_is_fine(v))
			seen = seen == NULL ? name
					    : arena_printf(j->arena, "%s, %s",
							   seen, name);
	}
	for (size_t i = p->first;
	     i < p->first + p->count && (seen != NULL || inspected); i++) {
		bool own = inspected || judge_is_fine(judge_looked_at(j, i));

		judge_not_looked_at(j, i, own ? NULL : seen);
	}
}

static void judge_witnesses(struct judge *j, size_t requirement)
{
	const struct plan_requirement *p = &j->plan->requirements[requirement];
	const struct correlation *s = j->correlation;
	size_t last = p->first + p->count - 1;

	if (judge_has_check(p, "ntp") && p->requirement->to_kind != TO_DEVICE)
		judge_pool(j, s->spec_first[p->first],
			   s->spec_first[last] + s->spec_count[last]);
	if (judge_has_check(p, "tls-inspection"))
		judge_sessions(j, p);
}

static void judge_targets(struct judge *j, size_t requirement)
{
	const struct plan_requirement *p = &j->plan->requirements[requirement];
	struct map names = {0};

	j->first[requirement] = j->count;
	if (p->count > 0)
		judge_witnesses(j, requirement);
	for (size_t i = p->first; i < p->first + p->count; i++) {
		size_t slot = judge_slot(j, &names, requirement, i);

		j->of_spec[i] = slot;
		if (slot != SIZE_MAX)
			judge_target(j, i, &j->judged[slot]);
	}
	map_free(&names);
}

/* Levels ------------------------------------------------------------------ */

static bool judge_is_hard(enum level level)
{
	return level == LEVEL_REQUIRED || level == LEVEL_ALTERNATIVE;
}

/* `--tolerate`: single devices may fail. */
static void judge_tolerate(struct judge *j, size_t requirement)
{
	const struct run_info *run = j->report->run;
	size_t devices = 0, failed = 0;
	double allowed;

	for (size_t i = j->first[requirement]; i < j->first[requirement + 1];
	     i++) {
		devices += j->judged[i].device != SIZE_MAX;
		failed +=
		    j->judged[i].device != SIZE_MAX &&
		    judge_rank(j->judged[i].verdict, j->judged[i].why) >= 5;
	}
	allowed = run->tolerate_percent ? run->tolerate * (double)devices
					: run->tolerate;
	if (failed == 0 || (double)failed > allowed)
		return;
	for (size_t i = j->first[requirement]; i < j->first[requirement + 1];
	     i++) {
		struct judged *v = &j->judged[i];

		if (v->device == SIZE_MAX || judge_rank(v->verdict, v->why) < 5)
			continue;
		v->verdict = VERDICT_WARN;
		v->soften = VERDICT_WARN;
		v->soften_reason = v->reason;
	}
}

/* Fewer than `required`: a failure is a warning. */
static void judge_levels(struct judge *j)
{
	for (size_t i = 0; i < j->count; i++) {
		struct judged *v = &j->judged[i];
		const struct requirement *q =
		    j->plan->requirements[v->requirement].requirement;

		if (judge_is_hard(q->level) || q->level == LEVEL_FALLBACK ||
		    v->verdict != VERDICT_FAIL)
			continue;
		v->verdict = VERDICT_WARN;
		v->soften = VERDICT_WARN;
		v->soften_reason = v->reason;
	}
}

/* What softened a target, softens its results. */
static void judge_carry(struct judge *j)
{
	for (size_t i = 0; i < j->results->count; i++) {
		const struct result *r = &j->results->items[i];
		struct judgement *own = &j->judgements[i];
		size_t slot = j->of_spec[correlation_spec(j->correlation, i)];
		const struct judged *v;

		if (slot == SIZE_MAX)
			continue;
		v = &j->judged[slot];
		if (v->soften == VERDICT_NONE)
			continue;
		if (own->verdict == VERDICT_FAIL ||
		    (v->soften == VERDICT_NOT_NEEDED &&
		     (own->verdict == VERDICT_SKIP ||
		      (own->verdict == VERDICT_WARN &&
		       r->outcome.cause != CAUSE_OK))))
			own->verdict = v->soften;
	}
}

/* Requirements ------------------------------------------------------------ */

static const char *judge_reason(struct judge *j, size_t requirement,
				const struct judged *worst)
{
	size_t same = 0, total = 0;

	for (size_t i = j->first[requirement]; i < j->first[requirement + 1];
	     i++) {
		total++;
		same += j->judged[i].verdict == worst->verdict &&
			j->judged[i].why == worst->why;
	}
	if (worst->verdict == VERDICT_PASS || worst->reason == NULL)
		return "";
	if (total == 1 || strcmp(worst->reason, "") == 0)
		return worst->reason;
	if (same == 1)
		return arena_printf(j->arena, "%s: %s", worst->name,
				    worst->reason);
	return arena_printf(j->arena, "%zu of %zu, first %s: %s", same, total,
			    worst->name, worst->reason);
}

static void judge_requirement(struct judge *j, size_t index)
{
	struct requirement_report *out = &j->report->requirements[index];
	const struct plan_requirement *p = &j->plan->requirements[index];
	struct device_verdict *devices;
	struct judged worst = {.reason = ""};
	bool heard = judge_is_heard_of(j, index);

	out->planned = p;
	out->device_count = j->first[index + 1] - j->first[index];
	devices =
	    arena_calloc(j->arena, out->device_count + 1, sizeof *devices);
	for (size_t i = 0; i < out->device_count; i++) {
		const struct judged *v = &j->judged[j->first[index] + i];

		devices[i] =
		    (struct device_verdict){v->device, v->name, v->verdict};
		if (heard && v->verdict == VERDICT_UNTESTED)
			continue;
		if (worst.name == NULL ||
		    judge_rank(v->verdict, v->why) >
			judge_rank(worst.verdict, worst.why))
			worst = *v;
	}
	out->devices = devices;
	out->verdict = worst.verdict;
	out->why = worst.verdict == VERDICT_UNTESTED ? worst.why : WHY_NONE;
	out->reason = judge_reason(j, index, &worst);
	if (p->not_needed || (worst.name == NULL && p->count > 0) ||
	    (worst.name == NULL && p->untested == WHY_NONE)) {
		out->verdict = VERDICT_NOT_NEEDED;
		out->reason = p->reason != NULL ? p->reason : "no such target";
	} else if (worst.name == NULL) {
		out->verdict = VERDICT_UNTESTED;
		out->why = p->untested;
		out->reason = p->reason != NULL ? p->reason : "";
	}
}

/* Results of a requirement, in their order. */
static void judge_result_lists(struct judge *j)
{
	const struct correlation *s = j->correlation;

	for (size_t i = 0; i < j->plan->requirement_count; i++) {
		const struct plan_requirement *p = &j->plan->requirements[i];
		struct requirement_report *out = &j->report->requirements[i];

		if (p->count == 0)
			continue;
		out->results = &s->by_spec[s->spec_first[p->first]];
		for (size_t k = p->first; k < p->first + p->count; k++)
			out->result_count += s->spec_count[k];
	}
}

void judge(struct assessment *r)
{
	struct judge j = {.report = r,
			  .results = r->results,
			  .plan = r->plan,
			  .arena = &r->arena};
	size_t requirements = r->plan->requirement_count;

	j.correlation = r->correlation;
	r->judgements = arena_calloc(&r->arena, r->results->count + 1,
				     sizeof *r->judgements);
	j.judgements = r->judgements;
	j.first = arena_calloc(&r->arena, requirements + 2, sizeof(size_t));
	j.of_spec =
	    arena_calloc(&r->arena, r->plan->spec_count + 1, sizeof(size_t));
	judge_results(&j);
	judge_presence(&j);
	judge_networks(&j);
	judge_absent(&j);
	for (size_t i = 0; i < requirements; i++)
		judge_targets(&j, i);
	j.first[requirements] = j.count;
	judge_groups(&j);
	judge_levels(&j);
	for (size_t i = 0; i < requirements; i++)
		judge_tolerate(&j, i);
	judge_carry(&j);
	r->requirement_count = requirements;
	r->requirements =
	    arena_calloc(&r->arena, requirements + 1, sizeof *r->requirements);
	for (size_t i = 0; i < requirements; i++)
		judge_requirement(&j, i);
	judge_result_lists(&j);
	judge_devices(&j);
	judge_run(&j);
	free(j.judged);
}
