/*
 * ftp.c - does an FTP server greet? The greeting is read, QUIT is sent: no
 * user name, no login (RFC 959 5.4).
 */
#include "core/engine/check.h"
#include "core/proto/reply.h"

#include <string.h>

enum {
	FTP_READY_LATER = 120,
	FTP_READY = 220,
	FTP_BYE_MS = 2000, /* all is known by then */
	/* Servers look the client's name up before they greet. */
	FTP_WAIT_US = 15000000
};

struct ftp_state {
	struct reply reply;
	bool greeted; /* proved; QUIT is on its way */
};

static enum step ftp_connected(struct probe *p)
{
	struct ftp_state *s = p->state;

	s->reply.loose = true;
	p->phase = PHASE_REPLY; /* the server speaks first */
	return STEP_WAIT;
}

/* SMTP and NNTP servers begin in the same way. */
static bool ftp_is_other(const char *banner)
{
	return strstr(banner, "SMTP") != NULL || strstr(banner, "NNTP") != NULL;
}

static enum step ftp_greeting_came(struct probe *p)
{
	struct ftp_state *s = p->state;
	static const char quit[] = "QUIT\r\n";

	fact_number(p, "code", s->reply.code);
	if (s->reply.code >= 400)
		return probe_fail(p, CAUSE_REJECTED);
	if (s->reply.code == FTP_READY_LATER)
		return probe_ok(p); /* an FTP server, by its own text */
	if (s->reply.code != FTP_READY)
		return probe_fail(p, CAUSE_BAD_REPLY);
	s->greeted = true;
	probe_send(p, quit, sizeof quit - 1);
	probe_wait(p, FTP_BYE_MS);
	return STEP_WAIT;
}

static enum step ftp_line_came(struct probe *p, const struct reply_line *line)
{
	struct ftp_state *s = p->state;

	if (s->reply.lines == 1) {
		fact_string(p, "banner", line->text);
		if (ftp_is_other(line->text))
			return probe_fail(p, CAUSE_BAD_REPLY);
	}
	return line->last ? ftp_greeting_came(p) : STEP_WAIT;
}

static enum step ftp_data_came(struct probe *p)
{
	struct ftp_state *s = p->state;
	enum step step = STEP_WAIT;

	if (s->greeted)
		return probe_ok(p); /* whatever it says to QUIT */
	while (step == STEP_WAIT && !s->greeted) {
		struct reply_line line;

		switch (reply_next(&s->reply, p->in, &line)) {
		case REPLY_MORE:
			return STEP_WAIT;
		case REPLY_BAD:
			return probe_fail(p, CAUSE_BAD_REPLY);
		case REPLY_LINE:
			probe_consume(p, line.length);
			step = ftp_line_came(p, &line);
		}
	}
	return step;
}

/* No more data: the stream ended, or the time is up. */
static enum step ftp_ended(struct probe *p, bool closed)
{
	const struct ftp_state *s = p->state;

	if (s->greeted)
		return probe_ok(p);
	if (closed && (p->in->length > 0 || s->reply.inside))
		return probe_fail(p, CAUSE_BAD_REPLY);
	return STEP_WAIT;
}

static enum step ftp_step(struct probe *p, enum event event)
{
	switch (event) {
	case EV_START:
		return ftp_connected(p);
	case EV_DATA:
		return ftp_data_came(p);
	case EV_EOF:
		return ftp_ended(p, true);
	case EV_DEADLINE:
		return ftp_ended(p, false);
	default:
		return STEP_WAIT;
	}
}

static const struct fact_def ftp_fact_table[] = {
    {"banner", FACT_STRING, "first line of the greeting"},
    {"code", FACT_NUMBER, "its code; 220: ready"},
    {0},
};

const struct check check_ftp = {
    .name = "ftp",
    .summary = "FTP server's greeting; no login",
    .facts = ftp_fact_table,
    .state_size = sizeof(struct ftp_state),
    .needs = NEEDS_TCP,
    .proxy = PROXY_NEVER,
    .transport = TRANSPORT_TCP,
    .port = 21,
    .reply_us = FTP_WAIT_US,
    .step = ftp_step,
};
