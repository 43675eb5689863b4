/*
 * test_dialects.c - every dialect against a file, byte for byte:
 * tests/golden/rules.DIALECT. GOLDEN_UPDATE=1 writes the files anew, to be read
 * before they are committed. And: no text of a profile becomes a rule.
 */
#include "tests/unit/changes_site.h"

#include "changes/dialect.h"
#include "core/base/text.h"
#include "tests/unit/text_file.h"

static char *render(const struct dialect *d)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	dialect_write(d, set, out);
	assert_false(ferror(out));
	fclose(out);
	return text;
}

static void golden(const char *story_name, const struct dialect *d)
{
	char *path = mem_printf("tests/golden/%s.%s", story_name, d->name);
	char *text = render(d), *wanted;

	if (getenv("GOLDEN_UPDATE") != NULL) {
		FILE *out = fopen(path, "w");

		assert_non_null(out);
		fputs(text, out);
		fclose(out);
	}
	wanted = read_text(path);
	if (strcmp(text, wanted) != 0)
		print_message("%s differs; it is now:\n%s", path, text);
	assert_string_equal(text, wanted);
	free(wanted);
	free(text);
	free(path);
}

/* A device, and the network that is swept. */
static void tell_devices(void)
{
	static const struct device network = {.name = "10.2.3.1-10.2.3.6",
					      .network = "10.2.3.1-10.2.3.6"};
	struct requirement *q = want("lan.ping", "AUV-18");
	size_t d[4];

	q->transports = TRANSPORTS_ICMP;
	q->to_kind = TO_DEVICE;
	d[0] = site_device(&site, "switch", "10.2.1.10", "snmp");
	d[1] = site_device(&site, "six", "2001:db8:2:1::10", "snmp");
	d[2] = site_device(&site, "10.2.3.1", "10.2.3.1", "any");
	d[3] = site_device(&site, "nas", "nas.corp.example", "nas");
	site.devices[d[2]].swept = true;
	site.devices[d[2]].entry = &network;
	for (size_t i = 0; i < 4; i++) {
		struct spec *s =
		    site_device_target(&site, d[i], TRANSPORT_ICMP, 0);

		if (i == 3)
			s->host = "nas.corp.example";
	}
}

static void tell_inbound(void)
{
	static const char *const any[] = {"device:any", NULL};
	static const char *const people[] = {"user", NULL};
	static const char *const cloud[] = {"cloud", NULL};
	struct requirement *q = want("inbound.flows", "AUV-28");
	struct plan_requirement *planned = &site.planned[0];

	q->from_list = any;
	q->transports = TRANSPORTS_UDP;
	planned[site.plan.requirement_count - 1].inbound = true;
	site_ports(&site, site.plan.requirement_count - 1,
		   "69,2055,2056,4432,4739,6343,9995,9996,10000-10010");
	q = want("people.https", "OAD-15");
	q->from_list = people;
	planned[site.plan.requirement_count - 1].inbound = true;
	q = want("inbound.cloud-ping", "AUV-33");
	q->from_list = cloud;
	q->to_kind = TO_DEVICE;
	q->to_list = to_any;
	q->transports = TRANSPORTS_ICMP;
	q->level = LEVEL_ADVISORY;
	q->untested_reason = "it comes from the vendor's published addresses";
}

static void tell_site(void)
{
	static const char *const hosts[] = {"acme.my.vendor.example", NULL};
	struct requirement *q = want("cloud.tenant", "AUV-01");

	q->purpose = "the one connection over which the collector reports";
	q->wildcard = "*.my.vendor.example";
	site.planned[0].hosts = hosts;
	site_target(&site, "acme.my.vendor.example", TRANSPORT_TCP, 443);
	q = want("cloud.no-inspection", "AUV-15");
	q->check = "tls-inspection";
	site_target(&site, "acme.my.vendor.example", TRANSPORT_TCP, 443);
	want("cloud.gone", "AUV-02");
	site_target(&site, "no.vendor.example", TRANSPORT_TCP, 443);
	q = want("cloud.ntp", "AUV-13");
	q->wildcard = "*.pool.vendor.example";
	q->transports = TRANSPORTS_UDP;
	site_ports(&site, site.plan.requirement_count - 1, "123");
	site_target(&site, "apt.vendor.example", TRANSPORT_UDP, 123);
	site_target(&site, "v4.vendor.example", TRANSPORT_UDP, 123);
	q = want("lan.ssh", "AUV-21");
	q->level = LEVEL_ALTERNATIVE;
	q->group = "cli";
	site_target(&site, "10.2.1.10", TRANSPORT_TCP, 22);
	q = want("lan.telnet", "AUV-22");
	q->level = LEVEL_FALLBACK;
	q->group = "cli";
	site_target(&site, "10.2.1.10", TRANSPORT_TCP, 23);
	q = want("windows.dynamic", "OAD-11");
	q->probe_ports_text = "135";
	site_ports(&site, site.plan.requirement_count - 1, "49152-65535");
	site_target(&site, "10.2.1.20", TRANSPORT_TCP, 135);
	tell_devices();
	tell_inbound();
	make();
}

