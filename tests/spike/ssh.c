/*
 * ssh.c - a library on a descriptor that the engine connected: libssh does the
 * key exchange on the engine's loop, without reading any configuration.
 */
#include "tests/spike/spike.h"

#include <libssh/libssh.h>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* The check ---------------------------------------------------------------- */

struct deep_state {
	ssh_session session;
	int fd;
	bool connecting; /* ssh_connect() ran: libssh may have closed fd */
};

/* What libssh waits for, as poll events. */
static void deep_watch(struct probe *p)
{
	struct deep_state *s = p->state;
	int flags = ssh_get_poll_flags(s->session);
	short events = LOOP_READ;

	if (flags & SSH_WRITE_PENDING)
		events |= LOOP_WRITE;
	probe_watch(p, s->fd, events);
}

static enum step deep_key_came(struct probe *p)
{
	struct deep_state *s = p->state;
	unsigned char *hash = NULL;
	size_t length;
	ssh_key key = NULL;

	if (ssh_get_server_publickey(s->session, &key) != SSH_OK)
		return probe_fail(p, CAUSE_BAD_REPLY);
	if (ssh_get_publickey_hash(key, SSH_PUBLICKEY_HASH_SHA256, &hash,
				   &length) == 0) {
		char *text = ssh_get_fingerprint_hash(SSH_PUBLICKEY_HASH_SHA256,
						      hash, length);
		fact_string(p, "host-key", text);
		ssh_string_free_char(text);
		ssh_clean_pubkey_hash(&hash);
	}
	fact_string(p, "kex", ssh_get_kex_algo(s->session));
	ssh_key_free(key);
	return probe_ok(p);
}

static enum step deep_go_on(struct probe *p)
{
	struct deep_state *s = p->state;

	s->connecting = true;
	switch (ssh_connect(s->session)) {
	case SSH_OK:
		return deep_key_came(p);
	case SSH_AGAIN:
		deep_watch(p);
		return STEP_WAIT;
	default:
		fact_string(p, "error", ssh_get_error(s->session));
		return probe_fail(p, CAUSE_RESET);
	}
}

static enum step deep_connected(struct probe *p)
{
	struct deep_state *s = p->state;
	const int no = 0;

	s->fd = probe_take_fd(p);
	s->session = ssh_new();
	if (s->fd == -1 || s->session == NULL)
		return probe_untested(p, WHY_LOCAL);
	fact_bool(p, "non-blocking", (fcntl(s->fd, F_GETFL) & O_NONBLOCK) != 0);
	ssh_options_set(s->session, SSH_OPTIONS_PROCESS_CONFIG, &no);
	ssh_options_set(s->session, SSH_OPTIONS_HOST, "target");
	ssh_options_set(s->session, SSH_OPTIONS_FD, &s->fd);
	/* Small groups first: group18 costs 173 ms on the loop. */
	ssh_options_set(s->session, SSH_OPTIONS_KEY_EXCHANGE,
			"curve25519-sha256,ecdh-sha2-nistp256,"
			"diffie-hellman-group14-sha256");
	ssh_set_blocking(s->session, 0);
	return deep_go_on(p);
}

static enum step deep_step(struct probe *p, enum event event)
{
	switch (event) {
	case EV_START:
		return deep_connected(p);
	case EV_WATCH:
		return deep_go_on(p);
	default:
		return STEP_WAIT;
	}
}

static void deep_stop(struct probe *p)
{
	struct deep_state *s = p->state;

	if (s->session == NULL)
		return;
	probe_watch(p, s->fd, 0); /* before anything closes it */
	/* libssh closes a descriptor that it was given on an error of its own,
	 * never in ssh_disconnect() or ssh_free(). */
	bool open = !s->connecting || ssh_get_fd(s->session) != -1;
	ssh_disconnect(s->session);
	ssh_free(s->session);
	if (open)
		close(s->fd);
}

static const struct fact_def deep_facts[] = {
    {.name = "host-key", .type = FACT_STRING, .help = "SHA-256 of the key"},
    {.name = "kex", .type = FACT_STRING, .help = "key exchange used"},
    {.name = "error", .type = FACT_STRING, .help = "libssh's words"},
    {.name = "non-blocking", .type = FACT_BOOL, .help = "as lent"},
    {.name = NULL}};

