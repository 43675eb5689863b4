/*
 * snmp.c - net-snmp's single-session API on the engine's loop, twice: on a
 * lent descriptor, and as a codec over the engine's own datagrams. The library
 * reads no configuration and writes no file; it is set up once per run.
 */
#include "tests/spike/spike.h"

#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
#include <net-snmp/library/large_fd_set.h>

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* The library's set-up, once per run --------------------------------------- */

static unsigned agent_opened, agent_closed;

static void agent_set_up(void)
{
	const int library = NETSNMP_DS_LIBRARY_ID;

	setenv("SNMP_PERSISTENT_DIR", "/dev/null", 1);
	setenv("MIBS", "", 1);
	setenv("MIBDIRS", "", 1);
	netsnmp_ds_set_boolean(library, NETSNMP_DS_LIB_DONT_READ_CONFIGS, 1);
	netsnmp_ds_set_boolean(library, NETSNMP_DS_LIB_DISABLE_PERSISTENT_LOAD,
			       1);
	netsnmp_ds_set_boolean(library, NETSNMP_DS_LIB_DISABLE_PERSISTENT_SAVE,
			       1);
	snmp_disable_stderrlog();
	init_snmp("preflight");
}

static void *agent_open(struct error *err)
{
	static bool is_set_up;

	(void)err;
	agent_opened++;
	/* Each set-up after snmp_shutdown() leaks 4,800 octets (5.9.3): once
	 * per process, and never shut down. */
	if (!is_set_up)
		agent_set_up();
	is_set_up = true;
	return &is_set_up;
}

static void agent_close(void *shared)
{
	(void)shared;
	agent_closed++;
}

/* The check ---------------------------------------------------------------- */

enum { AGENT_FAKE_FD = 0 }; /* a place in a set of descriptors, no more */

struct agent_state {
	struct snmp_session session;
	void *handle; /* of the single-session API */
	struct probe *p;
	int fd;    /* -1: the engine's datagrams */
	int error; /* errno of a failing recv() */
	bool report;
	char engine[2 * 32 + 1];
};

/* What a transport carries: the library frees it, and nothing behind it. */
struct agent_link {
	struct agent_state *state;
};

static struct agent_state *agent_of(const netsnmp_transport *t)
{
	return ((const struct agent_link *)t->data)->state;
}

static int agent_send(netsnmp_transport *t, const void *bytes, int size,
		      void **opaque, int *opaque_length)
{
	struct agent_state *s = agent_of(t);

	(void)opaque;
	(void)opaque_length;
	if (s->fd != -1)
		return (int)send(s->fd, bytes, (size_t)size, 0);
	probe_send(s->p, bytes, (size_t)size);
	return size;
}

static int agent_receive(netsnmp_transport *t, void *bytes, int size,
			 void **opaque, int *opaque_length)
{
	struct agent_state *s = agent_of(t);

	*opaque = NULL;
	*opaque_length = 0;
	if (s->fd != -1) {
		ssize_t length = recv(s->fd, bytes, (size_t)size, 0);

		s->error = length == -1 ? errno : 0;
		return (int)length;
	}
	size_t length = s->p->in->length;
	if (length > (size_t)size)
		length = (size_t)size;
	memcpy(bytes, s->p->in->data, length);
	return (int)length;
}

static int agent_transport_closed(netsnmp_transport *t)
{
	(void)t;
	return 0; /* stop() closes */
}

/* Called inside snmp_sess_read2(): notes, does not end anything. */
static int agent_called(int operation, struct snmp_session *session, int id,
			struct snmp_pdu *pdu, void *magic)
{
	struct agent_state *s = magic;

	(void)session;
	(void)id;
	if (operation != NETSNMP_CALLBACK_OP_RECEIVED_MESSAGE ||
	    pdu->command != SNMP_MSG_REPORT)
		return 1; /* also 6 (resend) and 7, which precedes a REPORT */
	s->report = true;
	for (size_t i = 0; i < pdu->securityEngineIDLen && i < 32; i++)
		snprintf(s->engine + 2 * i, 3, "%02x",
			 (unsigned)pdu->securityEngineID[i]);
	return 1;
}

