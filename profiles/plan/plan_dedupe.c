/*
 * plan_dedupe.c - requirements that want the same path, of one product or
 * several: it is tested once.
 *
 * The same path is the same check with the same parameters and credentials, to
 * the same target as spelled, port and family, by the same way. What each
 * requirement accepts as proof is its own matter: the results are judged apart.
 */
#include "core/engine/check.h"
#include "core/engine/params.h"
#include "profiles/plan/plan_internal.h"

#include <stdlib.h>
#include <string.h>

static int plan_dedupe_text(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		return (a != NULL) - (b != NULL);
	return strcmp(a, b);
}

static int plan_dedupe_number(unsigned a, unsigned b)
{
	return (a > b) - (a < b);
}

/* A literal address has one family, whatever the requirement takes. */
static unsigned plan_dedupe_family(const struct spec *s)
{
	return s->literal.family == ADDR_NONE ? s->family : 0;
}

/* Everything that has an order; 0: only parameters and credentials may still
 * tell them apart. */
static int plan_dedupe_compare(const struct spec *a, const struct spec *b)
{
	int difference = plan_dedupe_text(a->check->name, b->check->name);

	if (difference == 0)
		difference = plan_dedupe_text(a->host, b->host);
	if (difference == 0)
		difference = plan_dedupe_number(a->port, b->port);
	if (difference == 0)
		difference = plan_dedupe_number(a->transport, b->transport);
	if (difference == 0)
		difference = plan_dedupe_number(plan_dedupe_family(a),
						plan_dedupe_family(b));
	if (difference == 0)
		difference = plan_dedupe_number(a->via_proxy, b->via_proxy);
	if (difference == 0)
		difference =
		    plan_dedupe_number(a->system_server, b->system_server);
	if (difference == 0)
		difference = plan_dedupe_number(a->silent, b->silent);
	if (difference == 0)
		difference = plan_dedupe_text(a->derive, b->derive);
	if (difference == 0)
		difference = plan_dedupe_text(a->derive_from, b->derive_from);
	if (difference == 0)
		difference =
		    plan_dedupe_text(a->derive_suffix, b->derive_suffix);
	return difference;
}

/* Alike stand together, in the order of the plan. */
static int plan_dedupe_by_path(const void *a, const void *b)
{
	const struct spec *x = *(struct spec *const *)a;
	const struct spec *y = *(struct spec *const *)b;
	int difference = plan_dedupe_compare(x, y);

	return difference != 0 ? difference : (x > y) - (x < y);
}

static bool plan_dedupe_credentials(const struct spec *a, const struct spec *b)
{
	if (a->credential_count != b->credential_count)
		return false;
	for (size_t i = 0; i < a->credential_count; i++) {
		if (a->credentials[i] != b->credentials[i])
			return false;
	}
	return true;
}

static bool plan_dedupe_is_same(const struct spec *a, const struct spec *b)
{
	return plan_dedupe_compare(a, b) == 0 &&
	       plan_dedupe_credentials(a, b) &&
	       params_equal(a->check, a->params, b->params);
}

/* Runs of equal keys are short: as many as there are requirements on a path. */
static void plan_dedupe_with_earlier(struct spec *const *sorted, size_t index)
{
	struct spec *s = sorted[index];

	for (size_t i = index; i-- > 0;) {
		struct spec *earlier = sorted[i];

		if (plan_dedupe_compare(earlier, s) != 0)
			return;
		if (earlier->same_as == NULL &&
		    plan_dedupe_is_same(earlier, s)) {
			s->same_as = earlier;
			return;
		}
	}
}

void plan_dedupe_mark(struct spec *specs, size_t count)
{
	struct spec **sorted = mem_calloc(count + 1, sizeof *sorted);
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		if (specs[i].untested == WHY_NONE)
			sorted[kept++] = &specs[i];
	}
	qsort(sorted, kept, sizeof *sorted, plan_dedupe_by_path);
	for (size_t i = 1; i < kept; i++)
		plan_dedupe_with_earlier(sorted, i);
	free(sorted);
}
