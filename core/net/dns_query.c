/* dns_query.c - one DNS question to several servers (resolver_internal.h). */
#include "core/base/mem.h"
#include "core/net/resolver_internal.h"

#include <stdlib.h>
#include <string.h>

/* Results ---------------------------------------------------------------- */

/* How much a cause says when no server had an answer; the highest wins. */
static unsigned dns_query_weight(enum cause cause)
{
	switch (cause) {
	case CAUSE_SERVFAIL:
		return 7;
	case CAUSE_REJECTED:
		return 6;
	case CAUSE_BAD_REPLY:
		return 5;
	case CAUSE_REFUSED:
	case CAUSE_PROHIBITED:
		return 4;
	case CAUSE_UNREACHABLE:
	case CAUSE_RESET:
		return 3;
	case CAUSE_TIMEOUT:
		return 2;
	case CAUSE_LOCAL:
		return 1;
	default:
		return 0;
	}
}

static void dns_query_leave_window(struct dns_query *q)
{
	if (!q->in_window)
		return;
	q->in_window = false;
	q->lookup->r->window--;
}

static void dns_query_close_question(struct dns_query *q)
{
	struct resolver *r = q->lookup->r;

	for (size_t s = 0; s < q->started; s++) {
		struct server_state *server = &q->servers[s];

		for (size_t i = 0; i < RESOLVER_ASKS; i++)
			nameserver_forget(server->tries[i].ask);
		nameserver_forget(server->tcp.ask);
		if (!server->heard && server->asked > 1)
			r->servers[s].silent++;
	}
	dns_query_leave_window(q);
	q->open = false;
}

void dns_query_drop(struct dns_query *q)
{
	if (q->open)
		dns_query_close_question(q);
	loop_timer_free(q->timer);
	q->timer = NULL;
}

/* The result is reported from the loop, so no caller on the stack must be
 * prepared for it. */
static void dns_query_finish(struct dns_query *q)
{
	dns_query_close_question(q);
	loop_timer_in(q->timer, 0);
}

static void dns_query_take_answer(struct dns_query *q, size_t server,
				  enum cause cause, const struct dns_message *m)
{
	q->cause = cause;
	q->rcode = (int)m->rcode;
	q->server = server;
	q->blocker = (struct addr){0};
	if (cause == CAUSE_OK || m->chain_count > 0) {
		q->message = mem_calloc(1, sizeof *q->message);
		*q->message = *m;
	}
	dns_query_finish(q);
}

/* Asking ----------------------------------------------------------------- */

static void dns_query_replied(void *arg, const struct nameserver_reply *reply);

static void dns_query_ask(struct dns_query *q, size_t index,
			  struct try_state *t, bool tcp)
{
	struct lookup *lookup = q->lookup;
	struct nameserver_ask *out;

	t->question = q;
	t->server = index;
	t->tcp = tcp;
	out = nameserver_ask(lookup->r->servers[index].ns, lookup_name(lookup),
			     q->type, tcp, dns_query_replied, t);
	if (out != NULL)
		t->ask = out; /* else it has been dealt with */
}

static void dns_query_ask_again(struct dns_query *q, size_t index)
{
	struct server_state *s = &q->servers[index];

	if (s->said_no || s->asked == RESOLVER_ASKS || s->tcp.question != NULL)
		return;
	s->asked++;
	dns_query_ask(q, index, &s->tries[s->asked - 1], false);
}

static bool dns_query_is_dead(const struct resolver *r, size_t server)
{
	return !r->servers[server].heard &&
	       r->servers[server].silent >= RESOLVER_DEAD_AFTER;
}

/* The next server, and the ones behind it while they are known to be dead. */
static void dns_query_start_next(struct dns_query *q)
{
	struct resolver *r = q->lookup->r;
	size_t index;

	do {
		if (!q->open || q->started == r->server_count)
			return;
		index = q->started++;
		q->servers[index].first_us = loop_now(r->loop);
		dns_query_ask_again(q, index);
	} while (dns_query_is_dead(r, index));
}

static void dns_query_arm(struct dns_query *q)
{
	struct loop *l = q->lookup->r->loop;
	int64_t step = loop_now(l) + RESOLVER_STEP_US;

	if (q->open)
		loop_timer_at(q->timer,
			      step < q->give_up_us ? step : q->give_up_us);
}

static void dns_query_step(struct dns_query *q)
{
	size_t started = q->started;

	if (loop_now(q->lookup->r->loop) >= q->give_up_us) {
		if (dns_query_weight(q->cause) <
		    dns_query_weight(CAUSE_TIMEOUT))
			q->cause = CAUSE_TIMEOUT;
		dns_query_finish(q);
		return;
	}
	dns_query_leave_window(q);
	for (size_t s = 0; s < started && q->open; s++)
		dns_query_ask_again(q, s);
	dns_query_start_next(q);
	dns_query_arm(q);
}

