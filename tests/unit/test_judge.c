/* Results to verdicts: design §2, §4 and §6. */
#include "tests/unit/story.h"

static void expect(const char *id, enum verdict verdict)
{
	assert_string_equal(verdict_name(site_verdict(&site, id)),
			    verdict_name(verdict));
}

static void run_is(enum run_verdict verdict, int status)
{
	site_report(&site);
	assert_string_equal(run_verdict_name(site.report->verdict),
			    run_verdict_name(verdict));
	assert_int_equal(report_exit_status(site.report, false), status);
}

static struct requirement *need(const char *id, const char *check)
{
	return site_need(&site, id, check, "AUV-01");
}

/* A healthy site is ready. */
static void all_works(void **state)
{
	(void)state;
	need("a", "https");
	site_target(&site, "a.example", TRANSPORT_TCP, 443);
	site_ok(&site, "203.0.113.10");
	run_is(RUN_READY, 0);
	assert_int_equal(report_exit_status(site.report, true), 0);
	assert_string_equal(site.report->headline,
			    "READY: the 1 required path works");
}

/* A dead required path is not ready; the headline counts. */
static void required_fails(void **state)
{
	(void)state;
	need("a", "https");
	site_target(&site, "a.example", TRANSPORT_TCP, 443);
	site_result(&site, "203.0.113.10", PHASE_CONNECT, CAUSE_TIMEOUT);
	need("b", "https");
	site_target(&site, "b.example", TRANSPORT_TCP, 443);
	site_ok(&site, "203.0.113.11");
	run_is(RUN_NOT_READY, 1);
	expect("a", VERDICT_FAIL);
	expect("b", VERDICT_PASS);
	assert_string_equal(site.report->headline,
			    "NOT READY: 1 of 2 required paths fails");
}

/* A port that opens where the service was wanted, is a warning. */
static void only_connected(void **state)
{
	(void)state;
	need("a", "tcp");
	site_target(&site, "a.example", TRANSPORT_TCP, 443);
	site_ok(&site, "203.0.113.10")->proof = PROOF_CONNECT;
	run_is(RUN_READY_WITH_WARNINGS, 0);
	assert_int_equal(report_exit_status(site.report, true), 4);
	expect("a", VERDICT_WARN);
}

/* The requirement names the least proof it accepts. */
static void connect_is_enough(void **state)
{
	(void)state;
	need("a", "tcp")->proof = PROOF_CONNECT;
	site_target(&site, "a.example", TRANSPORT_TCP, 9100);
	site_ok(&site, "203.0.113.10")->proof = PROOF_CONNECT;
	run_is(RUN_READY, 0);
}

static struct result *refused_path(bool on_link)
{
	struct result *r;

	need("smb", "smb")->proof = PROOF_PATH;
	site_target(&site, "10.2.1.10", TRANSPORT_TCP, 445);
	r = site_result(&site, "10.2.1.10", PHASE_CONNECT, CAUSE_REFUSED);
	r->on_link = on_link;
	return r;
}

/* A refusal proves the path where nothing stands in between. */
static void refused_on_link(void **state)
{
	(void)state;
	refused_path(true);
	run_is(RUN_READY, 0);
}

/* Elsewhere it may be a firewall's. */
static void refused_somewhere(void **state)
{
	(void)state;
	refused_path(false);
	run_is(RUN_READY_WITH_WARNINGS, 0);
	assert_string_equal(site.report->results[0].reason,
			    "refused by the target or by a firewall");
}

/* Its time to live agrees with another answer of that host. */
static void refused_by_ttl(void **state)
{
	(void)state;
	refused_path(false);
	facts_bool(&site_evidence(&site, EVIDENCE_RESET_TTL)->observed,
		   "agrees", true);
	run_is(RUN_READY, 0);
}

/* ICMP port unreachable of the target itself. */
static void refused_by_icmp(void **state)
{
	(void)state;
	site_icmp(refused_path(false), 3, 3, "10.2.1.10");
	run_is(RUN_READY, 0);
}

/* Silence of UDP is never a pass. */
static void udp_silence(void **state)
{
	(void)state;
	need("snmp", "snmp");
	site_target(&site, "10.2.1.10", TRANSPORT_UDP, 161);
	site_result(&site, "10.2.1.10", PHASE_REPLY, CAUSE_TIMEOUT);
	run_is(RUN_NOT_READY, 1);
	expect("snmp", VERDICT_FAIL);
}

