/*
 * model.h - a report as a document: what its JSON holds, typed.
 *
 * A member is a field of preflight.report/1 (report/fields.c has the table).
 * Texts were cleaned once and live in the report's arena, as all else does:
 * nothing points out of the document. Where something refers to a result, a
 * requirement, evidence or a finding, it is an index; REPORT_NONE: none.
 * Lists of texts end with NULL. `absent` has a bit for each field that a saved
 * report of an older version did not have (REPORT_ABSENT_...): it is written
 * without it again.
 */
#ifndef PREFLIGHT_MODEL_H
#define PREFLIGHT_MODEL_H

#include "core/base/addr.h"
#include "core/base/facts.h"
#include "core/base/mem.h"
#include "core/base/outcome.h"
#include "core/base/params.h"
#include "core/base/result.h"
#include "profiles/read/profile.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define REPORT_NONE UINT32_MAX

enum run_verdict {
	RUN_READY,
	RUN_READY_WITH_WARNINGS,
	RUN_UNDECIDED,
	RUN_NOT_READY
};

enum owner {
	OWNER_THIS_HOST,
	OWNER_LOCAL_NETWORK,
	OWNER_FIREWALL,
	OWNER_PROXY,
	OWNER_DNS,
	OWNER_INTERNET,
	OWNER_DEVICE,
	OWNER_VENDOR
};

enum device_state { DEVICE_UP, DEVICE_ABSENT, DEVICE_SILENT };

enum where_at {
	WHERE_THIS_HOST,
	WHERE_HOP,
	WHERE_AFTER_HOP,
	WHERE_TARGET,
	WHERE_UNKNOWN
};

enum severity { SEVERITY_INFO, SEVERITY_WARNING, SEVERITY_CRITICAL };

const char *run_verdict_name(enum run_verdict verdict);
const char *owner_name(enum owner owner);
const char *device_state_name(enum device_state state);
const char *where_name(enum where_at where); /* NULL: unknown */
const char *severity_name(enum severity severity);

/* Run --------------------------------------------------------------------- */

/* The system that preflight ran on. */
struct report_platform {
	const char *os;            /* "linux"; NULL: not known */
	const char *build;         /* its release */
	const char *const *cannot; /* what it cannot tell */
};

/* Values by their names; a value may be NULL. */
struct report_variables {
	size_t count;
	const char *const *names, *const *values;
};

struct report_profile {
	const char *name, *version, *title, *file, *sha256, *role;
	const char *const *scenarios; /* on in this run */
	struct report_variables variables;
	unsigned absent;
};
enum { REPORT_ABSENT_TITLE = 1 };

struct report_host {
	const char *name;
	const char *const *addresses;
};

struct report_proxy {
	const char *url, *source;
};

struct report_run {
	const char *id;
	int64_t started_us;  /* of the wall clock */
	int64_t duration_us; /* -1: not known */
	int64_t evidence_us; /* of it, the second round */
	bool interrupted;
	struct report_host host;
	const char *source;
	const char *on_behalf_of;         /* NULL: itself */
	const char *site;                 /* NULL: not known */
	struct report_variables tags;     /* --tag */
	const char *const *command;       /* never NULL; empty: not known */
	const struct report_proxy *proxy; /* NULL: none */
	size_t profile_count;
	const struct report_profile *profiles;
	unsigned absent;
};
enum {
	REPORT_ABSENT_EVIDENCE_MS = 1,
	REPORT_ABSENT_COMMAND = 2,
	REPORT_ABSENT_SITE = 4,
	REPORT_ABSENT_TAGS = 8
};

/* Requirements that must hold (required, alternative), without those that are
 * not needed; warnings are those of all levels but advisory. */
struct report_counts {
	unsigned required, works, failed, skipped, undecided;
	unsigned inbound, no_witness; /* untested: nothing here can prove it */
	unsigned warnings;
};

/* Requirements ------------------------------------------------------------ */

/* One target of a requirement: a device or a host. */
struct device_verdict {
	size_t device; /* index into devices; SIZE_MAX: a host */
	const char *name;
	enum verdict verdict;
	bool is_host;
	unsigned absent;
};
enum { REPORT_ABSENT_KIND = 1 };

struct report_requirement {
	const char *id;      /* with "PROFILE/" where there are several */
	const char *profile; /* its name */
	const char *title;
	const char *const *covers;
	enum level level;
	const char *group; /* also that of `when: fallback GROUP` */
	const char *scenario, *from, *to;
	enum transports transports;
	struct port_list ports;
	const char *const *ports_unset; /* variables without a value:
					   "${sql_port}" */
	const char *check;
	enum proof proof;
	const char *purpose;
	enum verdict verdict;
	enum why why;       /* where untested */
	const char *reason; /* one line for a person, "" when it passed */
	size_t device_count;
	const struct device_verdict *devices;
	size_t result_count;
	const size_t *results;
};

