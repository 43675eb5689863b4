/* saved_results.c - results and evidence of a saved report, and the targets
 * that they were about. */
#include "report/saved/saved_internal.h"

#include "core/engine/check.h"
#include "core/base/text.h"

#include <stdlib.h>
#include <string.h>

static const char *saved_phase(int i)
{
	return phase_name((enum phase)i);
}

static const char *saved_cause(int i)
{
	return cause_name((enum cause)i);
}

static const char *saved_results_proof(int i)
{
	return proof_name((enum proof)i);
}

static const char *saved_results_why(int i)
{
	return why_name((enum why)i);
}

static const char *saved_transport(int i)
{
	return transport_name((enum transport)i);
}

static const char *saved_kind(int i)
{
	return evidence_kind_name((enum evidence_kind)i);
}

/* Facts ------------------------------------------------------------------- */

/* JSON writes whole milliseconds like a number: the tables know better. */
static bool saved_is_ms(const struct check *check, const char *name)
{
	for (const struct fact_def *d = check != NULL ? check->facts : NULL;
	     d != NULL && d->name != NULL; d++) {
		if (strcmp(d->name, name) == 0)
			return d->type == FACT_MS;
	}
	return false;
}

static void saved_fact_ms(struct facts *f, const char *name,
			  const struct saved_node *n)
{
	static const double most = 9.0e15; /* of microseconds, as a double */
	double us = json_decimal(n->value) * 1000;

	if (us > -most && us < most)
		facts_ms(f, name, (int64_t)(us < 0 ? us - .5 : us + .5));
	else
		saved_bad(n, "is no time in milliseconds");
}

static void saved_fact(struct facts *f, const char *name,
		       const struct check *check, const struct saved_node *n)
{
	switch (json_kind(n->value)) {
	case JSON_IS_TEXT:
		facts_string(f, name, saved_text(n));
		break;
	case JSON_IS_BOOL:
		facts_bool(f, name, json_flag(n->value));
		break;
	case JSON_IS_LIST:
		for (size_t i = 0; i < json_length(n->value); i++) {
			struct saved_node item = saved_at(n, i);

			facts_append(f, name, saved_text(&item));
		}
		break;
	case JSON_IS_INTEGER:
		if (saved_is_ms(check, name))
			saved_fact_ms(f, name, n);
		else
			facts_number(f, name, json_integer(n->value, 0));
		break;
	case JSON_IS_REAL:
		saved_fact_ms(f, name, n);
		break;
	case JSON_IS_ABSENT:
	case JSON_IS_NULL:
	case JSON_IS_OBJECT:
		saved_bad(n, "is no text, number, list, true or false");
		break;
	}
}

static void saved_facts(struct facts *f, const struct check *check,
			const struct saved_node *n)
{
	struct json_member m = {0};

	saved_object(n);
	while (json_kind(n->value) == JSON_IS_OBJECT &&
	       json_next(n->value, &m)) {
		const char *name = saved_clean(n->reader, m.key);
		struct saved_node value = {.reader = n->reader,
					   .parent = n,
					   .key = name,
					   .value = m.value};

		saved_fact(f, name, check, &value);
	}
}

/* Evidence ---------------------------------------------------------------- */

/* "10.0.0.1", "10.0.0.1:443", "[2001:db8::1]:443" */
static void saved_evidence_target(struct evidence *e,
				  const struct saved_node *n)
{
	const char *text = saved_text_or_null(n);
	const char *colon = text == NULL ? NULL : strrchr(text, ':');
	struct saved_reader *r = n->reader;
	const char *end;
	char *host;
	int64_t port;

	if (text == NULL || addr_parse(&e->addr, text))
		return;
	end = text[0] == '[' ? strchr(text, ']') : colon;
	if (end != NULL && colon != NULL &&
	    text_number(colon + 1, 1, 65535, &port)) {
		host = arena_strndup(r->arena, text + (text[0] == '['),
				     (size_t)(end - text) - (text[0] == '['));
		host[strcspn(host, "%")] = '\0';
		if (addr_parse(&e->addr, host)) {
			e->port = e->addr.port = (uint16_t)port;
			return;
		}
	}
	saved_bad(n, "'%s' is no address", text);
}

