/* What this host did not send, connections that die, and silence in time; each
 * with a twin that must not raise it. */
#include "tests/unit/story.h"

/* Ports of which no packet left this host, beside one that the site drops. */
static void local_firewall_silent(void **state)
{
	const struct finding *f;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		site_https(&site, "a.example",
			   i == 0 ? "203.0.113.1" : "203.0.113.2",
			   PHASE_CONNECT, CAUSE_TIMEOUT)
		    ->unsent = true;
		facts_bool(&site_evidence(&site, EVIDENCE_SENDING)->observed,
			   "unsent", true);
	}
	site_control(&site);
	f = expect_only("local-firewall", OWNER_THIS_HOST, false);
	assert_string_equal(f->title,
			    "This host's own firewall blocks tcp/443");
	expect_line(f, "203.0.113.2 port 443: this host's kernel sent no "
		       "repeat of the unanswered attempts [e2]");
	assert_int_equal(site.report->requirements[0].verdict,
			 VERDICT_UNTESTED);
	assert_int_equal(site.report->requirements[0].why, WHY_LOCAL);
	site_http(&site, "b.example", "203.0.113.3", PHASE_CONNECT,
		  CAUSE_TIMEOUT);
	site_report(&site);
	assert_int_equal(site_finding(&site, "local-firewall")->result_count,
			 2);
	assert_int_equal(site.report->finding_count, 2);
}

/* The same silence, of packets that did leave. */
static void local_firewall_silent_twin(void **state)
{
	(void)state;
	site_https(&site, "a.example", "203.0.113.1", PHASE_CONNECT,
		   CAUSE_TIMEOUT);
	site_control(&site);
	expect_no("local-firewall");
	assert_int_equal(site.report->requirements[0].verdict, VERDICT_FAIL);
}

/* Questions to DNS servers that the kernel did not let out: no server is
 * blamed for the names. */
static void local_firewall_names(void **state)
{
	struct result *r =
	    site_https(&site, "a.example", NULL, PHASE_RESOLVE, CAUSE_LOCAL);
	const struct finding *f;

	(void)state;
	r->why = WHY_LOCAL;
	r->outcome.error = NET_NOT_PERMITTED;
	f = expect_only("local-firewall", OWNER_THIS_HOST, true);
	assert_string_equal(f->title, "This host's own firewall blocks udp/53");
	site.results.items[0].outcome.error = NET_OK;
	expect_only("unexplained", OWNER_THIS_HOST, false);
}

/* This host had no room for the question: no server is blamed either. */
static void local_resource_names(void **state)
{
	struct result *r =
	    site_https(&site, "a.example", NULL, PHASE_RESOLVE, CAUSE_LOCAL);

	(void)state;
	r->why = WHY_LOCAL;
	r->outcome.error = NET_NO_ROOM;
	expect_only("local-resource", OWNER_THIS_HOST, true);
	site.results.items[0].outcome.error = NET_INVALID;
	expect_line(expect_only("unexplained", OWNER_THIS_HOST, false),
		    "this host reports: ");
}

/* Connections that die ---------------------------------------------------- */

static void flows(size_t at_once, size_t after, size_t repeats, size_t dead)
{
	struct facts *f = &site_evidence(&site, EVIDENCE_FLOWS)->observed;

	facts_number(f, "opened", (int64_t)(at_once + after + dead));
	facts_number(f, "at-once", (int64_t)at_once);
	facts_number(f, "after-repeats", (int64_t)after);
	facts_number(f, "repeats", (int64_t)repeats);
	facts_number(f, "dead", (int64_t)dead);
	facts_number(f, "held-repeats", 3);
	facts_append(f, "dead-ports", "40002");
	facts_number(f, "last-hop", 1);
	facts_string(f, "last-hop-address", "10.0.0.1");
}

/* One host of which a socket died, and one that answers. */
static void one_died(void)
{
	site_https(&site, "fine.example", "203.0.113.9", PHASE_REPLY, CAUSE_OK);
	site_http(&site, "b.example", "203.0.113.3", PHASE_REPLY, CAUSE_OK)
	    ->lost = 1;
	site_https(&site, "a.example", "203.0.113.1", PHASE_REPLY, CAUSE_OK)
	    ->lost = 1;
}