static void every_dialect(void **state)
{
	(void)state;
	tell_site();
	for (size_t i = 0; dialect_registry[i] != NULL; i++)
		golden("rules", dialect_registry[i]);
}

/* The web by the proxy, and a host whose address nobody gave. */
static void proxy_golden(void **state)
{
	(void)state;
	site.proxy =
	    (struct proxy_settings){.host = site.proxy_host, .port = 3128};
	snprintf(site.proxy_host, sizeof site.proxy_host, "proxy.corp.example");
	site.plan.proxy = &site.proxy;
	context.source_count = 0;
	want("cloud.tenant", "AUV-01")->wildcard = "*.vendor.example";
	site_target(&site, "a.vendor.example", TRANSPORT_TCP, 443)->via_proxy =
	    true;
	make();
	golden("rules-proxy", dialect_find("ticket"));
}

/* Behind the last rule, and each of them once. */
static void notes_at_the_end(void **state)
{
	(void)state;
	tell_site();
	for (size_t i = 0; dialect_registry[i] != NULL; i++) {
		const struct dialect *d = dialect_registry[i];
		char *text = render(d), *first, *rest, *line;
		struct map seen = {0};

		first = strstr(text, "NOT WRITTEN");
		assert_true((first == NULL) == (d->comment == NULL));
		rest = first;
		while (first != NULL &&
		       (line = text_split(&rest, "\n")) != NULL) {
			assert_true(*line == '\0' || line == first ||
				    *line == *d->comment);
			if (strstr(line, "NOT WRITTEN") == NULL)
				continue;
			assert_true(map_get(&seen, line) == SIZE_MAX);
			*map_at(&seen, line) = 0;
		}
		map_free(&seen);
		free(text);
	}
}

/* The lines that the firewall reads. */
static char *only_rules(const struct dialect *d, char *text)
{
	struct buf b;
	char *copy, *rest = text, *line;

	buf_init(&b, 1 << 20);
	while ((line = text_split(&rest, "\n")) != NULL)
		if (*line != '\0' &&
		    strncmp(line, d->comment, strlen(d->comment)) != 0)
			buf_printf(&b, "%s\n", line);
	copy = mem_strdup(buf_text(&b));
	buf_free(&b);
	free(text);
	return copy;
}

static size_t count_of(const char *text, const char *part)
{
	size_t count = 0;

	for (; (text = strstr(text, part)) != NULL; text += strlen(part))
		count++;
	return count;
}

/* Bare rules are the same rules; FortiOS keeps a section open. */
static void bare(void **state)
{
	(void)state;
	tell_site();
	for (size_t i = 0; dialect_registry[i] != NULL; i++) {
		const struct dialect *d = dialect_registry[i];
		char *text = NULL, *all;
		size_t size = 0;
		FILE *out;

		if (d->document != NULL)
			continue;
		out = open_memstream(&text, &size);
		dialect_write_bare(d, set, out);
		fclose(out);
		assert_null(strstr(text, "load on"));
		text = only_rules(d, text);
		all = only_rules(d, render(d));
		if (strcmp(d->name, "fortigate") != 0)
			assert_string_equal(text, all);
		assert_int_equal(count_of(text, "config firewall"),
				 count_of(text, "\nend\n"));
		assert_int_equal(count_of(text, "set action accept"),
				 count_of(all, "set action accept"));
		free(text);
		free(all);
	}
}

/* Hostile strings ---------------------------------------------------------- */

static const char hostile[] =
    "a\033]0;x\007\nFAKE permit any\r\nFAKE\n\"\nFAKE'; FAKE $(FAKE) `FAKE` "
    "\\\nFAKE\xe2\x80\x99 FAKE\xe2\x80\xa8"
    "FAKE\xc2\x85"
    "FAKE \xff]' -j ACCEPT FAKE \\";

static const struct source hostile_document = {
    .name = hostile, .title = hostile, .url = hostile, .retrieved = hostile};

/* Comment lines, blank ones, and the texts in quotes are for people. What is
 * left says what is allowed; a quote that does not end takes all the rest. */
