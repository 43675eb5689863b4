/* Dead connections, held against the loss of single packets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "report/flow_loss.h"

static enum flow_loss judge(unsigned answered, unsigned repeats, unsigned dead)
{
	struct flow_counts c = {answered + dead, answered, repeats, dead, 3};

	return flow_loss_of(&c);
}

static void whole_flows(void **state)
{
	(void)state;
	assert_int_equal(judge(20, 0, 20), FLOW_LOSS_MANY);
	assert_int_equal(judge(36, 0, 4), FLOW_LOSS_MANY);
	/* Beside a line that loses every fifth packet. */
	assert_int_equal(judge(22, 5, 18), FLOW_LOSS_MANY);
	assert_int_equal(judge(37, 0, 3), FLOW_LOSS_FEW);
	assert_int_equal(judge(38, 0, 2), FLOW_LOSS_FEW);
}

/* One may be chance; none, too few to tell, and a path that is dead. */
static void nothing_to_say(void **state)
{
	(void)state;
	assert_int_equal(judge(39, 0, 1), FLOW_LOSS_NO);
	assert_int_equal(judge(40, 0, 0), FLOW_LOSS_NO);
	assert_int_equal(judge(40, 45, 0), FLOW_LOSS_NO);
	assert_int_equal(judge(10, 0, 10), FLOW_LOSS_NO);
	assert_int_equal(judge(0, 0, 40), FLOW_LOSS_NO);
}

static uint64_t seed;

static double draw(void)
{
	seed = seed * 6364136223846793005U + 1442695040888963407U;
	return (double)(seed >> 11) / 9007199254740992.0;
}

/* Forty connections; each dies as a whole, or its packets get lost singly. */
static enum flow_loss line(double flows_lost, double packets_lost)
{
	unsigned answered = 0, repeats = 0, dead = 0;

	for (unsigned i = 0; i < 40; i++) {
		unsigned k = 0;

		if (draw() < flows_lost)
			k = 4;
		while (k < 4 && draw() < packets_lost)
			k++;
		dead += k == 4;
		answered += k < 4;
		repeats += k < 4 ? k : 0;
	}
	return judge(answered, repeats, dead);
}

static unsigned many_of(double flows_lost, double packets_lost)
{
	unsigned many = 0;

	seed = 20261130;
	for (unsigned i = 0; i < 2000; i++)
		many += line(flows_lost, packets_lost) == FLOW_LOSS_MANY;
	return many;
}

/* Less than once in a thousand. A line that loses 30 % in each direction loses
 * 51 % of the round trips. */
static void random_loss_is_not_flow_loss(void **state)
{
	static const double lost[] = {0.02, 0.1, 0.3, 0.51, 0.7};

	(void)state;
	for (size_t i = 0; i < sizeof lost / sizeof lost[0]; i++)
		assert_in_range(many_of(0, lost[i]), 0, 2);
}

static void half_of_all_flows(void **state)
{
	(void)state;
	assert_int_equal(many_of(0.5, 0), 2000);
	assert_in_range(many_of(0.5, 0.1), 1990, 2000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(whole_flows),
	    cmocka_unit_test(nothing_to_say),
	    cmocka_unit_test(random_loss_is_not_flow_loss),
	    cmocka_unit_test(half_of_all_flows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
