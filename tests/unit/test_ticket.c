/*
 * test_ticket.c - the hand-off text: who gets what, commands that can be
 * copied, and no advice without evidence.
 */
#include "tests/unit/story.h"

#include "report/compare/compare.h"
#include "report/formats/ticket.h"

static const struct ticket_options *chosen;

static char *ticket(void)
{
	const struct format_options o = {
	    .utf8 = true, .width = 200, .ticket = chosen};

	return site_render(&site, "ticket", &o);
}

static void expect_text(const char *wanted)
{
	char *text = ticket();

	if (strstr(text, wanted) == NULL)
		fail_msg("no \"%s\" in:\n%s", wanted, text);
	free(text);
}

static void expect_no_text(const char *unwanted)
{
	char *text = ticket();

	if (strstr(text, unwanted) != NULL)
		fail_msg("\"%s\" in:\n%s", unwanted, text);
	free(text);
}

static struct result *prohibited(const char *host)
{
	return site_icmp(site_https(&site, host, "203.0.113.1", PHASE_CONNECT,
				    CAUSE_PROHIBITED),
			 3, 13, "10.0.0.1");
}

static void command(const char *const *words, const char *wanted)
{
	site.run.command = words;
	prohibited("a.example");
	site_https(&site, "b.example", "203.0.113.2", PHASE_REPLY, CAUSE_OK);
	site_report(&site);
	expect_text(wanted);
}

static void command_of_the_run(void **state)
{
	static const char *const words[] = {"run", "auvik-collector", "--set",
					    "tenant_url=https://acme.us1",
					    NULL};

	(void)state;
	command(words, "host:\n"
		       "  preflight run auvik-collector --set "
		       "tenant_url=https://acme.us1 \\\n"
		       "      --only https.0\n"
		       "Roll back: remove");
}

/* A shell takes these words as they were. */
static void command_quoted(void **state)
{
	static const char *const words[] = {"run", "a;b", "--set",
					    "x=it's  $(a)", NULL};

	(void)state;
	command(words, "\n  preflight run 'a;b' --set 'x=it'\\''s  $(a)' "
		       "--only https.0\n");
}

/* Who gets the ticket runs it: nothing that writes, listens or leads to a
 * secret, whatever the report says. */
static void command_of_another(void **state)
{
	static const char *const words[] = {
	    "run",          "a",
	    "-o",           "/etc/passwd",
	    "--listen",     "all",
	    "--proxy",      "http://192.0.2.1:3128",
	    "--proxy-auth", "file:/etc/shadow",
	    "--set",        "x=env:S",
	    "--set",        "y=1",
	    "--fast",       "--inventory",
	    "site.yaml",    NULL};
	struct ticket_options options = {.file = "r.json"};

	(void)state;
	command(words,
		"\n  preflight run a --set y=1 --fast --inventory site.yaml");
	expect_no_text("shadow");
	expect_no_text("passwd");
	chosen = &options;
	expect_text(
	    "\n  preflight again r.json --failed --inventory site.yaml\n");
	expect_no_text("shadow");
	chosen = NULL;
}

static void command_of_a_check(void **state)
{
	static const char *const words[] = {"check", "tcp", "10.0.0.5:22",
					    NULL};

	(void)state;
	command(words, "\n  preflight check tcp 10.0.0.5:22\nRoll");
}

static void command_not_known(void **state)
{
	(void)state;
	command(NULL, "\n  preflight run auvik-collector --only https.0\n");
}

/* All requirements of the run: nothing to select. */
static void command_of_everything(void **state)
{
	(void)state;
	prohibited("a.example");
	site_report(&site);
	expect_text("\n  preflight run auvik-collector\n");
}

static void nothing(void **state)
{
	char *text;

	(void)state;
	site_https(&site, "a.example", "203.0.113.1", PHASE_REPLY, CAUSE_OK);
	site_report(&site);
	text = ticket();
	assert_string_equal(text, "Nothing to hand off. READY: the 1 required "
				  "path works\n");
	free(text);
}

/* One owner after the other, the most severe first, each by itself. */
static void owners(void **state)
{
	char *text, *second;

	(void)state;
	site_control(&site);
	prohibited("a.example");
	site_test(&site, "ssh", "b.example", TRANSPORT_TCP, 22, "203.0.113.2",
		  PHASE_CONNECT, CAUSE_REFUSED);
	site_report(&site);
	text = ticket();
	assert_memory_equal(text, "TICKET 1 of 2, for: firewall\n", 29);
	second = strstr(text, "TICKET 2 of 2, for: ");
	assert_non_null(second);
	assert_non_null(strstr(second, "Host:     collector, source address "
				       "10.0.0.5\n"));
	assert_non_null(strstr(second, "When:     2026-11-21T03:20:00Z (UTC)"));
	assert_non_null(strstr(second, "tcp/22 from 10.0.0.5 to b.example "
				       "(203.0.113.2)"));
	assert_null(strstr(second, "a.example"));
	*second = '\0';
	assert_null(strstr(text, "b.example"));
	free(text);
}

