/*
 * ssh.c - does an SSH server answer, and which algorithms does it offer?
 *
 * The identification strings and the server's first packet are in clear (RFC
 * 4253 4.2, 7.1): no key exchange, no login.
 */
#include "check.h"
#include "text.h"

#include <string.h>

#define SSH_IDENT "SSH-2.0-preflight_" PREFLIGHT_VERSION "\r\n"

enum {
	SSH_LINES_MAX = 20,     /* before the identification string */
	SSH_TEXT_MAX = 4096,    /* all lines together */
	SSH_PACKET_MAX = 35000, /* RFC 4253 6.1 */
	SSH_PACKET_MIN = 12,
	SSH_NAME_MAX = 128,
	SSH_KEXINIT = 20,
	SSH_COOKIE = 16
};

struct ssh_state {
	unsigned lines;
	size_t text;  /* octets of lines so far */
	bool refused; /* a line said that the server does not want us now */
	bool identified;
};

/* The name-lists of a KEXINIT, in order; we keep one direction (RFC 4253
 * 7.1). */
static const char *const ssh_lists[] = {"kex", "host-key-algorithms", "ciphers",
					NULL, "macs"};

/* What no client should agree to today: RFC 9142 (key exchange), RFC 8332
 * (signatures with SHA-1), RFC 8758 (RC4), RFC 6151 (MD5), CVE-2008-5161
 * (CBC). */
static const char *const ssh_weak[] = {"diffie-hellman-group1-sha1",
				       "diffie-hellman-group-exchange-sha1",
				       "rsa1024-sha1",
				       "ssh-dss",
				       "ssh-rsa",
				       "*-cbc",
				       "arcfour*",
				       "hmac-md5*",
				       "hmac-sha1-96*",
				       "hmac-ripemd160*",
				       "none"};

/* sshd's words when it hangs up before it has identified itself. */
static const char *const ssh_refusals[] = {"Exceeded MaxStartups*",
					   "Not allowed at this time*"};

static bool ssh_begins(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

static enum step ssh_connected(struct probe *p)
{
	p->phase = PHASE_REPLY; /* the server speaks first */
	return STEP_WAIT;
}

static void ssh_offered(struct probe *p, const char *fact, const uint8_t *name,
			size_t length)
{
	char text[SSH_NAME_MAX];
	if (length == 0)
		return;
	text_sanitise(text, sizeof(text), name, length);
	fact_append(p, fact, text);
	for (size_t i = 0; i < sizeof(ssh_weak) / sizeof(ssh_weak[0]); i++)
		if (text_glob(ssh_weak[i], text))
			fact_append(p, "weak", text);
}

/* One name-list: its length, then names separated by commas. */
static void ssh_list(struct probe *p, const char *fact, struct cursor *c)
{
	struct cursor list = cursor_slice(c, cursor_be32(c));
	if (fact == NULL)
		return;
	while (!list.bad && cursor_left(&list) > 0) {
		const uint8_t *name = list.at;
		const uint8_t *comma = memchr(name, ',', cursor_left(&list));
		size_t length = cursor_left(&list);
		if (comma != NULL)
			length = (size_t)(comma - name);
		ssh_offered(p, fact, name, length);
		cursor_skip(&list, length + (comma != NULL ? 1 : 0));
	}
}

static enum step ssh_kexinit_came(struct probe *p, struct cursor *payload)
{
	if (cursor_u8(payload) != SSH_KEXINIT) {
		fact_bool(p, "kexinit", false);
		return probe_ok(p);
	}
	cursor_skip(payload, SSH_COOKIE);
	for (size_t i = 0; i < sizeof(ssh_lists) / sizeof(ssh_lists[0]); i++)
		ssh_list(p, ssh_lists[i], payload);
	fact_bool(p, "kexinit", !payload->bad);
	return probe_ok(p);
}

/* uint32 packet_length, byte padding_length, payload, padding: RFC 4253 6. */
static enum step ssh_packet_came(struct probe *p)
{
	struct cursor c = cursor_over(p->in->data, p->in->length);
	uint32_t length = cursor_be32(&c);
	if (c.bad)
		return STEP_WAIT;
	if (length < SSH_PACKET_MIN || length > SSH_PACKET_MAX) {
		fact_bool(p, "kexinit", false);
		return probe_ok(p);
	}
	if (cursor_left(&c) < length)
		return STEP_WAIT;
	uint8_t padding = cursor_u8(&c);
	size_t payload = padding + 1U < length ? length - padding - 1 : 0;
	struct cursor contents = cursor_slice(&c, payload);
	return ssh_kexinit_came(p, &contents);
}

static enum step ssh_identified(struct probe *p, const char *line)
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
	probe_send(p, SSH_IDENT, strlen(SSH_IDENT));
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
		probe_consume(p, length + 1);
		if (ssh_begins(line, "SSH-"))
			return ssh_identified(p, line);
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

/* No more will come, in good order or because the time is up. */
static enum step ssh_ended(struct probe *p, bool closed)
{
	const struct ssh_state *s = p->state;
	if (s->identified) {
		fact_bool(p, "kexinit", false);
		return probe_ok(p);
	}
	if (s->refused)
		return probe_fail(p, CAUSE_REJECTED);
	if (s->lines > 0 || (p->in->length > 0 && !ssh_is_slow(p, closed)))
		return probe_fail(p, CAUSE_BAD_REPLY);
	return STEP_WAIT;
}

static enum step ssh_step(struct probe *p, enum event event)
{
	const struct ssh_state *s = p->state;
	switch (event) {
	case EV_START:
		return ssh_connected(p);
	case EV_DATA:
		return s->identified ? ssh_packet_came(p) : ssh_text_came(p);
	case EV_EOF:
		return ssh_ended(p, true);
	case EV_DEADLINE:
		return ssh_ended(p, false);
	default:
		return STEP_WAIT;
	}
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
     .help = "offered algorithms that are no longer considered safe"},
    {.name = NULL}};

const struct check check_ssh = {
    .name = "ssh",
    .summary = "SSH identification and algorithms; no login",
    .facts = ssh_facts,
    .state_size = sizeof(struct ssh_state),
    .needs = NEEDS_TCP,
    .proxy = PROXY_NEVER,
    .transport = TRANSPORT_TCP,
    .window = 100,
    .port = 22,
    .step = ssh_step};
