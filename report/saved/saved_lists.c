/* saved_lists.c - requirements, groups, devices and findings of a saved
 * report. */
#include "report/saved/saved_internal.h"

#include <string.h>

static const char *saved_level(int i)
{
	return level_name((enum level)i);
}

static const char *saved_lists_proof(int i)
{
	return proof_name((enum proof)i);
}

static const char *saved_lists_why(int i)
{
	return why_name((enum why)i);
}

static const char *saved_state(int i)
{
	return device_state_name((enum device_state)i);
}

static const char *saved_lists_owner(int i)
{
	return owner_name((enum owner)i);
}

static const char *saved_severity(int i)
{
	return severity_name((enum severity)i);
}

static const char *saved_where(int i)
{
	return where_name((enum where_at)i);
}

static const char *saved_confidence(int i)
{
	return i == 0 ? "probable" : "confirmed";
}

static const char *saved_verdict_name(int i)
{
	return verdict_name((enum verdict)i);
}

int saved_verdict(const struct saved_node *n)
{
	return saved_word(n, saved_verdict_name, VERDICT_PASS, VERDICT_COUNT);
}

size_t saved_reference(const struct saved_node *n, const struct map *ids)
{
	const char *id = saved_text(n);
	size_t at = map_get(ids, id);

	if (at == SIZE_MAX)
		saved_bad(n, "'%s' is not in this report", id);
	return at;
}

const struct profile *saved_profile(const struct saved *s,
				    const struct saved_node *n)
{
	const char *name = saved_text_or_null(n);

	if (name == NULL)
		return NULL;
	for (size_t i = 0; i < s->plan.profile_count; i++) {
		const struct profile *p = s->plan.profiles[i].profile;

		if (p->name != NULL && strcmp(p->name, name) == 0)
			return p;
	}
	saved_bad(n, "'%s' is not among run.profiles", name);
	return NULL;
}

/* Devices ----------------------------------------------------------------- */

void saved_read_devices(struct saved *s, const struct saved_node *list)
{
	size_t count = saved_list(list);

	s->devices = arena_calloc(&s->arena, count + 1, sizeof *s->devices);
	s->report.devices =
	    arena_calloc(&s->arena, count + 1, sizeof *s->report.devices);
	s->plan.devices = s->devices;
	s->plan.device_count = s->report.device_count = count;
	for (size_t i = 0; i < count && !list->reader->failed; i++) {
		struct device_report *d = &s->report.devices[i];
		struct saved_node item = saved_at(list, i);
		struct saved_node name = saved_get(&item, "name");
		struct saved_node address = saved_get(&item, "address");
		struct saved_node types = saved_get(&item, "types");
		struct saved_node state = saved_get(&item, "state");
		struct saved_node verdict = saved_get(&item, "verdict");

		saved_object(&item);
		s->devices[i].name = saved_text_or_null(&name);
		s->devices[i].address = saved_text(&address);
		s->devices[i].types = saved_texts(&types, NULL);
		d->device = &s->devices[i];
		d->state = (enum device_state)saved_word(
		    &state, saved_state, DEVICE_UP, DEVICE_SILENT + 1);
		if (json_kind(verdict.value) != JSON_IS_NULL)
			d->verdict = (enum verdict)saved_verdict(&verdict);
		if (s->devices[i].name != NULL)
			*map_at(&s->by_device, s->devices[i].name) = i;
	}
}

/* Requirements ------------------------------------------------------------ */

/* ["80", "443"] to "80,443". */
static const char *saved_ports(const struct saved_node *n)
{
	const char *text = NULL;
	const char *const *ports = saved_texts(n, NULL);

	for (; *ports != NULL; ports++) {
		struct arena *a = n->reader->arena;

		text = text == NULL ? *ports
				    : arena_printf(a, "%s,%s", text, *ports);
	}
	return text;
}

static enum target_kind saved_target_kind(const char *to)
{
	if (to == NULL || strcmp(to, "internet") == 0)
		return TO_INTERNET;
	if (strcmp(to, "self") == 0)
		return TO_SELF;
	return strncmp(to, "device:", 7) == 0 ? TO_DEVICE : TO_ROLE;
}

/* The row as its profile has it. */
static void saved_requirement(struct saved *s, struct requirement *q,
			      const struct saved_node *n)
{
	struct saved_node profile = saved_get(n, "profile");
	struct saved_node title = saved_get(n, "title");
	struct saved_node covers = saved_get(n, "covers");
	struct saved_node level = saved_get(n, "level");
	struct saved_node group = saved_get(n, "group");
	struct saved_node scenario = saved_get(n, "scenario");
	struct saved_node from = saved_get(n, "from");
	struct saved_node to = saved_get(n, "to");
	struct saved_node transport = saved_get(n, "transport");
	struct saved_node check = saved_get(n, "check");
	struct saved_node proof = saved_get(n, "proof");
	struct saved_node purpose = saved_get(n, "purpose");

	q->profile = saved_profile(s, &profile);
	q->title = saved_text_or_null(&title);
	q->covers = saved_texts(&covers, NULL);
	q->level = (enum level)saved_word(&level, saved_level, LEVEL_REQUIRED,
					  LEVEL_ADVISORY + 1);
	if (q->level == LEVEL_RECOMMENDED)
		q->when_group = saved_text_or_null(&group);
	else
		q->group = saved_text_or_null(&group);
	q->scenario = saved_text_or_null(&scenario);
	q->from = saved_text_or_null(&from);
	q->to = saved_text_or_null(&to);
	q->to_kind = saved_target_kind(q->to);
	q->transport = saved_text_or_null(&transport);
	q->check = saved_text_or_null(&check);
	q->proof = (enum proof)saved_word(&proof, saved_lists_proof, PROOF_NONE,
					  PROOF_SERVICE + 1);
	q->purpose = saved_text_or_null(&purpose);
}

