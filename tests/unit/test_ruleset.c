/*
 * test_ruleset.c - what lists of real tools (tests/ruleset/capture) and single
 * rules say of a packet; make check-ruleset holds the same against the kernel.
 */
#include "core/proto/ruleset.h"
#include "core/base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/text_file.h"

static struct ruleset *read_rules(const char *json)
{
	struct error err = {.text = ""};
	struct ruleset *r = ruleset_read(json, strlen(json), &err);

	if (r == NULL)
		print_message("%s\n", err.text);
	assert_non_null(r);
	return r;
}

static struct ruleset *read_list(const char *name)
{
	char path[128];
	char *text;
	struct ruleset *r;

	snprintf(path, sizeof path, "tests/ruleset/lists/%s.json", name);
	text = read_text(path);
	r = read_rules(text);
	free(text);
	return r;
}

static struct ruleset_answer ask(const struct ruleset *r, bool v6, bool tcp,
				 unsigned port)
{
	struct ruleset_packet p = {.tcp = tcp,
				   .source_prefix = 128,
				   .target_port = (uint16_t)port,
				   .interface = "eth0"};
	struct ruleset_answer a;

	assert_true(addr_parse(&p.source, v6 ? "fd00:9::2" : "10.9.0.2"));
	assert_true(addr_parse(&p.target, v6 ? "fd00:9::1" : "10.9.0.1"));
	ruleset_ask(r, &p, &a);
	return a;
}

static void test_nftables(void **state)
{
	struct ruleset *r = read_list("nftables");
	struct ruleset_answer a = ask(r, false, false, 2055);

	(void)state;
	assert_int_equal(a.says, RULESET_DROPS);
	assert_string_equal(a.chain, "inet filter input");
	assert_non_null(strstr(a.where, "inet filter input handle "));
	a = ask(r, false, false, 514);
	assert_int_equal(a.says, RULESET_ACCEPTS);
	assert_string_equal(a.chain, "inet filter ours");
	a = ask(r, false, true, 443);
	assert_int_equal(a.says, RULESET_DROPS);
	assert_string_equal(a.where, "policy of inet filter input");
	/* The limit may be used up: accepted or dropped. */
	a = ask(r, false, true, 22);
	assert_int_equal(a.says, RULESET_UNTESTED);
	assert_non_null(strstr(a.reason, "limit"));
	assert_int_equal(ruleset_tool(r), RULESET_NFTABLES);
	ruleset_free(r);
}

static void test_firewalld(void **state)
{
	struct ruleset *r = read_list("firewalld");

	(void)state;
	for (int v6 = 0; v6 < 2; v6++) {
		assert_int_equal(ask(r, v6, false, 2055).says, RULESET_REJECTS);
		assert_int_equal(ask(r, v6, false, 514).says, RULESET_ACCEPTS);
		assert_int_equal(ask(r, v6, true, 22).says, RULESET_ACCEPTS);
	}
	assert_int_equal(ruleset_tool(r), RULESET_FIREWALLD);
	ruleset_free(r);
}

/* nft does not show what an extension of iptables looks at. */
static void test_extensions(void **state)
{
	struct ruleset *r = read_list("ufw");
	struct ruleset_answer a = ask(r, false, false, 2055);

	(void)state;
	assert_int_equal(a.says, RULESET_UNTESTED);
	assert_non_null(strstr(a.reason, "conntrack"));
	assert_int_equal(ruleset_tool(r), RULESET_UFW);
	ruleset_free(r);
	r = read_list("iptables");
	assert_int_equal(ask(r, false, false, 2055).says, RULESET_UNTESTED);
	assert_int_equal(ruleset_tool(r), RULESET_IPTABLES);
	ruleset_free(r);
}

static void add_save(struct ruleset *r, const char *file, bool v6, bool legacy)
{
	struct error err = {.text = ""};
	char path[128];
	char *text;

	snprintf(path, sizeof path, "tests/ruleset/lists/%s", file);
	text = read_text(path);
	if (ruleset_add_save(r, text, strlen(text), v6, legacy, &err) == -1)
		fail_msg("%s", err.text);
	free(text);
}

