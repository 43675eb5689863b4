/*
 * Every format against a file, byte for byte: tests/golden/STORY.FORMAT.
 * GOLDEN_UPDATE=1 writes the files anew, to be read before they are committed.
 */
#include "tests/unit/story.h"

#include "core/base/json.h"
#include "report/formats/escape.h"
#include "core/base/text.h"

#include <errno.h>

static char *read_golden(const char *path)
{
	FILE *in = fopen(path, "r");
	char *text = NULL;
	size_t size = 0;

	if (in == NULL)
		return NULL;
	if (getdelim(&text, &size, '\0', in) == -1 && text != NULL)
		*text = '\0';
	fclose(in);
	return text;
}

static void golden(const char *story_name, const char *format,
		   const struct format_options *o)
{
	char *path = mem_printf("tests/golden/%s.%s", story_name, format);
	char *text = site_render(&site, format, o);
	char *wanted;

	if (getenv("GOLDEN_UPDATE") != NULL) {
		FILE *out = fopen(path, "w");

		assert_non_null(out);
		fputs(text, out);
		fclose(out);
	}
	wanted = read_golden(path);
	if (wanted == NULL)
		fail_msg("%s: %s", path, strerror(errno));
	if (strcmp(text, wanted) != 0)
		print_message("%s differs; it is now:\n%s", path, text);
	assert_string_equal(text, wanted);
	free(wanted);
	free(text);
	free(path);
}

static void all_formats(const char *name)
{
	const struct format_options plain = {.utf8 = false};

	site_report(&site);
	for (size_t i = 0; format_registry[i] != NULL; i++)
		golden(name, format_registry[i]->name, &plain);
}

/* A site with most of what a report can say. */
static void tell_site(void)
{
	size_t device;
	struct requirement *q;

	q = site_need(&site, "cloud.tenant", "websocket", "AUV-01");
	q->title = "Tenant address, web socket";
	q->purpose = "the one connection over which the collector reports";
	q->impact = "the collector stays offline";
	q->wildcard = "*.my.auvik.com";
	site_target(&site, "acme.us1.my.auvik.com", TRANSPORT_TCP, 443);
	site_icmp(
	    site_result(&site, "203.0.113.10", PHASE_CONNECT, CAUSE_PROHIBITED),
	    3, 13, "10.0.0.1");
	site.results.items[0].outcome.sys_errno = 113;
	site.results.items[0].outcome.error = NET_HOST_UNREACHABLE;
	q = site_need(&site, "cloud.vendor", "https", "AUV-02");
	q->impact = "no updates";
	site_target(&site, "apt.my.auvik.com", TRANSPORT_TCP, 443);
	site_result(&site, "203.0.113.21", PHASE_CONNECT, CAUSE_TIMEOUT);
	site_evidence(&site, EVIDENCE_HOP_WALK);
	facts_bool(&site.results.evidence[0].observed, "reached", false);
	site_need(&site, "cloud.ntp", "ntp", "AUV-13");
	site_target(&site, "0.pool.ntp.org", TRANSPORT_UDP, 123);
	site_ok(&site, "203.0.113.71");
	site_result(&site, "203.0.113.72", PHASE_REPLY, CAUSE_TIMEOUT);
	device = site_device(&site, "lan-switch", "10.2.1.10", "snmp");
	q = site_need(&site, "lan.ssh", "ssh", "AUV-21");
	q->level = LEVEL_ALTERNATIVE;
	q->group = "cli";
	q->to_kind = TO_DEVICE;
	site_device_target(&site, device, TRANSPORT_TCP, 22);
	site_result(&site, "10.2.1.10", PHASE_CONNECT, CAUSE_REFUSED);
	q = site_need(&site, "lan.telnet", "telnet", "AUV-22");
	q->level = LEVEL_FALLBACK;
	q->group = "cli";
	q->to_kind = TO_DEVICE;
	site_device_target(&site, device, TRANSPORT_TCP, 23);
	facts_string(&site_ok(&site, "10.2.1.10")->facts, "banner", "login:");
	site_need(&site, "inbound.ftp", "ftp", "AUV-25");
	site_target(&site, NULL, TRANSPORT_TCP, 21)->untested =
	    WHY_NEEDS_SECOND_END;
	site_result(&site, NULL, PHASE_LOCAL, CAUSE_LOCAL)->why =
	    WHY_NEEDS_SECOND_END;
}

static void not_ready(void **state)
{
	(void)state;
	tell_site();
	all_formats("not-ready");
}

static void ready(void **state)
{
	(void)state;
	site_need(&site, "cloud.vendor", "https", "AUV-02");
	site_target(&site, "apt.my.auvik.com", TRANSPORT_TCP, 443);
	site_ok(&site, "203.0.113.21");
	all_formats("ready");
}