void saved_read_evidence(struct saved *s, const struct saved_node *list)
{
	size_t count = saved_list(list);

	s->results.evidence =
	    arena_calloc(&s->arena, count + 1, sizeof *s->results.evidence);
	s->results.evidence_count = count;
	for (size_t i = 0; i < count && !list->reader->failed; i++) {
		struct evidence *e = &s->results.evidence[i];
		struct saved_node item = saved_at(list, i);
		struct saved_node id = saved_get(&item, "id");
		struct saved_node kind = saved_get(&item, "kind");
		struct saved_node target = saved_get(&item, "target");
		struct saved_node observed = saved_get(&item, "observed");

		saved_object(&item);
		e->id = saved_text(&id);
		e->kind = (enum evidence_kind)saved_word(&kind, saved_kind, 0,
							 EVIDENCE_COUNT);
		e->result = SIZE_MAX;
		saved_evidence_target(e, &target);
		saved_facts(&e->observed, NULL, &observed);
		*map_at(&s->by_evidence, e->id) = i;
	}
}

/* Results ----------------------------------------------------------------- */

/* The table of the check; a name of another version gets one of its own. */
static const struct check *saved_check(struct saved *s,
				       const struct saved_node *n)
{
	const char *name = saved_text_or_null(n);
	const struct check *check = name == NULL ? NULL : check_find(name);
	struct check *unknown;

	if (name == NULL || check != NULL)
		return check;
	unknown = arena_calloc(&s->arena, 1, sizeof *unknown);
	unknown->name = name;
	return unknown;
}

static void saved_icmp(struct outcome *o, const struct saved_node *n)
{
	const char *text = saved_text_or_null(n);
	char type[8] = "";
	const char *slash = text == NULL ? NULL : strchr(text, '/');
	int64_t a, b;

	if (text == NULL)
		return;
	if (slash != NULL && (size_t)(slash - text) < sizeof type)
		memcpy(type, text, (size_t)(slash - text));
	if (slash == NULL || !text_number(type, 0, 255, &a) ||
	    !text_number(slash + 1, 0, 255, &b)) {
		saved_bad(n, "'%s' is no type and code like 3/13", text);
		return;
	}
	o->has_icmp = true;
	o->icmp_type = (uint8_t)a;
	o->icmp_code = (uint8_t)b;
}

static void saved_outcome(struct outcome *o, const struct saved_node *n)
{
	struct saved_node phase = saved_get(n, "phase");
	struct saved_node cause = saved_get(n, "cause");
	struct saved_node number = saved_get(n, "errno");
	struct saved_node icmp = saved_get(n, "icmp");
	struct saved_node blocker = saved_get(n, "blocker");

	saved_object(n);
	o->phase = (enum phase)saved_word(&phase, saved_phase, 0, PHASE_COUNT);
	o->cause = (enum cause)saved_word(&cause, saved_cause, 0, CAUSE_COUNT);
	o->sys_errno = (int)saved_number_or(&number, INT32_MIN, INT32_MAX, 0);
	saved_icmp(o, &icmp);
	o->blocker = saved_address(&blocker);
}

static void saved_timings(struct timings *t, const struct saved_node *n)
{
	struct saved_node resolve = saved_get(n, "resolve");
	struct saved_node connect = saved_get(n, "connect");
	struct saved_node tls = saved_get(n, "tls");
	struct saved_node reply = saved_get(n, "reply");
	struct saved_node total = saved_get(n, "total");

	saved_object(n);
	t->resolve = saved_time(&resolve);
	t->connect = saved_time(&connect);
	t->tls = saved_time(&tls);
	t->reply = saved_time(&reply);
	t->total = saved_time(&total);
}

static void saved_result_evidence(struct saved *s, size_t index,
				  const struct saved_node *n)
{
	size_t count = saved_list(n);

	for (size_t i = 0; i < count && !n->reader->failed; i++) {
		struct saved_node item = saved_at(n, i);
		size_t at = saved_reference(&item, &s->by_evidence);

		/* Of a copy it is the original's. */
		if (at != SIZE_MAX &&
		    s->results.items[index].same_as == SIZE_MAX)
			s->results.evidence[at].result = index;
	}
}