/* The group's silence, and a device of the inventory that answers ping. */
static struct result *silent_group(bool on_link, enum cause device)
{
	size_t d = site_device(&site, "printer", "10.2.0.20", "printer");
	struct result *r;

	need("mdns", "mdns")->level = LEVEL_RECOMMENDED;
	site_target(&site, "224.0.0.251", TRANSPORT_UDP, 5353);
	r = site_result(&site, "224.0.0.251", PHASE_LOCAL, CAUSE_LOCAL);
	r->why = WHY_NO_WITNESS;
	need("ping", "icmp")->level = LEVEL_ADVISORY;
	site_device_target(&site, d, TRANSPORT_ICMP, 0);
	site_result(&site, "10.2.0.20", PHASE_REPLY, device)->on_link = on_link;
	return &site.results.items[0];
}

/* Nobody on the link could have answered: nothing is known. */
static void group_without_neighbours(void **state)
{
	(void)state;
	silent_group(true, CAUSE_TIMEOUT);
	site_report(&site);
	expect("mdns", VERDICT_UNTESTED);
}

/* A device that is up behind a router does not hear the group. */
static void group_without_link(void **state)
{
	(void)state;
	silent_group(false, CAUSE_OK);
	site_report(&site);
	expect("mdns", VERDICT_UNTESTED);
}

/* A device of this link is up and keeps silent: a warning, and no finding. */
static void group_unheard(void **state)
{
	(void)state;
	silent_group(true, CAUSE_OK);
	expect_none();
	expect("mdns", VERDICT_WARN);
	assert_int_equal(site.report->results[0].outcome.cause, CAUSE_TIMEOUT);
}

/* Heard over the other family, the group works. */
static void group_heard_elsewhere(void **state)
{
	(void)state;
	need("mdns", "mdns")->level = LEVEL_RECOMMENDED;
	site_target(&site, "224.0.0.251", TRANSPORT_UDP, 5353);
	site_result(&site, "224.0.0.251", PHASE_LOCAL, CAUSE_LOCAL)->why =
	    WHY_NO_WITNESS;
	site_target(&site, "ff02::fb", TRANSPORT_UDP, 5353);
	site_ok(&site, "ff02::fb");
	need("ping", "icmp")->level = LEVEL_ADVISORY;
	site_device_target(
	    &site, site_device(&site, "printer", "10.2.0.20", "printer"),
	    TRANSPORT_ICMP, 0);
	site_ok(&site, "10.2.0.20")->on_link = true;
	site_report(&site);
	assert_string_equal(verdict_name(site.report->results[0].verdict),
			    "untested");
}

/* Another check's want of a witness is not this one. */
static void no_witness_of_others(void **state)
{
	(void)state;
	silent_group(true, CAUSE_OK);
	need("dynamic", "rpc");
	site_target(&site, "10.2.0.21", TRANSPORT_TCP, 135);
	site_result(&site, "10.2.0.21", PHASE_LOCAL, CAUSE_LOCAL)->why =
	    WHY_NO_WITNESS;
	site_report(&site);
	expect("dynamic", VERDICT_UNTESTED);
}

/* A name that does not resolve: skipped, naming it; the run is not ready. */
static void name_unresolved(void **state)
{
	(void)state;
	need("a", "https");
	site_target(&site, "a.example", TRANSPORT_TCP, 443);
	site_result(&site, NULL, PHASE_RESOLVE, CAUSE_NXDOMAIN);
	run_is(RUN_NOT_READY, 1);
	expect("a", VERDICT_SKIP);
	assert_non_null(
	    strstr(site.report->requirements[0].reason, "a.example"));
}

/* Of the system's DNS servers one good answer is enough. */
static void second_server_dead(void **state)
{
	(void)state;
	need("dns", "dns");
	site_target(&site, NULL, TRANSPORT_UDP, 53)->system_server = true;
	site_ok(&site, "10.0.0.53");
	site_result(&site, "10.0.0.54", PHASE_REPLY, CAUSE_TIMEOUT);
	run_is(RUN_READY_WITH_WARNINGS, 0);
	expect("dns", VERDICT_WARN);
	assert_non_null(strstr(site.report->results[1].reason, "10.0.0.54"));
}

