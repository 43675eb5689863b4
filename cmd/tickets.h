/*
 * tickets.h - --owner, --finding and --dialect: which causes of a report are
 * wanted, and the firewall rules of each.
 */
#ifndef PREFLIGHT_TICKETS_H
#define PREFLIGHT_TICKETS_H

#include "cmd/options.h"
#include "report/formats/ticket.h"

struct tickets {
	struct arena arena;
	bool many; /* one report of several: --finding is a code, and this
		      report need not have it */
	struct ticket_options options; /* what the format takes */
};

/* --owner and --finding: a flag for each finding of the report, in the arena;
 * NULL where neither is given (err->text is "" then) or, with an error, where
 * the report has none like it. */
const bool *tickets_findings(struct arena *arena, struct options *o,
			     const struct report *r, bool many,
			     struct error *err);
/* --owner, --finding or --dialect is given, all of which need tickets. */
bool tickets_wanted(const struct options *o);
/* --format ticket; and -1, one error, where those are given without it. */
bool tickets_is_format(const struct options *o);
int tickets_check_format(const struct options *o, struct error *err);
/* --finding of many reports: codes that one of them has. -1: one error. */
int tickets_check_codes(struct options *o, const struct ticket_source *list,
			size_t count, struct error *err);
/* What `file` has, by the options; t is zeroed before, but for `many`. -1: one
 * error. Freed by tickets_free() in either case. */
int tickets_read(struct tickets *t, struct options *o, const struct report *r,
		 const char *file, struct error *err);
void tickets_free(struct tickets *t);

#endif
