/*
 * ssh.c - does an SSH server answer, and which algorithms does it offer?
 *
 * The identification strings and the server's first packet are in clear (RFC
 * 4253 4.2, 7.1): no key exchange, no login. A deep check goes on from there on
 * the same connection: keys, ways to authenticate, one login
 * (checks/shared/sshdeep.c).
 */
#include "core/engine/check.h"
#include "checks/shared/sshdeep.h"
#include "checks/shared/sshlists.h"
#include "core/proto/sshmsg.h"
#include "core/base/text.h"

#include <string.h>

enum {
	SSH_LINES_MAX = 20,  /* before the identification string */
	SSH_TEXT_MAX = 4096, /* all lines together */
	SSH_LINE_MAX = 255,  /* an identification string: RFC 4253 4.2 */
	SSH_KEXINIT_MS = 2000,
	SSH_WAIT_US = 15000000 /* names are looked up before the first octet */
};

struct ssh_state {
	unsigned lines;
	size_t text;  /* octets of lines so far */
	bool refused; /* a line said that the server refuses this client now */
	bool identified;
	bool deep;
	bool listed; /* the KEXINIT came, and a deep check goes on */
	struct sshdeep session;
};

/* sshd's words when it hangs up before it has identified itself. */
static const char *const ssh_refusals[] = {"Exceeded MaxStartups*",
					   "Not allowed at this time*"};