static void both_servers_dead(void **state)
{
	(void)state;
	need("dns", "dns");
	site_target(&site, NULL, TRANSPORT_UDP, 53)->system_server = true;
	site_result(&site, "10.0.0.53", PHASE_REPLY, CAUSE_TIMEOUT);
	site_result(&site, "10.0.0.54", PHASE_REPLY, CAUSE_TIMEOUT);
	run_is(RUN_NOT_READY, 1);
	expect("dns", VERDICT_FAIL);
}

/* One silent member of a pool is mentioned, and no failure. */
static void pool_member_dead(void **state)
{
	(void)state;
	need("ntp", "ntp");
	site_target(&site, "0.pool.ntp.org", TRANSPORT_UDP, 123);
	site_result(&site, "203.0.113.1", PHASE_REPLY, CAUSE_TIMEOUT);
	site_ok(&site, "203.0.113.2");
	site_target(&site, "1.pool.ntp.org", TRANSPORT_UDP, 123);
	site_result(&site, NULL, PHASE_RESOLVE, CAUSE_NXDOMAIN);
	run_is(RUN_READY, 0);
	assert_int_equal(site.report->finding_count, 0);
	assert_int_equal(site.report->note_count, 1);
}

/* One dead address of several is a warning that names it. */
static void one_address_dead(void **state)
{
	(void)state;
	need("a", "https");
	site_target(&site, "a.example", TRANSPORT_TCP, 443);
	site_ok(&site, "203.0.113.1");
	site_result(&site, "203.0.113.2", PHASE_CONNECT, CAUSE_TIMEOUT);
	run_is(RUN_READY_WITH_WARNINGS, 0);
	expect("a", VERDICT_WARN);
	assert_non_null(strstr(site.report->requirements[0].reason,
			       "1 of 2 addresses fail, first 203.0.113.2"));
}

static void families(enum cause v4, enum cause v6, const char *family)
{
	need("a", "https")->family = family;
	site_target(&site, "a.example", TRANSPORT_TCP, 443);
	site_result(&site, "203.0.113.1",
		    v4 == CAUSE_OK ? PHASE_REPLY : PHASE_CONNECT, v4);
	site_result(&site, "2001:db8::1",
		    v6 == CAUSE_OK ? PHASE_REPLY : PHASE_CONNECT, v6);
	site_report(&site);
}

/* IPv6 dead and IPv4 fine is a warning. */
static void ipv6_dead(void **state)
{
	(void)state;
	families(CAUSE_OK, CAUSE_TIMEOUT, NULL);
	expect("a", VERDICT_WARN);
}

/* IPv4 dead is a failure ... */
static void ipv4_dead(void **state)
{
	(void)state;
	families(CAUSE_TIMEOUT, CAUSE_OK, NULL);
	expect("a", VERDICT_FAIL);
}

/* ... unless the requirement takes any family. */
static void ipv4_dead_any(void **state)
{
	(void)state;
	families(CAUSE_TIMEOUT, CAUSE_OK, "any");
	expect("a", VERDICT_WARN);
}

static void both_dead(void **state)
{
	(void)state;
	families(CAUSE_TIMEOUT, CAUSE_TIMEOUT, "any");
	expect("a", VERDICT_FAIL);
}

/* This host's own firewall: a failed prerequisite, never the target's fault. */
static void local_refusal(void **state)
{
	(void)state;
	need("a", "https");
	site_target(&site, "a.example", TRANSPORT_TCP, 443);
	site_result(&site, "203.0.113.1", PHASE_LOCAL, CAUSE_PROHIBITED)->why =
	    WHY_LOCAL;
	run_is(RUN_UNDECIDED, 3);
	expect("a", VERDICT_UNTESTED);
}

/* What this host could not test, is undecided. */
static void local_trouble(void **state)
{
	(void)state;
	need("a", "https");
	site_target(&site, "a.example", TRANSPORT_TCP, 443);
	site_result(&site, "203.0.113.1", PHASE_LOCAL, CAUSE_LOCAL)->why =
	    WHY_LOCAL;
	run_is(RUN_UNDECIDED, 3);
	expect("a", VERDICT_UNTESTED);
}