static void flow_loss(void **state)
{
	const struct finding *f;

	(void)state;
	one_died();
	flows(20, 0, 0, 20);
	f = expect_only("flow-loss", OWNER_FIREWALL, false);
	assert_int_equal(f->result_count, 2);
	expect_line(f, "of 40 connections to 203.0.113.1 port 443, 20 were "
		       "answered at once, 0 after a repeat, and 20 never");
	expect_line(f, "203.0.113.1 port 443 that died: 40002");
	assert_int_equal(f->where, WHERE_AFTER_HOP);
	assert_int_equal(site.report->verdict, RUN_NOT_READY);
	assert_int_equal(site.report->requirements[0].verdict, VERDICT_PASS);
}

/* Silent in all sockets, though its port answers others: the same cause. */
static void flow_loss_of_all_sockets(void **state)
{
	(void)state;
	one_died();
	flows(20, 0, 0, 20);
	site_https(&site, "c.example", "203.0.113.4", PHASE_CONNECT,
		   CAUSE_TIMEOUT);
	assert_int_equal(
	    expect_only("flow-loss", OWNER_FIREWALL, false)->result_count, 3);
}

/* A name that a server did not give, which gave another; alone it is not. */
static void flow_loss_of_names(void **state)
{
	const struct finding *f;
	struct result *r;

	(void)state;
	one_died();
	flows(20, 0, 0, 20);
	r = site_https(&site, "d.example", NULL, PHASE_RESOLVE, CAUSE_TIMEOUT);
	facts_append(&r->facts, "resolver-dead", "10.0.0.53");
	site_report(&site);
	assert_non_null(site_finding(&site, "dns-server-dead"));
	facts_string(&site.results.items[0].facts, "resolver", "10.0.0.53");
	f = expect_only("flow-loss", OWNER_FIREWALL, false);
	assert_int_equal(f->result_count, 3);
	expect_line(f, "answered others: 1");
}

/* The only one on its port, of a host that answers otherwise. */
static void flow_loss_of_a_lone_port(void **state)
{
	struct result *r;

	(void)state;
	one_died();
	flows(20, 0, 0, 20);
	r = site_test(&site, "udp", "a.example", TRANSPORT_UDP, 161,
		      "203.0.113.1", PHASE_REPLY, CAUSE_TIMEOUT);
	r->attempts = 3;
	expect_only("flow-loss", OWNER_FIREWALL, false);
	/* Nine in a row do not die by that. */
	site.results.items[3].attempts = 9;
	site_report(&site);
	assert_int_equal(site.report->finding_count, 2);
}

/* Two alone on a port, of hosts that answer otherwise: the sockets of both. */
static void flow_loss_of_a_pair(void **state)
{
	(void)state;
	one_died();
	flows(20, 0, 0, 20);
	site_test(&site, "tcp", "a.example", TRANSPORT_TCP, 53, "203.0.113.1",
		  PHASE_CONNECT, CAUSE_TIMEOUT)
	    ->attempts = 8;
	site_test(&site, "tcp", "b.example", TRANSPORT_TCP, 53, "203.0.113.3",
		  PHASE_CONNECT, CAUSE_TIMEOUT)
	    ->attempts = 8;
	assert_int_equal(
	    expect_only("flow-loss", OWNER_FIREWALL, false)->result_count, 4);
}

/* A port that answers nobody has a cause of its own. */
static void flow_loss_beside_a_drop(void **state)
{
	(void)state;
	one_died();
	flows(20, 0, 0, 20);
	site_test(&site, "tcp", "d.example", TRANSPORT_TCP, 8443, "203.0.113.5",
		  PHASE_CONNECT, CAUSE_TIMEOUT);
	site_report(&site);
	assert_int_equal(site.report->finding_count, 2);
	assert_int_equal(site_finding(&site, "flow-loss")->result_count, 2);
}

/* Some died, and many more packets were lost one by one: that is loss. */
static void flow_loss_twin(void **state)
{
	(void)state;
	one_died();
	flows(19, 18, 30, 3);
	expect_no("flow-loss");
	assert_int_equal(site.report->verdict, RUN_READY);
}

/* Fewer than one in ten: the product may live with it. */
static void flow_loss_few(void **state)
{
	(void)state;
	one_died();
	flows(38, 0, 0, 2);
	expect_only("flow-loss", OWNER_FIREWALL, false);
	assert_int_equal(site.report->verdict, RUN_READY_WITH_WARNINGS);
}

