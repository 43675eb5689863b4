/* correlation_reset.c - who sent a reset: the target, or a device before it. */
#include "report/correlation.h"

/* Evidence of that kind about a result that has the fact; NULL: none. */
static const struct evidence *correlation_reset_fact(
    const struct correlation *s, size_t result, enum evidence_kind kind,
    const char *fact)
{
	size_t count;
	const size_t *list = correlation_evidence_of(s, result, &count);

	for (size_t i = 0; i < count; i++) {
		const struct evidence *e = &s->results->evidence[list[i]];

		if (e->kind == kind && facts_find(&e->observed, fact) != NULL)
			return e;
	}
	return NULL;
}

int correlation_reset_at(const struct correlation *s, size_t result,
			 const struct evidence **walk)
{
	*walk =
	    correlation_reset_fact(s, result, EVIDENCE_HOP_WALK, "reset-at");
	return *walk == NULL
		   ? 0
		   : (int)correlation_number(&(*walk)->observed, "reset-at", 0);
}

/* A reset that was compared with another answer of the host. Without one it
 * proves nothing. */
static int correlation_reset_compared(const struct evidence *e)
{
	if (e == NULL)
		return 0;
	if (facts_is_true(&e->observed, "agrees"))
		return 1;
	return correlation_number(&e->observed, "answer-ttl", 0) > 0 ? -1 : 0;
}

int correlation_reset(const struct correlation *s, size_t result,
		      const struct evidence **e)
{
	const struct evidence *walk, *measured;
	int compared;

	*e = correlation_reset_fact(s, result, EVIDENCE_RESET_TTL, "agrees");
	compared = correlation_reset_compared(*e);
	if (compared > 0)
		return compared;
	/* Made by the first device away from this network: not by a target. */
	if (correlation_reset_at(s, result, &walk) == 1) {
		*e = walk;
		return -1;
	}
	measured =
	    correlation_reset_fact(s, result, EVIDENCE_RESET_TTL, "reset-at");
	if (measured == NULL)
		return compared;
	if (facts_is_true(&measured->observed, "nearer")) {
		*e = measured;
		return -1;
	}
	/* Nothing nearer sent it, but it differs from the other answer: one
	 * system may start with several times to live. */
	if (compared < 0)
		return 0;
	*e = measured;
	return 1;
}
