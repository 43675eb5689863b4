/* hearing.c - who was heard, by listening now. */
#include "cmd/hearing.h"

#include "core/base/mem.h"
#include "core/base/text.h"
#include "listen/recogniser.h"
#include "listen/shared/listener.h"

#include <stdlib.h>
#include <string.h>

enum { HEARING_STRANGERS = 8, HEARING_NOTE = 2048, HEARING_PORTS = 256 };

void hearing_begin(struct hearing *h)
{
	memset(h, 0, sizeof *h);
	buf_init(&h->strangers, HEARING_NOTE);
}

void hearing_free(struct hearing *h)
{
	heard_free(&h->list);
	free(h->wanted);
	buf_free(&h->strangers);
}

/* What is waited for ------------------------------------------------------ */

static const struct heard_want *hearing_want(const struct plan *p,
					     size_t requirement)
{
	const struct plan_requirement *q = &p->requirements[requirement];

	return q->count > 0 ? p->specs[q->first].inbound : NULL;
}

static void hearing_ports(struct hearing *h)
{
	const struct plan *p = h->plan;

	for (size_t i = 0; i < p->spec_count; i++) {
		const struct spec *s = &p->specs[i];
		const struct port_list *list;

		if (s->inbound == NULL)
			continue;
		list = s->inbound->ports;
		for (size_t k = 0; k < list->count; k++)
			for (uint32_t port = list->ranges[k].first;
			     port <= list->ranges[k].last &&
			     h->list.port_count < HEARING_PORTS;
			     port++)
				heard_add_port(&h->list, s->transport,
					       (uint16_t)port);
	}
}

/* The spec that waits for it, NULL: none does. */
static const struct spec *hearing_spec(const struct hearing *h,
				       const struct heard *one)
{
	for (size_t i = 0; i < h->plan->spec_count; i++) {
		const struct spec *s = &h->plan->specs[i];

		if (s->inbound != NULL &&
		    heard_is_wanted(s->inbound, s->transport, one))
			return s;
	}
	return NULL;
}

static void hearing_want_one(struct hearing *h, const struct addr *a)
{
	h->wanted = mem_grow(h->wanted, &h->wanted_capacity,
			     h->wanted_count + 1, sizeof *h->wanted);
	h->wanted[h->wanted_count++] = *a;
}

/* Whoever may come is not waited for: only senders that are known have room
 * kept for them. */
static void hearing_senders(struct hearing *h)
{
	const struct addr *any = NULL;

	for (size_t i = 0; i < h->plan->spec_count; i++) {
		const struct heard_want *w = h->plan->specs[i].inbound;

		if (w == NULL)
			continue;
		if (w->from.family != ADDR_NONE)
			hearing_want_one(h, &w->from);
		for (size_t k = 0; any != w->any && k < w->any_count; k++)
			hearing_want_one(h, &w->any[k]);
		any = w->any;
	}
	heard_sort(h->wanted, h->wanted_count);
}

static bool hearing_counts(void *arg, const struct addr *from)
{
	const struct hearing *h = arg;
	struct addr address = *from;

	address.port = 0;
	return heard_is_in(h->wanted, h->wanted_count, &address);
}

static bool hearing_is_heard(const struct plan *p, size_t requirement)
{
	const struct plan_requirement *q = &p->requirements[requirement];

	for (size_t i = q->first; i < q->first + q->count; i++)
		if (heard_first(p->specs[i].inbound, p->specs[i].transport) !=
		    NULL)
			return true;
	return false;
}

static bool hearing_is_enough(void *arg, const struct heard_list *list)
{
	const struct hearing *h = arg;

	(void)list;
	for (size_t i = 0; i < h->plan->requirement_count; i++)
		if (hearing_want(h->plan, i) != NULL &&
		    !hearing_is_heard(h->plan, i))
			return false;
	return true;
}

/* What is shown ----------------------------------------------------------- */

static const char *hearing_title(const char *name)
{
	for (size_t i = 0; recogniser_registry[i] != NULL; i++)
		if (strcmp(recogniser_registry[i]->name, name) == 0)
			return recogniser_registry[i]->title;
	return name;
}