/* Another family is another path. */
static void flow_loss_other_family(void **state)
{
	(void)state;
	site_https(&site, "a.example", "2001:db8::1", PHASE_REPLY, CAUSE_OK)
	    ->lost = 1;
	one_died();
	flows(20, 0, 0, 20);
	site_report(&site);
	assert_int_equal(site.report->requirements[0].verdict, VERDICT_PASS);
}

/* Silence in time -------------------------------------------------------- */

enum { MS = 1000, START_US = 5000000 };

/* An attempt at a time after the start (ms), and when it was answered. */
static struct result *timed(const char *address, int64_t tried, int64_t heard)
{
	struct result *r = site_https(&site, address, address,
				      heard > 0 ? PHASE_REPLY : PHASE_CONNECT,
				      heard > 0 ? CAUSE_OK : CAUSE_TIMEOUT);

	site.results.started_us = START_US;
	r->attempts = 1;
	r->tried_us[0] = START_US + tried * MS;
	r->heard_us = heard > 0 ? START_US + heard * MS : 0;
	r->over_us = START_US + (heard > 0 ? heard : tried + 3000) * MS;
	return r;
}

/* Lost tries, each a quarter of a second after the one before it; then one that
 * was answered. */
static struct result *retried(const char *address, int64_t tried, unsigned lost,
			      int64_t again)
{
	struct result *r = timed(address, tried, again + 20);

	r->lost = lost;
	r->attempts = lost + 1;
	for (unsigned i = 1; i < lost; i++)
		r->tried_us[i] = r->tried_us[0] + i * 250 * MS;
	r->tried_us[lost] = START_US + again * MS;
	return r;
}

static void asked(int64_t ms, bool answered)
{
	struct gateway_question *q =
	    &site.results.asked[site.results.asked_count++];

	addr_parse(&q->gateway, "10.0.0.1");
	q->asked_us = START_US + ms * MS;
	q->answered = answered;
}

static void meanwhile(void)
{
	struct evidence *e = site_evidence(&site, EVIDENCE_MEANWHILE);

	e->result = SIZE_MAX;
	addr_parse(&e->addr, "10.0.0.1");
}

/* Three hosts lose all from 1 s to 3 s; others are answered before and after.
 */
static void flap(void)
{
	for (int i = 0; i < 12; i++)
		timed("203.0.113.1", 500 + i * 10, 520 + i * 10);
	retried("203.0.113.3", 1000, 2, 3000);
	retried("203.0.113.4", 1010, 2, 3010);
	retried("203.0.113.5", 1020, 2, 3020)->transport = TRANSPORT_UDP;
	timed("203.0.113.6", 3500, 3520);
}

static bool notes_loss(void)
{
	const char *const *note = site.report->notes;

	while (*note != NULL && strncmp(*note, "packets were lost:", 18) != 0)
		note++;
	return *note != NULL;
}

static void link_flaps(void **state)
{
	const struct finding *f;

	(void)state;
	flap();
	site.results.lost_tries = 1;
	asked(500, true);
	asked(1500, false);
	asked(2500, false);
	meanwhile();
	f = expect_only("link-lost", OWNER_LOCAL_NETWORK, true);
	assert_int_equal(f->result_count, 3);
	assert_string_equal(f->title,
			    "The default gateway, or the link to it, was lost "
			    "for 2.0 s while the tests ran");
	expect_line(f, ", 1.0 s after the start");
	expect_line(f, ", 3.0 s after the start");
	expect_line(f, "asked 2 times in that time and did not answer");
	assert_int_equal(site.report->verdict, RUN_READY_WITH_WARNINGS);
	assert_false(notes_loss()); /* the finding says it */
}

/* A connection that was open meanwhile is late for it: its service is not. */
static void link_flaps_is_slow(void **state)
{
	struct result *r;

	(void)state;
	flap();
	asked(500, true);
	asked(1500, false);
	asked(2500, false);
	meanwhile();
	r = timed("203.0.113.7", 940, 945);
	r->timings.connect = 5 * MS;
	r->timings.tls = 6000 * MS;
	r->over_us = START_US + 6945 * MS;
	assert_int_equal(
	    expect_only("link-lost", OWNER_LOCAL_NETWORK, true)->result_count,
	    4);
}

