/*
 * test_plan_shipped.c - the profiles that come with the program, against a site
 * with one device of each type: the cases tests/profiles/shipped-*, with the
 * real checks. Nothing is sent.
 */
#include "core/engine/params.h"
#include "tests/unit/plan_case.h"

static void say_ports(const struct port_list *ports, struct buf *out)
{
	for (size_t i = 0; ports != NULL && i < ports->count; i++) {
		const struct port_range *r = &ports->ranges[i];

		buf_printf(out, "%s%u", i == 0 ? "" : ",", (unsigned)r->first);
		if (r->last != r->first)
			buf_printf(out, "-%u", (unsigned)r->last);
	}
}

/* The value of one param as text; empty where nobody set it. */
static const char *say_value(struct arena *a, const struct param *param,
			     const void *params)
{
	const uint8_t *at = (const uint8_t *)params + param->offset;
	const char *one[] = {NULL, NULL}, *copy;
	const char *const *list = one;
	struct buf text;

	buf_init(&text, 4096);
	if (param->type == PARAM_BOOL)
		buf_puts(&text, *(const bool *)at ? "true" : "false");
	else if (param->type == PARAM_ENUM && *(const int *)at >= 0)
		buf_puts(&text, param->choices[*(const int *)at]);
	else if (param->type == PARAM_STRING || param->type == PARAM_NAME)
		one[0] = *(const char *const *)at;
	else if (param->type == PARAM_LIST)
		list = *(const char *const *const *)at;
	else if (param->type == PARAM_PORTS)
		say_ports(*(const struct port_list *const *)at, &text);
	for (size_t i = 0; list != NULL && list[i] != NULL; i++)
		buf_printf(&text, "%s%s", i == 0 ? "" : ",", list[i]);
	copy = arena_strdup(a, buf_text(&text));
	buf_free(&text);
	return copy;
}

/* Check, params that are not at their default, proof. */
static void say_real(const struct spec *s, struct buf *out)
{
	struct arena scratch = {0};
	const void *usual = params_new(&scratch, s->check);
	const struct param *p = s->check->params;

	buf_printf(out, " %s", s->check->name);
	for (; p != NULL && p->name != NULL; p++) {
		const char *have = say_value(&scratch, p, s->params);

		if (strcmp(have, say_value(&scratch, p, usual)) != 0)
			buf_printf(out, " %s=%s", p->name, have);
	}
	if (s->proof != PROOF_SERVICE)
		buf_printf(out, " proof=%s", proof_name(s->proof));
	arena_free(&scratch);
}

static void cases(void **state)
{
	(void)state;
	assert_int_equal(plan_cases("shipped-*.case", say_real), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(cases)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
