/*
 * test_tftp.c - the TFTP check: its question, errors and blocks, and datagrams
 * that are neither.
 */
#include "tests/unit/fake_harm.h"

extern const struct check check_tftp;

/* tftpd-hpa 5.2 to a name that it does not have. */
static const char not_found[] = "\0\5\0\1"
				"File not found";

static void the_question_reads(void **state)
{
	struct fake f;

	(void)state;
	fake_start(&f, &check_tftp, NULL);
	assert_int_equal(f.sends, 1);
	assert_int_equal(f.sent_length, 2 + 26 + 1 + 5 + 1);
	assert_memory_equal(f.sent, "\0\1preflight-", 12);
	assert_memory_equal(f.sent + f.sent_length - 7, "\0octet\0", 7);
	fake_waits(&f);
}

static void an_error_proves_it(void **state)
{
	struct fake f;

	(void)state;
	fake_start(&f, &check_tftp, NULL);
	fake_datagram(&f, not_found, sizeof not_found); /* with its zero */
	assert_int_equal(fake_number(&f, "error-code"), 1);
	assert_string_equal(fake_fact(&f, "error-text"), "File not found");
	fake_ok(&f);
	fake_start(&f, &check_tftp, NULL);
	fake_datagram(&f, not_found, sizeof not_found - 1); /* without */
	assert_string_equal(fake_fact(&f, "error-text"), "File not found");
	fake_ok(&f);
	fake_start(&f, &check_tftp, NULL);
	fake_datagram(&f, "\0\5\0\0", 4);
	assert_string_equal(fake_fact(&f, "error-text"), "");
	fake_ok(&f);
}

static void a_block_proves_it(void **state)
{
	uint8_t block[4 + 513] = {0, 3, 0, 1};
	struct fake f;

	(void)state;
	fake_start(&f, &check_tftp, NULL);
	fake_datagram(&f, block, 4 + 512);
	fake_ok(&f);
	fake_start(&f, &check_tftp, NULL);
	fake_datagram(&f, block, 4);
	fake_ok(&f);
	fake_start(&f, &check_tftp, NULL);
	fake_datagram(&f, block, sizeof block); /* longer than a block is */
	fake_event(&f, EV_DEADLINE);
	fake_ended(&f, PHASE_REPLY, CAUSE_BAD_REPLY);
}

static void the_rest_is_passed_over(void **state)
{
	static const struct {
		const char *bytes;
		size_t length;
	} cases[] = {{"", 0},         {"\0", 1},        {"\0\5\0", 3},
		     {"\0\4\0\0", 4}, {"\0\3\0\2x", 5}, {"\5\0\0\1", 4},
		     {"HTTP/1.1", 8}};
	struct fake f;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		fake_start(&f, &check_tftp, NULL);
		fake_datagram(&f, cases[i].bytes, cases[i].length);
		assert_false(f.done);
		fake_datagram(&f, not_found, sizeof not_found);
		fake_ok(&f);
		fake_start(&f, &check_tftp, NULL);
		fake_datagram(&f, cases[i].bytes, cases[i].length);
		fake_event(&f, EV_DEADLINE);
		fake_ended(&f, PHASE_REPLY, CAUSE_BAD_REPLY);
	}
	fake_start(&f, &check_tftp, NULL);
	fake_event(&f, EV_DEADLINE);
	fake_waits(&f);
}

static void any_harm(void **state)
{
	(void)state;
	fake_harm(&check_tftp, NULL, not_found, sizeof not_found);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_question_reads),
	    cmocka_unit_test(an_error_proves_it),
	    cmocka_unit_test(a_block_proves_it),
	    cmocka_unit_test(the_rest_is_passed_over),
	    cmocka_unit_test(any_harm),
	};

	return cmocka_run_group_tests_name("tftp", tests, NULL, NULL);
}