/* With what iptables' own tool says they are known. */
static void test_iptables(void **state)
{
	struct ruleset *r = read_list("iptables");
	struct ruleset_answer a;

	(void)state;
	add_save(r, "iptables.save", false, false);
	a = ask(r, false, false, 2055);
	assert_int_equal(a.says, RULESET_DROPS);
	assert_string_equal(a.where, "ip filter INPUT rule 4");
	assert_string_equal(a.chain, "ip filter INPUT");
	assert_int_equal(ask(r, false, false, 514).says, RULESET_ACCEPTS);
	assert_int_equal(ask(r, false, true, 21).says, RULESET_ACCEPTS);
	assert_int_equal(ask(r, false, true, 23).says, RULESET_DROPS);
	assert_int_equal(ask(r, true, false, 2055).says, RULESET_ACCEPTS);
	ruleset_free(r);
}

static void test_iptables_legacy(void **state)
{
	struct ruleset *r = read_list("legacy");

	(void)state;
	assert_true(ruleset_is_empty(r));
	add_save(r, "legacy.legacy", false, true);
	assert_false(ruleset_is_empty(r));
	assert_string_equal(ask(r, false, false, 2055).where,
			    "ip legacy-filter INPUT rule 4");
	assert_int_equal(ask(r, false, false, 514).says, RULESET_ACCEPTS);
	ruleset_free(r);
}

static void test_ufw(void **state)
{
	struct ruleset *r = read_list("ufw");

	(void)state;
	add_save(r, "ufw.save", false, false);
	add_save(r, "ufw.save6", true, false);
	for (int v6 = 0; v6 < 2; v6++) {
		assert_int_equal(ask(r, v6, false, 2055).says, RULESET_DROPS);
		assert_int_equal(ask(r, v6, false, 514).says, RULESET_ACCEPTS);
		assert_int_equal(ask(r, v6, true, 21).says, RULESET_DROPS);
	}
	assert_int_equal(ruleset_tool(r), RULESET_UFW);
	ruleset_free(r);
}

static const struct {
	const char *rule;
	enum ruleset_says says; /* of UDP to port 2055 */
} saved_rules[] = {
    {"-p udp -j DROP", RULESET_DROPS},
    {"! -p udp -j DROP", RULESET_ACCEPTS},
    {"-s 10.9.0.0/24 -j DROP", RULESET_DROPS},
    {"! -s 10.9.0.0/24 -j DROP", RULESET_ACCEPTS},
    {"-s 10.9.0.0/255.0.255.0 -j DROP", RULESET_UNTESTED},
    {"-i eth+ -j DROP", RULESET_DROPS},
    {"! -i eth0 -j DROP", RULESET_ACCEPTS},
    {"-p udp -m udp --dport 2000:2100 -j DROP", RULESET_DROPS},
    {"-p udp -m udp ! --dport 2000:2100 -j DROP", RULESET_ACCEPTS},
    {"-p udp -m multiport --dports 21,2055 -j DROP", RULESET_DROPS},
    {"-p udp -m multiport --ports 21,2055 -j DROP", RULESET_UNTESTED},
    {"-p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN -j DROP", RULESET_ACCEPTS},
    {"-m conntrack --ctstate NEW,RELATED -j DROP", RULESET_DROPS},
    {"-m conntrack ! --ctstate NEW -j DROP", RULESET_ACCEPTS},
    {"-m conntrack --ctstate DNAT -j DROP", RULESET_UNTESTED},
    {"-m conntrack --ctproto 17 -j DROP", RULESET_UNTESTED},
    {"-m state --state NEW -j DROP", RULESET_DROPS},
    {"-m addrtype --dst-type LOCAL -j DROP", RULESET_DROPS},
    {"-m addrtype --dst-type BROADCAST -j DROP", RULESET_ACCEPTS},
    {"-m addrtype --src-type LOCAL -j DROP", RULESET_UNTESTED},
    {"-m limit --limit 3/min -j DROP", RULESET_UNTESTED},
    {"-m set --match-set bad src -j DROP", RULESET_UNTESTED},
    {"-m rt --rt-type 0 -j DROP", RULESET_ACCEPTS},
    {"-m comment --comment \"-j DROP \\\" here\" -j DROP", RULESET_DROPS},
    {"-f -j DROP", RULESET_UNTESTED},
    {"-j LOG --log-prefix \"x \"", RULESET_ACCEPTS},
    {"-j mine", RULESET_DROPS},
    {"-g mine", RULESET_DROPS},
    {"-j QUEUE", RULESET_UNTESTED},
    {"-p udp", RULESET_ACCEPTS},
};