/* The text in colour, with symbols, wide, and with all facts. */
static void text_wide(void **state)
{
	const struct format_options o = {
	    .utf8 = true, .colour = true, .detail = 2, .width = 120};

	(void)state;
	tell_site();
	site_report(&site);
	golden("wide", "text", &o);
}

/* What -v prints, and a file gets. */
static void text_whole(void **state)
{
	const struct format_options o = {.detail = 1};

	(void)state;
	tell_site();
	site_report(&site);
	golden("whole", "text", &o);
}

/* The screen as it uses a wide terminal. */
static void screen_wide(void **state)
{
	const struct format_options o = {
	    .colour = true, .width = 200, .file = "it's here.json"};

	(void)state;
	tell_site();
	site_report(&site);
	golden("screen-wide", "text", &o);
}

static void screen_plain(void **state)
{
	const struct format_options o = {.plain = true, .width = 40};

	(void)state;
	tell_site();
	site_report(&site);
	golden("plain", "text", &o);
}

static void text_quiet(void **state)
{
	const struct format_options o = {.quiet = true, .width = 40};

	(void)state;
	tell_site();
	site_report(&site);
	golden("quiet", "text", &o);
}

/* Hostile strings ---------------------------------------------------------- */

static const char hostile[] = "a\033]0;x\007\033[2Jb\r\nFAKE: pass\tc\x7f"
			      "\xc2\x9b\xe2\x80\xaeright\xe2\x80\xa8 \xff\xfe"
			      "|\"'<&>";

/* Strings of the network come through facts; those of a profile do not. */
static void tell_hostile(void)
{
	struct requirement *q =
	    site_need(&site, "cloud.tenant", "ssh", "AUV-01");

	q->title = hostile;
	q->purpose = hostile;
	q->impact = hostile;
	site_target(&site, "a.example", TRANSPORT_TCP, 22);
	facts_string(
	    &site_result(&site, "203.0.113.10", PHASE_REPLY, CAUSE_BAD_REPLY)
		 ->facts,
	    "banner", hostile);
	site_report(&site);
}

/* A line of CSV ends in CR LF. */
static bool is_clean(const char *format, const char *text)
{
	bool crlf = strcmp(format, "csv") == 0;
	const char *line = text;

	while (*line != '\0') {
		size_t length = strcspn(line, "\n");
		bool cr = crlf && length > 0 && line[length - 1] == '\r';
		char *copy = mem_strndup(line, length - cr);
		bool clean =
		    text_is_utf8(copy, length) && !text_has_controls(copy);

		free(copy);
		if (!clean)
			return false;
		line += length + (line[length] == '\n');
	}
	return true;
}

static void hostile_is_clean(void **state)
{
	const struct format_options o = {.utf8 = true, .detail = 2};

	(void)state;
	tell_hostile();
	for (size_t i = 0; format_registry[i] != NULL; i++) {
		char *text = site_render(&site, format_registry[i]->name, &o);

		if (!is_clean(format_registry[i]->name, text))
			fail_msg("%s lets controls through:\n%s",
				 format_registry[i]->name, text);
		assert_null(strstr(text, "\nFAKE"));
		free(text);
	}
}

static void hostile_golden(void **state)
{
	const struct format_options o = {.utf8 = true, .detail = 2};

	(void)state;
	tell_hostile();
	golden("hostile", "text", &o);
}

/* Text that a format may not take for its own --------------------------------
 */

static char *escaped(enum escape to, const char *text)
{
	char *out = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&out, &size);

	escape_text(stream, to, text);
	fclose(stream);
	return out;
}

