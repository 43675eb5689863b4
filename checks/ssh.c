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
#include "core/proto/sshmsg.h"
#include "core/base/text.h"

#include <stdio.h>
#include <string.h>

#define SSH_IDENT "SSH-2.0-preflight_" PREFLIGHT_VERSION "\r\n"

enum {
	SSH_LINES_MAX = 20,  /* before the identification string */
	SSH_TEXT_MAX = 4096, /* all lines together */
	SSH_LINE_MAX = 255   /* an identification string: RFC 4253 4.2 */
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

/* The facts that hold the lists. */
static const char *const ssh_lists[SSHMSG_LISTS] = {
    "kex", "host-key-algorithms", "ciphers", "macs"};

static bool ssh_begins(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

static enum step ssh_connected(struct probe *p)
{
	struct ssh_state *s = p->state;

	s->deep = sshdeep_is_wanted(p);
	p->phase = PHASE_REPLY; /* the server speaks first */
	return STEP_WAIT;
}

static void ssh_offered(struct probe *p, const struct sshmsg_kexinit *k,
			enum sshmsg_list list)
{
	struct cursor names = k->lists[list];
	char name[SSHMSG_NAME_MAX], text[TEXT_MAX];
	const char *source;

	while (sshmsg_next(&names, name)) {
		fact_append(p, ssh_lists[list], name);
		if (sshmsg_standing(list, name, &source) == SSHMSG_FINE)
			continue;
		fact_append(p, "weak", name);
		snprintf(text, sizeof text, "%s: %s", name, source);
		fact_append(p, "weak-why", text);
	}
	if (sshmsg_is_old(k, list))
		fact_append(p, "old-only", sshmsg_list_name(list));
}

/* No deep check, or no further one. */
static enum step ssh_unlisted(struct probe *p)
{
	const struct ssh_state *s = p->state;

	fact_bool(p, "kexinit", false);
	return s->deep ? probe_fail(p, CAUSE_BAD_REPLY) : probe_ok(p);
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

static enum step ssh_packet_came(struct probe *p)
{
	struct cursor c = cursor_over(p->in->data, p->in->length), payload;
	struct sshmsg_kexinit k;
	bool whole;

	switch (sshmsg_packet(&c, &payload)) {
	case SSHMSG_MORE:
		return STEP_WAIT;
	case SSHMSG_BAD:
		return ssh_unlisted(p);
	case SSHMSG_WHOLE:
		break;
	}
	whole = sshmsg_kexinit(&payload, &k);
	for (enum sshmsg_list i = SSHMSG_KEX; i < SSHMSG_LISTS; i++)
		ssh_offered(p, &k, i);
	return whole ? ssh_listed(p, &k) : ssh_unlisted(p);
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
		probe_send(p, SSH_IDENT, strlen(SSH_IDENT));
	else if (!sshdeep_begin(p, &s->session, p->in->data, raw))
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
	if (s->identified)
		return ssh_unlisted(p);
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
    {.name = "kex", .type = FACT_LIST, .help = "key exchange methods"},
    {.name = "host-key-algorithms",
     .type = FACT_LIST,
     .help = "host key algorithms"},
    {.name = "ciphers", .type = FACT_LIST, .help = "ciphers, client to server"},
    {.name = "macs", .type = FACT_LIST, .help = "MACs, client to server"},
    {.name = "weak",
     .type = FACT_LIST,
     .help = "offered algorithms that are considered weak"},
    {.name = "weak-why",
     .type = FACT_LIST,
     .help = "the same algorithms, each with the source that says so"},
    {.name = "old-only",
     .type = FACT_LIST,
     .help = "lists without any algorithm that current clients use"},
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
    .credential = "ssh",
    .validate = sshdeep_validate,
    .logs_in = sshdeep_logs_in,
    .step = ssh_step,
    .stop = ssh_stop};
