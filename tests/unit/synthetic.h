/*
 * synthetic.h - plans and results made by hand, for tests of the report.
 *
 * Calls read like a story: a requirement, its target, what came of it. All of
 * it is static: a test file includes this once.
 */
#ifndef PREFLIGHT_SYNTHETIC_H
#define PREFLIGHT_SYNTHETIC_H

#include "core/engine/check.h"
#include "core/base/mem.h"
#include "profiles/plan/plan.h"
#include "report/report.h"
#include "report/saved/saved_sound.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	SITE_REQUIREMENTS = 128,
	SITE_SPECS = 24000,
	SITE_DEVICES = 12000,
	SITE_CHECKS = 32
};

struct site {
	struct plan plan;
	struct plan_profile plan_profile;
	struct profile profile;
	struct requirement requirements[SITE_REQUIREMENTS];
	struct plan_requirement planned[SITE_REQUIREMENTS];
	struct spec *specs;
	struct plan_device *devices;
	struct check checks[SITE_CHECKS];
	size_t check_count;
	struct results results;
	struct run_info run;
	struct report *report;
	struct arena arena;
	struct proxy_settings proxy;
	char proxy_url[64], proxy_host[64];
};

static inline void site_begin(struct site *s)
{
	static const char *const scenarios[] = {"core", NULL};
	static const char *const cannot[] = {"icmp-udp"};

	memset(s, 0, sizeof *s);
	s->specs = mem_calloc(SITE_SPECS, sizeof *s->specs);
	s->devices = mem_calloc(SITE_DEVICES, sizeof *s->devices);
	s->profile.name = "auvik-collector";
	s->profile.version = "2026.11.1";
	s->profile.title = "Auvik collector";
	s->profile.default_role = "collector";
	s->profile.file = "profiles/auvik-collector.yaml";
	snprintf(s->profile.sha256, sizeof s->profile.sha256, "%064d", 0);
	s->plan_profile = (struct plan_profile){.profile = &s->profile,
						.role = "collector",
						.scenarios = scenarios};
	s->plan.profile_count = 1;
	s->plan.profiles = &s->plan_profile;
	s->plan.requirements = s->planned;
	s->plan.specs = s->specs;
	s->plan.devices = s->devices;
	s->run = (struct run_info){
	    .id = "0123456789abcdef", .version = "0.1.0", .source = "10.0.0.5"};
	s->results.platform = (struct platform){.os = "linux",
						.build = "6.1.0",
						.cannot_count = 1,
						.cannot = cannot};
	s->results.started_wall_us = 1795231200000000;
	s->results.duration_us = 12345678;
	s->results.evidence_us = 2003000;
	facts_string(&s->results.host, "name", "collector");
	facts_bool(&s->results.host, "has-gateway", true);
	facts_append(&s->results.host, "addresses", "10.0.0.5");
	facts_append(&s->results.host, "gateways", "10.0.0.1");
	facts_append(&s->results.host, "resolvers", "10.0.0.53");
	facts_bool(&s->results.host, "has-ipv4", true);
	facts_bool(&s->results.host, "has-ipv6", true);
	facts_string(&s->results.host, "link", "up");
}

static inline void site_end(struct site *s)
{
	report_free(s->report);
	for (size_t i = 0; i < s->results.count; i++)
		facts_free(&s->results.items[i].facts);
	for (size_t i = 0; i < s->results.evidence_count; i++)
		facts_free(&s->results.evidence[i].observed);
	facts_free(&s->results.host);
	free(s->results.items);
	free(s->results.evidence);
	arena_free(&s->arena);
	free(s->specs);
	free(s->devices);
}

static inline const struct check *site_check(struct site *s, const char *name)
{
	for (size_t i = 0; i < s->check_count; i++) {
		if (strcmp(s->checks[i].name, name) == 0)
			return &s->checks[i];
	}
	if (s->check_count == SITE_CHECKS)
		abort();
	s->checks[s->check_count] = (struct check){
	    .name = name,
	    .needs = strcmp(name, "mdns") == 0 ? NEEDS_MULTICAST : NEEDS_TCP};
	return &s->checks[s->check_count++];
}