static bool agent_session(struct agent_state *s)
{
	static const oid udp[] = {1, 3, 6, 1, 6, 1, 1};
	netsnmp_transport *t = calloc(1, sizeof *t);
	struct agent_link *link = calloc(1, sizeof *link);

	t->domain = udp;
	t->domain_length = sizeof udp / sizeof udp[0];
	t->sock = s->fd != -1 ? s->fd : AGENT_FAKE_FD;
	t->msgMaxSize = 65507;
	t->f_send = agent_send;
	t->f_recv = agent_receive;
	t->f_close = agent_transport_closed;
	link->state = s;
	t->data = link;
	t->data_length = sizeof *link;
	snmp_sess_init(&s->session);
	s->session.version = SNMP_VERSION_3;
	s->session.securityModel = USM_SEC_MODEL_NUMBER;
	s->session.securityLevel = SNMP_SEC_LEVEL_NOAUTH;
	s->session.flags |= SNMP_FLAGS_DONT_PROBE;
	s->session.timeout = 60000000; /* the deadline is the engine's */
	s->session.retries = 0;
	s->handle = snmp_sess_add(&s->session, t, NULL, NULL);
	if (s->handle == NULL)
		return false;
	/* Opening clears the flag; without it a send would probe and wait. */
	snmp_sess_session(s->handle)->flags |= SNMP_FLAGS_DONT_PROBE;
	return true;
}

static bool agent_ask(struct agent_state *s)
{
	netsnmp_pdu *pdu = snmp_pdu_create(SNMP_MSG_GET);

	pdu->version = SNMP_VERSION_3;
	pdu->securityName = strdup("");
	pdu->securityNameLen = 0;
	pdu->securityLevel = SNMP_SEC_LEVEL_NOAUTH;
	pdu->securityModel = USM_SEC_MODEL_NUMBER;
	if (snmp_sess_async_send(s->handle, pdu, agent_called, s) != 0)
		return true;
	snmp_free_pdu(pdu);
	return false;
}

static enum step agent_opened_path(struct probe *p)
{
	struct agent_state *s = p->state;

	s->p = p;
	s->fd = -1;
	if (strcmp(p->check->name, "agent-lent") == 0) {
		s->fd = probe_take_fd(p);
		probe_watch(p, s->fd, LOOP_READ);
	}
	fact_bool(p, "shared", p->shared != NULL);
	if (!agent_session(s) || !agent_ask(s))
		return probe_untested(p, WHY_LOCAL);
	return STEP_WAIT;
}

static enum step agent_readable(struct probe *p)
{
	struct agent_state *s = p->state;
	netsnmp_large_fd_set set;

	netsnmp_large_fd_set_init(&set, FD_SETSIZE);
	NETSNMP_LARGE_FD_ZERO(&set);
	NETSNMP_LARGE_FD_SET(s->fd != -1 ? s->fd : AGENT_FAKE_FD, &set);
	snmp_sess_read2(s->handle, &set);
	netsnmp_large_fd_set_cleanup(&set);
	if (s->report) {
		fact_string(p, "engine-id", s->engine);
		return probe_ok(p);
	}
	if (s->error == ECONNREFUSED)
		return probe_fail_at(p, PHASE_CONNECT, CAUSE_REFUSED);
	return STEP_WAIT;
}

static enum step agent_step(struct probe *p, enum event event)
{
	switch (event) {
	case EV_START:
		return agent_opened_path(p);
	case EV_DATA:
	case EV_WATCH:
		return agent_readable(p);
	default:
		return STEP_WAIT;
	}
}

static void agent_stop(struct probe *p)
{
	struct agent_state *s = p->state;

	if (s->fd != -1)
		probe_watch(p, s->fd, 0);
	if (s->handle != NULL)
		snmp_sess_close(s->handle);
	if (s->fd != -1)
		close(s->fd);
}

static const struct fact_def agent_facts[] = {
    {.name = "engine-id", .type = FACT_STRING, .help = "hex"},
    {.name = "shared", .type = FACT_BOOL, .help = "open() was called"},
    {.name = NULL}};

static const struct check agent_lent = {
    .name = "agent-lent",
    .summary = "SNMPv3 discovery by net-snmp on a lent descriptor",
    .facts = agent_facts,
    .state_size = sizeof(struct agent_state),
    .needs = NEEDS_UDP,
    .transport = TRANSPORT_UDP,
    .port = 161,
    .step = agent_step,
    .stop = agent_stop,
    .open = agent_open,
    .close = agent_close};

