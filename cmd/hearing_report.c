/*
 * hearing_report.c - who was heard, from the report of an earlier `preflight
 * listen`. It counts for this host, these profiles and a day.
 */
#include "cmd/hearing.h"

#include "core/base/text.h"
#include "core/os/clock.h"
#include "core/os/host.h"

#include <stdio.h>
#include <string.h>

enum { HEARING_LINE = 160 };
static const int64_t hearing_day_us = 24 * 3600 * INT64_C(1000000);
/* Clocks are set while a report lies there. */
static const int64_t hearing_ahead_us = 5 * 60 * INT64_C(1000000);

struct hearing_host {
	const struct report *report;
	bool same;
};

static void hearing_host_address(void *arg, const struct host_address *a)
{
	struct hearing_host *h = arg;
	const char *const *saved = h->report->run.host.addresses;
	char text[ADDR_TEXT];

	addr_text(&a->addr, text);
	for (size_t i = 0; saved != NULL && saved[i] != NULL; i++)
		h->same |= strcmp(saved[i], text) == 0 &&
			   !addr_is_link_local(&a->addr);
}

/* It has this host's name, and one of its addresses. */
static bool hearing_is_of_this_host(const struct report *r)
{
	struct hearing_host h = {r, false};
	struct facts facts = {0};
	const char *name;
	bool same;

	(void)host_addresses(hearing_host_address, &h);
	host_facts(&facts);
	name = facts_text(&facts, "name");
	same = h.same && name != NULL && r->run.host.name != NULL &&
	       strcmp(name, r->run.host.name) == 0;
	facts_free(&facts);
	return same;
}

static const struct report_profile *hearing_profile(const struct report *r,
						    const struct profile *p)
{
	for (size_t i = 0; i < r->run.profile_count; i++)
		if (strcmp(r->run.profiles[i].name, p->name) == 0)
			return &r->run.profiles[i];
	return NULL;
}

static const char *hearing_refuse(struct hearing *h, const char *file,
				  const char *why)
{
	const char *name = strrchr(file, '/');

	snprintf(h->list.refused, sizeof h->list.refused,
		 "not heard: %.60s does not count, it is %s",
		 name != NULL ? name + 1 : file, why);
	return h->list.refused;
}

/* NULL: it counts. */
static const char *hearing_refusal(struct hearing *h, const struct report *r,
				   const char *file, const struct plan *plan)
{
	int64_t ended = r->run.started_us +
			(r->run.duration_us > 0 ? r->run.duration_us : 0);
	int64_t age = clock_system.wall_us(&clock_system) - ended;

	if (age > hearing_day_us)
		return hearing_refuse(h, file, "more than 24 hours old");
	if (age < -hearing_ahead_us)
		return hearing_refuse(h, file,
				      "from the future: see the clock");
	if (!hearing_is_of_this_host(r))
		return hearing_refuse(h, file, "of another host");
	for (size_t i = 0; i < plan->profile_count; i++) {
		const struct profile *p = plan->profiles[i].profile;
		const struct report_profile *saved = hearing_profile(r, p);

		if (saved == NULL)
			return hearing_refuse(h, file, "not of this profile");
		if (strcmp(saved->version, p->version) != 0 ||
		    strcmp(saved->sha256, p->sha256) != 0)
			return hearing_refuse(
			    h, file, "of another version of the profile");
	}
	return NULL;
}

/* "10.2.0.10 514/udp"; false: it is something else. */
static bool hearing_parse(const char *line, struct addr *from, uint16_t *port,
			  enum transport *transport)
{
	char text[HEARING_LINE], *place, *word;
	int64_t number;

	if (strlen(line) >= sizeof text)
		return false;
	text_copy(text, sizeof text, line);
	place = strchr(text, ' ');
	if (place == NULL)
		return false;
	*place++ = '\0';
	word = strchr(place, '/');
	if (word == NULL)
		return false;
	*word++ = '\0';
	if (!addr_parse(from, text) || !transport_parse(word, transport) ||
	    !text_number(place, 1, UINT16_MAX, &number))
		return false;
	*port = (uint16_t)number;
	return true;
}

static void hearing_take_result(struct hearing *h,
				const struct report_result *r)
{
	const struct fact *heard = facts_find(&r->facts, "heard");
	const char *speaks = facts_text(&r->facts, "speaks");
	const char *said = facts_text(&r->facts, "said");

	if (r->verdict != VERDICT_PASS || heard == NULL ||
	    heard->type != FACT_LIST)
		return;
	for (size_t i = 0; i < heard->list_count; i++) {
		enum transport transport;
		struct heard *one;
		struct addr from;
		uint16_t port;

		if (!hearing_parse(heard->list[i], &from, &port, &transport))
			continue;
		one = heard_at(&h->list, &from, transport, port, true);
		if (one == NULL || one->speaks[0] != '\0')
			continue;
		one->count++;
		if (speaks != NULL && i == 0) {
			text_copy(one->speaks, sizeof one->speaks, speaks);
			text_copy(one->said, sizeof one->said,
				  said != NULL ? said : "");
		}
	}
}

void hearing_take(struct hearing *h, const struct report *r, const char *file,
		  const struct plan *plan)
{
	h->plan = plan;
	h->list.report = file;
	if (hearing_refusal(h, r, file, plan) != NULL)
		return;
	for (size_t i = 0; i < r->result_count; i++)
		hearing_take_result(h, &r->results[i]);
}
