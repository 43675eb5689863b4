/* flow_loss.c - dead connections, held against the loss of single packets. */
#include "report/flow_loss.h"

#include <math.h>

enum {
	FLOW_LOSS_LEAST = 40,   /* connections that a judgement takes */
	FLOW_LOSS_PERCENT = 10, /* dead ones of all */
	FLOW_LOSS_STEPS = 40    /* of the bisection */
};

/* The mean of repeats of connections that were answered after at most `held`
 * of them, where each packet is lost with probability p. */
static double flow_loss_mean(double p, unsigned held)
{
	double weight = 1, sum = 0, total = 0;

	for (unsigned k = 0; k <= held; k++, weight *= p) {
		sum += k * weight;
		total += weight;
	}
	return sum / total;
}

/* The loss of single packets at most, three standard errors above what the
 * answered connections tell (Agresti and Coull: two more of either kind). */
static double flow_loss_of_packets(const struct flow_counts *c)
{
	double lost = c->repeats + 2.0, answered = c->answered + 2.0;
	double mean = lost / answered, low = 0, high = 1;

	for (unsigned i = 0; i < FLOW_LOSS_STEPS; i++) {
		double middle = (low + high) / 2;

		if (flow_loss_mean(middle, c->held) < mean)
			low = middle;
		else
			high = middle;
	}
	high = low + 3 * sqrt(low * (1 - low) / (lost + answered));
	return high < 1 ? high : 1;
}

/* The probability of at least `least` of n, each with probability p. */
static double flow_loss_tail(unsigned n, unsigned least, double p)
{
	double term, below = 0;

	if (least == 0 || p >= 1)
		return 1;
	term = pow(1 - p, n);
	for (unsigned k = 0; k < least; k++) {
		below += term;
		term *= (double)(n - k) / (k + 1) * p / (1 - p);
	}
	return 1 - below;
}

enum flow_loss flow_loss_of(const struct flow_counts *c)
{
	double chance;

	if (c->opened < FLOW_LOSS_LEAST || c->answered == 0)
		return FLOW_LOSS_NO;
	chance = flow_loss_tail(c->opened, c->dead,
				pow(flow_loss_of_packets(c), c->held + 1));
	if (chance >= 0.001)
		return FLOW_LOSS_NO;
	return c->dead * 100 >= c->opened * FLOW_LOSS_PERCENT ? FLOW_LOSS_MANY
							      : FLOW_LOSS_FEW;
}
