/*
 * report_cost: CPU time of a report over N failing results, by scenario.
 *
 *     report_cost SCENARIO N
 *
 * Prints microseconds of CPU for judging, diagnosing and writing text and JSON,
 * the best of a few rounds, and the number of findings.
 */
#include "tests/unit/synthetic.h"

#include <time.h>

enum { PORTS = 40, ROUNDS = 3 };

static struct site site;

#define text(...) arena_printf(&site.arena, __VA_ARGS__)

/* Device k, and its address 10.A.B.C. */
static size_t device(size_t k, const char *type)
{
	return site_device(
	    &site, text("device-%zu", k),
	    text("10.%zu.%zu.%zu", 1 + k / 50000, k / 250 % 200, 1 + k % 250),
	    type);
}

static void need(size_t k, const char *check)
{
	struct requirement *q =
	    site_need(&site, text("lan.r%zu", k), check, "AUV-20");

	q->to_kind = TO_DEVICE;
}

static struct result *fails(size_t d, enum transport t, size_t port,
			    enum phase phase, enum cause cause)
{
	site_device_target(&site, d, t, (uint16_t)port);
	return site_result(&site, site.devices[d].address, phase, cause);
}

static size_t devices_with_ping(size_t count)
{
	for (size_t i = 0; i < count; i++)
		device(i, "server");
	need(1000, "icmp");
	for (size_t i = 0; i < count; i++)
		fails(i, TRANSPORT_ICMP, 0, PHASE_REPLY, CAUSE_OK);
	return count;
}

/* One firewall drops 40 ports of all devices. */
static void tell_dropped(size_t n)
{
	size_t count = devices_with_ping(n / PORTS);

	for (size_t p = 0; p < PORTS; p++) {
		need(p, "tcp");
		for (size_t i = 0; i < count; i++)
			fails(i, TRANSPORT_TCP, 1000 + p, PHASE_CONNECT,
			      CAUSE_TIMEOUT);
	}
}

/* Each device is silent on a port of its own: thousands of causes. */
static void tell_apart(size_t n)
{
	size_t count = devices_with_ping(n);

	need(0, "tcp");
	for (size_t i = 0; i < count; i++)
		fails(i, TRANSPORT_TCP, 1000 + i, PHASE_REPLY, CAUSE_BAD_REPLY);
}

/* A router reports 40 ports of all devices as unreachable. */
static void tell_unreachable(size_t n)
{
	size_t count = devices_with_ping(n / PORTS);

	for (size_t p = 0; p < PORTS; p++) {
		need(p, "tcp");
		for (size_t i = 0; i < count; i++)
			site_icmp(fails(i, TRANSPORT_TCP, 1000 + p,
					PHASE_CONNECT, CAUSE_UNREACHABLE),
				  3, 1, "10.0.0.1");
	}
}

/* Every device prohibits by itself. */
static void tell_prohibited(size_t n)
{
	size_t count = devices_with_ping(n / PORTS);

	for (size_t p = 0; p < PORTS; p++) {
		need(p, "tcp");
		for (size_t i = 0; i < count; i++)
			site_icmp(fails(i, TRANSPORT_TCP, 1000 + p,
					PHASE_CONNECT, CAUSE_PROHIBITED),
				  3, 13, site.devices[i].address);
	}
}

/* Hosts on the internet, each silent by itself, among some that answer. */
static void tell_hosts(size_t n)
{
	site_need(&site, "cloud.hosts", "tcp", "AUV-01");
	for (size_t i = 0; i < n; i++) {
		site_target(&site, text("h%zu.example%zu.org", i, i / 3),
			    TRANSPORT_TCP, 8443);
		site_result(&site, text("203.0.%zu.%zu", i / 250, 1 + i % 250),
			    PHASE_CONNECT, CAUSE_TIMEOUT);
	}
	site_target(&site, "fine.example", TRANSPORT_TCP, 8443);
	site_ok(&site, "198.51.100.1");
}

/* Devices of which nothing answers, beside some that do. */
static void tell_off(size_t n)
{
	for (size_t i = 0; i < n / 2; i++)
		device(i, "server");
	need(0, "icmp");
	for (size_t i = 0; i < n / 2; i++)
		fails(i, TRANSPORT_ICMP, 0, PHASE_REPLY,
		      i % 10 == 0 ? CAUSE_OK : CAUSE_TIMEOUT);
	need(1, "tcp");
	for (size_t i = 0; i < n / 2; i++)
		fails(i, TRANSPORT_TCP, 22, PHASE_CONNECT, CAUSE_TIMEOUT);
}

/* Every service is refused by every device. */
static void tell_refused(size_t n)
{
	size_t count = devices_with_ping(n / PORTS);

	for (size_t p = 0; p < PORTS; p++) {
		need(p, "tcp");
		for (size_t i = 0; i < count; i++)
			fails(i, TRANSPORT_TCP, 1000 + p, PHASE_CONNECT,
			      CAUSE_REFUSED);
	}
}

static const struct story {
	const char *name;
	void (*tell)(size_t n);
} scenarios[] = {{"dropped", tell_dropped},
		 {"apart", tell_apart},
		 {"unreachable", tell_unreachable},
		 {"prohibited", tell_prohibited},
		 {"hosts", tell_hosts},
		 {"off", tell_off},
		 {"refused", tell_refused}};

static int64_t cpu_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static int64_t report_once(void)
{
	const struct format_options o = {.width = 100};
	int64_t begun = cpu_us();

	site_report(&site);
	free(site_render(&site, "text", &o));
	free(site_render(&site, "json", &o));
	return cpu_us() - begun;
}

int main(int argc, char **argv)
{
	size_t count = sizeof scenarios / sizeof scenarios[0];
	int64_t best = INT64_MAX;

	if (argc != 3)
		return 2;
	site_begin(&site);
	for (size_t i = 0; i < count; i++) {
		if (strcmp(argv[1], scenarios[i].name) == 0)
			scenarios[i].tell((size_t)strtoul(argv[2], NULL, 10));
	}
	for (int i = 0; i < ROUNDS; i++) {
		int64_t took = report_once();

		best = took < best ? took : best;
	}
	printf("%lld %zu\n", (long long)best, site.report->finding_count);
	site_end(&site);
	return 0;
}
