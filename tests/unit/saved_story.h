/*
 * saved_story.h - a report with all that it may hold, to be saved and loaded.
 */
#ifndef PREFLIGHT_SAVED_STORY_H
#define PREFLIGHT_SAVED_STORY_H

#include "tests/unit/story.h"

#include "report/saved/saved.h"

#include <unistd.h>

/* Of this process alone. */
static inline const char *saved_path(void)
{
	static char path[64];

	snprintf(path, sizeof path, "/tmp/saved.%ld.json", (long)getpid());
	return path;
}

static inline void put(const char *bytes, size_t length)
{
	FILE *out = fopen(saved_path(), "w");

	assert_non_null(out);
	assert_int_equal(fwrite(bytes, 1, length, out), length);
	assert_int_equal(fclose(out), 0);
}

static inline struct report *load(const char *text, struct error *err)
{
	struct report *s;

	put(text, strlen(text));
	*err = (struct error){0};
	s = saved_load(saved_path(), err);
	assert_true((s == NULL) == (err->text[0] != '\0'));
	if (s == NULL)
		assert_string_equal(err->file, saved_path());
	unlink(saved_path());
	return s;
}

/* Inlined, gcc 12 takes its text for a dangling one. */
__attribute__((noinline)) static char *render(const struct report *r,
					      const char *format,
					      const struct format_options *o)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	format_find(format)->write(r, o, out);
	fclose(out);
	return text;
}

/* The facts of one result: a value of each type. */
static inline void tell_facts(struct facts *f)
{
	facts_number(f, "number", -1);
	facts_ms(f, "half", -1500);
	facts_bool(f, "bool", true);
	facts_append(f, "list", "x");
	facts_append(f, "list", "\xc3\xa9\\\"\n");
}

/* Everything that a report may hold, and every format of it. */
static inline void tell(void)
{
	size_t device = site_device(&site, "switch", "10.2.1.10", "snmp");
	static const char *const words[] = {"run", "auvik-collector", "--set",
					    "x=it's a \"b\"", NULL};
	static const char *const names[] = {"tenant", "empty", NULL};
	static const char *const values[] = {"acme", NULL, NULL};
	struct requirement *q;
	struct result *r;

	site.plan_profile.variable_count = 2;
	site.plan_profile.variable_names = names;
	site.plan_profile.variable_values = values;
	site.proxy = (struct proxy_settings){.url = site.proxy_url,
					     .source = "command line"};
	snprintf(site.proxy_url, sizeof site.proxy_url, "http://10.0.0.8:3128");
	site.plan.proxy = &site.proxy;
	site.run.on_behalf_of = "10.0.0.9";
	site.run.site = "Head office";
	site.run.command = words;
	r = site_icmp(site_https(&site, "a.example", "203.0.113.1",
				 PHASE_CONNECT, CAUSE_PROHIBITED),
		      3, 13, "10.0.0.1");
	r->outcome.sys_errno = 113;
	r->outcome.error = NET_HOST_UNREACHABLE;
	r->timings = (struct timings){1, 22, 333, 4444, 55555555};
	tell_facts(&r->facts);
	site_https(&site, "b.example", "2001:db8::1", PHASE_CONNECT,
		   CAUSE_TIMEOUT);
	facts_number(&site_evidence(&site, EVIDENCE_HOP_WALK)->observed,
		     "last-hop", 1);
	site_evidence(&site, EVIDENCE_ROUTE)->port = 0;
	site_https(&site, "b.example", "2001:db8::1", PHASE_CONNECT,
		   CAUSE_TIMEOUT)
	    ->same_as = 1;
	site_https(&site, "c.example", NULL, PHASE_RESOLVE, CAUSE_NXDOMAIN);
	site.specs[3].via_proxy = true;
	q = site_need(&site, "lan.ntp", "ntp", "AUV-21");
	q->level = LEVEL_ALTERNATIVE;
	q->group = "time";
	q->to_kind = TO_DEVICE;
	q->purpose = "x\033[2J";
	site_ports(&site, 4, "22,80-90");
	site_device_target(&site, device, TRANSPORT_UDP, 123);
	r = site_ok(&site, "10.2.1.10");
	facts_ms(&r->facts, "offset", 2000); /* whole, and yet a time */
	r = site_ok(&site, "10.2.1.10");
	r->parent = site.results.count - 2;
	r->id = "lan.ntp/switch:tcp/49152";
	r->port = 49152;
	r->addr.port = 49152;
	q = site_need(&site, "later", "https", "AUV-30");
	q->level = LEVEL_RECOMMENDED;
	q->when_group = "time";
	site_need(&site, "local", "bind", "AUV-25")->transports =
	    TRANSPORTS_LOCAL;
	site_target(&site, NULL, TRANSPORT_LOCAL, 0);
	site_result(&site, NULL, PHASE_LOCAL, CAUSE_LOCAL)->why = WHY_LOCAL;
	site_report(&site);
}

#endif
