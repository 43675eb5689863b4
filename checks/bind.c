/*
 * bind.c - are the ports that the product must bind free on this host? A port
 * is bound for an instant and never listened on, so no client can connect.
 */
#include "core/engine/check.h"
#include "core/base/clock.h"
#include "core/os/port_owner.h"
#include "core/os/socket.h"
#include "core/base/params.h"
#include "core/base/spec.h"
#include "core/base/text.h"

#include <stdio.h>

enum { BIND_PORTS_MAX = 64 };
enum bind_transport { BIND_UDP, BIND_TCP };

struct bind_params {
	int transport;
	const struct port_list *ports;
	const struct port_list *warn_ports;
	const char *const *owners;
};

/* What was found, over all ports. */
struct bind_count {
	unsigned held, denied, failed;
};

static bool bind_has_no_family(enum net_error error)
{
	return error == NET_NO_FAMILY || error == NET_NO_ADDRESS;
}

/* Why the port cannot be served over IPv4 or IPv6; NET_OK: it can. */
static enum net_error bind_both(bool tcp, uint16_t port)
{
	enum net_error v4 = socket_try_port(ADDR_V4, tcp, port).error;
	enum net_error v6 = socket_try_port(ADDR_V6, tcp, port).error;

	if (v4 != NET_OK && !bind_has_no_family(v4))
		return v4;
	return bind_has_no_family(v6) ? v4 : v6;
}

static bool bind_in(const struct port_list *list, uint16_t port)
{
	for (size_t i = 0; list != NULL && i < list->count; i++)
		if (port >= list->ranges[i].first &&
		    port <= list->ranges[i].last)
			return true;
	return false;
}

static bool bind_is_owner(const struct bind_params *params, const char *name)
{
	for (size_t i = 0; params->owners != NULL && params->owners[i] != NULL;
	     i++)
		if (name[0] != '\0' && text_glob(params->owners[i], name))
			return true;
	return false;
}

static void bind_holder(struct probe *p, const struct port_owner *holder,
			const char *text)
{
	char since[CLOCK_TEXT];

	fact_string(p, "holder", text);
	if (holder->unit[0] != '\0')
		fact_string(p, "holder-unit", holder->unit);
	if (holder->since_s > 0)
		fact_string(p, "holder-since",
			    clock_text(holder->since_s * 1000000, since));
}

static void bind_held(struct probe *p, struct bind_count *count, uint16_t port,
		      const struct port_owner *holder)
{
	const struct bind_params *params = p->params;
	char text[PORT_OWNER_TEXT] = "an unknown program",
	     line[PORT_OWNER_TEXT + 32];

	if (holder != NULL)
		port_owner_text(holder, text);
	snprintf(line, sizeof line, "%u/%s %s", (unsigned)port,
		 params->transport == BIND_TCP ? "tcp" : "udp", text);
	if (holder != NULL && bind_is_owner(params, holder->name)) {
		fact_append(p, "owned", line);
	} else if (bind_in(params->warn_ports, port)) {
		fact_append(p, "in-use-expected", line);
	} else {
		if (count->held++ == 0 && holder != NULL)
			bind_holder(p, holder, text);
		fact_append(p, "in-use", line);
	}
}

static void bind_port(struct probe *p, struct bind_count *count, uint16_t port)
{
	const struct bind_params *params = p->params;
	bool tcp = params->transport == BIND_TCP;
	enum net_error error = bind_both(tcp, port);
	struct port_owner holder;
	char text[8];

	if (error == NET_OK)
		return;
	/* Without the privilege to bind it, the tables may still know. */
	if (port_owner_find(tcp, port, &holder) == KNOWN_YES) {
		bind_held(p, count, port, &holder);
	} else if (error == NET_IN_USE) {
		bind_held(p, count, port, NULL);
	} else if (error == NET_PROHIBITED || error == NET_NOT_PERMITTED) {
		snprintf(text, sizeof text, "%u", (unsigned)port);
		fact_append(p, "not-permitted", text);
		count->denied++;
	} else {
		count->failed++;
	}
}

static enum step bind_begin(struct probe *p)
{
	const struct bind_params *params = p->params;
	const struct port_range one = {p->spec->port, p->spec->port};
	const struct port_list single = {1, &one};
	const struct port_list *list =
	    params->ports != NULL ? params->ports : &single;
	struct bind_count count = {0};

	if (params->ports == NULL && p->spec->port == 0)
		return probe_untested(p, WHY_NEEDS_INPUT);
	for (size_t i = 0; i < list->count; i++)
		for (uint32_t port = list->ranges[i].first;
		     port <= list->ranges[i].last; port++)
			bind_port(p, &count, (uint16_t)port);
	if (count.held > 0)
		return probe_fail_at(p, PHASE_LOCAL, CAUSE_IN_USE);
	if (count.denied > 0)
		return probe_untested(p, WHY_NEEDS_PRIVILEGE);
	if (count.failed > 0)
		return probe_untested(p, WHY_LOCAL);
	return probe_ok(p);
}

static enum step bind_step(struct probe *p, enum event event)
{
	return event == EV_START ? bind_begin(p) : STEP_WAIT;
}

static int bind_validate(const void *arg, struct error *err)
{
	const struct bind_params *params = arg;

	if (params->ports != NULL &&
	    ports_total(params->ports) > BIND_PORTS_MAX)
		return error_set(err, "ports: at most %d", BIND_PORTS_MAX);
	return 0;
}

static unsigned bind_packets(const struct spec *s)
{
	(void)s;
	return 0;
}

static const char *const bind_transports[] = {"udp", "tcp", NULL};

static const struct param bind_param_table[] = {
    {"transport", PARAM_ENUM, offsetof(struct bind_params, transport), "udp",
     "transport of the ports", .choices = bind_transports},
    {"ports", PARAM_PORTS, offsetof(struct bind_params, ports), NULL,
     "ports that must be free; without this, the port of the target",
     .required = false},
    {"warn_ports", PARAM_PORTS, offsetof(struct bind_params, warn_ports), NULL,
     "ports that may be in use (the system's own); noted only",
     .required = false},
    {"owners", PARAM_LIST, offsetof(struct bind_params, owners), NULL,
     "programs of the product itself, which may use their ports",
     .required = false},
    {0},
};

static const struct fact_def bind_fact_table[] = {
    {"in-use", FACT_LIST, "ports in use, as \"port/transport program (pid)\""},
    {"holder", FACT_STRING, "the program that uses the first of them"},
    {"holder-unit", FACT_STRING, "the systemd unit or container that it is of"},
    {"holder-since", FACT_STRING, "when that program started"},
    {"in-use-expected", FACT_LIST, "ports of warn_ports that are in use"},
    {"owned", FACT_LIST, "ports that the product itself uses"},
    {"not-permitted", FACT_LIST, "ports that only a privileged user may bind"},
    {0},
};

const struct check check_bind = {
    .name = "bind",
    .summary = "the ports that the product binds on this host are free",
    .params = bind_param_table,
    .facts = bind_fact_table,
    .params_size = sizeof(struct bind_params),
    .needs = NEEDS_NOTHING,
    .proxy = PROXY_NEVER,
    .transport = TRANSPORT_LOCAL,
    .attempts = 1,
    .validate = bind_validate,
    .packets = bind_packets,
    .step = bind_step,
};
