/*
 * within.h - is the path of a result one that its requirement asks for?
 *
 * A report may come from anyone, and a firewall's rules are made from it: what
 * it says about ports and addresses counts only as far as the profile, the
 * inventory of the command line, or the report's own list of devices has it.
 */
#ifndef PREFLIGHT_WITHIN_H
#define PREFLIGHT_WITHIN_H

#include "report/report.h"

struct plan;

/* What does not fit: "port", "transport", "device" or "host"; NULL: it fits.
 * `q` is the requirement of the profile; the plan may know its ports, hosts and
 * devices better. */
const char *within(const struct plan *plan, const struct requirement *q,
		   const struct report *r, const struct report_requirement *row,
		   const struct report_path *p);
/* The ports that the profile asks for, as the plan has them. */
const struct port_list *within_ports(const struct plan *plan,
				     const struct requirement *q);

#endif
