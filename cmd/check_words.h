/*
 * check_words.h - what the words behind `check` mean.
 *
 *	CHECK TARGET[:PORT]	CHECK TARGET PORT
 *	TARGET:PORT		TARGET PORT		the check by the port
 *	REQUIREMENT					of a profile
 */
#ifndef PREFLIGHT_CHECK_WORDS_H
#define PREFLIGHT_CHECK_WORDS_H

#include "cmd/options.h"
#include "core/engine/check.h"
#include "profiles/read/inventory.h"

struct check_words {
	const struct check *check; /* NULL: the requirement's */
	bool by_port;              /* nothing else names the check */
	const char *host;          /* NULL: none is written */
	uint16_t port;             /* 0: none is written */
	const char *profile;       /* with `requirement`; else NULL */
	const char *requirement;
	const char *scenario; /* to switch on for it; NULL: it is on */
};

/* Texts are in the options' arena. -1: one error. */
int check_words_read(struct options *o, struct check_words *w,
		     struct error *err);

/* The device of the inventory that a target names, by its name or address, also
 * one of a network; NULL: none. */
const struct device *check_words_device(const struct inventory *inv,
					const char *host);

#endif