static bool ssh_begins(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* Both sides identify themselves at once, as clients do: a server may wait for
 * that, and one of another protocol answers to it. */
static enum step ssh_connected(struct probe *p)
{
	struct ssh_state *s = p->state;

	s->deep = sshdeep_is_wanted(p);
	p->phase = PHASE_REPLY;
	if (!s->deep)
		probe_send(p, SSHMSG_IDENT, strlen(SSHMSG_IDENT));
	else if (!sshdeep_begin(p, &s->session))
		return probe_untested(p, WHY_LOCAL);
	return STEP_WAIT;
}

/* It is known what it does not offer: keys. */
static enum step ssh_unlisted(struct probe *p, enum cause cause)
{
	fact_bool(p, "kexinit", false);
	return probe_fail(p, cause);
}

static enum step ssh_listed(struct probe *p, const struct sshmsg_kexinit *k)
{
	struct ssh_state *s = p->state;

	fact_bool(p, "kexinit", true);
	/* Without a common algorithm the service is proved, and no more can
	 * be. */
	if (!s->deep || !sshdeep_has_common(p, &s->session, k))
		return probe_ok(p);
	s->listed = true;
	return sshdeep_data(p, &s->session);
}

/* Another message than a KEXINIT. */
static enum step ssh_other_came(struct probe *p, struct cursor *payload)
{
	struct cursor text;

	switch (cursor_u8(payload)) {
	case SSHMSG_IGNORE:
	case SSHMSG_DEBUG:
		return STEP_WAIT;
	case SSHMSG_DISCONNECT:
		cursor_skip(payload, 4); /* the reason's number */
		text = cursor_slice(payload, cursor_be32(payload));
		if (!text.bad)
			fact_bytes(p, "disconnect", text.at,
				   cursor_left(&text));
		return ssh_unlisted(p, CAUSE_REJECTED);
	default:
		return ssh_unlisted(p, CAUSE_BAD_REPLY);
	}
}

static enum step ssh_packet_came(struct probe *p)
{
	struct cursor c = cursor_over(p->in->data, p->in->length);
	struct cursor payload, other;
	struct sshmsg_kexinit k;
	enum step step = STEP_WAIT;

	while (step == STEP_WAIT) {
		switch (sshmsg_packet(&c, &payload)) {
		case SSHMSG_MORE:
			return STEP_WAIT;
		case SSHMSG_BAD:
			return ssh_unlisted(p, CAUSE_BAD_REPLY);
		case SSHMSG_WHOLE:
			break;
		}
		other = payload;
		if (sshmsg_kexinit(&payload, &k)) {
			sshlists_tell(p, &k);
			return ssh_listed(p, &k);
		}
		step = ssh_other_came(p, &other);
	}
	return step;
}

/* raw: the line as it came, with its end, at the beginning of p->in. */
static enum step ssh_identified(struct probe *p, const char *line, size_t raw)
{
	struct ssh_state *s = p->state;
	char software[TEXT_MAX];
	const char *version = line + strlen("SSH-");
	const char *dash = strchr(version, '-');

	fact_string(p, "banner", line);
	if (dash == NULL)
		return probe_fail(p, CAUSE_BAD_REPLY);
	fact_bytes(p, "protocol", version, (size_t)(dash - version));
	text_copy(software, sizeof(software), dash + 1);
	software[strcspn(software, " ")] = '\0';
	fact_string(p, "software", software);
	if (ssh_begins(version, "1.") && !ssh_begins(version, "1.99-"))
		return probe_ok(p); /* version 1 only: other packets */
	if (!ssh_begins(version, "2.0-") && !ssh_begins(version, "1.99-"))
		return probe_fail(p, CAUSE_BAD_REPLY);
	s->identified = true;
	if (s->deep && raw > SSH_LINE_MAX)
		return probe_fail(p, CAUSE_BAD_REPLY);
	if (!s->deep)
		probe_timer(p, SSH_KEXINIT_MS);
	else if (!sshdeep_identified(p, &s->session, p->in->data, raw))
		return probe_untested(p, WHY_LOCAL);
	probe_consume(p, raw);
	return ssh_packet_came(p);
}

/* Lines before the identification string are allowed: RFC 4253 4.2. */
static void ssh_greeting_came(struct probe *p, const char *line)
{
	struct ssh_state *s = p->state;

	if (s->lines == 1)
		fact_string(p, "greeting", line);
	for (size_t i = 0; i < sizeof(ssh_refusals) / sizeof(ssh_refusals[0]);
	     i++)
		if (text_glob(ssh_refusals[i], line))
			s->refused = true;
}

static enum step ssh_text_came(struct probe *p)
{
	struct ssh_state *s = p->state;
	while (p->in->length > 0) {
		char line[TEXT_MAX];
		const char *text = (const char *)p->in->data;
		const char *newline = memchr(text, '\n', p->in->length);
		size_t length = p->in->length;
		if (newline != NULL)
			length = (size_t)(newline - text);
		if (s->text + length >= SSH_TEXT_MAX)
			return probe_fail(p, CAUSE_BAD_REPLY);
		if (newline == NULL)
			return STEP_WAIT;
		s->text += length + 1;
		s->lines++;
		size_t shown = length;
		if (shown > 0 && text[shown - 1] == '\r')
			shown--;
		text_sanitise(line, sizeof(line), text, shown);
		if (ssh_begins(line, "SSH-"))
			return ssh_identified(p, line, length + 1);
		probe_consume(p, length + 1);
		ssh_greeting_came(p, line);
		if (s->lines >= SSH_LINES_MAX)
			return probe_fail(p, CAUSE_BAD_REPLY);
	}
	return STEP_WAIT;
}

/* The beginning of an identification string, and it may go on. */
static bool ssh_is_slow(const struct probe *p, bool closed)
{
	size_t length = p->in->length < 4 ? p->in->length : 4;
	return !closed && memcmp(p->in->data, "SSH-", length) == 0;
}

/* No more data: the stream ended, or the time is up. */
static enum step ssh_ended(struct probe *p, bool closed)
{
	const struct ssh_state *s = p->state;

	if (s->identified && s->deep)
		return STEP_WAIT; /* `stage` says how far it got */
	if (s->identified) {
		fact_bool(p, "kexinit", false);
		return STEP_WAIT;
	}
	if (s->refused)
		return probe_fail(p, CAUSE_REJECTED);
	if (s->lines > 0 || (p->in->length > 0 && !ssh_is_slow(p, closed)))
		return probe_fail(p, CAUSE_BAD_REPLY);
	return STEP_WAIT;
}

static enum step ssh_data_came(struct probe *p)
{
	struct ssh_state *s = p->state;

	if (s->listed)
		return sshdeep_data(p, &s->session);
	return s->identified ? ssh_packet_came(p) : ssh_text_came(p);
}

static enum step ssh_step(struct probe *p, enum event event)
{
	struct ssh_state *s = p->state;

	switch (event) {
	case EV_START:
		return ssh_connected(p);
	case EV_DATA:
		return ssh_data_came(p);
	case EV_TIMER:
		sshlists_offer(p);
		return STEP_WAIT;
	case EV_JOB:
		return sshdeep_job_done(p, &s->session, s->listed);
	case EV_EOF:
		return ssh_ended(p, true);
	case EV_DEADLINE:
		return ssh_ended(p, false);
	default:
		return STEP_WAIT;
	}
}

static void ssh_stop(struct probe *p)
{
	struct ssh_state *s = p->state;

	sshdeep_stop(&s->session);
}

static const struct fact_def ssh_facts[] = {
    {.name = "banner", .type = FACT_STRING, .help = "identification string"},
    {.name = "protocol", .type = FACT_STRING, .help = "2.0, 1.99 or 1.x"},
    {.name = "software", .type = FACT_STRING, .help = "its software version"},
    {.name = "greeting",
     .type = FACT_STRING,
     .help = "first line before the identification string"},
    {.name = "kexinit",
     .type = FACT_BOOL,
     .help = "the list of algorithms came"},
    SSHLISTS_FACTS,
    SSHDEEP_FACTS,
    {.name = NULL}};

const struct check check_ssh = {
    .name = "ssh",
    .summary = "SSH identification and algorithms; keys and login on request",
    .params = sshdeep_params,
    .facts = ssh_facts,
    .params_size = sizeof(struct sshdeep_params),
    .state_size = sizeof(struct ssh_state),
    .needs = NEEDS_TCP,
    .proxy = PROXY_NEVER,
    .transport = TRANSPORT_TCP,
    .window = 100,
    .port = 22,
    .reply_us = SSH_WAIT_US,
    .credential = "ssh",
    .validate = sshdeep_validate,
    .logs_in = sshdeep_logs_in,
    .step = ssh_step,
    .stop = ssh_stop};
