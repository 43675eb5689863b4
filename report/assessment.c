/* assessment.c - plan and results, judged and diagnosed. */
#include "report/assessment.h"

#include "report/correlation.h"

#include <stdlib.h>

struct assessment *assessment_new(struct correlation *s,
				  const struct run_info *run)
{
	struct assessment *a = mem_calloc(1, sizeof *a);

	a->plan = s->plan;
	a->results = s->results;
	a->run = run;
	a->correlation = s;
	judge(a);
	diagnose(a);
	return a;
}

void assessment_free(struct assessment *a)
{
	if (a == NULL)
		return;
	correlation_free(a->correlation);
	arena_free(&a->arena);
	free(a);
}
