/*
 * jetdirect.c - does a printer take connections for raw printing? Any octet
 * may come out on paper: nothing is sent, unless `pjl` allows one question.
 */
#include "core/engine/check.h"
#include "core/base/text.h"

#include <string.h>

#define PJL_UEL "\033%-12345X" /* Universal Exit Language */

enum { JETDIRECT_WAIT_US = 2000000, PJL_ANSWER_MAX = 1024, PJL_END = '\f' };

struct jetdirect_params {
	bool pjl;
};

static enum step jetdirect_connected(struct probe *p)
{
	const struct jetdirect_params *params = p->params;
	static const char question[] =
	    PJL_UEL "@PJL INFO ID\r\n" PJL_UEL "\r\n";

	if (!params->pjl)
		return probe_ok_connect(p);
	probe_send(p, question, sizeof question - 1);
	p->phase = PHASE_REPLY;
	return STEP_WAIT;
}

/* One line without its end; false when there is no line. */
static bool jetdirect_line(struct cursor *c, struct cursor *line)
{
	const uint8_t *end = memchr(c->at, '\n', cursor_left(c));
	size_t length;

	if (end == NULL)
		return false;
	length = (size_t)(end - c->at);
	*line = cursor_slice(c, length);
	cursor_skip(c, 1);
	if (length > 0 && end[-1] == '\r')
		line->end--;
	return true;
}

static bool jetdirect_skip(struct cursor *c, const char *text)
{
	if (cursor_left(c) < strlen(text) ||
	    memcmp(c->at, text, strlen(text)) != 0)
		return false;
	cursor_skip(c, strlen(text));
	return true;
}

/* "@PJL INFO ID", then the model in quotes: PJL reference, chapter 7. */
static enum step jetdirect_answered(struct probe *p)
{
	struct cursor c = cursor_over(p->in->data, p->in->length);
	struct cursor line;
	size_t length;

	jetdirect_skip(&c, PJL_UEL);
	if (!jetdirect_line(&c, &line) || !jetdirect_skip(&line, "@PJL") ||
	    !jetdirect_line(&c, &line))
		return probe_fail(p, CAUSE_BAD_REPLY);
	jetdirect_skip(&line, "\"");
	length = cursor_left(&line);
	if (length > 0 && line.at[length - 1] == '"')
		length--;
	fact_bytes(p, "model", line.at, length);
	return probe_ok(p);
}

/* The beginning of an answer, as much as there is. */
static bool jetdirect_is_pjl(const struct buf *in)
{
	static const char *const begins[] = {"@PJL", PJL_UEL "@PJL"};

	for (size_t i = 0; i < sizeof begins / sizeof begins[0]; i++) {
		size_t length = strlen(begins[i]);

		length = in->length < length ? in->length : length;
		if (memcmp(in->data, begins[i], length) == 0)
			return true;
	}
	return false;
}

static enum step jetdirect_data_came(struct probe *p)
{
	if (p->in->length == 0)
		return STEP_WAIT;
	if (!jetdirect_is_pjl(p->in) || p->in->length > PJL_ANSWER_MAX)
		return probe_fail(p, CAUSE_BAD_REPLY);
	if (memchr(p->in->data, PJL_END, p->in->length) == NULL)
		return STEP_WAIT;
	return jetdirect_answered(p);
}

/* No more will come. A printer without PJL ignores the question. */
static enum step jetdirect_ended(struct probe *p, bool closed)
{
	if (p->in->length > 0)
		return jetdirect_answered(p);
	return closed ? STEP_WAIT : probe_ok_connect(p);
}

static enum step jetdirect_step(struct probe *p, enum event event)
{
	switch (event) {
	case EV_START:
		return jetdirect_connected(p);
	case EV_DATA:
		return jetdirect_data_came(p);
	case EV_EOF:
		return jetdirect_ended(p, true);
	case EV_DEADLINE:
		return jetdirect_ended(p, false);
	default:
		return STEP_WAIT;
	}
}

static const struct param jetdirect_param_table[] = {
    {"pjl", PARAM_BOOL, offsetof(struct jetdirect_params, pjl), "false",
     "ask for the model; a printer without PJL may print the question"},
    {0},
};

static const struct fact_def jetdirect_fact_table[] = {
    {"model", FACT_STRING, "model that the printer reports (PJL INFO ID)"},
    {0},
};

const struct check check_jetdirect = {
    .name = "jetdirect",
    .summary = "raw printing port opens; sends nothing",
    .params = jetdirect_param_table,
    .facts = jetdirect_fact_table,
    .params_size = sizeof(struct jetdirect_params),
    .needs = NEEDS_TCP,
    .proxy = PROXY_NEVER,
    .transport = TRANSPORT_TCP,
    .port = 9100,
    .reply_us = JETDIRECT_WAIT_US,
    .step = jetdirect_step,
};
