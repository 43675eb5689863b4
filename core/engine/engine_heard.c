/*
 * engine_heard.c - paths that the far end opens: nothing is sent, who was heard
 * before the run is their proof.
 */
#include "core/engine/engine_internal.h"

#include "core/base/heard.h"

#include <stdio.h>

enum { HEARD_PLACE = 16 };

/* "514/udp". */
static const char *engine_heard_place(char out[HEARD_PLACE],
				      enum transport transport, uint16_t port)
{
	snprintf(out, HEARD_PLACE, "%u/%s", (unsigned)port,
		 transport_name(transport));
	return out;
}

/* The wanted ports that were listened on, and why others were not. */
static void engine_heard_ports(struct facts *f, const struct heard_want *w,
			       enum transport transport)
{
	char place[HEARD_PLACE], line[HEARD_PLACE + HEARD_WHY + 2];

	for (size_t i = 0; i < w->list->port_count; i++) {
		const struct heard_port *p = &w->list->ports[i];

		if (p->transport != transport ||
		    !heard_is_port(w->ports, p->port))
			continue;
		engine_heard_place(place, transport, p->port);
		snprintf(line, sizeof line, "%s: %s", place, p->why);
		if (p->why[0] == '\0')
			facts_append(f, "listened", place);
		else
			facts_append(f, "not-listened", line);
	}
	if (w->list->refused[0] != '\0')
		facts_string(f, "heard-refused", w->list->refused);
	if (w->list->listened_us > 0)
		facts_ms(f, "listened-for", w->list->listened_us);
}

static void engine_heard_senders(struct facts *f, const struct heard_want *w,
				 enum transport transport)
{
	char place[HEARD_PLACE], line[ADDR_TEXT + HEARD_PLACE + 2],
	    address[ADDR_TEXT];

	for (size_t i = 0; i < w->list->count; i++) {
		const struct heard *h = &w->list->items[i];

		if (!heard_is_wanted(w, transport, h))
			continue;
		snprintf(line, sizeof line, "%s %s",
			 addr_text(&h->from, address),
			 engine_heard_place(place, transport, h->port));
		facts_append(f, "heard", line);
	}
}

/* Was any sender of the row heard? Its specs stand together. */
static bool engine_heard_row(const struct engine *e, size_t index)
{
	const struct spec *specs = e->o->specs;
	const struct spec_senders *row = specs[index].senders;

	while (index > 0 && specs[index - 1].senders == row)
		index--;
	for (; index < e->o->spec_count && specs[index].senders == row; index++)
		if (heard_first(specs[index].inbound, specs[index].transport) !=
		    NULL)
			return true;
	return false;
}

/* This host's own rules let in whoever was heard: then they are not asked. */
static bool engine_heard_asks(struct engine *e, size_t index)
{
	const struct spec *s = &e->o->specs[index];

	if (s->senders == NULL || e->o->filter == NULL)
		return false;
	if (e->row != s->senders) {
		e->row = s->senders;
		e->row_is_heard = engine_heard_row(e, index);
	}
	return !e->row_is_heard;
}

void engine_add_heard(struct engine *e, const struct spec *s, size_t index)
{
	const struct heard_want *w = s->inbound;
	const struct heard *h = heard_first(w, s->transport);
	struct outcome o = {.phase = PHASE_LOCAL, .cause = CAUSE_LOCAL};
	struct run_probe *rp = engine_add(e, s, index, NULL);
	struct facts *f = &rp->result.facts;

	/* The sender stands in the facts: this host asked nobody. */
	rp->result.addr = (struct addr){0};
	if (h == NULL) {
		engine_heard_ports(f, w, s->transport);
		if (engine_heard_asks(e, index))
			engine_end_filtered(rp, w->ports);
		else
			engine_end_unrun(rp, &o, s->untested);
		return;
	}
	engine_heard_senders(f, w, s->transport);
	if (h->speaks[0] != '\0') {
		facts_string(f, "speaks", h->speaks);
		facts_string(f, "said", h->said);
	}
	if (w->list->report != NULL)
		facts_string(f, "heard-report", w->list->report);
	o.phase = h->speaks[0] != '\0' ? PHASE_REPLY : PHASE_CONNECT;
	o.cause = CAUSE_OK;
	rp->result.proof = h->speaks[0] != '\0'            ? PROOF_SERVICE
			   : s->transport == TRANSPORT_TCP ? PROOF_CONNECT
							   : PROOF_PATH;
	engine_end_unrun(rp, &o, WHY_NONE);
}
