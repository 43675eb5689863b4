/*
 * The JSON of a report follows its schema, and the schema is strict: a small
 * validator for the keywords that report/schema uses.
 */
#include <jansson.h>

/* After jansson.h: json.h renames what both have. */
#include "tests/unit/story.h"

#include "report/compare/compare.h"
#include "report/compare/merge.h"
#include "report/fields.h"
#include "report/schema.h"

#include <regex.h>

struct checker {
	json_t *root;
	char problem[512]; /* "" while all is well */
};

static void bad(struct checker *c, const char *path, const char *what)
{
	if (c->problem[0] == '\0')
		snprintf(c->problem, sizeof c->problem, "%s: %s", path, what);
}

static const char *type_of(const json_t *v)
{
	switch (json_typeof(v)) {
	case JSON_OBJECT:
		return "object";
	case JSON_ARRAY:
		return "array";
	case JSON_STRING:
		return "string";
	case JSON_INTEGER:
		return "integer";
	case JSON_REAL:
		return "number";
	case JSON_TRUE:
	case JSON_FALSE:
		return "boolean";
	case JSON_NULL:
		break;
	}
	return "null";
}

static bool type_is(const json_t *v, const char *type)
{
	return strcmp(type_of(v), type) == 0 ||
	       (strcmp(type, "number") == 0 && json_is_number(v));
}

static void check_type(struct checker *c, const json_t *schema, const json_t *v,
		       const char *path)
{
	json_t *type = json_object_get(schema, "type");
	bool fine = type == NULL;
	json_t *item;
	size_t i;

	if (json_is_string(type))
		fine = type_is(v, json_string_value(type));
	json_array_foreach(type, i, item)
	{
		fine = fine || type_is(v, json_string_value(item));
	}
	if (!fine)
		bad(c, path, type_of(v));
}

static void check_values(struct checker *c, const json_t *schema,
			 const json_t *v, const char *path)
{
	json_t *list = json_object_get(schema, "enum"), *item;
	json_t *constant = json_object_get(schema, "const");
	const char *pattern =
	    json_string_value(json_object_get(schema, "pattern"));
	bool fine = list == NULL;
	size_t i;

	json_array_foreach(list, i, item)
	{
		fine = fine || json_equal(item, v);
	}
	if (!fine || (constant != NULL && !json_equal(constant, v)))
		bad(c, path, "not one of the values");
	if (pattern != NULL && json_is_string(v)) {
		regex_t regex;

		assert_int_equal(
		    regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB), 0);
		if (regexec(&regex, json_string_value(v), 0, NULL, 0) != 0)
			bad(c, path, json_string_value(v));
		regfree(&regex);
	}
}

static void check_limits(struct checker *c, const json_t *schema,
			 const json_t *v, const char *path)
{
	json_t *minimum = json_object_get(schema, "minimum");
	json_t *maximum = json_object_get(schema, "maximum");
	json_t *items = json_object_get(schema, "minItems");
	json_t *length = json_object_get(schema, "minLength");

	if (minimum != NULL && json_is_number(v) &&
	    json_number_value(v) < json_number_value(minimum))
		bad(c, path, "too small");
	if (maximum != NULL && json_is_number(v) &&
	    json_number_value(v) > json_number_value(maximum))
		bad(c, path, "too large");
	if (items != NULL && json_is_array(v) &&
	    json_array_size(v) < (size_t)json_integer_value(items))
		bad(c, path, "too few items");
	if (length != NULL && json_is_string(v) &&
	    json_string_length(v) < (size_t)json_integer_value(length))
		bad(c, path, "too short");
}

static void check(struct checker *c, const json_t *schema, const json_t *v,
		  const char *path);

static void check_object(struct checker *c, const json_t *schema, json_t *v,
			 const char *path)
{
	json_t *properties = json_object_get(schema, "properties");
	json_t *others = json_object_get(schema, "additionalProperties");
	json_t *required = json_object_get(schema, "required"), *item;
	const char *key;
	size_t i;

	json_array_foreach(required, i, item)
	{
		if (json_object_get(v, json_string_value(item)) == NULL)
			bad(c, path, json_string_value(item));
	}
	json_object_foreach(v, key, item)
	{
		json_t *sub = json_object_get(properties, key);
		char inner[256];

		snprintf(inner, sizeof inner, "%.200s.%.50s", path, key);
		if (sub != NULL)
			check(c, sub, item, inner);
		else if (json_is_false(others))
			bad(c, inner, "not in the schema");
		else if (json_is_object(others))
			check(c, others, item, inner);
	}
}

