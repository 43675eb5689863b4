/*
 * cache.h - the report of the same run, kept in a folder: a monitor shows it
 * while a scheduled run does the work.
 *
 * A file of --cache DIR belongs to one run: profiles with their files' sums,
 * variables, options, targets and version all make its name. What stands in it
 * counts where only this user and the administrator can have written it, it is
 * not interrupted, not of the future, and not older than --max-age.
 */
#ifndef PREFLIGHT_CACHE_H
#define PREFLIGHT_CACHE_H

#include "cmd/options.h"
#include "report/report.h"

struct plan;

/* With --cache: *kept is the report that counts, for report_free(), or NULL;
 * then the run's JSON will be written into the folder, too (as by -o). -1: one
 * error: the folder cannot hold it. */
int cache_use(struct options *o, const struct plan *plan, struct report **kept,
	      struct error *err);

#endif
