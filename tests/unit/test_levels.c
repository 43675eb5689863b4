/*
 * test_levels.c - a thousand runs in one process, from the profile to the
 * written report: descriptors and heap stay where they were after the first.
 */
#include "core/base/mem.h"
#include "core/engine/engine.h"
#include "profiles/plan/plan.h"
#include "profiles/read/inventory.h"
#include "profiles/read/profile.h"
#include "report/controls/controls_plan.h"
#include "report/correlation.h"
#include "report/report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <dirent.h>
#include <malloc.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

enum { RUNS = 1000, FIRST_LEVEL = 10 };

static const char profile_text[] =
    "preflight: profile/1\n"
    "name: small\nversion: 2026.1.1\ntitle: Small\n"
    "sources:\n  doc: {title: A document}\n"
    "roles: {collector: this machine}\ndefault_role: collector\n"
    "requirements:\n"
    "  - {id: open, title: Open, from: collector, to: internet,\n"
    "     level: required, check: tcp, hosts: [127.0.0.1],\n"
    "     ports: [%u], source: doc}\n"
    "  - {id: shut, title: Shut, from: collector, to: internet,\n"
    "     level: required, check: https, hosts: [127.0.0.1],\n"
    "     ports: [%u], source: doc}\n";

/* A socket of loopback and its port. */
static int door(bool listens, unsigned *port)
{
	struct sockaddr_in a = {.sin_family = AF_INET,
				.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof a;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	assert_int_not_equal(fd, -1);
	assert_int_equal(bind(fd, (struct sockaddr *)&a, length), 0);
	if (listens)
		assert_int_equal(listen(fd, 16), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &length), 0);
	*port = ntohs(a.sin_port);
	return fd;
}

struct held {
	size_t descriptors, heap;
};

static struct held held_now(void)
{
	DIR *folder = opendir("/proc/self/fd");
	struct held now = {0};

	assert_non_null(folder);
	while (readdir(folder) != NULL)
		now.descriptors++;
	closedir(folder);
	now.heap = mallinfo2().uordblks + mallinfo2().hblkhd;
	return now;
}

struct round {
	const struct plan *plan;
};

/* Beside what the report asks about a refused port, which is nothing: is the
 * port still open? */
static size_t ask(void *arg, const struct results *r, unsigned step,
		  struct evidence_request *out, size_t max)
{
	struct round *round = arg;
	struct correlation *c = correlation_new(round->plan, r);
	size_t count = controls_plan(c, step, out, max);

	correlation_free(c);
	if (step > 0)
		return count;
	out[count] = (struct evidence_request){.kind = EVIDENCE_CONTROL,
					       .what = "again",
					       .addr = r->items[0].addr,
					       .port = r->items[0].port,
					       .transport = TRANSPORT_TCP};
	return count + 1;
}

/* What is run, and the report as JSON into nothing. */
static void run_plan(const struct plan *plan, FILE *nothing)
{
	struct round round = {.plan = plan};
	struct engine_options options = {.specs = plan->specs,
					 .spec_count = plan->spec_count,
					 .rate = ENGINE_RATE_FAST,
					 .rate_per_target = ENGINE_RATE_FAST,
					 .requests = ask,
					 .requests_arg = &round};
	struct run_info info = {.id = "0123456789abcdef", .version = "test"};
	struct format_options format = {.width = 80};
	struct results results = {0};
	struct report *report;
	struct error err;

	assert_int_equal(engine_run(&options, &results, &err), 0);
	report = report_build(plan, &results, &info);
	assert_int_equal(report->requirements[0].verdict, VERDICT_PASS);
	assert_int_equal(report->requirements[1].verdict, VERDICT_FAIL);
	/* The repeated test, and whether the host opens any port. */
	assert_int_equal(report->evidence_count, 2);
	format_find("json")->write(report, &format, nothing);
	report_free(report);
	results_free(&results);
}

static void run_once(const char *path, FILE *nothing)
{
	struct errors errors = {0};
	struct inventory *inventory = inventory_new();
	struct plan_profile_request profile = {.profile =
						   profile_load(path, &errors)};
	const char *none[] = {NULL};
	struct plan_request request = {.profile_count = 1,
				       .profiles = &profile,
				       .inventory = inventory,
				       .only = none,
				       .skip = none};
	struct plan *plan;

	profile.scenarios = none;
	assert_non_null(profile.profile);
	plan = plan_build(&request, &errors);
	assert_non_null(plan);
	run_plan(plan, nothing);
	plan_free(plan);
	profile_free(profile.profile);
	inventory_free(inventory);
	errors_free(&errors);
}

static void a_thousand_runs_leave_nothing(void **state)
{
	char path[] = "/tmp/preflight-levels-XXXXXX";
	int fd = mkstemp(path), open_door, shut_door, accepted;
	FILE *nothing = fopen("/dev/null", "w");
	struct held first = {0}, last = {0};
	unsigned open_port, shut_port;

	(void)state;
	open_door = door(true, &open_port);
	shut_door = door(false, &shut_port);
	assert_true(fd != -1 && nothing != NULL);
	assert_true(dprintf(fd, profile_text, open_port, shut_port) > 0);
	for (unsigned i = 1; i <= RUNS; i++) {
		run_once(path, nothing);
		while ((accepted = accept(open_door, NULL, NULL)) != -1)
			close(accepted);
		last = held_now();
		if (i == FIRST_LEVEL)
			first = last;
	}
	unlink(path);
	assert_int_equal(last.descriptors, first.descriptors);
	assert_int_equal(last.heap, first.heap);
	fclose(nothing);
	close(open_door);
	close(shut_door);
	close(fd);
}

/* malloc() counts as used what each thread keeps at hand: without that the heap
 * is the same to the octet. */
static void begin_without_thread_caches(char **argv)
{
	static const char tunable[] = "glibc.malloc.tcache_count=0";
	const char *set = getenv("GLIBC_TUNABLES");

	if (set != NULL && strcmp(set, tunable) == 0)
		return;
	setenv("GLIBC_TUNABLES", tunable, 1);
	execv("/proc/self/exe", argv);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_thousand_runs_leave_nothing),
	};

	(void)argc;
	begin_without_thread_caches(argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
