/*
 * sql_instance.c - the SQL Server Browser answers, and the instance is not
 * there, or has no TCP port.
 */
#include "report/diagnose/diagnose.h"

#include <string.h>

static void sql_instances(struct diagnosis *d);

const struct finding_entry finding_sql_instance = {
    .code = "sql-instance",
    .rules = {{4230, sql_instances}},
    .owner = OWNER_DEVICE,
    .title = "No SQL Server instance that is needed has a TCP port on "
	     "{targets}",
    .meaning = "The SQL Server Browser answers and lists the instances. The "
	       "one that is needed is not among them, or does not listen on "
	       "TCP: it can be used only on that host itself.",
    .decided = "The Browser's own list.",
    .remedies = {{OWNER_DEVICE,
		  {"In SQL Server Configuration Manager on {targets}, enable "
		   "TCP/IP for the instance, and restart it",
		   "Compare the instance's name with the list above",
		   "A hidden instance is not listed: give its port"}}},
};

static void sql_instance(struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);
	const struct fact *list = facts_find(&r->facts, "instances");
	struct candidate *f = candidate_for(d, &finding_sql_instance,
					    diagnosis_service(d, index));

	candidate_service(d, f, index);
	f->confirmed = true;
	f->reason = "The Browser's own list shows it";
	for (size_t i = 0; i < list->list_count; i++)
		candidate_example(d, f, "%s: %s", diagnosis_target(d, index),
				  list->list[i]);
	candidate_claim(d, f, index);
}

static void sql_instances(struct diagnosis *d)
{
	for (size_t k = 0; k < d->open_count; k++) {
		size_t i = diagnosis_open(d, k);
		const struct result *r;

		if (i == SIZE_MAX)
			continue;
		r = diagnosis_result(d, i);
		if (correlation_is_check(r, "sql-browser") &&
		    r->outcome.cause == CAUSE_REJECTED &&
		    facts_find(&r->facts, "instances") != NULL)
			sql_instance(d, i);
	}
}
