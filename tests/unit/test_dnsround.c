/* One server asked for several names: what counts as an answer, and the sum. */
#include "core/net/dns_round_trip.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

struct fixture {
	struct dns_round_trip round;
	struct dns_message message;
	enum cause cause;
};

static void ask(struct fixture *f, const char *name)
{
	uint8_t packet[DNS_ROUND_TRIP_QUERY_MAX];

	assert_int_not_equal(dns_round_trip_ask(&f->round, name, packet), 0);
}

static struct fixture asked(const char *one, const char *two)
{
	struct fixture f = {.round = {.type = DNS_A}};

	ask(&f, one);
	if (two != NULL)
		ask(&f, two);
	return f;
}

/* An answer to question `index`, with an address unless it is NULL. */
static bool answer(struct fixture *f, size_t index, const char *name,
		   unsigned rcode, const char *address)
{
	struct dns_message *m = &f->message;

	*m = (struct dns_message){.response = true,
				  .id = f->round.questions[index].id,
				  .question_type = DNS_A,
				  .rcode = rcode,
				  .ttl = 300};
	memcpy(m->question, name, strlen(name) + 1);
	if (address != NULL) {
		assert_true(addr_parse(&m->addresses[0], address));
		m->address_count = 1;
	}
	return dns_round_trip_take(&f->round, m, &f->cause);
}

static void test_causes(void **state)
{
	static const struct {
		unsigned rcode;
		const char *address;
		enum cause cause;
	} cases[] = {
	    {0, "203.0.113.1", CAUSE_OK},
	    {0, NULL, CAUSE_NO_DATA},
	    {1, NULL, CAUSE_REJECTED},
	    {2, NULL, CAUSE_SERVFAIL},
	    {3, NULL, CAUSE_NXDOMAIN},
	    {5, NULL, CAUSE_REJECTED},
	    {0, "10.0.0.1", CAUSE_BAD_REPLY},
	    {0, "0.0.0.0", CAUSE_BAD_REPLY},
	    {0, "127.0.0.1", CAUSE_BAD_REPLY},
	    {0, "224.0.0.1", CAUSE_BAD_REPLY},
	    {0, "100.64.0.1", CAUSE_BAD_REPLY},
	    {0, "169.254.1.1", CAUSE_BAD_REPLY},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct fixture f = asked("a.example", NULL);

		assert_true(answer(&f, 0, "a.example", cases[i].rcode,
				   cases[i].address));
		assert_int_equal(f.cause, cases[i].cause);
		assert_int_equal(f.round.worst, cases[i].cause);
		assert_int_equal(f.round.answered, 1);
	}
}

static void test_private_may_be_fine(void **state)
{
	struct fixture f = asked("nas.corp.example", NULL);

	(void)state;
	f.round.allow_private = true;
	assert_true(answer(&f, 0, "nas.corp.example", 0, "10.0.0.1"));
	assert_int_equal(f.cause, CAUSE_OK);
	assert_true(f.round.unexpected);
}

static void test_only_open_questions(void **state)
{
	struct fixture f = asked("WWW.a.example.", "b.example");

	(void)state;
	assert_false(answer(&f, 0, "b.example", 0, "203.0.113.1"));
	assert_false(answer(&f, 0, "www.a.exampl", 0, "203.0.113.1"));
	assert_false(answer(&f, 0, "www.a.example.x", 0, "203.0.113.1"));
	assert_true(answer(&f, 0, "www.a.example", 0, "203.0.113.1"));
	assert_false(answer(&f, 0, "www.a.example", 0, "203.0.113.1"));
	assert_int_equal(f.round.answered, 1);
	/* Another type, a query, another id. */
	f.message.id = f.round.questions[1].id;
	memcpy(f.message.question, "b.example", sizeof "b.example");
	f.message.question_type = DNS_AAAA;
	assert_false(dns_round_trip_take(&f.round, &f.message, &f.cause));
	f.message.question_type = DNS_A;
	f.message.response = false;
	assert_false(dns_round_trip_take(&f.round, &f.message, &f.cause));
	f.message.response = true;
	f.message.id ^= 1;
	assert_false(dns_round_trip_take(&f.round, &f.message, &f.cause));
	f.message.id ^= 1;
	assert_true(dns_round_trip_take(&f.round, &f.message, &f.cause));
	assert_int_equal(f.round.answered, 2);
}

static void test_first_octets(void **state)
{
	struct fixture f = asked("a.example", NULL);
	uint16_t id = f.round.questions[0].id;
	uint8_t head[3] = {(uint8_t)(id >> 8), (uint8_t)id, 0x80};

	(void)state;
	for (size_t length = 0; length < sizeof head; length++)
		assert_true(dns_round_trip_may_answer(&f.round, "SSH", length));
	assert_true(dns_round_trip_may_answer(&f.round, head, sizeof head));
	head[2] = 0x7f;
	assert_false(dns_round_trip_may_answer(&f.round, head, sizeof head));
	head[2] = 0xff;
	head[0] ^= 1;
	assert_false(dns_round_trip_may_answer(&f.round, head, sizeof head));
}

static void test_the_worst_counts(void **state)
{
	struct fixture f = asked("a.example", "b.example");

	(void)state;
	ask(&f, "c.example");
	assert_true(answer(&f, 0, "a.example", 2, NULL));
	assert_true(answer(&f, 1, "b.example", 3, NULL));
	assert_true(answer(&f, 2, "c.example", 0, "203.0.113.1"));
	assert_int_equal(f.round.worst, CAUSE_SERVFAIL);
	assert_int_equal(f.round.rcode, 2);
	assert_true(f.round.has_ttl);
	assert_int_equal(f.round.ttl, 300);
}

static void test_truncated_is_no_failure(void **state)
{
	struct fixture f = asked("a.example", NULL);

	(void)state;
	f.message = (struct dns_message){.response = true,
					 .truncated = true,
					 .id = f.round.questions[0].id,
					 .question_type = DNS_A,
					 .question = "a.example"};
	assert_true(dns_round_trip_take(&f.round, &f.message, &f.cause));
	assert_int_equal(f.cause, CAUSE_OK);
	assert_true(f.round.truncated);
}

static void test_no_more_than_eight(void **state)
{
	struct fixture f = asked("a.example", NULL);
	uint8_t packet[DNS_ROUND_TRIP_QUERY_MAX];

	(void)state;
	while (f.round.count < DNS_ROUND_TRIP_MAX)
		ask(&f, "a.example");
	assert_int_equal(dns_round_trip_ask(&f.round, "a.example", packet), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_causes),
	    cmocka_unit_test(test_private_may_be_fine),
	    cmocka_unit_test(test_only_open_questions),
	    cmocka_unit_test(test_first_octets),
	    cmocka_unit_test(test_the_worst_counts),
	    cmocka_unit_test(test_truncated_is_no_failure),
	    cmocka_unit_test(test_no_more_than_eight),
	};

	return cmocka_run_group_tests_name("dnsround", tests, NULL, NULL);
}
