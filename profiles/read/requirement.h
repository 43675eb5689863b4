/*
 * requirement.h - one entry of `requirements:`, and what must hold among them.
 */
#ifndef PREFLIGHT_REQUIREMENT_H
#define PREFLIGHT_REQUIREMENT_H

#include "profiles/read/profile.h"
#include "profiles/read/reader.h"

/* Where each key was written; NULL: absent or refused. */
struct requirement_nodes {
	const struct tree *map;
	const struct tree *id, *title, *purpose, *impact, *note, *source;
	const struct tree *covers, *deviates, *wildcard, *from, *to;
	const struct tree *scenario, *level, *group, *when, *untested;
	const struct tree *check, *params, *hosts, *hosts_from, *services;
	const struct tree *ports, *probe_ports, *transport, *family, *os;
	const struct tree *proof, *silence, *once;
};

/* Reads the list; profile->requirements is set even where there are errors
 * (all of them in the reader's list). */
void requirement_read_all(struct reader *r, struct profile *p,
			  const struct tree *list);

/* "snmp" of "device:snmp"; NULL: the word is not a device. */
const char *requirement_device_type(const char *word);

/* What one requirement must keep among its own keys, and what several must
 * keep among them (validate.c). */
void validate_one(struct reader *r, const struct requirement_nodes *n,
		  const struct requirement *q);
void validate_all(struct reader *r, const struct profile *p,
		  const struct requirement_nodes *nodes);

#endif