void dns_query_hurry(struct dns_query *q, int64_t give_up_us)
{
	if (!q->open || q->give_up_us <= give_up_us)
		return;
	q->give_up_us = give_up_us;
	dns_query_arm(q);
}

/* Answers ---------------------------------------------------------------- */

static bool dns_query_someone_may_answer(const struct dns_query *q)
{
	if (q->started < q->lookup->r->server_count)
		return true;
	for (size_t s = 0; s < q->started; s++)
		if (!q->servers[s].said_no)
			return true;
	return false;
}

/* One server had no answer: kept if it says more than what we have. */
static void dns_query_said_no(struct dns_query *q, size_t index,
			      enum cause cause, int rcode,
			      const struct addr *blocker)
{
	bool known = q->servers[index].said_no;

	q->servers[index].said_no = true;
	if (dns_query_weight(cause) > dns_query_weight(q->cause)) {
		q->cause = cause;
		q->rcode = rcode;
		q->server = rcode != -1 ? index : SIZE_MAX;
		q->blocker = *blocker;
	}
	if (!dns_query_someone_may_answer(q)) {
		dns_query_finish(q);
	} else if (!known) {
		dns_query_start_next(q);
		dns_query_arm(q);
	}
}

static enum cause dns_query_rcode_cause(const struct dns_message *m)
{
	switch (m->rcode) {
	case 0:
		if (m->loop)
			return CAUSE_BAD_REPLY;
		if (m->address_count > 0 ||
		    (m->question_type == DNS_PTR && m->chain_count > 0))
			return CAUSE_OK;
		return CAUSE_NO_DATA;
	case 2:
		return CAUSE_SERVFAIL;
	case 3:
		return CAUSE_NXDOMAIN;
	default:
		return CAUSE_REJECTED; /* REFUSED, NOTIMP ... */
	}
}

static void dns_query_message_came(struct dns_query *q,
				   const struct try_state *t,
				   const struct dns_message *m)
{
	struct server_state *s = &q->servers[t->server];
	enum cause cause = dns_query_rcode_cause(m);

	if (m->truncated && !t->tcp) {
		q->truncated = true;
		if (s->tcp.question == NULL)
			dns_query_ask(q, t->server, &s->tcp, true);
		return;
	}
	if (cause == CAUSE_OK || cause == CAUSE_NO_DATA ||
	    cause == CAUSE_NXDOMAIN)
		dns_query_take_answer(q, t->server, cause, m);
	else
		dns_query_said_no(q, t->server, cause, (int)m->rcode,
				  &q->blocker);
}

static void dns_query_replied(void *arg, const struct nameserver_reply *reply)
{
	struct try_state *t = arg;
	struct dns_query *q = t->question;
	struct resolver *r = q->lookup->r;

	t->ask = NULL;
	if (!q->open)
		return;
	if (reply->cause != CAUSE_TIMEOUT && reply->cause != CAUSE_LOCAL) {
		q->servers[t->server].heard = true;
		r->servers[t->server].heard = true;
	}
	if (reply->cause == CAUSE_LOCAL)
		q->error = reply->error;
	if (reply->cut > 0) {
		q->cut = reply->cut;
		q->cut_server = t->server;
	}
	if (reply->cause == CAUSE_OK)
		dns_query_message_came(q, t, reply->message);
	else
		dns_query_said_no(q, t->server, reply->cause, -1,
				  &reply->blocker);
}

/* The queue -------------------------------------------------------------- */

static void dns_query_pump(struct resolver *r);

static void dns_query_timer_fired(void *arg)
{
	struct dns_query *q = arg;
	struct resolver *r = q->lookup->r;

	if (q->open) {
		dns_query_step(q);
	} else {
		loop_timer_free(q->timer);
		q->timer = NULL;
		lookup_answered(q->lookup, q); /* may begin it anew */
	}
	dns_query_pump(r);
}

static void dns_query_start(struct dns_query *q)
{
	struct resolver *r = q->lookup->r;

	q->open = true;
	q->in_window = true;
	r->window++;
	q->give_up_us = loop_now(r->loop) + RESOLVER_GIVE_UP_US;
	q->timer = loop_timer_new(r->loop, dns_query_timer_fired, q);
	dns_query_arm(q);
	dns_query_start_next(q);
}

static void dns_query_pump(struct resolver *r)
{
	while (r->queue != NULL && r->window < RESOLVER_WINDOW) {
		struct dns_query *q = r->queue;

		r->queue = q->next_queued;
		if (r->queue == NULL)
			r->queue_end = &r->queue;
		dns_query_start(q);
	}
}

void dns_query_begin(struct dns_query *q, struct lookup *lookup, uint16_t type)
{
	struct resolver *r = lookup->r;

	*q = (struct dns_query){
	    .lookup = lookup, .type = type, .rcode = -1, .server = SIZE_MAX};
	*r->queue_end = q;
	r->queue_end = &q->next_queued;
	dns_query_pump(r);
}