static const struct check agent_codec = {
    .name = "agent-codec",
    .summary = "SNMPv3 discovery by net-snmp over the engine's datagrams",
    .facts = agent_facts,
    .state_size = sizeof(struct agent_state),
    .needs = NEEDS_UDP,
    .transport = TRANSPORT_UDP,
    .port = 161,
    .step = agent_step,
    .stop = agent_stop,
    .open = agent_open,
    .close = agent_close};

const struct check *const check_registry[] = {&agent_codec, &agent_lent, NULL};

/* The cases ---------------------------------------------------------------- */

static void serve_silence(int fd)
{
	(void)fd;
	pause();
}

static void run_silent(const struct check *check, const char *what)
{
	uint16_t port;
	int fd = spike_socket(SOCK_DGRAM, &port);
	pid_t peer = spike_peer(serve_silence, fd);
	struct spec s = spike_spec(check, port);
	size_t before = spike_descriptors();
	struct results r = spike_run(&s, 1);

	spike_outcome(&r.items[0], PHASE_REPLY, CAUSE_TIMEOUT, what);
	spike_case(spike_descriptors() == before, "%s: no descriptor left",
		   what);
	results_free(&r);
	spike_end(peer);
}

static void run_closed(const struct check *check, bool evidence,
		       const char *what)
{
	uint16_t port;

	close(spike_socket(SOCK_DGRAM, &port));
	struct spec s = spike_spec(check, port);
	struct results r = spike_run(&s, 1);
	spike_outcome(&r.items[0], PHASE_CONNECT, CAUSE_REFUSED, what);
	spike_case(r.items[0].outcome.has_icmp == evidence,
		   "%s: the error queue is %s", what,
		   evidence ? "ours" : "the library's");
	results_free(&r);
}

/* A real snmpd; many sessions at once, both ways. */
static void run_agent(const char *folder)
{
	enum { AT_ONCE = 40 };
	char config[64], pid[64];
	const char *const snmpd[] = {
	    "/usr/sbin/snmpd",    "-f", "-Lo", "-C", "-c", config, "-p", pid,
	    "udp:127.0.0.1:1161", NULL};
	struct spec specs[AT_ONCE];
	bool good = true;

	snprintf(config, sizeof config, "%s/config", folder);
	snprintf(pid, sizeof pid, "%s/pid", folder);
	if (access(snmpd[0], X_OK) == -1) {
		printf("skipped: no snmpd\n");
		return;
	}
	setenv("MIBS", "", 1); /* snmpd, too, need not read any */
	FILE *f = fopen(config, "w");
	fputs("sysName lab-switch\n", f);
	fclose(f);
	pid_t peer = spike_program(snmpd);
	sleep(1);
	for (size_t i = 0; i < AT_ONCE; i++)
		specs[i] = spike_spec(i % 2 ? &agent_lent : &agent_codec, 1161);
	size_t before = spike_descriptors();
	agent_opened = agent_closed = 0;
	struct results r = spike_run(specs, AT_ONCE);
	for (size_t i = 0; i < 2; i++)
		spike_outcome(&r.items[i], PHASE_REPLY, CAUSE_OK,
			      i % 2 ? "agent, lent descriptor"
				    : "agent, engine's datagrams");
	for (size_t i = 0; i < r.count; i++) {
		const char *engine = facts_text(&r.items[i].facts, "engine-id");

		good = good && engine != NULL &&
		       strncmp(engine, "80001f88", 8) == 0 &&
		       facts_is_true(&r.items[i].facts, "shared");
	}
	spike_case(good && r.count == AT_ONCE, "forty at once have the engine");
	spike_case(agent_opened == 2 && agent_closed == 2,
		   "open and close once per check: %u, %u", agent_opened,
		   agent_closed);
	spike_case(spike_descriptors() == before, "agent: no descriptor left");
	results_free(&r);
	spike_end(peer);
	unlink(config);
	unlink(pid);
}

int main(void)
{
	char folder[] = "/tmp/preflight-spike-XXXXXX";

	spike_network();
	if (mkdtemp(folder) == NULL)
		return 1;
	spike_warm_up();
	run_agent(folder);
	run_silent(&agent_lent, "silence, lent descriptor");
	run_silent(&agent_codec, "silence, engine's datagrams");
	run_closed(&agent_lent, false, "closed, lent descriptor");
	run_closed(&agent_codec, true, "closed, engine's datagrams");
	rmdir(folder);
	return spike_status();
}
