/*
 * test_outcome.c - the vocabulary is closed, complete and readable.
 */
#include "core/base/outcome.h"

#include <ctype.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

/* The words are those of the design, in JSON's spelling. */
static void test_words(void **state)
{
	(void)state;
	static const char *const phases[] = {
	    "local", "resolve", "connect", "proxy", "tls", "request", "reply"};
	static const char *const causes[] = {"ok",
					     "timeout",
					     "refused",
					     "prohibited",
					     "unreachable",
					     "reset",
					     "bad-reply",
					     "rejected",
					     "untrusted",
					     "nxdomain",
					     "servfail",
					     "no-data",
					     "unsynchronised",
					     "in-use",
					     "local"};
	static const char *const verdicts[] = {
	    "none", "pass", "not-needed", "untested", "warn", "skip", "fail"};
	static const char *const whys[] = {
	    "none",       "needs-input", "needs-privilege", "needs-second-end",
	    "no-witness", "local",       "not-run"};
	assert_int_equal(PHASE_COUNT, 7);
	for (unsigned i = 0; i < PHASE_COUNT; i++)
		assert_string_equal(phase_name((enum phase)i), phases[i]);
	assert_int_equal(CAUSE_COUNT, 15);
	for (unsigned i = 0; i < CAUSE_COUNT; i++)
		assert_string_equal(cause_name((enum cause)i), causes[i]);
	assert_int_equal(VERDICT_COUNT, 7);
	for (unsigned i = 0; i < VERDICT_COUNT; i++)
		assert_string_equal(verdict_name((enum verdict)i), verdicts[i]);
	assert_int_equal(WHY_COUNT, 7);
	for (unsigned i = 0; i < WHY_COUNT; i++)
		assert_string_equal(why_name((enum why)i), whys[i]);
}

/* Proofs and transports are read back as they are written, and nothing else
 * is taken for one. */
static void test_parse_words(void **state)
{
	(void)state;
	enum proof proof;
	enum transport transport;
	for (unsigned i = 0; i <= PROOF_SERVICE; i++) {
		assert_true(proof_parse(proof_name((enum proof)i), &proof));
		assert_int_equal(proof, i);
	}
	for (unsigned i = 0; i <= TRANSPORT_ICMP; i++) {
		assert_true(transport_parse(transport_name((enum transport)i),
					    &transport));
		assert_int_equal(transport, i);
	}
	assert_false(proof_parse("Service", &proof));
	assert_false(proof_parse("", &proof));
	assert_false(transport_parse("tcpx", &transport));
	assert_string_equal(transport_name(TRANSPORT_UDP), "udp");
	assert_string_equal(proof_name(PROOF_PATH), "path");
}

/* A code is PHASE-CAUSE, whether the pair is in the table or not. */
static void test_code(void **state)
{
	(void)state;
	char code[OUTCOME_CODE];
	assert_string_equal(outcome_code(PHASE_CONNECT, CAUSE_TIMEOUT, code),
			    "CONNECT-TIMEOUT");
	assert_string_equal(outcome_code(PHASE_TLS, CAUSE_UNTRUSTED, code),
			    "TLS-UNTRUSTED");
	assert_string_equal(outcome_code(PHASE_REPLY, CAUSE_BAD_REPLY, code),
			    "REPLY-BAD-REPLY");
	assert_string_equal(
	    outcome_code(PHASE_RESOLVE, CAUSE_UNSYNCHRONISED, code),
	    "RESOLVE-UNSYNCHRONISED");
	assert_string_equal(outcome_code((enum phase)99, (enum cause)99, code),
			    "UNKNOWN-UNKNOWN");
}

