/*
 * smtp.c - does a mail server answer EHLO? It speaks first; no sender, no
 * recipient, no mail (RFC 5321 4.1.1.1). STARTTLS on demand (RFC 3207).
 */
#include "core/engine/check.h"
#include "core/base/text.h"
#include "core/proto/reply.h"
#include "core/net/tls.h"

#include <string.h>

/* Servers look the client's name up, or wait on purpose, before they greet. */
enum { SMTP_WAIT_US = 15000000 };

enum smtp_starttls { STARTTLS_OFF, STARTTLS_OFFERED, STARTTLS_REQUIRED };
static const char *const smtp_starttls_words[] = {"off", "offered", "required",
						  NULL};

struct smtp_params {
	int starttls; /* enum smtp_starttls */
	bool verify;
};

/* What we are waiting for. */
enum smtp_moment { SMTP_GREETING, SMTP_EHLO, SMTP_HELO, SMTP_TLS, SMTP_QUIT };

struct smtp_state {
	enum smtp_moment moment;
	struct reply reply;
	bool secured;
	bool offers_tls;
	bool unmet;          /* STARTTLS is required but not available */
	char auth[TEXT_MAX]; /* the last EHLO's */
};

static void smtp_say(struct probe *p, enum smtp_moment moment, const char *line)
{
	struct smtp_state *s = p->state;

	s->moment = moment;
	probe_send(p, line, strlen(line));
}

static enum step smtp_connected(struct probe *p)
{
	p->phase = PHASE_REPLY; /* never speak before the server */
	return STEP_WAIT;
}

static void smtp_hello(struct probe *p)
{
	smtp_say(p, SMTP_EHLO, "EHLO preflight.invalid\r\n");
}

/* "PLAIN LOGIN": each name is a fact. */
static void smtp_mechanisms(struct probe *p)
{
	const struct smtp_state *s = p->state;
	const char *at = s->auth;

	while (*at != '\0') {
		char name[TEXT_MAX];
		size_t length = strcspn(at, " ");

		text_copy(name, length + 1, at);
		if (length > 0)
			fact_append(p, "auth", name);
		at += length + (at[length] == ' ' ? 1 : 0);
	}
}

/* The end, in good order. */
static enum step smtp_over(struct probe *p)
{
	const struct smtp_state *s = p->state;

	smtp_mechanisms(p);
	return s->unmet ? probe_fail(p, CAUSE_REJECTED) : probe_ok(p);
}

/* Not a positive reply: the server refuses, or speaks another protocol. */
static enum step smtp_refused(struct probe *p, const char *text)
{
	const struct smtp_state *s = p->state;
	unsigned code = s->reply.code;

	fact_number(p, "code", code);
	fact_string(p, "refusal", text);
	/* 500, 502 and 530 are what an FTP server says to EHLO. */
	if (code < 400 || code == 500 || code == 502 || code == 530)
		return probe_fail(p, CAUSE_BAD_REPLY);
	return probe_fail(p, CAUSE_REJECTED);
}

/* One line of the answer to EHLO: a keyword and its parameters. */
static void smtp_offer_came(struct probe *p, const char *text)
{
	struct smtp_state *s = p->state;
	int64_t size;

	if (text_casecmp(text, "STARTTLS") == 0)
		s->offers_tls = true;
	else if (text_ncasecmp(text, "AUTH ", 5) == 0 ||
		 text_ncasecmp(text, "AUTH=", 5) == 0)
		text_copy(s->auth, sizeof s->auth, text + 5);
	else if (text_ncasecmp(text, "SIZE ", 5) == 0 &&
		 text_number(text + 5, 0, INT64_MAX, &size))
		fact_number(p, "size", size);
}

static enum step smtp_greeted(struct probe *p, const char *text)
{
	const struct smtp_state *s = p->state;

	if (s->reply.code != 220)
		return smtp_refused(p, text);
	smtp_hello(p);
	return STEP_WAIT;
}

static enum step smtp_hello_answered(struct probe *p, const char *text)
{
	const struct smtp_params *params = p->params;
	struct smtp_state *s = p->state;
	unsigned code = s->reply.code;

	if (s->moment == SMTP_EHLO && !s->secured &&
	    (code == 500 || code == 502)) {
		/* RFC 5321 3.2: a server of before 1995. */
		smtp_say(p, SMTP_HELO, "HELO preflight.invalid\r\n");
		return STEP_WAIT;
	}
	if (code != 250)
		return smtp_refused(p, text);
	if (!s->secured)
		fact_bool(p, "starttls", s->offers_tls);
	if (!s->secured && params->starttls != STARTTLS_OFF) {
		s->unmet = !s->offers_tls;
		if (!s->unmet && params->starttls == STARTTLS_REQUIRED) {
			smtp_say(p, SMTP_TLS, "STARTTLS\r\n");
			return STEP_WAIT;
		}
	}
	smtp_say(p, SMTP_QUIT, "QUIT\r\n");
	return STEP_WAIT;
}

