/*
 * ticket.h - hand-off texts: which there are, and parts of the format.
 */
#ifndef PREFLIGHT_TICKET_H
#define PREFLIGHT_TICKET_H

#include "core/base/buf.h"
#include "report/formats/layout.h"

/* The characters of one ticket, which many ticket systems take at most. */
enum { TICKET_MAX = 2000 };

/* What is wanted of one report; all borrowed. */
struct ticket_options {
	const bool *findings; /* a flag each; NULL: all, and what has none */
	/* The firewall rules of each finding, ready to paste, and the name of
	 * their language. NULL: none wanted, or no rule helps. */
	const char *const *rules;
	const char *dialect;
	const char *file; /* of the report; NULL: "REPORT.json" is written */
};

/* One of the reports that tickets are written of. */
struct ticket_source {
	const struct report *report;          /* NULL: it could not be read */
	const struct ticket_options *options; /* NULL: all of it */
	const char *file, *error;             /* where there is no report */
};

/* One ticket for each finding of each report, none longer than TICKET_MAX. A
 * cause at the vendor's that several reports have in the same words is one
 * ticket, which names the other sites. */
void ticket_write_all(const struct ticket_source *list, size_t count,
		      FILE *out);

/* How much of what a ticket has room for. */
struct ticket_size {
	size_t paths, seen, rows;
	bool addresses; /* of names, too */
	bool titles;    /* a line for each requirement, and the headline */
	enum { VERIFY_BY_NAME, VERIFY_BY_REPORT, VERIFY_IN_WORDS } verify;
	bool terse; /* what the rules say is said by them alone */
	bool rules;
};

/* One ticket. */
struct ticket {
	const struct report *report;
	const struct ticket_options *options; /* never NULL */
	size_t finding; /* index; SIZE_MAX: failures that none explains */
	size_t number, total;
	const struct ticket_source *list; /* with other sites of this cause */
	size_t also_count;
	const size_t *also; /* indices */
	struct ticket_size size;
};
/* NULL: no finding explains what the ticket is about. */
const struct finding *ticket_finding(const struct ticket *t);
const char *ticket_rules(const struct ticket *t); /* NULL: none */
/* Failures that no finding explains are handed over without advice. */
bool ticket_is_open(const struct report_result *r);
/* Writes a struct ticket by its size, however long it gets. */
void ticket_write_one(const void *arg, FILE *out);

/* Words, wrapped, with typographic characters written in ASCII. */
void ticket_text(struct layout *l, const char *text);
/* The paths of these results, what is alike in one item: what the change must
 * let through. Those that were not tried are counted. */
void ticket_paths(struct layout *l, const struct report *r,
		  const struct finding *f, const struct ticket_size *size);
/* "tcp/443 from 10.0.0.5 to acme.example (203.0.113.10)", in the arena; NULL:
 * nothing that has a path. */
const char *ticket_path(struct arena *a, const struct report *r,
			const struct report_result *result);
/* The command that repeats the tests of these requirements (one flag each), or
 * where `file` is not NULL those that failed in that report, as the shell takes
 * it, over several lines where it is long. */
void ticket_command(struct layout *l, const struct report *r,
		    const bool *affected, const char *file);
/* One line of words for a shell: the profiles' rules of one finding. */
void ticket_rules_command(struct layout *l, const struct report *r,
			  const char *file, const char *dialect,
			  size_t finding);

#endif
