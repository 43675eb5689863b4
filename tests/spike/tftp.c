/*
 * tftp.c - NEEDS_UDP_ANY: the answer comes from another port of the target
 * (RFC 1350 4), and from nobody else.
 */
#include "tests/spike/spike.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { TFTP_READ = 1, TFTP_DATA = 3, TFTP_ERROR = 5 };

/* The check ---------------------------------------------------------------- */

static enum step tftp_opened(struct probe *p)
{
	static const char digits[] = "0123456789abcdef";
	uint8_t packet[64], random[8];
	struct wire w = wire_into(packet, sizeof packet);

	wire_random(random, sizeof random);
	wire_be16(&w, TFTP_READ);
	wire_text(&w, "preflight-");
	for (size_t i = 0; i < sizeof random; i++)
		wire_u8(&w, (uint8_t)digits[random[i] & 15]);
	wire_u8(&w, 0);
	wire_text(&w, "octet");
	wire_u8(&w, 0);
	probe_send(p, packet, w.length);
	p->phase = PHASE_REPLY;
	return STEP_WAIT;
}

static enum step tftp_answered(struct probe *p)
{
	struct cursor c = cursor_over(p->in->data, p->in->length);
	unsigned operation = cursor_be16(&c);
	unsigned code = cursor_be16(&c);

	if (c.bad || (operation != TFTP_ERROR && operation != TFTP_DATA))
		return probe_fail(p, CAUSE_BAD_REPLY);
	fact_number(p, "error", code);
	fact_number(p, "answer-port", p->from->port);
	return probe_ok(p);
}

static enum step tftp_step(struct probe *p, enum event event)
{
	switch (event) {
	case EV_START:
		return tftp_opened(p);
	case EV_DATA:
		return tftp_answered(p);
	default:
		return STEP_WAIT;
	}
}

static const struct fact_def tftp_facts[] = {
    {.name = "error", .type = FACT_NUMBER, .help = "code of the ERROR"},
    {.name = "answer-port", .type = FACT_NUMBER, .help = "whence it came"},
    {.name = NULL}};

static const struct check tftp_any = {.name = "tftp",
				      .summary = "TFTP",
				      .facts = tftp_facts,
				      .needs = NEEDS_UDP_ANY,
				      .transport = TRANSPORT_UDP,
				      .port = 69,
				      .step = tftp_step};

/* The same on a connected socket, to show what it would miss. */
static const struct check tftp_connected = {.name = "tftp-connected",
					    .summary = "TFTP",
					    .facts = tftp_facts,
					    .needs = NEEDS_UDP,
					    .transport = TRANSPORT_UDP,
					    .port = 69,
					    .step = tftp_step};

const struct check *const check_registry[] = {&tftp_any, &tftp_connected, NULL};

/* The peers ---------------------------------------------------------------- */

/* Answers from a fresh port of `from`, as every TFTP server does. */
static void tftp_answer_from(int fd, const char *from)
{
	static const char error[] = "\0\5\0\1File not found";
	char request[512];
	struct sockaddr_in peer, own = {.sin_family = AF_INET};
	socklen_t length = sizeof peer;

	inet_pton(AF_INET, from, &own.sin_addr);
	while (recvfrom(fd, request, sizeof request, 0,
			(struct sockaddr *)&peer, &length) >= 0) {
		int answer = socket(AF_INET, SOCK_DGRAM, 0);

		bind(answer, (struct sockaddr *)&own, sizeof own);
		sendto(answer, error, sizeof error, 0, (struct sockaddr *)&peer,
		       length);
		close(answer);
		length = sizeof peer;
	}
}

static void tftp_serve(int fd)
{
	tftp_answer_from(fd, "127.0.0.1");
}

static void tftp_serve_stranger(int fd)
{
	tftp_answer_from(fd, "127.0.0.2");
}

static struct results tftp_run(const struct check *check, void (*serve)(int fd),
			       uint16_t *port)
{
	int fd = spike_socket(SOCK_DGRAM, port);
	pid_t peer = spike_peer(serve, fd);
	struct spec s = spike_spec(check, *port);
	struct results r = spike_run(&s, 1);

	spike_end(peer);
	return r;
}

int main(void)
{
	uint16_t port;

	spike_network();
	struct results r = tftp_run(&tftp_any, tftp_serve, &port);
	const struct fact *from = facts_find(&r.items[0].facts, "answer-port");
	spike_outcome(&r.items[0], PHASE_REPLY, CAUSE_OK,
		      "answer from another port");
	spike_case(from != NULL && from->number != 0 && from->number != port,
		   "the other port is known");
	spike_case(r.items[0].proof == PROOF_SERVICE, "proof is service");
	results_free(&r);

	r = tftp_run(&tftp_connected, tftp_serve, &port);
	spike_outcome(&r.items[0], PHASE_REPLY, CAUSE_TIMEOUT,
		      "a connected socket misses it");
	results_free(&r);

	r = tftp_run(&tftp_any, tftp_serve_stranger, &port);
	spike_outcome(&r.items[0], PHASE_REPLY, CAUSE_TIMEOUT,
		      "another host's answer is ignored");
	results_free(&r);

	/* Nobody there: the error queue works on this kind of socket, too. */
	close(spike_socket(SOCK_DGRAM, &port));
	struct spec s = spike_spec(&tftp_any, port);
	r = spike_run(&s, 1);
	spike_case(r.items[0].outcome.cause == CAUSE_REFUSED &&
		       r.items[0].outcome.has_icmp,
		   "a closed port is refused");
	results_free(&r);
	return spike_status();
}
