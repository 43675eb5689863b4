/*
 * telnet.c - does a Telnet server answer? Read only: a device has few
 * terminals, and an answered option or a newline could begin a login.
 */
#include "core/engine/check.h"

#include <stdio.h>
#include <string.h>

enum {
	TELNET_TEXT_MAX = 256,
	TELNET_OPTIONS_MAX = 16,
	TELNET_BANNER_MAX = 8192, /* text alone; a longer one is not a banner */
	TELNET_QUIET_MS = 300     /* after text: does the server stay? */
};

/* RFC 854 */
enum {
	TELNET_SE = 240,
	TELNET_SB = 250,
	TELNET_WILL = 251,
	TELNET_WONT = 252,
	TELNET_DO = 253,
	TELNET_DONT = 254,
	TELNET_IAC = 255
};

/* What came, taken apart. */
struct telnet_seen {
	uint8_t text[TELNET_TEXT_MAX];
	size_t length;
	unsigned commands;
	uint8_t last; /* octet of text, blanks left out */
	bool line;    /* the text has a line end */
	bool foreign; /* neither text nor a command */
};

/* Greetings of protocols that are not Telnet: FTP and SMTP (RFC 959 4.2, RFC
 * 5321 4.2), POP3 (RFC 1939 3), IMAP (RFC 9051 7.1). */
static const char *const telnet_other_protocols[] = {
    "SSH-", "HTTP/", "RFB ", "220 ",  "220-",  "421 ",
    "554 ", "+OK",   "-ERR", "* OK ", "* BYE "};

static enum step telnet_connected(struct probe *p)
{
	p->phase = PHASE_REPLY; /* the server speaks first */
	return STEP_WAIT;
}

static bool telnet_is_text(uint8_t c)
{
	/* NUL pads, BEL to CR and ESC dress up a banner. */
	return c >= 0x20 || c == 0 || (c >= 0x07 && c <= 0x0d) || c == 0x1b;
}

static const char *telnet_verb(uint8_t command)
{
	static const char *const verbs[] = {"will", "wont", "do", "dont"};
	if (command < TELNET_WILL || command > TELNET_DONT)
		return NULL;
	return verbs[command - TELNET_WILL];
}

/* After IAC: two octets, three, or up to IAC SE. */
static void telnet_command(struct probe *p, struct telnet_seen *seen,
			   struct cursor *c)
{
	uint8_t command = cursor_u8(c);
	const char *verb = telnet_verb(command);
	if (c->bad)
		return;
	if (command < TELNET_SE) {
		seen->foreign = true;
		return;
	}
	seen->commands++;
	if (verb != NULL) {
		char option[16];
		unsigned number = cursor_u8(c);
		if (c->bad || seen->commands > TELNET_OPTIONS_MAX)
			return;
		snprintf(option, sizeof(option), "%s %u", verb, number);
		fact_append(p, "options", option);
	} else if (command == TELNET_SB) {
		uint8_t last = 0;
		uint8_t now = cursor_u8(c);
		while (!c->bad && !(last == TELNET_IAC && now == TELNET_SE)) {
			last = now;
			now = cursor_u8(c);
		}
	}
}

static bool telnet_is_other_protocol(const struct telnet_seen *seen)
{
	size_t count =
	    sizeof(telnet_other_protocols) / sizeof(telnet_other_protocols[0]);
	for (size_t i = 0; i < count; i++) {
		size_t length = strlen(telnet_other_protocols[i]);
		if (seen->length >= length &&
		    memcmp(seen->text, telnet_other_protocols[i], length) == 0)
			return true;
	}
	return false;
}

static void telnet_text(struct telnet_seen *seen, uint8_t octet)
{
	if (!telnet_is_text(octet))
		seen->foreign = true;
	seen->line |= octet == '\n' || octet == '\r';
	if (octet > ' ')
		seen->last = octet;
	if (octet != 0 && seen->length < sizeof(seen->text))
		seen->text[seen->length++] = octet;
}

static struct telnet_seen telnet_read(struct probe *p)
{
	struct telnet_seen seen = {.length = 0};
	struct cursor c = cursor_over(p->in->data, p->in->length);

	while (!c.bad && cursor_left(&c) > 0) {
		uint8_t octet = cursor_u8(&c);

		if (octet == TELNET_IAC)
			telnet_command(p, &seen, &c);
		else
			telnet_text(&seen, octet);
	}
	if (telnet_is_other_protocol(&seen) ||
	    (seen.commands == 0 && p->in->length > TELNET_BANNER_MAX))
		seen.foreign = true;
	return seen;
}

static enum step telnet_end(struct probe *p, const struct telnet_seen *seen,
			    enum cause cause)
{
	if (seen->length > 0)
		fact_bytes(p, "banner", seen->text, seen->length);
	fact_bool(p, "negotiates", seen->commands > 0);
	return cause == CAUSE_OK ? probe_ok(p) : probe_fail(p, cause);
}

/* Commands prove Telnet. Text alone may be any protocol's, or a refusal: it is
 * looked at when nothing follows, or the server closes. */
static enum step telnet_spoke(struct probe *p)
{
	struct telnet_seen seen = telnet_read(p);

	if (seen.foreign)
		return telnet_end(p, &seen, CAUSE_BAD_REPLY);
	if (seen.commands > 0)
		return telnet_end(p, &seen, CAUSE_OK);
	if (seen.length > 0)
		probe_timer(p, TELNET_QUIET_MS);
	return STEP_WAIT; /* more text, half a command, or padding */
}

/* A banner has lines, a prompt ends in a mark. */
static enum step telnet_quiet(struct probe *p)
{
	struct telnet_seen seen = telnet_read(p);
	bool banner = seen.line ||
		      (seen.last != 0 && strchr(":>#$%?]", seen.last) != NULL);

	return telnet_end(p, &seen, banner ? CAUSE_OK : CAUSE_BAD_REPLY);
}

/* Said something and hung up: no free terminal, or not for this host. */
static enum step telnet_closed(struct probe *p)
{
	struct telnet_seen seen = telnet_read(p);

	if (seen.length == 0)
		return STEP_WAIT;
	return telnet_end(p, &seen,
			  seen.foreign ? CAUSE_BAD_REPLY : CAUSE_REJECTED);
}

static enum step telnet_silent(struct probe *p)
{
	return p->in->length > 0 ? telnet_quiet(p) : probe_ok_connect(p);
}

static enum step telnet_step(struct probe *p, enum event event)
{
	switch (event) {
	case EV_START:
		return telnet_connected(p);
	case EV_DATA:
		return telnet_spoke(p);
	case EV_EOF:
		return telnet_closed(p);
	case EV_TIMER:
		return telnet_quiet(p);
	case EV_DEADLINE:
		return telnet_silent(p);
	default:
		return STEP_WAIT;
	}
}

static const struct fact_def telnet_facts[] = {
    {.name = "banner", .type = FACT_STRING, .help = "text that came first"},
    {.name = "negotiates",
     .type = FACT_BOOL,
     .help = "Telnet commands came, not only text"},
    {.name = "options",
     .type = FACT_LIST,
     .help = "what the server asked for or offered: do 24, will 1"},
    {.name = NULL}};

const struct check check_telnet = {
    .name = "telnet",
    .summary = "Telnet greeting, read only; silence proves the connection",
    .facts = telnet_facts,
    .needs = NEEDS_TCP,
    .proxy = PROXY_NEVER,
    .transport = TRANSPORT_TCP,
    .port = 23,
    .step = telnet_step};