static void saved_requirement_devices(struct saved *s,
				      struct requirement_report *q,
				      const struct saved_node *n)
{
	size_t count = saved_list(n);
	struct device_verdict *list =
	    arena_calloc(&s->arena, count + 1, sizeof *list);

	for (size_t i = 0; i < count && !n->reader->failed; i++) {
		struct saved_node item = saved_at(n, i);
		struct saved_node name = saved_get(&item, "name");
		struct saved_node verdict = saved_get(&item, "verdict");

		saved_object(&item);
		list[i].name = saved_text(&name);
		list[i].device = map_get(&s->by_device, list[i].name);
		list[i].verdict = (enum verdict)saved_verdict(&verdict);
	}
	q->devices = list;
	q->device_count = count;
}

static void saved_read_requirement(struct saved *s, size_t i,
				   const struct saved_node *n)
{
	struct requirement *row = &s->requirements[i];
	struct plan_requirement *p = &s->planned[i];
	struct requirement_report *q = &s->report.requirements[i];
	struct saved_node id = saved_get(n, "id");
	struct saved_node ports = saved_get(n, "ports");
	struct saved_node verdict = saved_get(n, "verdict");
	struct saved_node why = saved_get(n, "why");
	struct saved_node reason = saved_get(n, "reason");
	struct saved_node devices = saved_get(n, "devices");

	saved_object(n);
	row->id = p->id = saved_text(&id);
	saved_requirement(s, row, n);
	p->requirement = row;
	p->ports_text = row->ports_text = saved_ports(&ports);
	q->planned = p;
	q->verdict = (enum verdict)saved_verdict(&verdict);
	if (json_kind(why.value) != JSON_IS_NULL)
		q->why = (enum why)saved_word(&why, saved_lists_why,
					      WHY_NONE + 1, WHY_COUNT);
	p->inbound = row->inbound = q->why == WHY_NEEDS_SECOND_END;
	q->reason = saved_text(&reason);
	saved_requirement_devices(s, q, &devices);
	if (map_get(&s->by_requirement, p->id) != SIZE_MAX)
		saved_bad(&id, "'%s' is there twice", p->id);
	*map_at(&s->by_requirement, p->id) = i;
}

void saved_read_requirements(struct saved *s, const struct saved_node *list)
{
	size_t count = saved_list(list);

	s->requirements =
	    arena_calloc(&s->arena, count + 1, sizeof *s->requirements);
	s->planned = arena_calloc(&s->arena, count + 1, sizeof *s->planned);
	s->report.requirements =
	    arena_calloc(&s->arena, count + 1, sizeof *s->report.requirements);
	s->plan.requirements = s->planned;
	s->plan.requirement_count = s->report.requirement_count = count;
	for (size_t i = 0; i < count && !list->reader->failed; i++) {
		struct saved_node item = saved_at(list, i);

		saved_read_requirement(s, i, &item);
	}
}

/* Ids of results to their numbers. */
static const size_t *saved_results(struct saved *s, const struct saved_node *n,
				   size_t *count)
{
	size_t length = saved_list(n);
	size_t *list = arena_calloc(&s->arena, length + 1, sizeof *list);

	for (size_t i = 0; i < length && !n->reader->failed; i++) {
		struct saved_node item = saved_at(n, i);

		list[i] = saved_reference(&item, &s->by_result);
	}
	*count = length;
	return list;
}

/* The names that its targets have, each once. */
static void saved_hosts(struct saved *s, struct plan_requirement *p)
{
	const char **hosts =
	    arena_calloc(&s->arena, p->count + 1, sizeof *hosts);
	size_t n = 0;

	for (size_t i = p->first; i < p->first + p->count; i++) {
		const char *host = s->specs[i].host;

		if (host != NULL && (n == 0 || strcmp(hosts[n - 1], host) != 0))
			hosts[n++] = host;
	}
	p->hosts = hosts;
}

void saved_link_requirements(struct saved *s, const struct saved_node *list)
{
	size_t count = s->report.requirement_count;

	for (size_t i = 0; i < count && !list->reader->failed; i++) {
		struct requirement_report *q = &s->report.requirements[i];
		struct saved_node item = saved_at(list, i);
		struct saved_node results = saved_get(&item, "results");

		q->results = saved_results(s, &results, &q->result_count);
		saved_hosts(s, &s->planned[i]);
	}
}