/* A cause that is not proved says so; one without remedy gives no advice. */
static void probable(void **state)
{
	struct finding *f;

	(void)state;
	prohibited("a.example");
	site_report(&site);
	expect_no_text("probable");
	f = (struct finding *)(uintptr_t)site.report->findings;
	f->confirmed = false;
	f->confirm_by = "the log of 10.0.0.1";
	expect_text("the cause is probable, not confirmed. To confirm it:");
	f->remedy_count = 0;
	expect_text("Change: none is proposed: the evidence does not show what "
		    "to change\n");
	expect_no_text("Roll back");
}

/* As reports of older versions have it. */
static void without_findings(void)
{
	site.report->finding_count = 0;
	for (size_t i = 0; i < site.report->result_count; i++)
		site.report->results[i].finding = REPORT_NONE;
}

static void no_cause(void **state)
{
	(void)state;
	site_https(&site, "a.example", "203.0.113.1", PHASE_CONNECT,
		   CAUSE_PROHIBITED);
	site_report(&site);
	expect_only("unexplained", OWNER_INTERNET, false);
	without_findings();
	expect_text("TICKET 1 of 1, for: owner not known\n");
	expect_text("- tcp/443 from 10.0.0.5 to a.example (203.0.113.1): ");
	expect_text("No change is proposed: the evidence does not show what "
		    "blocks these\n  paths.");
	expect_no_text("Roll back");
}

static void since_the_baseline(void **state)
{
	struct finding_change change = {.change = CHANGE_NEW, .is = "f1"};
	struct comparison c = {.finding_count = 1, .findings = &change};

	(void)state;
	c.old.started = "2026-11-20T03:20:00Z";
	prohibited("a.example");
	site_report(&site);
	site.report->comparison = &c;
	expect_text("Since:    new since the report of 2026-11-20T03:20:00Z\n");
	change.change = CHANGE_STILL;
	expect_text("Since:    already in the report of");
}

static void many_paths(void **state)
{
	(void)state;
	for (int i = 0; i < 30; i++)
		prohibited(arena_printf(&site.arena, "h%d.example", i));
	site_report(&site);
	expect_text("- tcp/443 from 10.0.0.5 to h0.example, h1.example");
	expect_text(" h19.example\n  - and 10 more, in the JSON report\n");
}

/* What could not be tried is no path to open. */
static void skipped(void **state)
{
	(void)state;
	prohibited("a.example");
	prohibited("b.example");
	site_report(&site);
	site.report->results[1].verdict = VERDICT_SKIP;
	expect_no_text("to b.example (");
	expect_text("- 1 test could not run because of this problem\n");
}

static void on_behalf(void **state)
{
	(void)state;
	site.run.on_behalf_of = "10.0.0.77";
	site.run.site = "Head office";
	prohibited("a.example");
	site_report(&site);
	expect_text("Site:     Head office");
	expect_text("Host:     collector (tested on behalf of 10.0.0.77)");
	expect_text("tcp/443 from 10.0.0.77 to a.example");
}

/* What mail programs spoil is not there; what is a letter stays. */
static void survives_mail(void **state)
{
	char *text;

	(void)state;
	prohibited("a.example");
	site.requirements[0].title =
	    "\xe2\x80\x9cPort\xe2\x80\x9d \xe2\x80\x93 caf\xc3\xa9 "
	    "\xe2\x86\x92 it\xe2\x80\x99s\xe2\x80\xa6";
	site.requirements[0].impact =
	    "word word word word word word word word word word word word word "
	    "word word word word word word word word word word word word word";
	site_report(&site);
	expect_text("\"Port\" - caf\xc3\xa9 -> it's...");
	text = ticket();
	for (const char *line = text; *line != '\0';) {
		size_t length = strcspn(line, "\n");

		assert_true(length <= 72);
		assert_null(memchr(line, '\t', length));
		assert_true(length == 0 || line[length - 1] != ' ');
		line += length + (line[length] == '\n');
	}
	free(text);
}