static void saved_read_result(struct saved *s, size_t index,
			      const struct saved_node *n)
{
	struct result *r = &s->results.items[index];
	struct judgement *own = &s->report.judgements[index];
	struct saved_node check = saved_get(n, "check");
	struct saved_node verdict = saved_get(n, "verdict");
	struct saved_node why = saved_get(n, "why");
	struct saved_node reason = saved_get(n, "reason");
	struct saved_node proof = saved_get(n, "proof");
	struct saved_node outcome = saved_get(n, "outcome");
	struct saved_node attempts = saved_get(n, "attempts");
	struct saved_node timings = saved_get(n, "timings_ms");
	struct saved_node facts = saved_get(n, "facts");

	r->check = saved_check(s, &check);
	own->verdict = (enum verdict)saved_verdict(&verdict);
	if (json_kind(why.value) != JSON_IS_NULL)
		r->why = (enum why)saved_word(&why, saved_results_why,
					      WHY_NONE + 1, WHY_COUNT);
	own->reason = saved_text(&reason);
	r->proof = (enum proof)saved_word(&proof, saved_results_proof,
					  PROOF_NONE, PROOF_SERVICE + 1);
	r->reply_ttl = -1;
	saved_outcome(&r->outcome, &outcome);
	own->why = r->why;
	own->proof = r->proof;
	own->phase = r->outcome.phase;
	own->cause = r->outcome.cause;
	r->attempts = (unsigned)saved_number(&attempts, 0, 1000000);
	saved_timings(&r->timings, &timings);
	saved_facts(&r->facts, r->check, &facts);
}

/* Targets ----------------------------------------------------------------- */

/* A result's id without "/v4#1". */
static const char *saved_spec_id(struct saved *s, const char *id)
{
	const char *slash = strrchr(id, '/');

	if (slash != NULL &&
	    (strncmp(slash, "/v4#", 4) == 0 || strncmp(slash, "/v6#", 4) == 0))
		return arena_strndup(&s->arena, id, (size_t)(slash - id));
	return id;
}

static void saved_target(struct saved *s, struct spec *t, struct result *r,
			 const struct saved_node *n)
{
	struct saved_node name = saved_get(n, "name");
	struct saved_node address = saved_get(n, "address");
	struct saved_node transport = saved_get(n, "transport");
	struct saved_node port = saved_get(n, "port");
	struct saved_node proxy = saved_get(n, "via_proxy");
	struct saved_node device = saved_get(n, "device");

	saved_object(n);
	r->addr = saved_address(&address);
	r->port = (uint16_t)saved_number_or(&port, 1, 65535, 0);
	r->addr.port = r->addr.family == ADDR_NONE ? 0 : r->port;
	t->host = saved_text_or_null(&name);
	if (t->host != NULL)
		addr_parse(&t->literal, t->host);
	t->transport = (enum transport)saved_word(
	    &transport, saved_transport, TRANSPORT_LOCAL, TRANSPORT_ICMP + 1);
	t->port = r->port;
	t->via_proxy = saved_is_there(&proxy) && saved_bool(&proxy);
	t->device = saved_text_or_null(&device);
	t->device_index =
	    t->device == NULL ? SIZE_MAX : map_get(&s->by_device, t->device);
	t->system_server =
	    t->host == NULL && t->device == NULL && r->addr.family != ADDR_NONE;
}

struct saved_row {
	size_t requirement, result;
};

static int saved_compare_rows(const void *left, const void *right)
{
	const struct saved_row *a = left;
	const struct saved_row *b = right;

	if (a->requirement != b->requirement)
		return a->requirement < b->requirement ? -1 : 1;
	return a->result < b->result ? -1 : a->result > b->result;
}

