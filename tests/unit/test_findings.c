/* The catalogue of root causes is complete, and its words are sound. */
#include "tests/unit/story.h"

#include "report/formats/explain.h"
#include "report/diagnose/findings.h"

#include <ctype.h>

/* Every code that the lab's table of faults may ask for. */
static const char *const wanted[] = {"local-no-network",
				     "no-default-route",
				     "local-firewall",
				     "gateway-unreachable",
				     "isp-down",
				     "dns-server-dead",
				     "dns-refused",
				     "dns-servfail",
				     "dns-nxdomain",
				     "dns-hijack",
				     "dns-unexpected-address",
				     "dns-tcp-blocked",
				     "firewall-prohibits",
				     "firewall-drops",
				     "firewall-resets",
				     "path-unreachable",
				     "service-down",
				     "host-down",
				     "arp-no-answer",
				     "wrong-service",
				     "udp-no-answer",
				     "snmp-community-or-acl",
				     "snmp-agent-off",
				     "tls-intercepted",
				     "tls-name-mismatch",
				     "tls-expired",
				     "clock-skewed",
				     "sni-filtered",
				     "captive-portal",
				     "block-page",
				     "proxy-unreachable",
				     "proxy-auth-required",
				     "proxy-forbids",
				     "proxy-needed",
				     "websocket-stripped",
				     "ntp-blocked",
				     "ntp-unsynchronised",
				     "ntp-kiss-of-death",
				     "mtu-black-hole",
				     "ipv6-broken-ipv4-fine",
				     "icmp-filtered-only",
				     "payload-dropped",
				     "payload-reset",
				     "partial-address"};

static void all_there(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
		assert_non_null(finding_entry_find(wanted[i]));
	assert_null(finding_entry_find("no-such-finding"));
}

static void sound(const struct finding_entry *f, const char *text)
{
	static const char *const known[] = {
	    "targets", "rules",  "paths",  "blocker", "source",
	    "subject", "detail", "access", "start",   "reject",
	    "inquire", "behind", NULL};

	if (text == NULL)
		return;
	assert_true(text[0] != ' ' && text[0] != '\0');
	for (const char *at = strchr(text, '{'); at != NULL;
	     at = strchr(at + 1, '{')) {
		size_t length = strcspn(at, ":}") - 1;
		bool found = false;

		for (size_t i = 0; known[i] != NULL; i++)
			found =
			    found || (strlen(known[i]) == length &&
				      strncmp(known[i], at + 1, length) == 0);
		if (!found)
			fail_msg("%s: unknown placeholder in \"%s\"", f->code,
				 text);
	}
	/* A site is told to exempt a host, never to switch protection off. */
	assert_null(strcasestr(text, "disable"));
	assert_null(strcasestr(text, "turn off inspection"));
}

static void every_entry(void **state)
{
	const struct finding_entry *f;
	size_t i;

	(void)state;
	for (i = 0; (f = finding_registry[i]) != NULL; i++) {
		assert_ptr_equal(finding_entry_find(f->code), f);
		for (const char *c = f->code; *c != '\0'; c++)
			assert_true(islower(*c) || isdigit(*c) || *c == '-');
		sound(f, f->title);
		sound(f, f->meaning);
		sound(f, f->decided);
		sound(f, f->lookalikes);
		sound(f, f->confirm_by);
		assert_non_null(f->meaning);
		assert_non_null(f->decided);
		assert_non_null(f->remedies[0].steps[0]);
		for (size_t r = 0; r < FINDING_REMEDIES; r++) {
			for (size_t k = 0; k < FINDING_STEPS; k++)
				sound(f, f->remedies[r].steps[k]);
		}
	}
	assert_true(i >= sizeof wanted / sizeof wanted[0]);
}

/* Two rules without an order between them would run as the registry lists
 * them; what several ports become one with, is itself such a finding. */
static void ordered(void **state)
{
	(void)state;
	for (size_t i = 0; finding_registry[i] != NULL; i++) {
		const struct finding_entry *f = finding_registry[i];

		assert_true(i == 0 ||
			    strcmp(finding_registry[i - 1]->code, f->code) < 0);
		assert_true(f->merges == NULL ||
			    f->merges->merges == f->merges);
		for (size_t k = 0; k < FINDING_RULES; k++)
			for (size_t o = 0; f->rules[k].run != NULL &&
					   finding_registry[o] != NULL;
			     o++)
				for (size_t n = 0; n < FINDING_RULES; n++)
					assert_true((o == i && n == k) ||
						    finding_registry[o]
							    ->rules[n]
							    .order !=
							f->rules[k].order);
	}
}

static void explained(void **state)
{
	const struct finding_entry *f = finding_entry_find("firewall-drops");
	char *title = explain_words(f->title);
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	assert_string_equal(title, "PORT to TARGET is silently dropped");
	for (size_t i = 0; (f = finding_registry[i]) != NULL; i++)
		explain_finding_text(out, 80, f);
	for (size_t i = 0; i < outcome_table_count; i++)
		explain_outcome_text(out, 80, &outcome_table[i]);
	fclose(out);
	assert_null(strchr(text, '{'));
	free(text);
	free(title);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(all_there),
	    cmocka_unit_test(every_entry),
	    cmocka_unit_test(ordered),
	    cmocka_unit_test(explained),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