static void test_options(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof saved_rules / sizeof saved_rules[0];
	     i++) {
		struct ruleset *r = read_rules("{\"nftables\":[]}");
		struct error err = {.text = ""};
		char text[512];
		struct ruleset_answer a;

		snprintf(text, sizeof text,
			 "*filter\n:INPUT ACCEPT [0:0]\n:mine - [0:0]\n"
			 "-A INPUT %s\n-A mine -j DROP\nCOMMIT\n",
			 saved_rules[i].rule);
		assert_int_equal(
		    ruleset_add_save(r, text, strlen(text), false, false, &err),
		    0);
		a = ask(r, false, false, 2055);
		if (a.says != saved_rules[i].says)
			print_message("%s: %s %s\n", saved_rules[i].rule,
				      a.where, a.reason);
		assert_int_equal(a.says, saved_rules[i].says);
		ruleset_free(r);
	}
}

static void test_bad_saves(void **state)
{
	static const char *const bad[] = {
	    "*filter\n-A\n", "*filter\n-A INPUT -j DROP\n", "*a\"b\n",
	    "*filter\n:a\\b - [0:0]\n-A a\\b -j DROP\n"};
	char *wide = mem_calloc(100000, 1);
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct ruleset *r = read_rules("{\"nftables\":[]}");

		assert_int_equal(ruleset_add_save(r, bad[i], strlen(bad[i]),
						  false, false, &err),
				 -1);
		ruleset_free(r);
	}
	memset(wide, 'a', 99999);
	{
		struct ruleset *r = read_rules("{\"nftables\":[]}");

		assert_int_equal(
		    ruleset_add_save(r, wide, 99999, false, false, &err), -1);
		ruleset_free(r);
	}
	free(wide);
}

/* Single rules ------------------------------------------------------------ */

#define CHAIN(table, name, hook, priority, policy)                      \
	"{\"chain\":{\"family\":\"inet\",\"table\":\"" table            \
	"\",\"name\":\"" name "\",\"type\":\"filter\",\"hook\":\"" hook \
	"\",\"prio\":" priority ",\"policy\":\"" policy "\"}}"
#define PLAIN(name)                                                        \
	"{\"chain\":{\"family\":\"inet\",\"table\":\"t\",\"name\":\"" name \
	"\"}}"
#define RULE(table, chain, expr)                            \
	"{\"rule\":{\"family\":\"inet\",\"table\":\"" table \
	"\",\"chain\":\"" chain "\",\"handle\":7,\"expr\":[" expr "]}}"
#define LIST(items)   "{\"nftables\":[" items "]}"
#define INPUT(policy) CHAIN("t", "in", "input", "0", policy)
#define PORT(port)                                                       \
	"{\"match\":{\"op\":\"==\",\"left\":{\"payload\":{\"protocol\":" \
	"\"udp\",\"field\":\"dport\"}},\"right\":" port "}}"
#define DROP   "{\"drop\":null}"
#define ACCEPT "{\"accept\":null}"

struct one_rule {
	const char *json;
	enum ruleset_says says;
};

