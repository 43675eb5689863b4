/* Forty connections to one path, over loopback: answered, and never. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <netinet/in.h>

#include <cmocka.h>

#include "core/base/facts.h"
#include "core/engine/evidence.h"
#include "core/os/socket.h"

static struct loop *loop;

static void over(void *arg)
{
	(void)arg;
	loop_stop(loop);
}

static uint16_t door(int type, int *fd)
{
	struct sockaddr_in a = {.sin_family = AF_INET,
				.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof a;

	*fd = socket(AF_INET, type, 0);
	assert_int_equal(bind(*fd, (struct sockaddr *)&a, length), 0);
	if (type == SOCK_STREAM)
		assert_int_equal(listen(*fd, EVIDENCE_FLOWS_MAX), 0);
	assert_int_equal(getsockname(*fd, (struct sockaddr *)&a, &length), 0);
	return ntohs(a.sin_port);
}

static void gather(enum transport transport, uint16_t port, struct results *r)
{
	const struct engine_options options = {.rate = 2000,
					       .rate_per_target = 2000};
	struct evidence_request w = {.kind = EVIDENCE_FLOWS,
				     .result = SIZE_MAX,
				     .port = port,
				     .transport = transport,
				     .host = "example.com"};
	struct evidence_round *round;
	struct error err;

	addr_parse(&w.addr, "127.0.0.1");
	loop = loop_new(&err);
	round =
	    evidence_start(loop, &options, NULL, NULL, r, &w, 1, over, NULL);
	loop_run(loop);
	evidence_free(round);
	loop_free(loop);
	assert_int_equal(r->evidence_count, 1);
}

static int64_t number(const struct results *r, const char *name)
{
	const struct fact *f = facts_find(&r->evidence[0].observed, name);

	assert_non_null(f);
	return f->number;
}

static void all_answered(void **state)
{
	struct results r = {0};
	int fd;

	(void)state;
	gather(TRANSPORT_TCP, door(SOCK_STREAM, &fd), &r);
	assert_int_equal(number(&r, "opened"), EVIDENCE_FLOWS_MAX);
	assert_int_equal(number(&r, "at-once"), EVIDENCE_FLOWS_MAX);
	assert_int_equal(number(&r, "dead"), 0);
	assert_null(facts_find(&r.evidence[0].observed, "dead-ports"));
	close(fd);
	results_free(&r);
}

/* A refusal is an answer. */
static void all_refused(void **state)
{
	struct results r = {0};
	uint16_t port;
	int fd;

	(void)state;
	port = door(SOCK_STREAM, &fd);
	close(fd);
	gather(TRANSPORT_TCP, port, &r);
	assert_int_equal(number(&r, "dead"), 0);
	results_free(&r);
}

/* Held for three repeats each: the server sees forty questions four times, from
 * as many ports. */
static void none_answered(void **state)
{
	struct results r = {0};
	unsigned questions = 0;
	uint8_t packet[512];
	int fd;

	(void)state;
	gather(TRANSPORT_UDP, door(SOCK_DGRAM, &fd), &r);
	assert_int_equal(number(&r, "dead"), EVIDENCE_FLOWS_MAX);
	assert_int_equal(
	    facts_find(&r.evidence[0].observed, "dead-ports")->list_count, 16);
	while (recv(fd, packet, sizeof packet, MSG_DONTWAIT) > 12)
		questions++;
	assert_true(questions >= 4 * EVIDENCE_FLOWS_MAX);
	close(fd);
	results_free(&r);
}

/* The kernel's own schedule: equal waits at first, or doubled at once. */
static void repeats(void **state)
{
	(void)state;
	assert_int_equal(socket_repeat_us(1), 1000000);
	assert_in_range(socket_repeat_us(3), 3000000, 7000000);
	assert_true(socket_repeat_us(3) > socket_repeat_us(2));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(all_answered),
	    cmocka_unit_test(all_refused),
	    cmocka_unit_test(none_answered),
	    cmocka_unit_test(repeats),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