/* One spec per target of a requirement, side by side as in a plan. */
static void saved_make_spec(struct saved *s, struct map *ids,
			    const struct saved_row *row,
			    const struct saved_node *target)
{
	struct plan_requirement *p = &s->planned[row->requirement];
	struct result *r = &s->results.items[row->result];
	struct spec t = {.id = saved_spec_id(s, r->id),
			 .requirement = p->requirement,
			 .check = r->check,
			 .proof = p->requirement->proof};
	size_t at;

	saved_target(s, &t, r, target);
	/* A follow-up on another port is of its parent's target. */
	if (r->parent < row->result &&
	    s->results.items[r->parent].spec != NULL) {
		r->spec = s->results.items[r->parent].spec;
		if (r->spec->requirement == p->requirement)
			return;
	}
	at = map_get(ids, t.id);
	if (at == SIZE_MAX || s->specs[at].requirement != p->requirement) {
		at = s->plan.spec_count++;
		*map_at(ids, t.id) = at;
		s->specs[at] = t;
		if (p->count++ == 0)
			p->first = at;
	}
	r->spec = &s->specs[at];
}

static void saved_make_specs(struct saved *s, const struct saved_row *rows,
			     const struct saved_node *list)
{
	size_t count = s->results.count;
	struct map ids = {0};

	s->specs = arena_calloc(&s->arena, count + 1, sizeof *s->specs);
	s->plan.specs = s->specs;
	for (size_t i = 0; i < count && !list->reader->failed; i++) {
		struct saved_node item = saved_at(list, rows[i].result);
		struct saved_node target = saved_get(&item, "target");

		saved_make_spec(s, &ids, &rows[i], &target);
	}
	map_free(&ids);
}

/* Which result is the parent, which one is the same path. */
static void saved_read_relations(struct saved *s, size_t index,
				 const struct saved_node *item)
{
	struct result *r = &s->results.items[index];
	struct saved_node parent = saved_get(item, "parent");
	struct saved_node same = saved_get(item, "same_as");
	struct saved_node evidence = saved_get(item, "evidence");

	r->parent = json_kind(parent.value) == JSON_IS_NULL
			? SIZE_MAX
			: saved_reference(&parent, &s->by_result);
	/* Reports had none at first. */
	r->same_as = saved_is_there(&same)
			 ? saved_reference(&same, &s->by_result)
			 : SIZE_MAX;
	saved_result_evidence(s, index, &evidence);
}

void saved_read_results(struct saved *s, const struct saved_node *list)
{
	size_t count = saved_list(list);
	struct saved_row *rows = mem_calloc(count + 1, sizeof *rows);

	s->results.items =
	    arena_calloc(&s->arena, count + 1, sizeof *s->results.items);
	s->results.count = count;
	s->report.judgements =
	    arena_calloc(&s->arena, count + 1, sizeof *s->report.judgements);
	for (size_t i = 0; i < count && !list->reader->failed; i++) {
		struct saved_node item = saved_at(list, i);
		struct saved_node id = saved_get(&item, "id");
		struct saved_node of = saved_get(&item, "requirement");

		saved_object(&item);
		s->results.items[i].id = saved_text(&id);
		*map_at(&s->by_result, s->results.items[i].id) = i;
		rows[i].result = i;
		rows[i].requirement = saved_reference(&of, &s->by_requirement);
		saved_read_result(s, i, &item);
	}
	for (size_t i = 0; i < count && !list->reader->failed; i++) {
		struct saved_node item = saved_at(list, i);

		saved_read_relations(s, i, &item);
	}
	qsort(rows, count, sizeof *rows, saved_compare_rows);
	saved_make_specs(s, rows, list);
	free(rows);
}

void saved_link_results(struct saved *s, const struct saved_node *list)
{
	for (size_t i = 0; i < s->results.count && !list->reader->failed; i++) {
		struct saved_node item = saved_at(list, i);
		struct saved_node finding = saved_get(&item, "finding");
		size_t at;

		if (json_kind(finding.value) == JSON_IS_NULL)
			continue;
		at = saved_reference(&finding, &s->by_finding);
		if (at != SIZE_MAX)
			s->report.judgements[i].finding =
			    &s->report.findings[at];
	}
}
