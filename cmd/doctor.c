/* doctor.c - preflight doctor: what this host can test. Sends nothing. */
#include "cmd/cmd.h"
#include "core/os/clock.h"
#include "core/os/host.h"
#include "core/base/json.h"
#include "cmd/list.h"
#include "core/net/loop.h"
#include "core/net/resolver.h"
#include "core/os/can.h"
#include "core/os/process.h"
#include "core/os/socket.h"
#include "core/os/text.h"
#include "core/base/text.h"
#include "core/net/tls.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Printed as "ok", "note" or "missing". */
enum state { STATE_OK, STATE_NOTE, STATE_MISSING };

struct line {
	const char *name;
	enum state state;
	char text[512];
};

enum { LINES = 10, LINES_MAX = LINES + CAN_COUNT };

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

/* known: the fact without which an absent one does not mean no. */
static void look_fact(struct line *l, const char *name, const struct facts *f,
		      const char *known, bool good, enum state bad,
		      const char *yes, const char *no)
{
	if (good)
		say(l, name, STATE_OK, "%s", yes);
	else if (facts_find(f, known) != NULL)
		say(l, name, bad, "%s", no);
	else
		say(l, name, STATE_NOTE, "not known: this host does not tell");
}

static void look_network(struct line *l)
{
	struct facts f = {0};
	char addresses[256], gateways[128];

	host_facts(&f);
	join(addresses, sizeof addresses, facts_find(&f, "addresses"));
	join(gateways, sizeof gateways, facts_find(&f, "gateways"));
	look_fact(&l[0], "addresses", &f, "has-ipv4", *addresses != '\0',
		  STATE_MISSING, addresses, "no address beside loopback");
	look_fact(&l[1], "gateways", &f, "has-gateway", *gateways != '\0',
		  STATE_MISSING, gateways,
		  "no default route: only this network");
	look_fact(&l[2], "ipv6", &f, "has-ipv6", facts_is_true(&f, "has-ipv6"),
		  STATE_NOTE, "this host has a global address",
		  "no global address: IPv6 paths are not tested");
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
		    "with %s",
		    os_failure_text(failure), os_text_allow_echo);
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
	size_t most = socket_most(0);

	say(l, "descriptors", most >= 1024 ? STATE_OK : STATE_NOTE, "%zu",
	    most);
}

static void look_landlock(struct line *l)
{
	char how[64];

	if (os_process_sandbox(how, sizeof how) == KNOWN_YES)
		say(l, "landlock", STATE_OK, "%s", how);
	else
		say(l, "landlock", STATE_NOTE, "not in this kernel");
}

static void look_clock(struct line *l)
{
	static const char *const texts[] = {
	    [NOT_KNOWN] = "this host does not tell whether it is synchronised",
	    [KNOWN_NO] = "the kernel does not know it to be synchronised",
	    [KNOWN_YES] = "synchronised"};
	enum known synced = os_clock_synchronised();
	char now[CLOCK_TEXT];

	clock_text(clock_system.wall_us(&clock_system), now);
	say(l, "clock", synced == KNOWN_YES ? STATE_OK : STATE_NOTE, "%s, %s",
	    now, texts[synced]);
}

static void look_user(struct line *l)
{
	char user[64];
	bool root = os_process_user(user, sizeof user);

	say(l, "user", STATE_OK, "%s%s", user,
	    root ? " (root is not needed but for echo)" : "");
}

/* What this host cannot do or tell; echo and the clock have their lines. */
static size_t look_abilities(struct line *lines)
{
	char why[OS_WHY];
	size_t count = 0;

	for (int i = 0; i < CAN_COUNT; i++) {
		enum os_ability ability = (enum os_ability)i;
		enum known can = os_can(ability, why);

		if (can != KNOWN_YES && ability != CAN_ECHO &&
		    ability != CAN_CLOCK_SYNC)
			say(&lines[count++], os_ability_name(ability),
			    STATE_NOTE, "%s: %s",
			    can == KNOWN_NO ? "not here" : "not known", why);
	}
	return count;
}

static void print_json(const struct line *lines, size_t count)
{
	struct json_out j;

	json_begin(&j, stdout);
	json_object(&j);
	json_key_string(&j, "schema", "preflight.doctor/1");
	json_key(&j, "host");
	json_array(&j);
	for (size_t i = 0; i < count; i++) {
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
	struct line lines[LINES_MAX] = {0};
	struct error err;
	size_t count = LINES;

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
	count += look_abilities(&lines[LINES]);
	if (command_is_json(o)) {
		print_json(lines, count);
		return command_finish(o, 0);
	}
	for (size_t i = 0; i < count; i++)
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