static void check(struct checker *c, const json_t *schema, const json_t *v,
		  const char *path)
{
	static const char prefix[] = "#/definitions/";
	const char *ref = json_string_value(json_object_get(schema, "$ref"));
	json_t *items = json_object_get(schema, "items"), *item;
	size_t i;

	if (ref != NULL) {
		json_t *definitions = json_object_get(c->root, "definitions");

		schema = json_object_get(definitions, ref + strlen(prefix));
		assert_non_null(schema);
		check(c, schema, v, path);
		return;
	}
	check_type(c, schema, v, path);
	check_values(c, schema, v, path);
	check_limits(c, schema, v, path);
	if (json_is_object(v))
		check_object(c, schema, (json_t *)(uintptr_t)v, path);
	json_array_foreach(v, i, item)
	{
		char inner[256];

		snprintf(inner, sizeof inner, "%.200s[%zu]", path, i);
		if (items != NULL)
			check(c, items, item, inner);
	}
}

/* As `preflight schema` prints it. */
static json_t *schema_of(const char *name)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	json_error_t err;
	json_t *root;

	schema_write(schema_find(name), out);
	fclose(out);
	root = json_loads(text, JSON_REJECT_DUPLICATES, &err);
	free(text);
	return root;
}

static const char *problem_of(const char *schema, const char *text)
{
	static struct checker c;
	json_error_t err;
	json_t *v = json_loads(text, JSON_REJECT_DUPLICATES, &err);

	c = (struct checker){0};
	c.root = schema_of(schema);
	assert_non_null(c.root);
	if (v == NULL)
		bad(&c, "JSON", err.text);
	else
		check(&c, c.root, v, "$");
	json_decref(c.root);
	json_decref(v);
	return c.problem;
}

/* Everything that may or may not be there. */
static void tell(void)
{
	size_t device = site_device(&site, "switch", "10.2.1.10", "snmp");
	struct requirement *q;
	struct result *r;

	r = site_icmp(site_https(&site, "a.example", "203.0.113.1",
				 PHASE_CONNECT, CAUSE_PROHIBITED),
		      3, 13, "10.0.0.1");
	r->outcome.sys_errno = 113;
	r->outcome.error = NET_HOST_UNREACHABLE;
	facts_number(&r->facts, "number", -1);
	facts_ms(&r->facts, "ms", -1500);
	facts_bool(&r->facts, "bool", true);
	facts_append(&r->facts, "list", "x");
	site_https(&site, "b.example", "2001:db8::1", PHASE_CONNECT,
		   CAUSE_TIMEOUT);
	facts_number(&site_evidence(&site, EVIDENCE_HOP_WALK)->observed,
		     "last-hop", 1);
	site_https(&site, "c.example", NULL, PHASE_RESOLVE, CAUSE_NXDOMAIN);
	q = site_need(&site, "lan.ssh", "ssh", "AUV-21");
	q->level = LEVEL_ALTERNATIVE;
	q->group = "cli";
	q->to_kind = TO_DEVICE;
	site_ports(&site, 3, "22,80-90");
	site_device_target(&site, device, TRANSPORT_TCP, 22);
	site_result(&site, "10.2.1.10", PHASE_CONNECT, CAUSE_REFUSED);
	site_need(&site, "local", "bind", "AUV-25")->transports =
	    TRANSPORTS_LOCAL;
	site_target(&site, NULL, TRANSPORT_LOCAL, 0);
	site_result(&site, NULL, PHASE_LOCAL, CAUSE_LOCAL)->why = WHY_LOCAL;
	site.run.on_behalf_of = "10.0.0.9";
	site.run.site = "Head office";
	site_report(&site);
}

static void report_follows(void **state)
{
	const struct format_options o = {.utf8 = true};
	char *text;
	const char *problem;

	(void)state;
	tell();
	text = site_render(&site, "json", &o);
	problem = problem_of("preflight.report/1", text);
	assert_string_equal(problem, "");
	free(text);
}

/* An interrupted run is a report like any other. */
static void interrupted_follows(void **state)
{
	const struct format_options o = {.utf8 = true};
	char *text;

	(void)state;
	tell();
	site.results.interrupted = true;
	site.results.interrupt_signal = 15;
	site.run = (struct run_info){0};
	site_report(&site);
	assert_int_equal(report_exit_status(site.report, false), 143);
	text = site_render(&site, "json", &o);
	assert_string_equal(
	    problem_of("report", text),
	    "$.tool.version: null"); /* the only thing it must have */
	free(text);
}

/* A document of that table as JSON; to be freed. */
static char *document(const struct field_table *table, const void *item)
{
	struct json_out j;
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	json_begin(&j, out);
	json_object(&j);
	fields_write(&j, NULL, table, item);
	json_object_end(&j);
	json_end(&j);
	fclose(out);
	return text;
}

