/* Answers that a box on the path may have given: prints of pages, where pages
 * lead, and the same answer from hosts that have nothing in common; each with a
 * twin that must not raise it. */
#include "tests/unit/story.h"

#include "core/net/page_signatures.h"
#include "core/net/page_text.h"

static struct http_reply page_of(const char *server, const char *body)
{
	struct http_reply r = {.status = 200,
			       .body = (const uint8_t *)body,
			       .body_length = strlen(body)};

	snprintf(r.server, sizeof r.server, "%s", server);
	return r;
}

static const char *print_of(const char *server, const char *body,
			    const char *host)
{
	static char out[2][PAGE_PRINT];
	static unsigned turn;
	struct http_reply r = page_of(server, body);

	turn = 1 - turn;
	return page_print(&r, host, out[turn]);
}

/* What differs from visitor to visitor does not count. */
static void prints(void **state)
{
	(void)state;
	assert_string_equal(
	    print_of("", "<script>go('a.example', 'x1f', 12)</script>",
		     "a.example"),
	    print_of("", "<SCRIPT>go('b.example.org',\n 'y22', 3)</SCRIPT>",
		     "b.example.org"));
	assert_string_not_equal(print_of("", "<p>Denied", "a.example"),
				print_of("", "<p>Allowed", "a.example"));
	assert_string_equal(print_of("", "", NULL), "empty");
	assert_memory_equal(print_of("", "<p>Denied", ""), "text-", 5);
	assert_memory_equal(print_of("", "<form action=x>", ""), "script-", 7);
	assert_memory_equal(
	    print_of("nginx/1.22", "<center>nginx</center>", ""), "stock-", 6);
}

static void onward_is(const char *body, const char *wanted)
{
	struct http_reply r = page_of("", body);
	char url[PAGE_URL];

	if (wanted == NULL) {
		assert_false(page_onward(&r, url));
		return;
	}
	assert_true(page_onward(&r, url));
	assert_string_equal(url, wanted);
}

static void onward(void **state)
{
	static char large[8192];

	(void)state;
	onward_is(
	    "<meta http-equiv='refresh' content='0; url=https://a.test/x'>",
	    "https://a.test/x");
	onward_is("<META HTTP-EQUIV=Refresh CONTENT=\"0;URL='http://a.test'\">",
		  "http://a.test");
	onward_is("<script>window.location = \"https://a.test/?q=1\"</script>",
		  "https://a.test/?q=1");
	onward_is("<script>top.location.href='https://a.test/'</script>",
		  "https://a.test/");
	onward_is("<script>location.replace('https://a.test/')</script>",
		  "https://a.test/");
	onward_is("<script>location.assign(\"https://a.test/\")</script>",
		  "https://a.test/");
	onward_is("<script>location.href='/login'</script>", NULL);
	onward_is("<p>location https is here", NULL);
	onward_is("<meta http-equiv=content-type content=text/html>"
		  "<a href=https://a.test/>refresh url</a>",
		  NULL);
	onward_is("", NULL);
	/* A large page has scripts of all kinds. */
	memset(large, ' ', sizeof large - 1);
	memcpy(large, "<script>location='https://a.test/'</script>", 43);
	onward_is(large, NULL);
}

/* Hosts ------------------------------------------------------------------- */

static struct result *plain(const char *host, const char *address, long status,
			    const char *page)
{
	struct result *r =
	    site_http(&site, host, address, PHASE_REPLY, CAUSE_OK);

	facts_number(&r->facts, "status", status);
	if (page != NULL)
		facts_string(&r->facts, "page", page);
	return r;
}

static void two(long status, const char *page)
{
	plain("a.example", "203.0.113.1", status, page);
	plain("b.example.org", "203.0.113.2", status, page);
}

static void strange_status(void **state)
{
	const struct finding *f;

	(void)state;
	two(470, NULL);
	plain("c.example.net", "203.0.113.3", 200, "text-9");
	f = expect_only("block-page", OWNER_FIREWALL, false);
	assert_int_equal(f->result_count, 2);
	expect_line(f, "status 470");
	assert_int_equal(site.report->verdict, RUN_NOT_READY);
}

/* One host alone: nothing shows who answered, and nothing more is claimed. */
static void strange_status_once(void **state)
{
	(void)state;
	plain("a.example", "203.0.113.1", 470, NULL);
	expect_none();
	assert_int_equal(site.report->verdict, RUN_READY_WITH_WARNINGS);
}

/* The host says the same over trusted TLS: it is its own. */
static void strange_status_twin(void **state)
{
	struct result *r;

	(void)state;
	plain("a.example", "203.0.113.1", 470, NULL);
	r = site_https(&site, "a.example", "203.0.113.1", PHASE_REPLY,
		       CAUSE_OK);
	site_certificate(r, "public", "a.example", "CN=Public", "1");
	facts_number(&r->facts, "status", 470);
	expect_none();
	assert_int_equal(site.report->verdict, RUN_READY);
}

static void same_page(void **state)
{
	(void)state;
	two(200, "text-1");
	plain("c.example.net", "203.0.113.3", 200, "text-2");
	assert_int_equal(
	    expect_only("block-page", OWNER_FIREWALL, false)->result_count, 2);
}

