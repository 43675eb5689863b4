/*
 * test_screen.c - the report on one screen: what fits, what adds up, what comes
 * first, and what any terminal may have of it.
 */
#include "tests/unit/story.h"

#include "report/formats/screen.h"

#include "core/base/text.h"

enum { LINES_MOST = 22, COLUMNS_MOST = 79, CAUSES = 12 };

/* Calls line(text, length, arg) for each; returns how many. */
static size_t each_line(const char *text,
			void (*line)(const char *text, size_t length))
{
	size_t count = 0;

	for (; *text != '\0'; count++) {
		size_t length = strcspn(text, "\n");

		line(text, length);
		text += length + (text[length] == '\n');
	}
	return count;
}

static void fits(const char *line, size_t length)
{
	if (text_columns(line, length) > COLUMNS_MOST)
		fail_msg("%zu columns: %.*s", text_columns(line, length),
			 (int)length, line);
	if (length > 0 && line[length - 1] == ' ')
		fail_msg("ends with a blank: %.*s", (int)length, line);
}

static char *screen(const struct format_options *o)
{
	return site_render(&site, "text", o);
}

/* A device that refuses a port of its own: a cause of its own. */
static void cause(size_t i, const char *name)
{
	char address[ADDR_TEXT];

	snprintf(address, sizeof address, "10.9.%zu.1", i);
	site_device_test(
	    &site, "ssh",
	    site_device(&site, arena_printf(&site.arena, "%s-%zu", name, i),
			arena_strdup(&site.arena, address), "network-element"),
	    TRANSPORT_TCP, (uint16_t)(2000 + i), PHASE_CONNECT, CAUSE_REFUSED);
}

/* However many causes there are, however long their names: 22 lines of 79
 * columns, and the verdict is the first and the last of them. */
static void always_fits(void **state)
{
	static const char *const names[] = {
	    "sw", "a-switch-with-a-name-that-goes-on-and-on-until-it-ends",
	    "B\xc3\xbcro-\xe4\xb8\x96\xe7\x95\x8c"};

	(void)state;
	for (size_t k = 0; k < CAUSES * 3; k++) {
		const struct format_options o = {.utf8 = k % 2 == 0,
						 .width = 80,
						 .file = k % 2 == 0 ? "r.json"
								    : NULL};
		char *text;

		cause(k, names[k / CAUSES]);
		site_report(&site);
		text = screen(&o);
		if (each_line(text, fits) > LINES_MOST)
			fail_msg("more than %d lines:\n%s", LINES_MOST, text);
		assert_int_equal(strncmp(text, "NOT READY  ", 11), 0);
		assert_non_null(strstr(text, "\nNOT READY: fix 1 (device)"));
		free(text);
	}
}

/* On narrower terminals nothing is cut but the lines. */
static void narrow_is_whole(void **state)
{
	const struct format_options o = {.utf8 = true, .width = 44};
	char *text;

	(void)state;
	cause(1, "sw");
	site_report(&site);
	text = screen(&o);
	assert_null(strstr(text, "..."));
	free(text);
}

/* Each number that stands in front of a verdict, of a row. */
static unsigned row_sum;

static void add_row(const char *line, size_t length)
{
	static const char *const words[] = {
	    " pass", " fail", " skip", " warn", " untested", " not provable"};

	if (length < 4 || strncmp(line, "   ", 3) != 0 || line[3] == ' ')
		return;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		for (size_t at = 4; at + strlen(words[i]) <= length; at++) {
			size_t begin = at;

			if (strncmp(line + at, words[i], strlen(words[i])) != 0)
				continue;
			while (begin > 0 && line[begin - 1] >= '0' &&
			       line[begin - 1] <= '9')
				begin--;
			row_sum += (unsigned)strtoul(line + begin, NULL, 10);
		}
	}
}

static void refused(const char *id, const char *host, const char *address)
{
	site_need(&site, id, "https", "AUV-02")->to = "internet";
	site_target(&site, host, TRANSPORT_TCP, 443);
	site_result(&site, address, PHASE_CONNECT, CAUSE_REFUSED);
}

/* The counts of the rows are those of the last line: every requirement that is
 * needed, once; only those that did not pass have a name. */
static void counts_add_up(void **state)
{
	const struct format_options o = {.width = 80};
	char *text;

	(void)state;
	refused("cloud.one", "one.example", "203.0.113.1");
	refused("cloud.two", "two.example", "203.0.113.2");
	site_need(&site, "cloud.works", "https", "AUV-03")->to = "internet";
	site_target(&site, "w.example", TRANSPORT_TCP, 443);
	site_ok(&site, "203.0.113.3");
	site_need(&site, "inbound.ftp", "ftp", "AUV-25");
	site_target(&site, NULL, TRANSPORT_TCP, 21)->untested =
	    WHY_NEEDS_SECOND_END;
	site_result(&site, NULL, PHASE_LOCAL, CAUSE_LOCAL)->why =
	    WHY_NEEDS_SECOND_END;
	cause(1, "sw");
	site_report(&site);
	text = screen(&o);
	row_sum = 0;
	each_line(text, add_row);
	assert_int_equal(row_sum, 5);
	assert_non_null(strstr(text, "1 of 5 pass"));
	assert_non_null(strstr(text, "one, two"));
	assert_null(strstr(text, "works"));
	assert_non_null(strstr(text, "1 not provable from here"));
	free(text);
}

