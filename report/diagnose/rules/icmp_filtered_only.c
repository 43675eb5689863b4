/* icmp_filtered_only.c - only pings have no answer. */
#include "report/diagnose/diagnose.h"

#include "report/diagnose/peer_group.h"

static void icmp_filtered(struct diagnosis *d);

const struct finding_entry finding_icmp_filtered_only = {
    .code = "icmp-filtered-only",
    .rules = {{4500, icmp_filtered}},
    .owner = OWNER_FIREWALL,
    .title = "Only ping is blocked: {targets}",
    .meaning = "The device answered other tests: only ICMP echo is filtered.",
    .decided = "Echo requests were not answered; the same device answered on "
	       "other ports.",
    .lookalikes = "This host's own firewall.",
    .remedies =
	{{OWNER_FIREWALL,
	  {"Allow ICMP echo (ping) from {source} to {rules}, and the replies",
	   FINDING_OWN_FILTER}},
	 {OWNER_DEVICE,
	  {"In the firewall of {targets} itself, allow ICMP echo from "
	   "{source}",
	   FINDING_OWN_FILTER}}},
    .confirm_by = "a ping from the device's own network",
};

static const char *icmp_key(struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);

	if (r->transport != TRANSPORT_ICMP ||
	    !correlation_is_silent(r, SILENCE_NO_REPLY))
		return NULL;
	/* The control: the device answered something else. */
	if (!diagnosis_host_answered(d, index))
		return NULL;
	return arena_printf(d->arena, "%s %s",
			    r->on_link ? "on-link" : "routed",
			    peer_group_mark(d, index));
}

static void icmp_line(struct diagnosis *d, struct candidate *f, size_t index)
{
	const struct evidence *heard = diagnosis_heard(d, index);

	candidate_example(d, f, "%s answers other tests, but not a ping",
			  diagnosis_target(d, index));
	if (heard != NULL)
		candidate_cite(d, f, heard, diagnosis_control_text(d, heard));
}

static void icmp_filtered(struct diagnosis *d)
{
	struct clusters c;

	diagnosis_clusters_collect(&c, d, icmp_key);
	for (size_t i = 0; i < c.count; i++) {
		const struct cluster *group = &c.items[i];
		struct candidate *f;

		if (!group->active)
			continue;
		f = candidate_for(d, &finding_icmp_filtered_only, group->key);
		f->owner = diagnosis_dropper(d, group->items[0]);
		for (size_t k = 0; k < group->count; k++)
			icmp_line(d, f, group->items[k]);
		candidate_claim_all(d, f, group);
	}
	diagnosis_clusters_free(&c);
}