static const struct one_rule cases[] = {
    {LIST(""), RULESET_ACCEPTS},
    {LIST(INPUT("drop")), RULESET_DROPS},
    {LIST(INPUT("accept") "," RULE("t", "in", PORT("2055") "," DROP)),
     RULESET_DROPS},
    {LIST(INPUT("drop") "," RULE("t", "in", PORT("2055") "," ACCEPT)),
     RULESET_ACCEPTS},
    {LIST(INPUT("accept") "," RULE("t", "in", PORT("514") "," DROP)),
     RULESET_ACCEPTS},
    /* Accepted by one chain, dropped by another of the hook. */
    {LIST(INPUT("drop") "," CHAIN("u", "in", "input", "10",
				  "drop") "," RULE("t", "in", ACCEPT)),
     RULESET_DROPS},
    /* jump comes back, goto does not. */
    {LIST(INPUT("accept") "," PLAIN("x") "," RULE(
	 "t", "in", "{\"jump\":{\"target\":\"x\"}}") "," RULE("t", "in", DROP)),
     RULESET_DROPS},
    {LIST(INPUT("accept") "," PLAIN("x") "," RULE(
	 "t", "in", "{\"goto\":{\"target\":\"x\"}}") "," RULE("t", "in", DROP)),
     RULESET_ACCEPTS},
    {LIST(INPUT("accept") "," RULE("t", "in", "{\"return\":null}") "," RULE(
	 "t", "in", DROP)),
     RULESET_ACCEPTS},
    /* Whatever it does: the same verdict on both ways is an answer. */
    {LIST(INPUT("drop") "," RULE("t", "in", "{\"limit\":{\"rate\":1}}," DROP)),
     RULESET_DROPS},
    {LIST(
	 INPUT("accept") "," RULE("t", "in", "{\"limit\":{\"rate\":1}}," DROP)),
     RULESET_UNTESTED},
    {LIST(INPUT("accept") "," RULE("t", "in", "{\"queue\":null}")),
     RULESET_UNTESTED},
    {LIST(INPUT("accept") "," RULE("t", "in", "{\"novelty\":{}}")),
     RULESET_UNTESTED},
    /* Behind a drop for certain nothing matters. */
    {LIST(INPUT("accept") "," RULE("t", "in", DROP) "," RULE(
	 "t", "in", "{\"novelty\":{}}")),
     RULESET_DROPS},
    /* Endless and lost jumps. */
    {LIST(INPUT("accept") "," PLAIN("x") "," RULE(
	 "t", "in",
	 "{\"jump\":{\"target\":\"x\"}}") "," RULE("t", "x",
						   "{\"jump\":{\"target\":"
						   "\"x\"}}")),
     RULESET_UNTESTED},
    {LIST(INPUT("accept") "," RULE("t", "in",
				   "{\"jump\":{\"target\":\"none\"}}")),
     RULESET_UNTESTED},
    /* Another layer. */
    {LIST("{\"chain\":{\"family\":\"bridge\",\"table\":\"b\",\"name\":\"f\","
	  "\"type\":\"filter\",\"hook\":\"input\",\"prio\":0,"
	  "\"policy\":\"drop\"}}"),
     RULESET_UNTESTED},
    /* Asleep. */
    {LIST("{\"table\":{\"family\":\"inet\",\"name\":\"t\",\"flags\":"
	  "\"dormant\"}}," INPUT("drop")),
     RULESET_ACCEPTS},
};

static void test_single_rules(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct ruleset *r = read_rules(cases[i].json);
		struct ruleset_answer a = ask(r, false, false, 2055);

		if (a.says != cases[i].says)
			print_message("%s\n", cases[i].json);
		assert_int_equal(a.says, cases[i].says);
		assert_true((a.says == RULESET_UNTESTED) ==
			    (a.reason[0] != '\0'));
		ruleset_free(r);
	}
}