/* What each language takes for its own is written as text. */
static void escapes(void **state)
{
	static const struct {
		enum escape to;
		const char *text, *wanted;
	} rows[] = {
	    {ESCAPE_NONE, "a<b\t\033[1m", "a<b\\x09\\x1b[1m"},
	    {ESCAPE_XML, "<a b=\"c\">'&\xef\xbf\xbe",
	     "&lt;a b=&quot;c&quot;&gt;&#39;&amp;?"},
	    {ESCAPE_XML, "]]>\xe2\x80\xae", "]]&gt;\\xe2\\x80\\xae"},
	    {ESCAPE_CSV, "say \"x\", y", "say \"\"x\"\", y"},
	    {ESCAPE_CSV, "=1+1", "'=1+1"},
	    {ESCAPE_CSV, "  -2", "'  -2"},
	    {ESCAPE_CSV, "@SUM(A1)", "'@SUM(A1)"},
	    {ESCAPE_CSV, "+1", "'+1"},
	    {ESCAPE_CSV,
	     "\xef\xbc\x9d"
	     "1",
	     "'\xef\xbc\x9d"
	     "1"},
	    {ESCAPE_CSV, "a-b=c", "a-b=c"},
	    {ESCAPE_MARKDOWN, "*a* _b_ `c` [d](http://e) <f> | #g",
	     "\\*a\\* \\_b\\_ \\`c\\` \\[d\\](http&#58;//e) &lt;f&gt; \\| "
	     "\\#g"},
	    {ESCAPE_MARKDOWN, "- x", "\\- x"},
	    {ESCAPE_MARKDOWN, "www.x @you 10.0.0.1",
	     "www&#46;x &#64;you 10.0.0.1"},
	    {ESCAPE_LABEL, "a\"b\\c\n", "a\\\"b\\\\c\\\\x0a"},
	    {ESCAPE_TAP, "a # SKIP b\\", "a \\# SKIP b\\\\"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char *text = escaped(rows[i].to, rows[i].text);

		assert_string_equal(text, rows[i].wanted);
		free(text);
	}
}

/* 10 KB of a text are written as a whole, in every format. */
static void long_names(void **state)
{
	const struct format_options o = {.utf8 = true};
	char *name = mem_calloc(10241, 1);
	struct requirement *q = site_need(&site, "cloud.x", "https", "AUV-01");

	(void)state;
	memset(name, '<', 10240);
	q->title = name;
	site_target(&site, "a.example", TRANSPORT_TCP, 443);
	site_result(&site, "203.0.113.10", PHASE_CONNECT, CAUSE_TIMEOUT);
	site_report(&site);
	for (size_t i = 0; format_registry[i] != NULL; i++) {
		char *text = site_render(&site, format_registry[i]->name, &o);

		assert_true(*text != '\0');
		assert_true(is_clean(format_registry[i]->name, text));
		free(text);
	}
	free(name);
}

/* No word is broken, and no line is longer than its words force. */
static void lines_fit(void **state)
{
	(void)state;
	tell_site();
	site_report(&site);
	for (unsigned k = 0; k < 12; k++) {
		unsigned width = 40 + 25 * (k / 2);
		const struct format_options o = {
		    .utf8 = true, .width = width, .detail = k % 2};
		char *text = site_render(&site, "text", &o);

		for (const char *line = text; *line != '\0';) {
			size_t length = strcspn(line, "\n"), columns = 0;

			for (size_t i = 0; i < length; i++)
				columns +=
				    ((unsigned char)line[i] & 0xc0) != 0x80;
			if (columns > width)
				fail_msg("%u columns: %.*s", width, (int)length,
					 line);
			line += length + (line[length] == '\n');
		}
		free(text);
	}
}

/* Many devices that ended alike are one line. */
static void text_grouped(void **state)
{
	const struct format_options o = {.detail = 1};

	(void)state;
	site_need(&site, "lan.ping", "icmp", "AUV-18")->to_kind = TO_DEVICE;
	for (size_t i = 0; i < 40; i++) {
		size_t d = site_device(
		    &site, arena_printf(&site.arena, "switch-%zu", i),
		    arena_printf(&site.arena, "10.2.1.%zu", i + 1), "snmp");

		site_device_target(&site, d, TRANSPORT_ICMP, 0);
		if (i % 10 == 9)
			site_ok(&site, site.devices[d].address);
		else
			site_result(&site, site.devices[d].address, PHASE_REPLY,
				    CAUSE_TIMEOUT);
	}
	site_report(&site);
	golden("devices", "text", &o);
}

/* A report of a run is the same every time. */
static void deterministic(void **state)
{
	const struct format_options o = {.utf8 = true};
	char *first, *second;

	(void)state;
	tell_site();
	site_report(&site);
	first = site_render(&site, "json", &o);
	site_report(&site);
	second = site_render(&site, "json", &o);
	assert_string_equal(first, second);
	free(first);
	free(second);
}

static void formats_are_found(void **state)
{
	(void)state;
	assert_string_equal(format_find("json")->name, "json");
	assert_null(format_find("jsn"));
	assert_string_equal(format_for_file("x/report.json")->name, "json");
	assert_string_equal(format_for_file("r.txt")->name, "text");
	assert_null(format_for_file("r.doc"));
	assert_null(format_for_file(".json"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    story(not_ready),         story(ready),
	    story(text_wide),         story(text_quiet),
	    story(text_whole),        story(screen_wide),
	    story(screen_plain),      story(text_grouped),
	    story(hostile_is_clean),  story(hostile_golden),
	    story(lines_fit),         story(deterministic),
	    story(escapes),           story(long_names),
	    story(formats_are_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
