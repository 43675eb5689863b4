/*
 * build.h - changes while they are collected: single paths, then merged.
 */
#ifndef PREFLIGHT_BUILD_H
#define PREFLIGHT_BUILD_H

#include "changes/change.h"
#include "report/map.h"

/* One requirement's way from near to far. The near end is this host, but for
 * CHANGE_THROUGH; IN is the way from far to near. */
struct change_path {
	enum change_direction direction;
	const struct change_end *near, *far;
	enum transport transport;
	const char *ports;
	const char *at; /* see struct change */
	bool off;
	struct change_need need;
	const char *behind; /* a name that the proxy must reach */
};

struct change_build {
	const struct change_context *context;
	struct change_set *set;
	struct arena *arena; /* of the set */
	struct change_path *paths;
	size_t count, capacity;
	struct arena keys; /* of what is alike; freed when it is known */
	struct map seen;   /* paths, so that a thousand alike are one */
	const char **notes;
	size_t note_count, note_capacity;
	const char **behind; /* names behind the proxy, each once */
	size_t behind_count, behind_capacity;
};

void change_build_begin(struct change_build *b, const struct change_context *c);
void change_add(struct change_build *b, const struct change_path *path);
void change_note(struct change_build *b, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* merge.c: fills the set, frees what the collection took. */
struct change_set *change_build_end(struct change_build *b);

/* ends.c: both ends of paths, in the arena. `family` keeps one of them. */
const struct change_end *change_end_nets(struct change_build *b,
					 const char *text, const char *label,
					 enum family_want family);
const struct change_end *change_end_addrs(struct change_build *b,
					  const char *text, const char *label,
					  const struct addr *list,
					  size_t count);
/* A name with what it resolved to; not a name: END_UNKNOWN. */
const struct change_end *change_end_name(struct change_build *b,
					 const char *text, const char *label,
					 enum family_want family);
const struct change_end *change_end_wildcard(struct change_build *b,
					     const char *text,
					     const char *known);
const struct change_end *change_end_unknown(struct change_build *b,
					    const char *text,
					    const char *missing);
/* Whatever is written: an address, a network, a name. */
const struct change_end *change_end_of(struct change_build *b, const char *text,
				       const char *label,
				       enum family_want family);

/* "443" of a range, "80-90"; lists are joined by commas. */
const char *change_ports(struct change_build *b, const struct port_list *list);

/* of_plan.c: what both ways share. */
/* This host's end; `role` may be NULL. */
const struct change_end *changes_self(struct change_build *b, const char *role,
				      const struct addr *list, size_t count);
void changes_profiles(struct change_build *b, const struct report_profile *list,
		      size_t count);

#endif