static enum step smtp_tls_answered(struct probe *p, const char *text)
{
	const struct smtp_state *s = p->state;

	if (s->reply.code != 220)
		return smtp_refused(p, text);
	/* No plain text may follow: it would have been injected. */
	if (p->in->length > 0)
		return probe_fail(p, CAUSE_BAD_REPLY);
	probe_start_tls(p, NULL);
	return STEP_WAIT;
}

static enum step smtp_secured(struct probe *p)
{
	const struct smtp_params *params = p->params;
	struct smtp_state *s = p->state;

	if (params->verify && !tls_trusted(probe_tls(p)))
		return probe_fail_at(p, PHASE_TLS, CAUSE_UNTRUSTED);
	s->secured = true;
	s->auth[0] = '\0'; /* what was said in clear does not count */
	smtp_hello(p);
	return STEP_WAIT;
}

static enum step smtp_line_came(struct probe *p, const struct reply_line *line)
{
	const struct smtp_state *s = p->state;

	if (s->moment == SMTP_GREETING && s->reply.lines == 1)
		fact_string(p, "banner", line->text);
	if (s->moment == SMTP_EHLO && s->reply.lines > 1)
		smtp_offer_came(p, line->text);
	if (!line->last)
		return STEP_WAIT;
	switch (s->moment) {
	case SMTP_GREETING:
		return smtp_greeted(p, line->text);
	case SMTP_EHLO:
	case SMTP_HELO:
		return smtp_hello_answered(p, line->text);
	case SMTP_TLS:
		return smtp_tls_answered(p, line->text);
	case SMTP_QUIT:
		break;
	}
	return smtp_over(p);
}

static enum step smtp_data_came(struct probe *p)
{
	struct smtp_state *s = p->state;
	enum step step = STEP_WAIT;

	while (step == STEP_WAIT) {
		struct reply_line line;

		switch (reply_next(&s->reply, p->in, &line)) {
		case REPLY_MORE:
			return STEP_WAIT;
		case REPLY_BAD:
			return s->moment == SMTP_QUIT
				   ? smtp_over(p)
				   : probe_fail(p, CAUSE_BAD_REPLY);
		case REPLY_LINE:
			probe_consume(p, line.length);
			step = smtp_line_came(p, &line);
		}
	}
	return step;
}

/* No more data: the stream ended, or the time is up. */
static enum step smtp_ended(struct probe *p, bool closed)
{
	const struct smtp_state *s = p->state;

	if (s->moment == SMTP_QUIT)
		return smtp_over(p);
	if (closed && (p->in->length > 0 || s->reply.inside))
		return probe_fail(p, CAUSE_BAD_REPLY);
	return STEP_WAIT;
}

static enum step smtp_step(struct probe *p, enum event event)
{
	switch (event) {
	case EV_START:
		return smtp_connected(p);
	case EV_DATA:
		return smtp_data_came(p);
	case EV_TLS:
		return smtp_secured(p);
	case EV_EOF:
		return smtp_ended(p, true);
	case EV_DEADLINE:
		return smtp_ended(p, false);
	default:
		return STEP_WAIT;
	}
}

static int smtp_validate(const void *arg, struct error *err)
{
	const struct smtp_params *params = arg;

	if (params->verify && params->starttls != STARTTLS_REQUIRED)
		return error_set(err, "verify: there is no certificate "
				      "without starttls: required");
	return 0;
}

static const struct param smtp_param_table[] = {
    {"starttls", PARAM_ENUM, offsetof(struct smtp_params, starttls), "off",
     "off: only a fact; offered: must be listed; required: must work",
     .choices = smtp_starttls_words},
    {"verify", PARAM_BOOL, offsetof(struct smtp_params, verify), "false",
     "an untrusted certificate is a failure; false: only a fact"},
    {0},
};

static const struct fact_def smtp_fact_table[] = {
    {"banner", FACT_STRING, "first line of the greeting"},
    {"starttls", FACT_BOOL, "the server offers STARTTLS before encryption"},
    {"auth", FACT_LIST, "log-in methods that the last EHLO answer offered"},
    {"size", FACT_NUMBER, "largest mail that it accepts, octets; 0: no limit"},
    {"code", FACT_NUMBER, "code of the reply that refused"},
    {"refusal", FACT_STRING, "its text"},
    {0},
};

const struct check check_smtp = {
    .name = "smtp",
    .summary = "SMTP greeting, EHLO and STARTTLS; sends no mail",
    .params = smtp_param_table,
    .facts = smtp_fact_table,
    .params_size = sizeof(struct smtp_params),
    .state_size = sizeof(struct smtp_state),
    .needs = NEEDS_TCP,
    .proxy = PROXY_NEVER,
    .transport = TRANSPORT_TCP,
    .window = 16, /* handshakes take time */
    .port = 25,
    .reply_us = SMTP_WAIT_US,
    .describes_tls = true,
    .validate = smtp_validate,
    .step = smtp_step,
};