static char *skeleton(const struct dialect *d, const char *text)
{
	static const char label[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789.-_";
	struct buf b;
	char *copy, quote = 0;
	bool fresh = true;

	buf_init(&b, 1 << 20);
	for (const char *c = text; *c != '\0'; c++) {
		if (fresh && quote == 0 && d->comment != NULL &&
		    strncmp(c, d->comment, 1) == 0) {
			c += strcspn(c, "\n");
			continue;
		}
		/* Cisco's has no quotes. */
		if (quote == 0 && strncmp(c, "remark ", 7) == 0)
			c += strcspn(c, "\n");
		fresh = *c == '\n';
		if (quote == 0 &&
		    (*c == '"' || (*c == '\'' && d->comment != NULL)))
			quote = *c;
		else if (quote == *c && c[1] == *c)
			c++; /* a quote that is meant */
		else if (quote == *c)
			quote = 0;
		if (quote != 0)
			continue;
		/* A label that is made of an id. */
		if (strspn(c, label) > 4) {
			size_t length = strspn(c, label);

			if (memmem(c, length, "plain", 5) == NULL &&
			    memmem(c, length, "FAKE", 4) == NULL)
				buf_append(&b, c, length);
			c += length - 1;
			continue;
		}
		buf_putc(&b, *c);
	}
	copy = mem_strdup(buf_text(&b));
	buf_free(&b);
	return copy;
}

static void tell_small(const char *text, const struct source *source)
{
	struct requirement *q = want(text, text);

	q->title = q->purpose = q->impact = q->group = text;
	q->source = source;
	site.profile.title = site.profile.version = text;
	site_target(&site, "a.example", TRANSPORT_TCP, 443);
	q = want("cloud.b", "AUV-02");
	q->level = LEVEL_FALLBACK;
	q->group = q->purpose = text;
	q->source = source;
	site_target(&site, "10.2.1.10", TRANSPORT_TCP, 23);
	site.devices[site_device(&site, text, "10.2.1.10", "snmp")].swept =
	    false;
	want("lan.ping", "AUV-18")->purpose = text;
	site_device_target(&site, 0, TRANSPORT_ICMP, 0);
	make();
}

static void start_again(void)
{
	void *none = NULL;

	site_down(&none);
	site_up(&none);
}

/* The ticket wraps words: what it wraps is indented. */
static void expect_clean(const char *text, const struct dialect *d)
{
	for (const char *line = text; *line != '\0';) {
		size_t length = strcspn(line, "\n");
		char *copy = mem_strndup(line, length);

		/* Tabs of nft and the CR of CSV are ours. */
		for (char *c = copy; *c != '\0'; c++)
			*c = *c == '\t' || (*c == '\r' && c[1] == '\0') ? ' '
									: *c;
		if (!text_is_utf8(copy, length) || text_has_controls(copy))
			fail_msg("%s lets controls through: %s", d->name, copy);
		if (strncmp(copy + (d->rule != NULL ? strspn(copy, " ") : 0),
			    "FAKE", 4) == 0)
			fail_msg("%s: a line of the profile's: %s", d->name,
				 copy);
		free(copy);
		line += length + (line[length] == '\n');
	}
}

static void hostile_texts(void **state)
{
	(void)state;
	for (size_t i = 0; dialect_registry[i] != NULL; i++) {
		const struct dialect *d = dialect_registry[i];
		char *good, *bad, *text;

		tell_small("plain", &document);
		text = render(d);
		good = skeleton(d, text);
		free(text);
		start_again();
		tell_small(hostile, &hostile_document);
		text = render(d);
		expect_clean(text, d);
		bad = skeleton(d, text);
		/* The ticket is prose, there is nothing to run. */
		if (strcmp(d->name, "ticket") != 0)
			assert_string_equal(bad, good);
		free(text);
		free(good);
		free(bad);
		start_again();
	}
}

/* A spreadsheet takes none of the cells for a formula. */
static void formulas(void **state)
{
	static const char *const bad[] = {"=1+1", "+1",   "-1", "@x",
					  "\t=1", "\r=1", NULL};

	(void)state;
	for (size_t i = 0; bad[i] != NULL; i++) {
		char *text;

		want("cloud.a", "AUV-01")->purpose = bad[i];
		site_target(&site, "a.example", TRANSPORT_TCP, 443);
		make();
		text = render(dialect_find("csv"));
		assert_null(
		    strstr(text, arena_printf(&site.arena, "\"%s\"", bad[i])));
		if (strchr("=+-@", *bad[i]) != NULL)
			assert_non_null(
			    strstr(text, arena_printf(&site.arena, "\"'%s\"",
						      bad[i])));
		free(text);
		start_again();
	}
}

static void found_by_name(void **state)
{
	(void)state;
	assert_string_equal(dialect_find("nftables")->name, "nftables");
	assert_null(dialect_find("nft"));
	assert_null(dialect_find(""));
	for (size_t i = 0; dialect_registry[i] != NULL; i++) {
		const struct dialect *d = dialect_registry[i];

		assert_non_null(d->title);
		assert_true((d->document != NULL) != (d->rule != NULL));
		assert_true(d->document != NULL || d->grammar != NULL);
	}
}

/* Labels that are cut or changed are told apart. */
static void labels(void **state)
{
	struct dialect_out o = {.dialect = dialect_find("fortigate")};
	const char *a, *b;

	(void)state;
	assert_string_equal(dialect_label(&o, "PF-", "a.example", 20),
			    "PF-a.example");
	a = dialect_label(&o, "PF-", "a-very-long-name-1", 16);
	b = dialect_label(&o, "PF-", "a-very-long-name-2", 16);
	assert_int_equal(strlen(a), 16);
	assert_string_not_equal(a, b);
	a = dialect_label(&o, "PF-", "2001:db8::1", 40);
	assert_null(strchr(a, ':'));
	assert_string_not_equal(a, dialect_label(&o, "PF-", "2001-db8--1", 40));
	arena_free(&o.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    test(every_dialect), test(proxy_golden),  test(notes_at_the_end),
	    test(bare),          test(hostile_texts), test(formulas),
	    test(found_by_name), test(labels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
