/*
 * changes_site.h - a site for tests of changes: what synthetic.h tells, with
 * the fields that rules read, and names that resolve to what a test says.
 */
#ifndef PREFLIGHT_CHANGES_SITE_H
#define PREFLIGHT_CHANGES_SITE_H

#include "tests/unit/story.h"

#include "changes/change.h"

static const char *const from_collector[] = {"collector", NULL};
static const char *const to_any[] = {"device:any", NULL};

static struct addr own[2];
static struct change_context context;
static struct change_set *set;
static struct inventory inventory;

static const struct source document = {.name = "ports",
				       .title = "Vendor: ports",
				       .url = "https://vendor.example/ports",
				       .retrieved = "2026-11-20"};

/* What every name of a test resolves to; those that begin with "no" do not. */
static const struct addr *look_up(void *arg, const char *name, size_t *count)
{
	static struct addr list[2];

	(void)arg;
	*count = 0;
	if (strncmp(name, "no", 2) == 0)
		return NULL;
	addr_parse(&list[0], "203.0.113.9");
	addr_parse(&list[1], "2001:db8:7::9");
	/* apt is elsewhere */
	if (strncmp(name, "apt", 3) == 0)
		addr_parse(&list[0], "203.0.113.21");
	*count = strncmp(name, "v4", 2) == 0 ? 1 : 2;
	return list;
}

static int site_up(void **state)
{
	begin(state);
	addr_parse(&own[0], "10.2.0.2");
	addr_parse(&own[1], "2001:db8:2::2");
	inventory = (struct inventory){0};
	context = (struct change_context){.plan = &site.plan,
					  .inventory = &inventory,
					  .sources = own,
					  .source_count = 2,
					  .resolve = look_up,
					  .wall_us = 1795231200000000};
	return 0;
}

static int site_down(void **state)
{
	changes_free(set);
	set = NULL;
	return end(state);
}

/* A requirement of this host towards the internet. */
static struct requirement *want(const char *id, const char *covers)
{
	struct requirement *q = site_need(&site, id, "https", covers);

	q->from_list = from_collector;
	q->purpose = "what it is for";
	q->impact = "what is lost";
	q->source = &document;
	return q;
}

static inline struct change_set *make(void)
{
	changes_free(set);
	set = changes_of_plan(&context);
	return set;
}

#define test(name) cmocka_unit_test_setup_teardown(name, site_up, site_down)

#endif
