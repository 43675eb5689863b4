/*
 * test_engine.c - whole runs over loopback: a path that several requirements
 * share is tested once, and each has its result.
 */
#include "core/os/can.h"
#include "core/engine/check.h"
#include "core/engine/engine.h"
#include "core/engine/evidence.h"
#include "core/base/mem.h"
#include "core/engine/params.h"
#include "core/base/spec.h"

#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <netinet/in.h>

#include <cmocka.h>

enum { FIRST, OTHER, COPY, SPECS };

/* A listening socket of loopback; nobody accepts until it is counted. */
struct door {
	int fd;
	uint16_t port;
};

static struct door door_open(int type)
{
	struct sockaddr_in a = {.sin_family = AF_INET,
				.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof a;
	struct door d;

	d.fd = socket(AF_INET, type | SOCK_NONBLOCK, 0);
	assert_true(d.fd >= 0);
	assert_int_equal(bind(d.fd, (struct sockaddr *)&a, length), 0);
	if (type == SOCK_STREAM)
		assert_int_equal(listen(d.fd, 16), 0);
	assert_int_equal(getsockname(d.fd, (struct sockaddr *)&a, &length), 0);
	d.port = ntohs(a.sin_port);
	return d;
}

/* How many have connected; closes the door. */
static unsigned door_count(const struct door *d)
{
	unsigned count = 0;
	int fd;

	while ((fd = accept(d->fd, NULL, NULL)) >= 0) {
		close(fd);
		count++;
	}
	close(d->fd);
	return count;
}

static void spec_of(struct spec *s, const char *id, const char *check,
		    struct arena *a, uint16_t port)
{
	*s = (struct spec){.id = id,
			   .check = check_find(check),
			   .host = "127.0.0.1",
			   .port = port,
			   .device_index = SIZE_MAX};
	assert_non_null(s->check);
	s->transport = s->check->transport;
	s->params = params_new(a, s->check);
	assert_true(addr_parse(&s->literal, s->host));
}

static void run_specs(struct spec *specs, struct results *out,
		      int64_t deadline_us)
{
	struct engine_options options = {
	    .specs = specs, .spec_count = SPECS, .deadline_us = deadline_us};
	struct error err;

	assert_int_equal(engine_run(&options, out, &err), 0);
	assert_int_equal(out->count, SPECS);
}

static void a_shared_path_is_tested_once(void **state)
{
	struct door first = door_open(SOCK_STREAM),
		    other = door_open(SOCK_STREAM);
	struct spec specs[SPECS];
	struct arena a = {0};
	struct results out;

	(void)state;
	spec_of(&specs[FIRST], "one/web/host:tcp/1", "tcp", &a, first.port);
	spec_of(&specs[OTHER], "one/db/host:tcp/2", "tcp", &a, other.port);
	spec_of(&specs[COPY], "two/www/host:tcp/1", "tcp", &a, first.port);
	specs[COPY].same_as = &specs[FIRST];
	run_specs(specs, &out, 0);

	assert_int_equal(door_count(&first), 1);
	assert_int_equal(door_count(&other), 1);
	assert_int_equal(out.items[FIRST].same_as, SIZE_MAX);
	assert_int_equal(out.items[OTHER].same_as, SIZE_MAX);
	assert_int_equal(out.items[COPY].same_as, FIRST);
	assert_string_equal(out.items[COPY].id, "two/www/host:tcp/1/v4#1");
	assert_ptr_equal(out.items[COPY].spec, &specs[COPY]);
	assert_int_equal(out.items[COPY].outcome.cause, CAUSE_OK);
	assert_int_equal(out.items[COPY].proof, PROOF_CONNECT);
	assert_int_equal(out.items[COPY].port, first.port);
	assert_int_equal(out.items[COPY].packets, 0);
	results_free(&out);
	arena_free(&a);
}

/* Silence until the end comes: the copy says so, too. */
static void a_run_cut_short_copies_what_there_is(void **state)
{
	struct door silent = door_open(SOCK_DGRAM);
	struct spec specs[SPECS];
	struct arena a = {0};
	struct results out;

	(void)state;
	for (size_t i = 0; i < SPECS; i++)
		spec_of(&specs[i], "x/host:udp/1", "ntp", &a, silent.port);
	specs[COPY].same_as = &specs[FIRST];
	run_specs(specs, &out, 20000);

	assert_true(out.deadline_hit);
	assert_int_equal(out.items[FIRST].why, WHY_NOT_RUN);
	assert_int_equal(out.items[COPY].why, WHY_NOT_RUN);
	assert_int_equal(out.items[COPY].same_as, FIRST);
	close(silent.fd);
	results_free(&out);
	arena_free(&a);
}

/* The results say what they were found on, and what was not possible there. */
static void results_know_their_platform(void **state)
{
	struct engine_options options = {.specs = NULL};
	const char *const *names;
	struct results out;
	struct error err;
	size_t count;

	(void)state;
	assert_int_equal(engine_run(&options, &out, &err), 0);
	names = os_cannot(&count);
	assert_string_equal(out.platform.os, "linux");
	assert_true(strlen(out.platform.build) > 0);
	assert_int_equal(out.platform.cannot_count, count);
	assert_ptr_equal(out.platform.cannot, names);
	results_free(&out);
}

/* Loss ------------------------------------------------------------------- */

enum { CLOCKS = 3, CLOCK_SIZE = 48, LOSSY_SPECS = CLOCKS + 1 };

/* A server's answer (RFC 5905 7.3): version 4, mode 4, stratum 2; the client's
 * stamp is the origin. */
static void clock_answer(const uint8_t *request, uint8_t *reply)
{
	uint32_t now = htonl((uint32_t)(time(NULL) + 2208988800));

	memset(reply, 0, CLOCK_SIZE);
	reply[0] = 4 << 3 | 4;
	reply[1] = 2;
	reply[3] = 0xe9;
	memcpy(reply + 12, "\x7f\x00\x00\x01", 4);
	memcpy(reply + 16, &now, sizeof now);
	memcpy(reply + 24, request + 40, 8);
	memcpy(reply + 32, &now, sizeof now);
	memcpy(reply + 40, &now, sizeof now);
}

/* Loses the first datagram to each clock, and never says a word on the first
 * connection. */
static void lose(const struct door *doors)
{
	struct pollfd fds[LOSSY_SPECS];
	bool lost[LOSSY_SPECS] = {false};
	uint8_t request[CLOCK_SIZE], reply[CLOCK_SIZE];
	struct sockaddr_in from;
	socklen_t length;
	int connection;

	for (size_t i = 0; i < LOSSY_SPECS; i++)
		fds[i] = (struct pollfd){.fd = doors[i].fd, .events = POLLIN};
	while (poll(fds, LOSSY_SPECS, 60000) > 0) {
		for (size_t i = 0; i < CLOCKS; i++) {
			length = sizeof from;
			if (recvfrom(fds[i].fd, request, sizeof request, 0,
				     (struct sockaddr *)&from,
				     &length) != CLOCK_SIZE)
				continue;
			clock_answer(request, reply);
			if (lost[i])
				sendto(fds[i].fd, reply, sizeof reply, 0,
				       (struct sockaddr *)&from, length);
			lost[i] = true;
		}
		connection = accept(fds[CLOCKS].fd, NULL, NULL);
		if (connection < 0)
			continue;
		if (lost[CLOCKS])
			dprintf(connection, "220 ready\r\n");
		lost[CLOCKS] = true;
	}
}

/* A connection that opened and fell silent is no sign of anybody who blocks it,
 * where packets are lost: another one is made. */
static void a_silent_connection_is_made_again_under_loss(void **state)
{
	struct door doors[LOSSY_SPECS];
	struct spec specs[LOSSY_SPECS];
	struct engine_options options = {.specs = specs,
					 .spec_count = LOSSY_SPECS};
	struct arena a = {0};
	struct results out;
	struct error err;
	pid_t peer;

	(void)state;
	for (size_t i = 0; i < LOSSY_SPECS; i++) {
		doors[i] = door_open(i < CLOCKS ? SOCK_DGRAM : SOCK_STREAM);
		spec_of(&specs[i], "x/host:1", i < CLOCKS ? "ntp" : "ftp", &a,
			doors[i].port);
	}
	peer = fork();
	assert_true(peer >= 0);
	if (peer == 0) {
		lose(doors);
		_exit(0);
	}
	assert_int_equal(engine_run(&options, &out, &err), 0);
	kill(peer, SIGKILL);
	waitpid(peer, NULL, 0);
	assert_int_equal(out.lost_tries, LOSSY_SPECS);
	assert_int_equal(out.items[CLOCKS].outcome.cause, CAUSE_OK);
	assert_int_equal(out.items[CLOCKS].attempts, 2);
	assert_int_equal(out.items[CLOCKS].lost, 1);
	for (size_t i = 0; i < LOSSY_SPECS; i++)
		close(doors[i].fd);
	results_free(&out);
	arena_free(&a);
}

/* The second round ------------------------------------------------------- */

struct asked {
	uint16_t port;
	unsigned steps;      /* asked for */
	unsigned last;       /* the last one with a request; then none */
	size_t gathered[16]; /* evidence that was there at each */
};

/* One connection a step; late ones start 20 ms after their step. */
static size_t ask_step(void *arg, const struct results *r, unsigned step,
		       struct evidence_request *out, size_t max)
{
	struct asked *a = arg;

