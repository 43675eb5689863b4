/* port_in_use.c - another program holds a port of this host. */
#include "report/diagnose/diagnose.h"

static void port_in_use(struct diagnosis *d);

const struct finding_entry finding_port_in_use = {
    .code = "port-in-use",
    .rules = {{300, port_in_use}},
    .owner = OWNER_THIS_HOST,
    .title = "{paths} on this host {paths:is|are} already in use by {detail}",
    .meaning = "The product must listen on this port itself. It cannot do so "
	       "while another program uses it.",
    .decided = "Binding the port failed because it is in use.",
    .remedies = {{OWNER_THIS_HOST,
		  {"Find the program: ss -lntup",
		   "Stop it (systemctl stop, where it is a unit of systemd), "
		   "or move it to another port or host"}}},
};

/* "514/udp rsyslogd (612)", where it can be read. */
static const char *port_holder(const struct result *r)
{
	const struct fact *list = facts_find(&r->facts, "in-use");

	return list != NULL && list->list_count > 0 ? list->list[0]
						    : "another program";
}

/* The first holder's unit, and since when; a later one has neither. */
static void port_holder_more(struct diagnosis *d, struct candidate *f,
			     const struct result *r)
{
	const char *unit = facts_text(&r->facts, "holder-unit");
	const char *since = facts_text(&r->facts, "holder-since");

	if (unit != NULL)
		candidate_line(d, f, "started by %s", unit);
	if (since != NULL)
		candidate_line(d, f, "it runs since %s", since);
}

static void port_in_use(struct diagnosis *d)
{
	for (size_t k = 0; k < d->open_count; k++) {
		size_t i = diagnosis_open(d, k);
		const char *holder;
		struct candidate *f;

		if (i == SIZE_MAX ||
		    diagnosis_result(d, i)->outcome.cause != CAUSE_IN_USE)
			continue;
		holder = port_holder(diagnosis_result(d, i));
		f = candidate_for(d, &finding_port_in_use, holder);
		f->confirmed = true;
		f->where = WHERE_THIS_HOST;
		f->detail = holder;
		candidate_line(d, f, "in use by %s", holder);
		port_holder_more(d, f, diagnosis_result(d, i));
		candidate_claim(d, f, i);
	}
}