/* Codes of the table are read back; others are not in the vocabulary. */
static void test_parse_code(void **state)
{
	(void)state;
	enum phase phase;
	enum cause cause;
	static const char *const bad[] = {"",
					  "CONNECT",
					  "connect-timeout",
					  "CONNECT-TIMEOUT ",
					  "TIMEOUT-CONNECT",
					  "RESOLVE-UNSYNCHRONISED",
					  "UNKNOWN-UNKNOWN"};
	for (size_t i = 0; i < outcome_table_count; i++) {
		const struct outcome_entry *e = &outcome_table[i];
		char code[OUTCOME_CODE];
		outcome_code(e->phase, e->cause, code);
		assert_true(outcome_parse(code, &phase, &cause));
		assert_int_equal(phase, e->phase);
		assert_int_equal(cause, e->cause);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(outcome_parse(bad[i], &phase, &cause));
}

static bool in_table(enum phase phase, enum cause cause)
{
	for (size_t i = 0; i < outcome_table_count; i++) {
		if (outcome_table[i].phase == phase &&
		    outcome_table[i].cause == cause)
			return true;
	}
	return false;
}

/* Whatever the engine can find out about a socket is in the table: the
 * causes of errors, for every phase in which they occur. */
static void test_complete(void **state)
{
	(void)state;
	static const enum cause any[] = {CAUSE_OK, CAUSE_TIMEOUT, CAUSE_RESET,
					 CAUSE_LOCAL};
	static const enum cause sockets[] = {CAUSE_REFUSED, CAUSE_PROHIBITED,
					     CAUSE_UNREACHABLE};
	static const enum cause names[] = {CAUSE_NXDOMAIN, CAUSE_SERVFAIL,
					   CAUSE_NO_DATA, CAUSE_REJECTED,
					   CAUSE_BAD_REPLY};
	for (unsigned p = 0; p < PHASE_COUNT; p++) {
		for (size_t i = 0; i < 4; i++)
			assert_true(in_table((enum phase)p, any[i]));
		for (size_t i = 0; i < 3; i++)
			assert_true(p == PHASE_TLS ||
				    in_table((enum phase)p, sockets[i]));
	}
	for (size_t i = 0; i < 5; i++) {
		assert_true(in_table(PHASE_RESOLVE, names[i]));
		assert_true(in_table(PHASE_REPLY, names[i]));
	}
	assert_true(in_table(PHASE_TLS, CAUSE_UNTRUSTED));
	assert_true(in_table(PHASE_REPLY, CAUSE_UNSYNCHRONISED));
	assert_true(in_table(PHASE_LOCAL, CAUSE_IN_USE));
}

/* Sentences: begin with a capital letter, end with a full stop. */
static void expect_sentences(const char *text)
{
	size_t n = strlen(text);
	assert_true(n > 10);
	assert_true(isupper((unsigned char)text[0]));
	assert_int_equal(text[n - 1], '.');
	assert_null(strstr(text, "  "));
}

/* Every entry has its texts in the promised form, once, in the order of
 * phases. */
static void test_texts(void **state)
{
	(void)state;
	for (size_t i = 0; i < outcome_table_count; i++) {
		const struct outcome_entry *e = &outcome_table[i];
		assert_false(isupper((unsigned char)e->text[0]) &&
			     islower((unsigned char)e->text[1]));
		assert_int_not_equal(e->text[strlen(e->text) - 1], '.');
		assert_true(strlen(e->text) <= 72);
		assert_ptr_equal(outcome_text(e->phase, e->cause), e->text);
		expect_sentences(e->meaning);
		expect_sentences(e->todo);
		if (i > 0)
			assert_true(e->phase > e[-1].phase ||
				    (e->phase == e[-1].phase &&
				     e->cause > e[-1].cause));
	}
}

/* A pair that is not in the table still has a text. */
static void test_text_of_others(void **state)
{
	(void)state;
	assert_string_equal(outcome_text(PHASE_CONNECT, CAUSE_TIMEOUT),
			    "no answer to the connection attempt");
	assert_string_equal(outcome_text(PHASE_TLS, CAUSE_NXDOMAIN),
			    "the name does not exist");
	assert_string_equal(outcome_text((enum phase)99, (enum cause)99),
			    "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_words),
	    cmocka_unit_test(test_parse_words),
	    cmocka_unit_test(test_code),
	    cmocka_unit_test(test_parse_code),
	    cmocka_unit_test(test_complete),
	    cmocka_unit_test(test_texts),
	    cmocka_unit_test(test_text_of_others),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