static void untested_as(enum why why, enum run_verdict verdict, int status)
{
	need("a", "https");
	site_target(&site, "a.example", TRANSPORT_TCP, 443)->untested = why;
	site_result(&site, NULL, PHASE_LOCAL, CAUSE_LOCAL)->why = why;
	run_is(verdict, status);
	expect("a", VERDICT_UNTESTED);
}

/* Nothing passed and nothing failed: nothing is known. */
static void second_end(void **state)
{
	(void)state;
	untested_as(WHY_NEEDS_SECOND_END, RUN_UNDECIDED, 3);
	assert_string_equal(
	    site.report->notes[0],
	    "1 inbound path not provable from here: test it from "
	    "the far end");
	assert_string_equal(site.report->headline,
			    "UNDECIDED: no required path could be proved from "
			    "here");
}

static void no_witness(void **state)
{
	(void)state;
	untested_as(WHY_NO_WITNESS, RUN_UNDECIDED, 3);
}

/* Beside something that works, what nothing here can prove takes no readiness
 * away, not even with --strict: it is counted, and a note names it. */
static void ready_means_ready(void **state)
{
	(void)state;
	need("works", "https");
	site_target(&site, "b.example", TRANSPORT_TCP, 443);
	site_ok(&site, "203.0.113.2");
	untested_as(WHY_NEEDS_SECOND_END, RUN_READY, 0);
	assert_int_equal(report_exit_status(site.report, true), 0);
	assert_string_equal(site.report->headline,
			    "READY: 1 of 2 required paths works; 1 not "
			    "provable from here");
}

/* A run without required rows is judged by what it has. */
static void nothing_required(void **state)
{
	(void)state;
	need("a", "https")->level = LEVEL_RECOMMENDED;
	site_target(&site, "a.example", TRANSPORT_TCP, 443);
	site_ok(&site, "203.0.113.1");
	run_is(RUN_READY, 0);
}

static void nothing_required_unseen(void **state)
{
	(void)state;
	need("a", "https")->level = LEVEL_RECOMMENDED;
	site_target(&site, "a.example", TRANSPORT_TCP, 443)->untested =
	    WHY_NO_WITNESS;
	site_result(&site, NULL, PHASE_LOCAL, CAUSE_LOCAL)->why =
	    WHY_NO_WITNESS;
	run_is(RUN_UNDECIDED, 3);
}

static void needs_input(void **state)
{
	(void)state;
	untested_as(WHY_NEEDS_INPUT, RUN_UNDECIDED, 3);
}

static void not_run(void **state)
{
	(void)state;
	site.results.interrupted = true;
	site.results.interrupt_signal = 2;
	untested_as(WHY_NOT_RUN, RUN_UNDECIDED, 130);
}

/* A failure weighs more than what is undecided. */
static void fail_before_undecided(void **state)
{
	(void)state;
	need("b", "https");
	site_target(&site, "b.example", TRANSPORT_TCP, 443);
	site_result(&site, "203.0.113.9", PHASE_CONNECT, CAUSE_TIMEOUT);
	untested_as(WHY_NEEDS_INPUT, RUN_NOT_READY, 1);
}

static void level_is(enum level level, enum verdict verdict,
		     enum run_verdict run)
{
	need("a", "https")->level = level;
	site_target(&site, "a.example", TRANSPORT_TCP, 443);
	site_result(&site, "203.0.113.1", PHASE_CONNECT, CAUSE_TIMEOUT);
	site_report(&site);
	expect("a", verdict);
	assert_int_equal(site.report->verdict, run);
}

static void recommended(void **state)
{
	(void)state;
	level_is(LEVEL_RECOMMENDED, VERDICT_WARN, RUN_READY_WITH_WARNINGS);
}

static void optional(void **state)
{
	(void)state;
	level_is(LEVEL_OPTIONAL, VERDICT_WARN, RUN_READY_WITH_WARNINGS);
}

/* An advice never reaches the headline. */
static void advisory(void **state)
{
	(void)state;
	level_is(LEVEL_ADVISORY, VERDICT_WARN, RUN_READY);
	assert_int_equal(site.report->finding_count, 0);
}

/* A web socket that was not proved end to end is a warning. */
static void websocket_not_proved(void **state)
{
	(void)state;
	need("ws", "websocket");
	site_target(&site, "a.example", TRANSPORT_TCP, 443);
	facts_string(&site_ok(&site, "203.0.113.1")->facts, "upgrade",
		     "not-proved");
	run_is(RUN_READY_WITH_WARNINGS, 0);
	assert_int_equal(site.report->finding_count, 0);
}

