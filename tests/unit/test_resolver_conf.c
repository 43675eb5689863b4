/* The system's resolver configuration is read as glibc reads it. */
#include "core/base/buf.h"
#include "core/net/resolvconf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char *server(const struct resolvconf *c, size_t i)
{
	static char text[ADDR_TEXT];

	return addr_text_port(&c->servers[i], text);
}

static void test_servers(void **state)
{
	struct resolvconf c;

	(void)state;
	resolvconf_parse(&c, "# comment\n"
			     "nameserver 192.0.2.1\n"
			     "nameserver\t2001:db8::1 # second\r\n"
			     " nameserver 192.0.2.8\n" /* not at the start */
			     "nameserver not-an-address\n"
			     "nameservers 192.0.2.9\n"
			     "nameserver fe80::1%1\n"
			     "nameserver 192.0.2.4");
	assert_int_equal(c.server_count, 3);
	assert_string_equal(server(&c, 0), "192.0.2.1:53");
	assert_string_equal(server(&c, 1), "[2001:db8::1]:53");
	assert_int_equal(c.servers[2].scope, 1);
	assert_int_equal(c.ndots, 1);
}

static void test_no_server_is_this_host(void **state)
{
	struct resolvconf c;

	(void)state;
	resolvconf_parse(&c, "");
	assert_int_equal(c.server_count, 1);
	assert_string_equal(server(&c, 0), "127.0.0.1:53");
	resolvconf_parse(&c, "search a.example\nnameserver");
	assert_int_equal(c.server_count, 1);
	assert_string_equal(server(&c, 0), "127.0.0.1:53");
}

static void test_last_search_line_wins(void **state)
{
	struct resolvconf c;

	(void)state;
	resolvconf_parse(&c, "search a.example b.example.\n"
			     "domain c.example d.example\n");
	assert_int_equal(c.search_count, 1);
	assert_string_equal(c.search[0], "c.example");
	resolvconf_parse(&c, "domain c.example\n"
			     "search a b c d e f g h\n"
			     "options rotate ndots:2 timeout:1\n");
	assert_int_equal(c.search_count, RESOLVCONF_SEARCH_MAX);
	assert_string_equal(c.search[5], "f");
	assert_int_equal(c.ndots, 2);
	resolvconf_parse(&c, "options ndots:99\n");
	assert_int_equal(c.ndots, 15);
	resolvconf_parse(&c, "options ndots:-1 ndots:x\n");
	assert_int_equal(c.ndots, 1);
}

static void test_candidates(void **state)
{
	char out[RESOLVCONF_CANDIDATES_MAX][DNS_NAME_MAX];
	struct resolvconf c;
	size_t as_is;

	(void)state;
	resolvconf_parse(&c, "search a.example b.example\n");
	assert_int_equal(resolvconf_candidates(&c, "host", out, &as_is), 3);
	assert_string_equal(out[0], "host.a.example");
	assert_string_equal(out[1], "host.b.example");
	assert_string_equal(out[2], "host");
	assert_int_equal(as_is, 2);
	assert_int_equal(resolvconf_candidates(&c, "a.b", out, &as_is), 3);
	assert_string_equal(out[0], "a.b");
	assert_string_equal(out[1], "a.b.a.example");
	assert_int_equal(as_is, 0);
	assert_int_equal(resolvconf_candidates(&c, "host.", out, &as_is), 1);
	assert_string_equal(out[0], "host.");
	assert_int_equal(as_is, 0);
}

static void test_candidates_too_long(void **state)
{
	char out[RESOLVCONF_CANDIDATES_MAX][DNS_NAME_MAX];
	char name[DNS_NAME_MAX + 10];
	struct resolvconf c;
	size_t as_is;

	(void)state;
	resolvconf_parse(&c, "search a.example\n");
	memset(name, 'x', sizeof name);
	name[250] = '\0';
	assert_int_equal(resolvconf_candidates(&c, name, out, &as_is), 1);
	assert_string_equal(out[0], name);
	name[250] = 'x';
	name[DNS_NAME_MAX] = '\0';
	assert_int_equal(resolvconf_candidates(&c, name, out, &as_is), 0);
}

static void test_hosts(void **state)
{
	struct hosts h = {0};
	struct addr found[4];
	char text[ADDR_TEXT];

	(void)state;
	hosts_parse(&h, "127.0.0.1 localhost\n"
			"# 192.0.2.9 commented.example\n"
			"192.0.2.1\tWeb.example web # alias\n"
			"2001:db8::1 web.example\n"
			"nonsense web.example\n"
			"192.0.2.2 web.example.");
	assert_int_equal(hosts_find(&h, "web.EXAMPLE", true, true, found, 4),
			 3);
	assert_string_equal(addr_text(&found[0], text), "192.0.2.1");
	assert_string_equal(addr_text(&found[1], text), "2001:db8::1");
	assert_string_equal(addr_text(&found[2], text), "192.0.2.2");
	assert_int_equal(hosts_find(&h, "web", false, true, found, 4), 0);
	assert_int_equal(hosts_find(&h, "web.", true, false, found, 4), 1);
	assert_int_equal(hosts_find(&h, "web.example", true, true, found, 1),
			 1);
	assert_int_equal(
	    hosts_find(&h, "commented.example", true, true, found, 4), 0);
	assert_string_equal(hosts_name(&h, &found[0]), "Web.example");
	assert_true(addr_parse(&found[0], "192.0.2.77"));
	assert_null(hosts_name(&h, &found[0]));
	hosts_free(&h);
}

/* A list of names to block: the last one counts as the first. */
static void test_hosts_long(void **state)
{
	enum { NAMES = 300000 };
	struct hosts h = {0};
	struct addr found[1];
	struct buf b;

	(void)state;
	buf_init(&b, HOSTS_BYTES_MAX);
	for (int i = 0; i < NAMES; i++)
		buf_printf(&b, "0.0.0.0 ads-%d.tracking.example\n", i);
	buf_puts(&b, "192.0.2.7 last.example\n");
	hosts_parse(&h, buf_text(&b));
	assert_int_equal(h.count, NAMES + 1);
	assert_int_equal(hosts_find(&h, "last.example", true, true, found, 1),
			 1);
	assert_false(h.cut);
	/* The names are too many: that is known. */
	for (int i = 0; i < HOSTS_NAMES_MAX / NAMES; i++)
		hosts_parse(&h, buf_text(&b));
	assert_int_equal(h.count, HOSTS_NAMES_MAX);
	assert_true(h.cut);
	hosts_free(&h);
	buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_servers),
	    cmocka_unit_test(test_no_server_is_this_host),
	    cmocka_unit_test(test_last_search_line_wins),
	    cmocka_unit_test(test_candidates),
	    cmocka_unit_test(test_candidates_too_long),
	    cmocka_unit_test(test_hosts),
	    cmocka_unit_test(test_hosts_long),
	};

	return cmocka_run_group_tests_name("resolver configuration", tests,
					   NULL, NULL);
}