/* A requirement of hosts on the internet; change what differs. */
static inline struct requirement *site_need(struct site *s, const char *id,
					    const char *check,
					    const char *covers)
{
	size_t n = s->plan.requirement_count++;
	struct requirement *q = &s->requirements[n];
	const char **list;

	if (n == SITE_REQUIREMENTS)
		abort();
	list = arena_calloc(&s->arena, 2, sizeof *list);
	list[0] = covers;
	*q = (struct requirement){.id = id,
				  .profile = &s->profile,
				  .title = id,
				  .covers = list,
				  .from = "collector",
				  .to = "internet",
				  .to_kind = TO_INTERNET,
				  .scenario = "core",
				  .check = check,
				  .transports = TRANSPORTS_TCP,
				  .ports =
				      requirement_ports_parse(&s->arena, "443"),
				  .proof = PROOF_SERVICE};
	s->planned[n] = (struct plan_requirement){.requirement = q,
						  .id = id,
						  .first = s->plan.spec_count,
						  .ports = q->ports};
	return q;
}

/* The ports of a requirement, the newest or another. */
static inline void site_ports(struct site *s, size_t requirement,
			      const char *ports)
{
	s->requirements[requirement].ports = s->planned[requirement].ports =
	    requirement_ports_parse(&s->arena, ports);
}

/* A target of the newest requirement. */
static inline struct spec *site_target(struct site *s, const char *host,
				       enum transport transport, uint16_t port)
{
	size_t n = s->plan.requirement_count - 1;
	struct spec *t = &s->specs[s->plan.spec_count++];

	if (s->plan.spec_count > SITE_SPECS)
		abort();
	s->planned[n].count++;
	*t = (struct spec){.id = arena_printf(&s->arena, "%s/%s:%s/%u",
					      s->planned[n].id,
					      host == NULL ? "local" : host,
					      transport_name(transport), port),
			   .requirement = &s->requirements[n],
			   .check = site_check(s, s->requirements[n].check),
			   .transport = transport,
			   .host = host,
			   .port = port,
			   .device_index = SIZE_MAX,
			   .proof = s->requirements[n].proof};
	if (host != NULL)
		addr_parse(&t->literal, host);
	return t;
}

/* What came of the newest target at one address (NULL: none). */
static inline struct result *site_result(struct site *s, const char *address,
					 enum phase phase, enum cause cause)
{
	struct results *all = &s->results;
	const struct spec *t = &s->specs[s->plan.spec_count - 1];
	struct result *r;

	all->items = mem_grow(all->items, &all->capacity, all->count + 1,
			      sizeof *all->items);
	r = &all->items[all->count++];
	*r = (struct result){.spec = t,
			     .parent = SIZE_MAX,
			     .same_as = SIZE_MAX,
			     .port = t->port,
			     .transport = t->transport,
			     .check = t->check,
			     .outcome = {.phase = phase, .cause = cause},
			     .proof =
				 cause == CAUSE_OK ? PROOF_SERVICE : PROOF_NONE,
			     .attempts = cause == CAUSE_TIMEOUT ? 3 : 1,
			     .reply_ttl = -1,
			     .timings = {-1, 1000, -1, -1, 2500}};
	if (address != NULL && addr_parse(&r->addr, address))
		r->addr.port = t->port;
	r->id =
	    arena_printf(&s->arena, "%s/%s#%zu", t->id,
			 r->addr.family == ADDR_V6 ? "v6" : "v4", all->count);
	return r;
}

/* The newest result worked / met silence. */
static inline struct result *site_ok(struct site *s, const char *address)
{
	return site_result(s, address, PHASE_REPLY, CAUSE_OK);
}

static inline struct result *site_icmp(struct result *r, uint8_t type,
				       uint8_t code, const char *from)
{
	r->outcome.has_icmp = true;
	r->outcome.icmp_type = type;
	r->outcome.icmp_code = code;
	addr_parse(&r->outcome.blocker, from);
	return r;
}

/* A device of the inventory; then site_device_target() for each test. */
static inline size_t site_device(struct site *s, const char *name,
				 const char *address, const char *type)
{
	size_t n = s->plan.device_count++;
	const char **types = arena_calloc(&s->arena, 2, sizeof *types);

	if (n == SITE_DEVICES)
		abort();
	types[0] = type;
	s->devices[n] = (struct plan_device){
	    .name = name, .address = address, .types = types};
	return n;
}

static inline struct spec *site_device_target(struct site *s, size_t device,
					      enum transport transport,
					      uint16_t port)
{
	struct spec *t =
	    site_target(s, s->devices[device].address, transport, port);

	t->device = s->devices[device].name;
	t->device_index = device;
	t->swept = s->devices[device].swept;
	return t;
}

/* Evidence about the newest result. */
static inline struct evidence *site_evidence(struct site *s,
					     enum evidence_kind kind)
{
	struct results *all = &s->results;
	struct evidence *e;