/* Two causes of one owner are two tickets; a flag each chooses. */
static void one_a_cause(void **state)
{
	bool wanted[] = {false, true};
	struct ticket_options options = {.findings = wanted};
	char *text;

	(void)state;
	prohibited("a.example");
	site_icmp(site_test(&site, "ssh", "b.example", TRANSPORT_TCP, 22,
			    "203.0.113.2", PHASE_CONNECT, CAUSE_PROHIBITED),
		  3, 13, "10.9.0.1");
	site_report(&site);
	assert_int_equal(site.report->finding_count, 2);
	expect_text("TICKET 2 of 2, for: firewall\n");
	expect_text("(finding 2)");
	chosen = &options;
	text = ticket();
	assert_memory_equal(text, "TICKET 1 of 1, for: firewall\n", 29);
	assert_null(strstr(text, "(finding 1)"));
	free(text);
	wanted[1] = false;
	text = ticket();
	assert_memory_equal(text, "No cause of this report was asked for. ",
			    39);
	free(text);
	chosen = NULL;
}

/* The rules in whole, or the command that writes them. */
static void rules(void **state)
{
	char line[] = "accept 10.0.0.5  to  203.0.113.1 # not wrapped, not "
		      "changed, and wider than a line of the rest\n";
	char many[sizeof line * 20];
	const char *one[] = {line};
	struct ticket_options options = {.rules = one, .dialect = "nftables"};

	(void)state;
	prohibited("a.example");
	site_report(&site);
	chosen = &options;
	expect_text("Rules for nftables:\naccept 10.0.0.5  to  203.0.113.1 # "
		    "not wrapped, not changed, and wider than a line of the "
		    "rest\n");
	for (size_t i = 0; i < 20; i++)
		memcpy(many + i * (sizeof line - 1), line, sizeof line);
	one[0] = many;
	options.file = "a b.json";
	expect_text("too long for a ticket; attach what this writes:\n"
		    "  preflight rules --from 'a b.json' --dialect nftables "
		    "--finding 1\n");
	expect_no_text("accept");
	chosen = NULL;
}

/* Whatever a report holds, no ticket is longer than what systems take. */
static void fits(void **state)
{
	static const char *const words[] = {"run", "auvik-collector",
					    "--target", NULL, NULL};
	const char *command[5];
	char target[4000], *text;
	struct finding *f;

	(void)state;
	memset(target, 'x', sizeof target);
	target[sizeof target - 1] = '\0';
	memcpy(command, words, sizeof words);
	command[3] = target;
	for (int i = 0; i < 120; i++)
		prohibited(arena_printf(&site.arena, "host-%d.example", i));
	site_report(&site);
	text = ticket();
	assert_in_range(strlen(text), 1000, TICKET_MAX);
	free(text);
	site.report->run.command = command;
	text = ticket();
	assert_in_range(strlen(text), 1000, TICKET_MAX);
	assert_non_null(
	    strstr(text, "  preflight again REPORT.json --failed\n"));
	assert_non_null(strstr(text, "Roll back: "));
	free(text);
	f = (struct finding *)(uintptr_t)site.report->findings;
	f->impact = target;
	text = ticket();
	assert_in_range(strlen(text), 100, TICKET_MAX);
	assert_non_null(strstr(text, "[cut; the rest is in the JSON report]"));
	free(text);
}

/* What the vendor has to mend is one ticket for all sites; a firewall of
 * another site is another one, though its address is the same. A report that
 * could not be read is named. */
static void of_many_sites(void **state)
{
	struct ticket_source sites[3] = {
	    {.file = "c.json", .error = "c.json: not a report"}};
	struct report second;
	struct finding *f;
	char *text = NULL;
	size_t size = 0;
	FILE *out;

	(void)state;
	prohibited("a.example");
	site_report(&site);
	second = *site.report;
	second.run.site = "Branch";
	sites[1].report = site.report;
	sites[2].report = &second;
	out = open_memstream(&text, &size);
	ticket_write_all(sites, 3, out);
	fclose(out);
	assert_non_null(strstr(text, "TICKET 2 of 2, for: firewall\n"));
	assert_non_null(strstr(text, "Site:     Branch\n"));
	assert_null(strstr(text, "Also at:"));
	assert_non_null(strstr(text, "report is MISSING: c.json: not a "
				     "report\n"));
	free(text);
	f = (struct finding *)(uintptr_t)site.report->findings;
	f->owner = OWNER_VENDOR;
	out = open_memstream(&text, &size);
	ticket_write_all(sites, 3, out);
	fclose(out);
	assert_non_null(strstr(text, "TICKET 1 of 1, for: vendor\n"));
	assert_non_null(strstr(text, "Also at:  Branch\n"));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    story(command_of_the_run),
	    story(command_quoted),
	    story(command_of_another),
	    story(command_of_a_check),
	    story(command_not_known),
	    story(command_of_everything),
	    story(nothing),
	    story(owners),
	    story(probable),
	    story(no_cause),
	    story(since_the_baseline),
	    story(many_paths),
	    story(skipped),
	    story(on_behalf),
	    story(survives_mail),
	    story(one_a_cause),
	    story(rules),
	    story(fits),
	    story(of_many_sites),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
