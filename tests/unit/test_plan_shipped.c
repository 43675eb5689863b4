/*
 * test_plan_shipped.c - the profiles that come with the program, against a site
 * with one device of each type: the cases tests/profiles/shipped-*, with the
 * real checks. Nothing is sent.
 */
#include "params.h"
#include "plan_case.h"

static void say_ports(const struct port_list *ports, struct buf *out)
{
	for (size_t i = 0; i < ports->count; i++) {
		const struct port_range *r = &ports->ranges[i];

		buf_printf(out, "%s%u", i == 0 ? "" : ",", r->first);
		if (r->last != r->first)
			buf_printf(out, "-%u", r->last);
	}
}

/* One param, where it is not at its default; zeroes is what nobody set. */
static void say_param(const struct param *param, const uint8_t *at,
		      const uint8_t *usual, struct buf *out)
{
	const char *text, *const *list;
	const struct port_list *ports;

	switch (param->type) {
	case PARAM_BOOL:
		if (*(const bool *)at != *(const bool *)usual)
			buf_printf(out, " %s=%s", param->name,
				   *(const bool *)at ? "true" : "false");
		break;
	case PARAM_ENUM:
		if (*(const int *)at != *(const int *)usual)
			buf_printf(out, " %s=%s", param->name,
				   param->choices[*(const int *)at]);
		break;
	case PARAM_STRING:
	case PARAM_NAME:
		text = *(const char *const *)at;
		if (text != NULL && text != *(const char *const *)usual)
			buf_printf(out, " %s=%s", param->name, text);
		break;
	case PARAM_LIST:
		list = *(const char *const *const *)at;
		for (size_t i = 0; list != NULL && list[i] != NULL; i++)
			buf_printf(out, " %s=%s", param->name, list[i]);
		break;
	case PARAM_PORTS:
		ports = *(const struct port_list *const *)at;
		if (ports == NULL)
			break;
		buf_printf(out, " %s=", param->name);
		say_ports(ports, out);
		break;
	default:
		break;
	}
}

static void say_real(const struct spec *s, struct buf *out)
{
	struct arena scratch = {0};
	const struct check *check = s->check;
	const uint8_t *usual = params_new(&scratch, check);

	buf_printf(out, " %s", check->name);
	for (const struct param *p = check->params;
	     p != NULL && p->name != NULL; p++) {
		const char *text = NULL;

		if (p->type == PARAM_STRING || p->type == PARAM_NAME)
			text = *(const char *const *)(usual + p->offset);
		/* A default text of its own copy is told by its words. */
		if (text != NULL &&
		    strcmp(text, *(const char *const *)((const uint8_t *)
							    s->params +
							p->offset)) == 0)
			continue;
		say_param(p, (const uint8_t *)s->params + p->offset,
			  usual + p->offset, out);
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
