/*
 * test_check_text.c - what `check` shows, byte for byte:
 * tests/golden/check.text. GOLDEN_UPDATE=1 writes the file anew, to be read
 * before it is committed.
 */
#include "tests/unit/story.h"

#include "report/formats/check_text.h"
#include "tests/unit/text_file.h"

static const char *const command[] = {"check", "ssh", "10.2.1.10", NULL};
static FILE *all;

/* One case, behind its name; the same once more through its JSON is the
 * business of `render` (tests/cli/case_check.py). */
static void told(const char *name, const struct format_options *o)
{
	char *text;

	site.run.command = command;
	site_report(&site);
	assert_true(check_text_is(site.report));
	text = site_render(&site, "text", o);
	fprintf(all, "== %s\n%s", name, text);
	free(text);
}

static const struct format_options plain = {.utf8 = false};

static void it_works(void **state)
{
	(void)state;
	site_need(&site, "ssh", "ssh", NULL);
	site_target(&site, "10.2.1.10", TRANSPORT_TCP, 22);
	facts_string(&site_ok(&site, "10.2.1.10")->facts, "banner",
		     "SSH-2.0-OpenSSH_9.2p1 Debian-2");
	told("pass", &plain);
}

static void it_does_not(void **state)
{
	(void)state;
	site_need(&site, "ssh", "ssh", NULL);
	site_target(&site, "10.2.1.10", TRANSPORT_TCP, 22);
	site_result(&site, "10.2.1.10", PHASE_CONNECT, CAUSE_TIMEOUT);
	walk_of((const char *const[]){"1 10.0.0.1", NULL});
	told("fail", &plain);
	told("fail, quiet", &(struct format_options){.quiet = true});
	told("fail, 120 columns", &(struct format_options){.width = 120});
}

/* The cause begins where the first line ends, and the ping that worked stands
 * there. */
static void dropped(void **state)
{
	struct evidence *ping;

	(void)state;
	site_need(&site, "ssh", "ssh", NULL);
	site_target(&site, "10.2.1.10", TRANSPORT_TCP, 22);
	site_result(&site, "10.2.1.10", PHASE_CONNECT, CAUSE_TIMEOUT);
	walk_of((const char *const[]){"1 10.0.0.1", NULL});
	ping = site_evidence(&site, EVIDENCE_CONTROL);
	ping->port = 0;
	ping->transport = TRANSPORT_ICMP;
	facts_string(&ping->observed, "what", "ping");
	facts_bool(&ping->observed, "ok", true);
	facts_string(&ping->observed, "cause", "ok");
	told("dropped", &plain);
}

/* All addresses of a name alike: one line. */
static void alike(void **state)
{
	(void)state;
	site_need(&site, "https", "https", NULL);
	site_target(&site, "www.example.com", TRANSPORT_TCP, 443);
	site_ok(&site, "203.0.113.1");
	site_ok(&site, "203.0.113.2");
	told("two addresses", &plain);
}

/* The bad one is named, the others are counted. */
static void one_of_two(void **state)
{
	(void)state;
	site_need(&site, "https", "https", NULL);
	site_target(&site, "www.example.com", TRANSPORT_TCP, 443);
	site_ok(&site, "203.0.113.1");
	site_result(&site, "203.0.113.2", PHASE_CONNECT, CAUSE_REFUSED);
	told("one of two", &plain);
}

/* More targets than lines: the rest is a number. */
static void many(void **state)
{
	(void)state;
	site_need(&site, "cloud.vendor", "https", NULL);
	for (unsigned i = 1; i <= 7; i++) {
		const char *name =
		    arena_printf(&site.arena, "h%u.example.com", i);
		const char *address =
		    arena_printf(&site.arena, "203.0.113.%u", i);

		site_target(&site, name, TRANSPORT_TCP, 443);
		if (i == 1)
			site_ok(&site, address);
		else
			site_result(&site, address, PHASE_CONNECT,
				    CAUSE_REFUSED);
	}
	told("many", &plain);
}

/* What a peer says moves no cursor. */
static void hostile(void **state)
{
	(void)state;
	site_need(&site, "ssh", "ssh", NULL);
	site_target(&site, "10.2.1.10", TRANSPORT_TCP, 22);
	facts_string(&site_ok(&site, "10.2.1.10")->facts, "banner",
		     "a\033[2Jb\nFAIL");
	told("hostile", &plain);
}

/* A run of a profile is no check, and neither is what does not say so. */
static void only_checks(void **state)
{
	static const char *const run[] = {"run", "auvik-collector", NULL};

	(void)state;
	site_need(&site, "ssh", "ssh", NULL);
	site_target(&site, "10.2.1.10", TRANSPORT_TCP, 22);
	site_ok(&site, "10.2.1.10");
	site_report(&site);
	assert_false(check_text_is(site.report));
	site.run.command = run;
	site_report(&site);
	assert_false(check_text_is(site.report));
}

static void golden(void **state)
{
	static const char path[] = "tests/golden/check.text";
	char *wanted;

	(void)state;
	fclose(all);
	all = NULL;
	if (getenv("GOLDEN_UPDATE") != NULL) {
		char *text = read_text("build/check.text");
		FILE *out = fopen(path, "w");

		assert_non_null(out);
		fputs(text, out);
		fclose(out);
		free(text);
	}
	wanted = read_text(path);
	{
		char *text = read_text("build/check.text");

		assert_string_equal(text, wanted);
		free(text);
	}
	free(wanted);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    story(it_works), story(it_does_not), story(dropped),
	    story(alike),    story(one_of_two),  story(many),
	    story(hostile),  story(only_checks), cmocka_unit_test(golden),
	};

	all = fopen("build/check.text", "w");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
