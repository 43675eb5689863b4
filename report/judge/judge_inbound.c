/*
 * judge_inbound.c - paths that the far end opens: proved by one sender that was
 * heard, untested for those that were not.
 */
#include "report/judge/judge.h"

#include "core/base/heard.h"
#include "core/base/text.h"
#include "listen/recogniser.h"

#include <stdlib.h>
#include <string.h>

enum { UNHEARD_SHOWN = 6 };

bool judge_waits(const struct judge *j, size_t index)
{
	const struct plan_requirement *p = &j->plan->requirements[index];

	return p->count > 0 && j->plan->specs[p->first].inbound != NULL;
}

/* Who opens a connection chooses when, and which port: one sender that was
 * heard shows that the requirement is met. The others stay untested, each with
 * what to look at. */
bool judge_is_heard_of(const struct judge *j, size_t index)
{
	if (!judge_waits(j, index))
		return false;
	for (size_t i = j->first[index]; i < j->first[index + 1]; i++)
		if (judge_is_fine(j->judged[i].verdict))
			return true;
	return false;
}

/* A path that the far end opens, and that was not heard: the first of what
 * explains it, and what this host's own rules say. */
const char *judge_unheard_text(const struct judge *j, const struct result *r)
{
	const struct fact *not = facts_find(&r->facts, "not-listened");
	const char *refused = facts_text(&r->facts, "heard-refused");
	const char *reason = r->spec->untested_reason;

	if (refused != NULL)
		reason = arena_strdup(j->arena, refused);
	else if (not != NULL && facts_find(&r->facts, "listened") == NULL)
		reason = arena_printf(j->arena, "could not listen on %s",
				      not ->list[0]);
	return judge_ruleset(j->arena, r, reason);
}

/* What proves it: "listen" for a path that ends at this host, and that begins
 * at a device when it makes a backup, or on its own. */
static const char *judge_inbound_command(const struct judge *j)
{
	const char *profiles = "", *after = "let the far end connect";
	const char *role = "";

	for (size_t i = 0; i < j->report->requirement_count; i++) {
		const struct requirement_report *q =
		    &j->report->requirements[i];
		const struct requirement *need = q->planned->requirement;
		const char *name = need->profile->name;

		if (!q->planned->inbound || q->why != WHY_NEEDS_SECOND_END)
			continue;
		if (strstr(profiles, name) == NULL)
			profiles =
			    arena_printf(j->arena, "%s %s", profiles, name);
		if (strcmp(need->to_role, need->profile->default_role) != 0)
			role =
			    arena_printf(j->arena, " --role %s", need->to_role);
		if (need->ports.list.count > 0 &&
		    (need->ports.list.ranges[0].first == 21 ||
		     need->ports.list.ranges[0].first == 69))
			after = "trigger a backup";
	}
	if (profiles[0] == '\0')
		return NULL;
	return arena_printf(j->arena, "preflight listen%s%s, then %s", profiles,
			    role, after);
}

const char *judge_inbound_note(const struct judge *j, unsigned count)
{
	const char *command = judge_inbound_command(j);

	if (count == 0)
		return NULL;
	if (j->plan->listened)
		return arena_printf(j->arena,
				    "%u inbound path%s not heard: see what "
				    "each waits for",
				    count, text_plural(count));
	return arena_printf(j->arena,
			    "%u inbound path%s not provable from here: %s",
			    count, text_plural(count),
			    command != NULL ? command
			    : count == 1    ? "test it from the far end"
					    : "test them from the far end");
}

/* "core-switch, edge-switch and 3 more"; "": all were heard. */
static const char *judge_unheard_names(const struct judge *j,
				       const struct requirement_report *q)
{
	const char *names = "";
	size_t count = 0;

	for (size_t i = 0; i < q->device_count; i++) {
		if (q->devices[i].verdict != VERDICT_UNTESTED)
			continue;
		if (count++ < UNHEARD_SHOWN)
			names = arena_printf(j->arena, "%s%s%s", names,
					     count > 1 ? ", " : "",
					     q->devices[i].name);
	}
	if (count > UNHEARD_SHOWN)
		names = arena_printf(j->arena, "%s and %zu more", names,
				     count - UNHEARD_SHOWN);
	return names;
}

const char *judge_unheard_note(const struct judge *j, size_t index)
{
	const struct requirement_report *q = &j->report->requirements[index];
	const struct spec *first = &j->plan->specs[q->planned->first];
	const struct recogniser *usual;
	const char *names;
	char *ports;

	if (!judge_waits(j, index) || !judge_is_fine(q->verdict))
		return NULL;
	names = judge_unheard_names(j, q);
	if (names[0] == '\0')
		return NULL;
	usual = recogniser_for(first->transport,
			       first->inbound->ports->ranges[0].first);
	ports = requirement_ports_text(&q->planned->ports);
	names = arena_printf(
	    j->arena, "%s was not heard from %s: allow %s/%s to this host%s%s",
	    q->planned->id, names, ports, transport_name(first->transport),
	    usual != NULL ? ", and see at the device " : "",
	    usual != NULL ? usual->setting : "");
	free(ports);
	return names;
}
