/* tcp.c - does the port open? For protocols without a safe hello. */
#include "core/engine/check.h"

struct tcp_params {
	int64_t wait_close; /* microseconds */
};

static enum step tcp_connected(struct probe *p)
{
	const struct tcp_params *params = p->params;

	if (params->wait_close <= 0)
		return probe_ok_connect(p);
	/* A middlebox that opens everything often closes at once. */
	p->phase = PHASE_REQUEST;
	probe_timer(p, (unsigned)((params->wait_close + 999) / 1000));
	return STEP_WAIT;
}

/* Any data shows that a service is behind the port. */
static enum step tcp_spoke(struct probe *p)
{
	fact_number(p, "bytes", (int64_t)p->in->length);
	return probe_ok_connect(p);
}

static enum step tcp_step(struct probe *p, enum event event)
{
	switch (event) {
	case EV_START:
		return tcp_connected(p);
	case EV_DATA:
		return tcp_spoke(p);
	case EV_TIMER:
	case EV_DEADLINE:
		return probe_ok_connect(p);
	default:
		return STEP_WAIT; /* closed: the engine says so */
	}
}

static int tcp_validate(const void *arg, struct error *err)
{
	const struct tcp_params *params = arg;

	if (params->wait_close > 3000000)
		return error_set(err, "wait_close: at most 3s");
	return 0;
}

static const struct param tcp_param_table[] = {
    {"wait_close", PARAM_DURATION, offsetof(struct tcp_params, wait_close),
     "0s", "stay connected this long; it is a failure if the peer closes first",
     .required = false},
    {0},
};

static const struct fact_def tcp_fact_table[] = {
    {"bytes", FACT_NUMBER,
     "number of bytes that came unrequested while connected"},
    {0},
};

const struct check check_tcp = {
    .name = "tcp",
    .summary = "TCP port opens; sends nothing",
    .params = tcp_param_table,
    .facts = tcp_fact_table,
    .params_size = sizeof(struct tcp_params),
    .needs = NEEDS_TCP,
    .proxy = PROXY_TUNNEL,
    .transport = TRANSPORT_TCP,
    .validate = tcp_validate,
    .step = tcp_step,
};