/* A path that two products need was tested once and counts once; two
 * requirements of one product are two. */
static void shared_counts_once(void **state)
{
	const struct format_options o = {.width = 80};
	struct profile other = site.profile;
	char *text;

	(void)state;
	refused("one/cloud.web", "a.example", "203.0.113.1");
	refused("two/cloud.www", "a.example", "203.0.113.1");
	site.results.items[1].same_as = 0;
	site_report(&site);
	text = screen(&o);
	assert_non_null(strstr(text, "0 of 2 pass"));
	free(text);
	other.name = "other";
	site.requirements[1].profile = &other;
	site_report(&site);
	text = screen(&o);
	assert_non_null(strstr(text, "0 of 1 pass"));
	assert_non_null(
	    strstr(text, "   1 requirement of several products is"));
	free(text);
}

/* Where a terminal takes ASCII only, names are spelled out, and columns hold.
 */
static void ascii_spells_out(void **state)
{
	const struct format_options o = {.width = 80};
	char *text;

	(void)state;
	cause(1, "B\xc3\xbcro-Stra\xc3\x9f"
		 "e");
	site_report(&site);
	text = screen(&o);
	assert_non_null(strstr(text, "Buero-Strasse-1"));
	for (const char *c = text; *c != '\0'; c++)
		assert_true((unsigned char)*c < 0x80);
	each_line(text, fits);
	free(text);
}

/* What is typed next names the file that the report is in, as a shell takes
 * it; without one, how to get it comes first. */
static void names_its_file(void **state)
{
	struct format_options o = {.width = 80, .file = "a b.json"};
	char *text;

	(void)state;
	refused("cloud.one", "one.example", "203.0.113.1");
	site_report(&site);
	text = screen(&o);
	assert_non_null(strstr(text, "preflight again 'a b.json' --failed"));
	assert_non_null(strstr(text, "explain --from 'a b.json' 1"));
	assert_null(strstr(text, "-o FILE"));
	free(text);
	o.file = NULL;
	text = screen(&o);
	assert_non_null(strstr(text, "\nfirst"));
	assert_non_null(strstr(text, "-o FILE.json"));
	free(text);
}

/* The exit status is the one that the command ends with. */
static void exit_status_is_shown(void **state)
{
	struct format_options o = {.width = 80};
	char *text;

	(void)state;
	refused("cloud.one", "one.example", "203.0.113.1");
	site_report(&site);
	text = screen(&o);
	assert_non_null(strstr(text, "exit 1\n"));
	free(text);
	o.exit_zero = true;
	text = screen(&o);
	assert_non_null(strstr(text, "exit 0\n"));
	free(text);
}

/* For ears: no columns of blanks, no colour, nothing shortened. */
static void plain_has_no_columns(void **state)
{
	const struct format_options o = {
	    .width = 60, .plain = true, .utf8 = true};
	char *text;

	(void)state;
	for (size_t i = 0; i < CAUSES; i++)
		cause(i, "a-switch-with-a-name-that-goes-on-and-on");
	site_report(&site);
	text = screen(&o);
	assert_null(strstr(text, "  the"));
	assert_null(strstr(text, "..."));
	assert_null(strstr(text, "\033"));
	assert_non_null(strstr(text, "\nCause 12 of 12, device, probable: "));
	free(text);
}

/* What does not fit is counted; what an older version left out is not known. */
static void left_out_is_counted(void **state)
{
	struct screen s = {0};

	(void)state;
	assert_string_equal(screen_clauses(&s, "one; two", 8, 1), "one; two");
	assert_string_equal(screen_clauses(&s, "one; two; three; four", 20, 1),
			    "one; two; and 2 more");
	assert_string_equal(
	    screen_clauses(&s, "one; two; three; and 4 more", 20, 1),
	    "one; two; and 5 more");
	assert_string_equal(
	    screen_clauses(&s, "one; two; three; and more", 20, 1),
	    "one; two; and more");
	arena_free(&s.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    story(always_fits),          story(narrow_is_whole),
	    story(counts_add_up),        story(shared_counts_once),
	    story(ascii_spells_out),     story(names_its_file),
	    story(exit_status_is_shown), story(plain_has_no_columns),
	    story(left_out_is_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
