/* doctor.c - preflight doctor: what this host can test. Sends nothing. */
#include "cmd/cmd.h"
#include "core/os/host.h"
#include "core/base/json.h"
#include "cmd/list.h"
#include "core/net/loop.h"
#include "core/net/resolver.h"
#include "core/os/socket.h"
#include "core/base/text.h"
#include "core/net/tls.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

/* Printed as "ok", "note" or "missing". */
enum state { STATE_OK, STATE_NOTE, STATE_MISSING };

struct line {
	const char *name;
	enum state state;
	char text[512];
};

enum { LINES = 10 };

static const char *const state_names[] = {"ok", "note", "missing"};

static void say(struct line *l, const char *name, enum state state,
		const char *format, ...) __attribute__((format(printf, 4, 5)));

static void say(struct line *l, const char *name, enum state state,
		const char *format, ...)
{
	va_list ap;

	l->name = name;
	l->state = state;
	va_start(ap, format);
	vsnprintf(l->text, sizeof l->text, format, ap);
	va_end(ap);
}

static void join(char *out, size_t size, const struct fact *f)
{
	size_t at = 0;

	out[0] = '\0';
	for (size_t i = 0; f != NULL && i < f->list_count && at < size; i++)
		at += (size_t)snprintf(out + at, size - at, "%s%s",
				       i > 0 ? ", " : "", f->list[i]);
}

static void look_network(struct line *l)
{
	struct facts f = {0};
	char addresses[256], gateways[128];

	host_facts(&f);
	join(addresses, sizeof addresses, facts_find(&f, "addresses"));
	join(gateways, sizeof gateways, facts_find(&f, "gateways"));
	say(&l[0], "addresses", *addresses ? STATE_OK : STATE_MISSING, "%s",
	    *addresses ? addresses : "no address beside loopback");
	say(&l[1], "gateways", *gateways ? STATE_OK : STATE_MISSING, "%s",
	    *gateways ? gateways : "no default route: only this network");
	say(&l[2], "ipv6",
	    facts_is_true(&f, "has-ipv6") ? STATE_OK : STATE_NOTE, "%s",
	    facts_is_true(&f, "has-ipv6")
		? "this host has a global address"
		: "no global address: IPv6 paths are not tested");
	facts_free(&f);
}

static void look_resolver(struct line *l)
{
	struct addr servers[RESOLVER_SERVERS_MAX];
	struct loop *loop = loop_new();
	struct error err;
	struct resolver *r = resolver_new(loop, &err);
	size_t count = r != NULL ? resolver_servers(r, servers) : 0;
	char text[256] = "", one[ADDR_TEXT];
	size_t at = 0;

	for (size_t i = 0; i < count && at < sizeof text; i++)
		at += (size_t)snprintf(text + at, sizeof text - at, "%s%s",
				       i > 0 ? ", " : "",
				       addr_text(&servers[i], one));
	say(l, "resolvers", count > 0 ? STATE_OK : STATE_MISSING, "%s",
	    count > 0 ? text : "no name server is configured");
	resolver_free(r);
	loop_free(loop);
}

static void look_icmp(struct line *l)
{
	struct socket_options o = {.kind = SOCKET_ECHO};
	struct os_failure failure;
	bool raw = false;
	int fd;

	addr_parse(&o.remote, "127.0.0.1");
	fd = socket_open(&o, &raw, &failure);
	if (fd == -1)
		say(l, "icmp", STATE_MISSING,
		    "no echo (%s): ping requirements stay untested; allow it "
		    "with net.ipv4.ping_group_range or CAP_NET_RAW",
		    os_failure_text(failure));
	else
		say(l, "icmp", STATE_OK, "echo by %s",
		    raw ? "a raw socket" : "an unprivileged ping socket");
	socket_close(fd);
}

static void look_roots(struct line *l)
{
	unsigned system_count = 0, mozilla_count = 0;
	const char *bundle = NULL;
	struct error err;

	if (tls_global_init(&err) == -1) {
		say(l, "roots", STATE_MISSING, "%s", err.text);
		return;
	}
	tls_roots(&system_count, &mozilla_count, &bundle);
	say(l, "roots", mozilla_count > 0 ? STATE_OK : STATE_NOTE,
	    "%u in %s, %u of Mozilla's%s", system_count, bundle, mozilla_count,
	    mozilla_count > 0 ? ""
			      : ": a root that was added locally cannot be "
				"told apart");
}

static void look_limits(struct line *l)
{
	struct rlimit limit = {0};

	getrlimit(RLIMIT_NOFILE, &limit);
	say(l, "descriptors", limit.rlim_cur >= 1024 ? STATE_OK : STATE_NOTE,
	    "%llu", (unsigned long long)limit.rlim_cur);
}

static void look_landlock(struct line *l)
{
#ifdef SYS_landlock_create_ruleset
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0, 1);
#else
	long version = -1;
#endif
	if (version > 0)
		say(l, "landlock", STATE_OK, "kernel ABI %ld", version);
	else
		say(l, "landlock", STATE_NOTE, "not in this kernel");
}

static void look_clock(struct line *l)
{
	struct timex t = {0};
	char now[CLOCK_TEXT];
	bool synced = adjtimex(&t) != -1 && (t.status & STA_UNSYNC) == 0;

	clock_text(clock_system.wall_us(&clock_system), now);
	say(l, "clock", synced ? STATE_OK : STATE_NOTE, "%s, %s", now,
	    synced ? "synchronised"
		   : "the kernel does not know it to be synchronised");
}

static void look_user(struct line *l)
{
	say(l, "user", STATE_OK, "uid %u%s", (unsigned)geteuid(),
	    geteuid() == 0 ? " (root is not needed but for echo)" : "");
}

static void print_json(const struct line *lines)
{
	struct json_out j;

	json_begin(&j, stdout);
	json_object(&j);
	json_key_string(&j, "schema", "preflight.doctor/1");
	json_key(&j, "host");
	json_array(&j);
	for (size_t i = 0; i < LINES; i++) {
		json_object(&j);
		json_key_string(&j, "name", lines[i].name);
		json_key_string(&j, "state", state_names[lines[i].state]);
		json_key_string(&j, "text", lines[i].text);
		json_object_end(&j);
	}
	json_array_end(&j);
	json_object_end(&j);
	json_end(&j);
}

static int run(struct options *o)
{
	struct line lines[LINES] = {0};
	struct error err;

	if (list_check_format(o, &err) == -1)
		return command_fail_one(o, &err, EXIT_USAGE);
	if (o->argument_count > 0) {
		error_set(&err, "doctor takes no argument: '%s'",
			  o->arguments[0]);
		return command_fail_one(o, &err, EXIT_USAGE);
	}
	look_user(&lines[0]);
	look_network(&lines[1]); /* three lines */
	look_resolver(&lines[4]);
	look_icmp(&lines[5]);
	look_roots(&lines[6]);
	look_clock(&lines[7]);
	look_limits(&lines[8]);
	look_landlock(&lines[9]);
	if (command_is_json(o)) {
		print_json(lines);
		return command_finish(o, 0);
	}
	for (size_t i = 0; i < LINES; i++)
		printf("%-8s %-12s %s\n", state_names[lines[i].state],
		       lines[i].name, lines[i].text);
	return command_finish(o, 0);
}

static const enum option_id options[] = {OPT_FORMAT, OPT_END};

const struct command command_doctor = {
    .name = "doctor",
    .arguments = "",
    .summary = "Say what this host can test; nothing is sent",
    .options = options,
    .run = run,
};