static const struct check check_deep = {.name = "ssh-deep",
					.summary = "SSH key exchange",
					.facts = deep_facts,
					.state_size = sizeof(struct deep_state),
					.needs = NEEDS_TCP,
					.transport = TRANSPORT_TCP,
					.reply_us = 1000000,
					.port = 22,
					.step = deep_step,
					.stop = deep_stop};

const struct check *const check_registry[] = {&check_deep, NULL};

/* The peers ---------------------------------------------------------------- */

static void serve_silence(int fd)
{
	accept(fd, NULL, NULL);
	pause();
}

static void serve_banner_then_close(int fd)
{
	static const char banner[] = "SSH-2.0-stub\r\n";
	char request[512];

	for (;;) {
		int client = accept(fd, NULL, NULL);

		if (write(client, banner, strlen(banner)) == -1 ||
		    read(client, request, sizeof request) == -1)
			break;
		close(client);
	}
}

static void deep_run(void (*serve)(int fd), enum phase phase, enum cause cause,
		     const char *what)
{
	uint16_t port;
	int fd = spike_socket(SOCK_STREAM, &port);
	pid_t peer = spike_peer(serve, fd);
	struct spec s = spike_spec(&check_deep, port);
	size_t before = spike_descriptors();
	struct results r = spike_run(&s, 1);

	spike_outcome(&r.items[0], phase, cause, what);
	spike_case(spike_descriptors() == before, "%s: no descriptor left",
		   what);
	results_free(&r);
	spike_end(peer);
}

/* A real sshd with a key of its own, many connections at once. */
static void deep_run_sshd(const char *folder)
{
	enum { AT_ONCE = 8 };
	char key[128], option[160];
	struct spec specs[AT_ONCE];
	const char *const keygen[] = {"/usr/bin/ssh-keygen",
				      "-q",
				      "-t",
				      "ed25519",
				      "-N",
				      "",
				      "-f",
				      key,
				      NULL};
	const char *const sshd[] = {"/usr/sbin/sshd",
				    "-D",
				    "-e",
				    "-f",
				    "/dev/null",
				    "-h",
				    key,
				    "-p",
				    "2222",
				    "-o",
				    option,
				    "-o",
				    "ListenAddress=127.0.0.1",
				    NULL};
	bool good = true;

	snprintf(key, sizeof key, "%s/key", folder);
	snprintf(option, sizeof option, "PidFile=%s/pid", folder);
	if (access(sshd[0], X_OK) == -1 || geteuid() != 0) {
		printf("skipped: no sshd that may be started\n");
		return;
	}
	mkdir("/run/sshd", 0755);
	waitpid(spike_program(keygen), NULL, 0);
	pid_t peer = spike_program(sshd);
	spike_case(spike_wait_tcp(2222), "sshd runs");
	for (size_t i = 0; i < AT_ONCE; i++)
		specs[i] = spike_spec(&check_deep, 2222);
	size_t before = spike_descriptors();
	struct results r = spike_run(specs, AT_ONCE);
	spike_outcome(&r.items[0], PHASE_REPLY, CAUSE_OK, "key exchange");
	for (size_t i = 0; i < r.count; i++) {
		const char *print = facts_text(&r.items[i].facts, "host-key");
		const char *kex = facts_text(&r.items[i].facts, "kex");

		good = good && print != NULL && kex != NULL &&
		       strncmp(print, "SHA256:", 7) == 0 &&
		       strncmp(kex, "curve25519", 10) == 0 &&
		       facts_is_true(&r.items[i].facts, "non-blocking");
	}
	spike_case(good && r.count == AT_ONCE,
		   "eight at once have host key and method");
	spike_case(spike_descriptors() == before, "sshd: no descriptor left");
	results_free(&r);
	spike_end(peer);
}

int main(void)
{
	char folder[] = "/tmp/preflight-spike-XXXXXX";
	char path[64];

	spike_network();
	signal(SIGPIPE, SIG_IGN);
	if (mkdtemp(folder) == NULL)
		return 1;
	/* Were the configuration read, this would run a shell. */
	setenv("HOME", folder, 1);
	spike_warm_up();
	deep_run_sshd(folder);
	deep_run(serve_silence, PHASE_REPLY, CAUSE_TIMEOUT, "silence");
	deep_run(serve_banner_then_close, PHASE_REPLY, CAUSE_RESET,
		 "closed in the middle");
	static const char *const files[] = {"key", "key.pub", "pid"};
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
		snprintf(path, sizeof path, "%s/%s", folder, files[i]);
		unlink(path);
	}
	rmdir(folder);
	return spike_status();
}
