/* What this host's own rules say of paths that devices open, and of its own
 * packets; each with a twin that must not raise it. */
#include "tests/unit/story.h"

static const struct spec_senders senders;

/* A row that devices open, and what the rules say of it. */
static struct result *inbound(const char *says, const char *tool,
			      enum transport transport, uint16_t port)
{
	bool stops = strcmp(says, "drops") == 0 || strcmp(says, "rejects") == 0;
	struct requirement *q =
	    site_need(&site,
		      arena_printf(&site.arena, "inbound.%zu",
				   site.plan.requirement_count),
		      "udp", "AUV-28");
	struct spec *s = site_target(&site, NULL, transport, port);
	struct result *r;

	q->from = "device:any";
	q->to = q->to_role = "collector";
	q->to_kind = TO_ROLE;
	site.planned[site.plan.requirement_count - 1].inbound = true;
	s->senders = &senders;
	s->untested = WHY_NEEDS_SECOND_END;
	s->untested_reason = "inbound";
	r = site_result(&site, NULL, PHASE_LOCAL,
			stops ? CAUSE_PROHIBITED : CAUSE_LOCAL);
	r->why = stops ? WHY_NONE : WHY_NEEDS_SECOND_END;
	facts_string(&r->facts, "ruleset", says);
	facts_string(&r->facts, "ruleset-tool", tool);
	facts_string(&r->facts, "ruleset-chain", "inet filter input");
	facts_string(&r->facts, "ruleset-rule", "inet filter input handle 7");
	return r;
}

static void expect_command(const char *tool, const char *command)
{
	const struct finding *f;

	site_end(&site);
	site_begin(&site);
	inbound("drops", tool, TRANSPORT_UDP, 2055);
	site_control(&site);
	f = expect_only("inbound-blocked", OWNER_THIS_HOST, true);
	if (strstr(f->remedy[0], command) == NULL)
		print_message("%s\n", f->remedy[0]);
	assert_non_null(strstr(f->remedy[0], command));
}

static void blocked(void **state)
{
	const struct finding *f;

	(void)state;
	inbound("drops", "nftables", TRANSPORT_UDP, 2055);
	inbound("rejects", "nftables", TRANSPORT_TCP, 21);
	site_control(&site);
	f = expect_only("inbound-blocked", OWNER_THIS_HOST, true);
	assert_string_equal(f->title, "This host's own firewall stops what "
				      "devices send to udp/2055 and tcp/21");
	expect_line(f, "inet filter input handle 7 drops udp/2055");
	expect_line(f, "inet filter input handle 7 rejects tcp/21");
	assert_int_equal(site.report->requirements[0].verdict, VERDICT_FAIL);
	assert_string_equal(site.report->requirements[0].reason,
			    "level 2: this host's own firewall drops it (inet "
			    "filter input handle 7)");
}

/* The remedy is in the language of the tool that the host uses. */
static void blocked_commands(void **state)
{
	(void)state;
	expect_command("nftables",
		       "nft insert rule inet filter input udp dport 2055");
	expect_command("ufw", "ufw allow 2055/udp");
	expect_command("firewalld",
		       "firewall-cmd --permanent --add-port=2055/udp");
	expect_command("iptables",
		       "iptables -I INPUT -p udp --dport 2055 -j ACCEPT");
}

static void blocked_twin(void **state)
{
	const struct report_requirement *q;

	(void)state;
	inbound("accepts", "nftables", TRANSPORT_UDP, 2055);
	facts_string(
	    &inbound("untested", "nftables", TRANSPORT_UDP, 514)->facts,
	    "ruleset-why", "an XDP program on eth0");
	facts_number(&inbound("accepts", "nftables", TRANSPORT_TCP, 21)->facts,
		     "ruleset-port", 10021);
	site_control(&site);
	expect_no("inbound-blocked");
	q = site.report->requirements;
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(q[i].verdict, VERDICT_UNTESTED);
		assert_int_equal(q[i].why, WHY_NEEDS_SECOND_END);
	}
	assert_string_equal(q[0].reason,
			    "inbound; level 2: this host's rules would accept "
			    "it; no packet seen");
	assert_string_equal(q[1].reason,
			    "inbound; level 2, this host's own rules: untested "
			    "(an XDP program on eth0)");
	assert_non_null(strstr(q[2].reason, "redirect it to port 10021"));
}

/* Its own packets: the kernel counts none as sent, and a rule drops them. */
static void outgoing(const char *says)
{
	struct evidence *e;

	site_https(&site, "a.example", "203.0.113.1", PHASE_CONNECT,
		   CAUSE_TIMEOUT)
	    ->unsent = true;
	facts_bool(&site_evidence(&site, EVIDENCE_SENDING)->observed, "unsent",
		   true);
	e = site_evidence(&site, EVIDENCE_RULES);
	facts_string(&e->observed, "ruleset", says);
	facts_string(&e->observed, "ruleset-rule", "inet fw out handle 3");
	site_control(&site);
}

static void own_rule(void **state)
{
	const struct finding *f;

	(void)state;
	outgoing("drops");
	f = expect_only("local-firewall", OWNER_THIS_HOST, true);
	expect_line(f, "inet fw out handle 3 drops tcp/443 [e2]");
}

static void own_rule_twin(void **state)
{
	(void)state;
	outgoing("accepts");
	expect_only("local-firewall", OWNER_THIS_HOST, false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    story(blocked),  story(blocked_commands), story(blocked_twin),
	    story(own_rule), story(own_rule_twin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