/* "heard  core-switch (10.2.0.10) on 514/udp: syslog, RFC 5424, ...". */
static void hearing_show(void *arg, const struct heard *one)
{
	struct hearing *h = arg;
	const struct spec *s = hearing_spec(h, one);
	char address[ADDR_TEXT];

	if (h->out == NULL)
		return;
	addr_text(&one->from, address);
	fprintf(h->out, "heard  ");
	if (s != NULL && s->device != NULL)
		fprintf(h->out, "%s (%s)", s->device, address);
	else
		fprintf(h->out, "%s", address);
	fprintf(h->out, " on %u/%s", (unsigned)one->port,
		transport_name(one->transport));
	if (one->speaks[0] != '\0')
		fprintf(h->out, ": %s, %s", hearing_title(one->speaks),
			one->said);
	if (s == NULL)
		fprintf(h->out, " (not a sender in the inventory)");
	fprintf(h->out, "\n");
	fflush(h->out);
}

static void hearing_ready(void *arg, const struct heard_list *list)
{
	struct hearing *h = arg;
	const char *between = "listening on ";

	if (h->out == NULL)
		return;
	for (size_t i = 0; i < list->port_count; i++) {
		const struct heard_port *p = &list->ports[i];

		if (p->why[0] != '\0')
			continue;
		fprintf(h->out, "%s%u/%s", between, (unsigned)p->port,
			transport_name(p->transport));
		between = ", ";
	}
	if (between[0] == ',')
		fprintf(h->out, "\n");
	for (size_t i = 0; i < list->port_count; i++) {
		const struct heard_port *p = &list->ports[i];

		if (p->why[0] != '\0')
			fprintf(h->out, "not on %u/%s: %s\n", (unsigned)p->port,
				transport_name(p->transport), p->why);
	}
	fflush(h->out);
}

int hearing_listen(struct hearing *h, const struct plan *plan,
		   int64_t duration_us, bool enough, struct error *err)
{
	struct listener_options o = {.duration_us = duration_us,
				     .counts = hearing_counts,
				     .heard = hearing_show,
				     .ready = hearing_ready,
				     .arg = h};

	h->plan = plan;
	if (enough)
		o.is_enough = hearing_is_enough;
	hearing_ports(h);
	hearing_senders(h);
	return listener_run(&o, &h->list, err);
}

/* ------------------------------------------------------------------------- */

static void hearing_note_stranger(struct hearing *h, const struct heard *one)
{
	char address[ADDR_TEXT];

	if (h->stranger_count++ >= HEARING_STRANGERS)
		return;
	buf_printf(&h->strangers, "%s%s (%u/%s)",
		   h->strangers.length > 0 ? ", " : "",
		   addr_text(&one->from, address), (unsigned)one->port,
		   transport_name(one->transport));
}

static void hearing_note_lost(struct hearing *h)
{
	const struct heard_list *l = &h->list;

	if (l->dropped > 0)
		buf_printf(&h->strangers,
			   "%spackets dropped because too many came: %llu",
			   h->strangers.length > 0 ? "; " : "",
			   (unsigned long long)l->dropped);
	if (l->senders_cut > 0)
		buf_printf(&h->strangers,
			   "%spackets of senders beyond the first %d: %llu",
			   h->strangers.length > 0 ? "; " : "",
			   HEARD_MAX / 4 * 3,
			   (unsigned long long)l->senders_cut);
	if (l->own > 0)
		buf_printf(&h->strangers,
			   "%spackets of this host itself, which prove "
			   "nothing: %llu",
			   h->strangers.length > 0 ? "; " : "",
			   (unsigned long long)l->own);
}

const char *hearing_strangers(struct hearing *h)
{
	for (size_t i = 0; i < h->list.count && h->plan != NULL; i++)
		if (hearing_spec(h, &h->list.items[i]) == NULL)
			hearing_note_stranger(h, &h->list.items[i]);
	if (h->stranger_count > HEARING_STRANGERS)
		buf_printf(&h->strangers, " and %zu more",
			   h->stranger_count - HEARING_STRANGERS);
	if (h->stranger_count > 0)
		buf_puts(&h->strangers,
			 " sent something, but no device of the inventory "
			 "that may send it has that address (NAT?)");
	hearing_note_lost(h);
	return h->strangers.length > 0 ? buf_text(&h->strangers) : NULL;
}
