/*
 * saved_internal.h - what the files of the reader of saved reports share.
 *
 * Order: head and devices (saved.c), requirements (saved_lists.c), results and
 * evidence (saved_results.c), then what refers to results (saved_lists.c).
 */
#ifndef PREFLIGHT_SAVED_INTERNAL_H
#define PREFLIGHT_SAVED_INTERNAL_H

#include "report/map.h"
#include "report/saved/saved.h"
#include "report/saved/saved_node.h"

struct saved {
	struct arena arena;
	struct report report;
	struct plan plan;
	struct results results;
	struct run_info run;
	struct proxy_settings proxy;
	struct plan_device *devices;
	struct plan_requirement *planned;
	struct requirement *requirements;
	struct spec *specs;
	struct map by_requirement, by_result, by_evidence, by_finding,
	    by_device;
};

/* saved_lists.c */
void saved_read_devices(struct saved *s, const struct saved_node *list);
void saved_read_requirements(struct saved *s, const struct saved_node *list);
/* After the results: which are each requirement's. */
void saved_link_requirements(struct saved *s, const struct saved_node *list);
void saved_read_groups(struct saved *s, const struct saved_node *list);
void saved_read_findings(struct saved *s, const struct saved_node *list);
/* The number behind an id; the id must be known. */
size_t saved_reference(const struct saved_node *n, const struct map *ids);
const struct profile *saved_profile(const struct saved *s,
				    const struct saved_node *name);
int saved_verdict(const struct saved_node *n);

/* saved_results.c */
void saved_read_results(struct saved *s, const struct saved_node *list);
void saved_read_evidence(struct saved *s, const struct saved_node *list);
/* After the findings: which one explains each result. */
void saved_link_results(struct saved *s, const struct saved_node *list);

/* saved_compare.c */
void saved_read_comparison(struct saved *s, const struct saved_node *n);

#endif
