/*
 * answers_elsewhere.c - answers that came, and not as they were asked for: from
 * another address or port, or with the number of another question. Programs
 * ignore those, as they have to; a firewall that drops is not looked for.
 */
#include "report/diagnose/diagnose.h"

#include <string.h>

static void answers_find(struct diagnosis *d);

const struct finding_entry finding_answers_elsewhere = {
    .code = "answers-elsewhere",
    .rules = {{840, answers_find}},
    .owner = OWNER_DEVICE,
    .title = "Answers come from another address or port than the one that was "
	     "asked: {subject}",
    .meaning =
	"Something answers, but not from the address and port that this host "
	"asked. Programs ignore such answers, because a forged one looks the "
	"same.",
    .decided = "A datagram came to the port that had asked, from an address or "
	       "port that was not asked; from the one that was asked, none "
	       "came.",
    .lookalikes = "A forged answer.",
    .remedies =
	{{OWNER_DEVICE,
	  {"Check that {subject} is the same device (a second interface, a "
	   "cluster address)",
	   "Set the address that its service answers from, or enter the "
	   "address that answers in the inventory"}},
	 {OWNER_DNS,
	  {"On the DNS server, set the address that it answers from: the one "
	   "that is asked",
	   "Or look for a translation (NAT) of its answers on the way to "
	   "{source}"}},
	 {OWNER_FIREWALL,
	  {"Look for a translation (NAT) of {paths} between {source} and "
	   "{targets}: answers have to come back from the address and port "
	   "that were asked"}}},
    .confirm_by = "a packet capture on this host while preflight runs",
};

const struct finding_entry finding_answers_unmatched = {
    .code = "answers-unmatched",
    .owner = OWNER_FIREWALL,
    .title = "What {subject} answers does not fit the questions",
    .meaning = "Answers came from the address and port that were asked, but "
	       "with another number (DNS), or another time stamp or mode (NTP) "
	       "than the question. Programs ignore such answers, because a "
	       "forged one looks the same.",
    .decided = "Answers of the right protocol came, and none of them carries "
	       "what the question carried.",
    .lookalikes = "Forged answers, or a faulty server.",
    .remedies =
	{{OWNER_FIREWALL,
	  {"Look for a device between {source} and {subject} that answers or "
	   "changes {paths}: DNS or NTP inspection, a proxy, a translation",
	   "If there is none, check the server itself"}},
	 {OWNER_DNS,
	  {"Query the server from another host: {detail}",
	   "If its answers fit there, look for a device between {source} and "
	   "it that changes them"}},
	 {OWNER_DEVICE,
	  {"Check the service of {subject}: it has to answer with what the "
	   "question carried"}}},
    .confirm_by = "a packet capture on this host while preflight runs",
};

static const struct finding_entry *answers_entry(const struct diagnosis *d,
						 size_t index)
{
	const struct result *r = diagnosis_result(d, index);

	if (correlation_is_elsewhere(r))
		return &finding_answers_elsewhere;
	return correlation_is_unmatched(r) ? &finding_answers_unmatched : NULL;
}

/* "10.0.0.3 port 161": is it the address that was asked? */
static bool answers_is_asked(struct diagnosis *d, size_t index,
			     const char *from)
{
	const char *asked;

	for (size_t k = 0; (asked = diagnosis_asked(d, index, k)) != NULL;
	     k++) {
		size_t length = strlen(asked);

		if (strncmp(from, asked, length) == 0 && from[length] == ' ')
			return true;
	}
	return false;
}

/* Who is to look: a resolver is one matter, however many names it lacks. A port
 * is changed on the way, unless there is nothing on the way. */
static enum owner answers_owner(struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);
	const struct fact *from = facts_find(&r->facts, "answers-from");

	if (diagnosis_is_resolver(r))
		return OWNER_DNS;
	if (r->on_link)
		return OWNER_DEVICE;
	return from == NULL || diagnosis_view(d, index)->internet ||
		       answers_is_asked(d, index, from->list[0])
		   ? OWNER_FIREWALL
		   : OWNER_DEVICE;
}

static const char *answers_key(struct diagnosis *d, size_t index)
{
	const struct finding_entry *entry = answers_entry(d, index);

	return entry == NULL
		   ? NULL
		   : arena_printf(d->arena, "%s %s", entry->code,
				  owner_name(answers_owner(d, index)));
}

/* A title names the first few; the evidence has examples. */
static void answers_subject(struct diagnosis *d, struct candidate *f,
			    const char *text)
{
	enum { TITLE = 48 };

	if (f->subject[0] == '\0')
		f->subject = text;
	else if (strlen(f->subject) < TITLE && strstr(f->subject, text) == NULL)
		f->subject = arena_printf(d->arena, "%s, %s", f->subject, text);
}

/* What was asked, as a line begins. */
static const char *answers_asked(struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);
	char address[ADDR_TEXT];

	if (r->outcome.phase == PHASE_RESOLVE)
		return arena_printf(d->arena, "asked for %s: %s",
				    diagnosis_target(d, index),
				    diagnosis_asked(d, index, 0) != NULL
					? diagnosis_asked(d, index, 0)
					: "");
	return arena_printf(d->arena, "asked on port %u: %s", (unsigned)r->port,
			    addr_text(&r->addr, address));
}

static void answers_lines(struct diagnosis *d, struct candidate *f,
			  size_t index)
{
	const struct result *r = diagnosis_result(d, index);
	const struct fact *from = facts_find(&r->facts, "answers-from");
	const char *asked = answers_asked(d, index), *server;

	if (f->entry == &finding_answers_unmatched) {
		server = diagnosis_asked(d, index, 0);
		answers_subject(d, f, server != NULL ? server : "");
		f->detail = arena_printf(d->arena, "dig @%s", f->subject);
		candidate_example(d, f, "%s; what it answered does not fit",
				  asked);
		return;
	}
	for (size_t i = 0; i < from->list_count; i++) {
		answers_subject(d, f, from->list[i]);
		candidate_example(d, f, "%s; what came, came from %s", asked,
				  from->list[i]);
	}
}

static void answers_find(struct diagnosis *d)
{
	struct clusters c;

	diagnosis_clusters_collect(&c, d, answers_key);
	for (size_t i = 0; i < c.count; i++) {
		const struct cluster *group = &c.items[i];
		struct candidate *f = candidate_for(
		    d, answers_entry(d, group->items[0]), group->key);

		f->owner = answers_owner(d, group->items[0]);
		if (f->owner != OWNER_FIREWALL)
			f->where = WHERE_TARGET;
		f->reason = f->entry == &finding_answers_elsewhere
				? "The address that was asked did not answer; "
				  "another one did"
				: "What came does not carry what was asked "
				  "with";
		for (size_t k = 0; k < group->count; k++)
			answers_lines(d, f, group->items[k]);
		candidate_claim_all(d, f, group);
	}
	diagnosis_clusters_free(&c);
}