static void same_script(void **state)
{
	(void)state;
	two(200, "script-1");
	assert_int_equal(
	    expect_only("captive-portal", OWNER_LOCAL_NETWORK, false)
		->result_count,
	    2);
}

/* One owner, or one address that both have, or a server's stock page. */
static void same_page_twin(void **state)
{
	(void)state;
	plain("www.a.example", "203.0.113.1", 200, "text-1");
	plain("apt.a.example", "203.0.113.2", 200, "text-1");
	plain("b.example.org", "203.0.113.3", 200, "text-2");
	plain("c.example.net", "203.0.113.3", 200, "text-2");
	plain("d.example.com", "203.0.113.4", 403, "stock-3");
	plain("e.example.edu", "203.0.113.5", 403, "stock-3");
	expect_none();
}

/* A page over trusted TLS is the host's. */
static void same_page_trusted(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		const char *host = i == 0 ? "a.example" : "b.example.org";
		const char *address = i == 0 ? "203.0.113.1" : "203.0.113.2";
		struct result *r;

		plain(host, address, 200, "text-1");
		r = site_https(&site, host, address, PHASE_REPLY, CAUSE_OK);
		site_certificate(r, "public", host, "CN=Public", host);
		facts_number(&r->facts, "status", 200);
		facts_string(&r->facts, "page", "text-1");
	}
	expect_none();
}

/* The same error page: where all of the run have it. */
static void same_error(void **state)
{
	(void)state;
	two(403, "text-1");
	expect_only("block-page", OWNER_FIREWALL, false);
	plain("c.example.net", "203.0.113.3", 301, NULL);
	expect_none();
}

/* Nothing at all, from everybody. */
static void same_nothing(void **state)
{
	(void)state;
	two(204, "empty");
	expect_line(expect_only("block-page", OWNER_FIREWALL, false),
		    "status 204, no page");
	plain("c.example.net", "203.0.113.3", 200, "text-1");
	expect_none();
}

/* Errors without a page are ordinary; of three owners they are not. */
static void same_empty_error(void **state)
{
	(void)state;
	two(404, "empty");
	expect_none();
	plain("c.example.net", "203.0.113.3", 404, "empty");
	expect_only("block-page", OWNER_FIREWALL, false);
}

/* A known product is one filter, whatever it blocks. */
static void one_filter(void **state)
{
	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct result *r = site_http(
		    &site, arena_printf(&site.arena, "h%zu.example", i),
		    arena_printf(&site.arena, "203.0.113.%zu", i + 1),
		    PHASE_REPLY, CAUSE_REJECTED);

		facts_number(&r->facts, "status", 470);
		facts_bool(&r->facts, "block-page", true);
		facts_string(&r->facts, "block-product", "Azure Firewall");
	}
	assert_string_equal(
	    expect_only("block-page", OWNER_FIREWALL, true)->title,
	    "A web filter blocks h0.example, h1.example and 1 other host");
}

/* Plain HTTP that leads away -------------------------------------------- */

static struct result *led_away(void)
{
	struct result *r = plain("a.example", "203.0.113.1", 302, NULL);

	facts_string(&r->facts, "location", "https://stranger.test/");
	facts_bool(&r->facts, "leads-away", true);
	return r;
}

static void leads_away(void **state)
{
	(void)state;
	led_away();
	expect_line(expect_only("redirect-refused", OWNER_VENDOR, false),
		    "location https://stranger.test/");
	assert_int_equal(site.report->verdict, RUN_READY_WITH_WARNINGS);
}

/* The same redirect over trusted TLS; another one, or another chain, does not
 * vouch for it. */
static void leads_away_twin(void **state)
{
	struct result *r;

	(void)state;
	led_away();
	r = site_https(&site, "a.example", "203.0.113.1", PHASE_REPLY,
		       CAUSE_OK);
	site_certificate(r, "public", "a.example", "CN=Public", "1");
	facts_string(&r->facts, "location", "https://stranger.test/");
	expect_none();
	assert_int_equal(site.report->verdict, RUN_READY);
	facts_free(&r->facts);
	site_certificate(r, "public", "a.example", "CN=Public", "1");
	facts_string(&r->facts, "location", "https://a.example/x");
	expect_only("redirect-refused", OWNER_VENDOR, false);
}

/* A device, or a host asked for by its number, has a name of its own to send
 * visitors to. */
static void device_leads_away(void **state)
{
	size_t a = site_device(&site, "switch", "2001:db8::10", "https");
	struct result *r;

	(void)state;
	r = site_device_test(&site, "http", a, TRANSPORT_TCP, 80, PHASE_REPLY,
			     CAUSE_OK);
	facts_string(&r->facts, "location", "https://switch.corp.example/");
	facts_bool(&r->facts, "leads-away", true);
	r = plain("203.0.113.9", "203.0.113.9", 301, NULL);
	facts_string(&r->facts, "location", "https://a.example/");
	facts_bool(&r->facts, "leads-away", true);
	expect_none();
	assert_int_equal(site.report->verdict, RUN_READY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(prints),   cmocka_unit_test(onward),
	    story(strange_status),      story(strange_status_once),
	    story(strange_status_twin), story(same_page),
	    story(same_script),         story(same_page_twin),
	    story(same_page_trusted),   story(same_error),
	    story(same_nothing),        story(same_empty_error),
	    story(one_filter),          story(leads_away),
	    story(leads_away_twin),     story(device_leads_away),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
