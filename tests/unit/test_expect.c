/*
 * test_expect.c - how long a run will take: by hand, and beside the engine
 * itself over loopback.
 */
#include "core/base/mem.h"
#include "core/engine/check.h"
#include "core/engine/engine.h"
#include "core/engine/params.h"
#include "profiles/plan/expect.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <netinet/in.h>

#include <cmocka.h>

enum { SPECS = 200, MS = 1000 };

static struct spec specs[SPECS];
static struct arena arena;

static const struct expect_options both = {.rate = ENGINE_RATE,
					   .rate_per_target =
					       ENGINE_RATE_TARGET,
					   .v4 = true,
					   .v6 = true,
					   .round_us = 12000 * MS};

static int begin(void **state)
{
	(void)state;
	memset(specs, 0, sizeof specs);
	return 0;
}

static int end(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

/* `count` specs of a check, one after the other on so many hosts. */
static void on_hosts(const char *check, size_t count, size_t hosts,
		     uint16_t port)
{
	for (size_t i = 0; i < count; i++) {
		struct spec *s = &specs[i];

		*s = (struct spec){
		    .id = arena_printf(&arena, "x/%zu", i),
		    .check = check_find(check),
		    .host = arena_printf(&arena, "127.0.1.%zu", i % hosts + 1),
		    .port = port,
		    .device_index = SIZE_MAX,
		    .proof = PROOF_SERVICE};
		assert_non_null(s->check);
		s->transport = s->check->transport;
		s->params = params_new(&arena, s->check);
		assert_true(addr_parse(&s->literal, s->host));
	}
}

/* 200 a second: the last of 200 is sent after 199 times 5 ms; 25 on one host
 * after 24 times 50 ms. A connection and its greeting are two round trips. */
static void pace(void **state)
{
	struct expected e;

	(void)state;
	on_hosts("tcp", 200, 100, 9);
	e = expect_specs(specs, 200, &both);
	assert_int_equal(e.openings, 200);
	assert_int_equal(e.most, 200);
	assert_int_equal(e.opened_us, 995 * MS);
	assert_int_equal(e.answered_us, 1095 * MS);
	/* Eight tries at the same pace, the last ones within the 3.75 s that
	 * the last path waits, and a round. */
	assert_int_equal(e.blocked_us, (8 * 995 + 12000) * MS);
	on_hosts("tcp", 100, 4, 9);
	e = expect_specs(specs, 100, &both);
	assert_int_equal(e.opened_us, 24 * 50 * MS + 3 * 5 * MS);
}

/* Sixteen handshakes at once, of four round trips each. */
static void windows(void **state)
{
	struct expected e;

	(void)state;
	on_hosts("tls", 40, 40, 443);
	e = expect_specs(specs, 40, &both);
	assert_int_equal(e.opened_us, 2 * 200 * MS + 7 * 5 * MS);
	assert_int_equal(e.answered_us, e.opened_us + 200 * MS);
}

/* What gathers answers takes its time; an open port is tried for once more. */
static void waits(void **state)
{
	struct expected e;

	(void)state;
	on_hosts("ssdp", 1, 1, 1900);
	e = expect_specs(specs, 1, &both);
	assert_int_equal(e.answered_us, 1100 * MS);
	on_hosts("tcp", 1, 1, 9);
	e = expect_specs(specs, 1, &both);
	assert_int_equal(e.answered_us, 100 * MS);
	specs[0].proof = PROOF_CONNECT;
	e = expect_specs(specs, 1, &both);
	assert_int_equal(e.answered_us, (100 + 500) * MS);
}

/* A name is two paths where this host has both families. */
static void families(void **state)
{
	struct expect_options one = both;

	(void)state;
	on_hosts("tcp", 1, 1, 9);
	specs[0].host = "a.example";
	specs[0].literal = (struct addr){0};
	assert_int_equal(expect_openings(&specs[0], &both), 2);
	assert_int_equal(expect_specs(specs, 1, &both).most, 8);
	one.v6 = false;
	assert_int_equal(expect_openings(&specs[0], &one), 1);
	specs[0].family = FAMILY_V6;
	assert_int_equal(expect_openings(&specs[0], &both), 1);
}

/* What is not sent takes no time: shared, untested, about this host. */
static void nothing(void **state)
{
	struct expected e;

	(void)state;
	on_hosts("tcp", 3, 1, 9);
	specs[0].check = check_find("static-address");
	specs[1].untested = WHY_NEEDS_INPUT;
	specs[2].same_as = &specs[0];
	e = expect_specs(specs, 3, &both);
	assert_int_equal(e.openings, 0);
	assert_int_equal(e.opened_us, 0);
	assert_int_equal(e.answered_us, 0);
	assert_int_equal(e.blocked_us, 0);
	e = expect_specs(specs, 0, &both);
	assert_int_equal(e.answered_us, 0);
}

static int listening(uint16_t *port)
{
	struct sockaddr_in a = {.sin_family = AF_INET};
	socklen_t length = sizeof a;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&a, length), 0);
	assert_int_equal(listen(fd, SPECS), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &length), 0);
	*port = ntohs(a.sin_port);
	return fd;
}

/* The engine sends neither earlier nor much later than is told before. */
static void as_the_engine(void **state)
{
	static const struct {
		size_t count, hosts;
	} rows[] = {{100, 100}, {60, 3}};
	uint16_t port;
	int fd = listening(&port);

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct engine_options options = {.specs = specs,
						 .spec_count = rows[i].count};
		struct expected e;
		struct results out;
		struct error err;

		on_hosts("tcp", rows[i].count, rows[i].hosts, port);
		e = expect_specs(specs, rows[i].count, &both);
		assert_int_equal(engine_run(&options, &out, &err), 0);
		for (size_t k = 0; k < out.count; k++)
			assert_int_equal(out.items[k].outcome.cause, CAUSE_OK);
		/* The engine's own pace is not faster. A busy machine may make
		 * it slower, and a timer be early by 1 ms. */
		assert_true(out.duration_us >= e.opened_us - 5 * MS);
		results_free(&out);
	}
	close(fd);
}

#define test(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    test(pace),     test(windows), test(waits),
	    test(families), test(nothing), test(as_the_engine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
