/* doctor.c - preflight doctor: what this host can test. Sends nothing. */
#include "cmd/cmd.h"
#include "core/os/clock.h"
#include "core/os/host.h"
#include "core/base/json.h"
#include "cmd/list.h"
#include "cmd/wrapped.h"
#include "core/net/loop.h"
#include "core/net/resolver.h"
#include "core/os/can.h"
#include "core/os/files.h"
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

enum { LINES = 11, LINES_MAX = LINES + CAN_COUNT };

static const char *const state_names[] = {"ok", "note", "missing"};

static void doctor_say(struct line *l, const char *name, enum state state,
		       const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static void doctor_say(struct line *l, const char *name, enum state state,
		       const char *format, ...)
{
	va_list ap;

	l->name = name;
	l->state = state;
	va_start(ap, format);
	vsnprintf(l->text, sizeof l->text, format, ap);
	va_end(ap);
}

static void doctor_join(char *out, size_t size, const struct fact *f)
{
	size_t at = 0;

	out[0] = '\0';
	for (size_t i = 0; f != NULL && i < f->list_count && at < size; i++)
		at += (size_t)snprintf(out + at, size - at, "%s%s",
				       i > 0 ? ", " : "", f->list[i]);
}

/* What is not told, and why: the same tables as for routes. */
static void doctor_say_not_known(struct line *l, const char *name)
{
	char why[OS_WHY];

	if (os_can(CAN_ROUTE, why) == KNOWN_NO)
		doctor_say(l, name, STATE_NOTE, "not known: %s", why);
	else
		doctor_say(l, name, STATE_NOTE,
			   "not known: this system does not report it");
}

/* known: the fact without which an absent one does not mean no. */
static void doctor_look_fact(struct line *l, const char *name,
			     const struct facts *f, const char *known,
			     bool good, enum state bad, const char *yes,
			     const char *no)
{
	if (good)
		doctor_say(l, name, STATE_OK, "%s", yes);
	else if (facts_find(f, known) != NULL)
		doctor_say(l, name, bad, "%s", no);
	else
		doctor_say_not_known(l, name);
}

static void doctor_look_network(struct line *l)
{
	struct facts f = {0};
	char addresses[256], gateways[128];

	host_facts(&f);
	doctor_join(addresses, sizeof addresses, facts_find(&f, "addresses"));
	doctor_join(gateways, sizeof gateways, facts_find(&f, "gateways"));
	doctor_look_fact(&l[0], "addresses", &f, "has-ipv4", *addresses != '\0',
			 STATE_MISSING, addresses,
			 "no address except loopback");
	doctor_look_fact(
	    &l[1], "gateways", &f, "has-gateway", *gateways != '\0',
	    STATE_MISSING, gateways,
	    "no default route: only the local network can be reached");
	doctor_look_fact(&l[2], "ipv6", &f, "has-ipv6",
			 facts_is_true(&f, "has-ipv6"), STATE_NOTE,
			 "this host has a global address",
			 "no global address: IPv6 paths are not tested");
	facts_free(&f);
}

static void doctor_look_hosts(struct line *l, const struct resolver *r)
{
	bool cut = false;
	size_t count = resolver_hosts(r, &cut);

	doctor_say(l, "hosts", cut ? STATE_NOTE : STATE_OK,
		   "%zu name%s in the hosts file%s", count, text_plural(count),
		   cut ? " are read; what lies behind them (64 MiB, 2000000 "
			 "names) is not"
		       : "");
}

/* Two lines. */
static void doctor_look_resolver(struct line *l)
{
	struct addr servers[RESOLVER_SERVERS_MAX];
	struct error err;
	struct loop *loop = loop_new(&err);
	struct resolver *r = loop != NULL ? resolver_new(loop, &err) : NULL;
	size_t count = r != NULL ? resolver_servers(r, servers) : 0;
	char text[256] = "", one[ADDR_TEXT];
	size_t at = 0;

	for (size_t i = 0; i < count && at < sizeof text; i++)
		at += (size_t)snprintf(text + at, sizeof text - at, "%s%s",
				       i > 0 ? ", " : "",
				       addr_text(&servers[i], one));
	if (r == NULL) {
		doctor_say(l, "resolvers", STATE_MISSING, "%s", err.text);
		doctor_say(l + 1, "hosts", STATE_MISSING, "%s", err.text);
	} else {
		doctor_say(l, "resolvers", count > 0 ? STATE_OK : STATE_MISSING,
			   "%s",
			   count > 0 ? text : "no name server is configured");
		doctor_look_hosts(l + 1, r);
	}
	resolver_free(r);
	loop_free(loop);
}

static void doctor_look_icmp(struct line *l)
{
	struct socket_options o = {.kind = SOCKET_ECHO};
	struct os_failure failure;
	bool raw = false;
	int fd;

	addr_parse(&o.remote, "127.0.0.1");
	fd = socket_open(&o, &raw, &failure);
	if (fd == -1)
		doctor_say(l, "icmp", STATE_MISSING,
			   "cannot send echo requests (%s): ping requirements "
			   "stay untested; allow them with %s",
			   os_failure_text(failure), os_text_allow_echo);
	else
		doctor_say(l, "icmp", STATE_OK, "echo requests through %s",
			   raw ? "a raw socket"
			       : "an unprivileged ping socket");
	socket_close(fd);
}

static void doctor_look_roots(struct line *l)
{
	unsigned system_count = 0, mozilla_count = 0;
	const char *bundle = NULL;
	struct error err;

	tls_global_init(&err);
	if (!tls_global_ready() || tls_has_no_roots()) {
		doctor_say(l, "roots", STATE_MISSING, "%s; %s", err.text,
			   err.suggestion);
		return;
	}
	tls_roots(&system_count, &mozilla_count, &bundle);
	doctor_say(l, "roots", STATE_OK,
		   "%u in %s, %u in Mozilla's list of public ones",
		   system_count, bundle, mozilla_count);
}

static void doctor_look_limits(struct line *l)
{
	size_t most = socket_most(0);

	doctor_say(l, "descriptors", most >= 1024 ? STATE_OK : STATE_NOTE,
		   "%zu", most);
}

static void doctor_look_landlock(struct line *l)
{
	static const char *const texts[] = {
	    [NOT_KNOWN] = "not known: this process may not ask",
	    [KNOWN_NO] = "not available in this kernel"};
	char how[64];
	enum known known = os_process_sandbox(how, sizeof how);

	doctor_say(l, "landlock", known == KNOWN_YES ? STATE_OK : STATE_NOTE,
		   "%s", known == KNOWN_YES ? how : texts[known]);
}

static void doctor_look_clock(struct line *l)
{
	static const char *const texts[] = {
	    [NOT_KNOWN] = "not known whether it is synchronised",
	    [KNOWN_NO] = "the kernel reports the clock as unsynchronised",
	    [KNOWN_YES] = "synchronised"};
	enum known synced = os_clock_synchronised();
	char now[CLOCK_TEXT], why[OS_WHY];
	bool denied = os_can(CAN_CLOCK_SYNC, why) != KNOWN_YES;

	clock_text(clock_system.wall_us(&clock_system), now);
	doctor_say(l, "clock", synced == KNOWN_YES ? STATE_OK : STATE_NOTE,
		   "%s, %s%s%s", now, texts[synced], denied ? ": " : "", why);
}

static void doctor_look_user(struct line *l)
{
	char user[64];
	bool root = os_process_user(user, sizeof user);

	doctor_say(l, "user", STATE_OK, "%s%s", user,
		   root ? " (root is needed only for echo requests, for "
			  "ports below 1024, and to ask who claims an address "
			  "on this network)"
			: "");
}

/* What this host cannot do or tell; echo and the clock have their lines. */
static size_t doctor_look_abilities(struct line *lines)
{
	char why[OS_WHY];
	size_t count = 0;

	for (int i = 0; i < CAN_COUNT; i++) {
		enum os_ability ability = (enum os_ability)i;
		enum known can = os_can(ability, why);

		if (can != KNOWN_YES && ability != CAN_ECHO &&
		    ability != CAN_CLOCK_SYNC)
			doctor_say(&lines[count++], os_ability_name(ability),
				   STATE_NOTE, "%s: %s",
				   can == KNOWN_NO ? "not here" : "not known",
				   why);
	}
	return count;
}

struct doctor_lines {
	const struct line *lines;
	size_t count;
};

static void doctor_json(const void *arg, FILE *out)
{
	const struct doctor_lines *d = arg;
	struct json_out j;

	json_begin(&j, out);
	json_object(&j);
	json_key_string(&j, "schema", "preflight.doctor/1");
	json_key(&j, "host");
	json_array(&j);
	for (size_t i = 0; i < d->count; i++) {
		const struct line *l = &d->lines[i];

		json_object(&j);
		json_key_string(&j, "name", l->name);
		json_key_string(&j, "state", state_names[l->state]);
		json_key_string(&j, "text", l->text);
		json_object_end(&j);
	}
	json_array_end(&j);
	json_object_end(&j);
	json_end(&j);
}

static void doctor_text(const void *arg, FILE *out)
{
	const struct doctor_lines *d = arg;

	for (size_t i = 0; i < d->count; i++)
		fprintf(out, "%-8s %-12s  %s\n", state_names[d->lines[i].state],
			d->lines[i].name, d->lines[i].text);
}

int doctor_run(struct options *o)
{
	struct line lines[LINES_MAX] = {0};
	struct doctor_lines all;
	char *text;
	struct error err;
	size_t count = LINES;

	if (command_check_format(o, &err) == -1)
		return command_fail_one(o, &err, EXIT_USAGE);
	if (o->argument_count > 0) {
		error_set(&err, "doctor takes no argument: '%s'",
			  o->arguments[0]);
		return command_fail_one(o, &err, EXIT_USAGE);
	}
	if (command_trusted_roots(o, &err) == -1)
		return command_fail_one(o, &err, EXIT_USAGE);
	doctor_look_user(&lines[0]);
	doctor_look_network(&lines[1]); /* three lines */
	doctor_look_resolver(&lines[4]);
	doctor_look_icmp(&lines[6]);
	doctor_look_roots(&lines[7]);
	doctor_look_clock(&lines[8]);
	doctor_look_limits(&lines[9]);
	doctor_look_landlock(&lines[10]);
	count += doctor_look_abilities(&lines[LINES]);
	all = (struct doctor_lines){lines, count};
	if (command_is_json(o)) {
		command_print(doctor_json, &all);
		return command_finish(o, 0);
	}
	text = os_file_text(doctor_text, &all);
	wrapped_print(text);
	free(text);
	return command_finish(o, 0);
}
