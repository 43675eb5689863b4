/*
 * controls_answers.c - who gave a wrong answer? How far its host is, by an echo
 * request, and over TCP how far a connection has to go to open.
 */
#include "report/controls/controls_plan_internal.h"

#include "report/answer_origin.h"

enum { CONTROLS_ANSWERS = 4 }; /* hosts of a port, class and family */

static bool controls_is_doubtful(const struct controls_plan *w, size_t index)
{
	const struct result *r = &w->results->items[index];

	return answer_is_wrong(r) && !r->on_link && r->same_as == SIZE_MAX &&
	       r->addr.family != ADDR_NONE && controls_is_usable(w, index) &&
	       facts_find(&r->facts, "status") == NULL &&
	       answer_origin(w->correlation, index) == ANSWER_UNKNOWN;
}

void controls_answers(struct controls_plan *w)
{
	struct map seen = {0}, ports = {0}, echoes = {0};
	char text[ADDR_TEXT];

	for (size_t i = 0; i < w->results->count; i++) {
		const struct result *r = &w->results->items[i];
		struct evidence_request walk = {.kind = EVIDENCE_HOP_WALK,
						.result = i};
		const struct evidence *e;
		size_t *slot, *count;

		if (!controls_is_doubtful(w, i))
			continue;
		addr_text(&r->addr, text);
		slot = map_at(&seen, arena_printf(&w->arena, "%s %u %d", text,
						  (unsigned)r->port,
						  (int)r->transport));
		count = map_at(
		    &ports,
		    arena_printf(&w->arena, "%d %u %d %d", (int)r->transport,
				 (unsigned)r->port, (int)r->addr.family,
				 (int)w->correlation->contexts[i].internet));
		if (*slot != SIZE_MAX)
			continue;
		*slot = i;
		*count = *count == SIZE_MAX ? 1 : *count + 1;
		if (*count > CONTROLS_ANSWERS)
			continue;
		if (r->transport == TRANSPORT_TCP)
			controls_add(w, &walk);
		slot = map_at(&echoes, arena_strdup(&w->arena, text));
		if (*slot == SIZE_MAX &&
		    answer_echo_distance(w->correlation, &r->addr, &e) < 0)
			controls_ask_echo(w, i);
		*slot = i;
	}
	map_free(&seen);
	map_free(&ports);
	map_free(&echoes);
}