static void follows(const char *schema, const struct field_table *table,
		    const void *item)
{
	char *text = document(table, item);

	assert_string_equal(problem_of(schema, text), "");
	free(text);
}

static void merge_follows(void **state)
{
	struct merge_site sites[] = {{.file = "1.json"},
				     {.file = "2.json", .error = "gone"}};
	struct merge *w = merge_new(2);
	struct merged *m;

	(void)state;
	tell();
	sites[0].report = site.report;
	for (size_t i = 0; i < 2; i++)
		merge_add(w, &sites[i]);
	m = merge_end(w);
	m->version = "1";
	follows("merge", &fields_merge, m);
	merged_free(m);
}

static void comparison_follows(void **state)
{
	struct report *old;
	struct comparison *c;

	(void)state;
	tell();
	old = report_build(&site.plan, &site.results, &site.run);
	site.results.items[0].outcome.cause = CAUSE_TIMEOUT;
	site.results.items[0].outcome.has_icmp = false;
	c = comparison_new(old, site_report(&site));
	c->version = "1";
	assert_true(c->requirement_count > 0 && c->finding_count > 0);
	follows("comparison", &fields_comparison, c);
	comparison_free(c);
	report_free(old);
}

static void errors_follow(void **state)
{
	const struct error list[] = {
	    {.text = "x", .file = "f", .line = 3, .suggestion = "y"},
	    {.text = "z"}};
	const struct error_document d = {2, 2, list};

	(void)state;
	follows("error", &fields_error, &d);
}

/* A key too many, a key too few, a wrong word: all are seen. */
static void schema_is_strict(void **state)
{
	static const char fine[] =
	    "{\"schema\": \"preflight.error/1\", \"exit\": 2, "
	    "\"errors\": [{\"message\": \"x\", \"line\": 3}]}";
	static const char *const wrong[] = {
	    "{\"schema\": \"preflight.error/1\", \"exit\": 2, \"errors\": []}",
	    "{\"schema\": \"preflight.error/1\", \"exit\": 2, \"more\": 1, "
	    "\"errors\": [{\"message\": \"x\"}]}",
	    "{\"schema\": \"preflight.error/2\", \"exit\": 2, "
	    "\"errors\": [{\"message\": \"x\"}]}",
	    "{\"exit\": 2, \"errors\": [{\"message\": \"x\"}]}",
	    "{\"schema\": \"preflight.error/1\", \"exit\": \"2\", "
	    "\"errors\": [{\"message\": \"x\"}]}",
	};

	(void)state;
	assert_string_equal(problem_of("preflight.error-1", fine), "");
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		assert_string_not_equal(problem_of("error", wrong[i]), "");
}

/* Words of a description. */
static size_t words_of(const char *text)
{
	size_t count = 0;

	for (; text != NULL && *text != '\0'; text += strspn(text, " ")) {
		count++;
		text += strcspn(text, " ");
	}
	return count;
}

/* How many properties there are; each is described. */
static size_t described(const json_t *schema, const char *path)
{
	json_t *properties = json_object_get(schema, "properties"), *sub;
	json_t *items = json_object_get(schema, "items");
	size_t count = 0;
	const char *key;

	json_object_foreach(properties, key, sub)
	{
		const char *text =
		    json_string_value(json_object_get(sub, "description"));
		char inner[256];

		snprintf(inner, sizeof inner, "%.200s.%.50s", path, key);
		if (words_of(text) < 5)
			fail_msg("%s: %s", inner, text);
		count += 1 + described(sub, inner);
	}
	return items == NULL ? count : count + described(items, path);
}

static void every_property_is_described(void **state)
{
	(void)state;
	for (size_t i = 0; schema_list[i].name != NULL; i++) {
		json_t *root = schema_of(schema_list[i].name);
		size_t least =
		    strstr(schema_list[i].name, "report") != NULL ? 150 : 7;

		assert_non_null(root);
		assert_true(words_of(json_string_value(
				json_object_get(root, "description"))) >= 5);
		assert_true(described(root, schema_list[i].name) >= least);
		json_decref(root);
	}
}

static void schemas_are_found(void **state)
{
	(void)state;
	assert_ptr_equal(schema_find("report"),
			 schema_find("preflight.report/1"));
	assert_ptr_equal(schema_find("report"),
			 schema_find("preflight.report-1"));
	assert_non_null(schema_find("error"));
	assert_null(schema_find("preflight.report/2"));
	assert_null(schema_find("rep"));
	assert_null(schema_find(""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    story(report_follows),
	    story(interrupted_follows),
	    story(merge_follows),
	    story(comparison_follows),
	    story(errors_follow),
	    story(schema_is_strict),
	    story(every_property_is_described),
	    story(schemas_are_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
