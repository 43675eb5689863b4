/*
 * payload_reset.c - the port opens, then content is answered with a reset: for
 * every host, or for some names. One rule: whether others get through tells
 * which.
 */
#include "report/diagnose/diagnose.h"

#include <string.h>

static void payload_resets(struct diagnosis *d);

const struct finding_entry finding_payload_reset = {
    .code = "payload-reset",
    .rules = {{4000, payload_resets}},
    .owner = OWNER_FIREWALL,
    .title = "Connections on {paths} open, but are then reset",
    .meaning = "The TCP handshake works, but for every host the first data "
	       "resets the connection. A filter inspects the content.",
    .decided = "All connections to {targets} were reset after they had opened, "
	       "and none on this port completed.",
    .lookalikes = "A hostname filter that blocks every host in this profile.",
    .remedies = {{OWNER_FIREWALL,
		  {"On the firewall, check application control and IPS for "
		   "{paths} from {source}",
		   "Allow the product's hosts: {rules}"}}},
    .confirm_by = "the firewall's log for {source}",
};

const struct finding_entry finding_sni_filtered = {
    .code = "sni-filtered",
    .owner = OWNER_FIREWALL,
    .title = "TLS connections to {subject} {detail} because of the name",
    .meaning = "The port opens, but the connection is reset, or gets no answer "
	       "any more, as soon as the server name is sent. Other names on "
	       "the same port work. A filter reads the name.",
    .decided = "The TLS handshake for {subject} was reset or not answered, "
	       "while other hosts completed theirs, or the same address "
	       "answered to another name.",
    .lookalikes = "A server fault that shows the same way.",
    .remedies =
	{{OWNER_FIREWALL,
	  {"On the firewall or proxy, allow {subject} in the web or "
	   "application filter for {source}",
	   "Look for a category block (\"cloud\", \"remote access\")"}}},
    .confirm_by =
	"the filter's log, or the same connection from a network without it",
};

static const char *payload_key(struct diagnosis *d, size_t index,
			       enum cause cause)
{
	if (!diagnosis_is_open(d, index) ||
	    diagnosis_result(d, index)->outcome.cause != cause)
		return NULL;
	return diagnosis_port_key(d, index);
}

static const char *payload_key_reset(struct diagnosis *d, size_t index)
{
	return payload_key(d, index, CAUSE_RESET);
}

static const char *payload_key_mute(struct diagnosis *d, size_t index)
{
	return payload_key(d, index, CAUSE_TIMEOUT);
}

/* An address is asked once for another name, whatever checks were silent for
 * this one. */
static const struct evidence *payload_control(struct diagnosis *d,
					      const struct cluster *c,
					      size_t index)
{
	const struct result *r = diagnosis_result(d, index);

	for (size_t i = 0; r->spec->host != NULL && i < c->count; i++) {
		const struct result *other = diagnosis_result(d, c->items[i]);
		const struct evidence *e = correlation_control(
		    d->correlation, c->items[i], "other-name");

		if (e != NULL && addr_equal(&other->addr, &r->addr) &&
		    strcmp(other->spec->host, r->spec->host) == 0)
			return e;
	}
	return NULL;
}

/* At the same address a ClientHello for another name drew an answer, if only
 * an alert; *asked: it was tried. */
static const struct evidence *payload_other_name(struct diagnosis *d,
						 const struct cluster *c,
						 size_t index, bool *asked)
{
	const struct evidence *e = payload_control(d, c, index);
	const char *cause =
	    e == NULL ? NULL : facts_text(&e->observed, "cause");

	*asked = e != NULL;
	if (cause == NULL || !facts_is_true(&e->observed, "connected"))
		return NULL;
	return strcmp(cause, cause_name(CAUSE_TIMEOUT)) != 0 &&
		       strcmp(cause, cause_name(CAUSE_RESET)) != 0 &&
		       strcmp(cause, cause_name(CAUSE_LOCAL)) != 0
		   ? e
		   : NULL;
}

/* One address may stand behind several names: the filter goes by the name. */
static void payload_name(struct diagnosis *d, size_t index,
			 const struct evidence *e)
{
	const struct result *r = diagnosis_result(d, index);
	const char *name = r->spec->derive_from != NULL
			       ? r->spec->derive_from
			       : diagnosis_target(d, index);
	struct candidate *f = candidate_for(d, &finding_sni_filtered, name);
	char code[OUTCOME_CODE], address[ADDR_TEXT];

	f->subject = name;
	f->detail =
	    r->outcome.cause == CAUSE_RESET ? "are reset" : "get no answer";
	candidate_line(d, f, "%s: %s after the name was sent", name,
		       outcome_code(r->outcome.phase, r->outcome.cause, code));
	if (e != NULL)
		candidate_cite(d, f, e,
			       arena_printf(d->arena,
					    "%s answers to a ClientHello for "
					    "another name, %s",
					    addr_text(&e->addr, address),
					    facts_text(&e->observed, "host")));
	if (diagnosis_port(d, index)->ok > 0)
		candidate_line(
		    d, f,
		    "completed tests of other hosts on the same port: %zu",
		    diagnosis_port(d, index)->ok);
	candidate_claim(d, f, index);
}

/* Those whose address answers to another name; where it was not asked, and the
 * port works for others, a reset is the name's, too. */
static void payload_by_name(struct diagnosis *d, const struct cluster *c)
{
	for (size_t i = 0; i < c->count; i++) {
		const struct result *r = diagnosis_result(d, c->items[i]);
		const struct evidence *e;
		bool asked;

		if (r->outcome.phase != PHASE_TLS)
			continue;
		e = payload_other_name(d, c, c->items[i], &asked);
		if (e != NULL || (!asked && r->outcome.cause == CAUSE_RESET &&
				  diagnosis_port(d, c->items[i])->ok > 0))
			payload_name(d, c->items[i], e);
	}
}

static void payload_reset(struct diagnosis *d, const struct cluster *c)
{
	struct candidate *f;

	if (!c->active)
		return;
	payload_by_name(d, c);
	if (diagnosis_port(d, c->items[0])->ok > 0 ||
	    diagnosis_hosts(d, c) < 2 || d->claimed[c->items[0]])
		return;
	f = candidate_for(d, &finding_payload_reset, "");
	candidate_line(d, f,
		       "hosts whose connections open and are reset before an "
		       "answer: %zu",
		       diagnosis_hosts(d, c));
	candidate_line(d, f, "no host completed a test on this port");
	candidate_claim_all(d, f, c);
}

static void payload_resets(struct diagnosis *d)
{
	struct clusters c;

	diagnosis_clusters_collect(&c, d, payload_key_reset);
	for (size_t i = 0; i < c.count; i++)
		payload_reset(d, &c.items[i]);
	diagnosis_clusters_free(&c);
	diagnosis_clusters_collect(&c, d, payload_key_mute);
	for (size_t i = 0; i < c.count; i++)
		payload_by_name(d, &c.items[i]);
	diagnosis_clusters_free(&c);
}
