/* redirect_refused.c - a redirect to elsewhere that is this host's own matter.
 */
#include "report/diagnose/diagnose.h"

static void redirect_refusals(struct diagnosis *d);

const struct finding_entry finding_redirect_refused = {
    .code = "redirect-refused",
    .rules = {{2600, redirect_refusals}},
    .owner = OWNER_VENDOR,
    .title = "{subject} redirects to another site: {detail}",
    .meaning =
	"The answer is a redirect to another site, or to something that is not "
	"a web address. It was not followed, because nothing proves that the "
	"right server sent it. Other hosts answer normally.",
    .decided = "A plain HTTP answer redirects to a host of another owner that "
	       "the profile does not name. Plain HTTP to other owners works, "
	       "so it is not a captive portal.",
    .lookalikes = "A web filter that redirects to its page for this host only; "
		  "a vendor that has moved.",
    .remedies = {{OWNER_VENDOR,
		  {"Compare with another network: curl -sI http://{subject}/",
		   "If the result is the same, the host has moved: report it "
		   "to its operator (and to the author of the profile)",
		   "If not, check the web filter of this site"}}},
    .confirm_by = "the same request from another network",
};

/* A redirect to elsewhere that is this host's own matter. */
static const char *redirect_key(struct diagnosis *d, size_t index)
{
	const struct result *r = diagnosis_result(d, index);

	return facts_is_true(&r->facts, "captive") &&
		       r->outcome.cause == CAUSE_BAD_REPLY &&
		       facts_text(&r->facts, "location") != NULL
		   ? diagnosis_target(d, index)
		   : NULL;
}

static void redirect(struct diagnosis *d, const struct cluster *c)
{
	const struct facts *facts = &diagnosis_result(d, c->items[0])->facts;
	struct candidate *f =
	    candidate_for(d, &finding_redirect_refused, c->key);

	f->subject = c->key;
	f->detail = facts_text(facts, "location");
	candidate_line(d, f, "status %lld, location %s",
		       (long long)correlation_number(facts, "status", 0),
		       f->detail);
	candidate_line(d, f, "it was not followed");
	candidate_line(d, f,
		       "completed tests of other hosts on the same port: %zu",
		       diagnosis_port(d, c->items[0])->ok);
	candidate_claim_all(d, f, c);
}

static void redirect_refusals(struct diagnosis *d)
{
	struct clusters c;

	diagnosis_clusters_collect(&c, d, redirect_key);
	for (size_t i = 0; i < c.count; i++)
		redirect(d, &c.items[i]);
	diagnosis_clusters_free(&c);
}