	all->evidence =
	    mem_grow(all->evidence, &all->evidence_capacity,
		     all->evidence_count + 1, sizeof *all->evidence);
	e = &all->evidence[all->evidence_count++];
	*e = (struct evidence){
	    .id = arena_printf(&s->arena, "e%zu", all->evidence_count),
	    .kind = kind,
	    .result = all->count - 1};
	if (all->count > 0) {
		e->addr = all->items[all->count - 1].addr;
		e->port = all->items[all->count - 1].port;
		e->transport = all->items[all->count - 1].spec->transport;
	}
	return e;
}

/* The second round asked the newest result's host otherwise. */
static inline void site_asked(struct site *s, const char *what,
			      const char *cause)
{
	struct evidence *e = site_evidence(s, EVIDENCE_CONTROL);

	if (strcmp(what, "ping") == 0)
		e->port = 0;
	facts_string(&e->observed, "what", what);
	facts_bool(&e->observed, "ok", strcmp(cause, "ok") == 0);
	facts_string(&e->observed, "cause", cause);
}

static inline struct report *site_report(struct site *s)
{
	struct error err;

	report_free(s->report);
	s->report = report_build(&s->plan, &s->results, &s->run);
	/* Whatever a run may end with agrees with itself. */
	if (saved_sound(s->report, "report", &err) == -1) {
		fprintf(stderr, "%s\n", err.text);
		abort();
	}
	return s->report;
}

/* What the report makes of a result. */
static inline const struct report_result *site_judged(const struct site *s,
						      const struct result *r)
{
	return &s->report->results[r - s->results.items];
}

/* The verdict of a requirement by its id. */
static inline enum verdict site_verdict(const struct site *s, const char *id)
{
	for (size_t i = 0; i < s->report->requirement_count; i++) {
		if (strcmp(s->report->requirements[i].id, id) == 0)
			return s->report->requirements[i].verdict;
	}
	return VERDICT_COUNT;
}

/* The finding with that code, or NULL. */
static inline const struct finding *site_finding(const struct site *s,
						 const char *code)
{
	for (size_t i = 0; i < s->report->finding_count; i++) {
		if (strcmp(s->report->findings[i].code, code) == 0)
			return &s->report->findings[i];
	}
	return NULL;
}

/* What a format writes; to be freed. */
static inline char *site_render(const struct site *s, const char *format,
				const struct format_options *o)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	format_find(format)->write(s->report, o, out);
	fclose(out);
	return text;
}

/* Short forms: one requirement with one target and one result. */
static inline struct result *site_test(struct site *s, const char *check,
				       const char *host,
				       enum transport transport, uint16_t port,
				       const char *address, enum phase phase,
				       enum cause cause)
{
	site_need(
	    s,
	    arena_printf(&s->arena, "%s.%zu", check, s->plan.requirement_count),
	    check, "AUV-01");
	site_target(s, host, transport, port);
	return site_result(s, address, phase, cause);
}

static inline struct result *site_https(struct site *s, const char *host,
					const char *address, enum phase phase,
					enum cause cause)
{
	return site_test(s, "https", host, TRANSPORT_TCP, 443, address, phase,
			 cause);
}

static inline struct result *site_http(struct site *s, const char *host,
				       const char *address, enum phase phase,
				       enum cause cause)
{
	return site_test(s, "http", host, TRANSPORT_TCP, 80, address, phase,
			 cause);
}

/* A device test, in a requirement of its own. */
static inline struct result *site_device_test(struct site *s, const char *check,
					      size_t device,
					      enum transport transport,
					      uint16_t port, enum phase phase,
					      enum cause cause)
{
	struct requirement *q =
	    site_need(s,
		      arena_printf(&s->arena, "lan.%s.%zu", check,
				   s->plan.requirement_count),
		      check, "AUV-20");
	struct spec *t;

	q->to_kind = TO_DEVICE;
	q->to = "device:any";
	t = site_device_target(s, device, transport, port);
	(void)t;
	return site_result(s, s->devices[device].address, phase, cause);
}

/* What a certificate showed. */
static inline struct result *site_certificate(struct result *r,
					      const char *trust,
					      const char *name,
					      const char *issuer,
					      const char *leaf)
{
	facts_string(&r->facts, "tls-trust", trust);
	facts_string(&r->facts, "tls-names", name);
	facts_string(&r->facts, "tls-subject", name);
	facts_string(&r->facts, "tls-issuer", issuer);
	facts_string(&r->facts, "tls-sha256", leaf);
	return r;
}

/* The internet answers on other ports: a control. */
static inline void site_control(struct site *s)
{
	site_test(s, "dns", "8.8.8.8", TRANSPORT_UDP, 53, "8.8.8.8",
		  PHASE_REPLY, CAUSE_OK);
}

#endif
