/*
 * report.h - the finished run. Every format is a rendering of it.
 *
 * Pure: nothing here touches the network or the clock. report_build() assesses
 * plan and results (assessment.h) and keeps what came of it as a document
 * (model.h) of its own: plan and results may be freed then.
 */
#ifndef PREFLIGHT_REPORT_H
#define PREFLIGHT_REPORT_H

#include "report/model.h"

#include <stdio.h>

struct run_info {
	const char *id;           /* random, 16 hex digits */
	const char *version;      /* of preflight */
	const char *source;       /* source address used, or on-behalf-of */
	const char *on_behalf_of; /* this host stands in for it; or NULL */
	const char *site;         /* its name, or NULL */
	struct report_variables tags;
	const char *hint;      /* e.g. proxy variables seen but ignored */
	const char *strangers; /* who was heard and not waited for; or NULL */
	int64_t listened_us;   /* before the run began */
	bool only_listened;    /* nothing else was to be done; */
	int listened_signal;   /* what ended that too early; 0: nothing */
	/* The words after "preflight" that repeat it, without those of output
	 * and selection; NULL-terminated. NULL: not known. */
	const char *const *command;
	double tolerate; /* number of devices, or fraction */
	bool tolerate_percent;
};

struct plan;        /* profiles/plan/plan.h */
struct correlation; /* report/correlation.h */

struct report *report_build(const struct plan *plan,
			    const struct results *results,
			    const struct run_info *run);
/* Of a round that is correlated already; takes the correlation. */
struct report *report_build_of(struct correlation *s,
			       const struct run_info *run);
void report_free(struct report *r);

/* Whom a result asked, and what was gathered about that path. */
const struct report_path *report_path_of(const struct report *r,
					 const struct report_result *result);
/* What explains a result, or NULL. */
const struct finding *report_finding_of(const struct report *r,
					const struct report_result *result);
/* The servers that this host is set up with were asked, none by name. */
bool report_is_system_server(const struct report_path *path);
/* Whose packets they were: this host's address, or that of the host it stands
 * in for; NULL: not known. */
const char *report_source(const struct report *r);
/* They are blocked at a public address behind the first hop that is not the
 * site's, where IPv4 packets of that private source have the public address of
 * the site. IPv6 is not translated. */
bool report_is_translated(const char *source, enum owner owner, int hop,
			  const struct addr *hop_address);
#define REPORT_PUBLIC_SOURCE "the public address of this site"
/* What the judge calls a path's target: the device, else the name, else
 * "system resolver" or "this host". */
const char *report_target_name(const struct report_path *path);

/* The exit status of design §6, without --strict and without I/O errors. */
int report_exit_status(const struct report *r, bool strict);

struct format_options {
	bool colour;
	bool utf8;        /* symbols; else ASCII */
	bool plain;       /* for screen readers: no columns, symbols, colours */
	bool quiet;       /* the verdict and a line for each cause only */
	unsigned detail;  /* 0: one screen; 1: the whole report; 2: every result
			     with its facts */
	unsigned width;   /* columns of the terminal, 0: 80 */
	const char *file; /* where the report is kept as JSON; NULL: nowhere */
	bool saved;       /* the report was read: its command is anybody's */
	bool strict, exit_zero;  /* as the exit status is shown */
	const char *exit_scheme; /* likewise; NULL: default */
	/* Of the format ticket; NULL: all findings. Borrowed. */
	const struct ticket_options *ticket;
	/* Of the format html; NULL: none. Borrowed. */
	const struct html_rules *rules;
};

struct error_document; /* report/fields.h */

/* One format: a pure function over the finished report. */
struct format {
	const char *name;   /* "json" */
	const char *ending; /* ".json", for -o */
	const char *summary;
	void (*write)(const struct report *r, const struct format_options *o,
		      FILE *out); /* errors: the caller looks at ferror() */
	/* Instead of a report, where there is none: errors in the same
	 * language. NULL: they are lines on stderr. */
	void (*fail)(const struct error_document *e, FILE *out);
	const char *exit_scheme; /* that its reader goes by; NULL: default */
	bool is_lines;           /* it may be cut after any line */
	const char *last;        /* the line that must stay at its end */
	int64_t least;           /* characters that it cannot do without */
};
extern const struct format *const format_registry[]; /* NULL-terminated */
const struct format *format_find(const char *name);
const struct format *format_for_file(const char *path); /* by ending */

#endif