/* Few tries are lost here and there: a note, and no more. */
static void little_loss(void **state)
{
	(void)state;
	for (int i = 0; i < 40; i++)
		timed("203.0.113.1", 500 + i * 10, 520 + i * 10);
	retried("203.0.113.3", 1000, 1, 1300);
	site.results.lost_tries = 1;
	expect_none();
	assert_true(notes_loss());
}

/* ... also where what is swept and absent fills a time in which nothing was
 * answered: no finding says that, so the note is needed. */
static void little_loss_beside_absent(void **state)
{
	static struct device entry = {.network = "10.2.5.0/28", .total = 14};
	struct result *r;

	(void)state;
	for (int i = 0; i < 40; i++)
		timed("203.0.113.1", 500 + i * 10, 520 + i * 10);
	for (int i = 0; i < 12; i++) {
		const char *address =
		    arena_printf(&site.arena, "10.2.5.%d", i + 1);
		size_t d = site_device(&site, address, address, "snmp");

		site.devices[d].swept = true;
		site.devices[d].entry = &entry;
		r = site_device_test(&site, "snmp", d, TRANSPORT_UDP, 161,
				     PHASE_REPLY,
				     i == 0 ? CAUSE_OK : CAUSE_TIMEOUT);
		r->attempts = i == 0 ? 1 : 2;
		r->tried_us[0] = START_US + (1000 + i * 10) * MS;
		r->tried_us[1] = START_US + (1500 + i * 10) * MS;
		r->over_us = START_US + 4000 * MS;
		if (i == 0)
			r->heard_us = r->over_us = r->tried_us[0] + 5 * MS;
	}
	timed("203.0.113.1", 3000, 3020);
	retried("203.0.113.3", 3100, 1, 3400);
	site.results.lost_tries = 1;
	expect_none();
	assert_true(notes_loss());
}

/* What the kernel's repeat opened was no slow connection. */
static void link_flaps_and_a_repeat_opens(void **state)
{
	struct result *r;

	(void)state;
	flap();
	timed("203.0.113.8", 600, 610)->timings.connect = 10 * MS;
	r = timed("203.0.113.9", 1005, 3315);
	r->timings.connect = 2310 * MS;
	r->repeats = 2;
	assert_int_equal(
	    expect_only("link-lost", OWNER_LOCAL_NETWORK, false)->result_count,
	    4);
}

/* The gateway never answers such questions: its silence tells nothing. */
static void link_flaps_untold(void **state)
{
	(void)state;
	flap();
	asked(1500, false);
	meanwhile();
	expect_only("link-lost", OWNER_LOCAL_NETWORK, false);
	assert_string_equal(site.report->findings[0].title,
			    "The path out of this network was lost for 2.0 s "
			    "while the tests ran");
}

static void far_line_flaps(void **state)
{
	const struct finding *f;

	(void)state;
	flap();
	asked(1500, true);
	meanwhile();
	f = expect_only("link-lost", OWNER_INTERNET, false);
	expect_line(f, "10.0.0.1 (default gateway) answered in that time");
}

/* A device behind the gateway was answered in that time. */
static void far_line_flaps_inside_answers(void **state)
{
	size_t device = site_device(&site, "a", "10.2.1.1", "snmp");
	struct result *r;

	(void)state;
	flap();
	r = site_device_test(&site, "snmp", device, TRANSPORT_UDP, 161,
			     PHASE_REPLY, CAUSE_OK);
	r->tried_us[0] = START_US + 1900 * MS;
	r->heard_us = r->over_us = START_US + 1910 * MS;
	expect_only("link-lost", OWNER_INTERNET, false);
}

/* What failed for good in that time is put down to it, too. */
static void link_flaps_and_some_fail(void **state)
{
	struct result *r;

	(void)state;
	flap();
	r = timed("203.0.113.7", 1100, 0);
	r->attempts = 3;
	r->tried_us[1] = START_US + 1400 * MS;
	r->tried_us[2] = START_US + 1900 * MS;
	assert_int_equal(
	    expect_only("link-lost", OWNER_LOCAL_NETWORK, false)->result_count,
	    4);
	assert_int_equal(site.report->verdict, RUN_NOT_READY);
}