	assert_int_equal(step, a->steps);
	assert_int_equal(max, ENGINE_REQUESTS_MAX);
	a->gathered[a->steps++] = r->evidence_count;
	if (step > a->last)
		return 0;
	out[0] = (struct evidence_request){.kind = EVIDENCE_CONTROL,
					   .result = FIRST,
					   .what = "again",
					   .port = a->port,
					   .transport = TRANSPORT_TCP,
					   .delay_us = step * 20000};
	assert_true(addr_parse(&out[0].addr, "127.0.0.1"));
	return 1;
}

static void run_asked(struct asked *a, struct door *door, struct results *out)
{
	struct engine_options options = {.requests = ask_step,
					 .requests_arg = a};
	struct arena arena = {0};
	struct spec spec;
	struct error err;

	*door = door_open(SOCK_STREAM);
	a->port = door->port;
	spec_of(&spec, "x/host:tcp/1", "tcp", &arena, door->port);
	options.specs = &spec;
	options.spec_count = 1;
	assert_int_equal(engine_run(&options, out, &err), 0);
	arena_free(&arena);
}

/* Each step sees what those before it have gathered; no request ends it. */
static void steps_build_on_each_other(void **state)
{
	struct asked a = {.last = 1};
	struct results out;
	struct door door;

	(void)state;
	run_asked(&a, &door, &out);
	assert_int_equal(a.steps, 3);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(a.gathered[i], i);
	assert_int_equal(out.evidence_count, 2);
	assert_true(facts_is_true(&out.evidence[1].observed, "ok"));
	assert_true(out.evidence_us >= 20000);
	assert_int_equal(door_count(&door), 3);
	results_free(&out);
}

/* Who never has enough is asked no more than so often. */
static void steps_are_bounded(void **state)
{
	struct asked a = {.last = 99};
	struct results out;
	struct door door;

	(void)state;
	run_asked(&a, &door, &out);
	assert_int_equal(a.steps, ENGINE_STEPS_MAX);
	assert_int_equal(out.evidence_count, ENGINE_STEPS_MAX);
	assert_int_equal(door_count(&door), 1 + ENGINE_STEPS_MAX);
	results_free(&out);
}

/* Progress ---------------------------------------------------------------- */

struct seen {
	size_t calls, done, failed;
	bool shrank, ended;
};

static void note_progress(void *arg, const struct engine_progress *p)
{
	struct seen *s = arg;

	assert_int_equal(p->total, SPECS - 1);
	assert_true(p->done <= p->total && p->failed <= p->done);
	assert_true(p->left_us >= 0);
	s->shrank |= p->done < s->done;
	s->done = p->done;
	s->failed = p->failed;
	s->calls++;
	assert_int_equal(p->failing[FIRST], false);
	/* Seen twice, it is enough: the run is told to end, as by a user. */
	if (p->done == 1 && s->calls >= 2 && !s->ended) {
		s->ended = true;
		raise(SIGTERM);
	}
}

/* While one target is silent and one has refused, progress counts targets: as
 * many as there are, without the copy, from the first call to the last. */
static void progress_counts_targets(void **state)
{
	struct door first = door_open(SOCK_DGRAM),
		    other = door_open(SOCK_STREAM);
	struct seen seen = {0};
	struct spec specs[SPECS];
	struct engine_options options = {.specs = specs,
					 .spec_count = SPECS,
					 .progress = note_progress,
					 .progress_arg = &seen};
	struct arena a = {0};
	struct results out;
	struct error err;

	(void)state;
	spec_of(&specs[FIRST], "one/ntp/host:udp/1", "ntp", &a, first.port);
	spec_of(&specs[OTHER], "one/db/host:tcp/2", "tcp", &a, other.port);
	spec_of(&specs[COPY], "two/ntp/host:udp/1", "ntp", &a, first.port);
	specs[COPY].same_as = &specs[FIRST];
	close(other.fd);
	assert_int_equal(engine_run(&options, &out, &err), 0);
	assert_int_equal(out.interrupt_signal, SIGTERM);
	assert_true(seen.calls >= 2);
	assert_false(seen.shrank);
	assert_int_equal(seen.done, 1);
	assert_int_equal(seen.failed, 1);
	close(first.fd);
	results_free(&out);
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_shared_path_is_tested_once),
	    cmocka_unit_test(a_run_cut_short_copies_what_there_is),
	    cmocka_unit_test(results_know_their_platform),
	    cmocka_unit_test(a_silent_connection_is_made_again_under_loss),
	    cmocka_unit_test(steps_build_on_each_other),
	    cmocka_unit_test(steps_are_bounded),
	    /* The last one: a signal stays noted. */
	    cmocka_unit_test(progress_counts_targets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