static void test_redirect(void **state)
{
	struct ruleset *r = read_rules(
	    LIST("{\"chain\":{\"family\":\"ip\",\"table\":\"n\",\"name\":"
		 "\"pre\",\"type\":\"nat\",\"hook\":\"prerouting\",\"prio\":"
		 "-100,\"policy\":\"accept\"}}," INPUT(
		     "drop") ",{\"rule\":{\"family\":\"ip\",\"table\":\"n\","
			     "\"chain\":\"pre\",\"handle\":1,\"expr\":[" PORT(
				 "21") ",{\"redirect\":{\"port\":10021}}]}}"
				       "," RULE("t", "in",
						PORT("10021") "," ACCEPT)));
	struct ruleset_answer a = ask(r, false, false, 21);

	(void)state;
	assert_int_equal(a.says, RULESET_ACCEPTS);
	assert_int_equal(a.port, 10021);
	assert_int_equal(ask(r, false, false, 22).says, RULESET_DROPS);
	assert_int_equal(ask(r, true, false, 21).says, RULESET_DROPS);
	ruleset_free(r);
}

/* A network is in a set for certain only as a whole. */
static void test_networks(void **state)
{
	static const char rule[] = LIST(INPUT("accept") "," RULE(
	    "t", "in",
	    "{\"match\":{\"op\":\"==\",\"left\":{\"payload\":{\"protocol\":"
	    "\"ip\",\"field\":\"saddr\"}},\"right\":{\"prefix\":{\"addr\":"
	    "\"10.9.0.0\",\"len\":24}}}}," DROP));
	struct ruleset *r = read_rules(rule);
	struct ruleset_packet p = {.target_port = 1, .interface = "eth0"};
	static const struct {
		unsigned prefix;
		enum ruleset_says says;
	} all[] = {{32, RULESET_DROPS},
		   {24, RULESET_DROPS},
		   {25, RULESET_DROPS},
		   {16, RULESET_UNTESTED}};

	(void)state;
	assert_true(addr_parse(&p.source, "10.9.0.0") &&
		    addr_parse(&p.target, "10.9.0.1"));
	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
		struct ruleset_answer a;

		p.source_prefix = all[i].prefix;
		ruleset_ask(r, &p, &a);
		assert_int_equal(a.says, all[i].says);
	}
	ruleset_free(r);
}

/* Lists that are none ----------------------------------------------------- */

static void refused(const char *json, size_t length, const char *why)
{
	struct error err = {.text = ""};

	assert_null(ruleset_read(json, length, &err));
	if (strstr(err.text, why) == NULL)
		print_message("%s\n", err.text);
	assert_non_null(strstr(err.text, why));
}

static void test_bad_lists(void **state)
{
	char *deep = mem_calloc(100001, 1);
	char *large = mem_calloc(RULESET_BYTES_MAX + 2, 1);

	(void)state;
	refused("", 0, "not JSON");
	refused("{", 1, "not JSON");
	refused("{}", 2, "no list");
	refused("[]", 2, "no list");
	refused("{\"nftables\":7}", 14, "no list");
	memset(deep, '[', 100000);
	refused(deep, 100000, "not JSON");
	memset(large, ' ', RULESET_BYTES_MAX + 1);
	refused(large, RULESET_BYTES_MAX + 1, "larger than");
	refused(LIST(RULE("t", "in", DROP)),
		strlen(LIST(RULE("t", "in", DROP))), "outside its chain");
	free(deep);
	free(large);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_nftables),
	    cmocka_unit_test(test_firewalld),
	    cmocka_unit_test(test_extensions),
	    cmocka_unit_test(test_iptables),
	    cmocka_unit_test(test_iptables_legacy),
	    cmocka_unit_test(test_ufw),
	    cmocka_unit_test(test_options),
	    cmocka_unit_test(test_bad_saves),
	    cmocka_unit_test(test_single_rules),
	    cmocka_unit_test(test_redirect),
	    cmocka_unit_test(test_networks),
	    cmocka_unit_test(test_bad_lists),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
