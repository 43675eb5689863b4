/* finding_order.c - what to fix first: what costs the site most. */
#include "report/diagnose/diagnose.h"

#include <stdlib.h>
#include <string.h>

/* What is lost by a cause, the worst of it. */
struct finding_loss {
	const struct candidate *cause;
	enum severity severity;
	bool fails;      /* it was seen, not only left untested */
	bool whole;      /* the product itself, not single devices of it */
	size_t devices;  /* else of how many */
	size_t position; /* in the profile, which begins with what matters */
};

/* The judge's word makes a cause as severe as its findings say. */
static bool finding_order_counts(const struct diagnosis *d, size_t index,
				 enum severity severity)
{
	const struct requirement *q =
	    diagnosis_result(d, index)->spec->requirement;
	enum verdict verdict = diagnosis_judgement(d, index)->verdict;

	if (q == NULL || severity != SEVERITY_CRITICAL)
		return true;
	return (q->level == LEVEL_REQUIRED || q->level == LEVEL_ALTERNATIVE) &&
	       (verdict == VERDICT_FAIL || verdict == VERDICT_SKIP ||
		verdict == VERDICT_UNTESTED);
}

static size_t finding_order_position(const struct plan *plan,
				     const struct requirement *q)
{
	size_t i = 0;

	while (i < plan->requirement_count &&
	       plan->requirements[i].requirement != q)
		i++;
	return i;
}

static struct finding_loss finding_order_loss(struct diagnosis *d,
					      const struct candidate *f)
{
	struct finding_loss loss = {.cause = f,
				    .severity = finding_render_severity(d, f),
				    .position = SIZE_MAX};
	const struct requirement *last = NULL;
	struct map devices = {0};

	for (size_t i = 0; i < f->result_count; i++) {
		const struct spec *s = diagnosis_result(d, f->results[i])->spec;
		size_t position;

		if (!finding_order_counts(d, f->results[i], loss.severity))
			continue;
		loss.fails |= diagnosis_judgement(d, f->results[i])->verdict !=
			      VERDICT_UNTESTED;
		loss.whole |= s->device == NULL;
		if (s->device != NULL)
			*map_at(&devices, s->device) = i;
		if (s->requirement == last && i > 0)
			continue;
		last = s->requirement;
		position = finding_order_position(d->plan, last);
		if (position < loss.position)
			loss.position = position;
	}
	loss.devices = loss.whole ? 0 : devices.count;
	map_free(&devices);
	return loss;
}

/* By loss (level and impact), then confidence, then the number of tests, then
 * the order of the rules. */
static int finding_order_compare(const void *left, const void *right)
{
	const struct finding_loss *a = left, *b = right;

	if (a->severity != b->severity)
		return a->severity > b->severity ? -1 : 1;
	if (a->fails != b->fails)
		return a->fails ? -1 : 1;
	if (a->whole != b->whole)
		return a->whole ? -1 : 1;
	if (a->devices != b->devices)
		return a->devices > b->devices ? -1 : 1;
	if (a->position != b->position)
		return a->position < b->position ? -1 : 1;
	if (a->cause->confirmed != b->cause->confirmed)
		return a->cause->confirmed ? -1 : 1;
	if (a->cause->result_count != b->cause->result_count)
		return a->cause->result_count > b->cause->result_count ? -1 : 1;
	return a->cause->order < b->cause->order ? -1 : 1;
}

const struct candidate **finding_order(struct diagnosis *d, size_t *count)
{
	struct finding_loss *losses =
	    mem_calloc(d->candidate_count + 1, sizeof *losses);
	const struct candidate **order =
	    mem_calloc(d->candidate_count + 1, sizeof(struct candidate *));
	size_t n = 0;

	for (size_t i = 0; i < d->candidate_count; i++)
		if (d->candidates[i]->result_count > 0)
			losses[n++] = finding_order_loss(d, d->candidates[i]);
	if (n > 0)
		qsort(losses, n, sizeof *losses, finding_order_compare);
	for (size_t i = 0; i < n; i++)
		order[i] = losses[i].cause;
	free(losses);
	*count = n;
	return order;
}
