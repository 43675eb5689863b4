/*
 * compare_case.h - pairs of small sites, before and now, for tests of the
 * comparison. All of it is static: a test file includes this once.
 */
#ifndef PREFLIGHT_COMPARE_CASE_H
#define PREFLIGHT_COMPARE_CASE_H

#include "tests/unit/story.h"

#include "report/compare/compare.h"

static struct site before;
static struct comparison *c;

static inline int begin_pair(void **state)
{
	site_begin(&before);
	return begin(state);
}

static inline int end_pair(void **state)
{
	comparison_free(c);
	c = NULL;
	site_end(&before);
	return end(state);
}

#define pair(test) cmocka_unit_test_setup_teardown(test, begin_pair, end_pair)

static inline const struct comparison *compared(void)
{
	comparison_free(c);
	c = comparison_new(site_report(&before), site_report(&site));
	return c;
}

/* One path, worked or not, in one of the sites. */
static inline struct result *path(struct site *s, const char *id,
				  enum phase phase, enum cause cause)
{
	site_need(s, id, "https", "AUV-01");
	site_target(s, "a.example", TRANSPORT_TCP, 443);
	return site_result(s, "203.0.113.1", phase, cause);
}

static inline struct result *fine(struct site *s, const char *id)
{
	return path(s, id, PHASE_REPLY, CAUSE_OK);
}

static inline struct result *silent(struct site *s, const char *id)
{
	return path(s, id, PHASE_CONNECT, CAUSE_TIMEOUT);
}

static inline void devices(struct site *s, const char *const *names,
			   const char *const *states, size_t count)
{
	site_need(s, "lan.ssh", "ssh", "AUV-21")->to_kind = TO_DEVICE;
	for (size_t i = 0; i < count; i++) {
		const char *address =
		    arena_printf(&s->arena, "10.2.1.%c", names[i][0]);
		size_t d = site_device(s, names[i], address, "unix");

		site_device_target(s, d, TRANSPORT_TCP, 22);
		if (strcmp(states[i], "up") == 0)
			site_ok(s, address);
		else
			site_result(s, address, PHASE_CONNECT, CAUSE_REFUSED);
	}
}

#endif