/* TLS inspection is judged once: the others only warn. */
static void inspection_judged_once(void **state)
{
	static const char *const hosts[] = {"a.example", "b.example.net"};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct result *r;

		need(i == 0 ? "inspection" : "https",
		     i == 0 ? "tls-inspection" : "https");
		site_target(&site, hosts[i], TRANSPORT_TCP, 443);
		r = site_result(&site, "203.0.113.1", PHASE_TLS,
				CAUSE_UNTRUSTED);
		site_certificate(r, "unknown-root", hosts[i], "CN=Corp CA",
				 hosts[i]);
	}
	run_is(RUN_NOT_READY, 1);
	expect("inspection", VERDICT_FAIL);
	expect("https", VERDICT_WARN);
	assert_string_equal(site.report->requirements[1].reason,
			    "TLS is intercepted: see inspection");
}

/* Without a TLS session there is nothing to look at. */
static void inspection_unseen(void **state)
{
	(void)state;
	need("inspection", "tls-inspection");
	site_target(&site, "a.example", TRANSPORT_TCP, 443);
	site_result(&site, "203.0.113.1", PHASE_CONNECT, CAUSE_TIMEOUT);
	site_report(&site);
	expect("inspection", VERDICT_SKIP);
	assert_non_null(strstr(site.report->requirements[0].reason,
			       "no TLS session to inspect"));
}

/* Of several hosts one was seen: it is named, and so is who was not. One
 * session of a host is enough. */
static void inspection_seen_once(void **state)
{
	(void)state;
	need("inspection", "tls-inspection");
	site_target(&site, "b.example", TRANSPORT_TCP, 443);
	site_result(&site, "203.0.113.1", PHASE_TLS, CAUSE_RESET);
	site_certificate(site_ok(&site, "203.0.113.2"), "public", "b.example",
			 "CN=Public", "1");
	run_is(RUN_READY, 0);
	site_target(&site, "a.example", TRANSPORT_TCP, 443);
	site_result(&site, "203.0.113.3", PHASE_TLS, CAUSE_RESET);
	run_is(RUN_READY_WITH_WARNINGS, 0);
	assert_memory_equal(site.report->requirements[0].reason,
			    "a.example: no TLS session to inspect", 36);
	assert_non_null(strstr(site.report->requirements[0].reason,
			       "end to end only to b.example"));
}

/* A clock that is off by more than five seconds is worth a word. */
static void clock_is_off(void **state)
{
	(void)state;
	need("ntp", "ntp");
	site_target(&site, "a.example", TRANSPORT_UDP, 123);
	facts_ms(&site_ok(&site, "203.0.113.1")->facts, "offset", -90000000);
	run_is(RUN_READY_WITH_WARNINGS, 0);
	assert_non_null(strstr(site.report->requirements[0].reason,
			       "differ by 90 seconds"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    story(all_works),
	    story(required_fails),
	    story(only_connected),
	    story(connect_is_enough),
	    story(refused_on_link),
	    story(refused_somewhere),
	    story(refused_by_ttl),
	    story(refused_by_icmp),
	    story(udp_silence),
	    story(group_without_neighbours),
	    story(group_without_link),
	    story(group_unheard),
	    story(group_heard_elsewhere),
	    story(no_witness_of_others),
	    story(name_unresolved),
	    story(second_server_dead),
	    story(both_servers_dead),
	    story(pool_member_dead),
	    story(one_address_dead),
	    story(ipv6_dead),
	    story(ipv4_dead),
	    story(ipv4_dead_any),
	    story(both_dead),
	    story(local_refusal),
	    story(local_trouble),
	    story(second_end),
	    story(no_witness),
	    story(ready_means_ready),
	    story(nothing_required),
	    story(nothing_required_unseen),
	    story(needs_input),
	    story(not_run),
	    story(fail_before_undecided),
	    story(recommended),
	    story(optional),
	    story(advisory),
	    story(websocket_not_proved),
	    story(inspection_judged_once),
	    story(inspection_unseen),
	    story(inspection_seen_once),
	    story(clock_is_off),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
