/*
 * test_harm.c - right answers changed in every way that matters (fake_harm.h),
 * for the checks whose every other case is a scripted peer of tests/checks.
 */
#include "tests/unit/fake_harm.h"

extern const struct check check_db2, check_ftp, check_jetdirect, check_oracle,
    check_sap, check_tftp;

enum { ANSWER_MAX = 512 };

static void harm(const struct check *check, const void *params, const char *hex)
{
	uint8_t answer[ANSWER_MAX];

	fake_harm(check, params, answer, fake_hex(hex, answer, sizeof answer));
}

/* Apache Derby 10.14.2.0 */
static void db2(void **state)
{
	(void)state;
	harm(&check_db2, NULL,
	     "0085d0020001 007f1443"
	     "001d115ed585a3a6969992e28599a58599c39695a39996934094818995"
	     "001814041403000724070007240f00071440000714740005"
	     "00101147c1978183888540c4859982a8"
	     "0018116dd585a3a6969992e28599a58599c39695a3999693"
	     "001e115ac3e2e2f1f0f1f4f061f1f04bf1f44bf24bf04060404d6f6f6f5d");
}

static void ftp(void **state)
{
	static const char greeting[] = "220-Welcome\r\nhello\r\n220 x\r\n";

	(void)state;
	fake_harm(&check_ftp, NULL, greeting, sizeof greeting - 1);
}

static void jetdirect(void **state)
{
	static const bool pjl = true; /* the check's own struct, by its table */
	static const char answer[] = "\033%-12345X@PJL INFO ID\r\n"
				     "\"HP LASERJET 4ML\"\r\n\f";

	(void)state;
	fake_harm(&check_jetdirect, &pjl, answer, sizeof answer - 1);
}

/* What a listener said, as published with tnscmd10g. */
static void oracle(void **state)
{
	static const char answer[] =
	    "\0\x65\0\0\4\0\0\0\x22\0\0\x59(DESCRIPTION=(TMP=)"
	    "(VSNNUM=186647040)(ERR=1189)"
	    "(ERROR_STACK=(ERROR=(CODE=1189)(EMFI=4))))";

	(void)state;
	assert_int_equal(sizeof answer - 1, 0x65);
	fake_harm(&check_oracle, NULL, answer, sizeof answer - 1);
}

/* A pong, and a SAProuter's refusal, as published. */
static void sap(void **state)
{
	static const char pong[] = "\0\0\0\x08NI_PONG"; /* with the zero */
	static const char refusal[] =
	    "\0\0\0\x67NI_RTERR\0\0\0\0\xff\xff\xff\xa2\0\0\0\x53*ERR*\0"
	    "1\0saprouter: route permission denied\0-94\0"
	    "NI (network interface)\000753\00040\0*ERR*";

	(void)state;
	assert_int_equal(sizeof refusal, 4 + 0x67);
	fake_harm(&check_sap, NULL, pong, sizeof pong);
	fake_harm(&check_sap, NULL, refusal, sizeof refusal);
}

/* tftpd-hpa 5.2 to a name that it does not have. */
static void tftp(void **state)
{
	static const char not_found[] = "\0\5\0\1"
					"File not found";

	(void)state;
	fake_harm(&check_tftp, NULL, not_found, sizeof not_found);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(db2),       cmocka_unit_test(ftp),
	    cmocka_unit_test(jetdirect), cmocka_unit_test(oracle),
	    cmocka_unit_test(sap),       cmocka_unit_test(tftp),
	};

	return cmocka_run_group_tests_name("harm", tests, NULL, NULL);
}