/* It did not come back: only where the gateway is silent, too. */
static void link_does_not_return(void **state)
{
	(void)state;
	for (int i = 0; i < 12; i++)
		timed("203.0.113.1", 500 + i * 10, 520 + i * 10);
	for (int i = 2; i < 8; i++)
		timed(arena_printf(&site.arena, "203.0.113.%d", i),
		      1000 + i * 10, 0);
	asked(500, true);
	asked(1500, true);
	expect_no("link-lost");
	site.results.asked[1].answered = false;
	meanwhile();
	expect_only("link-lost", OWNER_LOCAL_NETWORK, true);
	expect_line(&site.report->findings[0], "when the tests ended");
}

/* The ports that are left when it goes have no witness but the gateway, which
 * has to be asked often enough. */
static void link_goes_from_silent_ports(void **state)
{
	(void)state;
	for (int i = 0; i < 10; i++)
		timed("203.0.113.1", 500 + i * 10, 520 + i * 10);
	for (int i = 2; i < 6; i++)
		timed(arena_printf(&site.arena, "203.0.113.%d", i),
		      1000 + i * 10, 0)
		    ->port = 8443;
	asked(500, true);
	asked(1500, false);
	asked(2500, false);
	meanwhile();
	expect_no("link-lost");
	asked(3500, false);
	expect_no("link-lost"); /* few were answered before */
	asked(4500, false);
	site.results.items[site.results.count - 1].over_us =
	    START_US + 5000 * MS;
	expect_only("link-lost", OWNER_LOCAL_NETWORK, true);
	expect_line(&site.report->findings[0], "did not answer");
}

/* Only new connections, while the gateway answers: a limit may do that. */
static void limit_is_no_outage(void **state)
{
	(void)state;
	flap();
	for (size_t i = 0; i < site.results.count; i++)
		site.results.items[i].transport = TRANSPORT_TCP;
	expect_no("link-lost");
}

/* A port that is silent throughout, while others are answered. */
static void silent_port_is_no_outage(void **state)
{
	(void)state;
	for (int i = 0; i < 12; i++) {
		struct result *r =
		    timed(arena_printf(&site.arena, "203.0.113.%d", i + 1),
			  500 + i * 10, i % 2 == 0 ? 520 + i * 10 : 0);

		if (i % 2 == 0)
			continue;
		r->attempts = 3;
		r->tried_us[1] = START_US + 900 * MS;
		r->tried_us[2] = START_US + 1900 * MS;
	}
	timed("203.0.113.60", 3000, 3020);
	expect_no("link-lost");
}

/* Of the same number lost, as many as chance would have in a row: loss. */
static void loss_is_no_outage(void **state)
{
	(void)state;
	for (int i = 0; i < 60; i++)
		retried(arena_printf(&site.arena, "203.0.113.%d", i + 1),
			500 + i * 40, 1, 750 + i * 40);
	for (int i = 0; i < 6; i++)
		retried(arena_printf(&site.arena, "203.0.113.%d", i + 100),
			5000 + i * 10, 1, 5600 + i * 10);
	timed("203.0.113.200", 6000, 6020);
	expect_only("loss", OWNER_INTERNET, false);
}

/* Nothing is known of what was before the first answer. */
static void late_start_is_no_outage(void **state)
{
	(void)state;
	for (int i = 0; i < 10; i++)
		retried(arena_printf(&site.arena, "203.0.113.%d", i + 1),
			i * 10, 3, 3000 + i * 10);
	expect_none();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    story(local_firewall_silent),
	    story(local_firewall_silent_twin),
	    story(local_firewall_names),
	    story(local_resource_names),
	    story(flow_loss),
	    story(flow_loss_of_all_sockets),
	    story(flow_loss_of_names),
	    story(flow_loss_of_a_lone_port),
	    story(flow_loss_of_a_pair),
	    story(flow_loss_beside_a_drop),
	    story(flow_loss_twin),
	    story(flow_loss_few),
	    story(flow_loss_other_family),
	    story(link_flaps),
	    story(link_flaps_is_slow),
	    story(little_loss),
	    story(little_loss_beside_absent),
	    story(link_flaps_and_a_repeat_opens),
	    story(link_flaps_untold),
	    story(far_line_flaps),
	    story(far_line_flaps_inside_answers),
	    story(link_flaps_and_some_fail),
	    story(link_does_not_return),
	    story(link_goes_from_silent_ports),
	    story(limit_is_no_outage),
	    story(silent_port_is_no_outage),
	    story(loss_is_no_outage),
	    story(late_start_is_no_outage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