struct report_group {
	const char *profile; /* its name */
	const char *group;
	const char *device; /* NULL: none */
	enum verdict verdict;
	size_t by_count;
	const size_t *by; /* the requirements that satisfied it */
};

struct report_device {
	const char *name, *address;
	const char *const *types;
	enum device_state state;
	enum verdict verdict; /* VERDICT_NONE: not judged */
};

/* Results ----------------------------------------------------------------- */

/* Whom a result asked, where and how; and what was gathered about that
 * address, port and transport. */
struct report_path {
	const char *name;    /* as asked for, NULL: none */
	const char *device;  /* of the inventory, NULL: none */
	struct addr address; /* ADDR_NONE: none */
	uint16_t port;       /* 0: none */
	bool via_proxy;
	enum transport transport;
	size_t evidence_count;
	const size_t *evidence;
	unsigned absent;
};
enum { REPORT_ABSENT_VIA_PROXY = 1 };

struct report_result {
	const char *id;
	const char *check;    /* its name, NULL: not known */
	const char *reason;   /* one line for a person, "" when it passed */
	uint32_t requirement; /* index */
	uint32_t parent;      /* index of a result */
	uint32_t same_as;     /* index of the result that this is a copy of */
	uint32_t path;        /* index; report_path_of() */
	uint32_t finding;     /* index; report_finding_of() */
	unsigned attempts;
	enum verdict verdict;
	enum why why; /* where untested */
	enum proof proof;
	struct outcome outcome; /* seen among the others */
	unsigned absent;
	const char *error; /* the error of the system: "ENETUNREACH", or NULL */
	struct timings timings;
	struct facts facts;
};
enum { REPORT_ABSENT_SAME_AS = 1, REPORT_ABSENT_ERROR = 2 };
_Static_assert(sizeof(struct report_result) <= 200,
	       "ten thousand results are two megabytes");

struct report_evidence {
	const char *id; /* "e1" */
	enum evidence_kind kind;
	struct addr target; /* with its port */
	struct facts observed;
};

struct finding {
	const char *id;   /* "f1" */
	const char *code; /* "firewall-prohibits" */
	enum owner owner;
	bool confirmed; /* else probable */
	bool inferred;
	enum severity severity;
	const char *title;   /* one line */
	struct addr blocker; /* family ADDR_NONE: not known */
	const char *blocker_name;
	const char *const *blocker_addresses; /* all of it; NULL: not known */
	const char *key; /* the same for the same cause in every run */
	enum where_at where;
	int hop; /* WHERE_HOP, WHERE_AFTER_HOP */
	struct addr hop_address;
	size_t evidence_count;
	const char *const *evidence;     /* one line each, for people */
	const char *const *evidence_ids; /* ids "e1" of gathered evidence,
					    NULL-terminated */
	size_t result_count;
	const size_t *results;
	const char *impact; /* from the requirements' impact */
	size_t remedy_count;
	const char *const *remedy; /* steps */
	const char *confirm_by; /* what would confirm it; NULL when confirmed */
	const char *url;
	unsigned absent;
};
enum { REPORT_ABSENT_KEY = 1, REPORT_ABSENT_ADDRESSES = 2 };

struct comparison; /* report/compare/compare.h */

struct report {
	struct arena arena;
	const char *version; /* of preflight */
	struct report_platform platform;
	struct report_run run;
	enum run_verdict verdict;
	const char *headline; /* "NOT READY: 5 of 16 required paths ..." */
	unsigned summary[VERDICT_COUNT]; /* counts of requirements */
	struct report_counts counts;
	size_t note_count;
	const char *const *notes; /* "2 inbound paths not provable ..." */
	size_t requirement_count;
	const struct report_requirement *requirements;
	size_t group_count;
	const struct report_group *groups;
	size_t device_count;
	const struct report_device *devices;
	size_t result_count;
	struct report_result *results;
	size_t path_count;
	const struct report_path *paths;
	size_t evidence_count;
	const struct report_evidence *evidence;
	size_t finding_count;
	const struct finding *findings; /* most severe first */
	/* With a baseline, else NULL; borrowed unless it was read. */
	const struct comparison *comparison;
	unsigned absent;
	int interrupt_signal; /* not in JSON: 0 in a saved report */
};
enum {
	REPORT_ABSENT_PLATFORM = 1,
	REPORT_ABSENT_COUNTS = 2,
	REPORT_ABSENT_COMPARISON = 4
};

#endif