void saved_read_groups(struct saved *s, const struct saved_node *list)
{
	size_t count = saved_list(list);

	s->report.groups =
	    arena_calloc(&s->arena, count + 1, sizeof *s->report.groups);
	s->report.group_count = count;
	for (size_t i = 0; i < count && !list->reader->failed; i++) {
		struct group_report *g = &s->report.groups[i];
		struct saved_node item = saved_at(list, i);
		struct saved_node profile = saved_get(&item, "profile");
		struct saved_node group = saved_get(&item, "group");
		struct saved_node device = saved_get(&item, "device");
		struct saved_node verdict = saved_get(&item, "verdict");
		struct saved_node by = saved_get(&item, "by");
		size_t *ids;

		saved_object(&item);
		g->profile = saved_profile(s, &profile);
		g->group = saved_text(&group);
		g->device = saved_text_or_null(&device);
		g->verdict = (enum verdict)saved_verdict(&verdict);
		g->by_count = saved_list(&by);
		ids = arena_calloc(&s->arena, g->by_count + 1, sizeof *ids);
		for (size_t k = 0; k < g->by_count; k++) {
			struct saved_node id = saved_at(&by, k);

			ids[k] = saved_reference(&id, &s->by_requirement);
		}
		g->by = ids;
	}
}

/* Findings ---------------------------------------------------------------- */

static void saved_finding_place(struct finding *f, const struct saved_node *n)
{
	struct saved_node blocker = saved_get(n, "blocker");
	struct saved_node address = saved_get(&blocker, "address");
	struct saved_node name = saved_get(&blocker, "name");
	struct saved_node where = saved_get(n, "where");
	struct saved_node at = saved_get(&where, "at");
	struct saved_node hop = saved_get(&where, "hop");
	struct saved_node hop_address = saved_get(&where, "address");

	if (json_kind(blocker.value) != JSON_IS_NULL) {
		saved_object(&blocker);
		f->blocker = saved_address(&address);
		f->blocker_name = saved_text_or_null(&name);
	}
	f->where = WHERE_UNKNOWN;
	if (json_kind(where.value) != JSON_IS_NULL) {
		saved_object(&where);
		f->where = (enum where_at)saved_word(
		    &at, saved_where, WHERE_THIS_HOST, WHERE_UNKNOWN);
		f->hop = (int)saved_number_or(&hop, 1, 255, 0);
		f->hop_address = saved_address(&hop_address);
	}
}

static void saved_finding_texts(struct finding *f, const struct saved_node *n)
{
	struct saved_node title = saved_get(n, "title");
	struct saved_node evidence = saved_get(n, "evidence");
	struct saved_node ids = saved_get(n, "evidence_ids");
	struct saved_node impact = saved_get(n, "impact");
	struct saved_node remedy = saved_get(n, "remedy");
	struct saved_node confirm = saved_get(n, "confirm_by");
	struct saved_node url = saved_get(n, "url");

	f->title = saved_text(&title);
	f->evidence = saved_texts(&evidence, &f->evidence_count);
	f->evidence_ids = saved_texts(&ids, NULL);
	f->impact = saved_text_or_null(&impact);
	f->remedy = saved_texts(&remedy, &f->remedy_count);
	f->confirm_by = saved_text_or_null(&confirm);
	f->url = saved_text_or_null(&url);
}

static void saved_finding(struct saved *s, struct finding *f,
			  const struct saved_node *n)
{
	struct saved_node id = saved_get(n, "id");
	struct saved_node code = saved_get(n, "code");
	struct saved_node owner = saved_get(n, "owner");
	struct saved_node confidence = saved_get(n, "confidence");
	struct saved_node inferred = saved_get(n, "inferred");
	struct saved_node severity = saved_get(n, "severity");
	struct saved_node results = saved_get(n, "results");

	saved_object(n);
	f->id = saved_text(&id);
	f->code = saved_text(&code);
	f->owner = (enum owner)saved_word(&owner, saved_lists_owner,
					  OWNER_THIS_HOST, OWNER_VENDOR + 1);
	f->confirmed = saved_word(&confidence, saved_confidence, 0, 2) == 1;
	f->inferred = saved_bool(&inferred);
	f->severity = (enum severity)saved_word(
	    &severity, saved_severity, SEVERITY_INFO, SEVERITY_CRITICAL + 1);
	saved_finding_place(f, n);
	saved_finding_texts(f, n);
	f->results = saved_results(s, &results, &f->result_count);
}

void saved_read_findings(struct saved *s, const struct saved_node *list)
{
	size_t count = saved_list(list);

	s->report.findings =
	    arena_calloc(&s->arena, count + 1, sizeof *s->report.findings);
	s->report.finding_count = count;
	for (size_t i = 0; i < count && !list->reader->failed; i++) {
		struct saved_node item = saved_at(list, i);

		saved_finding(s, &s->report.findings[i], &item);
		*map_at(&s->by_finding, s->report.findings[i].id) = i;
	}
}
